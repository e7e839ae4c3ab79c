//! The one error of this crate.

use std::path::PathBuf;

/// Why the store refused. Never holds a value that was to be stored.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Two gates on one folder would give out the same index twice.
    #[error("the data folder `{}` is in use by another process", .0.display())]
    InUse(PathBuf),

    /// The folder or its lock cannot be used.
    #[error("the data folder `{}` cannot be used: {reason}", path.display())]
    Folder {
        /// Which folder.
        path: PathBuf,
        /// What the system said.
        reason: String,
    },

    /// SQLite failed.
    #[error("the database failed: {0}")]
    Database(#[from] rusqlite::Error),

    /// PostgreSQL failed, or the way to it.
    #[error("PostgreSQL failed: {0}")]
    Postgres(String),

    /// The configuration of the database is not usable.
    #[error("the database cannot be used like this: {0}")]
    Config(String),

    /// A row has another form than this gate reads.
    #[error("a row has another form than this gate reads")]
    Form,

    /// No random bytes are to be had.
    #[error("the system gives no random bytes")]
    Random,

    /// A setting that durability or secrecy rests on did not take.
    #[error("`{database}` does not take `{setting}`, without which it is not safe to use")]
    Unsafe {
        /// Which database file.
        database: &'static str,
        /// Which pragma.
        setting: &'static str,
    },

    /// The folder was used by a later version of the gate.
    #[error("`{database}` has version {found}; this gate knows versions up to {known}")]
    Newer {
        /// Which database file.
        database: &'static str,
        /// Its version.
        found: usize,
        /// The last version this gate knows.
        known: usize,
    },

    /// An entry of the ledger is not the one that was written.
    #[error("the ledger does not add up: {0}")]
    Flawed(#[from] ledger::Flaw),

    /// A row holds what no version of the gate writes.
    #[error("a row of `{0}` is damaged")]
    Damaged(&'static str),
}
