//! A proposal is carried out that nobody signed.
use boundary::Proposal;
use egress::{Bearer, SalesforceDoor};

async fn leak<B: Bearer>(door: &SalesforceDoor, proposal: Proposal, bearer: &B) {
    let _ = door.write(proposal, bearer).await;
}

fn main() {}
