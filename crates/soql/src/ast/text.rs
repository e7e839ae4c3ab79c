//! String literals and their escapes.

use std::borrow::Cow;

/// The text between two quotes, kept as written so that `LIKE` can tell `\%` from `%`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StringLiteral {
    /// INVARIANT: every quote is escaped and every escape is one that SOQL knows, so that printing it between
    /// quotes cannot change the query around it.
    raw: Box<str>,
}

/// A piece of a `LIKE` pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LikePiece {
    /// This text.
    Text(String),
    /// `_`: any one character.
    AnyOne,
    /// `%`: any text, also none.
    AnyText,
}

impl StringLiteral {
    /// A literal with this content.
    pub fn new(value: &str) -> Self {
        let mut raw = String::with_capacity(value.len());
        value.chars().for_each(|char| push_escaped(&mut raw, char));
        Self { raw: raw.into() }
    }

    /// A `LIKE` pattern.
    pub fn pattern(pieces: &[LikePiece]) -> Self {
        let mut raw = String::new();
        for piece in pieces {
            match piece {
                LikePiece::AnyOne => raw.push('_'),
                LikePiece::AnyText => raw.push('%'),
                LikePiece::Text(text) => {
                    for char in text.chars() {
                        if matches!(char, '_' | '%') {
                            raw.push('\\');
                        }
                        push_escaped(&mut raw, char);
                    }
                }
            }
        }
        Self { raw: raw.into() }
    }

    /// The lexer has checked the escapes.
    pub(crate) fn of_lexed(raw: &str) -> Self {
        Self { raw: raw.into() }
    }

    /// As written between the quotes.
    pub fn raw(&self) -> &str {
        &self.raw
    }

    /// What it means.
    pub fn value(&self) -> Cow<'_, str> {
        if !self.raw.contains('\\') {
            return Cow::Borrowed(&self.raw);
        }
        let mut value = String::with_capacity(self.raw.len());
        self.decode(|char, _| value.push(char));
        Cow::Owned(value)
    }

    /// What it means after `LIKE`.
    pub fn pieces(&self) -> Vec<LikePiece> {
        let mut pieces = Vec::new();
        self.decode(|char, escaped| match char {
            '%' if !escaped => pieces.push(LikePiece::AnyText),
            '_' if !escaped => pieces.push(LikePiece::AnyOne),
            _ => match pieces.last_mut() {
                Some(LikePiece::Text(text)) => text.push(char),
                _ => pieces.push(LikePiece::Text(char.to_string())),
            },
        });
        pieces
    }

    /// Calls `each` with every character and whether it was escaped.
    fn decode(&self, mut each: impl FnMut(char, bool)) {
        let mut chars = self.raw.chars();
        while let Some(char) = chars.next() {
            if char != '\\' {
                each(char, false);
                continue;
            }
            let Some(escape) = chars.next() else { return };
            let meant = match escape {
                'n' | 'N' => '\n',
                'r' | 'R' => '\r',
                't' | 'T' => '\t',
                'b' | 'B' => '\u{8}',
                'f' | 'F' => '\u{c}',
                'u' | 'U' => {
                    let digits = (0..4).filter_map(|_| chars.next()?.to_digit(16));
                    let unit = digits.fold(0, |code, digit| code * 16 + digit);
                    decode_surrogates(unit, &mut chars)
                }
                other => other,
            };
            each(meant, true);
        }
    }
}

/// Two `\u` escapes may spell one character outside the basic plane; a lone surrogate spells none.
fn decode_surrogates(unit: u32, chars: &mut std::str::Chars<'_>) -> char {
    if !(0xD800..0xDC00).contains(&unit) {
        return char::from_u32(unit).unwrap_or(char::REPLACEMENT_CHARACTER);
    }
    let mut ahead = chars.clone();
    if ahead.next() != Some('\\') || !matches!(ahead.next(), Some('u' | 'U')) {
        return char::REPLACEMENT_CHARACTER;
    }
    let low =
        (0..4).filter_map(|_| ahead.next()?.to_digit(16)).fold(0, |code, digit| code * 16 + digit);
    if !(0xDC00..0xE000).contains(&low) {
        return char::REPLACEMENT_CHARACTER;
    }
    *chars = ahead;
    char::from_u32(0x1_0000 + ((unit - 0xD800) << 10) + (low - 0xDC00))
        .unwrap_or(char::REPLACEMENT_CHARACTER)
}

fn push_escaped(raw: &mut String, char: char) {
    match char {
        '\'' => raw.push_str("\\'"),
        '\\' => raw.push_str("\\\\"),
        '\n' => raw.push_str("\\n"),
        '\r' => raw.push_str("\\r"),
        '\t' => raw.push_str("\\t"),
        '\u{8}' => raw.push_str("\\b"),
        '\u{c}' => raw.push_str("\\f"),
        _ => raw.push(char),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn escapes_are_understood() {
        let literal = StringLiteral::of_lexed(r#"a\'b\\c\"\n\R\u2019\uD83D\uDE00\uD83Dx"#);
        assert_eq!(literal.value(), "a'b\\c\"\n\r\u{2019}\u{1F600}\u{FFFD}x");
    }

    #[test]
    fn like_tells_wild_cards_from_escaped_ones() {
        let pattern = StringLiteral::of_lexed(r"r\%o_%\\%");
        assert_eq!(
            pattern.pieces(),
            [
                LikePiece::Text("r%o".into()),
                LikePiece::AnyOne,
                LikePiece::AnyText,
                LikePiece::Text("\\".into()),
                LikePiece::AnyText
            ]
        );
        assert_eq!(StringLiteral::pattern(&pattern.pieces()), pattern);
    }

    proptest! {
        #[test]
        fn any_content_survives(value: String) {
            let literal = StringLiteral::new(&value);
            prop_assert_eq!(literal.value(), value.as_str());
        }

        #[test]
        fn a_pattern_of_text_means_that_text(value in ".+") {
            let pieces = vec![LikePiece::Text(value)];
            prop_assert_eq!(StringLiteral::pattern(&pieces).pieces(), pieces);
        }
    }
}
