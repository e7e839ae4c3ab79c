//! What the person reads: short Markdown, numbers with separators, what was withheld, no Ids unless asked for.

mod cells;
mod describe;
mod record;
mod table;
mod talk;

pub(crate) use cells::{cell, label, safe};
pub(crate) use record::{fields, record};
pub(crate) use table::{list, tally};
pub(crate) use talk::{help, not_understood, values};

use crate::records::Withheld;
use crate::schema::SchemaView;

/// The person's own words back, safe between backticks.
pub(crate) fn quoted(text: &str) -> String {
    let clean: String = text.chars().filter(|c| *c != '`' && !c.is_control()).take(120).collect();
    if clean.chars().count() < text.chars().count() && text.chars().count() > 120 {
        format!("{clean}..")
    } else {
        clean
    }
}

/// `1 record`, `12 records`.
pub(crate) fn counted(count: usize, one: &str, many: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{} {many}", cells::grouped(count)) }
}

/// `a, b or c`.
pub(crate) fn alternatives(words: &[String]) -> String {
    match words {
        [] => "record".to_owned(),
        [one] => one.clone(),
        [head @ .., last] => format!("{} or {last}", head.join(", ")),
    }
}

/// A line on fields that were kept back, or nothing.
pub(crate) fn withheld_note(schema: &SchemaView, withheld: &[Withheld]) -> String {
    if withheld.is_empty() {
        return String::new();
    }
    let names: Vec<String> = withheld
        .iter()
        .map(|w| {
            let name = schema
                .object(&w.object)
                .map_or_else(|| w.field.clone(), |o| label(schema, o, &w.field));
            let name = safe(&name, 60);
            if w.why.is_empty() { name } else { format!("{name}: {}", safe(&w.why, 80)) }
        })
        .collect();
    let were = if withheld.len() == 1 { "field was" } else { "fields were" };
    format!("\n\n{} {were} withheld ({}).", withheld.len(), names.join("; "))
}
