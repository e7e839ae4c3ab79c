//! Signatures: each approver signs the digest of what they saw, and a write runs with enough of them.

use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::{ApprovalError, Operation, Proposal, Signed, draft};
use crate::entry::{Act, Counts, Entry, Purpose, UnixMillis, Verdict};
use crate::label::PersonId;
use crate::matrix::PolicyVersion;
use crate::principal::{Door, Viewer};
use crate::records::Records;
use crate::seal::{SealError, SealKey};

use super::case::{Approver, Judge, Ruling};

/// What an approver had before them, and what holds now.
#[derive(Clone, Copy, Debug)]
pub struct Seen<'a> {
    /// The digest that came back with the decision.
    pub digest: &'a str,
    /// The record as it is now, read under the approver's own grant; a new one has none.
    pub current: Option<&'a Records>,
    /// The policy in force.
    pub policy: &'a PolicyVersion,
    /// Writes that the same request proposed.
    pub bulk: u64,
    /// The present moment.
    pub now: UnixMillis,
}

/// One person's signature under one digest. Only [`Proposal::sign`] makes it.
#[derive(Clone, PartialEq, Eq)]
pub struct Signature {
    proposal: String,
    person: PersonId,
    digest: String,
    alone: bool,
    at: UnixMillis,
}

#[derive(Serialize, Deserialize)]
struct Stored {
    digest: String,
    alone: bool,
    at: UnixMillis,
}

impl Signature {
    /// Who signed.
    pub fn person(&self) -> &PersonId {
        &self.person
    }

    /// What was signed.
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// When.
    pub fn at(&self) -> UnixMillis {
        self.at
    }

    /// Seals it for the queue. `nonce` is 24 random bytes, never used before.
    pub fn seal(&self, key: &SealKey, nonce: [u8; 24]) -> Result<Vec<u8>, SealError> {
        let stored = Stored { digest: self.digest.clone(), alone: self.alone, at: self.at };
        key.seal(&stored, &place(&self.proposal, &self.person), nonce)
    }

    /// Opens what [`Signature::seal`] made, of this person and under this proposal.
    pub fn open(
        proposal: &str,
        person: &PersonId,
        sealed: &[u8],
        key: &SealKey,
    ) -> Result<Self, SealError> {
        let Stored { digest, alone, at } = key.open(sealed, &place(proposal, person))?;
        Ok(Self { proposal: proposal.to_owned(), person: person.clone(), digest, alone, at })
    }
}

fn place(proposal: &str, person: &PersonId) -> String {
    format!("signature/{}/{proposal}", person.as_str())
}

impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signature({})", self.proposal)
    }
}

impl Proposal {
    /// A person signs what they saw, if the policy lets them and all is still as they saw it.
    pub fn sign(
        &self,
        approver: &Approver<'_>,
        seen: &Seen<'_>,
        judge: &dyn Judge,
    ) -> Result<Signature, ApprovalError> {
        let Seen { digest, current, policy, bulk, now } = *seen;
        if self.ruling(approver, judge, bulk) == Ruling::No {
            return Err(ApprovalError::NotAllowed);
        }
        // Only a page shows everything; elsewhere a person decides about what their own client asked.
        let principal = approver.principal;
        let own = principal.person() == &self.owner && principal.client() == self.client;
        if principal.door() != Door::Page && !own {
            return Err(ApprovalError::Client);
        }
        if digest != self.digest() {
            return Err(ApprovalError::Digest);
        }
        // Whoever cannot read the record cannot tell whether it changed.
        let reads =
            |it: &&Records| it.total() == 1 && it.label().readers().admit(approver.viewer.person);
        let asked = approver.viewer.person == &self.owner;
        if !asked && self.record.is_some() && !current.as_ref().is_some_and(reads) {
            return Err(ApprovalError::Withheld);
        }
        self.check(&approver.viewer, current, policy, now)?;
        let withheld = self.show(&approver.viewer, current).withheld;
        let ruling = judge.judge(&self.case(approver, bulk, withheld));
        if ruling == Ruling::No {
            return Err(ApprovalError::Withheld);
        }
        Ok(Signature {
            proposal: self.id.clone(),
            person: approver.viewer.person.clone(),
            digest: digest.to_owned(),
            alone: ruling == Ruling::Alone,
            at: now,
        })
    }

    /// Whether these signatures are enough: one of somebody whose own is, or those of two people.
    /// Signatures under another digest count for nothing.
    pub fn is_signed(&self, signatures: &[Signature]) -> bool {
        let digest = self.digest();
        let valid = |it: &&Signature| it.proposal == self.id && it.digest == digest;
        let valid: Vec<&Signature> = signatures.iter().filter(valid).collect();
        let people: BTreeSet<&PersonId> = valid.iter().map(|it| &it.person).collect();
        valid.iter().any(|it| it.alone) || people.len() >= 2
    }

    /// Takes the signatures and makes ready to run. `asker` is the person whose grant it runs under,
    /// `current` the record as that person reads it now.
    pub fn approve(
        self,
        signatures: &[Signature],
        asker: &Viewer<'_>,
        current: Option<&Records>,
        policy: &PolicyVersion,
        act: &Act,
        now: UnixMillis,
    ) -> Result<(Signed, Entry), (Box<Self>, ApprovalError)> {
        let fits = if asker.person != &self.owner {
            Err(ApprovalError::NotYours)
        } else if !self.is_signed(signatures) {
            Err(ApprovalError::Unsigned)
        } else {
            self.check(asker, current, policy, now)
        };
        if let Err(error) = fits {
            return Err((Box::new(self), error));
        }
        let facts = self.facts(Purpose::Intent, self.operation.action(), Verdict::Allowed, act);
        let mut facts = facts.rule("approved");
        facts.counts = Counts { rows: 1, bytes: self.body.len() as u64, ..Counts::default() };
        let entry = facts.entry();
        Ok((Signed { number: entry.number(), proposal: self, trace: act.trace.clone() }, entry))
    }

    /// Whether all is as it was proposed, and this person may write it.
    fn check(
        &self,
        person: &Viewer<'_>,
        current: Option<&Records>,
        policy: &PolicyVersion,
        now: UnixMillis,
    ) -> Result<(), ApprovalError> {
        if now >= self.expires {
            return Err(ApprovalError::Expired);
        }
        if policy.as_str() != self.policy {
            return Err(ApprovalError::Policy);
        }
        // What a foreign tool does is nothing that the CRM could tell; its definition is in the digest.
        if self.operation == Operation::Call {
            return Ok(());
        }
        // INVARIANT: a reply is readable for the person whose grant fetched it, and nobody else.
        let current = current.filter(|it| it.label().readers().admit(person.person));
        let version = current.and_then(draft::version_of);
        if self.operation != Operation::Create && (version.is_none() || version != self.version) {
            return Err(ApprovalError::Record);
        }
        if self.operation == Operation::Delete {
            let object = person.rights.object(&self.object);
            let may = object.is_some_and(|rights| rights.deletable);
            return if may { Ok(()) } else { Err(ApprovalError::Rights("the record of it")) };
        }
        let writable = |field: &str| {
            person.rights.field(&self.object, field).is_some_and(|it| match self.operation {
                Operation::Create => it.createable,
                Operation::Update => it.updateable,
                Operation::Delete | Operation::Call => false,
            })
        };
        if self.fields().all(writable) {
            Ok(())
        } else {
            Err(ApprovalError::Rights("a field of it"))
        }
    }
}
