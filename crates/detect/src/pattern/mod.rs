//! Values that prove what they are by their form, a check digit or the words beside them.
//!
//! Where a rule belongs:
//! - digits: `number` reads a run of them once; then `banking`, `money`, `date`, `identity`, `card`, `age` and `phone` (by the
//!   `plans` of its country) are asked in this order whose it is, and `codes` where it is nobody's;
//! - letters and digits: `iban`, `salesforce` and others through `codes`, `network`, `email`, `url`;
//! - secrets: `secret` by their form and their label, and as people tell them; `signs` finds what their forms begin with;
//! - places: `address`, `postcode`, `towns`; `countries` knows which country a record is of;
//! - what is said of people, word by word through `people`: `titles`, `nationality`, decades, sums in words.

mod address;
mod age;
mod banking;
mod card;
mod codes;
pub(crate) mod countries;
mod date;
mod email;
mod iban;
mod identity;
mod money;
mod nationality;
mod network;
pub(crate) mod number;
mod people;
pub(crate) mod phone;
mod plans;
mod postcode;
mod salesforce;
mod secret;
mod signs;
mod titles;
mod towns;
mod url;

pub(crate) use email::email_at;

use crate::{
    lexicon::Entries,
    resolve::Sink,
    text::{Doc, Gap, Shape},
};
use number::Run;

/// What the country of a record or a user tells about unmarked numbers. ISO 3166 letters, upper case.
pub(crate) type Hints = [[u8; 2]];

/// Whether the telephone numbers of a country are known.
pub(crate) fn has_plan(country: [u8; 2]) -> bool {
    plans::of(country).is_some()
}

/// Enters the lists of this module.
pub(crate) fn enter_lists(entries: &mut Entries) {
    address::enter_lists(entries);
    email::enter_lists(entries);
    nationality::enter_lists(entries);
    secret::enter_lists(entries);
    titles::enter_lists(entries);
}

/// Runs every pattern over a document.
pub(crate) fn detect(doc: &Doc<'_>, hints: &Hints, sink: &mut Sink) {
    email::detect(doc, sink);
    url::detect(doc, sink);
    let signs = signs::find(doc.text);
    secret::detect(doc, &signs.keys, sink);
    network::detect(doc, sink);
    let mut index = 0;
    while let Some(token) = doc.token(index) {
        match token.shape {
            Shape::Digits => index = digits(doc, index, hints, sink),
            Shape::Alnum if number::digits_of(doc, token).is_some() => {
                index = digits(doc, index, hints, sink);
            }
            Shape::Alnum | Shape::Upper | Shape::Mixed => {
                codes::detect(doc, index, sink);
                age::glued(doc, index, sink);
                age::ordinal(doc, index, sink);
                index += 1;
            }
            // `X-1234567-L`.
            Shape::Initial
                if doc.token(index + 1).is_some_and(|t| {
                    t.gap == Gap::Hyphen && t.shape == Shape::Digits && t.len() == 7
                }) =>
            {
                codes::mixed_national(doc, index, sink);
                index += 1;
            }
            _ => index += 1,
        }
    }
    address::detect(doc, &signs.addresses, sink);
    postcode::detect(doc, sink);
    people::detect(doc, sink);
    age::in_numerals(doc, sink);
}

/// Reads the run of digits at word `index` as each thing it could be, and answers where to go on.
fn digits(doc: &Doc<'_>, index: usize, hints: &Hints, sink: &mut Sink) -> usize {
    let Some(run) = Run::read(doc, index) else { return index + 1 };
    if banking::detect(doc, &run, sink) {
        return run.next.max(index + 1);
    }
    if money::detect(doc, &run, sink) {
        return index + 1;
    }
    if date::detect(doc, &run, sink) {
        return run.next;
    }
    let lettered = doc.token(run.next).is_some_and(|t| {
        matches!(t.gap, Gap::Hyphen | Gap::Space)
            && matches!(t.shape, Shape::Alnum | Shape::Initial)
    });
    if lettered && codes::mixed_national(doc, index, sink) {
        return run.next + 1;
    }
    let found = identity::detect(doc, &run, sink)
        | card::detect(doc, &run, sink)
        | age::detect(doc, &run, sink);
    let dialled = phone::detect(doc, &run, hints, sink);
    // A row of numbers goes on where the last whole one ended.
    if let Some(next) = dialled.filter(|_| run.cut && !found) {
        return next.max(index + 1);
    }
    if !found && dialled.is_none() {
        codes::number(doc, &run, sink);
    }
    run.next.max(index + 1)
}
