//! What a line says, and how it is answered.

use boundary::Replaced;
use serde_json::{Map, Value, json};

/// A text to mask or to restore.
pub(super) struct Given {
    pub(super) text: String,
    pub(super) form: Form,
}

/// How a line was written, which is how it is answered.
#[derive(Clone)]
pub(super) enum Form {
    Plain,
    /// Members beside the text, such as an `id`, are handed back.
    Json(Map<String, Value>),
}

impl Form {
    pub(super) fn as_json(&self) -> Self {
        match self {
            Self::Plain => Self::Json(Map::new()),
            form @ Self::Json(_) => form.clone(),
        }
    }
}

/// Reads a line: a JSON object with `text` or `masked`, or else plain text.
///
/// Plain text may well begin with a brace: a token, a record. Only what begins like one of our
/// objects has to be one.
pub(super) fn read(line: String) -> Result<Given, String> {
    if !begins_like_an_object(&line) {
        return Ok(Given { text: line, form: Form::Plain });
    }
    let mut object: Map<String, Value> =
        serde_json::from_str(&line).map_err(|error| format!("not JSON: {}", place(&error)))?;
    let name = if object.contains_key("masked") { "masked" } else { "text" };
    match object.remove(name) {
        Some(Value::String(text)) => {
            object.retain(|name, _| !matches!(name.as_str(), "text" | "masked" | "spans"));
            Ok(Given { text, form: Form::Json(object) })
        }
        _ => Err(format!("`{name}` is not a string")),
    }
}

/// `serde_json` says what it met; that could be a value.
fn place(error: &serde_json::Error) -> String {
    let what = if error.is_eof() { "it ends too early" } else { "it breaks off" };
    format!("{what} at character {}", error.column())
}

fn begins_like_an_object(line: &str) -> bool {
    let Some(inner) = line.trim_start().strip_prefix('{') else { return false };
    let inner = inner.trim_start();
    if ["\"text\"", "\"masked\""].iter().any(|name| inner.starts_with(name)) {
        return true;
    }
    // An `id` may come first; a record of the CRM is a text as it stands.
    inner.starts_with('"')
        && match serde_json::from_str::<Map<String, Value>>(line) {
            Ok(it) => it.get("text").or(it.get("masked")).is_some_and(Value::is_string),
            Err(_) => ["\"text\":", "\"masked\":"].iter().any(|name| line.contains(name)),
        }
}

/// The answer in the form asked for. `spans` is there for masked texts.
pub(super) fn write(form: &Form, source: &str, text: &str, spans: Option<&[Replaced]>) -> String {
    let Form::Json(beside) = form else { return text.to_owned() };
    let mut object = beside.clone();
    match spans {
        Some(spans) => {
            object.insert("masked".to_owned(), text.into());
            object.insert("spans".to_owned(), in_code_points(source, spans).into());
        }
        None => {
            object.insert("text".to_owned(), text.into());
        }
    }
    Value::Object(object).to_string()
}

/// The answer to a line that cannot be read, so that answers and lines keep in step.
pub(super) fn refusal(as_json: bool, reason: &str) -> String {
    if as_json { json!({ "error": reason }).to_string() } else { String::new() }
}

fn in_code_points(text: &str, spans: &[Replaced]) -> Vec<Value> {
    let (mut byte, mut point) = (0, 0);
    let mut advance = |to: usize| {
        point += text.get(byte..to).unwrap_or_default().chars().count();
        byte = to;
        point
    };
    let entry = |it: &Replaced| {
        json!({
            "start": advance(it.start),
            "end": advance(it.end),
            "type": it.kind.name(),
            "layer": it.layer,
            "token": it.token,
        })
    };
    spans.iter().map(entry).collect()
}

#[cfg(test)]
mod tests {
    use boundary::{Kind, Layer};

    use super::*;

    #[test]
    fn braces_alone_do_not_make_an_object() {
        for plain in ["{NAME_1} hello", r#"{"Id":"003"}"#, "{", r#"{"Id": "#, "[1]", ""] {
            assert!(
                matches!(read(plain.to_owned()), Ok(Given { form: Form::Plain, .. })),
                "{plain}"
            );
        }
        for (line, text) in [
            (r#"{"text":"a\u00e9"}"#, "aé"),
            (r#" { "id": 7, "text": "x" }"#, "x"),
            (r#"{"masked":"{NAME_1}","spans":[]}"#, "{NAME_1}"),
        ] {
            let given = read(line.to_owned()).unwrap();
            assert!(matches!(given.form, Form::Json(_)));
            assert_eq!(given.text, text);
        }
        for bad in [r#"{"text": "a"#, r#"{"text": 7}"#, r#"{"text"}"#, r#"{"text":"a"} x"#] {
            assert!(read(bad.to_owned()).is_err(), "{bad}");
        }
    }

    #[test]
    fn offsets_are_code_points_of_the_input() {
        let text = "é😀 Ana";
        let start = text.find("Ana").unwrap();
        let (kind, layer) = (Kind::Name, Layer::Known);
        let span = Replaced { start, end: start + 3, kind, layer, token: "{NAME_1}".to_owned() };
        let given = read(r#"{"id":7,"text":""}"#.to_owned()).unwrap();
        let written = write(&given.form, text, "é😀 {NAME_1}", Some(&[span]));
        let written: Value = serde_json::from_str(&written).unwrap();
        let span = serde_json::json!({
            "start": 3, "end": 6, "type": "NAME", "layer": "known", "token": "{NAME_1}"
        });
        let expected = serde_json::json!({ "id": 7, "masked": "é😀 {NAME_1}", "spans": [span] });
        assert_eq!(written, expected);
    }
}
