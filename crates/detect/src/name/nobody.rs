//! Texts that speak of nobody: where no word leads on to a person, nothing is somebody's own and the recogniser is sure of
//! no name, what is called like somebody is more often a thing.

use boundary::{Kind, Layer};

use super::{goods, led};
use crate::{
    cues,
    lexicon::{
        ABROAD, AFTER_PERSON, BEFORE_PERSON, Class, FUNCTION, NAME, PLACE_CUE, SMALL, SPOKE, WORD,
    },
    resolve::{Candidate, GUESS, Sink},
    text::{Doc, Gap, Shape, Token},
};

/// Certainty of the recogniser from which a name speaks for itself, and for others in its text.
const CERTAIN: u8 = 130;
/// The same for a name that stands as things do.
const BESIDE: u8 = 180;
/// Guesses up to this weight are looked at: what writing, neighbours and the recogniser say, no more.
const MOST: u8 = GUESS + 32;

/// Drops guesses at names from a text in which nobody is told of. `certain` is how sure the recogniser is of a guess.
pub(super) fn clear(doc: &Doc<'_>, certain: impl Fn(&Candidate) -> u8, sink: &mut Sink) {
    let guess = |it: &Candidate| {
        it.kind == Kind::Name && it.layer == Layer::Model && it.weight <= MOST && latin(doc, it)
    };
    if !sink.candidates.iter().any(guess) {
        return;
    }
    let (foreign, english) = (doc.capitalises_nouns(), doc.is_english());
    let cued = |it: &Candidate| {
        let (from, to) = range(doc, it);
        cues::person(doc, from, to).max(led::person(doc, from, to, foreign, english)) >= 2
    };
    let thing = |it: &Candidate| {
        let (from, to) = range(doc, it);
        beside_thing(doc, from, to, english)
    };
    // A small word says too little of its own to speak for others.
    let written = |it: &Candidate| doc.token(range(doc, it).0).is_some_and(Token::capital);
    let told = |it: &Candidate| {
        let sure = || certain(it) >= if thing(it) { BESIDE } else { CERTAIN };
        it.kind == Kind::Name && (!guess(it) || sure() || written(it) && cued(it))
    };
    if sink.candidates.iter().any(told) || goods::of_people(doc, sink) {
        return;
    }
    sink.candidates.retain(|it| !guess(it) || cued(it) || !thing(it) && acts(doc, range(doc, it)));
}

/// The words of a candidate.
fn range(doc: &Doc<'_>, it: &Candidate) -> (usize, usize) {
    (doc.index_at(it.start), doc.tokens.partition_point(|token| token.start < it.end))
}

/// The recogniser was taught Latin letters alone: of others it is sure of nothing.
fn latin(doc: &Doc<'_>, it: &Candidate) -> bool {
    let known =
        |c: char| !c.is_alphabetic() || matches!(c, '\0'..='\u{24f}' | '\u{1e00}'..='\u{1eff}');
    doc.span(it.start, it.end).chars().all(known)
}

/// `10 Stefan,`, `Elstar 1,89`, `then Wilkinson blades`: counted, priced or numbered, or the make of what stands behind.
fn beside_thing(doc: &Doc<'_>, from: usize, to: usize, english: bool) -> bool {
    let Some(first) = doc.token(from) else { return false };
    let prior = from.checked_sub(1).and_then(|i| doc.token(i));
    let counted = first.gap == Gap::Space
        && prior.is_some_and(|t| {
            t.shape == Shape::Digits
                && t.len() <= 3
                && (t.opens || matches!(t.gap, Gap::Comma | Gap::Start | Gap::Line))
        });
    let next = doc.token(to).filter(|t| t.gap == Gap::Space);
    let numbered = next.is_some_and(|t| matches!(t.shape, Shape::Digits | Shape::Alnum));
    let noun = |t: &Token| {
        t.shape == Shape::Lower
            && t.class.any(WORD)
            && !t.class.any(FUNCTION.or(AFTER_PERSON).or(SPOKE).or(ABROAD))
    };
    counted || numbered || english && !first.opens && next.is_some_and(noun)
}

/// Small words that lead on to people, and to much else.
const LEADING: Class = FUNCTION.or(SPOKE).or(SMALL).or(BEFORE_PERSON);

/// Whether words `from..to` stand where people do: at the head of a sentence, behind the time of a note, or behind a small
/// word that leads to no place, and a small word goes on with them.
fn acts(doc: &Doc<'_>, (from, to): (usize, usize)) -> bool {
    let Some(first) = doc.token(from) else { return false };
    let Some(next) = doc.token(to) else { return false };
    let small = next.shape == Shape::Lower;
    let prior = from.checked_sub(1).and_then(|i| doc.token(i)).filter(|_| first.gap == Gap::Space);
    let headed = first.opens || prior.is_some_and(|t| t.shape == Shape::Digits);
    let goes_on =
        small && matches!(next.gap, Gap::Space | Gap::Apostrophe) || next.gap == Gap::Colon;
    let led = prior.is_some_and(|t| {
        t.shape == Shape::Lower && t.class.any(LEADING) && !t.class.any(PLACE_CUE)
    });
    headed && goes_on && (first.capital() || first.class.any(NAME))
        || led && small && next.gap == Gap::Space
}

#[cfg(test)]
mod tests {
    use boundary::{Kind, Layer};

    use super::clear;
    use crate::{
        resolve::{Candidate, GUESS, Sink},
        text::Doc,
    };

    /// Whether `name` stays a guess in `text` when the recogniser is so sure of it.
    fn stays(text: &str, name: &str, certain: u8) -> bool {
        let mut sink = Sink::default();
        let start = text.find(name).expect("the name stands in the text");
        sink.push((start, start + name.len()), Kind::Name, Layer::Model, GUESS + 10);
        clear(&Doc::new(text), |_: &Candidate| certain, &mut sink);
        !sink.candidates.is_empty()
    }

    #[test]
    fn where_nobody_is_told_of_a_guess_is_a_thing() {
        for (text, name, certain, stands) in [
            ("Cocktail menu: Tom Collins, Bellini, Mule", "Bellini", 52, false),
            ("Cocktail menu: Tom Collins, Bellini, Mule", "Bellini", 135, true),
            ("Från lagret: 4 Billy, 10 Stefan, 1 lampa", "Stefan", 150, false),
            ("Från lagret: 4 Billy, 10 Stefan, 1 lampa", "Stefan", 190, true),
            ("Obst: Boskoop 2,10, Williams Christ 2,49", "Williams Christ", 140, false),
            ("Stock of aisle 7 today, Wilkinson blades and wax", "Wilkinson", 140, false),
            ("Abnahme Keller mit Fehlern", "Keller", 83, false),
            // Who does something, or is led to by a small word.
            ("09.15 Hoekstra gebeld over lasrobot", "Hoekstra", 82, true),
            ("Bergkvist sa nej. För dyrt", "Bergkvist", 11, true),
            ("ligt bij Dekker op kantoor", "Dekker", 10, true),
            ("bus from Dekker by noon", "Dekker", 63, false),
            // Somebody is greeted, spoken to or meant.
            ("Abnahme Keller mit Fehlern, sagt er", "Keller", 83, true),
            ("Hi Bellini, the menu is late", "Bellini", 52, true),
            ("I like the menu: Collins, Bellini, Mule", "Bellini", 52, true),
            // Other letters than the recogniser was taught.
            ("меню: Беллини, Коллинз", "Беллини", 0, true),
        ] {
            assert_eq!(stays(text, name, certain), stands, "{text} {certain}");
        }
    }

    #[test]
    fn whoever_is_told_of_speaks_for_the_others() {
        for (text, told) in [("Present: Bellini, Tulsk", true), ("Biscuits: Bellini, Tulsk", false)]
        {
            let mut sink = Sink::default();
            for name in ["Bellini", "Tulsk"] {
                let start = text.find(name).expect("the name stands in the text");
                sink.push((start, start + name.len()), Kind::Name, Layer::Model, GUESS + 10);
            }
            let sure =
                |it: &Candidate| if told && &text[it.start..it.end] == "Tulsk" { 200 } else { 20 };
            clear(&Doc::new(text), sure, &mut sink);
            assert_eq!(sink.candidates.len(), if told { 2 } else { 0 }, "{text}");
        }
    }
}
