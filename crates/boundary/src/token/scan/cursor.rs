//! Reading forward, and knowing whether the end of the text took part in an answer.

use super::Letters;
use crate::token::check::letter_of;
use crate::token::words::begins_a_word;

/// The longest word for a kind, in bytes.
const LONGEST_WORD: usize = 80;
/// Digits of the largest number.
const MOST_DIGITS: usize = 10;

/// What an attempt came to.
#[derive(Debug)]
pub(super) enum Read<T> {
    /// It is there.
    Is(T),
    /// More text has to decide.
    Open,
    /// It is not there, whatever follows.
    Not,
}

pub(super) struct Cursor<'a> {
    text: &'a str,
    at: usize,
    saw_the_end: bool,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(text: &'a str, at: usize) -> Self {
        Self { text, at, saw_the_end: false }
    }

    pub(super) fn at(&self) -> usize {
        self.at
    }

    pub(super) fn back_to(&mut self, at: usize) {
        self.at = at;
    }

    /// Whether an answer could be another one if the text went on.
    pub(super) fn saw_the_end(&self) -> bool {
        self.saw_the_end
    }

    pub(super) fn since(&self, start: usize) -> &'a str {
        self.text.get(start..self.at).unwrap_or_default()
    }

    pub(super) fn peek(&mut self) -> Option<char> {
        let c = self.rest().chars().next();
        self.saw_the_end |= c.is_none();
        c
    }

    pub(super) fn eat(&mut self, form: &str) -> bool {
        let rest = self.rest();
        let here = rest.starts_with(form);
        self.saw_the_end |= !here && form.starts_with(rest);
        self.at += if here { form.len() } else { 0 };
        here
    }

    /// Stars, backticks, gaps: at most so many.
    pub(super) fn decoration(&mut self, most: usize) {
        for _ in 0..most {
            match self.peek() {
                Some(c) if is_decoration(c) => self.at += c.len_utf8(),
                _ => return,
            }
        }
    }

    /// What separates the words of a kind and its number; tells whether there was any.
    pub(super) fn separators(&mut self, braced: bool, most: usize) -> bool {
        let begun = self.at;
        for _ in 0..most {
            let always = ["_", "\\_", "%5F", "%5f", "\\u005f", "\\u005F", "-"];
            let inside = ["%20", "&#95;"];
            let inside = inside.into_iter().filter(|_| braced);
            if always.into_iter().chain(inside).any(|form| self.eat(form)) {
                continue;
            }
            match self.peek() {
                Some(c) if is_invisible(c) => self.at += c.len_utf8(),
                Some(c) if braced && (is_decoration(c) || ".:#".contains(c)) => {
                    self.at += c.len_utf8();
                }
                _ => break,
            }
        }
        self.at > begun
    }

    /// The letters of the words for a kind, lower case, up to its number. `Err` when there is no
    /// such word, whatever follows.
    pub(super) fn kind_word(&mut self, braced: bool) -> Result<Option<String>, ()> {
        let mut word = String::new();
        loop {
            let mut letters = false;
            while let Some(c) = self.peek().filter(|c| c.is_alphabetic()) {
                word.extend(c.to_lowercase());
                self.at += c.len_utf8();
                letters = true;
                if word.len() > LONGEST_WORD {
                    return Err(());
                }
            }
            if self.saw_the_end {
                return if begins_a_word(&word) { Ok(None) } else { Err(()) };
            }
            if !letters {
                return Err(());
            }
            let separated = self.separators(braced, 3);
            let follows = self.peek();
            if self.saw_the_end {
                return if begins_a_word(&word) { Ok(None) } else { Err(()) };
            }
            match follows {
                Some(c) if digit(c).is_some() && (separated || braced) => return Ok(Some(word)),
                Some(c) if c.is_alphabetic() && separated && begins_a_word(&word) => {}
                _ => return Err(()),
            }
        }
    }

    /// A number in the digits of any script that models use.
    pub(super) fn number(&mut self) -> Result<Option<u32>, ()> {
        let mut number: u32 = 0;
        let mut digits = 0;
        while let Some(value) = self.peek().and_then(digit) {
            digits += 1;
            number = number.checked_mul(10).and_then(|it| it.checked_add(value)).ok_or(())?;
            if digits > MOST_DIGITS {
                return Err(());
            }
            self.at += self.rest().chars().next().map_or(0, char::len_utf8);
        }
        if self.saw_the_end { Ok(None) } else { Ok(Some(number)) }
    }

    /// The letters of the check, and the plural that may follow them.
    pub(super) fn letters(&mut self, count: usize) -> (Letters, &'static str) {
        let mut run = Vec::new();
        while let Some(c) = self.peek().map(narrow).filter(char::is_ascii_alphabetic) {
            if run.len() > count + 1 {
                break;
            }
            run.push(c);
            self.at += self.rest().chars().next().map_or(0, char::len_utf8);
        }
        let plural =
            run.len() == count + 1 && run.last().is_some_and(|c| c.eq_ignore_ascii_case(&'s'));
        let suffix = if plural { run.pop().map_or("", |_| "s") } else { "" };
        let checked: Option<Vec<u8>> = run.iter().map(|&c| letter_of(c)).collect();
        match checked {
            Some(found) if found.len() == count => {
                let letter = |at: usize| found.get(at).copied().unwrap_or_default();
                (Letters::Whole([letter(0), letter(1)]), suffix)
            }
            Some(found) if found.is_empty() => (Letters::Missing, suffix),
            _ => (Letters::Broken, suffix),
        }
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }
}

fn is_decoration(c: char) -> bool {
    matches!(c, ' ' | '\u{a0}' | '*' | '_' | '`' | '~') || is_invisible(c)
}

fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}')
}

fn digit(c: char) -> Option<u32> {
    let zeros = ['0', '\u{660}', '\u{6f0}', '\u{966}', '\u{ff10}'];
    zeros.into_iter().find_map(|zero| (c as u32).checked_sub(zero as u32).filter(|it| *it < 10))
}

/// A full-width letter as a plain one.
fn narrow(c: char) -> char {
    match c {
        '\u{ff21}'..='\u{ff3a}' | '\u{ff41}'..='\u{ff5a}' => {
            char::from_u32(c as u32 - 0xfee0).unwrap_or(c)
        }
        _ => c,
    }
}
