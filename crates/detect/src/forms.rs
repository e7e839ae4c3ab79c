//! Addresses, numbers and keys by their form alone, whoever's they are: for what a model says, where there is
//! nobody to ask.

use boundary::{DetectorFailure, Finding, Kind};

use crate::{
    encoded::decoded,
    pattern::{self, Hints},
    resolve::{Sink, resolve},
    text::{Bytes, Doc, plain::plain},
};

const LOST: DetectorFailure =
    DetectorFailure { detector: "forms", reason: "a finding has no place in the text" };

/// What [`boundary::Detector::detect_forms`] promises. Sorted, without overlap.
pub(crate) fn detect(
    text: &str,
    from: usize,
    hints: &Hints,
) -> Result<Vec<Finding>, DetectorFailure> {
    let mut found = look(text, hints)?;
    found.retain(|it| it.end > from);
    for it in &mut found {
        it.start = it.start.max(from);
    }
    // "Reference record: 234-555-0143": the words before may explain a number away. A number that is written as only
    // a telephone, a card or an identity is, is covered all the same.
    let bare = text.get(from..).unwrap_or_default();
    add(&mut found, bare, from, hints)?;
    // Of numbers that follow each other, each by itself.
    let mut at = from;
    for word in bare.split_inclusive(char::is_whitespace) {
        let start = at;
        at += word.len();
        if word.len() < bare.len() && word.chars().filter(|c| c.is_numeric()).count() >= 7 {
            add(&mut found, word.trim_end(), start, hints)?;
        }
    }
    found.sort_unstable_by_key(|it| (it.start, std::cmp::Reverse(it.end)));
    let mut apart: Vec<Finding> = Vec::with_capacity(found.len());
    for it in found {
        match apart.last_mut() {
            Some(last) if it.start < last.end => last.end = last.end.max(it.end),
            _ => apart.push(it),
        }
    }
    Ok(apart)
}

/// Adds what is written as nothing else is in a text that begins at byte `from`.
fn add(
    found: &mut Vec<Finding>,
    text: &str,
    from: usize,
    hints: &Hints,
) -> Result<(), DetectorFailure> {
    for it in look(text, hints)? {
        if grouped(it.kind, text.get(it.start..it.end).unwrap_or_default()) {
            found.push(Finding { start: it.start + from, end: it.end + from, ..it });
        }
    }
    Ok(())
}

/// A bare number is an order's or a case's as often as a person's; one in groups, or with a check digit, is not.
fn grouped(kind: Kind, written: &str) -> bool {
    !matches!(kind, Kind::Phone | Kind::NationalId) || written.chars().any(|c| !c.is_alphanumeric())
}

fn look(text: &str, hints: &Hints) -> Result<Vec<Finding>, DetectorFailure> {
    let Some(plain) = plain(text, Bytes::of(text)) else { return Ok(read(text, hints)) };
    let back = |it: Finding| {
        let (start, end) = plain.written(it.start, it.end).ok_or(LOST)?;
        Ok(Finding { start, end, ..it })
    };
    read(&plain.text, hints).into_iter().map(back).collect()
}

fn read(text: &str, hints: &Hints) -> Vec<Finding> {
    let doc = Doc::new(text);
    let mut sink = Sink::default();
    pattern::detect(&doc, hints, &mut sink);
    for (start, end, value) in decoded(&doc) {
        let inner = Doc::new(&value);
        let mut hidden = Sink::default();
        pattern::detect(&inner, hints, &mut hidden);
        let telling = |it: &boundary::Owned| it.finding.kind.identifies();
        if let Some(it) = resolve(&value, hidden).into_iter().find(telling) {
            sink.pattern((start, end), it.finding.kind, crate::resolve::PROOF);
        }
    }
    let found = resolve(text, sink).into_iter().map(|owned| owned.finding);
    found.filter(|it| it.kind.identifies()).collect()
}

#[cfg(test)]
mod tests {
    use super::detect;

    fn found(text: &str, from: usize) -> Vec<&str> {
        let found = detect(text, from, &[*b"US"]).unwrap();
        found.into_iter().map(|it| &text[it.start..it.end]).collect()
    }

    #[test]
    fn a_form_that_only_a_person_has_is_covered_whatever_word_is_before_it() {
        for value in [
            "912-34-0567",
            "234-555-0143",
            "4242-4242-4242-4242",
            "ana.roy@mail.example",
            "ana.roy%40mail.example",
            "YW5hLnJveUBtYWlsLmV4YW1wbGU=",
            "DE89370400440532013000",
            "AKIAIOSFODNN7EXAMPLE",
        ] {
            let text = format!("Reference record: {value}");
            assert_eq!(found(&text, "Reference record: ".len()), [value]);
        }
    }

    #[test]
    fn numbers_that_follow_each_other_are_all_covered() {
        let text = "234-555-0143 ".repeat(9);
        let covered: usize = found(&text, 0).iter().map(|it| it.replace(' ', "").len()).sum();
        assert_eq!(covered, "234-555-0143".len() * 9);
    }

    #[test]
    fn numbers_of_things_stay() {
        for (before, value) in [
            ("Order ", "4500012345"),
            ("case ", "00001026"),
            ("a total of ", "1,234,567.89"),
            ("on ", "2026-11-22"),
            ("version ", "10.4.2.1"),
            ("the first ", "200"),
            ("", "{NAME_3kd}"),
        ] {
            let text = format!("{before}{value}");
            assert!(found(&text, before.len()).is_empty(), "{text}");
        }
    }

    #[test]
    fn words_before_tell_and_are_not_covered() {
        assert_eq!(found("the password: hunter2!x", 14), ["hunter2!x"]);
        assert!(found("ana@x.example or so", 14).is_empty());
    }
}
