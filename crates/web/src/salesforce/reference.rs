//! `@{reference.field}` in a composite request: what an earlier part was answered.

use std::collections::BTreeMap;

use serde_json::Value;

/// What came of an earlier part.
#[derive(Debug)]
pub(super) enum Earlier {
    /// It read this.
    Read(Value),
    /// It was a write: its result is not known before a person has decided.
    Wrote,
    /// It failed.
    Failed,
}

/// Why a reference cannot be followed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Broken {
    /// Nothing of that name or at that place.
    Missing(String),
    /// It points at a write.
    Write(String),
    /// It points at a part that failed.
    Failed,
}

impl Broken {
    pub(super) fn message(&self) -> String {
        match self {
            Self::Missing(path) => {
                format!("Invalid reference specified. No value for {path} found")
            }
            Self::Write(name) => format!(
                "Invalid reference specified. {name} is a write that waits for a person; its result \
                 is not known yet"
            ),
            Self::Failed => {
                "The request was not run since a request that it refers to failed".to_owned()
            }
        }
    }
}

/// The text with every reference replaced; `escape` is for the place it stands in.
pub(super) fn replaced(
    text: &str,
    earlier: &BTreeMap<String, Earlier>,
    escape: &dyn Fn(&str) -> String,
) -> Result<String, Broken> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("@{") {
        out.push_str(before);
        let Some((path, after)) = after.split_once('}') else {
            out.push_str("@{");
            rest = after;
            continue;
        };
        out.push_str(&escape(&at(path, earlier)?));
        rest = after;
    }
    out.push_str(rest);
    Ok(out)
}

/// The JSON with every reference in its texts replaced.
pub(super) fn replaced_in(
    json: &Value,
    earlier: &BTreeMap<String, Earlier>,
) -> Result<Value, Broken> {
    Ok(match json {
        Value::String(text) => Value::String(replaced(text, earlier, &str::to_owned)?),
        Value::Array(all) => {
            Value::Array(all.iter().map(|one| replaced_in(one, earlier)).collect::<Result<_, _>>()?)
        }
        Value::Object(all) => {
            let pairs = all.iter().map(|(key, one)| Ok((key.clone(), replaced_in(one, earlier)?)));
            Value::Object(pairs.collect::<Result<_, Broken>>()?)
        }
        other => other.clone(),
    })
}

/// The value at `ref.records[0].Id`.
fn at(path: &str, earlier: &BTreeMap<String, Earlier>) -> Result<String, Broken> {
    let missing = || Broken::Missing(path.chars().take(120).collect());
    let mut steps = path.split(['.', '[']).map(|step| step.trim_end_matches(']'));
    let name = steps.next().unwrap_or_default();
    let mut here = match earlier.get(name) {
        Some(Earlier::Read(value)) => value,
        Some(Earlier::Wrote) => return Err(Broken::Write(name.to_owned())),
        Some(Earlier::Failed) => return Err(Broken::Failed),
        None => return Err(missing()),
    };
    for step in steps {
        let next = match here {
            Value::Array(all) => step.parse::<usize>().ok().and_then(|at| all.get(at)),
            Value::Object(all) => all.get(step),
            _ => None,
        };
        here = next.ok_or_else(missing)?;
    }
    match here {
        Value::String(text) => Ok(text.clone()),
        Value::Number(number) => Ok(number.to_string()),
        Value::Bool(flag) => Ok(flag.to_string()),
        _ => Err(missing()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn earlier() -> BTreeMap<String, Earlier> {
        let found = json!({ "records": [{ "Id": "003", "Email": "{EMAIL_2}", "Amount": 12 }] });
        [
            ("found".to_owned(), Earlier::Read(found)),
            ("made".to_owned(), Earlier::Wrote),
            ("lost".to_owned(), Earlier::Failed),
        ]
        .into()
    }

    fn plain(text: &str) -> Result<String, Broken> {
        replaced(text, &earlier(), &str::to_owned)
    }

    #[test]
    fn references_read_what_was_answered_tokens_too() {
        let query =
            "WHERE Email = '@{found.records[0].Email}' AND Amount > @{found.records[0].Amount}";
        assert_eq!(plain(query).unwrap(), "WHERE Email = '{EMAIL_2}' AND Amount > 12");
        let body =
            json!({ "ContactId": "@{found.records[0].Id}", "n": [1, "@{found.records[0].Id}"] });
        let body = replaced_in(&body, &earlier()).unwrap();
        assert_eq!(body, json!({ "ContactId": "003", "n": [1, "003"] }));
        assert_eq!(plain("a@{b").unwrap(), "a@{b");
    }

    #[test]
    fn a_write_has_no_result_to_refer_to() {
        assert_eq!(plain("@{made.id}"), Err(Broken::Write("made".to_owned())));
        assert_eq!(plain("@{lost.id}"), Err(Broken::Failed));
        assert!(matches!(plain("@{found.records[1].Id}"), Err(Broken::Missing(_))));
        assert!(matches!(plain("@{found.records}"), Err(Broken::Missing(_))));
        assert!(matches!(plain("@{nobody.Id}"), Err(Broken::Missing(_))));
    }
}
