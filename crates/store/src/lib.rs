//! The gate's only database: sessions, keys, grants, conversations, proposals, ledger rows.
//!
//! Files in one folder: `log.db`, which only grows; `state.db` and `sealed.db`, from which what is
//! deleted is overwritten; `index.db`, which can be made anew. Every commit is on the disk before it returns. What a person may read later is handed in
//! sealed: this crate never sees a token of Salesforce or a line of a conversation.

#![forbid(unsafe_code)]

mod allowances;
mod api_keys;
mod clients;
mod conversations;
mod database;
mod delegations;
mod error;
mod folder;
mod grants;
mod index;
mod log;
mod logins;
mod persons;
mod proposals;
mod sealed;
mod sessions;
mod settings;
mod state;

pub use allowances::Allowances;
pub use api_keys::{ApiKeyRow, ApiKeys};
pub use clients::{ClientRow, ClientStanding, Clients};
pub use conversations::{Conversation, ConversationHead, Conversations, Page};
pub use delegations::{CodeRow, Delegation, Delegations, Once, TokenKind, TokenRow};
pub use error::StoreError;
pub use grants::{Grant, Grants};
pub use index::{Found, Indexed, Query, SearchIndex};
pub use log::SqliteLog;
pub use logins::Logins;
pub use persons::{Person, Persons};
pub use proposals::{Proposal, ProposalFilter, ProposalState, Proposals};
pub use sealed::{LegalHold, SealedStore, Subject};
pub use sessions::{Session, Sessions};
pub use settings::Settings;
pub use state::{SqliteState, StateStore};

use std::path::Path;
use std::sync::Arc;

use ledger::{Envelope, LogStorage};

use crate::folder::Folder;

/// The gate's data folder, open for this process alone.
#[derive(Debug)]
pub struct Store {
    folder: Arc<Folder>,
    log: SqliteLog,
    sealed: SealedStore,
    index: SearchIndex,
    state: SqliteState,
}

impl Store {
    /// Opens the folder, making it where there is none, and brings its databases up to date.
    ///
    /// Refuses a folder that another process has open, one that a newer version wrote, and a database
    /// that would not write each commit to the disk.
    pub fn open(dir: &Path) -> Result<Self, StoreError> {
        let folder = Arc::new(Folder::lock(dir)?);
        let state = SqliteState::open(&folder)?;
        // The writer's connection makes the tables; the reader's may change nothing.
        let sealed = SealedStore::open(&folder)?;
        drop(SqliteLog::writer(&folder, None)?);
        let log = SqliteLog::reader(&folder)?;
        let index = SearchIndex::open(&folder)?;
        index.fit(&log)?;
        Ok(Self { folder, log, sealed, index, state })
    }

    /// What the sequencer writes to. It keeps the folder locked for as long as it lives.
    pub fn log_storage(&self) -> Result<Box<dyn LogStorage>, StoreError> {
        Ok(Box::new(SqliteLog::writer(&self.folder, Some(self.sealed.clone()))?))
    }

    /// The log, to read: for proofs, export and verification.
    pub fn log(&self) -> &SqliteLog {
        &self.log
    }

    /// The index, which finds entries.
    pub fn index(&self) -> &SearchIndex {
        &self.index
    }

    /// Sealed parts, subjects and legal holds.
    pub fn sealed(&self) -> &SealedStore {
        &self.sealed
    }

    /// Entries of the log, newest first: those before index `before`, at most `count`, of one actor
    /// (a pseudonym) or of all.
    pub fn activity(
        &self,
        actor: Option<&str>,
        before: Option<u64>,
        count: usize,
    ) -> Result<Vec<Envelope>, StoreError> {
        self.log.activity(actor, before, count)
    }

    /// Sessions, keys, persons, grants, conversations, proposals.
    pub fn state(&self) -> &dyn StateStore {
        &self.state
    }
}
