//! `state.db`: everything that changes.

use std::fmt;
use std::sync::Arc;

use keys::{OsRandom, random_id};

use crate::database::Schema;
use crate::folder::Folder;
use crate::sql::{Remnant, Sql, SqliteSql, Statements as _, values};
use crate::{
    Allowances, ApiKeys, Clients, Conversations, Delegations, Gates, Grants, Logins, Persons,
    ProposalEvents, Proposals, Sessions, Settings, StoreError,
};

/// The tables, in the words of SQLite; see [`crate::tables`].
pub(crate) const SCHEMA: Schema = Schema {
    name: "state.db",
    steps: &["
        CREATE TABLE persons (
            person TEXT PRIMARY KEY, username TEXT NOT NULL, name TEXT NOT NULL,
            pseudonym TEXT NOT NULL UNIQUE, first_seen INTEGER NOT NULL, last_seen INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE sessions (
            hash BLOB PRIMARY KEY, id TEXT NOT NULL UNIQUE, person TEXT NOT NULL, csrf TEXT NOT NULL,
            created INTEGER NOT NULL, expires INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX sessions_by_person ON sessions (person);
        CREATE TABLE api_keys (
            id TEXT PRIMARY KEY, hash BLOB NOT NULL UNIQUE, person TEXT NOT NULL, label TEXT NOT NULL,
            created INTEGER NOT NULL, last_used INTEGER, revoked INTEGER
        ) STRICT;
        CREATE INDEX api_keys_by_person ON api_keys (person);
        CREATE TABLE grants (
            person TEXT PRIMARY KEY, generation INTEGER NOT NULL, sealed BLOB, updated INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE conversations (
            id TEXT PRIMARY KEY, person TEXT NOT NULL, version INTEGER NOT NULL, title BLOB NOT NULL,
            sealed BLOB NOT NULL, updated INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX conversations_by_person ON conversations (person, updated, id);
        CREATE TABLE proposals (
            id TEXT PRIMARY KEY, person TEXT NOT NULL, state TEXT NOT NULL, sealed BLOB NOT NULL,
            digest TEXT NOT NULL, created INTEGER NOT NULL, expires INTEGER NOT NULL,
            decided_by TEXT, changed INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX proposals_by_person ON proposals (person, created, id);
        CREATE INDEX proposals_by_state ON proposals (state, created, id);
        CREATE TABLE logins (
            state BLOB PRIMARY KEY, sealed BLOB NOT NULL, expires INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
    ", "
        CREATE TABLE clients (
            id TEXT PRIMARY KEY, name TEXT NOT NULL, redirects TEXT NOT NULL, standing TEXT NOT NULL,
            tools TEXT NOT NULL, objects TEXT NOT NULL, rows INTEGER NOT NULL, decided_by TEXT,
            met INTEGER NOT NULL, changed INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE delegations (
            id TEXT PRIMARY KEY, person TEXT NOT NULL, client TEXT NOT NULL, scope TEXT NOT NULL,
            resource TEXT NOT NULL, created INTEGER NOT NULL, revoked INTEGER
        ) STRICT;
        CREATE INDEX delegations_by_person ON delegations (person, created);
        CREATE INDEX delegations_by_client ON delegations (client);
        CREATE TABLE codes (
            hash BLOB PRIMARY KEY, delegation TEXT NOT NULL, redirect TEXT NOT NULL,
            challenge TEXT NOT NULL, expires INTEGER NOT NULL, used INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE tokens (
            hash BLOB PRIMARY KEY, kind TEXT NOT NULL, delegation TEXT NOT NULL,
            expires INTEGER NOT NULL, spent INTEGER
        ) STRICT;
        CREATE INDEX tokens_by_delegation ON tokens (delegation);
        CREATE TABLE row_use (
            client TEXT NOT NULL, person TEXT NOT NULL, day INTEGER NOT NULL, rows INTEGER NOT NULL,
            PRIMARY KEY (client, person, day)
        ) STRICT;
        CREATE TABLE used_once (hash BLOB PRIMARY KEY, expires INTEGER NOT NULL) STRICT;
    ", "
        CREATE TABLE gates (id TEXT PRIMARY KEY, seen INTEGER NOT NULL) STRICT;
        ALTER TABLE proposals ADD COLUMN gate TEXT;
    ", "
        ALTER TABLE proposals ADD COLUMN batch TEXT NOT NULL DEFAULT '';
        CREATE INDEX proposals_by_batch ON proposals (batch) WHERE batch <> '';
        CREATE TABLE proposal_events (
            proposal TEXT NOT NULL REFERENCES proposals ON DELETE CASCADE, step INTEGER NOT NULL,
            at INTEGER NOT NULL, what TEXT NOT NULL, person TEXT, entry INTEGER, sealed BLOB,
            PRIMARY KEY (proposal, step)
        ) STRICT;
        CREATE TABLE proposal_signatures (
            proposal TEXT NOT NULL REFERENCES proposals ON DELETE CASCADE, person TEXT NOT NULL,
            digest TEXT NOT NULL, sealed BLOB NOT NULL, PRIMARY KEY (proposal, person)
        ) STRICT;
    ", "
        CREATE TABLE leases (
            name TEXT PRIMARY KEY, gate TEXT NOT NULL, until INTEGER NOT NULL
        ) STRICT;
    ", "
        ALTER TABLE gates ADD COLUMN copied INTEGER NOT NULL DEFAULT 0;
    "],
};

/// All that the gate remembers beside the log. Every call that changes something is durable when it
/// returns, and each is atomic: of two that contend, one wins.
pub trait StateStore:
    Sessions
    + ApiKeys
    + Clients
    + Delegations
    + Allowances
    + Persons
    + Grants
    + Conversations
    + Proposals
    + ProposalEvents
    + Logins
    + Settings
    + Gates
    + Send
    + Sync
{
    /// Removes from the files what was deleted. Calls that delete a secret do so themselves; this is for
    /// whoever wants to be sure, and for what expired.
    fn scrub(&self) -> Result<(), StoreError>;

    /// The same for all that a person or a record can be in, whatever it costs: for an erasure. Gives where bytes
    /// of what was deleted may still stand.
    fn purge(&self) -> Vec<Remnant>;
}

/// Tables with what was said and proposed, about whomever.
const ABOUT_ANYBODY: [&str; 5] =
    ["conversations", "proposals", "proposal_events", "proposal_signatures", "settings"];

/// The state, in whatever database.
pub struct State {
    pub(crate) sql: Arc<dyn Sql>,
    /// What this process is called in the database, for as long as it runs.
    pub(crate) gate: String,
}

impl State {
    /// The state in a database that has its [tables](crate::tables).
    pub fn new(sql: Arc<dyn Sql>) -> Result<Self, StoreError> {
        let gate = random_id(&mut OsRandom).map_err(|_| StoreError::Random)?;
        Ok(Self { sql, gate })
    }

    pub(crate) fn open(folder: &Folder) -> Result<Self, StoreError> {
        let connection = SCHEMA.open(&folder.file(SCHEMA.name))?;
        let sql = SqliteSql::new(connection, SCHEMA.name);
        // The folder is locked: whoever is noted there is dead.
        sql.change("DELETE FROM gates", values![])?;
        sql.change("DELETE FROM leases", values![])?;
        Self::new(Arc::new(sql))
    }

    /// Opens the state of a folder to read it, also while a gate has the folder open.
    pub fn read_only(dir: &std::path::Path) -> Result<Self, StoreError> {
        let connection = crate::database::bystander(&dir.join(SCHEMA.name))?;
        Self::new(Arc::new(SqliteSql::new(connection, SCHEMA.name)))
    }
}

impl fmt::Debug for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "State({:?})", self.sql)
    }
}

impl StateStore for State {
    fn scrub(&self) -> Result<(), StoreError> {
        self.sql.scrub()
    }

    fn purge(&self) -> Vec<Remnant> {
        self.sql.erase(&ABOUT_ANYBODY)
    }
}
