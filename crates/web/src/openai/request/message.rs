//! The messages of a conversation as a client keeps it.

use gateway::{ClientCall, ClientMessage, GateError};
use serde_json::{Map, Value};

use super::{present, refused};

/// Members of a message that are read, or that say nothing a model would need: the name of a
/// speaker is left out.
const KNOWN: [&str; 10] = [
    "role",
    "content",
    "name",
    "tool_calls",
    "tool_call_id",
    "function_call",
    "refusal",
    "audio",
    "annotations",
    "portcullis",
];

/// Reads `messages`.
pub(super) fn messages(value: Option<&Value>) -> Result<Vec<ClientMessage>, GateError> {
    let Some(Value::Array(list)) = value else {
        return Err(refused("expected a list of messages", "messages"));
    };
    if list.is_empty() {
        return Err(refused("expected at least one message", "messages"));
    }
    list.iter().enumerate().map(|(at, value)| message(value, &format!("messages[{at}]"))).collect()
}

fn message(value: &Value, at: &str) -> Result<ClientMessage, GateError> {
    let Value::Object(members) = value else { return Err(refused("expected an object", at)) };
    if members.iter().any(|(name, value)| !KNOWN.contains(&name.as_str()) && !value.is_null()) {
        return Err(refused("has a member that this gate does not know", at));
    }
    if present(members, "audio").is_some() {
        return Err(refused("this gate does not support it", &format!("{at}.audio")));
    }
    match members.get("role").and_then(Value::as_str) {
        Some("system" | "developer") => Ok(ClientMessage::Client(text(members, at)?)),
        Some("user") => Ok(ClientMessage::Person(text(members, at)?)),
        Some("assistant") => assistant(members, at),
        Some("tool") => Ok(ClientMessage::Tool {
            call: name(members, "tool_call_id", at)?,
            content: text(members, at)?,
        }),
        Some("function") => Ok(ClientMessage::Tool {
            call: name(members, "name", at)?,
            content: text(members, at)?,
        }),
        _ => {
            let roles = "expected system, developer, user, assistant, tool or function";
            Err(refused(roles, &format!("{at}.role")))
        }
    }
}

fn assistant(members: &Map<String, Value>, at: &str) -> Result<ClientMessage, GateError> {
    let mut calls = calls(members, at)?;
    if let Some(call) = present(members, "function_call") {
        // The older form has no id; the answer to it goes by the function's name.
        let at = format!("{at}.function_call");
        let (name, arguments) = function(call, &at)?;
        calls.push(ClientCall { id: name.clone(), name, arguments });
    }
    let text = match present(members, "content").or_else(|| present(members, "refusal")) {
        None if calls.is_empty() => {
            return Err(refused("expected a text or tool calls", &format!("{at}.content")));
        }
        None => String::new(),
        Some(content) => content_text(content, &format!("{at}.content"))?,
    };
    Ok(ClientMessage::Model { text, calls })
}

fn calls(members: &Map<String, Value>, at: &str) -> Result<Vec<ClientCall>, GateError> {
    let list = match present(members, "tool_calls") {
        None => return Ok(Vec::new()),
        Some(Value::Array(list)) => list,
        Some(_) => return Err(refused("expected a list", &format!("{at}.tool_calls"))),
    };
    let calls = list.iter().enumerate().map(|(index, call)| {
        let at = format!("{at}.tool_calls[{index}]");
        if call.get("type").is_some_and(|kind| kind != "function") {
            return Err(refused("only functions are supported", &format!("{at}.type")));
        }
        let id = call.get("id").and_then(Value::as_str).filter(|id| !id.is_empty());
        let id = id.ok_or_else(|| refused("expected a text", &format!("{at}.id")))?;
        let at = format!("{at}.function");
        let (name, arguments) = function(call.get("function").unwrap_or(&Value::Null), &at)?;
        Ok(ClientCall { id: id.to_owned(), name, arguments })
    });
    calls.collect()
}

fn function(value: &Value, at: &str) -> Result<(String, String), GateError> {
    let text = |name: &str| value.get(name).and_then(Value::as_str).map(str::to_owned);
    let name = text("name").ok_or_else(|| refused("expected a text", &format!("{at}.name")))?;
    let arguments = text("arguments")
        .ok_or_else(|| refused("expected JSON as a text", &format!("{at}.arguments")))?;
    Ok((name, arguments))
}

fn name(members: &Map<String, Value>, member: &str, at: &str) -> Result<String, GateError> {
    let value = members.get(member).and_then(Value::as_str).filter(|name| !name.is_empty());
    value.map(str::to_owned).ok_or_else(|| refused("expected a text", &format!("{at}.{member}")))
}

fn text(members: &Map<String, Value>, at: &str) -> Result<String, GateError> {
    content_text(members.get("content").unwrap_or(&Value::Null), &format!("{at}.content"))
}

/// A text, or the texts of its parts.
fn content_text(content: &Value, at: &str) -> Result<String, GateError> {
    match content {
        Value::String(text) => Ok(text.clone()),
        Value::Array(parts) => {
            let parts = parts
                .iter()
                .enumerate()
                .map(|(index, part)| part_text(part, &format!("{at}[{index}]")));
            Ok(parts.collect::<Result<Vec<_>, _>>()?.join("\n"))
        }
        _ => Err(refused("expected a text or a list of text parts", at)),
    }
}

fn part_text(part: &Value, at: &str) -> Result<String, GateError> {
    let member = match part.get("type").and_then(Value::as_str) {
        Some("text") => "text",
        Some("refusal") => "refusal",
        _ => {
            return Err(refused(
                "only parts of type text are supported; nothing else can be masked",
                &format!("{at}.type"),
            ));
        }
    };
    let text = part.get(member).and_then(Value::as_str);
    text.map(str::to_owned).ok_or_else(|| refused("expected a text", &format!("{at}.{member}")))
}
