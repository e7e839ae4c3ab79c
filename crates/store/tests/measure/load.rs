//! Load on the ledger of a store, whatever the database is.

#![expect(clippy::print_stdout, reason = "it prints its measurements")]

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt as _;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use boundary::{Act, Action, Entry, Facts, Purpose, UnixMillis, Verdict};
use ledger::{Sequencer, Signer};
use store::Store;

pub(crate) type Failure = Box<dyn std::error::Error + Send + Sync>;

const DEADLINE: Duration = Duration::from_secs(30);
/// Between two requests of the steady rate: 100 a second.
const STEP: Duration = Duration::from_millis(10);
/// What is written to the bare disk at once, and how much until it begins anew.
const BLOCK: usize = 4096;
const BLOCKS: u64 = 1024;

fn entry(number: u64) -> Entry {
    let act = Act {
        trace: format!("{number:032x}"),
        actor: format!("p{:032x}", number % 50),
        door: "openai".into(),
        client: "k-measure".into(),
        policy: "0000000000000000".into(),
        tenant: None,
        tool: None,
    };
    let mut facts = Facts::new(Purpose::Intent, Action::Read, Verdict::Allowed, &act);
    for field in ["Id", "Name", "Email", "Phone", "Title", "MailingCity"] {
        facts.touch("Contact", field);
    }
    facts.rule("matrix").entry()
}

/// Measures and prints. `disk` is a folder on the disk that the store writes to.
pub(crate) fn measure(what: &str, store: &Store, disk: &Path) -> Result<(), Failure> {
    let sequencer = started(what, store)?;
    let mut bare = Bare::new(disk)?;
    let floor = || Ok(bare.write().and_then(|()| bare.write())?);
    steadily(&sequencer, Duration::from_secs(20), ("the bare disk, 2 syncs", floor))?;
    for clients in [1, 8, 64, 256] {
        let (rate, mut waits) = at_full_load(&sequencer, clients)?;
        report(&format!("{clients} clients: {rate:.0}/s"), spread(&mut waits));
    }
    Ok(())
}

/// Opens the ledger of a store.
pub(crate) fn started(what: &str, store: &Store) -> Result<Sequencer, Failure> {
    let signer = Signer::new("measure.example/audit", &[1; 32])?;
    let begin = Instant::now();
    let sequencer = Sequencer::start(store.log_storage()?, signer, Arc::new(|| UnixMillis(0)))?;
    println!("{what}: start with {} entries: {:?}", sequencer.size(), begin.elapsed());
    Ok(sequencer)
}

/// So many threads append as fast as they get receipts, for three seconds.
pub(crate) fn at_full_load(
    sequencer: &Sequencer,
    clients: u64,
) -> Result<(f64, Vec<Duration>), Failure> {
    let begin = Instant::now();
    let work = |client: u64| -> Result<Vec<Duration>, Failure> {
        let mut waits = Vec::new();
        while begin.elapsed() < Duration::from_secs(3) {
            let handed_in = Instant::now();
            sequencer.append(entry(client)).wait(DEADLINE)?;
            waits.push(handed_in.elapsed());
        }
        Ok(waits)
    };
    let results = std::thread::scope(|scope| {
        let threads: Vec<_> =
            (0..clients).map(|client| scope.spawn(move || work(client))).collect();
        threads.into_iter().map(std::thread::ScopedJoinHandle::join).collect::<Vec<_>>()
    });
    let seconds = begin.elapsed().as_secs_f64();
    let mut waits = Vec::new();
    for result in results {
        waits.extend(result.map_err(|_| "a client panicked")??);
    }
    #[expect(clippy::cast_precision_loss, reason = "a measurement")]
    let rate = waits.len() as f64 / seconds;
    Ok((rate, waits))
}

/// What the ledger adds to a request at a steady rate: an intent and an outcome, one after the other. Half a step after each
/// request the floor is measured, what two durable writes cost without a ledger, so that both meet the same moments.
pub(crate) fn steadily(
    sequencer: &Sequencer,
    span: Duration,
    (name, mut least): (&str, impl FnMut() -> Result<(), Failure>),
) -> Result<(), Failure> {
    let (mut waits, mut floor) = (Vec::new(), Vec::new());
    let begin = Instant::now();
    for number in 0.. {
        let due = begin + STEP * number;
        if due - begin > span {
            break;
        }
        waits.push(timed(due, || {
            sequencer.append(entry(number.into())).wait(DEADLINE)?;
            sequencer.append(entry(number.into())).wait(DEADLINE)?;
            Ok(())
        })?);
        floor.push(timed(due + STEP / 2, &mut least)?);
    }
    let (waits, floor) = (spread(&mut waits), spread(&mut floor));
    report("100 requests/s, 2 entries", waits);
    report(name, floor);
    let mut ratios = waits.iter().zip(floor).map(|(wait, least)| wait.div_duration_f64(least));
    let [half, most, last] = [(); 3].map(|()| ratios.next().unwrap_or_default());
    println!("  {:26} median {half:>9.2}x  p99 {most:>9.2}x  longest {last:>9.2}x", "ratio");
    Ok(())
}

/// How long something takes that begins when it is due, or at once if that has passed.
fn timed(due: Instant, work: impl FnOnce() -> Result<(), Failure>) -> Result<Duration, Failure> {
    std::thread::sleep(due.saturating_duration_since(Instant::now()));
    let begin = Instant::now();
    work()?;
    Ok(begin.elapsed())
}

/// A file that is there in full, so that a sync writes a block and nothing about the file: the least that durability costs here.
struct Bare {
    file: File,
    next: u64,
}

impl Bare {
    fn new(disk: &Path) -> io::Result<Self> {
        let file = tempfile::tempfile_in(disk)?;
        for block in 0..BLOCKS {
            file.write_all_at(&[0; BLOCK], block * BLOCK as u64)?;
        }
        file.sync_all()?;
        Ok(Self { file, next: 0 })
    }

    fn write(&mut self) -> io::Result<()> {
        self.file.write_all_at(&[1; BLOCK], self.next % BLOCKS * BLOCK as u64)?;
        self.next += 1;
        self.file.sync_data()
    }
}

/// Median, the 99th of a hundred, and the longest.
fn spread(waits: &mut [Duration]) -> [Duration; 3] {
    waits.sort();
    let share = |percent: usize| waits.get(waits.len() * percent / 100).copied();
    [share(50), share(99), waits.last().copied()].map(Option::unwrap_or_default)
}

fn report(what: &str, [half, most, last]: [Duration; 3]) {
    println!("  {what:26} median {half:>10.1?}  p99 {most:>10.1?}  longest {last:>10.1?}");
}
