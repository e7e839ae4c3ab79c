//! What stands around a name in a run of capitals and is none of it.

use super::super::{evidence, led};
use crate::{
    lexicon::{
        ABROAD, BRAND, COUNTRY, DAY, FUNCTION, GIVEN, GREETING, HONORIFIC, JOB, MONTH, NAME,
        NATIONALITY, ORG_WORD, PLACE_PREFIX, PRODUCT, ROLE, SIGN_OFF, SURNAME, THING, WORD,
    },
    text::{Doc, Gap, Shape, Token},
};

/// Leaves out what stands around a name: the verb that opens the sentence, the honorific, the product behind.
pub(super) fn trim(doc: &Doc<'_>, from: usize, to: usize, foreign: bool) -> (usize, usize) {
    let (mut from, mut to) = (from, to);
    while from < to {
        let Some(token) = doc.token(from) else { break };
        let title = token.class.any(HONORIFIC)
            && (to - from > 1)
            && (!token.class.any(NAME) || doc.byte(token.end) == b'.' || token.len() <= 3);
        let opener = (token.class.any(GREETING.or(SIGN_OFF).or(FUNCTION).or(DAY))
            || token.opens && token.class.any(WORD))
            && (articled(doc, token)
                || !(token.class.any(NAME) && to - from > 1 && name_goes_on(doc, from + 1)));
        let initial = token.shape == Shape::Initial
            && (doc.byte(token.end) == b'.'
                || doc.token(from + 1).is_some_and(|t| t.gap == Gap::Apostrophe));
        let belongs =
            place_begins(doc, from) || !token.opens && to - from == 2 && surname_after(doc, from);
        let everyday = token.class.any(WORD) && !token.class.any(NAME) && !belongs;
        let label = everyday && to - from > 1 && evidence::word(doc, token, foreign) < 0;
        let opener = opener && !initial && !place_begins(doc, from);
        // `Gutachter Brandl`, `monteur Postma`
        let role = token.class.any(ROLE.or(THING)) && !token.class.any(NAME);
        if !(title
            || to - from > 1 && (role || opener || led::kin_opens(doc, from))
            || label
            || opener
                && token.class.any(FUNCTION.or(GREETING).or(SIGN_OFF))
                && (!token.class.any(GIVEN) || articled(doc, token) && to - from > 1))
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
                && token.shape != Shape::Initial
            || token.gap == Gap::Space && led::title_behind(token);
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

/// Whether a word that opens a sentence is an article there, whoever is called so.
fn articled(doc: &Doc<'_>, token: &Token) -> bool {
    token.opens
        && matches!(
            doc.word(token),
            "Der" | "Die" | "Das" | "Den" | "Dem" | "La" | "Le" | "Il" | "El" | "Het"
        )
}

/// `Precious Ndlovu`: a word before a surname that is nothing else may be the given name.
pub(super) fn surname_after(doc: &Doc<'_>, index: usize) -> bool {
    let first = doc.token(index);
    first.is_some_and(|t| {
        t.shape == Shape::Title
            && !t.class.any(
                PRODUCT.or(ORG_WORD).or(JOB).or(FUNCTION).or(MONTH).or(DAY).or(GREETING).or(ROLE),
            )
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
pub(super) fn after_given(doc: &Doc<'_>, from: usize, last: &Token) -> bool {
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
