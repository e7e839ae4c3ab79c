//! `/composite`: several requests in one, with references between them; batch, tree and graph.

use std::collections::HashMap;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use serde_json::{Map, Value as Json, json};

use super::objects::named;
use super::{Call, Outcome, collections, nested, records};
use crate::exchange::{ApiError, Reply, Request};
use crate::id::Id;
use crate::save;
use crate::schema::Object;
use crate::state::State;

const MOST_REQUESTS: usize = 25;
const MOST_NODES: usize = 500;
const MOST_TREE: usize = 200;

pub(super) fn write(call: Call<'_>, state: &mut State, path: &[&str]) -> Outcome {
    match path {
        ["sobjects", rest @ ..] => collections::write(call, state, rest),
        _ if call.request.method != Method::POST => {
            Err(ApiError::method_not_allowed(&call.request.method))
        }
        [] => composite(call, state),
        ["batch"] => batch(call, state),
        ["tree", name] => tree(call, state, named(call, state, name)?),
        ["graph"] => graph(call, state),
        _ => Err(ApiError::not_found()),
    }
}

fn list<'j>(body: &'j Map<String, Json>, name: &str) -> Result<&'j [Json], ApiError> {
    let list = body.get(name).and_then(Json::as_array).map(Vec::as_slice);
    list.filter(|list| !list.is_empty())
        .ok_or_else(|| ApiError::parser(format!("a list named {name} is wanted")))
}

fn too_many(most: usize) -> ApiError {
    ApiError::new(400, "LIMIT_EXCEEDED", format!("Limit of {most} sub-requests exceeded"))
}

fn composite(call: Call<'_>, state: &mut State) -> Outcome {
    let body = records::body(call.request.json()?)?;
    let all_or_none = body.get("allOrNone").and_then(Json::as_bool).unwrap_or(false);
    let requests = list(&body, "compositeRequest")?;
    if requests.len() > MOST_REQUESTS {
        return Err(too_many(MOST_REQUESTS));
    }
    let (responses, _) = run(call, state, requests, all_or_none)?;
    Ok(Reply::ok(json!({ "compositeResponse": responses })))
}

/// The responses, and whether all went well.
fn run(
    call: Call<'_>,
    state: &mut State,
    requests: &[Json],
    all_or_none: bool,
) -> Result<(Vec<Json>, bool), ApiError> {
    let whole = state.mark();
    let mut known: HashMap<String, Json> = HashMap::new();
    let mut failed: Vec<String> = Vec::new();
    let mut responses: Vec<(String, Reply)> = Vec::new();
    for request in requests {
        let reference =
            request.get("referenceId").and_then(Json::as_str).unwrap_or_default().to_owned();
        if reference.is_empty() || known.contains_key(&reference) || failed.contains(&reference) {
            return Err(ApiError::parser("Every sub-request needs a referenceId of its own"));
        }
        let reply = if all_or_none && !failed.is_empty() {
            halted()
        } else {
            match resolved(request, &known) {
                Ok(request) => sub_request(call, state, &request),
                Err(error) if needs(request, &failed) => {
                    let _ = error;
                    halted()
                }
                Err(error) => error.into(),
            }
        };
        if reply.status >= 400 {
            failed.push(reference.clone());
        } else {
            known.insert(reference.clone(), reply.clone().into_json());
        }
        responses.push((reference, reply));
    }
    let good = failed.is_empty();
    if all_or_none && !good {
        state.rollback(whole);
        for (_, reply) in responses.iter_mut().filter(|(_, reply)| reply.status < 400) {
            *reply = halted();
        }
    }
    let shown = responses.into_iter().map(|(reference, reply)| {
        let status = reply.status;
        let headers: Map<String, Json> = reply
            .headers
            .iter()
            .filter(|(name, _)| *name == "location" || *name == "etag" || *name == "last-modified")
            .map(|(name, value)| (header_case(name), json!(value)))
            .collect();
        json!({ "body": reply.into_json(), "httpHeaders": headers, "httpStatusCode": status, "referenceId": reference })
    });
    Ok((shown.collect(), good))
}

fn header_case(name: &str) -> String {
    match name {
        "location" => "Location".to_owned(),
        "etag" => "ETag".to_owned(),
        _ => "Last-Modified".to_owned(),
    }
}

fn halted() -> Reply {
    let message =
        "The transaction was rolled back since another operation in the same transaction failed.";
    ApiError::new(400, "PROCESSING_HALTED", message).into()
}

/// Whether the request refers to one that failed.
fn needs(request: &Json, failed: &[String]) -> bool {
    let text = request.to_string();
    failed.iter().any(|reference| {
        text.contains(&format!("@{{{reference}.")) || text.contains(&format!("@{{{reference}["))
    })
}

/// The request with `@{reference.field}` replaced by what the earlier replies say.
fn resolved(json: &Json, known: &HashMap<String, Json>) -> Result<Json, ApiError> {
    Ok(match json {
        Json::String(text) => Json::String(replaced(text, known)?),
        Json::Array(all) => {
            Json::Array(all.iter().map(|one| resolved(one, known)).collect::<Result<_, _>>()?)
        }
        Json::Object(all) => Json::Object(
            all.iter()
                .map(|(key, one)| Ok((key.clone(), resolved(one, known)?)))
                .collect::<Result<_, ApiError>>()?,
        ),
        other => other.clone(),
    })
}

fn replaced(text: &str, known: &HashMap<String, Json>) -> Result<String, ApiError> {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("@{") {
        out.push_str(before);
        let Some((path, after)) = after.split_once('}') else {
            out.push_str("@{");
            rest = after;
            continue;
        };
        let value = at_path(path, known).ok_or_else(|| {
            ApiError::new(
                400,
                "PROCESSING_HALTED",
                format!("Invalid reference specified. No value for {path} found"),
            )
        })?;
        out.push_str(&value);
        rest = after;
    }
    out.push_str(rest);
    Ok(out)
}

/// `ref.records[0].Id`
fn at_path(path: &str, known: &HashMap<String, Json>) -> Option<String> {
    let mut steps = path.split(['.', '[']).map(|step| step.trim_end_matches(']'));
    let mut here = known.get(steps.next()?)?;
    for step in steps {
        here = match here {
            Json::Array(all) => all.get(step.parse::<usize>().ok()?)?,
            Json::Object(all) => all.get(step)?,
            _ => return None,
        };
    }
    match here {
        Json::String(text) => Some(text.clone()),
        Json::Number(number) => Some(number.to_string()),
        Json::Bool(flag) => Some(flag.to_string()),
        _ => None,
    }
}

/// Runs one request of a composite as if it had come alone.
fn sub_request(call: Call<'_>, state: &mut State, json: &Json) -> Reply {
    let text = |name: &str| json.get(name).and_then(Json::as_str).unwrap_or_default();
    let Ok(method) = Method::from_bytes(text("method").to_ascii_uppercase().as_bytes()) else {
        return ApiError::method_not_allowed(&Method::OPTIONS).into();
    };
    let mut headers = HeaderMap::new();
    for (name, value) in json.get("httpHeaders").and_then(Json::as_object).into_iter().flatten() {
        let pair = HeaderName::from_bytes(name.as_bytes())
            .ok()
            .zip(value.as_str().and_then(|value| HeaderValue::from_str(value).ok()));
        if let Some((name, value)) = pair {
            headers.insert(name, value);
        }
    }
    let body = json.get("body").or_else(|| json.get("richInput")).filter(|body| !body.is_null());
    let body = body.map_or_else(Bytes::new, |body| Bytes::from(body.to_string()));
    let url = text("url");
    let url = if url.starts_with('/') { url.to_owned() } else { format!("/services/data/{url}") };
    let mut request = Request::new(method, &url, headers, body);
    request.source.clone_from(&call.request.source);
    let segments = request.segments.clone();
    let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
    let ["services", "data", version, path @ ..] = segments.as_slice() else {
        return ApiError::not_found().into();
    };
    // A composite in a composite would step over the limit of requests.
    if let ["composite", rest @ ..] = path
        && !matches!(rest, ["sobjects", ..])
    {
        return ApiError::not_found().into();
    }
    if *version != call.version {
        let message = "The API version of a sub-request must be that of the composite request";
        return ApiError::new(400, "INVALID_INPUT", message).into();
    }
    nested(Call { request: &request, ..call }, state, path)
}

fn batch(call: Call<'_>, state: &mut State) -> Outcome {
    let body = records::body(call.request.json()?)?;
    let halt = body.get("haltOnError").and_then(Json::as_bool).unwrap_or(false);
    let requests = list(&body, "batchRequests")?;
    if requests.len() > MOST_REQUESTS {
        return Err(too_many(MOST_REQUESTS));
    }
    let mut failed = false;
    let mut results = Vec::new();
    for request in requests {
        let reply = if halt && failed {
            let message = "Batch processing halted per request";
            ApiError::new(412, "BATCH_PROCESSING_HALTED", message).into()
        } else {
            sub_request(call, state, request)
        };
        failed |= reply.status >= 400;
        let status = reply.status;
        results.push(json!({ "statusCode": status, "result": reply.into_json() }));
    }
    Ok(Reply::ok(json!({ "hasErrors": failed, "results": results })))
}

/// Records with their children, all or none.
fn tree(call: Call<'_>, state: &mut State, object: &'static Object) -> Outcome {
    let body = records::body(call.request.json()?)?;
    let mark = state.mark();
    let mut grown = Grown { made: Vec::new(), failed: Vec::new() };
    for record in list(&body, "records")? {
        grow(call, state, object, record, None, &mut grown);
        if grown.made.len() + grown.failed.len() > MOST_TREE {
            return Err(too_many(MOST_TREE));
        }
    }
    if grown.failed.is_empty() {
        return Ok(Reply::json(201, json!({ "hasErrors": false, "results": grown.made })));
    }
    state.rollback(mark);
    Ok(Reply::json(400, json!({ "hasErrors": true, "results": grown.failed })))
}

struct Grown {
    made: Vec<Json>,
    failed: Vec<Json>,
}

fn grow(
    call: Call<'_>,
    state: &mut State,
    object: &'static Object,
    record: &Json,
    parent: Option<(&str, Id)>,
    grown: &mut Grown,
) {
    let Json::Object(record) = record else { return };
    let reference = record
        .get("attributes")
        .and_then(|attributes| attributes.get("referenceId"))
        .cloned()
        .unwrap_or_default();
    let (children, mut fields): (Vec<_>, Map<_, _>) = record.iter().fold(
        (Vec::new(), Map::new()),
        |(mut children, mut fields), (name, value)| {
            match (object.child(name), value.get("records").and_then(Json::as_array)) {
                (Some(child), Some(records)) => children.push((child.clone(), records.clone())),
                _ => {
                    fields.insert(name.clone(), value.clone());
                }
            }
            (children, fields)
        },
    );
    if let Some((field, id)) = parent {
        fields.insert(field.to_owned(), json!(id.to_string()));
    }
    let id = match save::create(state, records::writer(call), object, &fields) {
        Ok(id) => id,
        Err(error) => {
            grown
                .failed
                .push(json!({ "referenceId": reference, "errors": [error.to_save_error()] }));
            return;
        }
    };
    grown.made.push(json!({ "referenceId": reference, "id": id.to_string() }));
    for (child, records) in children {
        let of = state.schema.at(child.object).filter(|of| call.actor.sees_object(of));
        let Some((of, field)) = of.and_then(|of| Some((of, of.fields.get(child.field)?))) else {
            continue;
        };
        for record in &records {
            grow(call, state, of, record, Some((&field.name, id)), grown);
        }
    }
}

/// Independent groups of requests, each all or none.
fn graph(call: Call<'_>, state: &mut State) -> Outcome {
    let body = records::body(call.request.json()?)?;
    let mut graphs = Vec::new();
    let mut nodes = 0;
    for graph in list(&body, "graphs")? {
        let requests = graph
            .get("compositeRequest")
            .and_then(Json::as_array)
            .map(Vec::as_slice)
            .unwrap_or_default();
        nodes += requests.len();
        if nodes > MOST_NODES {
            return Err(too_many(MOST_NODES));
        }
        let (responses, good) = run(call, state, requests, true)?;
        graphs.push(json!({
            "graphId": graph.get("graphId"),
            "graphResponse": { "compositeResponse": responses },
            "isSuccessful": good
        }));
    }
    Ok(Reply::ok(json!({ "graphs": graphs })))
}
