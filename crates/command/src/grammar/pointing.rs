//! Pointing at a record: by name, by `it`, by its place in the list.

use super::Scene;
use super::dates::{Tense, date_test_at};
use crate::intent::{Target, Who};
use crate::lexicon::{FILLERS, noun_at};
use crate::schema::ObjectView;
use crate::words::{Kind, Run, Word, among, ordinal_at, quantity_at};

const FOCUS: &str = "it|this|that|this one|that one|this record|that record|him|her|them|the same|the same one|he|she|they|its|\
    his|their|same";

/// Words that no name of a record holds in a request.
const NOT_IN_NAMES: &str = "overdue|closing|won|lost|pipeline|make|add|create|give|remove|delete|owner|move|biggest|\
    largest|highest|smallest|lowest|latest|newest|oldest|recent|to|into|everything|anything|all|\
    everyone|something|that|which|who|whose|where|please|show|list|how|what|why|when|my|mine|me|\
    i|over|under|between|than|this|every|sorted|grouped|set|update|change|it|is|are|was|were|do|\
    does|did|can|could|should|you|your|them|those|these|if|has|have|had|because|per|cannot|\
    don't|want|need";

/// Reads a whole run as one record. `hint` names the objects to try when no noun is said.
pub(super) fn target(scene: Scene<'_>, run: Run<'_>, hint: &[&str]) -> Option<Target> {
    let run = run.trimmed();
    let run = if run.kind(run.len().wrapping_sub(1)) == Some(Kind::Possessive) {
        run.until(run.len() - 1)
    } else {
        run
    };
    if run.is_empty() {
        return None;
    }
    if let Some(target) = pointed(scene, run) {
        return Some(target);
    }
    let start =
        run.skip(0, &["the", "a", "an", "our", "my", "open", "current", "existing", "big", "new"]);
    let start = if start == run.len() { 0 } else { start };
    let run = run.from(start);
    noun_first(scene, run).or_else(|| noun_last(scene, run)).or_else(|| bare(scene, run, hint))
}

/// `it`, `that deal`, `the second one`, `number 3`, `the last one`.
fn pointed(scene: Scene<'_>, run: Run<'_>) -> Option<Target> {
    if run.one_of(0, FOCUS) == Some(run.len()) {
        return Some(Target { objects: Vec::new(), who: Who::Focus });
    }
    let said_this = run.any_of(0, &["this", "that", "the", "same"]);
    let at = run.skip(0, &["this", "that", "the", "same", "my"]);
    if let Some(noun) = noun_at(scene.schema, run, at).filter(|n| n.next == run.len() && !n.plural)
        && said_this
    {
        let same = scene.object.is_some_and(|o| o.name == noun.object.name);
        // `that account` while a deal is in focus is the deal's account: not told here, so ask by name.
        return same.then(|| Target { objects: vec![noun.object.name.clone()], who: Who::Focus });
    }
    if matches!(run.kind(0), Some(Kind::Quoted | Kind::Token)) {
        return None;
    }
    let (who, next) = place_at(run, 0)?;
    let next = run.skip(
        next,
        &[
            "one", "record", "result", "entry", "row", "item", "on", "from", "in", "of", "the",
            "list", "those", "them",
        ],
    );
    let (objects, next) = match noun_at(scene.schema, run, next) {
        Some(noun) => (vec![noun.object.name.clone()], noun.next),
        None => (Vec::new(), next),
    };
    (next == run.len()).then_some(Target { objects, who })
}

/// A place in a list: `2`, `#2`, `number two`, `the second`, `the last one`.
fn place_at(run: Run<'_>, i: usize) -> Option<(Who, usize)> {
    let at = run.skip(i, &["the", "number", "no", "option", "nr", "#", "."]);
    let at = if run.is_mark(at, "#") { at + 1 } else { at };
    if run.any_of(at, &["last", "final", "bottom"])
        && (at + 1 == run.len() || run.any_of(at + 1, &["one", "record", "result", "entry", "row"]))
    {
        return Some((Who::Last, at + 1));
    }
    if let Some((place, next)) = ordinal_at(run, at) {
        return Some((Who::Nth(usize::try_from(place).ok()?), next));
    }
    let sure = at > i || run.len() == 1 || run.word(i).is_some_and(|w| w.text.starts_with('#'));
    let (quantity, next) =
        quantity_at(run, at).filter(|(q, _)| sure && !q.explicit && !q.percent)?;
    let whole = quantity.value.fract() == 0.0 && (1.0..=200.0).contains(&quantity.value);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a whole number from 1 to 200"
    )]
    whole.then_some((Who::Nth(quantity.value as usize), next))
}

/// The answer to a numbered question, counted from 1.
pub(crate) fn ordinal_reply(run: Run<'_>) -> Option<Who> {
    let run = super::strip_politeness(run.trimmed());
    let start = run
        .one_of(
            0,
            "i mean|i meant|take|use|pick|choose|it's|make it|go with|yes|that's|open|show me|show",
        )
        .unwrap_or(0);
    let (who, next) = place_at(run, start)?;
    let end = run.skip(next, &["one", "please", "option", "in", "the", "list", ".", "!"]);
    (end >= run.len() || run.from(end).trimmed().is_empty()).then_some(who)
}

/// Whether a reply calls the whole thing off.
pub(crate) fn is_refusal(run: Run<'_>) -> bool {
    let run = run.trimmed();
    [
        "no",
        "nope",
        "cancel",
        "none",
        "never mind",
        "nevermind",
        "stop",
        "forget it",
        "neither",
        "none of them",
        "none of these",
        "cancel that",
        "abort",
        "don't",
        "no thanks",
        "leave it",
    ]
    .iter()
    .any(|p| run.phrase(0, p) == Some(run.len()))
}

/// `opportunity GenTech`, `the deal with Acme`, `contact named Jane Doe`, `case 00001027`.
fn noun_first(scene: Scene<'_>, run: Run<'_>) -> Option<Target> {
    let noun = noun_at(scene.schema, run, 0).filter(|n| !n.plural && n.next < run.len())?;
    // `the contact at Acme` is somebody of that company, whoever it is.
    if noun.object.name == "Contact" && run.one_of(noun.next, "at|for|of|from").is_some() {
        return None;
    }
    let at = run
        .one_of(noun.next, "named|called|with|for|of|at|from|about|to|number|no|#|:")
        .unwrap_or(noun.next);
    let rest = run.from(at).trimmed();
    let rest = rest.from(rest.skip(0, &["the", "number", "no"]));
    // `the deal with the Acme account`
    let rest = match rest.len().checked_sub(1).and_then(|last| noun_at(scene.schema, rest, last)) {
        Some(other) if !other.plural && rest.len() > 1 && other.object.name != noun.object.name => {
            rest.until(rest.len() - 1)
        }
        _ => rest,
    };
    is_name(scene, rest).then(|| Target {
        objects: vec![noun.object.name.clone()],
        who: Who::Named(name_text(rest)),
    })
}

/// `GenTech opportunity`, `Acme's account`.
fn noun_last(scene: Scene<'_>, run: Run<'_>) -> Option<Target> {
    let start = (1..run.len()).find(|&i| {
        noun_at(scene.schema, run, i).is_some_and(|n| n.next == run.len() && !n.plural)
    })?;
    let noun = noun_at(scene.schema, run, start)?;
    let name = run.until(start);
    let name =
        if name.kind(start - 1) == Some(Kind::Possessive) { name.until(start - 1) } else { name };
    is_name(scene, name).then(|| Target {
        objects: vec![noun.object.name.clone()],
        who: Who::Named(name_text(name)),
    })
}

fn bare(scene: Scene<'_>, run: Run<'_>, hint: &[&str]) -> Option<Target> {
    // A noun in the middle means that these are several things, not one name.
    let inside = (1..run.len().saturating_sub(1)).any(|i| {
        among("deal|opportunity|opp|account|contact|lead|case|task", run.at(i))
            && !run.word(i).is_some_and(Word::is_capitalised)
    });
    if inside || !is_name(scene, run) {
        return None;
    }
    let names: Vec<&str> = if hint.is_empty() { likely_objects(run) } else { hint.to_vec() };
    let objects: Vec<String> =
        names.into_iter().filter_map(|n| scene.schema.object(n)).map(|o| o.name.clone()).collect();
    (!objects.is_empty()).then(|| Target { objects, who: Who::Named(name_text(run)) })
}

/// What a name without a noun is most likely the name of.
fn likely_objects(run: Run<'_>) -> Vec<&'static str> {
    let first = run.word(0);
    let token = |prefixes: &[&str]| first.is_some_and(|w| w.is_token(prefixes));
    let words: Vec<&Word> = run.words().iter().collect();
    let two_names = matches!(words.len(), 2 | 3)
        && words.iter().all(|w| w.kind == Kind::Word && w.is_capitalised());
    let company = run.words().last().is_some_and(|w| {
        matches!(
            w.lower.as_str(),
            "inc"
                | "ltd"
                | "llc"
                | "gmbh"
                | "ag"
                | "corp"
                | "group"
                | "systems"
                | "labs"
                | "bank"
                | "industries"
                | "solutions"
                | "technologies"
                | "media"
                | "energy"
                | "partners"
                | "sa"
                | "plc"
                | "company"
                | "holdings"
                | "corporation"
                | "international"
                | "global"
                | "consulting"
                | "motors"
                | "logistics"
                | "foods"
                | "software"
        )
    });
    if run.text().contains('@') || token(&["EMAIL", "PHONE"]) {
        vec!["Contact", "Lead"]
    } else if token(&["NAME", "PERSON", "FIRST", "LAST"]) || (two_names && !company) {
        vec!["Contact", "Lead", "Account", "Opportunity"]
    } else if first.is_some_and(|w| {
        w.kind == Kind::Number && w.text.len() >= 5 && w.text.chars().all(|c| c.is_ascii_digit())
    }) {
        vec!["Case", "Account", "Contact", "Opportunity"]
    } else {
        vec!["Account", "Contact", "Opportunity", "Lead"]
    }
}

/// Whether a run can be a record's name and nothing else.
pub(super) fn is_name(scene: Scene<'_>, run: Run<'_>) -> bool {
    if run.is_empty() || run.len() > 8 {
        return false;
    }
    if run.words().iter().all(|w| matches!(w.kind, Kind::Quoted | Kind::Token)) {
        return true;
    }
    let only_fillers = run.words().iter().all(|w| {
        w.kind == Kind::Mark
            || FILLERS.contains(w.lower.as_str())
            || matches!(w.lower.as_str(), "if" | "or" | "not")
    });
    let strange = run.words().iter().any(|w| match w.kind {
        Kind::Mark => {
            !matches!(w.text.as_str(), "&" | "-" | "." | "," | "/" | "!" | "+" | "(" | ")")
        }
        Kind::Word => {
            among(NOT_IN_NAMES, &w.lower)
                && !(w.is_capitalised()
                    && run.len() > 1
                    && w.start != run.word(0).map_or(0, |f| f.start))
        }
        Kind::Possessive => true,
        Kind::Quoted | Kind::Token | Kind::Number => false,
    });
    let plural = (0..run.len()).any(|i| {
        noun_at(scene.schema, run, i).is_some_and(|n| n.plural)
            && !(run.len() > 1 && run.word(i).is_some_and(Word::is_capitalised))
    });
    let dated = (0..run.len()).any(|i| {
        date_test_at(run, i, scene.today, Tense::Future).is_some()
            && run.word(i).is_some_and(|w| w.kind == Kind::Word && !w.is_capitalised())
    });
    let starts_badly = run.any_of(
        0,
        &["and", "or", "to", "for", "of", "in", "with", "by", "at", "from", "as", "on", "about"],
    );
    !only_fillers && !strange && !plural && !dated && !starts_badly
}

fn name_text(run: Run<'_>) -> String {
    let run = run.trimmed();
    match run.words() {
        [one] if one.kind == Kind::Quoted => one.text.clone(),
        _ => run.text().trim_matches(|c: char| c == '.' || c == ',' || c == '!').to_owned(),
    }
}

/// The focus, or nothing when there is none to speak of.
pub(super) fn focus(object: Option<&ObjectView>) -> Target {
    Target { objects: object.map(|o| o.name.clone()).into_iter().collect(), who: Who::Focus }
}
