//! A surname that stands alone and is nothing else: "Terpstra neemt het over", "a word with Ashworth".

use std::sync::LazyLock;

use crate::{
    lexicon::{
        ABROAD, AFTER_PERSON, BEFORE_PERSON, BRAND, CITY, COUNTRY, Class, FUNCTION, GREETING,
        Hashes, JOB, KIN, MONTH, NATIONALITY, ORDINARY, ORG_WORD, PARTICLE, PRODUCT, REFERENCE,
        ROLE, SAID_TO, SMALL, SPOKE, STATE, STREET, SURNAME, THING, WORD,
    },
    text::{Doc, Gap, Shape, Token},
};

/// What a surname may be beside.
const OTHER: Class = WORD
    .or(ORDINARY)
    .or(SMALL)
    .or(FUNCTION)
    .or(GREETING)
    .or(CITY)
    .or(COUNTRY)
    .or(NATIONALITY)
    .or(STATE)
    .or(STREET)
    .or(MONTH)
    .or(JOB)
    .or(ORG_WORD)
    .or(PRODUCT)
    .or(BRAND);

/// Whether the one word of `from..to` is a surname, and no word of any language stands for something else there.
pub(super) fn is_one(doc: &Doc<'_>, from: usize, to: usize) -> bool {
    let Some([one]) = doc.tokens.get(from..to) else { return false };
    let particles = before_particles(doc, from);
    !behind_name(doc, particles, from)
        && !beside_thing(doc, from, one)
        && (is_surname(one) || stands(doc, from, one))
}

/// `Sanne van 't Hooge`: the surname of the name before it.
fn behind_name(doc: &Doc<'_>, particles: usize, from: usize) -> bool {
    particles < from
        && doc.token(particles).is_some_and(|t| t.gap == Gap::Space)
        && particles.checked_sub(1).and_then(|i| doc.token(i)).is_some_and(Token::capital)
}

/// Where a name of `first` begins: with the small words of a Dutch surname, when it stands alone.
pub(super) fn begins(doc: &Doc<'_>, from: usize, first: &Token) -> usize {
    let particles = if first.class.any(SURNAME) { before_particles(doc, from) } else { from };
    let particles = if behind_name(doc, particles, from) { from } else { particles };
    doc.token(particles).map_or(first.start, |t| t.start)
}

/// `van der`, `ter`, `van 't`: the small words that Dutch surnames begin with.
fn before_particles(doc: &Doc<'_>, from: usize) -> usize {
    let mut at = from;
    while let Some(before) = at.checked_sub(1)
        && from - at < 3
        && doc.token(at).is_some_and(|t| t.gap == Gap::Space || doc.word(t) == "t")
        && doc
            .token(before)
            .is_some_and(|t| t.shape == Shape::Lower && t.len() <= 3 && is_dutch(doc.word(t)))
    {
        at = before;
    }
    // "de Moreau", "der Brückner": an article alone is none.
    let heads = doc.token(at).is_some_and(|t| matches!(doc.word(t), "van" | "ter" | "ten" | "op"));
    if heads { at } else { from }
}

fn is_dutch(word: &str) -> bool {
    matches!(word, "van" | "de" | "der" | "den" | "ter" | "ten" | "op" | "t")
}

/// "ligt bij Berg", "Prado fechou": an everyday word with a capital where the language gives it none.
fn stands(doc: &Doc<'_>, from: usize, one: &Token) -> bool {
    let named = one.shape == Shape::Title
        && one.len() > 1
        && one.class.any(SURNAME)
        && one.class.any(ORDINARY)
        && !one.class.any(OTHER.without(ORDINARY));
    let next = doc.token(from + 1);
    let small = next.is_some_and(|t| t.gap == Gap::Space && t.shape == Shape::Lower);
    if !named {
        return false;
    }
    if one.opens || matches!(one.gap, Gap::Comma) {
        return small && next.is_some_and(|t| t.class.any(AFTER_PERSON) || DOES.has(t));
    }
    let prior = from.checked_sub(1).and_then(|i| doc.token(i));
    !doc.capitalises_nouns()
        && one.gap == Gap::Space
        && (small || next.is_none_or(|t| !matches!(t.gap, Gap::Space | Gap::Other)))
        && prior.is_some_and(|t| {
            t.shape == Shape::Lower
                && !t.class.any(THING.or(PRODUCT).or(PARTICLE).or(REFERENCE).or(STREET))
                && !ARTICLES.has(t)
                && (!t.class.any(ABROAD) || t.class.any(SAYING))
        })
}

/// What a word before a person may be; a noun of business before an everyday word calls a thing so.
const SAYING: Class =
    SMALL.or(FUNCTION).or(BEFORE_PERSON).or(SPOKE).or(AFTER_PERSON).or(ROLE).or(KIN).or(SAID_TO);

/// Words that say of whoever stands before them what he does, or how he is reached, and of a thing seldom at the head of
/// a sentence without its article.
static DOES: LazyLock<Hashes> = LazyLock::new(|| {
    Hashes::new(
        "har hade ska skal ei on oli kan kommer kom tar tog får fick er är var blir ej inte ikke heeft had is was komt kwam kon zou zal gaat ging neemt nam niet hat hatte ist war kommt kam kann will wird soll muss nimmt braucht nicht a avait est était va vient doit peut prend n ha había está es va viene tiene debe puede no tem foi vai vem não è va viene deve può non ma jest był była będzie może nie má je byl byla bude může",
    )
});

/// Articles, behind which a word of the language stands.
static ARTICLES: LazyLock<Hashes> = LazyLock::new(|| {
    Hashes::new(
        "the a an het een en ett den le la les l un une des du el los las una al del il lo i gli della dello dei o os as um uma do da dos das ao à au aux",
    )
});

fn is_surname(token: &Token) -> bool {
    matches!(token.shape, Shape::Title | Shape::Mixed)
        && token.len() > 3
        && token.class.any(SURNAME)
        && !token.class.any(OTHER)
}

/// `Jansen-klep`, `A > Moreau > B`, `Keller 4000`: parts, paths and types.
fn beside_thing(doc: &Doc<'_>, at: usize, one: &Token) -> bool {
    let next = doc.token(at + 1);
    let hyphen = one.gap == Gap::Hyphen || next.is_some_and(|t| t.gap == Gap::Hyphen);
    let typed = next
        .is_some_and(|t| t.gap == Gap::Space && matches!(t.shape, Shape::Digits | Shape::Alnum));
    hyphen || typed || matches!(one.gap, Gap::Slash | Gap::Underscore | Gap::At | Gap::Dot)
}

#[cfg(test)]
mod tests {
    use super::is_one;
    use crate::text::Doc;

    #[test]
    fn a_surname_that_is_nothing_else_needs_no_other_sign() {
        for (text, word, alone) in [
            ("Terpstra heeft de sleutel", 0, true),
            ("Ich hatte Brückner schon gefragt", 2, true),
            ("lo revisa Echeverría el lunes", 2, true),
            ("Kowalczyk już wie", 0, true),
            ("a note for Thackeray", 3, true),
            ("ask Oyewole again", 1, true),
            // Everyday words of English and of their own language.
            ("Baker valve seat", 0, false),
            ("der Koch kommt", 1, false),
            ("Demir kapı", 0, false),
            ("il Monte è alto", 1, false),
            // Parts, types and paths.
            ("Jansen-klep", 0, false),
            ("Petersen 4000", 0, false),
            ("Menu/Moreau", 1, false),
            // Everyday words of a language that gives them no capital, and at the head of a sentence.
            ("sleutel ligt bij Brouwer", 3, true),
            ("är det Lind eller Dahl", 2, true),
            ("Prado fechou ontem", 0, true),
            ("Lahti ei vastaa", 0, true),
            ("Asplund har ringt", 0, true),
            ("rapport Berg openen", 1, false),
            ("onder het Berg", 2, false),
            ("do Prado", 1, false),
            // The surname of the name before it.
            ("Wouter van 't Hoekstra", 3, false),
            ("dossier van der Hoekstra", 3, true),
            // No surname at all.
            ("Kupplung fehlt", 0, false),
        ] {
            assert_eq!(is_one(&Doc::new(text), word, word + 1), alone, "{text}");
        }
    }
    #[test]
    fn a_dutch_surname_begins_with_its_small_words() {
        for (text, word, begins) in [
            ("dossier van Terpstra", 2, "van Terpstra"),
            ("dossier van der Terpstra", 3, "van der Terpstra"),
            ("met ter Horstink", 2, "Horstink"),
            ("avis de Moreau", 2, "Moreau"),
            ("von der Terpstra", 2, "Terpstra"),
        ] {
            let doc = Doc::new(text);
            let from = super::begins(&doc, word, &doc.tokens[word]);
            assert_eq!(&text[from..], begins);
        }
    }
}
