//! The gate's only database: sessions, keys, grants, conversations, proposals, ledger rows.
//!
//! Files in one folder: `log.db`, which only grows; `state.db` and `sealed.db`, from which what is
//! deleted is overwritten; `index.db`, which can be made anew. The first three may be a database that several
//! gates share instead ([`Backend`]); the index is always a file of the gate's own. Every commit to the others is on the disk before it returns.
//! What a person may read later is handed in sealed: this crate never sees a token of Salesforce or a line of a conversation.

#![forbid(unsafe_code)]

mod allowances;
mod api_keys;
mod carrier;
mod clients;
mod conversations;
mod database;
mod delegations;
mod error;
mod folder;
mod gates;
mod grants;
mod index;
mod log;
mod logins;
mod persons;
mod proposal_events;
mod proposals;
mod sealed;
mod sessions;
mod settings;
mod sql;
mod state;
mod tables;

pub use allowances::Allowances;
pub use api_keys::{ApiKeyRow, ApiKeys};
pub use clients::{ClientRow, ClientStanding, Clients};
pub use conversations::{Conversation, ConversationHead, Conversations, Page};
pub use delegations::{CodeRow, Delegation, Delegations, Once, TokenKind, TokenRow};
pub use error::StoreError;
pub use gates::Gates;
pub use grants::{Grant, Grants};
pub use index::{Found, Indexed, Query, SearchIndex};
pub use log::{Log, SqliteLog};
pub use logins::Logins;
pub use persons::{Person, Persons};
pub use proposal_events::{ProposalEvent, ProposalEvents, SignatureRow};
pub use proposals::{Proposal, ProposalFilter, ProposalState, Proposals};
pub use sealed::{LegalHold, SealedStore, Subject, keep_parts};
pub use sessions::{Session, Sessions};
pub use settings::Settings;
pub use sql::{Cell, Remnant, Row, Sql, Statements, Value};
pub use state::{State, StateStore};
pub use tables::{Tables, tables};

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use ledger::{Envelope, LogStorage};

use crate::carrier::Carrier;
use crate::folder::Folder;

/// Where the record and the state are: log, sealed parts and everything that changes.
pub trait Backend: fmt::Debug + Send + Sync {
    /// Sessions, keys, persons, grants, conversations, proposals.
    fn state(&self) -> &dyn StateStore;

    /// The log, to read: for proofs, export and verification.
    fn log(&self) -> &dyn Log;

    /// Sealed parts, subjects and legal holds.
    fn sealed(&self) -> &SealedStore;

    /// What the sequencer writes to.
    fn log_storage(&self) -> Result<Box<dyn LogStorage>, StoreError>;
}

/// What a gate keeps: its data folder, open for this process alone, and the backend, which may be in the
/// folder or in a database that several gates share.
#[derive(Debug)]
pub struct Store {
    _folder: Arc<Folder>,
    backend: Box<dyn Backend>,
    index: SearchIndex,
}

/// Everything in files of the folder.
#[derive(Debug)]
struct Files {
    /// Before the folder: its connections are closed when another process may come.
    _carrier: Carrier,
    folder: Arc<Folder>,
    log: SqliteLog,
    sealed: SealedStore,
    state: State,
}

impl Store {
    /// Opens the folder, making it where there is none, and brings its databases up to date.
    ///
    /// Refuses a folder that another process has open, one that a newer version wrote, and a database
    /// that would not write each commit to the disk.
    pub fn open(dir: &Path) -> Result<Self, StoreError> {
        let folder = Arc::new(Folder::lock(dir)?);
        let files = Files::open(&folder)?;
        Self::with(folder, Box::new(files))
    }

    /// Opens the folder for what is always a gate's own, with everything else in `backend`.
    pub fn open_on(dir: &Path, backend: Box<dyn Backend>) -> Result<Self, StoreError> {
        Self::with(Arc::new(Folder::lock(dir)?), backend)
    }

    fn with(folder: Arc<Folder>, backend: Box<dyn Backend>) -> Result<Self, StoreError> {
        let index = SearchIndex::open(&folder)?;
        index.fit(backend.log())?;
        Ok(Self { _folder: folder, backend, index })
    }

    /// What the sequencer writes to. It keeps the folder locked for as long as it lives.
    pub fn log_storage(&self) -> Result<Box<dyn LogStorage>, StoreError> {
        self.backend.log_storage()
    }

    /// The log, to read: for proofs, export and verification.
    pub fn log(&self) -> &dyn Log {
        self.backend.log()
    }

    /// The index, which finds entries.
    pub fn index(&self) -> &SearchIndex {
        &self.index
    }

    /// Sealed parts, subjects and legal holds.
    pub fn sealed(&self) -> &SealedStore {
        self.backend.sealed()
    }

    /// Entries of the log, newest first: those before index `before`, at most `count`, of one actor
    /// (a pseudonym) or of all.
    pub fn activity(
        &self,
        actor: Option<&str>,
        before: Option<u64>,
        count: usize,
    ) -> Result<Vec<Envelope>, StoreError> {
        self.backend.log().activity(actor, before, count)
    }

    /// Sessions, keys, persons, grants, conversations, proposals.
    pub fn state(&self) -> &dyn StateStore {
        self.backend.state()
    }
}

impl Files {
    fn open(folder: &Arc<Folder>) -> Result<Self, StoreError> {
        let state = State::open(folder)?;
        // The writer's connection makes the tables; the reader's may change nothing.
        let sealed = SealedStore::open(folder)?;
        drop(SqliteLog::writer(folder, None)?);
        let log = SqliteLog::reader(folder)?;
        let carried = [state::SCHEMA.name, sealed::SCHEMA.name, log::NAME];
        let carrier = Carrier::start(&carried.map(|name| folder.file(name)))?;
        Ok(Self { _carrier: carrier, folder: Arc::clone(folder), log, sealed, state })
    }
}

impl Backend for Files {
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
        Ok(Box::new(SqliteLog::writer(&self.folder, Some(self.sealed.clone()))?))
    }
}
