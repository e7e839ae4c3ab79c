//! The ways a value is written: which word sequences and strings stand for it.

use std::sync::LazyLock;

use super::slot::Roles;
use crate::{
    lexicon::{Class, LEGAL, Lexicon},
    text::{Token, hash_word, words},
};

/// Receives each variant: the keyed hashes of its words, whether their order counts, and what it is.
pub(super) trait Variants {
    /// The keyed hash of a word.
    fn key(&mut self, word: u64) -> u64;

    fn add(&mut self, words: &[u64], ordered: bool, roles: Roles);
}

/// Scratch space, so that a million values need no million allocations.
#[derive(Clone, Debug, Default)]
pub(super) struct Scratch {
    tokens: Vec<Token>,
    first: Vec<u64>,
    last: Vec<u64>,
    whole: Vec<u64>,
}

/// A person's name in its parts.
pub(super) fn person(scratch: &mut Scratch, first: &str, last: &str, out: &mut impl Variants) {
    one_spelling(scratch, first, last, out);
    let marked = |b: u8| !b.is_ascii() || matches!(b, b'\'' | b'-');
    if !first.bytes().any(marked) && !last.bytes().any(marked) {
        return;
    }
    // German and Nordic letters are also written out: `Mueller`, `Soerensen`, `Aakesson`.
    let expand =
        |part: &str| (!part.is_ascii() && part.contains(WRITTEN_OUT)).then(|| expanded(part));
    if let (f, l) = (expand(first), expand(last))
        && (f.is_some() || l.is_some())
    {
        one_spelling(scratch, f.as_deref().unwrap_or(first), l.as_deref().unwrap_or(last), out);
    }
    // `OBrien`, `Annemarie`: the marks inside left out, all or those of one sort.
    let sorts: &[&[char]] =
        match [first, last].map(|part| (part.contains(['\'', '’']), part.contains('-'))) {
            [(a, b), (c, d)] if (a || c) && (b || d) => &[&['\'', '’', '-'], &['\'', '’'], &['-']],
            _ => &[&['\'', '’', '-']],
        };
    for marks in sorts {
        let join = |part: &str| part.contains(*marks).then(|| part.replace(*marks, ""));
        if let (f, l) = (join(first), join(last))
            && (f.is_some() || l.is_some())
        {
            one_spelling(scratch, f.as_deref().unwrap_or(first), l.as_deref().unwrap_or(last), out);
        }
    }
}

/// An organisation: as it stands, with its letters written out, without `The` and its form of company, and by a first
/// word that is in no dictionary.
pub(super) fn organisation(scratch: &mut Scratch, name: &str, out: &mut impl Variants) {
    // Seldom any: a million firms need no million allocations.
    let mut others = Vec::new();
    // "Stark and Sons" for Stark & Sons, and the other way round.
    if name.contains('&') {
        others.extend(AND.iter().map(|and| name.replacen('&', and.trim(), 1)));
    } else if name.bytes().filter(|b| *b == b' ').nth(1).is_some() {
        let and = AND.iter().find(|and| name.contains(**and));
        others.extend(and.map(|and| name.replacen(and, " ", 1)));
    }
    if !name.is_ascii() && name.contains(WRITTEN_OUT) {
        let all = [name].into_iter().chain(others.iter().map(String::as_str));
        let written_out: Vec<String> = all.map(expanded).collect();
        others.extend(written_out);
    }
    firm(scratch, name, out);
    for other in &others {
        firm(scratch, other, out);
    }
}

/// An organisation in one spelling.
fn firm(scratch: &mut Scratch, name: &str, out: &mut impl Variants) {
    phrase(scratch, name, Roles::ORG, out);
    // INVARIANT: these are the words of the phrase, and their keyed hashes.
    let Scratch { tokens, whole, .. } = &*scratch;
    let class = |token: &Token| Lexicon::shared().class(token.hash);
    let form = form(tokens);
    let article = usize::from(tokens.first().is_some_and(|it| it.hash == *THE));
    let range = article..tokens.len().saturating_sub(form);
    let core = tokens.get(range.clone()).unwrap_or_default();
    let keyed = whole.get(range).unwrap_or_default();
    let telling = |word: &Token| word.len() > 4 && class(word) == Class::default();
    if form > 0 || article > 0 {
        sequence(keyed, Roles::ORG, false, out);
    }
    // "Oakhurst" for Oakhurst Telecom, not "Blue" for Blue River.
    if let ([first, _, ..], [keyed, ..]) = (core, keyed)
        && telling(first)
    {
        sequence(&[*keyed], Roles::ORG, false, out);
    }
}

/// How many words at the end say the form of company: `GmbH`, `Sp. z o.o.`, `B.V.`.
fn form(tokens: &[Token]) -> usize {
    let mut rest = tokens;
    loop {
        let legal = |token: &&Token| Lexicon::shared().class(token.hash).any(LEGAL);
        let words = rest.iter().rev().take_while(legal).count();
        // One letter alone is somebody's own: `Plan B`.
        let letters = rest.iter().rev().take_while(|token| token.len() == 1).count();
        let form = words.max(if letters > 1 { letters } else { 0 });
        match rest.get(..rest.len() - form) {
            Some(before) if form > 0 => rest = before,
            _ => return tokens.len() - rest.len(),
        }
    }
}

static THE: LazyLock<u64> = LazyLock::new(|| hash_word("the"));

/// What people write for `&`.
const AND: [&str; 4] = [" and ", " und ", " et ", " y "];

/// Letters that German and Nordic names are also written without.
const WRITTEN_OUT: [char; 10] = ['ä', 'ö', 'ü', 'Ä', 'Ö', 'Ü', 'å', 'Å', 'ø', 'Ø'];

fn expanded(part: &str) -> String {
    let mut out = String::with_capacity(part.len() + 2);
    for c in part.chars() {
        match c {
            'ä' | 'Ä' => out.push_str("ae"),
            'ö' | 'Ö' | 'ø' | 'Ø' => out.push_str("oe"),
            'ü' | 'Ü' => out.push_str("ue"),
            'å' | 'Å' => out.push_str("aa"),
            other => out.push(other),
        }
    }
    out
}

fn one_spelling(scratch: &mut Scratch, first: &str, last: &str, out: &mut impl Variants) {
    let Scratch { tokens, first: f, last: l, whole } = scratch;
    let (given, family) = (split(first, tokens, f, out), split(last, tokens, l, out));
    let ideographs = given || family;
    whole.clear();
    if ideographs {
        // Written without a space, family name first, but systems store either order.
        whole.extend(l.iter().chain(f.iter()));
        sequence(whole, Roles::FULL, true, out);
        whole.clear();
        whole.extend(f.iter().chain(l.iter()));
        sequence(whole, Roles::FULL, true, out);
        for (part, role) in [(&*f, Roles::FIRST), (&*l, Roles::LAST)] {
            sequence(part, role, true, out);
        }
        return;
    }
    whole.extend(f.iter().chain(l.iter()));
    if f.is_empty() || l.is_empty() {
        let role = if f.is_empty() { Roles::LAST } else { Roles::FIRST };
        sequence(whole, if whole.len() > 1 { Roles::FULL } else { role }, false, out);
        return;
    }
    sequence(whole, Roles::FULL, false, out);
    if let Some(given) = f.first() {
        // Of several given names or surnames people use one.
        if f.len() > 1 {
            whole.clear();
            whole.push(*given);
            whole.extend(l.iter());
            sequence(whole, Roles::FULL, false, out);
        }
        if l.len() > 1 {
            for surname in [l.first(), l.last()].into_iter().flatten() {
                out.add(&[*given, *surname], false, Roles::FULL);
            }
        }
    }
    for (part, role) in [(&*f, Roles::FIRST), (&*l, Roles::LAST)] {
        sequence(part, role, false, out);
        if part.len() > 1 {
            for word in [part.first(), part.last()].into_iter().flatten() {
                out.add(&[*word], false, role);
            }
        }
    }
    // `J. Smith`.
    if let Some(initial) = first.trim_start().chars().next().filter(|c| c.is_alphabetic()) {
        let mut letter = [0; 4];
        whole.clear();
        whole.push(out.key(hash_word(initial.encode_utf8(&mut letter))));
        whole.extend(l.iter());
        sequence(whole, Roles::INITIAL, false, out);
        if let Some(surname) = l.last().filter(|_| l.len() > 1) {
            out.add(&[whole.first().copied().unwrap_or_default(), *surname], false, Roles::INITIAL);
        }
    }
}

/// A value of several words: an organisation, a street, a town.
pub(super) fn phrase(scratch: &mut Scratch, value: &str, roles: Roles, out: &mut impl Variants) {
    let Scratch { tokens, whole, .. } = scratch;
    let ideographs = split(value, tokens, whole, out);
    sequence(whole, roles, ideographs, out);
}

/// The keyed hashes of the words of `value`; tells whether they are ideographs.
fn split(
    value: &str,
    tokens: &mut Vec<Token>,
    hashes: &mut Vec<u64>,
    out: &mut impl Variants,
) -> bool {
    words(value, tokens);
    hashes.clear();
    hashes.extend(tokens.iter().map(|t| out.key(t.hash)));
    tokens.first().is_some_and(|t| t.shape == crate::text::Shape::Ideograph)
}

/// Longer sequences are found by their first words, then read to their end.
fn sequence(words: &[u64], roles: Roles, ordered: bool, out: &mut impl Variants) {
    if words.is_empty() || words.len() > super::LONGEST {
        return;
    }
    if let Some(head) = words.get(..super::HEAD).filter(|_| words.len() > super::HEAD) {
        out.add(head, ordered, Roles::PREFIX);
    }
    out.add(words, ordered, roles);
}
