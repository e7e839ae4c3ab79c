use std::fs;
use std::os::unix::fs::PermissionsExt;

use store::{Store, StoreError};

#[test]
fn a_second_store_on_the_folder_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).unwrap();
    let refused = Store::open(dir.path()).unwrap_err();
    assert!(matches!(refused, StoreError::InUse(_)));
    let text = refused.to_string();
    assert!(text.contains("in use by another process"), "{text}");

    // The log keeps the folder locked for as long as somebody may write to it.
    let log = store.log_storage().unwrap();
    drop(store);
    assert!(matches!(Store::open(dir.path()), Err(StoreError::InUse(_))));
    drop(log);
    Store::open(dir.path()).unwrap();
}

#[test]
fn a_new_folder_is_its_owners_alone() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("deep/data");
    drop(Store::open(&path).unwrap());
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o700);
}

#[test]
fn what_was_stored_is_there_after_a_restart() {
    let dir = tempfile::tempdir().unwrap();
    Store::open(dir.path()).unwrap().state().put_setting("policy", "1").unwrap();
    let store = Store::open(dir.path()).unwrap();
    assert_eq!(store.state().setting("policy").unwrap().as_deref(), Some("1"));
}

#[test]
fn a_folder_of_a_later_version_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    drop(Store::open(dir.path()).unwrap());
    let database = rusqlite::Connection::open(dir.path().join("state.db")).unwrap();
    database.pragma_update(None, "user_version", 99).unwrap();
    drop(database);
    let refused = Store::open(dir.path()).unwrap_err().to_string();
    assert!(refused.starts_with("`state.db` has version 99; this gate knows versions up to"));
}

#[test]
fn what_is_no_database_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("log.db"), b"this is a letter, not a database, and a long one")
        .unwrap();
    assert!(matches!(Store::open(dir.path()), Err(StoreError::Database(_))));
    let file = tempfile::NamedTempFile::new().unwrap();
    assert!(matches!(Store::open(file.path()), Err(StoreError::Folder { .. })));
}
