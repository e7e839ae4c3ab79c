//! Names that are everyday words of other languages: `bakker`, `deniz`, `sten`.

use std::sync::LazyLock;

use crate::{
    lexicon::{
        ALSO_NO_PLACE, BORNE, CITY, Class, Hashes, MATERIAL, NAME, ORDINARY, PAIR_FIRST,
        PLACE_PREFIX,
    },
    text::{Doc, Token},
};

/// Words that no sentence is made of.
const NO_WORD: Class = NAME
    .or(ORDINARY)
    .or(CITY)
    .or(ALSO_NO_PLACE)
    .or(MATERIAL)
    .or(PAIR_FIRST)
    .or(PLACE_PREFIX)
    .or(BORNE);

static ABROAD: LazyLock<Hashes> = LazyLock::new(|| {
    let list = include_str!("../../lists/names_abroad_words.txt");
    let words: Vec<&str> = list.lines().filter(|line| !line.starts_with('#')).collect();
    Hashes::new(&words.join(" "))
});

/// German adjectives, which unlike nouns have no capital in a sentence.
static ADJECTIVES: LazyLock<Hashes> = LazyLock::new(|| {
    Hashes::new(
        "alt arm blank blau breit braun dick dicht dunkel dünn dürr edel ehrlich eng ernst fein flach frei fremd frisch froh fröhlich fromm früh gelb glatt grau grimm grob groß grün gut hart heil heiß hell hohl hübsch jung kahl kalt klar klein klug knapp krumm kühl kühn kurz lang leicht leise lieb lustig mild neu reich rein rot rund sanft sauer scharf schlecht schmal schnell schön schwarz schwer selig spitz stark steif steil still stolz streng stumpf süß taub tief toll treu voll warm weich weise weiß weit wenig wild wunderlich zart",
    )
});

/// Whether a word is an everyday one of a language other than English, which people bear as a name, too.
pub(super) fn abroad(token: &Token) -> bool {
    ABROAD.has(token)
}

/// Whether a word describes in German.
pub(super) fn describes(token: &Token) -> bool {
    ADJECTIVES.has(token)
}

/// Whether a word is nothing but a name, as far as the lists go.
pub(super) fn no_word(class: Class) -> bool {
    class.is_only(NO_WORD)
}

/// Whether a word is a name and no word of the text's language, however it is cased.
pub(super) fn telling(doc: &Doc<'_>, token: &Token) -> bool {
    no_word(token.class) && (doc.is_english() || !abroad(token))
}
