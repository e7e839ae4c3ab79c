//! Searches, and what was looked at last.

use gateway::{DirectAnswer, DirectCall, Said};
use serde_json::{Map, Value, json};

use super::answer::{Answer, of_gate};
use super::error::{self, Place};
use super::resource::Call;
use super::{Context, Outcome, query};

/// Records in the list of what was looked at last, when the client does not say.
const RECENT: u16 = 200;

pub(super) async fn sosl(context: &Context<'_>, call: &Call) -> Outcome {
    let Some(sosl) = call.one("q") else {
        return Ok(error::of(400, "MALFORMED_SEARCH", "A search string has to be specified"));
    };
    let sosl = DirectCall::Sosl { sosl: sosl.to_owned() };
    let answer = context.direct.run(sosl).await.map_err(of_gate)?;
    Ok(found(&answer))
}

fn found(answer: &DirectAnswer) -> Answer {
    match &answer.said {
        Said::Refused(refusal) => error::refused(answer, refusal, Place::Query),
        _ => Answer::ok(json!({ "searchRecords": query::rows(answer) })).decided(answer),
    }
}

/// `parameterizedSearch`, its parameters in the address or in the body.
pub(super) async fn parameters(context: &Context<'_>, call: &Call) -> Outcome {
    let asked = if call.method == http::Method::POST {
        match call.object() {
            Ok(body) => body,
            Err(answer) => return Ok(answer),
        }
    } else {
        of_address(call)
    };
    let sosl = match statement(&asked) {
        Ok(sosl) => sosl,
        Err(message) => return Ok(error::of(400, "MALFORMED_SEARCH", message)),
    };
    let answer = context.direct.run(DirectCall::Sosl { sosl }).await.map_err(of_gate)?;
    Ok(found(&answer))
}

fn of_address(call: &Call) -> Map<String, Value> {
    let mut asked = Map::new();
    if let Some(words) = call.one("q") {
        asked.insert("q".to_owned(), json!(words));
    }
    if let Some(limit) = call.one("overallLimit").and_then(|it| it.parse::<u32>().ok()) {
        asked.insert("overallLimit".to_owned(), json!(limit));
    }
    if let Some(objects) = call.list("sobject") {
        let own = |object: &String, what: &str| call.list(&format!("{object}.{what}"));
        let fields = |object: &String| own(object, "fields").or_else(|| call.list("fields"));
        let list = objects.iter().map(|it| json!({ "name": it, "fields": fields(it) }));
        asked.insert("sobjects".to_owned(), list.collect());
    }
    asked
}

/// The same as SOSL, which is parsed and narrowed like any other.
fn statement(asked: &Map<String, Value>) -> Result<String, &'static str> {
    let words = asked.get("q").and_then(Value::as_str).unwrap_or_default();
    if words.trim().chars().count() < 2 {
        return Err("search term must be longer than one character");
    }
    let mut sosl = format!("FIND {{{}}} IN NAME FIELDS", reserved(words));
    let mut returning = Vec::new();
    for object in asked.get("sobjects").and_then(Value::as_array).into_iter().flatten() {
        let name = object.get("name").and_then(Value::as_str).filter(|it| is_plain(it));
        let name = name.ok_or("every object has to have a name")?;
        let fields = object.get("fields").or_else(|| asked.get("fields"));
        let fields = fields.and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        let fields: Vec<&str> = fields.iter().filter_map(Value::as_str).collect();
        if !fields.iter().all(|it| is_plain(it)) {
            return Err("a field has a name with a strange sign");
        }
        let limit = object.get("limit").and_then(Value::as_u64);
        let limit = limit.map_or_else(String::new, |limit| format!(" LIMIT {limit}"));
        let fields = if fields.is_empty() { "Id".to_owned() } else { fields.join(", ") };
        returning.push(format!("{name}({fields}{limit})"));
    }
    if !returning.is_empty() {
        sosl.push_str(" RETURNING ");
        sosl.push_str(&returning.join(", "));
    }
    if let Some(limit) = asked.get("overallLimit").and_then(Value::as_u64) {
        sosl.push_str(" LIMIT ");
        sosl.push_str(&limit.to_string());
    }
    Ok(sosl)
}

fn is_plain(name: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '.';
    !name.is_empty() && name.chars().all(plain)
}

/// Words with every sign escaped that a search would read as more than a word.
fn reserved(words: &str) -> String {
    let mut out = String::with_capacity(words.len());
    for c in words.trim().chars() {
        if "?&|!{}[]()^~*:\\\"'+-".contains(c) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

pub(super) async fn recent(context: &Context<'_>, call: &Call) -> Outcome {
    let most = call.one("limit").and_then(|it| it.parse().ok()).unwrap_or(RECENT);
    let answer = context.direct.run(DirectCall::Recent { most }).await.map_err(of_gate)?;
    Ok(match &answer.said {
        Said::Refused(refusal) => error::refused(&answer, refusal, Place::Path),
        _ => Answer::ok(Value::Array(query::rows(&answer))).decided(&answer),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(json: Value) -> Result<String, &'static str> {
        let Value::Object(asked) = json else { panic!("{json}") };
        statement(&asked)
    }

    #[test]
    fn parameters_become_a_search() {
        let asked = json!({ "q": "Gen-Tech", "overallLimit": 5, "fields": ["Id", "Name"],
            "sobjects": [{ "name": "Account", "limit": 3 }, { "name": "Lead", "fields": ["Id"] }] });
        assert_eq!(
            of(asked).unwrap(),
            "FIND {Gen\\-Tech} IN NAME FIELDS RETURNING Account(Id, Name LIMIT 3), Lead(Id) LIMIT 5"
        );
        assert_eq!(of(json!({ "q": "ab} IN ALL" })).unwrap(), "FIND {ab\\} IN ALL} IN NAME FIELDS");
    }

    #[test]
    fn names_are_names() {
        for name in ["Account) LIMIT 9, Lead(Id", "", "A B"] {
            assert!(of(json!({ "q": "ab", "sobjects": [{ "name": name }] })).is_err(), "{name}");
        }
        assert!(of(json!({ "q": "a" })).is_err());
    }
}
