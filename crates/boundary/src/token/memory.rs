//! What was covered once in a conversation is found again: case-blind, word by word.

use std::collections::BTreeMap;

use crate::detector::Kind;

/// Values of more words than this are not looked for again.
const MOST_WORDS: usize = 512;
/// Shorter numbers occur by chance.
const FEWEST_DIGITS: usize = 4;
/// Shorter parts of names occur by chance.
const SHORTEST_PART: usize = 3;

#[derive(Default)]
pub(super) struct Memory {
    by_first_word: BTreeMap<String, Vec<Phrase>>,
}

struct Phrase {
    words: Vec<String>,
    /// A part of a name, which has to be written like one.
    part: bool,
    at: usize,
    number: u32,
    /// Said of more than one: nobody can tell whom it means.
    shared: bool,
}

/// What was said before is said again here.
pub(super) struct Hit {
    pub(super) start: usize,
    pub(super) end: usize,
    /// Index of the covered value.
    pub(super) at: usize,
    /// Whether it could also mean another.
    pub(super) shared: bool,
}

struct Word {
    start: usize,
    end: usize,
    folded: String,
    capital: bool,
}

impl Memory {
    pub(super) fn learn(&mut self, kind: Kind, value: &str, at: usize, number: u32) {
        let words: Vec<String> = words(value).into_iter().map(|word| word.folded).collect();
        let letters = words.iter().any(|word| word.chars().any(char::is_alphabetic));
        let digits: usize =
            words.iter().map(|word| word.chars().filter(|c| c.is_numeric()).count()).sum();
        if words.is_empty() || words.len() > MOST_WORDS || (!letters && digits < FEWEST_DIGITS) {
            return;
        }
        if kind == Kind::Name && words.len() > 1 {
            for word in &words {
                if word.chars().count() >= SHORTEST_PART {
                    self.insert(Phrase {
                        words: vec![word.clone()],
                        part: true,
                        at,
                        number,
                        shared: false,
                    });
                }
            }
        }
        let short = words.len() == 1 && words.iter().all(|word| word.chars().count() < 2);
        if !short {
            self.insert(Phrase { words, part: false, at, number, shared: false });
        }
    }

    fn insert(&mut self, phrase: Phrase) {
        let Some(first) = phrase.words.first().cloned() else { return };
        let phrases = self.by_first_word.entry(first).or_default();
        let mut known = phrases.iter_mut().filter(|it| it.words == phrase.words);
        if let Some(first) = known.find(|it| it.part == phrase.part) {
            first.shared |= first.number != phrase.number;
        } else {
            phrases.push(phrase);
            // The longest is tried first, and a whole value before a part of one.
            phrases.sort_by_key(|it| (std::cmp::Reverse(it.words.len()), it.part));
        }
    }

    pub(super) fn find(&self, text: &str) -> Vec<Hit> {
        if self.by_first_word.is_empty() {
            return Vec::new();
        }
        let words = words(text);
        let mut found = Vec::new();
        let mut next = 0;
        while let Some(word) = words.get(next) {
            let phrases = self.by_first_word.get(&word.folded).into_iter().flatten();
            let hit = phrases.filter(|it| !it.part || word.capital).find_map(|phrase| {
                let here = words.get(next..next + phrase.words.len())?;
                let same = here.iter().zip(&phrase.words).all(|(have, want)| have.folded == *want);
                (same && close_together(text, here)).then_some((here, phrase))
            });
            if let Some((here, phrase)) = hit
                && let (Some(first), Some(last)) = (here.first(), here.last())
            {
                let Phrase { at, shared, .. } = *phrase;
                found.push(Hit { start: first.start, end: last.end, at, shared });
                next += here.len();
            } else {
                next += 1;
            }
        }
        found
    }
}

/// No more than two characters between one word and the next: a line break at most, as in streets.
fn close_together(text: &str, words: &[Word]) -> bool {
    words.windows(2).all(|pair| match pair {
        [left, right] => {
            text.get(left.end..right.start).is_some_and(|gap| gap.chars().count() <= 2)
        }
        _ => true,
    })
}

fn words(text: &str) -> Vec<Word> {
    let mut words = Vec::new();
    let mut start = None;
    for (at, c) in text.char_indices().chain([(text.len(), ' ')]) {
        match (c.is_alphanumeric(), start) {
            (true, None) => start = Some(at),
            (false, Some(begun)) => {
                start = None;
                let Some(word) = text.get(begun..at) else { continue };
                let capital = word.chars().next().is_some_and(|c| !c.is_lowercase());
                let folded = word.chars().flat_map(char::to_lowercase).collect();
                words.push(Word { start: begun, end: at, folded, capital });
            }
            _ => {}
        }
    }
    words
}
