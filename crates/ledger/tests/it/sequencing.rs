use std::collections::BTreeMap;
use std::sync::mpsc;
use std::time::{Duration, Instant};

use boundary::{Purpose, Verdict};
use ledger::{
    Annex, Envelope, LedgerError, Limits, LogReader, MemoryLog, ProofStatus, Usage, verify,
};
use proptest::prelude::*;

use crate::fixtures::*;

#[test]
fn a_receipt_names_the_place_of_its_entry() {
    let log = MemoryLog::default();
    let sequencer = start(&log);
    let first = sequencer.append(intent(1)).wait(LONG).unwrap();
    let second = sequencer.append(outcome(2, Verdict::Done, &first)).wait(LONG).unwrap();
    assert_eq!((first.index(), second.index()), (0, 1));
    assert_eq!(second.purpose(), Purpose::Outcome);
    let envelope = Envelope::parse(&rows(&log)[1].body).unwrap();
    assert_eq!((envelope.seq, envelope.facts.link), (1, Some(0)));
}

#[test]
fn an_annex_stands_in_the_entry() {
    let log = MemoryLog::default();
    let annex = Annex { usage: Some(Usage { input: 1, output: 2 }), ..Annex::default() };
    start(&log).append_with(intent(1), annex.clone(), Vec::new()).wait(LONG).unwrap();
    assert_eq!(Envelope::parse(&rows(&log)[0].body).unwrap().annex, annex);
}

#[test]
fn a_receipt_can_be_awaited_without_a_runtime() {
    let sequencer = start(&MemoryLog::default());
    let pending = (0..50).map(|number| sequencer.append(intent(number)));
    let receipts = block_on(futures(pending.collect()));
    let indices: Vec<_> = receipts.into_iter().map(|receipt| receipt.unwrap().index()).collect();
    assert_eq!(indices, (0..50).collect::<Vec<_>>());
}

async fn futures(all: Vec<ledger::Pending>) -> Vec<Result<boundary::Receipt, LedgerError>> {
    let mut receipts = Vec::new();
    for pending in all {
        receipts.push(pending.await);
    }
    receipts
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    struct Unpark(std::thread::Thread);
    impl std::task::Wake for Unpark {
        fn wake(self: std::sync::Arc<Self>) {
            self.0.unpark();
        }
    }
    let waker = std::sync::Arc::new(Unpark(std::thread::current())).into();
    let mut context = std::task::Context::from_waker(&waker);
    let mut future = std::pin::pin!(future);
    loop {
        match future.as_mut().poll(&mut context) {
            std::task::Poll::Ready(value) => return value,
            std::task::Poll::Pending => std::thread::park_timeout(LONG),
        }
    }
}

#[test]
fn a_growing_log_is_signed_without_being_asked() {
    let log = MemoryLog::default();
    let every = Duration::from_millis(30);
    let sequencer = start_on(log.clone(), Limits { checkpoint_every: every, ..Limits::default() });
    let receipt = sequencer.append(intent(1)).wait(LONG).unwrap();
    let start = Instant::now();
    while sequencer.proof_status(receipt.index()) == ProofStatus::Pending {
        assert!(start.elapsed() < LONG, "no checkpoint");
        std::thread::sleep(Duration::from_millis(5));
    }
    assert_eq!(sequencer.checkpoint(), log.last_checkpoint().unwrap().unwrap());
    assert_eq!(sequencer.checkpoint().size, 1);
    // It does not sign the same again.
    let signed = log.checkpoints(0, 100).unwrap().len();
    std::thread::sleep(every * 4);
    assert_eq!(log.checkpoints(0, 100).unwrap().len(), signed);
}

#[test]
fn closing_writes_what_waits_and_signs_it() {
    let log = MemoryLog::default();
    let sequencer = start(&log);
    let waiting: Vec<_> = (0..300).map(|number| sequencer.append(intent(number))).collect();
    sequencer.close().unwrap();
    for pending in waiting {
        pending.wait(Duration::ZERO).unwrap();
    }
    assert_eq!(log.last_checkpoint().unwrap().unwrap().size, 300);
    let late = sequencer.append(intent(1)).wait(LONG);
    assert_eq!(late.unwrap_err(), LedgerError::Closed);
    assert_eq!(sequencer.sign_now().unwrap_err(), LedgerError::Closed);
}

#[test]
fn the_last_handle_closes_too() {
    let log = MemoryLog::default();
    let one = start(&log);
    let other = one.clone();
    drop(one);
    other.append(intent(1)).wait(LONG).unwrap();
    drop(other);
    assert_eq!(log.last_checkpoint().unwrap().unwrap().size, 1);
}

#[test]
fn an_unfit_entry_is_refused_and_leaves_no_gap() {
    let log = MemoryLog::default();
    let sequencer = start(&log);
    let mut facts = intent(1).facts().clone();
    facts.client = "ada@example.com".into();
    let refused = sequencer.append(facts.entry()).wait(LONG).unwrap_err();
    assert!(matches!(refused, LedgerError::Unfit(_)), "{refused}");
    assert!(!refused.to_string().contains("ada"));
    assert_eq!(sequencer.append(intent(2)).wait(LONG).unwrap().index(), 0);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(25))]
    /// However threads interleave and however commits are grouped: no index is missing or given
    /// twice, and each receipt's index holds its own entry.
    #[test]
    fn each_receipt_leads_to_its_own_entry(
        threads in 1_u64..9, each in 1_u64..60, batch in 1_usize..40, queue in 1_usize..50
    ) {
        let log = MemoryLog::default();
        let sequencer = start_on(log.clone(), Limits { batch, queue, ..quiet() });
        let (sender, receiver) = mpsc::channel();
        std::thread::scope(|scope| {
            for thread in 0..threads {
                let (sequencer, sender) = (sequencer.clone(), sender.clone());
                scope.spawn(move || for number in 0..each {
                    let name = thread * 1000 + number;
                    let receipt = loop {
                        match sequencer.append(intent(name)).wait(LONG) {
                            Ok(receipt) => break receipt,
                            Err(LedgerError::Busy) => std::thread::yield_now(),
                            Err(other) => panic!("{other}"),
                        }
                    };
                    sender.send((receipt.index(), name)).unwrap();
                });
            }
        });
        drop(sender);
        sequencer.close().unwrap();
        let receipts: BTreeMap<_, _> = receiver.iter().collect();
        prop_assert_eq!(receipts.len() as u64, threads * each);
        prop_assert_eq!(receipts.keys().copied().collect::<Vec<_>>(),
            (0..threads * each).collect::<Vec<_>>());
        for row in rows(&log) {
            let trace = Envelope::parse(&row.body).unwrap().facts.trace;
            prop_assert_eq!(&trace, &format!("{:032x}", receipts[&row.index]));
        }
        let report = verify(&log, &keys(), &[]).unwrap();
        prop_assert_eq!(report.signed, threads * each);
    }
}
