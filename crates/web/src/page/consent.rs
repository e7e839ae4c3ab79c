//! What a person reads before a program may act for them.

use axum::response::Response;
use gateway::{ClientStanding, Consent};
use maud::{Markup, html};

use super::frame::{Frame, csrf};
use crate::text::legible;

pub(crate) fn page(frame: &Frame<'_>, consent: &Consent) -> Response {
    let client = &consent.client;
    let content = html! {
        div.page {
            h1 { "Let “" (legible(&client.name)) "” act for you?" }
            p.lead { "It asks in your name, with your rights in Salesforce, through this gate. Values you hide from models are hidden from it too." }
            dl.pairs {
                dt { "It says it is" } dd { code { (legible(&client.id)) } }
                dt { "You go back to" } dd { strong { (legible(&consent.returns_to)) } }
                dt { "It may use" } dd { (tools(consent)) }
                dt { "Objects" } dd {
                    @if client.objects.is_empty() { "All that the data-access matrix lets models read" }
                    @else { (client.objects.join(", ")) }
                }
                dt { "Rows a day" } dd { (client.rows) }
                dt { "Writes" } dd {
                    @if consent.proposes { "It may propose changes. Each waits for your approval." }
                    @else { "None" }
                }
            }
            @if client.standing == ClientStanding::Quarantine {
                p role="note" { "Nobody has looked at this program yet. Until an administrator lets it in, it reads only, and few rows." }
            }
            p { "Go on only if you began this yourself, just now, in that program." }
            form.inline method="post" action="/authorize" {
                (csrf(frame.session))
                input type="hidden" name="ticket" value=(consent.ticket);
                button.primary type="submit" name="answer" value="allow" { "Allow" }
                button type="submit" name="answer" value="deny" { "Do not allow" }
            }
        }
    };
    frame.around(&content)
}

fn tools(consent: &Consent) -> Markup {
    html! { ul { @for tool in &consent.client.tools { li { code { (tool) } } } } }
}
