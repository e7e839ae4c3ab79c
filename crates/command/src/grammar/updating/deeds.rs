//! Verbs that carry their value with them: `close as won`, `complete`, `increase by`, `push out`.

use super::Deed;
use super::left::{self, Left, of_object};
use super::piece::{Piece, change, separated, wish};
use crate::grammar::Scene;
use crate::grammar::dates::duration_at;
use crate::grammar::picklists::match_value;
use crate::grammar::values::read_value;
use crate::intent::NewValue;
use crate::lexicon::{main_amount, main_date};
use crate::schema::{FieldType, ObjectView};
use crate::words::{Run, quantity_at};

pub(super) fn outcome(
    scene: Scene<'_>,
    object: &ObjectView,
    run: Run<'_>,
    value: &str,
) -> Option<Piece> {
    let field = object.field("StageName")?;
    let value = NewValue::Text(match_value(field, value)?);
    Some((Some(of_object(scene, object, run)?), change(field, value)))
}

/// `close the Acme deal as won`, `close case 00001026`.
pub(super) fn close(scene: Scene<'_>, object: &ObjectView, run: Run<'_>) -> Option<Piece> {
    let last = run.len().checked_sub(1)?;
    let counted = last > 0
        && (run.any_of(last - 1, &["this", "that", "the", "last", "final"])
            || crate::words::ordinal_at(run, last - 1).is_some());
    let (end, value) = match run.at(last) {
        "one" if counted => (run.len(), ""),
        "won" | "one" => (last, "closed won"),
        "lost" => (last, "closed lost"),
        _ => (run.len(), ""),
    };
    let end = if end > 0 && end < run.len() && run.any_of(end - 1, &["as", "closed", "to"]) {
        end - 1
    } else {
        end
    };
    let end =
        if end > 0 && end < run.len() && run.any_of(end - 1, &["as"]) { end - 1 } else { end };
    let target = of_object(scene, object, run.until(end))?;
    let field = object
        .field("StageName")
        .or_else(|| object.field("Status"))
        .filter(|f| f.kind == FieldType::Picklist)?;
    if !value.is_empty() {
        return Some((Some(target), change(field, NewValue::Text(match_value(field, value)?))));
    }
    let closed: Vec<&String> = field
        .picklist
        .iter()
        .filter(|v| v.to_lowercase().starts_with("closed") || v.as_str() == "Completed")
        .collect();
    let value = match closed.as_slice() {
        [] => return None,
        [one] => NewValue::Text((*one).clone()),
        [head @ .., last] => {
            let names: Vec<&str> = head.iter().map(|v| v.as_str()).collect();
            NewValue::Unclear(format!("{} or {last}?", names.join(", ")))
        }
    };
    Some((Some(target), change(field, value)))
}

pub(super) fn reopen(scene: Scene<'_>, object: &ObjectView, run: Run<'_>) -> Option<Piece> {
    let target = of_object(scene, object, run)?;
    let field = object.field("StageName").or_else(|| object.field("Status"))?;
    let open: Vec<&str> = field
        .picklist
        .iter()
        .filter(|v| !v.to_lowercase().starts_with("closed"))
        .map(String::as_str)
        .collect();
    Some((
        Some(target),
        change(
            field,
            NewValue::Unclear(format!(
                "To which {}? It can be {}.",
                field.label.to_lowercase(),
                open.join(", ")
            )),
        ),
    ))
}

pub(super) fn complete(scene: Scene<'_>, object: &ObjectView, run: Run<'_>) -> Option<Piece> {
    let field = object.field("Status").filter(|f| f.kind == FieldType::Picklist)?;
    let value = match_value(field, "completed").or_else(|| match_value(field, "closed"))?;
    Some((Some(of_object(scene, object, run)?), change(field, NewValue::Text(value))))
}

/// `increase the amount of X by 10%`, `raise it to 300k`.
pub(super) fn shift_amount(
    scene: Scene<'_>,
    object: &ObjectView,
    run: Run<'_>,
    deed: Deed,
) -> Option<Piece> {
    separated(run, "by|to|with|up to|up by|down to|down by").into_iter().find_map(|(a, b)| {
        let Left { field, target } = left::read(scene, object, run.until(a))?;
        let field = field.or_else(|| main_amount(object)).filter(|f| f.kind.is_number())?;
        if run.at(b - 1) == "to" {
            let value = read_value(wish(scene, field), run.from(b));
            return Some((target, change(field, value)));
        }
        let (quantity, next) = quantity_at(run, b)?;
        let sign = if deed == Deed::Lower { -1.0 } else { 1.0 };
        let points = run.any_of(next, &["points", "point"]);
        let end = if points { next + 1 } else { next };
        if !run.from(end).trimmed().is_empty() {
            return None;
        }
        let relative = quantity.percent && field.kind != FieldType::Percent;
        let value = if relative {
            NewValue::PlusPercent(sign * quantity.value)
        } else {
            NewValue::Plus(sign * quantity.value)
        };
        Some((target, change(field, value)))
    })
}

/// `add 50k to the amount of X`, `add $20,000 to the GenTech deal`.
pub(super) fn add(scene: Scene<'_>, object: &ObjectView, run: Run<'_>) -> Option<Piece> {
    let (quantity, next) = quantity_at(run, 0)?;
    let at = run.one_of(next, "to|onto|on to|on top of")?;
    let Left { field, target } = left::read(scene, object, run.from(at))?;
    let field = field
        .or_else(|| {
            main_amount(object)
                .filter(|_| quantity.explicit || quantity.percent || quantity.value >= 100.0)
        })
        .filter(|f| f.kind.is_number())?;
    let value = if quantity.percent {
        NewValue::PlusPercent(quantity.value)
    } else {
        NewValue::Plus(quantity.value)
    };
    Some((target, change(field, value)))
}

/// `push the close date of X by two weeks`, `delay the Acme deal to March 3`, `push it out a month`.
pub(super) fn shift_date(
    scene: Scene<'_>,
    object: &ObjectView,
    run: Run<'_>,
    deed: Deed,
) -> Option<Piece> {
    let fallback = main_date(object).filter(|f| f.kind == FieldType::Date);
    let sign = if deed == Deed::Advance { -1 } else { 1 };
    (1..run.len()).find_map(|i| {
        let at = run
            .one_of(
                i,
                "by|back by|out by|forward by|back|out|another|for|for another|by another|up by",
            )
            .unwrap_or(i);
        let by = duration_at(run, at).filter(|(_, _, next)| {
            *next == run.len()
                || run.any_of(*next, &["later", "out", "more", "back", "earlier"])
                    && *next + 1 == run.len()
        });
        let to = run.one_of(i, "to|until|till|out to|back to|into|out until|forward to|up to");
        let Left { field, target } = left::read(scene, object, run.until(i))?;
        let field = field.or(fallback).filter(|f| f.kind == FieldType::Date)?;
        if let Some((count, unit, next)) = by {
            let sign = if run.at(next) == "earlier" { -1 } else { sign };
            return Some((target, change(field, NewValue::Later(sign * count, unit))));
        }
        let value = read_value(wish(scene, field), run.from(to?));
        (!matches!(value, NewValue::Unclear(_))).then_some(())?;
        Some((target, change(field, value)))
    })
}
