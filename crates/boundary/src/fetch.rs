//! Reads of the CRM: authorised, recorded, then sent once.

#[cfg(test)]
mod tests;

use std::fmt;

use zeroize::Zeroizing;

use crate::conversation::Conversation;
use crate::entry::{Act, Action, Entry, Facts, Purpose, Receipt, Verdict, WrongReceipt};
use crate::fill::{Quoting, UnknownToken, fill};
use crate::label::{Label, Level, PersonId, Readers};
use crate::matrix::{Matrix, Treatment};
use crate::principal::Viewer;
use crate::wire::{Method, Wire, percent_encode};

/// How a statement uses a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Usage {
    /// The value comes back, to be treated.
    Select,
    /// An aggregate of the values comes back.
    Aggregate,
    /// The value decides which rows come back, or in which order or group.
    Decide,
}

/// A field that a statement touches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Touch {
    /// API name of the object.
    pub object: String,
    /// API name of the field.
    pub field: String,
    /// What for.
    pub usage: Usage,
}

/// One record of the CRM.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordRef {
    object: String,
    id: String,
}

impl RecordRef {
    /// A record by its object's API name and its id of 15 or 18 letters and digits.
    pub fn new(object: &str, id: &str) -> Option<Self> {
        let name = |c: u8| c.is_ascii_alphanumeric() || c == b'_';
        let sound = !object.is_empty()
            && object.bytes().all(name)
            && matches!(id.len(), 15 | 18)
            && id.bytes().all(|byte| byte.is_ascii_alphanumeric());
        sound.then(|| Self { object: object.to_owned(), id: id.to_owned() })
    }

    /// The object's API name.
    pub fn object(&self) -> &str {
        &self.object
    }

    /// The record's id.
    pub fn id(&self) -> &str {
        &self.id
    }
}

/// A statement with tokens where values belong.
#[derive(Clone, Copy, Debug)]
pub enum Statement<'a> {
    /// SOQL, printed from a parsed query.
    Soql(&'a str),
    /// The same, over deleted and archived records, too.
    SoqlAll(&'a str),
    /// SOSL, printed from a parsed search.
    Sosl(&'a str),
    /// The next page of an earlier result: the path Salesforce gave.
    NextPage(&'a str),
    /// What the person looked at last, at most so many.
    Recent(u16),
}

/// Why a read is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Denied {
    /// The person cannot see it: said as Salesforce says it of what does not exist.
    #[error("no such column `{field}` on entity `{object}`")]
    NotVisible {
        /// Object.
        object: String,
        /// Field.
        field: String,
    },
    /// The matrix keeps it from models.
    #[error("`{object}.{field}` may not be used: {why}")]
    Matrix {
        /// Object.
        object: String,
        /// Field.
        field: String,
        /// The matrix's words.
        why: String,
    },
    /// A token that stands for nothing.
    #[error(transparent)]
    Token(#[from] UnknownToken),
    /// The path of a next page is not one.
    #[error("the address of the next page is not one of this org's")]
    Page,
}

/// An authorised read whose intent is not yet in the ledger.
pub struct Lookup {
    statement: Prepared,
    person: PersonId,
    trace: String,
    number: u64,
    page: Option<u16>,
}

enum Prepared {
    Query(Zeroizing<String>),
    /// With records that were deleted.
    QueryAll(Zeroizing<String>),
    Search(Zeroizing<String>),
    Page(String),
    Recent(u16),
}

impl Lookup {
    /// Authorises every field that a model's statement touches, and puts values where it names
    /// tokens.
    ///
    /// A field that the matrix strips, rounds or encrypts can be selected, but cannot decide
    /// which rows come back: answers would tell its value bit by bit.
    pub fn authorise(
        statement: Statement<'_>,
        touches: &[Touch],
        conversation: &Conversation,
        viewer: &Viewer<'_>,
        matrix: &Matrix,
        act: &Act,
    ) -> Result<(Self, Entry), Denied> {
        for touch in touches {
            check(touch, viewer, matrix)?;
        }
        let prepared = prepare(statement, conversation, viewer)?;
        Ok(Self::new(prepared, touches, "matrix", viewer, act))
    }

    /// Reads the present values of a record that somebody wants to write, for the eyes of the
    /// approver alone. Needs the person's own rights; no model sees the answer.
    pub fn before_write(
        record: &RecordRef,
        fields: &[&str],
        viewer: &Viewer<'_>,
        act: &Act,
    ) -> Result<(Self, Entry), Denied> {
        let touches: Vec<Touch> = fields
            .iter()
            .map(|field| Touch {
                object: record.object.clone(),
                field: (*field).to_owned(),
                usage: Usage::Select,
            })
            .collect();
        for touch in &touches {
            visible(touch, viewer)?;
        }
        let RecordRef { object, id } = record;
        let soql = format!("SELECT {} FROM {object} WHERE Id = '{id}'", fields.join(", "));
        let prepared = Prepared::Query(Zeroizing::new(soql));
        Ok(Self::new(prepared, &touches, "before-write", viewer, act))
    }

    /// A query of the gate itself, written by the gate: for values that nobody is shown.
    pub(crate) fn own_query(
        soql: String,
        deleted: bool,
        touches: &[Touch],
        rule: &str,
        viewer: &Viewer<'_>,
        act: &Act,
    ) -> Result<(Self, Entry), Denied> {
        for touch in touches {
            visible(touch, viewer)?;
        }
        let soql = Zeroizing::new(soql);
        let prepared = if deleted { Prepared::QueryAll(soql) } else { Prepared::Query(soql) };
        Ok(Self::new(prepared, touches, rule, viewer, act))
    }

    /// The next page of such a query.
    pub fn more_to_learn(
        page: &str,
        viewer: &Viewer<'_>,
        act: &Act,
    ) -> Result<(Self, Entry), Denied> {
        Ok(Self::new(next_page(page)?, &[], "knowledge", viewer, act))
    }

    fn new(
        statement: Prepared,
        touches: &[Touch],
        rule: &str,
        viewer: &Viewer<'_>,
        act: &Act,
    ) -> (Self, Entry) {
        let mut facts = Facts::new(Purpose::Intent, Action::Read, Verdict::Allowed, act).rule(rule);
        for touch in touches {
            facts.touch(&touch.object, &touch.field);
        }
        let entry = facts.entry();
        let person = viewer.person.clone();
        let trace = act.trace.clone();
        (Self { statement, person, trace, number: entry.number(), page: None }, entry)
    }

    /// Asks for pages of this many rows. Salesforce takes 200 to 2000, as a wish.
    #[must_use]
    pub fn paged(self, rows: Option<u16>) -> Self {
        Self { page: rows, ..self }
    }

    /// Takes the receipt of the very entry that stated the intent.
    pub fn recorded(self, receipt: Receipt) -> Result<Fetch, WrongReceipt> {
        if receipt.number() != self.number {
            return Err(WrongReceipt);
        }
        let Self { statement, person, trace, page, .. } = self;
        Ok(Fetch { statement, person, trace, receipt, page })
    }
}

impl fmt::Debug for Lookup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Lookup(..)")
    }
}

/// An authorised and recorded read, bound to one person's grant. Consumed by sending it.
pub struct Fetch {
    statement: Prepared,
    person: PersonId,
    trace: String,
    receipt: Receipt,
    page: Option<u16>,
}

impl Fetch {
    /// Whose grant it runs under.
    pub fn person(&self) -> &PersonId {
        &self.person
    }

    /// Proof of the recorded intent.
    pub fn receipt(&self) -> &Receipt {
        &self.receipt
    }

    /// What the answer is labelled with until its fields are: nothing is known of it, and it
    /// is this person's.
    pub fn label_of_reply(&self) -> Label {
        let readers = Readers::only(&self.person);
        let unknown = Label::unknown();
        Label::new(Level::Restricted, unknown.compliance().clone(), unknown.integrity(), readers)
    }

    /// The request in the clear. Only `egress` calls this, to send it to the CRM; `clippy.toml`
    /// refuses the call anywhere else.
    pub fn into_wire(self) -> Wire {
        let path = match &self.statement {
            Prepared::Query(soql) => format!("query?q={}", percent_encode(soql)),
            Prepared::QueryAll(soql) => format!("queryAll?q={}", percent_encode(soql)),
            Prepared::Search(sosl) => format!("search?q={}", percent_encode(sosl)),
            Prepared::Page(locator) => format!("query/{locator}"),
            Prepared::Recent(most) => format!("recent?limit={most}"),
        };
        Wire::new(Method::Get, path, None, self.trace).paged(self.page)
    }

    /// The text of a query or a search, and the trace.
    pub(crate) fn into_statement(self) -> Option<(Zeroizing<String>, String)> {
        match self.statement {
            Prepared::Query(text) | Prepared::Search(text) => Some((text, self.trace)),
            Prepared::QueryAll(_) | Prepared::Page(_) | Prepared::Recent(_) => None,
        }
    }
}

impl fmt::Debug for Fetch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Fetch(entry {})", self.receipt.index())
    }
}

fn check(touch: &Touch, viewer: &Viewer<'_>, matrix: &Matrix) -> Result<(), Denied> {
    visible(touch, viewer)?;
    let denied = |why: &str| Denied::Matrix {
        object: touch.object.clone(),
        field: touch.field.clone(),
        why: why.to_owned(),
    };
    let cell = matrix
        .cell(&touch.object, &touch.field)
        .ok_or_else(|| denied("the matrix has no row for it"))?;
    if !cell.read {
        return Err(denied(if cell.why.is_empty() { "it is not readable" } else { &cell.why }));
    }
    let hidden = matches!(
        cell.treatment,
        Treatment::Strip | Treatment::Round | Treatment::Shift | Treatment::Encrypt
    );
    if hidden && touch.usage == Usage::Decide {
        return Err(denied("answers would tell its value; it can only be selected"));
    }
    Ok(())
}

fn visible(touch: &Touch, viewer: &Viewer<'_>) -> Result<(), Denied> {
    if viewer.rights.may_read(&touch.object, &touch.field) {
        return Ok(());
    }
    Err(Denied::NotVisible { object: touch.object.clone(), field: touch.field.clone() })
}

fn prepare(
    statement: Statement<'_>,
    conversation: &Conversation,
    viewer: &Viewer<'_>,
) -> Result<Prepared, Denied> {
    let table = conversation.table();
    Ok(match statement {
        Statement::Soql(soql) => Prepared::Query(fill(table, viewer, soql, Quoting::Soql)?),
        Statement::SoqlAll(soql) => Prepared::QueryAll(fill(table, viewer, soql, Quoting::Soql)?),
        Statement::Recent(most) => Prepared::Recent(most),
        Statement::Sosl(sosl) => Prepared::Search(fill(table, viewer, sosl, Quoting::Sosl)?),
        Statement::NextPage(path) => next_page(path)?,
    })
}

fn next_page(path: &str) -> Result<Prepared, Denied> {
    let locator = path.rsplit("/query/").next().filter(|it| it.len() < path.len());
    let plain =
        |it: &&str| !it.is_empty() && it.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    Ok(Prepared::Page(locator.filter(plain).ok_or(Denied::Page)?.to_owned()))
}
