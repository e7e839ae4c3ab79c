//! PostgreSQL under the store: one record and one state for several gates.
//!
//! State and sealed parts are the store's own code over [`store::Sql`]. The log is written here: a batch is
//! numbered under the lock of one row, a checkpoint is stored by compare-and-swap, and no order ever comes
//! from a sequence of the database, which gives numbers to what is not committed.

#![forbid(unsafe_code)]

mod address;
mod link;
mod log;
mod schema;
mod sql;
mod tls;
mod wait;

use std::path::PathBuf;
use std::sync::Arc;

use keys::SecretText;
use ledger::LogStorage;
use store::{Backend, Log, SealedStore, Sql, State, StateStore, StoreError};

use crate::link::Database;
use crate::log::{SharedLog, SharedLogWriter};

/// Where the database is, and how it is trusted.
#[derive(Clone, Debug)]
pub struct Access {
    /// `postgresql://user@host:port/database`, without a password.
    pub address: String,
    /// The user's password.
    pub password: Option<SecretText>,
    /// PEM file of the certificate authority that signed the server's certificate; the system's when left out.
    pub ca: Option<PathBuf>,
}

/// Record and state in PostgreSQL.
#[derive(Debug)]
pub struct Postgres {
    database: Arc<Database>,
    log: SharedLog,
    sealed: SealedStore,
    state: State,
}

impl Postgres {
    /// Connects, and brings the tables up to date.
    ///
    /// Refuses a way that is not encrypted (but on this machine), a server that would not write each commit to
    /// the disk, one that only follows another, and tables that a newer version wrote.
    pub fn open(access: &Access) -> Result<Self, StoreError> {
        let postgres = Self::connect(access)?;
        schema::migrate(&postgres.database)?;
        Ok(postgres)
    }

    /// Connects to read, beside gates that write, and changes no table.
    pub fn connect(access: &Access) -> Result<Self, StoreError> {
        let database = Arc::new(Database::new(access)?);
        let sql: Arc<dyn Sql> = Arc::clone(&database) as Arc<dyn Sql>;
        let log = SharedLog::new(Arc::clone(&database));
        let sealed = SealedStore::new(Arc::clone(&sql));
        let state = State::new(sql)?;
        Ok(Self { database, log, sealed, state })
    }
}

impl Backend for Postgres {
    fn state(&self) -> &dyn StateStore {
        &self.state
    }

    fn log(&self) -> &dyn Log {
        &self.log
    }

    fn sealed(&self) -> &SealedStore {
        &self.sealed
    }

    fn log_storage(&self) -> Result<Box<dyn LogStorage>, StoreError> {
        Ok(Box::new(SharedLogWriter::new(Arc::clone(&self.database))))
    }
}
