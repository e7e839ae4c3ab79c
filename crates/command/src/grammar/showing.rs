//! One record: `show me GenTech`, `what's the phone of Jane Doe`, `who owns the Acme deal`, `the second one`.

mod questions;

use super::pointing::target;
use super::{Scene, strip_politeness};
use crate::intent::{Intent, Target, Unknown, Who};
use crate::lexicon::{Column, column_at, noun_at};
use crate::schema::{FieldType, ObjectView};
use crate::search::Search;
use crate::words::{Kind, Run};

const SHOW: &str = "what's happening with|what is happening with|give me an update on|an update on|update on|update me on|\
         catch me up on|any news on|give me the latest on|the latest on|what's new with|what is new with|show me|show|open|open up|pull up|bring up|display|view|see|find|find me|get|get me|give me|look up|\
         lookup|look for|search for|search|fetch|tell me about|tell me more about|what about|\
         what do we know about|what do you know about|info on|information on|information about|info about|\
         details of|details on|details for|details about|detail of|give me details on|give me the details of|\
         show me details of|show me the details of|show details of|show details for|show me details for|\
         show me the details for|show the details of|get details of|get details for|get the details of|\
         give me info on|give me the details on|get me details on|give me information on|\
         give me everything on|everything on|everything about|everything we have on|show me everything on|\
         show me everything about|show me everything we have on|tell me everything about|who is|who's|\
         what is|what's|where is|go to|take me to|load|more on|more about|check|check on|status of|\
         what's the status of|what is the status of|what's up with|what's going on with|how is|how's|\
         show me the record for|show the record for|locate|can i see|do we have|is there|summary of|\
         give me a summary of|overview of|give me an overview of|i'm looking for|brief me on|pull|profile of|\
         the details of|full details of|all details of|show me all details of|details";

/// Objects tried for a field when no noun is said.
const ORDER: &[&str] =
    &["Opportunity", "Contact", "Account", "Lead", "Case", "Task", "Event", "Campaign"];

pub(super) fn read(scene: Scene<'_>, run: Run<'_>) -> Option<Intent> {
    related(scene, run)
        .or_else(|| asked_field(scene, run))
        .or_else(|| whole(scene, run))
        .or_else(|| text_search(scene, run))
}

/// `its contacts`, `their open cases`, `contacts of the second one`, `show me its deals over 50k`.
fn related(scene: Scene<'_>, run: Run<'_>) -> Option<Intent> {
    let lead = run.one_of(0, SHOW).unwrap_or(0);
    let lead = run.one_of(lead, "what are|who are|and|all|all of|list|any").unwrap_or(lead);
    let rest = run.from(lead);
    if rest.any_of(0, &["its", "their", "his", "her"]) {
        let body = rest.from(1);
        let at = (0..body.len()).find(|&i| {
            noun_at(scene.schema, body, i).is_some_and(|n| n.plural || n.next == body.len())
        })?;
        let noun = noun_at(scene.schema, body, at)?;
        // `its account` is a field of the record, not a list.
        if !noun.plural
            && scene.object.is_some_and(|o| column_at(scene.schema, o, body, at).is_some())
        {
            return None;
        }
        let scan = super::search::Scan::new(scene, noun.object, body, Some((at, noun.next)));
        return Some(if scan.is_complete() {
            Intent::Related { search: scan.search, of: super::pointing::focus(scene.object) }
        } else {
            Unknown::part(scan.leftovers())
        });
    }
    // `contacts of the second one`, `deals for number 3`
    let noun = noun_at(scene.schema, rest, 0).filter(|n| n.plural)?;
    let at = rest.one_of(noun.next, "of|for|at|on|from|with")?;
    let of = target(scene, rest.from(at), &[]).filter(|t| !matches!(t.who, Who::Named(_)))?;
    Some(Intent::Related { search: Search::of(&noun.object.name), of })
}

/// A question for fields of one record.
fn asked_field(scene: Scene<'_>, run: Run<'_>) -> Option<Intent> {
    let measured = super::asking::measure(run)
        .0
        .is_some_and(|_| run.find(0, "number|how much|how big|how large").is_none());
    if measured {
        return None;
    }
    questions::read(scene, run)
        .or_else(|| field_is(scene, run))
        .or_else(|| field_of(scene, run))
        .or_else(|| field_after(scene, run))
}

fn having(scene: Scene<'_>, columns: &[&str]) -> Vec<&'static str> {
    // What every record has says nothing of its object.
    if columns.iter().all(|c| {
        matches!(*c, "Owner.Name" | "CreatedDate" | "LastModifiedDate" | "Name" | "Description")
    }) {
        return Vec::new();
    }
    let place = |name: &str| {
        let object = scene.schema.object(name)?;
        columns.iter().position(|c| scene.schema.has(object, c))
    };
    let mut found: Vec<(usize, &'static str)> =
        ORDER.iter().filter_map(|name| Some((place(name)?, *name))).collect();
    found.sort_by_key(|(place, _)| *place);
    found.into_iter().map(|(_, name)| name).collect()
}

/// The candidates, those first that have the fields at `start` themselves and not by their account.
fn by_nearness<'s>(
    scene: Scene<'s>,
    all: Run<'_>,
    run: Run<'_>,
    start: usize,
) -> Vec<&'s ObjectView> {
    let mut objects = candidates(scene, all);
    objects.sort_by_key(|o| {
        let far = |c: &Column| c.path.contains('.') && !c.path.ends_with(".Name");
        columns_at(scene, o, run, start).is_some_and(|(columns, _)| columns.iter().any(far))
    });
    objects
}

/// `what industry is Acme in`, `which stage is it at`.
fn field_is(scene: Scene<'_>, run: Run<'_>) -> Option<Intent> {
    let start = run.one_of(0, "what|which|in which|in what|at what|from what|from which")?;
    by_nearness(scene, run, run, start).into_iter().find_map(|object| {
        let (columns, next) = columns_at(scene, object, run, start)?;
        let at = run.one_of(next, "is|are|does|did|was")?;
        let last = run.len().checked_sub(1)?;
        let end = if run.any_of(last, &["in", "at", "on", "from", "have", "under"]) {
            last
        } else {
            run.len()
        };
        let named: Vec<&str> = columns.iter().map(|c| c.path.as_str()).collect();
        Some(show(target(scene, run.between(at, end), &having(scene, &named))?, &columns))
    })
}

/// `what is the phone of Jane Doe`, `amount and close date of the GenTech deal`.
fn field_of(scene: Scene<'_>, run: Run<'_>) -> Option<Intent> {
    let lead = run
        .one_of(
            0,
            "what is|what's|what are|show me|show|tell me|give me|get me|get|find|find me|what was|look up|\
         lookup|who is|who's|do we have|do you have|i need|check|which is|where is|what were|display|see|\
         read me|pull up|can i have|can i get|fetch|remind me of",
        )
        .unwrap_or(0);
    let start = run.skip(lead, &["the", "current", "what", "is", "a", "me"]);
    for object in by_nearness(scene, run, run, start) {
        let Some((columns, next)) = columns_at(scene, object, run, start) else { continue };
        // `contacts at Acme` asks for a list, not for a field called contacts.
        if is_list_noun(scene, run, start, next) {
            continue;
        }
        let Some(at) = run.one_of(next, "of|for|on|at|from|with|to reach") else {
            continue;
        };
        let named: Vec<&str> = columns.iter().map(|c| c.path.as_str()).collect();
        let hint = having(scene, &named);
        if let Some(target) = target(scene, run.from(at), &hint) {
            return Some(show(target, &columns));
        }
    }
    None
}

/// `Jane Doe's phone`, `its amount`, `GenTech deal amount`.
fn field_after(scene: Scene<'_>, run: Run<'_>) -> Option<Intent> {
    let lead = run
        .one_of(
            0,
            "what is|what's|show me|show|tell me|give me|get me|get|find|what are|who is|who's|what was|look up|\
         and|i need|check|when is|where is|what about|how about|read me|pull up",
        )
        .unwrap_or(0);
    let rest = run.from(lead);
    for object in candidates(scene, rest) {
        for split in 1..rest.len() {
            let Some((columns, next)) = columns_at(scene, object, rest, split) else { continue };
            if next != rest.len() || is_list_noun(scene, rest, split, next) {
                continue;
            }
            let left = rest.until(split);
            let owned = left.kind(split - 1) == Some(Kind::Possessive)
                || left.any_of(split - 1, &["its", "his", "her", "their"]);
            let has_noun =
                (0..left.len()).any(|i| noun_at(scene.schema, left, i).is_some_and(|n| !n.plural));
            if !owned && !has_noun {
                continue;
            }
            let named: Vec<&str> = columns.iter().map(|c| c.path.as_str()).collect();
            if let Some(target) = target(scene, left, &having(scene, &named)) {
                return Some(show(target, &columns));
            }
        }
    }
    None
}

/// `contacts at Acme`, `the contact at Acme`: records to list. An account or an owner is a field of a record.
fn is_list_noun(scene: Scene<'_>, run: Run<'_>, start: usize, next: usize) -> bool {
    noun_at(scene.schema, run, start).is_some_and(|n| {
        n.next == next
            && (n.plural || !matches!(n.object.name.as_str(), "Account" | "User" | "Campaign"))
    })
}

fn show(target: Target, columns: &[Column]) -> Intent {
    Intent::Show { target, columns: columns.iter().map(|c| c.path.clone()).collect() }
}

/// The objects a question may be about: those with a noun in it, the one spoken of, then the usual order.
fn candidates<'s>(scene: Scene<'s>, run: Run<'_>) -> Vec<&'s ObjectView> {
    let mut nouns: Vec<&ObjectView> = (0..run.len())
        .filter_map(|i| noun_at(scene.schema, run, i))
        .filter(|n| !n.plural)
        .map(|n| n.object)
        .collect();
    let pointing = run.words().iter().any(|w| {
        matches!(
            w.lower.as_str(),
            "it" | "its"
                | "his"
                | "her"
                | "their"
                | "that"
                | "this"
                | "one"
                | "second"
                | "first"
                | "third"
                | "last"
        )
    });
    if pointing {
        nouns.extend(scene.object);
    }
    nouns.extend(ORDER.iter().filter_map(|n| scene.schema.object(n)));
    nouns
}

/// One or several fields in a row: `phone`, `name, amount and close date`.
fn columns_at(
    scene: Scene<'_>,
    object: &ObjectView,
    run: Run<'_>,
    i: usize,
) -> Option<(Vec<Column>, usize)> {
    let mut columns = Vec::new();
    let mut next = i;
    loop {
        let column =
            column_at(scene.schema, object, run, next).filter(|c| c.kind != FieldType::Other)?;
        next = column.next;
        columns.push(column);
        let joined = if run.is_mark(next, ",") {
            run.skip(next + 1, &["and", "the"])
        } else {
            run.skip(next, &["and", "the", "&"])
        };
        if joined == next || column_at(scene.schema, object, run, joined).is_none() {
            return Some((columns, next));
        }
        next = joined;
    }
}

/// A record as a whole.
fn whole(scene: Scene<'_>, run: Run<'_>) -> Option<Intent> {
    let lead = run.one_of(0, SHOW);
    let rest = strip_politeness(run.from(lead.unwrap_or(0)));
    let rest = rest.from(
        rest.one_of(
            0,
            "details of|details for|details on|the details of|the details for|the record of|me",
        )
        .unwrap_or(0),
    );
    let rest = match rest.len().checked_sub(1) {
        // `show me the GenTech opportunity details`
        Some(last) if rest.any_of(last, &["details", "record", "info", "profile"]) && last > 0 => {
            rest.until(last)
        }
        _ => rest,
    };
    let found = target(scene, rest, &[])?;
    match &found.who {
        Who::Named(_) => {
            let has_noun = (0..rest.len()).any(|i| noun_at(scene.schema, rest, i).is_some());
            let looks_like_name = rest.words().iter().all(|w| {
                w.is_capitalised()
                    || matches!(w.kind, Kind::Token | Kind::Quoted | Kind::Mark | Kind::Number)
            });
            // Without a verb, a noun or capitals these are words that were not understood.
            if lead.is_none() && !has_noun && !looks_like_name {
                return None;
            }
            if lead.is_none() && rest.words().iter().all(|w| w.kind == Kind::Number) {
                return None;
            }
            // `find open deals` and the like are lists.
            let scan = crate::grammar::search::Scan::new(
                scene,
                scene.schema.object(found.objects.first()?)?,
                rest,
                None,
            );
            (has_noun && found.objects.len() == 1
                || scan.search.conditions.is_empty()
                || looks_like_name)
                .then_some(Intent::Show { target: found, columns: Vec::new() })
        }
        Who::Focus if lead.is_none() => None,
        Who::Focus if !scene.has_focus => None,
        Who::Nth(_) | Who::Last if lead.is_none() && scene.last.is_none() && run.len() == 1 => None,
        _ => Some(Intent::Show { target: found, columns: Vec::new() }),
    }
}

/// `search for solar everywhere`, `find anything about Acme`.
fn text_search(scene: Scene<'_>, run: Run<'_>) -> Option<Intent> {
    let at = run.one_of(
        0,
        "search everything for|search everywhere for|find anything about|find anything on|\
         find everything about|search all records for|search the crm for|search salesforce for|\
         find all records about|find everything mentioning|search for anything about|anything about|\
         anything on|do we have anything on|do we have anything about|find records about|\
         find all mentions of|full text search for|global search|global search for|\
         search for everything about|find anything mentioning|search all objects for|\
         find all records mentioning|find everything with",
    )?;
    let rest = run.from(at);
    let rest = match rest
        .find(1, "everywhere|in all objects|across all objects|in salesforce|in the crm")
    {
        Some((end, after)) if after == rest.len() => rest.until(end),
        _ => rest,
    };
    let text = rest.trimmed().text();
    if text.chars().count() < 2 {
        return None;
    }
    let objects = ["Account", "Contact", "Opportunity", "Lead", "Case"];
    let objects =
        objects.iter().filter_map(|o| scene.schema.object(o)).map(|o| o.name.clone()).collect();
    Some(Intent::Find { text, objects })
}
