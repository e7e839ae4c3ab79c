//! Words of letters and digits, and bare numbers that a word before them explains.

use boundary::Kind;

use super::{iban, identity, money, number::Run, salesforce};
use crate::{
    lexicon::{
        ACCOUNT_CUE, CARD_CUE, DOCUMENT_CUE, ID_CUE, PHONE_CUE, POSTCODE_CUE, REFERENCE,
        VERSION_CUE,
    },
    resolve::{FORM, PROOF, Sink},
    text::{Doc, Gap, Shape},
};

/// Reads the word at `index`, which is not all digits.
pub(super) fn detect(doc: &Doc<'_>, index: usize, sink: &mut Sink) {
    let Some(token) = doc.token(index) else { return };
    let word = doc.word(token);
    let range = (token.start, token.end);
    if token.shape == Shape::Alnum
        && word.starts_with(|c: char| c.is_ascii_digit())
        && money::at(doc, index, token.start, sink)
    {
        return;
    }
    if salesforce::is_record_id(word) {
        sink.pattern(range, Kind::RecordId, PROOF);
        return;
    }
    if let Some((range, checked)) = iban::read(doc, index) {
        let cued = doc.cue_before(index, 4, ACCOUNT_CUE);
        if checked || cued {
            sink.pattern(range, Kind::Iban, if checked { PROOF } else { FORM });
            return;
        }
    }
    if iban::is_bic(word)
        && (doc.cue_before(index, 4, ACCOUNT_CUE)
            || token.shape == Shape::Alnum
                && word.len() == 11
                && !word.starts_with(|c: char| c.is_ascii_digit())
                && near_iban(doc, index))
    {
        sink.pattern(range, Kind::Iban, PROOF);
        return;
    }
    if mixed_national(doc, index, sink) {
        return;
    }
    if vat(word)
        && (doc.cue_before(index, 4, ID_CUE)
            || word.len() >= 11 && !doc.cue_before(index, 2, REFERENCE))
    {
        sink.pattern(
            range,
            Kind::NationalId,
            if doc.cue_before(index, 4, ID_CUE) { PROOF } else { FORM },
        );
        return;
    }
    if token.shape != Shape::Alnum {
        return;
    }
    let digits = word.chars().filter(char::is_ascii_digit).count();
    if (5..=20).contains(&word.len()) && digits >= 4 {
        let written = doc.text.get(..token.start).unwrap_or_default();
        let written = written.trim_end_matches([' ', ':', '：']);
        let document =
            ["护照", "護照", "护照号", "护照号码", "旅券", "旅券番号", "パスポート", "여권"];
        if doc.cue_before(index, 3, DOCUMENT_CUE) || document.iter().any(|it| written.ends_with(it))
        {
            sink.pattern(range, Kind::NationalId, PROOF);
            return;
        }
        if doc.cue_before(index, 2, ACCOUNT_CUE) && !doc.cue_before(index, 2, REFERENCE) {
            sink.pattern(range, Kind::AccountNumber, FORM);
            return;
        }
        if doc.cue_before(index, 3, ID_CUE) && !doc.cue_before(index, 2, REFERENCE) {
            sink.pattern(range, Kind::NationalId, FORM);
            return;
        }
    }
    if tracking(word) || doc.cue_before(index, 2, REFERENCE.or(VERSION_CUE)) {
        sink.veto(token.start, token.end);
    }
}

/// A national number of letters and digits, from a word of either.
pub(super) fn mixed_national(doc: &Doc<'_>, index: usize, sink: &mut Sink) -> bool {
    let Some((range, proof)) = national(doc, index) else { return false };
    let before = index.checked_sub(1).and_then(|i| doc.token(i));
    let id = before.is_some_and(|t| doc.word(t).eq_ignore_ascii_case("id"));
    let stock = doc.cue_before(index, 1, REFERENCE) && !id && !doc.cue_before(index, 2, ID_CUE);
    if stock || doc.cue_before(index, 1, VERSION_CUE) {
        return false;
    }
    let proven = proof == Proven::Alone || doc.cue_before(index, 4, ID_CUE.or(DOCUMENT_CUE));
    if proven {
        sink.pattern(range, Kind::NationalId, PROOF);
    }
    proven
}

fn near_iban(doc: &Doc<'_>, index: usize) -> bool {
    (1..=3).filter_map(|n| index.checked_sub(n)).any(|i| {
        doc.token(i).is_some_and(|t| {
            doc.word(t).eq_ignore_ascii_case("bic") || doc.word(t).eq_ignore_ascii_case("swift")
        })
    })
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Proven {
    Alone,
    WithWord,
}

/// A national number of letters and digits from the word at `index`, spaces, dots and hyphens inside allowed.
fn national(doc: &Doc<'_>, index: usize) -> Option<((usize, usize), Proven)> {
    let first = doc.token(index)?;
    if matches!(first.gap, Gap::Hyphen | Gap::Dot | Gap::Underscore) {
        return None;
    }
    if let Some(found) = bracketed(doc, index) {
        return Some(found);
    }
    // Letters before and after digits: only capitals count, or prose would read as codes.
    let counts = |word: &str| word.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase());
    if !counts(doc.word(first)) {
        return None;
    }
    let mut code = String::with_capacity(24);
    let mut best: Option<((usize, usize), Proven)> = None;
    for (i, token) in doc.tokens.iter().enumerate().skip(index).take(6) {
        if i > index && !matches!(token.gap, Gap::Space | Gap::Hyphen | Gap::Dot)
            || code.len() + token.len() > 18
        {
            break;
        }
        let word = doc.word(token);
        if !counts(word) {
            break;
        }
        code.push_str(word);
        let spaced = i > index;
        if code.len() >= 8 && code.bytes().any(|b| b.is_ascii_digit()) {
            let proof = match identity::written(&code) {
                Some(identity::Proof::Checked) if !spaced || uppercase_parts(doc, index, i) => {
                    Proven::Alone
                }
                Some(_) => Proven::WithWord,
                None => continue,
            };
            // `X1234567-L`: seven digits behind a letter are a number elsewhere, and more follows.
            let found = ((first.start, token.end), proof);
            if proof == Proven::Alone {
                return Some(found);
            }
            best = best.filter(|_| spaced).or(Some(found));
        }
    }
    best
}

/// `A123456(3)`: a number of Hong Kong, its brackets included.
fn bracketed(doc: &Doc<'_>, index: usize) -> Option<((usize, usize), Proven)> {
    let first = doc.token(index).filter(|t| t.shape == Shape::Alnum && t.len() == 7)?;
    let check = doc.token(index + 1).filter(|t| t.len() == 1 && t.start <= first.end + 2)?;
    let open = doc.span(first.end, check.start).trim_start();
    if open != "(" || doc.byte(check.end) != b')' {
        return None;
    }
    let code = format!("{}{}", doc.word(first), doc.word(check));
    let proven = match identity::bracketed(&code)? {
        identity::Proof::Checked => Proven::Alone,
        identity::Proof::Form => Proven::WithWord,
    };
    Some(((first.start, check.end + 1), proven))
}

fn uppercase_parts(doc: &Doc<'_>, from: usize, to: usize) -> bool {
    doc.tokens
        .iter()
        .skip(from)
        .take(to + 1 - from)
        .all(|t| matches!(t.shape, Shape::Digits | Shape::Upper | Shape::Initial | Shape::Alnum))
}

/// European VAT numbers by country: letters and how many characters follow.
fn vat(word: &str) -> bool {
    let Some((country, rest)) = word.split_at_checked(2) else { return false };
    let length = rest.len();
    let digits = rest.bytes().filter(u8::is_ascii_digit).count();
    let fits = match country {
        "AT" => length == 9 && rest.starts_with('U'),
        "BE" | "BG" => matches!(length, 9 | 10),
        "CZ" => matches!(length, 8..=10),
        "DE" | "EE" | "EL" | "PT" => length == 9,
        "DK" | "FI" | "HU" | "LU" | "MT" | "SI" => length == 8,
        "ES" | "CY" => length == 9 && digits >= 7,
        "FR" | "HR" | "IT" | "LV" => length == 11,
        "GB" => matches!(length, 9 | 12),
        "IE" => matches!(length, 8 | 9),
        "LT" => matches!(length, 9 | 12),
        "NL" => length == 12 && rest.contains('B'),
        "PL" | "SK" => length == 10,
        "RO" => (2..=10).contains(&length),
        "SE" => length == 12,
        _ => false,
    };
    fits && digits + 2 >= length
        && rest.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase())
}

/// Parcel numbers of the large carriers.
fn tracking(word: &str) -> bool {
    word.starts_with("1Z") && word.len() >= 15
        || word.len() == 13
            && word.get(2..11).is_some_and(|d| d.bytes().all(|b| b.is_ascii_digit()))
}

/// A bare number that nothing else took.
pub(super) fn number(doc: &Doc<'_>, run: &Run, sink: &mut Sink) {
    let first = run.index;
    let reference =
        doc.cue_before(first, 2, REFERENCE) && !doc.cue_before(first, 1, ACCOUNT_CUE.or(PHONE_CUE));
    // `sort code 20-00-00`, in Britain and Ireland.
    let sorting = run.layout.as_slice() == [2, 2, 2]
        && (run.separated_by('-') || run.separated_by(' '))
        && (1..=3).filter_map(|n| first.checked_sub(n)).any(|at| {
            doc.token(at).is_some_and(|t| {
                ["sort", "sortcode", "sc", "bsb"]
                    .iter()
                    .any(|it| doc.word(t).eq_ignore_ascii_case(it))
            })
        });
    if sorting {
        sink.pattern(run.range(), Kind::AccountNumber, PROOF);
        return;
    }
    let account = doc.cue_before(first, 3, ACCOUNT_CUE)
        && !doc.cue_before(first, 1, CARD_CUE.or(POSTCODE_CUE));
    if account && !reference && (5..=20).contains(&run.len()) && run.groups.len() <= 6 {
        sink.pattern(run.range(), Kind::AccountNumber, PROOF);
    } else if reference || doc.cue_before(first, 2, VERSION_CUE) || joined(doc, run) {
        sink.veto(run.start, run.end);
    }
}

/// `PO-91657064`, `Q-123`, `#4711`: part of a code.
fn joined(doc: &Doc<'_>, run: &Run) -> bool {
    doc.token(run.index).is_some_and(|t| {
        matches!(t.gap, Gap::Hyphen | Gap::Underscore) && run.index > 0 && !run.plus
    }) || doc.byte_before(run.start) == b'#'
}
