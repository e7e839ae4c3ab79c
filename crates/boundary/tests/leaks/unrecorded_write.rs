//! A signed write is carried out before the ledger has its intent.
use boundary::Signed;
use egress::{Bearer, SalesforceDoor};

async fn leak<B: Bearer>(door: &SalesforceDoor, signed: Signed, bearer: &B) {
    let _ = door.write(signed, bearer).await;
}

fn main() {}
