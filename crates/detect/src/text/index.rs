//! Which word stands at a byte: from a stretch of the text to its first word, and a few words on.

use super::Token;

/// Bytes of a stretch.
const STRETCH: usize = 32;

/// Of each stretch the first word that ends behind its first byte; of those behind the last word nothing.
#[derive(Debug)]
pub(super) struct Index(Vec<usize>);

impl Index {
    pub(super) fn of(words: &[Token]) -> Self {
        let length = words.last().map_or(0, |last| last.end);
        let mut firsts = Vec::with_capacity(length / STRETCH + 1);
        for (at, word) in words.iter().enumerate() {
            while firsts.len() * STRETCH < word.end {
                firsts.push(at);
            }
        }
        Self(firsts)
    }

    /// Index of the first of these words that ends after byte `at`.
    pub(super) fn at(&self, words: &[Token], at: usize) -> usize {
        let Some(first) = self.0.get(at / STRETCH) else { return words.len() };
        first + words.iter().skip(*first).take_while(|word| word.end <= at).count()
    }
}

#[cfg(test)]
mod tests {
    use crate::text::Doc;

    #[test]
    fn the_word_at_a_byte_is_the_first_that_ends_behind_it() {
        let long = "a".repeat(100);
        let apart = format!("one{}two, three {long} 王伟 x{}", " ".repeat(70), ".".repeat(40));
        for text in ["", "...", "one", " one two", &long, &apart] {
            let doc = Doc::new(text);
            for at in 0..=text.len() + 40 {
                let first = doc.tokens.iter().position(|it| it.end > at);
                assert_eq!(doc.index_at(at), first.unwrap_or(doc.tokens.len()), "{text} {at}");
            }
        }
    }
}
