//! Proposals as the doors see them.

use boundary::{ShownProposal, UnixMillis};

/// Where a proposal stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Waits for a person.
    Waiting,
    /// A person signed it and it is being carried out.
    Executing,
    /// It is in the org.
    Done,
    /// Salesforce refused it; nothing happened.
    Failed,
    /// Nobody knows whether it happened; look in the org.
    Unknown,
    /// A person said no.
    Rejected,
    /// Nobody decided in time.
    Expired,
}

impl Standing {
    /// The word as the pages and the store know it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Executing => "executing",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Unknown => "unknown",
            Self::Rejected => "rejected",
            Self::Expired => "expired",
        }
    }
}

/// A proposal as its owner sees it.
#[derive(Clone, Debug)]
pub struct ProposalView {
    /// Its id.
    pub id: String,
    /// Where it stands.
    pub standing: Standing,
    /// `create`, `update` or `delete`.
    pub operation: &'static str,
    /// API name of the object.
    pub object: String,
    /// Id of the record, for an update or a deletion.
    pub record: Option<String>,
    /// Name and changes, old and new.
    pub shown: ShownProposal,
    /// What the approval signs; goes back with it.
    pub digest: String,
    /// The words that led to it, restored.
    pub said: String,
    /// Text of outsiders had been read before it was proposed.
    pub tainted: bool,
    /// When.
    pub created: UnixMillis,
    /// Until when it waits.
    pub expires: UnixMillis,
    /// The digest it had before it was edited or brought up to date.
    pub replaces: Option<String>,
    /// Address of the record in the org, once it is there.
    pub link: Option<String>,
    /// What Salesforce said, when it refused: its code.
    pub problem: Option<String>,
}

/// What came of an approval.
#[derive(Clone, Debug)]
pub struct Executed {
    /// Where it stands now.
    pub standing: Standing,
    /// Id of the record.
    pub record: Option<String>,
    /// Salesforce's error code.
    pub problem: Option<String>,
    /// The entry of the ledger that records the outcome.
    pub entry: u64,
}
