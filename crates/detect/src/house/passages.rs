//! Documents as shingles: keyed hashes of three telling words that follow each other.
//!
//! Small words and endings are left out, so that "the discount for partners is" and "a partner discount
//! was" share what matters. One changed word breaks three shingles; a passage counts when a third of the
//! shingles of some stretch are the document's. (Broder, "On the resemblance and containment of documents", 1997.)

use std::collections::HashMap;

use super::{Passage, RuleError};
use crate::{
    known::Key,
    lexicon::FUNCTION,
    text::{Doc, Shape, Token},
};

/// Words of a shingle.
const WORDS: usize = 3;
/// Shingles of the stretch that is judged.
const STRETCH: usize = 18;
/// How many of a stretch have to be the document's.
const ENOUGH: usize = 6;
/// Fewest telling words of a document.
const SHORTEST: usize = 10;
/// Most shingles kept of all documents: 16 MB.
const MOST: usize = 1 << 20;

#[derive(Debug)]
pub(super) struct Passages {
    key: Key,
    names: Vec<String>,
    /// Which document holds a shingle; of several the first.
    shingles: HashMap<u64, u32>,
}

impl Passages {
    pub(super) fn new(key: [u8; 16]) -> Self {
        Self { key: Key::new(key), names: Vec::new(), shingles: HashMap::new() }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    pub(super) fn add(&mut self, name: &str, doc: &Doc<'_>) -> Result<(), RuleError> {
        let words = telling(doc);
        if words.len() < SHORTEST {
            let (name, words) = (name.to_owned(), words.len());
            return Err(RuleError::Short { name, words, needed: SHORTEST });
        }
        let number = u32::try_from(self.names.len()).unwrap_or(u32::MAX);
        self.names.push(name.to_owned());
        let shingles: Vec<(usize, u64)> = self.shingles_of(&words).collect();
        for (_, shingle) in shingles {
            if self.shingles.len() < MOST {
                self.shingles.entry(shingle).or_insert(number);
            }
        }
        Ok(())
    }

    pub(super) fn find(&self, doc: &Doc<'_>) -> Vec<Passage<'_>> {
        let words = telling(doc);
        let hits: Vec<(usize, u32)> = self
            .shingles_of(&words)
            .filter_map(|(at, shingle)| Some((at, *self.shingles.get(&shingle)?)))
            .collect();
        let mut found: Vec<Passage<'_>> = Vec::new();
        let mut covered = 0;
        for (first, (at, number)) in hits.iter().enumerate() {
            let near = hits.iter().skip(first).take_while(|(other, _)| other - at < STRETCH);
            let same: Vec<usize> =
                near.filter(|(_, it)| it == number).map(|(other, _)| *other).collect();
            let (Some(last), true) = (same.last(), same.len() >= ENOUGH) else { continue };
            let (Some((start, _)), Some((_, end))) =
                (words.get(*at).map(|w| w.range), words.get(last + WORDS - 1).map(|w| w.range))
            else {
                continue;
            };
            match found.last_mut() {
                Some(open) if covered >= *at => open.end = open.end.max(end),
                _ => {
                    let Some(document) =
                        usize::try_from(*number).ok().and_then(|n| self.names.get(n))
                    else {
                        continue;
                    };
                    found.push(Passage { start, end, document });
                }
            }
            covered = last + WORDS;
        }
        found
    }

    /// Each shingle with the place of its first word.
    fn shingles_of(&self, words: &[Telling]) -> impl Iterator<Item = (usize, u64)> {
        words.windows(WORDS).enumerate().map(|(at, three)| {
            // Order inside a shingle does not count: "price list" and "list price" are one.
            let mut hashes: Vec<u64> = three.iter().map(|word| word.hash).collect();
            hashes.sort_unstable();
            (at, self.key.bytes(hashes.into_iter().flat_map(u64::to_le_bytes)))
        })
    }
}

struct Telling {
    hash: u64,
    range: (usize, usize),
}

/// The words that carry the text: no small words, no endings.
fn telling(doc: &Doc<'_>) -> Vec<Telling> {
    let kept = doc.tokens.iter().filter(|token| {
        !(token.class.any(FUNCTION) && token.shape != Shape::Digits)
            && (token.len() > 1 || matches!(token.shape, Shape::Digits | Shape::Ideograph))
    });
    kept.map(|token| Telling { hash: stem(doc, token), range: (token.start, token.end) }).collect()
}

/// The hash of a word without the commonest endings.
fn stem(doc: &Doc<'_>, token: &Token) -> u64 {
    let word = doc.word(token);
    let plain = word.is_ascii() && word.bytes().all(|b| b.is_ascii_alphabetic()) && word.len() > 4;
    if !plain {
        return token.hash;
    }
    let lower = word.to_ascii_lowercase();
    let bare = ["ing", "ies", "ed", "es", "s", "ly", "er"]
        .iter()
        .find_map(|end| lower.strip_suffix(end).filter(|rest| rest.len() > 3));
    crate::text::hash_word(bare.unwrap_or(&lower).trim_end_matches('e'))
}
