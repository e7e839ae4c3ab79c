//! Several gates on one log: one history, and whoever finds another stops.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use ledger::{
    Envelope, Flaw, Leaf, LedgerError, Limits, LogReader, LogStorage, MemoryLog, Row, SealedPart,
    Sequencer, StoredCheckpoint, verify,
};

use crate::fixtures::*;

/// A log that one gate at a time may claim.
#[derive(Clone, Default)]
struct SharedLog {
    log: MemoryLog,
    claimed: Arc<AtomicBool>,
}

impl LogReader for SharedLog {
    fn size(&self) -> Result<u64, LedgerError> {
        self.log.size()
    }
    fn rows(&self, first: u64, count: usize) -> Result<Vec<Row>, LedgerError> {
        self.log.rows(first, count)
    }
    fn leaves(&self, first: u64, count: usize) -> Result<Vec<Leaf>, LedgerError> {
        self.log.leaves(first, count)
    }
    fn last_checkpoint(&self) -> Result<Option<StoredCheckpoint>, LedgerError> {
        self.log.last_checkpoint()
    }
    fn checkpoints(&self, skip: u64, count: usize) -> Result<Vec<StoredCheckpoint>, LedgerError> {
        self.log.checkpoints(skip, count)
    }
}

impl LogStorage for SharedLog {
    fn is_shared(&self) -> bool {
        true
    }
    fn claim(&mut self) -> Result<u64, LedgerError> {
        while self.claimed.swap(true, Ordering::Acquire) {
            std::thread::yield_now();
        }
        self.log.size()
    }
    fn release(&mut self) {
        self.claimed.store(false, Ordering::Release);
    }
    fn keep(&mut self, parts: &[SealedPart]) -> Result<(), LedgerError> {
        self.log.keep(parts)
    }
    fn append(&mut self, rows: &[Row]) -> Result<(), LedgerError> {
        let appended = self.log.append(rows);
        self.release();
        appended
    }
    fn store_checkpoint(
        &mut self,
        last: Option<&StoredCheckpoint>,
        next: &StoredCheckpoint,
    ) -> Result<bool, LedgerError> {
        self.log.store_checkpoint(last, next)
    }
}

fn often() -> Limits {
    Limits { checkpoint_every: Duration::from_millis(5), ..Limits::default() }
}

fn gate(log: &SharedLog, limits: Limits) -> Sequencer {
    Sequencer::start_with(Box::new(log.clone()), signer(), clock(), limits).unwrap()
}

#[test]
fn two_gates_write_one_history() {
    let log = SharedLog::default();
    let gates = [gate(&log, often()), gate(&log, often())];
    let given: Vec<(u64, u64)> = std::thread::scope(|scope| {
        let work = |thread: u64| {
            let gate = &gates[usize::try_from(thread % 2).unwrap()];
            scope.spawn(move || {
                let append = |number: u64| {
                    let name = thread * 1000 + number;
                    (gate.append(intent(name)).wait(LONG).unwrap().index(), name)
                };
                (0..300).map(append).collect::<Vec<_>>()
            })
        };
        let threads: Vec<_> = (0..6).map(work).collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    for gate in &gates {
        gate.close().unwrap();
    }
    let report = verify(&log, &keys(), &[]).unwrap();
    assert_eq!((report.size, report.signed), (1800, 1800));
    let given: BTreeMap<u64, u64> = given.into_iter().collect();
    assert_eq!(given.len(), 1800, "an index was given twice");
    for row in log.rows(0, 1800).unwrap() {
        let trace = Envelope::parse(&row.body).unwrap().facts.trace;
        assert_eq!(trace, format!("{:032x}", given[&row.index]));
    }
}

#[test]
fn an_idle_gate_learns_what_the_other_wrote_and_signed() {
    let log = SharedLog::default();
    let idle = gate(&log, often());
    let busy = gate(&log, quiet());
    for number in 0..700 {
        drop(busy.append(intent(number)));
    }
    busy.append(intent(700)).wait(LONG).unwrap();
    let signed = busy.sign_now().unwrap();
    let begin = std::time::Instant::now();
    while idle.checkpoint().size < 701 {
        assert!(begin.elapsed() < LONG, "{:?}", idle.health());
        std::thread::yield_now();
    }
    assert_eq!((idle.size(), idle.health().trouble), (701, None));
    assert!(signed.size == 701);
    assert_eq!(idle.prove(&log, 3).unwrap().row.index, 3);
}

#[test]
fn a_gate_stops_when_the_log_is_not_what_it_knew() {
    type Tamper = fn(&mut Vec<Row>, &mut Vec<StoredCheckpoint>);
    let cases: [(Tamper, Flaw); 3] = [
        (|rows, _| rows.truncate(6), Flaw::Missing(6)),
        (
            |rows, _| {
                let row = rows[2].clone();
                rows.push(Row { index: 10, ..row });
            },
            Flaw::Displaced { index: 10, says: 2 },
        ),
        (|_, checkpoints| checkpoints.clear(), Flaw::Unsigned),
    ];
    for (tamper, expected) in cases {
        let log = SharedLog::default();
        let gate = gate(&log, quiet());
        for number in 0..10 {
            gate.append(intent(number)).wait(LONG).unwrap();
        }
        gate.sign_now().unwrap();
        log.log.tamper(tamper);
        if expected == Flaw::Unsigned {
            // A checkpoint that went away is met when the next is to be stored.
            gate.append(intent(10)).wait(LONG).unwrap();
            assert_eq!(gate.sign_now().unwrap_err(), expected.clone().into());
        }
        for _ in 0..2 {
            let refused = gate.append(intent(11)).wait(LONG).unwrap_err();
            assert_eq!(refused, expected.clone().into());
        }
    }
}

#[test]
fn a_checkpoint_that_another_history_was_signed_for_stops_the_gate() {
    let fork = log_of(7).last_checkpoint().unwrap().unwrap();
    let log = SharedLog::default();
    let gate = gate(&log, quiet());
    for number in 0..10 {
        gate.append(intent(100 + number)).wait(LONG).unwrap();
    }
    log.log.tamper(|_, checkpoints| checkpoints.push(fork));
    let refused = gate.sign_now().unwrap_err();
    assert!(matches!(refused, LedgerError::Flawed(Flaw::Root { size: 7, .. })), "{refused}");
}
