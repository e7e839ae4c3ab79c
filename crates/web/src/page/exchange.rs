//! A question and its answer: what the person reads, and beside it what the model saw.

use boundary::{Level, Piece};
use gateway::{ProposalView, Session, ShownTurn, Step, Summary};
use maud::{Markup, html};

use super::{parts, proposal};
use crate::site::Site;
use crate::text::{chips, markdown, plain};

/// A question and all that came of it.
#[derive(Debug, Default)]
pub(crate) struct Exchange {
    pub(crate) question: Vec<Piece>,
    pub(crate) question_masked: String,
    pub(crate) steps: Vec<Step>,
    pub(crate) answer: Vec<Piece>,
    pub(crate) answer_masked: String,
    pub(crate) proposals: Vec<ProposalView>,
    pub(crate) sent: Option<Sent>,
    pub(crate) summary: Option<Summary>,
    pub(crate) failure: Option<Failure>,
}

/// Where a prompt went.
#[derive(Clone, Debug)]
pub(crate) struct Sent {
    pub(crate) endpoint: String,
    pub(crate) residency: String,
    pub(crate) level: Level,
    pub(crate) entry: u64,
}

/// Why there is no good answer.
#[derive(Clone, Debug)]
pub(crate) struct Failure {
    pub(crate) message: String,
    /// Whether signing in again helps.
    pub(crate) sign_in: bool,
}

impl Exchange {
    /// Ids of the proposals that its tools made, as their results tell.
    pub(crate) fn proposed(&self) -> Vec<String> {
        let results = self.steps.iter().map(|step| serde_json::from_str(&step.result));
        let results = results.filter_map(Result::<serde_json::Value, _>::ok);
        let waits = |it: &serde_json::Value| {
            it.get("status").is_some_and(|status| status == "waiting_for_approval")
        };
        let id = |it: serde_json::Value| Some(it.get("proposal")?.as_str()?.to_owned());
        results.filter(waits).filter_map(id).collect()
    }
}

/// The exchange as an article.
pub(crate) fn exchange(it: &Exchange, session: &Session, site: &Site) -> Markup {
    html! {
        article.exchange {
            (asked(&it.question, &it.question_masked))
            (answered(it, session, site))
        }
    }
}

/// The question.
pub(crate) fn asked(shown: &[Piece], masked: &str) -> Markup {
    html! {
        div.turn.person {
            div.shown { h2.speaker { "You" } p.text { (plain(shown)) } }
            (saw(masked))
        }
    }
}

/// Everything below the question.
pub(crate) fn answered(it: &Exchange, session: &Session, site: &Site) -> Markup {
    html! {
        div.answered {
            @if !it.steps.is_empty() { div.steps { @for step in &it.steps { (self::step(step)) } } }
            @if !it.answer.is_empty() {
                div.turn.model {
                    div.shown { h2.speaker { "Answer" } div.text { (markdown(&it.answer)) } }
                    (saw(&it.answer_masked))
                }
            }
            @if let Some(failure) = &it.failure { (failed(failure)) }
            @for view in &it.proposals { (proposal::card(view, session, site)) }
            @if let Some(summary) = &it.summary { (about(summary)) }
            @else if let Some(sent) = &it.sent { (self::sent(sent)) }
        }
    }
}

/// The model's side of a turn.
fn saw(masked: &str) -> Markup {
    html! {
        div.saw { h3.speaker { "The model saw" } p.text { (chips(masked, &[])) } }
    }
}

/// A tool that the gate ran.
pub(crate) fn step(step: &Step) -> Markup {
    html! {
        details.step {
            summary {
                span.mark aria-hidden="true" { @if step.refused { "✕" } @else { "✓" } }
                @if step.refused { span.unseen { "Refused: " } }
                (step.what)
            }
            div.inside {
                h3.speaker { "The model asked " code { (step.tool) } }
                pre tabindex="0" { (chips(&step.masked, &step.covered)) }
                h3.speaker { "The model got" }
                pre tabindex="0" { (chips(&pretty(&step.result), &step.covered)) }
                (parts::withheld(&step.withheld))
            }
        }
    }
}

/// JSON with line breaks, anything else as it is.
fn pretty(text: &str) -> String {
    let json = serde_json::from_str::<serde_json::Value>(text).ok();
    json.and_then(|json| serde_json::to_string_pretty(&json).ok())
        .unwrap_or_else(|| text.to_owned())
}

fn failed(failure: &Failure) -> Markup {
    html! {
        (parts::alert(&failure.message))
        @if failure.sign_in { p { a.button.primary href="/oauth/start" { "Sign in with Salesforce" } } }
    }
}

/// Where the prompt went, while the answer is on its way.
pub(crate) fn sent(sent: &Sent) -> Markup {
    html! {
        p.about {
            span { "Sent to " strong { (sent.endpoint) } " " (parts::residency(&sent.residency)) }
            span { "in the clear at most " (parts::level(sent.level)) }
            (parts::entry(sent.entry))
        }
    }
}

/// How it was answered.
fn about(summary: &Summary) -> Markup {
    html! {
        footer.about {
            span { "Answered by " strong { (summary.endpoint) } " " (parts::residency(&summary.residency)) }
            span { "in the clear at most " (parts::level(summary.level)) }
            span {
                (summary.tokens) @if summary.tokens == 1 { " value" } @else { " values" } " hidden"
            }
            @if summary.unrestored > 0 {
                span {
                    (summary.unrestored)
                    @if summary.unrestored == 1 { " token" } @else { " tokens" } " not restored"
                }
            }
            @if summary.invented > 0 {
                span {
                    (summary.invented)
                    @if summary.invented == 1 { " value" } @else { " values" } " of the model's own covered"
                }
            }
            @if summary.finish == "length" { span { "cut at the longest answer" } }
            (parts::withheld(&summary.withheld))
            (parts::entry(summary.entry))
        }
    }
}

/// What a person reads, as plain text.
pub(crate) fn text_of(pieces: &[Piece]) -> String {
    let text = pieces.iter().map(|piece| match piece {
        Piece::Plain(text) => text.as_str(),
        Piece::Restored { value, .. } => value.as_str(),
    });
    text.collect()
}

/// The turns of a conversation that was kept, as exchanges.
pub(crate) fn exchanges(turns: Vec<ShownTurn>) -> Vec<Exchange> {
    let mut found: Vec<Exchange> = Vec::new();
    // What a client in front of the gate said is no part of what its person reads.
    for turn in turns.into_iter().filter(|turn| turn.speaker != "client") {
        if turn.speaker == "person" || found.is_empty() {
            found.push(Exchange::default());
        }
        let Some(last) = found.last_mut() else { continue };
        match (turn.speaker, turn.tool.clone()) {
            ("person", _) => {
                last.question = turn.shown.pieces().to_vec();
                last.question_masked = turn.masked;
            }
            ("model", None) => add_text(last, turn.shown.pieces(), &turn.masked),
            ("model", Some(tool)) => last.steps.push(asked_for(tool, turn)),
            (_, tool) => add_result(last, &tool.unwrap_or_default(), turn),
        }
    }
    found
}

/// Appends to an answer, a paragraph apart from what a model said before it used a tool.
fn add_text(exchange: &mut Exchange, shown: &[Piece], masked: &str) {
    if masked.trim().is_empty() {
        return;
    }
    if !exchange.answer_masked.is_empty() {
        exchange.answer_masked.push_str("\n\n");
        exchange.answer.push(Piece::Plain("\n\n".to_owned()));
    }
    exchange.answer_masked.push_str(masked);
    exchange.answer.extend_from_slice(shown);
}

fn asked_for(tool: String, turn: ShownTurn) -> Step {
    let withheld = std::collections::BTreeSet::new();
    Step {
        what: format!("used {tool}"),
        tool,
        masked: turn.masked,
        result: String::new(),
        covered: turn.covered,
        withheld,
        refused: false,
    }
}

/// Results stand in the order of their calls.
fn add_result(exchange: &mut Exchange, tool: &str, turn: ShownTurn) {
    let mut waiting =
        exchange.steps.iter_mut().filter(|step| step.tool == tool && step.result.is_empty());
    if let Some(step) = waiting.next() {
        step.result = turn.masked;
        step.covered.extend(turn.covered);
    }
}
