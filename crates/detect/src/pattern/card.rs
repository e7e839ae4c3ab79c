//! Payment card numbers: issuer range, length and the Luhn digit.

use boundary::Kind;

use super::number::Run;
use crate::{
    lexicon::{CARD_CUE, REFERENCE},
    resolve::{FORM, PROOF, Sink},
    text::Doc,
};

pub(super) fn detect(doc: &Doc<'_>, run: &Run, sink: &mut Sink) -> bool {
    for card in readings(run) {
        let cued = doc.cue_before(card.index, 6, CARD_CUE);
        if !issued(&card) {
            // What somebody calls a card is covered, mistyped or of an issuer nobody told us of.
            if cued && (13..=19).contains(&card.len()) && !doc.cue_before(card.index, 2, REFERENCE)
            {
                sink.pattern(card.range(), Kind::Card, FORM);
                return true;
            }
            continue;
        }
        if luhn(&card.digits) && (cued || likely(doc, &card)) {
            sink.pattern(card.range(), Kind::Card, PROOF);
            return true;
        }
        // A mistyped number after the word "card" is still a card number.
        if cued && card.len() >= 13 {
            sink.pattern(card.range(), Kind::Card, FORM);
            return true;
        }
    }
    false
}

/// The whole run, and its first groups when an expiry date or a code follows.
fn readings(run: &Run) -> Vec<Run> {
    let mut readings = Vec::new();
    if printed(run) {
        readings.push(run.clone());
    }
    for count in (3..=5).rev() {
        if run.groups.len() > count
            && let Some(part) = run.part(0, count)
            && printed(&part)
        {
            readings.push(part);
        }
    }
    if run.groups.len() > 1
        && let Some(part) = run.part(0, 1)
        && printed(&part)
    {
        readings.push(part);
    }
    readings
}

fn printed(run: &Run) -> bool {
    (12..=19).contains(&run.len())
        && !run.parens
        && !run.plus
        && (run.groups.len() == 1
            || matches!(
                run.layout.as_slice(),
                [4, 4, 4, 1..=4] | [4, 6, 4 | 5] | [4, 4, 4, 4, 1..=3] | [6, 13]
            ) && !run.separated_by('.'))
}

/// Without a word for it: long enough, no round filler, and not an order number unless it is as long as most cards are:
/// people paste a card number where an order's was asked for.
fn likely(doc: &Doc<'_>, run: &Run) -> bool {
    let grouped = matches!(run.layout.as_slice(), [4, 4, 4, 4] | [4, 6, 5]);
    run.len() >= 13
        && (grouped || matches!(run.len(), 15 | 16) || !doc.cue_before(run.index, 2, REFERENCE))
        && run.digits.iter().any(|d| *d != run.digit(0))
}

/// Issuer ranges by leading digits (ISO/IEC 7812).
fn issued(run: &Run) -> bool {
    let (two, three, four) = (run.prefix(2), run.prefix(3), run.prefix(4));
    match run.len() {
        12 => matches!(two, 50 | 56..=69),
        13 => run.digit(0) == 4 || matches!(two, 50 | 56..=69),
        14 => matches!(three, 300..=305 | 309) || matches!(two, 36 | 38 | 39 | 50 | 56..=69),
        15 => matches!(two, 34 | 37 | 50 | 56..=69) || matches!(four, 1800 | 2014 | 2131 | 2149),
        _ => {
            run.digit(0) == 4
                || matches!(two, 50..=69 | 81)
                || (2221..=2720).contains(&four)
                || (3528..=3589).contains(&four)
                || matches!(four, 2200..=2205)
                || matches!(three, 300..=305 | 309)
                || matches!(two, 36 | 38 | 39)
                || matches!(four, 9792)
        }
    }
}

/// The check digit of ISO/IEC 7812.
pub(super) fn luhn(digits: &[u8]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(i, d)| {
            let d = u32::from(*d);
            match i % 2 {
                1 if d > 4 => d * 2 - 9,
                1 => d * 2,
                _ => d,
            }
        })
        .sum();
    sum.is_multiple_of(10)
}
