//! The servers behind the gate and what they say of their tools, for administrators.

use axum::response::Response;
use gateway::{ServerReview, ToolReview, ToolStanding};
use maud::{Markup, html};

use super::frame::{Frame, csrf};
use super::parts;
use crate::text::legible;

pub(crate) fn page(frame: &Frame<'_>, servers: &[ServerReview]) -> Response {
    let content = html! {
        div.page {
            h1 { "Servers of tools" }
            p.lead { "A tool is there for programs under exactly the words and arguments that you consent to. What a server says of itself is a stranger\u{2019}s text: read it as a model would. When it changes, the tool is held until you have looked again." }
            @if servers.is_empty() { p.none { "The configuration names no server." } }
            @for server in servers { (card(frame, server)) }
        }
    };
    frame.around(&content)
}

fn card(frame: &Frame<'_>, server: &ServerReview) -> Markup {
    let heading = format!("server-{}", server.name);
    html! {
        section.card aria-labelledby=(heading) {
            h2 id=(heading) { (server.name) }
            p { code { (legible(&server.address)) } }
            @if let Some(problem) = &server.problem { p.problem role="status" { (legible(problem)) } }
            @for tool in &server.tools { (row(frame, server, tool)) }
            @if server.others > 0 {
                p { "It offers " (server.others) " more, which the configuration does not name and which stay closed." }
            }
        }
    }
}

fn row(frame: &Frame<'_>, server: &ServerReview, tool: &ToolReview) -> Markup {
    let standing = match tool.standing {
        ToolStanding::New => "new",
        ToolStanding::Consented => "consented",
        ToolStanding::Changed => "changed, held",
        ToolStanding::Missing => "not there",
    };
    html! {
        h3 { code { (tool.public) } " " span.badge { (standing) } }
        p {
            @if tool.reads { "Reads: calls are made at once." } @else { "Writes, or does not say that it only reads: calls wait for a person." }
            @if let Some((by, at)) = &tool.consented { " Consented by " (legible(by)) ", " (parts::moment(*at)) "." }
        }
        @if let Some(before) = &tool.before {
            p { "As it was consented to:" }
            pre { code { (legible(before)) } }
            p { "As the server describes it now:" }
        }
        @if !tool.now.is_empty() { pre { code { (legible(&tool.now)) } } }
        form method="post" action="/servers" {
            (csrf(frame.session))
            input type="hidden" name="server" value=(server.name);
            input type="hidden" name="tool" value=(tool.name);
            input type="hidden" name="digest" value=(tool.digest);
            @if matches!(tool.standing, ToolStanding::New | ToolStanding::Changed) {
                button.primary type="submit" name="decision" value="consent" aria-label={ "Consent to " (tool.public) } { "Consent" } " "
            }
            @if tool.consented.is_some() {
                button type="submit" name="decision" value="withdraw" aria-label={ "Withdraw " (tool.public) } { "Withdraw" }
            }
        }
    }
}
