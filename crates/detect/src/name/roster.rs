//! People in a row behind a label, and those who speak in a chat.

use boundary::{Kind, Layer};

use super::{evidence, led};
use crate::{
    cues,
    lexicon::{
        ABROAD, BRAND, COUNTRY, DAY, FUNCTION, GIVEN, GREETING, HONORIFIC, JOB, MONTH, NAME,
        NAME_LABEL, NATIONALITY, ORG_LABEL, ORG_WORD, PARTICLE, PRODUCT, ROSTER, SMALL, SPEAKER,
        WORD,
    },
    resolve::{GUESS, Sink},
    text::{Doc, Gap, Shape, Token},
};

/// Most words of a name in a row.
const LONGEST: usize = 4;

pub(super) fn detect(doc: &Doc<'_>, sink: &mut Sink) {
    for (before, label) in doc.tokens.iter().enumerate() {
        let labels = label.class.any(ROSTER.or(NAME_LABEL)) && !label.class.any(ORG_LABEL);
        if labels
            && let Some(first) = doc.token(before + 1)
            && behind_colon(doc, label, first)
        {
            row(doc, before + 1, sink);
        }
    }
    speakers(doc, sink);
}

/// `Anwesend: Bärbel Thoma, Kranich, Y. Demir`: one name after the other, to the end of the line.
fn row(doc: &Doc<'_>, from: usize, sink: &mut Sink) {
    let mut index = from;
    while let Some(token) = doc.token(index) {
        if index > from && ends_row(doc, index, token) {
            return;
        }
        let end = item(doc, index);
        // A word that is no name and is followed by no comma: the row is a sentence.
        if end == index
            && !(token.class.any(HONORIFIC) || token.class.any(FUNCTION) && token.len() <= 3)
        {
            let parts = |at: &usize| {
                doc.token(*at).is_none_or(|t| ends_row(doc, *at, t) || parts_items(doc, *at, t))
            };
            let Some(next) = (index + 1..index + 4).find(parts) else { return };
            index = next;
            continue;
        }
        let words = doc.tokens.get(index..end).unwrap_or_default();
        if let (Some(first), Some(last)) = (words.first(), words.last())
            && named(
                doc,
                words,
                index == from || doc.token(end).is_none_or(|t| parts_items(doc, end, t)),
            )
        {
            sink.push((first.start, last.end), Kind::Name, Layer::Model, GUESS + 20);
        }
        index = end.max(index + 1);
    }
}

/// Whether a row ends before this word: at the end of its line, or where the next label has its colon.
fn ends_row(doc: &Doc<'_>, index: usize, token: &Token) -> bool {
    let before = index.checked_sub(1).and_then(|i| doc.token(i));
    token.gap == Gap::Line || before.is_some_and(|before| behind_colon(doc, before, token))
}

/// `Présents: Ada`, and as French sets it, `Présents : Ada`.
fn behind_colon(doc: &Doc<'_>, label: &Token, first: &Token) -> bool {
    first.gap == Gap::Colon || first.gap == Gap::Other && doc.span(label.end, first.start) == " : "
}

fn parts_items(doc: &Doc<'_>, index: usize, token: &Token) -> bool {
    matches!(token.gap, Gap::Comma | Gap::Line)
        || index.checked_sub(1).and_then(|i| doc.token(i)).is_some_and(|before| {
            matches!(
                doc.span(before.end, token.start),
                "; " | " / " | " & " | " + " | ") " | "), " | " ("
            )
        })
        || cues::joins(doc.word(token))
}

/// One past the last word of the name that begins at `from`.
fn item(doc: &Doc<'_>, from: usize) -> usize {
    let mut end = from;
    while let Some(token) = doc.token(end) {
        let joined = end == from
            || matches!(token.gap, Gap::Space | Gap::Hyphen | Gap::Apostrophe)
            || matches!(token.gap, Gap::DotSpace | Gap::Dot)
                && doc.token(end - 1).is_some_and(|t| t.shape == Shape::Initial);
        let part = token.capital()
            || token.class.any(PARTICLE)
                && doc.token(end + 1).is_some_and(|t| t.capital() || t.class.any(PARTICLE));
        if !joined
            || !part
            || end - from >= LONGEST
            || token.class.any(HONORIFIC) && !token.class.any(NAME)
        {
            break;
        }
        end += 1;
    }
    end
}

/// Whether words with capitals in a row of people are somebody: no department, no firm, no day.
fn named(doc: &Doc<'_>, words: &[Token], apart: bool) -> bool {
    let other = ORG_WORD
        .or(JOB)
        .or(PRODUCT)
        .or(BRAND)
        .or(COUNTRY)
        .or(NATIONALITY)
        .or(SPEAKER)
        .or(GREETING)
        .or(ABROAD);
    let whole: Vec<&Token> =
        words.iter().filter(|t| t.shape != Shape::Lower && t.shape != Shape::Initial).collect();
    let strange = |t: &Token| {
        t.shape != Shape::Upper
            && !t.class.any(other.or(WORD).or(FUNCTION).or(DAY).or(MONTH).or(SMALL))
            && !evidence::is_noun(doc, t)
            && evidence::word(doc, t, false) > -8
    };
    let listed = |t: &Token| t.class.any(NAME) && !t.class.any(WORD.or(FUNCTION).or(DAY));
    match whole.as_slice() {
        [] => false,
        [one] => {
            apart
                && one.len() > 1
                && (strange(one)
                    || listed(one)
                    || led::borne(one) && !one.class.any(other.or(FUNCTION)))
        }
        all => {
            all.iter().any(|t| listed(t) || strange(t))
                && !all.iter().any(|t| t.class.any(other) && !t.class.any(NAME))
        }
    }
}

/// A label at the head of a line of a chat.
struct Label {
    from: usize,
    to: usize,
    timed: bool,
}

/// `tasha wilkerson: hey ..`, `[09:12] kendall: ..`: who speaks, where more than one does.
fn speakers(doc: &Doc<'_>, sink: &mut Sink) {
    let mut labels: Vec<Label> = Vec::new();
    for (index, token) in doc.tokens.iter().enumerate() {
        if matches!(token.gap, Gap::Line | Gap::Start) || index == 0 {
            labels.extend(label(doc, index));
        }
    }
    if labels.len() < 2 {
        return;
    }
    let hash = |label: &Label| {
        doc.tokens
            .get(label.from..label.to)
            .unwrap_or_default()
            .iter()
            .fold(0_u64, |sum, t| sum.rotate_left(7) ^ t.hash)
    };
    let role = |label: &&Label| {
        doc.token(label.to - 1).is_some_and(|t| t.class.any(SPEAKER) && !t.class.any(NAME))
    };
    let mut hashes: Vec<u64> = labels.iter().map(hash).collect();
    hashes.sort_unstable();
    let again = hashes.windows(2).any(|pair| matches!(pair, [a, b] if a == b));
    let people = |it: &Label| {
        doc.tokens.get(it.from..it.to).is_some_and(|words| {
            speaker(doc, words) && words.iter().any(|t| t.class.any(NAME) && !t.class.any(WORD))
        })
    };
    let talk = again
        || labels.iter().all(people)
        || labels.iter().any(|it| role(&it))
        || labels.iter().filter(|it| it.timed).count() > 1;
    if !talk {
        return;
    }
    for label in labels.iter().filter(|it| !role(it)) {
        let words = doc.tokens.get(label.from..label.to).unwrap_or_default();
        if let (Some(first), Some(last)) = (words.first(), words.last())
            && speaker(doc, words)
        {
            sink.push((first.start, last.end), Kind::Name, Layer::Model, GUESS + 20);
        }
    }
}

/// The label of the line that begins at word `index`: up to three words before a colon that is not the line's end.
fn label(doc: &Doc<'_>, index: usize) -> Option<Label> {
    let mut from = index;
    // `[10:42]`, `10:02 AM -`
    while doc.token(from).is_some_and(|t| {
        t.shape == Shape::Digits || from > index && matches!(doc.word(t), "AM" | "PM" | "am" | "pm")
    }) && from < index + 8
    {
        from += 1;
    }
    let timed = from > index;
    if timed && !doc.token(from).is_some_and(|t| matches!(t.gap, Gap::Other | Gap::Space)) {
        return None;
    }
    let mut to = from;
    while let Some(token) = doc.token(to) {
        let joined = to == from || matches!(token.gap, Gap::Space | Gap::Hyphen | Gap::Apostrophe);
        if !joined || to - from >= 3 || !(token.capital() || token.shape == Shape::Lower) {
            return None;
        }
        to += 1;
        if doc.byte(token.end) == b':' {
            let next = doc.token(to)?;
            return (next.gap == Gap::Colon).then_some(Label { from, to, timed });
        }
    }
    None
}

fn speaker(doc: &Doc<'_>, words: &[Token]) -> bool {
    let other = FUNCTION
        .or(PRODUCT)
        .or(BRAND)
        .or(ORG_WORD)
        .or(JOB)
        .or(DAY)
        .or(GREETING)
        .or(SPEAKER)
        .or(ORG_LABEL)
        .or(ROSTER)
        .or(NAME_LABEL);
    let strange = |t: &Token| {
        !t.class.any(WORD.or(SMALL).or(ABROAD)) && !evidence::is_noun(doc, t) && t.len() > 2
    };
    let given = |t: &Token| t.class.any(GIVEN);
    let name = |t: &Token| strange(t) || t.class.any(NAME) || led::borne(t);
    words.iter().all(|t| !t.class.any(other) || t.class.any(GIVEN))
        && match words {
            [one] => {
                strange(one) && one.shape != Shape::Upper
                    || given(one)
                    || one.capital() && led::borne(one)
            }
            all => all.iter().all(name) && all.iter().any(|t| strange(t) || given(t)),
        }
}
