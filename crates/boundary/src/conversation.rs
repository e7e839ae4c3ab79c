//! A conversation: its token table and what was said, in masked form.

mod arguments;
mod aside;
mod forget;
mod own;
mod said;
mod stored;
mod told;

pub use forget::Subject;

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use serde_json::Value;

use crate::detector::{Detector, Kind, Layer, left_of};
use crate::entry::{Purpose, Receipt, WrongReceipt};
use crate::fetch::RecordRef;
use crate::fill::{Quoting, fill};
use crate::label::{Label, PersonId};
use crate::mask::{MaskError, Masked, Replaced};
use crate::matrix::Matrix;
use crate::principal::Viewer;
use crate::raw::Raw;
use crate::records::Records;
use crate::seal::{SealError, SealKey};
use crate::show::{ShowStream, Shown};
use crate::token::{CheckKey, TokenTable};
use crate::treat::{Columns, Form, Means, Treated, Withheld, treat};

pub(crate) use arguments::each_string;
use arguments::each_text;
pub use said::around_tokens;
pub use told::Told;

/// One thing that was said.
#[derive(Clone, Debug)]
pub enum Turn {
    /// The application in front of the gate added an instruction of its own.
    Client(Masked),
    /// The person.
    Person(Masked),
    /// The model.
    Model {
        /// What it said.
        text: Masked,
        /// What it asked for.
        calls: Vec<Call>,
    },
    /// What a tool answered.
    Tool {
        /// Id of the call.
        call: String,
        /// The tool.
        name: String,
        /// JSON text, treated.
        result: Masked,
    },
}

/// A model's call of a tool.
#[derive(Clone, Debug)]
pub struct Call {
    /// The model's id for it.
    pub id: String,
    /// The tool.
    pub name: String,
    /// JSON text in which tokens stand for values.
    pub arguments: Masked,
}

/// A covered value, without the value: what an administrator may know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Coverage {
    /// The token.
    pub token: String,
    /// What it is.
    pub kind: Kind,
    /// Which layer found it first.
    pub layer: Layer,
}

/// One conversation of one person.
pub struct Conversation {
    id: String,
    owner: PersonId,
    table: TokenTable,
    turns: Vec<Arc<Turn>>,
    /// The join of what was said and rewound: it comes back as a client's word, in the clear.
    carried: Label,
    /// What the model said, to be known when a client sends it back.
    words: own::Words,
}

impl Conversation {
    /// An empty conversation.
    pub fn new(id: String, owner: PersonId) -> Self {
        let key = CheckKey::derive(&[], &format!("{}/{id}", owner.as_str()));
        let (carried, table) = (Label::lowest(), TokenTable::new(key));
        Self { id, owner, table, turns: Vec::new(), carried, words: own::Words::default() }
    }

    /// Checks its tokens under a secret of the gate, so that nobody who learns its id can make
    /// one up. For a conversation in which nothing was said.
    #[must_use]
    pub fn checked_under(mut self, key: &SealKey) -> Self {
        let context = format!("{}/{}", self.owner.as_str(), self.id);
        if self.table.covered().is_empty() {
            self.table = TokenTable::new(CheckKey::derive(&key.derive("token check"), &context));
        }
        self
    }

    /// Its id.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Whose it is.
    pub fn owner(&self) -> &PersonId {
        &self.owner
    }

    /// What was said, oldest first.
    pub fn turns(&self) -> &[Arc<Turn>] {
        &self.turns
    }

    /// Forgets what was said and keeps the tokens and the label: for clients that send the
    /// whole conversation with every request, answers with values in the clear among it.
    pub fn rewind(&mut self) {
        self.carried = self.label();
        self.turns.clear();
    }

    /// Lets what was made of this count for all that is said from now on, also once it is forgotten: it was shown,
    /// and a client sends it back as its own word.
    pub fn carry(&mut self, shown: &Label) {
        self.carried.absorb(shown);
    }

    /// Forgets what was said after the first `length` turns: for a request that failed.
    pub fn rewind_to(&mut self, length: usize) {
        self.turns.truncate(length);
    }

    /// Masks and keeps what the person said.
    pub fn hear_person(
        &mut self,
        said: &Raw<String>,
        detector: &dyn Detector,
    ) -> Result<Masked, MaskError> {
        permitted(said.value(), detector)?;
        let masked = self.table.mask(said, detector)?;
        self.push(Turn::Person(masked.clone()));
        Ok(masked)
    }

    /// Masks and keeps what the client application added.
    pub fn hear_client(
        &mut self,
        said: &Raw<String>,
        detector: &dyn Detector,
    ) -> Result<(), MaskError> {
        permitted(said.value(), detector)?;
        let masked = self.table.mask(said, detector)?;
        self.push(Turn::Client(masked));
        Ok(())
    }

    /// Masks a text of the client, such as a tool's description, without keeping it.
    pub fn mask_aside(
        &mut self,
        text: &Raw<String>,
        detector: &dyn Detector,
    ) -> Result<Masked, MaskError> {
        permitted(text.value(), detector)?;
        self.table.mask(text, detector)
    }

    /// Masks a text without keeping it, and says what was put where. Without `recall`, what was
    /// covered in other texts is not looked for in this one.
    pub fn mask_spans(
        &mut self,
        text: &Raw<String>,
        detector: &dyn Detector,
        recall: bool,
    ) -> Result<(Masked, Vec<Replaced>), MaskError> {
        let (label, text) = (text.label().clone(), text.value());
        let mut out = String::with_capacity(text.len());
        let replaced = self.table.mask_piece(&mut out, text, &label, detector, &[], recall)?;
        let label = left_of(&label, detector);
        Ok((Masked::of_treated(out, label, replaced.len() as u64), replaced))
    }

    /// Keeps what a client claims the model said in an earlier request: it is the client's word, in the clear, and
    /// is masked like the person's, unless it is just what the client was given.
    pub fn hear_replayed(
        &mut self,
        text: String,
        calls: Vec<(String, String, String)>,
        label: &Label,
        detector: &dyn Detector,
    ) -> Result<(), MaskError> {
        let text = if let Some(own) = self.words.find(&text) {
            own
        } else {
            let text = Raw::new(text, label.clone());
            permitted(text.value(), detector)?;
            self.table.mask(&text, detector)?
        };
        let mut kept = Vec::with_capacity(calls.len());
        for (id, name, arguments) in calls {
            let arguments = if let Some(own) = self.words.find(&arguments) {
                own
            } else {
                permitted(&arguments, detector)?;
                self.mask_json(&arguments, label, detector)?
            };
            kept.push(Call { id, name, arguments });
        }
        self.push(Turn::Model { text, calls: kept });
        Ok(())
    }

    /// Treats records by the matrix and keeps them as a tool's answer. `dropped` names what was
    /// not even asked for.
    pub fn hear_records(
        &mut self,
        call: (&str, &str),
        records: &Records,
        columns: &Columns,
        dropped: BTreeSet<Withheld>,
        matrix: &Matrix,
        detector: &dyn Detector,
    ) -> Result<Treated, MaskError> {
        let org = self.owner.org().to_owned();
        let means = Means { table: &mut self.table, matrix, columns, detector, form: Form::Model };
        let treated = treat(records, means, &org, dropped)?;
        let result = treated.masked.clone();
        let (call, name) = (call.0.to_owned(), call.1.to_owned());
        self.push(Turn::Tool { call, name, result });
        Ok(treated)
    }

    /// Masks and keeps the answer of a client's own tool.
    pub fn hear_tool(
        &mut self,
        call: &str,
        name: &str,
        said: &Raw<String>,
        detector: &dyn Detector,
    ) -> Result<(), MaskError> {
        permitted(said.value(), detector)?;
        let result = self.table.mask(said, detector)?;
        self.push(Turn::Tool { call: call.to_owned(), name: name.to_owned(), result });
        Ok(())
    }

    /// The join of everything in the conversation that a model would see again.
    pub fn label(&self) -> Label {
        let mut label = self.carried.clone();
        for turn in &self.turns {
            match turn.as_ref() {
                Turn::Client(text) | Turn::Person(text) => label.absorb(text.label()),
                Turn::Model { text, calls } => {
                    label.absorb(text.label());
                    for call in calls {
                        label.absorb(call.arguments.label());
                    }
                }
                Turn::Tool { result, .. } => label.absorb(result.label()),
            }
        }
        label
    }

    /// Every covered value's token, kind and layer, in the order of covering.
    pub fn coverage(&self) -> Vec<Coverage> {
        let entry = |it: &crate::token::Covered| Coverage {
            token: it.token.to_string(),
            kind: it.token.kind(),
            layer: it.layer,
        };
        self.table.covered().iter().map(entry).collect()
    }

    /// The same for the tokens that stand in one of these masked texts.
    pub fn coverage_in(&self, texts: &[&str]) -> Vec<Coverage> {
        let tokens = texts.iter().flat_map(|text| text.split('{').skip(1));
        let tokens: BTreeSet<&str> =
            tokens.filter_map(|it| it.split_once('}').map(|(token, _)| token)).collect();
        let mut coverage = self.coverage();
        coverage.retain(|it| tokens.contains(it.token.trim_matches(['{', '}'])));
        coverage
    }

    /// Whether a text may hold a token of some conversation, however bent.
    pub fn may_hold_token(text: &str) -> bool {
        !crate::token::shapes(text).is_empty()
    }

    /// Restores a masked text for one viewer's screen.
    pub fn show(&self, masked: &str, viewer: &Viewer<'_>) -> Shown {
        let mut stream = self.show_pieces(viewer);
        let mut shown = stream.push(masked);
        shown.extend(stream.finish());
        shown
    }

    /// The same for a masked text that arrives in pieces.
    pub fn show_pieces(&self, viewer: &Viewer<'_>) -> ShowStream {
        ShowStream::new(&self.table, viewer)
    }

    /// Lets a text that is being shown know what was covered after the first `before` values.
    pub fn show_more(&self, stream: &mut ShowStream, before: usize, viewer: &Viewer<'_>) {
        stream.know(self.table.covered().get(before..).unwrap_or_default(), viewer);
    }

    /// Restores an answer as it arrives, but for addresses that outsiders wrote. The receipt
    /// proves that its release is recorded.
    pub fn show_stream(
        &self,
        viewer: &Viewer<'_>,
        receipt: &Receipt,
    ) -> Result<ShowStream, WrongReceipt> {
        if receipt.purpose() != Purpose::Release {
            return Err(WrongReceipt);
        }
        Ok(ShowStream::new(&self.table, viewer).without_addresses(&self.table))
    }

    /// Restores the strings of a JSON text, such as the arguments of a client's tool.
    pub fn show_json(&self, masked: &str, viewer: &Viewer<'_>) -> Shown {
        let Ok(mut json) = serde_json::from_str::<Value>(masked) else {
            return self.show(masked, viewer);
        };
        each_text(&mut json, &mut |text| *text = self.show(text, viewer).text());
        Shown::of_text(json.to_string())
    }

    /// The record of this object that a model names by id or by the token of one.
    pub fn record(&self, object: &str, id: &str, viewer: &Viewer<'_>) -> Option<RecordRef> {
        let id = fill(&self.table, viewer, id, Quoting::Plain).ok()?;
        RecordRef::new(object, &id)
    }

    /// Seals table and turns. `nonce` is 24 random bytes, never used before.
    pub fn seal(&self, key: &SealKey, nonce: [u8; 24]) -> Result<Vec<u8>, SealError> {
        stored::seal(self, key, nonce)
    }

    /// Opens what [`Conversation::seal`] made of this conversation of this person.
    pub fn open(
        id: &str,
        owner: &PersonId,
        sealed: &[u8],
        key: &SealKey,
    ) -> Result<Self, SealError> {
        stored::open(id, owner, sealed, key)
    }

    /// Seals what was covered after the first `from` values, for a table that grows by appending.
    pub fn seal_since(
        &mut self,
        from: usize,
        key: &SealKey,
        nonce: [u8; 24],
    ) -> Result<Vec<u8>, SealError> {
        stored::seal_since(self, from, key, nonce)
    }

    /// Seals the whole table as one part, for a table that begins anew after [`Conversation::forget`].
    pub fn seal_table(&self, key: &SealKey, nonce: [u8; 24]) -> Result<Vec<u8>, SealError> {
        stored::seal_table(self, key, nonce)
    }

    /// Adds what [`Conversation::seal_since`] or [`Conversation::seal_table`] made when this conversation had covered this much.
    pub fn open_since(&mut self, sealed: &[u8], key: &SealKey) -> Result<(), SealError> {
        stored::open_since(self, sealed, key)
    }

    /// How many values are covered.
    pub fn covered(&self) -> usize {
        self.table.covered().len()
    }

    pub(crate) fn table(&self) -> &TokenTable {
        &self.table
    }

    pub(crate) fn table_mut(&mut self) -> &mut TokenTable {
        &mut self.table
    }

    fn push(&mut self, turn: Turn) {
        self.turns.push(Arc::new(turn));
    }
}

impl fmt::Debug for Conversation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kinds: BTreeSet<_> = self.table.covered().iter().map(|it| it.token.kind()).collect();
        write!(f, "Conversation({}, {} turns, covers {kinds:?})", self.id, self.turns.len())
    }
}

/// What people and clients say must not repeat a protected document, masked or not.
fn permitted(said: &str, detector: &dyn Detector) -> Result<(), MaskError> {
    match detector.forbids(said) {
        Some(document) => Err(MaskError::Protected { document }),
        None => Ok(()),
    }
}
