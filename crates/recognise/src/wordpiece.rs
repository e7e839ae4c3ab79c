//! Text to vocabulary entries, the way the network was taught: small letters without accents, words cut at spaces and
//! punctuation, each word into the longest known pieces.

use std::collections::HashMap;

use icu_normalizer::properties::{CanonicalDecompositionBorrowed, Decomposed};
use icu_properties::{
    CodePointMapData,
    props::{GeneralCategory, GeneralCategoryGroup},
};

use crate::error::RecogniseError;

#[cfg(test)]
mod tests;

/// Longer words are not looked up: the format says so.
const LONGEST: usize = 100;

/// A piece of a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Piece {
    /// Number in the vocabulary.
    pub(crate) id: u32,
    /// First byte in the text.
    pub(crate) start: usize,
    /// One past the last byte.
    pub(crate) end: usize,
    /// Number of the word it belongs to.
    pub(crate) word: usize,
}

/// The pieces the network knows.
#[derive(Debug)]
pub(crate) struct Vocabulary {
    heads: HashMap<Box<str>, u32>,
    tails: HashMap<Box<str>, u32>,
    unknown: u32,
    /// Stands before every window.
    pub(crate) opening: u32,
    /// Stands after every window.
    pub(crate) closing: u32,
}

impl Vocabulary {
    /// One piece a line, its number the line's; a piece inside a word has `##` before it.
    pub(crate) fn read(file: &[u8]) -> Result<Self, RecogniseError> {
        let text = std::str::from_utf8(file)
            .map_err(|_| RecogniseError::Malformed("the vocabulary is not UTF-8"))?;
        let (mut heads, mut tails) = (HashMap::new(), HashMap::new());
        for (number, line) in (0_u32..).zip(text.lines()) {
            match line.strip_prefix("##") {
                Some(tail) if !tail.is_empty() => tails.insert(tail.into(), number),
                _ => heads.insert(line.into(), number),
            };
        }
        let special = |name: &str| {
            heads.get(name).copied().ok_or_else(|| RecogniseError::Missing(name.to_owned()))
        };
        let (unknown, opening, closing) = (special("[UNK]")?, special("[CLS]")?, special("[SEP]")?);
        Ok(Self { heads, tails, unknown, opening, closing })
    }

    /// How many entries there are.
    pub(crate) fn len(&self) -> usize {
        self.heads.len() + self.tails.len()
    }

    /// Cuts `text`. Offsets are bytes on character boundaries and never go back.
    pub(crate) fn cut(&self, text: &str) -> Vec<Piece> {
        let mut words = Words { vocabulary: self, pieces: Vec::new(), word: 0, open: Vec::new() };
        for (start, letter) in text.char_indices() {
            words.take(letter, start, start + letter.len_utf8());
        }
        words.close();
        words.pieces
    }

    /// The longest known pieces from left to right, or one that says the word is unknown.
    fn pieces(&self, letters: &[Letter], word: usize, into: &mut Vec<Piece>) {
        let before = into.len();
        let (mut rest, mut table) = (letters, &self.heads);
        while let Some(first) = rest.first() {
            let Some((id, last, after)) = longest(table, rest) else {
                into.truncate(before);
                let end = letters.last().map_or(first.end, |last| last.end);
                let start = letters.first().map_or(first.start, |first| first.start);
                into.push(Piece { id: self.unknown, start, end, word });
                return;
            };
            into.push(Piece { id, start: first.start, end: last.end, word });
            (rest, table) = (after, &self.tails);
        }
    }
}

fn longest<'l>(
    table: &HashMap<Box<str>, u32>,
    letters: &'l [Letter],
) -> Option<(u32, Letter, &'l [Letter])> {
    let mut text: String = letters.iter().map(|letter| letter.plain).collect();
    for count in (1..=letters.len()).rev() {
        if let Some(id) = table.get(text.as_str()) {
            let (taken, rest) = letters.split_at_checked(count)?;
            return Some((*id, *taken.last()?, rest));
        }
        text.pop();
    }
    None
}

/// A letter as the vocabulary writes it, and where it stands in the text.
#[derive(Clone, Copy, Debug)]
struct Letter {
    plain: char,
    start: usize,
    end: usize,
}

struct Words<'v> {
    vocabulary: &'v Vocabulary,
    pieces: Vec<Piece>,
    word: usize,
    open: Vec<Letter>,
}

impl Words<'_> {
    fn take(&mut self, letter: char, start: usize, end: usize) {
        if letter.is_ascii() {
            match letter {
                _ if letter.is_ascii_whitespace() => self.close(),
                '\u{b}' => self.close(),
                _ if letter.is_ascii_control() => {}
                _ => {
                    let alone = letter.is_ascii_punctuation();
                    self.add(letter.to_ascii_lowercase(), start, end, alone);
                }
            }
            return;
        }
        let kind = CodePointMapData::<GeneralCategory>::new();
        if letter.is_whitespace() {
            self.close();
        } else if letter == '\u{fffd}' || GeneralCategoryGroup::Other.contains(kind.get(letter)) {
            // Invisible: neither a letter nor a gap.
        } else if ideograph(letter) {
            self.add(letter, start, end, true);
        } else {
            plain(letter, &mut |part| {
                let group = kind.get(part);
                if group != GeneralCategory::NonspacingMark {
                    let alone = GeneralCategoryGroup::Punctuation.contains(group);
                    for small in part.to_lowercase() {
                        self.add(small, start, end, alone);
                    }
                }
            });
        }
    }

    fn add(&mut self, plain: char, start: usize, end: usize, alone: bool) {
        if alone {
            self.close();
        }
        self.open.push(Letter { plain, start, end });
        if alone {
            self.close();
        }
    }

    fn close(&mut self) {
        let (Some(first), Some(last)) = (self.open.first(), self.open.last()) else { return };
        if self.open.len() > LONGEST {
            let unknown = self.vocabulary.unknown;
            let (start, end) = (first.start, last.end);
            self.pieces.push(Piece { id: unknown, start, end, word: self.word });
        } else {
            self.vocabulary.pieces(&self.open, self.word, &mut self.pieces);
        }
        self.open.clear();
        self.word += 1;
    }
}

/// A character as its base and its marks.
fn plain(letter: char, into: &mut impl FnMut(char)) {
    match CanonicalDecompositionBorrowed::new().decompose(letter) {
        Decomposed::Default => into(letter),
        Decomposed::Singleton(one) => plain(one, into),
        Decomposed::Expansion(one, two) => {
            plain(one, into);
            into(two);
        }
    }
}

/// The blocks that the network was taught to read sign by sign.
fn ideograph(letter: char) -> bool {
    matches!(u32::from(letter),
        0x4E00..=0x9FFF | 0x3400..=0x4DBF | 0x2_0000..=0x2_A6DF | 0x2_A700..=0x2_B73F
        | 0x2_B740..=0x2_B81F | 0x2_B920..=0x2_CEAF | 0xF900..=0xFAFF | 0x2_F800..=0x2_FA1F)
}
