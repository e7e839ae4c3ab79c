//! Runs of capitalised words, judged by their parts and their surroundings.

mod last_first;
mod trim;

use boundary::{Kind, Layer};

use super::{evidence, goods, led, lone_surname, place, small, things};
use crate::{
    cues,
    lexicon::{
        DAY, FUNCTION, GREETING, HONORIFIC, JOB, NAME, NATIONALITY, PARTICLE, THING, TRADE, WORD,
    },
    resolve::{GUESS, Sink},
    text::{Doc, Gap, Shape, Token},
};
use last_first::last_first;
use trim::{after_given, surname_after, trim};

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
    // `Ventilblock Typ Falke`: what is called so begins behind.
    let thing = token.class.any(THING) && !token.class.any(NAME);
    joined
        && !pronoun
        && !thing
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
    let run = from;
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
    let plain = foreign || words.iter().any(evidence::is_unlisted) && evidence::shouting(doc, run);
    let points: i32 =
        words.iter().filter(|t| !small(t)).map(|t| evidence::word(doc, t, plain)).sum();
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
