//! The org's records as tools, in the manner of Salesforce's hosted servers of the Model Context Protocol:
//! each call is one call of the REST API, under the token that came with it.
//!
//! Speaks 2025-06-18, with `initialize` and without a session, as public clients of the hosted servers do.

use bytes::Bytes;
use http::Method;
use serde_json::{Map, Value as Json, json};

use crate::exchange::{ApiError, Reply, Request};
use crate::org::Org;
use crate::rest;

/// Where the server is, below the org's address.
const PATH: &str = "/platform/mcp/v1/platform/sobject-all";
const VERSION: &str = "2025-06-18";
const REST: &str = "/services/data/v68.0";

/// Answers what is for the server.
pub(crate) fn answer(org: &Org, request: &Request) -> Option<Reply> {
    if request.path != PATH {
        return None;
    }
    if let Err(error) = rest::sender(org, request) {
        return Some(error.into());
    }
    if request.method != Method::POST {
        return Some(ApiError::method_not_allowed(&request.method).into());
    }
    let message = match request.json() {
        Ok(message) => message,
        Err(error) => return Some(error.into()),
    };
    let Some(id) = message.get("id").cloned() else { return Some(Reply::empty(202)) };
    let params = message.get("params").cloned().unwrap_or_default();
    let method = message.get("method").and_then(Json::as_str).unwrap_or_default();
    let told = match method {
        "initialize" => Ok(json!({
            "protocolVersion": VERSION,
            "capabilities": { "tools": {} },
            "serverInfo": { "name": "practice-sobject-all", "version": "1" },
        })),
        "ping" => Ok(json!({})),
        "tools/list" => Ok(json!({ "tools": tools() })),
        "tools/call" => call(org, request, &params),
        _ => Err((-32_601, "no such method".to_owned())),
    };
    Some(Reply::ok(match told {
        Ok(result) => json!({ "jsonrpc": "2.0", "id": id, "result": result }),
        Err((code, message)) => {
            json!({ "jsonrpc": "2.0", "id": id, "error": { "code": code, "message": message } })
        }
    }))
}

fn tools() -> Json {
    let text = |names: &[&str]| {
        let properties: Map<String, Json> =
            names.iter().map(|name| ((*name).to_owned(), json!({ "type": "string" }))).collect();
        json!({ "type": "object", "properties": properties, "required": names })
    };
    let with_body = |names: &[&str]| {
        let mut schema = text(names);
        if let Some(properties) = schema.get_mut("properties").and_then(Json::as_object_mut) {
            properties.insert("body".to_owned(), json!({ "type": "object" }));
        }
        schema
    };
    let tool = |name: &str, about: &str, schema: Json, reads: bool| {
        json!({ "name": name, "description": about, "inputSchema": schema,
            "annotations": { "readOnlyHint": reads } })
    };
    json!([
        tool("soqlQuery", "Runs a SOQL query.", text(&["query"]), true),
        tool("find", "Runs a SOSL search.", text(&["search"]), true),
        tool("createSobjectRecord", "Makes a record.", with_body(&["sobject-name"]), false),
        tool("updateSobjectRecord", "Changes a record.", with_body(&["sobject-name", "id"]), false),
        tool("deleteSobjectRecord", "Deletes a record.", text(&["sobject-name", "id"]), false),
    ])
}

fn call(org: &Org, request: &Request, params: &Json) -> Result<Json, (i32, String)> {
    let tool = params.get("name").and_then(Json::as_str).unwrap_or_default();
    let arguments = params.get("arguments").cloned().unwrap_or_default();
    let text = |name: &str| {
        let value = arguments.get(name).and_then(Json::as_str);
        value.map(str::to_owned).ok_or_else(|| (-32_602, format!("`{name}` is missing")))
    };
    let encoded =
        |text: String| -> String { form_urlencoded::byte_serialize(text.as_bytes()).collect() };
    let body = || arguments.get("body").cloned().unwrap_or_default();
    let (method, target, body) = match tool {
        "soqlQuery" => (Method::GET, format!("query?q={}", encoded(text("query")?)), Json::Null),
        "find" => (Method::GET, format!("search?q={}", encoded(text("search")?)), Json::Null),
        "createSobjectRecord" => {
            (Method::POST, format!("sobjects/{}", encoded(text("sobject-name")?)), body())
        }
        "updateSobjectRecord" => {
            let (object, id) = (encoded(text("sobject-name")?), encoded(text("id")?));
            (Method::PATCH, format!("sobjects/{object}/{id}"), body())
        }
        _ => return Err((-32_602, "no such tool".to_owned())),
    };
    let bytes = if body.is_null() { Bytes::new() } else { Bytes::from(body.to_string()) };
    let inner = Request {
        source: request.source.clone(),
        secure: request.secure,
        ..Request::new(method, &format!("{REST}/{target}"), request.headers.clone(), bytes)
    };
    let reply = rest::answer(org, &inner);
    let failed = reply.status >= 400;
    let told = reply.into_json();
    let mut result = json!({
        "content": [{ "type": "text", "text": told.to_string() }],
        "isError": failed,
    });
    if let (Some(result), false, true) = (result.as_object_mut(), failed, told.is_object()) {
        result.insert("structuredContent".to_owned(), told);
    }
    Ok(result)
}
