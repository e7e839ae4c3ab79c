//! What should make an approver look twice.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Proposal, plain_text};
use crate::conversation::{Conversation, Turn};
use crate::fill;

/// Letters from which on a repeated text is taken for no accident.
const REPEATED: usize = 12;

/// What is known of one changed value beside itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Mark {
    /// Salesforce's type of the field.
    pub(super) kind: String,
    /// It repeats text that outsiders can write.
    pub(super) tainted: bool,
    /// It is an address that nobody is known by.
    pub(super) stray: bool,
    /// Objects and fields that its tokens stood for.
    pub(super) sources: BTreeSet<(String, String)>,
}

/// Something that was read before a write was proposed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadBefore {
    /// API name of the object.
    pub object: String,
    /// Ids of records, as far as they are known.
    pub records: BTreeSet<String>,
    /// Whether text in it can come from outsiders.
    pub outsiders: bool,
}

/// A reason to look twice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Risk {
    /// A sum of money appears, disappears, or moves by half or more.
    Amount(String),
    /// So many writes were proposed by one request.
    Bulk(u64),
    /// The new value of this field repeats text that outsiders can write.
    TaintedArgument(String),
    /// An address that nobody is known by goes into this field.
    UnusualRecipient(String),
    /// Text of outsiders had been read before.
    Outsiders,
}

/// From so many writes of one request on they are called many.
const MANY: u64 = 5;

impl Proposal {
    /// The reasons to look twice. `bulk` is the number of writes that the same request proposed.
    pub fn risks(&self, bulk: u64) -> Vec<Risk> {
        let mut risks = Vec::new();
        for change in &self.changes {
            let field = || change.field.clone();
            if change.mark.kind == "currency" && moves(change.old.as_ref(), &change.new) {
                risks.push(Risk::Amount(field()));
            }
            if change.mark.tainted {
                risks.push(Risk::TaintedArgument(field()));
            }
            if change.mark.stray {
                risks.push(Risk::UnusualRecipient(field()));
            }
        }
        if bulk >= MANY {
            risks.push(Risk::Bulk(bulk));
        }
        if self.tainted {
            risks.push(Risk::Outsiders);
        }
        risks
    }

    /// What was read before it was proposed, by object.
    pub fn read_before(&self) -> &[ReadBefore] {
        &self.read
    }
}

fn moves(old: Option<&Value>, new: &Value) -> bool {
    let sum = |value: &Value| plain_text(value).parse::<f64>().ok();
    match (old.and_then(sum), sum(new)) {
        (Some(old), Some(new)) => (new - old).abs() * 2.0 >= old.abs(),
        (None, None) => false,
        _ => true,
    }
}

/// Looks at a value as it was asked for, `written`, and as it would be sent, `new`.
pub(super) fn mark(
    kind: &str,
    written: &Value,
    new: &Value,
    old: Option<&Value>,
    conversation: &Conversation,
) -> Mark {
    let written = plain_text(written);
    let mut mark = Mark { kind: kind.to_owned(), ..Mark::default() };
    for covered in fill::named(conversation.table(), &written) {
        mark.tainted |= covered.label.is_tainted();
        let places = covered.label.provenance().iter();
        mark.sources.extend(places.map(|it| (it.object.to_string(), it.field.to_string())));
    }
    mark.tainted |= repeats_outsiders(&written, conversation);
    mark.stray = is_stray(&mark, &written, &plain_text(new), old);
    mark
}

/// Whether a model copied text that outsiders wrote and that it saw in the clear.
fn repeats_outsiders(written: &str, conversation: &Conversation) -> bool {
    let wanted = words(written);
    if wanted.is_empty() {
        return false;
    }
    let heard = conversation.turns().iter().filter_map(|turn| match turn.as_ref() {
        Turn::Tool { result, .. } if result.label().is_tainted() => Some(words(result.as_str())),
        _ => None,
    });
    let pieces: Vec<String> = wanted.windows(4).map(|window| window.join(" ")).collect();
    let whole = wanted.join(" ");
    let short = whole.len() >= REPEATED;
    heard.into_iter().any(|heard| {
        let heard = format!(" {} ", heard.join(" "));
        let has = |text: &str| heard.contains(&format!(" {text} "));
        (short && has(&whole)) || pieces.iter().any(|piece| piece.len() >= REPEATED && has(piece))
    })
}

fn words(text: &str) -> Vec<String> {
    let parts = text.split(|c: char| !c.is_alphanumeric() && !"@.-_".contains(c));
    let parts = parts.map(|part| part.trim_matches(['.', '-', '_']).to_lowercase());
    parts.filter(|part| !part.is_empty()).collect()
}

/// An address is strange when outsiders gave it, when a model wrote it without a token (it is told
/// none, so it made it up or read it between the lines), or when it leads to another house than before.
fn is_stray(mark: &Mark, written: &str, new: &str, old: Option<&Value>) -> bool {
    let houses = |text: &str| -> BTreeSet<String> {
        let words = text.split(|c: char| c.is_whitespace() || "<>,;\"'()".contains(c));
        let parts = words.filter_map(|word| word.rsplit_once('@'));
        parts.map(|(_, house)| house.trim_end_matches('.').to_lowercase()).collect()
    };
    let after = houses(new);
    if after.is_empty() {
        return mark.tainted && matches!(mark.kind.as_str(), "email" | "phone" | "url");
    }
    let before = old.map(|old| houses(&plain_text(old))).unwrap_or_default();
    let other = !before.is_empty() && !after.is_subset(&before);
    mark.tainted || other || !houses(written).is_empty()
}

/// Everything a conversation read so far, by object.
pub(super) fn read_so_far(conversation: &Conversation) -> Vec<ReadBefore> {
    let mut read: Vec<ReadBefore> = Vec::new();
    let label = conversation.label();
    for place in label.provenance().iter().filter(|place| !place.object.is_empty()) {
        let outsiders = place.author == crate::label::Integrity::Outsider;
        let record = place.record.as_ref().map(ToString::to_string);
        match read.iter_mut().find(|it| *it.object == *place.object) {
            Some(known) => {
                known.outsiders |= outsiders;
                known.records.extend(record);
            }
            None => read.push(ReadBefore {
                object: place.object.to_string(),
                records: record.into_iter().collect(),
                outsiders,
            }),
        }
    }
    read
}
