//! Two processes on one database, each killed at any moment: one history, without a gap.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use ledger::{Annex, LedgerError, SealedPart};
use postgresql::Postgres;
use store::Store;

use crate::cluster::{access, cluster};
use crate::history_suite::{LONG, entry};
use crate::sharing::{check, gate};

/// Port and schema for the child; set, the test below is the child.
const CHILD: &str = "POSTGRES_CRASH_CHILD";
/// How often to kill: `POSTGRES_CRASH_KILLS=200` for a long run.
const KILLS: &str = "POSTGRES_CRASH_KILLS";

/// Not a test: what the parent kills. Prints `<index> <number> .` for each receipt, never ends by itself.
#[test]
fn child() {
    let Ok(place) = std::env::var(CHILD) else { return };
    let [port, schema, name] = place.split(' ').collect::<Vec<_>>()[..] else { return };
    let postgres = Postgres::open(&access(port.parse().unwrap(), schema)).unwrap();
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open_on(dir.path(), Box::new(postgres)).unwrap();
    let gate = gate(&store);
    let name: u64 = name.parse().unwrap();
    std::thread::scope(|scope| {
        for thread in 0..3_u64 {
            let gate = &gate;
            scope.spawn(move || {
                for number in (name << 40) + (thread << 32).. {
                    let part = SealedPart::new("prompt", "p", number.to_be_bytes().to_vec());
                    let pending = gate.append_with(entry(number), Annex::default(), vec![part]);
                    match pending.wait(LONG) {
                        Ok(receipt) => {
                            let line = format!("\n{} {number} .\n", receipt.index());
                            std::io::stdout().write_all(line.as_bytes()).unwrap();
                        }
                        Err(LedgerError::Flawed(flaw)) => panic!("{flaw}"),
                        Err(_) => std::thread::sleep(Duration::from_millis(1)),
                    }
                }
            });
        }
    });
}

/// A child, and the thread that reads what it was given receipts for.
struct Running {
    child: Child,
    reader: std::thread::JoinHandle<Vec<(u64, u64)>>,
    receipts: Arc<AtomicU64>,
}

fn run(port: u16, schema: &str, name: u64) -> Running {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "killed::child", "--nocapture", "--test-threads=1"])
        .env(CHILD, format!("{port} {schema} {name}"))
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let output = BufReader::new(child.stdout.take().unwrap());
    let receipts = Arc::new(AtomicU64::new(0));
    let counted = Arc::clone(&receipts);
    let reader = std::thread::spawn(move || {
        let receipt = |line: String| {
            let mut parts = line.split(' ');
            let (index, number) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
            // The last line may be cut in the middle of a number.
            (parts.next() == Some(".")).then_some((index, number))
        };
        let count = |_: &(u64, u64)| {
            counted.fetch_add(1, Ordering::Relaxed);
        };
        output.lines().map_while(Result::ok).filter_map(receipt).inspect(count).collect()
    });
    Running { child, reader, receipts }
}

fn kill(mut running: Running) -> BTreeMap<u64, u64> {
    running.child.kill().unwrap();
    assert!(!running.child.wait().unwrap().success(), "it ended before it was killed");
    running.reader.join().unwrap().into_iter().collect()
}

#[test]
fn gates_are_killed_at_random() {
    let Some(cluster) = cluster() else { return };
    let kills: u64 = std::env::var(KILLS).ok().and_then(|text| text.parse().ok()).unwrap_or(12);
    let schema = cluster.schema();
    // The first makes the tables; the others meet them.
    drop(schema.postgres());
    let start = |name: u64| run(cluster.port(), &schema.name, name);
    let mut given = Vec::new();
    let mut running = std::collections::VecDeque::from([start(1), start(2)]);
    for round in 0..kills {
        // Every fourth while it starts, the others while they write; the other goes on meanwhile.
        if round % 4 != 3 {
            let begin = Instant::now();
            while running[0].receipts.load(Ordering::Relaxed) == 0 && begin.elapsed() < LONG {
                std::thread::sleep(Duration::from_millis(1));
            }
        }
        std::thread::sleep(Duration::from_micros((round * 7_919) % 60_000));
        given.extend(running.pop_front().map(kill));
        running.push_back(start(round + 3));
    }
    given.extend(running.into_iter().map(kill));
    let receipts: usize = given.iter().map(BTreeMap::len).sum();
    println!("{} kills, {receipts} receipts: one history, every entry is there", kills + 2);
    assert!(receipts >= 9, "only {receipts} receipts: the test tests nothing");
    let (_dir, store) = schema.store();
    check(&store, &given);
}
