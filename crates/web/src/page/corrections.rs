//! Corrections, for administrators.

use axum::response::Response;
use boundary::Kind;
use gateway::CorrectionInfo;
use maud::{Markup, html};

use super::frame::{Frame, csrf};
use super::parts;
use crate::text::legible;

/// What a missed value may be, the likely ones first.
const KINDS: [Kind; 12] = [
    Kind::Name,
    Kind::Org,
    Kind::Location,
    Kind::Address,
    Kind::Email,
    Kind::Phone,
    Kind::AccountNumber,
    Kind::NationalId,
    Kind::DateOfBirth,
    Kind::Amount,
    Kind::Secret,
    Kind::Custom,
];

/// The corrections, and a form for one more. `message` is the text in which something is to be corrected.
pub(crate) fn page(frame: &Frame<'_>, all: &[CorrectionInfo], message: &str) -> Response {
    let content = html! {
        div.page {
            h1 { "Corrections" }
            p.lead { "Was a value not hidden, or was something hidden that is nobody's? Say it once: it counts at once, for everybody, and the text below is its test from then on." }
            (form(frame, message))
            @if all.is_empty() { p.none { "Nothing was corrected." } }
            @else { (list(frame, all)) }
        }
    };
    frame.around(&content)
}

fn form(frame: &Frame<'_>, message: &str) -> Markup {
    html! {
        form.card method="post" action="/corrections" {
            (csrf(frame.session))
            div.field {
                label for="example" { "Text in which it was seen" }
                textarea #example name="example" rows="4" required maxlength="2000" { (legible(message)) }
            }
            div.field {
                label for="words" { "Words of it" }
                input #words name="words" required maxlength="200" autocomplete="off";
            }
            div.field {
                label for="kind" { "What they are" }
                select #kind name="kind" {
                    @for kind in KINDS { option value=(kind.name()) { "missed: " (kind.name()) } }
                    option value="" { "false alarm: nobody's" }
                }
            }
            button.primary type="submit" { "Correct" }
        }
    }
}

fn list(frame: &Frame<'_>, all: &[CorrectionInfo]) -> Markup {
    html! {
        div.wide tabindex="0" role="group" aria-label="Corrections" {
            table.list {
                thead { tr { th scope="col" { "Words" } th scope="col" { "Are" } th scope="col" { "Seen in" } th scope="col" { "Made" } th scope="col" { "Test" } th scope="col" { span.unseen { "Remove" } } } }
                tbody { @for it in all {
                    tr {
                        td { (legible(&it.correction.words)) }
                        td { @match it.correction.kind { Some(kind) => { (kind.name()) } None => { "nobody's" } } }
                        td { (legible(&it.correction.example)) }
                        td { (parts::moment(it.made)) }
                        td { @if it.holds { "holds" } @else { strong { "no longer holds" } } }
                        td {
                            form method="post" action={ "/corrections/" (it.id) "/remove" } {
                                (csrf(frame.session))
                                button.quiet type="submit" { "Remove" span.unseen { ": " (legible(&it.correction.words)) } }
                            }
                        }
                    }
                } }
            }
        }
    }
}
