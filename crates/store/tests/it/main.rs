//! The store as its callers see it. Each suite runs against whatever implements its trait.

#[cfg(test)]
mod access_suite;
#[cfg(test)]
mod crash;
#[cfg(test)]
mod folder;
#[cfg(test)]
mod forgetting;
#[cfg(test)]
mod history_suite;
#[cfg(test)]
mod index;
#[cfg(test)]
mod log;
#[cfg(test)]
mod log_suite;
#[cfg(test)]
mod state_suite;

#[test]
fn sqlite_state_conforms() {
    state_suite::conforms(|check| {
        let dir = tempfile::tempdir().unwrap();
        check(store::Store::open(dir.path()).unwrap().state());
    });
}

#[test]
fn sqlite_access_conforms() {
    access_suite::conforms(|check| {
        let dir = tempfile::tempdir().unwrap();
        check(store::Store::open(dir.path()).unwrap().state());
    });
}

#[test]
fn sqlite_log_conforms() {
    log_suite::conforms(|check| {
        let dir = tempfile::tempdir().unwrap();
        let store = store::Store::open(dir.path()).unwrap();
        check(store.log_storage().unwrap().as_mut());
    });
}

#[test]
fn the_log_in_memory_conforms() {
    log_suite::conforms(|check| check(&mut ledger::MemoryLog::default()));
}

#[cfg(test)]
struct Folder(tempfile::TempDir);

#[cfg(test)]
impl history_suite::Place for Folder {
    fn open(&self) -> store::Store {
        store::Store::open(self.0.path()).unwrap()
    }

    fn tamper(&self, sql: &str) {
        let database = rusqlite::Connection::open(self.0.path().join("log.db")).unwrap();
        for table in ["entries", "leaves", "checkpoints"] {
            for how in ["stay", "keep"] {
                let drop = format!("DROP TRIGGER IF EXISTS {table}_{how}");
                database.execute(&drop, []).unwrap();
            }
        }
        assert!(database.execute(sql, []).unwrap() > 0, "{sql}");
    }
}

#[test]
fn sqlite_history_conforms() {
    history_suite::conforms(|| Folder(tempfile::tempdir().unwrap()));
}
