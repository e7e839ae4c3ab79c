//! Writes: a proposal waits, a person signs its exact bytes, and they run once.

mod call;
mod case;
mod draft;
mod landed;
mod risk;
mod sign;
mod stored;
#[cfg(test)]
mod tests;
mod undo;

use std::fmt;

use serde_json::Value;
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use crate::entry::{Act, Action, Facts, Purpose, Receipt, UnixMillis, Verdict, WrongReceipt};
use crate::fetch::RecordRef;
use crate::foreign::{CallWire, Via};
use crate::label::PersonId;
use crate::principal::Viewer;
use crate::records::Records;
use crate::seal::{SealError, SealKey};
use crate::show::Shown;
use crate::wire::{Method, Wire};

pub use call::CallDraft;
pub use case::{Approver, Case, Judge, OwnWrites, Ruling};
pub use draft::{Draft, DraftError};
pub use landed::{Known, Landed, Span};
pub use risk::{ReadBefore, Risk};
pub use sign::{Seen, Signature};
pub use undo::Undo;

/// What a write does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// Makes a record.
    Create,
    /// Changes a record.
    Update,
    /// Puts a record into the recycle bin, with what belongs to it.
    Delete,
    /// Calls a tool of another server.
    Call,
}

impl Operation {
    /// The word as it stands on the page.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Update => "update",
            Self::Delete => "delete",
            Self::Call => "call",
        }
    }

    /// What the ledger calls carrying it out.
    pub const fn action(self) -> Action {
        match self {
            Self::Create | Self::Update | Self::Call => Action::Write,
            Self::Delete => Action::Delete,
        }
    }
}

struct Change {
    field: String,
    old: Option<Value>,
    new: Value,
    mark: risk::Mark,
}

/// A write that waits for a person.
pub struct Proposal {
    id: String,
    owner: PersonId,
    door: String,
    client: String,
    operation: Operation,
    object: String,
    record: Option<String>,
    name: Option<String>,
    changes: Vec<Change>,
    body: Zeroizing<Vec<u8>>,
    version: Option<String>,
    policy: String,
    tainted: bool,
    created: UnixMillis,
    expires: UnixMillis,
    salt: [u8; 16],
    replaces: Option<String>,
    said: String,
    read: Vec<ReadBefore>,
    batch: String,
    undoes: Option<String>,
    lost: Vec<String>,
    /// Through which tool of another server it goes; without one, to the CRM itself.
    via: Option<Via>,
}

/// One change as an approver sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShownChange {
    /// API name of the field.
    pub field: String,
    /// The value now; `None` for a new record.
    pub old: Option<Shown>,
    /// The value afterwards; empty when the record is to be deleted.
    pub new: Shown,
}

/// A proposal as an approver sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShownProposal {
    /// The record's name, when it has one.
    pub name: Option<Shown>,
    /// Every change.
    pub changes: Vec<ShownChange>,
    /// Whether a value is withheld from this viewer.
    pub withheld: bool,
}

/// Why a proposal is not carried out. It stays as it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ApprovalError {
    /// Somebody else asked for it.
    #[error("only the person who asked for it may do this")]
    NotYours,
    /// The policy lets others approve it, or nobody.
    #[error("the policy does not let you approve it")]
    NotAllowed,
    /// A value of it is withheld from the approver.
    #[error("you may not see every value of it, and the policy does not let you approve it unseen")]
    Withheld,
    /// A decision through another client than the one that asked, and not at the page.
    #[error("another client asked for it; decide about it at the page")]
    Client,
    /// Not enough people have signed it.
    #[error("not enough people have approved it")]
    Unsigned,
    /// What was signed is not what is stored.
    #[error("what you saw is not what is stored; look at it again")]
    Digest,
    /// Too late.
    #[error("it has expired")]
    Expired,
    /// Another policy is in force than when it was proposed.
    #[error("the policy has changed since it was proposed")]
    Policy,
    /// The record has changed since the person looked.
    #[error("the record has changed since it was proposed")]
    Record,
    /// The grant of the person who asked has ended: nothing can run under it.
    #[error("the person who asked has to sign in again before it can be carried out")]
    Grant,
    /// The tool that it calls is not the one that it was proposed for, or cannot be looked at.
    #[error(
        "the tool is no longer as an administrator consented to it, or its server does not answer"
    )]
    Tool,
    /// The person may not write this any more.
    #[error("you may not write `{0}` any more")]
    Rights(&'static str),
}

impl Proposal {
    /// Its id.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Who asked.
    pub fn owner(&self) -> &PersonId {
        &self.owner
    }

    /// Through which door and client.
    pub fn origin(&self) -> (&str, &str) {
        (&self.door, &self.client)
    }

    /// What it does.
    pub fn operation(&self) -> Operation {
        self.operation
    }

    /// API name of the object.
    pub fn object(&self) -> &str {
        &self.object
    }

    /// The record, for an update or a deletion.
    pub fn record(&self) -> Option<RecordRef> {
        RecordRef::new(&self.object, self.record.as_deref()?)
    }

    /// API names of the fields it writes, or that a deletion takes away.
    pub fn fields(&self) -> impl Iterator<Item = &str> {
        self.changes.iter().map(|change| change.field.as_str())
    }

    /// Whether text of outsiders had been read before it was proposed.
    pub fn is_tainted(&self) -> bool {
        self.tainted
    }

    /// When it was proposed.
    pub fn created(&self) -> UnixMillis {
        self.created
    }

    /// When it stops being valid.
    pub fn expires(&self) -> UnixMillis {
        self.expires
    }

    /// The digest it had before it was edited or brought up to date.
    pub fn replaces(&self) -> Option<&str> {
        self.replaces.as_deref()
    }

    /// The words that led to it, masked.
    pub fn said(&self) -> &str {
        &self.said
    }

    /// The request that proposed it, which may have proposed others.
    pub fn batch(&self) -> &str {
        &self.batch
    }

    /// Version of the policy it was proposed under.
    pub fn policy(&self) -> &str {
        &self.policy
    }

    /// The proposal whose write it takes back.
    pub fn undoes(&self) -> Option<&str> {
        self.undoes.as_deref()
    }

    /// API names of fields of a deleted record that a new one in its place cannot have.
    pub fn lost(&self) -> impl Iterator<Item = &str> {
        self.lost.iter().map(String::as_str)
    }

    /// The tool of another server that it goes through.
    pub fn via(&self) -> Option<&Via> {
        self.via.as_ref()
    }

    /// Digest of everything an approval stands for, hexadecimal. Salted, so that it tells
    /// nothing of short values.
    pub fn digest(&self) -> String {
        let mut hash = Sha256::new();
        let record = self.record.as_deref().unwrap_or_default();
        let version = self.version.as_deref().unwrap_or_default();
        let expires = self.expires.0.to_string();
        let parts: [&[u8]; 11] = [
            b"portcullis proposal v1",
            &self.salt,
            self.owner.as_str().as_bytes(),
            self.door.as_bytes(),
            self.client.as_bytes(),
            self.operation.name().as_bytes(),
            self.object.as_bytes(),
            record.as_bytes(),
            &self.body,
            version.as_bytes(),
            self.policy.as_bytes(),
        ];
        let via = self.via.iter();
        let via =
            via.flat_map(|it| [it.server.as_bytes(), it.tool.as_bytes(), it.definition.as_bytes()]);
        for part in parts.into_iter().chain([expires.as_bytes()]).chain(via) {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        hex::encode(hash.finalize())
    }

    /// What an approver sees: only the fields that Salesforce lets them see, and for somebody other than
    /// who asked only those of a record that they can read themselves. `current` is the record as they
    /// read it now.
    pub fn show(&self, viewer: &Viewer<'_>, current: Option<&Records>) -> ShownProposal {
        let owns = viewer.person == &self.owner;
        // INVARIANT: a reply is readable for the person whose grant fetched it, and nobody else.
        let reads = |it: &&Records| it.total() == 1 && it.label().readers().admit(viewer.person);
        let record = owns || self.record.is_none() || current.as_ref().is_some_and(reads);
        // The id is what names the record here; it is no value of it.
        let may_read = |field: &str| field == "Id" || viewer.rights.may_read(&self.object, field);
        // Arguments of another server's tool are no fields: what counts is where their values come from.
        let call = self.operation == Operation::Call;
        let visible = |field: &str| call || record && may_read(field);
        // A token may have brought a value from elsewhere.
        let from_elsewhere = |change: &Change| {
            let mut sources = change.mark.sources.iter();
            owns || sources.all(|(object, field)| viewer.rights.may_read(object, field))
        };
        let mut withheld = false;
        let mut shown = |value: &Value, visible: bool| {
            withheld |= !visible;
            Shown::of_text(if visible { plain_text(value) } else { HIDDEN.to_owned() })
        };
        let changes = self.changes.iter().map(|change| ShownChange {
            field: change.field.clone(),
            old: change.old.as_ref().map(|old| shown(old, visible(&change.field))),
            new: shown(&change.new, owns || visible(&change.field) && from_elsewhere(change)),
        });
        let changes = changes.collect();
        let name = self.name.clone().filter(|_| owns || record).map(Shown::of_text);
        ShownProposal { name, changes, withheld }
    }

    pub(crate) fn changes(&self) -> impl Iterator<Item = (&str, Option<&Value>, &Value)> {
        self.changes.iter().map(|it| (it.field.as_str(), it.old.as_ref(), &it.new))
    }

    /// The act while it deals with this proposal: what was called, or what will be.
    pub fn called(&self, act: &Act) -> Act {
        match (&act.tool, &self.via, self.operation) {
            (Some(_), _, _) => act.clone(),
            (None, Some(via), Operation::Call) => act.calling(&via.name()),
            (None, Some(via), _) => act.calling(&via.tool),
            (None, None, Operation::Create) => act.calling("createSobjectRecord"),
            (None, None, Operation::Delete) => act.calling("deleteSobjectRecord"),
            (None, None, _) => act.calling("updateSobjectRecord"),
        }
    }

    /// The facts of an entry about this proposal.
    pub fn facts(&self, purpose: Purpose, action: Action, verdict: Verdict, act: &Act) -> Facts {
        let mut facts = Facts::new(purpose, action, verdict, &self.called(act));
        for field in self.fields() {
            facts.touch(&self.object, field);
        }
        facts.objects.insert(self.object.clone());
        facts.proposal = Some(self.id.clone());
        facts.digest = Some(self.digest());
        facts
    }

    /// Seals it for the queue. `nonce` is 24 random bytes, never used before.
    pub fn seal(&self, key: &SealKey, nonce: [u8; 24]) -> Result<Vec<u8>, SealError> {
        stored::seal(self, key, nonce)
    }

    /// Opens what [`Proposal::seal`] made of this proposal of this person.
    pub fn open(
        id: &str,
        owner: &PersonId,
        sealed: &[u8],
        key: &SealKey,
    ) -> Result<Self, SealError> {
        stored::open(id, owner, sealed, key)
    }
}

impl fmt::Debug for Proposal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Proposal({} {} {})", self.id, self.operation.name(), self.object)
    }
}

/// A proposal that a person signed and whose execution is not yet in the ledger.
#[derive(Debug)]
pub struct Signed {
    proposal: Proposal,
    number: u64,
    trace: String,
}

impl Signed {
    /// Takes the receipt of the very entry that stated the intent to write.
    pub fn recorded(self, receipt: Receipt) -> Result<Approved, WrongReceipt> {
        if receipt.number() != self.number {
            return Err(WrongReceipt);
        }
        Ok(Approved { proposal: self.proposal, trace: self.trace, receipt })
    }
}

/// A write that a person signed and the ledger holds. Consumed by carrying it out.
pub struct Approved {
    proposal: Proposal,
    trace: String,
    receipt: Receipt,
}

impl Approved {
    /// Whose grant it runs under.
    pub fn person(&self) -> &PersonId {
        &self.proposal.owner
    }

    /// Proof of the recorded intent.
    pub fn receipt(&self) -> &Receipt {
        &self.receipt
    }

    /// The tool of another server that it goes through.
    pub fn via(&self) -> Option<&Via> {
        self.proposal.via.as_ref()
    }

    /// The exact call that was signed, for the server that it names; `None` for a write to the CRM itself.
    /// Only `egress` calls this.
    pub fn into_call(self) -> Option<CallWire> {
        let Proposal { via, body, id, operation, .. } = self.proposal;
        via.map(|via| CallWire { via, body, id, atomic: operation != Operation::Call })
    }

    /// The exact bytes that were signed. Only `egress` calls this, to send them to the CRM;
    /// `clippy.toml` refuses the call anywhere else.
    pub fn into_wire(self) -> Wire {
        let Proposal { object, record, body, operation, version, .. } = self.proposal;
        let (method, record) = match (operation, record) {
            (Operation::Update, Some(record)) => (Method::Patch, format!("/{record}")),
            (Operation::Delete, Some(record)) => (Method::Delete, format!("/{record}")),
            _ => (Method::Post, String::new()),
        };
        let body = (method != Method::Delete).then_some(body);
        Wire::new(method, format!("sobjects/{object}{record}"), body, self.trace)
            .unchanged_since(version.as_deref())
    }
}

impl fmt::Debug for Approved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Approved({})", self.proposal.id)
    }
}

/// What stands where a value is withheld.
const HIDDEN: &str = "(hidden from you)";

fn plain_text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
