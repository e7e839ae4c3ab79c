//! Proposals as the doors see them.

use std::collections::BTreeMap;

use boundary::{ReadBefore, Risk, Ruling, ShownProposal, UnixMillis};

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
    /// Its record was gone before it could be written; nothing happened.
    Conflict,
}

impl Standing {
    /// Every standing.
    pub const ALL: [Self; 8] = [
        Self::Waiting,
        Self::Executing,
        Self::Done,
        Self::Failed,
        Self::Unknown,
        Self::Rejected,
        Self::Expired,
        Self::Conflict,
    ];

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
            Self::Conflict => "conflict",
        }
    }
}

/// A proposal as one person sees it.
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
    /// What the org calls the object.
    pub object_label: Option<String>,
    /// What the org calls each field, and its type, by API name; only those the person can see.
    pub labels: BTreeMap<String, FieldLabel>,
    /// Id of the record; of a new one once Salesforce told it.
    pub record: Option<String>,
    /// Name and changes, old and new.
    pub shown: ShownProposal,
    /// What the approval signs; goes back with it.
    pub digest: String,
    /// The words that led to it, restored.
    pub said: String,
    /// Who asked.
    pub asked_by: String,
    /// Through which door and client.
    pub origin: (String, String),
    /// Whether the person who looks asked for it.
    pub mine: bool,
    /// What the policy says of the person who looks.
    pub ruling: Ruling,
    /// Who has signed it as it is now.
    pub signed_by: Vec<String>,
    /// Reasons to look twice.
    pub risks: Vec<Risk>,
    /// What was read before it was proposed.
    pub read: Vec<ReadBefore>,
    /// Names the request that proposed it, where it proposed others too.
    pub batch: Option<String>,
    /// Text of outsiders had been read before it was proposed.
    pub tainted: bool,
    /// When.
    pub created: UnixMillis,
    /// Until when it waits.
    pub expires: UnixMillis,
    /// When it last changed.
    pub changed: UnixMillis,
    /// The digest it had before it was edited or brought up to date.
    pub replaces: Option<String>,
    /// The proposal whose write it takes back.
    pub undoes: Option<String>,
    /// Whether the person who looks could propose to take it back.
    pub undoable: bool,
    /// API names of fields of a deleted record that this new one in its place cannot have.
    pub lost: Vec<String>,
    /// Address of the record in the org, once it is there.
    pub link: Option<String>,
    /// What Salesforce said, when it refused: its code.
    pub problem: Option<String>,
    /// Version of the policy it was proposed under.
    pub policy: String,
    /// What happened to it so far, oldest first; only where one proposal is looked at.
    pub history: Vec<Happened>,
}

/// What the org calls a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldLabel {
    /// Its label.
    pub label: String,
    /// Salesforce's type, such as `currency`.
    pub kind: String,
}

/// One step in the life of a proposal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Happened {
    /// When.
    pub at: UnixMillis,
    /// What: `proposed`, `edited`, `signed`, `rejected`, `conflict`, `done`, ...
    pub what: String,
    /// Who did it; nobody where the gate did.
    pub who: Option<String>,
    /// In their own words: the reason of a rejection, the code of a refusal.
    pub words: Option<String>,
    /// The entry of the ledger that says so.
    pub entry: Option<u64>,
}

/// What came of an approval.
#[derive(Clone, Debug)]
pub struct Executed {
    /// Where it stands now; still waiting when another person's signature is needed.
    pub standing: Standing,
    /// Id of the record.
    pub record: Option<String>,
    /// Salesforce's error code.
    pub problem: Option<String>,
    /// The entry of the ledger that records the outcome.
    pub entry: u64,
}
