//! What a policy is told of a write, and what it answers: who may approve it.

use std::collections::BTreeSet;
use std::fmt;

use super::{Operation, Proposal, plain_text};
use crate::label::PersonId;
use crate::principal::{Principal, Viewer};

/// A person who is about to decide, with the rights they have now.
#[derive(Clone, Debug)]
pub struct Approver<'a> {
    /// Who looks, and what Salesforce lets them see.
    pub viewer: Viewer<'a>,
    /// Through which door and client they decide.
    pub principal: &'a Principal,
    /// The org's user name.
    pub username: &'a str,
    /// The groups of the configuration they belong to.
    pub groups: &'a BTreeSet<String>,
}

/// One question to a policy: may this person approve this write?
///
/// It holds sums of money in the clear. Like a detector, a judge reads them and answers with a ruling
/// alone, so it may depend on nothing with a socket, a file or a logger.
pub struct Case<'a> {
    /// Who would approve.
    pub approver: &'a PersonId,
    /// Their user name in the org.
    pub username: &'a str,
    /// Their groups.
    pub groups: &'a BTreeSet<String>,
    /// Who asked for the write.
    pub asker: &'a PersonId,
    /// Door and client through which it was asked for.
    pub origin: (&'a str, &'a str),
    /// What it does.
    pub operation: Operation,
    /// API name of the object.
    pub object: &'a str,
    /// API names of the fields.
    pub fields: Vec<&'a str>,
    /// The largest sum of money, before or after, without its fraction; 0 without one.
    pub amount: i64,
    /// Text of outsiders had been read before it was proposed.
    pub tainted: bool,
    /// Fields whose new value repeats such text.
    pub tainted_fields: Vec<&'a str>,
    /// An address is written that nobody is known by.
    pub unusual_recipient: bool,
    /// Writes proposed by the same request.
    pub bulk: u64,
    /// A value of it is withheld from this person.
    pub withheld: bool,
}

impl fmt::Debug for Case<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Case({} {})", self.operation.name(), self.object)
    }
}

/// What a policy says of one person and one write.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ruling {
    /// They may not approve it.
    No,
    /// Their signature counts, and a second person's is needed.
    Together,
    /// Their signature is enough.
    Alone,
}

/// Says who may approve what.
pub trait Judge: Send + Sync {
    /// The ruling. A policy that fails to decide rules no.
    fn judge(&self, case: &Case<'_>) -> Ruling;

    /// The text of the rules, which becomes a part of the policy's version; empty without any.
    fn text(&self) -> &str;
}

/// The rule without a policy: whoever asked approves, and nobody else.
#[derive(Clone, Copy, Debug, Default)]
pub struct OwnWrites;

impl Judge for OwnWrites {
    fn judge(&self, case: &Case<'_>) -> Ruling {
        if case.approver == case.asker && !case.withheld { Ruling::Alone } else { Ruling::No }
    }

    fn text(&self) -> &'static str {
        ""
    }
}

impl Proposal {
    /// What the policy says of this person, were every value shown to them.
    pub fn ruling(&self, approver: &Approver<'_>, judge: &dyn Judge, bulk: u64) -> Ruling {
        judge.judge(&self.case(approver, bulk, false))
    }

    pub(super) fn case<'a>(
        &'a self,
        approver: &'a Approver<'_>,
        bulk: u64,
        withheld: bool,
    ) -> Case<'a> {
        let tainted = self.changes.iter().filter(|change| change.mark.tainted);
        Case {
            approver: approver.viewer.person,
            username: approver.username,
            groups: approver.groups,
            asker: &self.owner,
            origin: self.origin(),
            operation: self.operation,
            object: &self.object,
            fields: self.fields().collect(),
            amount: self.amount(),
            tainted: self.tainted,
            tainted_fields: tainted.map(|change| change.field.as_str()).collect(),
            unusual_recipient: self.changes.iter().any(|change| change.mark.stray),
            bulk,
            withheld,
        }
    }

    /// The larger of what stands there and what would: to strike out a large sum is no small thing.
    fn amount(&self) -> i64 {
        let money = self.changes.iter().filter(|change| change.mark.kind == "currency");
        let sums = money.flat_map(|change| [change.old.as_ref(), Some(&change.new)]);
        let sums = sums.flatten().filter_map(|value| plain_text(value).parse::<f64>().ok());
        let most = sums.filter(|sum| sum.is_finite()).map(f64::abs).fold(0.0, f64::max);
        #[expect(
            clippy::cast_possible_truncation,
            reason = "a cast saturates, and more than that is as much"
        )]
        let whole = most.ceil() as i64;
        whole
    }
}
