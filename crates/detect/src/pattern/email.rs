//! E-mail addresses, also spelled out or spaced out.

use boundary::Kind;

use crate::{
    resolve::{FORM, PROOF, Sink},
    text::{Doc, Gap, Shape, is_ideograph},
};

/// Longest local part and domain that are looked at (RFC 5321, 4.5.3.1).
const LOCAL: usize = 64;
const DOMAIN: usize = 255;

pub(super) fn detect(doc: &Doc<'_>, sink: &mut Sink) {
    for (at, length) in doc.places('@', '＠') {
        if let Some(range) = email_at(doc, at, at + length) {
            sink.pattern(range, Kind::Email, PROOF);
        } else if let Some(range) = spread(doc, at, at + length) {
            sink.pattern(range, Kind::Email, FORM);
        }
    }
    for (at, sign) in doc.text.match_indices("%40") {
        if let Some(range) = email_at(doc, at, at + sign.len()) {
            sink.pattern(range, Kind::Email, PROOF);
        }
    }
    for index in 1..doc.tokens.len().saturating_sub(1) {
        if let Some(range) = spelled_out(doc, index) {
            sink.pattern(range, Kind::Email, FORM);
        }
    }
}

/// The range of the address around an `@` sign that spans `at..after`.
pub(crate) fn email_at(doc: &Doc<'_>, at: usize, after: usize) -> Option<(usize, usize)> {
    let before = doc.text.get(..at)?;
    let rest = doc.text.get(after..)?;
    let spaced = before.ends_with(' ') && rest.starts_with(' ');
    let (before, rest) = if spaced {
        (before.trim_end_matches(' '), rest.trim_start_matches(' '))
    } else {
        (before, rest)
    };
    let local_end = before.len();
    let mut start = local_end;
    for c in before.chars().rev().take(LOCAL) {
        if !local(c) {
            break;
        }
        start -= c.len_utf8();
    }
    let local = doc.span(start, local_end);
    start += local.len() - local.trim_start_matches(['.', '-', '\'', '+']).len();
    if start >= local_end || !doc.span(start, local_end).contains(char::is_alphanumeric) {
        return None;
    }
    let domain_start = doc.text.len() - rest.len();
    let end = domain_start + domain(rest)?;
    Some((start, end))
}

fn local(c: char) -> bool {
    c.is_alphanumeric() && !is_ideograph(c) || matches!(c, '.' | '_' | '%' | '+' | '-' | '\'' | '’')
}

/// Length of the domain that `rest` begins with.
fn domain(rest: &str) -> Option<usize> {
    let mut length = 0;
    let mut last_dot = None;
    for c in rest.chars().take(DOMAIN) {
        match c {
            '.' => last_dot = Some(length),
            '-' => {}
            c if c.is_alphanumeric() => {}
            _ => break,
        }
        length += c.len_utf8();
    }
    let domain = rest.get(..length)?.trim_end_matches(['.', '-']);
    // A sentence may follow without a space: `ada@x.com.Please`.
    let dot = if domain.len() < length { domain.rfind('.') } else { last_dot }?;
    let top = domain.get(dot + 1..)?;
    let letters = top.chars().count();
    if (2..=24).contains(&letters) && top.chars().all(char::is_alphabetic) && dot > 0 {
        return Some(domain.len());
    }
    None
}

/// `ada . byron @ example . com`: a space around every sign.
fn spread(doc: &Doc<'_>, at: usize, after: usize) -> Option<(usize, usize)> {
    /// Labels on either side of the sign.
    const MOST: usize = 5;
    let before = doc.text.get(..at)?.strip_suffix(' ')?;
    let rest = doc.text.get(after..)?.strip_prefix(' ')?;
    let part = |c: &char| c.is_alphanumeric() && !is_ideograph(*c) || matches!(c, '-' | '_');
    let forward =
        |text: &str| text.chars().take(LOCAL).take_while(part).map(char::len_utf8).sum::<usize>();
    let backward = |text: &str| {
        text.chars().rev().take(LOCAL).take_while(part).map(char::len_utf8).sum::<usize>()
    };
    let mut start = before.len() - backward(before);
    let mut end = forward(rest);
    if start == before.len() || end == 0 {
        return None;
    }
    let mut top = "";
    for _ in 0..MOST {
        let Some(more) = rest.get(end..)?.strip_prefix(" . ") else { break };
        let length = forward(more);
        if length == 0 {
            break;
        }
        top = more.get(..length)?;
        end += 3 + length;
    }
    for _ in 0..MOST {
        let Some(more) = before.get(..start)?.strip_suffix(" . ") else { break };
        let length = backward(more);
        if length == 0 {
            break;
        }
        start -= 3 + length;
    }
    let good = (2..=24).contains(&top.chars().count()) && top.chars().all(char::is_lowercase);
    good.then_some((start, doc.text.len() - rest.len() + end))
}

/// `ada (at) example (dot) com`, `ada [at] example.com`, `ada at example dot com`.
fn spelled_out(doc: &Doc<'_>, index: usize) -> Option<(usize, usize)> {
    let at = doc.token(index)?;
    if at.len() != 2 || !doc.word(at).eq_ignore_ascii_case("at") {
        return None;
    }
    let user = doc.token(index - 1)?;
    let host = doc.token(index + 1)?;
    let dot = doc.token(index + 2)?;
    let bracketed = matches!(doc.byte_before(at.start), b'(' | b'[' | b'{')
        && matches!(doc.byte(at.end), b')' | b']' | b'}');
    let (top, marked) = if doc.word(dot).eq_ignore_ascii_case("dot") {
        (doc.token(index + 3)?, true)
    } else {
        (dot, dot.gap == Gap::Dot && bracketed)
    };
    let plain =
        |t: &crate::text::Token| matches!(t.shape, Shape::Lower | Shape::Alnum | Shape::Title);
    if !(marked && plain(user) && plain(host) && (2..=6).contains(&top.len()) && plain(top)) {
        return None;
    }
    let mut start = user.start;
    let mut i = index - 1;
    while matches!(doc.token(i).map(|t| t.gap), Some(Gap::Dot | Gap::Underscore | Gap::Hyphen))
        && i > 0
        && index - i < 5
    {
        i -= 1;
        start = doc.token(i)?.start;
    }
    Some((start, top.end))
}
