//! Looks for values in bytes, however they may have been dressed.

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};

/// Values that may not be anywhere.
#[derive(Debug, Default)]
pub(crate) struct Secrets {
    values: BTreeMap<String, String>,
}

/// Shorter values stand in any text by chance.
const SHORTEST: usize = 4;
/// Without the spaces and signs between its letters, a value has to be this long to mean anything.
const SHORTEST_SQUEEZED: usize = 8;

impl Secrets {
    /// Adds a value; `about` says in a failure what it is.
    pub(crate) fn add(&mut self, value: &str, about: &str) {
        if value.trim().chars().count() >= SHORTEST {
            self.values.insert(value.trim().to_owned(), about.to_owned());
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.values.len()
    }

    /// Forgets a value that is allowed to be seen for another reason.
    pub(crate) fn allow(&mut self, value: &str) {
        self.values.retain(|secret, _| !secret.eq_ignore_ascii_case(value));
    }

    /// Forgets what stands in `text` anyway: text that is the same for everybody.
    pub(crate) fn allow_all_in(&mut self, text: &[u8]) {
        for value in self.found_in(text) {
            self.values.remove(&value);
        }
    }

    /// The values found, each with how.
    fn search(&self, bytes: &[u8]) -> BTreeSet<(String, &'static str)> {
        let mut found = BTreeSet::new();
        for (dress, text, patterns) in self.views(bytes) {
            for (value, around) in patterns.find(&text) {
                if around.is_free() || !patterns.whole_words {
                    found.insert((value, dress));
                }
            }
        }
        found
    }

    pub(crate) fn found_in(&self, bytes: &[u8]) -> BTreeSet<String> {
        self.search(bytes).into_iter().map(|(value, _)| value).collect()
    }

    /// Fails when any value is in any of the buffers.
    pub(crate) fn assert_absent(&self, place: &str, buffers: &[Vec<u8>]) {
        let buffer = buffers.join(&b"\n\n"[..]);
        let mut found: BTreeMap<String, Vec<&str>> = BTreeMap::new();
        for (value, dress) in self.search(&buffer) {
            found.entry(value).or_default().push(dress);
        }
        let count = found.len();
        let told = |(value, dresses): (String, Vec<&str>)| {
            let about = self.values.get(&value).cloned().unwrap_or_default();
            format!("`{value}` ({about}), {}, {}", dresses.join(", "), near(&buffer, &value))
        };
        let first: Vec<String> = found.into_iter().take(40).map(told).collect();
        assert!(count == 0, "{count} clear values in {place}:\n  {}", first.join("\n  "));
    }

    fn views(&self, bytes: &[u8]) -> Vec<(&'static str, Vec<u8>, Patterns)> {
        let lower = |bytes: &[u8]| String::from_utf8_lossy(bytes).to_lowercase().into_bytes();
        let values = || self.values.keys().map(|value| (value.clone(), lower(value.as_bytes())));
        let once = unescape(bytes);
        let twice = unescape(&once);
        let percent: Vec<u8> = percent_encoding::percent_decode(bytes).collect();
        let form: Vec<u8> =
            percent.iter().map(|byte| if *byte == b'+' { b' ' } else { *byte }).collect();
        let squeezed = values().filter_map(|(value, plain)| {
            let plain = squeeze(&plain);
            (plain.len() >= SHORTEST_SQUEEZED).then_some((value, plain))
        });
        vec![
            ("plain", lower(bytes), Patterns::words(values())),
            ("escaped as JSON", lower(&once), Patterns::words(values())),
            ("escaped as JSON twice", lower(&twice), Patterns::words(values())),
            ("percent-encoded", lower(&percent), Patterns::words(values())),
            ("encoded as a form", lower(&form), Patterns::words(values())),
            ("split", squeeze(&lower(&twice)), Patterns::any(squeezed)),
            ("in base64", bytes.to_vec(), Patterns::any(self.in_base64())),
            ("in hexadecimal", lower(bytes), Patterns::any(self.in_hexadecimal())),
        ]
    }

    /// Each value at each of the three offsets that it can have in a longer text, without the characters that its
    /// neighbours take part in; in both alphabets; as it is and in lower case.
    fn in_base64(&self) -> impl Iterator<Item = (String, Vec<u8>)> + use<'_> {
        self.values.keys().flat_map(|value| {
            let mut all = Vec::new();
            for text in [value.clone(), value.to_lowercase()] {
                for offset in 0..3 {
                    let padded = [vec![0; offset], text.clone().into_bytes()].concat();
                    for engine in [&STANDARD_NO_PAD, &URL_SAFE_NO_PAD] {
                        let encoded = engine.encode(&padded).into_bytes();
                        let from = [0, 2, 3][offset];
                        let to = padded.len() * 8 / 6;
                        // Six characters are eight chances in a thousand million of meaning nothing.
                        if to >= from + 6 {
                            all.push((value.clone(), encoded[from..to].to_vec()));
                        }
                    }
                }
            }
            all
        })
    }

    fn in_hexadecimal(&self) -> impl Iterator<Item = (String, Vec<u8>)> + use<'_> {
        self.values.keys().flat_map(|value| {
            [value.clone(), value.to_lowercase()]
                .map(|text| (value.clone(), hexadecimal(&text).into_bytes()))
        })
    }
}

fn hexadecimal(text: &str) -> String {
    let digit = |half: u8| char::from_digit(half.into(), 16).unwrap();
    text.bytes().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

/// Many patterns, looked for in one pass.
struct Patterns {
    by_start: BTreeMap<[u8; 4], Vec<(String, Vec<u8>)>>,
    /// A short word counts where it stands alone.
    whole_words: bool,
}

/// What stands on both sides of a find.
struct Around {
    word: bool,
    short: bool,
}

impl Around {
    fn is_free(&self) -> bool {
        !(self.word && self.short)
    }
}

impl Patterns {
    fn words(patterns: impl Iterator<Item = (String, Vec<u8>)>) -> Self {
        Self { whole_words: true, ..Self::any(patterns) }
    }

    fn any(patterns: impl Iterator<Item = (String, Vec<u8>)>) -> Self {
        let mut by_start: BTreeMap<[u8; 4], Vec<(String, Vec<u8>)>> = BTreeMap::new();
        for (value, pattern) in patterns {
            if let Some(start) = pattern.first_chunk::<4>() {
                by_start.entry(*start).or_default().push((value, pattern));
            }
        }
        Self { by_start, whole_words: false }
    }

    fn find(&self, text: &[u8]) -> Vec<(String, Around)> {
        let mut found = Vec::new();
        for at in 0..text.len() {
            let Some(start) = text[at..].first_chunk::<4>() else { break };
            for (value, pattern) in self.by_start.get(start).into_iter().flatten() {
                if text[at..].starts_with(pattern) {
                    let letter = |byte: Option<&u8>| {
                        byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte >= 0x80)
                    };
                    let before = at.checked_sub(1).and_then(|before| text.get(before));
                    let after = text.get(at + pattern.len());
                    let around =
                        Around { word: letter(before) || letter(after), short: pattern.len() < 8 };
                    found.push((value.clone(), around));
                }
            }
        }
        found
    }
}

/// Letters and digits alone: what is left of a value that was cut into several strings.
fn squeeze(lower: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(lower);
    text.chars().filter(|char| char.is_alphanumeric()).collect::<String>().into_bytes()
}

/// JSON's escapes undone, wherever they stand.
fn unescape(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        if bytes[at] != b'\\' || at + 1 == bytes.len() {
            out.push(bytes[at]);
            at += 1;
            continue;
        }
        match bytes[at + 1] {
            b'u' => match unit(bytes, at) {
                Some(high @ 0xd800..=0xdbff) => {
                    let low = unit(bytes, at + 6).unwrap_or_default();
                    let both = char::decode_utf16([high, low]).next().and_then(Result::ok);
                    out.extend_from_slice(both.unwrap_or('?').to_string().as_bytes());
                    at += 12;
                }
                Some(unit) => {
                    let char = char::from_u32(unit.into()).unwrap_or('?');
                    out.extend_from_slice(char.to_string().as_bytes());
                    at += 6;
                }
                None => at += 2,
            },
            escaped => {
                out.push(match escaped {
                    b'n' => b'\n',
                    b'r' => b'\r',
                    b't' => b'\t',
                    other => other,
                });
                at += 2;
            }
        }
    }
    out
}

/// The number of a `\uXXXX` at `at`.
fn unit(bytes: &[u8], at: usize) -> Option<u16> {
    let digits = bytes.get(at..at + 6)?.strip_prefix(b"\\u")?;
    u16::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

/// A little of what stands around a value, for a failure.
fn near(buffer: &[u8], value: &str) -> String {
    let text = String::from_utf8_lossy(&unescape(&unescape(buffer))).into_owned();
    let Some(at) = text.find(value) else { return "as above".to_owned() };
    let before: String =
        text[..at].chars().rev().take(60).collect::<Vec<_>>().into_iter().rev().collect();
    let after: String = text[at..].chars().take(value.chars().count() + 30).collect();
    format!("in …{before}{after}…")
}

mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

    use super::{Secrets, hexadecimal};

    fn secrets() -> Secrets {
        let mut secrets = Secrets::default();
        secrets.add("Zoë Quillfeather", "a name");
        secrets.add("zoe@quill.example", "an address");
        secrets
    }

    #[test]
    fn values_are_found_in_any_dress() {
        let long = "x is Zoë Quillfeather, y".to_owned();
        let hex = hexadecimal(&long).to_uppercase();
        for dressed in [
            long.clone(),
            long.to_uppercase(),
            "Zo\\u00eb Quillfeather".to_owned(),
            "\\\"Zo\\\\u00eb Quillfeather\\\"".to_owned(),
            "Zo%C3%AB%20Quillfeather".to_owned(),
            "Zo%c3%ab+Quillfeather".to_owned(),
            STANDARD.encode(&long),
            STANDARD.encode(format!("1{long}")),
            URL_SAFE_NO_PAD.encode(format!("12{long}")),
            hex,
            r#"{"content":"Zoë Qui"},{"content":"llfeather"}"#
                .replace("content", "")
                .replace(['{', '}', ':'], ""),
            "\"Zo\", \"ë\", \"Quill\", \"feather\"".to_owned(),
        ] {
            assert!(!secrets().found_in(dressed.as_bytes()).is_empty(), "{dressed}");
        }
        assert!(secrets().found_in(b"Zoe Quill is {NAME_1} at zoe@quill").is_empty());
    }

    #[test]
    fn a_short_word_counts_where_it_stands_alone() {
        let mut secrets = Secrets::default();
        secrets.add("Mark", "a name");
        assert!(secrets.found_in(b"marked, remark, MARKUP").is_empty());
        assert!(secrets.found_in(b"(mark)").contains("Mark"));
    }
}
