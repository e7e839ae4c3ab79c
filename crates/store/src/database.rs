//! Opening SQLite so that a commit that returned is on the disk.

use std::fs::{File, Permissions};
use std::io::ErrorKind;
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::Path;
use std::time::Duration;

use boundary::UnixMillis;
use rusqlite::types::Value;
use rusqlite::{Connection, OpenFlags};

use crate::StoreError;
use crate::carrier::WAL_PAGES;

/// How long one connection waits for another of this process, or for a reader from outside.
pub(crate) const BUSY: Duration = Duration::from_secs(5);

/// A database file: its name, and the steps that lead from nothing to its present form. A step
/// that was released is never changed; a new form is a new step.
pub(crate) struct Schema {
    pub(crate) name: &'static str,
    pub(crate) steps: &'static [&'static str],
}

impl Schema {
    pub(crate) fn open(&self, path: &Path) -> Result<Connection, StoreError> {
        for_its_owner(path)?;
        let mut connection = Connection::open(path)?;
        connection.busy_timeout(BUSY)?;
        self.require(&connection, "journal_mode", "wal")?;
        self.require(&connection, "synchronous", "2")?;
        self.require(&connection, "secure_delete", "1")?;
        self.require(&connection, "foreign_keys", "1")?;
        self.require(&connection, "trusted_schema", "0")?;
        connection.pragma_update(None, "wal_autocheckpoint", WAL_PAGES)?;
        self.migrate(&mut connection)?;
        Ok(connection)
    }

    /// Sets a pragma and reads it back: SQLite answers a setting it cannot take with silence.
    fn require(
        &self,
        connection: &Connection,
        setting: &'static str,
        value: &str,
    ) -> Result<(), StoreError> {
        connection.execute_batch(&format!("PRAGMA {setting} = {value}"))?;
        let held = connection.pragma_query_value(None, setting, |row| match row.get(0)? {
            Value::Integer(number) => Ok(number.to_string()),
            Value::Text(text) => Ok(text),
            _ => Ok(String::new()),
        })?;
        if held == value {
            Ok(())
        } else {
            Err(StoreError::Unsafe { database: self.name, setting })
        }
    }

    fn migrate(&self, connection: &mut Connection) -> Result<(), StoreError> {
        let version: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
        let (found, known) = (usize::try_from(version).unwrap_or(usize::MAX), self.steps.len());
        if found > known {
            return Err(StoreError::Newer { database: self.name, found, known });
        }
        for (step, version) in self.steps.iter().zip(1_i64..).skip(found) {
            let transaction = connection.transaction()?;
            transaction.execute_batch(step)?;
            transaction.pragma_update(None, "user_version", version)?;
            transaction.commit()?;
        }
        Ok(())
    }
}

/// Makes the file, where there is none, and lets nobody but its owner read it. What SQLite puts beside it gets
/// the same mode.
fn for_its_owner(path: &Path) -> Result<(), StoreError> {
    let failed = |error: std::io::Error| StoreError::Folder {
        path: path.to_owned(),
        reason: error.to_string(),
    };
    // `:memory:` is no file, and refused later.
    if path.parent().is_none_or(|folder| folder.as_os_str().is_empty()) {
        return Ok(());
    }
    // INVARIANT: a file that is there is not opened. Closing it again would end the locks that another
    // connection of this process has on it (SQLite, "How To Corrupt An SQLite Database File", 2.2).
    match std::fs::metadata(path) {
        Ok(known) if known.permissions().mode() & 0o777 == 0o600 => return Ok(()),
        Ok(_) => {}
        Err(error) if error.kind() == ErrorKind::NotFound => {
            let mut options = File::options();
            options.write(true).create_new(true).mode(0o600).open(path).map_err(failed)?;
            return Ok(());
        }
        Err(error) => return Err(failed(error)),
    }
    // Made by an older version; what is beside it, too.
    for end in ["", "-wal", "-shm"] {
        let mut name = path.as_os_str().to_owned();
        name.push(end);
        match std::fs::set_permissions(&name, Permissions::from_mode(0o600)) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(failed(error)),
            _ => {}
        }
    }
    Ok(())
}

/// Opens a database to read it, also while a gate has it open.
pub(crate) fn bystander(path: &Path) -> Result<Connection, StoreError> {
    // Not read-only for SQLite: whoever reads a database with a write-ahead log takes part in its
    // shared memory. Without `CREATE`, so that a wrong path makes no empty database.
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(BUSY)?;
    connection.pragma_update(None, "query_only", true)?;
    Ok(connection)
}

/// SQLite's integers have a sign. Nothing here comes near the limit.
pub(crate) fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

pub(crate) fn unsigned(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}

pub(crate) fn millis(number: i64) -> UnixMillis {
    UnixMillis(unsigned(number))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: Schema = Schema { name: "test.db", steps: &["CREATE TABLE a (x INTEGER) STRICT"] };
    const TWO: Schema = Schema {
        name: "test.db",
        steps: &["CREATE TABLE a (x INTEGER) STRICT", "ALTER TABLE a ADD COLUMN y INTEGER"],
    };

    fn number(connection: &Connection, pragma: &str) -> i64 {
        connection.pragma_query_value(None, pragma, |row| row.get(0)).unwrap()
    }

    #[test]
    fn each_commit_reaches_the_disk() {
        let dir = tempfile::tempdir().unwrap();
        let connection = ONE.open(&dir.path().join("test.db")).unwrap();
        assert_eq!(number(&connection, "synchronous"), 2);
        assert_eq!(number(&connection, "secure_delete"), 1);
    }

    #[test]
    fn nobody_but_the_owner_reads_a_file() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("test.db");
        let mode = |name: &str| {
            let found = std::fs::metadata(dir.path().join(name)).unwrap();
            found.permissions().mode() & 0o777
        };
        let files = ["test.db", "test.db-wal", "test.db-shm"];
        let connection = ONE.open(&path).unwrap();
        assert_eq!(files.map(mode), [0o600; 3]);
        for file in files {
            std::fs::set_permissions(dir.path().join(file), Permissions::from_mode(0o644)).unwrap();
        }
        let again = ONE.open(&path).unwrap();
        assert_eq!(files.map(mode), [0o600; 3]);
        drop((connection, again));
    }

    #[test]
    fn a_database_that_takes_no_write_ahead_log_is_refused() {
        let refused = ONE.open(Path::new(":memory:")).unwrap_err().to_string();
        assert_eq!(
            refused,
            "`test.db` does not take `journal_mode`, without which it is not safe to use"
        );
    }

    #[test]
    fn only_new_steps_are_taken() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("test.db");
        ONE.open(&path).unwrap().execute("INSERT INTO a VALUES (7)", []).unwrap();
        for _ in 0..2 {
            let connection = TWO.open(&path).unwrap();
            assert_eq!(number(&connection, "user_version"), 2);
            let sum = "SELECT sum(x) FROM a WHERE y IS NULL";
            assert_eq!(connection.query_one(sum, [], |row| row.get(0)), Ok(7));
        }
        let refused = ONE.open(&path).unwrap_err();
        assert!(matches!(refused, StoreError::Newer { found: 2, known: 1, .. }));
    }

    #[test]
    fn a_step_that_fails_leaves_nothing_behind() {
        const BROKEN: Schema = Schema {
            name: "test.db",
            steps: &[ONE.steps[0], "CREATE TABLE b (x INTEGER); CREATE TABLE b (x INTEGER)"],
        };
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("test.db");
        assert!(BROKEN.open(&path).is_err());
        let connection = ONE.open(&path).unwrap();
        assert!(connection.execute("INSERT INTO b VALUES (1)", []).is_err());
    }
}
