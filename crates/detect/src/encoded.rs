//! Values in percent encoding, base64 and hexadecimal: what is decoded is looked at like any text, and the whole run is covered.

use crate::text::Doc;

/// Runs longer than this are data, not a value somebody hides.
const LONGEST: usize = 2048;
/// Runs looked at in one text.
const MOST: usize = 64;

/// Base64 of fewer letters is found when it has a capital or a digit inside: a word has none.
const WORD: usize = 12;
/// Shorter ones hold less than a name.
const SHORTEST: usize = 8;
/// The same where signs may be escaped.
const SHORTEST_ESCAPED: usize = 6;

/// Each run that decodes to readable text: `(start, end, decoded)`.
pub(crate) fn decoded(doc: &Doc<'_>) -> Vec<(usize, usize, String)> {
    let mut found = Vec::new();
    let escapes = doc.bytes.has(b'%');
    let shortest = if escapes { SHORTEST_ESCAPED } else { SHORTEST };
    let mut start = 0;
    let mut from = 0;
    let length = doc.text.len();
    // What parts runs stands between words, most often as one space.
    let words = doc.tokens.iter().map(|it| (it.start, it.end));
    for (to, next) in words.chain([(length, length)]) {
        if to - from == 1 && doc.byte(from) == b' ' {
            if from - start >= shortest {
                decode(doc, (start, from), escapes, &mut found);
            }
            start = to;
        } else if from < to {
            for (at, sign) in doc.span(from, to).char_indices().filter(|(_, sign)| parts(*sign)) {
                let end = from + at;
                if end - start >= shortest {
                    decode(doc, (start, end), escapes, &mut found);
                }
                start = end + sign.len_utf8();
            }
        }
        from = next;
    }
    if length - start >= shortest {
        decode(doc, (start, length), escapes, &mut found);
    }
    found
}

/// Adds what is read in a run, or in its parts of ASCII.
fn decode(
    doc: &Doc<'_>,
    (start, end): (usize, usize),
    escapes: bool,
    found: &mut Vec<(usize, usize, String)>,
) {
    let run = doc.span(start, end);
    // The end of a sentence and Markdown are no part of a value.
    let bare = run.trim_start_matches(marks);
    let at = end - bare.len();
    let run = bare.trim_end_matches(marks);
    if found.len() >= MOST || run.len() < SHORTEST_ESCAPED || run.len() > LONGEST {
        return;
    }
    if escapes && run.contains('%') {
        // `q=Ada%20Byron`: the name of a parameter is not part of its value.
        let name = run.rfind(['=', '/']).map_or(0, |i| i + 1);
        if let Some(value) = run.get(name..).and_then(percent) {
            found.push((at + name, at + run.len(), value));
        }
        return;
    }
    let value = |(from, part): (usize, &str)| {
        let in_base64 = || may_be_base64(part).then(|| base64(part)).flatten();
        let value = hexadecimal(part).or_else(in_base64)?;
        Some((at + from, at + from + part.len(), value))
    };
    // Most runs are of one script.
    if run.is_ascii() {
        found.extend(value((0, run)));
    } else {
        found.extend(ascii(run).filter_map(value));
    }
}

/// Whether a sign parts runs. INVARIANT: none is part of a word.
fn parts(sign: char) -> bool {
    sign.is_whitespace()
        || matches!(
            sign,
            '&' | '?'
                | '#'
                | ';'
                | ','
                | ':'
                | '"'
                | '\''
                | '<'
                | '>'
                | '('
                | ')'
                | '{'
                | '}'
                | '['
                | ']'
                | '|'
                | '`'
        )
}

fn marks(c: char) -> bool {
    matches!(c, '.' | '!' | '*' | '~' | '…')
}

/// The parts of a run between letters of other scripts, which stand beside it without a space.
fn ascii(run: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    run.split_inclusive(|c: char| !c.is_ascii()).map(move |part| {
        let from = at;
        at += part.len();
        (from, part.trim_end_matches(|c: char| !c.is_ascii()))
    })
}

fn may_be_base64(run: &str) -> bool {
    let inside = |b: u8| b.is_ascii_uppercase() || b.is_ascii_digit();
    run.len() >= WORD || run.len() >= SHORTEST && run.bytes().skip(1).any(inside)
}

fn percent(run: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(run.len());
    let mut signs = 0;
    let mut rest = run.as_bytes();
    while let [first, more @ ..] = rest {
        rest = more;
        if *first == b'%'
            && let [a, b, after @ ..] = more
            && let (Some(a), Some(b)) = (char::from(*a).to_digit(16), char::from(*b).to_digit(16))
        {
            bytes.push(u8::try_from(a * 16 + b).ok()?);
            rest = after;
            signs += 1;
        } else {
            bytes.push(if *first == b'+' { b' ' } else { *first });
        }
    }
    (signs > 0).then(|| String::from_utf8(bytes).ok()).flatten()
}

/// Pairs of digits, with or without a sign before them.
fn hexadecimal(run: &str) -> Option<String> {
    let body = run.strip_prefix("0x").unwrap_or(run);
    let even = body.len() >= SHORTEST && body.len().is_multiple_of(2);
    if !even || !body.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    let digits: Option<Vec<u8>> =
        body.chars().map(|c| c.to_digit(16).and_then(|digit| u8::try_from(digit).ok())).collect();
    let bytes =
        digits?.chunks_exact(2).map(|pair| pair.iter().fold(0, |sum, it| sum << 4 | it)).collect();
    let text = String::from_utf8(bytes).ok()?;
    let readable = |c: char| !c.is_control() || c.is_whitespace();
    (text.chars().all(readable) && text.contains(char::is_alphabetic)).then_some(text)
}

/// Either alphabet, with or without the signs at the end.
fn base64(run: &str) -> Option<String> {
    let body = run.trim_end_matches('=');
    // What would begin with a byte inside a sign, or with one that is not printed: most words are told by their letter.
    if body.len() > 1
        && matches!(body.bytes().next(), Some(b'g'..=b'v' | b'A' | b'B' | b'E'..=b'H'))
    {
        return None;
    }
    let (mut bytes, mut bits, mut held) = (Vec::with_capacity(body.len()), 0_u32, 0_u32);
    for b in body.bytes() {
        let six = match b {
            b'A'..=b'Z' => b - b'A',
            b'a'..=b'z' => b - b'a' + 26,
            b'0'..=b'9' => b - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => return None,
        };
        held = held << 6 | u32::from(six);
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from(held >> bits & 0xff).ok()?);
        }
    }
    let text = String::from_utf8(bytes).ok()?;
    text.chars().all(|c| !c.is_control() || c.is_whitespace()).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::decoded;
    use crate::text::Doc;

    #[test]
    fn runs_are_decoded_where_they_stand() {
        let text = "see x?q=Ada%20Byron&n=1 and YWRhQGJ5cm9uLmV4YW1wbGU= here, not internationalisation 100%";
        let found = decoded(&Doc::new(text));
        let told: Vec<_> = found.iter().map(|(a, b, v)| (&text[*a..*b], v.as_str())).collect();
        assert!(told.contains(&("Ada%20Byron", "Ada Byron")), "{told:?}");
        assert!(told.contains(&("YWRhQGJ5cm9uLmV4YW1wbGU=", "ada@byron.example")), "{told:?}");
        assert_eq!(told.len(), 2, "{told:?}");
    }

    #[test]
    fn what_stands_beside_a_run_is_no_part_of_it() {
        for (text, run, value) in [
            ("it is YWRhQGJ5cm9uLmV4YW1wbGU=.", "YWRhQGJ5cm9uLmV4YW1wbGU=", "ada@byron.example"),
            ("**YWRhQGJ5cm9uLmV4YW1wbGU=**!", "YWRhQGJ5cm9uLmV4YW1wbGU=", "ada@byron.example"),
            ("请写YWRhQGJ5cm9uLmV4YW1wbGU=谢谢", "YWRhQGJ5cm9uLmV4YW1wbGU=", "ada@byron.example"),
            ("for QWRhIEJ5.", "QWRhIEJ5", "Ada By"),
            ("to Ada%20Byron.", "Ada%20Byron", "Ada Byron"),
            ("to 6164614062.", "6164614062", "ada@b"),
            ("to 0x416461204279, now", "0x416461204279", "Ada By"),
        ] {
            let found = decoded(&Doc::new(text));
            let told: Vec<_> = found.iter().map(|(a, b, v)| (&text[*a..*b], v.as_str())).collect();
            assert_eq!(told, [(run, value)], "{text}");
        }
        let prose = "Customers, accounts and Opportunities were reviewed (quarterly) in Barcelona.";
        assert!(decoded(&Doc::new(prose)).is_empty(), "{:?}", decoded(&Doc::new(prose)));
    }
}
