//! A receipt is made up.
use boundary::{Purpose, Receipt};

fn main() {
    let _ = Receipt { index: 1, number: 1, purpose: Purpose::Intent };
}
