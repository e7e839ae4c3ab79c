//! Many candidates to one sorted list of findings without overlap.

use std::{cmp::Reverse, collections::BTreeMap};

use boundary::{Finding, Kind, Layer, Owned};

/// A range that a detector would cover, and how sure it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Candidate {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) kind: Kind,
    pub(crate) layer: Layer,
    /// 0 to 255. A check digit weighs more than a form, a form more than a guess.
    pub(crate) weight: u8,
    /// The one record that has this value.
    pub(crate) record: Option<[u8; 15]>,
}

impl Candidate {
    /// The surest first, of those as sure the longest, of those the one that begins first: as one number, which is compared
    /// at once.
    // INVARIANT: no text has so many bytes that half of the number cannot hold the weight and a length.
    fn rank(&self) -> u128 {
        let wide = |n: usize| u64::try_from(n).unwrap_or(u64::MAX);
        let sure = u64::from(self.weight) << 56 | wide(self.end - self.start) & (u64::MAX >> 8);
        u128::from(!sure) << 64 | u128::from(wide(self.start))
    }
}

/// A guess from writing and neighbours.
pub(crate) const GUESS: u8 = 40;
/// A form that is seldom anything else.
pub(crate) const FORM: u8 = 90;
/// The CRM knows the value.
pub(crate) const KNOWN: u8 = 130;
/// A form with a check digit, or with a word before it that says what it is.
pub(crate) const PROOF: u8 = 170;
/// The text itself says what follows: a key, a column, a label.
pub(crate) const LABELLED: u8 = 190;
/// Must never leave, whatever else it might be.
pub(crate) const CERTAIN: u8 = 230;

/// What detectors write to.
#[derive(Debug, Default)]
pub(crate) struct Sink {
    pub(crate) candidates: Vec<Candidate>,
    /// Ranges that are not personal, whatever they look like: versions, order numbers, record ids.
    pub(crate) vetoes: Vec<(usize, usize)>,
    /// Names of products, flows and the like: one word of them is no one, even where someone is called so.
    pub(crate) things: Vec<(usize, usize)>,
}

impl Sink {
    /// With room for what is found in a text of so many words.
    pub(crate) fn for_words(words: usize) -> Self {
        Self { candidates: Vec::with_capacity(words / 4), ..Self::default() }
    }

    /// Adds a candidate of the pattern layer.
    pub(crate) fn pattern(&mut self, range: (usize, usize), kind: Kind, weight: u8) {
        self.push(range, kind, Layer::Pattern, weight);
    }

    /// Adds a candidate.
    pub(crate) fn push(
        &mut self,
        (start, end): (usize, usize),
        kind: Kind,
        layer: Layer,
        weight: u8,
    ) {
        if start < end {
            self.candidates.push(Candidate { start, end, kind, layer, weight, record: None });
        }
    }

    /// Adds a value of a record that the CRM knows.
    pub(crate) fn known(&mut self, candidate: Candidate) {
        if candidate.start < candidate.end {
            self.candidates.push(candidate);
        }
    }

    /// Declares a range to be the name of a thing.
    pub(crate) fn thing(&mut self, start: usize, end: usize) {
        self.veto(start, end);
        self.things.push((start, end));
    }

    /// Declares a range to be no one's data.
    pub(crate) fn veto(&mut self, start: usize, end: usize) {
        self.vetoes.push((start, end));
    }
}

/// Settles overlaps: the surest candidate keeps its range, the rest keep what sticks out.
///
/// Nothing that was covered by a candidate becomes uncovered: a longer, weaker candidate around a
/// surer one is cut into the pieces beside it, unless it is of a kind that holds the other (an address holds a place).
pub(crate) fn resolve(text: &str, sink: Sink) -> Vec<Owned> {
    let Sink { mut candidates, mut vetoes, mut things } = sink;
    things.sort_unstable();
    candidates.retain(|c| !(c.weight == KNOWN && c.kind == Kind::Name && vetoed(&things, c)));
    vetoes.sort_unstable();
    // A veto stops forms and guesses, never proof.
    candidates.retain(|c| c.weight >= KNOWN || !vetoed(&vetoes, c));
    unite(text, &mut candidates);
    let owners = Owners::new(candidates.iter().copied().filter(|c| c.record.is_some()).collect());
    absorb(&mut candidates);
    candidates.sort_unstable_by_key(Candidate::rank);
    let mut kept: BTreeMap<usize, Finding> = BTreeMap::new();
    let mut pieces = Vec::new();
    for candidate in candidates {
        place(text, &mut kept, &mut pieces, candidate);
    }
    kept.into_values().map(|it| Owned { finding: it, record: owners.of(&it) }).collect()
}

/// Ranges by where they begin, each ending where it or one before it reaches furthest.
pub(crate) struct Reaches(Vec<(usize, usize)>);

impl Reaches {
    pub(crate) fn new(ranges: impl Iterator<Item = (usize, usize)>) -> Self {
        let mut all: Vec<(usize, usize)> = ranges.collect();
        all.sort_unstable();
        let mut reach = 0;
        for (_, end) in &mut all {
            reach = reach.max(*end);
            *end = reach;
        }
        Self(all)
    }

    /// Whether what begins at or before `start` reaches `end`.
    pub(crate) fn hold(&self, start: usize, end: usize) -> bool {
        let before = self.0.partition_point(|(from, _)| *from <= start).checked_sub(1);
        before.and_then(|at| self.0.get(at)).is_some_and(|(_, reach)| end <= *reach)
    }
}

/// Values of known records, by where they begin, each with how far it and those before it reach.
struct Owners(Vec<(Candidate, usize)>);

impl Owners {
    fn new(mut all: Vec<Candidate>) -> Self {
        all.sort_by_key(|c| c.start);
        let mut reach = 0;
        let reaching = all.into_iter().map(|c| {
            reach = c.end.max(reach);
            (c, reach)
        });
        Self(reaching.collect())
    }

    /// A surer layer may have won the range: the value is still that record's.
    fn of(&self, it: &Finding) -> Option<[u8; 15]> {
        let after = self.0.partition_point(|(c, _)| c.start < it.end);
        let near = self.0.iter().take(after).rev().take_while(|(_, reach)| *reach > it.start);
        let same = near.map(|(c, _)| c).filter(|c| c.kind == it.kind && c.end > it.start);
        // Of those that share as much, the last.
        same.min_by_key(|c| Reverse(c.end.min(it.end) - c.start.max(it.start)))?.record
    }
}

fn vetoed(vetoes: &[(usize, usize)], c: &Candidate) -> bool {
    let after = vetoes.partition_point(|v| v.0 < c.end);
    // An address is more than the number in it that looked like a parcel's.
    let stands = |v: &(usize, usize)| c.kind != Kind::Address || (v.1 - v.0) * 2 > c.end - c.start;
    vetoes.iter().take(after).rev().take(4).any(|v| v.1 > c.start && stands(v))
}

/// "Anna" may be known, and "Anna Kowalska" a stranger: one person, and not the one that is known. "Regina Kowalska" is
/// no town.
fn unite(text: &str, candidates: &mut Vec<Candidate>) {
    let single = |c: &Candidate| {
        text.get(c.start..c.end).is_some_and(|words| !words.contains(char::is_whitespace))
    };
    let longer = |c: &Candidate| {
        c.kind == Kind::Name && matches!(c.layer, Layer::Model | Layer::Field) && !single(c)
    };
    let holders = Holders::among(candidates, longer);
    candidates.retain(|c| {
        let known = c.kind == Kind::Name && c.layer == Layer::Known;
        let town = c.kind == Kind::Location && c.weight < PROOF;
        !(known || town) || !single(c) || holders.around(c).is_none()
    });
}

/// An address, a URL or an e-mail keeps what lies inside it in one piece.
fn absorb(candidates: &mut Vec<Candidate>) {
    let holders = Holders::among(candidates, |c| holds(c.kind));
    candidates.retain(|c| holders.around(c).is_none_or(|holder| !inside(holder, c)));
}

/// As many as most texts have.
const FEW: usize = 32;

/// A candidate that may hold others.
#[derive(Clone, Copy)]
struct Holder {
    start: usize,
    end: usize,
    kind: Kind,
    weight: u8,
}

/// Those that may hold others. Of those around one point only the one reaching furthest matters.
struct Holders(Vec<Holder>);

impl Holders {
    fn among(candidates: &[Candidate], holds: impl Fn(&Candidate) -> bool) -> Self {
        let holder =
            |c: &Candidate| Holder { start: c.start, end: c.end, kind: c.kind, weight: c.weight };
        let mut all: Vec<Holder> = Vec::with_capacity(FEW);
        all.extend(candidates.iter().filter(|c| holds(c)).map(holder));
        all.sort_unstable_by_key(|c| (c.start, Reverse(c.end)));
        let mut reach = None;
        all.retain(|c| {
            let wider = reach.is_none_or(|end| c.end > end);
            reach = if wider { Some(c.end) } else { reach };
            wider
        });
        Self(all)
    }

    /// The one that `c` is a part of.
    fn around(&self, c: &Candidate) -> Option<&Holder> {
        let at = self.0.partition_point(|h| h.start <= c.start);
        let holder = at.checked_sub(1).and_then(|i| self.0.get(i));
        holder.filter(|h| h.end >= c.end && (h.end - h.start) > (c.end - c.start))
    }
}

fn holds(kind: Kind) -> bool {
    matches!(kind, Kind::Address | Kind::Email | Kind::Url | Kind::Secret | Kind::Org)
}

fn inside(holder: &Holder, c: &Candidate) -> bool {
    match holder.kind {
        Kind::Address => {
            c.weight < PROOF
                && !(c.kind == Kind::Location && c.layer == Layer::Known)
                && matches!(
                    c.kind,
                    Kind::Location
                        | Kind::Name
                        | Kind::Org
                        | Kind::Address
                        | Kind::Phone
                        | Kind::Date
                        | Kind::Nationality
                )
        }
        // A single known name inside a firm's name is part of it; a whole known person is not.
        Kind::Org => {
            c.weight <= holder.weight.max(KNOWN)
                && matches!(
                    c.kind,
                    Kind::Location | Kind::Name | Kind::Org | Kind::Nationality | Kind::Title
                )
        }
        Kind::Email | Kind::Url => c.weight <= holder.weight || c.kind == Kind::Name,
        _ => true,
    }
}

/// Puts a candidate where nothing surer lies, in as many pieces as that takes.
fn place(
    text: &str,
    kept: &mut BTreeMap<usize, Finding>,
    pieces: &mut Vec<(usize, usize)>,
    candidate: Candidate,
) {
    pieces.clear();
    // From the last to the first: those that are kept do not overlap.
    let mut to = candidate.end;
    for (_, taken) in kept.range(..candidate.end).rev() {
        if taken.end <= candidate.start {
            break;
        }
        if taken.end < to {
            pieces.push((taken.end, to));
        }
        to = taken.start;
    }
    if candidate.start < to {
        pieces.push((candidate.start, to));
    }
    let whole = pieces.first() == Some(&(candidate.start, candidate.end));
    for (start, end) in pieces.drain(..) {
        let Some(piece) = text.get(start..end) else { continue };
        // Between two findings there may be only a comma left; that is not worth a token.
        let inner = if whole { piece } else { piece.trim_matches(|c: char| !c.is_alphanumeric()) };
        if inner.is_empty() {
            continue;
        }
        let start = start + (inner.as_ptr() as usize - piece.as_ptr() as usize);
        let finding = Finding {
            start,
            end: start + inner.len(),
            kind: candidate.kind,
            layer: candidate.layer,
        };
        kept.insert(start, finding);
    }
}
