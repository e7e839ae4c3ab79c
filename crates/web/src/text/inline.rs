//! Marks inside a line: bold, emphasis, code. No links and no images: an address stays text,
//! so that an answer can neither send anyone anywhere nor load anything.

use boundary::Piece;
use maud::{Markup, html};

use super::{legible_char, restored};

/// A character of an answer, or a whole restored value.
#[derive(Clone, Copy)]
pub(crate) enum Glyph<'a> {
    Char(char),
    Value(&'a Piece),
}

pub(crate) fn glyphs(pieces: &[Piece]) -> Vec<Glyph<'_>> {
    let mut found = Vec::new();
    for piece in pieces {
        match piece {
            Piece::Plain(text) => {
                found.extend(
                    text.chars().filter(|&it| it != '\r').map(|it| Glyph::Char(legible_char(it))),
                );
            }
            value @ Piece::Restored { .. } => found.push(Glyph::Value(value)),
        }
    }
    found
}

/// The character, when it is one.
pub(crate) const fn letter(glyph: &Glyph<'_>) -> Option<char> {
    match glyph {
        Glyph::Char(char) => Some(*char),
        Glyph::Value(_) => None,
    }
}

/// Glyphs as they are, as code has them.
pub(crate) fn letters(line: &[Glyph<'_>]) -> Markup {
    runs(line, |text| text)
}

/// Glyphs with the entities that Markdown knows read, which is how a careful writer quotes HTML.
fn words(line: &[Glyph<'_>]) -> Markup {
    // Ampersands last: `&amp;lt;` is the text `&lt;`.
    let entities = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&amp;", "&")];
    runs(line, |text| entities.iter().fold(text, |text, (name, char)| text.replace(name, char)))
}

fn runs(line: &[Glyph<'_>], read: impl Fn(String) -> String) -> Markup {
    html! {
        @for run in line.chunk_by(|one, other| letter(one).is_some() && letter(other).is_some()) {
            @match run {
                [Glyph::Value(Piece::Restored { kind, layer, value, .. })] => { (restored(*kind, *layer, value)) }
                chars => { (read(chars.iter().filter_map(letter).collect())) }
            }
        }
    }
}

/// Beyond this nesting marks stay as they are written.
const DEEPEST: usize = 6;

/// A line with its marks.
pub(crate) fn inline(line: &[Glyph<'_>]) -> Markup {
    marked(line, 0)
}

fn marked(line: &[Glyph<'_>], depth: usize) -> Markup {
    let mut plain = Vec::new();
    let mut out = Vec::new();
    let mut rest = line;
    while let Some((first, after)) = rest.split_first() {
        let found = if depth < DEEPEST { mark(rest, plain.last()) } else { None };
        if let Some(found) = found {
            out.push(words(&std::mem::take(&mut plain)));
            out.push(found.render(depth));
            rest = rest.get(found.length..).unwrap_or_default();
        } else if letter(first) == Some('\\')
            && after.first().and_then(letter).is_some_and(|it| it.is_ascii_punctuation())
        {
            plain.extend(after.first());
            rest = after.get(1..).unwrap_or_default();
        } else {
            plain.push(*first);
            rest = after;
        }
    }
    out.push(words(&plain));
    html! { @for part in &out { (part) } }
}

enum Style {
    Strong,
    Emphasis,
    Code,
}

struct Mark<'a> {
    style: Style,
    inside: &'a [Glyph<'a>],
    length: usize,
}

impl Mark<'_> {
    fn render(&self, depth: usize) -> Markup {
        match self.style {
            Style::Strong => html! { strong { (marked(self.inside, depth + 1)) } },
            Style::Emphasis => html! { em { (marked(self.inside, depth + 1)) } },
            Style::Code => html! { code { (letters(self.inside)) } },
        }
    }
}

/// The mark that `rest` begins with. `before` is what stands in front of it.
fn mark<'a>(rest: &'a [Glyph<'a>], before: Option<&Glyph<'_>>) -> Option<Mark<'a>> {
    let first = letter(rest.first()?)?;
    let run = rest.iter().take_while(|glyph| letter(glyph) == Some(first)).count();
    let (style, width) = match (first, run) {
        ('`', 1) => (Style::Code, 1),
        ('*' | '_', 1) => (Style::Emphasis, 1),
        ('*' | '_', 2) => (Style::Strong, 2),
        _ => return None,
    };
    // `snake_case_name` has no emphasis.
    let inside_word =
        |glyph: Option<&Glyph<'_>>| glyph.and_then(letter).is_some_and(char::is_alphanumeric);
    if first == '_' && inside_word(before) {
        return None;
    }
    let body = rest.get(width..)?;
    let end = closing(body, first, width)?;
    let inside = body.get(..end)?;
    let white = |glyph: Option<&Glyph<'_>>| glyph.and_then(letter).is_some_and(char::is_whitespace);
    let loose = white(inside.first()) || white(inside.last());
    let in_word = first == '_' && inside_word(body.get(end + width));
    let tight = first == '`' || !loose;
    (tight && !inside.is_empty() && !in_word).then_some(Mark {
        style,
        inside,
        length: end + 2 * width,
    })
}

/// Where a run of exactly `width` of `char` begins.
fn closing(body: &[Glyph<'_>], char: char, width: usize) -> Option<usize> {
    let mut at = 0;
    while at < body.len() {
        let run = body.get(at..)?.iter().take_while(|glyph| letter(glyph) == Some(char)).count();
        if run == width {
            return Some(at);
        }
        let escape = char != '`' && body.get(at).and_then(letter) == Some('\\');
        at += if escape { 2 } else { run.max(1) };
    }
    None
}
