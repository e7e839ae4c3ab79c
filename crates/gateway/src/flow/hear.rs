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
/// Longest id of a call.
const CALL_ID: usize = 128;

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
        let mut sealed = open.conversation.turns().len();
        match &self.ask.input {
            Input::Say(text) => {
                open.conversation.hear_person(&Raw::new(text.clone(), label.clone()), detector)?;
            }
            Input::Replay { messages, tools } => {
                open.conversation.rewind();
                sealed = 0;
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
            act: self.act.clone(),
            said,
            client_tools,
            withheld: std::collections::BTreeSet::new(),
            highest: Level::Public,
            usage: None,
            tainted: false,
            sealed,
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
    // Names and ids reach the model as they are: no more may stand in them than a name needs.
    let (names, ids): (Vec<&String>, Vec<&String>) = match message {
        ClientMessage::Model { calls, .. } => calls.iter().map(|it| (&it.name, &it.id)).unzip(),
        ClientMessage::Tool { call, .. } => (Vec::new(), vec![call]),
        _ => Default::default(),
    };
    if !names.iter().all(|name| is_plain(name, TOOL_NAME, "")) {
        let problem =
            format!("the name of a tool has 1 to {TOOL_NAME} letters, digits, `_` and `-`");
        return Err(GateError::invalid(problem, Some("messages")));
    }
    if !ids.iter().all(|id| is_plain(id, CALL_ID, ".:")) {
        let problem =
            format!("the id of a call has 1 to {CALL_ID} letters, digits, `_`, `-`, `.` and `:`");
        return Err(GateError::invalid(problem, Some("messages")));
    }
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

fn is_plain(text: &str, longest: usize, more: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-' || more.contains(c);
    !text.is_empty() && text.len() <= longest && text.chars().all(plain)
}

fn client_tool(
    open: &mut Open,
    tool: &ClientTool,
    label: &Label,
    inner: &Inner,
) -> Result<Tool, GateError> {
    if !is_plain(&tool.name, TOOL_NAME, "") {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_or_an_id_carries_no_value() {
        for (text, more) in [("ana@x.example", ".:"), ("Ana Berg", ".:"), ("", ""), ("a.b", "")] {
            assert!(!is_plain(text, 64, more), "{text}");
        }
        assert!(is_plain("functions.find:0", CALL_ID, ".:"));
        assert!(is_plain("call_Ab-1", TOOL_NAME, ""));
        assert!(!is_plain(&"a".repeat(TOOL_NAME + 1), TOOL_NAME, ""));
    }
}
