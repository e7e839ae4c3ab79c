//! Proposals: those that wait as cards, those that are decided as a list, those of one request together.

use std::collections::BTreeSet;

use axum::response::Response;
use boundary::Ruling;
use gateway::{ProposalView, Standing};
use maud::{Markup, html};
use serde::Deserialize;

use super::frame::{Frame, csrf};
use super::{field, parts, proposal};

/// Which proposals to show. Empty members choose nothing.
#[derive(Clone, Debug, Default, Deserialize)]
pub(crate) struct Choice {
    #[serde(default)]
    pub(crate) state: String,
    #[serde(default)]
    pub(crate) object: String,
    #[serde(default)]
    pub(crate) asked: String,
}

impl Choice {
    fn takes(&self, view: &ProposalView) -> bool {
        let state = self.state.is_empty() || self.state == view.standing.name();
        let object = self.object.is_empty() || self.object == view.object;
        let asked = match self.asked.as_str() {
            "me" => view.mine,
            "others" => !view.mine,
            _ => true,
        };
        state && object && asked
    }
}

/// The keys of the page, and what each does.
const KEYS: [(&str, &str); 6] = [
    ("j", "next card"),
    ("k", "card before"),
    ("a", "to the button that approves; Enter presses it"),
    ("r", "to the reason for a rejection"),
    ("e", "to the edit"),
    ("o", "open it on a page of its own"),
];

/// All proposals of a person, and those of others that they may decide.
pub(crate) fn page(frame: &Frame<'_>, views: &[ProposalView], choice: &Choice) -> Response {
    let content = html! {
        div.page {
            h1 { "Approvals" }
            p.lead { "What assistants want to write in your name, and what others ask you to approve. Nothing is written before." }
            (filters(views, choice))
            details.keys {
                summary { "Keyboard shortcuts" }
                dl { @for (key, does) in KEYS { div { dt { kbd { (key) } } dd { (does) } } } }
                label { input type="checkbox" data-shortcuts checked; " Use them on this page" }
            }
            (queue(frame, views, choice))
        }
    };
    frame.around(&content)
}

/// The part of the page that follows the queue.
pub(crate) fn queue(frame: &Frame<'_>, views: &[ProposalView], choice: &Choice) -> Markup {
    let chosen: Vec<&ProposalView> = views.iter().filter(|view| choice.takes(view)).collect();
    let (waiting, decided): (Vec<_>, Vec<_>) =
        chosen.into_iter().partition(|view| view.standing == Standing::Waiting);
    let mut batches: Vec<&str> = Vec::new();
    for batch in waiting.iter().filter_map(|view| view.batch.as_deref()) {
        if !batches.contains(&batch) {
            batches.push(batch);
        }
    }
    html! {
        div #queue data-queue {
            h2 { "Waiting" }
            @if waiting.is_empty() { p.none { "Nothing waits for you." } }
            @for batch in batches {
                @let count = waiting.iter().filter(|view| view.batch.as_deref() == Some(batch)).count();
                p.about { a.button href={ "/approvals/batch/" (batch) } { "Decide " (count) " writes of one request together" } }
            }
            @for view in &waiting {
                // Values of a record that somebody else asked to write are read when it is opened.
                @if view.mine || view.record.is_none() { (proposal::card(view, frame.session, frame.site)) }
                @else { (closed(view)) }
            }
            @if !decided.is_empty() {
                h2 { "Decided" }
                (decided_list(&decided))
            }
        }
    }
}

/// A proposal of somebody else's, without its values.
fn closed(view: &ProposalView) -> Markup {
    let fields: Vec<String> =
        view.shown.changes.iter().map(|change| field::label(&change.field)).collect();
    html! {
        article.card.proposal aria-labelledby={ "proposal-" (view.id) } data-proposal=(view.id) {
            header {
                div {
                    p.eyebrow { "Asked by " (view.asked_by) }
                    h3 id={ "proposal-" (view.id) } { (view.operation) " " (proposal::object_label(view)) ": " (fields.join(", ")) }
                }
                (proposal::standing(view.standing))
            }
            p { a.button href={ "/approvals/" (view.id) } { "Look at it" } }
        }
    }
}

fn filters(views: &[ProposalView], choice: &Choice) -> Markup {
    let objects: BTreeSet<&str> = views.iter().map(|view| view.object.as_str()).collect();
    let count = |standing| views.iter().filter(|view| view.standing == standing).count();
    let asked = [("", "Anybody"), ("me", "Me"), ("others", "Others")];
    html! {
        form.filters method="get" action="/approvals" role="search" aria-label="Approvals" {
            div.field {
                label for="state" { "State" }
                select #state name="state" {
                    option value="" { "All (" (views.len()) ")" }
                    @for standing in Standing::ALL {
                        option value=(standing.name()) selected[choice.state == standing.name()] { (standing.name()) " (" (count(standing)) ")" }
                    }
                }
            }
            div.field {
                label for="object" { "Object" }
                select #object name="object" {
                    option value="" { "All" }
                    @for object in objects { option value=(object) selected[choice.object == object] { (field::label(object)) } }
                }
            }
            div.field {
                label for="asked" { "Asked by" }
                select #asked name="asked" {
                    @for (value, name) in asked { option value=(value) selected[choice.asked == value] { (name) } }
                }
            }
            button type="submit" { "Show" }
        }
    }
}

fn decided_list(views: &[&ProposalView]) -> Markup {
    html! {
        div.wide tabindex="0" role="group" aria-label="Decided proposals" {
            table.list {
                thead { tr { th scope="col" { "What" } th scope="col" { "Object" } th scope="col" { "State" } th scope="col" { "Proposed" } } }
                tbody { @for view in views {
                    tr {
                        td { a href={ "/approvals/" (view.id) } { (proposal::effect(view)) } }
                        td { (proposal::object_label(view)) }
                        td { (proposal::standing(view.standing)) }
                        td { (parts::moment(view.created)) }
                    }
                } }
            }
        }
    }
}

/// What came of one write of a batch.
pub(crate) type Result<'a> = (&'a str, std::result::Result<Standing, String>);

/// The writes of one request, to be decided together. `results` says what came of each that was chosen.
pub(crate) fn batch(
    frame: &Frame<'_>,
    batch: &str,
    views: &[ProposalView],
    results: &[Result<'_>],
) -> Response {
    let open =
        |view: &&ProposalView| view.standing == Standing::Waiting && view.ruling != Ruling::No;
    let waiting = views.iter().filter(open).count();
    let content = html! {
        div.page {
            h1 { "Writes of one request" }
            @if !results.is_empty() { (parts::alert(&summary(results))) }
            form method="post" action={ "/approvals/batch/" (batch) } {
                (csrf(frame.session))
                div.wide tabindex="0" role="group" aria-label="Writes of one request" {
                    table.list {
                        thead { tr { th scope="col" { "Choose" } th scope="col" { "What" } th scope="col" { "Now" } th scope="col" { "Afterwards" } th scope="col" { "State" } } }
                        tbody { @for view in views { (line(view, open(&view), results)) } }
                    }
                }
                @if waiting > 0 {
                    p.decide {
                        button.primary type="submit" name="decision" value="approve" { "Approve what is chosen" }
                        button type="submit" name="decision" value="reject" { "Reject what is chosen" }
                    }
                }
            }
            p { a href="/approvals" { "All approvals" } }
        }
    };
    frame.around(&content)
}

fn line(view: &ProposalView, open: bool, results: &[Result<'_>]) -> Markup {
    let result = results.iter().find(|(id, _)| *id == view.id);
    let trouble = result.and_then(|(_, result)| result.as_ref().err());
    html! {
        tr {
            td { @if open {
                input type="checkbox" name={ "chosen." (view.id) } value=(view.digest) checked aria-label={ "Choose: " (proposal::effect(view)) };
            } }
            td { a href={ "/approvals/" (view.id) } { (proposal::effect(view)) } @if let Some(trouble) = trouble { p.trouble { (trouble) } } }
            td { ul.plain { @for change in &view.shown.changes { li { (change.old.as_ref().map(boundary::Shown::text).unwrap_or_default()) } } } }
            td { ul.plain { @for change in &view.shown.changes { li { (field::label(&change.field)) ": " (change.new.text()) } } } }
            td { (proposal::standing(view.standing)) }
        }
    }
}

fn summary(results: &[Result<'_>]) -> String {
    let count = |standing| results.iter().filter(|(_, it)| *it == Ok(standing)).count();
    let troubled = results.iter().filter(|(_, it)| it.is_err()).count();
    let mut parts = Vec::new();
    for (number, words) in [
        (count(Standing::Done), "written"),
        (count(Standing::Waiting), "approved and waiting for another person"),
        (count(Standing::Rejected), "rejected"),
        (count(Standing::Failed), "refused by Salesforce"),
        (count(Standing::Conflict), "without a record to write to"),
        (count(Standing::Unknown), "of which nobody knows whether they were written"),
        (troubled, "not carried out; the list says why"),
    ] {
        if number > 0 {
            parts.push(format!("{number} {words}"));
        }
    }
    if parts.is_empty() {
        "Nothing was chosen.".to_owned()
    } else {
        format!("{}.", parts.join(", "))
    }
}

/// One proposal. `trouble` says what kept it from being decided, `entry` records what came of it.
pub(crate) fn one(
    frame: &Frame<'_>,
    view: &ProposalView,
    trouble: Option<&str>,
    entry: Option<u64>,
) -> Response {
    let content = html! {
        div.page {
            h1 { "Approval" }
            h2.unseen { "The change" }
            (decided(frame, view, trouble, entry))
            p { a href="/approvals" { "All approvals" } }
        }
    };
    frame.around(&content)
}

/// The card with what just came of it: also what the script puts in the place of the old card.
pub(crate) fn decided(
    frame: &Frame<'_>,
    view: &ProposalView,
    trouble: Option<&str>,
    entry: Option<u64>,
) -> Markup {
    html! {
        div.decided {
            @if let Some(trouble) = trouble { (parts::alert(trouble)) }
            (proposal::card(view, frame.session, frame.site))
            @if let Some(entry) = entry { p.about { (parts::entry(entry)) } }
        }
    }
}
