//! Finding entries, and forgetting what was found.

use std::fmt::Write as _;
use std::fs;

use boundary::{Act, Action, Facts, MarkKey, Purpose, UnixMillis, Verdict};
use ledger::{Annex, Envelope, Sequencer};
use store::{Found, Indexed, Query, Store};

use crate::log::{LONG, clock, signer};

fn act(number: u64) -> Act {
    Act {
        trace: format!("{number:032x}"),
        actor: format!("p{}", number % 3),
        door: "page".into(),
        client: format!("Key-{}", number % 2),
        policy: "0000000000000000".into(),
        tenant: None,
        tool: None,
    }
}

/// Entry `n` is a read of `Contact.Email`, each tenth a refusal by the rule `outsiders-text`, each
/// seventh about the record `ab7`.
fn fill(store: &Store, count: u64) {
    let sequencer = Sequencer::start(store.log_storage().unwrap(), signer(), clock()).unwrap();
    let pending: Vec<_> = (0..count)
        .map(|number| {
            let refused = number % 10 == 0;
            let (purpose, verdict, rule) = if refused {
                (Purpose::Refusal, Verdict::Refused, "outsiders-text")
            } else {
                (Purpose::Intent, Verdict::Allowed, "matrix")
            };
            let mut facts = Facts::new(purpose, Action::Read, verdict, &act(number)).rule(rule);
            if !refused {
                facts.touch("Contact", "Email");
            }
            let mut annex = Annex::default();
            if number % 7 == 0 {
                annex.subjects.insert("ab7".into());
            }
            sequencer.append_with(facts.entry(), annex, Vec::new())
        })
        .collect();
    for pending in pending {
        pending.wait(LONG).unwrap();
    }
    sequencer.close().unwrap();
}

/// Entries from the index's next one on, with the words that entry 4 commits to.
fn batch(store: &Store, count: usize, marks: &MarkKey) -> Vec<Indexed> {
    let rows = store.log().rows(store.index().next().unwrap(), count).unwrap();
    let words = |index| if index == 4 { vec![marks.word("Berlin")] } else { Vec::new() };
    rows.into_iter()
        .map(|row| Indexed {
            envelope: Envelope::parse(&row.body).unwrap(),
            leaf: row.leaf,
            marks: words(row.index),
        })
        .collect()
}

fn numbers(found: &Found) -> Vec<u64> {
    found.entries.iter().map(|entry| entry.seq).collect()
}

fn find(store: &Store, query: &Query) -> Vec<u64> {
    numbers(&store.index().search(store.log(), query).unwrap())
}

#[test]
fn entries_are_found_by_what_is_true_of_them_indexed_or_not() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).unwrap();
    fill(&store, 60);
    let marks = MarkKey::new([5; 32]);
    for indexed in [0, 30, 60] {
        let missing = indexed - usize::try_from(store.index().next().unwrap()).unwrap();
        store.index().add(&batch(&store, missing, &marks)).unwrap();
        assert_eq!(store.index().next().unwrap(), indexed as u64);
        let all = || Query::new(100);
        let every = |step: u64, rest: u64| -> Vec<u64> {
            (0..60).rev().filter(|it| it % step == rest).collect()
        };
        assert_eq!(find(&store, &all()), every(1, 0));
        assert_eq!(find(&store, &all().with("actor", "p1")), every(3, 1));
        assert_eq!(find(&store, &all().with("client", "Key-1")), every(2, 1));
        assert_eq!(find(&store, &all().with("rule", "outsiders-text")), every(10, 0));
        assert_eq!(find(&store, &all().with("decision", "refused")), every(10, 0));
        assert_eq!(find(&store, &all().with("subject", "ab7")), every(7, 0));
        assert_eq!(find(&store, &all().with("field", "contact.email")).len(), 54);
        assert_eq!(find(&store, &all().with_word("outsiders", None)), every(10, 0));
        assert_eq!(find(&store, &all().with_word("EMAIL", None)).len(), 54);
        let both = all().with("actor", "p0").with("decision", "refused");
        assert_eq!(find(&store, &both), [30, 0]);
        assert_eq!(find(&store, &all().with_any("actor", &[])), [0; 0]);
        // What somebody types is never a query of its own.
        for word in ["\"", "a\" OR \"matrix", "*", "words:matrix", "NEAR(a b)", "'"] {
            assert_eq!(find(&store, &all().with_word(word, None)), [0; 0], "{word}");
        }
    }
    let said = Query::new(9).with_word("berlin", Some(&marks.word("berlin")));
    assert_eq!(find(&store, &said), [4]);
}

#[test]
fn pages_join_without_a_gap_and_times_bound() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).unwrap();
    fill(&store, 50);
    store.index().add(&batch(&store, 35, &MarkKey::new([5; 32]))).unwrap();
    let mut query = Query::new(7).with("decision", "allowed");
    let mut all = Vec::new();
    loop {
        let found = store.index().search(store.log(), &query).unwrap();
        all.extend(numbers(&found));
        let Some(older) = found.older else { break };
        query.before = Some(older);
    }
    assert_eq!(all, (0..50).rev().filter(|it| it % 10 != 0).collect::<Vec<_>>());

    let now = clock()();
    let timed = |from: i64, until: i64| {
        let at = |shift: i64| UnixMillis(now.0.checked_add_signed(shift).unwrap());
        let mut query = Query::new(100);
        (query.from, query.until) = (Some(at(from)), Some(at(until)));
        (find(&store, &query).len(), find(&store, &query.with("actor", "p1")).len())
    };
    assert_eq!(timed(0, 1), (50, 17));
    assert_eq!(timed(1, 2), (0, 0));
    assert_eq!(timed(-5, 0), (0, 0));
}

#[test]
fn an_index_of_another_log_or_a_broken_file_is_made_anew() {
    let dir = tempfile::tempdir().unwrap();
    let index = dir.path().join("index.db");
    let store = Store::open(dir.path()).unwrap();
    fill(&store, 20);
    store.index().add(&batch(&store, 20, &MarkKey::new([5; 32]))).unwrap();
    drop(store);
    let kept = fs::read(&index).unwrap();
    assert_eq!(Store::open(dir.path()).unwrap().index().next().unwrap(), 20);

    fs::write(&index, [7; 9000]).unwrap();
    assert_eq!(Store::open(dir.path()).unwrap().index().next().unwrap(), 0);

    let other = tempfile::tempdir().unwrap();
    fs::write(other.path().join("index.db"), kept).unwrap();
    let store = Store::open(other.path()).unwrap();
    assert_eq!(store.index().next().unwrap(), 0);
    assert_eq!(find(&store, &Query::new(5)), [0; 0]);
}

#[test]
fn what_an_erased_part_said_is_in_no_file() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).unwrap();
    fill(&store, 30);
    let marks = MarkKey::new([5; 32]);
    let entries = batch(&store, 30, &marks);
    store.index().add(&entries).unwrap();
    let mut digits = String::new();
    for byte in &marks.word("berlin").as_bytes()[..6] {
        write!(digits, "{byte:02x}").unwrap();
    }
    let needle = digits.into_bytes();
    let stands = || {
        fs::read_dir(dir.path()).unwrap().any(|file| {
            let bytes = fs::read(file.unwrap().path()).unwrap();
            bytes.windows(needle.len()).any(|part| part == needle)
        })
    };
    assert!(stands(), "the needle can be found at all");
    let plain = entries.into_iter().filter(|it| it.envelope.seq == 4);
    let plain: Vec<_> = plain.map(|it| Indexed { marks: Vec::new(), ..it }).collect();
    store.index().replace(&plain).unwrap();
    assert!(!stands());
    assert_eq!(find(&store, &Query::new(9).with_word("x", Some(&marks.word("berlin")))), [0; 0]);
    assert_eq!(find(&store, &Query::new(99).with("actor", "p1")).len(), 10);
}

#[test]
fn a_common_word_beside_a_rare_one_is_looked_up_and_not_walked() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).unwrap();
    fill(&store, 3_000);
    let marks = MarkKey::new([5; 32]);
    let entries = batch(&store, 3_000, &marks);
    let trace = |seq: usize| entries[seq].envelope.facts.trace.clone();
    let (allowed, refused) = (trace(1_231), trace(1_230));
    store.index().add(&entries).unwrap();
    let find = |trace: &str, decision: &str| {
        find(&store, &Query::new(9).with("trace", trace).with("decision", decision))
    };
    assert_eq!(find(&allowed, "allowed"), [1_231]);
    assert_eq!(find(&refused, "allowed"), [0; 0]);
    assert_eq!(find(&refused, "refused"), [1_230]);
}

#[test]
fn what_another_gate_pruned_is_found_no_more_whether_the_index_knows_it_or_not() {
    let marks = MarkKey::new([5; 32]);
    for indexed in [0, 100, 600, 700] {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(dir.path()).unwrap();
        fill(&store, 700);
        store.index().add(&batch(&store, indexed, &marks)).unwrap();
        store.log_storage().unwrap().prune(512).unwrap();
        let all = |query: &Query| {
            let found = store.index().search(store.log(), query).unwrap();
            assert_eq!(found.unsearched, 0);
            numbers(&found)
        };
        let left = |wanted: &dyn Fn(u64) -> bool| -> Vec<u64> {
            (512..700).rev().filter(|number| wanted(*number)).collect()
        };
        let queries = || {
            assert_eq!(all(&Query::new(1000)), left(&|_| true), "{indexed}");
            assert_eq!(all(&Query::new(1000).with("subject", "ab7")), left(&|it| it % 7 == 0));
            let rare = Query::new(1000).with("rule", "outsiders-text").with("actor", "p1");
            assert_eq!(all(&rare), left(&|it| it % 10 == 0 && it % 3 == 1));
            let mut before = Query::new(5);
            before.before = Some(520);
            assert_eq!(all(&before), [519, 518, 517, 516, 515]);
            before.before = Some(512);
            assert_eq!(all(&before), [0; 0]);
        };
        queries();
        let behind = store.index().fit_minimum(store.log()).unwrap();
        assert_eq!(behind, indexed > 0, "{indexed}");
        assert!(!store.index().fit_minimum(store.log()).unwrap());
        queries();
    }
}

#[test]
fn an_entry_that_was_altered_is_shown_to_nobody() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).unwrap();
    fill(&store, 30);
    let alter = || {
        let database = rusqlite::Connection::open(dir.path().join("log.db")).unwrap();
        database.execute("DROP TRIGGER IF EXISTS entries_keep", []).unwrap();
        let sql = "UPDATE entries SET body = CAST(replace(CAST(body AS TEXT), 'allowed', 'refused') AS BLOB) WHERE idx = 13";
        assert_eq!(database.execute(sql, []).unwrap(), 1);
    };
    let marks = MarkKey::new([1; 32]);
    store.index().add(&batch(&store, 20, &marks)).unwrap();
    alter();
    for query in [Query::new(30), Query::new(30).with("rule", "matrix")] {
        let refused = store.index().search(store.log(), &query).unwrap_err().to_string();
        assert!(refused.contains("entry 13 was altered"), "{refused}");
    }
    assert!(store.activity(None, None, 30).unwrap_err().to_string().contains("entry 13"));
    assert!(store.activity(Some("p1"), Some(20), 9).unwrap_err().to_string().contains("entry 13"));
    // Who does not come across it goes on.
    assert_eq!(store.activity(None, None, 5).unwrap().len(), 5);
}
