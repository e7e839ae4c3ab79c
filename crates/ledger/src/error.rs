//! The errors of this crate, and what may be wrong with a log.

use std::path::PathBuf;

/// Why the ledger refused. Whoever gets one lets nothing leave the gate.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
pub enum LedgerError {
    /// As many entries as it may hold are waiting already.
    #[error("the ledger is busy")]
    Busy,

    /// The entry was not durable in time. It may become so; its receipt will not be given.
    #[error("the ledger did not answer in time")]
    Late,

    /// It was closed, or its writer is gone.
    #[error("the ledger is closed")]
    Closed,

    /// The storage did not take it.
    #[error("the ledger's storage failed: {0}")]
    Storage(String),

    /// A fact is not of the form the ledger keeps: personal data must not get in.
    #[error("the entry does not fit the ledger: {0}")]
    Unfit(&'static str),

    /// An entry holds at most [`crate::MAX_ENTRY`] bytes.
    #[error("the entry has {0} bytes, more than fit")]
    TooLong(usize),

    /// The ledger was tampered with or damaged.
    #[error("the ledger does not add up: {0}")]
    Flawed(#[from] Flaw),

    /// A signing or verifying key, or the log's name, is malformed.
    #[error("the ledger's key cannot be used: {0}")]
    Key(&'static str),

    /// No checkpoint covers the entry yet: ask again in a second.
    #[error("entry {0} is not under a signed checkpoint yet")]
    NotYetSigned(u64),

    /// A tile could not be written or read.
    #[error("the tile `{}` cannot be used: {reason}", path.display())]
    TileFile {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        reason: String,
    },
}

/// What does not add up, and where.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
pub enum Flaw {
    /// An entry is not there.
    #[error("entry {0} is missing")]
    Missing(u64),

    /// An entry's bytes are not those that were hashed.
    #[error("entry {0} was altered: its bytes do not match its leaf hash")]
    Altered(u64),

    /// An entry is not in the canonical form.
    #[error("entry {index} is no canonical entry: {reason}")]
    Form {
        /// Which entry.
        index: u64,
        /// What is wrong with it.
        reason: String,
    },

    /// An entry says it stands elsewhere.
    #[error("entry {index} says it is entry {says}")]
    Displaced {
        /// Where it stands.
        index: u64,
        /// Where it says it stands.
        says: u64,
    },

    /// A column kept for searching differs from the entry.
    #[error("entry {index} is filed under another {column} than it holds")]
    Misfiled {
        /// Which entry.
        index: u64,
        /// Which column.
        column: &'static str,
    },

    /// An entry answers one that it cannot answer.
    #[error("entry {index} {reason}")]
    Unpaired {
        /// Which entry.
        index: u64,
        /// What is wrong with its link.
        reason: &'static str,
    },

    /// A sealed part is not the one that an entry commits to, or not there and nobody recorded why.
    #[error("the sealed `{part}` of entry {index} {what}")]
    Part {
        /// Which entry.
        index: u64,
        /// Which part.
        part: String,
        /// What is wrong with it.
        what: &'static str,
    },

    /// The log has no checkpoint at all, though the first is signed before the first entry.
    #[error("no signed checkpoint is there")]
    Unsigned,

    /// A checkpoint is malformed, of another log, or signed by nobody known.
    #[error("the checkpoint for {size} entries is not valid: {reason}")]
    Checkpoint {
        /// The size it is filed under.
        size: u64,
        /// What is wrong with it.
        reason: String,
    },

    /// Entries were cut off the end.
    #[error("a signed checkpoint covers {signed} entries, but only {held} are there")]
    Cut {
        /// Entries the checkpoint covers.
        signed: u64,
        /// Entries that are there.
        held: u64,
    },

    /// The entries are not those that a checkpoint was signed for.
    #[error(
        "entries {good} to {size} are not those that were signed: the root of the first {size} is `{held}`, `{signed}` was signed"
    )]
    Root {
        /// The last size at which the root was found to be the signed one.
        good: u64,
        /// Entries the checkpoint covers.
        size: u64,
        /// The root that was signed, in base64.
        signed: String,
        /// The root of what is there, in base64.
        held: String,
    },

    /// The log differs from a checkpoint that was kept elsewhere.
    #[error("the checkpoint kept in `{place}` says otherwise: {flaw}")]
    Kept {
        /// Where.
        place: String,
        /// How.
        flaw: Box<Flaw>,
    },

    /// The key of a person or record that an entry names is gone, and no erasure is on record.
    #[error(
        "the key of `{pseudonym}`, whom entry {index} names, is gone without a recorded erasure"
    )]
    Subject {
        /// The last entry that names them.
        index: u64,
        /// Who.
        pseudonym: String,
    },

    /// Entries at the beginning are gone, and the log does not say that they were pruned.
    #[error(
        "the entries below {minimum} are gone, and the log records only that those below {recorded} were pruned"
    )]
    Pruned {
        /// The first entry that is there.
        minimum: u64,
        /// As far as the log says.
        recorded: u64,
    },

    /// A tile is not what the entries make of it.
    #[error("the tile `{0}` does not match the entries")]
    Tile(String),
}
