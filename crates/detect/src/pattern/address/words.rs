//! What a single word can be in an address.

use std::sync::LazyLock;

use crate::{
    lexicon::{Hashes, PARTICLE, STREET, STREET_PREFIX, WORD},
    text::{Doc, Endings, Gap, Shape, Token},
};

/// A house number, a unit number or a postcode: `12`, `221B`, `5-5`.
pub(super) fn is_number(doc: &Doc<'_>, token: &Token) -> bool {
    match token.shape {
        Shape::Digits => token.len() <= 6,
        Shape::Alnum => {
            token.len() <= 6 && doc.word(token).starts_with(|c: char| c.is_ascii_digit())
                || token.len() <= 4
        }
        _ => false,
    }
}

/// Names of streets run together with their kind, in languages that do so.
pub(super) fn is_compound(doc: &Doc<'_>, token: &Token) -> bool {
    static ENDINGS: LazyLock<Endings> = LazyLock::new(|| {
        Endings::new(
            "straße strasse str weg platz allee gasse ring damm ufer graben markt chaussee steig \
        stieg straat laan plein dreef singel pad kade gracht hof boulevard dijk steeg gatan \
        vägen gränd stigen torget backen stråket vej vejen gade gaden veien vegen gata gate \
        katu tie polku kuja út utca sokak götu vegur",
        )
    });
    if !matches!(token.shape, Shape::Title | Shape::Upper)
        || token.len() < 7
        || token.class.any(WORD)
    {
        return false;
    }
    ENDINGS.fit(doc.word(token), 3)
}

/// Words for a street that stand before its name.
pub(super) fn is_prefix(token: &Token) -> bool {
    token.class.any(STREET_PREFIX)
        && (token.capital() && !token.class.any(WORD) || token.class.any(STREET.or(PARTICLE)))
}

pub(super) fn is_capital(token: &Token) -> bool {
    token.capital() || token.shape == Shape::Uncased
}

/// Ordinals in street names: `43rd`.
pub(super) fn is_ordinal(doc: &Doc<'_>, token: &Token) -> bool {
    token.shape == Shape::Alnum
        && ["st", "nd", "rd", "th"].iter().any(|ending| doc.word(token).ends_with(ending))
}

/// Words may follow one another in an address.
pub(super) fn near(token: &Token) -> bool {
    matches!(
        token.gap,
        Gap::Space
            | Gap::Comma
            | Gap::Hyphen
            | Gap::Slash
            | Gap::DotSpace
            | Gap::Dot
            | Gap::Apostrophe
            | Gap::Wide
    )
}

/// Words that mean a street even without a house number before them.
static STRONG: LazyLock<Hashes> = LazyLock::new(|| {
    Hashes::new(
        "street road avenue lane drive boulevard st rd ave platz straße strasse weg utca út sokak caddesi cadde vei katu marg nagar cesta trg ulica str u vej gade gate gata tér körút straat laan plein trg cesta",
    )
});

pub(super) fn strong_street(token: &Token) -> bool {
    STRONG.has(token)
}

/// Whether a word has an ending or a letter that streets have in Polish, Czech and Slovak.
pub(super) fn slavic(word: &str) -> bool {
    static ENDINGS: LazyLock<Endings> =
        LazyLock::new(|| Endings::new("ska cka owa iego ego iej ich ych ów ová ská cká ého"));
    word.chars().count() > 3 && (ENDINGS.fit(word, 3) || word.contains(OWN_LETTERS))
}

/// Letters that only they have.
const OWN_LETTERS: [char; 20] = [
    'ą', 'ę', 'ł', 'ń', 'ś', 'ź', 'ż', 'Ł', 'Ś', 'Ź', 'Ż', 'ě', 'ř', 'ů', 'ď', 'ť', 'ň', 'Ř', 'ľ',
    'ŕ',
];
