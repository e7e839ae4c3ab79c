//! Text is passed off as masked.
use boundary::{Label, Masked};

fn main() {
    let _ = Masked { text: "jo@x.example".to_owned(), label: Label::lowest(), tokens: 0 };
}
