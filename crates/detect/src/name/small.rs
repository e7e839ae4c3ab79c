//! Names typed without capitals: `spoke w/ radha ramesh`, `verna stone: can you resend ..`.

use boundary::{Kind, Layer};

use super::led;
use crate::{
    cues,
    lexicon::{
        ABROAD, AFTER_PERSON, BEFORE_PERSON, BRAND, COUNTRY, DAY, FUNCTION, GIVEN, GREETING,
        HONORIFIC, JOB, KIN, MONTH, NAME, NATIONALITY, ORG_WORD, PARTICLE, PRODUCT, REFERENCE,
        SIGN_OFF, SMALL, SPEAKER, SURNAME, WORD,
    },
    resolve::{GUESS, Sink},
    text::{Doc, Gap, Shape, Token},
};

/// Adds the name that begins at word `index`, which is in small letters, if one does; one past its last word.
pub(super) fn detect(doc: &Doc<'_>, index: usize, english: bool, sink: &mut Sink) -> usize {
    let Some(end) = end(doc, index, english, sink) else { return index + 1 };
    if let (Some(first), Some(last)) = (doc.token(index), doc.token(end - 1)) {
        // Where a person must stand, a recogniser that was taught English is not asked.
        let weight = if led::small(doc, index) >= 2 { GUESS + 12 } else { GUESS };
        sink.push((first.start, last.end), Kind::Name, Layer::Model, weight);
    }
    end
}

/// Whether a title stands right before the word at `index`.
fn titled(doc: &Doc<'_>, index: usize) -> bool {
    index.checked_sub(1).and_then(|i| doc.token(i)).is_some_and(|t| t.class.any(HONORIFIC))
}

/// Words that are somebody's name in no list: none that a sentence is made of.
fn plain(token: &Token) -> bool {
    let other = WORD.or(FUNCTION).or(PRODUCT).or(SMALL).or(KIN).or(HONORIFIC).or(SPEAKER);
    !token.class.any(other.or(DAY).or(GREETING).or(SIGN_OFF)) && token.len() >= 2
}

fn code(doc: &Doc<'_>, token: &Token) -> bool {
    matches!(doc.byte(token.end), b'@' | b'_' | b'/' | b'=')
        || doc.byte(token.end) == b'.' && doc.byte(token.end + 1).is_ascii_alphanumeric()
}

fn end(doc: &Doc<'_>, index: usize, english: bool, sink: &Sink) -> Option<usize> {
    let first = doc.token(index)?;
    // Most words are settled here.
    let (word, given) = (first.class.any(WORD), first.class.any(GIVEN));
    let other = FUNCTION.or(SMALL).or(KIN).or(SPEAKER).or(DAY).or(GREETING);
    if first.class.any(other) || word && !given && !before_surname(doc, index) {
        return None;
    }
    let lead = led::small(doc, index);
    let chained = joined_to_name(doc, index, sink);
    let listed =
        first.class.any(NAME) || english || titled(doc, index) || cues::introduced(doc, index);
    if first.len() < 3 && !(given && lead >= 3)
        || code(doc, first)
        || matches!(first.gap, Gap::Dot | Gap::Underscore | Gap::Hyphen | Gap::Slash)
        || first.gap == Gap::At && lead == 0
        || !(listed || lead > 0 || chained)
    {
        return None;
    }
    let small = |n: usize| {
        doc.token(index + n).filter(|t| {
            matches!(t.gap, Gap::Space | Gap::Hyphen) && t.shape == Shape::Lower && !code(doc, t)
        })
    };
    // `mei-ling swift`: both syllables are the given name.
    let syllable = usize::from(
        small(1).is_some_and(|t| {
            t.gap == Gap::Hyphen
                && t.len() <= 6
                && first.len() <= 6
                && !t.class.any(FUNCTION)
                && !word
        }) && small(2).is_some_and(|t| t.gap == Gap::Space && (plain(t) || led::borne(t))),
    );
    let cue = cues::person(doc, index, index + 1)
        .max(cues::person(doc, index, index + 2))
        .max(lead)
        .max(if chained { 2 } else { 0 });
    if word && !(given && cue >= 1) {
        // `prince abebe`, `journey mayfield`: a word that leads to a surname, where a person must stand.
        return small(1)
            .filter(|t| cue >= 2 && t.class.any(SURNAME) && plain(t) && t.gap == Gap::Space)
            .filter(|_| first.class.is_only(WORD.or(NAME)))
            .map(|_| index + 2);
    }
    // `hannah van ooste`: the surname stands behind its small words.
    let particles =
        (1..=3).take_while(|n| small(*n).is_some_and(|t| t.class.any(PARTICLE))).count();
    let held = !word && (given || lead >= 3);
    if particles > 0 && held && small(particles + 1).is_some_and(|t| plain(t) && t.len() >= 3) {
        return Some(index + particles + 2);
    }
    let at = 1 + syllable;
    let second = small(at).filter(|t| t.gap == Gap::Space || syllable == 0);
    if let Some(second) = second.filter(|t| pair(doc, index, first, t, english, cue, lead)) {
        let more = small(at + 1).filter(|t| {
            plain(t)
                && !t.class.any(PARTICLE)
                && (t.class.any(NAME) || english && cue >= 2)
                && !t.class.any(AFTER_PERSON)
                && second.class.any(GIVEN)
        });
        return Some(index + at + 1 + usize::from(more.is_some()));
    }
    let alone = given && !word && cue >= 1 && first.len() >= 4
        // `call mr. brightwell`
        || titled(doc, index) && cue >= 4 && plain(first)
        || lead >= 3 && plain(first) && first.len() >= 4 && !first.class.any(MONTH.or(BRAND).or(COUNTRY).or(JOB).or(ORG_WORD))
        || given && !word && chained
        || given && cues::mentioned(doc, first);
    alone.then_some(index + 1)
}

/// Whether the next word is a surname and nothing else.
fn before_surname(doc: &Doc<'_>, index: usize) -> bool {
    doc.token(index + 1).is_some_and(|t| {
        t.shape == Shape::Lower && t.gap == Gap::Space && t.class.any(SURNAME) && plain(t)
    })
}

/// Whether two words in small letters are a given name and a surname.
fn pair(
    doc: &Doc<'_>,
    index: usize,
    first: &Token,
    second: &Token,
    english: bool,
    cue: i32,
    lead: i32,
) -> bool {
    let (word, given) = (first.class.any(WORD), first.class.any(GIVEN));
    let surname = second.class.any(SURNAME);
    let fits = plain(second);
    let speaks = matches!(first.gap, Gap::Start | Gap::Line)
        && doc.byte(second.end) == b':'
        && (fits || led::borne(second) && !second.class.any(FUNCTION));
    if speaks && (given || !word && second.class.any(NAME)) {
        return true;
    }
    if word {
        // `sage abbott`, `bill schexnayder`: the given name is a word, so the surname is none, or much is said for it.
        return fits
            && second.len() >= 3
            && (surname && second.len() > 3 && cue >= 1 || english && cue >= 2)
            || lead >= 3 && led::borne(second) && !second.class.any(FUNCTION.or(AFTER_PERSON));
    }
    let opens = matches!(first.gap, Gap::Start | Gap::Line);
    fits && second.class.any(NAME) && (given || second.class.any(GIVEN))
        // "zachary hall": the surname may be a word when the given name is none.
        || given && surname && !second.class.any(FUNCTION)
        || given && led::borne(second) && (cue >= 1 || opens)
        || english && fits && surname && second.len() >= 4
        || cue >= 2 && led::borne(second) && plain(first) && (english || first.class.any(NAME))
        || fits && second.len() >= 3 && (given && cue >= 1 || english && cue >= 2 || cue >= 4 || lead >= 3)
        || given && cue >= 2 && closes(doc, index, second)
}

/// `talked to dmitri copper today`: a word that a name closes with, where nothing else is likely.
fn closes(doc: &Doc<'_>, index: usize, second: &Token) -> bool {
    let other = FUNCTION
        .or(DAY)
        .or(MONTH)
        .or(AFTER_PERSON)
        .or(BEFORE_PERSON)
        .or(PRODUCT)
        .or(REFERENCE)
        .or(JOB)
        .or(ORG_WORD)
        .or(ABROAD)
        .or(SMALL)
        .or(BRAND)
        .or(NATIONALITY)
        .or(GREETING);
    let word = doc.word(second);
    !second.class.any(other)
        && second.gap == Gap::Space
        && second.len() >= 3
        && !["ing", "ed", "ly", "es", "er", "fo", "cs"].iter().any(|ending| word.ends_with(ending))
        && doc.token(index + 2).is_none_or(|t| {
            t.gap != Gap::Space
                || t.class.any(AFTER_PERSON.or(DAY))
                || matches!(doc.word(t), "re" | "about" | "at" | "and" | "for")
        })
}

/// `.. papadakis + earnestine brooks`, `rocio tran, amber stone`: another name stands right before.
fn joined_to_name(doc: &Doc<'_>, index: usize, sink: &Sink) -> bool {
    let Some(first) = doc.token(index) else { return false };
    let (prior, at) = match first.gap {
        Gap::Comma | Gap::Other => (index.checked_sub(1), 1),
        Gap::Space => {
            let and = index.checked_sub(1).and_then(|i| doc.token(i));
            if !and.is_some_and(|t| {
                matches!(doc.word(t), "and" | "und" | "et" | "y" | "e" | "en" | "och" | "i" | "ve")
            }) {
                return false;
            }
            (index.checked_sub(2), 2)
        }
        _ => return false,
    };
    let Some(end) = prior.and_then(|i| doc.token(i)).map(|t| t.end) else { return false };
    if at == 1
        && first.gap == Gap::Other
        && !matches!(doc.span(end, first.start), " + " | " & " | "+" | "; ")
    {
        return false;
    }
    sink.candidates.last().is_some_and(|it| it.kind == Kind::Name && it.end == end)
}
