//! The blocks of a safe Markdown subset: paragraphs, headings, lists, tables, quotes, code.

use boundary::Piece;
use maud::{Markup, html};

use super::inline::{Glyph, glyphs, inline, letter, letters};

/// Beyond this nesting the rest is a paragraph.
const DEEPEST: usize = 4;

type Line<'a> = &'a [Glyph<'a>];

/// Renders an answer. Values are atoms: nothing inside one is read as Markdown.
pub(crate) fn markdown(pieces: &[Piece]) -> Markup {
    let glyphs = glyphs(pieces);
    let lines: Vec<Line<'_>> = glyphs.split(|glyph| letter(glyph) == Some('\n')).collect();
    html! { @for block in blocks(&lines, 0) { (render(&block, 0)) } }
}

enum Block<'a> {
    Paragraph(Vec<Line<'a>>),
    Heading(Line<'a>),
    Code(Vec<Line<'a>>),
    Quote(Vec<Line<'a>>),
    List { ordered: bool, start: u32, items: Vec<Vec<Line<'a>>> },
    Table { head: Vec<Line<'a>>, rows: Vec<Vec<Line<'a>>> },
    Rule,
}

fn render(block: &Block<'_>, depth: usize) -> Markup {
    let inside = |lines: &[Line<'_>]| html! { @for block in blocks(lines, depth + 1) { (render(&block, depth + 1)) } };
    match block {
        Block::Paragraph(lines) => html! {
            p { @for (at, line) in lines.iter().enumerate() { @if at > 0 { br; } (inline(line)) } }
        },
        // Not a heading element: an answer must not rearrange the outline of the page.
        Block::Heading(line) => html! { p.heading { strong { (inline(line)) } } },
        Block::Code(lines) => html! {
            pre tabindex="0" { code {
                @for (at, line) in lines.iter().enumerate() { @if at > 0 { "\n" } (letters(line)) }
            } }
        },
        Block::Quote(lines) => html! { blockquote { (inside(lines)) } },
        Block::List { ordered: true, start, items } => html! {
            ol start=[(*start != 1).then_some(start)] { @for item in items { li { (item_body(item, depth)) } } }
        },
        Block::List { items, .. } => {
            html! { ul { @for item in items { li { (item_body(item, depth)) } } } }
        }
        Block::Table { head, rows } => table(head, rows),
        Block::Rule => html! { hr; },
    }
}

/// An item of one line stands without a paragraph.
fn item_body(lines: &[Line<'_>], depth: usize) -> Markup {
    match blocks(lines, depth + 1).as_slice() {
        [Block::Paragraph(only), rest @ ..] => html! {
            @for (at, line) in only.iter().enumerate() { @if at > 0 { br; } (inline(line)) }
            @for block in rest { (render(block, depth + 1)) }
        },
        all => html! { @for block in all { (render(block, depth + 1)) } },
    }
}

fn table(head: &[Line<'_>], rows: &[Vec<Line<'_>>]) -> Markup {
    html! {
        div.wide tabindex="0" role="group" aria-label="Table" {
            table {
                thead { tr { @for cell in head { th scope="col" { (inline(cell)) } } } }
                tbody {
                    @for row in rows {
                        tr {
                            @for cell in row.iter().take(head.len()) {
                                td class=[is_number(cell).then_some("number")] { (inline(cell)) }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn is_number(cell: Line<'_>) -> bool {
    let mut digits = false;
    let plain = cell.iter().all(|glyph| {
        let char = letter(glyph);
        digits |= char.is_some_and(|char| char.is_ascii_digit());
        char.is_some_and(|char| char.is_ascii_digit() || " .,%-+$€£".contains(char))
    });
    plain && digits
}

fn blocks<'a>(lines: &[Line<'a>], depth: usize) -> Vec<Block<'a>> {
    if depth > DEEPEST {
        return vec![Block::Paragraph(lines.to_vec())];
    }
    let mut found = Vec::new();
    let mut rest = lines;
    while let Some((first, after)) = rest.split_first() {
        if is_blank(first) {
            rest = after;
            continue;
        }
        let (block, used) = next(first, after, rest);
        found.push(block);
        rest = rest.get(used.max(1)..).unwrap_or_default();
    }
    found
}

/// The block that `rest` begins with, and how many lines it takes.
fn next<'a>(first: Line<'a>, after: &[Line<'a>], rest: &[Line<'a>]) -> (Block<'a>, usize) {
    if let Some(fence) = fence(first) {
        let body: Vec<_> = after.iter().take_while(|line| !closes(line, fence)).copied().collect();
        let used = body.len() + 2;
        return (Block::Code(body), used);
    }
    if let Some(title) = heading(first) {
        return (Block::Heading(title), 1);
    }
    if is_rule(first) {
        return (Block::Rule, 1);
    }
    if starts(first, '>') {
        let body: Vec<_> = rest.iter().take_while(|line| starts(line, '>')).collect();
        let used = body.len();
        return (Block::Quote(body.into_iter().map(|line| unquoted(line)).collect()), used);
    }
    if let Some(block) = table_at(first, after) {
        return block;
    }
    if let Some(marker) = marker(first) {
        return list(&marker, rest);
    }
    let ends = |at: &usize| {
        let below = after.get(*at..).and_then(<[_]>::split_first);
        below.is_none_or(|(line, after)| {
            is_blank(line) || interrupts(line) || table_at(line, after).is_some()
        })
    };
    let more = (0..=after.len()).find(ends).unwrap_or_default();
    (Block::Paragraph(rest.iter().take(more + 1).map(|line| trimmed(line)).collect()), more + 1)
}

fn interrupts(line: Line<'_>) -> bool {
    fence(line).is_some()
        || heading(line).is_some()
        || is_rule(line)
        || starts(line, '>')
        || marker(line).is_some()
}

/// A list marker: kind, number and how many glyphs stand before the text.
struct Marker {
    ordered: bool,
    number: u32,
    width: usize,
}

fn marker(line: Line<'_>) -> Option<Marker> {
    let indent = indent(line);
    let text = line.get(indent..)?;
    let first = letter(text.first()?)?;
    if "-*+".contains(first) && letter(text.get(1)?) == Some(' ') {
        return Some(Marker { ordered: false, number: 1, width: indent + 2 });
    }
    let digits =
        text.iter().take_while(|glyph| letter(glyph).is_some_and(|it| it.is_ascii_digit()));
    let digits: String = digits.filter_map(letter).take(9).collect();
    let dot = letter(text.get(digits.len())?)?;
    let space = letter(text.get(digits.len() + 1)?)?;
    let number = digits.parse().ok()?;
    ((dot == '.' || dot == ')') && space == ' ').then_some(Marker {
        ordered: true,
        number,
        width: indent + digits.len() + 2,
    })
}

fn list<'a>(head: &Marker, rest: &[Line<'a>]) -> (Block<'a>, usize) {
    let mut items: Vec<Vec<Line<'a>>> = Vec::new();
    let outer = rest.first().map_or(0, |line| indent(line));
    let mut used = 0;
    for line in rest {
        let depth = indent(line);
        match marker(line) {
            Some(it) if depth < outer + 2 && it.ordered == head.ordered => {
                items.push(vec![line.get(it.width..).unwrap_or_default()]);
            }
            // Belongs to the item above when it is indented.
            _ if !is_blank(line) && depth >= outer + 2 => {
                let body = line.get((outer + 2).min(depth)..).unwrap_or_default();
                if let Some(item) = items.last_mut() {
                    item.push(body);
                }
            }
            _ => break,
        }
        used += 1;
    }
    (Block::List { ordered: head.ordered, start: head.number, items }, used)
}

fn table_at<'a>(first: Line<'a>, after: &[Line<'a>]) -> Option<(Block<'a>, usize)> {
    let head = cells(first)?;
    let below = cells(after.first()?)?;
    let is_line = |cell: &Line<'_>| {
        !cell.is_empty()
            && cell.iter().all(|glyph| letter(glyph).is_some_and(|it| "-: ".contains(it)))
    };
    if below.len() != head.len() || !below.iter().all(is_line) {
        return None;
    }
    let rows: Vec<_> = after.iter().skip(1).map_while(|line| cells(line)).collect();
    let used = rows.len() + 2;
    Some((Block::Table { head, rows }, used))
}

/// The cells of a table's row: at least one `|` that is not escaped.
fn cells(line: Line<'_>) -> Option<Vec<Line<'_>>> {
    let line = trimmed(line);
    let bars: Vec<usize> = (0..line.len()).filter(|&at| is_bar(line, at)).collect();
    if bars.is_empty() {
        return None;
    }
    let mut cells = Vec::new();
    let mut from = 0;
    for bar in bars.into_iter().chain([line.len()]) {
        cells.push(trimmed(line.get(from..bar).unwrap_or_default()));
        from = bar + 1;
    }
    // Bars at the ends make empty cells that are none.
    if starts(line, '|') {
        cells.remove(0);
    }
    if line.len() > 1 && is_bar(line, line.len() - 1) {
        cells.pop();
    }
    Some(cells)
}

fn is_bar(line: Line<'_>, at: usize) -> bool {
    let before = at.checked_sub(1).and_then(|at| line.get(at)).and_then(letter);
    line.get(at).and_then(letter) == Some('|') && before != Some('\\')
}

fn heading(line: Line<'_>) -> Option<Line<'_>> {
    let level = line.iter().take_while(|glyph| letter(glyph) == Some('#')).count();
    let text = line.get(level..)?;
    ((1..=6).contains(&level) && starts(text, ' ')).then(|| trimmed(text))
}

fn fence(line: Line<'_>) -> Option<char> {
    let line = trimmed(line);
    let char = letter(line.first()?).filter(|char| "`~".contains(*char))?;
    (line.iter().take_while(|glyph| letter(glyph) == Some(char)).count() >= 3).then_some(char)
}

fn closes(line: Line<'_>, char: char) -> bool {
    let line = trimmed(line);
    line.len() >= 3 && line.iter().all(|glyph| letter(glyph) == Some(char))
}

fn is_rule(line: Line<'_>) -> bool {
    let line = trimmed(line);
    let Some(char) = line.first().and_then(letter).filter(|char| "-*_".contains(*char)) else {
        return false;
    };
    line.len() >= 3 && line.iter().all(|glyph| letter(glyph) == Some(char))
}

fn unquoted(line: Line<'_>) -> Line<'_> {
    trimmed(line.get(1..).unwrap_or_default())
}

fn starts(line: Line<'_>, char: char) -> bool {
    line.first().and_then(letter) == Some(char)
}

fn is_blank(line: Line<'_>) -> bool {
    line.iter().all(|glyph| letter(glyph).is_some_and(char::is_whitespace))
}

fn indent(line: Line<'_>) -> usize {
    line.iter().take_while(|glyph| letter(glyph) == Some(' ')).count()
}

fn trimmed(line: Line<'_>) -> Line<'_> {
    let white = |glyph: &Glyph<'_>| letter(glyph).is_some_and(char::is_whitespace);
    let from = line.iter().take_while(|glyph| white(glyph)).count();
    let line = line.get(from..).unwrap_or_default();
    let behind = line.iter().rev().take_while(|glyph| white(glyph)).count();
    line.get(..line.len() - behind).unwrap_or_default()
}
