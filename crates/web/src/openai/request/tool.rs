//! Tools that the client runs itself.

use gateway::{ClientTool, GateError};
use serde_json::{Map, Value, json};

use super::{present, refused};

/// OpenAI's own limit.
const MOST: usize = 128;

/// Reads `tools` and `tool_choice`. With the choice `none` there are none.
pub(super) fn tools(members: &Map<String, Value>) -> Result<Vec<ClientTool>, GateError> {
    let tools = match present(members, "tools") {
        None => Vec::new(),
        Some(Value::Array(list)) if list.len() <= MOST => {
            let tools =
                list.iter().enumerate().map(|(at, value)| tool(value, &format!("tools[{at}]")));
            tools.collect::<Result<Vec<_>, _>>()?
        }
        Some(_) => {
            return Err(refused(&format!("expected a list of at most {MOST} tools"), "tools"));
        }
    };
    for (at, tool) in tools.iter().enumerate() {
        if tools.iter().take(at).any(|earlier| earlier.name == tool.name) {
            return Err(refused(
                "there is another tool of this name",
                &format!("tools[{at}].function.name"),
            ));
        }
    }
    match present(members, "tool_choice").map(Value::as_str) {
        None | Some(Some("auto")) => Ok(tools),
        Some(Some("none")) => Ok(Vec::new()),
        // No endpoint can be made to call a tool in a way that holds for every model.
        Some(_) => Err(refused("only `auto` and `none` are supported", "tool_choice")),
    }
}

fn tool(value: &Value, at: &str) -> Result<ClientTool, GateError> {
    if value.get("type").and_then(Value::as_str) != Some("function") {
        return Err(refused("only functions are supported", &format!("{at}.type")));
    }
    let function = value.get("function").unwrap_or(&Value::Null);
    let at = format!("{at}.function");
    let name = function.get("name").and_then(Value::as_str).filter(|name| is_name(name));
    let name = name.ok_or_else(|| {
        refused("expected 1 to 64 letters, digits, `_` or `-`", &format!("{at}.name"))
    })?;
    let description = match function.get("description") {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(_) => return Err(refused("expected a text", &format!("{at}.description"))),
    };
    let parameters = match function.get("parameters") {
        None | Some(Value::Null) => json!({ "type": "object", "properties": {} }),
        Some(schema @ Value::Object(_)) => schema.clone(),
        Some(_) => return Err(refused("expected a JSON Schema", &format!("{at}.parameters"))),
    };
    Ok(ClientTool { name: name.to_owned(), description, parameters })
}

fn is_name(name: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
    (1..=64).contains(&name.len()) && name.bytes().all(plain)
}
