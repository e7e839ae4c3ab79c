//! What the log needs from a database.

use std::fmt;

use boundary::UnixMillis;
use sha2::{Digest as _, Sha256};

use crate::{Commitment, LedgerError};

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

/// A sealed part that an entry commits to. Kept beside the log, for it can be destroyed.
#[derive(Clone, PartialEq, Eq)]
pub struct SealedPart {
    /// What it is and whose key seals it, with the digest of `bytes`.
    pub commitment: Commitment,
    /// The ciphertext.
    pub bytes: Vec<u8>,
}

impl SealedPart {
    /// A ciphertext with its commitment. `part` says what it is, `key` whose key seals it.
    pub fn new(part: &str, key: &str, bytes: Vec<u8>) -> Self {
        let sha256 = hex::encode(Sha256::digest(&bytes));
        let commitment = Commitment { part: part.to_owned(), key: key.to_owned(), sha256 };
        Self { commitment, bytes }
    }
}

impl fmt::Debug for SealedPart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SealedPart({}, {} bytes)", self.commitment.part, self.bytes.len())
    }
}

/// Reads the sealed parts beside a log.
pub trait Parts {
    /// The ciphertext with this digest; `None` when it is not there or was destroyed.
    fn part(&self, sha256: &str) -> Result<Option<Vec<u8>>, LedgerError>;

    /// Whether the key of this subject, a pseudonym, is there: without it nothing that concerns them can be opened.
    fn has_key(&self, subject: &str) -> Result<bool, LedgerError>;
}

/// Reads a log. Nothing it says is believed before it is checked.
pub trait LogReader {
    /// Number of entries.
    fn size(&self) -> Result<u64, LedgerError>;

    /// Entries below this index were pruned (c2sp.org/tlog-tiles): their leaf hashes are there, they are
    /// not. A multiple of 256.
    fn minimum(&self) -> Result<u64, LedgerError> {
        Ok(0)
    }

    /// Entries from `first` on, in order, at most `count`, fewer at the end of the log.
    fn rows(&self, first: u64, count: usize) -> Result<Vec<Row>, LedgerError>;

    /// Leaf hashes alone, of the same entries as [`LogReader::rows`].
    fn leaves(&self, first: u64, count: usize) -> Result<Vec<Leaf>, LedgerError>;

    /// The checkpoint stored last.
    fn last_checkpoint(&self) -> Result<Option<StoredCheckpoint>, LedgerError>;

    /// Checkpoints in the order they were stored, without the first `skip`, at most `count`.
    fn checkpoints(&self, skip: u64, count: usize) -> Result<Vec<StoredCheckpoint>, LedgerError>;
}

/// Writes a log.
///
/// A storage of one process's own is written by that process alone. A shared one is written by several:
/// whoever claimed it appends, and learns at the claim what the others have appended meanwhile.
pub trait LogStorage: LogReader + Send {
    /// Whether other processes append to this log too. What one of them wrote is then no flaw.
    fn is_shared(&self) -> bool {
        false
    }

    /// Takes the log for one batch and gives its size: until [`LogStorage::append`] or
    /// [`LogStorage::release`] nobody else appends.
    fn claim(&mut self) -> Result<u64, LedgerError>;

    /// Gives up a claim.
    fn release(&mut self);

    /// Keeps the sealed parts of entries that are about to be appended. They are durable when it
    /// returns `Ok` outside of a claim, and in a claim no later than the rows; one that is there already is no error.
    fn keep(&mut self, parts: &[SealedPart]) -> Result<(), LedgerError>;

    /// Appends all rows or none, and ends the claim. They are durable when it returns `Ok`. After an
    /// error nobody knows whether they are until the size is asked for.
    ///
    /// The first row's index is the log's size and the others follow; the storage refuses
    /// anything else, for whoever asked for it works on an outdated view.
    fn append(&mut self, rows: &[Row]) -> Result<(), LedgerError>;

    /// Whether [`LogStorage::append_signed`] is one commit: then nobody waits for a checkpoint's own.
    fn signs_along(&self) -> bool {
        false
    }

    /// Appends as [`LogStorage::append`] does and, in the same commit, stores a checkpoint that covers what it appended, on
    /// top of the one stored last. Only where [`LogStorage::signs_along`] says so.
    fn append_signed(&mut self, rows: &[Row], next: &StoredCheckpoint) -> Result<(), LedgerError> {
        let _ = (rows, next);
        Err(LedgerError::Storage(
            "entries and checkpoints have commits of their own here".to_owned(),
        ))
    }

    /// Drops the entries below `minimum`, for good, all or none; their leaf hashes stay, and with them every
    /// proof about what is left. A minimum only grows, and one entry has to stay. Whoever appends or reads
    /// meanwhile goes on.
    fn prune(&mut self, minimum: u64) -> Result<(), LedgerError> {
        let _ = minimum;
        Err(LedgerError::Storage("entries cannot be pruned here".to_owned()))
    }

    /// Adds a checkpoint if `last` still is the one stored last: compare and swap. It is durable when it
    /// returns `Ok(true)`; at `Ok(false)` somebody else stored one meanwhile.
    fn store_checkpoint(
        &mut self,
        last: Option<&StoredCheckpoint>,
        next: &StoredCheckpoint,
    ) -> Result<bool, LedgerError>;
}
