//! What is around every page.

use axum::response::{Html, IntoResponse as _, Response};
use gateway::Session;
use maud::{DOCTYPE, Markup, html};

use crate::form::CSRF;
use crate::site::Site;

/// Where in the site a page is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Here {
    Chat,
    Approvals,
    Activity,
    Keys,
    Programs,
}

/// What is around a page.
pub(crate) struct Frame<'a> {
    pub(crate) site: &'a Site,
    pub(crate) session: &'a Session,
    pub(crate) here: Here,
    pub(crate) title: &'a str,
    /// Proposals that wait for this person.
    pub(crate) waiting: usize,
}

const PLACES: [(Here, &str, &str); 5] = [
    (Here::Chat, "/", "Ask"),
    (Here::Approvals, "/approvals", "Approvals"),
    (Here::Activity, "/activity", "Activity"),
    (Here::Keys, "/keys", "API keys"),
    (Here::Programs, "/programs", "Programs"),
];

impl Frame<'_> {
    /// The page with this content.
    pub(crate) fn around(&self, content: &Markup) -> Response {
        let bar = html! {
            nav.places aria-label="Portcullis" {
                @for (here, path, name) in PLACES {
                    a href=(path) aria-current=[(here == self.here).then_some("page")] {
                        (name)
                        @if here == Here::Approvals && self.waiting > 0 {
                            " " span.count { (self.waiting) span.unseen { " waiting" } }
                        }
                    }
                }
            }
            form.account method="post" action="/sign-out" {
                (csrf(self.session))
                span.who title=(self.session.username) { (self.session.name) }
                button.quiet type="submit" { "Sign out" }
            }
        };
        document(self.title, Some(&self.site.org_name), &bar, content)
    }
}

/// The hidden member that every form needs.
pub(crate) fn csrf(session: &Session) -> Markup {
    html! { input type="hidden" name=(CSRF) value=(session.csrf); }
}

/// A whole document. `bar` stands at the right of the head.
pub(crate) fn document(title: &str, org: Option<&str>, bar: &Markup, content: &Markup) -> Response {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) " | Portcullis" }
                link rel="icon" href="/assets/icon.svg" type="image/svg+xml";
                link rel="stylesheet" href="/assets/tokens.css";
                link rel="stylesheet" href="/assets/app.css";
                script type="module" src="/assets/app.js" {}
            }
            body {
                a.skip href="#main" { "Skip to the content" }
                header.bar {
                    a.brand href="/" {
                        (gate_mark())
                        span { "Portcullis" }
                    }
                    @if let Some(org) = org { span.org { (org) } }
                    (bar)
                }
                main #main tabindex="-1" { (content) }
                div.unseen #announcer aria-live="polite" {}
            }
        }
    };
    Html(page.into_string()).into_response()
}

/// A raised gate: our own mark.
fn gate_mark() -> Markup {
    html! {
        svg viewBox="0 0 24 24" width="24" height="24" aria-hidden="true" focusable="false" {
            path d="M4 21V10a8 8 0 0 1 16 0v11M8 14V4M12 17V2M16 14V4M4 9h16M5 13h14" {}
        }
    }
}
