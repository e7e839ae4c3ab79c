//! Two gates on one database: one history, and each thing that is good once is had once.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use boundary::{PersonId, UnixMillis};
use keys::KeyHash;
use ledger::{Annex, Envelope, LedgerError, Limits, SealedPart, Sequencer, verify, verify_sealed};
use postgresql::Postgres;
use store::{Backend as _, Proposal, ProposalState, Store};

use crate::cluster::cluster;
use crate::history_suite::{LONG, clock, entry, meet, signer};

const NOW: UnixMillis = UnixMillis(1_800_000_000_000);

pub(crate) fn often() -> Limits {
    Limits { checkpoint_every: Duration::from_millis(20), ..Limits::default() }
}

pub(crate) fn gate(store: &Store) -> Sequencer {
    Sequencer::start_with(store.log_storage().unwrap(), signer(), clock(), often()).unwrap()
}

/// Appends until told to stop. Gives the index and the number of each entry with a receipt; a
/// refusal is one, for nobody acts on it.
pub(crate) fn append_until(
    stop: &AtomicBool,
    receipts: &AtomicU64,
    gate: &Sequencer,
    thread: u64,
) -> (BTreeMap<u64, u64>, u64) {
    let (mut given, mut refused) = (BTreeMap::new(), 0);
    for number in thread << 32.. {
        if stop.load(Ordering::Relaxed) {
            break;
        }
        let part = SealedPart::new("prompt", "p", number.to_be_bytes().to_vec());
        match gate.append_with(entry(number), Annex::default(), vec![part]).wait(LONG) {
            Ok(receipt) => {
                assert_eq!(given.insert(receipt.index(), number), None);
                receipts.fetch_add(1, Ordering::Relaxed);
            }
            Err(LedgerError::Storage(_) | LedgerError::Late | LedgerError::Busy) => {
                refused += 1;
                std::thread::sleep(Duration::from_millis(1));
            }
            Err(other) => panic!("{other}"),
        }
    }
    (given, refused)
}

/// Each acknowledged entry is there, none twice, and the whole adds up.
pub(crate) fn check(store: &Store, given: &[BTreeMap<u64, u64>]) {
    drop(gate(store));
    let keys = signer().verifying_keys().unwrap();
    meet(store, "p");
    let report = verify_sealed(store.log(), store.sealed(), &keys, &[]).unwrap();
    assert_eq!(report.size, report.signed);
    let mut all = BTreeMap::new();
    for (index, number) in given.iter().flatten() {
        assert_eq!(all.insert(*index, *number), None, "index {index} was given twice");
    }
    let mut next = 0;
    while next < report.size {
        for row in store.log().rows(next, 1000).unwrap() {
            let trace = Envelope::parse(&row.body).unwrap().facts.trace;
            if let Some(number) = all.remove(&row.index) {
                assert_eq!(trace, format!("{number:032x}"), "entry {}", row.index);
            }
            next += 1;
        }
    }
    assert!(all.is_empty(), "acknowledged and not there: {all:?}");
}

#[test]
fn connections_are_ended_at_random() {
    let Some(cluster) = cluster() else { return };
    let schema = cluster.schema();
    let stores = [schema.store(), schema.store()];
    let gates = [gate(&stores[0].1), gate(&stores[1].1)];
    let (stop, receipts) = (AtomicBool::new(false), AtomicU64::new(0));
    let (given, refused): (Vec<_>, Vec<_>) = std::thread::scope(|scope| {
        let (stop, gates, receipts) = (&stop, &gates, &receipts);
        let work = |thread: u64| {
            let gate = &gates[usize::from(thread % 2 == 1)];
            scope.spawn(move || append_until(stop, receipts, gate, thread))
        };
        let threads: Vec<_> = (0..4).map(work).collect();
        let ended = format!(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
             WHERE application_name = '{}' AND state <> 'idle' ORDER BY random() LIMIT 1",
            schema.name
        );
        for round in 0..40 {
            cluster.rule(&ended);
            // Slow machines get further between two blows, too.
            let begin = Instant::now();
            while receipts.load(Ordering::Relaxed) < 2 * round && begin.elapsed() < LONG {
                std::thread::yield_now();
            }
        }
        stop.store(true, Ordering::Relaxed);
        threads.into_iter().map(|thread| thread.join().unwrap()).unzip()
    });
    let (entries, refused) =
        (given.iter().map(BTreeMap::len).sum::<usize>(), refused.iter().sum::<u64>());
    println!("{entries} entries of two gates, {refused} refused");
    assert!(entries > 50 && refused > 0, "{entries} entries, {refused} refused: nothing is tested");
    drop(gates);
    check(&stores[0].1, &given);
}

#[test]
fn what_one_gate_acknowledged_the_other_sees() {
    let Some(cluster) = cluster() else { return };
    let schema = cluster.schema();
    let stores = [schema.store(), schema.store()];
    let gates = [gate(&stores[0].1), gate(&stores[1].1)];
    for number in 0..20 {
        let at = usize::from(number % 2 == 0);
        let index = gates[at].append(entry(number)).wait(LONG).unwrap().index();
        assert_eq!(index, number);
        let other = &stores[1 - at].1;
        assert_eq!(other.log().size().unwrap(), index + 1);
        assert_eq!(other.activity(None, None, 1).unwrap()[0].seq, index);
        let found = other.index().search(other.log(), &store::Query::new(1)).unwrap();
        assert_eq!(found.entries[0].seq, index);
    }
    // Each proves what the other wrote, under a checkpoint that either signed.
    for (gate, (_, store)) in gates.iter().zip(&stores) {
        gate.sign_now().unwrap();
        assert_eq!(gate.prove(store.log(), 7).unwrap().row.index, 7);
    }
    let keys = signer().verifying_keys().unwrap();
    assert_eq!(verify(stores[0].1.log(), &keys, &[]).unwrap().size, 20);
}

#[test]
fn a_database_that_was_put_back_stops_both_gates() {
    let Some(cluster) = cluster() else { return };
    let schema = cluster.schema();
    let stores = [schema.store(), schema.store()];
    let gates = [gate(&stores[0].1), gate(&stores[1].1)];
    for number in 0..20 {
        gates[0].append(entry(number)).wait(LONG).unwrap();
    }
    gates[1].append(entry(20)).wait(LONG).unwrap();
    schema.tamper(
        "DELETE FROM entries WHERE idx >= 10; DELETE FROM leaves WHERE idx >= 10;
         DELETE FROM checkpoints WHERE size > 10;
         UPDATE head SET size = 10, checkpoints = (SELECT count(*) FROM checkpoints),
            note = (SELECT note FROM checkpoints ORDER BY id DESC LIMIT 1)",
    );
    for gate in &gates {
        let refused = gate.append(entry(30)).wait(LONG).unwrap_err();
        assert!(matches!(refused, LedgerError::Flawed(_)), "{refused}");
        assert!(gate.health().trouble.is_some());
    }
}

/// How many of eight threads on two gates succeed.
fn contend(gates: &[Postgres; 2], attempt: impl Fn(&Postgres) -> bool + Sync) -> usize {
    let begin = std::sync::Barrier::new(8);
    std::thread::scope(|scope| {
        let (begin, attempt) = (&begin, &attempt);
        let one = |thread: usize| {
            let gate = &gates[thread % 2];
            scope.spawn(move || {
                begin.wait();
                attempt(gate)
            })
        };
        let threads: Vec<_> = (0..8).map(one).collect();
        threads.into_iter().map(|thread| usize::from(thread.join().unwrap())).sum()
    })
}

fn proposal(id: &str) -> Proposal {
    Proposal {
        id: id.to_owned(),
        person: PersonId::new("00DA", "005A"),
        state: ProposalState::Waiting,
        sealed: b"content".to_vec(),
        digest: "d".into(),
        created: NOW,
        expires: NOW.plus(100),
        decided_by: None,
        changed: NOW,
        batch: String::new(),
    }
}

#[test]
fn an_approval_that_both_gates_get_is_carried_out_once() {
    let Some(cluster) = cluster() else { return };
    let schema = cluster.schema();
    let gates = [schema.postgres(), schema.postgres()];
    let ada = PersonId::new("00DA", "005A");
    for round in 0..10 {
        let id = format!("w{round}");
        gates[0].state().add_proposal(&proposal(&id)).unwrap();
        let won = contend(&gates, |gate| {
            let (from, to) = (ProposalState::Waiting, ProposalState::Executing);
            gate.state().transition(&id, from, to, Some(&ada), NOW).unwrap()
        });
        assert_eq!(won, 1, "round {round}");
    }
}

#[test]
fn what_a_dead_gate_left_one_other_takes_over() {
    let Some(cluster) = cluster() else { return };
    let schema = cluster.schema();
    let [dead, one, other] = [schema.postgres(), schema.postgres(), schema.postgres()];
    for gate in [&dead, &one, &other] {
        gate.state().seen(NOW, NOW).unwrap();
    }
    assert_eq!(one.state().others(NOW).unwrap(), 2);
    for round in 0..10 {
        let id = format!("w{round}");
        one.state().add_proposal(&proposal(&id)).unwrap();
        let (from, to) = (ProposalState::Waiting, ProposalState::Executing);
        assert!(dead.state().transition(&id, from, to, None, NOW).unwrap());
    }
    assert_eq!(one.state().take_over_proposals(NOW).unwrap(), [], "its gate lives");
    for gate in [&one, &other] {
        gate.state().seen(NOW.plus(60), NOW).unwrap();
    }
    let gates = [one, other];
    let taken = AtomicUsize::new(0);
    contend(&gates, |gate| {
        let left = gate.state().take_over_proposals(NOW.plus(1)).unwrap().len();
        taken.fetch_add(left, Ordering::Relaxed);
        true
    });
    assert_eq!(taken.into_inner(), 10, "each by one gate");
}

#[test]
fn what_is_good_once_is_had_once_by_all_gates_together() {
    let Some(cluster) = cluster() else { return };
    let schema = cluster.schema();
    let gates = [schema.postgres(), schema.postgres()];
    let ada = PersonId::new("00DA", "005A");
    for day in 0..5 {
        let rows = AtomicU64::new(0);
        contend(&gates, |gate| {
            let granted = gate.state().reserve_rows("c", &ada, day, 30, 100).unwrap();
            rows.fetch_add(granted, Ordering::Relaxed);
            true
        });
        assert_eq!(rows.into_inner(), 100, "the budget of a day, to the row");
    }
    for thing in ["a", "b", "c"] {
        let thing = KeyHash::of("test", thing.as_bytes());
        let won = contend(&gates, |gate| gate.state().use_once(&thing, NOW.plus(10), NOW).unwrap());
        assert_eq!(won, 1);
    }
    let generation = gates[0].state().put_grant(&ada, b"start", NOW).unwrap();
    let won =
        contend(&gates, |gate| gate.state().swap_grant(&ada, generation, b"next", NOW).unwrap());
    assert_eq!(won, 1);
}
