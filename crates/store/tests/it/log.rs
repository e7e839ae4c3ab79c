use std::path::Path;
use std::time::Duration;

use ledger::{Flaw, LedgerError, Sequencer, export_tiles, verify, verify_offline};
use store::{SqliteLog, Store};

pub(crate) use crate::history_suite::{LONG, clock, entry, signer, start};

/// A store whose log holds so many entries.
fn filled(dir: &Path, count: u64) -> Store {
    let store = Store::open(dir).unwrap();
    let sequencer = start(&store).unwrap();
    let pending: Vec<_> = (0..count).map(|number| sequencer.append(entry(number))).collect();
    for pending in pending {
        pending.wait(LONG).unwrap();
    }
    sequencer.close().unwrap();
    store
}

#[test]
fn a_log_is_written_read_proven_exported_and_verified() {
    let dir = tempfile::tempdir().unwrap();
    let store = filled(dir.path(), 600);
    let keys = signer().verifying_keys().unwrap();
    assert_eq!(verify(store.log(), &keys, &[]).unwrap().signed, 600);
    let sequencer = start(&store).unwrap();
    for index in [0, 255, 256, 599] {
        assert_eq!(sequencer.prove(store.log(), index).unwrap().row.index, index);
    }
    let tiles = dir.path().join("tiles");
    export_tiles(store.log(), &keys, &tiles).unwrap();
    assert_eq!(verify_offline(&tiles, &keys, &[]).unwrap().size, 600);
}

#[test]
fn activity_comes_newest_first_in_pages_and_by_actor() {
    let dir = tempfile::tempdir().unwrap();
    let store = filled(dir.path(), 10);
    let seqs = |actor, before, count| {
        let entries = store.activity(actor, before, count).unwrap();
        entries.into_iter().map(|entry| entry.seq).collect::<Vec<_>>()
    };
    assert_eq!(seqs(None, None, 3), [9, 8, 7]);
    assert_eq!(seqs(None, Some(7), 3), [6, 5, 4]);
    assert_eq!(seqs(None, Some(0), 3), [0; 0]);
    assert_eq!(seqs(Some("p1"), None, 10), [7, 4, 1]);
    assert_eq!(seqs(Some("p1"), Some(4), 10), [1]);
    assert_eq!(seqs(Some("nobody"), None, 10), [0; 0]);
}

#[test]
fn entries_are_read_while_others_are_written() {
    let dir = tempfile::tempdir().unwrap();
    let store = filled(dir.path(), 5);
    let sequencer = start(&store).unwrap();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for number in 0..200 {
                sequencer.append(entry(number)).wait(LONG).unwrap();
            }
        });
        for _ in 0..50 {
            let entries = store.activity(None, None, 5).unwrap();
            assert_eq!(entries.len(), 5);
        }
    });
    assert_eq!(store.log().size().unwrap(), 205);
}

#[test]
fn a_log_is_verified_while_a_gate_writes_to_it() {
    let dir = tempfile::tempdir().unwrap();
    let store = filled(dir.path(), 5);
    let every = Duration::from_millis(1);
    let limits = ledger::Limits { checkpoint_every: every, ..ledger::Limits::default() };
    let log = store.log_storage().unwrap();
    let sequencer = Sequencer::start_with(log, signer(), clock(), limits).unwrap();
    let keys = signer().verifying_keys().unwrap();
    let read = SqliteLog::read_only(dir.path()).unwrap();
    std::thread::scope(|scope| {
        let writer = scope.spawn(|| {
            for number in 0..400 {
                sequencer.append(entry(number)).wait(LONG).unwrap();
            }
        });
        while !writer.is_finished() {
            verify(&read, &keys, &[]).unwrap();
        }
    });
    assert_eq!(verify(&read, &keys, &[]).unwrap().size, 405);
    // It reads and nothing else, and makes no log where there is none.
    let mut read = read;
    let row = store.log().rows(404, 1).unwrap().remove(0);
    let row = ledger::Row { index: 405, ..row };
    assert!(ledger::LogStorage::append(&mut read, &[row]).is_err());
    assert!(SqliteLog::read_only(&dir.path().join("elsewhere")).is_err());
}

#[test]
fn the_database_itself_refuses_to_change_an_entry() {
    let dir = tempfile::tempdir().unwrap();
    drop(filled(dir.path(), 5));
    let database = rusqlite::Connection::open(dir.path().join("log.db")).unwrap();
    for sql in [
        "DELETE FROM entries WHERE idx = 3",
        "UPDATE entries SET actor = 'x'",
        "DELETE FROM leaves",
        "UPDATE leaves SET hash = zeroblob(32)",
        "DELETE FROM checkpoints",
        "UPDATE checkpoints SET size = 1",
    ] {
        let refused = database.execute(sql, []).unwrap_err().to_string();
        assert!(refused.contains("the log only grows"), "{sql}: {refused}");
    }
}

/// Changes the file as somebody would who has it and knows SQL.
fn tampered(sql: &str) -> (tempfile::TempDir, Store) {
    let dir = tempfile::tempdir().unwrap();
    drop(filled(dir.path(), 30));
    let database = rusqlite::Connection::open(dir.path().join("log.db")).unwrap();
    let triggers = "SELECT name FROM sqlite_master WHERE type = 'trigger'";
    let names: Vec<String> = database
        .prepare(triggers)
        .unwrap()
        .query_map([], |row| row.get(0))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    assert_eq!(names.len(), 7);
    for name in names {
        database.execute(&format!("DROP TRIGGER {name}"), []).unwrap();
    }
    assert!(database.execute(sql, []).unwrap() > 0);
    drop(database);
    let store = Store::open(dir.path()).unwrap();
    (dir, store)
}

#[test]
fn whoever_changes_the_file_is_found() {
    type Found = fn(&LedgerError) -> bool;
    let cases: [(&str, Found, bool); 8] = [
        (
            "UPDATE entries SET body = CAST(replace(body, 'allowed', 'refused') AS BLOB) WHERE idx = 7",
            |error| *error == Flaw::Altered(7).into(),
            true,
        ),
        (
            "UPDATE entries SET actor = 'x' WHERE idx = 7",
            |error| *error == Flaw::Misfiled { index: 7, column: "actor" }.into(),
            false,
        ),
        ("DELETE FROM entries WHERE idx = 7", |error| *error == Flaw::Missing(7).into(), true),
        (
            "DELETE FROM entries WHERE idx = 29",
            |error| matches!(error, LedgerError::Flawed(Flaw::Cut { signed: 30, held: 29 })),
            true,
        ),
        ("DELETE FROM leaves WHERE idx = 7", |error| *error == Flaw::Missing(7).into(), true),
        (
            "UPDATE leaves SET hash = zeroblob(32) WHERE idx = 7",
            |error| *error == Flaw::Altered(7).into(),
            true,
        ),
        (
            "UPDATE checkpoints SET note = replace(note, 'gate', 'fate')",
            |error| matches!(error, LedgerError::Flawed(Flaw::Checkpoint { .. })),
            true,
        ),
        ("DELETE FROM checkpoints", |error| *error == Flaw::Unsigned.into(), true),
    ];
    let keys = signer().verifying_keys().unwrap();
    for (sql, expected, at_start) in cases {
        let (_dir, store) = tampered(sql);
        let found = verify(store.log(), &keys, &[]).unwrap_err();
        assert!(expected(&found), "{sql}: {found}");
        // A start looks at every hash; what is kept for searching is compared whenever it is read.
        assert_eq!(start(&store).is_err(), at_start, "{sql}");
    }
}
