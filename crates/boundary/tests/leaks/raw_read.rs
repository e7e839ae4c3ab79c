//! A raw value is taken out of its label.
use boundary::{Label, Raw};

fn main() {
    let email = Raw::new("jo@x.example".to_owned(), Label::unknown());
    let _: String = email.into_value();
}
