//! A raw value is printed.
use boundary::{Label, Raw};

fn main() {
    let email = Raw::new("jo@x.example".to_owned(), Label::unknown());
    println!("{email}");
}
