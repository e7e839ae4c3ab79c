//! Things that are called like people in prose: menus, quoted titles, offers, spare parts, and texts that are about
//! nothing else.

use std::sync::LazyLock;

use boundary::{Kind, Layer};

use super::{evidence, led};
use crate::{
    cues,
    lexicon::{
        ABROAD, AFTER_PERSON, BRAND, FUNCTION, GIVEN, GOODS, GREETING, HONORIFIC, Hashes, KIN,
        NAME, PARTICLE, PRODUCT, REFERENCE, SPOKE, STREET, SURNAME, THING, VERSION_CUE, WORD,
    },
    resolve::{Candidate, FORM, KNOWN, PROOF, Sink},
    text::{Doc, Gap, Shape, Token},
};

/// Declares what menus and quoted titles name to be things.
pub(super) fn detect(doc: &Doc<'_>, sink: &mut Sink) {
    menus(doc, sink);
    for (open, close) in QUOTES {
        quoted(doc, open, close, sink);
    }
}

const QUOTES: &[(&str, &str)] =
    &[("\"", "\""), ("„", "“"), ("“", "”"), ("«", "»"), ("”", "”"), ("»", "«")];

/// Most bytes of a quoted title.
const LONGEST: usize = 48;
/// Most words on one side of a step in a menu.
const STEP: usize = 4;

/// `Setup > Rollen > Lilie`, `Menü → Rose`: where two steps stand, or one of them is an everyday noun.
fn menus(doc: &Doc<'_>, sink: &mut Sink) {
    if !['>', '›', '→', '»', '＞'].iter().any(|it| doc.bytes.may_hold(it.encode_utf8(&mut [0; 4])))
    {
        return;
    }
    let mut steps = Vec::new();
    for (index, token) in doc.tokens.iter().enumerate().skip(1) {
        if !matches!(token.gap, Gap::Other) {
            continue;
        }
        let Some(prior) = doc.token(index - 1) else { continue };
        // Without spaces it closes a tag.
        let between = doc.span(prior.end, token.start).trim_matches(['"', '“', '”', '„']);
        let eastern = prior.shape == Shape::Ideograph && token.shape == Shape::Ideograph;
        if matches!(between, " > " | " › " | " → " | " » " | " -> ")
            || eastern && matches!(between.trim(), ">" | "→" | "＞")
        {
            steps.push(index);
        }
    }
    for (at, step) in steps.iter().enumerate() {
        let from = before(doc, *step);
        let to = behind(doc, *step);
        let noun = |t: &Token| !t.class.any(NAME) && t.class.any(WORD.or(PRODUCT).or(BRAND));
        let near = |other: Option<&usize>| other.is_some_and(|it| it.abs_diff(*step) <= STEP + 1);
        let two = near(steps.get(at + 1)) || near(at.checked_sub(1).and_then(|i| steps.get(i)));
        let plain = doc.tokens.get(from..to).unwrap_or_default().iter().any(noun);
        if (two || plain)
            && let (Some(first), Some(last)) = (doc.token(from), doc.token(to - 1))
        {
            sink.thing(first.start, last.end);
        }
    }
}

/// The first of the words with capitals before a step.
fn before(doc: &Doc<'_>, step: usize) -> usize {
    let mut from = step - 1;
    while step - from < STEP
        && doc.token(from).is_some_and(|t| t.gap == Gap::Space && t.capital())
        && from.checked_sub(1).and_then(|i| doc.token(i)).is_some_and(Token::capital)
    {
        from -= 1;
    }
    from
}

/// One past the last of the words with capitals behind a step.
fn behind(doc: &Doc<'_>, step: usize) -> usize {
    let mut to = step + 1;
    while to - step < STEP
        && doc.token(to).is_some_and(|t| matches!(t.gap, Gap::Space | Gap::Hyphen) && t.capital())
    {
        to += 1;
    }
    to
}

/// `"Herbst und Winter"`, `pacote «Sol do Norte»`: a title of more than one word, by the small words in it or the noun before.
fn quoted(doc: &Doc<'_>, open: &str, close: &str, sink: &mut Sink) {
    if !(doc.bytes.may_hold(open) && doc.bytes.may_hold(close)) {
        return;
    }
    let mut from = 0;
    while let Some(at) = doc.text.get(from..).and_then(|rest| rest.find(open)) {
        let start = from + at + open.len();
        let rest = doc.text.get(start..).unwrap_or_default();
        let mut most = LONGEST.min(rest.len());
        while !rest.is_char_boundary(most) {
            most -= 1;
        }
        let Some(length) = rest.get(..most).and_then(|near| near.find(close)) else {
            from = start;
            continue;
        };
        let end = start + length;
        if is_title(doc, (start, end), (open, close)) {
            sink.thing(start, end);
        }
        from = end + close.len();
    }
}

fn is_title(doc: &Doc<'_>, (start, end): (usize, usize), (open, close): (&str, &str)) -> bool {
    let (opens, closed) = (start - open.len(), end + close.len());
    // Data has these quotes alone; in prose a title may stand before a colon.
    let plain = close == "\"";
    let first = doc.index_at(start);
    let after = doc.tokens.partition_point(|t| t.start < end);
    let words = doc.tokens.get(first..after).unwrap_or_default();
    let data = |b: u8| matches!(b, b':' | b',' | b'{' | b'[' | b'=');
    if words.is_empty()
        || words.len() > 6
        || data(doc.byte_before(opens))
        || plain && data(doc.byte(closed)) && doc.byte_before(opens) == b'"'
        || plain && doc.byte(closed) == b':'
    {
        return false;
    }
    let noun = first
        .checked_sub(1)
        .and_then(|i| doc.token(i))
        .is_some_and(|t| t.class.any(THING.or(GOODS)) && !t.class.any(NAME) || offer(doc, t));
    if noun {
        return !is_whole(words);
    }
    let small = |t: &Token| {
        t.shape == Shape::Lower && (t.class.any(FUNCTION) || t.class.any(ABROAD.or(PARTICLE)))
    };
    let inner = words.iter().skip(1).take(words.len().saturating_sub(2));
    let joined = inner.clone().any(|t| small(t) && !t.class.any(PARTICLE));
    let fits = words.iter().all(|t| t.capital() || small(t));
    let named = words.iter().any(|t| t.class.any(GIVEN) && !t.class.any(WORD))
        || words.windows(2).any(|it| {
            matches!(it, [one, two] if one.capital() && two.capital() && two.gap == Gap::Space && one.class.any(NAME))
        });
    words.len() >= 3 && joined && fits && !named
}

/// `Kurzreise`, `Zusatzpaket`, `Sommerkampagne`: a compound that ends with a thing that has a name of its own.
fn offer(doc: &Doc<'_>, token: &Token) -> bool {
    OFFERS.fit(doc.word(token), 2)
}

static OFFERS: LazyLock<crate::text::Endings> = LazyLock::new(|| {
    crate::text::Endings::new(
        "reise reisen paket pakete tarif tarife plan modul module aktion kampagne kampagnen serie linie kurs programm projekt vorlage formular katalog modell kollektion pakket tarief campagne reeks lijn cursus sjabloon formulier paketet kampanj kampanjen serien kursen projektet mallen resa resan pakken kampagnen kampanjen rejsen reisen",
    )
});

/// Whether words are a given name and a surname and nothing else, or have an initial.
fn is_whole(words: &[Token]) -> bool {
    let given = words.first().is_some_and(|t| t.class.any(GIVEN) && !t.class.any(WORD));
    let surname = words.last().is_some_and(|t| t.class.any(SURNAME) && !t.class.any(WORD));
    words.len() > 1 && given && surname || words.iter().any(|t| t.shape == Shape::Initial)
}

/// `Baker clamps`, `Wolfram-Kupplung`, `válvula Cruz DN40`: whether words `from..to` are the make of what stands beside.
pub(super) fn is_make(doc: &Doc<'_>, from: usize, to: usize) -> bool {
    let words = doc.tokens.get(from..to).unwrap_or_default();
    let (Some(first), Some(next)) = (words.first(), doc.token(to)) else { return false };
    if !matches!(next.gap, Gap::Space | Gap::Hyphen) || is_whole(words) {
        return false;
    }
    let goods = |t: &Token| {
        let name = t.class.any(NAME) && t.shape != Shape::Lower;
        t.class.any(GOODS) && !name && !t.class.any(AFTER_PERSON)
    };
    let prior = from.checked_sub(1).and_then(|i| doc.token(i));
    let asked = || prior.is_some_and(|t| AUXILIARY.has(t));
    // German notes set the owner before the thing, too: `Rademann Pumpe defekt`.
    let lower = next.shape == Shape::Lower && !doc.capitalises_nouns();
    if next.gap == Gap::Space && lower && goods(next) && !asked() {
        return true;
    }
    // `Baker pump kit`
    let beyond = || doc.token(to + 1).is_some_and(|t| t.gap == Gap::Space && goods(t));
    let english = next.class.any(WORD) && !next.class.any(ABROAD);
    if next.gap == Gap::Space && lower && english && beyond() && !asked() {
        let other = FUNCTION.or(PARTICLE).or(AFTER_PERSON);
        return !next.class.any(other) && !doc.word(next).ends_with(['s', 'd']);
    }
    // `the Otto and Ida bundles`
    let joined = doc.token(to + 1).is_some_and(|t| t.gap == Gap::Space && t.shape == Shape::Title);
    if next.gap == Gap::Space && joined && words.len() == 1 && cues::joins(doc.word(next)) {
        let made = |t: &Token| t.gap == Gap::Space && t.shape == Shape::Lower && goods(t);
        return doc.token(to + 2).is_some_and(made) && !doc.capitalises_nouns();
    }
    if next.gap == Gap::Hyphen && goods(next) {
        return true;
    }
    let numbered = matches!(next.gap, Gap::Space | Gap::Hyphen)
        && matches!(next.shape, Shape::Digits | Shape::Alnum);
    first.gap == Gap::Space && numbered && prior.is_some_and(goods)
}

/// `Victoria-Fenster`, `Marie-Curie-Straße`: words `from..to` are of one compound with what stands at its end.
pub(super) fn is_compound(doc: &Doc<'_>, from: usize, to: usize) -> bool {
    let thing = |t: &Token| {
        t.gap == Gap::Hyphen && t.class.any(GOODS.or(THING).or(STREET)) && !t.class.any(NAME)
    };
    let last = doc.tokens.get(from + 1..to).and_then(<[Token]>::last);
    last.is_some_and(thing) || doc.token(to).is_some_and(|t| thing(t) && t.capital())
}

static AUXILIARY: LazyLock<Hashes> = LazyLock::new(|| {
    Hashes::new(
        "did does do can could will would shall should may might must let lets to have has had",
    )
});

/// Drops guesses at what was a make elsewhere in the text, and those in a text that is about things alone, where nothing
/// beside them says that a person is meant.
pub(super) fn clear(doc: &Doc<'_>, sink: &mut Sink) {
    made(doc, sink);
    impersonal(doc, sink);
}

/// `the Otto bundle ends, so Otto is gone`
fn made(doc: &Doc<'_>, sink: &mut Sink) {
    let capitals = doc.tokens.iter().enumerate().filter(|(_, t)| t.shape == Shape::Title);
    let make = |(index, _): &(usize, &Token)| {
        is_make(doc, *index, index + 1) && cues::person(doc, *index, index + 1) <= 1
    };
    let mut makes: Vec<u64> = capitals.filter(make).map(|(_, t)| t.hash).collect();
    if makes.is_empty() {
        return;
    }
    makes.sort_unstable();
    sink.candidates.retain(|it| {
        let index = doc.index_at(it.start);
        let Some(token) = doc.token(index).filter(|t| t.end == it.end) else { return true };
        let guess = it.layer == Layer::Model && it.kind == Kind::Name && it.weight < KNOWN - 10;
        !(guess
            && makes.binary_search(&token.hash).is_ok()
            && cues::person(doc, index, index + 1) <= 1)
    });
}

fn impersonal(doc: &Doc<'_>, sink: &mut Sink) {
    let guess = |it: &Candidate| {
        it.layer == Layer::Model
            && it.weight < KNOWN - 10
            && matches!(it.kind, Kind::Name | Kind::Location)
    };
    let known = |it: &Candidate| it.kind == Kind::Name && it.weight == KNOWN;
    let any = sink.candidates.iter().any(|it| guess(it) || known(it));
    if !any || !of_things(doc) || of_people(doc, sink) {
        return;
    }
    let (foreign, english) = (doc.capitalises_nouns(), doc.is_english());
    sink.candidates.retain(|it| {
        if known(it) {
            return !known_make(doc, it);
        }
        if !guess(it) {
            return true;
        }
        let from = doc.index_at(it.start);
        let to = doc.tokens.partition_point(|t| t.start < it.end);
        let words = doc.tokens.get(from..to).unwrap_or_default();
        let eastern = words.iter().any(|t| matches!(t.shape, Shape::Ideograph | Shape::Uncased));
        let cue = cues::person(doc, from, to).max(led::person(doc, from, to, foreign, english));
        eastern || is_whole(words) || cue > 0
    });
}

/// Whether one word that is somebody's name is a make here.
fn known_make(doc: &Doc<'_>, it: &Candidate) -> bool {
    let index = doc.index_at(it.start);
    let one = doc.token(index).is_some_and(|t| t.end == it.end);
    one && cues::person(doc, index, index + 1) <= 1 && is_make(doc, index, index + 1)
}

/// Whether one word in eight or more, and three at least, is of goods, papers, versions or codes.
fn of_things(doc: &Doc<'_>) -> bool {
    let thing = |t: &&Token| {
        t.class.any(GOODS.or(THING).or(VERSION_CUE))
            || t.class.any(PRODUCT.or(REFERENCE)) && t.len() > 2 && t.capital()
            || t.shape == Shape::Alnum && t.len() > 2
            || t.shape == Shape::Mixed && !evidence::name_like_capitals(doc.word(t))
    };
    let things = doc.tokens.iter().filter(thing).count();
    things >= 3 && things * 8 >= doc.tokens.len()
}

/// Whether a text speaks of somebody, or to somebody.
pub(super) fn of_people(doc: &Doc<'_>, sink: &Sink) -> bool {
    let spoken = doc.tokens.iter().any(|t| {
        t.class.any(KIN.or(SPOKE)) && !t.class.any(GOODS.or(THING))
            || t.class.any(HONORIFIC) && t.capital() && t.shape != Shape::Upper
            || t.class.any(GREETING) && t.opens
            || PERSONAL.has(t)
            || doc.word(t) == "I"
    });
    let own = |it: &Candidate| match it.kind {
        Kind::Email | Kind::Phone | Kind::Iban | Kind::DateOfBirth | Kind::Card => {
            it.weight >= FORM
        }
        Kind::NationalId => it.weight >= PROOF,
        Kind::Name => it.layer != Layer::Model && !(it.weight == KNOWN && known_make(doc, it)),
        Kind::Address => true,
        _ => false,
    };
    spoken || sink.candidates.iter().any(own)
}

/// Words that stand for a person.
static PERSONAL: LazyLock<Hashes> = LazyLock::new(|| {
    Hashes::new(
        "me my mine he she him her his hers himself herself who whom ich mich mir mein meine meinen meinem meiner er ihm ihn seine seiner seinem seinen ik mij mijn hij ze haar hem jag mig mitt mina han hon honom henne hennes jeg meg hun ham hendes je moi mon mes elle lui yo mi mis usted ella eu meu minha ele ela dele dela io mio mia lui lei ja mnie mój moja jego jej jemu já mě můj jeho její ben benim bana beni onun minä minun hän hänen én nekem neki el lui",
    )
});

#[cfg(test)]
mod tests {
    use super::*;

    fn things(text: &str) -> Vec<&str> {
        let mut sink = Sink::default();
        detect(&Doc::new(text), &mut sink);
        sink.things.iter().filter_map(|(start, end)| text.get(*start..*end)).collect()
    }

    #[test]
    fn steps_of_menus_are_things() {
        for (text, found) in [
            ("Öffne Verkauf > Lilie > Neu", &["Verkauf > Lilie", "Lilie > Neu"][..]),
            ("go to Settings > Felix Rose and save", &["Settings > Felix Rose"]),
            ("Felix > Otto: danke", &[]),
            ("> Felix Otto wrote", &[]),
            ("5 > 3", &[]),
        ] {
            let found: Vec<_> =
                found.iter().map(|it| it.strip_prefix("Öffne ").unwrap_or(it)).collect();
            let seen = things(text);
            assert!(
                found.iter().all(|it| seen.iter().any(|s| s.ends_with(it))),
                "{text}: {seen:?}"
            );
            assert_eq!(seen.len(), found.len(), "{text}: {seen:?}");
        }
    }

    #[test]
    fn quoted_titles_are_things() {
        for (text, title) in [
            ("Der Kurs \"Ritter der Küste\" ist voll", true),
            ("o pacote «Sol Dourado» acabou", true),
            ("die Städtereise „Rosa Winter“ startet", true),
            ("he said \"in memory of Brida Galloway\"", false),
            ("\"Otto und Felix\" sagt sie", false),
            ("{\"owner\":\"Otto von Felsen\",\"x\":1}", false),
            ("name \"Otto Felsen\"", false),
        ] {
            assert_eq!(!things(text).is_empty(), title, "{text}");
        }
    }

    #[test]
    fn a_make_stands_beside_what_it_makes() {
        for (text, word, make) in [
            ("Ship Fletcher clamps today", 1, true),
            ("Ship Fletcher pump kit today", 1, true),
            ("Fletcher pumps water", 0, true),
            ("did Fletcher screen it", 1, false),
            ("Fletcher called about pumps", 0, false),
            ("válvula Reyes 40 mm", 1, true),
            ("cliente Reyes 40 años", 1, false),
            ("Falk-Dichtung bestellt", 0, true),
            ("Falk-Meyer bestellt", 0, false),
        ] {
            assert_eq!(is_make(&Doc::new(text), word, word + 1), make, "{text}");
        }
    }

    #[test]
    fn a_compound_is_what_stands_at_its_end() {
        for (text, from, to, compound) in [
            ("Angebot Victoria-Fenster, weiß", 1, 3, true),
            ("die Marie-Curie-Straße ist zu", 1, 3, true),
            ("Aino-paketti poistuu", 0, 2, true),
            ("Anna-Lena Quist fragt", 0, 2, false),
        ] {
            assert_eq!(is_compound(&Doc::new(text), from, to), compound, "{text}");
        }
    }

    #[test]
    fn a_text_about_things_is_told() {
        for (text, things) in [
            ("PO 4471, line 2: valve set, gasket kit, hose", true),
            ("Ersatzteilliste: Dichtung M12, Artikel 7781, Ventil", true),
            ("She called about the order and wants a visit next week from the team", false),
            ("Nothing here at all", false),
        ] {
            assert_eq!(of_things(&Doc::new(text)), things, "{text}");
        }
        for (text, people) in [
            ("valve set for him", true),
            ("Frau Ott will ein Ventil", true),
            ("Ventil, Dichtung, Schlauch", false),
            ("Hi Ann, the valve set", true),
        ] {
            assert_eq!(of_people(&Doc::new(text), &Sink::default()), people, "{text}");
        }
    }
}
