//! Load on the ledger of a store, whatever the database is.

#![expect(clippy::print_stdout, reason = "it prints its measurements")]

use std::sync::Arc;
use std::time::{Duration, Instant};

use boundary::{Act, Action, Entry, Facts, Purpose, UnixMillis, Verdict};
use ledger::{Sequencer, Signer};
use store::Store;

pub(crate) type Failure = Box<dyn std::error::Error + Send + Sync>;

const DEADLINE: Duration = Duration::from_secs(30);

fn entry(number: u64) -> Entry {
    let act = Act {
        trace: format!("{number:032x}"),
        actor: format!("p{:032x}", number % 50),
        door: "openai".into(),
        client: "k-measure".into(),
        policy: "0000000000000000".into(),
    };
    let mut facts = Facts::new(Purpose::Intent, Action::Read, Verdict::Allowed, &act);
    for field in ["Id", "Name", "Email", "Phone", "Title", "MailingCity"] {
        facts.touch("Contact", field);
    }
    facts.rule("matrix").entry()
}

/// Measures and prints.
pub(crate) fn measure(what: &str, store: &Store) -> Result<(), Failure> {
    let signer = Signer::new("measure.example/audit", &[1; 32])?;
    let clock = Arc::new(|| UnixMillis(0));
    let begin = Instant::now();
    let sequencer = Sequencer::start(store.log_storage()?, signer, clock)?;
    println!("{what}: start with {} entries: {:?}", sequencer.size(), begin.elapsed());
    for clients in [1, 8, 64, 256] {
        let (rate, waits) = at_full_load(&sequencer, clients)?;
        report(&format!("{clients} clients: {rate:.0}/s"), waits);
    }
    let waits = at_rate(&sequencer, 100, Duration::from_secs(10))?;
    report("100 requests/s, 2 entries", waits);
    Ok(())
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

/// Requests at a steady rate, each with an intent and an outcome, one after the other: what the ledger
/// adds to a request.
fn at_rate(sequencer: &Sequencer, rate: u32, span: Duration) -> Result<Vec<Duration>, Failure> {
    let (begin, step) = (Instant::now(), Duration::from_secs(1) / rate);
    let mut waits = Vec::new();
    for number in 0.. {
        let due = begin + step * number;
        if due - begin > span {
            break;
        }
        std::thread::sleep(due.saturating_duration_since(Instant::now()));
        let handed_in = Instant::now();
        sequencer.append(entry(number.into())).wait(DEADLINE)?;
        sequencer.append(entry(number.into())).wait(DEADLINE)?;
        waits.push(handed_in.elapsed());
    }
    Ok(waits)
}

fn report(what: &str, mut waits: Vec<Duration>) {
    waits.sort();
    let share = |percent: usize| waits.get(waits.len() * percent / 100).copied();
    let [half, most, last] =
        [share(50), share(99), waits.last().copied()].map(Option::unwrap_or_default);
    println!("  {what:26} median {half:>10.1?}  p99 {most:>10.1?}  longest {last:>10.1?}");
}
