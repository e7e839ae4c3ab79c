//! What the words around a name say for or against a person standing there.

mod letter;
mod said;
mod thing;

use crate::{
    lexicon::{
        ABROAD, AFTER_PERSON, BEFORE_PERSON, BRAND, Class, FUNCTION, GREETING, HONORIFIC, JOB,
        NAME, NAME_LABEL, NATIONALITY, ORG_WORD, PRODUCT, SIGN_OFF, VERSION_CUE, WORD,
    },
    text::{Doc, Gap, Shape, Token},
};
use said::{
    before_introducing, introduces, is_article, is_short_title, may_ask, may_lead, meets, small,
    speaks, word_is,
};

/// `and`, before the last of a row, in small letters.
pub(crate) fn joins(word: &str) -> bool {
    word.len() <= 6
        && matches!(
            word,
            "and"
                | "und"
                | "et"
                | "y"
                | "e"
                | "en"
                | "och"
                | "og"
                | "i"
                | "a"
                | "ve"
                | "ja"
                | "és"
                | "și"
                | "και"
        )
}

/// Points for (above 0) or against a person at words `from..to`.
pub(crate) fn person(doc: &Doc<'_>, from: usize, to: usize) -> i32 {
    let mention = i32::from(doc.token(from).is_some_and(|first| mentioned(doc, first)));
    let mut room = [0; 12];
    let prior = from.checked_sub(1).and_then(|i| doc.token(i));
    let said = prior.map_or("", |prior| small(doc, prior, &mut room));
    let greeted = slashed_greeting(doc, from) || letter::greeted_beside(doc, from);
    let led = if greeted { 3 } else { before(doc, from, said) };
    let thing = thing::points(doc, from, to, said);
    mention + led + after(doc, from, to) + alone(doc, from, to) + thing
}

/// Whether words `from..to` are a thing and what it is called: `Café Anna`.
pub(crate) fn christened(doc: &Doc<'_>, from: usize, to: usize) -> bool {
    thing::heads(doc, from, to)
}

/// By what stands before, of which the last word is `said` in small letters.
fn before(doc: &Doc<'_>, from: usize, said: &str) -> i32 {
    let Some(first) = doc.token(from) else { return 0 };
    let Some(prior) = from.checked_sub(1).and_then(|i| doc.token(i)) else { return 0 };
    let spaced = matches!(first.gap, Gap::Space | Gap::Wide);
    let is = |class: Class| prior.class.any(class);
    if first.gap == Gap::Underscore {
        return -5;
    }
    if titled(doc, prior, first) {
        return 4;
    }
    if is(GREETING)
        && matches!(first.gap, Gap::Space | Gap::Comma)
        && (prior.opens || prior.shape == Shape::Lower)
    {
        return 3;
    }
    if spaced && introduced_by(doc, from, said) {
        return 4;
    }
    // `hey its ada`: no possessive.
    if spaced && first.shape == Shape::Lower && !first.class.any(WORD) && said == "its" {
        return 2;
    }
    // `sorry about that Ada,`: no article.
    if spaced
        && !first.class.any(WORD)
        && matches!(said, "that" | "this")
        && (first.class.any(NAME) || doc.token(from + 1).is_none_or(|t| t.gap != Gap::Space))
    {
        return 0;
    }
    if spaced && is(FUNCTION) && is_article(said) {
        return -3;
    }
    if (spaced || first.gap == Gap::Colon) && is(NAME_LABEL) && !is(FUNCTION) {
        return 2;
    }
    // A language that gives every noun a capital gives it to what somebody is.
    if spaced && (is(BEFORE_PERSON) && !is(FUNCTION) || is(JOB) && (!prior.capital() || is(ABROAD)))
    {
        return 2;
    }
    // "my name is Ada", "Last name? Byron".
    let label = |i: usize| {
        from.checked_sub(i)
            .and_then(|i| doc.token(i))
            .is_some_and(|t| word_is(doc, t, |word| matches!(word, "name" | "surname")))
    };
    if spaced && matches!(said, "is" | "was" | "s") && label(2)
        || first.gap == Gap::Other && label(1)
    {
        return 3;
    }
    if spaced && said == "per" {
        return 2;
    }
    if spaced && matches!(said, "with" | "w") && meeting(doc, from) {
        return 2;
    }
    if spaced && matches!(said, "to" | "with" | "for" | "of") && speaking(doc, from) {
        return 2;
    }
    if spaced && may_lead(said) {
        // "w/ Ada" reads as a word and a slash.
        return 1;
    }
    if first.gap == Gap::Other && matches!(said, "w" | "b" | "c") {
        return 2;
    }
    if spaced && first.shape == Shape::Lower && may_ask(said) {
        return 1;
    }
    if spaced && prior.capital() && is(PRODUCT.or(BRAND).or(ORG_WORD)) && !is(NAME) {
        return -1;
    }
    0
}

/// Whether `prior` is a title, and `first` behind it whoever has it.
fn titled(doc: &Doc<'_>, prior: &Token, first: &Token) -> bool {
    let dotted = doc.byte(prior.end) == b'.';
    let word = prior.class.any(WORD) && !prior.class.any(ABROAD);
    prior.class.any(HONORIFIC)
        && matches!(first.gap, Gap::Space | Gap::DotSpace | Gap::Dot)
        && (prior.capital() || !word || dotted)
        && (dotted || !word_is(doc, prior, is_short_title))
}

/// "this is", "mein name ist", "me llamo": whoever speaks says who it is.
pub(crate) fn introduced(doc: &Doc<'_>, from: usize) -> bool {
    let Some(prior) = from.checked_sub(1).and_then(|i| doc.token(i)) else { return false };
    introduced_by(doc, from, small(doc, prior, &mut [0; 12]))
}

/// The same, where the last word before is `said` in small letters.
fn introduced_by(doc: &Doc<'_>, from: usize, said: &str) -> bool {
    let Some(first) = doc.token(from) else { return false };
    if first.class.any(FUNCTION.or(BRAND).or(PRODUCT))
        || first.class.any(WORD) && !first.capital()
        || said.len() > 9
    {
        return false;
    }
    if introduces(said) {
        return first.len() > 2;
    }
    let before = before_introducing(said);
    let earlier = from.checked_sub(2).and_then(|i| doc.token(i)).filter(|_| !before.is_empty());
    earlier.is_some_and(|earlier| before.contains(&small(doc, earlier, &mut [0; 12])))
}

/// `Estimado/a Rigoberto`, `Prezado(a) Jurandir`, `Cher/Chère Solenne`: a greeting in both genders.
fn slashed_greeting(doc: &Doc<'_>, from: usize) -> bool {
    let Some([greeting, ending]) =
        from.checked_sub(2).and_then(|at| doc.tokens.get(at..from)).and_then(|t| t.first_chunk())
    else {
        return false;
    };
    if !greeting.class.any(GREETING) {
        return false;
    }
    let parted = ending.gap == Gap::Slash || doc.span(greeting.end, ending.start) == "(";
    parted
        && (ending.len() <= 2 || ending.class.any(GREETING))
        && doc.token(from).is_some_and(|t| matches!(doc.span(ending.end, t.start), " " | ") "))
}

/// "spoke to", "vm for", "on behalf of".
fn speaking(doc: &Doc<'_>, from: usize) -> bool {
    from.checked_sub(2).and_then(|i| doc.token(i)).is_some_and(|t| word_is(doc, t, speaks))
}

/// "call with", "lunch with".
fn meeting(doc: &Doc<'_>, from: usize) -> bool {
    let prior = from.checked_sub(2).and_then(|i| doc.token(i));
    prior.is_some_and(|t| t.class.any(BEFORE_PERSON) || word_is(doc, t, meets))
}

fn after(doc: &Doc<'_>, from: usize, to: usize) -> i32 {
    let Some(last) = to.checked_sub(1).and_then(|i| doc.token(i)) else { return 0 };
    let rest = doc.text.get(last.end..).unwrap_or_default();
    let mail = rest.trim_start_matches(' ');
    if matches!(mail.bytes().next(), Some(b'<' | b'('))
        && mail
            .char_indices()
            .take(64)
            .take_while(|(_, c)| !c.is_whitespace() && *c != ')')
            .any(|(_, c)| c == '@')
    {
        return 3;
    }
    if speaker(doc, from, last.end) {
        return 2;
    }
    let Some(next) = doc.token(to) else { return 0 };
    if says_who(doc, from, next) {
        return 3;
    }
    match next.gap {
        Gap::Apostrophe if doc.word(next).eq_ignore_ascii_case("s") => 1,
        Gap::Underscore => -5,
        Gap::Hyphen
            if next.shape == Shape::Lower
                && doc.token(from).is_some_and(|t| t.class.any(WORD.or(BRAND))) =>
        {
            -2
        }
        Gap::Space => {
            let thing = next.capital() && !next.opens && next.shape != Shape::Initial;
            if thing
                && next.class.any(PRODUCT.or(ORG_WORD).or(BRAND).or(VERSION_CUE))
                && !next.class.any(NAME)
            {
                return -3;
            }
            if thing && next.class.any(WORD) && !next.class.any(NAME.or(FUNCTION).or(NATIONALITY)) {
                return -2;
            }
            // A name and a number make a model: "Falcon 9", "Taylor X200".
            if matches!(next.shape, Shape::Alnum)
                && doc.word(next).starts_with(|c: char| c.is_ascii_uppercase())
            {
                return -2;
            }
            if next.shape == Shape::Lower && next.class.any(AFTER_PERSON) {
                return if next.class.any(FUNCTION) { 1 } else { 2 };
            }
            0
        }
        _ => 0,
    }
}

/// `@Ada can you look?`, against an e-mail address.
pub(crate) fn mentioned(doc: &Doc<'_>, token: &Token) -> bool {
    let at = token.start.checked_sub(1).filter(|at| doc.byte(*at) == b'@');
    at.is_some_and(|at| {
        !doc.char_before(at).is_some_and(|c| c.is_alphanumeric() || matches!(c, '.' | '_' | '-'))
    })
}

/// `Ada here, my order is late`, `Hi, Ada here from ..`: the writer says who writes.
fn says_who(doc: &Doc<'_>, from: usize, next: &Token) -> bool {
    if next.gap != Gap::Space || next.len() != 4 || doc.word(next) != "here" {
        return false;
    }
    let opens = doc.token(from).is_some_and(|t| t.opens || t.gap == Gap::Comma);
    let rest = doc.text.get(next.end..).unwrap_or_default();
    opens
        && (rest.is_empty()
            || rest.starts_with([',', '.', ':', '!', '-', '\n'])
            || rest.starts_with(" from ")
            || rest.starts_with(" at "))
}

/// `[10:42] Ada: hello`: who speaks in a chat, after the time.
fn speaker(doc: &Doc<'_>, from: usize, end: usize) -> bool {
    if doc.byte(end) != b':' {
        return false;
    }
    let Some(first) = doc.token(from) else { return false };
    let timed = from.checked_sub(1).and_then(|i| doc.token(i)).is_some_and(|t| {
        t.shape == Shape::Digits && matches!(doc.span(t.end, first.start), "] " | ") " | " - ")
    });
    timed && doc.span(end, end + 2) == ": "
}

/// A name that is a line of its own, or follows "Best regards".
fn alone(doc: &Doc<'_>, from: usize, to: usize) -> i32 {
    let Some(first) = doc.token(from) else { return 0 };
    let closes = doc.token(to).is_none_or(|t| t.gap == Gap::Line);
    let opens = matches!(first.gap, Gap::Line | Gap::Start);
    let prior = from.checked_sub(1).and_then(|i| doc.token(i));
    let signed = prior.is_some_and(|t| t.class.any(SIGN_OFF));
    // `Mvh Brask`: on one line.
    let beside = first.gap == Gap::Space && closes && prior.is_some_and(|t| t.opens);
    let parted = opens || matches!(first.gap, Gap::Comma | Gap::Other) || beside;
    match (opens && closes, signed && parted) {
        (_, true) => 3,
        (true, _) if from > 0 && letter::signed(doc, from, to) => 3,
        (true, _) if from > 0 => 1,
        _ => 0,
    }
}
