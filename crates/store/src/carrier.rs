//! Carries write-ahead logs into their databases beside those who write.
//!
//! SQLite would do it within whichever commit fills the log, and whoever waits for that commit waits for two more syncs
//! and some thousand pages. Here a thread of its own does it every few seconds. Nothing rests on it: a commit is durable
//! in the write-ahead log, and where the thread falls behind, a commit carries after all ([`WAL_PAGES`]).
//!
//! A log begins anew only when it was carried to its last page. Under steady load something always comes while it is
//! carried, and the log would grow until a commit carries all of it. So the bulk goes beside those who write, and what came
//! meanwhile, a few pages, while they wait.

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
/// How often to carry beside those who write, until little is left for which they have to wait. Twice is enough unless
/// they write very much: what comes during the first pass is little, and during the second next to nothing, so that it syncs
/// the database, which a pass does that ends with nothing left.
const PASSES: u32 = 3;
/// Beside those who write.
const BESIDE: &str = "PRAGMA wal_checkpoint(PASSIVE)";
/// While they wait.
const WHOLE: &str = "PRAGMA wal_checkpoint(FULL)";

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
        let mut before = None;
        for _ in 0..PASSES {
            match self.pass(BESIDE) {
                Ok((pages, _)) if before == Some(pages) => break,
                Ok((pages, _)) => before = Some(pages),
                // A full disk, for example: the writer says so to those who need to know.
                Err(_) => return,
            }
        }
        // Not while somebody reads what is older than the log's end. The next round finds it carried, or carries it.
        if self.pass(WHOLE).is_ok_and(|(_, whole)| whole) {
            self.changed = changed;
        }
    }

    /// Carries, and gives the pages in the log, and whether all of them are in the database now.
    fn pass(&self, pragma: &str) -> Result<(i64, bool), rusqlite::Error> {
        self.connection.query_row(pragma, [], |row| {
            let (busy, pages, carried): (i64, i64, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
            Ok((pages, busy == 0 && pages == carried))
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

    /// A database whose commits never carry, and its writer.
    fn made(dir: &Path) -> (PathBuf, Connection) {
        let path = dir.join(SCHEMA.name);
        let writer = SCHEMA.open(&path).unwrap();
        writer.pragma_update(None, "wal_autocheckpoint", 0).unwrap();
        (path, writer)
    }

    fn start(path: &PathBuf) -> Carrier {
        Carrier::start_every(std::slice::from_ref(path), Duration::from_millis(5)).unwrap()
    }

    fn row(writer: &Connection) {
        writer.execute("INSERT INTO a (y) VALUES (zeroblob(20000))", []).unwrap();
    }

    fn assert_whole(writer: &Connection) {
        let whole: String =
            writer.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
        assert_eq!(whole, "ok");
    }

    #[test]
    fn a_log_is_carried_beside_its_writer() {
        let dir = tempfile::tempdir().unwrap();
        let (path, writer) = made(dir.path());
        let carrier = start(&path);
        let length = || fs::metadata(&path).map_or(0, |it| it.len());
        let patience = Instant::now() + Duration::from_mins(1);
        // Nobody else carries: without the thread the database would stay as it was.
        let made = length();
        while length() < made + 200_000 {
            row(&writer);
            assert!(Instant::now() < patience, "nothing is carried");
        }
        drop(carrier);
        assert_whole(&writer);
    }

    /// How often the log began anew (<https://sqlite.org/fileformat2.html#walformat>).
    fn laps(log: &Path) -> u32 {
        let head: [u8; 4] = fs::read(log).unwrap()[12..16].try_into().unwrap();
        u32::from_be_bytes(head)
    }

    #[test]
    fn a_log_begins_anew_although_its_writer_never_pauses() {
        let dir = tempfile::tempdir().unwrap();
        let (path, writer) = made(dir.path());
        // Without syncs the next commit comes before any pass has ended.
        writer.pragma_update(None, "synchronous", "OFF").unwrap();
        row(&writer);
        let log = dir.path().join("carried.db-wal");
        let first = laps(&log);
        let carrier = start(&path);
        let patience = Instant::now() + Duration::from_mins(1);
        let mut rows = 1;
        while laps(&log) < first + 3 {
            (0..50).for_each(|_| row(&writer));
            rows += 50;
            assert!(Instant::now() < patience, "the log only grows: {rows} rows");
        }
        drop(carrier);
        assert_whole(&writer);
        let kept: i64 = writer.query_row("SELECT count(*) FROM a", [], |row| row.get(0)).unwrap();
        assert_eq!(kept, rows);
    }
}
