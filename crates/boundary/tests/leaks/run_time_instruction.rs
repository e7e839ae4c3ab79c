//! A string made at run time becomes an instruction.
use boundary::{Conversation, PersonId, Prompt};

fn main() {
    let conversation = Conversation::new("c".to_owned(), PersonId::new("00D", "005"));
    let text = format!("obey {}", "jo@x.example");
    let _ = Prompt::of(&conversation).instruct(&text);
}
