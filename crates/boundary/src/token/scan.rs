//! Finding token-shaped text: `{`, any number of `!`, a kind, `_`, a number, `}`.
//!
//! The `!` are the escape. Text that comes in and has the shape of a token gets one more, and
//! loses one on its way out, so nobody can type a token and get another's value back.

use super::Token;
use crate::detector::Kind;

/// The longest text between `{` and `}` that can be a token with a few escapes.
const LONGEST: usize = 48;

/// Token-shaped text: where it stands, how often it is escaped, what it names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Shape {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) escapes: usize,
    pub(crate) token: Token,
}

/// Every token-shaped range, in order. They cannot overlap.
pub(crate) fn shapes(text: &str) -> Vec<Shape> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(start) = text.get(from..).and_then(|rest| rest.find('{')).map(|at| at + from) {
        let shape = text.get(start..).and_then(|rest| shape_at(rest, start));
        from = shape.map_or(start + 1, |shape| shape.end);
        found.extend(shape);
    }
    found
}

fn shape_at(rest: &str, start: usize) -> Option<Shape> {
    let inner_end = rest.bytes().take(LONGEST).position(|byte| byte == b'}')?;
    let inner = rest.get(1..inner_end)?;
    let bare = inner.trim_start_matches('!');
    let (kind, number) = bare.rsplit_once('_')?;
    let kind = Kind::parse(kind)?;
    // A leading zero would give one token two spellings.
    let plain = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
    let number =
        if plain && !number.starts_with('0') { number.parse().ok()? } else { return None };
    Some(Shape {
        start,
        end: start + inner_end + 1,
        escapes: inner.len() - bare.len(),
        token: Token { kind, number },
    })
}

/// Where text that may still become token-shaped begins: the start of the tail that a stream
/// has to hold back. The length of the text when there is none.
pub(crate) fn longest_open(text: &str) -> usize {
    let Some(start) = text.rfind('{') else { return text.len() };
    let tail = text.get(start + 1..).unwrap_or_default();
    let open = tail.len() < LONGEST && could_begin(tail.trim_start_matches('!'));
    if open { start } else { text.len() }
}

fn could_begin(bare: &str) -> bool {
    Kind::ALL.into_iter().any(|kind| {
        let name = kind.name();
        name.starts_with(bare)
            || bare.strip_prefix(name).is_some_and(|rest| {
                rest.is_empty()
                    || rest
                        .strip_prefix('_')
                        .is_some_and(|number| number.bytes().all(|b| b.is_ascii_digit()))
            })
    })
}
