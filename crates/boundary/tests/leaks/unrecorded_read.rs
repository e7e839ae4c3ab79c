//! An authorised read is sent before the ledger has its intent.
use boundary::Lookup;
use egress::{Bearer, SalesforceDoor};

async fn leak<B: Bearer>(door: &SalesforceDoor, lookup: Lookup, bearer: &B) {
    let _ = door.fetch(lookup, bearer).await;
}

fn main() {}
