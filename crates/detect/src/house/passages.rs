//! Documents as shingles: keyed hashes of three telling words that stand close together.
//!
//! Small words and endings are left out, and numbers are taken as what they say ([`super::telling`]), so that "the
//! discount for partners is 12 %" and "a partner discount was twelve per cent" share what matters. One word between the
//! three may be another or missing. A passage counts when enough of the shingles of some stretch are the document's.
//! (Broder, "On the resemblance and containment of documents", 1997; skips as in Guthrie et al., "A Closer Look at
//! Skip-gram Modelling", 2006.)

use std::{
    collections::{HashMap, HashSet},
    hash::BuildHasherDefault,
};

use super::telling::{Telling, telling};
use super::{Passage, RuleError};
use crate::{known::Key, lexicon::Hashed, text::Doc};

/// Words of a shingle.
const WORDS: usize = 3;
/// Shingles of the stretch that is judged.
const STRETCH: usize = 18;
/// How many of a stretch have to be the document's.
const ENOUGH: usize = 6;
/// A short passage says a number among this many of the document's words.
const SHORT: usize = 5;
/// Of which this many are neither numbers nor dates.
const SAYING: usize = 3;
/// This many that follow each other are a passage without a number too.
const UNBROKEN: usize = 6;
/// Fewest telling words of a document.
const SHORTEST: usize = 10;
/// Most shingles kept of all documents: 16 MB.
const MOST: usize = 1 << 20;

#[derive(Debug)]
pub(super) struct Passages {
    key: Key,
    names: Vec<String>,
    /// Which document holds a shingle; of several the first.
    shingles: HashMap<u64, u32, BuildHasherDefault<Hashed>>,
    /// Keyed hashes of the words in them: most words of a text are in none.
    words: HashSet<u64, BuildHasherDefault<Hashed>>,
}

/// A shingle of a text that a document has too.
#[derive(Clone, Copy)]
struct Hit {
    /// Its first word, and one past its last.
    from: usize,
    to: usize,
    document: u32,
}

impl Passages {
    pub(super) fn new(key: [u8; 16]) -> Self {
        Self {
            key: Key::new(key),
            names: Vec::new(),
            shingles: HashMap::default(),
            words: HashSet::default(),
        }
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
        let hashes: Vec<Option<u64>> = words.iter().map(|word| Some(word.hash)).collect();
        for from in 0..words.len() {
            for (_, shingle) in self.shingles_at(&hashes, from).into_iter().flatten() {
                if self.shingles.len() < MOST {
                    self.shingles.entry(shingle).or_insert(number);
                }
            }
        }
        self.words.extend(words.iter().map(|word| self.key.word(word.hash)));
        Ok(())
    }

    pub(super) fn find(&self, doc: &Doc<'_>) -> Vec<Passage<'_>> {
        let words = telling(doc);
        let held = |hash: u64| self.words.contains(&self.key.word(hash)).then_some(hash);
        let hashes: Vec<Option<u64>> = words.iter().map(|word| held(word.hash)).collect();
        let hits: Vec<Hit> = hashes
            .iter()
            .enumerate()
            .filter(|(_, hash)| hash.is_some())
            .filter_map(|(from, _)| {
                let mut shingles = self.shingles_at(&hashes, from).into_iter().flatten();
                shingles.find_map(|(to, shingle)| {
                    Some(Hit { from, to, document: *self.shingles.get(&shingle)? })
                })
            })
            .collect();
        let mut found: Vec<Passage<'_>> = Vec::new();
        let mut covered = 0;
        for (first, hit) in hits.iter().enumerate() {
            let near = hits.iter().skip(first).take_while(|it| it.from - hit.from < STRETCH);
            let same: Vec<Hit> = near.filter(|it| it.document == hit.document).copied().collect();
            let last = if same.len() >= ENOUGH { same.last() } else { short(&words, &same) };
            let Some(last) = last else { continue };
            let (Some((start, _)), Some((_, end))) = (
                words.get(hit.from).map(|word| word.range),
                words.get(last.to - 1).map(|word| word.range),
            ) else {
                continue;
            };
            match found.last_mut() {
                Some(open) if covered >= hit.from => open.end = open.end.max(end),
                _ => {
                    let number = usize::try_from(hit.document).ok();
                    let Some(document) = number.and_then(|n| self.names.get(n)) else { continue };
                    found.push(Passage { start, end, document });
                }
            }
            covered = last.to;
        }
        found
    }

    /// The shingles of words in some document that begin with a word, each with the place after its last: three words that follow each other,
    /// and three of four.
    fn shingles_at(&self, hashes: &[Option<u64>], from: usize) -> [Option<(usize, u64)>; 3] {
        [[0, 1, 2], [0, 1, 3], [0, 2, 3]].map(|places| {
            // Order inside a shingle does not count: "price list" and "list price" are one.
            let [a, b, c] = places.map(|place| hashes.get(from + place).copied().flatten());
            let mut hashes = [a?, b?, c?];
            hashes.sort_unstable();
            let last = places.last().copied().unwrap_or(WORDS);
            Some((from + last + 1, self.key.three(hashes)))
        })
    }
}

/// The last shingle of a short passage that begins with the first: words without a gap that say something, and how
/// much.
fn short<'h>(words: &[Telling], hits: &'h [Hit]) -> Option<&'h Hit> {
    let first = hits.first()?;
    let mut unbroken = 1;
    while hits.get(unbroken).is_some_and(|it| it.from == first.from + unbroken) {
        unbroken += 1;
    }
    let last = hits.get(unbroken - 1)?;
    let here = words.get(first.from..last.to)?;
    let numbers = here.iter().filter(|word| word.number).count();
    let saying = here.iter().filter(|word| !word.number && !word.date).count();
    let enough = unbroken + WORDS > SHORT && numbers > 0 && saying >= SAYING;
    let enough = enough || unbroken + WORDS > UNBROKEN && saying >= UNBROKEN;
    enough.then_some(last)
}
