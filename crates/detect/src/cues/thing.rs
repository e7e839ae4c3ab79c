//! What says that a thing stands where a person might: `Projekt Falke`, `Hazel lamps`, `the Euler method`.

use std::sync::LazyLock;

use super::{joins, said::is_article, word_is};
use crate::{
    known::asked::GIVES,
    lexicon::{
        ABROAD, AFTER_PERSON, Class, FUNCTION, GIVEN, Hashes, MATERIAL, NAME, SURNAME, THING, WORD,
    },
    text::{Doc, Endings, Gap, Shape, Token},
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

/// What has a given name as people have one, but may as well be somebody's where a surname stands behind: rooms, ships,
/// storms, furniture, reports, releases.
static CHRISTENED: LazyLock<Hashes> = LazyLock::new(|| {
    Hashes::new(
        "lijn serien serier presse typ type raum salle salles sala zaal sal sali besprechungsraum konferenzraum vergaderzaal server release releases sprint sofa sessel bett regal stuhl lampe schrank fauteuil canapé sillón silla sofá sedia poltrona divano cadeira stoel kast fåtölj soffa stol säng hylla krzesło fotel stolik křeslo csomag pachet pachetul paketti malli tuote modulen pakke pakken informe raport rapporten relatório train navire bateau schiff fähre ferry tåg trein tren buque barco treno nave traghetto navio skib skip laiva statek loď hotel hotell hôtel restaurant ristorante restaurante café cafe pizzeria pub trattoria osteria bistro sturm orkan hurrikan hurricane storm tempête tormenta huracán tempesta orkaan stormen fırtına deploy redeploy restart reboot reinstall uninstall plan tariff tier bundle oteli gemisi tablet webinar podcast newsletter chatbot bot voicebot virtuel virtual virtuale virtueller virtuele printer drucker impressora impresora stampante imprimante skrivare skrivaren printeren tulostin drukarka tiskárna yazıcı máquina macchina segment kurset modelul stoffmuster mönstret kollektionen модуль тариф пакет проект сервер линия кампания πακέτο",
    )
});
/// Those of them that English has as verbs, or uses of what people have.
static VERBS: LazyLock<Hashes> = LazyLock::new(|| {
    Hashes::new("train plan release report storm type typ server sprint pub bundle tier sal sala")
});

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
            | "release"
            | "theme"
            | "themes"
            | "job"
            | "jobs"
            | "node"
            | "nodes"
            | "queue"
            | "container"
            | "instance"
            | "finish"
            | "finishes"
            | "room"
            | "rooms"
            | "pod"
            | "pods"
            | "charger"
            | "chargers"
            | "printer"
            | "printers"
            | "template"
            | "templates"
            | "edition"
            | "trolley"
            | "timeout"
            | "webhook"
    )
}

/// What is done to programs and machines, and to nobody.
fn is_restarting(word: &str) -> bool {
    matches!(
        word,
        "restarted"
            | "restarting"
            | "restart"
            | "rebooted"
            | "reboot"
            | "redeployed"
            | "redeploy"
            | "reinstalled"
            | "reinstall"
    )
}

/// What is done to programs, and to people as well: one deploys a consultant.
fn is_deploying(word: &str) -> bool {
    matches!(word, "deployed" | "patched")
}

/// What one does to somebody with something, beside giving it: `Book Sophie rooms for June`.
static GIVING: LazyLock<Hashes> = LazyLock::new(|| {
    Hashes::new(
        "book find order buy bring assign reserve print get make save build award grant forward sent sending gave giving given booked booking showed showing handed handing bought ordered found brought assigned made got wrote offered offering emailed mailed lent promised taught paid",
    )
});

/// `Projekt Falke`, `sistema Quijote`, `Hazel lamps`: against a person where a thing stands, behind what is `said` in
/// small letters.
pub(super) fn points(doc: &Doc<'_>, from: usize, to: usize, said: &str) -> i32 {
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
                && (prior.capital() || !doc.is_english() || !is_common(said) && !acts(doc, to))
        });
    // `Serien Lena und Paul`
    let joined = before.is_some_and(|t| t.shape == Shape::Lower && joins(said))
        && from.checked_sub(2).and_then(|i| doc.token(i)).is_some_and(Token::capital);
    let holder = if joined { from.checked_sub(3).and_then(|i| doc.token(i)) } else { before };
    let christened = first.gap == Gap::Space
        && first.shape == Shape::Title
        && first.class.any(GIVEN)
        && !whole
        && doc.token(to).is_none_or(|t| t.gap != Gap::Space || !t.capital())
        && holder.is_some_and(|prior| {
            (CHRISTENED.has(prior) || of_a_kind(doc, prior))
                && !(doc.is_english() && !prior.capital() && acts(doc, to))
                && !(doc.is_english() && VERBS.has(prior) && (prior.opens || !prior.capital()))
        });
    if named || christened || words.len() == 1 && first.opens && is_down(doc, first, to) {
        // More than any verb behind it says for a person.
        return -6;
    }
    // "Could Sherry call": no lamp.
    let asked = !first.opens && before.is_some_and(|t| t.class.any(FUNCTION) && !is_article(said));
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
    let given = first.class.any(NAME)
        && first.gap == Gap::Space
        && before.is_some_and(|t| {
            (t.opens || t.shape == Shape::Lower) && (GIVES.has(t) || GIVING.has(t))
        });
    let called = words.len() == 1
        && !asked
        && !given
        && doc
            .token(to)
            .is_some_and(|next| next.gap == Gap::Space && word_is(doc, next, is_called));
    // "Restarted Cassandra"
    let restarted = words.len() == 1
        && first.gap == Gap::Space
        && (is_restarting(said) || !first.class.any(GIVEN) && is_deploying(said));
    if made || called || restarted { -5 } else { 0 }
}

/// `Produktlinie`, `Mähroboter`: a compound that ends with what is christened.
fn of_a_kind(doc: &Doc<'_>, prior: &Token) -> bool {
    static KINDS: LazyLock<Endings> = LazyLock::new(|| {
        Endings::new(
            "roboter muster mönstret linie serie reihe modell paket tarif kampagne projekt modul system maschine drucker kollektion portal programm assistent sessel lampe lijn reeks tarief pakket campagne serien paketet kampanjen modulen linjen projektet kolleksjonen",
        )
    });
    prior.len() > 7
        && matches!(prior.shape, Shape::Title | Shape::Lower)
        && !doc.is_english()
        && KINDS.fit(doc.word(prior), 3)
}

/// `the tablet Anna returned`, `the webinar Anna will host`: words behind `to` say what somebody did with it.
fn acts(doc: &Doc<'_>, to: usize) -> bool {
    let Some(next) = doc.token(to).filter(|t| t.gap == Gap::Space) else { return false };
    if next.class.any(FUNCTION) {
        return word_is(doc, next, does);
    }
    next.shape == Shape::Lower && !OF_THINGS.has(next)
}

/// What somebody is told by who did something with what the sentence names.
fn does(word: &str) -> bool {
    matches!(
        word,
        "and"
            | "or"
            | "has"
            | "had"
            | "will"
            | "would"
            | "can"
            | "could"
            | "should"
            | "must"
            | "might"
            | "may"
            | "did"
            | "does"
            | "didn"
            | "doesn"
            | "also"
            | "just"
    )
}

/// What things do with nothing behind it.
static OF_THINGS: LazyLock<Hashes> = LazyLock::new(|| {
    Hashes::new(
        "delays delayed fails failed crashes crashed responds leaks leaked sinks sank docks docked arrives arrived departs departed sails sailed hits strikes struck batters costs expires expired overheats jams jammed restarts approaches weakens passes",
    )
});

/// `Jenkins is red.`, `Kafka is down`: nothing that people are. People are reachable, and licensed.
fn is_down(doc: &Doc<'_>, first: &Token, to: usize) -> bool {
    let word =
        |at: usize| doc.token(at).filter(|t| t.gap == Gap::Space).map_or("", |t| doc.word(t));
    let said = match word(to + 1) {
        "down" | "red" | "green" | "deprecated" | "rot" | "grün" => !first.class.any(GIVEN),
        "unreachable" | "reachable" | "licensed" | "lizenziert" => !first.class.any(NAME),
        _ => false,
    };
    said && matches!(word(to), "is" | "was" | "ist")
        && doc.token(to + 2).is_none_or(|t| t.gap != Gap::Space)
}

/// `Café Anna`, `Deploy Jenkins`: words `from..to` begin a sentence with what is called so.
pub(super) fn heads(doc: &Doc<'_>, from: usize, to: usize) -> bool {
    let Some([head, name]) = doc.tokens.get(from..to).and_then(|it| it.first_chunk()) else {
        return false;
    };
    to - from == 2
        && (head.opens || head.gap == Gap::Space && !doc.is_english())
        && name.gap == Gap::Space
        && !head.class.any(NAME)
        && (head.class.any(THING) && !doc.is_english()
            || CHRISTENED.has(head)
            || head.capital() && of_a_kind(doc, head))
        && !(doc.is_english() && VERBS.has(head))
        && (name.class.any(NAME) || name.class == Class::default())
}

#[cfg(test)]
mod tests {
    use super::heads;
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
            ("Die Serien Lena und Paul laufen aus", 2, true),
            ("Die Serien Lena und Paul laufen aus", 4, true),
            ("Le navire Amélie part demain", 2, true),
            ("Hotel Regina is booked", 1, true),
            ("Das Release Lena kommt", 2, true),
            ("Train Hugo on the new module", 1, false),
            ("unser Mähroboter Anton steht", 2, true),
            ("El asistente virtual Sofía responde", 3, true),
            ("Jenkins is red.", 0, true),
            ("Jenkins is down with a cold", 0, false),
            ("Lena und Paul kommen", 2, false),
            ("The Greta release is late", 1, true),
            ("Raum Amsel ist frei", 1, true),
            ("Storm Greta delays the post", 1, true),
            ("Could Greta release it", 1, false),
            ("Restarted Greta twice", 1, true),
            ("Called Greta twice", 1, false),
            ("Sophie is unreachable.", 0, false),
            ("Petra is licensed.", 0, false),
            ("Brandt is unreachable.", 0, false),
            ("Kubernetes is unreachable.", 0, true),
            ("Sophie is down.", 0, false),
            ("We upgraded Sophie to the Gold plan", 2, false),
            ("We deployed Sophie to the site", 2, false),
            ("Deployed Jenkins twice", 1, true),
            ("Send Sophie templates", 1, false),
            ("Book Sophie rooms for June", 1, false),
            ("We sent Sophie templates", 2, false),
            ("The Sophie templates are late", 1, true),
            ("the webinar Julia hosted went well", 2, false),
            ("the tablet Anna returned is broken", 2, false),
            ("the hotel Anna booked", 2, false),
            ("the kit Anna ordered is late", 2, false),
            ("the webinar Anna will host", 2, false),
            ("the hotel Anna is booked", 2, true),
            ("the ferry Anna sank", 2, true),
        ] {
            let points = person(&Doc::new(text), word, word + 1);
            assert_eq!(points <= -3, thing, "{text}: {points}");
        }
        for (text, head) in [
            ("Café Anna ist zu", true),
            ("Modulen Freja opdateres", true),
            ("Train Hugo on it", false),
            ("Anna Brandt ruft an", false),
        ] {
            assert_eq!(heads(&Doc::new(text), 0, 2), head, "{text}");
        }
        // A whole name is a person's wherever it stands.
        assert!(person(&Doc::new("Projekt Anna Brandt"), 1, 3) > -3);
    }
}
