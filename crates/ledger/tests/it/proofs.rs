use ledger::{Flaw, LedgerError, MemoryLog, ProofStatus, Signer, check_proof};

use crate::fixtures::*;

#[test]
fn every_signed_entry_is_proven_and_the_text_convinces_a_stranger() {
    let log = log_of(300);
    let sequencer = start(&log);
    for index in [0, 1, 127, 255, 256, 257, 298, 299] {
        let proof = sequencer.prove(&log, index).unwrap();
        let text = proof.to_text();
        let envelope = check_proof(&text, &proof.row.body, &keys()).unwrap();
        assert_eq!(envelope.seq, index);
        assert_eq!(envelope.facts.trace, format!("{index:032x}"));
        assert!(text.starts_with(&format!("c2sp.org/tlog-proof@v1\nindex {index}\n")), "{text}");
        assert!(text.contains("\n\ngate.example/audit\n300\n"), "{text}");
    }
}

#[test]
fn an_entry_is_pending_until_a_checkpoint_covers_it() {
    let log = MemoryLog::default();
    let sequencer = start(&log);
    let index = sequencer.append(intent(1)).wait(LONG).unwrap().index();
    assert_eq!(sequencer.proof_status(index), ProofStatus::Pending);
    assert_eq!(sequencer.prove(&log, index).unwrap_err(), LedgerError::NotYetSigned(0));
    let at = sequencer.sign_now().unwrap().at;
    let included = ProofStatus::Included { checkpoint_size: 1, at };
    assert_eq!(sequencer.proof_status(index), included);
    assert!(sequencer.prove(&log, index).is_ok());
}

#[test]
fn a_proof_is_made_for_the_last_checkpoint_though_the_log_has_grown() {
    let log = log_of(260);
    let sequencer = start(&log);
    for number in 0..300 {
        sequencer.append(intent(number)).wait(LONG).unwrap();
    }
    for index in [0, 255, 256, 259] {
        assert_eq!(sequencer.prove(&log, index).unwrap().checkpoint.size, 260);
    }
    assert_eq!(sequencer.prove(&log, 260).unwrap_err(), LedgerError::NotYetSigned(260));
}

#[test]
fn an_entry_altered_after_the_start_has_no_proof() {
    let log = log_of(20);
    let sequencer = start(&log);
    log.tamper(|rows, _| rows[3].body[60] ^= 1);
    assert_eq!(sequencer.prove(&log, 3).unwrap_err(), Flaw::Altered(3).into());
    log.tamper(|rows, _| forge(&mut rows[4], "allowed", "refused"));
    assert_eq!(sequencer.prove(&log, 4).unwrap_err(), Flaw::Altered(4).into());
    // A neighbour's proof leads over the altered leaf.
    assert!(sequencer.prove(&log, 5).is_err());
}

#[test]
fn a_proof_for_other_bytes_another_place_or_another_key_is_refused() {
    let log = log_of(20);
    let proof = start(&log).prove(&log, 7).unwrap();
    let text = proof.to_text();
    let body = &proof.row.body;
    let refused = |text: &str, body: &[u8]| check_proof(text, body, &keys()).is_err();
    assert!(!refused(&text, body));
    assert!(refused(&text, &rows(&log)[8].body));
    for (from, to) in [
        ("index 7", "index 6"),
        ("index 7", "index 20"),
        ("index 7", "index +7"),
        ("index 7", "index 99999999999999999999"),
        ("@v1", "@v2"),
        ("\n20\n", "\n19\n"),
        ("\n\n", "\n"),
    ] {
        assert!(text.contains(from));
        assert!(refused(&text.replacen(from, to, 1), body), "{from} -> {to}");
    }
    let lines: Vec<_> = text.lines().collect();
    for at in 2..2 + proof.hashes.len() {
        let mut fewer = lines.clone();
        fewer.remove(at);
        assert!(refused(&(fewer.join("\n") + "\n"), body), "without line {at}");
        let mut twice = lines.clone();
        twice.insert(at, lines[at]);
        assert!(refused(&(twice.join("\n") + "\n"), body), "line {at} twice");
    }
    let other = Signer::new(ORIGIN, &OTHER_SEED).unwrap().verifying_keys().unwrap();
    assert!(check_proof(&text, body, &other).is_err());
}
