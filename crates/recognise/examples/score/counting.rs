//! What was found, held against what was to be found.

use std::collections::BTreeMap;

use boundary::{Detector, Kind};

use crate::Anyhow;
use crate::labelled::{Item, Span};

pub(crate) const CORE: [&str; 9] =
    ["NAME", "EMAIL", "PHONE", "CARD", "IBAN", "NATIONAL_ID", "ACCOUNT_NUMBER", "IP", "ADDRESS"];

#[derive(Default)]
pub(crate) struct Tally {
    pub(crate) expected: usize,
    pub(crate) typed: usize,
    pub(crate) full: usize,
    pub(crate) found: usize,
    pub(crate) right: usize,
    pub(crate) known: usize,
    pub(crate) known_full: usize,
    pub(crate) stranger: usize,
    pub(crate) stranger_full: usize,
    pub(crate) letters: usize,
    pub(crate) hidden: usize,
}

impl Tally {
    pub(crate) fn add(&mut self, other: &Self) {
        let Self { expected, typed, full, found, right, .. } = other;
        self.expected += expected;
        self.typed += typed;
        self.full += full;
        self.found += found;
        self.right += right;
        self.known += other.known;
        self.known_full += other.known_full;
        self.stranger += other.stranger;
        self.stranger_full += other.stranger_full;
        self.letters += other.letters;
        self.hidden += other.hidden;
    }
}

#[derive(Default)]
pub(crate) struct Score {
    pub(crate) families: BTreeMap<&'static str, Tally>,
    pub(crate) documents: usize,
    pub(crate) leaking: usize,
    pub(crate) negatives: usize,
    pub(crate) alarmed: usize,
    /// Names by script: expected, hidden.
    pub(crate) scripts: BTreeMap<&'static str, (usize, usize)>,
    /// Spans of any type that a finding of any type fits nearly exactly, of those expected and of those found.
    pub(crate) exact: [(usize, usize); 2],
}

pub(crate) type Found = Vec<(usize, usize, &'static str)>;

pub(crate) fn find(text: &str, detector: &dyn Detector) -> Anyhow<Found> {
    let found = detector.detect(text)?.into_iter();
    Ok(found.map(|f| (f.start, f.end, found_family(f.kind))).collect())
}

pub(crate) fn found_family(kind: Kind) -> &'static str {
    match kind {
        Kind::DateOfBirth => "DATE",
        kind => kind.name(),
    }
}

/// A town inside an address is an address or a town.
fn agree(found: &str, expected: &str) -> bool {
    found == expected
        || matches!((found, expected), ("ADDRESS", "LOCATION") | ("LOCATION", "ADDRESS"))
}

pub(crate) fn score(
    items: &[&Item],
    find: &mut dyn FnMut(&Item) -> Anyhow<Found>,
) -> Anyhow<Score> {
    let mut score = Score::default();
    for item in items {
        let marks = Marks::new(item, find(item)?);
        if item.kind == "negative" {
            score.negatives += 1;
            score.alarmed +=
                usize::from(marks.findings.iter().any(|(_, _, family)| CORE.contains(family)));
        }
        let mut core = 0;
        let mut leaks = false;
        for span in &item.spans {
            let tally = score.families.entry(span.family).or_default();
            let Judged { typed, letters, hidden } = marks.judge(span);
            let full = letters == hidden;
            tally.letters += letters;
            tally.hidden += hidden;
            tally.expected += 1;
            tally.typed += usize::from(typed);
            tally.full += usize::from(full);
            if let Some(known) = span.known {
                *(if known { &mut tally.known } else { &mut tally.stranger }) += 1;
                *(if known { &mut tally.known_full } else { &mut tally.stranger_full }) +=
                    usize::from(full);
            }
            score.exact[0].0 += usize::from(marks.findings.iter().any(|f| marks.fits(span, f)));
            score.exact[0].1 += 1;
            if span.family == "NAME" && !span.script.is_empty() {
                let (expected, hidden) = score.scripts.entry(span.script).or_default();
                *expected += 1;
                *hidden += usize::from(full);
            }
            if CORE.contains(&span.family) {
                core += 1;
                leaks |= !full;
            }
        }
        score.documents += usize::from(core > 0);
        score.leaking += usize::from(leaks);
        for finding in &marks.findings {
            score.exact[1].0 += usize::from(item.spans.iter().any(|s| marks.fits(s, finding)));
            score.exact[1].1 += 1;
        }
        for (start, end, family) in &marks.findings {
            let tally = score.families.entry(family).or_default();
            tally.found += 1;
            tally.right += usize::from(right(item, *start, *end, family));
        }
    }
    Ok(score)
}

pub(crate) struct Marks {
    pub(crate) findings: Found,
    pub(crate) letters: Vec<usize>,
}

impl Marks {
    pub(crate) fn new(item: &Item, findings: Found) -> Self {
        let letters =
            item.text.char_indices().filter(|(_, c)| c.is_alphanumeric()).map(|(i, _)| i).collect();
        Self { findings, letters }
    }

    /// Whether nine tenths of the letters of both are the same, whatever they are taken for.
    fn fits(&self, span: &Span, (start, end, _): &(usize, usize, &str)) -> bool {
        let count = |from: usize, to: usize| {
            self.letters.partition_point(|i| *i < to) - self.letters.partition_point(|i| *i < from)
        };
        let (from, to) = (span.start.max(*start), span.end.min(*end));
        let both = if from < to { count(from, to) } else { 0 };
        let any = count(span.start, span.end) + count(*start, *end) - both;
        both * 10 >= any * 9 && any > 0
    }

    pub(crate) fn judge(&self, span: &Span) -> Judged {
        let letters: Vec<usize> =
            self.letters.iter().copied().filter(|i| (span.start..span.end).contains(i)).collect();
        let covered = |family: Option<&str>| {
            letters
                .iter()
                .filter(|i| {
                    self.findings.iter().any(|(start, end, found)| {
                        (start..end).contains(i) && family.is_none_or(|family| agree(found, family))
                    })
                })
                .count()
        };
        Judged {
            typed: covered(Some(span.family)) * 2 >= letters.len(),
            letters: letters.len(),
            hidden: covered(None),
        }
    }
}

/// What became of a labelled span.
pub(crate) struct Judged {
    /// At least half of its letters and digits are covered as what it is.
    pub(crate) typed: bool,
    /// Its letters and digits.
    pub(crate) letters: usize,
    /// How many of them are covered, as whatever.
    pub(crate) hidden: usize,
}

impl Judged {
    pub(crate) fn is_hidden(&self) -> bool {
        self.letters == self.hidden
    }
}

pub(crate) fn right(item: &Item, start: usize, end: usize, found: &str) -> bool {
    let letters: Vec<usize> = item
        .text
        .char_indices()
        .filter(|(i, c)| (start..end).contains(i) && c.is_alphanumeric())
        .map(|(i, _)| i)
        .collect();
    let hit = letters
        .iter()
        .filter(|i| {
            item.spans.iter().any(|s| (s.start..s.end).contains(i) && agree(found, s.family))
        })
        .count();
    hit * 2 >= letters.len()
}
