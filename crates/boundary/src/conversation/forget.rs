//! Forgetting a person: every value of theirs leaves the table and what was said.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{Call, Conversation, Turn};
use crate::detector::Kind;
use crate::mask::Masked;
use crate::raw::Raw;
use crate::token::same_record;

/// Whom to forget: by records of the CRM, and by values that name them where no record was read.
#[derive(Debug, Default)]
pub struct Subject {
    records: Vec<String>,
    values: Vec<Raw<String>>,
}

impl Subject {
    /// Nobody yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// One more record of theirs: an id of 15 or 18 characters.
    #[must_use]
    pub fn record(mut self, id: &str) -> Self {
        self.records.push(id.trim().to_owned());
        self
    }

    /// One more value that names them, such as an e-mail address; found in any case.
    #[must_use]
    pub fn value(mut self, value: Raw<String>) -> Self {
        self.values.push(value);
        self
    }

    fn is_named_by(&self, value: &str) -> bool {
        let value = value.to_lowercase();
        self.values.iter().any(|it| !it.value().is_empty() && it.value().to_lowercase() == value)
    }

    /// Whether a text names them.
    pub(crate) fn is_in(&self, text: &str) -> bool {
        let text = text.to_lowercase();
        let values = self.values.iter().map(|it| it.value().to_lowercase());
        values.filter(|it| !it.is_empty()).any(|value| text.contains(&value))
            || self.records.iter().any(|id| mentions(&text, &id.to_lowercase()))
    }

    /// Whether a text names them in words of their own: a "Will" is not in "willing".
    pub(crate) fn is_called_in(&self, text: &str) -> bool {
        let text = text.to_lowercase();
        let values = self.values.iter().map(|it| it.value().to_lowercase());
        values.filter(|it| !it.is_empty()).any(|value| stands_in(&text, &value))
            || self.records.iter().any(|id| mentions(&text, &id.to_lowercase()))
    }

    pub(crate) fn has(&self, record: &str) -> bool {
        self.records.iter().any(|it| same_record(it, record))
    }
}

/// What stands where an answer of the CRM stood.
const ERASED: &str = r#"{"erased":"a person in it was forgotten"}"#;

/// What stands where the model spoke of them.
const FORGOTTEN: &str = "(a person in it was forgotten)";

impl Conversation {
    /// A subject with what this conversation knows of its records: names and whatever else tells who somebody is.
    pub fn known_of(&self, subject: &Subject) -> Subject {
        let mut known = Subject { records: subject.records.clone(), values: Vec::new() };
        let telling = |kind: Kind| {
            matches!(
                kind,
                Kind::Name
                    | Kind::Email
                    | Kind::Phone
                    | Kind::NationalId
                    | Kind::Card
                    | Kind::Iban
                    | Kind::AccountNumber
            )
        };
        for covered in self.table.covered_of(&|record| subject.has(record)) {
            if telling(covered.token.kind()) && covered.value.chars().count() > 2 {
                known = known.value(Raw::new(covered.value.to_string(), covered.label.clone()));
            }
        }
        known
    }

    /// Whether any value here is the subject's.
    pub fn has(&self, subject: &Subject) -> bool {
        self.table.covered().iter().any(|it| subject.is_named_by(&it.value))
            || !self.table.covered_of(&|record| subject.has(record)).is_empty()
    }

    /// Ids of the records that have this value, such as an e-mail address, as far as they were read here.
    pub fn records_of(&self, value: &str) -> BTreeSet<String> {
        self.table.records_of(value.trim())
    }

    /// Forgets every value of a subject, and every answer of the CRM that left something of its
    /// records in the clear. Tokens that stood for them stand for nothing from now on. Gives the
    /// number of values and answers that are gone.
    pub fn forget(&mut self, subject: &Subject) -> u64 {
        self.words.forget();
        let named = |value: &str| subject.is_named_by(value);
        let values = self.table.forget(&|record| subject.has(record), &named);
        let mut gone = values.len() as u64;
        // A word of two letters is in every text.
        let telling = values.iter().filter(|it| it.chars().count() > 2);
        let values: Vec<String> = telling.map(|it| it.to_lowercase()).collect();
        for turn in &mut self.turns {
            if let Turn::Model { text, calls } = turn.as_ref()
                && calls.iter().map(|it| &it.arguments).chain([text]).any(|it| {
                    let text = it.as_str().to_lowercase();
                    subject.is_in(&text) || values.iter().any(|value| text.contains(value))
                })
            {
                // The model's words are kept as it wrote them, and it may have guessed.
                let text = Masked::of_treated(FORGOTTEN.to_owned(), text.label().clone(), 0);
                let empty = |it: &Call| Call {
                    arguments: Masked::of_treated("{}".to_owned(), it.arguments.label().clone(), 0),
                    ..it.clone()
                };
                let calls = calls.iter().map(empty).collect();
                *turn = Arc::new(Turn::Model { text, calls });
                gone += 1;
                continue;
            }
            let Turn::Tool { call, name, result } = turn.as_ref() else { continue };
            let mut places = result.label().provenance().iter();
            let theirs = places.any(|it| it.record.as_deref().is_some_and(|id| subject.has(id)));
            // A result of many records no longer says which ones; its text does.
            if theirs || subject.records.iter().any(|id| mentions(result.as_str(), id)) {
                let label = result.label().clone();
                let result = Masked::of_treated(ERASED.to_owned(), label, 0);
                *turn = Arc::new(Turn::Tool { call: call.clone(), name: name.clone(), result });
                gone += 1;
            }
        }
        gone
    }
}

/// Whether a value stands in a text with no letter or digit of its own kind before or behind it. Chinese and Japanese
/// part no words.
fn stands_in(text: &str, value: &str) -> bool {
    let joins = |one: Option<char>, two: Option<char>| {
        let wordly = |c: Option<char>| {
            c.is_some_and(|c| c.is_alphanumeric() && !matches!(c, '\u{2e80}'..='\u{d7ff}'))
        };
        wordly(one) && wordly(two)
    };
    text.match_indices(value).any(|(at, _)| {
        let before = text.get(..at).and_then(|it| it.chars().next_back());
        let behind = text.get(at + value.len()..).and_then(|it| it.chars().next());
        !joins(before, value.chars().next()) && !joins(value.chars().next_back(), behind)
    })
}

fn mentions(text: &str, id: &str) -> bool {
    id.get(..15).is_some_and(|core| text.contains(core))
}
