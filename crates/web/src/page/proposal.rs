//! A write that waits for a person: every value, old and new, and what may be done.

#[cfg(test)]
mod tests;

use boundary::{Risk, Ruling, ShownChange, UnixMillis};
use gateway::{ProposalView, Session, Standing};
use maud::{Markup, html};

use super::frame::csrf;
use super::{field, parts};
use crate::site::Site;
use crate::text::{legible, plain};

/// The card of a proposal.
pub(crate) fn card(view: &ProposalView, session: &Session, site: &Site) -> Markup {
    let heading = format!("proposal-{}", view.id);
    html! {
        article.card.proposal aria-labelledby=(heading) data-proposal=(view.id) {
            header {
                div {
                    p.eyebrow { @if view.undoes.is_some() { "Undo: " } (kind(view)) " " (object_label(view)) }
                    h3 id=(heading) { (name(view)) }
                }
                @if view.standing == Standing::Waiting && view.ruling == Ruling::No {
                    span class="badge standing waiting" { span aria-hidden="true" { "◷" } " Waits for somebody else" }
                } @else { (standing(view.standing)) }
            }
            @if view.tainted { (taint()) }
            (risks(view))
            @if deletes(view) { (losses(view)) } @else { (changes(view)) }
            @if view.operation == "create" && view.undoes.is_some() { (made_again(view)) }
            (about(view, session, (site.now)()))
            @if view.standing == Standing::Waiting { (history(view)) }
            @match view.standing {
                Standing::Waiting => { (decide(view, session)) }
                _ => {
                    (outcome(view, site))
                    (afterwards(view, session))
                }
            }
        }
    }
}

fn kind(view: &ProposalView) -> &'static str {
    match view.operation {
        "create" => "New",
        "delete" => "Deletion of",
        _ => "Change to",
    }
}

fn deletes(view: &ProposalView) -> bool {
    view.operation == "delete"
}

/// Where it stands: a shape and a word.
pub(crate) fn standing(standing: Standing) -> Markup {
    let (shape, word) = match standing {
        Standing::Waiting => ("◷", "Waits for you"),
        Standing::Executing => ("…", "Being written"),
        Standing::Done => ("✓", "Done"),
        Standing::Failed => ("✕", "Failed"),
        Standing::Unknown => ("?", "Unknown"),
        Standing::Rejected => ("⊘", "Rejected"),
        Standing::Expired => ("⌛", "Expired"),
        Standing::Conflict => ("≠", "Record gone"),
    };
    html! { span class={ "badge standing " (standing.name()) } { span aria-hidden="true" { (shape) } " " (word) } }
}

/// What the record is called.
pub(crate) fn name(view: &ProposalView) -> String {
    let shown = view.shown.name.as_ref().map(boundary::Shown::text);
    let given = || {
        let named = view
            .shown
            .changes
            .iter()
            .find(|change| matches!(change.field.as_str(), "Name" | "LastName" | "Subject"));
        named.map(|change| match &change.old {
            Some(old) if deletes(view) => old.text(),
            _ => change.new.text(),
        })
    };
    let nameless = || format!("{} without a name", object_label(view));
    legible(&shown.or_else(given).filter(|name| !name.trim().is_empty()).unwrap_or_else(nameless))
}

/// What approving does, in words for a button.
pub(crate) fn effect(view: &ProposalView) -> String {
    let name = name(view);
    if view.operation == "create" {
        return format!("Create {} {name}", object_label(view));
    }
    if deletes(view) {
        return format!("Delete {} {name}", field::label(&view.object));
    }
    match view.shown.changes.as_slice() {
        [only] => format!("Update {} on {name}", label(view, &only.field)),
        changes => format!("Update {} fields on {name}", changes.len()),
    }
}

/// What the org calls the object.
pub(crate) fn object_label(view: &ProposalView) -> String {
    view.object_label.clone().unwrap_or_else(|| field::label(&view.object))
}

/// What the org calls a field of it.
fn label(view: &ProposalView, name: &str) -> String {
    view.labels.get(name).map_or_else(|| field::label(name), |it| it.label.clone())
}

/// The reasons to look twice, beside the text of outsiders.
fn risks(view: &ProposalView) -> Markup {
    let words = |risk: &Risk| match risk {
        Risk::Amount(name) => Some(format!("{} moves by half or more.", label(view, name))),
        Risk::Bulk(count) => Some(format!("One request proposed {count} writes.")),
        Risk::TaintedArgument(name) => {
            Some(format!("{} repeats text that outsiders can write.", label(view, name)))
        }
        Risk::UnusualRecipient(name) => {
            Some(format!("{} gets an address that nobody is known by.", label(view, name)))
        }
        Risk::Outsiders => None,
    };
    let list: Vec<String> = view.risks.iter().filter_map(words).collect();
    html! {
        @if !list.is_empty() {
            ul.risks aria-label="Reasons to look twice" { @for risk in &list { li { span aria-hidden="true" { "⚠ " } (risk) } } }
        }
        @if view.shown.withheld {
            p.warning role="note" { span aria-hidden="true" { "⚠ " } "You may not see every value of it." }
        }
    }
}

fn taint() -> Markup {
    html! {
        p.warning role="note" {
            span aria-hidden="true" { "⚠ " }
            strong { "Read every value. " }
            "Text that outsiders can write was read before this was proposed, and may have led to it."
        }
    }
}

/// Everything that goes when the record goes.
fn losses(view: &ProposalView) -> Markup {
    html! {
        p.warning role="note" {
            span aria-hidden="true" { "⚠ " }
            strong { "This record will be deleted, " }
            "and with it what Salesforce deletes along with its parent. It stays in the recycle bin of Salesforce for a while."
        }
        table.changes {
            caption.unseen { "What will be deleted" }
            thead { tr { th scope="col" { "Field" } th scope="col" { "Now" } } }
            tbody { @for change in &view.shown.changes { @if let Some(old) = &change.old {
                tr {
                    th scope="row" title=(change.field) { (field::label(&change.field)) }
                    td.old { (value(&change.field, old)) }
                }
            } } }
        }
    }
}

/// A deletion is not taken back by what is written here: another record takes the place of the deleted one.
fn made_again(view: &ProposalView) -> Markup {
    let lost: Vec<String> = view.lost.iter().map(|name| label(view, name)).collect();
    html! {
        p.warning role="note" {
            span aria-hidden="true" { "⚠ " }
            strong { "This makes a new record. " }
            "It has another id. What was deleted along with the old one, what pointed to it, and its history do not come back"
            @if !lost.is_empty() { ", nor do these fields: " (lost.join(", ")) }
            ". While the old one is in the recycle bin of Salesforce, it can be restored there as it was."
        }
    }
}

fn changes(view: &ProposalView) -> Markup {
    let creates = view.operation == "create";
    html! {
        table.changes {
            caption.unseen { "What will be written" }
            thead { tr {
                th scope="col" { "Field" }
                @if !creates { th scope="col" { "Now" } }
                th scope="col" { @if creates { "Value" } @else { "Afterwards" } }
            } }
            tbody { @for change in &view.shown.changes { (row(view, change, creates)) } }
        }
    }
}

fn row(view: &ProposalView, change: &ShownChange, creates: bool) -> Markup {
    let new = value(&change.field, &change.new);
    html! {
        tr {
            th scope="row" title=(change.field) {
                (label(view, &change.field))
                @if let Some(it) = view.labels.get(&change.field) { span.kind { (it.kind) } }
            }
            @if field::is_step(&change.field) && change.old.is_some() && !creates {
                td colspan="2" {
                    ol.path {
                        li.past { span.unseen { "now: " } @if let Some(old) = &change.old { (value(&change.field, old)) } }
                        li.next { span.unseen { "afterwards: " } (new) }
                    }
                }
            } @else {
                @if !creates { td.old { @match &change.old { Some(old) => { (value(&change.field, old)) } None => { (empty()) } } } }
                td.new { (new) }
            }
        }
    }
}

fn value(name: &str, shown: &boundary::Shown) -> Markup {
    let text = shown.text();
    let read = field::value(name, &text);
    html! {
        @if text.is_empty() { (empty()) }
        @else if read != text { (legible(&read)) }
        @else { (plain(shown.pieces())) }
    }
}

fn empty() -> Markup {
    html! { span.empty { "(empty)" } }
}

fn about(view: &ProposalView, session: &Session, now: UnixMillis) -> Markup {
    html! {
        div.about {
            span { "Asked by " @if view.mine { (session.name) } @else { (view.asked_by) } ", " (parts::moment(view.created)) }
            @if view.standing == Standing::Waiting {
                @let left = view.expires.0.saturating_sub(now.0);
                @if left == 0 { span { "has run out of time" } }
                @else { span { "waits another " (parts::span(left)) } }
            }
            @if view.replaces.is_some() { span { "changed since it was proposed" } }
            @if !view.signed_by.is_empty() && view.standing == Standing::Waiting {
                span { "approved by " (view.signed_by.join(", ")) "; one more person is needed" }
            }
            @if let Some(batch) = &view.batch { a href={ "/approvals/batch/" (batch) } { "All writes of this request" } }
            @if !view.said.is_empty() {
                details {
                    summary { "The words that led to it" }
                    p { (legible(&view.said)) }
                    @if !view.mine { p.small { "Values that are not on this card are covered." } }
                }
            }
            @if !view.read.is_empty() {
                details { summary { "Read before" } ul { @for it in &view.read {
                    li {
                        (field::label(&it.object))
                        @if !it.records.is_empty() { ", " (it.records.len()) @if it.records.len() == 1 { " record" } @else { " records" } }
                        @if it.outsiders { ", with text that outsiders can write" }
                    }
                } } }
            }
        }
    }
}

fn decide(view: &ProposalView, session: &Session) -> Markup {
    let path = |verb: &str| format!("/approvals/{}/{verb}", view.id);
    let may = view.ruling != Ruling::No;
    let reason = format!("reason-{}", view.id);
    html! {
        div.decide {
            @if may {
                form method="post" action=(path("approve")) data-decides {
                    (csrf(session))
                    input type="hidden" name="digest" value=(view.digest);
                    button.primary.danger[deletes(view)] type="submit" { (effect(view)) }
                }
                @if view.ruling == Ruling::Together { p.needs { "Two people have to approve this." } }
            } @else { p.needs { "Somebody else has to approve this." } }
            @if may || view.mine {
                form method="post" action=(path("reject")) data-decides {
                    (csrf(session))
                    button type="submit" { "Reject" }
                }
                details.why {
                    summary.button { "Reject with a reason" }
                    form method="post" action=(path("reject")) data-decides {
                        (csrf(session))
                        div.field { label for=(reason) { "Reason" } input id=(reason) name="reason" maxlength="1000" autocomplete="off"; }
                        button type="submit" { "Reject with this reason" }
                    }
                }
            }
            @if view.mine && !deletes(view) { details.edit {
                summary.button { "Edit" }
                form method="post" action=(path("edit")) data-decides {
                    (csrf(session))
                    @for change in &view.shown.changes { (input(view, change)) }
                    button type="submit" { "Save the edit" }
                }
            } }
        }
    }
}

/// What may be done when all is decided.
fn afterwards(view: &ProposalView, session: &Session) -> Markup {
    let post = |verb: &str, words: &str| {
        html! {
            form method="post" action={ "/approvals/" (view.id) "/" (verb) } {
                (csrf(session))
                button type="submit" { (words) }
            }
        }
    };
    html! {
        @match view.standing {
            Standing::Done if view.undoable => { div.decide { (post("undo", undo(view))) } }
            Standing::Unknown if view.mine => { div.decide { (post("find-out", "Look in Salesforce")) } }
            _ => {}
        }
        (history(view))
    }
}

/// How it would be taken back, in words for a button.
fn undo(view: &ProposalView) -> &'static str {
    match view.operation {
        "create" => "Propose to delete it again",
        "delete" => "Propose to make it again",
        _ => "Propose to undo it",
    }
}

/// What happened to it so far.
pub(crate) fn history(view: &ProposalView) -> Markup {
    html! {
        @if !view.history.is_empty() {
            details.history {
                summary { "History" }
                ol { @for it in &view.history {
                    li {
                        (parts::moment(it.at)) ": " (it.what)
                        @if let Some(who) = &it.who { " by " (who) }
                        @if let Some(words) = &it.words { ": " q { (legible(words)) } }
                        @if let Some(entry) = it.entry { " " (parts::entry(entry)) }
                    }
                } }
            }
        }
    }
}

fn input(view: &ProposalView, change: &ShownChange) -> Markup {
    let id = format!("edit-{}-{}", view.id, change.field);
    let text = change.new.text();
    html! {
        div.field {
            label for=(id) { (label(view, &change.field)) }
            @if text.len() > 80 || text.contains('\n') {
                // The first line break after the tag is not part of the value.
                textarea id=(id) name={ "field." (change.field) } rows="4" { "\n" (text) }
            } @else {
                input id=(id) name={ "field." (change.field) } value=(text) autocomplete="off";
            }
        }
    }
}

fn outcome(view: &ProposalView, site: &Site) -> Markup {
    // The practice org of a demo has no pages of its own to open.
    let link = view.link.as_deref().filter(|link| site.demo_users.is_empty() && is_address(link));
    let gone = deletes(view) && view.standing == Standing::Done;
    let link = link.filter(|_| !gone);
    let done = if deletes(view) { "deleted" } else { "written" };
    html! {
        p.outcome role="status" {
            @match view.standing {
                Standing::Done => { @if gone { "It is deleted in Salesforce." } @else { "It is in Salesforce." } }
                Standing::Failed if view.history.iter().any(|it| it.what == "not found") => {
                    "It did not happen: Salesforce has no trace of it. Nothing was " (done) "."
                }
                Standing::Failed => { "Salesforce refused it; nothing was " (done) "." }
                Standing::Unknown => { (unknown(view, done)) }
                Standing::Rejected => { (rejected(view, done)) }
                Standing::Expired => { "Nobody decided in time; nothing was " (done) "." }
                Standing::Conflict => { "The record is gone, or who asked cannot see it any more; nothing was " (done) "." }
                Standing::Executing => { "It is being " (done) "." }
                Standing::Waiting => {}
            }
            @if let Some(problem) = &view.problem { " Salesforce answered " code { (legible(problem)) } "." }
            @if let Some(link) = link {
                " " a href=(link) rel="noreferrer" { "Open " (name(view)) }
            }
        }
    }
}

/// A write whose end nobody knows, and what was found so far.
fn unknown(view: &ProposalView, done: &str) -> Markup {
    let looked = view.history.iter().any(|it| it.what == "unclear");
    html! {
        "Nobody knows whether it was " (done) ". "
        @if looked { "Salesforce does not tell so far: check there before you try again." }
        @else { "It is not sent again. Look in Salesforce before you try again." }
    }
}

fn rejected(view: &ProposalView, done: &str) -> Markup {
    let by = view.history.iter().rev().find(|it| it.what == "rejected");
    html! {
        @match by.filter(|_| by.is_some_and(|it| it.who.is_some())) {
            Some(it) => {
                (it.who.as_deref().unwrap_or_default()) " said no; nothing was " (done) "."
                @if let Some(words) = &it.words { " The reason: " q { (legible(words)) } }
            }
            None => { "You said no; nothing was " (done) "." }
        }
    }
}

/// The org's address comes from configuration; still nothing but the web is linked to.
fn is_address(link: &str) -> bool {
    link.starts_with("https://") || link.starts_with("http://")
}
