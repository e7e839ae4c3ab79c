//! Sealed parts: durable before the entry that commits to them, and held against it.

use boundary::{Action, Facts, Purpose, Verdict};
use ledger::{Annex, Envelope, Flaw, LedgerError, MemoryLog, Parts, SealedPart, verify_sealed};

use crate::fixtures::*;

fn part(subject: &str, content: &[u8]) -> SealedPart {
    SealedPart::new("prompt", subject, content.to_vec())
}

/// Entry 0 has two parts of `p1`, entry 1 one of `p2`.
fn log() -> MemoryLog {
    let log = MemoryLog::default();
    let sequencer = start(&log);
    let append = |number, parts| {
        sequencer.append_with(intent(number), Annex::default(), parts).wait(LONG).unwrap()
    };
    append(0, vec![part("p1", b"one"), part("p1", b"two")]);
    append(1, vec![part("p2", b"three")]);
    sequencer.close().unwrap();
    log
}

fn erase(log: &MemoryLog, subject: &str) {
    let facts = Facts::new(Purpose::Intent, Action::Erase, Verdict::Allowed, &act(9));
    let annex = Annex { subjects: [subject.to_owned()].into(), ..Annex::default() };
    start(log).append_with(facts.entry(), annex, Vec::new()).wait(LONG).unwrap();
    log.tamper_parts(|parts| parts.retain(|part| part.commitment.key != subject));
}

#[test]
fn an_entry_commits_to_the_ciphertext_and_its_key() {
    let log = log();
    let envelope = Envelope::parse(&rows(&log)[1].body).unwrap();
    let commitment = &envelope.annex.sealed[0];
    assert_eq!((commitment.part.as_str(), commitment.key.as_str()), ("prompt", "p2"));
    assert_eq!(log.part(&commitment.sha256).unwrap().unwrap(), b"three");
    let report = verify_sealed(&log, &log, &keys(), &[]).unwrap();
    assert_eq!((report.sealed, report.erased), (3, Some(0)));
}

#[test]
fn an_altered_or_lost_part_is_named() {
    let altered = log();
    altered.tamper_parts(|parts| parts[2].bytes[0] ^= 1);
    let flaw = verify_sealed(&altered, &altered, &keys(), &[]).unwrap_err();
    assert_eq!(
        flaw.to_string(),
        "the ledger does not add up: the sealed `prompt` of entry 1 was altered"
    );

    let lost = log();
    lost.tamper_parts(|parts| drop(parts.remove(1)));
    let flaw = verify_sealed(&lost, &lost, &keys(), &[]).unwrap_err();
    assert!(matches!(flaw, LedgerError::Flawed(Flaw::Part { index: 0, what: "is missing", .. })));
}

#[test]
fn a_recorded_erasure_explains_what_is_missing_of_its_subject_alone() {
    let log = log();
    erase(&log, "p1");
    let report = verify_sealed(&log, &log, &keys(), &[]).unwrap();
    assert_eq!((report.size, report.sealed, report.erased), (3, 3, Some(2)));
    log.tamper_parts(Vec::clear);
    assert!(verify_sealed(&log, &log, &keys(), &[]).is_err());
}
