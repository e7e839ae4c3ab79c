//! Carries write-ahead logs into their databases beside those who write.
//!
//! SQLite would do it within whichever commit fills the log, and whoever waits for that commit waits for two more syncs
//! and some thousand pages. Here a thread of its own does it every few seconds. Nothing rests on it: a commit is durable
//! in the write-ahead log, and where the thread falls behind, a commit carries after all ([`WAL_PAGES`]).

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, RecvTimeoutError, SyncSender};
use std::thread::JoinHandle;
use std::time::{Duration, SystemTime};

use rusqlite::{Connection, OpenFlags};

use crate::StoreError;
use crate::database::BUSY;

/// Pages of 4 KiB in a write-ahead log before a commit has to carry them itself.
pub(crate) const WAL_PAGES: i64 = 16_384;
/// Between two rounds.
const EVERY: Duration = Duration::from_secs(4);
/// How often to try to catch up with those who write. Only a log that was carried whole begins anew.
const TRIES: u32 = 8;

/// The thread. It ends when this is dropped.
#[derive(Debug)]
pub(crate) struct Carrier {
    stop: Option<SyncSender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// A database and what was seen of its write-ahead log.
struct Carried {
    connection: Connection,
    log: PathBuf,
    changed: Option<SystemTime>,
}

impl Carrier {
    /// Begins to carry for these databases, which are there already.
    pub(crate) fn start(databases: &[PathBuf]) -> Result<Self, StoreError> {
        Self::start_every(databases, EVERY)
    }

    fn start_every(databases: &[PathBuf], every: Duration) -> Result<Self, StoreError> {
        let open = |path: &PathBuf| Carried::open(path);
        let mut all = databases.iter().map(open).collect::<Result<Vec<_>, _>>()?;
        let (stop, stopped) = mpsc::sync_channel::<()>(0);
        let work = move || {
            while stopped.recv_timeout(every) == Err(RecvTimeoutError::Timeout) {
                for one in &mut all {
                    one.carry();
                }
            }
        };
        let thread = std::thread::Builder::new().name("store-carrier".to_owned()).spawn(work);
        // Without it, commits carry.
        Ok(Self { stop: Some(stop), thread: thread.ok() })
    }
}

impl Drop for Carrier {
    fn drop(&mut self) {
        self.stop = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl Carried {
    fn open(path: &Path) -> Result<Self, StoreError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags)?;
        connection.busy_timeout(BUSY)?;
        // It writes nothing but what others have committed; what it writes is on the disk before the log begins anew.
        connection.pragma_update(None, "synchronous", "FULL")?;
        let mut log = path.as_os_str().to_owned();
        log.push("-wal");
        Ok(Self { connection, log: log.into(), changed: None })
    }

    fn carry(&mut self) {
        let changed = fs::metadata(&self.log).and_then(|it| it.modified()).ok();
        if changed == self.changed {
            return;
        }
        for _ in 0..TRIES {
            match self.pass() {
                Ok(true) => {
                    self.changed = changed;
                    return;
                }
                Ok(false) => {}
                // A full disk, for example: the writer says so to those who need to know.
                Err(_) => return,
            }
        }
    }

    /// Whether all of the log is in the database now. Keeps nobody from reading or writing.
    fn pass(&self) -> Result<bool, rusqlite::Error> {
        self.connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |row| {
            let (in_log, carried): (i64, i64) = (row.get(1)?, row.get(2)?);
            Ok(in_log == carried)
        })
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;
    use crate::database::Schema;

    const SCHEMA: Schema = Schema {
        name: "carried.db",
        steps: &["CREATE TABLE a (x INTEGER PRIMARY KEY, y BLOB NOT NULL) STRICT"],
    };

    #[test]
    fn a_log_is_carried_beside_its_writer_and_begins_anew() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join(SCHEMA.name);
        let writer = SCHEMA.open(&path).unwrap();
        writer.pragma_update(None, "wal_autocheckpoint", 0).unwrap();
        let carrier =
            Carrier::start_every(std::slice::from_ref(&path), Duration::from_millis(5)).unwrap();
        let length = |path: &Path| fs::metadata(path).map_or(0, |it| it.len());
        let patience = Instant::now() + Duration::from_mins(1);
        // Nobody else carries: without the thread the database would stay as it was.
        let made = length(&path);
        let row = || writer.execute("INSERT INTO a (y) VALUES (zeroblob(20000))", []).unwrap();
        while length(&path) < made + 200_000 {
            row();
            assert!(Instant::now() < patience, "nothing is carried");
        }
        // A log that is carried whole begins anew with the next commit, and grows no more.
        std::thread::sleep(Duration::from_millis(200));
        row();
        let log = dir.path().join("carried.db-wal");
        let before = length(&log);
        for _ in 0..5 {
            std::thread::sleep(Duration::from_millis(100));
            row();
        }
        assert!(length(&log) <= before, "{} after {before}", length(&log));
        drop(carrier);
        let whole: String =
            writer.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
        assert_eq!(whole, "ok");
    }
}
