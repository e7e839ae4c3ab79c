//! Measures durable entries per second and what one costs when the gate is not busy.
//!
//! `cargo run -p store --example append_rate --release -- [folder]`

mod load;

use std::path::Path;
use std::sync::mpsc::{self, SyncSender};
use std::time::Duration;

use store::Store;

use load::Failure;

/// Files here are in memory: what is measured is the code alone.
const MEMORY: &str = "/dev/shm";

fn main() -> Result<(), Failure> {
    let temporary = tempfile::tempdir()?;
    let folder = std::env::args().nth(1);
    let folder = folder.as_deref().map_or(temporary.path(), Path::new);
    load::measure("SQLite", &Store::open(folder)?, folder)?;
    let memory = Path::new(MEMORY);
    if memory.is_dir() {
        let temporary = tempfile::tempdir_in(memory)?;
        in_memory(&Store::open(temporary.path())?)?;
    }
    Ok(())
}

/// The steady rate of a store whose files are in memory, beside what is left without a disk: another thread that answers.
fn in_memory(store: &Store) -> Result<(), Failure> {
    let sequencer = load::started("SQLite in memory", store)?;
    let (asked, asks) = mpsc::sync_channel::<SyncSender<()>>(1);
    std::thread::spawn(move || asks.iter().try_for_each(|answer| answer.send(())));
    let ask = || -> Result<(), Failure> {
        let (answer, answered) = mpsc::sync_channel(1);
        asked.send(answer)?;
        Ok(answered.recv()?)
    };
    let floor = || ask().and_then(|()| ask());
    load::steadily(&sequencer, Duration::from_secs(10), ("2 answers of a thread", floor))
}
