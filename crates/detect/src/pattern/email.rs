//! E-mail addresses, also spelled out or spaced out.

use boundary::Kind;

use crate::{
    lexicon::{Entries, SPELLED_AT},
    resolve::{FORM, PROOF, Sink},
    text::{Doc, Gap, Shape, Token, hash_word, is_ideograph},
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
    for at in doc.all("%40") {
        if let Some(range) = email_at(doc, at, at + 3) {
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

/// `ada . byron @ example . com`, `a d a . b y r o n @ example . com`: a space around every sign, or every letter.
fn spread(doc: &Doc<'_>, at: usize, after: usize) -> Option<(usize, usize)> {
    /// Pieces on either side of the sign.
    const MOST: usize = 64;
    let before = doc.text.get(..at)?.strip_suffix(' ')?;
    let rest = doc.text.get(after..)?.strip_prefix(' ')?;
    let mut label = Label::default();
    let (mut start, mut reached) = (before.len(), before.len());
    for written in before.rsplit(' ').take(MOST) {
        // What is no part of it, such as a bracket, stands before its first piece.
        let other = |c: char| !part(c);
        let piece = written.rfind(other).map_or(written, |last| {
            let length =
                written.get(last..).and_then(|it| it.chars().next()).map_or(1, char::len_utf8);
            written.get(last + length..).unwrap_or_default()
        });
        let piece = if written == "." { written } else { piece };
        if !label.goes_on(piece) {
            break;
        }
        if piece != "." {
            start = reached - piece.len();
        }
        if piece.len() < written.len() || reached == written.len() {
            break;
        }
        reached -= written.len() + 1;
    }
    if !doc.span(start, before.len()).contains(char::is_alphanumeric) {
        return None;
    }
    let mut label = Label::default();
    let (mut end, mut reached, mut dots, mut top) = (0, 0, 0, String::new());
    for written in rest.split(' ').take(MOST) {
        let length = written.find(|c: char| !part(c)).unwrap_or(written.len());
        let piece = if written == "." { written } else { written.get(..length)? };
        if !label.goes_on(piece) {
            break;
        }
        if piece == "." {
            dots += 1;
            top.clear();
        } else {
            top.push_str(piece);
            if dots > 0 {
                end = reached + piece.len();
            }
        }
        if piece.len() < written.len() {
            break;
        }
        reached += written.len() + 1;
    }
    let one_case = top.chars().all(char::is_lowercase) || top.chars().all(char::is_uppercase);
    let good = dots > 0 && (2..=24).contains(&top.chars().count()) && one_case;
    (good && end > 0).then_some((start, doc.text.len() - rest.len() + end))
}

/// What stands between two spaces of an address that is spaced out.
fn part(c: char) -> bool {
    c.is_alphanumeric() && !is_ideograph(c) || matches!(c, '-' | '_' | '+' | '\'' | '’')
}

/// One label is one word, or single letters; a dot begins another.
#[derive(Default)]
enum Label {
    #[default]
    Empty,
    Letters,
    Word,
}

impl Label {
    fn goes_on(&mut self, piece: &str) -> bool {
        if piece.is_empty() {
            return false;
        }
        let single = piece.chars().nth(1).is_none();
        let next = match (&self, piece) {
            (Self::Empty, ".") => return false,
            (_, ".") => Self::Empty,
            (Self::Empty | Self::Letters, _) if single => Self::Letters,
            (Self::Empty, _) => Self::Word,
            _ => return false,
        };
        *self = next;
        true
    }
}

/// What an `@` is called.
const AT: [&str; 4] = ["at", "arroba", "arobase", "chiocciola"];

pub(super) fn enter_lists(entries: &mut Entries) {
    entries.add(SPELLED_AT, AT.into_iter().map(hash_word));
}

/// `ada (at) example (dot) com`, `ada [at] example.com`, `ada dot byron at example dot co dot uk`.
fn spelled_out(doc: &Doc<'_>, index: usize) -> Option<(usize, usize)> {
    /// Words on either side.
    const MOST: usize = 8;
    let at = doc.token(index)?;
    // A word with marks may have the same hash: it is compared letter by letter.
    if !at.listed.any(SPELLED_AT) || !is_one_of(doc.word(at), &AT) {
        return None;
    }
    let is_dot =
        |token: &Token| is_one_of(doc.word(token), &["dot", "punkt", "punto", "point", "ponto"]);
    let plain = |t: &&Token| {
        let written = matches!(t.shape, Shape::Lower | Shape::Alnum | Shape::Title);
        written || matches!(t.shape, Shape::Initial | Shape::Digits | Shape::Upper)
    };
    let bracketed = matches!(doc.byte_before(at.start), b'(' | b'[' | b'{')
        && matches!(doc.byte(at.end), b')' | b']' | b'}');
    let host = doc.token(index + 1).filter(plain)?;
    let (mut end, mut last, mut marked, mut dots) = (host.end, index + 1, false, 0);
    while dots < MOST {
        let Some(next) = doc.token(last + 1) else { break };
        let label = if is_dot(next) {
            marked = true;
            last + 2
        } else if matches!(next.gap, Gap::Dot | Gap::Hyphen | Gap::Underscore) {
            last + 1
        } else {
            break;
        };
        let Some(token) = doc.token(label).filter(plain) else { break };
        dots += 1;
        last = label;
        end = token.end;
    }
    let top = doc.word(doc.token(last)?);
    let good = (2..=24).contains(&top.len()) && top.bytes().all(|b| b.is_ascii_alphabetic());
    if dots == 0 || !good || !(marked || bracketed) {
        return None;
    }
    let user = doc.token(index.checked_sub(1)?).filter(plain)?;
    let (mut first, mut start) = (index - 1, user.start);
    let mut single = user.len() == 1;
    while index - first < MOST {
        let Some(here) = doc.token(first) else { break };
        let label = if matches!(here.gap, Gap::Dot | Gap::Underscore | Gap::Hyphen) {
            first.checked_sub(1)
        } else if first > 1 && doc.token(first - 1).is_some_and(is_dot) {
            first.checked_sub(2)
        } else if single && here.gap == Gap::Space {
            // `j o at acme dot example`
            first.checked_sub(1).filter(|it| doc.token(*it).is_some_and(|it| it.len() == 1))
        } else {
            None
        };
        let Some((label, token)) = label.and_then(|at| Some((at, doc.token(at)?))) else { break };
        if !plain(&token) {
            break;
        }
        (first, start, single) = (label, token.start, token.len() == 1);
    }
    Some((start, end))
}

fn is_one_of(word: &str, words: &[&str]) -> bool {
    words.iter().any(|it| word.eq_ignore_ascii_case(it))
}
