//! A text without disguises: signs without width left out, letters and digits of other scripts that look like
//! ours made ours. Every place leads back to the text as it was written.

/// The plain form of a text, with the way back.
pub(crate) struct Plain {
    pub(crate) text: String,
    /// For each character of `text`: where it begins here, and the range it had.
    places: Vec<(usize, usize, usize)>,
}

/// The plain form, when it differs.
pub(crate) fn plain(text: &str) -> Option<Plain> {
    if text.is_ascii() || !text.chars().any(|c| hidden(c) || wide(c).is_some() || twin(c).is_some())
    {
        return None;
    }
    let mut out = String::with_capacity(text.len());
    let mut places = Vec::with_capacity(text.len());
    for (start, end, word) in words(text) {
        // A word all of one script is that script's own: only a mixed one is a disguise.
        let mixed = word.chars().any(|c| c.is_ascii_alphabetic())
            && word.chars().any(|c| twin(c).is_some());
        let _ = end;
        for (at, c) in word.char_indices() {
            if hidden(c) {
                continue;
            }
            let shown = wide(c).or_else(|| twin(c).filter(|_| mixed)).unwrap_or(c);
            places.push((out.len(), start + at, start + at + c.len_utf8()));
            out.push(shown);
        }
    }
    (out != text).then_some(Plain { text: out, places })
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

/// Runs without white space, and the white space between them.
fn words(text: &str) -> impl Iterator<Item = (usize, usize, &str)> {
    let mut at = 0;
    text.split_inclusive(char::is_whitespace).map(move |word| {
        let start = at;
        at += word.len();
        (start, at, word)
    })
}

/// Signs that nobody sees.
fn hidden(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{feff}' | '\u{180e}')
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
    const PAIRS: &str = "аaеeоoрpсcуyхxіiјjѕsһhԁdԛqԝwАAВBЕEКKМMНHОOРPСCТTХXІIЈJЅSοoαaνvιiκkρpΑAΒBΕEΖZΗHΙIΚKΜMΝNΟOΡPΤTΥYΧX";
    let mut pairs = PAIRS.chars();
    while let (Some(other), Some(ours)) = (pairs.next(), pairs.next()) {
        if other == c {
            return Some(ours);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use boundary::{Detector as _, Kind};

    use super::plain;
    use crate::Detectors;

    #[test]
    fn ordinary_text_is_plain_already() {
        for text in ["", "ascii", "Zoë Müller", "Иван Петров", "Ελένη", "王伟 打电话"]
        {
            assert!(plain(text).is_none(), "{text}");
        }
    }

    #[test]
    fn disguised_values_are_found_where_they_were_written() {
        for (text, value) in [
            ("mail a\u{200b}d\u{200b}a@x.exam\u{ad}ple now", "a\u{200b}d\u{200b}a@x.exam\u{ad}ple"),
            ("mail аda@x.example now", "аda@x.example"),
            ("card ４１１１ １１１１ １１１１ １１１１ ok", "４１１１ １１１１ １１１１ １１１１"),
            ("mail ａｄａ＠ｘ．ｅｘａｍｐｌｅ ok", "ａｄａ＠ｘ．ｅｘａｍｐｌｅ"),
        ] {
            let found = Detectors::standard(&[]).detect(text).unwrap();
            let sure = found.iter().find(|it| matches!(it.kind, Kind::Email | Kind::Card)).unwrap();
            assert_eq!(&text[sure.start..sure.end], value);
        }
    }
}
