//! One change of a sentence that may hold several.

use super::left::{self, Left, of_object};
use super::{Deed, VERBS, deeds};
use crate::grammar::Scene;
use crate::grammar::dates::{Tense, period_at};
use crate::grammar::picklists::match_value;
use crate::grammar::values::{Wish, read_value};
use crate::intent::{Change, NewValue, Target};
use crate::lexicon::{field_at, main_amount, main_date};
use crate::schema::{FieldType, FieldView, ObjectView};
use crate::words::{Run, quantity_at};

/// The record, unless it is left unsaid, and what changes on it.
pub(super) type Piece = (Option<Target>, Vec<Change>);

/// Cuts at `and` and commas where another field or verb follows.
pub(super) fn split<'r>(scene: Scene<'_>, run: Run<'r>) -> Vec<Run<'r>> {
    let mut pieces = Vec::new();
    let mut start = 0;
    let mut i = 1;
    while i < run.len() {
        let comma = run.is_mark(i, ",") || run.is_mark(i, ";");
        let next = if comma {
            run.skip(i + 1, &["and", "also", "then", "plus", "with"])
        } else {
            run.one_of(i, "and also|and then|and|plus|as well as|with|also").unwrap_or(i)
        };
        if next > i && begins_change(scene, run.from(next)) {
            pieces.push(run.between(start, i));
            start = next;
            i = next;
        }
        i += 1;
    }
    pieces.push(run.from(start));
    pieces
}

fn begins_change(scene: Scene<'_>, run: Run<'_>) -> bool {
    let at = run.skip(0, &["the", "its", "a", "an", "their", "his", "her", "new"]);
    let verb = VERBS.iter().filter(|(_, d)| !matches!(d, Deed::Add)).any(|(words, _)| {
        run.one_of(0, words).is_some_and(|n| n < run.len() && !run.any_of(n, &["date"]))
    });
    let object_field = |object: &ObjectView| {
        field_at(scene.schema, object, run, at)
            .is_some_and(|f| f.next < run.len() && f.field.updateable)
    };
    verb || scene.schema.objects.iter().any(object_field)
}

/// The first piece, after its verb: a record and what changes on it.
pub(super) fn first(
    scene: Scene<'_>,
    object: &ObjectView,
    deed: Deed,
    run: Run<'_>,
) -> Option<Piece> {
    match deed {
        Deed::Win => deeds::outcome(scene, object, run, "closed won"),
        Deed::Lose => deeds::outcome(scene, object, run, "closed lost"),
        Deed::Close => deeds::close(scene, object, run),
        Deed::Reopen => deeds::reopen(scene, object, run),
        Deed::Complete => deeds::complete(scene, object, run),
        Deed::Raise | Deed::Lower => deeds::shift_amount(scene, object, run, deed),
        Deed::Add => deeds::add(scene, object, run),
        Deed::Delay | Deed::Advance => deeds::shift_date(scene, object, run, deed),
        Deed::Clear => {
            let Left { field, target } = left::read(scene, object, run)?;
            Some((target, change(field?, NewValue::Empty)))
        }
        Deed::Rename => {
            let field = object.field(&object.name_field)?;
            separated(run, "to|as|into").into_iter().find_map(|(a, b)| {
                Some((
                    Some(of_object(scene, object, run.until(a))?),
                    change(field, read_value(wish(scene, field), run.from(b))),
                ))
            })
        }
        Deed::Assign => {
            let field = object.field("OwnerId")?;
            separated(run, "to|over to").into_iter().find_map(|(a, b)| {
                let target =
                    left::read(scene, object, run.until(a)).filter(|l| l.field.is_none())?.target;
                Some((target, change(field, read_value(wish(scene, field), run.from(b)))))
            })
        }
        Deed::Set | Deed::Move => set(scene, object, run),
    }
}

/// A later piece: on the same record.
pub(super) fn next(scene: Scene<'_>, object: &ObjectView, run: Run<'_>) -> Option<Vec<Change>> {
    let run = crate::grammar::strip_politeness(run.trimmed());
    let verbs: Vec<(Deed, usize)> = VERBS
        .iter()
        .filter_map(|(words, deed)| run.one_of(0, words).map(|next| (*deed, next)))
        .collect();
    let longest = verbs.iter().map(|(_, next)| *next).max().unwrap_or(0);
    let body = run.from(run.skip(longest, &["the", "its", "it", "a", "their", "to"]));
    // `amount 250k`, `close date march 31`, `next step "call legal"`
    if let Some(found) = field_at(scene.schema, object, body, 0).filter(|f| f.next < body.len()) {
        let at = body
            .one_of(
                found.next,
                "to|as|=|is|at|of|becomes|into|:|should be|->|being|for|by|on it to",
            )
            .unwrap_or(found.next);
        let value = read_value(wish(scene, found.field), body.from(at));
        let shifts = verbs
            .iter()
            .any(|(d, _)| matches!(d, Deed::Raise | Deed::Lower | Deed::Delay | Deed::Advance))
            && body.at(found.next) == "by";
        if !shifts {
            return Some(change(found.field, value));
        }
    }
    let sure =
        |piece: &Piece| piece.0.as_ref().is_none_or(|t| matches!(t.who, crate::intent::Who::Focus));
    verbs
        .iter()
        .find_map(|(deed, at)| {
            first(scene, object, *deed, run.from(*at)).filter(sure).map(|(_, changes)| changes)
        })
        .or_else(|| {
            let whole = run.skip(0, &["it", "to"]);
            (whole > 0).then(|| by_value(scene, object, run.from(whole))).flatten()
        })
}

pub(super) fn wish<'s>(scene: Scene<'s>, field: &'s FieldView) -> Wish<'s> {
    Wish { field, today: scene.today, currency: scene.schema.currency.as_deref() }
}

pub(super) fn change(field: &FieldView, value: NewValue) -> Vec<Change> {
    let value = if field.updateable {
        value
    } else {
        NewValue::Unclear(format!("{} cannot be changed.", field.label))
    };
    vec![Change { field: field.name.clone(), value }]
}

/// Every place where one of the separators stands: its start and end.
pub(super) fn separated(run: Run<'_>, separators: &str) -> Vec<(usize, usize)> {
    (0..run.len()).filter_map(|i| run.one_of(i, separators).map(|end| (i, end))).collect()
}

/// `FIELD of RECORD to VALUE`, `RECORD's FIELD to VALUE`, `RECORD to VALUE`.
fn set(scene: Scene<'_>, object: &ObjectView, run: Run<'_>) -> Option<Piece> {
    // `make Jane Doe the owner of the GenTech deal`
    if let Some((a, b)) =
        run.find(1, "the owner of|the owner for|owner of").filter(|_| run.at(0) != "the")
    {
        let field = object.field("OwnerId")?;
        let target = of_object(scene, object, run.from(b))?;
        return Some((Some(target), change(field, read_value(wish(scene, field), run.until(a)))));
    }
    let mut fallback: Option<Piece> = None;
    let mut places = separated(
        run,
        "to be|to|into|as|=|->|at|is|equal to|in|over to|forward to|on to|onto|up to|down to|:|back to|out to",
    );
    places.extend(
        (0..run.len())
            .filter(|&i| run.is_mark(i, "=") || run.is_mark(i, ":") || run.is_mark(i, "→"))
            .map(|i| (i, i + 1)),
    );
    places.sort_unstable();
    for (a, b) in places {
        let right = run.from(b);
        if right.is_empty() {
            continue;
        }
        let weak = run.any_of(a, &["in", "at", "is", "as"]) && b == a + 1;
        let Some(Left { field, target }) = left::read(scene, object, run.until(a)) else {
            continue;
        };
        // `set probability to 60 percent on the GenTech deal`
        if let (Some(field), None) = (field, &target)
            && let Some(piece) = value_then_record(scene, object, field, right)
        {
            return Some(piece);
        }
        let piece = match field {
            Some(field) => Some((target, change(field, read_value(wish(scene, field), right)))),
            None => by_value(scene, object, right).map(|c| (target, c)),
        };
        let Some(piece) = piece else {
            if !weak && field.is_none() {
                let unclear = unclear_stage(scene, object, right);
                if let (None, Some(changes)) = (&fallback, unclear)
                    && let Some(left) = left::read(scene, object, run.until(a))
                {
                    fallback = Some((left.target, changes));
                }
            }
            continue;
        };
        let unclear = piece.1.iter().any(|c| matches!(c.value, NewValue::Unclear(_)));
        if !unclear {
            return Some(piece);
        }
        if !weak && fallback.is_none() {
            fallback = Some(piece);
        }
    }
    without_separator(scene, object, run).or(fallback)
}

fn value_then_record(
    scene: Scene<'_>,
    object: &ObjectView,
    field: &FieldView,
    run: Run<'_>,
) -> Option<Piece> {
    // A text value may go on with `for` and `on`.
    if field.kind.is_text() && field.kind != FieldType::Picklist {
        return None;
    }
    separated(run, "on|for|of").into_iter().find_map(|(a, b)| {
        let value = read_value(wish(scene, field), run.until(a));
        let target = of_object(scene, object, run.from(b))?;
        (!matches!(value, NewValue::Unclear(_))).then(|| (Some(target), change(field, value)))
    })
}

/// `mark the Acme deal won`, `set amount 250k`, `make it closed won`.
fn without_separator(scene: Scene<'_>, object: &ObjectView, run: Run<'_>) -> Option<Piece> {
    let start = run.skip(0, &["the", "its"]);
    if let Some(found) = field_at(scene.schema, object, run, start).filter(|f| f.next < run.len()) {
        let value = read_value(wish(scene, found.field), run.from(found.next));
        if !matches!(value, NewValue::Unclear(_))
            && found.field.kind != FieldType::Reference
            && !(found.field.kind.is_text()
                && found.field.kind != FieldType::Picklist
                && run.any_of(found.next, &["of", "on", "for"]))
        {
            return Some((None, change(found.field, value)));
        }
    }
    // `account Acme phone 555 0199`
    let named = (2..run.len()).find_map(|i| {
        let Left { field: Some(field), target: Some(target) } =
            left::read(scene, object, run.until(i))?
        else {
            return None;
        };
        let value = read_value(wish(scene, field), run.from(i));
        let plain =
            !matches!(field.kind, FieldType::String | FieldType::TextArea | FieldType::Reference);
        (plain && !matches!(value, NewValue::Unclear(_)))
            .then(|| (Some(target), change(field, value)))
    });
    if named.is_some() {
        return named;
    }
    (1..run.len()).find_map(|i| {
        let target = of_object(scene, object, run.until(i))?;
        let changes = by_value(scene, object, run.from(i)).filter(|c| {
            matches!(c.first(), Some(Change { value: NewValue::Text(_) | NewValue::Bool(_), .. }))
        })?;
        Some((Some(target), changes))
    })
}

/// A value that tells its field: a stage, a status, a date, an amount.
fn by_value(scene: Scene<'_>, object: &ObjectView, run: Run<'_>) -> Option<Vec<Change>> {
    let run = run.trimmed();
    let run = run.from(run.skip(0, &["the", "be", "a", "as", "in", "now"]));
    // `to stage negotiation`, `to the negotiation stage`
    if let Some(found) = field_at(scene.schema, object, run, 0)
        .filter(|f| f.next < run.len() && f.field.kind == FieldType::Picklist)
    {
        return Some(change(
            found.field,
            read_value(
                wish(scene, found.field),
                run.from(run.skip(found.next, &["of", "to", "is"])),
            ),
        ));
    }
    let picklists = ["StageName", "Status", "Priority", "Rating", "Type"];
    let said = run.text();
    for name in picklists {
        let Some(field) = object.field(name).filter(|f| f.kind == FieldType::Picklist) else {
            continue;
        };
        let last = run.len().saturating_sub(1);
        let short = if run.any_of(last, &["stage", "status", "phase", "priority", "now"])
            && run.len() > 1
        {
            run.until(last).text()
        } else {
            said.clone()
        };
        if let Some(value) = match_value(field, &said).or_else(|| match_value(field, &short)) {
            return Some(change(field, NewValue::Text(value)));
        }
    }
    if let Some((_, next)) = period_at(run, run.skip(0, &["on", "by"]), scene.today, Tense::Future)
        && next == run.len()
        && let Some(field) = main_date(object).filter(|f| f.kind == FieldType::Date)
    {
        return Some(change(field, read_value(wish(scene, field), run)));
    }
    if let Some((quantity, next)) = quantity_at(run, 0)
        && next == run.len()
    {
        let percent =
            object.fields.iter().find(|f| f.name == "Probability").filter(|_| quantity.percent);
        let field = percent.or_else(|| {
            main_amount(object)
                .filter(|_| !quantity.percent && (quantity.explicit || quantity.value >= 1000.0))
        })?;
        return Some(change(field, read_value(wish(scene, field), run)));
    }
    // `escalated`, `not private`
    let negative = run.any_of(0, &["not", "un"]);
    let label = run.from(usize::from(negative)).squashed();
    let flag = object.fields.iter().find(|f| {
        f.kind == FieldType::Boolean && !label.is_empty() && crate::words::squash(&f.label) == label
    })?;
    Some(change(flag, NewValue::Bool(!negative)))
}

/// `to X` where X is no value of the stage: asked back with the values there are.
fn unclear_stage(scene: Scene<'_>, object: &ObjectView, run: Run<'_>) -> Option<Vec<Change>> {
    let field = object
        .field("StageName")
        .or_else(|| object.field("Status"))
        .filter(|f| f.kind == FieldType::Picklist)?;
    if run.len() > 4 {
        return None;
    }
    Some(change(field, read_value(wish(scene, field), run)))
}
