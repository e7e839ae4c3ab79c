//! Lists of words that are asked about every word of a text.

use std::{collections::HashSet, hash::BuildHasherDefault};

use super::Hashed;
use crate::text::{Token, hash_word};

/// Words in order, so that few are compared with the one that is asked about.
pub(crate) struct Words {
    all: Vec<&'static str>,
    /// Bytes of the shortest.
    shortest: usize,
    /// What bytes they begin with: most words that are asked about begin with none of them, or are shorter.
    initials: [bool; 256],
}

impl Words {
    /// The words of a list, parted by white space.
    pub(crate) fn new(list: &'static str) -> Self {
        Self::of(list.split_whitespace())
    }

    /// The names of a list, each on a line of its own.
    pub(crate) fn of_lines(list: &'static str) -> Self {
        Self::of(list.lines().filter(|line| !line.is_empty()))
    }

    fn of(list: impl Iterator<Item = &'static str>) -> Self {
        let mut all: Vec<&str> = list.collect();
        all.sort_unstable();
        let shortest = all.iter().map(|word| word.len()).min().unwrap_or(0);
        let mut initials = [false; 256];
        for first in all.iter().filter_map(|word| word.bytes().next()) {
            if let Some(initial) = initials.get_mut(usize::from(first)) {
                *initial = true;
            }
        }
        Self { all, shortest, initials }
    }

    /// Whether the word is one of them, letter by letter.
    pub(crate) fn has(&self, word: &str) -> bool {
        self.may_begin(word) && self.all.binary_search(&word).is_ok()
    }

    /// Those of them that `text` begins with, in no order worth relying on.
    pub(crate) fn beginnings<'a>(&'a self, text: &'a str) -> impl Iterator<Item = &'static str> {
        // All that can be a beginning share as many bytes with the text as the shortest has.
        let shared = text.as_bytes().get(..self.shortest).filter(|_| self.may_begin(text));
        let from = shared.map_or(self.all.len(), |shared| {
            self.all.partition_point(|word| word.as_bytes() < shared)
        });
        let same = self.all.get(from..).unwrap_or_default().iter();
        same.take_while(move |word| shared.is_some_and(|it| word.as_bytes().starts_with(it)))
            .filter(move |word| text.starts_with(**word))
            .copied()
    }

    fn may_begin(&self, text: &str) -> bool {
        let initial = text.bytes().next().and_then(|first| self.initials.get(usize::from(first)));
        text.len() >= self.shortest && initial == Some(&true)
    }

    /// Whether `text` begins with one of them.
    pub(crate) fn begin(&self, text: &str) -> bool {
        self.beginnings(text).next().is_some()
    }
}

/// A list of words that is asked by hash, in whatever case, as tokens carry it.
pub(crate) struct Hashes(HashSet<u64, BuildHasherDefault<Hashed>>);

impl Hashes {
    /// The words of a list, parted by white space.
    pub(crate) fn new(list: &str) -> Self {
        Self(list.split_whitespace().map(hash_word).collect())
    }

    /// Whether a word is one of them.
    pub(crate) fn has(&self, token: &Token) -> bool {
        self.0.contains(&token.hash)
    }
}

#[cfg(test)]
mod tests {
    use super::{Hashes, Words};
    use crate::text::Doc;

    #[test]
    fn words_are_found_by_hash_in_any_case() {
        let words = Hashes::new("ring être");
        let found = |text| Doc::new(text).tokens.iter().filter(|it| words.has(it)).count();
        assert_eq!(found("Ring RING être Être rings anneau"), 4);
    }

    #[test]
    fn words_are_found_whole_and_as_beginnings() {
        let words = Words::new("noir être no  étage\n 田中 田");
        for word in ["noir", "être", "no", "étage", "田中", "田"] {
            assert!(words.has(word) && words.begin(word), "{word}");
        }
        for word in ["", "n", "noi", "Noir", "êtres", "中"] {
            assert!(!words.has(word), "{word}");
        }
        assert_eq!(words.beginnings("noiraud").collect::<Vec<_>>(), ["no", "noir"]);
        assert_eq!(words.beginnings("田中さん").collect::<Vec<_>>(), ["田", "田中"]);
        assert!(!words.begin("") && !words.begin("été") && !words.begin("n"));
    }
}
