//! Other texts and other finders: values written so that detectors miss them, and spans of another program.

use boundary::Detector;
use serde_json::Value;

use crate::counting::{find, score};
use crate::labelled::{Item, Span, family, text_of};
use crate::report::{figure, report};
use crate::{Anyhow, out};

/// What another program found, in the order of the texts.
pub(crate) fn given(items: &[Item], path: &str) -> Anyhow<()> {
    let spans: Vec<Vec<Value>> = serde_json::from_str(&std::fs::read_to_string(path)?)?;
    for set in ["crm", "general"] {
        let part: Vec<&Item> = items.iter().filter(|item| item.set == set).collect();
        if part.is_empty() {
            continue;
        }
        let score = score(&part, &mut |item| {
            let mut offsets: Vec<usize> = item.text.char_indices().map(|(i, _)| i).collect();
            offsets.push(item.text.len());
            let at = |v: Option<&Value>| {
                let point = v.and_then(Value::as_u64).and_then(|n| usize::try_from(n).ok());
                point.and_then(|n| offsets.get(n).copied()).unwrap_or(0)
            };
            let spans = spans.get(item.number).ok_or("fewer spans than texts")?;
            let found = spans.iter().map(|s| {
                (at(s.get("start")), at(s.get("end")), family(text_of(s, "type").unwrap_or("")))
            });
            Ok(found.collect())
        })?;
        report(set, &[("another program", score)]);
    }
    Ok(())
}

/// A way to write a value so that a reader still reads it.
type Way = (&'static str, &'static [&'static str], fn(&str) -> String);

const NUMBERS: &[&str] = &["PHONE", "CARD", "IBAN", "NATIONAL_ID"];
const TOLD: &[&str] = &["EMAIL", "NAME"];

const WAYS: [Way; 16] = [
    ("zero-width signs", &["NAME", "EMAIL", "PHONE"], |v| spread(v, "\u{200b}")),
    ("letters of other scripts", TOLD, |v| {
        v.replace('a', "\u{430}").replace('o', "\u{43e}").replace('e', "\u{435}")
    }),
    ("full-width digits", NUMBERS, |v| {
        let wide = |c: char| if c.is_ascii_digit() { u32::from(c) + 0xfee0 } else { c.into() };
        v.chars().filter_map(|c| char::from_u32(wide(c))).collect()
    }),
    ("e-mails, signs spaced out", &["EMAIL"], |v| v.replace('@', " @ ").replace('.', " . ")),
    ("e-mails, name spaced out", &["EMAIL"], |v| {
        let (name, firm) = v.split_once('@').unwrap_or((v, ""));
        format!("{} @ {}", spread(name, " ").trim(), firm.replace('.', " . "))
    }),
    ("e-mails, all spaced out", &["EMAIL"], |v| spread(v, " ").trim().to_owned()),
    ("e-mails, `at` and `dot`", &["EMAIL"], |v| {
        let (name, firm) = v.split_once('@').unwrap_or((v, ""));
        format!("{name} at {}", firm.replace('.', " dot "))
    }),
    ("e-mails, `at` and every `dot`", &["EMAIL"], |v| v.replace('@', " at ").replace('.', " dot ")),
    ("e-mails, `(at)` and `[dot]`", &["EMAIL"], |v| {
        v.replace('@', " (at) ").replace('.', " [dot] ")
    }),
    ("percent encoding", TOLD, |v| percent(v, true)),
    ("percent encoding of all", TOLD, |v| percent(v, false)),
    ("base64", TOLD, |v| base64(v.as_bytes())),
    ("hexadecimal", TOLD, |v| each(v.bytes(), |b| format!("{b:02x}"))),
    ("HTML, numbers", TOLD, |v| each(v.chars(), |c| format!("&#{};", u32::from(c)))),
    ("HTML, names of signs", &["EMAIL"], |v| v.replace('@', "&commat;").replace('.', "&period;")),
    ("JSON escapes", TOLD, |v| each(v.encode_utf16(), |c| format!("\\u{c:04x}"))),
];

/// The share of values that the CRM knows which is covered when they are written to be overlooked.
pub(crate) fn adverse(items: &[Item], detector: &dyn Detector, tell: bool) -> Anyhow<()> {
    out("\n| known values, written to be overlooked | hidden whole | of |");
    out("|---|--:|--:|");
    for (name, families, way) in WAYS {
        let (mut all, mut hidden) = (0, 0);
        for item in items {
            let known = |s: &&Span| s.known == Some(true) && families.contains(&s.family);
            let Some(span) = item.spans.iter().find(known) else { continue };
            let (before, value) =
                (item.text.get(..span.start), item.text.get(span.start..span.end));
            let (Some(before), Some(value)) = (before, value) else { continue };
            let written = way(value);
            if written == value {
                continue;
            }
            let text =
                format!("{before}{written}{}", item.text.get(span.end..).unwrap_or_default());
            let found = find(&text, detector)?;
            let letters = written.char_indices().filter(|(_, c)| c.is_alphanumeric());
            let covered = |(i, _): &(usize, char)| {
                found.iter().any(|(start, end, _)| (*start..*end).contains(&(span.start + i)))
            };
            all += 1;
            let whole = letters.clone().filter(covered).count() == letters.count();
            hidden += usize::from(whole);
            if tell && !whole {
                out(&format!("{name}: {value:?} in {text:?}"));
            }
        }
        out(&format!("| {name} | {} | {all} |", figure(hidden, all)));
    }
    Ok(())
}

fn each<T>(parts: impl Iterator<Item = T>, write: fn(T) -> String) -> String {
    parts.map(write).collect::<Vec<_>>().concat()
}

fn percent(value: &str, signs_alone: bool) -> String {
    let written = |b: u8| {
        if signs_alone && b.is_ascii_alphanumeric() {
            char::from(b).to_string()
        } else {
            format!("%{b:02X}")
        }
    };
    value.bytes().map(written).collect()
}

fn spread(value: &str, with: &str) -> String {
    value.chars().flat_map(|c| [c.to_string(), with.to_owned()]).collect()
}

fn base64(bytes: &[u8]) -> String {
    const SIGNS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let sign =
        |n: u32| SIGNS.get(usize::try_from(n & 63).unwrap_or(0)).map_or('A', |b| char::from(*b));
    let mut out = String::new();
    for three in bytes.chunks(3) {
        let n = three.iter().fold(0_u32, |n, b| n << 8 | u32::from(*b)) << (8 * (3 - three.len()));
        for i in 0..4 {
            out.push(if i <= three.len() { sign(n >> (18 - 6 * i)) } else { '=' });
        }
    }
    out
}
