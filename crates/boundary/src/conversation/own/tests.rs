use crate::testing::{AtSigns, ana, plain, real, typed};
use crate::{Conversation, Label, Raw, Rights, SealKey, Turn, Viewer};

fn known() -> Conversation {
    let mut it = Conversation::new("c1".to_owned(), ana());
    it.hear_person(&typed("write to jo@a.example"), &AtSigns).unwrap();
    it
}

fn last(it: &Conversation) -> String {
    match it.turns().last().unwrap().as_ref() {
        Turn::Model { text, .. } => text.as_str().to_owned(),
        Turn::Tool { result, .. } => result.as_str().to_owned(),
        _ => panic!("somebody else spoke last"),
    }
}

fn show(it: &Conversation, masked: &str) -> String {
    let (person, rights) = (ana(), Rights::none());
    it.show(masked, &Viewer { person: &person, rights: &rights }).text()
}

/// Right and wrong guesses look the same to whoever made them.
#[test]
fn a_model_does_not_learn_which_of_its_guesses_is_right() {
    let mut it = known();
    let guesses = "jo@a.example, jo@b.example, {EMAIL_1}, {EMAIL_1zz}, {email_1}, {!EMAIL_2}";
    it.hear_model(guesses.to_owned(), vec![], &Label::lowest());
    assert_eq!(last(&it), guesses);
    // Nor when the gate quotes them back.
    let arguments = r#"{"address":"jo@a.example or","other":"jo@b.example"}"#;
    let call = ("call".to_owned(), "find".to_owned(), arguments.to_owned());
    it.hear_model(String::new(), vec![call], &Label::lowest());
    let answer = "no field jo@a.example beside jo@b.example here";
    it.hear_gate("call", "find", &typed(answer), &AtSigns).unwrap();
    assert!(last(&it).contains("jo@a.example") && last(&it).contains("jo@b.example"));
}

/// What the gate's answer says beyond the words of the call is covered.
#[test]
fn what_the_call_did_not_say_is_covered_in_its_answer() {
    let mut it = known();
    let arguments = r#"{"q":"jo@a.example.org"}"#;
    let call = ("call".to_owned(), "find".to_owned(), arguments.to_owned());
    it.hear_model("jo@a.example".to_owned(), vec![call], &Label::lowest());
    let answer = typed("duplicate of jo@a.example and bo@c.example");
    it.hear_gate("call", "find", &answer, &AtSigns).unwrap();
    // A part of a word that the call said is not what it said.
    assert_eq!(plain(&last(&it)), "duplicate of {EMAIL_1} and {EMAIL_2}");
    it.hear_gate("another call", "find", &answer, &AtSigns).unwrap();
    assert_eq!(plain(&last(&it)), "duplicate of {EMAIL_1} and {EMAIL_2}");
}

#[test]
fn tokens_in_the_models_words_are_restored_however_they_are_bent() {
    let mut it = known();
    let said = real(it.table(), "to {EMAIL_1}").replace("EMAIL", "email");
    it.hear_model(said.clone(), vec![], &Label::lowest());
    assert_eq!(last(&it), said);
    assert_eq!(show(&it, &said), "to jo@a.example");
}

/// A client sends the whole conversation with every request: what the model wrote is the model's even then.
#[test]
fn what_a_client_sends_back_unchanged_is_the_models_own() {
    let mut it = known();
    let label = Label::lowest();
    let said = real(it.table(), "{EMAIL_1} is it bo@c.example or jo@a.example ?");
    let shown = show(&it, &said);
    let arguments = real(it.table(), r#"{"to":"{EMAIL_1}","or":"jo@a.example"}"#);
    let restored = r#"{"to":"jo@a.example","or":"jo@a.example"}"#;
    it.note_shown(&shown, &said, &label);
    it.note_shown(restored, &arguments, &label);
    let key = SealKey::new([7; 32]);
    let sealed = it.seal(&key, [1; 24]).unwrap();
    let mut it = Conversation::open("c1", &ana(), &sealed, &key).unwrap();
    it.rewind();
    let typed_by = typed("").label().clone();
    let calls = vec![("1".to_owned(), "mail".to_owned(), restored.to_owned())];
    it.hear_replayed(format!("{shown}\n"), calls, &typed_by, &AtSigns).unwrap();
    assert_eq!(last(&it), said);
    let Turn::Model { calls, .. } = it.turns().last().unwrap().as_ref() else { panic!() };
    assert_eq!(calls[0].arguments.as_str(), arguments);
    // One word more, and it is the client's text, of which nothing may pass.
    it.hear_replayed(format!("{shown} Yes."), vec![], &typed_by, &AtSigns).unwrap();
    assert_eq!(plain(&last(&it)), "{EMAIL_1} is it {EMAIL_2} or {EMAIL_1} ? Yes.");
}

#[test]
fn own_words_do_not_grow_without_end_and_go_with_the_forgotten() {
    let mut it = known();
    for n in 0..200 {
        it.note_shown(&format!("shown {n}"), &"x".repeat(n * 100), &Label::lowest());
    }
    assert!(it.words.all().count() <= super::KEPT);
    assert!(it.words.find("shown 199").is_some() && it.words.find("shown 1").is_none());
    it.hear_model("JO@A.example it is".to_owned(), vec![], &Label::lowest());
    it.forget(&crate::Subject::new().value(typed("jo@a.example")));
    assert!(it.words.find("shown 199").is_none());
    assert!(!last(&it).to_lowercase().contains("jo@a.example"), "{}", last(&it));
}

#[test]
fn what_a_failed_request_has_shown_counts_on() {
    let mut conversation = Conversation::new("c".to_owned(), ana());
    let read = Raw::new("severe".to_owned(), Label::unknown());
    conversation.hear_tool("1", "soqlQuery", &read, &AtSigns).unwrap();
    let label = conversation.label();
    conversation.carry(&label);
    conversation.rewind_to(0);
    assert_eq!(conversation.label(), label);
    assert!(conversation.turns().is_empty());
}
