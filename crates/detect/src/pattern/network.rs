//! IP and MAC addresses.

use std::net::Ipv6Addr;

use boundary::Kind;

use crate::{
    lexicon::VERSION_CUE,
    resolve::{FORM, PROOF, Sink},
    text::{Doc, Gap, Shape},
};

pub(super) fn detect(doc: &Doc<'_>, sink: &mut Sink) {
    let mut done = 0;
    for (index, token) in doc.tokens.iter().enumerate() {
        if token.len() > 4 || token.start < done {
            continue;
        }
        if token.shape == Shape::Digits && token.len() <= 3 {
            v4(doc, index, sink);
        }
        let goes_on = || {
            matches!(doc.byte(token.end), b':' | b'.' | b'-')
                || doc.byte_before(token.start) == b':'
        };
        // Most words begin with another letter.
        if doc.byte(token.start).is_ascii_hexdigit()
            && goes_on()
            && doc.word(token).bytes().all(|b| b.is_ascii_hexdigit())
        {
            done = colons(doc, token.start, sink).unwrap_or(done);
        }
    }
}

fn v4(doc: &Doc<'_>, index: usize, sink: &mut Sink) {
    let dotted =
        |i: usize| doc.token(i).is_some_and(|t| t.gap == Gap::Dot && t.shape == Shape::Digits);
    let octet = |i: usize| doc.token(i).is_some_and(|t| doc.word(t).parse::<u8>().is_ok());
    if dotted(index)
        || !(1..4).all(|n| dotted(index + n))
        || dotted(index + 4)
        || !(0..4).all(|n| octet(index + n))
    {
        return;
    }
    let (Some(first), Some(last)) = (doc.token(index), doc.token(index + 3)) else { return };
    if doc.byte_before(first.start) == b'v' || doc.cue_before(index, 2, VERSION_CUE) {
        sink.veto(first.start, last.end);
        return;
    }
    sink.pattern((first.start, last.end), Kind::Ip, PROOF);
}

/// IPv6 or MAC from `start`; answers where it ends.
fn colons(doc: &Doc<'_>, start: usize, sink: &mut Sink) -> Option<usize> {
    let mut start = start;
    while doc.byte_before(start) == b':' && doc.byte_before(start - 1) == b':' {
        start -= 2;
    }
    if doc.byte_before(start).is_ascii_alphanumeric() || doc.byte_before(start) == b':' {
        return None;
    }
    let bytes = doc.text.as_bytes().get(start..)?;
    let length = bytes
        .iter()
        .take(45)
        .take_while(|b| b.is_ascii_hexdigit() || matches!(b, b':' | b'.' | b'-'))
        .count();
    let run = doc.span(start, start + length).trim_end_matches([':', '.', '-']);
    let end = start + run.len();
    if doc.byte(end).is_ascii_alphanumeric() {
        return None;
    }
    if is_mac(run) {
        sink.pattern((start, end), Kind::Ip, PROOF);
        return Some(end);
    }
    let groups = run.split(':').filter(|group| !group.is_empty()).count();
    let telling = groups >= 3 || run.starts_with("::1") || run.starts_with("fe80");
    if telling && run.contains(|c: char| c.is_ascii_digit()) && run.parse::<Ipv6Addr>().is_ok() {
        sink.pattern((start, end), Kind::Ip, if groups >= 4 { PROOF } else { FORM });
        return Some(end);
    }
    None
}

fn is_mac(run: &str) -> bool {
    let parts = |separator: char| {
        run.len() == 17
            && run.split(separator).count() == 6
            && run.split(separator).all(|part| part.len() == 2 && !part.contains(['.', '-', ':']))
    };
    (parts(':') || parts('-')) && run.contains(|c: char| c.is_ascii_alphabetic())
        || run.len() == 14
            && run.split('.').count() == 3
            && run.split('.').all(|part| part.len() == 4)
            && run.contains(|c: char| c.is_ascii_alphabetic())
}
