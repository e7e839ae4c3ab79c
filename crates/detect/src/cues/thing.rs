//! What says that a thing stands where a person might: `Projekt Falke`, `Hazel lamps`, `the Euler method`.

use super::word_is;
use crate::{
    lexicon::{ABROAD, AFTER_PERSON, FUNCTION, GIVEN, MATERIAL, NAME, SURNAME, THING, WORD},
    text::{Doc, Gap, Shape},
};

/// Words that English uses of things without a name of their own, too: "the project Ada leads".
fn is_common(word: &str) -> bool {
    matches!(
        word,
        "project"
            | "projects"
            | "operation"
            | "initiative"
            | "program"
            | "programs"
            | "programme"
            | "system"
            | "systems"
            | "software"
            | "formula"
            | "module"
            | "modules"
            | "field"
            | "template"
            | "piano"
    )
}

/// What is called after persons, and is no verb.
fn is_called(word: &str) -> bool {
    matches!(
        word,
        "pipeline"
            | "pipelines"
            | "server"
            | "servers"
            | "plugin"
            | "plugins"
            | "cluster"
            | "dashboard"
            | "algorithm"
            | "method"
            | "methodology"
            | "framework"
            | "funnel"
            | "soil"
            | "loam"
    )
}

/// `Projekt Falke`, `sistema Quijote`, `Hazel lamps`: against a person where a thing stands.
pub(super) fn points(doc: &Doc<'_>, from: usize, to: usize) -> i32 {
    let words = doc.tokens.get(from..to).unwrap_or_default();
    let Some(first) = words.first() else { return 0 };
    // `Plan Aurora Doble`: a given name alone makes no whole one.
    let whole = words.len() > 1
        && words.first().is_some_and(|t| t.class.any(GIVEN) || t.shape == Shape::Initial)
        && words.last().is_some_and(|t| t.class.any(SURNAME) && !t.class.any(WORD));
    let before = from.checked_sub(1).and_then(|i| doc.token(i));
    let named = first.gap == Gap::Space
        && first.capital()
        && !whole
        && before.is_some_and(|prior| {
            prior.class.any(THING)
                && (prior.capital() || !doc.is_english() || !word_is(doc, prior, is_common))
        });
    if named {
        // More than any verb behind it says for a person.
        return -6;
    }
    // "Could Sherry call": no lamp.
    let asked = !first.opens && before.is_some_and(|t| t.class.any(FUNCTION));
    let made = words.len() == 1
        && first.class.any(MATERIAL)
        && !asked
        && doc.token(to).is_some_and(|next| {
            let noun = next.class.any(WORD)
                && !next.class.any(ABROAD)
                && !next.class.any(NAME.or(AFTER_PERSON).or(FUNCTION))
                && !doc.word(next).ends_with(['s', 'd', 'g']);
            next.gap == Gap::Space && (noun || next.capital() && next.class.is_only(WORD))
        });
    // "the Turing method", "Kowalczyk pipelines fail"
    let called = words.len() == 1
        && !asked
        && doc
            .token(to)
            .is_some_and(|next| next.gap == Gap::Space && word_is(doc, next, is_called));
    if made || called { -5 } else { 0 }
}

#[cfg(test)]
mod tests {
    use crate::cues::person;
    use crate::text::Doc;

    #[test]
    fn what_stands_behind_a_word_for_things_is_a_thing() {
        for (text, word, thing) in [
            ("Projekt Amsel startet", 1, true),
            ("il sistema Volta risponde", 2, true),
            ("Fas två av projektet Måsen", 4, true),
            ("the project Greta leads", 2, false),
            ("Project Greta starts", 1, true),
            ("Heather vase in stock", 0, true),
            ("could Heather look", 1, false),
            ("Heather says no", 0, false),
            ("Euler method fails", 0, true),
        ] {
            let points = person(&Doc::new(text), word, word + 1);
            assert_eq!(points <= -3, thing, "{text}: {points}");
        }
        // A whole name is a person's wherever it stands.
        assert!(person(&Doc::new("Projekt Anna Brandt"), 1, 3) > -3);
    }
}
