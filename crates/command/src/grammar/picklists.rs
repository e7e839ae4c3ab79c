//! Values of picklists in free speech: `negotiation` for `Negotiation/Review`, `closed one` for `Closed Won`.

use crate::lexicon::column_at;
use crate::schema::{FieldType, FieldView, ObjectView, SchemaView};
use crate::words::{Kind, Run, squash, within_one_edit};

/// A picklist value found in a sentence.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Choice {
    pub(crate) path: String,
    pub(crate) value: String,
    pub(crate) next: usize,
}

/// Values that are everyday words: they count only when their field is said too.
const PLAIN: &[&str] = &[
    "other",
    "none",
    "new",
    "phone",
    "email",
    "mail",
    "web",
    "call",
    "meeting",
    "open",
    "closed",
    "yes",
    "no",
    "na",
    "public",
    "private",
    "customer",
    "partner",
    "competitor",
    "account",
    "contact",
    "lead",
    "task",
    "event",
    "normal",
    "task",
    "advertisement",
    "pending",
    "first",
    "second",
    "primary",
    "secondary",
    "active",
    "inactive",
    "mr",
    "ms",
];

/// Fields looked through first.
const FIRST: &[&str] =
    &["StageName", "Status", "Priority", "Rating", "Industry", "LeadSource", "Origin", "Type"];

/// The picklist value that starts at `i`: of the object's own fields, then of its account's industry and type.
pub(crate) fn choice_at(
    schema: &SchemaView,
    object: &ObjectView,
    run: Run<'_>,
    i: usize,
) -> Option<Choice> {
    let mut fields: Vec<(String, &FieldView)> = object
        .fields
        .iter()
        .filter(|f| f.kind == FieldType::Picklist)
        .map(|f| (f.name.clone(), f))
        .collect();
    fields.sort_by_key(|(name, _)| FIRST.iter().position(|f| f == name).unwrap_or(FIRST.len()));
    for path in ["Account.Industry", "Account.Type", "Account.Rating"] {
        let own = path.split_once('.').is_some_and(|(_, end)| object.field(end).is_some());
        if let Some(field) =
            schema.path(object, path).filter(|f| f.kind == FieldType::Picklist && !own)
        {
            fields.push((path.to_owned(), field));
        }
    }
    let mut best: Option<Choice> = None;
    for (path, field) in &fields {
        let Some((value, mut next)) = value_at(field, run, i) else { continue };
        let named_after = column_at(schema, object, run, next).filter(|c| c.path == *path);
        let named_before = names_field(schema, object, run, i, path);
        let plain = run.between(i, next).squashed();
        if PLAIN.contains(&plain.as_str()) && named_after.is_none() && !named_before {
            continue;
        }
        if let Some(column) = named_after {
            next = column.next;
        }
        if best.as_ref().is_none_or(|b| next > b.next) {
            best = Some(Choice { path: path.clone(), value, next });
        }
    }
    best
}

/// Whether the field's name, or a word for it, stands right before `i`.
fn names_field(
    schema: &SchemaView,
    object: &ObjectView,
    run: Run<'_>,
    i: usize,
    path: &str,
) -> bool {
    let back = |words: &[&str]| {
        let mut at = i;
        while at > 0 && words.contains(&run.at(at - 1)) {
            at -= 1;
        }
        at
    };
    let end = back(&[
        "is", "are", "=", "of", "equals", "the", "a", "as", "from", "via", "through", "by", "in",
        "to", "with",
    ]);
    let before = if i > 0 && run.any_of(i - 1, &["the", "a", "our"]) { i - 1 } else { i };
    let via = before > 0
        && run.any_of(before - 1, &["via", "through", "from", "by"])
        && (path.ends_with("Source") || path == "Origin");
    via || (1..=3).any(|size| {
        end.checked_sub(size)
            .and_then(|start| column_at(schema, object, run, start))
            .is_some_and(|c| c.path == path && c.next == end)
    })
}

/// The value of one field that starts at `i`, the longest.
pub(crate) fn value_at(field: &FieldView, run: Run<'_>, i: usize) -> Option<(String, usize)> {
    if run.word(i).is_none_or(|w| w.kind == Kind::Token || w.kind == Kind::Mark) {
        return None;
    }
    let most = (i + 6).min(run.len());
    (i + 1..=most).rev().find_map(|next| {
        let words = run.between(i, next);
        if words
            .words()
            .iter()
            .skip(1)
            .any(|w| w.kind == Kind::Mark && !matches!(w.text.as_str(), "-" | "/" | "&" | "."))
        {
            return None;
        }
        match_value(field, &words.text()).map(|value| (value, next))
    })
}

/// The picklist value that a text means, if it is one and only one.
pub(crate) fn match_value(field: &FieldView, text: &str) -> Option<String> {
    let said = squash(text);
    if said.is_empty() {
        return None;
    }
    match_squashed(field, &said)
        .or_else(|| spoken_form(&said).and_then(|meant| match_squashed(field, meant)))
}

fn match_squashed(field: &FieldView, said: &str) -> Option<String> {
    let only = |fits: &dyn Fn(&str) -> bool| {
        let mut found = field.picklist.iter().filter(|v| fits(v));
        match (found.next(), found.next()) {
            (Some(one), None) => Some(one.clone()),
            _ => None,
        }
    };
    field
        .picklist
        .iter()
        .find(|v| squash(v) == said)
        .cloned()
        .or_else(|| only(&|v| v.split(['/', '-', '(', ')', ',']).any(|part| squash(part) == said)))
        .or_else(|| only(&|v| said.len() >= 5 && starts_with_words(v, said)))
        .or_else(|| only(&|v| said.len() >= 5 && within_one_edit(&squash(v), said)))
        .or_else(|| {
            only(&|v| {
                said.len() >= 6
                    && v.split(['/', ' '])
                        .any(|part| part.len() >= 6 && within_one_edit(&squash(part), said))
            })
        })
}

/// Whether `said` is the first words of the value, whole words only.
fn starts_with_words(value: &str, said: &str) -> bool {
    let mut so_far = String::new();
    value.split([' ', '/', '-']).any(|word| {
        so_far.push_str(&squash(word));
        so_far == said
    })
}

/// What speech recognition makes of the stages that nearly every organisation has.
fn spoken_form(said: &str) -> Option<&'static str> {
    Some(match said {
        "closedone" | "closeone" | "closewon" | "closedwan" | "closetoone" | "won" | "closed1"
        | "close1" => "closedwon",
        "closelost" | "closedloss" | "closeloss" | "lost" | "closetolost" => "closedlost",
        "done" | "finished" | "complete" => "completed",
        "inprocess" => "inprogress",
        "quote" | "quoted" => "proposalpricequote",
        _ => return None,
    })
}
