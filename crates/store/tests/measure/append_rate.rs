//! Measures durable entries per second and what one costs when the gate is not busy.
//!
//! `cargo run -p store --example append_rate --release -- [folder]`

mod load;

use std::path::Path;

use store::Store;

fn main() -> Result<(), load::Failure> {
    let temporary = tempfile::tempdir()?;
    let folder = std::env::args().nth(1);
    let folder = folder.as_deref().map_or(temporary.path(), Path::new);
    load::measure("SQLite", &Store::open(folder)?)
}
