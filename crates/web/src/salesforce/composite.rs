//! Requests made of others. Every part goes the whole way by itself: planned, authorised, recorded,
//! treated. They share the row budget of the request.

use std::collections::BTreeMap;

use http::header;
use serde_json::{Map, Value, json};

use super::answer::Answer;
use super::collections::{all_or_none_refused, alone};
use super::reference::{Broken, Earlier, replaced, replaced_in};
use super::resource::{self, Call, escaped};
use super::{Context, Outcome, VERSIONS, collections, error};

/// Parts of one request, as Salesforce has it.
const MOST: usize = 25;
/// Graphs of one request.
const MOST_GRAPHS: usize = 75;

pub(super) async fn composite(context: &Context<'_>, call: &Call) -> Outcome {
    let body = match posted(call) {
        Ok(body) => body,
        Err(answer) => return Ok(answer),
    };
    let together = body.get("allOrNone").and_then(Value::as_bool).unwrap_or(false);
    let parts = match listed(&body, "compositeRequest", MOST) {
        Ok(parts) => parts,
        Err(answer) => return Ok(answer),
    };
    if together && writes(parts) > 1 {
        return Ok(all_or_none_refused());
    }
    match run(context, parts).await? {
        Ok((responses, _)) => Ok(Answer::ok(json!({ "compositeResponse": responses }))),
        Err(answer) => Ok(answer),
    }
}

pub(super) async fn graph(context: &Context<'_>, call: &Call) -> Outcome {
    let body = match posted(call) {
        Ok(body) => body,
        Err(answer) => return Ok(answer),
    };
    let graphs = match listed(&body, "graphs", MOST_GRAPHS) {
        Ok(graphs) => graphs,
        Err(answer) => return Ok(answer),
    };
    let mut answered = Vec::with_capacity(graphs.len());
    for graph in graphs {
        let empty = Map::new();
        let parts = match listed(graph.as_object().unwrap_or(&empty), "compositeRequest", MOST) {
            Ok(parts) => parts,
            Err(answer) => return Ok(answer),
        };
        // A graph is always all or none.
        if writes(parts) > 1 {
            return Ok(all_or_none_refused());
        }
        let (responses, good) = match run(context, parts).await? {
            Ok(ran) => ran,
            Err(answer) => return Ok(answer),
        };
        answered.push(json!({
            "graphId": graph.get("graphId").cloned().unwrap_or_default(),
            "graphResponse": { "compositeResponse": responses },
            "isSuccessful": good,
        }));
    }
    Ok(Answer::ok(json!({ "graphs": answered })))
}

pub(super) async fn batch(context: &Context<'_>, call: &Call) -> Outcome {
    let body = match posted(call) {
        Ok(body) => body,
        Err(answer) => return Ok(answer),
    };
    let halts = body.get("haltOnError").and_then(Value::as_bool).unwrap_or(false);
    let parts = match listed(&body, "batchRequests", MOST) {
        Ok(parts) => parts,
        Err(answer) => return Ok(answer),
    };
    let mut results = Vec::with_capacity(parts.len());
    let mut failed = false;
    for part in parts {
        let answer = if halts && failed {
            error::of(412, "BATCH_PROCESSING_HALTED", "Batch processing halted")
        } else {
            let text = |name: &str| part.get(name).and_then(Value::as_str).unwrap_or_default();
            // Addresses of a batch begin at the version.
            let url = text("url").trim_start_matches('/');
            let url = match url.strip_prefix("services/data/") {
                Some(rest) => format!("/services/data/{rest}"),
                None => format!("/services/data/{url}"),
            };
            one(context, text("method"), &url, part.get("richInput").cloned()).await?
        };
        // A write that waits has not failed, but what follows must not take it for done.
        failed |= !answer.is_good() || answer.status.as_u16() == 202;
        results.push(json!({ "statusCode": answer.status.as_u16(), "result": answer.json() }));
    }
    Ok(Answer::ok(json!({ "hasErrors": failed, "results": results })))
}

type Ran = (Vec<Value>, bool);

/// Runs parts in their order; gives their answers and whether all went well.
async fn run(
    context: &Context<'_>,
    parts: &[Value],
) -> Result<Result<Ran, Answer>, crate::error::WebError> {
    let mut earlier: BTreeMap<String, Earlier> = BTreeMap::new();
    let mut responses = Vec::with_capacity(parts.len());
    let mut good = true;
    for part in parts {
        let reference = part.get("referenceId").and_then(Value::as_str).unwrap_or_default();
        if reference.is_empty() || earlier.contains_key(reference) {
            return Ok(Err(error::parser("every part needs a referenceId of its own")));
        }
        let answer = match resolved(part, &earlier) {
            Ok((method, url, body)) => one(context, &method, &url, body).await?,
            Err(broken) => error::of(400, "PROCESSING_HALTED", &broken.message()),
        };
        good &= answer.is_good() && answer.status.as_u16() != 202;
        let came = match (&answer, answer.is_good()) {
            (answer, _) if answer.wrote && answer.status.as_u16() == 202 => Earlier::Wrote,
            (answer, true) => Earlier::Read(answer.json()),
            _ => Earlier::Failed,
        };
        responses.push(response(&answer, reference));
        earlier.insert(reference.to_owned(), came);
    }
    Ok(Ok((responses, good)))
}

/// Method, address and body of a part, its references followed.
fn resolved(
    part: &Value,
    earlier: &BTreeMap<String, Earlier>,
) -> Result<(String, String, Option<Value>), Broken> {
    let text = |name: &str| part.get(name).and_then(Value::as_str).unwrap_or_default();
    let mut room = crate::body::LIMIT;
    // A value in an address must not become more of the address.
    let url = replaced(text("url"), earlier, &escaped, &mut room)?;
    let body = part.get("body").map(|body| replaced_in(body, earlier, &mut room)).transpose()?;
    Ok((text("method").to_owned(), url, body))
}

/// Runs one part as if it had come alone.
async fn one(context: &Context<'_>, method: &str, url: &str, body: Option<Value>) -> Outcome {
    let Some(call) = Call::part(method, url, body) else {
        return Ok(error::of(405, "METHOD_NOT_ALLOWED", "the method of a part is not one"));
    };
    let path: Vec<&str> = call.path.iter().map(String::as_str).collect();
    let ["services", "data", version, rest @ ..] = path.as_slice() else {
        return Ok(error::not_found());
    };
    let number = version.strip_prefix('v').and_then(|it| it.strip_suffix(".0")?.parse().ok());
    let Some(version) = number.filter(|it| VERSIONS.contains(it)) else {
        return Ok(error::not_found());
    };
    let context = Context { version, ..alone(context) };
    match rest {
        ["composite", "sobjects", rest @ ..] => collections::answer(&context, &call, rest).await,
        ["composite", "tree", object] => collections::tree(&context, &call, object).await,
        ["composite", ..] => Ok(error::not_found()),
        rest => resource::simple(&context, &call, rest).await,
    }
}

fn response(answer: &Answer, reference: &str) -> Value {
    let shown = |name: &header::HeaderName| {
        *name == header::LOCATION || name.as_str().starts_with("portcullis-")
    };
    let headers = answer.headers.iter().filter(|(name, _)| shown(name));
    let headers: Map<String, Value> =
        headers.map(|(name, value)| (cased(name.as_str()), json!(value))).collect();
    json!({
        "body": answer.json(),
        "httpHeaders": headers,
        "httpStatusCode": answer.status.as_u16(),
        "referenceId": reference,
    })
}

/// `portcullis-decision` as `Portcullis-Decision`: here the client's library does not do it.
fn cased(name: &str) -> String {
    let word = |word: &str| {
        let mut chars = word.chars();
        let first = chars.next().map(|it| it.to_ascii_uppercase());
        first.into_iter().chain(chars).collect::<String>()
    };
    name.split('-').map(word).collect::<Vec<_>>().join("-")
}

fn posted(call: &Call) -> Result<Map<String, Value>, Answer> {
    if call.method == http::Method::POST { call.object() } else { Err(error::method(&call.method)) }
}

fn listed<'a>(
    body: &'a Map<String, Value>,
    name: &str,
    most: usize,
) -> Result<&'a [Value], Answer> {
    let list = body.get(name).and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    if list.is_empty() {
        return Err(error::parser(&format!("a list named {name} is wanted")));
    }
    if list.len() > most {
        let message = format!("Limit of {most} sub-requests exceeded");
        return Err(error::of(400, "LIMIT_EXCEEDED", &message));
    }
    Ok(list)
}

/// How many parts are no reads.
fn writes(parts: &[Value]) -> usize {
    let method = |part: &Value| part.get("method").and_then(Value::as_str).map(str::to_owned);
    parts
        .iter()
        .filter(|part| !method(part).is_some_and(|it| it.eq_ignore_ascii_case("GET")))
        .count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_in_an_address_stays_a_value() {
        let read = json!({ "records": [{ "Name": "a/../b?q=x&y=1", "Email": "{EMAIL_2}" }] });
        let earlier = [("r".to_owned(), Earlier::Read(read))].into();
        let part = json!({ "method": "GET", "referenceId": "s",
            "url": "/services/data/v59.0/sobjects/Contact/Email/@{r.records[0].Email}?fields=@{r.records[0].Name}" });
        let (_, url, _) = resolved(&part, &earlier).unwrap();
        let call = Call::part("GET", &url, None).unwrap();
        assert_eq!(call.path[4..], ["Contact", "Email", "{EMAIL_2}"]);
        assert_eq!(call.one("fields"), Some("a/../b?q=x&y=1"));
        assert_eq!(call.one("y"), None);
    }

    #[test]
    fn whatever_is_no_read_is_a_write() {
        let parts = [json!({ "method": "get" }), json!({ "method": "POST" }), json!({})];
        assert_eq!(writes(&parts), 2);
        assert_eq!(cased("portcullis-decision"), "Portcullis-Decision");
    }
}
