//! The third way out: tokens restored for one viewer's screen, in one pass.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fmt;

use zeroize::Zeroizing;

use crate::detector::{Kind, Layer};
use crate::principal::Viewer;
use crate::token::{Covered, Token, TokenTable, longest_open, shapes};

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
}

impl ShowStream {
    pub(crate) fn new(table: &TokenTable, viewer: &Viewer<'_>) -> Self {
        let visible = table.covered().iter().filter(|covered| may_see(viewer, covered));
        let visible = visible.map(|it| (it.token, (it.value.clone(), it.layer)));
        Self { visible: visible.collect(), held: String::new() }
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
        let ready = longest_open(&self.held);
        let rest = self.held.split_off(ready);
        let text = std::mem::replace(&mut self.held, rest);
        self.restore(&text)
    }

    /// Gives what was held back.
    pub fn finish(&mut self) -> Shown {
        let text = std::mem::take(&mut self.held);
        self.restore(&text)
    }

    fn restore(&self, text: &str) -> Shown {
        let mut shown = Shown::nothing();
        let mut from = 0;
        for shape in shapes(text) {
            shown.push_plain(text.get(from..shape.start).unwrap_or_default());
            from = shape.end;
            let written = text.get(shape.start..shape.end).unwrap_or_default();
            match self.visible.get(&shape.token) {
                Some((value, layer)) if shape.escapes == 0 => {
                    shown.pieces.push(Piece::Restored {
                        token: written.to_owned(),
                        kind: shape.token.kind(),
                        layer: *layer,
                        value: value.to_string(),
                    });
                }
                // Escaped when it came in: one `!` less on the way out.
                _ if shape.escapes > 0 => shown.push_plain(&written.replacen('!', "", 1)),
                _ => shown.push_plain(written),
            }
        }
        shown.push_plain(text.get(from..).unwrap_or_default());
        shown
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
