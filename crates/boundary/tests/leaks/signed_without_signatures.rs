//! A write is called signed, and nobody signed it.
use boundary::{Proposal, Signed};

fn forge(proposal: Proposal) -> Signed {
    Signed { proposal, number: 0, trace: String::new() }
}

fn main() {}
