//! The crate seen from outside.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "clippy allows these in test functions but not in what they call"
)]

mod cases;
mod generate;
mod grammar;
mod org;
mod reference;
mod refusals;
mod resolve;
mod rewrite;
mod round_trip;
