use boundary::{Action, Facts, Purpose, Verdict};
use ledger::{
    Flaw, KeptCheckpoint, LedgerError, LogReader, LogStorage, MemoryLog, Report, Sequencer, verify,
};

use crate::fixtures::*;

fn flaw(log: &MemoryLog) -> Flaw {
    flaw_with(log, &[])
}

fn kept(note: &str) -> [KeptCheckpoint; 1] {
    [KeptCheckpoint::new("elsewhere", note)]
}

fn flaw_with(log: &MemoryLog, elsewhere: &[KeptCheckpoint]) -> Flaw {
    match verify(log, &keys(), elsewhere) {
        Err(LedgerError::Flawed(flaw)) => flaw,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_log_that_adds_up_is_reported() {
    let log = MemoryLog::default();
    let sequencer = start(&log);
    let append = |entry| sequencer.append(entry).wait(LONG).unwrap();
    let asked = append(intent(0));
    append(outcome(1, Verdict::Done, &asked));
    append(intent(2));
    sequencer.sign_now().unwrap();
    let lost = append(intent(3));
    append(outcome(4, Verdict::Unknown, &lost));
    let found = append(intent(5));
    append(outcome(6, Verdict::Unknown, &found));
    append(outcome(7, Verdict::Done, &found));
    drop(sequencer);
    let Report { size, checkpoints, signed, open, unknown, root, .. } =
        verify(&log, &keys(), &[]).unwrap();
    assert_eq!((size, checkpoints, signed), (8, 3, 8));
    assert_eq!((open, unknown), (vec![2], vec![3]));
    assert!(log.last_checkpoint().unwrap().unwrap().note.contains(&root));
}

#[test]
fn the_outcome_of_an_answer_answers_its_release() {
    let log = MemoryLog::default();
    let sequencer = start(&log);
    let release = |number| {
        let facts = Facts::new(Purpose::Release, Action::Answer, Verdict::Allowed, &act(number));
        sequencer.append(facts.entry()).wait(LONG).unwrap()
    };
    let told = release(0);
    release(1);
    sequencer.append(outcome(2, Verdict::Done, &told)).wait(LONG).unwrap();
    drop(sequencer);
    assert_eq!(verify(&log, &keys(), &[]).unwrap().open, [1]);
}

/// After a crash the gate knows the proposal whose write was cut off, not the index of its intent.
#[test]
fn an_outcome_after_a_crash_is_paired_by_its_proposal() {
    let log = MemoryLog::default();
    let sequencer = start(&log);
    let about = |entry: boundary::Entry, proposal: &str| {
        let mut facts = entry.facts().clone();
        (facts.proposal, facts.link) = (Some(proposal.to_owned()), None);
        sequencer.append(facts.entry()).wait(LONG).unwrap()
    };
    let asked = about(intent(0), "one");
    about(intent(1), "two");
    about(outcome(2, Verdict::Unknown, &asked), "two");
    about(outcome(3, Verdict::Unknown, &asked), "approved, but never begun");
    drop(sequencer);
    let report = verify(&log, &keys(), &[]).unwrap();
    assert_eq!((report.open, report.unknown), (vec![0], vec![1]));
}

#[test]
fn every_flipped_byte_of_every_row_is_found() {
    let log = log_of(12);
    for index in 0..12 {
        let length = rows(&log)[index].body.len();
        for at in (0..length).step_by(7) {
            let log = copy(&log);
            log.tamper(|rows, _| rows[index].body[at] ^= 1);
            assert_eq!(flaw(&log), Flaw::Altered(index as u64));
        }
        for at in 0..32 {
            let log = copy(&log);
            log.tamper(|rows, _| rows[index].leaf[at] ^= 1);
            assert_eq!(flaw(&log), Flaw::Altered(index as u64));
        }
    }
}

#[test]
fn columns_for_searching_cannot_hide_an_entry() {
    let log = log_of(12);
    let hidden = copy(&log);
    hidden.tamper(|rows, _| rows[3].actor = "somebody".into());
    assert_eq!(flaw(&hidden), Flaw::Misfiled { index: 3, column: "actor" });
    log.tamper(|rows, _| rows[4].time = boundary::UnixMillis(1));
    assert_eq!(flaw(&log), Flaw::Misfiled { index: 4, column: "time" });
}

#[test]
fn a_rewritten_entry_is_located_between_two_checkpoints() {
    let log = log_of(35);
    log.tamper(|rows, _| forge(&mut rows[17], "allowed", "refused"));
    match flaw(&log) {
        Flaw::Root { good, size, .. } => assert_eq!((good, size), (10, 20)),
        other => panic!("{other}"),
    }
}

#[test]
fn a_removed_exchanged_or_foreign_entry_is_found() {
    let log = log_of(12);
    let removed = copy(&log);
    removed.tamper(|rows, _| drop(rows.remove(5)));
    assert_eq!(flaw(&removed), Flaw::Missing(5));

    let renumbered = copy(&log);
    renumbered.tamper(|rows, _| {
        rows.remove(5);
        rows.iter_mut().zip(0..).for_each(|(row, index)| row.index = index);
    });
    assert_eq!(flaw(&renumbered), Flaw::Displaced { index: 5, says: 6 });

    let cut = copy(&log);
    cut.tamper(|rows, _| rows.truncate(11));
    assert_eq!(flaw(&cut), Flaw::Cut { signed: 12, held: 11 });

    let form = copy(&log);
    form.tamper(|rows, _| forge(&mut rows[2], "\"v\":1", "\"v\": 1"));
    assert!(matches!(flaw(&form), Flaw::Form { index: 2, .. }));
}

#[test]
fn checkpoints_that_were_altered_exchanged_or_removed_are_found() {
    let log = log_of(25);
    let count = log.checkpoints(0, 100).unwrap().len();
    assert_eq!(count, 4);
    for at in 0..count {
        let altered = copy(&log);
        altered.tamper(|_, checkpoints| {
            let note = &mut checkpoints[at].note;
            // The last letter of the signature stands before `==` or `=` and a line end.
            *note = note.replacen("gate.example", "gate.exampel", 1);
        });
        assert!(matches!(flaw(&altered), Flaw::Checkpoint { .. }), "checkpoint {at}");
    }
    let exchanged = copy(&log);
    exchanged.tamper(|_, checkpoints| checkpoints.swap(1, 2));
    assert!(matches!(flaw(&exchanged), Flaw::Checkpoint { size: 10, .. }));
    log.tamper(|_, checkpoints| checkpoints.clear());
    assert_eq!(flaw(&log), Flaw::Unsigned);
}

/// Somebody with the key and the database rewrites history and signs it all anew. The log is then
/// consistent with itself; a checkpoint that was kept elsewhere is what tells.
#[test]
fn a_fork_that_was_signed_again_is_found_by_an_older_checkpoint() {
    let honest = log_of(30);
    let older = honest.checkpoints(0, 100).unwrap()[2].note.clone();
    assert_eq!(keys().open(&older).unwrap().size, 20);
    let kept = kept(&older);
    let says = |flaw| Flaw::Kept { place: "elsewhere".into(), flaw: Box::new(flaw) };

    let mut fork = MemoryLog::default();
    let mut forged = rows(&honest);
    forge(&mut forged[15], "allowed", "refused");
    drop(start(&fork));
    fork.append(&forged).unwrap();
    drop(start(&fork));
    assert_eq!(verify(&fork, &keys(), &[]).unwrap().size, 30);
    match flaw_with(&fork, &kept) {
        Flaw::Kept { flaw, .. } if matches!(*flaw, Flaw::Root { size: 20, .. }) => {}
        other => panic!("{other}"),
    }
    assert_eq!(verify(&honest, &keys(), &kept).unwrap().checkpoints, 5);

    // An old copy of the database, put back in place.
    let rolled_back = log_of(10);
    assert_eq!(flaw_with(&rolled_back, &kept), says(Flaw::Cut { signed: 20, held: 10 }));
}

#[test]
fn links_lead_from_an_outcome_to_an_intent() {
    type Case = (fn(&Sequencer), &'static str);
    let cases: [Case; 4] = [
        (
            |log| {
                let asked = log.append(intent(0)).wait(LONG).unwrap();
                for number in 1..3 {
                    let done = outcome(number, Verdict::Done, &asked);
                    log.append(done).wait(LONG).unwrap();
                }
            },
            "entry 2 answers an entry that has its outcome",
        ),
        (
            |log| {
                let asked = log.append(intent(0)).wait(LONG).unwrap();
                let done = log.append(outcome(1, Verdict::Done, &asked)).wait(LONG).unwrap();
                log.append(outcome(2, Verdict::Done, &done)).wait(LONG).unwrap();
            },
            "entry 2 is an outcome, but answers neither an intent nor a release",
        ),
        (
            |log| {
                let asked = log.append(intent(0)).wait(LONG).unwrap();
                let mut facts = outcome(1, Verdict::Done, &asked).facts().clone();
                facts.link = None;
                log.append(facts.entry()).wait(LONG).unwrap();
            },
            "entry 1 is an outcome, but answers neither an intent nor a release",
        ),
        (
            |log| {
                let mut facts = intent(0).facts().clone();
                facts.link = Some(0);
                log.append(facts.entry()).wait(LONG).unwrap();
            },
            "entry 0 answers an entry that does not come before it",
        ),
    ];
    for (write, expected) in cases {
        let log = MemoryLog::default();
        let sequencer = start(&log);
        write(&sequencer);
        drop(sequencer);
        assert_eq!(flaw(&log).to_string(), expected);
    }
}

/// An entry that says that those below `minimum` are dropped.
fn pruning(minimum: u64) -> boundary::Entry {
    use boundary::{Action, Facts, Purpose, Verdict};
    let mut facts = Facts::new(Purpose::Intent, Action::Erase, Verdict::Allowed, &act(9));
    facts = facts.rule(ledger::PRUNE);
    facts.counts.rows = minimum;
    facts.entry()
}

#[test]
fn entries_that_were_pruned_on_record_leave_a_log_that_adds_up() {
    let mut log = log_of(700);
    let sequencer = start(&log);
    sequencer.append(pruning(512)).wait(LONG).unwrap();
    sequencer.close().unwrap();
    log.prune(512).unwrap();
    let report = verify(&log, &keys(), &[]).unwrap();
    assert_eq!((report.size, report.minimum), (701, 512));
    // What stands below is no part of an export, and the export adds up.
    let dir = tempfile::tempdir().unwrap();
    ledger::export_tiles(&log, &keys(), dir.path()).unwrap();
    assert!(!dir.path().join("tile/entries/001").exists());
    let report = ledger::verify_offline(dir.path(), &keys(), &[]).unwrap();
    assert_eq!((report.size, report.minimum), (701, 512));
    // A restart goes on, and proves what is left against heads from before.
    let sequencer = start(&log);
    assert!(sequencer.prove(&log, 600).unwrap().check(&keys()).is_ok());
    assert_eq!(sequencer.prove(&log, 100).unwrap_err(), Flaw::Missing(100).into());
    sequencer.close().unwrap();
    // More than was said, or something else below: found.
    let older = log_of(700).last_checkpoint().unwrap().unwrap().note;
    log.tamper(|rows, _| rows[40].leaf[0] ^= 1);
    assert!(verify(&log, &keys(), &kept(&older)).is_err());
    log.tamper(|rows, _| rows[40].leaf[0] ^= 1);
    std::fs::remove_file(dir.path().join("tile/entries/002.p/189")).unwrap();
    assert!(ledger::verify_offline(dir.path(), &keys(), &[]).is_err());
}

#[test]
fn entries_that_are_gone_without_a_record_are_a_flaw() {
    let mut log = log_of(700);
    log.prune(256).unwrap();
    let flaw = Flaw::Pruned { minimum: 256, recorded: 0 };
    assert_eq!(verify(&log, &keys(), &[]).unwrap_err(), flaw.into());
    let sequencer = start(&log);
    sequencer.append(pruning(256)).wait(LONG).unwrap();
    sequencer.close().unwrap();
    assert!(verify(&log, &keys(), &[]).is_ok());
    log.prune(512).unwrap();
    let flaw = Flaw::Pruned { minimum: 512, recorded: 256 };
    assert_eq!(verify(&log, &keys(), &[]).unwrap_err(), flaw.into());
}

#[test]
fn a_key_that_was_replaced_vouches_for_what_it_signed_and_no_more() {
    let log = MemoryLog::default();
    let old = || ledger::Signer::new(ORIGIN, &[1; 32]).unwrap();
    let new = || ledger::Signer::new(ORIGIN, &[2; 32]).unwrap();
    let run = |signer: ledger::Signer, entries: u64| {
        let clock: ledger::Clock = std::sync::Arc::new(|| boundary::UnixMillis(1));
        let sequencer = Sequencer::start(Box::new(log.clone()), signer, clock).unwrap();
        for number in 0..entries {
            sequencer.append(intent(number)).wait(LONG).unwrap();
        }
        sequencer.close().unwrap();
        log.last_checkpoint().unwrap().unwrap()
    };
    let alone = run(old(), 3);
    let both = run(old().and_with(&[2; 32]), 3);
    let after = run(new(), 3);
    let of = |signer: ledger::Signer| ledger::VerifyingKeys::parse(&signer.vkeys()).unwrap();
    // Who knows the old key alone, or the new one alone, is content while both sign.
    for keys in [of(old()), of(new())] {
        assert_eq!(keys.open(&both.note).unwrap().size, 6);
    }
    assert!(of(new()).open(&alone.note).is_err() && of(old()).open(&after.note).is_err());
    assert!(verify(&log, &of(new()), &[]).is_err(), "the first checkpoints are of nobody known");
    let keys = of(new()).and_retired(&old().vkeys()[0], both.size).unwrap();
    let report = verify(&log, &keys, &kept(&alone.note)).unwrap();
    assert_eq!(report.size, 9);
    // Stolen since, it signs nothing that is believed.
    let forged = run(old().and_with(&[2; 32]), 1);
    assert_eq!(forged.size, 10);
    let lines: Vec<&str> = forged.note.lines().collect();
    // Size, root, and the first signature of two.
    let by_old = lines[..5].join("\n") + "\n";
    assert!(of(old()).open(&by_old).is_ok(), "{by_old}");
    assert!(keys.open(&by_old).is_err());
}
