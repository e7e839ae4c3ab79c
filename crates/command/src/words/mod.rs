//! A sentence as words: where each starts and ends, what kind it is, and small matchers over runs of words.

mod correct;
mod number;
mod spelling;
mod split;

pub(crate) use correct::correct;
pub(crate) use number::{Quantity, ordinal_at, parse_digits, quantity_at};
pub(crate) use spelling::{distance, within_one_edit};
pub(crate) use split::split_words;

/// What a word is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Letters, maybe with digits, hyphens, an `@`.
    Word,
    /// Starts with a digit or a currency sign.
    Number,
    /// One of the gate's placeholders, such as `{NAME_3}`.
    Token,
    /// Text between quotation marks.
    Quoted,
    /// The `'s` after a name.
    Possessive,
    /// Any other sign.
    Mark,
}

/// One word of a sentence.
#[derive(Debug, Clone)]
pub(crate) struct Word {
    /// As the person wrote it, without quotation marks.
    pub(crate) text: String,
    /// In lower case, with the spelling of known words put right.
    pub(crate) lower: String,
    pub(crate) kind: Kind,
    /// Byte offsets into the sentence.
    pub(crate) start: usize,
    pub(crate) end: usize,
}

impl Word {
    pub(crate) fn is_capitalised(&self) -> bool {
        self.text.chars().next().is_some_and(char::is_uppercase)
    }

    pub(crate) fn is_token(&self, prefixes: &[&str]) -> bool {
        self.kind == Kind::Token
            && prefixes.iter().any(|p| self.text.trim_start_matches('{').starts_with(p))
    }
}

/// A run of words of one sentence.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Run<'a> {
    source: &'a str,
    words: &'a [Word],
}

impl<'a> Run<'a> {
    pub(crate) fn new(source: &'a str, words: &'a [Word]) -> Self {
        Self { source, words }
    }

    pub(crate) fn len(self) -> usize {
        self.words.len()
    }

    pub(crate) fn is_empty(self) -> bool {
        self.words.is_empty()
    }

    pub(crate) fn words(self) -> &'a [Word] {
        self.words
    }

    pub(crate) fn word(self, i: usize) -> Option<&'a Word> {
        self.words.get(i)
    }

    /// The word at `i` in lower case; nothing past the end, and nothing for quoted text.
    pub(crate) fn at(self, i: usize) -> &'a str {
        match self.words.get(i) {
            Some(w) if w.kind != Kind::Quoted && w.kind != Kind::Token => &w.lower,
            _ => "",
        }
    }

    pub(crate) fn from(self, i: usize) -> Self {
        Self { words: self.words.get(i..).unwrap_or_default(), ..self }
    }

    pub(crate) fn until(self, i: usize) -> Self {
        Self { words: self.words.get(..i.min(self.words.len())).unwrap_or_default(), ..self }
    }

    pub(crate) fn between(self, a: usize, b: usize) -> Self {
        self.until(b).from(a)
    }

    pub(crate) fn any_of(self, i: usize, options: &[&str]) -> bool {
        options.contains(&self.at(i))
    }

    /// Matches a phrase (words with single spaces) at `i` and gives the place after it.
    pub(crate) fn phrase(self, i: usize, phrase: &str) -> Option<usize> {
        let mut next = i;
        for part in phrase.split(' ') {
            if self.at(next) != part {
                return None;
            }
            next += 1;
        }
        Some(next)
    }

    /// The longest of `phrases`, which are separated by `|`, that stands at `i`.
    pub(crate) fn one_of(self, i: usize, phrases: &str) -> Option<usize> {
        let first = self.at(i);
        if first.is_empty() {
            return None;
        }
        phrases.split('|').filter(|p| p.starts_with(first)).filter_map(|p| self.phrase(i, p)).max()
    }

    /// The first place from `from` on where one of `phrases` stands: its start and end.
    pub(crate) fn find(self, from: usize, phrases: &str) -> Option<(usize, usize)> {
        (from..self.len()).find_map(|i| self.one_of(i, phrases).map(|end| (i, end)))
    }

    /// Skips any number of the given words.
    pub(crate) fn skip(self, mut i: usize, options: &[&str]) -> usize {
        while i < self.len() && options.contains(&self.at(i)) {
            i += 1;
        }
        i
    }

    pub(crate) fn is_mark(self, i: usize, mark: &str) -> bool {
        self.words.get(i).is_some_and(|w| w.kind == Kind::Mark && w.text == mark)
    }

    pub(crate) fn kind(self, i: usize) -> Option<Kind> {
        self.words.get(i).map(|w| w.kind)
    }

    /// The person's own text of this run, quotation marks taken off when they hold all of it.
    pub(crate) fn text(self) -> String {
        match self.words {
            [] => String::new(),
            [one] => one.text.clone(),
            [first, .., last] => {
                let whole = self.source.get(first.start..last.end).unwrap_or_default();
                whole.split_whitespace().collect::<Vec<_>>().join(" ")
            }
        }
    }

    /// The person's own text from word `i` to the end of the sentence, as written.
    pub(crate) fn rest_of_text(self, i: usize) -> String {
        let (Some(first), Some(last)) = (self.words.get(i), self.words.last()) else {
            return String::new();
        };
        if i + 1 == self.words.len() {
            return first.text.clone();
        }
        self.source.get(first.start..last.end).unwrap_or_default().trim().to_owned()
    }

    /// The run without marks at either end.
    pub(crate) fn trimmed(self) -> Self {
        let is_mark = |w: &Word| w.kind == Kind::Mark;
        let skip = self.words.iter().take_while(|w| is_mark(w)).count();
        let rest = self.from(skip);
        let tail = rest.words.iter().rev().take_while(|w| is_mark(w)).count();
        rest.until(rest.len() - tail)
    }

    /// Letters and digits of the run in lower case, for comparing with labels whatever the spacing.
    pub(crate) fn squashed(self) -> String {
        self.words.iter().map(|w| squash(&w.lower)).collect()
    }
}

/// Letters and digits only, in lower case.
pub(crate) fn squash(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Whether `word` is one of the words of a list separated by `|`.
pub(crate) fn among(list: &str, word: &str) -> bool {
    !word.is_empty() && list.split('|').any(|w| w == word)
}

#[cfg(test)]
mod tests;
