//! Names whose surname stands first, with a comma: `Byron, Ada`.

use boundary::{Kind, Layer};

use super::super::{evidence, led};
use crate::{
    cues,
    lexicon::{
        ABBREVIATION, ABROAD, CITY, COUNTRY, DAY, FUNCTION, GIVEN, GREETING, LEGAL, MONTH,
        ORG_WORD, PARTICLE, PRODUCT, SIGN_OFF, STATE, SURNAME, WORD,
    },
    resolve::{GUESS, Sink},
    text::{Doc, Gap, Shape, Token},
};

/// `Byron, Ada` where one is a surname and the other a given name, and the comma is no list.
pub(super) fn last_first(doc: &Doc<'_>, from: usize, to: usize, sink: &mut Sink) -> bool {
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
    // "Krohn, A. Yıldırım" are two.
    let initial = next.shape == Shape::Initial;
    let closes = doc.token(second).is_none_or(|t| {
        !(t.capital()
            && (t.gap == Gap::Space || initial && t.gap == Gap::DotSpace && !t.class.any(WORD)))
    });
    let cell = closes && in_cell(doc, (from, to), second, words, next);
    if !(surname && given(next) && !list && closes || cell) {
        return false;
    }
    let opens = cell
        || words.first().is_some_and(|t| t.opens)
        || cues::person(doc, from, to) > 0
        || words.iter().all(|t| t.class.any(SURNAME) || !t.class.any(WORD));
    let first = before_particles(doc, from);
    let (Some(first), Some(last)) = (doc.token(first), doc.token(second - 1)) else { return false };
    if opens {
        sink.push((first.start, last.end), Kind::Name, Layer::Model, GUESS + 35);
    }
    opens
}

/// `"Bloom, Heather"`, `Oyelaran, T. / Prewitt, Dale`, `Snow, Thiago - VP`: two words between signs that part things.
fn in_cell(
    doc: &Doc<'_>,
    (from, to): (usize, usize),
    after: usize,
    words: &[Token],
    given: &Token,
) -> bool {
    let (Some(first), Some(last)) = (words.first(), doc.token(after - 1)) else { return false };
    let before = doc.byte_before(first.start);
    let opens = matches!(first.gap, Gap::Start | Gap::Line)
        || matches!(before, b'"' | b'(' | b'|' | b';')
        || from.checked_sub(1).and_then(|i| doc.token(i)).is_some_and(|t| {
            matches!(doc.span(t.end, first.start), " / " | "; " | ": " | " - " | "\t")
        });
    let rest = doc.text.get(last.end..).unwrap_or_default();
    let rest = rest.strip_prefix('.').filter(|_| last.shape == Shape::Initial).unwrap_or(rest);
    let quoted = before == b'"' && rest.starts_with('"');
    let closes = quoted
        || rest.is_empty()
        || [" - ", " – ", " — ", " / ", "; ", ";", "\n", " (", "\t", "|", " |", ": "]
            .iter()
            .any(|it| rest.starts_with(it));
    let other = GREETING
        .or(SIGN_OFF)
        .or(FUNCTION)
        .or(DAY)
        .or(COUNTRY)
        .or(STATE)
        .or(ORG_WORD)
        .or(LEGAL)
        .or(PRODUCT)
        .or(ABROAD);
    let surname = |t: &Token| !t.class.any(WORD.or(MONTH)) || led::borne(t) || quoted;
    let office = rest.starts_with(" - ")
        && words.iter().any(|t| t.class.any(SURNAME) && !t.class.any(WORD.or(CITY)));
    let fits = words.iter().all(|t| {
        (t.shape == Shape::Title || t.shape == Shape::Mixed)
            && !t.class.any(other)
            && !evidence::is_noun(doc, t)
            && surname(t)
            || t.class.any(PARTICLE.or(ABBREVIATION)) && words.len() > 1
    });
    let called = given.shape == Shape::Initial && doc.byte(given.end) == b'.'
        || given.shape == Shape::Title
            && !given.class.any(other.or(CITY))
            && !evidence::is_noun(doc, given)
            && (given.class.any(GIVEN) || quoted || office || !given.class.any(WORD.or(MONTH)));
    let person = given.class.any(GIVEN) && (quoted || !given.class.any(WORD))
        || words.iter().any(|t| t.class.any(SURNAME) || led::borne(t) && given.class.any(GIVEN));
    to - from <= 3 && opens && closes && fits && called && person
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
