//! Taking in what was asked: masked before anything else happens to it.

use std::sync::Arc;

use boundary::{Label, Level, Raw, Tool, Turn};

use super::{Progress, Request};
use crate::ask::{ClientMessage, ClientTool, Event, Input};
use crate::conversations::Open;
use crate::error::GateError;
use crate::gate::{Inner, viewer};
use crate::people::PersonView;

/// Longest name of a client's tool.
const TOOL_NAME: usize = 64;

impl Request {
    /// Masks the question, or the whole conversation as a client sends it.
    pub(super) async fn hear(
        &self,
        inner: &Inner,
        open: &mut Open,
        view: Arc<PersonView>,
    ) -> Result<Progress, GateError> {
        let label = Label::typed_by(self.who.person());
        let detector = inner.detector.as_ref();
        let mut client_tools = Vec::new();
        match &self.ask.input {
            Input::Say(text) => {
                open.conversation.hear_person(&Raw::new(text.clone(), label.clone()), detector)?;
            }
            Input::Replay { messages, tools } => {
                open.conversation.rewind();
                for message in messages {
                    hear_message(open, message, &label, inner)?;
                }
                for tool in tools {
                    client_tools.push(client_tool(open, tool, &label, inner)?);
                }
            }
        }
        let masked = masked_question(open);
        let shown = open.conversation.show(&masked, &viewer(&self.who, &view));
        let said = shown.text();
        let conversation = self.conversation.clone();
        self.tell(Event::Heard { conversation, masked, shown }).await?;
        Ok(Progress {
            view,
            said,
            client_tools,
            withheld: std::collections::BTreeSet::new(),
            highest: Level::Public,
            usage: None,
            tainted: false,
        })
    }
}

/// What the person said last, masked.
pub(super) fn masked_question(open: &Open) -> String {
    let mut turns = open.conversation.turns().iter().rev();
    let said = turns.find_map(|turn| match turn.as_ref() {
        Turn::Person(text) => Some(text.as_str().to_owned()),
        _ => None,
    });
    said.unwrap_or_default()
}

fn hear_message(
    open: &mut Open,
    message: &ClientMessage,
    label: &Label,
    inner: &Inner,
) -> Result<(), GateError> {
    let detector = inner.detector.as_ref();
    let raw = |text: &str| Raw::new(text.to_owned(), label.clone());
    match message {
        ClientMessage::Client(text) => open.conversation.hear_client(&raw(text), detector)?,
        ClientMessage::Person(text) => {
            open.conversation.hear_person(&raw(text), detector)?;
        }
        ClientMessage::Model { text, calls } => {
            let calls =
                calls.iter().map(|it| (it.id.clone(), it.name.clone(), it.arguments.clone()));
            open.conversation.hear_replayed(text.clone(), calls.collect(), label, detector)?;
        }
        ClientMessage::Tool { call, content } => {
            let name = called_name(open, call);
            open.conversation.hear_tool(call, &name, &raw(content), detector)?;
        }
    }
    Ok(())
}

/// The tool that a client's answer belongs to.
fn called_name(open: &Open, call: &str) -> String {
    let turns = open.conversation.turns().iter().rev();
    let named = turns.filter_map(|turn| match turn.as_ref() {
        Turn::Model { calls, .. } => {
            calls.iter().find(|it| it.id == call).map(|it| it.name.clone())
        }
        _ => None,
    });
    named.into_iter().next().unwrap_or_default()
}

fn client_tool(
    open: &mut Open,
    tool: &ClientTool,
    label: &Label,
    inner: &Inner,
) -> Result<Tool, GateError> {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    if tool.name.is_empty() || tool.name.len() > TOOL_NAME || !tool.name.chars().all(plain) {
        let problem =
            format!("the name of a tool has 1 to {TOOL_NAME} letters, digits, `_` and `-`");
        return Err(GateError::invalid(problem, Some("tools")));
    }
    if crate::tools::is_own(&tool.name) {
        let problem = format!("`{}` is a tool of the gate itself", tool.name);
        return Err(GateError::invalid(problem, Some("tools")));
    }
    let detector = inner.detector.as_ref();
    let mut masked =
        |text: String| open.conversation.mask_aside(&Raw::new(text, label.clone()), detector);
    Ok(Tool::Client {
        name: tool.name.clone(),
        description: Box::new(masked(tool.description.clone())?),
        parameters: Box::new(masked(tool.parameters.to_string())?),
    })
}
