//! Storage that fails: whatever it does, nobody gets a receipt for what is not there.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use ledger::{
    Envelope, Flaw, Leaf, LedgerError, Limits, LogReader, LogStorage, MemoryLog, Row, SealedPart,
    StoredCheckpoint, verify,
};
use proptest::prelude::*;

use crate::fixtures::*;

#[derive(Clone, Copy, Debug, PartialEq)]
enum Fault {
    /// Nothing is written.
    Full,
    /// All is written, and then an error is reported.
    LostAnswer,
    /// Half is written: a storage that breaks its promise.
    Torn,
}

/// Fails as often as its plan says.
#[derive(Clone)]
struct Faulty {
    log: MemoryLog,
    plan: Arc<Mutex<Vec<Option<Fault>>>>,
    stalled: Arc<AtomicBool>,
    checkpoints_fail: Arc<AtomicBool>,
}

impl Faulty {
    fn new(plan: &[Option<Fault>]) -> Self {
        Self {
            log: MemoryLog::default(),
            plan: Arc::new(Mutex::new(plan.iter().rev().copied().collect())),
            stalled: Arc::default(),
            checkpoints_fail: Arc::default(),
        }
    }
}

fn error() -> LedgerError {
    LedgerError::Storage("disk full".into())
}

impl LogReader for Faulty {
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

impl LogStorage for Faulty {
    fn claim(&mut self) -> Result<u64, LedgerError> {
        self.log.claim()
    }
    fn release(&mut self) {
        self.log.release();
    }
    fn keep(&mut self, parts: &[SealedPart]) -> Result<(), LedgerError> {
        self.log.keep(parts)
    }
    fn append(&mut self, rows: &[Row]) -> Result<(), LedgerError> {
        while self.stalled.load(Ordering::Relaxed) {
            std::thread::sleep(Duration::from_millis(1));
        }
        match self.plan.lock().unwrap().pop().flatten() {
            None => self.log.append(rows),
            Some(Fault::Full) => Err(error()),
            Some(Fault::LostAnswer) => self.log.append(rows).and(Err(error())),
            Some(Fault::Torn) => self.log.append(&rows[..rows.len() / 2]).and(Err(error())),
        }
    }
    fn store_checkpoint(
        &mut self,
        last: Option<&StoredCheckpoint>,
        next: &StoredCheckpoint,
    ) -> Result<bool, LedgerError> {
        if self.checkpoints_fail.load(Ordering::Relaxed) {
            return Err(error());
        }
        self.log.store_checkpoint(last, next)
    }
}

#[test]
fn a_full_disk_refuses_and_the_next_write_works_again() {
    let storage = Faulty::new(&[None, Some(Fault::Full), Some(Fault::Full), None]);
    let sequencer = start_on(storage.clone(), quiet());
    assert_eq!(sequencer.append(intent(0)).wait(LONG).unwrap().index(), 0);
    for number in 1..3 {
        assert_eq!(sequencer.append(intent(number)).wait(LONG).unwrap_err(), error());
        assert_eq!(sequencer.health().trouble, Some(error()));
    }
    assert_eq!(sequencer.append(intent(3)).wait(LONG).unwrap().index(), 1);
    assert_eq!(sequencer.health().trouble, None);
    sequencer.close().unwrap();
    assert_eq!(verify(&storage, &keys(), &[]).unwrap().size, 2);
}

#[test]
fn a_batch_whose_answer_was_lost_keeps_its_indices() {
    let storage = Faulty::new(&[Some(Fault::LostAnswer), None]);
    let sequencer = start_on(storage.clone(), quiet());
    assert_eq!(sequencer.append(intent(0)).wait(LONG).unwrap_err(), error());
    // The refused entry is in the log; index 0 must not be given a second time.
    assert_eq!(sequencer.append(intent(1)).wait(LONG).unwrap().index(), 1);
    sequencer.close().unwrap();
    assert_eq!(verify(&storage, &keys(), &[]).unwrap().size, 2);
}

#[test]
fn what_was_written_though_refused_is_signed_for() {
    let storage = Faulty::new(&[Some(Fault::LostAnswer)]);
    let sequencer = start_on(storage.clone(), quiet());
    assert!(sequencer.append(intent(0)).wait(LONG).is_err());
    assert_eq!(sequencer.sign_now().unwrap().size, 1);
}

/// Waits until the writer has taken what was handed in, however slow the machine is.
fn taken(sequencer: &ledger::Sequencer) {
    let patience = Instant::now() + LONG;
    while sequencer.health().waiting > 0 && Instant::now() < patience {
        std::thread::sleep(Duration::from_millis(1));
    }
}

#[test]
fn a_storage_that_keeps_half_a_batch_is_not_written_to_again() {
    let storage = Faulty::new(&[None, Some(Fault::Torn), None, None]);
    storage.stalled.store(true, Ordering::Relaxed);
    let sequencer = start_on(storage.clone(), quiet());
    let first = sequencer.append(intent(0));
    taken(&sequencer);
    let batch: Vec<_> = (1..5).map(|number| sequencer.append(intent(number))).collect();
    storage.stalled.store(false, Ordering::Relaxed);
    first.wait(LONG).unwrap();
    for pending in batch {
        assert_eq!(pending.wait(LONG).unwrap_err(), error());
    }
    for _ in 0..2 {
        let refused = sequencer.append(intent(9)).wait(LONG).unwrap_err();
        assert_eq!(refused, Flaw::Missing(1).into());
    }
    assert!(sequencer.sign_now().is_err());
}

#[test]
fn a_stalled_disk_refuses_after_the_deadline() {
    let storage = Faulty::new(&[]);
    let deadline = Duration::from_millis(60);
    let limits = Limits { queue: 4, batch: 1, deadline, ..quiet() };
    let sequencer = start_on(storage.clone(), limits);
    storage.stalled.store(true, Ordering::Relaxed);
    let begin = Instant::now();
    // One is with the disk, four wait, the sixth finds no place.
    let mut held = vec![sequencer.append(intent(0))];
    taken(&sequencer);
    held.extend((1..5).map(|number| sequencer.append(intent(number))));
    assert_eq!(sequencer.append(intent(5)).wait(LONG).unwrap_err(), LedgerError::Busy);
    // The ledger's own deadline ends the wait, though these callers would wait for long.
    for pending in held {
        assert_eq!(pending.wait(LONG).unwrap_err(), LedgerError::Late);
    }
    assert!(begin.elapsed() >= deadline && begin.elapsed() < LONG, "{:?}", begin.elapsed());
    storage.stalled.store(false, Ordering::Relaxed);
    // It recovers by itself; what was given up was written late, which does no harm.
    let receipt = loop {
        match sequencer.append(intent(6)).wait(LONG) {
            Err(LedgerError::Busy) => std::thread::sleep(Duration::from_millis(1)),
            answer => break answer.unwrap(),
        }
    };
    assert_eq!(receipt.index(), 5);
}

#[test]
fn a_caller_may_wait_for_less_than_the_ledger_would() {
    let storage = Faulty::new(&[]);
    let sequencer = start_on(storage.clone(), quiet());
    storage.stalled.store(true, Ordering::Relaxed);
    let refused = sequencer.append(intent(0)).wait(Duration::from_millis(10));
    storage.stalled.store(false, Ordering::Relaxed);
    assert_eq!(refused.unwrap_err(), LedgerError::Late);
}

#[test]
fn a_checkpoint_that_is_not_stored_is_not_shown() {
    let storage = Faulty::new(&[]);
    let sequencer = start_on(storage.clone(), quiet());
    sequencer.append(intent(0)).wait(LONG).unwrap();
    storage.checkpoints_fail.store(true, Ordering::Relaxed);
    assert_eq!(sequencer.sign_now().unwrap_err(), error());
    assert_eq!(sequencer.checkpoint().size, 0);
    assert_eq!(sequencer.health().trouble, Some(error()));
    storage.checkpoints_fail.store(false, Ordering::Relaxed);
    assert_eq!(sequencer.sign_now().unwrap().size, 1);
}

fn fault() -> impl Strategy<Value = Option<Fault>> {
    prop_oneof![3 => Just(None), 1 => Just(Some(Fault::Full)), 1 => Just(Some(Fault::LostAnswer))]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]
    #[test]
    fn no_fault_gives_a_receipt_for_what_is_not_there(
        plan in proptest::collection::vec(fault(), 0..40), batch in 1_usize..8, threads in 1_u64..5
    ) {
        let storage = Faulty::new(&plan);
        let sequencer = start_on(storage.clone(), Limits { batch, ..quiet() });
        let accepted: Vec<_> = std::thread::scope(|scope| {
            let work = |thread| {
                let sequencer = sequencer.clone();
                scope.spawn(move || (0..12).filter_map(|number| {
                    let name = thread * 100 + number;
                    let receipt = sequencer.append(intent(name)).wait(LONG).ok()?;
                    Some((receipt.index(), name))
                }).collect::<Vec<_>>())
            };
            let threads: Vec<_> = (0..threads).map(work).collect();
            threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
        });
        let _ = sequencer.close();
        let held = rows(&storage.log);
        for (index, name) in accepted {
            let body = &held[usize::try_from(index).unwrap()].body;
            let trace = Envelope::parse(body).unwrap().facts.trace;
            prop_assert_eq!(trace, format!("{name:032x}"));
        }
        // What is there adds up, and the next start accepts it.
        drop(try_start(&storage.log).unwrap());
        prop_assert_eq!(verify(&storage.log, &keys(), &[]).unwrap().size, held.len() as u64);
    }
}
