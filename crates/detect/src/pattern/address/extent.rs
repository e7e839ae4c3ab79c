//! How far an address reaches.

use super::words::{is_capital, is_number};
use crate::{
    lexicon::{
        ABBREVIATION, AFTER_PERSON, COUNTRY, DAY, FUNCTION, GREETING, PARTICLE, SIGN_OFF, STATE,
        STREET, UNIT, WORD,
    },
    text::{Doc, Gap, Shape, Token},
};

/// Most words of one address.
const LONGEST: usize = 28;

/// Takes in unit, postcode, town, state and country from word `from` on; answers one past the last word that belongs.
pub(super) fn extend(doc: &Doc<'_>, from: usize, anchored: bool) -> usize {
    let mut kept = from;
    let mut at = from;
    let mut since_comma = 0;
    while let Some(token) = doc.token(at) {
        if at - from >= LONGEST || !follows(doc, at, anchored || kept > from) {
            break;
        }
        let capital = is_capital(token) && !token.class.any(GREETING.or(SIGN_OFF).or(DAY));
        let sentence = capital
            && token.class.any(FUNCTION.or(AFTER_PERSON))
            && !token.class.any(STATE.or(PARTICLE).or(COUNTRY))
            && token.shape != Shape::Upper;
        let particle = token.shape == Shape::Lower
            && (token.class.any(PARTICLE) || doc.word(token) == "nan")
            && token.len() <= 4;
        let number = is_number(doc, token);
        if sentence
            || !(capital || particle || number || token.class.any(COUNTRY) && token.capital())
        {
            break;
        }
        if matches!(token.gap, Gap::Comma | Gap::Line) {
            since_comma = 0;
        }
        since_comma += usize::from(capital);
        // More than four capitalised words in a row are no town.
        if anchored && since_comma > 4 {
            break;
        }
        at += 1;
        if capital || number {
            kept = at;
        }
    }
    kept
}

/// Whether the word at `at` may continue an address.
fn follows(doc: &Doc<'_>, at: usize, started: bool) -> bool {
    let Some(token) = doc.token(at) else { return false };
    if !started {
        return true;
    }
    let before = at.checked_sub(1).and_then(|i| doc.token(i));
    match token.gap {
        Gap::Space | Gap::Wide | Gap::Hyphen | Gap::Slash | Gap::Apostrophe => {
            // "12 Elm Street Please call": an everyday word starts a sentence.
            !(token.class.any(WORD)
                && token.capital()
                && !token.class.any(STREET.or(UNIT).or(STATE))
                && plain_sentence(doc, at))
        }
        Gap::Comma => !plain_sentence(doc, at) || is_number(doc, token),
        Gap::Dot => before.is_some_and(|t| {
            t.class.any(ABBREVIATION.or(UNIT).or(STREET)) || t.shape == Shape::Initial
        }),
        Gap::DotSpace => {
            before.is_some_and(|t| t.class.any(ABBREVIATION) || t.class.any(UNIT) && t.len() <= 4)
                && !plain_sentence(doc, at)
        }
        Gap::Line => {
            let rest = doc.tokens.iter().skip(at);
            let line: Vec<&Token> = rest
                .take(6)
                .enumerate()
                .take_while(|(i, t)| *i == 0 || t.gap != Gap::Line)
                .map(|(_, t)| t)
                .collect();
            let only_parts = line.len() <= 5
                && line.iter().all(|t| {
                    is_number(doc, t)
                        || is_capital(t) && !t.class.any(SIGN_OFF.or(GREETING))
                        || doc.word(t) == "nan"
                        || t.class.any(PARTICLE)
                })
                && !line.iter().skip(1).any(|t| matches!(t.gap, Gap::Colon | Gap::At));
            let telling = line.iter().any(|t| is_number(doc, t) || t.class.any(COUNTRY.or(STATE)))
                || line.len() <= 2;
            only_parts
                && telling
                && !doc
                    .token(at + line.len())
                    .is_some_and(|t| matches!(t.gap, Gap::Colon | Gap::At))
        }
        _ => false,
    }
}

/// A capitalised everyday word followed by small letters: the next sentence.
fn plain_sentence(doc: &Doc<'_>, at: usize) -> bool {
    let (Some(token), Some(next)) = (doc.token(at), doc.token(at + 1)) else { return false };
    token.class.any(WORD)
        && token.shape == Shape::Title
        && next.shape == Shape::Lower
        && !next.class.any(PARTICLE)
}
