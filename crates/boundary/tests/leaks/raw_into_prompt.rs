//! A value that no mask has seen is put into a prompt.
use boundary::{Conversation, Label, PersonId, Prompt, Raw};

fn main() {
    let email = Raw::new("jo@x.example".to_owned(), Label::unknown());
    let conversation = Conversation::new("c".to_owned(), PersonId::new("00D", "005"));
    let _ = Prompt::of(&conversation).include(&email);
}
