//! What a start accepts and what it refuses.

use ledger::{
    Flaw, KeptCheckpoint, LedgerError, LogReader, MemoryLog, Sequencer, Signer, StoredCheckpoint,
    VerifyingKeys, verify,
};

use crate::fixtures::*;

fn refused(log: &MemoryLog) -> Flaw {
    match try_start(log) {
        Err(LedgerError::Flawed(flaw)) => flaw,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_restart_goes_on_where_it_was() {
    let log = log_of(25);
    let sequencer = start(&log);
    assert_eq!((sequencer.size(), sequencer.checkpoint().size), (25, 25));
    assert_eq!(sequencer.append(intent(1)).wait(LONG).unwrap().index(), 25);
    sequencer.close().unwrap();
    assert_eq!(verify(&log, &keys(), &[]).unwrap().size, 26);
}

#[test]
fn an_empty_log_is_signed_before_its_first_entry() {
    let log = MemoryLog::default();
    drop(start(&log));
    assert_eq!(log.last_checkpoint().unwrap().unwrap().size, 0);
}

#[test]
fn what_a_crash_left_unsigned_is_checked_and_signed() {
    let log = log_of(25);
    // As if it had stopped before the checkpoints for 20 and 25 entries.
    log.tamper(|_, checkpoints| checkpoints.truncate(2));
    assert_eq!(log.last_checkpoint().unwrap().unwrap().size, 10);
    let altered = copy(&log);
    assert_eq!(start(&log).checkpoint().size, 25);

    altered.tamper(|rows, _| rows[24].body[9] ^= 1);
    assert_eq!(refused(&altered), Flaw::Altered(24));
}

#[test]
fn a_cut_tail_is_refused_and_told() {
    let log = log_of(25);
    log.tamper(|rows, _| rows.truncate(24));
    assert_eq!(refused(&log), Flaw::Cut { signed: 25, held: 24 });
    let text = refused(&log).to_string();
    assert_eq!(text, "a signed checkpoint covers 25 entries, but only 24 are there");
}

#[test]
fn an_altered_exchanged_or_inserted_entry_is_refused() {
    let log = log_of(25);
    let forged = copy(&log);
    forged.tamper(|rows, _| forge(&mut rows[3], "allowed", "refused"));
    assert!(matches!(refused(&forged), Flaw::Root { size: 25, .. }));

    // An entry whose leaf was left as it was signed.
    let underneath = copy(&log);
    underneath.tamper(|rows, _| {
        rows[3].body = rows[4].body.clone();
    });
    assert_eq!(refused(&underneath), Flaw::Altered(3));

    let exchanged = copy(&log);
    exchanged.tamper(|rows, _| rows.swap(3, 4));
    assert!(matches!(refused(&exchanged), Flaw::Root { size: 25, .. }));

    let doubled = copy(&log);
    doubled.tamper(|rows, _| rows.insert(3, rows[3].clone()));
    assert!(matches!(refused(&doubled), Flaw::Root { size: 25, .. }));
}

#[test]
fn a_log_that_kept_checkpoints_contradict_is_refused_before_anything_is_written() {
    let log = log_of(25);
    let note = log.last_checkpoint().unwrap().unwrap().note;
    let kept = [KeptCheckpoint::new("tiles/checkpoint", note)];
    let start = |log: &MemoryLog| {
        Sequencer::start_beside(Box::new(log.clone()), signer(), clock(), quiet(), &kept)
    };
    let refused = |log: &MemoryLog| {
        let before = (rows(log), log.checkpoints(0, 99).unwrap());
        let error = start(log).unwrap_err();
        assert_eq!((rows(log), log.checkpoints(0, 99).unwrap()), before, "nothing was written");
        let LedgerError::Flawed(flaw) = error else { panic!("{error}") };
        let verified = verify(log, &keys(), &kept).unwrap_err();
        // A log that is gone altogether has not even a first checkpoint to begin with.
        if log.size().unwrap() > 0 {
            assert_eq!(verified, LedgerError::Flawed(flaw.clone()));
        }
        flaw.to_string()
    };

    // Removed.
    let place = "the checkpoint kept in `tiles/checkpoint` says otherwise";
    let cut =
        |held| format!("{place}: a signed checkpoint covers 25 entries, but only {held} are there");
    assert_eq!(refused(&MemoryLog::default()), cut(0));

    // Its end cut off, with the checkpoints that say so.
    let short = copy(&log);
    short.tamper(|rows, checkpoints| {
        rows.truncate(20);
        checkpoints.retain(|checkpoint| checkpoint.size <= 20);
    });
    assert_eq!(refused(&short), cut(20));

    // Another history of the same length, signed by the same key.
    let other = MemoryLog::default();
    let sequencer = try_start(&other).unwrap();
    for number in 100..125 {
        sequencer.append(intent(number)).wait(LONG).unwrap();
    }
    sequencer.close().unwrap();
    assert!(refused(&other).starts_with(&format!("{place}: entries 0 to 25 are not those")));

    // One that lags behind, and the log itself.
    let sequencer = start(&log).unwrap();
    sequencer.append(intent(1)).wait(LONG).unwrap();
    sequencer.close().unwrap();
    assert_eq!(start(&log).unwrap().size(), 26);

    // One of another log.
    let foreign = Signer::new("other.example/audit", &SEED).unwrap();
    let theirs = MemoryLog::default();
    drop(Sequencer::start(Box::new(theirs.clone()), foreign, clock()).unwrap());
    let note = theirs.last_checkpoint().unwrap().unwrap().note;
    let kept = [KeptCheckpoint::new("elsewhere", note)];
    let started = Sequencer::start_beside(Box::new(log.clone()), signer(), clock(), quiet(), &kept);
    assert!(started.unwrap_err().to_string().contains("kept in `elsewhere`"));
}

#[test]
fn a_log_without_checkpoints_is_refused() {
    let log = log_of(5);
    log.tamper(|_, checkpoints| checkpoints.clear());
    assert_eq!(refused(&log), Flaw::Unsigned);
}

#[test]
fn a_checkpoint_of_somebody_else_is_refused() {
    let log = log_of(5);
    for signer in [
        Signer::new(ORIGIN, &OTHER_SEED).unwrap(),
        Signer::new("other.example/audit", &SEED).unwrap(),
    ] {
        let other = MemoryLog::default();
        drop(Sequencer::start(Box::new(other.clone()), signer, clock()).unwrap());
        let foreign = StoredCheckpoint { size: 5, ..other.last_checkpoint().unwrap().unwrap() };
        let log = copy(&log);
        log.tamper(|_, checkpoints| checkpoints.push(foreign));
        assert!(matches!(refused(&log), Flaw::Checkpoint { size: 5, .. }));
    }
    // Filed under a size it was not signed for.
    log.tamper(|_, checkpoints| checkpoints.last_mut().unwrap().size = 4);
    assert!(matches!(refused(&log), Flaw::Checkpoint { size: 4, .. }));
}

#[test]
fn a_key_is_rotated_by_signing_with_both_for_a_while() {
    let log = log_of(5);
    let restart = |signer: Signer| Sequencer::start(Box::new(log.clone()), signer, clock());
    let new = || Signer::new(ORIGIN, &OTHER_SEED).unwrap();
    assert!(restart(new()).is_err(), "not without an overlap");

    let both = restart(signer().and_with(&OTHER_SEED)).unwrap();
    let note = both.checkpoint().note;
    drop(both);
    // Signed again at the start, though the log has not grown.
    for keys in [keys(), new().verifying_keys().unwrap()] {
        assert_eq!(keys.open(&note).unwrap().size, 5);
    }
    drop(restart(new()).unwrap());
    // Who verifies the whole history needs the old key, too.
    assert!(verify(&log, &new().verifying_keys().unwrap(), &[]).is_err());
    let all = VerifyingKeys::parse(&signer().and_with(&OTHER_SEED).vkeys()).unwrap();
    assert_eq!(verify(&log, &all, &[]).unwrap().size, 5);
}

#[test]
fn names_that_break_a_note_are_no_names() {
    for name in ["", "two words", "a+b", "a\nb", "a\u{a0}b", "a\u{7}"] {
        assert!(matches!(Signer::new(name, &SEED), Err(LedgerError::Key(_))), "{name:?}");
    }
    let vkey = signer().vkeys().remove(0);
    assert!(vkey.starts_with("gate.example/audit+"), "{vkey}");
    for wrong in ["", "x", &vkey.replace("+0", "+1").replace("audit", "other")] {
        assert!(VerifyingKeys::parse(&[wrong]).is_err(), "{wrong}");
    }
    assert!(VerifyingKeys::parse::<&str>(&[]).is_err());
}
