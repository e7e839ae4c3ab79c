//! Towns and countries of the world, by a gazetteer. Who may be called like a town, or what is a word, is one only
//! behind a word of place.

use std::sync::LazyLock;

use boundary::Kind;

use crate::{
    lexicon::{
        ABROAD, BRAND, COUNTRY, Class, DAY, FUNCTION, GREAT_TOWN, Hashes, JOB, Lexicon, MONTH,
        NAME, ORG_WORD, PLACE_CUE, PRODUCT, SMALL, STREET, TOWN, TOWN_FIRST, WORD, Words,
    },
    resolve::{FORM, GUESS, Sink},
    text::{Doc, Gap, Shape, Token, hash_word},
};

/// Names of several words, as they are written.
static OF_WORDS: LazyLock<Words> =
    LazyLock::new(|| Words::of_lines(include_str!("../../lists/towns_of_words.txt")));
/// Small words before which no person stands, only a place.
static IN: LazyLock<Hashes> = LazyLock::new(|| {
    Hashes::new("in near nach aus à w we v ve i em uit naar te till en nel fra från z ze do na bei")
});
/// Who lives somewhere, was born there, moves there: before a small word and a place.
static DWELLS: LazyLock<Hashes> = LazyLock::new(|| {
    Hashes::new(
        "nacido nacida nació vive vivo vivía vivir reside residente mudó mudo radicado radicada originario originaria oriundo oriunda natural procedente destacado destacada origine originaire né née habite habitant vivre réside résidant domicilié muté installé abita abito residente nata nato originario trasferisce trasferito mora moro morando nascido nascida wohnhaft wohnt wohne wohnen lebt lebe stammt geboren gebürtig gemeldet woont woon woonachtig geboren afkomstig verhuisd verhuist bor bosatt född flyttar flyttade flytter flyttet bosat født asuu lives live living born raised grew relocating relocated flying based stationed mieszka pochodzi urodzony urodzona bydlí narozen narozena pochází oturuyor yaşıyor",
    )
});
/// How a town is written in other cases, and what stood there: Polish, Czech; Finnish; Hungarian.
const CASES: &[(&str, &[&str])] = &[
    ("ach", &["e", "y", "i"]),
    ("iach", &["ie"]),
    ("ích", &["ice"]),
    ("ie", &["", "a"]),
    ("iu", &[""]),
    ("u", &[""]),
    ("owa", &["ów"]),
    ("a", &[""]),
    ("i", &["", "a"]),
    ("y", &["a"]),
    ("e", &["", "a"]),
    ("ě", &["o", "a"]),
    ("ssa", &[""]),
    ("ssä", &[""]),
    ("sta", &[""]),
    ("stä", &[""]),
    ("ella", &[""]),
    ("essa", &[""]),
    ("esta", &[""]),
    ("lla", &[""]),
    ("llä", &[""]),
    ("lta", &[""]),
    ("ltä", &[""]),
    ("lle", &[""]),
    ("uun", &["u"]),
    ("oon", &["o"]),
    ("ban", &[""]),
    ("ben", &[""]),
    ("ból", &[""]),
    ("ből", &[""]),
];

/// The same before what is also somebody's name: no `from Austin`, no `de León`.
static ONLY_IN: LazyLock<Hashes> =
    LazyLock::new(|| Hashes::new("in near nach aus à w we v ve em uit naar te"));

pub(super) fn detect(doc: &Doc<'_>, index: usize, token: &Token, sink: &mut Sink) {
    if token.gap == Gap::Underscore || token.len() < 3 {
        return;
    }
    if token.capital() && token.class.any(TOWN_FIRST) && of_words(doc, index, token, sink) {
        return;
    }
    if token.shape == Shape::Lower {
        small(doc, index, token, sink);
        return;
    }
    if token.class == Class::default() && declined(doc, index, token) {
        sink.pattern((token.start, token.end), Kind::Location, FORM);
        return;
    }
    if !token.class.any(TOWN)
        || !matches!(token.shape, Shape::Title | Shape::Upper)
        // "in Apex", "in Enterprise", "in March": other things first, whatever stands before them.
        || token.class.any(BRAND.or(PRODUCT).or(ORG_WORD).or(MONTH).or(DAY))
        || inside(doc, index)
    {
        return;
    }
    let everyday = token.class.any(WORD.or(ABROAD).or(SMALL).or(FUNCTION).or(JOB).or(STREET));
    let name = token.class.any(NAME);
    let cued = cued(doc, index, token, if name || everyday { &ONLY_IN } else { &IN })
        || dwells(doc, index, token);
    // `Ada Quist Bremen`: what follows a capital may be somebody's second surname.
    let trails = token.gap == Gap::Space
        && index
            .checked_sub(1)
            .and_then(|at| doc.token(at))
            .is_some_and(|t| t.capital() && !t.opens);
    let great = token.class.any(GREAT_TOWN) && !everyday && !name && !trails;
    // Of those in small print a word that no list has is as often a surname.
    let listed = !everyday && !name && token.len() > 4 && in_a_row(doc, index, token);
    // A noun with a capital behind `in` is no town by that: `in Halle 4`.
    let counted = everyday
        && (doc.capitalises_nouns()
            || doc
                .token(index + 1)
                .is_some_and(|t| t.gap == Gap::Space && t.shape == Shape::Digits));
    let led = !name && !everyday && behind_place_word(doc, index, token);
    if great || cued && !counted || listed || led {
        let weight = if cued { FORM } else { GUESS + 5 };
        sink.pattern((token.start, token.end), Kind::Location, weight);
    }
}

/// `Foz do Iguaçu`, `El Paso`: a town of several words.
fn of_words(doc: &Doc<'_>, index: usize, token: &Token, sink: &mut Sink) -> bool {
    let rest = doc.text.get(token.start..).unwrap_or_default();
    let ends = |name: &&str| {
        !rest.get(name.len()..).unwrap_or_default().starts_with(|c: char| c.is_alphanumeric())
    };
    let Some(name) = OF_WORDS.beginnings(rest).filter(ends).max_by_key(|name| name.len()) else {
        return false;
    };
    let end = token.start + name.len();
    let next = doc.token(doc.index_at(end));
    // `San Pedro Martínez` may be somebody, `El Paso Group` a firm.
    let goes_on = next.is_some_and(|t| {
        t.gap == Gap::Space && t.capital() && t.class.any(NAME.or(ORG_WORD).or(PRODUCT).or(STREET))
    });
    if goes_on && !cued(doc, index, token, &IN) {
        return false;
    }
    sink.pattern((token.start, end), Kind::Location, FORM - 10);
    true
}

/// `off to portugal`: in small letters behind a word of place.
fn small(doc: &Doc<'_>, index: usize, token: &Token, sink: &mut Sink) {
    let place = token.class.any(COUNTRY.or(GREAT_TOWN));
    let other = WORD.or(ABROAD).or(SMALL).or(FUNCTION).or(NAME);
    if !place || token.class.any(other) || token.len() < 5 {
        return;
    }
    let prior = index.checked_sub(1).and_then(|at| doc.token(at));
    if prior.is_some_and(|t| token.gap == Gap::Space && t.class.any(PLACE_CUE)) {
        sink.pattern((token.start, token.end), Kind::Location, FORM);
    }
}

fn cued(doc: &Doc<'_>, index: usize, token: &Token, words: &Hashes) -> bool {
    let prior = index.checked_sub(1).and_then(|at| doc.token(at));
    token.gap == Gap::Space
        && prior.is_some_and(|t| {
            (t.shape == Shape::Lower || t.opens && t.shape == Shape::Title) && words.has(t)
                || t.shape == Shape::Initial && t.opens && words.has(t)
        })
}

/// `nacido en Cuenca`, `bor i Lund`: where somebody lives no person stands.
fn dwells(doc: &Doc<'_>, index: usize, token: &Token) -> bool {
    let word = |back: usize| index.checked_sub(back).and_then(|at| doc.token(at));
    token.gap == Gap::Space
        && word(1).is_some_and(|t| t.shape == Shape::Lower && t.len() <= 5 && t.gap == Gap::Space)
        && word(1).is_some_and(|t| t.class.any(PLACE_CUE.or(FUNCTION)) || IN.has(t))
        && word(2).is_some_and(|t| DWELLS.has(t))
}

/// `w Gliwicach`, `asuu Tampereella`, `Debrecenben`: a town in another case than its list has.
fn declined(doc: &Doc<'_>, index: usize, token: &Token) -> bool {
    if token.shape != Shape::Title
        || token.opens && index == 0 && !doc.span(token.end, token.end + 1).starts_with(' ')
    {
        return false;
    }
    let word = doc.word(token);
    if doc.is_english() || word.len() < 5 {
        return false;
    }
    let led = cued(doc, index, token, &IN);
    let near = |at: Option<usize>| at.and_then(|at| doc.token(at)).is_some_and(|t| DWELLS.has(t));
    let lived = near(index.checked_sub(1)) || near(Some(index + 1));
    if !(led || lived || word.len() > 6) {
        return false;
    }
    CASES.iter().any(|(ending, instead)| {
        let long = ending.chars().count() >= 3 && !matches!(*ending, "ach" | "owa");
        let Some(stem) = word.strip_suffix(ending).filter(|it| it.len() >= 3) else { return false };
        (led || long)
            && instead.iter().any(|end| {
                let class = Lexicon::shared().class(hash_word(&format!("{stem}{end}")));
                let sure =
                    class.any(GREAT_TOWN) || class.any(TOWN) && (led || lived) && !class.any(WORD);
                sure && !class.any(BRAND.or(PRODUCT).or(MONTH))
            })
    })
}

/// `to`, `from`, `till`, `to the Kaduna office`: words of place that stand before people, too.
fn behind_place_word(doc: &Doc<'_>, index: usize, token: &Token) -> bool {
    let prior = index.checked_sub(1).and_then(|at| doc.token(at));
    token.gap == Gap::Space
        && prior.is_some_and(|t| t.shape == Shape::Lower && t.class.any(PLACE_CUE))
}

/// Whether a word stands beside a capital that it belongs to: a person, a firm, a product, a street.
fn inside(doc: &Doc<'_>, index: usize) -> bool {
    let beside = |at: Option<usize>, gap: Option<usize>| {
        at.and_then(|at| doc.token(at)).is_some_and(|t| {
            t.capital()
                && t.class.any(NAME.or(ORG_WORD).or(PRODUCT).or(BRAND).or(STREET))
                && gap.and_then(|at| doc.token(at)).is_some_and(|t| t.gap == Gap::Space)
        })
    };
    beside(index.checked_sub(1), Some(index)) || beside(Some(index + 1), Some(index + 1))
}

/// `Ada Quist, Bremen`, `Ada;Bursa;12`: alone between the signs that part a row.
fn in_a_row(doc: &Doc<'_>, index: usize, token: &Token) -> bool {
    let before = matches!(token.gap, Gap::Comma | Gap::Wide)
        || token.gap == Gap::Other
            && matches!(
                doc.text.get(..token.start).unwrap_or_default().trim_end().chars().next_back(),
                Some(';' | '|')
            );
    let after = doc.text.get(token.end..).unwrap_or_default();
    before
        && index > 0
        && (after.is_empty()
            || after.starts_with([',', ';', '\n', '\r', '|', '\t'])
            || after == "."
            || after.starts_with(" |")
            || after.starts_with(".\n"))
}

#[cfg(test)]
mod tests {
    use boundary::Kind;

    use crate::found;

    #[test]
    fn towns_are_known_by_name_or_behind_a_word_of_place() {
        for (text, place) in [
            ("Il est né à Besançon en mars", "Besançon"),
            ("The kit is in Wolverhampton already", "Wolverhampton"),
            ("ella vive en Cochabamba", "Cochabamba"),
            ("Wir fahren nach Leer und zurück", "Leer"),
            ("they moved to Jamshedpur last year", "Jamshedpur"),
            ("een klant uit Rijsel belde", "Rijsel"),
            ("viaja para Foz do Iguaçu", "Foz do Iguaçu"),
            ("off to norway till the 9th", "norway"),
            ("llegó de los Países Bajos", "Países Bajos"),
            ("wohnhaft, Sindelfingen\n", "Sindelfingen"),
            ("urlaub in Frankreich", "Frankreich"),
            ("nació y es originario de Toledo", "Toledo"),
            ("ella ha nacido en Cuenca", "Cuenca"),
            ("Kunde kommt aus Görlitz", "Görlitz"),
            ("pracuje w Gliwicach od maja", "Gliwicach"),
            ("mieszka w Łodzi", "Łodzi"),
            ("przyjechał z Rzeszowa wczoraj", "Rzeszowa"),
            ("bydlí v Brně", "Brně"),
            ("hän asuu Tampereella", "Tampereella"),
            ("most Debrecenben lakik", "Debrecenben"),
        ] {
            let places = found::of(Kind::Location, text);
            assert!(places.contains(&place), "{text}: {:?}", found::all(text));
        }
    }

    #[test]
    fn people_and_words_are_no_towns() {
        for text in [
            "only plain reads run in Apex, the rest in March",
            "It is part of what you get in Enterprise",
            "Lincoln called about the quote",
            "Ask Jackson to sign",
            "El servicio es de León y su equipo",
            "Das Lager ist leer, auch die Halle",
            "Best regards",
            "a turkey sandwich, on the mobile",
            "Nice work on the split",
            "come prima, come sempre",
            "faktura dla Kowalskiego, spotkanie z Nowakiem",
            "the case went to Toledo",
        ] {
            assert_eq!(found::of(Kind::Location, text), found::NOTHING, "{text}");
        }
    }
}
