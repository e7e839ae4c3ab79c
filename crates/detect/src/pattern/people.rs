//! What is said about persons besides names, word by word: title, job, country, and what other modules know.

use boundary::Kind;

use super::{age, date, money, nationality, titles, towns};
use crate::{
    lexicon::{
        AGE_CUE, ALSO_NO_PLACE, BRAND, CITY, COUNTRY, CURRENCY, FUNCTION, HONORIFIC, JOB, ORG_WORD,
        PAIR_FIRST, PLACE_CUE, PRODUCT, WORD,
    },
    resolve::{FORM, GUESS, Sink},
    text::{Doc, Gap, Shape, Token},
};

pub(super) fn detect(doc: &Doc<'_>, sink: &mut Sink) {
    for (index, token) in doc.tokens.iter().enumerate() {
        date::weekday(token, sink);
        nationality::listed(doc, index, token, sink);
        country(doc, index, token, sink);
        towns::detect(doc, index, token, sink);
        honorific(doc, index, token, sink);
        if token.class.any(AGE_CUE) {
            age::decade(doc, index, token, sink);
            age::in_words(doc, index, token, sink);
        }
        if token.shape == Shape::Alnum {
            money::rands(doc, token, sink);
        }
        if token.class.any(CURRENCY) {
            money::worded(doc, index, sink);
        }
        titles::title(doc, index, token, sink);
        nationality::detect(doc, index, token, sink);
        if index == 0 || token.gap == Gap::Line {
            job(doc, index, sink);
        }
    }
}

/// Countries and cities of two words.
const PAIRS: &str = "united-states united-kingdom united-arab south-africa south-korea south-sudan north-korea north-macedonia new-zealand new-york new-delhi new-orleans saudi-arabia sri-lanka costa-rica czech-republic puerto-rico hong-kong los-angeles san-francisco san-diego san-jose san-marino sierra-leone ivory-coast el-salvador";

fn is_pair(first: &str, second: &str) -> bool {
    PAIRS.split(' ').any(|pair| {
        pair.split_once('-')
            .is_some_and(|(a, b)| a.eq_ignore_ascii_case(first) && b.eq_ignore_ascii_case(second))
    })
}

fn country(doc: &Doc<'_>, index: usize, token: &Token, sink: &mut Sink) {
    if !token.capital() || token.gap == Gap::Underscore {
        return;
    }
    if let Some(second) = doc.token(index + 1).filter(|t| t.gap == Gap::Space && t.capital())
        && token.class.any(PAIR_FIRST)
        && is_pair(doc.word(token), doc.word(second))
    {
        sink.pattern((token.start, second.end), Kind::Location, FORM);
        return;
    }
    // A country inside a product, a team or a company is not where someone lives.
    let thing = doc.token(index + 1).is_some_and(|t| {
        t.gap == Gap::Space && t.capital() && t.class.any(PRODUCT.or(BRAND).or(ORG_WORD))
    });
    if thing || token.len() < 4 {
        return;
    }
    if !token.class.any(COUNTRY.or(CITY)) {
        return;
    }
    let ambiguous = token.class.any(ALSO_NO_PLACE);
    let cued = index
        .checked_sub(1)
        .and_then(|i| doc.token(i))
        .is_some_and(|t| t.class.any(PLACE_CUE) && t.shape == Shape::Lower);
    if token.class.any(COUNTRY.or(CITY)) && (!ambiguous || cued) {
        sink.pattern((token.start, token.end), Kind::Location, if cued { FORM } else { GUESS + 5 });
    }
}

fn honorific(doc: &Doc<'_>, index: usize, token: &Token, sink: &mut Sink) {
    if !token.class.any(HONORIFIC)
        || !token.capital() && !matches!(doc.word(token), "mr" | "mrs" | "ms" | "dr")
        || doc.word(token).len() < 2
    {
        return;
    }
    let named = doc.token(index + 1).is_some_and(|t| {
        t.capital()
            && matches!(t.gap, Gap::Space | Gap::DotSpace | Gap::Dot)
            && !(t.class.any(WORD) && t.shape == Shape::Upper)
    });
    if named {
        let dot = usize::from(doc.byte(token.end) == b'.');
        sink.pattern((token.start, token.end + dot), Kind::Title, GUESS);
    }
}

/// A line that is a job and nothing else: `Senior Account Executive`.
fn job(doc: &Doc<'_>, index: usize, sink: &mut Sink) {
    let Some(first) = doc.token(index) else { return };
    let mut end = index + 1;
    while doc.token(end).is_some_and(|t| matches!(t.gap, Gap::Space | Gap::Hyphen))
        && end - index < 6
    {
        end += 1;
    }
    let closes = doc.token(end).is_none_or(|t| t.gap == Gap::Line);
    let line = doc.tokens.get(index..end).unwrap_or_default();
    let letters =
        line.iter().all(|t| matches!(t.shape, Shape::Title | Shape::Lower | Shape::Upper));
    let says = line.iter().any(|t| t.class.any(JOB));
    if closes
        && letters
        && says
        && first.capital()
        && line.len() <= 5
        && index > 0
        && !line.iter().any(|t| {
            t.class.any(FUNCTION) && t.shape == Shape::Lower && !matches!(doc.word(t), "of" | "and")
        })
    {
        let Some(last) = line.last() else { return };
        sink.pattern((first.start, last.end), Kind::Title, FORM);
    }
}
