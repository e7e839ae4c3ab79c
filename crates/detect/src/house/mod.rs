//! Rules of the house: patterns, lists of words, and documents no passage of which may leave.

mod corrections;
mod passages;
mod telling;
#[cfg(test)]
mod tests;

use boundary::{Kind, Layer};
use regex::{Regex, RegexBuilder};

use crate::{
    lexicon::Entries,
    resolve::{CERTAIN, Sink},
    text::Doc,
};
pub use corrections::Corrections;
use passages::Passages;

/// Enters the lists of this module.
pub(crate) fn enter_lists(entries: &mut Entries) {
    telling::enter_lists(entries);
}

/// A compiled pattern may take this much memory.
const PATTERN_SIZE: usize = 1 << 20;

/// Why a rule cannot be used.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum RuleError {
    /// Not a regular expression, or one too large.
    #[error("`{name}` is not a usable pattern: {reason}")]
    Pattern {
        /// The rule's name.
        name: String,
        /// What is wrong with it.
        reason: String,
    },
    /// It would match at every place.
    #[error("`{0}` matches the empty text")]
    Empty(String),
    /// A document with so few words that everyday sentences would repeat it.
    #[error("`{name}` has {words} telling words; a document to protect needs {needed}")]
    Short {
        /// The document's name.
        name: String,
        /// How many it has.
        words: usize,
        /// How many it needs.
        needed: usize,
    },
}

/// What a company adds to the detectors. Patterns run in linear time, documents are kept as keyed hashes.
#[derive(Debug)]
pub struct HouseRules {
    patterns: Vec<(Regex, Kind)>,
    passages: Passages,
}

/// A passage of a protected document in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passage<'r> {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
    /// The document's name.
    pub document: &'r str,
}

impl HouseRules {
    /// No rules. The key must be secret: who has it can test guesses against the documents' hashes.
    pub fn new(key: [u8; 16]) -> Self {
        Self { patterns: Vec::new(), passages: Passages::new(key) }
    }

    /// Covers what the regular expression matches (syntax of the crate `regex`: no look-around, no back references).
    ///
    /// # Errors
    /// [`RuleError::Pattern`] and [`RuleError::Empty`].
    pub fn pattern(&mut self, name: &str, pattern: &str, kind: Kind) -> Result<(), RuleError> {
        let regex = RegexBuilder::new(pattern).size_limit(PATTERN_SIZE).build();
        let regex = regex.map_err(|error| {
            let reason = match error {
                regex::Error::CompiledTooBig(_) => "it is too large".to_owned(),
                // The first lines draw the pattern; the last says what is wrong.
                error => error.to_string().lines().last().unwrap_or_default().to_owned(),
            };
            RuleError::Pattern { name: name.to_owned(), reason }
        })?;
        if regex.is_match("") {
            return Err(RuleError::Empty(name.to_owned()));
        }
        self.patterns.push((regex, kind));
        Ok(())
    }

    /// Covers these words and phrases in any case, with any space between their words.
    ///
    /// # Errors
    /// [`RuleError::Empty`] for an empty word, [`RuleError::Pattern`] for too many.
    pub fn words(&mut self, name: &str, words: &[&str], kind: Kind) -> Result<(), RuleError> {
        // In parts, so that a long list stays below the limit of one pattern.
        for part in words.chunks(200) {
            let mut any = Vec::with_capacity(part.len());
            for word in part {
                let phrase: Vec<String> = word.split_whitespace().map(regex::escape).collect();
                if phrase.is_empty() {
                    return Err(RuleError::Empty(name.to_owned()));
                }
                // Words of ours stand beside ideographs without a space.
                let edge = |c: Option<char>| match c {
                    Some(c) if c.is_ascii_alphanumeric() => r"(?-u:\b)",
                    Some(c) if spaced(c) => r"\b",
                    _ => "",
                };
                let (first, last) =
                    (edge(word.trim().chars().next()), edge(word.trim().chars().next_back()));
                any.push(format!("{first}{}{last}", phrase.join(r"\s+")));
            }
            // The longest first: of `Falcon` and `Falcon Heavy` the second is the whole.
            any.sort_by_key(|it| std::cmp::Reverse(it.len()));
            self.pattern(name, &format!("(?i){}", any.join("|")), kind)?;
        }
        Ok(())
    }

    /// Protects a document: [`HouseRules::passages`] finds what repeats a passage of it, a few words changed or not.
    ///
    /// # Errors
    /// [`RuleError::Short`] for a document of a few words.
    pub fn protect(&mut self, name: &str, text: &str) -> Result<(), RuleError> {
        self.passages.add(name, &Doc::new(text))
    }

    /// Passages of protected documents in a text, in order.
    pub fn passages(&self, text: &str) -> Vec<Passage<'_>> {
        if self.passages.is_empty() { Vec::new() } else { self.passages.find(&Doc::new(text)) }
    }

    pub(crate) fn detect(&self, doc: &Doc<'_>, sink: &mut Sink) {
        for (regex, kind) in &self.patterns {
            for found in regex.find_iter(doc.text) {
                sink.push((found.start(), found.end()), *kind, Layer::House, CERTAIN + 10);
            }
        }
        if !self.passages.is_empty() {
            for found in self.passages.find(doc) {
                sink.push((found.start, found.end), Kind::Custom, Layer::House, u8::MAX);
            }
        }
    }
}

/// Whether words in this script have spaces between them, so that a boundary is one.
fn spaced(c: char) -> bool {
    c.is_alphanumeric()
        && !matches!(u32::from(c), 0x2e80..=0x9fff | 0xac00..=0xd7af | 0xf900..=0xfaff | 0x20000..=0x3ffff)
}
