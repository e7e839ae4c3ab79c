//! Proposals: those that wait as cards, those that are decided as a list.

use axum::response::Response;
use gateway::{ProposalView, Standing};
use maud::{Markup, html};

use super::frame::Frame;
use super::{field, parts, proposal};

/// All proposals of a person.
pub(crate) fn page(frame: &Frame<'_>, views: &[ProposalView]) -> Response {
    let (waiting, decided): (Vec<_>, Vec<_>) =
        views.iter().partition(|view| view.standing == Standing::Waiting);
    let content = html! {
        div.page {
            h1 { "Approvals" }
            p.lead { "What assistants want to write in your name. Nothing is written before you approve it." }
            h2 { "Waiting" }
            @if waiting.is_empty() { p.none { "Nothing waits for you." } }
            @for view in &waiting { (proposal::card(view, frame.session, frame.site)) }
            @if !decided.is_empty() {
                h2 { "Decided" }
                (decided_list(&decided))
            }
        }
    };
    frame.around(&content)
}

fn decided_list(views: &[&ProposalView]) -> Markup {
    html! {
        div.wide tabindex="0" role="group" aria-label="Decided proposals" {
            table.list {
                thead { tr { th scope="col" { "What" } th scope="col" { "Object" } th scope="col" { "State" } th scope="col" { "Proposed" } } }
                tbody { @for view in views {
                    tr {
                        td { a href={ "/approvals/" (view.id) } { (proposal::effect(view)) } }
                        td { (field::label(&view.object)) }
                        td { (proposal::standing(view.standing)) }
                        td { (parts::moment(view.created)) }
                    }
                } }
            }
        }
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
