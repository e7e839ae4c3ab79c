//! One gate drops entries while others write, read and stand still.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use ledger::{Flaw, LedgerError, Limits, Sequencer, verify, verify_sealed};
use store::{Backend as _, Store};

use crate::cluster::cluster;
use crate::history_suite::{LONG, clock, entry, meet, pruning, signer};
use crate::sharing::{append_until, gate};

#[test]
fn others_write_and_verify_while_one_prunes() {
    let Some(cluster) = cluster() else { return };
    let schema = cluster.schema();
    let stores = [schema.store(), schema.store()];
    let gates = [gate(&stores[0].1), gate(&stores[1].1)];
    let keys = signer().verifying_keys().unwrap();
    let (stop, receipts) = (AtomicBool::new(false), AtomicU64::new(0));
    let begin = Instant::now();
    let given: Vec<(BTreeMap<u64, u64>, u64)> = std::thread::scope(|scope| {
        let (stop, gates, receipts, keys) = (&stop, &gates, &receipts, &keys);
        let work = |thread: u64| {
            let gate = &gates[usize::from(thread % 2 == 1)];
            scope.spawn(move || append_until(stop, receipts, gate, thread))
        };
        let threads: Vec<_> = (0..8).map(work).collect();
        let log = stores[1].1.log();
        let verifier = scope.spawn(move || {
            let mut rounds = 0;
            while !stop.load(Ordering::Relaxed) {
                // The first checkpoint may not be signed yet.
                match verify(log, keys, &[]) {
                    Ok(_) | Err(LedgerError::Flawed(Flaw::Unsigned)) => rounds += 1,
                    Err(flaw) => panic!("{flaw}"),
                }
            }
            rounds
        });
        let mut storage = stores[0].1.log_storage().unwrap();
        for minimum in [256, 512, 1024] {
            while receipts.load(Ordering::Relaxed) < minimum + 50 && begin.elapsed() < 6 * LONG {
                std::thread::sleep(Duration::from_millis(5));
            }
            gates[0].append(pruning(minimum)).wait(LONG).unwrap();
            gates[0].sign_now().unwrap();
            storage.prune(minimum).unwrap();
        }
        stop.store(true, Ordering::Relaxed);
        assert!(verifier.join().unwrap() > 0);
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(given.iter().map(|(_, refused)| refused).sum::<u64>(), 0, "nobody was kept out");
    for gate in &gates {
        gate.sign_now().unwrap();
        assert!(gate.prove(stores[0].1.log(), 1024).is_ok());
    }
    drop(gates);
    meet(&stores[0].1, "p");
    let report = verify_sealed(stores[0].1.log(), stores[0].1.sealed(), &keys, &[]).unwrap();
    let entries = given.iter().map(|(given, _)| given.len() as u64).sum::<u64>();
    assert_eq!((report.size, report.minimum), (entries + 3, 1024));
    println!("{entries} entries by two gates in {:?}, 1024 of them pruned", begin.elapsed());
}

#[test]
fn of_two_that_prune_at_once_one_waits_for_the_other() {
    let Some(cluster) = cluster() else { return };
    let schema = cluster.schema();
    let (_dir, store) = schema.store();
    fill(&store, 1100);
    for minimum in [256, 512, 768] {
        std::thread::scope(|scope| {
            let prune = |to: u64| {
                let store = &store;
                scope.spawn(move || store.log_storage().unwrap().prune(to))
            };
            // The higher always gets its way; the lower may come too late.
            let [high, _low] = [prune(minimum + 256), prune(minimum)].map(|it| it.join().unwrap());
            high.unwrap();
        });
        assert_eq!(store.log().minimum().unwrap(), minimum + 256);
        assert_eq!(store.log().rows(0, 1).unwrap()[0].index, minimum + 256);
    }
}

fn fill(store: &Store, count: u64) {
    let sequencer = gate(store);
    let waiting: Vec<_> = (0..count).map(|number| sequencer.append(entry(number))).collect();
    for pending in waiting {
        pending.wait(LONG).unwrap();
    }
    sequencer.append(pruning(count - count % 256)).wait(LONG).unwrap();
    sequencer.close().unwrap();
}

/// A gate that looks at what others write only when it writes itself, as one that was cut off.
fn asleep(store: &Store) -> Sequencer {
    let limits = Limits { checkpoint_every: Duration::from_hours(1), ..Limits::default() };
    Sequencer::start_with(store.log_storage().unwrap(), signer(), clock(), limits).unwrap()
}

#[test]
fn a_gate_that_slept_through_it_goes_on_with_the_same_tree() {
    let Some(cluster) = cluster() else { return };
    for tampered in [false, true] {
        let schema = cluster.schema();
        let stores = [schema.store(), schema.store()];
        let sleeper = asleep(&stores[1].1);
        sleeper.append(entry(1)).wait(LONG).unwrap();
        fill(&stores[0].1, 1100);
        stores[0].1.log_storage().unwrap().prune(1024).unwrap();
        if tampered {
            let other = "(SELECT hash FROM leaves WHERE idx = 3)";
            schema.tamper(&format!("UPDATE leaves SET hash = {other} WHERE idx = 700"));
        }
        let index = sleeper.append(entry(2)).wait(LONG).map(|receipt| receipt.index());
        let signed = sleeper.sign_now();
        if tampered {
            assert!(matches!(signed, Err(LedgerError::Flawed(_))), "{signed:?}");
            continue;
        }
        assert_eq!((index.unwrap(), signed.unwrap().size), (1102, 1103));
        assert_eq!(sleeper.prove(stores[1].1.log(), 1050).unwrap().row.index, 1050);
        let keys = signer().verifying_keys().unwrap();
        let report = verify(stores[0].1.log(), &keys, &[]).unwrap();
        assert_eq!((report.size, report.minimum), (1103, 1024));
    }
}

#[test]
fn every_gates_copy_counts_and_a_turn_is_given_on() {
    let Some(cluster) = cluster() else { return };
    let schema = cluster.schema();
    let now = boundary::UnixMillis(1_800_000_000_000);
    let [one, other] = [schema.postgres(), schema.postgres()];
    let all = || one.state().copied_by_all(now).unwrap();
    assert_eq!(all(), None);
    for gate in [&one, &other] {
        gate.state().seen(now, now).unwrap();
    }
    one.state().copied(700).unwrap();
    assert_eq!(all(), Some(0), "the other has copied nothing");
    other.state().copied(300).unwrap();
    assert_eq!(all(), Some(300));
    one.state().seen(now.plus(5), now).unwrap();
    assert_eq!(one.state().copied_by_all(now.plus(1)).unwrap(), Some(700), "the other is dead");
    other.state().gone().unwrap();
    assert_eq!(all(), Some(700));

    assert!(one.state().lease("retention", now, now.plus(10)).unwrap());
    assert!(!other.state().lease("retention", now, now.plus(10)).unwrap());
    other.state().give_up("retention").unwrap();
    assert!(!other.state().lease("retention", now, now.plus(10)).unwrap(), "it was not its own");
    one.state().give_up("retention").unwrap();
    assert!(other.state().lease("retention", now, now.plus(10)).unwrap());
}
