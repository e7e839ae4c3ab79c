//! The first page of someone who is not signed in.

use axum::response::Response;
use maud::{Markup, html};

use super::frame::document;
use super::problem::sentence;
use crate::site::{DemoUser, Site};

/// `return_to` is a path of ours to go on to.
pub(crate) fn page(site: &Site, return_to: &str) -> Response {
    let content = html! {
        div.landing {
            section.hero {
                h1 { "Ask your CRM. Keep what is in it." }
                p.lead { "Portcullis stands between AI assistants and the data of " strong { (site.org_name) } "." }
                ul.promises {
                    li { strong { "A model sees tokens." } " Names, addresses and sums are replaced before a prompt leaves, and put back for your eyes alone." }
                    li { strong { "You see what you may see." } " Every read uses your own rights in Salesforce." }
                    li { strong { "A change waits for you." } " Nothing is written before you have read it and approved exactly that." }
                }
                a.button.primary.large href=(start(return_to, None)) { "Sign in with Salesforce" }
            }
            @if !site.demo_users.is_empty() { (people(&site.demo_users, return_to)) }
        }
    };
    document("Sign in", Some(&site.org_name), &html! {}, &content)
}

fn start(return_to: &str, hint: Option<&str>) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair("return_to", return_to);
    if let Some(hint) = hint {
        query.append_pair("login_hint", hint);
    }
    format!("/oauth/start?{}", query.finish())
}

fn people(users: &[DemoUser], return_to: &str) -> Markup {
    html! {
        section.people aria-labelledby="people" {
            h2 #people { "People of the demo" }
            p { "The org is invented, and so are they. Each sees something else." }
            ul.cards {
                @for user in users {
                    li.card {
                        h3 { (user.name) }
                        p.role { (user.role) }
                        p { (sentence(&user.sees)) }
                        dl.pairs {
                            dt { "Username" } dd { code { (user.username) } }
                            dt { "Password" } dd { code { (user.password) } }
                        }
                        a.button href=(start(return_to, Some(&user.username))) { "Sign in as " (user.name) }
                    }
                }
            }
        }
    }
}
