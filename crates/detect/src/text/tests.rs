use proptest::prelude::*;

use super::{Doc, Gap, Shape, hash_word};

#[test]
fn one_spelling_for_a_word() {
    for (a, b) in [
        ("Müller", "MULLER"),
        ("ＡＤＡ", "ada"),
        ("Žaneta", "zaneta"),
        ("Nguyễn", "nguyen"),
        ("Weiß", "weiss"),
        ("Smi\u{200b}th", "smith"),
        ("Миллер", "миллер"),
        ("Sаrah", "sarah"),
        ("İstanbul", "istanbul"),
        ("Andre\u{301}", "andré"),
    ] {
        assert_eq!(hash_word(a), hash_word(b), "{a} {b}");
    }
    assert_ne!(hash_word("анна"), hash_word("aнna"));
}

#[test]
fn words_and_gaps() {
    let doc = Doc::new("Dr. O'Brien-Smith,\nMcDonald 42nd 王伟 a_b %20x \\u00c9va\\nZoe");
    let words: Vec<_> = doc.tokens.iter().map(|t| (doc.word(t), t.shape, t.gap)).collect();
    assert_eq!(
        words,
        [
            ("Dr", Shape::Title, Gap::Start),
            ("O", Shape::Initial, Gap::DotSpace),
            ("Brien", Shape::Title, Gap::Apostrophe),
            ("Smith", Shape::Title, Gap::Hyphen),
            ("McDonald", Shape::Mixed, Gap::Line),
            ("42nd", Shape::Alnum, Gap::Space),
            ("王", Shape::Ideograph, Gap::Space),
            ("伟", Shape::Ideograph, Gap::None),
            ("a", Shape::Lower, Gap::Space),
            ("b", Shape::Lower, Gap::Underscore),
            ("x", Shape::Lower, Gap::Other),
            ("\\u00c9va", Shape::Title, Gap::Space),
            ("Zoe", Shape::Title, Gap::Line),
        ]
    );
}

proptest! {
    #[test]
    fn words_lie_inside_the_text_in_order(text in any::<String>()) {
        let doc = Doc::new(&text);
        let mut last = 0;
        for token in &doc.tokens {
            prop_assert!(token.start >= last && token.start < token.end && token.end <= text.len());
            prop_assert!(text.is_char_boundary(token.start) && text.is_char_boundary(token.end));
            last = token.end;
        }
    }
}
