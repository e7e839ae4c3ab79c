//! A text cut into words, once, for every detector.

mod bytes;
mod cut;
mod escapes;
pub(crate) mod fold;
mod index;
mod language;
pub(crate) mod plain;
mod signs;

#[cfg(test)]
mod tests;

pub(crate) use bytes::Bytes;
pub(crate) use cut::{hash_word, is_ideograph, words};

use std::cell::OnceCell;

use crate::lexicon::{Class, Entries, Lexicon, Listed};
use index::Index;
use signs::Signs;

/// How a word is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// All small letters.
    Lower,
    /// One capital letter alone.
    Initial,
    /// A capital letter, then small ones.
    Title,
    /// Two or more capitals.
    Upper,
    /// Capitals inside: `McDonald`, `StageName`.
    Mixed,
    /// Digits only.
    Digits,
    /// Letters and digits.
    Alnum,
    /// One Chinese character or Japanese or Korean syllable.
    Ideograph,
    /// Letters of a script without case: Arabic, Devanagari, Thai.
    Uncased,
}

/// What stands between a word and the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Gap {
    /// The word is the first.
    Start,
    /// Nothing: neighbouring ideographs.
    None,
    /// One space.
    Space,
    /// Several spaces or a tab.
    Wide,
    /// `.`
    Dot,
    /// `. `
    DotSpace,
    /// `,` with or without a space.
    Comma,
    /// `'` or its typographic form.
    Apostrophe,
    /// `-`
    Hyphen,
    /// `_`
    Underscore,
    /// `/`
    Slash,
    /// `@`
    At,
    /// `:` with or without a space.
    Colon,
    /// Anything with a line break.
    Line,
    /// Anything else.
    Other,
}

/// One word.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Token {
    /// First byte in the text.
    pub(crate) start: usize,
    /// One past the last byte.
    pub(crate) end: usize,
    /// Hash of the folded word; the same for all spellings of [`fold`].
    pub(crate) hash: u64,
    /// What the word lists say about it.
    pub(crate) class: Class,
    /// Which lists of single modules it is on.
    pub(crate) listed: Listed,
    /// How it is written.
    pub(crate) shape: Shape,
    /// What stands before it.
    pub(crate) gap: Gap,
    /// Whether a sentence, a line or a quotation begins here.
    pub(crate) opens: bool,
    /// Whether it is known to be letters and digits of ASCII alone.
    pub(crate) plain: bool,
}

impl Token {
    /// Whether the word could be a name by its writing: a capital and then letters.
    pub(crate) fn capital(&self) -> bool {
        matches!(self.shape, Shape::Title | Shape::Upper | Shape::Mixed | Shape::Initial)
    }

    /// Length in bytes.
    pub(crate) fn len(&self) -> usize {
        // INVARIANT: no word ends before it begins. Asked more often than anything else, so not checked each time.
        self.end.wrapping_sub(self.start)
    }
}

/// Enters the lists of this module.
pub(crate) fn enter_lists(entries: &mut Entries) {
    language::enter_lists(entries);
}

/// A text and its words.
#[derive(Debug)]
pub(crate) struct Doc<'t> {
    pub(crate) text: &'t str,
    pub(crate) tokens: Vec<Token>,
    /// The bytes that stand in the text.
    pub(crate) bytes: Bytes,
    /// Whether one of the words is an ideograph.
    pub(crate) ideographs: bool,
    /// What there is among the words. INVARIANT: nobody gives a word a class after they were cut.
    classes: Class,
    signs: Signs,
    index: Index,
    language: OnceCell<Language>,
}

/// What the small words of a text tell of its language, which its capitals and unknown words are judged by.
#[derive(Clone, Copy, Debug)]
struct Language {
    english: bool,
    capital_nouns: bool,
}

impl<'t> Doc<'t> {
    /// Cuts `text`. Time is linear in its length.
    pub(crate) fn new(text: &'t str) -> Self {
        Self::holding(text, Bytes::of(text))
    }

    /// Cuts a text of these bytes, told before. Of another text's bytes much would be overlooked.
    pub(crate) fn holding(text: &'t str, bytes: Bytes) -> Self {
        let tokens = cut::cut(text, Lexicon::shared());
        let ideographs = tokens.iter().any(|token| token.shape == Shape::Ideograph);
        let classes = tokens.iter().fold(Class::default(), |all, token| all.or(token.class));
        let signs = Signs::of(text, &tokens);
        let index = Index::of(&tokens);
        Self { text, tokens, bytes, ideographs, classes, signs, index, language: OnceCell::new() }
    }

    /// Whether the word list fits the text: then a small word outside it is strange.
    pub(crate) fn is_english(&self) -> bool {
        self.language().english
    }

    /// Whether the text capitalises its nouns: then a capital says little.
    pub(crate) fn capitalises_nouns(&self) -> bool {
        self.language().capital_nouns
    }

    /// Told from all words, so once: who asks may ask at each of them.
    fn language(&self) -> Language {
        *self.language.get_or_init(|| language::of(self))
    }

    /// Where a sign stands that is noted while the text is cut.
    pub(crate) fn signs(&self, sign: char) -> impl Iterator<Item = usize> {
        self.signs.places(u8::try_from(sign).unwrap_or_default())
    }

    /// Its lines, each with its first byte, and with the break at its end.
    pub(crate) fn lines(&self) -> impl Iterator<Item = (usize, &'t str)> {
        let ends = self.signs('\n').map(|at| at + 1);
        let open = !self.text.is_empty() && !self.text.ends_with('\n');
        let mut from = 0;
        ends.chain(open.then_some(self.text.len())).map(move |to| {
            let line = (from, self.span(from, to));
            from = to;
            line
        })
    }

    /// The line that holds a place, with its first byte, and with the break at its end.
    pub(crate) fn line(&self, at: usize) -> Option<(usize, &'t str)> {
        let (before, after) = self.text.split_at_checked(at)?;
        let from = before.rfind('\n').map_or(0, |end| end + 1);
        let to = after.find('\n').map_or(self.text.len(), |end| at + end + 1);
        Some((from, self.span(from, to)))
    }

    /// Where such a sign stands, or its full-width form: first byte, and length.
    pub(crate) fn places(&self, sign: char, wide: char) -> impl Iterator<Item = (usize, usize)> {
        let both = self.bytes.may_hold(wide.encode_utf8(&mut [0; 4])) && self.text.contains(wide);
        let narrow = (!both).then(|| self.signs(sign).map(|at| (at, 1)));
        let either = both.then(|| self.text.match_indices([sign, wide]));
        let either = either.into_iter().flatten().map(|(at, sign)| (at, sign.len()));
        narrow.into_iter().flatten().chain(either)
    }

    /// Where a part stands in the text, each time it does.
    pub(crate) fn all<'p>(&self, part: &'p str) -> impl Iterator<Item = usize> + use<'t, 'p> {
        // To search for what is not there takes as long as a look at each word.
        let found = self.bytes.may_hold(part).then(|| self.text.match_indices(part));
        found.into_iter().flatten().map(|(at, _)| at)
    }

    /// The text of a byte range; empty when the range is not one.
    pub(crate) fn span(&self, start: usize, end: usize) -> &'t str {
        self.text.get(start..end).unwrap_or_default()
    }

    /// The text of a word.
    pub(crate) fn word(&self, token: &Token) -> &'t str {
        self.span(token.start, token.end)
    }

    /// The word at `index`.
    pub(crate) fn token(&self, index: usize) -> Option<&Token> {
        self.tokens.get(index)
    }

    /// The byte at `index`, or 0 outside the text.
    pub(crate) fn byte(&self, index: usize) -> u8 {
        self.text.as_bytes().get(index).copied().unwrap_or(0)
    }

    /// The byte before `index`, or 0 at the start.
    pub(crate) fn byte_before(&self, index: usize) -> u8 {
        index.checked_sub(1).map_or(0, |i| self.byte(i))
    }

    /// The character before `index`.
    pub(crate) fn char_before(&self, index: usize) -> Option<char> {
        self.text.get(..index)?.chars().next_back()
    }

    /// The character at `index`.
    pub(crate) fn char_at(&self, index: usize) -> Option<char> {
        self.text.get(index..)?.chars().next()
    }

    /// Index of the first word that ends after byte `at`.
    pub(crate) fn index_at(&self, at: usize) -> usize {
        self.index.at(&self.tokens, at)
    }

    /// Whether any word is of one of these classes.
    pub(crate) fn holds(&self, class: Class) -> bool {
        self.classes.any(class)
    }

    /// Whether one of the `reach` words before word `index`, on the same line, is of `class`.
    pub(crate) fn cue_before(&self, index: usize, reach: usize, class: Class) -> bool {
        // Most texts hold no such word at all.
        if !self.holds(class) {
            return false;
        }
        let mut i = index;
        for _ in 0..reach {
            if self.token(i).is_none_or(|t| matches!(t.gap, Gap::Line | Gap::Start)) {
                return false;
            }
            let Some(before) = i.checked_sub(1) else { return false };
            i = before;
            if self.token(i).is_some_and(|t| t.class.any(class)) {
                return true;
            }
        }
        false
    }
}

/// Endings of words by their last byte, each with the byte before it, or 0.
#[derive(Debug)]
pub(crate) struct Endings(Vec<Vec<(u8, &'static str)>>);

impl Endings {
    /// Endings parted by spaces, in small letters.
    pub(crate) fn new(endings: &'static str) -> Self {
        Self::of(endings.split_whitespace())
    }

    /// These endings, in small letters.
    pub(crate) fn of(endings: impl Iterator<Item = &'static str>) -> Self {
        let mut by_last = vec![Vec::new(); 256];
        for ending in endings {
            let mut back = ending.bytes().rev();
            let (last, before) = (back.next().unwrap_or_default(), back.next().unwrap_or_default());
            if let Some(group) = by_last.get_mut(usize::from(last)) {
                group.push((before, ending));
            }
        }
        Self(by_last)
    }

    /// Whether `word` ends, without regard to case, with one of them, after at least `stem` bytes.
    pub(crate) fn fit(&self, word: &str, stem: usize) -> bool {
        // A letter of ASCII at the end is one in small letters, too: most words are told by it.
        let last = word.bytes().next_back().map(|last| usize::from(last.to_ascii_lowercase()));
        if last.is_some_and(|it| it < 0x80 && self.0.get(it).is_some_and(Vec::is_empty)) {
            return false;
        }
        if word.is_ascii() { self.fits(word, stem) } else { self.fits(&word.to_lowercase(), stem) }
    }

    /// Without regard to the case of letters of ASCII.
    fn fits(&self, word: &str, stem: usize) -> bool {
        let word = word.as_bytes();
        let mut back = word.iter().rev().map(u8::to_ascii_lowercase);
        let (last, near) = (back.next().unwrap_or_default(), back.next().unwrap_or_default());
        self.0.get(usize::from(last)).is_some_and(|group| {
            group.iter().filter(|(before, _)| *before == near || *before == 0).any(|(_, ending)| {
                let from = word.len().checked_sub(ending.len()).filter(|from| *from >= stem);
                let tail = from.and_then(|from| word.get(from..));
                tail.is_some_and(|tail| tail.eq_ignore_ascii_case(ending.as_bytes()))
            })
        })
    }
}
