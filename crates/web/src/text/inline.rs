//! Marks inside a line: bold, emphasis, code. No links and no images: an address stays text,
//! so that an answer can neither send anyone anywhere nor load anything.

use std::collections::BTreeMap;

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
    let mut closers = Closers::default();
    let mut at = 0;
    while let Some(first) = line.get(at) {
        let before = plain.last();
        let found = if depth < DEEPEST { mark(line, at, before, &mut closers) } else { None };
        let after = line.get(at + 1);
        if let Some(found) = found {
            out.push(words(&std::mem::take(&mut plain)));
            out.push(found.render(depth));
            at += found.length;
        } else if letter(first) == Some('\\')
            && after.and_then(letter).is_some_and(|it| it.is_ascii_punctuation())
        {
            plain.extend(after);
            at += 2;
        } else {
            plain.push(*first);
            at += 1;
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

/// The mark that begins at `at`. `before` is what stands in front of it.
fn mark<'a>(
    line: &'a [Glyph<'a>],
    at: usize,
    before: Option<&Glyph<'_>>,
    closers: &mut Closers,
) -> Option<Mark<'a>> {
    let rest = line.get(at..)?;
    let first = letter(rest.first()?)?;
    // Three are as good as more.
    let run = rest.iter().take(3).take_while(|glyph| letter(glyph) == Some(first)).count();
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
    let end = closers.next(line, at + width, first, width)?;
    let inside = line.get(at + width..end)?;
    let white = |glyph: Option<&Glyph<'_>>| glyph.and_then(letter).is_some_and(char::is_whitespace);
    let loose = white(inside.first()) || white(inside.last());
    let in_word = first == '_' && inside_word(line.get(end + width));
    let tight = first == '`' || !loose;
    (tight && !inside.is_empty() && !in_word).then_some(Mark {
        style,
        inside,
        length: inside.len() + 2 * width,
    })
}

/// Where the marks of a line close. Each kind is looked for once up to where it is found, however many
/// signs would like to open one: a hostile line is nothing but such signs.
#[derive(Default)]
struct Closers(BTreeMap<(char, usize), Option<usize>>);

impl Closers {
    /// Where the first run of exactly `width` of `char` begins, from `from` on.
    fn next(&mut self, line: &[Glyph<'_>], from: usize, char: char, width: usize) -> Option<usize> {
        let known = self.0.get(&(char, width)).copied();
        let known = known.filter(|found| found.is_none_or(|at| at >= from));
        let found = known.unwrap_or_else(|| {
            let body = line.get(from..).unwrap_or_default();
            closing(body, char, width).map(|at| from + at)
        });
        self.0.insert((char, width), found);
        found
    }
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
