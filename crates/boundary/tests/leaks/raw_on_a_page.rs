//! A page shows a raw value.
use boundary::{Label, Raw};
use maud::html;

fn main() {
    let email = Raw::new("jo@x.example".to_owned(), Label::unknown());
    let _ = html! { p { (email) } };
}
