//! What stands before the value: a field and a record, in either order.

use crate::grammar::Scene;
use crate::grammar::pointing::target;
use crate::intent::Target;
use crate::lexicon::{field_at, noun_at};
use crate::schema::{FieldView, ObjectView};
use crate::words::{Kind, Run};

/// A field and the record it is on, either of which may be left unsaid.
#[derive(Debug)]
pub(super) struct Left<'s> {
    pub(super) field: Option<&'s FieldView>,
    pub(super) target: Option<Target>,
}

/// Reads the words before the value. Nothing when they are neither a field nor a record.
pub(super) fn read<'s>(scene: Scene<'s>, object: &'s ObjectView, run: Run<'_>) -> Option<Left<'s>> {
    let run = run.trimmed();
    let start = run.skip(0, &["the", "its", "their", "his", "her", "current"]);
    let run_from = run.from(start);
    if run_from.is_empty() {
        return (start > 0 || run.is_empty()).then_some(Left { field: None, target: None });
    }
    // The field first: `amount`, `amount of the GenTech deal`, `stage on it`.
    if let Some(found) = field_at(scene.schema, object, run_from, 0) {
        let rest = run_from.from(found.next);
        if rest.is_empty() {
            return Some(Left { field: Some(found.field), target: None });
        }
        if let Some(of) = rest.one_of(0, "of|on|for|in|at|from")
            && let Some(target) = of_object(scene, object, rest.from(of))
        {
            return Some(Left { field: Some(found.field), target: Some(target) });
        }
    }
    // The record first: `GenTech's amount`, `the GenTech deal amount`, `its stage`.
    for split in 1..run_from.len() {
        let Some(found) =
            field_at(scene.schema, object, run_from, split).filter(|f| f.next == run_from.len())
        else {
            continue;
        };
        let mut owner = run_from.until(split);
        let possessive = owner.kind(split - 1) == Some(Kind::Possessive);
        if possessive {
            owner = owner.until(split - 1);
        }
        if let Some(target) = of_object(scene, object, owner) {
            return Some(Left { field: Some(found.field), target: Some(target) });
        }
    }
    of_object(scene, object, run).map(|target| Left { field: None, target: Some(target) })
}

/// A record of this very object.
pub(super) fn of_object(scene: Scene<'_>, object: &ObjectView, run: Run<'_>) -> Option<Target> {
    let found = target(scene, run, &[&object.name])?;
    // A name alone may be of any object that the change fits.
    let noun = (0..run.len()).any(|i| noun_at(scene.schema, run, i).is_some());
    if noun {
        return found.objects.contains(&object.name).then_some(found);
    }
    let mut found = found;
    if matches!(found.who, crate::intent::Who::Named(_)) {
        found.objects.clear();
    } else if found.objects.is_empty() && scene.object.is_some_and(|o| o.name != object.name) {
        return None;
    }
    Some(found)
}
