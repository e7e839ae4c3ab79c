//! What one person does through one client: the same for a model's tool and for a program's own call.

mod reading;
mod writing;

use std::sync::Arc;

use boundary::{Act, Action, Facts, Principal, Purpose, Verdict, Viewer};

use crate::error::GateError;
use crate::gate::{Inner, viewer};
use crate::people::PersonView;
use crate::plan::{Against, ReadRefusal};
use crate::upstream::Upstream;

pub(crate) use reading::Found;
pub(crate) use writing::{Write, of_draft};

/// One person, through one client, in one request.
pub(crate) struct Acting<'a> {
    pub(crate) inner: &'a Inner,
    pub(crate) who: &'a Principal,
    pub(crate) act: &'a Act,
    pub(crate) view: Arc<PersonView>,
    /// The server of tools that reads and writes go through; without one, the CRM itself.
    pub(crate) via: Option<&'a Upstream>,
}

/// A refusal that the caller hears, as a code and words.
#[derive(Clone, Debug)]
pub(crate) struct Refused {
    pub(crate) code: String,
    /// For a model.
    pub(crate) message: String,
    /// In Salesforce's own words, where they differ.
    pub(crate) native: Option<String>,
    /// The rule that decided, as the ledger names it.
    pub(crate) rule: &'static str,
    /// The field at fault.
    pub(crate) field: Option<Box<str>>,
    /// The entry that says so already.
    pub(crate) entry: Option<u64>,
}

impl Refused {
    pub(crate) fn new(code: &str, message: impl Into<String>) -> Self {
        let (code, message) = (code.to_owned(), message.into());
        Self { code, message, native: None, rule: "matrix", field: None, entry: None }
    }

    pub(crate) fn by(self, rule: &'static str) -> Self {
        Self { rule, ..self }
    }
}

impl From<ReadRefusal> for Refused {
    fn from(refusal: ReadRefusal) -> Self {
        let ReadRefusal { code, message, native, rule } = refusal;
        Self { native, rule, ..Self::new(code, message) }
    }
}

impl Acting<'_> {
    pub(crate) fn viewer(&self) -> Viewer<'_> {
        viewer(self.who, &self.view)
    }

    /// What plans are made against.
    pub(crate) fn against<'a>(&'a self, matrix: &'a boundary::Matrix, rows: u64) -> Against<'a> {
        let PersonView { schema, rights, .. } = self.view.as_ref();
        Against { schema, rights, matrix, rows, clearance: None }
    }

    /// Records that the gate said no; gives the entry's index.
    pub(crate) async fn note_refusal(&self, action: Action, rule: &str) -> Result<u64, GateError> {
        let facts = Facts::new(Purpose::Refusal, action, Verdict::Refused, self.act);
        Ok(self.inner.recorder.record(facts.rule(rule)).await?.index())
    }
}
