//! Members that say how to answer.

use boundary::Sampling;
use gateway::{GateError, UnknownMembers};
use serde_json::{Map, Value};

use super::{present, refused};

/// Read elsewhere in this module.
const READ: [&str; 12] = [
    "model",
    "messages",
    "tools",
    "tool_choice",
    "stream",
    "stream_options",
    "temperature",
    "top_p",
    "max_tokens",
    "max_completion_tokens",
    "metadata",
    "response_format",
];

/// Hints, accepted and not used: an answer without them has the same meaning.
const HINTS: [&str; 12] = [
    "user",
    "seed",
    "stop",
    "frequency_penalty",
    "presence_penalty",
    "parallel_tool_calls",
    "prompt_cache_key",
    "prompt_cache_retention",
    "reasoning_effort",
    "safety_identifier",
    "service_tier",
    "verbosity",
];

/// Would change what an answer is, or carry content that is not masked. Each with the values
/// that ask for nothing.
const UNSUPPORTED: [(&str, AsksNothing); 12] = [
    ("n", |value| value.as_u64() == Some(1)),
    ("logprobs", |value| value == &Value::Bool(false)),
    ("top_logprobs", |value| value.as_u64() == Some(0)),
    ("store", |value| value == &Value::Bool(false)),
    ("logit_bias", |value| value.as_object().is_some_and(Map::is_empty)),
    ("modalities", |value| value.as_array().is_some_and(|list| list.iter().all(|it| it == "text"))),
    ("audio", |_| false),
    ("prediction", |_| false),
    ("functions", |_| false),
    ("function_call", |_| false),
    ("web_search_options", |_| false),
    ("moderation", |_| false),
];

type AsksNothing = fn(&Value) -> bool;

/// An unknown text longer than this could carry content.
const LONGEST_UNKNOWN: usize = 64;

/// Refuses what is not supported. Gives the names of members that nobody knows and that are left out.
pub(super) fn check(
    members: &Map<String, Value>,
    unknown: UnknownMembers,
) -> Result<Vec<String>, GateError> {
    let mut ignored = Vec::new();
    for (name, value) in members.iter().filter(|(_, value)| !value.is_null()) {
        let name = name.as_str();
        if READ.contains(&name) || HINTS.contains(&name) {
            continue;
        }
        match UNSUPPORTED.iter().find(|(unsupported, _)| *unsupported == name) {
            Some((_, asks_nothing)) if asks_nothing(value) => {}
            Some(_) => return Err(refused("this gate does not support it", name)),
            None if could_carry_content(name, value) && unknown == UnknownMembers::Ignore => {
                ignored.push(short(name).to_owned());
            }
            None if could_carry_content(name, value) => {
                return Err(refused(
                    "this gate does not know it, and does not pass on what it does not know",
                    short(name),
                ));
            }
            None => {}
        }
    }
    metadata(members)?;
    response_format(members)?;
    Ok(ignored)
}

fn could_carry_content(name: &str, value: &Value) -> bool {
    let long = |text: &str| text.len() > LONGEST_UNKNOWN;
    long(name)
        || match value {
            Value::Object(_) | Value::Array(_) => true,
            Value::String(text) => long(text) || text.contains(char::is_whitespace),
            Value::Null | Value::Bool(_) | Value::Number(_) => false,
        }
}

/// A name fit to be repeated in an error.
fn short(name: &str) -> &str {
    if name.len() > LONGEST_UNKNOWN { "a member with a very long name" } else { name }
}

/// Stays here; only the conversation's id is read from it.
fn metadata(members: &Map<String, Value>) -> Result<(), GateError> {
    match present(members, "metadata") {
        None | Some(Value::Object(_)) => Ok(()),
        Some(_) => Err(refused("expected an object", "metadata")),
    }
}

fn response_format(members: &Map<String, Value>) -> Result<(), GateError> {
    let Some(format) = present(members, "response_format") else { return Ok(()) };
    if format.get("type").and_then(Value::as_str) == Some("text") {
        return Ok(());
    }
    Err(refused("only `{\"type\": \"text\"}` is supported", "response_format"))
}

/// A member that is true or false; absent is false.
pub(super) fn flag(members: &Map<String, Value>, name: &str) -> Result<bool, GateError> {
    match present(members, name) {
        None => Ok(false),
        Some(Value::Bool(flag)) => Ok(*flag),
        Some(_) => Err(refused("expected true or false", name)),
    }
}

/// Whether a stream shall end with a chunk of usage.
pub(super) fn usage(members: &Map<String, Value>, streams: bool) -> Result<bool, GateError> {
    match present(members, "stream_options") {
        None => Ok(false),
        Some(Value::Object(options)) if streams => flag(options, "include_usage")
            .map_err(|_| refused("expected true or false", "stream_options.include_usage")),
        Some(Value::Object(_)) => Err(refused("only with `stream`", "stream_options")),
        Some(_) => Err(refused("expected an object", "stream_options")),
    }
}

/// How freely the model may answer, and how long.
pub(super) fn sampling(members: &Map<String, Value>) -> Result<Sampling, GateError> {
    let newer = count(members, "max_completion_tokens")?;
    let older = count(members, "max_tokens")?;
    Ok(Sampling {
        temperature: between(members, "temperature", 2.0)?,
        top_p: between(members, "top_p", 1.0)?,
        max_tokens: newer.or(older),
    })
}

fn between(
    members: &Map<String, Value>,
    name: &str,
    highest: f64,
) -> Result<Option<f64>, GateError> {
    let Some(value) = present(members, name) else { return Ok(None) };
    match value.as_f64() {
        Some(number) if (0.0..=highest).contains(&number) => Ok(Some(number)),
        _ => Err(refused(&format!("expected a number from 0 to {highest}"), name)),
    }
}

fn count(members: &Map<String, Value>, name: &str) -> Result<Option<u64>, GateError> {
    let Some(value) = present(members, name) else { return Ok(None) };
    match value.as_u64() {
        Some(number) if number > 0 => Ok(Some(number)),
        _ => Err(refused("expected a whole number above 0", name)),
    }
}
