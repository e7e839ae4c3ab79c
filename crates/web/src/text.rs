//! Text on the page: restored values marked, tokens as chips, Markdown without HTML.
//!
//! What a model writes and what stands in a CRM may be hostile. Nothing here interprets either
//! as HTML, makes a link or loads anything, and no character may hide or reorder its neighbours.

pub(crate) mod blocks;
pub(crate) mod inline;
#[cfg(test)]
mod tests;

use boundary::{Coverage, Kind, Layer, Piece};
use maud::{Markup, html};

pub(crate) use blocks::markdown;

/// Pieces as plain text, restored values marked. Line breaks stay.
pub(crate) fn plain(pieces: &[Piece]) -> Markup {
    html! {
        @for piece in pieces {
            @match piece {
                Piece::Plain(text) => { (legible(text)) }
                Piece::Restored { kind, layer, value, .. } => { (restored(*kind, *layer, value)) }
            }
        }
    }
}

/// A value the model did not see.
pub(crate) fn restored(kind: Kind, layer: Layer, value: &str) -> Markup {
    html! {
        // The stop for the keyboard is what shows the note without a mouse.
        span.restored tabindex="0" { (legible(value)) span.tip { (note(kind, layer)) } }
    }
}

/// What a restored value says of itself.
pub(crate) fn note(kind: Kind, layer: Layer) -> String {
    format!("hidden from the model: {}, by {}", kind.name(), found_by(layer))
}

const fn found_by(layer: Layer) -> &'static str {
    match layer {
        Layer::Field => "the field it stands in",
        Layer::Known => "a value the CRM knows",
        Layer::Memory => "an earlier turn",
        Layer::Pattern => "its form",
        Layer::Model => "a recogniser",
        Layer::House => "a rule of the house",
    }
}

/// Text as a model has it, each token a chip that says what is known of its value.
pub(crate) fn chips(masked: &str, covered: &[Coverage]) -> Markup {
    html! {
        @for part in tokens(masked) {
            @match part {
                Part::Text(text) => { (legible(text)) }
                Part::Token(token) => {
                    @match covered.iter().find(|it| it.token == token) {
                        Some(it) => {
                            span.chip tabindex="0" { (token) span.tip { (note(it.kind, it.layer)) } }
                        }
                        None => { span.chip { (token) } }
                    }
                }
            }
        }
    }
}

enum Part<'a> {
    Text(&'a str),
    Token(&'a str),
}

/// Bytes of a token.
const LONGEST_TOKEN: usize = 64;

/// Splits at what looks like a token (`{EMAIL_3kd}`) of a known kind. Escaped ones (`{!EMAIL_3kd}`)
/// are text that somebody typed.
fn tokens(masked: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut rest = masked;
    let mut searched = 0;
    while let Some(open) = rest.get(searched..).and_then(|tail| tail.find('{')) {
        let open = searched + open;
        let tail = rest.get(open..).unwrap_or_default();
        // No token is longer, and a hostile text may hold many braces.
        let near = tail.get(..tail.floor_char_boundary(LONGEST_TOKEN)).unwrap_or_default();
        let length = near.find('}').map(|at| at + 1);
        match length.and_then(|length| tail.get(..length)).filter(|token| is_token(token)) {
            Some(token) => {
                parts.push(Part::Text(rest.get(..open).unwrap_or_default()));
                parts.push(Part::Token(token));
                rest = tail.get(token.len()..).unwrap_or_default();
                searched = 0;
            }
            None => searched = open + 1,
        }
    }
    parts.push(Part::Text(rest));
    parts
}

fn is_token(text: &str) -> bool {
    let inner = text.strip_prefix('{').and_then(|text| text.strip_suffix('}'));
    inner.and_then(|inner| inner.rsplit_once('_')).is_some_and(|(kind, number)| {
        // Two letters check it; conversations of older gates have none.
        let check = number.trim_start_matches(|c: char| c.is_ascii_digit());
        Kind::parse(kind).is_some()
            && check.len() < number.len()
            && matches!(check.len(), 0 | 2)
            && check.bytes().all(|byte| byte.is_ascii_lowercase())
    })
}

/// The text with every character that could hide or reorder others made visible: what a person
/// approves has to be what they read.
pub(crate) fn legible(text: &str) -> String {
    let mut before = None;
    let mut chars = text.chars().peekable();
    let mut out = String::with_capacity(text.len());
    while let Some(char) = chars.next() {
        // What joins, parts or varies letters has its place in some scripts and none beside ASCII.
        let plain = |it: Option<&char>| it.is_none_or(char::is_ascii);
        let hides = match char {
            '\u{200c}' | '\u{200d}' => plain(before.as_ref()) || plain(chars.peek()),
            '\u{fe00}'..='\u{fe0f}' => plain(before.as_ref()) && chars.peek() != Some(&'\u{20e3}'),
            _ => false,
        };
        out.push(if hides { '\u{fffd}' } else { legible_char(char) });
        before = Some(char);
    }
    out
}

/// U+FFFD for controls, directional overrides, tags and other characters without a shape.
pub(crate) const fn legible_char(char: char) -> char {
    match char {
        '\n' | '\t' => char,
        '\0'..='\u{1f}'
        | '\u{7f}'..='\u{9f}'
        | '\u{ad}'
        | '\u{34f}'
        | '\u{61c}'
        | '\u{115f}'..='\u{1160}'
        | '\u{17b4}'..='\u{17b5}'
        | '\u{180b}'..='\u{180f}'
        | '\u{200b}'
        | '\u{200e}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{2800}'
        | '\u{3164}'
        | '\u{feff}'
        | '\u{ffa0}'
        | '\u{fff0}'..='\u{fffb}'
        | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0000}'..='\u{e0fff}' => '\u{fffd}',
        _ => char,
    }
}
