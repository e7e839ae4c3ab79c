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
    /// With all references followed it is larger than a request may be.
    TooLarge,
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
            Self::TooLarge => {
                "The request was not run since its references make it too large".to_owned()
            }
        }
    }
}

/// The text with every reference replaced; `escape` is for the place it stands in. `room` is how many bytes
/// references may still add to the request: each may name the longest text that an earlier part gave.
pub(super) fn replaced(
    text: &str,
    earlier: &BTreeMap<String, Earlier>,
    escape: &dyn Fn(&str) -> String,
    room: &mut usize,
) -> Result<String, Broken> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("@{") {
        // What is never closed is no reference, and neither is any that follows it.
        let Some((path, after)) = after.split_once('}') else { break };
        out.push_str(before);
        let value = escape(&at(path, earlier)?);
        *room = room.checked_sub(value.len()).ok_or(Broken::TooLarge)?;
        out.push_str(&value);
        rest = after;
    }
    out.push_str(rest);
    Ok(out)
}

/// The JSON with every reference in its texts replaced.
pub(super) fn replaced_in(
    json: &Value,
    earlier: &BTreeMap<String, Earlier>,
    room: &mut usize,
) -> Result<Value, Broken> {
    Ok(match json {
        Value::String(text) => Value::String(replaced(text, earlier, &str::to_owned, room)?),
        Value::Array(all) => {
            let all = all.iter().map(|one| replaced_in(one, earlier, room));
            Value::Array(all.collect::<Result<_, _>>()?)
        }
        Value::Object(all) => {
            let pairs = all.iter();
            let pairs = pairs.map(|(key, one)| Ok((key.clone(), replaced_in(one, earlier, room)?)));
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
        replaced(text, &earlier(), &str::to_owned, &mut 1000)
    }

    #[test]
    fn references_do_not_make_a_small_request_a_large_one() {
        let long = json!({ "a": "x".repeat(600) });
        let earlier: BTreeMap<String, Earlier> = [("r".to_owned(), Earlier::Read(long))].into();
        let body = json!({ "one": "@{r.a}", "two": ["@{r.a}"] });
        assert_eq!(replaced_in(&body, &earlier, &mut 1000), Err(Broken::TooLarge));
        assert!(replaced_in(&body, &earlier, &mut 1200).is_ok());
        let start = std::time::Instant::now();
        let open = "@{".repeat(1_000_000);
        assert_eq!(plain(&open).unwrap(), open);
        assert!(start.elapsed().as_secs() < 5, "{:?}", start.elapsed());
    }

    #[test]
    fn references_read_what_was_answered_tokens_too() {
        let query =
            "WHERE Email = '@{found.records[0].Email}' AND Amount > @{found.records[0].Amount}";
        assert_eq!(plain(query).unwrap(), "WHERE Email = '{EMAIL_2}' AND Amount > 12");
        let body =
            json!({ "ContactId": "@{found.records[0].Id}", "n": [1, "@{found.records[0].Id}"] });
        let body = replaced_in(&body, &earlier(), &mut 1000).unwrap();
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
