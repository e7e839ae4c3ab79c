//! Streets that are called by where they lie: `Am Hang 12`, `An der Mühle 3`, `Op de Heuvel 4`, `Na Příkopě 12`.

use std::sync::LazyLock;

use super::{Found, finish, number_before, words::is_number};
use crate::{
    lexicon::{
        ACCOUNT_CUE, ADDRESS_CUE, DAY, Entries, FUNCTION, LEADS_STREET, MONTH, PRODUCT, REFERENCE,
        VERSION_CUE, WORD, Words,
    },
    pattern::postcode,
    resolve::FORM,
    text::{Doc, Gap, Shape, Token},
};

/// Prepositions that streets begin with, in German, Dutch, Polish, Czech, Slovak.
static FIRST: LazyLock<Words> = LazyLock::new(|| {
    Words::new(
        "Am An Auf Bei Beim Hinter Im In Ob Unter Über Vor Zu Zum Zur Aan Achter Bij Onder Op Pod Nad Na Za Przy Před Pri U V Ve K Ke",
    )
});

/// Articles between.
const ARTICLES: &[&str] = &["der", "den", "dem", "die", "das", "de", "het", "t", "ten"];

/// What is numbered and is no street.
const THINGS: &[&str] = &[
    "jahr",
    "jahre",
    "jahren",
    "monat",
    "quartal",
    "woche",
    "tag",
    "kw",
    "seite",
    "kapitel",
    "punkt",
    "abschnitt",
    "absatz",
    "artikel",
    "paragraph",
    "raum",
    "zimmer",
    "halle",
    "gleis",
    "standort",
    "schritt",
    "phase",
    "stufe",
    "teil",
    "anlage",
    "anhang",
    "zeile",
    "spalte",
    "los",
    "position",
    "platz",
    "fall",
    "vorgang",
    "angebot",
    "vertrag",
    "projekt",
    "termin",
    "zeitraum",
    "werk",
    "lager",
    "rahmen",
    "schnitt",
    "bereich",
    "level",
    "feld",
    "fenster",
    "server",
    "rok",
    "roku",
    "krok",
    "bod",
    "bodu",
    "strona",
    "stronie",
    "punkcie",
    "etapie",
    "jaar",
    "week",
    "fase",
    "bijlage",
    "pagina",
    "hoofdstuk",
    "stap",
    "versie",
    "sekunde",
    "minute",
    "stunde",
    "uhr",
    "umfang",
    "wert",
    "kontext",
    "haus",
    "team",
    "büro",
    "postfach",
    "konto",
];

pub(super) fn enter_lists(entries: &mut Entries) {
    entries.add(LEADS_STREET, FIRST.hashes());
}

pub(super) fn read(doc: &Doc<'_>, index: usize) -> Option<Found> {
    let first = doc.token(index)?;
    if !first.listed.any(LEADS_STREET) || !first.capital() || !FIRST.has(doc.word(first)) {
        return None;
    }
    let mut at = index + 1;
    let article = |t: &Token| t.shape == Shape::Lower && ARTICLES.contains(&doc.word(t));
    while at < index + 3
        && doc
            .token(at)
            .is_some_and(|t| matches!(t.gap, Gap::Space | Gap::Apostrophe) && article(t))
    {
        at += 1;
    }
    let linked = at > index + 1;
    let from = at;
    while at < from + 3
        && doc.token(at).is_some_and(|t| {
            matches!(t.gap, Gap::Space | Gap::Hyphen)
                && matches!(t.shape, Shape::Title)
                && t.len() > 2
                && !t.class.any(MONTH.or(DAY))
        })
    {
        at += 1;
    }
    let name = doc.tokens.get(from..at).filter(|name| !name.is_empty())?;
    let number = doc.token(at)?;
    let house = is_number(doc, number)
        && number.len() <= 4
        && number.gap == Gap::Space
        && !doc.word(number).starts_with('0');
    let last = name.last()?;
    let thing = last.class.any(REFERENCE.or(ACCOUNT_CUE).or(VERSION_CUE).or(PRODUCT).or(FUNCTION))
        || THINGS.contains(&doc.word(last).to_lowercase().as_str());
    if !house || thing || goes_on(doc, at, number) {
        return None;
    }
    // A year, or so it looks: only with what follows an address.
    let year = number.len() == 4;
    let follows = doc
        .token(at + 1)
        .is_some_and(|t| matches!(t.gap, Gap::Comma | Gap::Line | Gap::Other))
        && postcode::end(doc, at + 1)
            .is_some_and(|end| doc.token(end).is_some_and(|t| t.gap == Gap::Space && t.capital()));
    let led = doc.cue_before(index, 3, ADDRESS_CUE) || lives(doc, index);
    let cell = cell(doc, first, number);
    // Capitalised inside a sentence, and of no English word: only a name is.
    let inside = !first.opens
        && matches!(first.gap, Gap::Space | Gap::Comma)
        && !name.iter().any(|t| t.class.any(WORD))
        && (linked || !matches!(doc.word(first), "In" | "An" | "Am" | "U" | "V" | "K" | "Pod"));
    let inside = inside || !first.opens && doc.word(first) == "Am" && !last.class.any(WORD);
    if !(follows || !year && (led || inside || cell && !last.class.any(WORD))) {
        return None;
    }
    Some(finish(doc, number_before(doc, index).unwrap_or(index), at + 1, FORM))
}

/// `Am Ziel 3 Tage`, `Im Fall 3.5`: the number is of something else.
fn goes_on(doc: &Doc<'_>, at: usize, number: &Token) -> bool {
    let behind = doc.text.get(number.end..).unwrap_or_default();
    behind.starts_with(['%', '€', ':'])
        || behind.starts_with('.')
            && behind.get(1..).is_some_and(|it| it.starts_with(|c: char| c.is_ascii_digit()))
        || doc
            .token(at + 1)
            .is_some_and(|t| t.gap == Gap::Space && t.shape == Shape::Title && t.class.any(MONTH))
}

/// `wohnt`, `wohnhaft`, `woont`, `mieszka`, `bydlí` within three words before.
fn lives(doc: &Doc<'_>, index: usize) -> bool {
    (1..=3).filter_map(|n| index.checked_sub(n).and_then(|i| doc.token(i))).any(|t| {
        matches!(
            doc.word(t).to_lowercase().as_str(),
            "wohnt"
                | "wohnhaft"
                | "wohne"
                | "wohnen"
                | "ansässig"
                | "anschrift"
                | "sitz"
                | "zieht"
                | "umgezogen"
                | "woont"
                | "woonachtig"
                | "gevestigd"
                | "verhuisd"
                | "mieszka"
                | "zamieszkały"
                | "zamieszkała"
                | "bydlí"
                | "bytem"
                | "býva"
                | "lieferung"
                | "lieferadresse"
                | "rechnungsadresse"
        )
    })
}

/// Alone between separators: a cell of a table, a value of JSON.
fn cell(doc: &Doc<'_>, first: &Token, number: &Token) -> bool {
    let open = doc.text.get(..first.start).unwrap_or_default().trim_end_matches(' ');
    let close = doc.text.get(number.end..).unwrap_or_default().trim_start_matches(' ');
    open.ends_with(['"', ';', '|', ',', '\t', '·'])
        && close.starts_with(['"', ';', '|', ',', '\t', '·'])
}
