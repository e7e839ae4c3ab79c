//! A second opinion: what a trained recogniser thinks of each word, weighed against writing and surroundings.

use boundary::{Kind, Layer};

use super::{eastern, evidence, goods, led, nobody, things};
use crate::{
    cues,
    lexicon::{
        ABBREVIATION, BRAND, COUNTRY, DAY, FUNCTION, GREETING, HONORIFIC, JOB, MONTH, NAME,
        NATIONALITY, ORG_WORD, PARTICLE, PRODUCT, SIGN_OFF, SMALL, THING, WORD,
    },
    recogniser::{Opinion, Reading},
    resolve::{Candidate, GUESS, KNOWN, Reaches, Sink},
    text::{Doc, Gap, Shape, Token},
};

/// Certainty from which a word belongs to a name, when its writing agrees.
const LIKELY: u8 = 80;
/// The same for a word that is written like any other.
const SURE: u8 = 110;
/// Certainty from which a capitalised word is part of an organisation, and from which it goes on with one.
const FIRM: u8 = 150;
const STILL_FIRM: u8 = 90;
/// Certainty under which a guess from writing alone is not believed.
const UNHEARD: u8 = 8;
/// The same for guesses whose words are in no list, and that no greeting or title calls a person: half of what is written
/// so in other languages is a heading, or opens a note.
const UNHEARD_OF: u8 = 2;
/// Guesses from writing up to this weight need the recogniser's word.
const WEAK: u8 = GUESS + 9;

/// Adds what the recogniser found, and drops weak guesses that it does not share.
pub(crate) fn weigh(doc: &Doc<'_>, reading: &Reading, sink: &mut Sink) {
    let shares = Shares::new(doc, reading);
    let english = doc.is_english();
    sink.candidates.retain(|it| shares.most(doc, it.start, it.end) >= needed(doc, it));
    let towns = sink.candidates.iter().filter(|it| it.kind == Kind::Location);
    let mut towns: Vec<(usize, usize)> = towns.map(|it| (it.start, it.end)).collect();
    towns.sort_unstable();
    let mut index = 0;
    while index < doc.tokens.len() {
        let end = run(doc, &shares, index, english);
        if end > index && !is_town(doc, &towns, index, end) {
            name(doc, &shares, index, end, sink);
        }
        index = end.max(index + 1);
    }
    let mut index = 0;
    while index < doc.tokens.len() {
        let town = is_town(doc, &towns, index, index + 1)
            && !doc.token(index + 1).is_some_and(|t| t.gap == Gap::Space && t.capital());
        index = if town { index + 1 } else { firm(doc, &shares, index, sink).max(index + 1) };
    }
    nobody::clear(doc, |it| shares.most(doc, it.start, it.end), sink);
}

/// Whether words `from..to` are a town by a list, and nobody is called so.
fn is_town(doc: &Doc<'_>, towns: &[(usize, usize)], from: usize, to: usize) -> bool {
    let words = doc.tokens.get(from..to).unwrap_or_default();
    let (Some(first), Some(last)) = (words.first(), words.last()) else { return false };
    towns.binary_search(&(first.start, last.end)).is_ok()
        && !words.iter().any(|t| t.class.any(NAME))
        && cues::person(doc, from, to) < 2
}

/// Adds the organisation that begins at `from`, if one does, and tells where it ends.
fn firm(doc: &Doc<'_>, shares: &Shares, from: usize, sink: &mut Sink) -> usize {
    let opens = |index: usize, token: &Token| {
        let other = token.class.any(FUNCTION.or(GREETING).or(DAY).or(MONTH).or(PRODUCT).or(BRAND));
        token.capital() && !other && shares.firm(index) >= FIRM
    };
    let Some(first) = doc.token(from).filter(|token| opens(from, token)) else { return from };
    let mut end = from + 1;
    let mut next = end;
    while let Some(token) = doc.token(next) {
        let apart = matches!(
            token.gap,
            Gap::Wide | Gap::Line | Gap::Colon | Gap::At | Gap::Underscore | Gap::Slash
        ) || token.gap == Gap::DotSpace
            && doc.token(next - 1).is_some_and(|t| {
                t.shape != Shape::Initial && !t.class.any(ABBREVIATION) && t.len() > 3
            });
        if apart || shares.firm(next) < STILL_FIRM || token.shape == Shape::Digits {
            break;
        }
        next += 1;
        // "Keller und Söhne" goes on behind its small word, "Keller und" does not.
        if token.capital() {
            end = next;
        }
    }
    let words = doc.tokens.get(from..end).unwrap_or_default();
    let code = matches!(doc.byte(first.start.wrapping_sub(1)), b'_' | b'@' | b'#' | b'<');
    // One everyday word, or one letter, needs more than the recogniser's word.
    let noun = |one: &Token| evidence::is_noun(doc, one);
    let plain = matches!(words, [one] if noun(one) || one.class.any(WORD.or(JOB).or(COUNTRY).or(NATIONALITY)) || one.len() < 2);
    if let Some(last) = words.last().filter(|_| !code && !plain) {
        let certain = mean((from..end).map(|index| shares.firm(index)));
        sink.push((first.start, last.end), Kind::Org, Layer::Model, GUESS + certain / 8);
    }
    end
}

/// Whether there is a weak guess to drop, or a word that could be a name and is not covered for sure.
pub(crate) fn in_doubt(doc: &Doc<'_>, sink: &Sink) -> bool {
    let sure = sink.candidates.iter().filter(|it| it.weight >= KNOWN);
    let sure = Reaches::new(sure.map(|it| (it.start, it.end)));
    let english = doc.is_english();
    let mut weak = sink.candidates.iter().filter(|it| needed(doc, it) > 0);
    weak.any(|it| !sure.hold(it.start, it.end))
        || doc.tokens.iter().enumerate().any(|(index, token)| {
            !sure.hold(token.start, token.end) && believed(doc, index, token, u8::MAX, english)
        })
}

/// How certain the recogniser must be of one word of a guess: 0 where the guess stands without it.
fn needed(doc: &Doc<'_>, it: &Candidate) -> u8 {
    if !guessed(doc, it) || !is_strange(doc, it) {
        return if is_weak(doc, it) { UNHEARD } else { 0 };
    }
    let (from, to) = range(doc, it);
    // `Liebe Eltern`: a greeting says less of one word than of a whole name.
    let least = if to - from == 1 { 4 } else { 3 };
    if cues::person(doc, from, to) >= least { 0 } else { UNHEARD_OF }
}

/// The words of a candidate.
fn range(doc: &Doc<'_>, it: &Candidate) -> (usize, usize) {
    (doc.index_at(it.start), doc.tokens.partition_point(|token| token.start < it.end))
}

/// Whether no word of a guess is in a list of names, nor an initial before a name.
fn is_strange(doc: &Doc<'_>, it: &Candidate) -> bool {
    let (from, to) = range(doc, it);
    let words = doc.tokens.get(from..to).unwrap_or_default();
    it.weight < KNOWN - 10
        && !words.iter().any(|token| token.class.any(NAME) && !token.class.any(PARTICLE))
}

/// A guess that needs the recogniser's word. It was taught Latin letters: of others it knows nothing to say.
fn is_weak(doc: &Doc<'_>, it: &Candidate) -> bool {
    it.weight <= WEAK && guessed(doc, it)
}

/// A guess at a name of Latin letters without an initial.
fn guessed(doc: &Doc<'_>, it: &Candidate) -> bool {
    let latin =
        |c: char| !c.is_alphabetic() || matches!(c, '\0'..='\u{24f}' | '\u{1e00}'..='\u{1eff}');
    it.layer == Layer::Model
        && it.kind == Kind::Name
        && !initialled(doc, it)
        && doc.span(it.start, it.end).chars().all(latin)
}

/// `J.W. Terpstra`: an initial with its full stop says enough, and the recogniser knows few of them.
fn initialled(doc: &Doc<'_>, it: &Candidate) -> bool {
    let words = doc.tokens.iter().skip(doc.index_at(it.start)).take_while(|t| t.end <= it.end);
    let mut initials = 0;
    let mut surname = false;
    for token in words {
        let dotted = token.shape == Shape::Initial && doc.byte(token.end) == b'.';
        initials += usize::from(dotted);
        surname = token.shape == Shape::Title && !token.class.any(WORD.or(FUNCTION));
    }
    initials > 0 && surname
}

/// What the recogniser thinks of each of our words: the opinions about what it calls words, averaged.
struct Shares {
    names: Vec<u8>,
    firms: Vec<u8>,
}

impl Shares {
    fn new(doc: &Doc<'_>, reading: &Reading) -> Self {
        let mut opinions = reading.words.as_slice();
        let both = doc.tokens.iter().map(|token| {
            while opinions.first().is_some_and(|it| it.end <= token.start) {
                opinions = opinions.get(1..).unwrap_or_default();
            }
            let own = || opinions.iter().take_while(|it| it.start < token.end);
            let of = |what: fn(&Opinion) -> u8| mean(own().map(what));
            (of(|opinion| opinion.name), of(|opinion| opinion.org))
        });
        let (names, firms) = both.unzip();
        Self { names, firms }
    }

    fn of(&self, index: usize) -> u8 {
        self.names.get(index).copied().unwrap_or(0)
    }

    fn firm(&self, index: usize) -> u8 {
        self.firms.get(index).copied().unwrap_or(0)
    }

    /// The highest share of the words in a range of the text.
    fn most(&self, doc: &Doc<'_>, start: usize, end: usize) -> u8 {
        let first = doc.index_at(start);
        let words = doc.tokens.iter().enumerate().skip(first).take_while(|(_, t)| t.start < end);
        words.map(|(index, _)| self.of(index)).max().unwrap_or(0)
    }
}

fn mean(values: impl Iterator<Item = u8>) -> u8 {
    let (sum, count) = values.fold((0_u32, 0), |(sum, n), value| (sum + u32::from(value), n + 1));
    u8::try_from(sum / u32::max(count, 1)).unwrap_or(u8::MAX)
}

/// One past the last word of a name that begins at `from`; `from` itself when none does.
fn run(doc: &Doc<'_>, shares: &Shares, from: usize, english: bool) -> usize {
    let mut end = from;
    while let Some(token) = doc.token(end) {
        let joined = end == from
            || matches!(token.gap, Gap::Space | Gap::Hyphen | Gap::Apostrophe | Gap::None)
            || matches!(token.gap, Gap::Dot | Gap::DotSpace)
                && doc.token(end - 1).is_some_and(|t| t.shape == Shape::Initial);
        if !joined || !believed(doc, end, token, shares.of(end), english) {
            break;
        }
        end += 1;
    }
    end
}

/// Whether a word may be part of a name, as sure as the recogniser is.
fn believed(doc: &Doc<'_>, index: usize, token: &Token, share: u8, english: bool) -> bool {
    let code = matches!(token.gap, Gap::Underscore | Gap::At)
        || matches!(doc.byte(token.end), b'_' | b'@' | b'=');
    if code || matches!(token.shape, Shape::Digits | Shape::Alnum) {
        return false;
    }
    // A title is none of the name: `Frau Wegener`.
    let title = token.class.any(HONORIFIC) && !token.class.any(NAME) || led::title_behind(token);
    if title || evidence::is_noun(doc, token) || syllable(doc, token) || led::kin_opens(doc, index)
    {
        return false;
    }
    let class = token.class;
    let other = FUNCTION.or(GREETING).or(SIGN_OFF).or(DAY).or(MONTH).or(PRODUCT).or(BRAND);
    if class.any(BRAND.or(THING)) && !class.any(NAME) {
        return false;
    }
    if class.any(other) && !class.any(NAME) {
        return share > SURE && !class.any(GREETING.or(SIGN_OFF).or(DAY)) && token.capital();
    }
    let everyday =
        class.any(WORD.or(ORG_WORD).or(JOB).or(COUNTRY).or(NATIONALITY)) && !class.any(NAME);
    let needed = match token.shape {
        // `said`, `sue`: small and everyday, and `WhoId`: more than a recogniser's word is needed.
        Shape::Lower if class.any(WORD.or(SMALL)) => return false,
        // Elsewhere most small words are in no list.
        Shape::Lower if !english && !near_name(doc, index) => return false,
        Shape::Mixed if !evidence::name_like_capitals(doc.word(token)) => return false,
        Shape::Lower => SURE,
        _ if everyday => SURE,
        _ if class.any(NAME) && cues::person(doc, index, index + 1) > 0 => LIKELY / 2,
        _ => LIKELY,
    };
    share >= needed
}

/// Whether a word or its neighbour is a name that is in a list.
fn near_name(doc: &Doc<'_>, index: usize) -> bool {
    let listed = |t: &Token| t.class.any(NAME) && !t.class.any(WORD);
    let before = index.checked_sub(1).and_then(|i| doc.token(i));
    doc.token(index).is_some_and(|t| {
        listed(t)
            || matches!(t.gap, Gap::Space | Gap::Hyphen) && before.is_some_and(listed)
            || cues::person(doc, index, index + 1) >= 2
            || t.gap == Gap::Space && index > 1 && cues::person(doc, index - 1, index + 1) >= 2
    }) || doc
        .token(index + 1)
        .is_some_and(|t| matches!(t.gap, Gap::Space | Gap::Hyphen) && listed(t))
}

/// Whether a word is one of the small syllables of Japanese, which end words and join them.
fn syllable(doc: &Doc<'_>, token: &Token) -> bool {
    token.shape == Shape::Ideograph
        && doc.word(token).chars().all(|c| matches!(c, '\u{3040}'..='\u{309f}'))
}

/// Whether a noun with a capital stands right beside a run: `Pakiet Bezpieczny`, `Kalite Güvence raporu`.
fn beside_noun(doc: &Doc<'_>, from: usize, to: usize) -> bool {
    let noun = |t: &Token| t.capital() && evidence::is_noun(doc, t);
    let spaced = |i: usize| doc.token(i).is_some_and(|t| t.gap == Gap::Space);
    let before = from.checked_sub(1).and_then(|i| doc.token(i));
    spaced(from) && before.is_some_and(noun) || spaced(to) && doc.token(to).is_some_and(noun)
}

fn name(doc: &Doc<'_>, shares: &Shares, from: usize, to: usize, sink: &mut Sink) {
    let words = doc.tokens.get(from..to).unwrap_or_default();
    let (Some(first), Some(last)) = (words.first(), words.last()) else { return };
    // Single letters and syllables are names only beside others.
    if words.iter().all(|t| t.shape == Shape::Initial || t.len() < 3 && t.shape != Shape::Ideograph)
    {
        return;
    }
    // "Project Falcon", "the Madison dashboard": what stands around capitals may say that they are a thing.
    let cue = cues::person(doc, from, to);
    let of_noun = words.len() == 1
        && cue < 0
        && doc
            .token(to)
            .is_some_and(|t| t.gap == Gap::Space && t.capital() && evidence::is_noun(doc, t));
    let thing = (cue <= -3 || of_noun) && words.iter().all(Token::capital)
        || things::is_label(doc, from, to)
        || cue <= 1 && (goods::is_make(doc, from, to) || goods::is_compound(doc, from, to));
    // A capital that every noun has is no second sign for a word that is in no list.
    let strange = words.len() == 1 && cue <= 0 && !first.class.any(NAME);
    let certain = mean((from..to).map(|index| shares.of(index)));
    if strange && certain < SURE && doc.capitalises_nouns() {
        return;
    }
    let everyday = words.iter().all(|t| t.class.any(WORD));
    // "Thanks, Operations": a department signs.
    let office = matches!(words, [one] if one.class.any(JOB.or(ORG_WORD)) && !one.class.any(NAME));
    if office || thing || everyday && words.len() == 1 && cue <= 0 && !first.class.any(NAME) {
        return;
    }
    // What stands beside a noun and is in no list is a part of what that names.
    let small = first.class.any(FUNCTION.or(PARTICLE)) && first.shape != Shape::Title;
    let listed =
        !small && words.iter().any(|t| t.class.any(NAME) && !t.class.any(FUNCTION.or(PARTICLE)));
    if (!listed && cue <= 0 || small) && beside_noun(doc, from, to) {
        return;
    }
    let mut end = last.end;
    if words.iter().all(|t| t.shape == Shape::Ideograph) {
        // The title behind the name is none of it.
        let name = eastern::japanese::untitled(doc.span(first.start, last.end));
        if !eastern::is_name(name) {
            return;
        }
        end = first.start + name.len();
    }
    let weight = GUESS + certain / 8;
    sink.push((first.start, end), Kind::Name, Layer::Model, weight);
}
