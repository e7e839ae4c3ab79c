//! The programs that act for a person, and how to set up another.

use axum::response::Response;
use gateway::DelegationInfo;
use maud::html;

use super::frame::{Frame, csrf};
use super::parts;
use crate::text::legible;

pub(crate) fn page(frame: &Frame<'_>, programs: &[DelegationInfo], administers: bool) -> Response {
    let content = html! {
        div.page {
            h1 { "Programs that act for you" }
            p.lead { "Assistants that speak the Model Context Protocol come in at " code { (frame.site.address("/mcp")) } ". Add this address in Claude, ChatGPT, VS Code or Cursor; it brings you here to agree." }
            @if administers { p { a href="/clients" { "Decide about programs for everybody" } } }
            @if programs.is_empty() { p.none { "No program acts for you." } }
            @else {
                div.wide tabindex="0" role="group" aria-label="Programs" {
                    table.list {
                        thead { tr { th scope="col" { "Program" } th scope="col" { "Says it is" } th scope="col" { "Standing" } th scope="col" { "Since" } th scope="col" { "End" } } }
                        tbody { @for program in programs {
                            tr {
                                td { (legible(&program.client.name)) }
                                td { code { (legible(&program.client.id)) } }
                                td { (program.client.standing.name()) }
                                td { (parts::moment(program.created)) }
                                td {
                                    form method="post" action={ "/programs/" (program.id) "/end" } {
                                        (csrf(frame.session))
                                        button type="submit" { "End" span.unseen { " what " (legible(&program.client.name)) " may do" } }
                                    }
                                }
                            }
                        } }
                    }
                }
            }
        }
    };
    frame.around(&content)
}
