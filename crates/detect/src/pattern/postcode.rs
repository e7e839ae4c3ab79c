//! Postcodes, and the town that stands beside one.

use boundary::Kind;

use crate::{
    lexicon::{
        CITY, COUNTRY, CURRENCY, FUNCTION, MONTH, PLACE_CUE, POSTCODE_CUE, PRODUCT, STATE, UNIT,
        WORD,
    },
    resolve::{FORM, GUESS, PROOF, Sink},
    text::{Doc, Gap, Shape, Token},
};

pub(super) fn detect(doc: &Doc<'_>, sink: &mut Sink) {
    for (index, token) in doc.tokens.iter().enumerate() {
        if !matches!(token.shape, Shape::Digits | Shape::Alnum) || token.len() > 8 {
            continue;
        }
        let Some((end, form)) = read(doc, index) else { continue };
        let Some(last) = doc.token(end - 1) else { continue };
        let range = (state_before(doc, index).unwrap_or(token.start), last.end);
        if doc.cue_before(index, 3, POSTCODE_CUE) {
            sink.pattern(range, Kind::Address, PROOF);
            continue;
        }
        let town = town_after(doc, end);
        let placed = matches!(token.gap, Gap::Comma | Gap::Line)
            || doc.byte_before(token.start.saturating_sub(1)) == b';'
            || doc.byte_before(token.start) == b'|'
            || parted(doc, token);
        let state = index.checked_sub(1).and_then(|i| doc.token(i)).is_some_and(|t| {
            t.class.any(STATE) && t.shape == Shape::Upper && t.len() == 2 && t.gap == Gap::Comma
                || t.class.any(CITY) && t.capital()
        });
        let town_before = town_before(doc, index);
        if form == Form::Plain && (pin(doc, index) || australian(doc, index)) {
            sink.pattern(range, Kind::Address, PROOF);
            continue;
        }
        match form {
            Form::Split | Form::Plain if town_before => {
                sink.pattern(range, Kind::Address, GUESS);
            }
            Form::Telling => sink.pattern(range, Kind::Address, FORM),
            Form::Split if town.is_some() || state => sink.pattern(range, Kind::Address, FORM),
            Form::Plain if state => sink.pattern(range, Kind::Address, FORM),
            Form::Plain if placed && town.is_some() => sink.pattern(range, Kind::Address, GUESS),
            _ => continue,
        }
        if let Some((start, end)) = town {
            sink.pattern((start, end), Kind::Location, GUESS);
        }
    }
}

/// One past the last word of the postcode at word `index`.
pub(super) fn end(doc: &Doc<'_>, index: usize) -> Option<usize> {
    read(doc, index).map(|(end, _)| end)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    /// Like nothing else: `NR14 9EH`, `K1A 0B1`.
    Telling,
    /// Digits in a form that postcodes share with other numbers: `339 13`, `83-750`, `7736 PJ`.
    Split,
    /// Five or six digits.
    Plain,
}

/// The postcode that begins at word `index`: where it ends, and how much its form tells.
fn read(doc: &Doc<'_>, index: usize) -> Option<(usize, Form)> {
    let first = doc.token(index)?;
    let word = doc.word(first);
    let next = doc.token(index + 1);
    let glued = matches!(first.gap, Gap::Dot | Gap::Underscore | Gap::Slash | Gap::At)
        || first.gap == Gap::Hyphen && !pin(doc, index);
    if glued {
        return None;
    }
    let spaced = next.filter(|t| t.gap == Gap::Space);
    let hyphened = next.filter(|t| t.gap == Gap::Hyphen);
    // `H91 X4K8`: Ireland.
    let eircode = |t: &&Token| {
        let unique = doc.word(t);
        unique.len() == 4
            && unique.starts_with(|c: char| c.is_ascii_uppercase())
            && unique.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase())
            && unique.bytes().any(|b| b.is_ascii_digit())
    };
    if (is_like(word, "A99") || word == "D6W") && spaced.as_ref().is_some_and(eircode) {
        return Some((index + 2, Form::Telling));
    }
    if is_like(word, "A9")
        || is_like(word, "A99")
        || is_like(word, "AA9")
        || is_like(word, "AA99")
        || is_like(word, "A9A")
        || is_like(word, "AA9A")
    {
        let inward = spaced.filter(|t| is_like(doc.word(t), "9AA"));
        return inward.map(|_| (index + 2, Form::Telling)).or_else(|| {
            (is_like(word, "A9A") && spaced.is_some_and(|t| is_like(doc.word(t), "9A9")))
                .then_some((index + 2, Form::Telling))
        });
    }
    if is_like(word, "9999AA") && !suffix(word.get(4..).unwrap_or_default()) {
        return Some((index + 1, Form::Telling));
    }
    let boundary = |end: usize| {
        !doc.token(end).is_some_and(|t| {
            matches!(t.gap, Gap::Hyphen | Gap::Slash)
                || matches!(t.gap, Gap::Dot) && t.shape == Shape::Digits
        })
    };
    match (first.shape, first.len()) {
        (Shape::Digits, 4) => {
            let letters = spaced.filter(|t| {
                is_like(doc.word(t), "AA") && !suffix(doc.word(t)) && !t.class.any(CURRENCY)
            });
            if letters.is_some() && boundary(index + 2) {
                return Some((index + 2, Form::Split));
            }
            hyphened
                .filter(|t| is_like(doc.word(t), "999") && boundary(index + 2))
                .map(|_| (index + 2, Form::Split))
                .or_else(|| boundary(index + 1).then_some((index + 1, Form::Plain)))
        }
        (Shape::Digits, 3) => spaced
            .filter(|t| is_like(doc.word(t), "99") && boundary(index + 2) && !money(doc, index, t))
            .or(hyphened.filter(|t| is_like(doc.word(t), "9999") && boundary(index + 2)))
            .map(|_| (index + 2, Form::Split)),
        (Shape::Digits, 2) => hyphened
            .filter(|t| is_like(doc.word(t), "999") && boundary(index + 2))
            .map(|_| (index + 2, Form::Split)),
        (Shape::Digits, 5) => hyphened
            .filter(|t| matches!(t.len(), 3 | 4) && t.shape == Shape::Digits && boundary(index + 2))
            .map(|_| (index + 2, Form::Split))
            .or_else(|| boundary(index + 1).then_some((index + 1, Form::Plain))),
        (Shape::Digits, 6 | 8) => boundary(index + 1).then_some((index + 1, Form::Plain)),
        _ => None,
    }
}

/// After a middle dot, a bullet or a dash with spaces: a column of its own.
fn parted(doc: &Doc<'_>, token: &Token) -> bool {
    let before = doc.text.get(..token.start).unwrap_or_default().trim_end_matches(' ');
    before.ends_with(['·', '•', '|', ';', '–', '—'])
}

/// Where `IL 62704`, `ON K1A 0B1`, `NSW 2000`, `D-80331` begin; the code is at word `index`.
fn state_before(doc: &Doc<'_>, index: usize) -> Option<usize> {
    let code = doc.token(index)?;
    let state = index.checked_sub(1).and_then(|i| doc.token(i))?;
    let word = doc.word(state);
    let after_town = matches!(state.gap, Gap::Comma | Gap::Line)
        || state.gap == Gap::Space
            && index.checked_sub(2).and_then(|i| doc.token(i)).is_some_and(|t| {
                t.shape == Shape::Title
                    && (t.class.any(CITY) || !t.class.any(WORD.or(FUNCTION).or(PRODUCT)))
            });
    let fits = code.gap == Gap::Space
        && state.shape == Shape::Upper
        && match (code.shape, code.len()) {
            (Shape::Digits, 5) => word.len() == 2 && state.class.any(STATE) && after_town,
            (Shape::Digits, 4) => AUSTRALIA.contains(&word),
            (Shape::Alnum, 3) => {
                word.len() == 2 && state.class.any(STATE) && is_like(doc.word(code), "A9A")
            }
            _ => false,
        };
    fits.then_some(state.start)
}

const AUSTRALIA: &[&str] = &["NSW", "VIC", "QLD", "TAS", "ACT", "WA", "SA", "NT"];

/// `Fitzroy VIC 3065`, `NSW 2000`.
fn australian(doc: &Doc<'_>, index: usize) -> bool {
    let (Some(code), Some(state)) =
        (doc.token(index), index.checked_sub(1).and_then(|i| doc.token(i)))
    else {
        return false;
    };
    let town = index.checked_sub(2).and_then(|i| doc.token(i));
    let after_town = town.is_some_and(|t| {
        matches!(state.gap, Gap::Space | Gap::Comma) && t.capital() && !t.class.any(FUNCTION)
    });
    code.len() == 4
        && code.gap == Gap::Space
        && AUSTRALIA.contains(&doc.word(state))
        && (after_town || matches!(doc.word(state), "NSW" | "QLD" | "VIC" | "TAS"))
}

/// `Pune - 411038`, `Bengaluru-560034`: behind a dash and a town.
fn pin(doc: &Doc<'_>, index: usize) -> bool {
    let (Some(code), Some(town)) =
        (doc.token(index), index.checked_sub(1).and_then(|i| doc.token(i)))
    else {
        return false;
    };
    let dash = matches!(
        doc.span(town.end, code.start),
        "-" | " - " | "– " | " – " | "-  " | "- " | " -" | " — "
    );
    code.len() == 6
        && dash
        && !doc.word(code).starts_with(['0', '9'])
        && town.class.any(CITY.or(STATE).or(COUNTRY))
        && town.capital()
        && town.len() > 3
}

fn money(doc: &Doc<'_>, index: usize, last: &Token) -> bool {
    doc.char_at(last.end).is_some_and(|c| matches!(c, ',' | '%' | '€' | '$'))
        || index.checked_sub(1).and_then(|i| doc.token(i)).is_some_and(|t| t.class.any(CURRENCY))
}

/// `in Bremen Ohlenhof 28239`: capitalised strangers led by a word of place.
fn town_before(doc: &Doc<'_>, index: usize) -> bool {
    let mut at = index;
    while at > 0 && index - at < 4 {
        let (Some(token), Some(before)) = (doc.token(at), doc.token(at - 1)) else { return false };
        if token.gap != Gap::Space && token.gap != Gap::Hyphen {
            return false;
        }
        if !before.capital() || before.class.any(WORD.or(MONTH).or(FUNCTION)) {
            let place = before.shape == Shape::Lower && before.class.any(PLACE_CUE);
            return at < index && place;
        }
        at -= 1;
    }
    false
}

/// Letters after four digits that are something else.
fn suffix(letters: &str) -> bool {
    matches!(
        letters,
        "AD" | "BC"
            | "AM"
            | "PM"
            | "KB"
            | "MB"
            | "GB"
            | "TB"
            | "US"
            | "UK"
            | "EU"
            | "HR"
            | "IT"
            | "ID"
            | "OK"
            | "GT"
            | "HP"
            | "KW"
            | "CE"
            | "VS"
    )
}

/// Whether `word` is written like `form`: `A` a capital, `9` a digit.
fn is_like(word: &str, form: &str) -> bool {
    word.len() == form.len()
        && word
            .bytes()
            .zip(form.bytes())
            .all(|(c, f)| if f == b'A' { c.is_ascii_uppercase() } else { c.is_ascii_digit() })
}

/// The capitalised words right after a postcode.
fn town_after(doc: &Doc<'_>, from: usize) -> Option<(usize, usize)> {
    let first = doc.token(from)?;
    let name = |t: &Token| {
        t.capital()
            && t.len() > 1
            && !t.class.any(FUNCTION.or(MONTH).or(UNIT))
            && (!t.class.any(WORD.or(PRODUCT)))
    };
    if first.gap != Gap::Space || !name(first) {
        return None;
    }
    let mut end = first.end;
    for token in doc.tokens.iter().skip(from + 1).take(4) {
        let particle = token.shape == Shape::Lower
            && token.len() <= 4
            && token.class.any(crate::lexicon::PARTICLE);
        if !matches!(token.gap, Gap::Space | Gap::Hyphen | Gap::Apostrophe)
            || !(name(token) || particle || token.gap == Gap::Hyphen)
        {
            break;
        }
        if !particle {
            end = token.end;
        }
    }
    Some((first.start, end))
}
