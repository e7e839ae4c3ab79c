//! What the sequencer relies on, whatever the database is.

use boundary::UnixMillis;
use ledger::{LogStorage, Row, StoredCheckpoint};

/// Runs each check on a log of its own, which `with` makes.
pub(crate) fn conforms(with: impl Fn(&dyn Fn(&mut dyn LogStorage))) {
    with(&starts_empty);
    with(&keeps_rows);
    with(&appends_all_or_none);
    with(&keeps_checkpoints);
    with(&keeps_extremes);
    with(&a_claim_is_given_up);
    with(&drops_what_is_below);
}

fn row(index: u64) -> Row {
    Row {
        index,
        leaf: [u8::try_from(index % 251).unwrap(); 32],
        body: format!("body {index}").into_bytes(),
        time: UnixMillis(index * 10),
        actor: format!("p{}", index % 3),
    }
}

fn rows(range: std::ops::Range<u64>) -> Vec<Row> {
    range.map(row).collect()
}

fn starts_empty(log: &mut dyn LogStorage) {
    assert_eq!(log.size().unwrap(), 0);
    assert_eq!(log.rows(0, 10).unwrap(), []);
    assert_eq!(log.leaves(0, 10).unwrap(), [[0; 32]; 0]);
    assert_eq!(log.last_checkpoint().unwrap(), None);
    assert_eq!(log.checkpoints(0, 10).unwrap(), []);
}

fn keeps_rows(log: &mut dyn LogStorage) {
    log.append(&rows(0..300)).unwrap();
    log.append(&rows(300..301)).unwrap();
    log.append(&[]).unwrap();
    assert_eq!(log.size().unwrap(), 301);
    assert_eq!(log.rows(0, 1000).unwrap(), rows(0..301));
    assert_eq!(log.rows(299, 1).unwrap(), rows(299..300));
    assert_eq!(log.rows(301, 5).unwrap(), []);
    assert_eq!(log.rows(5, 0).unwrap(), []);
    let leaves: Vec<_> = rows(250..301).into_iter().map(|row| row.leaf).collect();
    assert_eq!(log.leaves(250, 1000).unwrap(), leaves);
    assert_eq!(log.leaves(250, 2).unwrap(), leaves[..2]);
}

fn appends_all_or_none(log: &mut dyn LogStorage) {
    log.append(&rows(0..5)).unwrap();
    for wrong in [
        rows(4..7),
        rows(6..8),
        vec![row(5), row(7)],
        vec![row(5), row(5)],
        vec![row(5), row(6), row(3)],
    ] {
        assert!(log.append(&wrong).is_err());
        assert_eq!(log.rows(0, 100).unwrap(), rows(0..5));
        assert_eq!(log.leaves(0, 100).unwrap().len(), 5);
    }
    log.append(&rows(5..7)).unwrap();
    assert_eq!(log.size().unwrap(), 7);
}

fn keeps_checkpoints(log: &mut dyn LogStorage) {
    let checkpoint = |size: u64, note: &str| StoredCheckpoint {
        size,
        at: UnixMillis(size + 1),
        note: note.to_owned(),
    };
    log.append(&rows(0..3)).unwrap();
    // A key rotation signs the same size twice.
    let all = [checkpoint(0, "a"), checkpoint(3, "b"), checkpoint(3, "b, signed by two")];
    for (at, one) in all.iter().enumerate() {
        let last = at.checked_sub(1).map(|last| &all[last]);
        assert!(log.store_checkpoint(last, one).unwrap());
        assert_eq!(log.last_checkpoint().unwrap().as_ref(), Some(one));
        assert_eq!(log.checkpoints(0, 10).unwrap(), all[..=at]);
    }
    assert_eq!(log.checkpoints(1, 1).unwrap(), all[1..2]);
    assert_eq!(log.checkpoints(3, 1).unwrap(), []);
}

fn keeps_extremes(log: &mut dyn LogStorage) {
    let body = (0..ledger::MAX_ENTRY).map(|at| u8::try_from(at % 256).unwrap()).collect();
    let extreme = Row { body, actor: "x".repeat(200), leaf: [255; 32], ..row(0) };
    log.append(std::slice::from_ref(&extreme)).unwrap();
    assert_eq!(log.rows(0, 1).unwrap(), [extreme]);
}

fn drops_what_is_below(log: &mut dyn LogStorage) {
    log.append(&rows(0..700)).unwrap();
    assert_eq!(log.minimum().unwrap(), 0);
    log.prune(0).unwrap();
    assert_eq!(log.rows(0, 1).unwrap(), rows(0..1), "nothing is below it");
    for minimum in [256, 512, 512] {
        log.prune(minimum).unwrap();
        assert_eq!(log.minimum().unwrap(), minimum);
        assert_eq!(log.rows(0, 1000).unwrap(), rows(minimum..700));
    }
    for wrong in [256, 700, 701] {
        assert!(log.prune(wrong).is_err(), "{wrong}: a minimum only grows, and one entry stays");
        assert_eq!(log.minimum().unwrap(), 512);
        assert_eq!(log.rows(0, 1000).unwrap(), rows(512..700));
    }
    let leaves: Vec<_> = rows(0..700).into_iter().map(|row| row.leaf).collect();
    assert_eq!(log.leaves(0, 1000).unwrap(), leaves);
    assert_eq!(log.claim().unwrap(), 700);
    log.append(&rows(700..702)).unwrap();
    assert_eq!((log.size().unwrap(), log.rows(690, 100).unwrap().len()), (702, 12));
}

fn a_claim_is_given_up(log: &mut dyn LogStorage) {
    log.append(&rows(0..5)).unwrap();
    assert_eq!(log.claim().unwrap(), 5);
    log.release();
    log.release();
    assert_eq!(log.claim().unwrap(), 5);
    assert!(log.append(&rows(4..7)).is_err(), "an error ends the claim too");
    assert_eq!(log.claim().unwrap(), 5);
    log.append(&rows(5..6)).unwrap();
    assert_eq!(log.size().unwrap(), 6);
}
