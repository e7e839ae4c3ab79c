//! One JSON object of an answer: a chunk of a stream, or the whole of an answer that a server
//! gave without streaming. Both are read with the same types, for servers mix them.

use serde::{Deserialize, Deserializer};
use serde_json::Value;

use crate::{Finish, Usage};

#[derive(Debug, Deserialize)]
pub(super) struct Chunk {
    #[serde(default, deserialize_with = "or_default")]
    pub(super) choices: Vec<Choice>,
    #[serde(default)]
    usage: Option<RawUsage>,
    #[serde(default)]
    error: Option<Value>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Choice {
    #[serde(default)]
    delta: Option<Message>,
    #[serde(default)]
    message: Option<Message>,
    #[serde(default)]
    pub(super) finish_reason: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct Message {
    #[serde(default)]
    content: Option<Value>,
    #[serde(default)]
    refusal: Option<String>,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) tool_calls: Vec<CallPart>,
}

/// A call or a part of one.
#[derive(Debug, Deserialize)]
pub(super) struct CallPart {
    #[serde(default)]
    pub(super) index: Option<usize>,
    #[serde(default)]
    pub(super) id: Option<String>,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) function: Function,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct Function {
    #[serde(default)]
    pub(super) name: Option<String>,
    #[serde(default)]
    arguments: Option<Value>,
}

#[derive(Debug, Deserialize)]
struct RawUsage {
    #[serde(default)]
    prompt_tokens: u64,
    #[serde(default)]
    completion_tokens: u64,
}

impl Chunk {
    /// The code of an error object, which some servers send in the middle of an answer.
    pub(super) fn error(&self) -> Option<String> {
        let error = self.error.as_ref().filter(|it| !it.is_null())?;
        let places = [error.get("code"), error.get("type"), Some(error)];
        let code = places.into_iter().flatten().find_map(|it| match it {
            Value::String(text) if is_code(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        });
        Some(code.unwrap_or_else(|| "UNKNOWN".to_owned()))
    }

    pub(super) fn usage(&self) -> Option<Usage> {
        let usage = self.usage.as_ref()?;
        Some(Usage { prompt: usage.prompt_tokens, answer: usage.completion_tokens })
    }
}

impl Choice {
    pub(super) fn into_message(self) -> Message {
        self.delta.or(self.message).unwrap_or_default()
    }
}

impl Message {
    /// Its text: a string, or a list of parts of which some are text. A refusal is an answer.
    pub(super) fn text(&self) -> String {
        let mut text = match &self.content {
            Some(Value::String(text)) => text.clone(),
            Some(Value::Array(parts)) => {
                parts.iter().filter_map(|it| it.get("text")?.as_str()).collect()
            }
            _ => String::new(),
        };
        text.push_str(self.refusal.as_deref().unwrap_or_default());
        text
    }
}

impl Function {
    /// JSON text. Some servers send the object itself.
    pub(super) fn arguments(self) -> String {
        match self.arguments {
            Some(Value::String(text)) => text,
            None | Some(Value::Null) => String::new(),
            Some(object) => object.to_string(),
        }
    }
}

/// What the protocol calls `finish_reason`. An unknown one is an end like any other.
pub(super) fn finish(reason: &str) -> Finish {
    match reason {
        "length" | "max_tokens" => Finish::Length,
        "tool_calls" | "function_call" => Finish::Calls,
        "content_filter" => Finish::Filtered,
        _ => Finish::Stop,
    }
}

/// The form that codes have, and that sentences have not.
fn is_code(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte);
    (1..=80).contains(&text.len()) && text.bytes().all(plain)
}

fn or_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}
