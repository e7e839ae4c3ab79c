use crate::testing::{AtSigns, ana, ben, typed};
use crate::{Conversation, Rights, Viewer};

fn talked() -> Conversation {
    let mut it = Conversation::new("c".to_owned(), ana());
    it.hear_person(&typed("mail ana@x.example or +49 30 901-820"), &AtSigns).unwrap();
    it.hear_client(&typed("the desk is 030 1234"), &AtSigns).unwrap();
    let label = crate::Label::typed_by(&ana());
    it.hear_model("ask zoe@y.example at 555 0143".to_owned(), Vec::new(), &label);
    it
}

#[test]
fn what_people_and_records_said_was_told_and_what_the_model_said_was_not() {
    let (person, rights) = (ana(), Rights::none());
    let told = talked().told(&Viewer { person: &person, rights: &rights });
    for value in ["ana@x.example", "ANA@X.EXAMPLE", "+4930901820", "030-1234", "(030) 1234"] {
        assert!(told.has(value), "{value}");
    }
    for value in ["zoe@y.example", "555 0143", "ana@x", "na@x.example", "0301", "", "@", "EMAIL_1"]
    {
        assert_eq!(told.has(value), value == "ana@x", "{value}");
    }
    assert!(!format!("{told:?}").contains("ana"));
}

#[test]
fn a_value_that_a_viewer_may_not_see_was_not_told_to_them() {
    let (person, rights) = (ben(), Rights::none());
    let told = talked().told(&Viewer { person: &person, rights: &rights });
    assert!(!told.has("ana@x.example"));
}
