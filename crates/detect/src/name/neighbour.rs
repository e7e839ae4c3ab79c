//! A name draws in what stands right beside it: the second half behind a hyphen, the surname behind small words, the
//! initial before it. One half alone in the clear tells as much as both.

use boundary::{Kind, Layer};

use super::evidence;
use crate::{
    lexicon::{
        BRAND, COUNTRY, DAY, FUNCTION, GIVEN, GREETING, JOB, MONTH, NAME, NATIONALITY, ORG_WORD,
        PARTICLE, PRODUCT, SURNAME, WORD,
    },
    resolve::{Candidate, GUESS, KNOWN, Sink},
    text::{Doc, Gap, Shape, Token},
};

/// Adds the wider reading of each name that has a neighbour which belongs to it.
pub(super) fn detect(doc: &Doc<'_>, sink: &mut Sink) {
    virtues(doc, sink);
    // What is added has been widened already.
    for at in 0..sink.candidates.len() {
        let name = sink.candidates.get(at).filter(|it| it.kind == Kind::Name);
        let Some(Candidate { start, end, weight, .. }) = name.copied() else { continue };
        let first = doc.index_at(start);
        let words = doc.tokens.iter().skip(first).take_while(|t| t.start < end);
        let after = first + words.count();
        if first >= after || doc.token(first).is_none_or(|t| t.shape == Shape::Ideograph) {
            continue;
        }
        let (from, to) = (before(doc, first), behind(doc, first, after));
        if (from, to) == (first, after) {
            continue;
        }
        if let (Some(one), Some(last)) = (doc.token(from), doc.token(to - 1)) {
            // A listed surname may have been found alone: the whole outweighs it.
            let least = if last.class.any(SURNAME) { GUESS + 23 } else { GUESS };
            let weight = if weight < KNOWN { weight.max(least) + 1 } else { GUESS + 10 };
            sink.push((one.start, last.end), Kind::Name, Layer::Model, weight);
        }
    }
}

/// `Comfort Asante`, `Friday Ekwueme`: a word or a day that is a given name, before a surname that is nothing else.
fn virtues(doc: &Doc<'_>, sink: &mut Sink) {
    for (first, last) in doc.tokens.iter().zip(doc.tokens.iter().skip(1)) {
        let titles = first.shape == Shape::Title && last.shape == Shape::Title;
        let surname = titles && last.gap == Gap::Space && last.len() > 4;
        if surname && virtue(doc.word(first)) && may_be_name(doc, last) {
            sink.push((first.start, last.end), Kind::Name, Layer::Model, GUESS + 12);
        }
    }
}

fn virtue(word: &str) -> bool {
    matches!(
        word,
        "Blessing"
            | "Charity"
            | "Comfort"
            | "Faith"
            | "Favour"
            | "Goodness"
            | "Grace"
            | "Honour"
            | "Hope"
            | "Innocent"
            | "Joy"
            | "Justice"
            | "Mercy"
            | "Patience"
            | "Precious"
            | "Prudence"
            | "Wisdom"
            | "Friday"
            | "Sunday"
            | "Godwin"
            | "Promise"
    )
}

/// Where the name begins with the initials before it: `J.W. Terpstra`.
fn before(doc: &Doc<'_>, first: usize) -> usize {
    let mut from = first;
    // `Big Mike`, `Uncle Ray`: what someone is called by belongs to the name.
    if let Some([nick, given]) =
        first.checked_sub(1).and_then(|at| doc.tokens.get(at..=first)).and_then(|t| t.first_chunk())
        && given.gap == Gap::Space
        && given.class.any(GIVEN)
        && nick.shape == Shape::Title
        && matches!(
            doc.word(nick),
            "Big"
                | "Little"
                | "Lil"
                | "Wee"
                | "Uncle"
                | "Auntie"
                | "Aunt"
                | "Onkel"
                | "Tante"
                | "Tonton"
                | "Tío"
                | "Tía"
                | "Zio"
                | "Zia"
                | "Tio"
                | "Tia"
        )
    {
        return first - 1;
    }
    while let Some(prior) = from.checked_sub(1).and_then(|i| doc.token(i))
        && first - from < 3
        && prior.shape == Shape::Initial
        && doc.byte(prior.end) == b'.'
        && doc.token(from).is_some_and(|t| matches!(t.gap, Gap::Dot | Gap::DotSpace))
        && doc.token(from).is_some_and(Token::capital)
        && !prior.opens
        && !super::things::is_number(doc, from - 1)
        && doc.token(from).is_some_and(|t| t.gap == Gap::DotSpace || first > from)
        && !(from > 1 && doc.token(from - 2).is_some_and(|t| t.shape == Shape::Digits))
    {
        from -= 1;
    }
    from
}

/// One past the last word of the name with what follows it.
fn behind(doc: &Doc<'_>, first: usize, after: usize) -> usize {
    let Some(last) = doc.token(after - 1).filter(|t| t.capital() && t.shape != Shape::Initial)
    else {
        return after;
    };
    let Some(next) = doc.token(after) else { return after };
    // `Ji-woo`, `Quémener-Rey`
    if next.gap == Gap::Hyphen {
        let syllable = next.shape == Shape::Lower && next.len() <= 6 && last.len() <= 6;
        let fits = (syllable || next.shape == Shape::Title)
            && (may_be_name(doc, next)
                || syllable
                    && !last.class.any(WORD.or(FUNCTION))
                    && next.len() <= 4
                    && !next.class.any(FUNCTION.or(PARTICLE)));
        if !fits || last.class.any(WORD) {
            return after;
        }
        let surname = doc
            .token(after + 1)
            .is_some_and(|t| t.shape == Shape::Title && t.gap == Gap::Space && may_be_name(doc, t));
        return after + 1 + usize::from(surname && syllable);
    }
    // `Sanne van 't Hoogeveen`, `Carla zu Hohenfels`
    let small = (after..after + 4).take_while(|i| {
        doc.token(*i).is_some_and(|t| {
            t.shape == Shape::Lower
                && matches!(t.gap, Gap::Space | Gap::Other | Gap::Apostrophe)
                && (t.class.any(PARTICLE) || *i > after && matches!(doc.word(t), "und" | "t"))
                && !matches!(doc.word(t), "i" | "e" | "a" | "o" | "st" | "y" | "do" | "av" | "d")
        })
    });
    let small = small.count();
    let end = after + small;
    let surname = doc.token(end).is_some_and(|t| {
        t.shape == Shape::Title
            && matches!(t.gap, Gap::Space | Gap::Apostrophe)
            && may_be_name(doc, t)
    });
    // One small word alone may be the sentence's: "Ada von Acme".
    let whole = doc.tokens.get(first..after).unwrap_or_default();
    let given = whole.len() == 1 && last.class.any(NAME) && !last.class.any(WORD);
    if small > 0 && surname && (small > 1 || given) { end + 1 } else { after }
}

fn may_be_name(doc: &Doc<'_>, token: &Token) -> bool {
    !token.class.any(
        WORD.or(FUNCTION)
            .or(GREETING)
            .or(DAY)
            .or(MONTH)
            .or(PRODUCT)
            .or(BRAND)
            .or(ORG_WORD)
            .or(JOB)
            .or(COUNTRY)
            .or(NATIONALITY),
    ) && !evidence::is_noun(doc, token)
}
