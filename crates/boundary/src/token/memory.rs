//! What was covered once in a conversation is found again: case-blind, word by word, and what holds numbers however it
//! is grouped.

use std::collections::BTreeMap;
use std::ops::Bound;

use crate::detector::{Detector, Kind, WordSort};

/// Values of more words than this are not looked for again.
const MOST_WORDS: usize = 512;
/// Shorter numbers occur by chance.
const FEWEST_DIGITS: usize = 4;
/// Shorter numbers are not looked for in other groups.
const FEWEST_GROUPED: usize = 6;
/// Groups of one number.
const MOST_GROUPS: usize = 12;
/// Shorter parts of names occur by chance.
const SHORTEST_PART: usize = 3;
/// Words that say a form of company: `GmbH & Co. KG`.
const MOST_OF_FORM: usize = 3;

#[derive(Default)]
pub(super) struct Memory {
    by_first_word: BTreeMap<String, Vec<Phrase>>,
    /// What holds numbers, by its letters and digits alone.
    grouped: BTreeMap<String, Meant>,
}

struct Phrase {
    words: Vec<String>,
    sort: Sort,
    meant: Meant,
}

/// Which value words stand for.
#[derive(Clone, Copy)]
struct Meant {
    at: usize,
    number: u32,
    /// Said of more than one: nobody can tell whom it means.
    shared: bool,
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Sort {
    Whole,
    /// A part of a name, which has to be written like one or to be no other word.
    Part,
    /// The name of a company without these last words, if they are its form.
    Stem(Vec<String>),
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
        let meant = Meant { at, number, shared: false };
        if digits >= FEWEST_GROUPED && words.len() <= MOST_GROUPS {
            for grouped in groupings(kind, value, words.concat()) {
                let known = self.grouped.entry(grouped).or_insert(meant);
                known.shared |= known.number != number;
            }
        }
        if kind == Kind::Name && words.len() > 1 {
            for word in words.iter().filter(|word| word.chars().count() >= SHORTEST_PART) {
                self.insert(Phrase { words: vec![word.clone()], sort: Sort::Part, meant });
            }
        }
        if kind == Kind::Org {
            for of_form in 1..=MOST_OF_FORM.min(words.len().saturating_sub(1)) {
                let (stem, form) = words.split_at(words.len() - of_form);
                let sort = Sort::Stem(form.to_vec());
                self.insert(Phrase { words: stem.to_vec(), sort, meant });
            }
        }
        let short = words.len() == 1 && words.iter().all(|word| word.chars().count() < 2);
        if !short {
            self.insert(Phrase { words, sort: Sort::Whole, meant });
        }
    }

    fn insert(&mut self, phrase: Phrase) {
        let Some(first) = phrase.words.first().cloned() else { return };
        let phrases = self.by_first_word.entry(first).or_default();
        let mut known = phrases.iter_mut().filter(|it| it.words == phrase.words);
        if let Some(first) = known.find(|it| it.sort == phrase.sort) {
            first.meant.shared |= first.meant.number != phrase.meant.number;
        } else {
            phrases.push(phrase);
            // The longest is tried first, and a whole value before a part of one.
            phrases.sort_by(|a, b| {
                b.words.len().cmp(&a.words.len()).then_with(|| a.sort.cmp(&b.sort))
            });
        }
    }

    /// What is said again, in the order of the text, without overlap.
    pub(super) fn find(&self, text: &str, detector: &dyn Detector) -> Vec<Hit> {
        if self.by_first_word.is_empty() {
            return Vec::new();
        }
        let words = words(text);
        let mut found = Vec::new();
        let mut next = 0;
        while let Some(rest) = words.get(next..).filter(|rest| !rest.is_empty()) {
            let hit = self.phrase(text, rest, detector).or_else(|| self.number(text, rest));
            next += hit.as_ref().map_or(1, |(_, words)| *words);
            found.extend(hit.map(|(hit, _)| hit));
        }
        found
    }

    /// The phrase that the text goes on with, and its number of words.
    fn phrase(&self, text: &str, rest: &[Word], detector: &dyn Detector) -> Option<(Hit, usize)> {
        let phrases = self.by_first_word.get(&rest.first()?.folded)?;
        phrases.iter().find_map(|phrase| {
            let here = rest.get(..phrase.words.len())?;
            let same = here.iter().zip(&phrase.words).all(|(have, want)| have.folded == *want);
            (same && close_together(text, here) && phrase.sort.fits(here, detector))
                .then(|| (phrase.meant.hit(here), here.len()))
        })
    }

    /// The number that the text goes on with, in whatever groups, and their number.
    fn number(&self, text: &str, rest: &[Word]) -> Option<(Hit, usize)> {
        if self.grouped.is_empty() {
            return None;
        }
        let (mut so_far, mut found) = (String::new(), None);
        for (at, word) in rest.iter().take(MOST_GROUPS).enumerate() {
            let before = at.checked_sub(1).and_then(|before| rest.get(before));
            if before.is_some_and(|before| !is_grouping(text.get(before.end..word.start))) {
                break;
            }
            so_far.push_str(&word.folded);
            let from = (Bound::Included(so_far.as_str()), Bound::Unbounded);
            let Some((known, meant)) = self.grouped.range::<str, _>(from).next() else { break };
            if !known.starts_with(&so_far) {
                break;
            }
            if known.len() == so_far.len() {
                found = rest.get(..=at).map(|here| (meant.hit(here), here.len()));
            }
        }
        found
    }
}

impl Meant {
    fn hit(&self, here: &[Word]) -> Hit {
        let Self { at, shared, .. } = *self;
        let start = here.first().map_or(0, |word| word.start);
        Hit { start, end: here.last().map_or(start, |word| word.end), at, shared }
    }
}

impl Sort {
    /// Whether words that are the same may mean the same.
    fn fits(&self, here: &[Word], detector: &dyn Detector) -> bool {
        let telling = |word: &Word| detector.sort(&word.folded) == WordSort::Telling;
        match self {
            Self::Whole => true,
            Self::Part => here.iter().all(|word| word.capital || telling(word)),
            Self::Stem(form) => {
                form.iter().all(|word| detector.sort(word) == WordSort::LegalForm)
                    && match here {
                        [word] => word.folded.chars().count() >= SHORTEST_PART && telling(word),
                        words => words.iter().any(|word| word.capital || telling(word)),
                    }
            }
        }
    }
}

/// How the letters and digits of a value may stand elsewhere: a phone number with its country's code also without, as
/// it is dialled at home (ITU-T E.164: a code has one to three digits).
fn groupings(kind: Kind, value: &str, plain: String) -> Vec<String> {
    let mut found = Vec::new();
    let abroad = match value.trim_start() {
        it if it.starts_with('+') => Some(plain.as_str()),
        it if it.starts_with("00") => plain.strip_prefix("00"),
        _ => None,
    };
    if kind == Kind::Phone
        && let Some(abroad) = abroad
    {
        let homes = (1..=3).filter_map(|code| abroad.get(code..));
        for home in homes.filter(|home| home.len() > FEWEST_GROUPED) {
            found.push(format!("0{home}"));
        }
        // North America dials no nought.
        found.extend(abroad.strip_prefix('1').filter(|it| it.len() == 10).map(str::to_owned));
    }
    found.push(plain);
    found
}

/// No more than two characters between one word and the next: a line break at most, as in streets.
fn close_together(text: &str, words: &[Word]) -> bool {
    words.windows(2).all(|pair| match pair {
        [left, right] => {
            text.get(left.end..right.start).is_some_and(|gap| gap.chars().count() <= 3)
        }
        _ => true,
    })
}

/// What stands between the groups of one number.
fn is_grouping(gap: Option<&str>) -> bool {
    gap.is_some_and(|gap| {
        let sign = |c: char| " -./()'\u{a0}\u{202f}\u{2009}\u{2011}\u{2013}".contains(c);
        gap == "," || gap.chars().count() <= 2 && gap.chars().all(sign)
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
