//! What happened, newest first, with the proof status of each entry.

use boundary::{Facts, UnixMillis};

/// One entry of the ledger.
#[derive(Clone, Debug)]
pub struct Happening {
    /// Index in the ledger.
    pub index: u64,
    /// When it was recorded.
    pub time: UnixMillis,
    /// What is recorded.
    pub facts: Facts,
    /// The name of the actor, when the reader may know it.
    pub actor_name: Option<String>,
    /// How it is proved.
    pub proof: Proof,
    /// The id under which Salesforce, or the model, keeps the request in its own log.
    pub request: Option<String>,
    /// Sealed parts that it commits to, and records that it is about.
    pub sealed: usize,
}

/// Something about the ledger that somebody has to look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alarm {
    /// What it is about: `ledger`, `witness <name>`, `copy`, `export <name>`.
    pub about: String,
    /// What is wrong.
    pub problem: String,
}

/// How an entry is proved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    /// Its inclusion in the tree of a signed checkpoint was just checked.
    Included {
        /// Size of the tree that the checkpoint signs.
        checkpoint: u64,
    },
    /// It is durable, and the next checkpoint will sign it, within about a second.
    Pending,
    /// The check failed: the record was changed.
    Broken,
}

/// A sealed part of an entry, opened for the compliance role.
#[derive(Clone, Debug)]
pub struct Disclosed {
    /// What it is: `prompt`, `answer`, `soql`, `values`, or `record` for one that the data is about.
    pub part: String,
    /// Pseudonym of the person or the record whose key sealed it.
    pub subject: String,
    /// Its text; `None` when it was destroyed.
    pub text: Option<boundary::Shown>,
}

/// A page of activity.
#[derive(Clone, Debug)]
pub struct Activity {
    /// Newest first.
    pub entries: Vec<Happening>,
    /// Index to go on from, when there is more.
    pub older: Option<u64>,
    /// Entries of the whole ledger.
    pub size: u64,
    /// Entries that a search has not looked through yet.
    pub unsearched: u64,
}
