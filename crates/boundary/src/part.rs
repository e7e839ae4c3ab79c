//! Sealed parts: what an entry of the ledger commits to and does not say. Each is sealed with the
//! key of the person or the record it concerns, so that destroying the key forgets it.

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::fmt;

use hmac::{Hmac, Mac as _};
use serde_json::{Map, Value, json};
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::entry::{Purpose, Receipt};
use crate::proposal::Proposal;
use crate::records::{Records, record_id, record_type};
use crate::seal::{SealError, SealKey};
use crate::show::Shown;

/// Where a part belongs: it opens nowhere else.
#[derive(Clone, Copy, Debug)]
pub struct PartPlace<'a> {
    /// What it is: `prompt`, `answer`, `soql`, `values`.
    pub part: &'a str,
    /// Trace of the entry that commits to it.
    pub trace: &'a str,
    /// Pseudonym of the person or the record whose key seals it.
    pub subject: &'a str,
}

impl PartPlace<'_> {
    fn context(&self) -> String {
        // INVARIANT: the prefix keeps parts apart from everything else that is sealed.
        format!("part/{}/{}/{}", self.part, self.trace, self.subject)
    }
}

/// Makes marks: what the gate finds a record or a word by without keeping it.
pub struct MarkKey(Zeroizing<[u8; 32]>);

/// A keyed digest of a record's id or of a word. Tells nothing without the [`MarkKey`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Mark([u8; 32]);

impl Mark {
    /// A mark that was kept.
    pub fn of_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Its bytes, to look things up by.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Mark(..)")
    }
}

impl MarkKey {
    /// A key of these bytes.
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// The mark of a record. Ids of 15 and of 18 characters of one record have the same.
    pub fn record(&self, org: &str, id: &str) -> Mark {
        self.mark("record", &[org, id.get(..15).unwrap_or(id)])
    }

    /// The mark of a mail address, whatever its case.
    pub fn address(&self, address: &str) -> Mark {
        self.mark("address", &[&address.to_lowercase()])
    }

    /// The mark of a word, whatever its case.
    pub fn word(&self, word: &str) -> Mark {
        self.mark("word", &[&word.to_lowercase()])
    }

    fn mark(&self, kind: &str, parts: &[&str]) -> Mark {
        // A key of any length fits HMAC.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(self.0.as_ref()) else {
            return Mark([0; 32]);
        };
        mac.update(kind.as_bytes());
        for part in parts {
            mac.update(&[0]);
            mac.update(part.as_bytes());
        }
        Mark(mac.finalize().into_bytes().into())
    }
}

impl fmt::Debug for MarkKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MarkKey(..)")
    }
}

/// A part cannot be disclosed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PartError {
    /// Another key, another place, or changed bytes.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// Reading one has to be in the ledger first.
    #[error("the receipt does not record that a sealed part is read")]
    Unrecorded,
}

impl SealKey {
    /// Seals a text that a model saw or wrote. `nonce` is 24 random bytes, never used before.
    pub fn seal_part(
        &self,
        text: &str,
        place: PartPlace<'_>,
        nonce: [u8; 24],
    ) -> Result<Vec<u8>, SealError> {
        self.seal(&text, &place.context(), nonce)
    }

    /// Opens a part for somebody who may read it. The receipt proves that the reading is recorded.
    pub fn open_part(
        &self,
        sealed: &[u8],
        place: PartPlace<'_>,
        receipt: &Receipt,
    ) -> Result<Shown, PartError> {
        if receipt.purpose() != Purpose::Access {
            return Err(PartError::Unrecorded);
        }
        let text: Zeroizing<String> = Zeroizing::new(self.open(sealed, &place.context())?);
        Ok(Shown::of_text(text.to_string()))
    }

    /// Marks of the words of a part, to find it by. Tokens have none: they mean nothing elsewhere.
    pub fn words_of_part(
        &self,
        sealed: &[u8],
        place: PartPlace<'_>,
        marks: &MarkKey,
    ) -> Result<BTreeSet<Mark>, SealError> {
        let text: Zeroizing<String> = Zeroizing::new(self.open(sealed, &place.context())?);
        Ok(words(&text).map(|word| marks.word(word)).collect())
    }
}

/// Words of a text: runs of letters and digits of two characters or more.
pub fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| word.chars().nth(1).is_some())
}

impl Records {
    /// The mark of each record that says which it is, parents and children too.
    pub fn marks(&self, marks: &MarkKey, org: &str) -> BTreeSet<Mark> {
        let mut found = BTreeSet::new();
        each_record(self.rows(), &mut |row| {
            found.extend(record_id(row).map(|id| marks.record(org, id)));
        });
        found
    }

    /// Seals object and id of the record with this mark, with the record's own key.
    pub fn seal_reference(
        &self,
        mark: Mark,
        marks: &MarkKey,
        org: &str,
        key: &SealKey,
        nonce: [u8; 24],
    ) -> Result<Vec<u8>, SealError> {
        let mut text = None;
        each_record(self.rows(), &mut |row| {
            if let Some(id) = record_id(row)
                && marks.record(org, id) == mark
            {
                text = Some(format!("{} {id}", record_type(row).unwrap_or_default()));
            }
        });
        key.seal(&text.ok_or(SealError::Encode)?, REFERENCE, nonce)
    }
}

/// Visits records, and the records inside them.
fn each_record(rows: &[Map<String, Value>], visit: &mut dyn FnMut(&Map<String, Value>)) {
    for row in rows {
        visit(row);
        for inner in row.values().filter_map(Value::as_object) {
            if let Some(Value::Array(list)) = inner.get("records") {
                let children: Vec<_> = list.iter().filter_map(Value::as_object).cloned().collect();
                each_record(&children, visit);
            } else if inner.contains_key("attributes") {
                each_record(std::slice::from_ref(inner), visit);
            }
        }
    }
}

/// Context of the sealed name of a record.
const REFERENCE: &str = "part/reference";

impl SealKey {
    /// Opens what [`Records::seal_reference`] or [`Proposal::seal_reference`] made: `Contact 003..`.
    pub fn open_reference(&self, sealed: &[u8], receipt: &Receipt) -> Result<Shown, PartError> {
        if receipt.purpose() != Purpose::Access {
            return Err(PartError::Unrecorded);
        }
        let text: String = self.open(sealed, REFERENCE)?;
        Ok(Shown::of_text(text))
    }
}

impl Proposal {
    /// The mark of the record that would be changed; `None` for one that is to be made.
    pub fn mark(&self, marks: &MarkKey, org: &str) -> Option<Mark> {
        self.record().map(|record| marks.record(org, record.id()))
    }

    /// Seals object and id of the record, with the record's own key.
    pub fn seal_reference(&self, key: &SealKey, nonce: [u8; 24]) -> Result<Vec<u8>, SealError> {
        let record = self.record().ok_or(SealError::Encode)?;
        key.seal(&format!("{} {}", record.object(), record.id()), REFERENCE, nonce)
    }

    /// Seals the old and new values, with the key of the record, or of the person for a new one.
    pub fn seal_values(
        &self,
        key: &SealKey,
        place: PartPlace<'_>,
        nonce: [u8; 24],
    ) -> Result<Vec<u8>, SealError> {
        let changes = self.changes();
        let changes: Vec<_> = changes
            .map(|(field, old, new)| json!({ "field": field, "old": old, "new": new }))
            .collect();
        let record = self.record().map(|record| record.id().to_owned());
        let text = json!({ "object": self.object(), "record": record, "changes": changes });
        key.seal(&text.to_string(), &place.context(), nonce)
    }
}
