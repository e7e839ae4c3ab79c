//! Runs of capitalised words, judged by their parts and their surroundings.

use boundary::{Kind, Layer};

use super::{evidence, place};
use crate::{
    cues,
    lexicon::{
        ABROAD, BRAND, COUNTRY, DAY, FUNCTION, GIVEN, GREETING, HONORIFIC, JOB, MONTH, NAME,
        NATIONALITY, ORG_WORD, PARTICLE, PLACE_PREFIX, PRODUCT, SIGN_OFF, SURNAME, WORD,
    },
    resolve::{GUESS, Sink},
    text::{Doc, Gap, Shape, Token},
};

/// Most words of a name.
const LONGEST: usize = 6;

pub(super) fn detect(doc: &Doc<'_>, sink: &mut Sink) {
    let found = sink.candidates.len();
    let foreign = evidence::capitalises_nouns(doc);
    let english = evidence::is_english(doc);
    let mut index = 0;
    while let Some(token) = doc.token(index) {
        if starts(token) || token.gap == Gap::At && cues::mentioned(doc, token) && token.capital() {
            let end = run_end(doc, index);
            judge(doc, index, end, foreign, sink);
            index = end.max(index + 1);
        } else {
            if token.shape == Shape::Lower
                && !token.class.any(WORD.or(FUNCTION))
                && (token.class.any(NAME)
                    || english
                    || titled(doc, index)
                    || cues::introduced(doc, index))
            {
                small_letters(doc, index, english, sink);
            }
            index += 1;
        }
    }
    said_before(doc, found, sink);
}

/// A part of a full name that this text holds is that person wherever it stands: `Isak Kleist .. Kleist`.
/// So is a name that a label names: `FirstName: Rose .. on behalf of Rose`.
fn said_before(doc: &Doc<'_>, from: usize, sink: &mut Sink) {
    let mut parts: Vec<u64> = Vec::new();
    for (at, name) in sink.candidates.iter().enumerate() {
        let labelled = name.layer == Layer::Field;
        if name.kind != Kind::Name || !labelled && at < from {
            continue;
        }
        let first = doc.index_at(name.start);
        let words = doc.tokens.iter().skip(first).take_while(|t| t.end <= name.end);
        let words: Vec<&Token> = words.collect();
        if labelled || words.len() > 1 {
            let telling = words.iter().filter(|t| t.len() > 2 && !t.class.any(FUNCTION));
            parts.extend(telling.map(|t| t.hash));
        }
    }
    parts.sort_unstable();
    for (index, token) in doc.tokens.iter().enumerate() {
        if !token.capital() || token.len() < 3 || parts.binary_search(&token.hash).is_err() {
            continue;
        }
        let cue = cues::person(doc, index, index + 1);
        if cue > -3 && (!token.class.any(WORD) || cue > 0) {
            sink.push((token.start, token.end), Kind::Name, Layer::Model, GUESS);
        }
    }
}

fn starts(token: &Token) -> bool {
    token.capital() && !matches!(token.gap, Gap::Underscore | Gap::At | Gap::Dot)
}

/// One past the last word of the run of capitalised words from `from`.
fn run_end(doc: &Doc<'_>, from: usize) -> usize {
    let mut end = from + 1;
    while let Some(token) = doc.token(end) {
        if end - from >= LONGEST + 2 || !continues(doc, end, token) {
            break;
        }
        end += 1;
    }
    // A particle may not end a name.
    while end > from + 1
        && doc.token(end - 1).is_some_and(|t| t.shape == Shape::Lower && t.gap != Gap::Hyphen)
    {
        end -= 1;
    }
    end
}

fn continues(doc: &Doc<'_>, index: usize, token: &Token) -> bool {
    let before = index.checked_sub(1).and_then(|i| doc.token(i));
    let joined = match token.gap {
        Gap::Space | Gap::Hyphen => true,
        Gap::Apostrophe => token.capital(),
        Gap::DotSpace | Gap::Dot => {
            before.is_some_and(|t| t.shape == Shape::Initial || t.class.any(HONORIFIC))
        }
        _ => false,
    };
    let particle = token.shape == Shape::Lower
        && token.class.any(PARTICLE)
        && token.len() <= 4
        && before.is_some_and(|t| !t.class.any(FUNCTION) || t.class.any(PARTICLE))
        && particle_leads_on(doc, index);
    // "tell Ada I am late": a pronoun and an article are no initials.
    let pronoun = token.shape == Shape::Initial
        && token.class.any(FUNCTION)
        && doc.byte(token.end) != b'.'
        && !doc.token(index + 1).is_some_and(|t| {
            let middle = t.gap == Gap::Space && t.shape == Shape::Title && !t.class.any(WORD);
            t.gap == Gap::Apostrophe && t.capital() || middle && doc.word(token) != "I"
        });
    joined
        && !pronoun
        && (token.capital() || particle || second_syllable(token, before))
        && !(token.class.any(GREETING) && token.class.any(WORD) && !token.class.any(NAME))
}

/// `Hye-jin`: a syllable written small after a hyphen.
fn second_syllable(token: &Token, before: Option<&Token>) -> bool {
    let short = before.is_some_and(|t| t.len() <= 6 && !t.class.any(FUNCTION));
    token.gap == Gap::Hyphen
        && token.shape == Shape::Lower
        && token.len() <= 6
        && (token.class.any(NAME) || short)
        && (!token.class.any(WORD.or(FUNCTION)) || short && token.class == WORD && token.len() <= 5)
        && before.is_some_and(|t| t.shape == Shape::Title && !t.class.any(WORD))
}

/// `van der Berg`: one or two particles, then a capitalised word.
fn particle_leads_on(doc: &Doc<'_>, index: usize) -> bool {
    let next =
        |n: usize| doc.token(index + n).filter(|t| matches!(t.gap, Gap::Space | Gap::Apostrophe));
    let both = next(1).is_some_and(|t| t.class.any(PARTICLE) && t.shape == Shape::Lower)
        && next(2).is_some_and(Token::capital);
    // "y" and "e" join surnames, "or" and "in" do not; "de" and its like only inside names.
    (both || next(1).is_some_and(Token::capital))
        && doc.token(index).is_some_and(|t| {
            !matches!(doc.word(t), "i" | "e" | "a" | "o" | "st") || doc.word(t) == "y"
        })
}

fn judge(doc: &Doc<'_>, from: usize, to: usize, foreign: bool, sink: &mut Sink) {
    let shouting = evidence::shouting(doc, from);
    let (from, to) = trim(doc, from, to, foreign);
    // `El Departamento de ..`: the article is left.
    let article = |t: &Token| t.class.any(PARTICLE.or(FUNCTION)) && t.len() <= 3;
    if from >= to
        || to - from == 1 && doc.token(from).is_some_and(article) && cues::person(doc, from, to) < 3
    {
        return;
    }
    // "Last, First" and lists of names: look past the comma.
    let parts = doc.tokens.get(from..to).unwrap_or_default();
    let main = parts.iter().filter(|t| !t.class.any(PARTICLE)).count();
    if (main <= 2 && parts.len() <= 5) && last_first(doc, from, to, sink) {
        return;
    }
    let words = doc.tokens.get(from..to).unwrap_or_default();
    let (Some(first), Some(last)) = (words.first(), words.last()) else { return };
    // `CONDITIONS DE VENTE`: what is left behind a noun and begins with a small word belongs to it.
    if first.class.any(FUNCTION.or(PARTICLE))
        && first.shape != Shape::Initial
        && first.gap == Gap::Space
        && from.checked_sub(1).and_then(|i| doc.token(i)).is_some_and(|t| evidence::is_noun(doc, t))
    {
        return;
    }
    if place::is_place(doc, from, to) {
        sink.push((first.start, last.end), Kind::Location, Layer::Model, GUESS);
        return;
    }
    // The small words of `op den Akker` say nothing, but for those behind a given name.
    let small = |t: &&Token| t.shape == Shape::Lower && t.class.any(PARTICLE);
    let points: i32 = words
        .iter()
        .filter(|t| !small(t))
        .map(|t| evidence::word(doc, t, foreign || shouting))
        .sum();
    let cue = cues::person(doc, from, to);
    let whole =
        words.iter().filter(|t| t.shape != Shape::Initial && t.shape != Shape::Lower).count();
    let initials = words.iter().filter(|t| t.shape == Shape::Initial).count();
    let named = words.iter().any(|t| t.class.any(NAME) && !t.class.any(WORD));
    let total = points + cue * 10 + if (2..=4).contains(&whole) { 8 } else { 0 };
    let fits = match (whole, initials) {
        (0, _) => false,
        // One word: a known given name, or a stranger with a clear sign.
        (1, 0) => {
            let opens_sentence = first.opens && first.class.any(WORD)
                // "He is German": of all that are called so, the fewest.
                || first.class.any(NATIONALITY) && cue < 2;
            total >= 30 && cue >= 0 && (named || cue >= 2) && !opens_sentence
                || cue >= 3 && points > -10 && !first.class.any(FUNCTION)
                // `Mrs Steuer`: a title says more than what else the word means.
                || cue >= 4 && first.capital() && !first.class.any(FUNCTION.or(JOB).or(DAY))
                || points >= 12 && cue >= 2
        }
        // `J. Smith`, `Smith J.`
        (1, _) => words.len() <= 4 && dotted(doc, words) && points >= 5 && cue > -3,
        _ => {
            total >= 32
                && whole <= 5
                && (named || cue >= 1 || points >= 26)
                && (cue > -3 || points >= 50)
        }
    };
    let surname_is_word = words.len() == 2 && after_given(doc, from, last);
    if fits || surname_is_word && total >= 20 && cue >= 1 {
        let weight = GUESS + u8::try_from(total.clamp(0, 90) / 4).unwrap_or(0);
        sink.push((first.start, last.end), Kind::Name, Layer::Model, weight);
        return;
    }
    let given_is_word = words.len() == 2 && !first.opens && surname_after(doc, from);
    if given_is_word && cue > -3 && points >= 0 {
        sink.push((first.start, last.end), Kind::Name, Layer::Model, GUESS);
        return;
    }
    if surname_is_word && cue > -3 {
        sink.push((first.start, first.end), Kind::Name, Layer::Model, GUESS);
        return;
    }
    if whole >= 1 && place::cued(doc, from, to) && points > -15 {
        sink.push((first.start, last.end), Kind::Location, Layer::Model, GUESS - 5);
    }
}

/// Whether an initial has its full stop: `J. Smith`.
fn dotted(doc: &Doc<'_>, words: &[Token]) -> bool {
    words
        .iter()
        .any(|t| t.shape == Shape::Initial && (doc.byte(t.end) == b'.' || t.class.any(NAME)))
        || words.len() > 2
        || words.iter().any(|t| t.gap == Gap::Apostrophe)
}

/// Leaves out what stands around a name: the verb that opens the sentence, the honorific, the product behind.
fn trim(doc: &Doc<'_>, from: usize, to: usize, foreign: bool) -> (usize, usize) {
    let (mut from, mut to) = (from, to);
    while from < to {
        let Some(token) = doc.token(from) else { break };
        let title = token.class.any(HONORIFIC)
            && (to - from > 1)
            && (!token.class.any(NAME) || doc.byte(token.end) == b'.' || token.len() <= 3);
        let opener = (token.class.any(GREETING.or(SIGN_OFF).or(FUNCTION).or(DAY))
            || token.opens && token.class.any(WORD))
            && !(token.class.any(NAME) && to - from > 1 && name_goes_on(doc, from + 1));
        let initial = token.shape == Shape::Initial
            && (doc.byte(token.end) == b'.'
                || doc.token(from + 1).is_some_and(|t| t.gap == Gap::Apostrophe));
        let belongs =
            place_begins(doc, from) || !token.opens && to - from == 2 && surname_after(doc, from);
        let everyday = token.class.any(WORD) && !token.class.any(NAME) && !belongs;
        let label = everyday && to - from > 1 && evidence::word(doc, token, foreign) < 0;
        let opener = opener && !initial && !place_begins(doc, from);
        if !(title
            || opener && to - from > 1
            || label
            || opener
                && token.class.any(FUNCTION.or(GREETING).or(SIGN_OFF))
                && !token.class.any(GIVEN))
        {
            break;
        }
        from += 1;
    }
    while to > from + 1 {
        let Some(token) = doc.token(to - 1) else { break };
        let outside = token.shape == Shape::Lower && token.gap != Gap::Hyphen
            || token.class.any(
                WORD.or(PRODUCT).or(ORG_WORD).or(JOB).or(MONTH).or(DAY).or(FUNCTION).or(GREETING),
            ) && !token.class.any(NAME)
                && token.shape != Shape::Initial;
        if !outside || to - from == 2 && after_given(doc, from, token) {
            break;
        }
        to -= 1;
        // What follows a name and is a thing makes the whole a thing: `Madison Dashboard`.
        if token.class.any(PRODUCT.or(ORG_WORD))
            && to - from <= 2
            && token.gap == Gap::Space
            && token.shape != Shape::Lower
        {
            return (to, to);
        }
    }
    (from, to)
}

/// `Precious Ndlovu`: a word before a surname that is nothing else may be the given name.
fn surname_after(doc: &Doc<'_>, index: usize) -> bool {
    let first = doc.token(index);
    first.is_some_and(|t| {
        t.shape == Shape::Title
            && !t
                .class
                .any(PRODUCT.or(ORG_WORD).or(JOB).or(FUNCTION).or(MONTH).or(DAY).or(GREETING))
    }) && doc.token(index + 1).is_some_and(|t| {
        t.gap == Gap::Space && t.shape == Shape::Title && t.class.any(SURNAME) && !t.class.any(WORD)
    })
}

/// `Lake Tylertown`: the first word belongs to the place.
fn place_begins(doc: &Doc<'_>, index: usize) -> bool {
    doc.token(index).is_some_and(|t| t.class.any(PLACE_PREFIX) && !t.class.any(FUNCTION))
        && doc.token(index + 1).is_some_and(|t| t.gap == Gap::Space && !t.class.any(WORD))
}

/// `Benjamin Mall`: a word behind a name that is nothing but a name may be the surname.
fn after_given(doc: &Doc<'_>, from: usize, last: &Token) -> bool {
    let first = doc.token(from);
    first.is_some_and(|t| t.class.any(GIVEN) && !t.class.any(WORD.or(COUNTRY).or(BRAND).or(MONTH)))
        && last.shape == Shape::Title
        && last.gap == Gap::Space
        && !last.class.any(
            PRODUCT
                .or(ORG_WORD)
                .or(JOB)
                .or(MONTH)
                .or(DAY)
                .or(FUNCTION)
                .or(GREETING)
                .or(BRAND)
                .or(ABROAD),
        )
}

/// Whether the word at `index` is the second part of a name: a surname, or a word that is no everyday one.
fn name_goes_on(doc: &Doc<'_>, index: usize) -> bool {
    doc.token(index).is_some_and(|t| {
        t.gap == Gap::Space
            && t.capital()
            && (t.class.any(SURNAME)
                || !t.class.any(WORD.or(PRODUCT).or(COUNTRY).or(NATIONALITY).or(GIVEN)))
    })
}

/// `Byron, Ada` where one is a surname and the other a given name, and the comma is no list.
fn last_first(doc: &Doc<'_>, from: usize, to: usize, sink: &mut Sink) -> bool {
    let Some(next) = doc.token(to).filter(|t| t.gap == Gap::Comma && t.capital()) else {
        return false;
    };
    let after = to + 1;
    let second = doc
        .token(after)
        .filter(|t| matches!(t.gap, Gap::Space | Gap::Hyphen) && t.capital() && t.class.any(GIVEN))
        .map_or(after, |_| after + 1);
    let given =
        |t: &Token| t.class.any(GIVEN) || t.shape == Shape::Initial && doc.byte(t.end) == b'.';
    let words = doc.tokens.get(from..to).unwrap_or_default();
    let surname = words.iter().all(|t| {
        !t.class.any(GREETING.or(FUNCTION).or(COUNTRY))
            && (t.class.any(SURNAME) || !t.class.any(WORD.or(GIVEN)))
            || t.class.any(PARTICLE) && words.len() > 1
    });
    // "Ada, Ben and Cy" is a list.
    let list = doc.token(second).is_some_and(|t| t.gap == Gap::Comma && t.capital())
        || doc
            .token(second)
            .is_some_and(|t| matches!(doc.word(t), "and" | "und" | "et" | "y" | "e"))
            && words.iter().all(|t| t.class.any(GIVEN) && !t.class.any(SURNAME));
    let closes = doc.token(second).is_none_or(|t| !(t.gap == Gap::Space && t.capital()));
    if !(surname && given(next) && !list && closes) {
        return false;
    }
    let opens = words.first().is_some_and(|t| t.opens)
        || cues::person(doc, from, to) > 0
        || words.iter().all(|t| t.class.any(SURNAME) || !t.class.any(WORD));
    let first = before_particles(doc, from);
    let (Some(first), Some(last)) = (doc.token(first), doc.token(second - 1)) else { return false };
    if opens {
        sink.push((first.start, last.end), Kind::Name, Layer::Model, GUESS + 35);
    }
    opens
}

/// `van den Heuvel, Pieter`: the first of the small words that a surname begins with.
fn before_particles(doc: &Doc<'_>, from: usize) -> usize {
    let mut first = from;
    while let Some(before) = first.checked_sub(1)
        && doc.token(first).is_some_and(|t| t.gap == Gap::Space)
        && doc.token(before).is_some_and(|t| t.shape == Shape::Lower && t.class.any(PARTICLE))
    {
        first = before;
    }
    first
}

/// Whether a title stands right before the word at `index`.
fn titled(doc: &Doc<'_>, index: usize) -> bool {
    index.checked_sub(1).and_then(|i| doc.token(i)).is_some_and(|t| t.class.any(HONORIFIC))
}

/// `radha ramesh`: names typed without capitals, where neither is a word.
fn small_letters(doc: &Doc<'_>, index: usize, english: bool, sink: &mut Sink) {
    let Some(first) = doc.token(index) else { return };
    let code = |t: &Token| matches!(doc.byte(t.end), b'@' | b'_' | b'/' | b'=');
    if matches!(first.gap, Gap::At | Gap::Dot | Gap::Underscore | Gap::Hyphen | Gap::Slash)
        || first.len() < 3
        || code(first)
    {
        return;
    }
    let small = |n: usize| {
        doc.token(index + n).filter(|t| {
            matches!(t.gap, Gap::Space | Gap::Hyphen) && t.shape == Shape::Lower && !code(t)
        })
    };
    let name = |t: &Token| !t.class.any(WORD.or(FUNCTION).or(PRODUCT)) && t.len() >= 2;
    let cue = cues::person(doc, index, index + 1).max(cues::person(doc, index, index + 2));
    let given = first.class.any(GIVEN);
    // `hannah van ooste`: the surname stands behind its small words.
    let particles =
        (1..=3).take_while(|n| small(*n).is_some_and(|t| t.class.any(PARTICLE))).count();
    if particles > 0
        && given
        && let Some(last) = small(particles + 1).filter(|t| name(t) && t.len() >= 3)
    {
        sink.push((first.start, last.end), Kind::Name, Layer::Model, GUESS);
        return;
    }
    // `zeynep altuntaş: ..` at the head of a line: who speaks.
    let speaks = matches!(first.gap, Gap::Start | Gap::Line)
        && small(1).is_some_and(|t| doc.byte(t.end) == b':' && name(t));
    let pair = small(1).filter(|second| {
        if speaks && (given || second.class.any(NAME)) {
            return true;
        }
        let both = name(second) && second.class.any(NAME) && (given || second.class.any(GIVEN));
        // "zachary hall": the surname may be a word when the given name is none.
        let surname = given && second.class.any(SURNAME) && !second.class.any(FUNCTION);
        let strange = english && name(second) && second.class.any(SURNAME) && second.len() >= 4;
        let led = strange
            || name(second)
                && second.len() >= 3
                && (given && cue >= 1 || english && cue >= 2 || cue >= 4);
        both || surname || led
    });
    match pair {
        Some(second) => {
            let more = small(2).filter(|t| {
                name(t) && !t.class.any(PARTICLE) && (t.class.any(NAME) || english && cue >= 2)
            });
            let end = more.unwrap_or(second).end;
            sink.push((first.start, end), Kind::Name, Layer::Model, GUESS);
        }
        // `call mr. brightwell`
        None if titled(doc, index) && cue >= 4 && name(first) => {
            sink.push((first.start, first.end), Kind::Name, Layer::Model, GUESS);
        }
        None if given && cue >= 1 && first.len() >= 4 => {
            sink.push((first.start, first.end), Kind::Name, Layer::Model, GUESS);
        }
        None => {}
    }
}
