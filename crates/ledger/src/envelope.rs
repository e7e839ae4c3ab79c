//! The canonical entry: what a leaf of the tree is the hash of.
//!
//! One JSON object without white space, its keys in this order:
//! `{"v":1,"seq":..,"time":..,` the facts, `..}`, then the annex where there is one. The facts' keys
//! stand in the order in which [`boundary::Facts`] declares them; optional ones are left out when empty.
//! `seq` is the entry's index, `time` milliseconds since 1970. No text of a person, a prompt, an answer or
//! a record stands in an entry, which is why deleting a person never needs a change here.

use std::collections::BTreeSet;

use boundary::{Facts, UnixMillis};
use serde::{Deserialize, Serialize};

use crate::LedgerError;

/// Longest entry in bytes: tlog-tiles gives its length 16 bits.
pub const MAX_ENTRY: usize = 65_535;

/// Longest single text in an entry, in bytes.
const MAX_TEXT: usize = 200;

/// The version this crate writes.
const VERSION: u8 = 1;

/// An entry as it stands in the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Envelope {
    /// Version of the format: 1.
    pub v: u8,
    /// Index in the log.
    pub seq: u64,
    /// When it was sequenced, by the gate's clock.
    pub time: UnixMillis,
    /// What happened.
    #[serde(flatten)]
    pub facts: Facts,
    /// What only some entries have.
    #[serde(flatten)]
    pub annex: Annex,
}

/// What only some entries have. All of it may be empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Annex {
    /// Pseudonyms of the records the data is about, random per record.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub subjects: BTreeSet<String>,
    /// Parts kept elsewhere under keys that can be destroyed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sealed: Vec<Commitment>,
    /// The id Salesforce or the model gave to the request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request: Option<String>,
    /// What the model counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub usage: Option<Usage>,
}

/// Binds a sealed part to an entry without saying anything of its content.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Commitment {
    /// What it is: `prompt`, `answer`, `soql`, `values`.
    pub part: String,
    /// Whose key it is sealed with: the pseudonym of a person or of a record.
    pub key: String,
    /// SHA-256 of the ciphertext, hexadecimal. Never of the plaintext, which could be guessed.
    pub sha256: String,
}

/// A model's own count of tokens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Usage {
    /// Tokens read.
    pub input: u64,
    /// Tokens written.
    pub output: u64,
}

impl Envelope {
    /// Reads a canonical entry, and nothing that merely resembles one.
    pub fn parse(body: &[u8]) -> Result<Self, String> {
        if body.len() > MAX_ENTRY {
            return Err("it is too long".to_owned());
        }
        let envelope: Self = serde_json::from_slice(body).map_err(|error| error.to_string())?;
        if envelope.v != VERSION {
            return Err(format!("its version is {}", envelope.v));
        }
        match serde_json::to_vec(&envelope) {
            Ok(canonical) if canonical == body => Ok(envelope),
            _ => Err("its bytes are not in canonical order".to_owned()),
        }
    }
}

/// The part of an entry that is known before it has its place: the canonical object of facts
/// and annex, checked, without its opening brace.
#[derive(Debug)]
pub(crate) struct Body(String);

impl Body {
    pub(crate) fn new(facts: &Facts, annex: &Annex) -> Result<Self, LedgerError> {
        #[derive(Serialize)]
        struct Rest<'a> {
            #[serde(flatten)]
            facts: &'a Facts,
            #[serde(flatten)]
            annex: &'a Annex,
        }
        check(facts, annex)?;
        let text = serde_json::to_string(&Rest { facts, annex })
            .map_err(|_| LedgerError::Unfit("it has no JSON form"))?;
        let body = Self(text.strip_prefix('{').unwrap_or_default().to_owned());
        let longest = body.placed(u64::MAX, UnixMillis(u64::MAX)).len();
        if longest > MAX_ENTRY { Err(LedgerError::TooLong(longest)) } else { Ok(body) }
    }

    /// The whole entry at its place.
    pub(crate) fn placed(&self, seq: u64, time: UnixMillis) -> Vec<u8> {
        format!("{{\"v\":{VERSION},\"seq\":{seq},\"time\":{},{}", time.0, self.0).into_bytes()
    }
}

/// Keeps out what no fact should look like: an address, a name with its accents, a sentence. It
/// cannot tell every name from an API name; that the gate hands in API names only is the law.
fn check(facts: &Facts, annex: &Annex) -> Result<(), LedgerError> {
    let hex = |text: &str, length: usize| {
        text.len() == length
            && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
    };
    if !hex(&facts.trace, 32) {
        return Err(LedgerError::Unfit("`trace` must be 32 lower-case hexadecimal digits"));
    }
    if facts.actor.is_empty() || facts.door.is_empty() {
        return Err(LedgerError::Unfit("`actor` and `door` must not be empty"));
    }
    if !annex.sealed.iter().all(|part| hex(&part.sha256, 64)) {
        return Err(LedgerError::Unfit("`sha256` must be 64 lower-case hexadecimal digits"));
    }
    let singles = [&facts.actor, &facts.door, &facts.client, &facts.rule, &facts.policy];
    let options = [
        &facts.endpoint,
        &facts.residency,
        &facts.proposal,
        &facts.digest,
        &facts.tool,
        &facts.tenant,
        &annex.request,
    ];
    let mut texts = singles
        .into_iter()
        .chain(options.into_iter().flatten())
        .chain(&facts.objects)
        .chain(&facts.fields)
        .chain(&annex.subjects)
        .chain(annex.sealed.iter().flat_map(|part| [&part.part, &part.key]));
    let plain = |byte: u8| matches!(byte, b' '..=b'~') && byte != b'@';
    if texts.all(|text| text.len() <= MAX_TEXT && text.bytes().all(plain)) {
        Ok(())
    } else {
        Err(LedgerError::Unfit("a text is too long, or holds `@` or what is not printable ASCII"))
    }
}

#[cfg(test)]
mod tests;
