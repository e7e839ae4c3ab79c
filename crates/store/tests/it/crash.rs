//! A gate that is killed at any moment keeps every entry it has given a receipt for.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use ledger::{
    Annex, Envelope, KeptCheckpoint, LedgerError, Limits, LogReader, SealedPart, Sequencer,
    verify_sealed,
};
use store::{SqliteLog, Store};

use crate::history_suite::meet;
use crate::log::{LONG, clock, entry, signer, start};

/// The folder for the child; set, the test below is the child.
const CHILD_DIR: &str = "STORE_CRASH_DIR";
/// How often to kill: `STORE_CRASH_KILLS=1000` for a long run.
const KILLS: &str = "STORE_CRASH_KILLS";

/// Not a test: what the parent kills. Prints `<index> <number>` for each receipt, never ends by itself.
#[test]
fn child() {
    let Ok(dir) = std::env::var(CHILD_DIR) else { return };
    let store = Store::open(Path::new(&dir)).unwrap();
    let every = Duration::from_millis(20);
    let limits = Limits { checkpoint_every: every, ..Limits::default() };
    let log = store.log_storage().unwrap();
    let sequencer = Sequencer::start_with(log, signer(), clock(), limits).unwrap();
    let first = sequencer.size();
    std::thread::scope(|scope| {
        for thread in 0..3_u64 {
            let sequencer = &sequencer;
            scope.spawn(move || {
                for number in 0.. {
                    let name = (first << 32) + (thread << 24) + number;
                    // A part of its own, which has to be there when the entry is.
                    let part = SealedPart::new("prompt", "p", name.to_be_bytes().to_vec());
                    let pending = sequencer.append_with(entry(name), Annex::default(), vec![part]);
                    match pending.wait(LONG) {
                        Ok(receipt) => {
                            let line = format!("\n{} {name} .\n", receipt.index());
                            std::io::stdout().write_all(line.as_bytes()).unwrap();
                        }
                        Err(LedgerError::Busy) => std::thread::yield_now(),
                        Err(error) => panic!("{error}"),
                    }
                }
            });
        }
    });
}

/// Runs a child, kills it, and gives what it had been given receipts for. Every fourth dies while it starts, the
/// others while they write, however slow the machine is.
fn run_and_kill(dir: &Path, kill: u64) -> Vec<(u64, u64)> {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "crash::child", "--nocapture", "--test-threads=1"])
        .env(CHILD_DIR, dir)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let output = BufReader::new(child.stdout.take().unwrap());
    let receipts = Arc::new(AtomicU64::new(0));
    let counted = Arc::clone(&receipts);
    let reader = std::thread::spawn(move || {
        let count = |_: &(u64, u64)| {
            counted.fetch_add(1, Ordering::Relaxed);
        };
        let receipt = |line: String| {
            let mut parts = line.split(' ');
            let index = parts.next()?.parse().ok()?;
            let number = parts.next()?.parse().ok()?;
            // The last line may be cut in the middle of a number.
            (parts.next() == Some(".")).then_some((index, number))
        };
        let receipts = output.lines().map_while(Result::ok).filter_map(receipt);
        receipts.inspect(count).collect::<Vec<_>>()
    });
    if kill % 4 != 3 {
        let begin = Instant::now();
        while receipts.load(Ordering::Relaxed) == 0 && begin.elapsed() < LONG {
            std::thread::sleep(Duration::from_micros(200));
        }
    }
    std::thread::sleep(Duration::from_micros((kill * 7_919) % 40_000));
    child.kill().unwrap();
    let status = child.wait().unwrap();
    assert!(!status.success(), "it ended before it was killed");
    reader.join().unwrap()
}

/// Kills that one ledger sees. It is checked as a whole after the last.
const ON_ONE: u64 = 50;

#[test]
fn killed_at_random_points() {
    let kills = std::env::var(KILLS).ok().and_then(|text| text.parse().ok()).unwrap_or(30);
    let ledgers: Vec<u64> = (0..kills).step_by(50).map(|at| ON_ONE.min(kills - at)).collect();
    // A killed process mostly waits for its start, its disk or its end: two at a time take half as long.
    let next = AtomicUsize::new(0);
    let receipts: usize = std::thread::scope(|scope| {
        let work = || {
            let mut receipts = 0;
            while let Some(kills) = ledgers.get(next.fetch_add(1, Ordering::Relaxed)) {
                receipts += kill_one(*kills);
            }
            receipts
        };
        let threads: Vec<_> = (0..2).map(|_| scope.spawn(work)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).sum()
    });
    println!("{kills} kills, {receipts} receipts: every entry is there, no index was given twice");
    assert!(receipts as u64 > kills / 2, "only {receipts} receipts: the test tests nothing");
}

/// Kills the writer of one ledger so often and checks what is left. Gives the number of receipts.
fn kill_one(kills: u64) -> usize {
    let dir = tempfile::tempdir().unwrap();
    let keys = signer().verifying_keys().unwrap();
    let mut given = BTreeMap::new();
    let mut seen = Vec::new();
    for kill in 0..kills {
        for (index, number) in run_and_kill(dir.path(), kill) {
            let before = given.insert(index, number);
            assert_eq!(before, None, "index {index} was given twice");
        }
        // What a stranger has seen signed must stay true for ever.
        let log = SqliteLog::read_only(dir.path());
        let last = log.ok().and_then(|log| log.last_checkpoint().ok().flatten());
        seen.extend(last.map(|checkpoint| KeptCheckpoint::new("elsewhere", checkpoint.note)));
    }
    let store = Store::open(dir.path()).unwrap();
    drop(start(&store).unwrap());
    meet(&store, "p");
    let report = verify_sealed(store.log(), store.sealed(), &keys, &seen).unwrap();
    assert_eq!((report.signed, report.sealed), (report.size, report.size));
    for (index, number) in &given {
        let row = store.log().rows(*index, 1).unwrap().remove(0);
        let trace = Envelope::parse(&row.body).unwrap().facts.trace;
        assert_eq!((row.index, trace), (*index, format!("{number:032x}")));
    }
    given.len()
}
