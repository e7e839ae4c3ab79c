//! Sums of money.

use boundary::Kind;

use super::number::Run;
use crate::{
    lexicon::CURRENCY,
    resolve::{PROOF, Sink},
    text::{Doc, Gap},
};

/// Whether the run is a sum, or a share in percent.
pub(super) fn detect(doc: &Doc<'_>, run: &Run, sink: &mut Sink) -> bool {
    let Some(group) = run.groups.first() else { return false };
    at(doc, run.index, group.start, sink)
}

/// A sum that begins at byte `start`, word `index`.
pub(super) fn at(doc: &Doc<'_>, index: usize, start: usize, sink: &mut Sink) -> bool {
    let mut end = number_end(doc, start);
    let before = doc.text.get(..start).unwrap_or_default();
    let unit_start = before.trim_end_matches([' ', '\u{a0}', '-', '+']);
    let symbol = unit_start.chars().next_back().filter(|c| is_symbol(*c));
    if let Some(symbol) = symbol
        && before.len() - unit_start.len() <= 2
    {
        // `US$`, `CA$`: the letters belong to the sum.
        let mut from = unit_start.len() - symbol.len_utf8();
        from -= doc
            .span(from.saturating_sub(2), from)
            .bytes()
            .rev()
            .take_while(u8::is_ascii_uppercase)
            .count();
        sink.pattern((from, end), Kind::Amount, PROOF);
        return true;
    }
    let code_before = index.checked_sub(1).and_then(|i| doc.token(i)).filter(|t| {
        t.class.any(CURRENCY)
            && t.len() == 3
            && doc.word(t).bytes().all(|b| b.is_ascii_uppercase())
            && start - t.end <= 1
            // `kr 1 200`, `Rs. 5,000`, `RMB 800`.
            || start - t.end <= 2
                && matches!(doc.word(t), "kr" | "Kr" | "Rs" | "RM" | "RMB" | "TL" | "NGN" | "Fr" | "Ksh" | "KES" | "EGP" | "KWD" | "QAR" | "RSD" | "TWD")
                && doc.span(t.end, start).bytes().all(|b| b == b' ' || b == b'.')
    });
    if let Some(code) = code_before {
        sink.pattern((code.start, end), Kind::Amount, PROOF);
        return true;
    }
    let rest = doc.text.get(end..).unwrap_or_default();
    let unit = rest.trim_start_matches([' ', '\u{a0}', '\u{202f}']);
    if rest.len() - unit.len() > 2 {
        return false;
    }
    if let Some(c) = unit.chars().next().filter(|c| is_symbol(*c)) {
        let stop = end + (rest.len() - unit.len()) + c.len_utf8();
        // `5 $10 bills`: the sign may belong to the next number.
        if !doc.char_at(stop).is_some_and(|c| c.is_ascii_digit()) {
            sink.pattern((start, stop), Kind::Amount, PROOF);
            return true;
        }
    }
    if let Some(stop) = abroad(rest).filter(|_| !is_postcode(doc, start, end)) {
        sink.pattern((start, end + stop), Kind::Amount, PROOF);
        return true;
    }
    // `3 millones de euros`, `2 millions d'euros`.
    if let Some(tail) = [" de ", " d'", " d’", " di "].iter().find_map(|it| rest.strip_prefix(it))
    {
        let linked = doc.text.len() - tail.len();
        let currency = doc
            .token(doc.index_at(linked))
            .is_some_and(|t| t.start == linked && t.class.any(CURRENCY));
        let worded = doc.span(start, end).ends_with(char::is_alphabetic);
        end = if currency && worded { linked } else { end };
    }
    let word = doc.index_at(end);
    if let Some(code) = doc.token(word).filter(|t| {
        t.class.any(CURRENCY) && matches!(t.gap, Gap::Space | Gap::None) && t.start <= end + 1
    }) {
        sink.pattern((start, code.end), Kind::Amount, PROOF);
        return true;
    }
    if unit.starts_with('%') {
        sink.veto(start, end);
        return true;
    }
    false
}

/// `W7 1TL`: a digit and two letters behind the first half of a British postcode are the second.
fn is_postcode(doc: &Doc<'_>, start: usize, end: usize) -> bool {
    let before = doc.text.get(..start).and_then(|it| it.strip_suffix(' ')).unwrap_or_default();
    let half = before.rsplit(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
    end == start + 1
        && doc.char_at(end).is_some_and(|c| c.is_ascii_uppercase())
        && (2..=4).contains(&half.len())
        && half.starts_with(|c: char| c.is_ascii_uppercase())
        && half.contains(|c: char| c.is_ascii_digit())
}

/// One past the number from `start`: digits, thousands in groups of three, a fraction, `K`, `M`, `bn`, `million`.
fn number_end(doc: &Doc<'_>, start: usize) -> usize {
    let bytes = doc.text.as_bytes();
    let mut end = start;
    let digits =
        |from: usize| bytes.iter().skip(from).take(20).take_while(|b| b.is_ascii_digit()).count();
    end += digits(end);
    for _ in 0..6 {
        let separator = doc
            .char_at(end)
            .filter(|c| matches!(c, ',' | '.' | '\'' | '’' | ' ' | '\u{a0}' | '\u{202f}'));
        let Some(separator) = separator else { break };
        let next = end + separator.len_utf8();
        let count = digits(next);
        let whole = separator == ',' || separator == '.';
        if count == 3 || (whole && (1..=3).contains(&count)) {
            end = next + count;
        } else {
            break;
        }
    }
    let rest = doc.text.get(end..).unwrap_or_default();
    for suffix in [
        "k",
        "K",
        "m",
        "M",
        "mn",
        "mm",
        "MM",
        "bn",
        "B",
        "b",
        "tn",
        " million",
        " billion",
        " thousand",
        " Mio.",
        " Mrd.",
        " Mio",
        " Mrd",
        " k",
        " mln",
        " mld",
        " tys.",
        " mil.",
        " tis.",
        " mio.",
        " mio",
        " millions",
        " milliards",
        " millones",
        " milioni",
        " milhões",
        " mil",
        " Millionen",
        " Milliarden",
        " miljoen",
        " miljoner",
        " miljarder",
        " milionów",
        " miliony",
        " milionů",
        " milyon",
        " milyar",
        " bin",
    ] {
        if let Some(tail) = rest.strip_prefix(suffix)
            && !tail.chars().next().is_some_and(char::is_alphanumeric)
        {
            return end + suffix.len();
        }
    }
    // The sign of the currency follows without a space.
    end + ["万", "億", "亿", "千"].iter().find(|it| rest.starts_with(**it)).map_or(0, |it| it.len())
}

/// Signs for money behind a sum, and what they may not be followed by: `元旦`, `円形` are other words.
const SIGNS: &[(&str, &str)] = &[
    ("人民币", ""),
    ("日元", ""),
    ("美元", ""),
    ("欧元", ""),
    ("円", "形盤滑高安"),
    ("元", "旦年素月件"),
    ("圆", "形满"),
    ("원", "칙래본"),
    ("块钱", ""),
];

/// Words for money behind a sum.
const WORDS: &[&str] = &[
    "kr", "TL", "RMB", "Ft", "lei", "NGN", "KES", "Rs", "RM", "mkr", "tkr", "naira", "Kč", "лв",
    "руб", "грн", "dirhams", "riyals", "ringgit", "liras", "lira",
];

/// Signs and short words for money behind a sum: how far they reach.
fn abroad(rest: &str) -> Option<usize> {
    let unit = rest.trim_start_matches([' ', '\u{a0}', '\u{202f}']);
    let gap = rest.len() - unit.len();
    if let Some((sign, _)) = SIGNS.iter().find(|(sign, not)| {
        unit.strip_prefix(sign).is_some_and(|tail| !tail.starts_with(|c| not.contains(c)))
    }) {
        return Some(gap + sign.len());
    }
    let word = WORDS.iter().find(|it| {
        unit.strip_prefix(**it).is_some_and(|tail| {
            !tail.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '\'' | '’'))
        })
    })?;
    (gap <= 2 && (gap > 0 || *word != "Rs")).then_some(gap + word.len())
}

fn is_symbol(c: char) -> bool {
    matches!(
        c,
        '$' | '€'
            | '£'
            | '¥'
            | '₹'
            | '₽'
            | '₺'
            | '₩'
            | '₪'
            | '₫'
            | '฿'
            | '₴'
            | '₦'
            | '₱'
            | '￥'
            | '￡'
    )
}

#[cfg(test)]
mod tests {
    use boundary::{Detector as _, Kind};

    use crate::Detectors;

    #[test]
    fn half_a_postcode_is_no_sum() {
        let sums = |text: &str| {
            let found = Detectors::standard(&[]).detect(text).unwrap();
            found.iter().filter(|it| it.kind == Kind::Amount).count()
        };
        assert_eq!(sums("the flat in W7 1TL is let"), 0);
        assert_eq!(sums("kargo 1TL, kutu 450TL"), 2);
        assert_eq!(sums("model W7 450TL tutuyor"), 1);
    }
}
