//! Looking for known values in a text.

use boundary::{Kind, Layer};

use super::{
    HEAD, KnownValues, LONGEST, RecordId, SHORTEST_CODE, SHORTEST_PHONE, Sum, TAIL,
    ending::{self, Tongues},
    slot::{Roles, Slot},
    unpack,
};
use crate::{
    lexicon::FUNCTION,
    pattern::{
        email_at,
        number::{Few, Run, digits_of},
    },
    resolve::{CERTAIN, Candidate, PROOF, Sink},
    text::{Doc, Gap, Shape, Token},
};

/// A known value in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KnownMatch {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
    /// What it is.
    pub kind: Kind,
    /// Whose value it is, when only one record has it.
    pub record: Option<RecordId>,
    pub(crate) weight: u8,
}

/// Words `from..to` that stand for a known value.
#[derive(Clone, Copy)]
pub(super) struct Hit {
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) roles: Roles,
    pub(super) record: Option<RecordId>,
}

impl KnownValues {
    /// The known values in a text, sorted, and whose they are. Values may overlap: a town inside a street.
    pub fn matches(&self, text: &str) -> Vec<KnownMatch> {
        self.scan(&Doc::new(text))
    }

    /// Writes the known values of a document to the sink.
    pub(crate) fn detect(&self, doc: &Doc<'_>, sink: &mut Sink) {
        for found in self.scan(doc) {
            let KnownMatch { start, end, kind, record, weight } = found;
            let record = record.map(|id| id.0);
            sink.known(Candidate { start, end, kind, layer: Layer::Known, weight, record });
        }
    }

    fn scan(&self, doc: &Doc<'_>) -> Vec<KnownMatch> {
        if self.is_empty() {
            return Vec::new();
        }
        let mut found = Vec::new();
        self.emails(doc, &mut found);
        self.numbers(doc, &mut found);
        let keyed = self.keyed(doc);
        let (singles, pairs) = self.first_looks(doc, &keyed);
        let (said, weak) = (Vec::new(), Vec::new());
        let tongues = ending::tongues(doc);
        let mut scan = Scan { known: self, doc, keyed, singles, pairs, said, weak, found, tongues };
        scan.run();
        let mut found = scan.found;
        found.sort_unstable_by_key(|m| (m.start, std::cmp::Reverse(m.end)));
        found
    }

    fn emails(&self, doc: &Doc<'_>, found: &mut Vec<KnownMatch>) {
        let signs = doc.signs('@').map(|at| (at, at + 1));
        for (at, after) in signs.chain(doc.all("%40").map(|at| (at, at + 3))) {
            let Some((start, end)) = email_at(doc, at, after) else { continue };
            let hash = self.key.email_hash(doc.span(start, end));
            if let Some(slot) = hash.and_then(|hash| self.find(hash)) {
                found.push(KnownMatch {
                    start,
                    end,
                    kind: Kind::Email,
                    record: self.owner(slot),
                    weight: CERTAIN,
                });
            }
        }
    }

    fn numbers(&self, doc: &Doc<'_>, found: &mut Vec<KnownMatch>) {
        let mut next = 0;
        for (index, token) in doc.tokens.iter().enumerate() {
            let telling = token.shape == Shape::Alnum && token.len() >= 5;
            if telling && let Some(found_code) = self.code(token, doc.word(token)) {
                found.push(found_code);
            }
            let number = matches!(token.shape, Shape::Digits | Shape::Alnum);
            if !number || index < next || digits_of(doc, token).is_none() {
                continue;
            }
            // Up to three digits alone are no one's number. Those of other scripts have more bytes, and are looked at.
            let next_digits = doc.token(index + 1).is_some_and(|t| digits_of(doc, t).is_some());
            if token.len() < SHORTEST_CODE && !next_digits {
                continue;
            }
            let Some(run) = Run::read(doc, index) else { continue };
            if let Some((reading, slot)) = self.phone(&run) {
                let closing = usize::from(reading.parens && doc.byte(reading.end) == b')');
                found.push(KnownMatch {
                    start: reading.start,
                    end: reading.end + closing,
                    kind: Kind::Phone,
                    record: self.owner(slot),
                    weight: PROOF,
                });
                next = reading.next;
            } else if let Some(code) = self
                .key
                .code_hash(doc.span(run.start, run.end))
                .and_then(|hash| self.table.find(hash))
                .filter(|s| self.lives(*s))
            {
                found.push(KnownMatch {
                    start: run.start,
                    end: run.end,
                    kind: Kind::AccountNumber,
                    record: self.owner(code),
                    weight: PROOF,
                });
                next = run.next;
            }
        }
    }

    fn code(&self, token: &Token, word: &str) -> Option<KnownMatch> {
        let whole = |kind, slot| KnownMatch {
            start: token.start,
            end: token.end,
            kind,
            record: self.owner(slot),
            weight: PROOF,
        };
        if let Some(id) = RecordId::parse(word)
            && let Some(slot) = self.entry_of(id)
        {
            return Some(whole(Kind::RecordId, slot));
        }
        let slot = self.table.find(self.key.code_hash(word)?).filter(|s| self.lives(*s))?;
        Some(whole(Kind::AccountNumber, slot))
    }

    /// The longest reading of a run whose last digits are a known number.
    fn phone(&self, run: &Run) -> Option<(Run, Slot)> {
        for count in (1..=run.groups.len()).rev() {
            let length: usize = run.layout.iter().take(count).sum();
            if length < SHORTEST_PHONE {
                return None;
            }
            let digits = without_trunk(run, count, length);
            let tails = [TAIL, 8, 7, 6];
            let slot = tails
                .iter()
                .filter(|tail| {
                    **tail == TAIL
                        || **tail == digits.len()
                        || **tail + 1 == digits.len() && digits.first() == Some(&0)
                })
                .find_map(|tail| {
                    let hash = self.key.phone_hash(&digits, (*tail).min(digits.len()))?;
                    self.table.find(hash).filter(|s| self.lives(*s))
                });
            if let Some(slot) = slot {
                return Some((run.part(0, count)?, slot));
            }
        }
        None
    }

    fn lives(&self, slot: Slot) -> bool {
        slot.record().is_none_or(|record| self.is_alive(record))
    }

    fn owner(&self, slot: Slot) -> Option<RecordId> {
        unpack(self.packed(slot.record()?)?)
    }

    /// The keyed hash of each word that occurs in some known value.
    fn keyed(&self, doc: &Doc<'_>) -> Vec<Option<u64>> {
        let keyed: Vec<u64> = doc.tokens.iter().map(|t| self.key.word(t.hash)).collect();
        self.words.fetch(&keyed);
        keyed.into_iter().map(|keyed| self.words.contains(keyed).then_some(keyed)).collect()
    }

    /// What each word stands for by itself, and with the next.
    fn first_looks(
        &self,
        doc: &Doc<'_>,
        keyed: &[Option<u64>],
    ) -> (Vec<Option<Slot>>, Vec<Option<Slot>>) {
        let single = |(first, keyed): (&Token, &Option<u64>)| {
            // "the" may be part of a firm's name, but is never one.
            let small = first.shape == Shape::Lower && first.class.any(FUNCTION);
            let keyed = keyed.filter(|_| !small)?;
            Some(self.hash(sum_of(first, &[keyed])))
        };
        let singles: Vec<_> = doc.tokens.iter().zip(keyed).map(single).collect();
        let pair = |(at, keyed): (usize, &[Option<u64>])| {
            let (first, second) = (doc.token(at)?, doc.token(at + 1)?);
            let [Some(one), Some(other)] = keyed else { return None };
            let whole = joins(second, first) || bridged(doc, at + 1);
            whole.then(|| self.hash(sum_of(first, &[*one, *other])))
        };
        let pairs: Vec<_> = keyed.windows(2).enumerate().map(pair).collect();
        self.table.fetch(singles.iter().chain(&pairs).copied().flatten());
        let find = |hash: Option<u64>| self.find(hash?);
        (singles.into_iter().map(find).collect(), pairs.into_iter().map(find).collect())
    }

    fn hash(&self, sum: Sum) -> u64 {
        self.key.hash(sum.space(), sum.value())
    }

    fn find(&self, hash: u64) -> Option<Slot> {
        self.table.find(hash).filter(|slot| self.lives(*slot))
    }

    fn look(&self, sum: Sum) -> Option<Slot> {
        self.find(self.hash(sum))
    }
}

/// The digits of the first groups, so many in all. `+49 (0) 30 1234`: the zero in parentheses is not dialled with the
/// country code.
fn without_trunk(run: &Run, groups: usize, length: usize) -> Few<u8> {
    let mut digits = Few::of(run.digits.get(..length).unwrap_or_default());
    let mut at = 0;
    for (i, group) in run.layout.iter().take(groups).enumerate() {
        if i > 0 && i <= 2 && run.plus && run.parens && *group == 1 && digits.get(at) == Some(&0) {
            digits.remove(at);
            break;
        }
        at += group;
    }
    digits
}

pub(super) struct Scan<'a, 't> {
    pub(super) known: &'a KnownValues,
    pub(super) doc: &'a Doc<'t>,
    /// Keyed hash of each word that occurs in some known value.
    pub(super) keyed: Vec<Option<u64>>,
    /// What each word stands for, and each with the next.
    pub(super) singles: Vec<Option<Slot>>,
    pub(super) pairs: Vec<Option<Slot>>,
    /// Words of full names and e-mails that this text holds: a second sign for a name that is also a word.
    pub(super) said: Vec<u64>,
    /// Postcodes and towns that need a neighbour.
    pub(super) weak: Vec<KnownMatch>,
    pub(super) found: Vec<KnownMatch>,
    /// Languages of the text whose names have endings.
    pub(super) tongues: Tongues,
}

impl Scan<'_, '_> {
    fn run(&mut self) {
        for token in self.doc.tokens.windows(2) {
            // The words of an e-mail's local part are names that the text has said.
            if let [token, next] = token
                && matches!(next.gap, Gap::At | Gap::Dot | Gap::Underscore)
            {
                self.said.push(token.hash);
            }
        }
        let mut singles = Vec::with_capacity(self.doc.tokens.len() / 4);
        let mut at = 0;
        while at < self.doc.tokens.len() {
            let (several, single) = self.look_from(at);
            if let Some(hit) = several.filter(|hit| self.accept_several(hit)) {
                at = hit.to;
                continue;
            }
            if let Some(hit) = single {
                singles.push(hit);
            }
            at += 1;
        }
        self.said.sort_unstable();
        let (taken, open): (Vec<Hit>, Vec<Hit>) =
            singles.into_iter().partition(|hit| self.accept_single(hit));
        self.accept_beside(&open);
        self.accept_same(&taken, &open);
        self.settle_weak();
    }

    /// The longest value of two words or more at `at`, and the value of one word.
    fn look_from(&self, at: usize) -> (Option<Hit>, Option<Hit>) {
        let Some(first) = self.doc.token(at) else { return (None, None) };
        let mut several = None;
        let mut single = None;
        let keyed = self.keyed.get(at).copied().flatten();
        if keyed.is_none() && !self.may_be_other(at, first) {
            return (None, None);
        }
        if let Some(keyed) = keyed {
            let mut sum = Sum::new(first.shape == Shape::Ideograph);
            sum.push(keyed);
            single = self.singles.get(at).copied().flatten();
            let mut more = HEAD;
            let mut to = at + 1;
            while let Some(token) = self.doc.token(to) {
                let Some(keyed) = self.keyed.get(to).copied().flatten() else { break };
                if to - at >= more || !(joins(token, first) || bridged(self.doc, to)) {
                    break;
                }
                sum.push(keyed);
                to += 1;
                let slot = match to - at {
                    2 => self.pairs.get(at).copied().flatten(),
                    _ => self.known.look(sum),
                };
                let Some(slot) = slot else { continue };
                if to - at == HEAD && slot.roles().any(Roles::PREFIX) {
                    more = LONGEST;
                }
                let roles = slot.roles().without(Roles::PREFIX);
                if roles != Roles::default() {
                    several = Some(Hit { from: at, to, roles, record: self.known.owner(slot) });
                }
            }
        }
        if several.is_none() {
            several = self.around_middle(at).or_else(|| self.by_nickname(at));
        }
        let single = single.and_then(|slot| self.hit_by(at, at + 1, slot));
        let single = single.or_else(|| self.single_nickname(at)).or_else(|| self.inflected(at));
        (several, single)
    }

    pub(super) fn hit(&self, from: usize, to: usize, sum: Sum) -> Option<Hit> {
        self.hit_by(from, to, self.known.look(sum)?)
    }

    fn hit_by(&self, from: usize, to: usize, slot: Slot) -> Option<Hit> {
        let roles = slot.roles().without(Roles::PREFIX);
        (roles != Roles::default()).then(|| Hit { from, to, roles, record: self.known.owner(slot) })
    }
}

/// The hash of neighbouring words, of which one is the first.
fn sum_of(first: &Token, keyed: &[u64]) -> Sum {
    let mut sum = Sum::new(first.shape == Shape::Ideograph);
    for keyed in keyed {
        sum.push(*keyed);
    }
    sum
}

/// `C/ Mayor`, `Joost 't Hooft`, `Stark & Söhne`: signs between words that do not end a value.
fn bridged(doc: &Doc<'_>, at: usize) -> bool {
    let before = at.checked_sub(1).and_then(|i| doc.token(i));
    let (Some(before), Some(token)) = (before, doc.token(at)) else { return false };
    token.gap == Gap::Other
        && matches!(
            doc.span(before.end, token.start),
            "/ " | " '" | " \u{2019}" | "º " | "ª " | " & " | "&" | " + "
        )
}

/// Whether a word may continue a value.
pub(super) fn joins(token: &Token, first: &Token) -> bool {
    match token.gap {
        Gap::None
        | Gap::Space
        | Gap::Comma
        | Gap::Hyphen
        | Gap::Dot
        | Gap::DotSpace
        | Gap::Apostrophe
        | Gap::Underscore
        | Gap::Slash => {
            (token.shape == Shape::Ideograph) == (first.shape == Shape::Ideograph)
                || token.gap != Gap::None
                || token.shape == Shape::Digits
                || first.shape == Shape::Digits
        }
        Gap::Start | Gap::Wide | Gap::At | Gap::Colon | Gap::Line | Gap::Other => false,
    }
}
