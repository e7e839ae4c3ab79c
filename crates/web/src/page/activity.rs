//! What happened, newest first, each line with its proof.

use axum::response::Response;
use boundary::{Action, Facts, Purpose, Verdict};
use gateway::{Activity, Alarm, Happening, Proof};
use maud::{Markup, html};

use super::frame::Frame;
use super::{field, parts};
use crate::text::legible;

/// Which page of the activity is shown.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Window {
    /// Only the reader's own.
    pub(crate) own: bool,
    /// Whether it begins with the newest.
    pub(crate) newest: bool,
    /// The entry that somebody asked for.
    pub(crate) marked: Option<u64>,
}

/// The page.
pub(crate) fn page(
    frame: &Frame<'_>,
    activity: &Activity,
    alarms: &[Alarm],
    window: Window,
) -> Response {
    let content = html! {
        div.page {
            h1 { "Activity" }
            p.lead {
                "Every crossing of the gate is written down before it happens. "
                (activity.size) @if activity.size == 1 { " entry" } @else { " entries" } " in the ledger."
            }
            p { a href="/ledger" { "Search the ledger" } }
            @for it in alarms { (parts::alert(&format!("Alarm of the {}: {}", it.about, it.problem))) }
            @if frame.session.auditor { (whose(window.own)) }
            @if activity.entries.iter().any(|it| it.proof == Proof::Broken) {
                (parts::alert("The proof of an entry failed: the record was changed after it was made."))
            }
            @if activity.entries.is_empty() { p.none { "Nothing here yet." } }
            @else { (table(&activity.entries, window.marked)) }
            nav.pages aria-label="Pages" {
                @if !window.newest { a.button href=(link(None, window.own)) { "Newest" } }
                @if let Some(older) = activity.older { a.button href=(link(Some(older), window.own)) { "Older" } }
            }
        }
    };
    frame.around(&content)
}

fn link(before: Option<u64>, own: bool) -> String {
    let own = if own { "whose=own" } else { "" };
    match before {
        Some(before) if own.is_empty() => format!("/activity?before={before}"),
        Some(before) => format!("/activity?before={before}&{own}"),
        None => format!("/activity?{own}"),
    }
}

fn whose(own: bool) -> Markup {
    html! {
        nav.filter aria-label="Whose activity" {
            a href="/activity" aria-current=[(!own).then_some("true")] { "Everybody's" }
            a href="/activity?whose=own" aria-current=[own.then_some("true")] { "My own" }
        }
    }
}

pub(super) fn table(entries: &[Happening], marked: Option<u64>) -> Markup {
    html! {
        div.wide tabindex="0" role="group" aria-label="Activity" {
            table.list.activity {
                thead { tr {
                    th scope="col" { "Entry" } th scope="col" { "When" } th scope="col" { "Who" } th scope="col" { "What" }
                    th scope="col" { "Data" } th scope="col" { "Decision" } th scope="col" { "Where to" } th scope="col" { "Proof" }
                } }
                tbody { @for it in entries { (row(it, marked == Some(it.index))) } }
            }
        }
    }
}

fn row(it: &Happening, marked: bool) -> Markup {
    let facts = &it.facts;
    html! {
        tr id={ "entry-" (it.index) } class=[marked.then_some("marked")] {
            th scope="row" { (it.index) }
            td { (parts::moment(it.time)) }
            td { (it.actor_name.as_deref().unwrap_or("Someone")) br; span.small { (door(&facts.door)) } }
            td { (what(facts)) @if let Some(link) = facts.link { br; a.small href={ "/activity?entry=" (link) "#entry-" (link) } { "follows " (link) } } }
            td { (data(facts)) }
            td { (verdict(facts.verdict)) @if !facts.rule.is_empty() { br; span.small { "rule " (facts.rule) } } }
            td {
                (destination(facts))
                @if let Some(request) = &it.request { br; span.small.request { "logged there as " code { (legible(request)) } } }
            }
            td { (proof(it.proof)) }
        }
    }
}

fn door(name: &str) -> &str {
    match name {
        "page" => "on this page",
        "openai" => "through the API",
        "cli" => "on the command line",
        "gate" => "the gate itself",
        other => other,
    }
}

/// The action in words.
pub(crate) const fn what(facts: &Facts) -> &'static str {
    match (facts.action, facts.purpose) {
        (Action::Ask, Purpose::Intent) => "Prompt to a model",
        (Action::Ask, Purpose::Outcome) => "Reply of a model",
        (Action::Ask, _) => "Question to a model",
        (Action::Read, Purpose::Intent) => "Read from Salesforce",
        (Action::Read, Purpose::Outcome) => "Reply of Salesforce",
        (Action::Read, _) => "Reading from Salesforce",
        (Action::Write, Purpose::Intent) => "Write to Salesforce",
        (Action::Write, Purpose::Outcome) => "Result of a write",
        (Action::Write, _) => "Writing to Salesforce",
        (Action::Delete, Purpose::Intent) => "Deletion in Salesforce",
        (Action::Delete, Purpose::Outcome) => "Result of a deletion",
        (Action::Delete, _) => "Deleting in Salesforce",
        (Action::Answer, _) => "Answer to a person",
        (Action::Propose, _) => "Change proposed",
        (Action::Approve, _) => "Change approved",
        (Action::Edit, _) => "Change edited",
        (Action::Reject, _) => "Change rejected",
        (Action::Expire, _) => "Change expired",
        (Action::Conflict, _) => "Change did not fit any more",
        (Action::SignIn, _) => "Sign-in",
        (Action::SignOut, _) => "Sign-out",
        (Action::KeyCreate, _) => "API key made",
        (Action::KeyRevoke, _) => "API key revoked",
        (Action::Disclose, _) => "Sealed part read",
        (Action::Erase, _) => "Person or record erased",
        (Action::Hold, _) => "Legal hold",
        (Action::Notify, Purpose::Outcome) => "Result of a notice",
        (Action::Notify, _) => "Notice that a write waits",
        (Action::Start, _) => "Gate started",
        (Action::Stop, _) => "Gate stopped",
    }
}

fn data(facts: &Facts) -> Markup {
    let objects: Vec<String> = facts.objects.iter().map(|name| field::label(name)).collect();
    let counts = [
        (facts.counts.rows, "row"),
        (facts.counts.tokens, "token"),
        (facts.counts.withheld, "withheld field"),
        (facts.counts.unrestored, "unrestored token"),
        (facts.counts.invented, "invented value"),
    ];
    let counts = counts.iter().filter(|(number, _)| *number > 0);
    let counts: Vec<String> = counts
        .map(|(number, unit)| format!("{number} {unit}{}", if *number == 1 { "" } else { "s" }))
        .collect();
    html! {
        (objects.join(", "))
        @if !counts.is_empty() { @if !objects.is_empty() { br; } span.small { (counts.join(", ")) } }
        @if !facts.fields.is_empty() {
            details { summary { (facts.fields.len()) @if facts.fields.len() == 1 { " field" } @else { " fields" } } ul { @for name in &facts.fields { li { (name) } } } }
        }
    }
}

fn verdict(verdict: Verdict) -> Markup {
    let (shape, word, class) = match verdict {
        Verdict::Allowed => ("→", "Allowed", "allowed"),
        Verdict::Refused => ("⊘", "Refused", "refused"),
        Verdict::Done => ("✓", "Done", "done"),
        Verdict::Failed => ("✕", "Failed", "failed"),
        Verdict::Unknown => ("?", "Unknown", "unknown"),
    };
    html! { span class={ "badge verdict " (class) } { span aria-hidden="true" { (shape) } " " (word) } }
}

fn destination(facts: &Facts) -> Markup {
    html! {
        @if let Some(endpoint) = &facts.endpoint { (endpoint) }
        @if let Some(residency) = &facts.residency { " " span.small { (parts::residency(residency)) } }
        @if let Some(level) = facts.level { br; (parts::level(level)) }
    }
}

fn proof(proof: Proof) -> Markup {
    html! {
        @match proof {
            Proof::Included { checkpoint } => { span.badge.proof.included { span aria-hidden="true" { "◆" } " Proved" } br; span.small { "in checkpoint " (checkpoint) } }
            Proof::Pending => { span.badge.proof.pending { span aria-hidden="true" { "◇" } " Not signed yet" } }
            Proof::Broken => { span.badge.proof.broken { span aria-hidden="true" { "✕" } " Broken" } }
        }
    }
}
