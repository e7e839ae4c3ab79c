//! Street addresses, by the words and numbers they are built of.
//!
//! An address is read from an anchor (a word for a street, a unit with its number, a box) outwards, or forwards from a
//! word such as "address". The parts after it (unit, postcode, town, state, country) are taken in as one value.

mod around;
mod extent;
mod forms;
mod ideographs;
mod numero;
mod prepositions;
mod tail;
mod words;

use boundary::Kind;

use super::postcode;
use crate::{
    lexicon::{
        ADDRESS_CUE, DAY, Entries, FUNCTION, GREETING, MONTH, PARTICLE, PRODUCT, REFERENCE, STATE,
        STREET, STREET_PREFIX, UNIT, WORD,
    },
    resolve::{FORM, PROOF, Sink},
    text::{Doc, Gap, Shape, Token},
};
use extent::extend;
use words::{
    is_capital, is_compound, is_number, is_ordinal, is_prefix, near, slavic, strong_street,
};

pub(super) use forms::signs;

/// Enters the lists of this module.
pub(super) fn enter_lists(entries: &mut Entries) {
    prepositions::enter_lists(entries);
}

/// Addresses, of which those told by their form alone only where one of its signs stands, told with its place.
pub(super) fn detect(doc: &Doc<'_>, signs: &[(usize, &str)], sink: &mut Sink) {
    let before = sink.candidates.len();
    forms::detect(doc, signs, sink);
    read(doc, sink);
    around::widen(doc.text, sink.candidates.get_mut(before..).unwrap_or_default());
}

fn read(doc: &Doc<'_>, sink: &mut Sink) {
    let mut index = 0;
    while let Some(token) = doc.token(index) {
        let found = if token.shape == Shape::Ideograph {
            ideographs::read(doc, index)
        } else if token.shape == Shape::Lower && !token.class.any(STREET.or(STREET_PREFIX)) {
            // A small word begins or anchors an address only as a kind of street.
            None
        } else {
            anchored(doc, index)
                .or_else(|| prepositions::read(doc, index))
                .or_else(|| cued(doc, index))
        };
        match found {
            Some(found) => {
                let (Some(first), Some(last)) = (doc.token(found.from), doc.token(found.to - 1))
                else {
                    return;
                };
                let range = (tail::start(doc.text, first.start), tail::end(doc.text, last.end));
                sink.pattern(range, Kind::Address, found.weight);
                index = found.to.max(index + 1);
            }
            None => index += 1,
        }
    }
}

/// An address from word `from` up to word `to`.
struct Found {
    from: usize,
    to: usize,
    weight: u8,
}

/// `C.F.`: a letter that is short for something else than a street.
fn shortened(doc: &Doc<'_>, index: usize) -> bool {
    doc.token(index).is_some_and(|t| t.len() == 1)
        && doc.token(index + 1).is_some_and(|t| t.gap == Gap::Dot)
}

/// `Stage Gate 2`: one of a plan's, by the word before.
fn staged(doc: &Doc<'_>, index: usize) -> bool {
    let before = index.checked_sub(1).and_then(|i| doc.token(i));
    before.is_some_and(|t| t.class.any(PRODUCT.or(REFERENCE)))
}

fn anchored(doc: &Doc<'_>, index: usize) -> Option<Found> {
    let token = doc.token(index)?;
    let next_number = |from: usize, reach: usize| {
        (from..from + reach)
            .find(|i| doc.token(*i).is_some_and(|t| is_number(doc, t) && t.len() <= 5 && near(t)))
    };
    // `PO Box 12`, `Unit 0028 Box 6420`, `PSC 3098, Box 6567`.
    let word = if token.capital() { doc.word(token) } else { "" };
    if (3..=8).contains(&word.len())
        && BOXES.iter().any(|it| word.eq_ignore_ascii_case(it))
        && next_number(index + 1, 1).is_some()
    {
        let mut from = index;
        while from > 0
            && index - from < 4
            && doc.token(from - 1).is_some_and(|t| {
                t.class.any(UNIT) && t.capital()
                    || t.shape == Shape::Initial
                    || t.shape == Shape::Digits
            })
            && doc.token(from).is_some_and(near)
        {
            from -= 1;
        }
        return Some(finish(doc, from, index + 2, FORM));
    }
    if is_prefix(token) && !shortened(doc, index) {
        let before = number_before(doc, index);
        if let Some(number) = small_name(doc, index) {
            return Some(finish(doc, index, number + 1, FORM));
        }
        let (name, named_end) = name_after(doc, index + 1);
        let after = next_number(named_end, 2)
            .or_else(|| numero::after(doc, named_end))
            .filter(|_| name > 0);
        if name > 0
            && (before.is_some() || after.is_some())
            && (after.is_some() || token.class.any(STREET) || token.capital())
        {
            return Some(finish(
                doc,
                before.unwrap_or(index),
                after.map_or(named_end, |i| i + 1),
                FORM,
            ));
        }
    }
    let numbered =
        (token.capital() || token.class.any(STREET)) && next_number(index + 1, 1).is_some();
    if numbered && is_compound(doc, token)
        || token.class.any(STREET) && token.capital() && token.gap == Gap::Hyphen
    {
        let from = name_before(doc, index);
        if let Some(number) = next_number(index + 1, 1) {
            return Some(finish(doc, number_before(doc, from).unwrap_or(from), number + 1, FORM));
        }
    }
    // `78869 William Manor`, `the corner of 73 Elm Street`.
    if token.class.any(STREET) && token.capital() && token.gap == Gap::Space {
        let from = name_before(doc, index);
        if from < index {
            if let Some(number) = number_before(doc, from) {
                return Some(finish(doc, number, index + 1, FORM));
            }
            if let Some(number) =
                next_number(index + 1, 1).filter(|_| strong_street(token) && !staged(doc, index))
            {
                return Some(finish(doc, from, number + 1, FORM));
            }
        }
    }
    // `Síp utca 71`, `Tom Wilhelmsens vei 83`: the kind of street written small.
    if numbered && token.shape == Shape::Lower && token.class.any(STREET) && strong_street(token) {
        let from = name_before(doc, index);
        if from < index {
            return Some(finish(doc, number_before(doc, from).unwrap_or(from), index + 2, FORM));
        }
    }
    // `Nowy Świat 15/17`, `Piotrkowska 104/2`: in Poland and Czechia the word for a street is left out.
    if token.capital()
        && !token.class.any(WORD.or(MONTH).or(FUNCTION))
        && house_and_flat(doc, index + 1)
        && slavic(doc.word(token))
    {
        return Some(finish(doc, name_before(doc, index), index + 3, FORM));
    }
    // `FPO AP 59193`, with the ship or unit on the line before.
    if matches!(word, "APO" | "FPO" | "DPO")
        && doc.token(index + 2).is_some_and(|t| is_number(doc, t))
    {
        let from = if token.gap == Gap::Line { line_before(doc, index) } else { index };
        return Some(finish(doc, from, index + 3, FORM));
    }
    // `Dlouhá 17, 110 00 Praha`, `Tamme 63, Suite 260`: a name and a number before what only an address goes on with.
    if numbered && token.capital() && !token.class.any(WORD.or(MONTH).or(FUNCTION)) {
        let after = doc.token(index + 2).filter(|t| matches!(t.gap, Gap::Comma | Gap::Line));
        let unit = after.is_some_and(|t| t.class.any(UNIT) && t.capital() && t.len() > 2)
            && doc.token(index + 3).is_some_and(|t| is_number(doc, t));
        let town = after.and_then(|_| postcode::end(doc, index + 2)).and_then(|end| doc.token(end));
        if unit
            || town.is_some_and(|t| t.gap == Gap::Space && t.capital() && !t.class.any(FUNCTION))
        {
            let from = name_before(doc, index);
            return Some(finish(doc, number_before(doc, from).unwrap_or(from), index + 2, FORM));
        }
    }
    unit(doc, index)
}

/// `Flat 9, Hilary Stream`, `Suite 636`, `5176 Norrbyvägen 21 Suite 461`.
fn unit(doc: &Doc<'_>, index: usize) -> Option<Found> {
    let token = doc.token(index)?;
    // `12 Elm`, unit and number: `Flat 9, Hilary Stream`, `Suite 636`.
    if token.class.any(UNIT)
        && token.capital()
        && token.len() > 2
        && !token.class.any(STATE)
        && doc.token(index + 1).is_some_and(|t| is_number(doc, t) && t.len() <= 5 && near(t))
    {
        let mut from = index;
        // A house number and a name may stand before: `5176 Norrbyvägen 21 Suite 461`.
        let back = run_before(doc, index);
        if back < index && (back..index).any(|i| doc.token(i).is_some_and(|t| is_number(doc, t))) {
            from = back;
        }
        // "Apollo Suite 88 seats" is a product.
        let named = token.gap == Gap::Space
            && index.checked_sub(1).and_then(|i| doc.token(i)).is_some_and(Token::capital);
        let word = doc.word(token);
        let house = SELDOM_UNIT.split(' ').any(|seldom| word.eq_ignore_ascii_case(seldom));
        let goes_on =
            doc.token(index + 2).is_some_and(|t| t.gap == Gap::Comma && is_number(doc, t));
        if from < index || !house && (!named || goes_on) {
            return Some(finish(doc, from, index + 2, FORM));
        }
    }
    None
}

/// Words for a box in a post office.
const BOXES: [&str; 6] = ["box", "postbox", "psc", "postfach", "casella", "apartado"];

/// Units that are also words for other things.
const SELDOM_UNIT: &str = "level house block tower room box floor stock building unit";

/// `15/17`, `104a/2`: no fraction of a year or a version.
fn house_and_flat(doc: &Doc<'_>, index: usize) -> bool {
    let (Some(house), Some(flat)) = (doc.token(index), doc.token(index + 1)) else { return false };
    let number = |t: &Token| is_number(doc, t) && t.len() <= 4 && !doc.word(t).starts_with('0');
    house.gap == Gap::Space
        && flat.gap == Gap::Slash
        && number(house)
        && number(flat)
        && house.len() <= 3
        && doc.byte(flat.end) != b'/'
}

/// `Trg svobode 4`: in some languages the name is written small. The word of its number.
fn small_name(doc: &Doc<'_>, index: usize) -> Option<usize> {
    let strange =
        doc.token(index).is_some_and(|t| t.capital() && !t.class.any(WORD) && t.len() > 2);
    let small = |i: usize| {
        doc.token(i).is_some_and(|t| {
            t.shape == Shape::Lower && t.gap == Gap::Space && !t.class.any(WORD.or(FUNCTION))
        })
    };
    let number = |i: usize| doc.token(i).is_some_and(|t| is_number(doc, t) && t.gap == Gap::Space);
    let at = (index + 2..index + 4).find(|i| number(*i))?;
    (strange && (index + 1..at).all(small)).then_some(at)
}

/// The capitalised words of a name from `from`: how many, and where they end.
fn name_after(doc: &Doc<'_>, from: usize) -> (usize, usize) {
    let mut end = from;
    let mut named = 0;
    while let Some(token) = doc.token(end) {
        let particle = token.shape == Shape::Lower
            && (token.class.any(PARTICLE.or(FUNCTION)) && token.len() <= 4
                || !token.class.any(WORD.or(FUNCTION))
                    && doc.token(end + 1).is_some_and(|t| {
                        matches!(t.gap, Gap::Space | Gap::Apostrophe) && is_capital(t)
                    }));
        if numero::after(doc, end).is_some() && named > 0 {
            break;
        }
        if end - from >= 6
            || !near(token)
            || token.gap == Gap::Comma
            || !(is_capital(token) || particle || is_ordinal(doc, token))
        {
            break;
        }
        named += usize::from(is_capital(token));
        end += 1;
    }
    (named, end)
}

/// The first of the capitalised words right before `index`.
fn name_before(doc: &Doc<'_>, index: usize) -> usize {
    let mut from = index;
    while from > 0 && index - from < 4 {
        let (Some(token), Some(before)) = (doc.token(from), doc.token(from - 1)) else { break };
        let joined = matches!(
            token.gap,
            Gap::Space | Gap::Hyphen | Gap::Apostrophe | Gap::DotSpace | Gap::Dot
        );
        // `Cnoc na Gréine Avenue`, `St Hilda's Way`.
        let particle = before.shape == Shape::Lower
            && (before.gap == Gap::Apostrophe && doc.word(before) == "s"
                || index - from > 0
                    && (before.class.any(PARTICLE)
                        || matches!(
                            doc.word(before),
                            "na" | "an" | "nan" | "upon" | "under" | "sur" | "sous" | "lès"
                        )));
        let stop = before.class.any(DAY.or(FUNCTION)) && before.opens;
        if !joined
            || stop
            || !(is_capital(before) && !before.class.any(GREETING)
                || particle
                || is_ordinal(doc, before))
        {
            break;
        }
        from -= 1;
    }
    while from < index && doc.token(from).is_some_and(|t| t.shape == Shape::Lower) {
        from += 1;
    }
    from
}

/// The first word of the line before `index`, when that line is short and capitalised.
fn line_before(doc: &Doc<'_>, index: usize) -> usize {
    let mut from = index;
    while from > 0 && index - from < 3 && doc.token(from - 1).is_some_and(is_capital) {
        from -= 1;
        if doc.token(from).is_some_and(|t| t.gap != Gap::Space) {
            return from;
        }
    }
    from
}

/// A house number right before `index`, with a unit or a block before that.
fn number_before(doc: &Doc<'_>, index: usize) -> Option<usize> {
    let token = doc.token(index)?;
    if !matches!(token.gap, Gap::Space | Gap::Comma | Gap::Slash | Gap::Hyphen) {
        return None;
    }
    let mut from = index.checked_sub(1)?;
    // `12/A, Gandhi Road`.
    if doc.token(from).is_some_and(|t| t.shape == Shape::Initial && t.gap == Gap::Slash) {
        from = from.checked_sub(1)?;
    }
    if !doc.token(from).is_some_and(|t| is_number(doc, t) && !is_ordinal(doc, t)) {
        return None;
    }
    while from > 0 {
        let (Some(token), Some(before)) = (doc.token(from), doc.token(from - 1)) else { break };
        let joined = matches!(token.gap, Gap::Slash | Gap::Hyphen)
            || matches!(token.gap, Gap::Space | Gap::Comma | Gap::Dot | Gap::DotSpace)
                && index - from < 3;
        let part = is_number(doc, before) && token.gap != Gap::Comma && token.gap != Gap::Dot
            || before.class.any(UNIT)
                && (before.capital() && before.len() > 1 || before.len() == 2)
                && token.gap != Gap::Comma;
        if !joined || !part || index - from > 5 {
            break;
        }
        from -= 1;
    }
    Some(from)
}

/// The run of numbers and capitalised words right before `index`.
fn run_before(doc: &Doc<'_>, index: usize) -> usize {
    let mut from = index;
    while from > 0 && index - from < 8 {
        let (Some(token), Some(before)) = (doc.token(from), doc.token(from - 1)) else { break };
        if !near(token)
            || !(is_number(doc, before)
                || is_capital(before) && !before.class.any(GREETING.or(FUNCTION))
                || before.class.any(PARTICLE) && before.shape == Shape::Lower)
        {
            break;
        }
        from -= 1;
    }
    while from < index && !doc.token(from).is_some_and(|t| is_number(doc, t)) {
        from += 1;
    }
    from
}

/// A run of capitalised words and numbers right after "address is", "lives at", "ship to".
fn cued(doc: &Doc<'_>, index: usize) -> Option<Found> {
    let token = doc.token(index)?;
    if !(is_number(doc, token) || is_capital(token))
        || token.class.any(FUNCTION.or(DAY).or(MONTH))
        || !doc.cue_before(index, 5, ADDRESS_CUE)
    {
        return None;
    }
    let before = doc.token(index.checked_sub(1)?)?;
    let connected = matches!(
        doc.word(before).to_ascii_lowercase().as_str(),
        "at" | "to" | "is" | "in" | "on" | "of" | "with" | "s" | "new" | "located"
    ) || matches!(token.gap, Gap::Colon | Gap::Line)
        && before.class.any(ADDRESS_CUE)
        || before.class.any(ADDRESS_CUE);
    if !connected {
        return None;
    }
    let end = extend(doc, index, false);
    let part = doc.tokens.get(index..end)?;
    let numbers = part.iter().filter(|t| is_number(doc, t)).count();
    let words = part.iter().filter(|t| is_capital(t) && t.len() > 2).count();
    (numbers >= 1
        && words >= 1
        && part.len() >= 3
        && !part.iter().any(|t| t.class.any(MONTH) && !t.class.any(STREET)))
    .then_some(Found { from: index, to: end, weight: FORM })
}

fn finish(doc: &Doc<'_>, from: usize, to: usize, weight: u8) -> Found {
    let to = extend(doc, to, true);
    let weight = if doc.cue_before(from, 4, ADDRESS_CUE) { PROOF - 1 } else { weight };
    Found { from, to, weight }
}
