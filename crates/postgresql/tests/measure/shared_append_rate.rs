//! Measures durable entries per second in PostgreSQL, for one gate and for two on one database.
//!
//! `cargo run -p postgresql --example shared_append_rate --release`

#![expect(clippy::print_stdout, reason = "it prints its measurements")]

#[expect(dead_code, clippy::panic, clippy::unwrap_used, reason = "it is the tests' server")]
#[path = "../it/cluster.rs"]
mod cluster;
#[path = "../../../store/tests/measure/load.rs"]
mod load;

use std::sync::Arc;

use boundary::UnixMillis;
use ledger::{Sequencer, Signer};
use store::Store;

fn main() -> Result<(), load::Failure> {
    let Some(cluster) = cluster::cluster() else { return Ok(()) };
    let (dir, store) = cluster.schema().store();
    // The server's files are beside this folder, on the same disk.
    load::measure("PostgreSQL, one gate", &store, dir.path())?;
    let schema = cluster.schema();
    let (one, other) = (schema.store(), schema.store());
    let rates = both(&[&one.1, &other.1], 64)?;
    println!("PostgreSQL, two gates, 64 clients each: {rates:.0}/s together");
    Ok(())
}

/// Entries a second of several gates together, each with so many clients.
fn both(stores: &[&Store], clients: u64) -> Result<f64, load::Failure> {
    let start = |store: &&Store| -> Result<Sequencer, load::Failure> {
        let signer = Signer::new("measure.example/audit", &[1; 32])?;
        Ok(Sequencer::start(store.log_storage()?, signer, Arc::new(|| UnixMillis(0)))?)
    };
    let gates = stores.iter().map(start).collect::<Result<Vec<_>, _>>()?;
    let results = std::thread::scope(|scope| {
        let threads: Vec<_> = gates
            .iter()
            .map(|gate| scope.spawn(move || load::at_full_load(gate, clients)))
            .collect();
        threads.into_iter().map(std::thread::ScopedJoinHandle::join).collect::<Vec<_>>()
    });
    let mut rates = 0.0;
    for result in results {
        rates += result.map_err(|_| "a gate panicked")??.0;
    }
    Ok(rates)
}
