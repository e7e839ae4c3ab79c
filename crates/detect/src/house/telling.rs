//! The words that carry a text: no small words, no endings, numbers as what they say.

use std::{borrow::Cow, sync::LazyLock};

use crate::{
    lexicon::{ByHash, DAY, Entries, FUNCTION, MEANS, MONTH},
    text::{Doc, Gap, Shape, Token, hash_word},
};

/// A word that carries the text.
pub(super) struct Telling {
    pub(super) hash: u64,
    /// Its bytes in the text.
    pub(super) range: (usize, usize),
    /// Whether it says how much or how many.
    pub(super) number: bool,
    /// Whether it says when.
    pub(super) date: bool,
}

/// The telling words of a text. A currency stands behind its sum, as it is read.
pub(super) fn telling(doc: &Doc<'_>) -> Vec<Telling> {
    let mut found: Vec<Telling> = Vec::with_capacity(doc.tokens.len());
    let mut rest = doc.tokens.as_slice();
    let mut before: Option<(u64, (usize, usize))> = None;
    while let [token, after @ ..] = rest {
        rest = after;
        let range = (token.start, token.end);
        let meant = meaning(token);
        if let Some((digits, used)) = number(doc, token, meant, after) {
            rest = after.get(used..).unwrap_or_default();
            let end =
                used.checked_sub(1).and_then(|last| after.get(last)).map_or(token.end, |it| it.end);
            let hash = hash_word(&digits);
            found.push(Telling { hash, range: (token.start, end), number: true, date: false });
            let sign = before_sign(doc, token.start).or_else(|| after_sign(doc, end));
            let unit =
                before.take().or_else(|| sign.map(|name| (hash_word(name), (token.start, end))));
            found.extend(unit.map(|(hash, range)| Telling {
                hash,
                range,
                number: false,
                date: false,
            }));
            continue;
        }
        // `EUR 84`: said before the sum, and kept behind it.
        if let Some((hash, range)) = before.take() {
            found.push(Telling { hash, range, number: false, date: false });
        }
        if let Some(Meaning::Unit(name)) = meant {
            let follows =
                after.first().is_some_and(|it| it.shape == Shape::Digits && it.gap == Gap::Space);
            let hash = hash_word(name);
            match found.last() {
                _ if follows => before = Some((hash, range)),
                // `84 € (euros)` and `12 %` beside `12 percent` say it once.
                Some(last) if last.hash == hash => {}
                _ => found.push(Telling { hash, range, number: false, date: false }),
            }
            continue;
        }
        let number_follows = || {
            after.first().is_some_and(|it| it.shape == Shape::Digits || small_number(it).is_some())
        };
        if token.len() == 5
            && doc.word(token).eq_ignore_ascii_case("point")
            && found.last().is_some_and(|it| it.number)
            && number_follows()
        {
            continue;
        }
        let small = token.class.any(FUNCTION) || token.len() < 2 && token.shape != Shape::Ideograph;
        if !small {
            let date = token.class.any(MONTH) || token.class.any(DAY);
            found.push(Telling { hash: stem(doc, token), range, number: false, date });
        }
    }
    found
}

/// The number that begins here, in digits, and how many of the following words belong to it.
fn number<'t>(
    doc: &Doc<'t>,
    token: &Token,
    meant: Option<Meaning>,
    after: &[Token],
) -> Option<(Cow<'t, str>, usize)> {
    match token.shape {
        Shape::Digits => {
            // `1,200` and `1 200 000` are one number each; `6.5` stays two, as `six point five` is.
            let mut digits = Cow::Borrowed(doc.word(token));
            let mut used = 0;
            while let Some(next) = after.get(used) {
                let close = next.start
                    - after.get(used.wrapping_sub(1)).map_or(token.end, |it| it.end)
                    == 1;
                let group = next.shape == Shape::Digits && next.len() == 3 && digits.len() <= 12;
                if !(close && group && matches!(next.gap, Gap::Comma | Gap::Apostrophe)) {
                    break;
                }
                digits.to_mut().push_str(doc.word(next));
                used += 1;
            }
            let times = after.get(used).and_then(|next| times(doc.word(next)));
            Some(match times.filter(|it| *it > 100 && digits.len() < 7) {
                Some(times) => {
                    (Cow::Owned((digits.parse::<u64>().ok()? * times).to_string()), used + 1)
                }
                None => (digits, used),
            })
        }
        // `12k`
        Shape::Alnum => {
            let word = doc.word(token);
            let (digits, sign) = word.split_at_checked(word.len().checked_sub(1)?)?;
            let times = match sign {
                "k" | "K" => 1_000,
                "m" | "M" => 1_000_000,
                _ => return None,
            };
            let digits: u64 = digits.parse().ok().filter(|it| *it < 1_000_000)?;
            Some((Cow::Owned((digits * times).to_string()), 0))
        }
        _ => match meant {
            Some(Meaning::Number(first)) => Some(spelled(doc, first, after)),
            _ => None,
        },
    }
}

/// A number in words: `twenty-five`, `four hundred`, `twelve thousand`.
fn spelled(doc: &Doc<'_>, first: u64, after: &[Token]) -> (Cow<'static, str>, usize) {
    let (mut sum, mut part, mut used) = (0_u64, first, 0);
    let mut tens = first >= 20;
    while let Some(next) = after.get(used).filter(|it| matches!(it.gap, Gap::Space | Gap::Hyphen)) {
        let word = doc.word(next);
        if let Some(times) = times(word) {
            if times == 100 {
                part *= 100;
            } else {
                (sum, part) = ((sum + part) * times, 0);
            }
            tens = false;
        } else if word.eq_ignore_ascii_case("and") && (part >= 100 || sum > 0) {
            // `four hundred and five`, but not `twenty and thirty`.
            let number = after.get(used + 1).and_then(small_number);
            if number.is_none() {
                break;
            }
        } else if let Some(more) = small_number(next)
            && (tens && more < 10 || part % 100 == 0 && (part > 0 || sum > 0))
        {
            part += more;
            tens = more >= 20;
        } else {
            break;
        }
        used += 1;
        if sum > 1_000_000_000 || part > 1_000_000 {
            break;
        }
    }
    (Cow::Owned((sum + part).to_string()), used)
}

/// What some words say wherever they stand.
#[derive(Clone, Copy)]
enum Meaning {
    /// A number below a hundred.
    Number(u64),
    /// A unit, and what it is called here.
    Unit(&'static str),
}

static MEANINGS: LazyLock<ByHash<Meaning>> = LazyLock::new(|| {
    let small = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen";
    let tens = "twenty thirty forty fifty sixty seventy eighty ninety";
    let numbers = small.split(' ').zip(0..).chain(tens.split(' ').zip((20..).step_by(10)));
    let named = [
        ("percent", "percent pct percentage cent"),
        ("euro", "eur euro euros"),
        ("dollar", "usd dollar dollars"),
        ("pound", "gbp pound pounds"),
    ];
    let units =
        named.into_iter().flat_map(|(name, words)| words.split(' ').map(move |it| (it, name)));
    let numbers = numbers.map(|(it, number)| (hash_word(it), Meaning::Number(number)));
    numbers.chain(units.map(|(it, name)| (hash_word(it), Meaning::Unit(name)))).collect()
});

pub(super) fn enter_lists(entries: &mut Entries) {
    entries.add(MEANS, MEANINGS.hashes());
}

/// What a word says, by its hash.
fn meaning(word: &Token) -> Option<Meaning> {
    if word.listed.any(MEANS) { MEANINGS.get(word.hash).copied() } else { None }
}

fn small_number(word: &Token) -> Option<u64> {
    match meaning(word)? {
        Meaning::Number(number) => Some(number),
        Meaning::Unit(_) => None,
    }
}

fn times(word: &str) -> Option<u64> {
    let all = [("hundred", 100), ("thousand", 1_000), ("million", 1_000_000)];
    all.into_iter().find(|(name, _)| word.eq_ignore_ascii_case(name)).map(|(_, times)| times)
}

fn sign(c: char) -> Option<&'static str> {
    Some(match c {
        '%' => "percent",
        '€' => "euro",
        '$' => "dollar",
        '£' => "pound",
        _ => return None,
    })
}

fn before_sign(doc: &Doc<'_>, at: usize) -> Option<&'static str> {
    sign(doc.text.get(..at)?.trim_end_matches(' ').chars().next_back()?)
        .filter(|it| *it != "percent")
}

fn after_sign(doc: &Doc<'_>, at: usize) -> Option<&'static str> {
    sign(doc.text.get(at..)?.trim_start_matches(' ').chars().next()?)
}

/// The hash of a word without the commonest endings.
fn stem(doc: &Doc<'_>, token: &Token) -> u64 {
    // Most words end otherwise, and their hash is known.
    let endings: &[&str] = match doc.byte_before(token.end).to_ascii_lowercase() {
        b'g' => &["ing"],
        b's' => &["ies", "es", "s"],
        b'd' => &["ed"],
        b'y' => &["ly"],
        b'r' => &["er"],
        b'e' => &[],
        _ => return token.hash,
    };
    if token.len() <= 4 {
        return token.hash;
    }
    let word = doc.word(token);
    let letters = token.plain && !matches!(token.shape, Shape::Digits | Shape::Alnum);
    if !letters && !word.bytes().all(|b| b.is_ascii_alphabetic()) {
        return token.hash;
    }
    let bare = endings.iter().find_map(|end| {
        let (rest, last) = word.split_at_checked(word.len().checked_sub(end.len())?)?;
        (rest.len() > 3 && last.eq_ignore_ascii_case(end)).then_some(rest)
    });
    let stem = bare.unwrap_or(word).trim_end_matches(['e', 'E']);
    if stem.len() == word.len() { token.hash } else { hash_word(stem) }
}

#[cfg(test)]
mod tests {
    use super::telling;
    use crate::text::Doc;

    fn same(one: &str, other: &str) -> bool {
        let hashes = |text| telling(&Doc::new(text)).iter().map(|it| it.hash).collect::<Vec<_>>();
        hashes(one) == hashes(other)
    }

    #[test]
    fn numbers_and_units_are_what_they_say() {
        for (one, other) in [
            ("12 seats", "twelve seats"),
            ("25 seats", "twenty-five seats"),
            ("400 seats", "four hundred seats"),
            ("405 seats", "four hundred and five seats"),
            ("12,500 seats", "twelve thousand five hundred seats"),
            ("1,200 seats", "1200 seats"),
            ("12k seats", "12,000 seats"),
            ("3 million seats", "3,000,000 seats"),
            ("6.5 % off", "six point five percent off"),
            ("12% off", "12 per cent off"),
            ("€84 each", "84 euros each"),
            ("EUR 84 each", "84 € each"),
            ("$ 12 each", "12 dollars each"),
        ] {
            assert!(same(one, other), "{one} / {other}");
        }
        for (one, other) in [
            ("12 seats", "thirteen seats"),
            ("twenty and thirty seats", "50 seats"),
            ("two three seats", "5 seats"),
            ("€84", "$84"),
        ] {
            assert!(!same(one, other), "{one} / {other}");
        }
    }
}
