//! What went wrong, on a page of its own.

use axum::response::Response;
use maud::html;

use super::frame::document;
use crate::error::WebError;

pub(crate) fn page(error: &WebError) -> Response {
    let content = html! {
        div.problem {
            h1 { "This did not work" }
            p role="alert" { (sentence(&error.message())) }
            p {
                @if error.wants_sign_in() { a.button.primary href="/oauth/start" { "Sign in with Salesforce" } " " }
                a.button href="/" { "To the first page" }
            }
        }
    };
    let mut response = document("Problem", None, &html! {}, &content);
    *response.status_mut() = error.status();
    response
}

/// With a capital and a full stop.
pub(crate) fn sentence(message: &str) -> String {
    let mut chars = message.chars();
    let first = chars.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    let stop = if message.ends_with(['.', '!', '?']) { "" } else { "." };
    format!("{first}{}{stop}", chars.as_str())
}
