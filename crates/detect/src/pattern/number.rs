//! Runs of digits with the separators people put between them.

use std::ops::Deref;

use crate::text::{Doc, Shape, Token, fold};

/// Digits kept of a run; longer runs are no number of a person.
const MOST: usize = 24;

/// What there is one of for each digit at most, kept in place: runs are read too often to ask for memory each time.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Few<T> {
    all: [T; MOST],
    len: usize,
}

impl<T> Few<T> {
    /// Adds one where there is room; tells whether there was.
    fn push(&mut self, one: T) -> bool {
        let Some(place) = self.all.get_mut(self.len) else { return false };
        *place = one;
        self.len += 1;
        true
    }

    fn truncate(&mut self, len: usize) {
        self.len = self.len.min(len);
    }

    pub(crate) fn as_slice(&self) -> &[T] {
        self
    }
}

impl<T: Copy + Default> Few<T> {
    /// No more of them than there is room for.
    pub(crate) fn of(some: &[T]) -> Self {
        let mut few = Self { all: [T::default(); MOST], len: some.len().min(MOST) };
        few.all.iter_mut().zip(some).for_each(|(place, one)| *place = *one);
        few
    }

    /// Takes out the one at `at`.
    pub(crate) fn remove(&mut self, at: usize) {
        let (before, after) = (self.get(..at), self.get(at + 1..));
        if let (Some(before), Some(after)) = (before, after) {
            *self = Self::of(&[before, after].concat());
        }
    }
}

impl<T> Deref for Few<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        self.all.get(..self.len).unwrap_or_default()
    }
}

/// One group of digits in a run.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Group {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) digits: usize,
}

/// Digits in groups: `+44 (0)20 7946 0000`.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "signs of how a row is written, each by itself")]
pub(crate) struct Run {
    /// First byte, a leading `+` or `(` included.
    pub(crate) start: usize,
    /// One past the last digit, or past a closing parenthesis.
    pub(crate) end: usize,
    /// Index of the first word in the document.
    pub(crate) index: usize,
    /// Index of the first word after the run.
    pub(crate) next: usize,
    pub(crate) digits: Few<u8>,
    pub(crate) groups: Few<Group>,
    /// The lengths of the groups, told once: INVARIANT: as `groups` has them.
    pub(crate) layout: Few<usize>,
    pub(crate) plus: bool,
    /// The separators between groups, first character each.
    pub(crate) separators: Few<char>,
    /// Whether a parenthesis stands in the run.
    pub(crate) parens: bool,
    /// Whether it begins with one.
    pub(crate) opened: bool,
    /// Whether more digits follow than were kept.
    pub(crate) cut: bool,
}

impl Run {
    /// Reads the run that begins at word `index`, which must be digits.
    pub(crate) fn read(doc: &Doc<'_>, index: usize) -> Option<Self> {
        let first = doc.token(index)?;
        let mut run = Self {
            start: first.start,
            end: first.end,
            index,
            next: index,
            digits: Few::default(),
            groups: Few::default(),
            layout: Few::default(),
            plus: false,
            separators: Few::default(),
            parens: false,
            opened: false,
            cut: false,
        };
        run.take_prefix(doc);
        let mut at = index;
        while let Some(token) = doc.token(at) {
            let Some(word) = digits_of(doc, token) else { break };
            if let Some(last) = run.groups.last() {
                let between = doc.span(last.end, token.start);
                let Some(separator) = joins(between) else { break };
                run.separators.push(separator);
                run.parens |= between.contains(['(', ')']);
            }
            let before = run.digits.len();
            if !word.chars().filter_map(fold::digit).all(|digit| run.digits.push(digit)) {
                run.digits.truncate(before);
                run.separators.truncate(run.groups.len().saturating_sub(1));
                run.cut = true;
                break;
            }
            run.end = token.start + word.len();
            run.groups.push(Group {
                start: token.start,
                end: run.end,
                digits: run.digits.len() - before,
            });
            run.layout.push(run.digits.len() - before);
            at += 1;
            if run.end < token.end {
                break;
            }
        }
        run.next = at;
        if run.groups.is_empty() {
            return None;
        }
        Some(run)
    }

    fn take_prefix(&mut self, doc: &Doc<'_>) {
        for _ in 0..2 {
            match doc.char_before(self.start) {
                Some(c @ ('(' | '（')) => {
                    self.parens = true;
                    self.opened = true;
                    self.start -= c.len_utf8();
                }
                Some(c @ ('+' | '＋')) => {
                    self.plus = true;
                    self.start -= c.len_utf8();
                }
                _ => return,
            }
        }
    }

    /// The run cut to its groups `from..to`.
    pub(crate) fn part(&self, from: usize, to: usize) -> Option<Self> {
        let groups = Few::of(self.groups.get(from..to)?);
        let skip: usize = self.groups.iter().take(from).map(|g| g.digits).sum();
        let count: usize = groups.iter().map(|g| g.digits).sum();
        let first = groups.first()?;
        let last = groups.last()?;
        Some(Self {
            start: if from == 0 { self.start } else { first.start },
            end: last.end,
            index: self.index + from,
            next: self.index + to,
            digits: Few::of(self.digits.get(skip..skip + count)?),
            plus: self.plus && from == 0,
            separators: Few::of(
                self.separators.get(from..to.saturating_sub(1)).unwrap_or_default(),
            ),
            parens: self.parens,
            opened: self.opened && from == 0,
            cut: false,
            groups,
            layout: Few::of(self.layout.get(from..to)?),
        })
    }

    /// How many digits stand before the first parenthesis; none when it opens the run.
    pub(crate) fn digits_before_parenthesis(&self) -> usize {
        let at = self.separators.iter().position(|it| matches!(it, '(' | ')'));
        match at {
            Some(at) if !self.opened => self.groups.iter().take(at + 1).map(|it| it.digits).sum(),
            _ => 0,
        }
    }

    /// How many digits.
    pub(crate) fn len(&self) -> usize {
        self.digits.len()
    }

    /// The digit at `index`, counted from 0.
    pub(crate) fn digit(&self, index: usize) -> u8 {
        self.digits.get(index).copied().unwrap_or(0)
    }

    /// The first digits as one number.
    pub(crate) fn prefix(&self, count: usize) -> u32 {
        number(self.digits.iter().take(count))
    }

    /// The value of one group.
    pub(crate) fn value(&self, group: usize) -> Option<u32> {
        let skip: usize = self.groups.iter().take(group).map(|g| g.digits).sum();
        let count = self.groups.get(group)?.digits;
        (count <= 9).then(|| number(self.digits.iter().skip(skip).take(count)))
    }

    /// Whether every separator is `c`.
    pub(crate) fn separated_by(&self, c: char) -> bool {
        !self.separators.is_empty() && self.separators.iter().all(|s| *s == c)
    }

    /// The range of the text.
    pub(crate) fn range(&self) -> (usize, usize) {
        (self.start, self.end)
    }
}

fn number<'a>(digits: impl Iterator<Item = &'a u8>) -> u32 {
    digits.fold(0, |n: u32, d| n.wrapping_mul(10).wrapping_add(u32::from(*d)))
}

/// The digits that a word begins with, when it is a number or a number with an extension: `0515x617`.
pub(crate) fn digits_of<'t>(doc: &Doc<'t>, token: &Token) -> Option<&'t str> {
    match token.shape {
        Shape::Digits => Some(doc.word(token)),
        Shape::Alnum => {
            let word = doc.word(token);
            let (number, extension) = word.split_once(['x', 'X'])?;
            let numeric = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
            (numeric(number) && numeric(extension) && number.len() >= 2 && word.len() >= 5)
                .then_some(number)
        }
        _ => None,
    }
}

/// The separator when these characters may stand inside one number.
fn joins(between: &str) -> Option<char> {
    let mut kept = None;
    let mut count = 0;
    for c in between.chars() {
        count += 1;
        match c {
            ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}' | '\u{3000}' => kept = kept.or(Some(' ')),
            '-' | '‐' | '‑' | '–' | '−' | '－' | '.' | '/' | '(' | ')' | '（' | '）' | '·'
            | ':' => {
                let plain = match c {
                    '‐' | '‑' | '–' | '−' | '－' => '-',
                    '（' => '(',
                    '）' => ')',
                    other => other,
                };
                kept = match kept {
                    None | Some(' ' | '(' | ')') => Some(plain),
                    Some(k) if matches!(plain, '(' | ')') => Some(k),
                    Some(_) => return None,
                };
            }
            _ => return None,
        }
    }
    // ` · ` parts columns; `7·10` does not.
    if count > 4 || count > 1 && kept == Some('·') { None } else { kept }
}
