//! `LIKE`, without ever going back further than the last `%`.

use soql::{LikePiece, StringLiteral};

/// A pattern, in lower case, cut at its `%`.
#[derive(Clone, Debug)]
pub(crate) struct Pattern {
    /// Between the `%`; `None` in a segment is `_`.
    segments: Vec<Vec<Option<char>>>,
}

impl Pattern {
    pub(crate) fn new(literal: &StringLiteral) -> Self {
        let mut segments = vec![Vec::new()];
        for piece in literal.pieces() {
            let Some(last) = segments.last_mut() else { continue };
            match piece {
                LikePiece::AnyText => segments.push(Vec::new()),
                LikePiece::AnyOne => last.push(None),
                LikePiece::Text(text) => last.extend(lower(&text).map(Some)),
            }
        }
        Self { segments }
    }

    /// The first segment is held to the start and the last to the end; those between are taken where they come first,
    /// which never loses a match. Text and pattern are each gone through once, but for `_` inside a segment.
    pub(crate) fn matches(&self, text: &str) -> bool {
        let text: Vec<char> = lower(text).collect();
        let Some((first, rest)) = self.segments.split_first() else { return false };
        let Some((last, middle)) = rest.split_last() else {
            return text.len() == first.len() && fits(first, &text);
        };
        if text.len() < first.len() + last.len() || !fits(first, &text) {
            return false;
        }
        let (body, tail) = text.split_at(text.len() - last.len());
        if !fits(last, tail) {
            return false;
        }
        let mut left = body.get(first.len()..).unwrap_or_default();
        for segment in middle.iter().filter(|segment| !segment.is_empty()) {
            let Some(at) = left.windows(segment.len()).position(|window| fits(segment, window))
            else {
                return false;
            };
            left = left.get(at + segment.len()..).unwrap_or_default();
        }
        true
    }
}

fn fits(segment: &[Option<char>], text: &[char]) -> bool {
    segment.len() <= text.len()
        && segment
            .iter()
            .zip(text)
            .all(|(wanted, found)| wanted.is_none_or(|wanted| wanted == *found))
}

fn lower(text: &str) -> impl Iterator<Item = char> + '_ {
    // One for one, so that `_` stands for one character of the text as written.
    text.chars().map(|char| char.to_lowercase().next().unwrap_or(char))
}

#[cfg(test)]
mod tests {
    use soql::{LikePiece, StringLiteral};

    use super::Pattern;

    fn like(text: &str, pattern: &str) -> bool {
        let query = format!("SELECT Id FROM A WHERE N LIKE '{pattern}'");
        let parsed = soql::parse(&query).unwrap();
        let Some(soql::Condition::Compare { right: soql::Literal::Text(literal), .. }) =
            parsed.filter
        else {
            panic!()
        };
        Pattern::new(&literal).matches(text)
    }

    #[test]
    fn wild_cards_and_escapes() {
        for (text, pattern, expected) in [
            ("Acme", "acme", true),
            ("Acme", "A%", true),
            ("Acme", "%ME", true),
            ("Acme", "_cme", true),
            ("Acme", "_", false),
            ("Acme", "%c%e", true),
            ("Acme", "%e%c", false),
            ("100% cotton", "100\\\\% c%", false),
            ("100% cotton", "100\\% c%", true),
            ("a_b", "a\\_b", true),
            ("axb", "a\\_b", false),
            ("", "%", true),
            ("", "", true),
            ("aa", "a%a%a", false),
            ("STRASSE Ä", "strasse ä", true),
        ] {
            assert_eq!(like(text, pattern), expected, "{text} LIKE {pattern}");
        }
    }

    #[test]
    fn a_hostile_pattern_does_not_blow_up() {
        let pieces: Vec<LikePiece> =
            (0..200).flat_map(|_| [LikePiece::AnyText, LikePiece::Text("a".into())]).collect();
        let pattern = Pattern::new(&StringLiteral::pattern(&pieces));
        let begun = std::time::Instant::now();
        assert!(!pattern.matches(&"a".repeat(199)));
        assert!(pattern.matches(&"a".repeat(50_000)));
        assert!(!pattern.matches(&format!("{}b", "a".repeat(50_000))));
        assert!(begun.elapsed().as_secs() < 5);
    }

    /// The plain meaning, slow on purpose.
    fn meaning(pattern: &[char], text: &[char]) -> bool {
        match (pattern.split_first(), text.split_first()) {
            (None, None) => true,
            (Some(('%', rest)), _) => {
                meaning(rest, text)
                    || text.split_first().is_some_and(|(_, left)| meaning(pattern, left))
            }
            (Some((wanted, rest)), Some((found, left))) => {
                (*wanted == '_' || wanted == found) && meaning(rest, left)
            }
            _ => false,
        }
    }

    proptest::proptest! {
        #[test]
        fn it_means_what_it_should(pattern in "[ab_%]{0,7}", text in "[ab]{0,8}") {
            let chars = |text: &str| text.chars().collect::<Vec<_>>();
            proptest::prop_assert_eq!(like(&text, &pattern), meaning(&chars(&pattern), &chars(&text)));
        }
    }
}
