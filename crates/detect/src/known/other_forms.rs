//! Names in another form than the CRM has: around a middle name, by a short form, with an ending.

use super::{
    Sum, ending,
    everyday::{abroad, no_word},
    nicknames,
    scan::{Hit, Scan, joins},
    slot::Roles,
};
use crate::{
    lexicon::{FUNCTION, Lexicon, NAME, NICKNAME, SMALL, WORD},
    text::{Gap, Shape, Token},
};

impl Scan<'_, '_> {
    /// Whether a word that no value holds may be a short form or have an ending, or stand before a short form.
    pub(super) fn may_be_other(&self, at: usize, token: &Token) -> bool {
        let next = self.doc.token(at + 1).map_or(token.listed, |next| next.listed);
        token.listed.or(next).any(NICKNAME) || no_word(token.class)
    }

    /// `Ada M. Byron`, `Ada Maria Byron` for a known Ada Byron.
    pub(super) fn around_middle(&self, at: usize) -> Option<Hit> {
        self.doc.token(at).filter(|t| t.capital())?;
        let (middle, last) = (self.doc.token(at + 1)?, self.doc.token(at + 2)?);
        let between = matches!(middle.gap, Gap::Space)
            && matches!(last.gap, Gap::Space | Gap::DotSpace)
            && middle.capital()
            && !middle.class.any(FUNCTION);
        if !between || !last.capital() {
            return None;
        }
        let mut sum = Sum::new(false);
        sum.push(self.keyed.get(at).copied().flatten()?);
        sum.push(self.keyed.get(at + 2).copied().flatten()?);
        self.hit(at, at + 3, sum).filter(|hit| hit.roles.any(Roles::FULL))
    }

    /// `Bill Smith` for a known William Smith.
    pub(super) fn by_nickname(&self, at: usize) -> Option<Hit> {
        let (first, second) = (self.doc.token(at)?, self.doc.token(at + 1)?);
        if !first.listed.or(second.listed).any(NICKNAME) {
            return None;
        }
        let known = |at: usize| self.keyed.get(at).copied().flatten();
        let (one, other) = (known(at), known(at + 1));
        if !joins(second, first) || first.shape == Shape::Ideograph {
            return None;
        }
        let called = |name: &Token, kept: Option<u64>| {
            let kept = kept?;
            nicknames::others(name.hash).iter().find_map(|formal| {
                let keyed = self.known.key.word(*formal);
                if !self.known.words.contains(keyed) {
                    return None;
                }
                let mut sum = Sum::new(false);
                sum.push(keyed);
                sum.push(kept);
                self.hit(at, at + 2, sum).filter(|hit| hit.roles.any(Roles::FULL))
            })
        };
        called(first, other).or_else(|| called(second, one))
    }

    pub(super) fn single_nickname(&self, at: usize) -> Option<Hit> {
        let token = self.doc.token(at).filter(|t| t.listed.any(NICKNAME))?;
        let may_be = token.capital()
            && !token.class.any(FUNCTION)
            && !(token.shape == Shape::Upper && token.len() <= 3)
            || token.shape == Shape::Lower
                && token.len() > 3
                && !token.class.any(WORD.or(FUNCTION).or(SMALL));
        if !may_be {
            return None;
        }
        self.nickname(at, token.hash)
    }

    /// Whoever is known by a name that the word with this hash stands for.
    fn nickname(&self, at: usize, hash: u64) -> Option<Hit> {
        nicknames::others(hash).iter().find_map(|formal| {
            let hit = self.one_word(at, *formal)?;
            let roles = hit.roles.only(Roles::FIRST);
            (roles != Roles::default()).then_some(Hit { record: None, roles, ..hit })
        })
    }

    /// `Nováka`, `Mohrbecks`, `Gosię`: a known name with an ending.
    pub(super) fn inflected(&self, at: usize) -> Option<Hit> {
        let token = self.doc.token(at).filter(|t| {
            let written = t.capital() && t.shape != Shape::Initial || t.shape == Shape::Lower;
            written && t.len() > 3 && no_word(t.class)
        })?;
        let small = token.shape == Shape::Lower;
        if abroad(token) {
            return None;
        }
        let whole = self.doc.word(token).chars().count();
        ending::stems(self.doc, token, self.tongues, |hash, letters| {
            let class = Lexicon::shared().class(hash);
            let listed = class.any(NAME) || !nicknames::others(hash).is_empty();
            let enough = if small || !listed || letters + 1 >= whole { 4 } else { 3 };
            if letters < enough || !no_word(class) {
                return None;
            }
            let hit = self.one_word(at, hash).or_else(|| self.nickname(at, hash))?;
            let person = hit.roles.only(Roles::FIRST.or(Roles::LAST));
            // `Wetterburgs Hallen`.
            let other = hit.roles.only(Roles::ORG.or(Roles::TOWN));
            let roles = if person == Roles::default() && letters > 4 { other } else { person };
            (roles != Roles::default()).then_some(Hit { roles, ..hit })
        })
    }

    /// What the word with this hash would be in the place of the one that stands there.
    fn one_word(&self, at: usize, hash: u64) -> Option<Hit> {
        let keyed = self.known.key.word(hash);
        if !self.known.words.contains(keyed) {
            return None;
        }
        let mut sum = Sum::new(false);
        sum.push(keyed);
        self.hit(at, at + 1, sum)
    }
}
