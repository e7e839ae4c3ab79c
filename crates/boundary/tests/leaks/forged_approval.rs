//! An approval is made up.
use boundary::{Approved, Proposal, Receipt};

fn forge(proposal: Proposal, receipt: Receipt) -> Approved {
    Approved { proposal, trace: String::new(), receipt }
}

fn main() {}
