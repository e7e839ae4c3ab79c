//! Masking a text in whatever pieces it arrives.

#[cfg(test)]
mod tests;

use std::fmt;
use std::ops::Range;

use crate::conversation::Conversation;
use crate::detector::{Detector, Finding, Kind};
use crate::label::Label;
use crate::raw::Raw;

use super::{MaskError, Masked, Span, ends_before, left_of, slice, uncut, whole_tokens};

/// Bytes before what is masked that are looked at with it: they say what a word is.
const CONTEXT: usize = 320;
/// A sentence is looked at once at least this many bytes came since the last look.
const SENTENCE: usize = 200;
/// Text without an end of a line or a sentence is looked at after so many bytes, at the next space ...
const LONG: usize = 2_000;
/// ... and after so many wherever it is.
const LONGEST: usize = 4_000;
/// A value that goes on beyond this is covered as far as it came.
const MOST: usize = 8_000;
/// Above so many held bytes the next look waits for a quarter more, which keeps the time linear.
const SLOWER: usize = 1_000;
/// Words at the end of a line that the next line may go on with ...
const TAIL_WORDS: usize = 5;
/// ... and their bytes at most.
const TAIL: usize = 64;
/// Bytes held back of text that is looked at in the middle of a word: JSON without a space, an address.
const INSIDE: usize = 256;
/// Capitalised words of no more letters before a full stop may be abbreviations: `Dr.`, `St.`, `J.`
const LONGEST_SHORTENED: usize = 3;
/// Ends of longer ones.
const SHORTENED: [&str; 6] = ["str", "pl", "ave", "blvd", "prof", "apt"];
/// A secret longer than that may be a key of many lines ...
const KEY: usize = 200;
/// ... whose first line, so much of it, says that it is one.
const KEY_LINE: usize = 128;
/// Lines before a table that may be its heading, as far as it is known where it begins ...
const HEAD_LINES: usize = 3;
/// ... and their bytes at most.
const HEAD: usize = 1_500;

/// Masks a text in whatever pieces it arrives. Any cutting of the text gives the same output.
///
/// The text is looked at line by line, a long line sentence by sentence, each with some of what stands before it, and
/// given out up to where a value or a token may still go on: after a line that ends with a sentence nothing is held back,
/// nor after a blank one, at the end of another its last five words (64 bytes), or more where a value reaches into
/// them, never more than [`MaskStream::MOST_HELD`].
///
/// What is out is out: unlike a text masked as a whole, what only a later line tells to be a value is not covered before
/// it, and of a protected passage not its first words. What was covered is covered in all that follows.
pub struct MaskStream {
    /// What was given out last, as it came, and what is held.
    window: String,
    /// Where what is held begins.
    from: usize,
    /// How far the window was searched for a place to look at it.
    searched: usize,
    /// Where it was looked at last.
    looked: usize,
    /// Where it is looked at next at the earliest.
    due: usize,
    /// Whether the window begins as a key does whose end has not come.
    in_key: bool,
    label: Label,
    recall: bool,
}

impl MaskStream {
    /// Most bytes that are held back.
    pub const MOST_HELD: usize = MOST + LONGEST;

    /// Nothing has arrived. Without `recall`, what was covered in other texts is not looked for in this one.
    pub fn new(recall: bool) -> Self {
        let (window, label) = (String::new(), Label::lowest());
        Self { window, from: 0, searched: 0, looked: 0, due: 0, in_key: false, label, recall }
    }

    /// Takes the next piece; gives what can be masked of all so far.
    ///
    /// # Errors
    ///
    /// Fails when a detector cannot look. What was masked before that comes first: ask again, with nothing, when something
    /// came. Nothing that follows comes out.
    pub fn push(
        &mut self,
        conversation: &mut Conversation,
        piece: &Raw<String>,
        detector: &dyn Detector,
    ) -> Result<Masked, MaskError> {
        self.window.push_str(piece.value());
        self.label.absorb(piece.label());
        let (mut out, mut tokens) = (String::new(), 0);
        while let Some(to) = self.next_look() {
            match self.look(conversation, &mut out, to, false, detector) {
                Ok(covered) => tokens += covered,
                // What is masked comes first; the next call meets the same error.
                Err(_) if !out.is_empty() => break,
                Err(error) => return Err(error),
            }
        }
        Ok(Masked::of_treated(out, left_of(&self.label, detector), tokens))
    }

    /// Gives what was held back: nothing follows.
    ///
    /// # Errors
    ///
    /// As [`Self::push`].
    pub fn finish(
        &mut self,
        conversation: &mut Conversation,
        detector: &dyn Detector,
    ) -> Result<Masked, MaskError> {
        let (mut out, mut tokens) = (String::new(), 0);
        while let Some(to) = self.next_look() {
            tokens += self.look(conversation, &mut out, to, false, detector)?;
        }
        tokens += self.look(conversation, &mut out, self.window.len(), true, detector)?;
        Ok(Masked::of_treated(out, left_of(&self.label, detector), tokens))
    }

    /// How many bytes are held back.
    pub fn held(&self) -> usize {
        self.window.len() - self.from
    }

    /// Where the text is to be looked at next, if it came that far.
    ///
    /// INVARIANT: only what stands before that place decides, so that any cutting leads to the same looks.
    fn next_look(&mut self) -> Option<usize> {
        let mut before = slice(&self.window, 0, self.searched).chars().next_back();
        for c in slice(&self.window, self.searched, self.window.len()).chars() {
            self.searched += c.len_utf8();
            let came = self.searched - self.looked;
            let sentence = ends_a_sentence(c) && !c.is_ascii()
                || c.is_whitespace() && before.is_some_and(ends_a_sentence);
            before = Some(c);
            let ends = c == '\n'
                || sentence && came >= SENTENCE
                || c.is_whitespace() && came >= LONG
                || came >= LONGEST;
            if ends && self.searched >= self.due {
                return Some(self.searched);
            }
        }
        None
    }

    /// Looks at what came before `to`, and gives out as much of it as nothing that follows can change.
    fn look(
        &mut self,
        conversation: &mut Conversation,
        out: &mut String,
        to: usize,
        last: bool,
        detector: &dyn Detector,
    ) -> Result<u64, MaskError> {
        let text = slice(&self.window, 0, to);
        let (mut covered, mut key) = (0, self.in_key.then_some(0));
        let done = if slice(text, self.from, to).trim().is_empty() {
            out.push_str(slice(text, self.from, to));
            to
        } else {
            let spans = conversation.table().spans(text, detector, &[], self.recall);
            // Looked at again, with the same result, if it is asked for again.
            let spans = spans.inspect_err(|_| self.searched = self.looked)?;
            key = unfinished_key(text, &spans);
            let whole = whole_tokens(text, self.from, to);
            let done = if last || to - self.from >= MOST && ends_before(&spans, whole) < whole {
                to
            } else if to - self.from >= MOST {
                whole
            } else {
                uncut(text, &[&spans], self.from, settled(text, self.from).min(whole))
            };
            let table = conversation.table_mut();
            let part = self.from..done;
            let (replaced, done) = table.write(out, text, part, spans, &self.label, detector, &[]);
            covered = replaced.len() as u64;
            done
        };
        self.passed(done, to, key);
        Ok(covered)
    }

    /// Forgets what is no longer needed: all but some of what was given out last, and the lines that say what that is, the
    /// heading of a table or how the key at `key` begins.
    fn passed(&mut self, done: usize, to: usize, key: Option<usize>) {
        let given = slice(&self.window, 0, done);
        let key = key.filter(|at| *at < done);
        let head = key.map_or_else(|| heading(given), |at| at..key_line_end(given, at));
        let mut near = given.floor_char_boundary(done.saturating_sub(CONTEXT));
        if key.is_none() && !head.is_empty() {
            // A row of a table begins where a line does.
            near = slice(given, near, done).find('\n').map_or(near, |at| near + at + 1);
        }
        let (first, between) = match (key, head.is_empty()) {
            (Some(at), _) => (at, head.end..near.max(head.end)),
            (None, false) => (head.start.min(near), head.end..near.max(head.end)),
            (None, true) => (near, near..near),
        };
        let gone = first + between.len();
        self.window.drain(between);
        self.window.drain(..first);
        (self.from, self.looked, self.searched) = (done - gone, to - gone, to - gone);
        let held = to - done;
        self.due = self.looked + if held > SLOWER { held / 4 } else { 0 };
        self.in_key = key.is_some();
    }
}

impl fmt::Debug for MaskStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MaskStream<{:?}>({} bytes held)", self.label, self.held())
    }
}

fn ends_a_sentence(c: char) -> bool {
    matches!(c, '.' | '!' | '?' | ';' | ':' | '…' | '。' | '！' | '？' | '؟' | '।' | '۔')
}

/// How far a text that goes on says all about its values: to its end where a line ends with a sentence, else to its last
/// words.
fn settled(text: &str, from: usize) -> usize {
    let bare = text.trim_end();
    let space = slice(text, bare.len(), text.len());
    let line = space.contains('\n');
    let sentence = bare.trim_end_matches(['"', '\'', ')', ']', '”', '’', '»']);
    let eastern = sentence.ends_with(['。', '！', '？']);
    // `Hauptstr. 12` in one line.
    let ended = sentence.ends_with(ends_a_sentence)
        && (line && !shortened(sentence) || !space.is_empty() && !sentence.ends_with('.'));
    let blank = line && is_blank(bare.rsplit('\n').next().unwrap_or_default());
    if space.matches('\n').count() > 1 || blank || eastern || ended {
        return text.len();
    }
    if space.is_empty() {
        return bare.floor_char_boundary(bare.len().saturating_sub(INSIDE).max(from));
    }
    let spaces = slice(bare, from, bare.len()).rmatch_indices(char::is_whitespace);
    let words = spaces.map(|(at, space)| from + at + space.len()).chain([from]);
    let tail = words.take_while(|at| bare.len() - at <= TAIL).take(TAIL_WORDS);
    tail.last().unwrap_or(bare.len())
}

/// Whether the full stop at the end may be one of an abbreviation.
fn shortened(sentence: &str) -> bool {
    let word = sentence.strip_suffix('.').map(|it| it.rsplit(char::is_whitespace).next());
    word.flatten().is_some_and(|word| {
        let short = word.chars().count() <= LONGEST_SHORTENED;
        let folded = word.to_lowercase();
        short && word.starts_with(char::is_uppercase)
            || SHORTENED.iter().any(|end| folded.ends_with(end))
    })
}

/// A line without words, also in quoted mail.
fn is_blank(line: &str) -> bool {
    line.trim_matches(|c: char| c.is_whitespace() || c == '>').is_empty()
}

/// The first lines since the last blank one, if the last line may be a row of a table that they are the heading of.
fn heading(given: &str) -> Range<usize> {
    let (mut head, mut lines, mut at) = (0..0, 0, 0);
    let mut last = "";
    // Of a line that was given out in part, nobody can tell.
    for line in given.split_inclusive('\n').filter(|line| line.ends_with('\n')) {
        at += line.len();
        if is_blank(line) {
            (head, lines) = (at..at, 0);
        } else if lines < HEAD_LINES {
            (head.end, lines) = (at, lines + 1);
        }
        last = line;
    }
    let row = |line: &str| {
        let separators = [',', ';', '\t', '|'].into_iter();
        let count = |line: &str, sign| line.matches(sign).count();
        separators.into_iter().any(|it| (1..=count(last, it)).contains(&count(line, it)))
    };
    let is_heading = head.len() <= HEAD && slice(given, head.start, head.end).lines().any(row);
    if is_heading { head } else { 0..0 }
}

/// Where the key begins that goes on beyond this text.
fn unfinished_key(text: &str, spans: &[Span]) -> Option<usize> {
    let Finding { start, end, kind, .. } = spans.last()?.finding;
    let goes_on = kind == Kind::Secret && end >= text.trim_end().len() && end - start > KEY;
    goes_on.then_some(start)
}

/// Where what says that a key begins at `at` ends: its first line.
fn key_line_end(text: &str, at: usize) -> usize {
    let line = slice(text, at, text.len()).find('\n').map_or(text.len(), |end| at + end + 1);
    text.floor_char_boundary(line.min(at + KEY_LINE))
}
