//! Changes to one record: `move the GenTech opportunity to Negotiation and set the amount to 250,000`.

mod deeds;
mod left;
mod piece;

use super::Scene;
use crate::intent::{Change, Intent, NewValue, Target, Unknown, Who};
use crate::schema::ObjectView;
use crate::words::Run;

/// What a verb does to a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Deed {
    Set,
    /// A stage or a status is meant: `mark as`, `move to`.
    Move,
    Close,
    Reopen,
    Win,
    Lose,
    Complete,
    Assign,
    Rename,
    Raise,
    Lower,
    /// `add 50k to the amount`.
    Add,
    /// Dates go later.
    Delay,
    /// Dates go earlier.
    Advance,
    Clear,
}

const VERBS: &[(&str, Deed)] = &[
    (
        "set|change|update|make|edit|modify|adjust|correct|fix|switch|revise|put in|enter|fill in",
        Deed::Set,
    ),
    (
        "move|advance|progress|shift|put|mark|flag|promote|bring|take|transition|convert|upgrade|downgrade|\
         send|push",
        Deed::Move,
    ),
    ("close|close out", Deed::Close),
    ("reopen|re-open", Deed::Reopen),
    (
        "we won|i won|i just won|we just won|we've won|just won|we closed|i closed|i just closed|\
         we just closed|i've won|we have won|close won|closed won",
        Deed::Win,
    ),
    (
        "we lost|i lost|we just lost|i just lost|we've lost|just lost|close lost|closed lost",
        Deed::Lose,
    ),
    (
        "complete|finish|i finished|i've finished|i completed|i've completed|resolve|tick off|check off|\
         i did|i have completed|i have finished",
        Deed::Complete,
    ),
    ("assign|reassign|transfer|hand over|hand off|give|hand|re-assign", Deed::Assign),
    ("rename", Deed::Rename),
    ("increase|raise|bump|bump up|boost|up|grow|lift", Deed::Raise),
    ("decrease|reduce|lower|cut|drop|decrement|discount|shrink|bring down", Deed::Lower),
    ("add", Deed::Add),
    (
        "push|push back|push out|delay|postpone|extend|slip|move out|move back|defer|bump out|kick out",
        Deed::Delay,
    ),
    ("pull in|pull forward|bring forward|move up|move forward|pull up", Deed::Advance),
    ("clear|empty|remove|blank|reset|delete|erase|unset", Deed::Clear),
];

/// Objects tried when no noun is said, most likely first.
const ORDER: &[&str] =
    &["Opportunity", "Contact", "Account", "Lead", "Case", "Task", "Event", "Campaign", "Contract"];

pub(super) fn read(scene: Scene<'_>, run: Run<'_>) -> Option<Intent> {
    let (deeds, body) = verb(run)?;
    let pieces = piece::split(scene, body);
    // A text value may hold an `and` of its own, so the sentence gets a second try as one piece.
    changed(scene, &deeds, body, &pieces)
        .or_else(|| changed(scene, &deeds, body, &[body]))
        .or_else(|| refused(scene, run, body))
}

fn changed(scene: Scene<'_>, deeds: &[Deed], body: Run<'_>, pieces: &[Run<'_>]) -> Option<Intent> {
    let (first, more) = pieces.split_first()?;
    let mut fallback = None;
    for deed in deeds.iter().copied() {
        let mut objects: Vec<String> = Vec::new();
        let mut done: Option<(Option<Target>, Vec<Change>)> = None;
        for object in candidates(scene, body) {
            let Some((target, mut changes)) = piece::first(scene, object, deed, *first) else {
                continue;
            };
            let rest: Option<Vec<Vec<Change>>> =
                more.iter().map(|p| piece::next(scene, object, *p)).collect();
            let Some(rest) = rest else { continue };
            changes.extend(rest.into_iter().flatten());
            let sure = |changes: &[Change]| {
                !changes.iter().any(|c| matches!(c.value, NewValue::Unclear(_)))
            };
            match &done {
                Some((_, before)) if sure(before) || !sure(&changes) => {
                    if !same_fields(before, &changes) {
                        continue;
                    }
                }
                // The first reading that leaves nothing open is the one.
                _ => {
                    objects.clear();
                    done = Some((target, changes));
                }
            }
            objects.push(object.name.clone());
        }
        let Some((target, changes)) = done else { continue };
        let sure = !changes.iter().any(|c| matches!(c.value, NewValue::Unclear(_)));
        let target = target.unwrap_or(Target { objects: Vec::new(), who: Who::Focus });
        let target = if target.objects.is_empty() && matches!(target.who, Who::Named(_)) {
            Target { objects, ..target }
        } else {
            target
        };
        let intent = Intent::Update { target, changes };
        if sure {
            return Some(intent);
        }
        fallback.get_or_insert(intent);
    }
    fallback
}

/// The verb at the start and every deed it may stand for, the most specific first.
fn verb(run: Run<'_>) -> Option<(Vec<Deed>, Run<'_>)> {
    // `update me on the GenTech deal` asks, `win rate` counts.
    if run.one_of(0, "update me|update us|update on").is_some() {
        return None;
    }
    let longest = VERBS.iter().filter_map(|(words, _)| run.one_of(0, words)).max()?;
    let mut deeds: Vec<Deed> = VERBS
        .iter()
        .filter(|(words, _)| run.one_of(0, words) == Some(longest))
        .map(|(_, d)| *d)
        .collect();
    if run.any_of(0, &["move", "bring", "put", "take", "set", "change", "update", "make", "push"]) {
        deeds.push(Deed::Set);
        deeds.push(Deed::Move);
        deeds.push(Deed::Delay);
    }
    if run.any_of(0, &["push", "move", "bump", "extend", "drop", "reduce"]) {
        deeds.push(Deed::Delay);
    }
    let mut seen = Vec::new();
    deeds.retain(|d| {
        let fresh = !seen.contains(d);
        seen.push(*d);
        fresh
    });
    Some((deeds, run.from(longest)))
}

/// The objects a change may be about.
fn candidates<'s>(scene: Scene<'s>, run: Run<'_>) -> Vec<&'s ObjectView> {
    let nouns: Vec<&ObjectView> = (0..run.len())
        .filter_map(|i| crate::lexicon::noun_at(scene.schema, run, i))
        .filter(|n| !n.plural)
        .map(|n| n.object)
        .collect();
    let pointing = run.words().iter().any(|w| {
        matches!(
            w.lower.as_str(),
            "it" | "its"
                | "this"
                | "that"
                | "his"
                | "her"
                | "him"
                | "them"
                | "one"
                | "their"
                | "second"
                | "first"
                | "third"
                | "last"
        )
    });
    let usual = ORDER.iter().filter_map(|n| scene.schema.object(n));
    let mut all: Vec<&ObjectView> = nouns.clone();
    if pointing || nouns.is_empty() && scene.has_focus {
        all.extend(scene.object);
    }
    if nouns.is_empty() {
        if !(pointing && scene.object.is_some()) {
            all.extend(usual);
        }
    } else {
        // `set the account name of the lead`: the noun may be part of a field of another object.
        all.extend(usual);
    }
    let mut seen: Vec<&str> = Vec::new();
    all.retain(|o| {
        let fresh = !seen.contains(&o.name.as_str());
        seen.push(&o.name);
        fresh
    });
    all
}

fn same_fields(a: &[Change], b: &[Change]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(x, y)| x.field == y.field && x.value == y.value)
}

/// A verb of change whose sentence was not understood never becomes a list.
fn refused(scene: Scene<'_>, run: Run<'_>, body: Run<'_>) -> Option<Intent> {
    let surely = run.any_of(
        0,
        &[
            "set", "change", "update", "move", "mark", "assign", "reassign", "rename", "increase",
            "decrease", "raise", "reduce", "edit", "modify", "transfer", "advance", "reopen",
            "clear", "put", "postpone", "extend", "delay", "promote", "adjust",
        ],
    );
    if !surely {
        return None;
    }
    let many = (0..body.len())
        .any(|i| crate::lexicon::noun_at(scene.schema, body, i).is_some_and(|n| n.plural))
        || body.any_of(0, &["all", "every", "them", "those", "these"]);
    Some(if many {
        Unknown::because(
            run.text(),
            "I change one record at a time. Name the record, or pick one from a list by its number.",
        )
    } else {
        Unknown::because(
            run.text(),
            "I did not understand which record to change, or which field. For example: `set the amount of the GenTech opportunity to 250,000`.",
        )
    })
}
