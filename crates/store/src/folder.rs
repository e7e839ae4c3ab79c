//! The data folder and the lock that keeps a second process out.

use std::fs::{self, File, TryLockError};
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::StoreError;

/// How often the lock is tried.
const TRIES: u32 = 20;
/// Between two tries.
const PAUSE: Duration = Duration::from_millis(10);

/// A folder that this process has for itself until it is dropped.
#[derive(Debug)]
pub(crate) struct Folder {
    path: PathBuf,
    /// Held, not read: the lock goes with it, even when the process is killed.
    _lock: File,
}

impl Folder {
    /// Makes the folder, for its owner alone, and locks it.
    pub(crate) fn lock(path: &Path) -> Result<Self, StoreError> {
        let failed = |error: io::Error| StoreError::Folder {
            path: path.to_owned(),
            reason: error.to_string(),
        };
        if !path.exists() {
            fs::create_dir_all(path).map_err(failed)?;
            fs::set_permissions(path, fs::Permissions::from_mode(0o700)).map_err(failed)?;
        }
        let lock = File::options()
            .write(true)
            .create(true)
            .truncate(false)
            .open(path.join("lock"))
            .map_err(failed)?;
        // A program that is just being started holds a copy of every open file for a moment, and with it
        // the lock of a store that was closed meanwhile.
        for _ in 0..TRIES {
            match lock.try_lock() {
                Ok(()) => return Ok(Self { path: path.to_owned(), _lock: lock }),
                Err(TryLockError::WouldBlock) => std::thread::sleep(PAUSE),
                Err(TryLockError::Error(error)) => return Err(failed(error)),
            }
        }
        Err(StoreError::InUse(path.to_owned()))
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }
}
