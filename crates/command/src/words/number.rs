//! Numbers in digits and in words: `250,000`, `1.5 mil`, `a hundred k`, `two hundred fifty thousand`.

use super::{Kind, Run};

/// A number as said, with what was said about its unit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Quantity {
    pub(crate) value: f64,
    /// ISO code of the currency that was said.
    pub(crate) currency: Option<&'static str>,
    pub(crate) percent: bool,
    /// Whether a scale (`k`, `million`) or a currency was said: then it is surely an amount.
    pub(crate) explicit: bool,
}

/// Reads a quantity at `i` and gives the place after it.
pub(crate) fn quantity_at(run: Run<'_>, i: usize) -> Option<(Quantity, usize)> {
    let mut currency = currency_sign(run, i);
    let start = if currency.is_some() && run.kind(i) == Some(Kind::Mark) { i + 1 } else { i };
    if let Some(named) = currency_word(run.at(start)).filter(|_| run.at(start).len() == 3) {
        // `EUR 250,000`
        let (mut quantity, next) = quantity_at(run, start + 1)?;
        quantity.currency = quantity.currency.or(Some(named));
        quantity.explicit = true;
        return Some((quantity, next));
    }
    let (value, mut next, scaled) = digits_at(run, start).or_else(|| spoken_at(run, start))?;
    let mut percent =
        run.word(start).is_some_and(|w| w.kind == Kind::Number && w.text.ends_with('%'));
    if run.is_mark(next, "%") || run.any_of(next, &["percent", "pct"]) {
        percent = true;
        next += 1;
    } else if run.phrase(next, "per cent").is_some() {
        percent = true;
        next += 2;
    }
    let after = if run.any_of(next, &["us", "of"]) { next + 1 } else { next };
    if let Some(named) = currency_word(run.at(after)) {
        currency = currency.or(Some(named));
        next = after + 1;
    } else if run.word(next).is_some_and(|w| w.kind == Kind::Mark)
        && let Some(sign) = run.word(next).and_then(|w| sign_currency(w.text.chars().next()?))
    {
        currency = currency.or(Some(sign));
        next += 1;
    }
    let explicit = scaled || currency.is_some();
    Some((Quantity { value: cents(value), currency, percent, explicit }, next))
}

fn cents(value: f64) -> f64 {
    (value * 100.0).round() / 100.0
}

fn currency_sign(run: Run<'_>, i: usize) -> Option<&'static str> {
    let word = run.word(i)?;
    matches!(word.kind, Kind::Number | Kind::Mark)
        .then(|| sign_currency(word.text.chars().next()?))
        .flatten()
}

fn sign_currency(c: char) -> Option<&'static str> {
    Some(match c {
        '$' => "USD",
        '€' => "EUR",
        '£' => "GBP",
        '¥' => "JPY",
        '₹' => "INR",
        _ => return None,
    })
}

fn currency_word(word: &str) -> Option<&'static str> {
    Some(match word {
        "dollar" | "dollars" | "bucks" | "usd" => "USD",
        "euro" | "euros" | "eur" => "EUR",
        "pounds" | "quid" | "gbp" => "GBP",
        "yen" | "jpy" => "JPY",
        "rupees" | "inr" => "INR",
        "francs" | "chf" => "CHF",
        _ => return None,
    })
}

/// A number written with digits, with a scale attached (`100k`) or after it (`1.5 million`).
fn digits_at(run: Run<'_>, i: usize) -> Option<(f64, usize, bool)> {
    let word = run.word(i).filter(|w| w.kind == Kind::Number)?;
    let (mut value, suffix) = parse_digits(&word.text)?;
    let mut scaled = false;
    if !suffix.is_empty() {
        value *= scale_suffix(&suffix)?;
        scaled = true;
    }
    let mut next = i + 1;
    while let Some(by) = scale_word(run.at(next)) {
        value *= by;
        scaled = true;
        next += 1;
    }
    if scaled && run.phrase(next, "and a half").is_some() {
        // `1 million and a half` adds half of the last scale.
        value += value / (value / last_scale(value)) / 2.0;
        next += 3;
    }
    Some((value, next, scaled))
}

fn last_scale(value: f64) -> f64 {
    [1e9, 1e6, 1e3].into_iter().find(|s| value >= *s).unwrap_or(1.0)
}

/// The digits of a word such as `€250,000`, `1.5m` or `250.000`, and the letters after them.
pub(crate) fn parse_digits(text: &str) -> Option<(f64, String)> {
    let euro = text.starts_with('€');
    let body =
        text.trim_start_matches(['$', '€', '£', '¥', '₹', '#', '+', ' ']).trim_end_matches('%');
    let split = body.find(|c: char| c.is_alphabetic()).unwrap_or(body.len());
    let (digits, suffix) = body.split_at_checked(split)?;
    if digits.contains([':', '/', '-']) {
        return None;
    }
    let groups = |separator: char| {
        let mut parts = digits.split(separator);
        let first = parts.next().unwrap_or_default();
        let rest: Vec<&str> = parts.collect();
        !rest.is_empty() && (1..=3).contains(&first.len()) && rest.iter().all(|p| p.len() == 3)
    };
    let plain = digits.replace('\'', "");
    let commas = plain.matches(',').count();
    let dots = plain.matches('.').count();
    let number = if commas > 0 && dots > 0 {
        // The last of the two is the decimal sign.
        if plain.rfind(',') > plain.rfind('.') {
            plain.replace('.', "").replace(',', ".")
        } else {
            plain.replace(',', "")
        }
    } else if commas > 0 {
        if commas > 1 || groups(',') { plain.replace(',', "") } else { plain.replace(',', ".") }
    } else if dots > 1 || (euro && groups('.')) {
        plain.replace('.', "")
    } else {
        plain
    };
    Some((number.parse().ok().filter(|v: &f64| v.is_finite())?, suffix.to_lowercase()))
}

fn scale_suffix(suffix: &str) -> Option<f64> {
    Some(match suffix {
        "k" | "kusd" | "keur" => 1e3,
        "m" | "mm" | "mn" | "mio" | "mil" | "mill" => 1e6,
        "b" | "bn" => 1e9,
        _ => return None,
    })
}

fn scale_word(word: &str) -> Option<f64> {
    Some(match word {
        "hundred" => 1e2,
        "k" | "thousand" | "thousands" | "grand" => 1e3,
        "m" | "mm" | "mn" | "mio" | "mil" | "mill" | "million" | "millions" => 1e6,
        "b" | "bn" | "billion" | "billions" => 1e9,
        _ => return None,
    })
}

fn unit_word(word: &str) -> Option<f64> {
    Some(match word {
        "zero" => 0.0,
        "one" => 1.0,
        "two" => 2.0,
        "three" => 3.0,
        "four" => 4.0,
        "five" => 5.0,
        "six" => 6.0,
        "seven" => 7.0,
        "eight" => 8.0,
        "nine" => 9.0,
        "ten" => 10.0,
        "eleven" => 11.0,
        "twelve" => 12.0,
        "thirteen" => 13.0,
        "fourteen" => 14.0,
        "fifteen" => 15.0,
        "sixteen" => 16.0,
        "seventeen" => 17.0,
        "eighteen" => 18.0,
        "nineteen" => 19.0,
        _ => return None,
    })
}

fn tens_word(word: &str) -> Option<f64> {
    Some(match word {
        "twenty" => 20.0,
        "thirty" => 30.0,
        "forty" | "fourty" => 40.0,
        "fifty" => 50.0,
        "sixty" => 60.0,
        "seventy" => 70.0,
        "eighty" => 80.0,
        "ninety" => 90.0,
        _ => return None,
    })
}

/// `twenty`, `twenty five`, `twenty-five`, `seven`.
fn below_hundred(run: Run<'_>, i: usize) -> Option<(f64, usize)> {
    if let Some((tens, unit)) = run.at(i).split_once('-') {
        return Some((tens_word(tens)? + unit_word(unit).filter(|u| *u < 10.0)?, i + 1));
    }
    if let Some(tens) = tens_word(run.at(i)) {
        return match unit_word(run.at(i + 1)).filter(|u| (1.0..10.0).contains(u)) {
            Some(unit) => Some((tens + unit, i + 2)),
            None => Some((tens, i + 1)),
        };
    }
    unit_word(run.at(i)).map(|v| (v, i + 1))
}

/// `two hundred fifty`, `a hundred and five`, `hundred`; also `two fifty` when a scale follows.
fn below_thousand(run: Run<'_>, i: usize) -> Option<(f64, usize)> {
    let (count, at) = match below_hundred(run, i) {
        Some(found) => found,
        None if run.any_of(i, &["a", "an"]) && run.at(i + 1) == "hundred" => (1.0, i + 1),
        None if run.at(i) == "hundred" => (1.0, i),
        None => return None,
    };
    if run.at(at) == "hundred" {
        let and = if run.at(at + 1) == "and" { at + 2 } else { at + 1 };
        return match below_hundred(run, and) {
            Some((rest, next)) => Some((count * 100.0 + rest, next)),
            None => Some((count * 100.0, at + 1)),
        };
    }
    if count < 10.0
        && let Some((rest, next)) = below_hundred(run, at).filter(|(rest, _)| *rest >= 10.0)
        && scale_word(run.at(next)).is_some()
    {
        return Some((count * 100.0 + rest, next));
    }
    Some((count, at))
}

/// A number in words.
fn spoken_at(run: Run<'_>, i: usize) -> Option<(f64, usize, bool)> {
    if let Some(found) = fraction_at(run, i) {
        return Some(found);
    }
    let mut total = 0.0;
    let mut at = i;
    let mut scaled = false;
    loop {
        let (mut part, mut next) = match below_thousand(run, at) {
            Some(found) => found,
            None if run.any_of(at, &["a", "an"]) && scale_word(run.at(at + 1)).is_some() => {
                (1.0, at + 1)
            }
            None => break,
        };
        if run.at(next) == "point" {
            let (decimals, after) = decimals_at(run, next + 1);
            if after > next + 1 {
                part += decimals;
                next = after;
            }
        }
        let mut here = part;
        if run.phrase(next, "and a half").is_some() && scale_word(run.at(next + 3)).is_some() {
            here += 0.5;
            next += 3;
        }
        let mut last = 1.0;
        while let Some(by) = scale_word(run.at(next)) {
            here *= by;
            last = by;
            scaled = true;
            next += 1;
        }
        total += here;
        at = next;
        if last > 1.0 && run.phrase(at, "and a half").is_some() {
            total += last / 2.0;
            at += 3;
        }
        if last <= 1.0 {
            break;
        }
        // `one million two hundred thousand`; a second part must be smaller than the first scale.
        let more = if run.at(at) == "and" { at + 1 } else { at };
        if spoken_part_below(run, more, last) { at = more } else { break }
    }
    (at > i).then_some((total, at, scaled || total >= 100.0))
}

fn spoken_part_below(run: Run<'_>, i: usize, scale: f64) -> bool {
    let Some((part, next)) = below_thousand(run, i) else { return false };
    let by = scale_word(run.at(next)).unwrap_or(1.0);
    part * by < scale && !(run.at(i) == "one" && by <= 1.0)
}

fn decimals_at(run: Run<'_>, i: usize) -> (f64, usize) {
    let (mut value, mut unit, mut next) = (0.0, 0.1, i);
    while let Some(digit) = unit_word(run.at(next)).filter(|d| *d < 10.0) {
        value += digit * unit;
        unit /= 10.0;
        next += 1;
    }
    if next == i
        && let Some((tens, after)) = below_hundred(run, i)
    {
        return (tens / 100.0, after);
    }
    (value, next)
}

/// `half a million`, `a quarter million`, `quarter of a million`, `a couple of thousand`, `a dozen`.
fn fraction_at(run: Run<'_>, i: usize) -> Option<(f64, usize, bool)> {
    let at = run.skip(i, &["a"]);
    let part = match run.at(at) {
        "half" => 0.5,
        "quarter" => 0.25,
        "couple" => 2.0,
        "dozen" => return (at > i).then_some((12.0, at + 1, false)),
        _ => return None,
    };
    let next = run.skip(at + 1, &["of", "a"]);
    let by = scale_word(run.at(next))?;
    Some((part * by, next + 1, true))
}

/// `first`, `3rd`, `twenty first`: a place in a list or a day of the month.
pub(crate) fn ordinal_at(run: Run<'_>, i: usize) -> Option<(u32, usize)> {
    const NAMES: [&str; 20] = [
        "first",
        "second",
        "third",
        "fourth",
        "fifth",
        "sixth",
        "seventh",
        "eighth",
        "ninth",
        "tenth",
        "eleventh",
        "twelfth",
        "thirteenth",
        "fourteenth",
        "fifteenth",
        "sixteenth",
        "seventeenth",
        "eighteenth",
        "nineteenth",
        "twentieth",
    ];
    let place = |word: &str| NAMES.iter().zip(1u32..).find(|(n, _)| **n == word).map(|(_, at)| at);
    let word = run.at(i);
    if let Some(at) = place(word) {
        return Some((at, i + 1));
    }
    if word == "thirtieth" {
        return Some((30, i + 1));
    }
    let (tens, unit, next) = match word.split_once('-') {
        Some((tens, unit)) => (tens, unit, i + 1),
        None => (word, run.at(i + 1), i + 2),
    };
    let base = match tens {
        "twenty" => Some(20),
        "thirty" => Some(30),
        _ => None,
    };
    if let (Some(base), Some(at)) = (base, place(unit).filter(|n| *n < 10)) {
        return Some((base + at, next));
    }
    let (value, suffix) = parse_digits(&run.word(i).filter(|w| w.kind == Kind::Number)?.text)?;
    let whole = value.fract() == 0.0 && (1.0..=999.0).contains(&value);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a whole number from 1 to 999"
    )]
    (whole && matches!(suffix.as_str(), "st" | "nd" | "rd" | "th")).then_some((value as u32, i + 1))
}
