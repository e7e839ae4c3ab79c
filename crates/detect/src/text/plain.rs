//! A text without disguises: signs without width left out, letters and digits of other scripts that look like
//! ours made ours, characters that HTML and JSON spell out written as they are read. Every place leads back to the text
//! as it was written.

use super::{Bytes, escapes::escape};

/// Bytes that are looked at together.
const STRETCH: usize = 16;

/// The plain form of a text, with the way back.
pub(crate) struct Plain {
    pub(crate) text: String,
    /// For each character of `text`: where it begins here, and the range it had.
    places: Vec<(usize, usize, usize)>,
}

/// The plain form of a text of these bytes, when it differs.
pub(crate) fn plain(text: &str, bytes: Bytes) -> Option<Plain> {
    let disguised = || may_be_disguised(bytes) && is_disguised(text);
    if !has_escape(text, bytes) && !disguised() {
        return None;
    }
    let mut out = String::with_capacity(text.len());
    let mut places = Vec::with_capacity(text.len());
    for (start, word) in words(text) {
        let mixed = is_mixed(word);
        let mut past = 0;
        for (at, c) in word.char_indices() {
            if hidden(c) || at < past {
                continue;
            }
            if matches!(c, '&' | '\\')
                && let Some((read, length)) = word.get(at..).and_then(escape)
            {
                places.push((out.len(), start + at, start + at + length));
                out.push(read);
                past = at + length;
                continue;
            }
            let shown = wide(c).or_else(|| twin(c).filter(|_| mixed)).unwrap_or(c);
            places.push((out.len(), start + at, start + at + c.len_utf8()));
            out.push(shown);
        }
    }
    (out != text).then_some(Plain { text: out, places })
}

fn has_escape(text: &str, bytes: Bytes) -> bool {
    // One byte is searched for faster than two.
    let escaped = |sign: char| {
        text.match_indices(sign).any(|(at, _)| text.get(at..).and_then(escape).is_some())
    };
    bytes.has(b'&') && escaped('&') || bytes.has(b'\\') && escaped('\\')
}

/// Whether the bytes are there that what is [`hidden`], [`wide`] or a [`twin`] is made of. Quotation marks and dashes
/// begin with the same byte as spaces without width, but go on otherwise.
fn may_be_disguised(bytes: Bytes) -> bool {
    let spaces = (0x8b..=0x8f).chain(0xaa..=0xae);
    !bytes.is_ascii()
        && (bytes.any(0xcd..=0xd4)
            || bytes.has(0xe1)
            || bytes.has(0xef)
            || bytes.has(0xf0)
            || bytes.has(0xf3)
            || bytes.has(0xc2) && bytes.has(0xad)
            || bytes.has(0xd8) && bytes.has(0x9c)
            || bytes.has(0xe2) && (bytes.has(0x81) || bytes.any(spaces))
            || bytes.has(0xe3) && bytes.has(0x85) && bytes.has(0xa4))
}

/// Whether anything in a text would read otherwise in plain: most texts are left at their first look.
fn is_disguised(text: &str) -> bool {
    let mut twins = false;
    // Most stretches of a text are ASCII alone. In the others each character that is not is seen by its first byte.
    let stretches = text.as_bytes().chunks(STRETCH).zip((0..).step_by(STRETCH));
    let others =
        stretches.filter(|(stretch, _)| !stretch.is_ascii()).flat_map(|(stretch, from)| {
            let firsts = stretch.iter().zip(from..).filter(|(byte, _)| **byte >= 0xc0);
            firsts.filter_map(|(_, at)| text.get(at..)?.chars().next())
        });
    for c in others {
        if hidden(c) || wide(c).is_some() {
            return true;
        }
        twins |= twin(c).is_some();
    }
    twins && words(text).any(|(_, word)| is_mixed(word))
}

/// A word all of one script is that script's own: only a mixed one is a disguise.
fn is_mixed(word: &str) -> bool {
    !word.is_ascii()
        && word.bytes().any(|b| b.is_ascii_alphabetic())
        && word.chars().any(|c| twin(c).is_some())
}

impl Plain {
    /// The range of the written text that a range of the plain one stands for.
    pub(crate) fn written(&self, start: usize, end: usize) -> Option<(usize, usize)> {
        let at = |place: usize| self.places.partition_point(|(here, _, _)| *here < place);
        let first = self.places.get(at(start))?;
        let last = self.places.get(at(end).checked_sub(1)?)?;
        Some((first.1, last.2))
    }
}

/// Where each run without white space begins, and the run, with the white space behind it.
fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    text.split_inclusive(char::is_whitespace).map(move |word| {
        let start = at;
        at += word.len();
        (start, word)
    })
}

/// Signs that nobody sees: `Default_Ignorable_Code_Point` of the Unicode Character Database.
fn hidden(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
            | '\u{ffa0}' | '\u{fff0}'..='\u{fff8}' | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}'
    )
}

/// Full-width forms, circled and mathematical digits.
fn wide(c: char) -> Option<char> {
    let code = u32::from(c);
    match code {
        0xff01..=0xff5e => char::from_u32(code - 0xfee0),
        0x1d7ce..=0x1d7ff => char::from_digit((code - 0x1d7ce) % 10, 10),
        _ => None,
    }
}

/// Cyrillic and Greek letters that look like Latin ones.
fn twin(c: char) -> Option<char> {
    if !matches!(c, '\u{370}'..='\u{52f}') {
        return None;
    }
    Some(match c {
        'а' | 'α' => 'a',
        'е' => 'e',
        'о' | 'ο' => 'o',
        'р' | 'ρ' => 'p',
        'с' => 'c',
        'у' => 'y',
        'х' => 'x',
        'і' | 'ι' => 'i',
        'ј' => 'j',
        'ѕ' => 's',
        'һ' => 'h',
        'ԁ' => 'd',
        'ԛ' => 'q',
        'ԝ' => 'w',
        'А' | 'Α' => 'A',
        'В' | 'Β' => 'B',
        'Е' | 'Ε' => 'E',
        'К' | 'Κ' => 'K',
        'М' | 'Μ' => 'M',
        'Н' | 'Η' => 'H',
        'О' | 'Ο' => 'O',
        'Р' | 'Ρ' => 'P',
        'С' => 'C',
        'Т' | 'Τ' => 'T',
        'Х' | 'Χ' => 'X',
        'І' | 'Ι' => 'I',
        'Ј' => 'J',
        'Ѕ' => 'S',
        'ν' => 'v',
        'κ' => 'k',
        'Ζ' => 'Z',
        'Ν' => 'N',
        'Υ' => 'Y',
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use boundary::{Detector as _, Kind};

    use super::{hidden, may_be_disguised, plain, twin, wide};
    use crate::{Detectors, text::Bytes};

    #[test]
    fn the_bytes_tell_of_every_disguise() {
        let disguise = |c: &char| hidden(*c) || wide(*c).is_some() || twin(*c).is_some();
        for c in ('\0'..=char::MAX).filter(disguise) {
            let bytes = Bytes::of(c.encode_utf8(&mut [0; 4]));
            assert!(may_be_disguised(bytes), "{}", c.escape_unicode());
        }
    }

    #[test]
    fn ordinary_text_is_plain_already() {
        for text in [
            "",
            "ascii",
            "Zoë Müller",
            "Иван Петров",
            "Ελένη",
            "王伟 打电话",
            "R&D; a & b",
            r"C:\users\x",
        ] {
            assert!(plain(text, Bytes::of(text)).is_none(), "{text}");
        }
    }

    #[test]
    fn disguised_values_are_found_where_they_were_written() {
        for (text, value) in [
            ("mail a\u{200b}d\u{200b}a@x.exam\u{ad}ple now", "a\u{200b}d\u{200b}a@x.exam\u{ad}ple"),
            ("mail a\u{e0061}da@x.ex\u{34f}ample now", "a\u{e0061}da@x.ex\u{34f}ample"),
            ("mail a\u{fe0f}da@x.example ok", "a\u{fe0f}da@x.example"),
            ("mail аda@x.example now", "аda@x.example"),
            ("mail ada&#64;x.example now", "ada&#64;x.example"),
            ("mail ada&commat;x&period;example now", "ada&commat;x&period;example"),
            ("mail&#32;ada&#64;x.example now", "ada&#64;x.example"),
            ("mail &#x61;&#100;a&#x40;x.example now", "&#x61;&#100;a&#x40;x.example"),
            (r"mail ada\u0040x.example now", r"ada\u0040x.example"),
            (r"mail \x61da\x40x.example now", r"\x61da\x40x.example"),
            ("card ４１１１ １１１１ １１１１ １１１１ ok", "４１１１ １１１１ １１１１ １１１１"),
            ("mail ａｄａ＠ｘ．ｅｘａｍｐｌｅ ok", "ａｄａ＠ｘ．ｅｘａｍｐｌｅ"),
        ] {
            let found = Detectors::standard(&[]).detect(text).unwrap();
            let sure = found.iter().find(|it| matches!(it.kind, Kind::Email | Kind::Card)).unwrap();
            assert_eq!(&text[sure.start..sure.end], value);
        }
    }
}
