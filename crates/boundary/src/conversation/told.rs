//! What was told in a conversation, asked value by value.

#[cfg(test)]
mod tests;

use zeroize::Zeroizing;

use super::{Conversation, Turn, around_tokens};
use crate::principal::Viewer;
use crate::show::may_see;

/// What the person, their application and the records told in a conversation: covered values that one viewer may
/// see, and what stands in the clear. What the model said is not among it.
///
/// Answers yes or no, to one value at a time.
pub struct Told(Vec<Vec<Zeroizing<String>>>);

impl Conversation {
    /// What was told so far, for one viewer.
    pub fn told(&self, viewer: &Viewer<'_>) -> Told {
        let covered = self.table.covered().iter().filter(|it| may_see(viewer, it));
        let mut told: Vec<_> = covered.map(|it| folded(&it.value)).collect();
        for turn in &self.turns {
            let text = match turn.as_ref() {
                Turn::Client(text) | Turn::Person(text) => text,
                Turn::Tool { result, .. } => result,
                Turn::Model { .. } => continue,
            };
            told.extend(around_tokens(text.as_str()).into_iter().map(folded));
        }
        Told(told)
    }
}

impl Told {
    /// Whether a value was told, as whole words: case does not count, nor how it is parted.
    pub fn has(&self, value: &str) -> bool {
        let asked: String = folded(value).iter().map(|word| word.as_str()).collect();
        !asked.is_empty() && self.0.iter().any(|words| has(words, &asked))
    }
}

impl std::fmt::Debug for Told {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Told({} texts)", self.0.len())
    }
}

/// Whether some words one after the other are `asked`.
fn has(words: &[Zeroizing<String>], asked: &str) -> bool {
    (0..words.len()).any(|from| {
        let mut rest = asked;
        for word in words.iter().skip(from) {
            match rest.strip_prefix(word.as_str()) {
                Some("") => return true,
                Some(more) => rest = more,
                None => return false,
            }
        }
        false
    })
}

fn folded(text: &str) -> Vec<Zeroizing<String>> {
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(|word| Zeroizing::new(word.chars().flat_map(char::to_lowercase).collect())).collect()
}
