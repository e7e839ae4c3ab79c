//! Web addresses, and the credentials people leave in them.

use boundary::Kind;

use crate::{
    resolve::{CERTAIN, FORM, PROOF, Sink},
    text::{Doc, Gap, Shape},
};

/// Longest URL that is followed.
const LONGEST: usize = 2_048;

pub(super) fn detect(doc: &Doc<'_>, sink: &mut Sink) {
    let mut done = 0;
    for at in doc.signs(':') {
        if doc.byte(at + 1) != b'/' || doc.byte(at + 2) != b'/' {
            continue;
        }
        let scheme = doc.span(at.saturating_sub(12), at);
        let scheme_len = scheme
            .bytes()
            .rev()
            .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-'))
            .count();
        if scheme_len < 2 || at < done {
            continue;
        }
        let start = at - scheme_len;
        let end = extent(doc, at + 3);
        if end <= at + 3 {
            continue;
        }
        done = end;
        credentials(doc, at + 3, end, sink);
        sink.pattern((start, end), Kind::Url, PROOF);
    }
    for (index, next) in doc.tokens.iter().skip(1).enumerate() {
        if next.gap == Gap::Dot {
            bare(doc, index, sink);
        }
    }
}

fn extent(doc: &Doc<'_>, from: usize) -> usize {
    let mut end = from;
    for c in doc.text.get(from..).unwrap_or_default().chars().take(LONGEST) {
        if c.is_whitespace()
            || c.is_control()
            || matches!(
                c,
                '"' | '<' | '>' | '`' | '{' | '}' | '|' | '\\' | '^' | '、' | '。' | '，'
            )
        {
            break;
        }
        end += c.len_utf8();
    }
    let url = doc.span(from, end);
    let mut kept = url.trim_end_matches(['.', ',', ';', ':', '!', '?', '\'', '*', '_']);
    if kept.ends_with(')') && !kept.contains('(') || kept.ends_with(']') && !kept.contains('[') {
        kept = kept.trim_end_matches([')', ']', '.', ',']);
    }
    from + kept.len()
}

/// `user:password@` before the host.
fn credentials(doc: &Doc<'_>, from: usize, end: usize, sink: &mut Sink) {
    let authority = doc.span(from, end).split(['/', '?', '#']).next().unwrap_or_default();
    if let Some(at) = authority.rfind('@')
        && authority.get(..at).is_some_and(|user| user.contains(':'))
    {
        sink.pattern((from, from + at), Kind::Secret, CERTAIN);
    }
}

/// `www.example.com` and `example.com/path` without a scheme, from a word that a full stop and another follow.
fn bare(doc: &Doc<'_>, index: usize, sink: &mut Sink) {
    let Some(first) = doc.token(index) else { return };
    if matches!(first.gap, Gap::Dot | Gap::At) {
        return;
    }
    let mut last = index;
    while doc.token(last + 1).is_some_and(|t| matches!(t.gap, Gap::Dot | Gap::Hyphen))
        && last - index < 8
    {
        last += 1;
    }
    let Some(top) = doc.token(last) else { return };
    let www = doc.word(first).eq_ignore_ascii_case("www");
    let known = top.gap == Gap::Dot && top.shape == Shape::Lower && TOP.contains(&doc.word(top));
    let host_ends = !matches!(doc.byte(top.end), b'@' | b'(' | b'_');
    if !(known
        && host_ends
        && (www
            || matches!(first.shape, Shape::Lower | Shape::Alnum | Shape::Title | Shape::Mixed)
                && first.len() > 1))
    {
        return;
    }
    let end = if doc.byte(top.end) == b'/' { extent(doc, top.end) } else { top.end };
    sink.pattern((first.start, end), Kind::Url, if www { PROOF } else { FORM });
}

/// Top-level domains that are not also file endings or everyday words.
const TOP: &[&str] = &[
    "com", "org", "net", "io", "co", "uk", "de", "fr", "es", "it", "nl", "be", "ch", "eu", "pl",
    "cz", "sk", "hu", "ro", "gr", "pt", "br", "mx", "ar", "cl", "us", "ca", "au", "nz", "jp", "cn",
    "kr", "tw", "hk", "sg", "in", "ru", "ua", "tr", "il", "ae", "sa", "za", "ng", "se", "no", "dk",
    "fi", "ie", "info", "biz", "dev", "app", "ai", "edu", "gov", "example", "test", "cloud",
    "online", "shop", "site", "tech",
];
