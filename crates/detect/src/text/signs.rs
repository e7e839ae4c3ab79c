//! Where signs stand between the words, noted once for all that ask: to search a text for each anew takes longer.

use super::{Gap, Token};

/// The signs that are noted. INVARIANT: none is part of a word.
const NOTED: [u8; 4] = [b'\n', b':', b'<', b'@'];

/// Noted signs, and where they stand.
#[derive(Debug)]
pub(super) struct Signs(Vec<(usize, u8)>);

impl Signs {
    /// Those between the words of a text.
    pub(super) fn of(text: &str, words: &[Token]) -> Self {
        let mut found = Vec::with_capacity(words.len() / 4);
        let mut from = 0;
        for word in words {
            // Between most words stands one space, or another sign that is not noted.
            if matches!(word.gap, Gap::At | Gap::Colon | Gap::Line | Gap::Other) {
                note(text, (from, word.start), &mut found);
            }
            from = word.end;
        }
        note(text, (from, text.len()), &mut found);
        Self(found)
    }

    /// Where a noted sign stands.
    pub(super) fn places(&self, sign: u8) -> impl Iterator<Item = usize> {
        debug_assert!(NOTED.contains(&sign), "is not noted");
        self.0.iter().filter(move |(_, it)| *it == sign).map(|(at, _)| *at)
    }
}

/// Adds the noted signs between two words.
fn note(text: &str, (from, to): (usize, usize), found: &mut Vec<(usize, u8)>) {
    let gap = text.as_bytes().get(from..to).unwrap_or_default();
    let signs = gap.iter().enumerate().filter(|(_, sign)| NOTED.contains(sign));
    found.extend(signs.map(|(at, sign)| (from + at, *sign)));
}

#[cfg(test)]
mod tests {
    use crate::text::Doc;

    #[test]
    fn signs_are_noted_wherever_they_stand() {
        for text in [
            "",
            "\n",
            "a: b\n\n<c>@d:",
            "::ada@x.example <x> \\u003a \\n q\u{301}:é@",
            "王伟：电话:1\n李",
            "no sign of any sort",
        ] {
            let doc = Doc::new(text);
            for sign in ['\n', ':', '<', '@'] {
                let found: Vec<_> = text.match_indices(sign).map(|(at, _)| at).collect();
                assert_eq!(doc.signs(sign).collect::<Vec<_>>(), found, "{text:?}");
            }
            let lines: Vec<_> = doc.lines().map(|(_, line)| line).collect();
            assert_eq!(lines, text.split_inclusive('\n').collect::<Vec<_>>(), "{text:?}");
            assert!(doc.lines().all(|(at, line)| text[at..].starts_with(line)), "{text:?}");
        }
    }
}
