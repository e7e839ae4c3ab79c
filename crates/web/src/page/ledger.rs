//! The explorer of the ledger: what was looked for, what was found, what an entry commits to.

use axum::response::Response;
use gateway::{Activity, Disclosed, Proof};
use maud::{Markup, html};

use super::frame::{Frame, csrf};
use super::{activity, parts};
use crate::door::ledger::Wanted;

const DECISIONS: [&str; 5] = ["allowed", "refused", "done", "failed", "unknown"];
const FORMATS: [(&str, &str); 4] =
    [("csv", "CSV"), ("jsonl", "JSON lines"), ("ocsf", "OCSF 1.8.0"), ("cef", "CEF")];

/// The page.
pub(crate) fn page(frame: &Frame<'_>, found: &Activity, wanted: &Wanted) -> Response {
    let content = html! {
        div.page {
            h1 { "Search the ledger" }
            p.lead {
                (found.size) @if found.size == 1 { " entry" } @else { " entries" } " in the ledger. "
                @if frame.session.compliance {
                    "You find words of prompts, answers, queries and values too; that you searched for them is recorded."
                } @else if frame.session.auditor { "You find everybody's entries by what they say of themselves." }
                @else { "You find your own entries." }
            }
            (form(frame, wanted))
            @if found.entries.iter().any(|it| it.proof == Proof::Broken) {
                (parts::alert("The proof of an entry failed: the record was changed after it was made."))
            }
            @if found.unsearched > 0 {
                p role="status" { "The index is being made: " (found.unsearched) " entries were not looked through yet." }
            }
            @if found.entries.is_empty() { p.none { "No entry is like this." } }
            @else { (activity::table(&found.entries, None)) }
            @if frame.session.compliance { (readable(frame, found)) }
            nav.pages aria-label="Pages" {
                @if !wanted.before.is_empty() { a.button href=(address(wanted, "/ledger", None, "")) { "Newest" } }
                @if let Some(older) = found.older { a.button href=(address(wanted, "/ledger", Some(older), "")) { "Older" } }
            }
            @if frame.session.auditor || frame.session.compliance {
                nav.filter aria-label="Export" {
                    @for (format, name) in FORMATS { a href=(address(wanted, "/ledger/export", None, format)) download { (name) } }
                }
            }
        }
    };
    frame.around(&content)
}

fn form(frame: &Frame<'_>, wanted: &Wanted) -> Markup {
    html! {
        section.card.edit aria-label="What to look for" {
            form method="get" action="/ledger" role="search" {
                (field("text", "Words", &wanted.text, "search"))
                @if frame.session.auditor || frame.session.compliance { (field("person", "Who acted", &wanted.person, "text")) }
                (field("record", "Record id", &wanted.record, "text"))
                (field("field", "Object or field", &wanted.field, "text"))
                (field("rule", "Rule", &wanted.rule, "text"))
                (field("client", "Key or session", &wanted.client, "text"))
                div.field {
                    label for="decision" { "Decision" }
                    select #decision name="decision" {
                        option value="" { "Any" }
                        @for decision in DECISIONS { option value=(decision) selected[decision == wanted.decision] { (decision) } }
                    }
                }
                (field("from", "From", &wanted.from, "date"))
                (field("until", "Until", &wanted.until, "date"))
                button.primary type="submit" { "Search" }
            }
        }
    }
}

fn field(name: &str, label: &str, value: &str, kind: &str) -> Markup {
    html! {
        div.field {
            label for=(name) { (label) }
            input id=(name) name=(name) type=(kind) value=(value) maxlength="200" autocomplete="off";
        }
    }
}

/// Buttons that read what entries commit to. A button, for reading is recorded.
fn readable(frame: &Frame<'_>, found: &Activity) -> Markup {
    html! {
        @if found.entries.iter().any(|it| it.sealed > 0) {
            section.card aria-labelledby="sealed" {
                h2 #sealed { "Sealed parts" }
                p { "What these entries commit to is sealed. Reading it is an entry of its own." }
                @for it in found.entries.iter().filter(|it| it.sealed > 0) {
                    form method="post" action={ "/ledger/" (it.index) } {
                        (csrf(frame.session))
                        button.quiet type="submit" { "Read " (it.sealed) " of entry " (it.index) }
                    }
                }
            }
        }
    }
}

fn address(wanted: &Wanted, path: &str, before: Option<u64>, format: &str) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    for (name, value) in [
        ("text", &wanted.text),
        ("person", &wanted.person),
        ("record", &wanted.record),
        ("field", &wanted.field),
        ("rule", &wanted.rule),
        ("client", &wanted.client),
        ("decision", &wanted.decision),
        ("trace", &wanted.trace),
        ("from", &wanted.from),
        ("until", &wanted.until),
    ] {
        if !value.is_empty() {
            query.append_pair(name, value);
        }
    }
    if let Some(before) = before {
        query.append_pair("before", &before.to_string());
    }
    if !format.is_empty() {
        query.append_pair("format", format);
    }
    format!("{path}?{}", query.finish())
}

/// What one entry commits to.
pub(crate) fn disclosed(frame: &Frame<'_>, entry: u64, parts: &[Disclosed]) -> Response {
    let content = html! {
        div.page {
            h1 { "Entry " (entry) }
            p.lead { "That you read this is recorded. " a href={ "/activity?entry=" (entry) "#entry-" (entry) } { "The entry itself" } }
            @if parts.is_empty() { p.none { "This entry commits to nothing." } }
            @for part in parts {
                section.card {
                    h2 { (title(&part.part)) }
                    p.small { "Pseudonym " code { (part.subject) } }
                    @match &part.text {
                        Some(text) => { pre tabindex="0" { code { (crate::text::legible(&text.text())) } } }
                        None => { p.none { "Destroyed." } }
                    }
                }
            }
        }
    };
    frame.around(&content)
}

fn title(part: &str) -> &str {
    match part {
        "prompt" => "What the model was told",
        "answer" => "What the model answered",
        "soql" => "The query",
        "values" => "Old and new values",
        "reason" => "Why somebody said no",
        "record" => "A record that came",
        other => other,
    }
}
