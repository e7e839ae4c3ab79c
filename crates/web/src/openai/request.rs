//! A request, read strictly.
//!
//! What would change the meaning of an answer and is not supported is refused, with the member
//! at fault. What is only a hint is accepted and not used. A member that nobody here knows is
//! refused when it could carry content past the mask (an object, a list, a long text), and
//! ignored when it could not. Where the house says so it is left out in any case, and the answer
//! names it; no model gets it.

mod message;
mod settings;
#[cfg(test)]
mod tests;
mod tool;

use gateway::{Ask, ClientMessage, ConversationRef, GateError, Input, UnknownMembers};
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};

use crate::error::WebError;

/// A request that can be asked of the gate.
#[derive(Debug)]
pub(crate) struct Completion {
    /// The model, as it was named.
    pub(crate) model: String,
    pub(crate) ask: Ask,
    pub(crate) streams: bool,
    /// Whether a stream ends with a chunk of usage.
    pub(crate) usage: bool,
    /// Names of members that could carry content, and were left out.
    pub(crate) ignored: Vec<String>,
}

/// Reads a body. `named` is the conversation that a header names.
pub(crate) fn parse(
    body: &[u8],
    named: Option<&str>,
    unknown: UnknownMembers,
) -> Result<Completion, WebError> {
    // The parser refuses more than 128 levels of nesting.
    let json: Value = serde_json::from_slice(body)
        .map_err(|error| WebError::Malformed(format!("the body is not JSON: {error}")))?;
    let Value::Object(members) = json else {
        return Err(WebError::Malformed("the body has to be a JSON object".to_owned()));
    };
    Ok(read(&members, named, unknown)?)
}

fn read(
    members: &Map<String, Value>,
    named: Option<&str>,
    unknown: UnknownMembers,
) -> Result<Completion, GateError> {
    let model = match members.get("model") {
        Some(Value::String(model)) if !model.is_empty() => model.clone(),
        _ => return Err(refused("expected the name of a model", "model")),
    };
    let ignored = settings::check(members, unknown)?;
    let streams = settings::flag(members, "stream")?;
    let usage = settings::usage(members, streams)?;
    let sampling = settings::sampling(members)?;
    let messages = message::messages(members.get("messages"))?;
    let tools = tool::tools(members)?;
    let conversation = conversation(members, named, &messages)?;
    let ask = Ask {
        conversation,
        input: Input::Replay { messages, tools },
        model: Some(model.clone()),
        sampling,
    };
    Ok(Completion { model, ask, streams, usage, ignored })
}

/// The name a client gave, or one made of what the person said first, which a client that sends
/// the whole conversation repeats every time.
fn conversation(
    members: &Map<String, Value>,
    named: Option<&str>,
    messages: &[ClientMessage],
) -> Result<ConversationRef, GateError> {
    let in_body = members.get("metadata").and_then(|metadata| metadata.get("conversation_id"));
    let in_body = match in_body {
        None | Some(Value::Null) => None,
        Some(Value::String(name)) => Some((name.as_str(), "metadata.conversation_id")),
        Some(_) => return Err(refused("expected a text", "metadata.conversation_id")),
    };
    let named = named.map(|name| (name, "x-portcullis-conversation")).or(in_body);
    if let Some((name, member)) = named {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.:".contains(&byte);
        if name.is_empty() || name.len() > 128 || !name.bytes().all(plain) {
            return Err(refused("expected 1 to 128 letters, digits, `-`, `_`, `.` or `:`", member));
        }
        return Ok(ConversationRef::Named(name.to_owned()));
    }
    let first = messages.iter().find_map(|message| match message {
        ClientMessage::Person(text) => Some(text.as_bytes()),
        _ => None,
    });
    let digest = Sha256::digest(first.unwrap_or_default());
    let short = digest.iter().take(16).fold(0_u128, |all, byte| all << 8 | u128::from(*byte));
    Ok(ConversationRef::Named(format!("first:{short:032x}")))
}

fn refused(problem: &str, member: &str) -> GateError {
    GateError::invalid(format!("`{member}`: {problem}"), Some(member))
}

/// `null` is as good as absent.
fn present<'a>(members: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    members.get(name).filter(|value| !value.is_null())
}
