//! The programs known to the gate, for administrators.

use axum::response::Response;
use gateway::{ClientInfo, ClientStanding, DECIDES, PROPOSING_TOOLS, READING_TOOLS};
use maud::{Markup, html};

use super::frame::{Frame, csrf};
use super::parts;
use crate::text::legible;

/// `rows` is what a client gets that is let in, unless another number is typed; `more` are the tools of servers
/// behind the gate.
pub(crate) fn page(
    frame: &Frame<'_>,
    clients: &[ClientInfo],
    rows: u64,
    more: &[String],
) -> Response {
    let content = html! {
        div.page {
            h1 { "Clients" }
            p.lead { "A new program reads only, and few rows, until you let it in. What you decide counts at once, also for people who agreed to it before." }
            @if clients.is_empty() { p.none { "No program has asked to come in." } }
            @for (number, client) in clients.iter().enumerate() { (card(frame, client, number, rows, more)) }
            @if !more.is_empty() { p { a href="/servers" { "Tools of other servers" } " are there once you have consented to them." } }
            section.card {
                h2 { "Register a program by hand" }
                p { "For one that has no metadata document. Give it the id that it gets here." }
                form method="post" action="/clients" {
                    (csrf(frame.session))
                    div.field { label for="name" { "Name" } input #name name="name" required maxlength="80" autocomplete="off"; }
                    div.field { label for="redirect" { "Address to return to" } input #redirect name="redirect" required maxlength="1024" autocomplete="off" placeholder="https://"; }
                    button type="submit" { "Register" }
                }
            }
        }
    };
    frame.around(&content)
}

fn card(
    frame: &Frame<'_>,
    client: &ClientInfo,
    number: usize,
    rows: u64,
    more: &[String],
) -> Markup {
    let heading = format!("client-{number}");
    // What stands in the form is what one click would let in.
    let rows = if client.standing == ClientStanding::Admitted { client.rows } else { rows };
    html! {
        section.card aria-labelledby=(heading) {
            h2 id=(heading) { (legible(&client.name)) " " span.badge { (client.standing.name()) } }
            p { code { (legible(&client.id)) } " since " (parts::moment(client.met)) }
            form method="post" action="/clients/decide" {
                (csrf(frame.session))
                input type="hidden" name="client" value=(client.id);
                fieldset {
                    legend { "Tools" }
                    @for tool in READING_TOOLS.iter().chain(&PROPOSING_TOOLS) { (tick(client, tool, tool)) }
                    @for tool in more { (tick(client, tool, tool)) }
                    (tick(client, DECIDES, "the person may decide about their own writes inside the program"))
                }
                div.field {
                    label for={ "objects-" (number) } { "Objects, with a comma between; all of the matrix when empty" }
                    input id={ "objects-" (number) } name="objects" value=(client.objects.join(", ")) autocomplete="off";
                }
                div.field {
                    label for={ "rows-" (number) } { "Rows a day for each person" }
                    input id={ "rows-" (number) } name="rows" inputmode="numeric" pattern="[0-9]+" required value=(rows);
                }
                button.primary type="submit" name="standing" value="admitted" { "Let in" }
                " " button type="submit" name="standing" value="quarantine" { "Quarantine" }
                " " button type="submit" name="standing" value="refused" { "Shut out" }
            }
        }
    }
}

fn tick(client: &ClientInfo, tool: &str, label: &str) -> Markup {
    let ticked = client.tools.iter().any(|own| own == tool);
    html! {
        label.check { input type="checkbox" name={ "tool." (tool) } value="yes" checked[ticked]; " " (label) }
        br;
    }
}
