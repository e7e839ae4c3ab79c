//! What the person said, asked word by word.

#[cfg(test)]
mod tests;

use super::{Conversation, Turn};
use crate::token::shapes;

impl Conversation {
    /// Whether the person said these words one after the other, in the part of it that models
    /// see: a covered value is not among them, so nobody learns by asking what stands behind a
    /// token. Case does not count, nor what stands between words; no word at all was never said.
    pub fn person_said(&self, words: &str) -> bool {
        let asked = folded_words(words);
        if asked.is_empty() {
            return false;
        }
        let said = self.turns.iter().filter_map(|turn| match turn.as_ref() {
            Turn::Person(text) => Some(text.as_str()),
            _ => None,
        });
        let mut pieces = said.flat_map(around_tokens);
        pieces.any(|piece| {
            folded_words(piece).windows(asked.len()).any(|here| here == asked.as_slice())
        })
    }
}

/// The pieces of a text before, between and after the tokens in it; the text itself when it has none.
pub fn around_tokens(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut from = 0;
    for shape in shapes(text).into_iter().filter(|it| it.exact && it.escapes == 0) {
        pieces.push(text.get(from..shape.start).unwrap_or_default());
        from = shape.end;
    }
    pieces.push(text.get(from..).unwrap_or_default());
    pieces
}

fn folded_words(text: &str) -> Vec<String> {
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(|word| word.chars().flat_map(char::to_lowercase).collect()).collect()
}
