//! The page on which a person asks.

use axum::response::Response;
use gateway::{ConversationInfo, Session};
use maud::{Markup, html};

use super::exchange::{self, Exchange};
use super::frame::{Frame, csrf};

/// A conversation, or the beginning of one.
pub(crate) struct Chat<'a> {
    pub(crate) frame: Frame<'a>,
    pub(crate) conversations: &'a [ConversationInfo],
    /// Id of the one that is open.
    pub(crate) open: Option<&'a str>,
    pub(crate) exchanges: &'a [Exchange],
    /// Names that may be asked for as the model.
    pub(crate) models: &'a [String],
    /// Whether "What the model saw" is open.
    pub(crate) saw: bool,
    /// Whether this person corrects what the detectors make of a message.
    pub(crate) corrects: bool,
}

/// The page.
pub(crate) fn page(chat: &Chat<'_>) -> Response {
    let session = chat.frame.session;
    let content = html! {
        div.chat {
            (side(chat))
            section.talk aria-label="Conversation" {
                div.strip {
                    h1 { (title(chat)) }
                    @if chat.corrects { a href="/corrections" { "Corrections" } }
                    label.switch {
                        input #saw type="checkbox" role="switch" checked[chat.saw];
                        span { "What the model saw" }
                    }
                }
                div #exchanges {
                    @for it in chat.exchanges {
                        (exchange::exchange(it, session, chat.frame.site))
                        @if chat.corrects { (correct(it, session)) }
                    }
                    @if chat.exchanges.is_empty() { (welcome(&chat.frame.site.examples, session)) }
                }
                (composer(chat))
            }
        }
    };
    chat.frame.around(&content)
}

/// Ways to the page of corrections, with what was asked or answered.
fn correct(it: &Exchange, session: &Session) -> Markup {
    html! {
        div.correct {
            @for (name, pieces) in [("question", &it.question), ("answer", &it.answer)] {
                @if !pieces.is_empty() {
                    form.inline method="post" action="/corrections/message" {
                        (csrf(session))
                        input type="hidden" name="text" value=(exchange::text_of(pieces));
                        button.quiet type="submit" { "Correct what was hidden in this " (name) }
                    }
                }
            }
        }
    }
}

fn title(chat: &Chat<'_>) -> String {
    let open = chat.conversations.iter().find(|it| Some(it.id.as_str()) == chat.open);
    open.map_or_else(|| "New conversation".to_owned(), |it| it.title.clone())
}

fn side(chat: &Chat<'_>) -> Markup {
    html! {
        nav.side aria-label="Conversations" {
            a.button.wide href="/" { "New conversation" }
            @if !chat.conversations.is_empty() {
                h2 { "Earlier" }
                ul #conversations {
                    @for it in chat.conversations {
                        li {
                            a href={ "/c/" (it.id) } aria-current=[(Some(it.id.as_str()) == chat.open).then_some("page")] {
                                (crate::text::legible(&it.title))
                            }
                        }
                    }
                }
            }
        }
    }
}

/// What to begin with. Each example is a form of its own, so that it works without a script.
fn welcome(examples: &[String], session: &Session) -> Markup {
    html! {
        div.welcome #welcome {
            p.lead { "Ask about accounts, contacts, opportunities and cases, or ask for a change." }
            p { "Names, addresses and sums become tokens before a model reads them. A change waits until you approve it." }
            @if !examples.is_empty() {
                h2 { "For example" }
                ul.examples {
                    @for example in examples {
                        li {
                            form method="post" action="/ask" {
                                (csrf(session))
                                button.example type="submit" name="question" value=(example) { (example) }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn composer(chat: &Chat<'_>) -> Markup {
    html! {
        form.composer #composer method="post" action="/ask" {
            (csrf(chat.frame.session))
            @if let Some(open) = chat.open { input type="hidden" name="conversation" value=(open); }
            label.unseen for="question" { "Your question" }
            div.box {
                textarea #question name="question" rows="2" maxlength="20000" required autofocus
                    placeholder="Ask, or say what to change" aria-describedby="how-to-send" {}
                div.send {
                    label.chooser {
                        span { "Model" }
                        select name="model" {
                            @for name in chat.models {
                                option value=(name) { @if name == "portcullis" { "The gate chooses" } @else { (name) } }
                            }
                        }
                    }
                    span.hint #how-to-send { "Enter sends, Shift+Enter starts a line" }
                    button.primary type="submit" { "Ask" }
                }
            }
        }
    }
}
