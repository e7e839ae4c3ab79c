//! Runs of capitalised words, judged by their parts and their surroundings.

use boundary::{Kind, Layer};

use super::{evidence, goods, led, lone_surname, place, small, things};
use crate::{
    cues,
    lexicon::{
        ABBREVIATION, ABROAD, BRAND, CITY, COUNTRY, DAY, FUNCTION, GIVEN, GREETING, HONORIFIC, JOB,
        LEGAL, MONTH, NAME, NATIONALITY, ORG_WORD, PARTICLE, PLACE_PREFIX, PRODUCT, ROLE, SIGN_OFF,
        STATE, SURNAME, TRADE, WORD,
    },
    resolve::{GUESS, Sink},
    text::{Doc, Gap, Shape, Token},
};

/// Most words of a name.
const LONGEST: usize = 6;

pub(super) fn detect(doc: &Doc<'_>, sink: &mut Sink) {
    let foreign = doc.capitalises_nouns();
    let english = doc.is_english();
    let mut index = 0;
    while let Some(token) = doc.token(index) {
        if starts(token) || token.gap == Gap::At && cues::mentioned(doc, token) && token.capital() {
            let end = run_end(doc, index);
            judge(doc, (index, end), (foreign, english), sink);
            index = end.max(index + 1);
        } else if token.shape == Shape::Lower {
            index = small::detect(doc, index, english, sink);
        } else {
            index += 1;
        }
    }
}

fn starts(token: &Token) -> bool {
    token.capital() && !matches!(token.gap, Gap::Underscore | Gap::At | Gap::Dot)
}

/// One past the last word of the run of capitalised words from `from`.
fn run_end(doc: &Doc<'_>, from: usize) -> usize {
    let mut end = from + 1;
    while let Some(token) = doc.token(end) {
        if end - from >= LONGEST + 2 || !continues(doc, end, token) {
            break;
        }
        end += 1;
    }
    // A particle may not end a name.
    while end > from + 1
        && doc.token(end - 1).is_some_and(|t| t.shape == Shape::Lower && t.gap != Gap::Hyphen)
    {
        end -= 1;
    }
    end
}

fn continues(doc: &Doc<'_>, index: usize, token: &Token) -> bool {
    let before = index.checked_sub(1).and_then(|i| doc.token(i));
    let joined = match token.gap {
        Gap::Space | Gap::Hyphen => true,
        Gap::Apostrophe => token.capital(),
        Gap::DotSpace | Gap::Dot => {
            before.is_some_and(|t| t.shape == Shape::Initial || t.class.any(HONORIFIC))
        }
        _ => false,
    };
    let particle = token.shape == Shape::Lower
        && token.class.any(PARTICLE)
        && token.len() <= 4
        && before.is_some_and(|t| !t.class.any(FUNCTION) || t.class.any(PARTICLE))
        && particle_leads_on(doc, index);
    // "tell Ada I am late": a pronoun and an article are no initials.
    let pronoun = token.shape == Shape::Initial
        && token.class.any(FUNCTION)
        && doc.byte(token.end) != b'.'
        && !doc.token(index + 1).is_some_and(|t| {
            let middle = t.gap == Gap::Space && t.shape == Shape::Title && !t.class.any(WORD);
            t.gap == Gap::Apostrophe && t.capital() || middle && doc.word(token) != "I"
        });
    joined
        && !pronoun
        && (token.capital() || particle || second_syllable(token, before))
        && !(token.class.any(GREETING) && token.class.any(WORD) && !token.class.any(NAME))
}

/// `Hye-jin`: a syllable written small after a hyphen.
fn second_syllable(token: &Token, before: Option<&Token>) -> bool {
    let short = before.is_some_and(|t| t.len() <= 6 && !t.class.any(FUNCTION));
    token.gap == Gap::Hyphen
        && token.shape == Shape::Lower
        && token.len() <= 6
        && (token.class.any(NAME) || short)
        && (!token.class.any(WORD.or(FUNCTION)) || short && token.class == WORD && token.len() <= 5)
        && before.is_some_and(|t| t.shape == Shape::Title && !t.class.any(WORD))
}

/// `van der Berg`: one or two particles, then a capitalised word.
fn particle_leads_on(doc: &Doc<'_>, index: usize) -> bool {
    let next =
        |n: usize| doc.token(index + n).filter(|t| matches!(t.gap, Gap::Space | Gap::Apostrophe));
    let both = next(1).is_some_and(|t| t.class.any(PARTICLE) && t.shape == Shape::Lower)
        && next(2).is_some_and(Token::capital);
    // "y" and "e" join surnames, "or" and "in" do not; "de" and its like only inside names.
    (both || next(1).is_some_and(|t| t.capital() && !t.class.any(TRADE)))
        && doc.token(index).is_some_and(|t| {
            !matches!(doc.word(t), "i" | "e" | "a" | "o" | "st") || doc.word(t) == "y"
        })
}

fn judge(
    doc: &Doc<'_>,
    (from, to): (usize, usize),
    (foreign, english): (bool, bool),
    sink: &mut Sink,
) {
    let shouting = evidence::shouting(doc, from);
    // `i. A.`, `Annex B. Prices`: a letter that numbers is no initial.
    let from = from + usize::from(things::is_number(doc, from));
    let (from, to) = trim(doc, from, to, foreign);
    // `El Departamento de ..`: the article is left.
    let article = |t: &Token| t.class.any(PARTICLE.or(FUNCTION)) && t.len() <= 3;
    if from >= to
        || to - from == 1 && doc.token(from).is_some_and(article) && cues::person(doc, from, to) < 3
    {
        return;
    }
    if things::is_label(doc, from, to) || cues::christened(doc, from, to) {
        return;
    }
    // "Last, First" and lists of names: look past the comma.
    let parts = doc.tokens.get(from..to).unwrap_or_default();
    let main = parts.iter().filter(|t| !t.class.any(PARTICLE)).count();
    if (main <= 2 && parts.len() <= 5) && last_first(doc, from, to, sink) {
        return;
    }
    let words = doc.tokens.get(from..to).unwrap_or_default();
    let (Some(first), Some(last)) = (words.first(), words.last()) else { return };
    // `CONDITIONS DE VENTE`: what is left behind a noun and begins with a small word belongs to it.
    if first.class.any(FUNCTION.or(PARTICLE))
        && first.shape != Shape::Initial
        && first.gap == Gap::Space
        && from.checked_sub(1).and_then(|i| doc.token(i)).is_some_and(|t| evidence::is_noun(doc, t))
    {
        return;
    }
    if place::is_place(doc, from, to) {
        sink.push((first.start, last.end), Kind::Location, Layer::Model, GUESS);
        return;
    }
    // The small words of `op den Akker` say nothing, but for those behind a given name.
    let small = |t: &&Token| t.shape == Shape::Lower && t.class.any(PARTICLE);
    let points: i32 = words
        .iter()
        .filter(|t| !small(t))
        .map(|t| evidence::word(doc, t, foreign || shouting))
        .sum();
    let lead = led::person(doc, from, to, foreign, english);
    // `Robot Floris`: that nothing leads on to a person does not outweigh a thing.
    let around = cues::person(doc, from, to);
    let cue = if around <= -5 && lead < 3 { around } else { around.max(lead) };
    let whole =
        words.iter().filter(|t| t.shape != Shape::Initial && t.shape != Shape::Lower).count();
    let initials = words.iter().filter(|t| t.shape == Shape::Initial).count();
    let named = words.iter().any(|t| t.class.any(NAME) && !t.class.any(WORD));
    if cue <= 1 && (goods::is_make(doc, from, to) || goods::is_compound(doc, from, to)) {
        return;
    }
    let total = points + cue * 10 + if (2..=4).contains(&whole) { 8 } else { 0 };
    let fits = match (whole, initials) {
        (0, _) => false,
        // One word: a known given name, or a stranger with a clear sign.
        (1, 0) => {
            let opens_sentence = first.opens && first.class.any(WORD)
                // "He is German": of all that are called so, the fewest.
                || first.class.any(NATIONALITY) && cue < 2;
            total >= 30 && cue >= 0 && (named || cue >= 2) && !opens_sentence
                || cue >= 3 && points > -10 && !first.class.any(FUNCTION)
                // `Mrs Steuer`: a title says more than what else the word means.
                || cue >= 4 && first.capital() && !first.class.any(FUNCTION.or(JOB).or(DAY))
                || points >= 12 && cue >= 2
                || cue >= 0 && lone_surname::is_one(doc, from, to)
                // "Decision maker is Frost", "Banks no show": a word that people bear, where one must stand.
                || lead >= 3 && led::borne(first) && first.shape == Shape::Title
        }
        // `J. Smith`, `Smith J.`
        (1, _) => words.len() <= 4 && dotted(doc, words) && points >= 5 && cue > -3,
        _ => {
            total >= 32
                && whole <= 5
                && (named || cue >= 1 || points >= 26)
                && (cue > -3 || points >= 50)
        }
    };
    let surname_is_word = words.len() == 2 && after_given(doc, from, last);
    if fits || surname_is_word && total >= 20 && cue >= 1 {
        // What the words around say clearly needs no recogniser's word.
        let least =
            if cue >= 3 || whole == 1 && lone_surname::is_one(doc, from, to) { 40 } else { 0 };
        let weight = GUESS + u8::try_from(total.clamp(least, 90) / 4).unwrap_or(0);
        sink.push(
            (lone_surname::begins(doc, from, first), last.end),
            Kind::Name,
            Layer::Model,
            weight,
        );
        return;
    }
    let given_is_word = words.len() == 2 && !first.opens && surname_after(doc, from);
    if given_is_word && cue > -3 && points >= 0 {
        sink.push((first.start, last.end), Kind::Name, Layer::Model, GUESS);
        return;
    }
    if surname_is_word && cue > -3 {
        sink.push((first.start, first.end), Kind::Name, Layer::Model, GUESS);
        return;
    }
    if whole >= 1 && place::cued(doc, from, to) && points > -15 {
        sink.push((first.start, last.end), Kind::Location, Layer::Model, GUESS - 5);
    }
}

/// Whether an initial has its full stop: `J. Smith`.
fn dotted(doc: &Doc<'_>, words: &[Token]) -> bool {
    words
        .iter()
        .any(|t| t.shape == Shape::Initial && (doc.byte(t.end) == b'.' || t.class.any(NAME)))
        || words.len() > 2
        || words.iter().any(|t| t.gap == Gap::Apostrophe)
}

/// Leaves out what stands around a name: the verb that opens the sentence, the honorific, the product behind.
fn trim(doc: &Doc<'_>, from: usize, to: usize, foreign: bool) -> (usize, usize) {
    let (mut from, mut to) = (from, to);
    while from < to {
        let Some(token) = doc.token(from) else { break };
        let title = token.class.any(HONORIFIC)
            && (to - from > 1)
            && (!token.class.any(NAME) || doc.byte(token.end) == b'.' || token.len() <= 3);
        let opener = (token.class.any(GREETING.or(SIGN_OFF).or(FUNCTION).or(DAY))
            || token.opens && token.class.any(WORD))
            && (articled(doc, token)
                || !(token.class.any(NAME) && to - from > 1 && name_goes_on(doc, from + 1)));
        let initial = token.shape == Shape::Initial
            && (doc.byte(token.end) == b'.'
                || doc.token(from + 1).is_some_and(|t| t.gap == Gap::Apostrophe));
        let belongs =
            place_begins(doc, from) || !token.opens && to - from == 2 && surname_after(doc, from);
        let everyday = token.class.any(WORD) && !token.class.any(NAME) && !belongs;
        let label = everyday && to - from > 1 && evidence::word(doc, token, foreign) < 0;
        let opener = opener && !initial && !place_begins(doc, from);
        // `Gutachter Brandl`, `monteur Postma`
        let role = token.class.any(ROLE) && !token.class.any(NAME);
        if !(title
            || to - from > 1 && (role || opener || led::kin_opens(doc, from))
            || label
            || opener
                && token.class.any(FUNCTION.or(GREETING).or(SIGN_OFF))
                && (!token.class.any(GIVEN) || articled(doc, token) && to - from > 1))
        {
            break;
        }
        from += 1;
    }
    while to > from + 1 {
        let Some(token) = doc.token(to - 1) else { break };
        let outside = token.shape == Shape::Lower && token.gap != Gap::Hyphen
            || token.class.any(
                WORD.or(PRODUCT).or(ORG_WORD).or(JOB).or(MONTH).or(DAY).or(FUNCTION).or(GREETING),
            ) && !token.class.any(NAME)
                && token.shape != Shape::Initial
            || token.gap == Gap::Space && led::title_behind(token);
        if !outside || to - from == 2 && after_given(doc, from, token) {
            break;
        }
        to -= 1;
        // What follows a name and is a thing makes the whole a thing: `Madison Dashboard`.
        if token.class.any(PRODUCT.or(ORG_WORD))
            && to - from <= 2
            && token.gap == Gap::Space
            && token.shape != Shape::Lower
        {
            return (to, to);
        }
    }
    (from, to)
}

/// Whether a word that opens a sentence is an article there, whoever is called so.
fn articled(doc: &Doc<'_>, token: &Token) -> bool {
    token.opens
        && matches!(
            doc.word(token),
            "Der" | "Die" | "Das" | "Den" | "Dem" | "La" | "Le" | "Il" | "El" | "Het"
        )
}

/// `Precious Ndlovu`: a word before a surname that is nothing else may be the given name.
fn surname_after(doc: &Doc<'_>, index: usize) -> bool {
    let first = doc.token(index);
    first.is_some_and(|t| {
        t.shape == Shape::Title
            && !t.class.any(
                PRODUCT.or(ORG_WORD).or(JOB).or(FUNCTION).or(MONTH).or(DAY).or(GREETING).or(ROLE),
            )
    }) && doc.token(index + 1).is_some_and(|t| {
        t.gap == Gap::Space && t.shape == Shape::Title && t.class.any(SURNAME) && !t.class.any(WORD)
    })
}

/// `Lake Tylertown`: the first word belongs to the place.
fn place_begins(doc: &Doc<'_>, index: usize) -> bool {
    doc.token(index).is_some_and(|t| t.class.any(PLACE_PREFIX) && !t.class.any(FUNCTION))
        && doc.token(index + 1).is_some_and(|t| t.gap == Gap::Space && !t.class.any(WORD))
}

/// `Benjamin Mall`: a word behind a name that is nothing but a name may be the surname.
fn after_given(doc: &Doc<'_>, from: usize, last: &Token) -> bool {
    let first = doc.token(from);
    first.is_some_and(|t| t.class.any(GIVEN) && !t.class.any(WORD.or(COUNTRY).or(BRAND).or(MONTH)))
        && last.shape == Shape::Title
        && last.gap == Gap::Space
        && !last.class.any(
            PRODUCT
                .or(ORG_WORD)
                .or(JOB)
                .or(MONTH)
                .or(DAY)
                .or(FUNCTION)
                .or(GREETING)
                .or(BRAND)
                .or(ABROAD),
        )
}

/// Whether the word at `index` is the second part of a name: a surname, or a word that is no everyday one.
fn name_goes_on(doc: &Doc<'_>, index: usize) -> bool {
    doc.token(index).is_some_and(|t| {
        t.gap == Gap::Space
            && t.capital()
            && (t.class.any(SURNAME)
                || !t.class.any(WORD.or(PRODUCT).or(COUNTRY).or(NATIONALITY).or(GIVEN)))
    })
}

/// `Byron, Ada` where one is a surname and the other a given name, and the comma is no list.
fn last_first(doc: &Doc<'_>, from: usize, to: usize, sink: &mut Sink) -> bool {
    let Some(next) = doc.token(to).filter(|t| t.gap == Gap::Comma && t.capital()) else {
        return false;
    };
    let after = to + 1;
    let second = doc
        .token(after)
        .filter(|t| matches!(t.gap, Gap::Space | Gap::Hyphen) && t.capital() && t.class.any(GIVEN))
        .map_or(after, |_| after + 1);
    let given =
        |t: &Token| t.class.any(GIVEN) || t.shape == Shape::Initial && doc.byte(t.end) == b'.';
    let words = doc.tokens.get(from..to).unwrap_or_default();
    let surname = words.iter().all(|t| {
        !t.class.any(GREETING.or(FUNCTION).or(COUNTRY))
            && (t.class.any(SURNAME) || !t.class.any(WORD.or(GIVEN)))
            || t.class.any(PARTICLE) && words.len() > 1
    });
    // "Ada, Ben and Cy" is a list.
    let list = doc.token(second).is_some_and(|t| t.gap == Gap::Comma && t.capital())
        || doc
            .token(second)
            .is_some_and(|t| matches!(doc.word(t), "and" | "und" | "et" | "y" | "e"))
            && words.iter().all(|t| t.class.any(GIVEN) && !t.class.any(SURNAME));
    // "Krohn, A. Yıldırım" are two.
    let initial = next.shape == Shape::Initial;
    let closes = doc.token(second).is_none_or(|t| {
        !(t.capital()
            && (t.gap == Gap::Space || initial && t.gap == Gap::DotSpace && !t.class.any(WORD)))
    });
    let cell = closes && in_cell(doc, (from, to), second, words, next);
    if !(surname && given(next) && !list && closes || cell) {
        return false;
    }
    let opens = cell
        || words.first().is_some_and(|t| t.opens)
        || cues::person(doc, from, to) > 0
        || words.iter().all(|t| t.class.any(SURNAME) || !t.class.any(WORD));
    let first = before_particles(doc, from);
    let (Some(first), Some(last)) = (doc.token(first), doc.token(second - 1)) else { return false };
    if opens {
        sink.push((first.start, last.end), Kind::Name, Layer::Model, GUESS + 35);
    }
    opens
}

/// `"Bloom, Heather"`, `Oyelaran, T. / Prewitt, Dale`, `Snow, Thiago - VP`: two words between signs that part things.
fn in_cell(
    doc: &Doc<'_>,
    (from, to): (usize, usize),
    after: usize,
    words: &[Token],
    given: &Token,
) -> bool {
    let (Some(first), Some(last)) = (words.first(), doc.token(after - 1)) else { return false };
    let before = doc.byte_before(first.start);
    let opens = matches!(first.gap, Gap::Start | Gap::Line)
        || matches!(before, b'"' | b'(' | b'|' | b';')
        || from.checked_sub(1).and_then(|i| doc.token(i)).is_some_and(|t| {
            matches!(doc.span(t.end, first.start), " / " | "; " | ": " | " - " | "\t")
        });
    let rest = doc.text.get(last.end..).unwrap_or_default();
    let rest = rest.strip_prefix('.').filter(|_| last.shape == Shape::Initial).unwrap_or(rest);
    let quoted = before == b'"' && rest.starts_with('"');
    let closes = quoted
        || rest.is_empty()
        || [" - ", " – ", " — ", " / ", "; ", ";", "\n", " (", "\t", "|", " |", ": "]
            .iter()
            .any(|it| rest.starts_with(it));
    let other = GREETING
        .or(SIGN_OFF)
        .or(FUNCTION)
        .or(DAY)
        .or(COUNTRY)
        .or(STATE)
        .or(ORG_WORD)
        .or(LEGAL)
        .or(PRODUCT)
        .or(ABROAD);
    let surname = |t: &Token| !t.class.any(WORD.or(MONTH)) || led::borne(t) || quoted;
    let office = rest.starts_with(" - ")
        && words.iter().any(|t| t.class.any(SURNAME) && !t.class.any(WORD.or(CITY)));
    let fits = words.iter().all(|t| {
        (t.shape == Shape::Title || t.shape == Shape::Mixed)
            && !t.class.any(other)
            && !evidence::is_noun(doc, t)
            && surname(t)
            || t.class.any(PARTICLE.or(ABBREVIATION)) && words.len() > 1
    });
    let called = given.shape == Shape::Initial && doc.byte(given.end) == b'.'
        || given.shape == Shape::Title
            && !given.class.any(other.or(CITY))
            && !evidence::is_noun(doc, given)
            && (given.class.any(GIVEN) || quoted || office || !given.class.any(WORD.or(MONTH)));
    let person = given.class.any(GIVEN) && (quoted || !given.class.any(WORD))
        || words.iter().any(|t| t.class.any(SURNAME) || led::borne(t) && given.class.any(GIVEN));
    to - from <= 3 && opens && closes && fits && called && person
}

/// `van den Heuvel, Pieter`: the first of the small words that a surname begins with.
fn before_particles(doc: &Doc<'_>, from: usize) -> usize {
    let mut first = from;
    while let Some(before) = first.checked_sub(1)
        && doc.token(first).is_some_and(|t| t.gap == Gap::Space)
        && doc.token(before).is_some_and(|t| t.shape == Shape::Lower && t.class.any(PARTICLE))
    {
        first = before;
    }
    first
}
