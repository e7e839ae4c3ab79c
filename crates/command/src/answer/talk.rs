//! Help, and what to say when a request was not understood.

use super::{cells, quoted};
use crate::intent::Unknown;
use crate::schema::SchemaView;
use crate::words::{distance, squash};

/// What can be said, by kind.
const EXAMPLES: &[(&str, &str, &str)] = &[
    ("Opportunity", "Lists", "show my open deals over 100k closing this quarter"),
    ("Opportunity", "Counts and sums", "how many deals did we win last month"),
    ("Opportunity", "Groups", "pipeline by stage"),
    ("Opportunity", "Top lists", "top 5 deals by amount"),
    ("Account", "Lists", "accounts in Berlin in the energy industry"),
    ("Contact", "Lists", "contacts at Acme"),
    ("Contact", "One record", "what is the phone number of Jane Doe"),
    ("Lead", "Groups", "leads per source this month"),
    ("Case", "Lists", "open cases for Acme with high priority"),
    ("Task", "Lists", "my overdue tasks"),
    ("Opportunity", "Follow-ups", "only those over 50k"),
    ("Opportunity", "Follow-ups", "the second one"),
    (
        "Opportunity",
        "Changes",
        "move the GenTech opportunity to Negotiation and set the amount to 250,000",
    ),
    ("Opportunity", "Changes", "push the close date of the Acme deal by two weeks"),
    ("Task", "New records", "create a task to call Jane Doe tomorrow"),
    ("Task", "New records", "log a call with Jane Doe: discussed pricing"),
    ("Contact", "New records", "create a contact Jane Doe at Acme with email jane@acme.example"),
    ("Lead", "New records", "new lead John Smith from Initech"),
    ("Case", "New records", "open a case for Acme: the printer is down"),
];

/// What the engine understands, from the objects there are.
pub(crate) fn help(schema: &SchemaView) -> String {
    let mut text = "I understand everyday requests about your records, for example:\n".to_owned();
    let mut kind = "";
    for (_, group, example) in EXAMPLES.iter().filter(|(o, ..)| schema.object(o).is_some()) {
        let lead = if *group == kind { ", ".to_owned() } else { format!("\n- {group}: ") };
        kind = group;
        for part in [lead.as_str(), "`", example, "`"] {
            text.push_str(part);
        }
    }
    text.push_str(
        "\n\nChanges and new records are only proposed: they wait until a person approves them.",
    );
    text
}

/// An honest answer, with the nearest thing that would have been understood.
pub(crate) fn not_understood(unknown: &Unknown) -> String {
    if let Some(why) = &unknown.why {
        return why.clone();
    }
    let heard = quoted(unknown.heard.trim());
    let near = nearest(&unknown.heard);
    if heard.is_empty() {
        return "Please say what to look for or change, or `help` for examples.".to_owned();
    }
    format!(
        "I did not understand `{heard}`. I can list, count, show and change records, and create new ones. Try for example `{near}`, or say `help`."
    )
}

/// The example that shares most words with what was said.
fn nearest(heard: &str) -> &'static str {
    let words: Vec<String> = heard
        .split_whitespace()
        .take(60)
        .map(squash)
        .filter(|w| w.chars().count() > 2 && w.chars().count() < 30)
        .collect();
    let score = |example: &str| -> usize {
        example
            .split(' ')
            .map(squash)
            .filter(|e| e.len() > 2)
            .map(|e| {
                usize::from(words.contains(&e)) * 2
                    + usize::from(
                        e.len() > 4 && words.iter().any(|w| w != &e && distance(w, &e) <= 2),
                    )
            })
            .sum()
    };
    let mut best = ("show my open deals", 0);
    for (_, _, example) in EXAMPLES.iter().filter(|(_, group, _)| *group != "Follow-ups") {
        let here = score(example);
        if here > best.1 {
            best = (example, here);
        }
    }
    best.0
}

/// The values a picklist field may take.
pub(crate) fn values(schema: &SchemaView, object: &str, field: &str) -> String {
    let Some(view) = schema.object(object) else { return String::new() };
    let Some(field) = view.field(field) else { return String::new() };
    let values: Vec<String> =
        field.picklist.iter().map(|v| format!("- {}", cells::safe(v, 80))).collect();
    format!(
        "{} of {} can be:\n{}",
        field.label,
        crate::lexicon::object_noun(view, 2),
        values.join("\n")
    )
}
