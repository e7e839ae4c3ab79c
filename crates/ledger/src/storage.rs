//! What the log needs from a database.

use boundary::UnixMillis;

use crate::LedgerError;

/// SHA-256 of an entry, as RFC 6962 hashes leaves.
pub type Leaf = [u8; 32];

/// One stored entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Position in the log, from 0.
    pub index: u64,
    /// Leaf hash of `body`.
    pub leaf: Leaf,
    /// The canonical entry ([`crate::Envelope`]).
    pub body: Vec<u8>,
    /// The entry's time, again, for searching.
    pub time: UnixMillis,
    /// The entry's actor, again, for searching.
    pub actor: String,
}

/// A signed checkpoint and when it was signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredCheckpoint {
    /// Entries it covers.
    pub size: u64,
    /// When it was signed, by the gate's clock. Not part of what is signed.
    pub at: UnixMillis,
    /// The signed note (c2sp.org/tlog-checkpoint).
    pub note: String,
}

/// Reads a log. Nothing it says is believed before it is checked.
pub trait LogReader {
    /// Number of entries.
    fn size(&self) -> Result<u64, LedgerError>;

    /// Entries from `first` on, in order, at most `count`, fewer at the end of the log.
    fn rows(&self, first: u64, count: usize) -> Result<Vec<Row>, LedgerError>;

    /// Leaf hashes alone, of the same entries as [`LogReader::rows`].
    fn leaves(&self, first: u64, count: usize) -> Result<Vec<Leaf>, LedgerError>;

    /// The checkpoint stored last.
    fn last_checkpoint(&self) -> Result<Option<StoredCheckpoint>, LedgerError>;

    /// Checkpoints in the order they were stored, without the first `skip`, at most `count`.
    fn checkpoints(&self, skip: u64, count: usize) -> Result<Vec<StoredCheckpoint>, LedgerError>;
}

/// Writes a log. One process at a time does.
pub trait LogStorage: LogReader + Send {
    /// Appends all rows or none. They are durable when it returns `Ok`.
    ///
    /// The first row's index is the log's size and the others follow; the storage refuses
    /// anything else, for whoever asked for it works on an outdated view.
    fn append(&mut self, rows: &[Row]) -> Result<(), LedgerError>;

    /// Adds a checkpoint. It is durable when it returns `Ok`.
    fn store_checkpoint(&mut self, checkpoint: &StoredCheckpoint) -> Result<(), LedgerError>;
}
