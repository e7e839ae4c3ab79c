//! Whether words that are known stand for what is known: second signs, neighbours, kinds.

use boundary::Kind;

use super::{
    scan::{Hit, KnownMatch, Scan},
    slot::Roles,
};
use crate::{
    cues,
    lexicon::{
        AMBIGUOUS, BEFORE_PERSON, BRAND, COUNTRY, Class, DAY, FUNCTION, GIVEN, GREETING, MONTH,
        NAME, NATIONALITY, ORG_LABEL, ORG_WORD, PARTICLE, PLACE_CUE, PRODUCT, STATE, WORD,
    },
    name::shouting,
    resolve::KNOWN,
    text::{Gap, Shape, Token},
};

impl Scan<'_, '_> {
    fn tokens(&self, hit: &Hit) -> &[Token] {
        self.doc.tokens.get(hit.from..hit.to).unwrap_or_default()
    }

    fn push(&mut self, hit: &Hit, kind: Kind, weight: u8) {
        if let (Some(first), Some(last)) =
            (self.doc.token(hit.from), hit.to.checked_sub(1).and_then(|i| self.doc.token(i)))
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
                capitals + small == tokens.len() && (dotted || !everyday || score > 0)
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
        if hit.roles.any(Roles::ORG) && (capitals > 0 || !everyday) {
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
        if hit.roles.any(Roles::FIRST.or(Roles::LAST)) && (capitals > 0 || !everyday) {
            self.push(hit, Kind::Name, KNOWN);
            return true;
        }
        false
    }

    pub(super) fn accept_single(&mut self, hit: &Hit) {
        let Some(token) = self.doc.token(hit.from).copied() else { return };
        if matches!(token.shape, Shape::Digits | Shape::Alnum) {
            if hit.roles.any(Roles::STREET) {
                self.push(hit, Kind::Address, KNOWN);
                self.weak.extend(self.found.pop());
            }
            return;
        }
        if token.len() < 2 && token.shape != Shape::Ideograph
            || token.shape == Shape::Initial && token.class != Class::default()
        {
            return;
        }
        let score = cues::person(self.doc, hit.from, hit.to);
        let person = hit.roles.any(Roles::FIRST.or(Roles::LAST).or(Roles::FULL));
        let place_cue = self.before(hit.from).is_some_and(|t| {
            t.class.any(PLACE_CUE)
                && !t.class.any(BEFORE_PERSON.or(GREETING))
                && t.shape == Shape::Lower
        });
        let kind = if hit.roles.any(Roles::TOWN) && (place_cue || !person) {
            Kind::Location
        } else if person {
            Kind::Name
        } else {
            Kind::Org
        };
        let kind = if hit.roles.any(Roles::ORG) && self.about_org(hit) { Kind::Org } else { kind };
        let fits = match token.shape {
            // One ideograph is a name only where it stands by itself, and is not the answer to a question.
            Shape::Ideograph if self.doc.word(&token).chars().count() == 1 => {
                let next = self.doc.token(hit.to).map(|t| t.gap);
                let answer = token.gap == Gap::Colon && next != Some(Gap::Apostrophe);
                let alone = token.gap != Gap::None && !answer && next != Some(Gap::None);
                alone || self.addressed(&token)
            }
            _ if kind == Kind::Location
                && !person
                && !Self::doubtful(&token)
                && token.capital() =>
            {
                true
            }
            // Typed in haste: a word that is in no dictionary, where a person may stand.
            Shape::Lower => {
                let enough = if token.class.any(GIVEN) { 1 } else { 2 };
                let person = kind == Kind::Name && score >= enough;
                // A firm whose name is no word is nothing else in small letters.
                // In a text of another language most words are in no list.
                let firm =
                    kind == Kind::Org && token.class == Class::default() && self.doc.is_english();
                !Self::doubtful(&token) && token.len() > 3 && (person || firm)
            }
            _ if Self::doubtful(&token) => {
                score >= 2
                    // "Finn is economic buyer": of one people, and somebody's name.
                    || kind == Kind::Name && score >= 1 && Self::of_a_people(&token)
                    || kind == Kind::Name && score >= 0 && self.stands_out(hit, &token)
                    || self.said.binary_search(&token.hash).is_ok() && score >= 0
                    || kind != Kind::Name && score >= 0 && place_cue
            }
            // Three capitals in a line of small letters are an abbreviation first.
            Shape::Upper if token.len() <= 3 => score > 0 || shouting(self.doc, hit.from),
            _ => score > -3,
        };
        if fits {
            self.push(hit, kind, KNOWN);
        }
    }

    /// A word that is known as a name, with a capital where a mere word would have none: inside a sentence of
    /// small words, or in front of what it says in a chat.
    fn stands_out(&self, hit: &Hit, token: &Token) -> bool {
        let else_named =
            MONTH.or(DAY).or(BRAND).or(COUNTRY).or(PRODUCT).or(ORG_WORD).or(NATIONALITY);
        if !token.class.any(GIVEN) || token.class.any(else_named) || token.shape != Shape::Title {
            return false;
        }
        let next = self.doc.token(hit.to);
        let small = |t: &Token| t.shape == Shape::Lower || t.opens && t.class.any(FUNCTION);
        let inside = !token.opens
            && token.gap == Gap::Space
            && self.before(hit.from).is_some_and(small)
            && next.is_none_or(|t| t.gap != Gap::Space || small(t));
        let speaks = matches!(token.gap, Gap::Line | Gap::Start)
            && next.is_some_and(|t| t.gap == Gap::Colon && t.shape != Shape::Digits);
        inside || speaks
    }

    /// `王先生`, `林様`: one character and how a person is called.
    fn addressed(&self, token: &Token) -> bool {
        let rest = self.doc.text.get(token.end..).unwrap_or_default();
        ["先生", "女士", "小姐", "经理", "老师", "さん", "様", "氏"]
            .iter()
            .any(|called| rest.starts_with(called))
    }

    /// `Finn`, `Dane`, `Scot`: a name that is also what one of a people is called.
    fn of_a_people(token: &Token) -> bool {
        let else_named = MONTH.or(DAY).or(BRAND).or(COUNTRY).or(PRODUCT).or(ORG_WORD).or(FUNCTION);
        token.len() <= 5
            && token.shape == Shape::Title
            && token.class.any(NATIONALITY)
            && token.class.any(GIVEN)
            && !token.class.any(else_named)
    }

    /// Names that are also words, months or makers need a second sign.
    fn doubtful(token: &Token) -> bool {
        token.class.any(
            WORD.or(MONTH)
                .or(DAY)
                .or(BRAND)
                .or(AMBIGUOUS)
                .or(FUNCTION)
                .or(COUNTRY)
                .or(PRODUCT)
                .or(ORG_WORD)
                .or(NATIONALITY)
                .or(GREETING),
        ) || token.class.any(STATE) && token.len() <= 3
    }

    fn before(&self, index: usize) -> Option<&Token> {
        index.checked_sub(1).and_then(|i| self.doc.token(i))
    }

    fn about_org(&self, hit: &Hit) -> bool {
        let label = |t: &Token| t.class.any(ORG_LABEL);
        // "Ada Byron (Acme)", "Acme - renewal".
        if let Some(token) = self.doc.token(hit.from)
            && (self.doc.byte_before(token.start) == b'(' && self.doc.byte(token.end) == b')'
                || self.doc.span(token.end, token.end + 3) == " - ")
        {
            return true;
        }
        self.before(hit.from)
            .is_some_and(|t| label(t) || matches!(self.doc.word(t), "at" | "account" | "about"))
            || self.doc.token(hit.to).is_some_and(|t| {
                t.gap == Gap::Space
                    && (label(t) || matches!(self.doc.word(t), "opportunity" | "deal" | "contract"))
            })
            || !hit.roles.any(Roles::FIRST.or(Roles::LAST))
                && !self.doc.token(hit.from).is_some_and(|t| t.class.any(NAME))
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
