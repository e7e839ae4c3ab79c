//! Entries, clocks and keys for the tests.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use boundary::{Act, Action, Entry, Facts, Purpose, Receipt, UnixMillis, Verdict};
use ledger::{
    Clock, LedgerError, Limits, LogReader, LogStorage, MemoryLog, Row, Sequencer, Signer,
    VerifyingKeys,
};

pub(crate) const ORIGIN: &str = "gate.example/audit";
pub(crate) const SEED: [u8; 32] = [7; 32];
pub(crate) const OTHER_SEED: [u8; 32] = [8; 32];
pub(crate) const LONG: Duration = Duration::from_secs(20);

pub(crate) fn signer() -> Signer {
    Signer::new(ORIGIN, &SEED).unwrap()
}

pub(crate) fn keys() -> VerifyingKeys {
    signer().verifying_keys().unwrap()
}

/// A clock that moves a millisecond at each look.
pub(crate) fn clock() -> Clock {
    let now = AtomicU64::new(1_800_000_000_000);
    Arc::new(move || UnixMillis(now.fetch_add(1, Ordering::Relaxed)))
}

/// No checkpoint but those that are asked for.
pub(crate) fn quiet() -> Limits {
    Limits { checkpoint_every: Duration::from_hours(1), ..Limits::default() }
}

pub(crate) fn start(log: &MemoryLog) -> Sequencer {
    try_start(log).unwrap()
}

pub(crate) fn try_start(log: &MemoryLog) -> Result<Sequencer, LedgerError> {
    Sequencer::start_with(Box::new(log.clone()), signer(), clock(), quiet())
}

pub(crate) fn start_on(storage: impl LogStorage + 'static, limits: Limits) -> Sequencer {
    Sequencer::start_with(Box::new(storage), signer(), clock(), limits).unwrap()
}

pub(crate) fn act(number: u64) -> Act {
    Act {
        trace: format!("{number:032x}"),
        actor: format!("p{}", number % 3),
        door: "page".into(),
        client: "s".into(),
        policy: "0000000000000000".into(),
        tenant: None,
        tool: None,
    }
}

pub(crate) fn intent(number: u64) -> Entry {
    Facts::new(Purpose::Intent, Action::Read, Verdict::Allowed, &act(number)).entry()
}

pub(crate) fn outcome(number: u64, verdict: Verdict, intent: &Receipt) -> Entry {
    let facts = Facts::new(Purpose::Outcome, Action::Read, verdict, &act(number));
    facts.answers(intent).entry()
}

/// A closed log of so many intents, with a checkpoint after each ten.
pub(crate) fn log_of(count: u64) -> MemoryLog {
    let log = MemoryLog::default();
    let sequencer = start(&log);
    for number in 0..count {
        sequencer.append(intent(number)).wait(LONG).unwrap();
        if number % 10 == 9 {
            sequencer.sign_now().unwrap();
        }
    }
    sequencer.close().unwrap();
    log
}

pub(crate) fn rows(log: &MemoryLog) -> Vec<Row> {
    log.rows(0, usize::MAX).unwrap()
}

/// An independent copy of a log.
pub(crate) fn copy(log: &MemoryLog) -> MemoryLog {
    let copy = MemoryLog::default();
    let checkpoints = log.checkpoints(0, usize::MAX).unwrap();
    copy.tamper(|into, signed| {
        *into = rows(log);
        *signed = checkpoints;
    });
    copy
}

/// Rewrites an entry and files it as if it had always been so.
pub(crate) fn forge(row: &mut Row, from: &str, to: &str) {
    let body = String::from_utf8(row.body.clone()).unwrap();
    assert!(body.contains(from), "{body}");
    row.body = body.replace(from, to).into_bytes();
    row.leaf = tlog_tiles::tlog::record_hash(&row.body).0;
}
