//! Masking a text in whatever pieces it arrives.

#[cfg(test)]
mod tests;

use std::fmt;

use crate::conversation::{Conversation, permitted};
use crate::detector::Detector;
use crate::label::Label;
use crate::raw::Raw;
use crate::token::{BRACES, Next, next};

use super::{MaskError, Masked, ends_before, left_of, slice};

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

/// Masks a text in whatever pieces it arrives. Any cutting of the text gives the same output.
///
/// The text is looked at line by line and sentence by sentence, each with some of what stands before it, and given out
/// up to where a value or a token may still go on: after a finished sentence nothing is held back, at the end of a
/// line that runs on its last five words (64 bytes), or more where a value reaches into them, never more than
/// [`MaskStream::MOST_HELD`].
///
/// What is out is out: unlike a text masked as a whole, what only a later line tells to be a value is not covered before
/// it. What was covered is covered in all that follows.
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
    label: Label,
    recall: bool,
}

impl MaskStream {
    /// Most bytes that are held back.
    pub const MOST_HELD: usize = MOST + LONGEST;

    /// Nothing has arrived. Without `recall`, what was covered in other texts is not looked for in this one.
    pub fn new(recall: bool) -> Self {
        let (window, label) = (String::new(), Label::lowest());
        Self { window, from: 0, searched: 0, looked: 0, due: 0, label, recall }
    }

    /// Takes the next piece; gives what can be masked of all so far.
    ///
    /// # Errors
    ///
    /// Fails when a detector cannot look, or when the text repeats a passage of a protected document. What was given
    /// out before stays out, and nothing that follows comes out.
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
        let mut covered = 0;
        let done =
            if slice(text, self.from, to).trim().is_empty() {
                out.push_str(slice(text, self.from, to));
                to
            } else {
                let looked = permitted(text, detector)
                    .and_then(|()| conversation.table().spans(text, detector, &[], self.recall));
                // Looked at again, with the same result, if it is asked for again.
                let spans = looked.inspect_err(|_| self.searched = self.looked)?;
                let done =
                    match open_token(text, self.from).filter(|_| !last).unwrap_or(to) {
                        open if last || to - self.from >= MOST => {
                            if ends_before(&spans, open) == open { open } else { to }
                        }
                        open => ends_before(&spans, settled(text, self.from).min(open)),
                    };
                let part = self.from..done.max(self.from);
                let table = conversation.table_mut();
                let (replaced, done) =
                    table.write(out, text, part, spans, &self.label, detector, &[]);
                covered = replaced.len() as u64;
                done
            };
        self.passed(done, to);
        Ok(covered)
    }

    /// Forgets what is no longer needed.
    fn passed(&mut self, done: usize, to: usize) {
        let held = to - done;
        let wait = if held > SLOWER { held / 4 } else { 0 };
        let from = self.window.floor_char_boundary(done.saturating_sub(CONTEXT));
        self.window.drain(..from);
        (self.from, self.looked, self.searched) = (done - from, to - from, to - from);
        self.due = self.looked + wait;
    }
}

impl fmt::Debug for MaskStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MaskStream<{:?}>({} bytes held)", self.label, self.held())
    }
}

fn ends_a_sentence(c: char) -> bool {
    matches!(c, '.' | '!' | '?' | ';' | ':' | '…' | '。' | '！' | '？')
}

/// How far a text that goes on says all about its values: to its end where a sentence ends, else to its last words.
fn settled(text: &str, from: usize) -> usize {
    let bare = text.trim_end();
    let space = slice(text, bare.len(), text.len());
    let last_word = bare.rsplit(char::is_whitespace).next().unwrap_or_default();
    let shortened = last_word.strip_suffix('.').is_some_and(|it| {
        it.starts_with(char::is_uppercase) && it.chars().count() <= LONGEST_SHORTENED
    });
    let ended = bare.ends_with(ends_a_sentence) && !shortened;
    let eastern = ended && !bare.ends_with(|c: char| c.is_ascii());
    if space.matches('\n').count() > 1 || eastern || ended && !space.is_empty() {
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

/// Where something begins that may become a token.
fn open_token(text: &str, mut from: usize) -> Option<usize> {
    let mut before = slice(text, 0, from).chars().next_back();
    loop {
        match next(&BRACES, text, from, before, false) {
            Next::Shape(shape) => {
                from = shape.end;
                before = slice(text, 0, from).chars().next_back();
            }
            Next::Open(at) => return Some(at),
            Next::Nothing => return None,
        }
    }
}
