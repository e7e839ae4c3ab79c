//! One approval is used for two writes.
use boundary::Approved;
use egress::{Bearer, SalesforceDoor};

async fn leak<B: Bearer>(door: &SalesforceDoor, approved: Approved, bearer: &B) {
    let _ = door.write(approved, bearer).await;
    let _ = door.write(approved, bearer).await;
}

fn main() {}
