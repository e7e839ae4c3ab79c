//! A raw value is serialised.
use boundary::{Label, Raw};

fn main() {
    let email = Raw::new("jo@x.example".to_owned(), Label::unknown());
    let _ = serde_json::to_string(&email);
}
