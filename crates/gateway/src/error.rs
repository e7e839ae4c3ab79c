//! What can go wrong in the gate, and whose fault it is.

use boundary::{ApprovalError, DraftError, MaskError, Withheld};

/// Whose fault an error is; decides the status at a door and what the ledger says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The request cannot be served as it is.
    Caller,
    /// Salesforce refused or failed.
    Salesforce,
    /// The model refused or failed.
    Model,
    /// The gate itself.
    Gate,
}

/// An error of the gate. Its text never holds a value of the CRM or a secret.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum GateError {
    /// No session, no key, or one that has ended.
    #[error("sign in first")]
    SignInNeeded,
    /// The key is unknown or revoked.
    #[error("the API key is not valid")]
    BadKey,
    /// A program's proof of its key does not hold (RFC 9449).
    #[error("{0}")]
    BadProof(String),
    /// The upstream grant has ended: the person has to sign in with the org again.
    #[error("the grant from Salesforce has ended; sign in again")]
    GrantEnded,
    /// A sign-in that was not begun here, or too long ago.
    #[error("this sign-in was not begun here, or too long ago; begin again")]
    StrayCallback,
    /// There is no such thing, or it is not this person's.
    #[error("there is no {what} `{id}`")]
    NotFound {
        /// What was looked for.
        what: &'static str,
        /// Its id as given.
        id: String,
    },
    /// A legal hold is on what was to be erased.
    #[error("a legal hold is on it: {0}")]
    Held(String),
    /// What was to be erased is erased already.
    #[error("`{who}` is erased already: entry {entry} of the ledger records it")]
    Erased {
        /// The pseudonym.
        who: String,
        /// The entry of the erasure.
        entry: u64,
    },
    /// Nothing is known of whom somebody asks for, and nothing says whether it ever was.
    #[error("there is no person or record `{0}`: never met here, or erased already")]
    Nobody(String),
    /// What only one gate at a time may do, while others work on the same database.
    #[error("{0} more gates work on this database; stop them first")]
    OthersAtWork(u64),
    /// Another gate drops entries of the ledger, or lays a hold on some.
    #[error("another gate drops entries of the ledger just now; try again in a moment")]
    Dropping,
    /// The person has not the role that this needs.
    #[error("this needs the role {0}")]
    NotYours(&'static str),
    /// The request makes no sense.
    #[error("{problem}")]
    Invalid {
        /// What, where, and what was expected.
        problem: String,
        /// The member of the request at fault, where there is one.
        member: Option<String>,
    },
    /// Too many requests at once.
    #[error("too many requests at once; try again in a moment")]
    Busy,
    /// As many of something as one person may have at once.
    #[error("{most} {of} already; {mend}")]
    TooMany {
        /// How many.
        most: usize,
        /// Of what, with its verb.
        of: &'static str,
        /// What to do about it.
        mend: &'static str,
    },
    /// No endpoint covers what is left in the clear.
    #[error("no model may get this: {0}")]
    NoEndpoint(String),
    /// The approval cannot be given.
    #[error(transparent)]
    Approval(#[from] ApprovalError),
    /// The write cannot be proposed or edited so.
    #[error(transparent)]
    Draft(#[from] DraftError),
    /// A proposal that is not waiting any more.
    #[error("the proposal is {0}")]
    Decided(&'static str),
    /// Text could not be masked; nothing was sent.
    #[error("the text could not be masked; nothing was sent")]
    Mask(MaskError),
    /// What the CRM knows was not read yet, so its values would not be found; nothing was sent.
    #[error("what the CRM knows is not learned yet, so nothing is masked or sent: {0}")]
    Unlearned(String),
    /// The text repeats a passage of a document that the rules of the house protect.
    #[error("the text repeats a passage of the protected document `{0}`; nothing was sent")]
    Protected(String),
    /// The ledger cannot write; nothing was sent.
    #[error("the ledger cannot write; nothing was sent")]
    Ledger,
    /// Salesforce refused or failed.
    #[error("Salesforce answered {0}")]
    Salesforce(String),
    /// The model refused or failed.
    #[error("the model failed: {0}")]
    Model(String),
    /// Something of the gate's own.
    #[error("the gate failed: {0}")]
    Internal(String),
}

impl From<boundary::DetectorFailure> for GateError {
    fn from(error: boundary::DetectorFailure) -> Self {
        Self::from(MaskError::from(error))
    }
}

impl From<MaskError> for GateError {
    fn from(error: MaskError) -> Self {
        match error {
            MaskError::Protected { document } => Self::Protected(document),
            error => Self::Mask(error),
        }
    }
}

impl GateError {
    /// Whose fault it is.
    pub fn fault(&self) -> Fault {
        match self {
            Self::Salesforce(_) | Self::GrantEnded => Fault::Salesforce,
            Self::Model(_) => Fault::Model,
            Self::Mask(_) | Self::Unlearned(_) | Self::Ledger | Self::Internal(_) => Fault::Gate,
            _ => Fault::Caller,
        }
    }

    /// A short name for logs, the ledger and API errors.
    pub fn code(&self) -> &'static str {
        match self {
            Self::SignInNeeded => "sign_in_needed",
            Self::BadKey => "invalid_api_key",
            Self::BadProof(_) => "invalid_dpop_proof",
            Self::GrantEnded => "grant_ended",
            Self::StrayCallback => "stray_callback",
            Self::NotFound { .. } | Self::Nobody(_) => "not_found",
            Self::Erased { .. } => "erased",
            Self::Held(_) => "legal_hold",
            Self::OthersAtWork(_) => "others_at_work",
            Self::Dropping => "dropping",
            Self::NotYours(_) => "not_allowed",
            Self::Invalid { .. } => "invalid_request",
            Self::Busy => "busy",
            Self::TooMany { .. } => "too_many",
            Self::NoEndpoint(_) => "no_endpoint",
            Self::Approval(_) => "approval",
            Self::Draft(_) => "draft",
            Self::Decided(_) => "decided",
            Self::Mask(_) => "mask",
            Self::Unlearned(_) => "unlearned",
            Self::Protected(_) => "protected_document",
            Self::Ledger => "ledger",
            Self::Salesforce(_) => "salesforce",
            Self::Model(_) => "model",
            Self::Internal(_) => "internal",
        }
    }

    /// A request that makes no sense.
    pub fn invalid(problem: impl Into<String>, member: Option<&str>) -> Self {
        Self::Invalid { problem: problem.into(), member: member.map(str::to_owned) }
    }
}

/// Fields a person's question did not get, gathered over a request.
pub type WithheldFields = std::collections::BTreeSet<Withheld>;
