//! Keys for programs that ask in a person's name.

use axum::response::Response;
use gateway::{KeyInfo, NewKey};
use maud::{Markup, html};

use super::frame::{Frame, csrf};
use super::parts;

/// The keys, and the one that was just made.
pub(crate) fn page(frame: &Frame<'_>, keys: &[KeyInfo], made: Option<&NewKey>) -> Response {
    let content = html! {
        div.page {
            h1 { "API keys" }
            p.lead { "A program with your key asks in your name, with your rights, through the same gate. What it wants to write waits under " a href="/approvals" { "Approvals" } "." }
            @if let Some(made) = made { (shown_once(made, &frame.site.address("/v1"))) }
            form.inline method="post" action="/keys" {
                (csrf(frame.session))
                div.field {
                    label for="label" { "What is it for?" }
                    input #label name="label" required maxlength="80" autocomplete="off" placeholder="Notebook";
                }
                button.primary type="submit" { "Create a key" }
            }
            @if keys.is_empty() { p.none { "You have no keys." } }
            @else { (list(frame, keys)) }
        }
    };
    frame.around(&content)
}

fn shown_once(made: &NewKey, base: &str) -> Markup {
    let curl = format!(
        "curl {base}/chat/completions \\\n  -H 'Authorization: Bearer {}' \\\n  -H 'Content-Type: application/json' \\\n  -d '{{\"model\": \"portcullis\", \"messages\": [{{\"role\": \"user\", \"content\": \"How many open opportunities do I have?\"}}]}}'",
        made.secret
    );
    let python = format!(
        "from openai import OpenAI\n\nclient = OpenAI(base_url=\"{base}\", api_key=\"{}\")\nanswer = client.chat.completions.create(\n    model=\"portcullis\",\n    messages=[{{\"role\": \"user\", \"content\": \"How many open opportunities do I have?\"}}],\n)\nprint(answer.choices[0].message.content)",
        made.secret
    );
    html! {
        section.card.made aria-labelledby="made" {
            h2 #made { "Your new key" }
            p role="status" { "Copy it now: it is kept nowhere and cannot be shown again." }
            (snippet("The key", &made.secret))
            (snippet("With curl", &curl))
            (snippet("With Python", &python))
        }
    }
}

fn snippet(title: &str, text: &str) -> Markup {
    html! {
        div.snippet {
            h3 { (title) }
            // Shown by the script, which is what can copy.
            button.quiet type="button" data-copies hidden { "Copy" span.unseen { ": " (title) } }
            pre tabindex="0" { code { (text) } }
        }
    }
}

fn list(frame: &Frame<'_>, keys: &[KeyInfo]) -> Markup {
    html! {
        div.wide tabindex="0" role="group" aria-label="Your keys" {
            table.list {
                thead { tr { th scope="col" { "For" } th scope="col" { "Key" } th scope="col" { "Made" } th scope="col" { "Last used" } th scope="col" { "State" } } }
                tbody { @for key in keys {
                    tr {
                        td { (crate::text::legible(&key.label)) }
                        td { code { (key.id) } }
                        td { (parts::moment(key.created)) }
                        td { @match key.last_used { Some(time) => { (parts::moment(time)) } None => { "never" } } }
                        td { (state(frame, key)) }
                    }
                } }
            }
        }
    }
}

fn state(frame: &Frame<'_>, key: &KeyInfo) -> Markup {
    html! {
        @if let Some(time) = key.revoked { span.badge { span aria-hidden="true" { "⊘" } " Revoked" } " " (parts::moment(time)) }
        @else {
            form method="post" action={ "/keys/" (key.id) "/revoke" } {
                (csrf(frame.session))
                button type="submit" { "Revoke" span.unseen { " the key for " (crate::text::legible(&key.label)) } }
            }
        }
    }
}
