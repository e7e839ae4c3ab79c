//! Finding tokens in text: as the gate writes them, and as models bend them.
//!
//! The gate writes `{`, a kind, `_`, a number, two letters, `}`. Models change case, lose or
//! double what stands around it, translate the kind, escape for Markdown, JSON or addresses, or
//! add a plural. All of that is found; whether it stands for a value is for the check to say.
//!
//! `!` after the brace is the escape. Text that comes in and has the shape of a token gets one
//! more, and loses one on its way out, so nobody can type a token and get another's value back.

mod cursor;

use super::Token;
use super::check::Check;
use crate::detector::Kind;
use cursor::{Cursor, Read};

/// How something is written around the value that a token stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Writing {
    /// As it is.
    Plain,
    /// Braces behind backslashes, as Markdown wants them.
    Escaped,
    /// In an address: `%7B`.
    Percent,
    /// In a JSON string: `\u007b`.
    Json,
}

/// What begins and ends a token, and how many letters check it. The first form of each is the
/// gate's own.
#[derive(Debug)]
pub(crate) struct Grammar {
    pub(crate) open: &'static [(&'static str, Writing)],
    pub(crate) close: &'static [(&'static str, Writing)],
    pub(crate) letters: usize,
}

/// The gate's own: `{NAME_3kd}`.
pub(crate) const BRACES: Grammar = Grammar {
    open: &[
        ("{", Writing::Plain),
        ("\\{", Writing::Escaped),
        ("%7B", Writing::Percent),
        ("%7b", Writing::Percent),
        ("\\u007b", Writing::Json),
        ("\\u007B", Writing::Json),
        ("&#123;", Writing::Plain),
        ("&lbrace;", Writing::Plain),
        ("｛", Writing::Plain),
    ],
    close: &[
        ("}", Writing::Plain),
        ("\\}", Writing::Escaped),
        ("%7D", Writing::Percent),
        ("%7d", Writing::Percent),
        ("\\u007d", Writing::Json),
        ("\\u007D", Writing::Json),
        ("&#125;", Writing::Plain),
        ("&rbrace;", Writing::Plain),
        ("｝", Writing::Plain),
    ],
    letters: 2,
};

/// The letters that check a token, as far as they are there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Letters {
    /// None at all.
    Missing,
    /// As many as it takes.
    Whole(Check),
    /// Too few, too many, or letters that no check has.
    Broken,
}

/// Something of the shape of a token: where it stands, and what it could name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Shape {
    pub(crate) start: usize,
    pub(crate) end: usize,
    /// Kinds that its word means; more than one where the word does.
    pub(crate) kinds: Vec<Kind>,
    pub(crate) number: u32,
    pub(crate) letters: Letters,
    /// How often it is escaped.
    pub(crate) escapes: usize,
    /// Exactly as the gate writes it, but for escapes.
    pub(crate) exact: bool,
    /// Whether it begins with any kind of brace.
    pub(crate) braced: bool,
    /// Whether a brace is there, or the word is the gate's own: nobody writes that by chance.
    pub(crate) meant: bool,
    pub(crate) writing: Writing,
    /// A plural or possessive that the model drew inside; stays after the value.
    pub(crate) suffix: &'static str,
}

impl Shape {
    /// The tokens it could be.
    pub(crate) fn tokens(&self) -> impl Iterator<Item = Token> {
        let check = match self.letters {
            Letters::Whole(check) => Some(Some(check)),
            Letters::Missing if self.exact => Some(None),
            Letters::Missing | Letters::Broken => None,
        };
        let number = self.number;
        let kinds = self.kinds.iter().filter(|_| self.escapes == 0);
        kinds.filter_map(move |&kind| Some(Token { kind, number, check: check? }))
    }
}

/// What comes next in a text.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// Something of the shape of a token.
    Shape(Shape),
    /// From here on it may still become one.
    Open(usize),
    /// Nothing up to the end.
    Nothing,
}

/// Everything of the shape of a token, in order. They cannot overlap.
pub(crate) fn shapes(text: &str) -> Vec<Shape> {
    let mut found = Vec::new();
    // A token has a digit; most texts are told apart by this alone.
    if !text.bytes().any(|byte| byte.is_ascii_digit() || !byte.is_ascii()) {
        return found;
    }
    let mut from = 0;
    let mut before = None;
    while let Next::Shape(shape) = next(&BRACES, text, from, before, true) {
        from = shape.end;
        before = text.get(..from).and_then(|it| it.chars().next_back());
        found.push(shape);
    }
    found
}

/// The next shape of `text` from byte `from` on, where `before` is the character before it.
/// `last` says that nothing follows the text.
///
/// INVARIANT: an answer that looked at the end of a text that goes on is `Open`, so that any
/// cutting of a text leads to the same shapes.
pub(crate) fn next(
    grammar: &Grammar,
    text: &str,
    from: usize,
    mut before: Option<char>,
    last: bool,
) -> Next {
    let mut at = from;
    while let Some(c) = text.get(at..).and_then(|rest| rest.chars().next()) {
        // Nothing begins inside a word: its letters are not counted from each of them again.
        let begins = !before.is_some_and(joins);
        if begins && let Some(end) = plain_word(text, at) {
            before = last_letter(text, end);
            at = end;
            continue;
        }
        let opens = grammar.open.iter().any(|(form, _)| form.starts_with(c));
        if opens || (c.is_alphabetic() && begins) {
            match attempt(grammar, text, at, before, last) {
                Read::Is(shape) => return Next::Shape(shape),
                Read::Open => return Next::Open(at),
                Read::Not => {}
            }
        }
        before = Some(c);
        at += c.len_utf8();
    }
    Next::Nothing
}

/// Where the English letters from `at` on end, when what follows them rules out that they name a
/// token. Nearly every word of a text ends so, and costs no attempt.
fn plain_word(text: &str, at: usize) -> Option<usize> {
    let rest = text.as_bytes().get(at..)?;
    let letters = rest.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
    let after = rest.get(letters).filter(|_| letters > 0)?;
    // What can stand between a kind and its number, or belong to a longer word.
    let goes_on = !after.is_ascii() || matches!(after, b'_' | b'-' | b'\\' | b'%' | b'&');
    (!goes_on).then_some(at + letters)
}

fn last_letter(text: &str, end: usize) -> Option<char> {
    text.as_bytes().get(end.checked_sub(1)?).copied().map(char::from)
}

/// Whether a letter beside a word belongs to it. Chinese and its neighbours write without gaps.
fn joins(c: char) -> bool {
    c.is_alphanumeric() && c < '\u{2e80}'
}

fn attempt(
    grammar: &Grammar,
    text: &str,
    start: usize,
    before: Option<char>,
    last: bool,
) -> Read<Shape> {
    let mut cursor = Cursor::new(text, start);
    let shape = read(grammar, &mut cursor, start, before);
    // A dead end stays one, whatever follows.
    match shape {
        Err(()) => Read::Not,
        Ok(_) if cursor.saw_the_end() && !last => Read::Open,
        Ok(shape) => shape.map_or(Read::Not, Read::Is),
    }
}

/// `Err` when no token can begin here, whatever follows; `Ok(None)` when none does if the text
/// ends here.
fn read(
    grammar: &Grammar,
    cursor: &mut Cursor<'_>,
    start: usize,
    before: Option<char>,
) -> Result<Option<Shape>, ()> {
    let open = grammar.open.iter().find(|(form, _)| cursor.eat(form)).map(|(_, writing)| *writing);
    if open.is_none() && cursor.saw_the_end() {
        return Ok(None);
    }
    let mut escapes = 0;
    while open.is_some() && cursor.eat("!") {
        escapes += 1;
        if escapes > MOST_ESCAPES {
            return Err(());
        }
    }
    if open.is_some() {
        cursor.decoration(4);
    }
    let Some(word) = cursor.kind_word(open.is_some())? else { return Ok(None) };
    let kinds: Vec<Kind> = super::words::kinds_of(&word).collect();
    if kinds.is_empty() {
        return Err(());
    }
    let Some(number) = cursor.number()? else { return Ok(None) };
    if open.is_some() {
        cursor.separators(true, 2);
    }
    let (letters, mut suffix) = cursor.letters(grammar.letters);
    if open.is_none() && !matches!(letters, Letters::Whole(_)) {
        return if cursor.saw_the_end() { Ok(None) } else { Err(()) };
    }
    if suffix.is_empty() && open.is_some() {
        suffix = ["'s", "’s"].into_iter().find(|form| cursor.eat(form)).unwrap_or_default();
    }
    let Some(closed) = close(grammar, cursor, open, before) else {
        return if cursor.saw_the_end() { Ok(None) } else { Err(()) };
    };
    let written = cursor.since(start);
    let as_written_here = |kind: &Kind| {
        let (open, close) = (grammar.open.first(), grammar.close.first());
        let (open, close) = (open.map_or("", |it| it.0), close.map_or("", |it| it.0));
        let check = match letters {
            Letters::Whole(check) => String::from_utf8_lossy(&check).into_owned(),
            _ => String::new(),
        };
        let check = check.get(..grammar.letters.min(check.len())).unwrap_or_default();
        let bangs = "!".repeat(escapes);
        written == format!("{open}{bangs}{}_{number}{check}{close}", kind.name())
    };
    let whole = closed && suffix.is_empty() && letters != Letters::Broken;
    let exactly = kinds.iter().copied().filter(|_| whole).find(as_written_here);
    let own = Kind::ALL.iter().any(|kind| kind.name().replace('_', "").eq_ignore_ascii_case(&word));
    Ok(Some(Shape {
        start,
        end: start + written.len(),
        kinds: exactly.map_or(kinds, |kind| vec![kind]),
        number,
        letters,
        escapes,
        exact: exactly.is_some(),
        braced: open.is_some(),
        meant: open.is_some() || own,
        writing: open.unwrap_or(Writing::Plain),
        suffix,
    }))
}

/// More escapes than that are no escapes of ours.
const MOST_ESCAPES: usize = 24;

/// Reads what closes a token; `None` when it does not end here. Tells whether a brace was there.
fn close(
    grammar: &Grammar,
    cursor: &mut Cursor<'_>,
    open: Option<Writing>,
    before: Option<char>,
) -> Option<bool> {
    let here = cursor.at();
    // A brace that closes what the text around opened is not ours: `{"to":NAME_3kd}`.
    let lost_open = open.is_none() && !before.is_some_and(|c| ":,[{\"".contains(c));
    let closing = || grammar.close.iter();
    if open.is_some() || lost_open {
        let mut found = closing().find(|(form, _)| cursor.eat(form));
        if found.is_none() && open.is_some() {
            cursor.decoration(4);
            found = closing().find(|(form, _)| cursor.eat(form));
        }
        let found = found.map(|(_, writing)| *writing);
        // What the person typed before a token can look like an escape of its brace.
        let fits = open != Some(Writing::Escaped) || found == Some(Writing::Escaped);
        if found.is_some() && fits {
            return Some(true);
        }
    }
    cursor.back_to(here);
    let follows = cursor.peek();
    let underscore = follows == Some('_') && before != Some('_');
    let ends = !follows.is_some_and(joins) && !underscore;
    (ends && open != Some(Writing::Escaped)).then_some(false)
}
