//! Lists of words that are asked about every word of a text.

use std::{collections::HashMap, hash::BuildHasherDefault};

use super::Hashed;
use crate::text::{Token, hash_word};

/// Words in order, so that few are compared with the one that is asked about.
pub(crate) struct Words {
    all: Vec<&'static str>,
    /// The words by their first byte: where they begin, and how many bytes the shortest has.
    groups: Vec<(usize, usize)>,
    /// How long those with a first byte are, a bit for each length.
    lengths: [u32; 256],
    /// Which bytes they have second, by the last five bits: each letter of ASCII has its own, whatever its case.
    seconds: [u32; 256],
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

    /// These words, none of which is empty.
    pub(crate) fn of(list: impl Iterator<Item = &'static str>) -> Self {
        let mut all: Vec<&str> = list.collect();
        all.sort_unstable();
        let group = |byte: u16| {
            let first = |word: &&str| word.bytes().next().map_or(0, u16::from);
            let from = all.partition_point(|word| first(word) < byte);
            let same = all.iter().skip(from).take_while(|word| first(word) == byte);
            (from, same.map(|word| word.len()).min().unwrap_or(0))
        };
        let (mut lengths, mut seconds) = ([0; 256], [0; 256]);
        for word in &all {
            let first = word.bytes().next().map_or(0, usize::from);
            if let (Some(lengths), Some(seconds)) = (lengths.get_mut(first), seconds.get_mut(first))
            {
                *lengths |= length_bit(word);
                *seconds |= word.as_bytes().get(1).map_or(u32::MAX, |second| 1 << (second & 31));
            }
        }
        Self { groups: (0..=256).map(group).collect(), all, lengths, seconds }
    }

    /// Whether a text that begins with these bytes may begin with one of them: two bytes tell of most that they do not.
    pub(crate) fn may_begin(&self, bytes: &[u8]) -> bool {
        let (first, second) = match bytes {
            [first, second, ..] => (*first, *second),
            [first] => (*first, 0),
            [] => return false,
        };
        self.seconds.get(usize::from(first)).is_some_and(|bits| bits >> (second & 31) & 1 == 1)
    }

    /// Whether the word is one of them, letter by letter.
    pub(crate) fn has(&self, word: &str) -> bool {
        // Most words have another length than all that begin so.
        let first = word.bytes().next().map_or(0, usize::from);
        self.lengths.get(first).is_some_and(|bits| bits & length_bit(word) != 0)
            && self.may_begin(word.as_bytes())
            && self.near(word).0.binary_search(&word).is_ok()
    }

    /// Those of them that `text` begins with, in no order worth relying on.
    pub(crate) fn beginnings<'a>(&'a self, text: &'a str) -> impl Iterator<Item = &'static str> {
        // All that can be a beginning share as many bytes with the text as the shortest has. One of a byte stands first
        // and is looked at apart: it would leave all that begin so to be looked at.
        let (near, shortest) = self.near(text);
        let shared = text.as_bytes().get(..shortest.max(2)).unwrap_or(text.as_bytes());
        let single = near.first().filter(|word| word.len() == 1 && shared.len() > 1);
        let from = near.partition_point(|word| word.as_bytes() < shared);
        let same = near.get(from..).unwrap_or_default().iter();
        let same = same.take_while(move |word| word.as_bytes().starts_with(shared));
        single.into_iter().chain(same).filter(move |word| text.starts_with(**word)).copied()
    }

    /// Those that begin with the same byte, where the text is as long as one of them and its second byte is one's, and
    /// the bytes of the shortest.
    fn near(&self, text: &str) -> (&[&'static str], usize) {
        let first = text.bytes().next().map_or(0, usize::from);
        let Some([(from, shortest), (to, _)]) = self.groups.get(first..first + 2) else {
            return (&[], 0);
        };
        let may = text.len() >= *shortest && self.may_begin(text.as_bytes());
        (self.all.get(*from..*to).filter(|_| may).unwrap_or_default(), *shortest)
    }

    /// The hashes of all, as tokens carry them.
    pub(crate) fn hashes(&self) -> impl Iterator<Item = u64> {
        self.all.iter().map(|word| hash_word(word))
    }

    /// Whether `text` begins with one of them.
    pub(crate) fn begin(&self, text: &str) -> bool {
        self.beginnings(text).next().is_some()
    }
}

/// The bit of a word's length; all long ones share one.
fn length_bit(word: &str) -> u32 {
    1 << word.len().min(31)
}

/// Words to be found wherever they stand in a text.
pub(crate) struct Signs {
    /// In order, with the two bytes each begins with, as one number.
    words: Vec<(u16, &'static str)>,
    /// Which bytes they begin with, a bit each (of more than 64 some share one), and which are second behind those: at
    /// most places of a text none begins.
    firsts: [u64; 256],
    seconds: [u64; 256],
    /// Which two bytes follow the first, a bit each.
    next: [u64; 1 << 10],
    /// Those of one byte.
    single: Vec<&'static str>,
}

impl Signs {
    /// Signs of a byte or more.
    pub(crate) fn new(signs: impl Iterator<Item = &'static str>) -> Self {
        let mut all: Vec<&str> = signs.collect();
        all.sort_unstable();
        let (mut firsts, mut seconds, mut next) = ([0; 256], [0; 256], [0; 1 << 10]);
        let (mut words, mut single) = (Vec::new(), Vec::new());
        let enter = |set: &mut [u64], at: usize, bits: u64| {
            set.get_mut(at).into_iter().for_each(|it| *it |= bits);
        };
        let mut distinct: Vec<u8> = all.iter().filter_map(|word| word.bytes().next()).collect();
        distinct.dedup();
        for word in all {
            let Some(first) = word.bytes().next() else { continue };
            let bit = 1 << (distinct.partition_point(|it| *it < first) & 63);
            enter(&mut firsts, usize::from(first), bit);
            if let [_, second, rest @ ..] = word.as_bytes() {
                words.push((u16::from_be_bytes([first, *second]), word));
                enter(&mut seconds, usize::from(*second), bit);
                let third = rest.first().map_or(0..=u8::MAX, |third| *third..=*third);
                third.for_each(|third| {
                    let (at, bit) = Self::place([*second, third]);
                    enter(&mut next, at, bit);
                });
            } else {
                single.push(word);
                (0..256).for_each(|second| enter(&mut seconds, second, bit));
            }
        }
        Self { words, firsts, seconds, next, single }
    }

    /// Tells each of them that stands in a text, and where.
    pub(crate) fn find(&self, text: &str, mut found: impl FnMut(usize, &'static str)) {
        let mut at = 0;
        while let Some((first, rest)) = text.as_bytes().get(at..).and_then(<[u8]>::split_first) {
            let of = |set: &[u64; 256], byte: u8| set.get(usize::from(byte)).copied();
            let mut begun = of(&self.firsts, *first);
            let begins = |byte: &u8| {
                let before = std::mem::replace(&mut begun, of(&self.firsts, *byte));
                before
                    .zip(of(&self.seconds, *byte))
                    .is_some_and(|(first, second)| first & second != 0)
            };
            // At the end stands no pair, but a sign of one byte may.
            at += rest.iter().position(begins).unwrap_or(rest.len());
            self.look(text, at, &mut found);
            at += 1;
        }
    }

    /// Tells those that stand at a byte.
    fn look(&self, text: &str, at: usize, found: &mut impl FnMut(usize, &'static str)) {
        let rest = text.as_bytes().get(at..).unwrap_or_default();
        let pair: Option<&[u8; 2]> = rest.first_chunk();
        let goes_on = match rest {
            [_, second, third, ..] => Self::holds(&self.next, [*second, *third]),
            _ => true,
        };
        let alone = self.single.iter().filter(|it| it.as_bytes().first() == rest.first());
        alone.for_each(|sign| found(at, sign));
        if let Some(pair) = pair.filter(|_| goes_on) {
            let pair = u16::from_be_bytes(*pair);
            let from = self.words.partition_point(|(begins, _)| *begins < pair);
            let words = self.words.get(from..).unwrap_or_default().iter();
            let words = words.take_while(|(begins, _)| *begins == pair).map(|(_, word)| word);
            words.filter(|word| rest.starts_with(word.as_bytes())).for_each(|sign| found(at, sign));
        }
    }

    fn holds(set: &[u64; 1 << 10], pair: [u8; 2]) -> bool {
        let (word, bit) = Self::place(pair);
        set.get(word).is_some_and(|bits| bits & bit != 0)
    }

    fn place(pair: [u8; 2]) -> (usize, u64) {
        let pair = u16::from_be_bytes(pair);
        (usize::from(pair >> 6), 1 << (pair & 63))
    }
}

/// A few bits of each hash of a set: what has others is not in it, and most words are told so at their first look.
#[derive(Debug, Default)]
pub(crate) struct Sieve(Vec<u64>);

impl Sieve {
    /// A sieve of hashes, of which it lets others through one in eight times at most.
    pub(crate) fn of(hashes: impl ExactSizeIterator<Item = u64>) -> Self {
        let words = (hashes.len() / 8 + 1).next_power_of_two();
        let mut sieve = Self(vec![0; words]);
        for hash in hashes {
            let (word, bit) = sieve.place(hash);
            if let Some(bits) = sieve.0.get_mut(word) {
                *bits |= bit;
            }
        }
        sieve
    }

    /// Whether a hash may be one of the set.
    pub(crate) fn may_hold(&self, hash: u64) -> bool {
        let (word, bit) = self.place(hash);
        self.0.get(word).is_some_and(|bits| bits & bit != 0)
    }

    fn place(&self, hash: u64) -> (usize, u64) {
        let word = usize::try_from(hash >> 6 & 0xffff_ffff).unwrap_or_default();
        (word & self.0.len().wrapping_sub(1), 1 << (hash & 63))
    }
}

/// What is told of some words by their hash, in whatever case, as tokens carry it.
#[derive(Debug)]
pub(crate) struct ByHash<V> {
    sieve: Sieve,
    values: HashMap<u64, V, BuildHasherDefault<Hashed>>,
}

impl<V> ByHash<V> {
    /// What is told of this word, if it is one of them.
    pub(crate) fn get(&self, hash: u64) -> Option<&V> {
        if self.sieve.may_hold(hash) { self.values.get(&hash) } else { None }
    }

    /// The hashes of all words that something is told of.
    pub(crate) fn hashes(&self) -> impl Iterator<Item = u64> {
        self.values.keys().copied()
    }
}

impl<V> From<HashMap<u64, V, BuildHasherDefault<Hashed>>> for ByHash<V> {
    fn from(values: HashMap<u64, V, BuildHasherDefault<Hashed>>) -> Self {
        Self { sieve: Sieve::of(values.keys().copied()), values }
    }
}

impl<V> FromIterator<(u64, V)> for ByHash<V> {
    fn from_iter<I: IntoIterator<Item = (u64, V)>>(values: I) -> Self {
        values.into_iter().collect::<HashMap<_, _, _>>().into()
    }
}

/// A list of words that is asked by hash, in whatever case, as tokens carry it.
pub(crate) struct Hashes(ByHash<()>);

impl Hashes {
    /// The words of a list, parted by white space.
    pub(crate) fn new(list: &str) -> Self {
        Self(list.split_whitespace().map(|word| (hash_word(word), ())).collect())
    }

    /// The hashes of all.
    pub(crate) fn hashes(&self) -> impl Iterator<Item = u64> {
        self.0.hashes()
    }

    /// Whether a word is one of them.
    pub(crate) fn has(&self, token: &Token) -> bool {
        self.0.get(token.hash).is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::{ByHash, Hashes, Sieve, Signs, Words};
    use crate::text::{Doc, hash_word};

    #[test]
    fn a_sieve_holds_its_hashes_and_few_others() {
        for count in [0, 1, 7, 300, 5_000_u32] {
            let hash = |n: u32| hash_word(&n.to_string());
            let sieve = Sieve::of((0..count).map(hash));
            assert!((0..count).all(|n| sieve.may_hold(hash(n))), "{count}");
            let others = (count..count + 8_000).filter(|n| sieve.may_hold(hash(*n))).count();
            assert!(others < 1_400, "{others} of 8,000 beside {count}");
        }
        let told: ByHash<_> =
            [(hash_word("ring"), 3), (hash_word("être"), 4)].into_iter().collect();
        assert_eq!(told.get(hash_word("ÊTRE")), Some(&4));
        assert_eq!(told.get(hash_word("rings")), None);
    }

    #[test]
    fn words_are_found_by_hash_in_any_case() {
        let words = Hashes::new("ring être");
        let found = |text| Doc::new(text).tokens.iter().filter(|it| words.has(it)).count();
        assert_eq!(found("Ring RING être Être rings anneau"), 4);
    }

    #[test]
    fn signs_are_found_where_they_stand() {
        let signs = Signs::new(["#", "No", "No.", " Sec", "도 "].into_iter());
        for (text, found) in [
            ("North", &[(0, "No")][..]),
            ("House No. 4, Sec", &[(6, "No"), (6, "No."), (12, " Sec")]),
            ("5#", &[(1, "#")]),
            ("#", &[(0, "#")]),
            ("경기도 성남", &[(6, "도 ")]),
            ("N", &[]),
            ("", &[]),
        ] {
            let mut seen = Vec::new();
            signs.find(text, |at, sign| seen.push((at, sign)));
            assert_eq!(seen, found, "{text}");
        }
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
