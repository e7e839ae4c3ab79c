//! The words that an entry is found by.

use boundary::Mark;
use ledger::Envelope;
use serde_json::Value;

/// Hexadecimal digits of a mark in the index: enough to tell words apart, too few to try keys on.
const DIGITS: usize = 12;

/// All of them, with a space between. `kind:value` for what can be asked for by kind, and the plain words
/// of names.
pub(super) fn terms_of(envelope: &Envelope, marks: &[Mark]) -> String {
    let facts = &envelope.facts;
    let mut terms = Terms(String::new());
    for (kind, value) in [
        ("actor", &facts.actor),
        ("door", &facts.door),
        ("client", &facts.client),
        ("rule", &facts.rule),
        ("trace", &facts.trace),
        ("policy", &facts.policy),
    ] {
        terms.add(kind, value);
    }
    terms.plain(&facts.rule);
    terms.plain(&facts.door);
    for (kind, value) in [
        ("purpose", name_of(facts.purpose)),
        ("action", name_of(facts.action)),
        ("decision", name_of(facts.verdict)),
        ("level", facts.level.map(name_of).unwrap_or_default()),
    ] {
        terms.add(kind, &value);
        terms.plain(&value);
    }
    for (kind, value) in [
        ("endpoint", &facts.endpoint),
        ("residency", &facts.residency),
        ("proposal", &facts.proposal),
        ("tool", &facts.tool),
        ("tenant", &facts.tenant),
    ] {
        if let Some(value) = value {
            terms.add(kind, value);
            terms.plain(value);
        }
    }
    for object in &facts.objects {
        terms.add("object", object);
        terms.plain(object);
    }
    for field in &facts.fields {
        terms.add("field", field);
        terms.plain(field);
    }
    for subject in &envelope.annex.subjects {
        terms.add("subject", subject);
    }
    for mark in marks {
        terms.add("said", &digits(mark));
    }
    terms.0
}

/// The term of a kind and a value, as it stands in the index.
pub(super) fn term(kind: &str, value: &str) -> String {
    let mut terms = Terms(String::new());
    terms.add(kind, value);
    terms.0.trim_end().to_owned()
}

/// The term of a word that a part holds.
pub(super) fn said(mark: &Mark) -> String {
    term("said", &digits(mark))
}

struct Terms(String);

impl Terms {
    fn add(&mut self, kind: &str, value: &str) {
        if value.is_empty() {
            return;
        }
        self.0.extend([kind, ":"]);
        self.0.extend(value.chars().map(|c| if is_part(c) { c.to_ascii_lowercase() } else { '_' }));
        self.0.push(' ');
    }

    /// The words of a name, and the name itself.
    fn plain(&mut self, value: &str) {
        for word in value.split(|c: char| !is_part(c)).filter(|word| !word.is_empty()) {
            self.0.push_str(&word.to_ascii_lowercase());
            self.0.push(' ');
            if word.contains(['.', '-', '_']) {
                let parts = word.split(['.', '-', '_']).filter(|part| !part.is_empty());
                for part in parts {
                    self.0.push_str(&part.to_ascii_lowercase());
                    self.0.push(' ');
                }
            }
        }
    }
}

/// Whether FTS5 takes it for a part of a word.
pub(super) fn is_part(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.')
}

fn name_of(value: impl serde::Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(Value::String(name)) => name,
        _ => String::new(),
    }
}

fn digits(mark: &Mark) -> String {
    mark.as_bytes()
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .take(DIGITS)
        .filter_map(|half| char::from_digit(u32::from(half), 16))
        .collect()
}
