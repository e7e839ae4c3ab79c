//! The third way out: tokens restored for one viewer's screen, in one pass.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fmt;

use zeroize::Zeroizing;

use crate::detector::{Kind, Layer};
use crate::principal::Viewer;
use crate::token::{BRACES, Covered, Next, Shape, Token, TokenTable, Writing, next};
use crate::wire::percent_encode;

/// A part of a shown text.
#[derive(Clone, PartialEq, Eq)]
pub enum Piece {
    /// Text that the model wrote or saw as it is.
    Plain(String),
    /// A value the model did not see.
    Restored {
        /// The token that stood here.
        token: String,
        /// What it is.
        kind: Kind,
        /// Which layer found it.
        layer: Layer,
        /// The value.
        value: String,
    },
}

/// Text restored for one viewer's screen.
#[derive(Clone, PartialEq, Eq)]
pub struct Shown {
    pieces: Vec<Piece>,
}

impl Shown {
    /// Nothing to read.
    pub fn nothing() -> Self {
        Self { pieces: Vec::new() }
    }

    /// Its parts, in order.
    pub fn pieces(&self) -> &[Piece] {
        &self.pieces
    }

    /// The whole text as the viewer reads it.
    pub fn text(&self) -> String {
        let parts = self.pieces.iter().map(|piece| match piece {
            Piece::Plain(text) => text.as_str(),
            Piece::Restored { value, .. } => value.as_str(),
        });
        parts.collect()
    }

    /// Whether there is nothing to read.
    pub fn is_empty(&self) -> bool {
        self.pieces.is_empty()
    }

    /// Appends what follows.
    pub fn extend(&mut self, more: Self) {
        for piece in more.pieces {
            match (self.pieces.last_mut(), piece) {
                (Some(Piece::Plain(text)), Piece::Plain(next)) => text.push_str(&next),
                (_, piece) => self.pieces.push(piece),
            }
        }
    }

    pub(crate) fn of_text(text: String) -> Self {
        Self { pieces: vec![Piece::Plain(text)] }
    }

    fn push_plain(&mut self, text: &str) {
        if !text.is_empty() {
            self.extend(Self::of_text(text.to_owned()));
        }
    }
}

impl fmt::Debug for Piece {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Plain(text) => write!(f, "Plain({} bytes)", text.len()),
            Self::Restored { token, .. } => write!(f, "Restored({token})"),
        }
    }
}

impl fmt::Debug for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Shown({} pieces)", self.pieces.len())
    }
}

/// Restores a text in whatever pieces it arrives, holding back only what may still become a
/// token. Any cutting of the text gives the same output.
pub struct ShowStream {
    visible: BTreeMap<Token, (Zeroizing<String>, Layer)>,
    held: String,
    /// The last character before what is held.
    before: Option<char>,
    left: u64,
}

impl ShowStream {
    pub(crate) fn new(table: &TokenTable, viewer: &Viewer<'_>) -> Self {
        let (visible, held) = (BTreeMap::new(), String::new());
        let mut stream = Self { visible, held, before: None, left: 0 };
        stream.know(table.covered(), viewer);
        stream
    }

    pub(crate) fn know(&mut self, covered: &[Covered], viewer: &Viewer<'_>) {
        let visible = covered.iter().filter(|covered| may_see(viewer, covered));
        self.visible.extend(visible.map(|it| (it.token, (it.value.clone(), it.layer))));
    }

    /// Shows no address that outsiders may have written, nor what could become a part of one:
    /// for answers, which clients show as Markdown and whose images they load.
    pub(crate) fn without_addresses(mut self, table: &TokenTable) -> Self {
        for covered in table.covered().iter().filter(|it| it.label.is_tainted()) {
            if may_make_an_address(covered.token.kind(), &covered.value)
                && let Some((value, _)) = self.visible.get_mut(&covered.token)
            {
                *value = Zeroizing::new(REMOVED.to_owned());
            }
        }
        self
    }

    /// Takes the next piece of masked text, gives what can be shown of all so far.
    pub fn push(&mut self, masked: &str) -> Shown {
        self.held.push_str(masked);
        self.drain(false)
    }

    /// Gives what was held back.
    pub fn finish(&mut self) -> Shown {
        self.drain(true)
    }

    /// How many tokens were left as they stood: unknown, bent beyond doubt, or not for this
    /// viewer.
    pub fn left(&self) -> u64 {
        self.left
    }

    fn drain(&mut self, last: bool) -> Shown {
        let held = std::mem::take(&mut self.held);
        let mut shown = Shown::nothing();
        let mut from = 0;
        let kept = loop {
            match next(&BRACES, &held, from, self.before, last) {
                Next::Shape(shape) => {
                    self.pass(&mut shown, &held, from, shape.start);
                    self.restore(&mut shown, &held, &shape);
                    self.before = last_char(&held, shape.end);
                    from = shape.end;
                }
                Next::Open(at) => break at,
                Next::Nothing => break held.len(),
            }
        };
        self.pass(&mut shown, &held, from, kept);
        held.get(kept..).unwrap_or_default().clone_into(&mut self.held);
        shown
    }

    fn pass(&mut self, shown: &mut Shown, held: &str, from: usize, to: usize) {
        shown.push_plain(held.get(from..to).unwrap_or_default());
        if to > from {
            self.before = last_char(held, to);
        }
    }

    fn restore(&mut self, shown: &mut Shown, held: &str, shape: &Shape) {
        let written = held.get(shape.start..shape.end).unwrap_or_default();
        let mut found = shape.tokens().filter_map(|it| Some((it, self.visible.get(&it)?)));
        match (found.next(), found.next()) {
            (Some((token, (value, layer))), None) => {
                shown.pieces.push(Piece::Restored {
                    token: token.to_string(),
                    kind: token.kind(),
                    layer: *layer,
                    value: written_as(shape.writing, value),
                });
                shown.push_plain(shape.suffix);
            }
            // Escaped when it came in: one `!` less on the way out.
            _ if shape.exact && shape.escapes > 0 => {
                shown.push_plain(&written.replacen('!', "", 1));
            }
            _ => {
                self.left += u64::from(shape.meant && shape.escapes == 0);
                shown.push_plain(written);
            }
        }
    }
}

fn last_char(text: &str, end: usize) -> Option<char> {
    text.get(..end).and_then(|it| it.chars().next_back())
}

/// A value where its token was written for an address or a JSON string.
fn written_as(writing: Writing, value: &str) -> String {
    match writing {
        Writing::Plain | Writing::Escaped => value.to_owned(),
        Writing::Percent => percent_encode(value),
        Writing::Json => {
            let quoted = serde_json::Value::from(value).to_string();
            quoted.get(1..quoted.len().saturating_sub(1)).unwrap_or_default().to_owned()
        }
    }
}

impl fmt::Debug for ShowStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ShowStream({} held)", self.held.len())
    }
}

/// What stands where an address of outsiders stood.
const REMOVED: &str = "[address removed]";

fn may_make_an_address(kind: Kind, value: &str) -> bool {
    let lower = value.trim().to_ascii_lowercase();
    let marks = ["//", "\\", "&#", "www.", "http", "mailto", "](", "<"];
    kind == Kind::Url
        || marks.iter().any(|mark| lower.contains(mark))
        || lower.starts_with(['/', ':'])
        || lower.ends_with(['/', ':'])
}

/// A value is shown to those its label admits, and only while Salesforce still lets them see
/// one of the fields it was read from.
pub(crate) fn may_see(viewer: &Viewer<'_>, covered: &Covered) -> bool {
    let places = covered.label.provenance();
    covered.label.readers().admit(viewer.person)
        && (places.is_empty()
            || places.iter().any(|place| viewer.rights.may_read(&place.object, &place.field)))
}
