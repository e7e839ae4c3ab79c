//! Whether words that are known stand for what is known: second signs, neighbours, kinds.

use boundary::Kind;

use super::{
    everyday::telling,
    scan::{Hit, KnownMatch, Scan},
    slot::Roles,
};
use crate::{
    cues,
    lexicon::{Class, FUNCTION, PARTICLE, WORD},
    resolve::KNOWN,
    text::{Gap, Shape, Token},
};

/// Most initials of one name.
const MOST_INITIALS: usize = 4;

impl Scan<'_, '_> {
    fn tokens(&self, hit: &Hit) -> &[Token] {
        self.doc.tokens.get(hit.from..hit.to).unwrap_or_default()
    }

    pub(super) fn push(&mut self, hit: &Hit, kind: Kind, weight: u8) {
        let from = if kind == Kind::Name { self.with_initials(hit) } else { hit.from };
        if let (Some(first), Some(last)) =
            (self.doc.token(from), hit.to.checked_sub(1).and_then(|i| self.doc.token(i)))
        {
            self.found.push(KnownMatch {
                start: first.start,
                end: last.end,
                kind,
                record: hit.record,
                weight,
            });
        }
    }

    /// `J.P. Byron`, `v.d. Byron`: where the initials before a surname begin, and the small words that Dutch shortens.
    fn with_initials(&self, hit: &Hit) -> usize {
        let mut from = hit.from;
        if !hit.roles.any(Roles::LAST.or(Roles::INITIAL)) {
            return from;
        }
        while let (Some(token), Some(prior)) = (self.doc.token(from), self.before(from)) {
            let one = self.doc.word(prior).chars().nth(1).is_none();
            let letter = one && matches!(prior.shape, Shape::Initial | Shape::Lower);
            let dotted = matches!(token.gap, Gap::Dot | Gap::DotSpace);
            let initial = letter
                && (dotted
                    || token.gap == Gap::Space
                        && prior.shape == Shape::Initial
                        && !prior.class.any(FUNCTION));
            let small = token.gap == Gap::Space && matches!(self.doc.word(prior), "vd" | "vdr");
            // `JP Byron`: two letters that are no abbreviation of anything.
            let pair = token.gap == Gap::Space
                && prior.len() == 2
                && prior.shape == Shape::Upper
                && prior.class == Class::default()
                && token.shape == Shape::Title;
            if from + MOST_INITIALS <= hit.from || !(initial || small || pair) {
                break;
            }
            from -= 1;
        }
        from
    }

    pub(super) fn accept_several(&mut self, hit: &Hit) -> bool {
        let tokens = self.tokens(hit);
        let ideographs = tokens.first().is_some_and(|t| t.shape == Shape::Ideograph);
        let capitals = tokens
            .iter()
            .filter(|t| t.capital() || matches!(t.shape, Shape::Uncased | Shape::Ideograph))
            .count();
        let everyday = tokens
            .iter()
            .all(|t| t.class.any(WORD.or(FUNCTION)) || t.shape == Shape::Digits || t.len() == 1);
        let numbers =
            tokens.iter().filter(|t| matches!(t.shape, Shape::Digits | Shape::Alnum)).count();
        if hit.roles.any(Roles::FULL) || hit.roles.any(Roles::INITIAL) {
            let initial = !hit.roles.any(Roles::FULL);
            let score = cues::person(self.doc, hit.from, hit.to);
            let fits = if ideographs {
                true
            } else if initial {
                // "A Page" is an article and a noun unless the letter has its full stop.
                let dotted = tokens.iter().any(|t| t.gap == Gap::DotSpace || t.gap == Gap::Dot)
                    || tokens.iter().any(|t| t.gap == Gap::Comma);
                // `W. da Conceição` has small words of its own.
                let small = tokens.iter().filter(|t| t.class.any(PARTICLE) && !t.capital()).count();
                let telling = |t: &Token| t.len() > 3 && telling(self.doc, t);
                capitals + small == tokens.len() && (dotted || !everyday || score > 0)
                    // `k byron`, `a. byron`, but not "a" and then a name.
                    || tokens.iter().any(telling)
                        && tokens.iter().all(|t| {
                            telling(t)
                                || t.class.any(PARTICLE)
                                || t.len() == 1 && (dotted || !t.class.any(FUNCTION))
                        })
            } else if capitals == 0 {
                !everyday || score > 0
            } else {
                score > -3 || !everyday
            };
            if fits {
                let said: Vec<u64> = tokens.iter().map(|t| t.hash).collect();
                self.said.extend(said);
                self.push(hit, Kind::Name, KNOWN + 5);
                return true;
            }
            return false;
        }
        // `de Wit B.V.` is called after its owner: the words around tell which of them is meant.
        let family = hit.roles.any(Roles::LAST) && !self.about_org(hit);
        if hit.roles.any(Roles::ORG) && !family && (capitals > 0 || !everyday) {
            self.push(hit, Kind::Org, KNOWN + 2);
            return true;
        }
        if hit.roles.any(Roles::STREET) && (numbers > 0 || capitals > 1 || ideographs) {
            self.push(hit, Kind::Address, KNOWN + 1);
            return true;
        }
        if hit.roles.any(Roles::TOWN) && capitals > 0 {
            self.push(hit, Kind::Location, KNOWN);
            return true;
        }
        let score = || cues::person(self.doc, hit.from, hit.to);
        if hit.roles.any(Roles::FIRST.or(Roles::LAST)) && (capitals > 0 || !everyday || score() > 0)
        {
            self.push(hit, Kind::Name, KNOWN);
            return true;
        }
        false
    }

    /// A number that is someone's postcode counts beside a known street or town.
    pub(super) fn settle_weak(&mut self) {
        let weak = std::mem::take(&mut self.weak);
        if weak.is_empty() {
            return;
        }
        let near = |a: usize, b: usize| a <= b && b - a <= 3;
        let place = |f: &&KnownMatch| matches!(f.kind, Kind::Address | Kind::Location);
        let mut starts: Vec<usize> = self.found.iter().filter(place).map(|f| f.start).collect();
        let mut ends: Vec<usize> = self.found.iter().filter(place).map(|f| f.end).collect();
        starts.sort_unstable();
        ends.sort_unstable();
        for found in weak {
            let after = starts.get(starts.partition_point(|s| *s < found.end));
            let before = ends.partition_point(|e| *e <= found.start).checked_sub(1);
            let beside = after.is_some_and(|s| near(found.end, *s))
                || before.and_then(|i| ends.get(i)).is_some_and(|e| near(*e, found.start));
            if beside {
                self.found.push(found);
            }
        }
    }
}
