//! How much a word looks like part of a person's name, in tenths of a point.

use std::sync::LazyLock;

use crate::{
    lexicon::{
        ABBREVIATION, ABROAD, BRAND, CITY, COUNTRY, CURRENCY, DAY, FUNCTION, GIVEN, GREETING,
        HONORIFIC, JOB, LEGAL, MONTH, NATIONALITY, ORG_WORD, PRODUCT, REFERENCE, STATE, STREET,
        SURNAME, TRADE, UNIT, WORD,
    },
    text::{Doc, Endings, Gap, Shape, Token},
};

/// Whether a word is in no list of names and words: only those have points by their letters and by how others are written.
pub(super) fn is_unlisted(token: &Token) -> bool {
    let given = token.class.any(GIVEN) && !token.class.any(COUNTRY);
    !given && !token.class.any(SURNAME.or(WORD))
}

/// Points of a capitalised word. What it is by its letters is less where a text is `foreign`.
pub(super) fn word(doc: &Doc<'_>, token: &Token, foreign: bool) -> i32 {
    let class = token.class;
    let everyday = class.any(WORD);
    if token.shape == Shape::Initial {
        return 5;
    }
    if class.any(BRAND.or(MONTH).or(DAY).or(GREETING)) {
        return match (class.any(GIVEN.or(SURNAME)), class.any(DAY.or(GREETING))) {
            (true, false) => 10,
            _ => -30,
        };
    }
    if class.any(FUNCTION) && token.shape != Shape::Upper && !class.any(GIVEN) {
        return -30;
    }
    if class.any(FUNCTION) && token.len() <= 2 {
        return -30;
    }
    let given = class.any(GIVEN) && !class.any(COUNTRY);
    let mut points = match (given, class.any(SURNAME), everyday) {
        (true, true, false) => 32,
        (true, false, false) => 30,
        (false, true, false) => 20,
        (true, _, true) => 12,
        (_, true, true) => 8,
        (false, false, true) => -15,
        (false, false, false) => unknown(doc, token, foreign),
    };
    if class.any(PRODUCT.or(ORG_WORD).or(LEGAL).or(UNIT).or(CURRENCY).or(REFERENCE))
        && !class.any(GIVEN)
    {
        points -= if class.any(SURNAME) { 6 } else { 20 };
    }
    if class.any(COUNTRY.or(NATIONALITY)) && !class.any(GIVEN)
        || class.any(CITY) && !class.any(GIVEN)
    {
        points -= 20;
    }
    if class.any(STREET.or(JOB).or(HONORIFIC).or(STATE).or(ABBREVIATION))
        && !class.any(GIVEN)
        && points > 0
    {
        points -= 5;
    }
    points
}

fn unknown(doc: &Doc<'_>, token: &Token, foreign: bool) -> i32 {
    let word = doc.word(token);
    let letters = word.chars().count();
    if token.shape == Shape::Upper {
        // Up to four capitals are an abbreviation, unless the line is all capitals.
        return if letters <= 4 { -15 } else { 8 };
    }
    if token.shape == Shape::Mixed && !name_like_capitals(word) {
        return -25;
    }
    if inflected(word) || NOUNS.fit(word, 4) {
        return -8;
    }
    if letters < 3 {
        return 2;
    }
    let mut points = if foreign { 4 } else { 14 };
    if surname_like(word) {
        points += 8;
    }
    if !word.is_ascii() && !foreign {
        points += 3;
    }
    points
}

/// `McDonald`, `DeAngelo`, `MacLeod`, `LaToya`, against `StageName`.
pub(super) fn name_like_capitals(word: &str) -> bool {
    ["Mc", "Mac", "De", "Di", "Du", "La", "Le", "Van", "Von", "O", "Fitz", "Da", "Del", "St"]
        .iter()
        .any(|head| {
            word.strip_prefix(head).is_some_and(|rest| {
                rest.chars().filter(|c| c.is_uppercase()).count() == 1
                    && rest.starts_with(char::is_uppercase)
                    && rest.chars().count() >= 3
            })
        })
}

/// Whether a word is no one's name: a word of business in another language, by the list or by its ending.
pub(super) fn is_noun(doc: &Doc<'_>, token: &Token) -> bool {
    !token.class.any(GIVEN.or(SURNAME))
        && (token.class.any(ABROAD.or(TRADE))
            || matches!(token.shape, Shape::Title | Shape::Upper | Shape::Lower)
                && NOUNS.fit(doc.word(token), 4))
}

/// Endings that nouns and adjectives of other languages have, and names hardly.
static NOUNS: LazyLock<Endings> = LazyLock::new(|| {
    Endings::new(
        "bruch schaden schäden ausfall zentrum zentrale büro gerät nummer stück anfrage auftrag dienst dienste preis preise kosten bericht vertrag verein gesetz liste beleg daten stelle avtal avtale aftale vertrieb einkauf leitung abteilung wesen verwaltung buchhaltung läufer plan übersicht grupp gruppe avgift läge miljö villkor bidrag afdelingen avdelingen avdeling afdeling afdelingen avdelning avdelningen möte møte lijst overleg contract osasto sopimus palvelu kokous ungen ung heit heiten keit keiten schaft schaften ität täten tion tionen ierung tions ment ments ements mente weise ité ités ance ances ence ences isme ismes ción ciones sión siones idad idades miento mientos zione zioni sione sioni mento menti ità ção ções são sões idade idades mentos tica ticas ning ningen heid heden schap schappen atie aties iteit ność ości ością acja acje acji cyjna cyjny cyjne owanie owania ienie ienia ování ování ení stva ství nosti nost ningar ninger else elser het heter ering eringar eringer minen mista mistä miseen lığı liği luğu lüğü ları leri ması mesi mek mak acağız ecek acak ıyor iyor uyor üyor yoruz ság ség ságok ségek ások ések ást ést ului ilor ările țiile ție ției ări",
    )
});

/// Endings of English words that a small word list leaves out.
fn inflected(word: &str) -> bool {
    INFLECTIONS.fit(word, 4)
}

static INFLECTIONS: LazyLock<Endings> = LazyLock::new(|| {
    Endings::new(
        "ing tion tions ness ments ment able ible ized ised izing ising ability ically fully ously ware ify ization",
    )
});

/// Endings that surnames have in many languages.
fn surname_like(word: &str) -> bool {
    SURNAME_ENDINGS.fit(word, 2)
}

static SURNAME_ENDINGS: LazyLock<Endings> = LazyLock::new(|| {
    Endings::new(
        "ski ska sky cki cka czyk wicz ová ova sson sen son ström berg gren quist qvist dóttir dottir escu eanu enko uk chuk ov ev ina yan ian idis iadis akis opoulos poulou oğlu oglu vić vic ić mann stein feld bauer meier meyer ez es eiro eira elli etti ini ucci acci ello ella aro ieri eau ault ier ette aud nen la lä stra sma wala rao dze shvili moto mura yama hara zawa kawa saki ishi uchi guchi kowski ley ton worth man ham well ford ick wick cox ster ard bert",
    )
});

/// Whether nearly every word of the line around `index` is in capitals: then capitals are no sign.
pub(crate) fn shouting(doc: &Doc<'_>, index: usize) -> bool {
    let near = doc
        .tokens
        .get(index.saturating_sub(4)..(index + 5).min(doc.tokens.len()))
        .unwrap_or_default();
    let words = near.iter().filter(|t| {
        t.len() > 1 && matches!(t.shape, Shape::Lower | Shape::Title | Shape::Upper | Shape::Mixed)
    });
    let (upper, all) =
        words.fold((0, 0), |(u, n), t| (u + usize::from(t.shape == Shape::Upper), n + 1));
    all >= 4 && upper * 5 >= all * 4 && near.iter().any(|t| t.gap != Gap::Line && t.class.any(WORD))
}
