//! A part of a name that a text holds is that person wherever it stands again: `Isak Kleist .. Kleist`, `Kleists`.

use boundary::{Kind, Layer};

use crate::{
    cues,
    lexicon::{AFTER_PERSON, DAY, FUNCTION, GREETING, MONTH, NAME, PARTICLE, Sieve, WORD},
    resolve::{Candidate, GUESS, Reaches, Sink},
    text::{Doc, Gap, Shape, Token, hash_word, is_ideograph},
};

/// Adds what is said again of the names found so far.
pub(super) fn detect(doc: &Doc<'_>, sink: &mut Sink) {
    if doc.ideographs {
        ideographs(doc, sink);
    }
    let (parts, taken) = parts(doc, sink);
    if parts.is_empty() {
        return;
    }
    let sieve = Sieve::of(parts.iter().map(|(hash, _)| *hash));
    let known = |hash: u64| {
        if !sieve.may_hold(hash) {
            return None;
        }
        let at = parts.binary_search_by_key(&hash, |(hash, _)| *hash).ok()?;
        parts.get(at).map(|(_, sure)| *sure)
    };
    for (index, token) in doc.tokens.iter().enumerate() {
        let small =
            token.shape == Shape::Lower && token.len() > 3 && !token.class.any(WORD.or(FUNCTION));
        let written = matches!(token.shape, Shape::Title | Shape::Upper | Shape::Mixed) || small;
        if !written || token.len() < 3 {
            continue;
        }
        // `Ödmans avdelning`: a name in the genitive has no sign in the Nordic languages and German.
        let Some(sure) = known(token.hash).or_else(|| {
            let stem = doc.word(token).strip_suffix('s').filter(|it| it.len() > 3 && !small)?;
            known(hash_word(stem))
        }) else {
            continue;
        };
        if taken.get(index) == Some(&false) && stands(doc, index, token, sure) {
            sink.push((token.start, token.end), Kind::Name, Layer::Model, GUESS);
        }
    }
}

/// Names that are looked for again: more stand in no letter.
const MOST: usize = 32;

/// Names without spaces between their words, and the surname of those with one.
fn ideographs(doc: &Doc<'_>, sink: &mut Sink) {
    let is_name = |it: &&Candidate| it.kind == Kind::Name && it.layer != Layer::Known;
    let written = |it: &Candidate| doc.span(it.start, it.end);
    let eastern = |text: &&str| text.chars().all(|c| is_ideograph(c) || c.is_whitespace());
    let all = sink.candidates.iter().filter(is_name).map(written).filter(eastern);
    let all = all.filter_map(|text| text.split_whitespace().next());
    let mut names: Vec<&str> = all.filter(|it| (2..=5).contains(&it.chars().count())).collect();
    names.sort_unstable();
    names.dedup();
    for name in names.into_iter().take(MOST) {
        for (at, _) in doc.text.match_indices(name) {
            sink.push((at, at + name.len()), Kind::Name, Layer::Model, GUESS);
        }
    }
}

/// Words of the names found so far, whether they stood in a whole name, and of each word of the text whether it is one.
fn parts(doc: &Doc<'_>, sink: &Sink) -> (Vec<(u64, bool)>, Vec<bool>) {
    let holds = |it: &&Candidate| {
        matches!(it.kind, Kind::Org | Kind::Address | Kind::Url | Kind::Email | Kind::Secret)
    };
    let holders = Reaches::new(sink.candidates.iter().filter(holds).map(|it| (it.start, it.end)));
    let (mut parts, mut taken) = (Vec::new(), vec![false; doc.tokens.len()]);
    for name in sink.candidates.iter().filter(|it| it.kind == Kind::Name) {
        let first = doc.index_at(name.start);
        let words = || doc.tokens.iter().skip(first).take_while(|t| t.end <= name.end);
        taken.iter_mut().skip(first).zip(words()).for_each(|(it, _)| *it = true);
        if holders.hold(name.start, name.end) || name.layer == Layer::Known {
            continue;
        }
        let count = words().filter(|t| t.len() > 1).take(8).count();
        let whole = name.layer == Layer::Field || words().take(2).count() > 1;
        for word in words().filter(|t| t.shape != Shape::Ideograph && t.len() > 2 && count < 8) {
            let other = word.class.any(FUNCTION.or(PARTICLE).or(GREETING));
            // A word alone was taken for a name by what stood around it: that much is not known of the others.
            let everyday = word.class.any(WORD.or(DAY).or(MONTH));
            // Who is called like a word needs a sign each time.
            let called = everyday && !whole && word.class.any(NAME) && word.shape == Shape::Title;
            if !other && (whole || !everyday || called) {
                parts.push((word.hash, whole));
            }
        }
    }
    parts.sort_unstable_by_key(|(hash, sure)| (*hash, !*sure));
    parts.dedup_by_key(|(hash, _)| *hash);
    (parts, taken)
}

/// Whether a word that was part of a name is a name here, too.
fn stands(doc: &Doc<'_>, index: usize, token: &Token, sure: bool) -> bool {
    let cue = cues::person(doc, index, index + 1);
    let next = doc.token(index + 1).filter(|t| t.gap == Gap::Space);
    if !token.class.any(WORD.or(DAY).or(MONTH)) {
        // "the Madison dashboard" after Madison Hale is hers, or called after her: it tells her name.
        return cue > -3 || sure;
    }
    if cue > i32::from(!sure) {
        return true;
    }
    // "Grant is out", "Precious cited ..", against "Mark it" and "Grant applications are ..".
    let says = next.is_some_and(|t| {
        t.class.any(AFTER_PERSON) || t.shape == Shape::Lower && doc.word(t).ends_with("ed")
    });
    let inside = !token.opens
        && token.gap == Gap::Space
        && token.shape == Shape::Title
        && next.is_none_or(|t| !t.capital())
        && cue > -2;
    sure && (says || inside && token.class.any(NAME))
}
