//! Entries on their way into the ledger, and the proof that one has arrived.
//!
//! An [`Entry`] holds facts: API names, counts, levels, decisions. It has no constructor that
//! takes a text of the CRM, of a prompt or of an answer.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU64, Ordering};

use serde::{Deserialize, Serialize};

use crate::label::{Compliance, Integrity, Label, Level};

/// Milliseconds since 1970-01-01T00:00:00Z.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Default,
)]
#[serde(transparent)]
pub struct UnixMillis(pub u64);

impl UnixMillis {
    /// This moment plus so many milliseconds.
    #[must_use]
    pub const fn plus(self, millis: u64) -> Self {
        Self(self.0.saturating_add(millis))
    }
}

/// What an entry stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Purpose {
    /// Something is about to leave the gate.
    Intent,
    /// What came of an intent.
    Outcome,
    /// An answer is about to be released to a person.
    Release,
    /// The gate said no; nothing left it.
    Refusal,
    /// A proposal changed its state.
    Approval,
    /// Somebody signed in or out, a key was made or revoked.
    Access,
    /// The gate itself: started, stopped, took a new policy.
    System,
}

/// What the entry is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Action {
    /// A prompt to a model.
    Ask,
    /// A read of the CRM.
    Read,
    /// A write to the CRM.
    Write,
    /// A record of the CRM is deleted.
    Delete,
    /// An answer to a person.
    Answer,
    /// A write was proposed.
    Propose,
    /// A person approved a proposal.
    Approve,
    /// A person changed a proposal before deciding.
    Edit,
    /// A person rejected a proposal.
    Reject,
    /// A proposal ran out of time.
    Expire,
    /// A proposal no longer fits the record, the policy or the grant.
    Conflict,
    /// Sign-in with the org.
    SignIn,
    /// Sign-out.
    SignOut,
    /// A key was made.
    KeyCreate,
    /// A key was revoked.
    KeyRevoke,
    /// A sealed part was read, or a person's bundle was made.
    Disclose,
    /// A person or a record is forgotten.
    Erase,
    /// A legal hold was laid on a person or a record, or lifted.
    Hold,
    /// Somebody outside is told that a write waits.
    Notify,
    /// The gate started.
    Start,
    /// The gate stopped.
    Stop,
}

/// How it was decided, or how it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Policy let it through.
    Allowed,
    /// Policy refused it.
    Refused,
    /// It happened.
    Done,
    /// It was tried and failed; nothing happened.
    Failed,
    /// It was tried and nobody knows whether it happened.
    Unknown,
}

/// How many of what. All zero where it does not apply.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Counts {
    /// Rows read or written.
    pub rows: u64,
    /// Values covered by tokens.
    pub tokens: u64,
    /// Fields withheld.
    pub withheld: u64,
    /// Bytes sent or released.
    pub bytes: u64,
    /// Tokens of an answer that were left as the model wrote them: unknown, or bent beyond doubt.
    #[serde(skip_serializing_if = "is_zero")]
    pub unrestored: u64,
    /// Values of an answer that the model said of its own, and that were covered.
    #[serde(skip_serializing_if = "is_zero")]
    pub invented: u64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference")]
fn is_zero(count: &u64) -> bool {
    *count == 0
}

/// The facts of one entry. Names in `objects` and `fields` are API names (`Contact.Email`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    /// Kind of entry.
    pub purpose: Purpose,
    /// What it is about.
    pub action: Action,
    /// Decision or end.
    pub verdict: Verdict,
    /// 32 lower-case hexadecimal digits: one request of one person, in every system.
    pub trace: String,
    /// Pseudonym of the person, random per person.
    pub actor: String,
    /// Which door: `page`, `openai`, `cli`, `gate`.
    pub door: String,
    /// Which client behind the door: a key's id, a session's short id.
    pub client: String,
    /// Objects touched.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub objects: BTreeSet<String>,
    /// Fields touched.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub fields: BTreeSet<String>,
    /// The rule that decided, as the documentation names it.
    pub rule: String,
    /// Version of the policy in force: 16 hexadecimal digits of its digest.
    pub policy: String,
    /// The endpoint's name, for a prompt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub endpoint: Option<String>,
    /// Where the endpoint runs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub residency: Option<String>,
    /// Highest level left in the clear.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<Level>,
    /// Rule books left in the clear.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub compliance: BTreeSet<Compliance>,
    /// Least trusted author that took part.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub integrity: Option<Integrity>,
    /// Counts.
    #[serde(default)]
    pub counts: Counts,
    /// Id of the proposal, for an approval or a write.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proposal: Option<String>,
    /// Salted digest of the exact bytes, hexadecimal, for a write.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest: Option<String>,
    /// Index of the entry this one answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<u64>,
    /// What was called: a tool of the gate or of another server, or a door's own operation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tool: Option<String>,
    /// Id of the org that the person belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant: Option<String>,
}

impl Facts {
    /// Facts with the given head and nothing else.
    pub fn new(purpose: Purpose, action: Action, verdict: Verdict, act: &Act) -> Self {
        Self {
            purpose,
            action,
            verdict,
            trace: act.trace.clone(),
            actor: act.actor.clone(),
            door: act.door.clone(),
            client: act.client.clone(),
            objects: BTreeSet::new(),
            fields: BTreeSet::new(),
            rule: String::new(),
            policy: act.policy.clone(),
            endpoint: None,
            residency: None,
            level: None,
            compliance: BTreeSet::new(),
            integrity: None,
            counts: Counts::default(),
            proposal: None,
            digest: None,
            link: None,
            tool: act.tool.clone(),
            tenant: act.tenant.clone(),
        }
    }

    /// Names the rule that decided.
    #[must_use]
    pub fn rule(mut self, rule: &str) -> Self {
        rule.clone_into(&mut self.rule);
        self
    }

    /// Points at the entry that this one answers.
    #[must_use]
    pub fn answers(mut self, receipt: &Receipt) -> Self {
        self.link = Some(receipt.index);
        self
    }

    /// Takes level, rule books and integrity from a label.
    #[must_use]
    pub fn labelled(mut self, label: &Label) -> Self {
        self.level = Some(label.level());
        self.compliance.clone_from(label.compliance());
        self.integrity = Some(label.integrity());
        self
    }

    /// Adds counts.
    #[must_use]
    pub fn counted(mut self, counts: Counts) -> Self {
        self.counts = counts;
        self
    }

    /// Adds a touched field and its object.
    pub fn touch(&mut self, object: &str, field: &str) {
        self.objects.insert(object.to_owned());
        self.fields.insert(format!("{object}.{field}"));
    }

    /// The entry with these facts, not yet in the ledger.
    pub fn entry(self) -> Entry {
        // INVARIANT: a number is given out once per process, so a receipt fits one entry only.
        static NEXT: AtomicU64 = AtomicU64::new(1);
        Entry { facts: self, number: NEXT.fetch_add(1, Ordering::Relaxed) }
    }
}

/// Who acts, through what, in which request: the head that all entries of a request share.
#[derive(Clone, Debug)]
pub struct Act {
    /// 32 lower-case hexadecimal digits.
    pub trace: String,
    /// Pseudonym of the person.
    pub actor: String,
    /// Which door.
    pub door: String,
    /// Which client behind the door.
    pub client: String,
    /// Version of the policy in force.
    pub policy: String,
    /// Id of the org that the person belongs to; none where the gate acts for itself.
    pub tenant: Option<String>,
    /// What is called now, where something is.
    pub tool: Option<String>,
}

/// Longest name of a tool that entries hold, in bytes.
const LONGEST_TOOL: usize = 120;

impl Act {
    /// The same request while it calls this tool. A name that has not the form of one stands in no entry.
    #[must_use]
    pub fn calling(&self, tool: &str) -> Self {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.:/".contains(&byte);
        let fits = (1..=LONGEST_TOOL).contains(&tool.len()) && tool.bytes().all(plain);
        Self { tool: fits.then(|| tool.to_owned()), ..self.clone() }
    }
}

/// An entry that is not yet in the ledger.
#[derive(Debug)]
pub struct Entry {
    facts: Facts,
    number: u64,
}

impl Entry {
    /// What will be written.
    pub fn facts(&self) -> &Facts {
        &self.facts
    }

    pub(crate) fn number(&self) -> u64 {
        self.number
    }

    /// Turns a durable entry into its receipt.
    ///
    /// Only the ledger's sequencer calls this, after the commit that made the entry durable
    /// at `index`; `clippy.toml` refuses the call anywhere else.
    pub fn attest_durable(self, index: u64) -> Receipt {
        Receipt { index, number: self.number, purpose: self.facts.purpose }
    }
}

/// Proof that an entry is durable in the ledger.
#[derive(Debug)]
pub struct Receipt {
    index: u64,
    number: u64,
    purpose: Purpose,
}

impl Receipt {
    /// The entry's index in the ledger.
    pub fn index(&self) -> u64 {
        self.index
    }

    /// What the entry stands for.
    pub fn purpose(&self) -> Purpose {
        self.purpose
    }

    pub(crate) fn number(&self) -> u64 {
        self.number
    }
}

/// A receipt was offered for something it does not record.
#[derive(Clone, Copy, Debug, thiserror::Error, PartialEq, Eq)]
#[error("the receipt records another entry")]
pub struct WrongReceipt;
