//! The org's few pages: sign in, agree, and what went wrong.

use maud::{DOCTYPE, Markup, html};

use super::app::ExternalClientApp;
use crate::exchange::Reply;

const HTML: &str = "text/html; charset=utf-8";

fn page(title: &str, body: &Markup) -> String {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) " | Practice org" }
                link rel="stylesheet" href="/practice.css";
            }
            body {
                header { p.org { "Practice org" } p.note { "Everyone and everything in it is invented." } }
                main { (body) }
            }
        }
    }
    .into_string()
}

pub(super) fn welcome() -> Reply {
    let body = html! {
        h1 { "The practice org is running" }
        p { "Applications sign in at " code { "/services/oauth2/authorize" } " and call " code { "/services/data" } "." }
    };
    secure(Reply::text(200, HTML, page("Welcome", &body)), "")
}

pub(super) fn login(start: &str, username: &str, csrf: &str, problem: Option<&str>) -> Reply {
    let body = html! {
        h1 { "Sign in" }
        @if let Some(problem) = problem { p.problem role="alert" { (problem) } }
        form method="post" action="/login" {
            label for="username" { "Username" }
            input #username name="username" type="text" autocomplete="username" required value=(username) autofocus[username.is_empty()];
            label for="password" { "Password" }
            input #password name="password" type="password" autocomplete="current-password" required autofocus[!username.is_empty()];
            input type="hidden" name="start" value=(start);
            input type="hidden" name="csrf" value=(csrf);
            button type="submit" { "Sign in" }
        }
    };
    Reply::text(200, HTML, page("Sign in", &body))
}

pub(super) fn consent(
    app: &ExternalClientApp,
    scope: &[String],
    user: &str,
    start: &str,
    csrf: &str,
) -> Reply {
    let body = html! {
        h1 { "Allow access?" }
        p { strong { (app.title()) } " is asking to:" }
        ul { @for scope in scope { li { (meaning(scope)) } } }
        p { "You are signed in as " strong { (user) } "." }
        form method="post" action="/services/oauth2/approve" {
            input type="hidden" name="start" value=(start);
            input type="hidden" name="csrf" value=(csrf);
            button type="submit" name="decision" value="allow" { "Allow" }
            button.second type="submit" name="decision" value="deny" { "Deny" }
        }
        form method="post" action="/logout" { button.link type="submit" { "Sign in as someone else" } }
    };
    Reply::text(200, HTML, page("Allow access", &body))
}

fn meaning(scope: &str) -> String {
    match scope {
        "api" => "Read and change your data through the API".to_owned(),
        "refresh_token" | "offline_access" => {
            "Do so at any time, until you or an administrator take it back".to_owned()
        }
        "openid" => "Know who you are".to_owned(),
        "id" | "profile" => "Read your name and profile".to_owned(),
        "email" => "Read your e-mail address".to_owned(),
        "web" => "Use your session in a browser".to_owned(),
        "full" => "Do everything you may do".to_owned(),
        other => format!("Use {other}"),
    }
}

pub(super) fn error(status: u16, text: &str) -> Reply {
    let body = html! {
        h1 { "This did not work" }
        p.problem role="alert" { (text) }
    };
    secure(Reply::text(status, HTML, page("Error", &body)), "")
}

/// Headers every page carries. A form's answer may redirect to the app, which browsers count as a target of the form.
pub(super) fn secure(page: Reply, redirect_uri: &str) -> Reply {
    let after_scheme = redirect_uri.find("://").map_or(0, |at| at + 3);
    let end = redirect_uri
        .get(after_scheme..)
        .and_then(|rest| rest.find(['/', '?', '#']))
        .map(|at| after_scheme + at);
    let origin = redirect_uri.get(..end.unwrap_or(redirect_uri.len())).unwrap_or_default();
    // Nothing but an origin may get into the header.
    let plain = origin.chars().all(|char| char.is_ascii_alphanumeric() || ".:/-[]_".contains(char));
    let origin = if plain { origin } else { "" };
    let policy = format!(
        "default-src 'none'; style-src 'self'; form-action 'self' {origin}; frame-ancestors 'none'; base-uri 'none'"
    );
    page.with("content-security-policy", policy)
        .with("x-frame-options", "DENY")
        .with("referrer-policy", "no-referrer")
        .with("cache-control", "no-store")
}

pub(super) fn style_sheet() -> Reply {
    Reply::text(200, "text/css; charset=utf-8", include_str!("pages.css").to_owned())
        .with("cache-control", "max-age=3600")
}
