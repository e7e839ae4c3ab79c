//! What a gate relies on from the sequencer down to the disk, whatever the database is.

use std::sync::Arc;
use std::time::Duration;

use boundary::{Act, Action, Entry, Facts, Purpose, UnixMillis, Verdict};
use ledger::{
    Annex, Clock, Envelope, LedgerError, PRUNE, Parts as _, SealedPart, Sequencer, Signer,
    StoredCheckpoint, verify, verify_sealed,
};
use store::{Store, Subject};

pub(crate) const LONG: Duration = Duration::from_secs(20);

pub(crate) fn signer() -> Signer {
    Signer::new("gate.example/audit", &[3; 32]).unwrap()
}

pub(crate) fn clock() -> Clock {
    Arc::new(|| UnixMillis(1_800_000_000_000))
}

fn act(number: u64) -> Act {
    Act {
        trace: format!("{number:032x}"),
        actor: format!("p{}", number % 3),
        door: "page".into(),
        client: "s".into(),
        policy: "0000000000000000".into(),
        tenant: None,
        tool: None,
    }
}

pub(crate) fn entry(number: u64) -> Entry {
    Facts::new(Purpose::Intent, Action::Read, Verdict::Allowed, &act(number)).entry()
}

pub(crate) fn start(store: &Store) -> Result<Sequencer, LedgerError> {
    Sequencer::start(store.log_storage().unwrap(), signer(), clock())
}

/// A record and a state of its own, to be opened again and again.
pub(crate) trait Place {
    /// Opens it as a gate does.
    fn open(&self) -> Store;
    /// Changes it behind the gate's back, as somebody who rules over the database.
    fn tamper(&self, sql: &str);
}

/// Runs each check in a place of its own.
pub(crate) fn conforms<P: Place>(place: impl Fn() -> P) {
    survives_being_opened_again(&place());
    keeps_the_order_of_handing_in(&place());
    commits_together_what_waits_together(&place());
    serves_many_at_once(&place());
    shows_what_it_acknowledged(&place());
    swaps_a_checkpoint_once(&place());
    keeps_parts_with_their_entry(&place());
    forgets_a_subject(&place());
    does_not_start_on_what_differs(&place());
    prunes_beside_a_writer(&place());
    drops_parts_and_records(&place());
}

fn fill(store: &Store, count: u64) {
    let sequencer = start(store).unwrap();
    let pending: Vec<_> = (0..count).map(|number| sequencer.append(entry(number))).collect();
    for pending in pending {
        pending.wait(LONG).unwrap();
    }
    sequencer.close().unwrap();
}

/// Makes somebody known whose parts are sealed.
pub(crate) fn meet(store: &Store, pseudonym: &str) {
    let (pseudonym, made) = (pseudonym.to_owned(), UnixMillis(5));
    let subject = Subject { pseudonym, mark: None, key: vec![7; 40], reference: None, made };
    store.sealed().meet(&[subject]).unwrap();
}

fn traces(store: &Store) -> Vec<String> {
    let size = usize::try_from(store.log().size().unwrap()).unwrap();
    let rows = store.log().rows(0, size).unwrap();
    rows.iter().map(|row| Envelope::parse(&row.body).unwrap().facts.trace).collect()
}

fn survives_being_opened_again(place: &impl Place) {
    for round in 1..=3 {
        let store = place.open();
        fill(&store, 300);
        let report = verify(store.log(), &signer().verifying_keys().unwrap(), &[]).unwrap();
        assert_eq!((report.size, report.signed), (round * 300, round * 300));
    }
}

fn keeps_the_order_of_handing_in(place: &impl Place) {
    let store = place.open();
    fill(&store, 700);
    let expected: Vec<String> = (0..700).map(|number| format!("{number:032x}")).collect();
    assert_eq!(traces(&store), expected);
}

fn commits_together_what_waits_together(place: &impl Place) {
    let store = place.open();
    let sequencer = start(&store).unwrap();
    let time = |count: u64| {
        let begin = std::time::Instant::now();
        let pending: Vec<_> = (0..count).map(|number| sequencer.append(entry(number))).collect();
        for pending in pending {
            pending.wait(LONG).unwrap();
        }
        begin.elapsed()
    };
    time(10);
    let alone: Duration = (0..20).map(|_| time(1)).sum();
    // 400 commits would take twenty times as long as 20.
    let together = time(400);
    assert!(together < 10 * alone, "20 alone {alone:?}, 400 together {together:?}");
}

fn serves_many_at_once(place: &impl Place) {
    let store = place.open();
    let sequencer = start(&store).unwrap();
    let mut given: Vec<u64> = std::thread::scope(|scope| {
        let append = |thread: u64| {
            let sequencer = &sequencer;
            let one = move |number: u64| sequencer.append(entry(thread * 1000 + number));
            scope.spawn(move || {
                (0..40).map(|number| one(number).wait(LONG).unwrap().index()).collect::<Vec<_>>()
            })
        };
        let threads: Vec<_> = (0..16).map(append).collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    given.sort_unstable();
    assert_eq!(given, (0..640).collect::<Vec<_>>());
}

fn shows_what_it_acknowledged(place: &impl Place) {
    let store = place.open();
    let sequencer = start(&store).unwrap();
    for number in 0..30 {
        let index = sequencer.append(entry(number)).wait(LONG).unwrap().index();
        assert_eq!(store.log().size().unwrap(), index + 1);
        let newest = store.activity(None, None, 1).unwrap().remove(0);
        assert_eq!((newest.seq, newest.facts.trace), (index, format!("{number:032x}")));
    }
    let of_one = store.activity(Some("p1"), Some(20), 3).unwrap();
    assert_eq!(of_one.iter().map(|it| it.seq).collect::<Vec<_>>(), [19, 16, 13]);
}

fn swaps_a_checkpoint_once(place: &impl Place) {
    let store = place.open();
    let (mut one, mut other) = (store.log_storage().unwrap(), store.log_storage().unwrap());
    let checkpoint =
        |note: &str| StoredCheckpoint { size: 0, at: UnixMillis(1), note: note.to_owned() };
    let [a, b, c] = ["a", "b", "c"].map(checkpoint);
    assert!(one.store_checkpoint(None, &a).unwrap());
    assert!(!other.store_checkpoint(None, &b).unwrap());
    assert!(other.store_checkpoint(Some(&a), &b).unwrap());
    assert!(!one.store_checkpoint(Some(&a), &c).unwrap());
    assert_eq!(one.checkpoints(0, 9).unwrap(), [a, b]);
}

fn keeps_parts_with_their_entry(place: &impl Place) {
    let store = place.open();
    let sequencer = start(&store).unwrap();
    let part = SealedPart::new("prompt", "p1", b"sealed".to_vec());
    let sha256 = part.commitment.sha256.clone();
    let pending = sequencer.append_with(entry(1), Annex::default(), vec![part.clone()]);
    pending.wait(LONG).unwrap();
    assert_eq!(store.sealed().part(&sha256).unwrap().as_deref(), Some(&b"sealed"[..]));
    // The same part again is no error.
    sequencer.append_with(entry(2), Annex::default(), vec![part]).wait(LONG).unwrap();
    sequencer.close().unwrap();
    let keys = signer().verifying_keys().unwrap();
    let verified = || verify_sealed(store.log(), store.sealed(), &keys, &[]);
    // A part without the key that opens it is as good as gone.
    let flaw = verified().unwrap_err().to_string();
    assert!(flaw.contains("the key of `p1`, whom entry 1 names, is gone"), "{flaw}");
    meet(&store, "p1");
    assert_eq!(verified().unwrap().sealed, 2);
}

fn forgets_a_subject(place: &impl Place) {
    let store = place.open();
    let sealed = store.sealed();
    let subject = |pseudonym: &str, mark| Subject {
        pseudonym: pseudonym.to_owned(),
        mark,
        key: vec![7; 40],
        reference: None,
        made: UnixMillis(5),
    };
    let met = [subject("s1", Some([1; 32])), subject("s2", None)];
    assert_eq!(sealed.meet(&met).unwrap(), ["s1", "s2"]);
    assert_eq!(sealed.meet(&[subject("s3", Some([1; 32]))]).unwrap(), ["s1"], "it is known");
    assert_eq!(sealed.subject("s1").unwrap().as_ref(), Some(&met[0]));

    let sequencer = start(&store).unwrap();
    let part = |key: &str| SealedPart::new("values", key, key.as_bytes().to_vec());
    let parts = vec![part("s1"), part("s2")];
    let shas: Vec<_> = parts.iter().map(|part| part.commitment.sha256.clone()).collect();
    sequencer.append_with(entry(1), Annex::default(), parts).wait(LONG).unwrap();
    let erase = Facts::new(Purpose::Intent, Action::Erase, Verdict::Allowed, &act(9)).entry();
    let annex = Annex { subjects: ["s1".to_owned()].into(), ..Annex::default() };
    sequencer.append_with(erase, annex, Vec::new()).wait(LONG).unwrap();
    assert_eq!(sealed.forget("s1").unwrap(), (1, Vec::new()));
    sequencer.close().unwrap();
    assert_eq!(sealed.subject("s1").unwrap(), None);
    assert_eq!(sealed.part(&shas[0]).unwrap(), None);
    assert!(sealed.part(&shas[1]).unwrap().is_some() && sealed.subject("s2").unwrap().is_some());
    let keys = signer().verifying_keys().unwrap();
    let report = verify_sealed(store.log(), sealed, &keys, &[]).unwrap();
    assert_eq!((report.sealed, report.erased), (2, Some(1)));
}

/// The entry that states a minimum index.
pub(crate) fn pruning(minimum: u64) -> Entry {
    let facts = Facts::new(Purpose::Intent, Action::Erase, Verdict::Allowed, &act(9)).rule(PRUNE);
    let mut facts = facts;
    facts.counts.rows = minimum;
    facts.entry()
}

fn prunes_beside_a_writer(place: &impl Place) {
    let store = place.open();
    let sequencer = start(&store).unwrap();
    let append = |numbers: std::ops::Range<u64>| {
        let waiting: Vec<_> = numbers.map(|number| sequencer.append(entry(number))).collect();
        let index = |pending: ledger::Pending| pending.wait(LONG).unwrap().index();
        waiting.into_iter().map(index).max().unwrap()
    };
    assert_eq!(append(0..700), 699);
    let keys = signer().verifying_keys().unwrap();
    let verify = || verify_sealed(store.log(), store.sealed(), &keys, &[]);
    store.log_storage().unwrap().prune(256).unwrap();
    sequencer.sign_now().unwrap();
    let flaw = verify().unwrap_err().to_string();
    assert!(flaw.contains("the entries below 256 are gone"), "{flaw}");
    sequencer.append(pruning(512)).wait(LONG).unwrap();
    // Whoever writes goes on, while it happens and afterwards.
    std::thread::scope(|scope| {
        let writer = scope.spawn(|| append(701..1400));
        store.log_storage().unwrap().prune(512).unwrap();
        assert_eq!(writer.join().unwrap(), 1399);
    });
    sequencer.sign_now().unwrap();
    let report = verify().unwrap();
    assert_eq!((report.size, report.minimum), (1400, 512));
    assert_eq!(sequencer.prove(store.log(), 512).unwrap().row.index, 512);
    assert!(sequencer.prove(store.log(), 511).is_err());
    assert_eq!(store.log().rows(0, 3).unwrap()[0].index, 512);
    assert_eq!(store.log().leaves(0, 900).unwrap().len(), 900);
    sequencer.close().unwrap();
    // A start reads what is left, and goes on after it.
    let again = start(&store).unwrap();
    assert_eq!(again.append(entry(9)).wait(LONG).unwrap().index(), 1400);
}

fn drops_parts_and_records(place: &impl Place) {
    let store = place.open();
    let sealed = store.sealed();
    let subject = |number: u8, mark: Option<u8>| Subject {
        pseudonym: format!("s{number}"),
        mark: mark.map(|mark| [mark; 32]),
        key: vec![7; 40],
        reference: None,
        made: UnixMillis(5),
    };
    sealed.meet(&[subject(1, Some(1)), subject(2, Some(2)), subject(3, None)]).unwrap();
    let sequencer = start(&store).unwrap();
    let part = |number: u64| SealedPart::new("prompt", "s3", number.to_be_bytes().to_vec());
    let parts: Vec<SealedPart> = (0..600).map(part).collect();
    let digests: Vec<String> = parts.iter().map(|part| part.commitment.sha256.clone()).collect();
    // Some hundred bytes each: an entry commits to so many at most.
    for (number, some) in (0..).zip(parts.chunks(100)) {
        let pending = sequencer.append_with(entry(number), Annex::default(), some.to_vec());
        pending.wait(LONG).unwrap();
    }
    sealed.drop_parts(&digests[..599].iter().cloned().collect()).unwrap();
    let there = |sha256: &String| sealed.part(sha256).unwrap().is_some();
    assert!(!digests[..599].iter().any(there) && there(&digests[599]));
    let named = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    sealed.drop_records(&named(&["s1", "s3", "nobody"])).unwrap();
    let known = |name: &str| sealed.subject(name).unwrap().is_some();
    assert_eq!(["s1", "s2", "s3"].map(known), [false, true, true], "a person stays");
    sealed.drop_records(&named(&[])).unwrap();
}

fn does_not_start_on_what_differs(place: &impl Place) {
    drop(place.open());
    fill(&place.open(), 30);
    for (sql, said) in [
        (
            "UPDATE entries SET body = (SELECT body FROM entries WHERE idx = 3) WHERE idx = 7",
            "entry 7 was altered",
        ),
        (
            "UPDATE leaves SET hash = (SELECT hash FROM leaves WHERE idx = 3) WHERE idx = 7",
            "entries 0 to 30 are not those that were signed",
        ),
        ("DELETE FROM leaves WHERE idx = 7", "entry 7 is missing"),
        ("DELETE FROM checkpoints", "no signed checkpoint is there"),
    ] {
        place.tamper(sql);
        let refused = start(&place.open()).unwrap_err().to_string();
        assert!(refused.contains(said), "{sql}: {refused}");
    }
}
