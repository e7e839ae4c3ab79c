use super::*;
use crate::testing::{AtSigns, ana, typed};

fn after(said: &[&str]) -> Conversation {
    let mut conversation = Conversation::new("c".to_owned(), ana());
    for text in said {
        conversation.hear_person(&typed(text), &AtSigns).unwrap();
    }
    conversation
}

#[test]
fn whole_words_of_the_person_count_in_any_case() {
    let conversation = after(&["Who at Gen-Tech makes more than 250,000?", "And in Zürich?"]);
    for said in ["gen tech", "GEN-TECH", "250,000", "250000"] {
        assert_eq!(conversation.person_said(said), said != "250000", "{said}");
    }
    assert!(conversation.person_said("ZÜRICH"));
    for unsaid in ["Gen Te", "ech", "tech gen", "than 250", "a", "", "%", "250,000 And"] {
        assert_eq!(conversation.person_said(unsaid), unsaid == "than 250", "{unsaid}");
    }
}

#[test]
fn what_is_covered_was_not_said() {
    let mut conversation = after(&["mail ana@x.example and 7 others"]);
    for guess in ["ana", "ana@x.example", "x.example", "EMAIL_1", "mail and"] {
        assert!(!conversation.person_said(guess), "{guess}");
    }
    assert!(conversation.person_said("and 7"));
    let label = crate::Label::typed_by(&ana());
    conversation.hear_model("try zebra".to_owned(), Vec::new(), &label);
    conversation.hear_client(&typed("only llamas"), &AtSigns).unwrap();
    assert!(!conversation.person_said("zebra") && !conversation.person_said("llamas"));
}

#[test]
fn tokens_cut_a_text_and_escaped_ones_do_not() {
    assert_eq!(around_tokens("a {NAME_1}{EMAIL_2} b"), ["a ", "", " b"]);
    assert_eq!(around_tokens("{!NAME_1}"), ["{!NAME_1}"]);
    assert_eq!(around_tokens(""), [""]);
}
