//! What was deleted is in no file any more: not in the database, not in its write-ahead log.

use std::fs;
use std::path::Path;

use boundary::{PersonId, UnixMillis};
use keys::KeyHash;
use store::{Conversation, Session, StateStore, Store};

const CANARY: &[u8] = b"CANARY-7f3a-refresh-token";

/// In how many files of the folder the bytes stand.
fn files_with(dir: &Path, needle: &[u8]) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if fs::read(&path).unwrap().windows(needle.len()).any(|part| part == needle) {
            found.push(path.file_name().unwrap().to_string_lossy().into_owned());
        }
    }
    found
}

/// Writes the canary, checks that it can be found at all, deletes it, and looks again.
fn forgets(write: impl Fn(&dyn StateStore), delete: impl Fn(&dyn StateStore)) {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).unwrap();
    // Neighbours, so that the page is not simply given up.
    for number in 0..50_u64 {
        let person = PersonId::new("org", &format!("{number}"));
        store.state().put_grant(&person, &[b'x'; 100], UnixMillis(1)).unwrap();
    }
    write(store.state());
    assert_eq!(files_with(dir.path(), CANARY), ["state.db-wal"]);
    store.state().scrub().unwrap();
    assert_eq!(files_with(dir.path(), CANARY), ["state.db"]);
    write(store.state());
    delete(store.state());
    assert_eq!(files_with(dir.path(), CANARY), [""; 0]);
    drop(store);
    assert_eq!(files_with(dir.path(), CANARY), [""; 0]);
}

fn ada() -> PersonId {
    PersonId::new("org", "ada")
}

#[test]
fn a_dropped_grant() {
    forgets(
        |state| assert!(state.put_grant(&ada(), CANARY, UnixMillis(1)).unwrap() > 0),
        |state| assert!(state.drop_grant(&ada(), UnixMillis(2)).unwrap()),
    );
}

#[test]
fn a_deleted_conversation_larger_than_a_page() {
    let large = [&vec![b'y'; 20_000], CANARY, &vec![b'z'; 20_000]].concat();
    let save = |state: &dyn StateStore| {
        let version = state.conversation("c", &ada()).unwrap().map_or(0, |held| held.version);
        let conversation = Conversation {
            id: "c".into(),
            person: ada(),
            version,
            title: CANARY.to_vec(),
            sealed: large.clone(),
            updated: UnixMillis(1),
        };
        assert!(state.save_conversation(&conversation).unwrap());
    };
    forgets(save, |state| assert!(state.delete_conversation("c", &ada()).unwrap()));
}

#[test]
fn an_ended_session() {
    let csrf = String::from_utf8(CANARY.to_vec()).unwrap();
    let hash = KeyHash::of("test", b"s");
    let add = |state: &dyn StateStore| {
        state.end_session(&hash).unwrap();
        let (created, expires) = (UnixMillis(1), UnixMillis(9));
        let csrf = csrf.clone();
        let session = Session { hash, id: "s".into(), person: ada(), csrf, created, expires };
        state.add_session(&session).unwrap();
    };
    forgets(add, |state| assert!(state.end_session(&hash).unwrap()));
}

#[test]
fn a_replaced_grant_and_a_finished_sign_in_after_scrubbing() {
    let hash = KeyHash::of("test", b"l");
    forgets(
        |state| {
            state.put_grant(&ada(), CANARY, UnixMillis(1)).unwrap();
            state.take_login(&hash, UnixMillis(1)).unwrap();
            state.add_login(&hash, CANARY, UnixMillis(9)).unwrap();
        },
        |state| {
            state.put_grant(&ada(), b"new", UnixMillis(2)).unwrap();
            state.take_login(&hash, UnixMillis(2)).unwrap().unwrap();
            state.scrub().unwrap();
        },
    );
}

/// The check above would pass on a store that keeps nothing in files; this one shows it can fail.
#[test]
fn a_grant_that_is_not_dropped_is_found() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).unwrap();
    let state: &dyn StateStore = store.state();
    state.put_grant(&ada(), CANARY, UnixMillis(1)).unwrap();
    state.put_grant(&ada(), b"new", UnixMillis(1)).unwrap();
    assert_eq!(files_with(dir.path(), CANARY), ["state.db-wal"]);
}

#[test]
fn whoever_reads_beside_keeps_a_write_ahead_log_and_that_is_told() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).unwrap();
    let subject = store::Subject {
        pseudonym: "s1".into(),
        mark: None,
        key: CANARY.to_vec(),
        reference: None,
        made: UnixMillis(1),
    };
    store.sealed().meet(&[subject]).unwrap();
    let reader = rusqlite::Connection::open(dir.path().join("sealed.db")).unwrap();
    reader.execute_batch("BEGIN; SELECT count(*) FROM subjects").unwrap();
    let count = "SELECT count(*) FROM subjects";
    let known: i64 = reader.query_row(count, [], |row| row.get(0)).unwrap();
    assert_eq!(known, 1);
    let (_, left) = store.sealed().forget("s1").unwrap();
    assert_eq!(left.len(), 1, "{left:?}");
    assert_eq!(left[0].place, "sealed.db-wal");
    assert_eq!(store.sealed().subject("s1").unwrap(), None, "no query finds it");
    assert_ne!(files_with(dir.path(), CANARY), [""; 0]);
    // What the remedy says.
    reader.execute_batch("COMMIT").unwrap();
    drop((reader, store));
    drop(Store::open(dir.path()).unwrap());
    assert_eq!(files_with(dir.path(), CANARY), [""; 0]);
}
