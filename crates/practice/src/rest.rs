//! The REST API: every path under `/services`, answered as the user whose token came with it.

mod bulk;
mod collections;
mod composite;
mod legacy;
mod limits;
mod objects;
mod query;
mod records;
mod tooling;
mod ui;
pub(crate) mod web_form;

use http::Method;
use serde_json::json;

use crate::access::Actor;
use crate::exchange::{ApiError, Reply, Request};
use crate::org::Org;
use crate::state::State;

/// A request whose sender is known.
#[derive(Clone, Copy)]
pub(crate) struct Call<'a> {
    pub(crate) org: &'a Org,
    pub(crate) actor: &'a Actor,
    /// As in the URL, such as `v68.0`.
    pub(crate) version: &'a str,
    pub(crate) request: &'a Request,
}

pub(crate) type Outcome = Result<Reply, ApiError>;

/// The versions answered; the platform has dropped older ones.
const VERSIONS: std::ops::RangeInclusive<u32> = 30..=68;

/// Answers any path under `/services/data` and `/services/async`.
pub(crate) fn answer(org: &Org, request: &Request) -> Reply {
    match route(org, request) {
        Ok(reply) => reply,
        Err(error) => error.into(),
    }
}

fn route(org: &Org, request: &Request) -> Outcome {
    let segments: Vec<&str> = request.segments.iter().map(String::as_str).collect();
    match segments.as_slice() {
        ["services", "data"] if request.method == Method::GET => Ok(versions()),
        ["services", "data", version, rest @ ..] => {
            let actor = sender(org, request)?;
            if !known(version) {
                return Err(ApiError::not_found());
            }
            limits::count(org)?;
            let call = Call { org, actor: &actor, version, request };
            Ok(dispatch(call, rest).with("sforce-limit-info", org.usage.header()))
        }
        ["services", "async", version, rest @ ..] => {
            let actor = sender(org, request)?;
            limits::count(org)?;
            let version = format!("v{version}");
            let call = Call { org, actor: &actor, version: &version, request };
            Ok(match call.request.method {
                Method::GET => settle(legacy::read(call, rest)),
                _ => org.write(|state| settle(legacy::write(call, state, rest))),
            })
        }
        _ => Err(ApiError::not_found()),
    }
}

/// The user behind the token, as they are now.
pub(crate) fn sender(org: &Org, request: &Request) -> Result<Actor, ApiError> {
    let header = request.header("authorization").or_else(|| request.header("x-sfdc-session"));
    let Some(header) = header else { return Err(ApiError::invalid_session()) };
    let token = header
        .strip_prefix("Bearer ")
        .or_else(|| header.strip_prefix("OAuth "))
        .unwrap_or(header)
        .trim();
    if token.is_empty() || token.contains(' ') {
        return Err(ApiError::new(401, "INVALID_AUTH_HEADER", "INVALID_HEADER_TYPE"));
    }
    let now = org.now();
    let session = org.vault().session(token, now).cloned().ok_or_else(ApiError::invalid_session)?;
    let scoped = session.scope.iter().any(|scope| matches!(scope.as_str(), "api" | "full"));
    let actor =
        session.user().and_then(|user| org.actor(user)).ok_or_else(ApiError::invalid_session)?;
    if !scoped {
        return Err(ApiError::new(
            403,
            "INSUFFICIENT_ACCESS",
            "This session is not valid for use with the REST API",
        ));
    }
    Ok(actor)
}

fn known(version: &str) -> bool {
    let number = version.strip_prefix('v').and_then(|version| version.strip_suffix(".0"));
    number
        .and_then(|number| number.parse::<u32>().ok())
        .is_some_and(|number| VERSIONS.contains(&number))
}

/// A request to the REST API, as one transaction.
fn dispatch(call: Call<'_>, path: &[&str]) -> Reply {
    if matches!(call.request.method, Method::GET | Method::HEAD) {
        return call.org.read(|state| settle(read(call, state, path)));
    }
    call.org.write(|state| settle(write(call, state, path)))
}

fn settle(outcome: Outcome) -> Reply {
    outcome.unwrap_or_else(Reply::from)
}

/// What changes nothing.
fn read(call: Call<'_>, state: &State, path: &[&str]) -> Outcome {
    match path {
        [] => Ok(resources(call)),
        ["sobjects", rest @ ..] => objects::read(call, state, rest),
        ["query" | "queryAll" | "search" | "parameterizedSearch", ..] => {
            query::read(call, state, path)
        }
        ["limits"] => Ok(limits::all(call)),
        ["recent"] => Ok(objects::recent(call, state)),
        ["tabs" | "theme"] => Ok(Reply::ok(json!([]))),
        ["tooling", rest @ ..] => tooling::read(call, state, rest),
        ["ui-api", rest @ ..] => ui::read(call, state, rest),
        ["composite", rest @ ..] => collections::read(call, state, rest),
        ["jobs", rest @ ..] => bulk::read(call, state, rest),
        _ => Err(ApiError::not_found()),
    }
}

/// What may change something. Whatever fails here leaves nothing behind.
fn write(call: Call<'_>, state: &mut State, path: &[&str]) -> Outcome {
    match path {
        ["sobjects", rest @ ..] => objects::write(call, state, rest),
        ["composite", rest @ ..] => composite::write(call, state, rest),
        ["parameterizedSearch"] => query::read(call, state, path),
        ["jobs", rest @ ..] => bulk::write(call, state, rest),
        ["ui-api", rest @ ..] => ui::write(call, state, rest),
        _ if read(call, state, path).is_ok() => {
            Err(ApiError::method_not_allowed(&call.request.method))
        }
        _ => Err(ApiError::not_found()),
    }
}

/// A request within a composite one. Undone by itself when it fails.
fn nested(call: Call<'_>, state: &mut State, path: &[&str]) -> Reply {
    if call.request.method == Method::GET {
        return settle(read(call, state, path));
    }
    let mark = state.mark();
    let reply = settle(write(call, state, path));
    if reply.status >= 400 {
        state.rollback(mark);
    }
    reply
}

fn versions() -> Reply {
    let label = |number: u32| {
        let season = ["Winter", "Spring", "Summer"]
            .get((number as usize + 1) % 3)
            .copied()
            .unwrap_or_default();
        // 68 is Winter '27, and three releases make a year.
        let year = (number + 13) / 3;
        format!("{season} '{year:02}")
    };
    let all = VERSIONS
        .map(|number| {
            json!({ "label": label(number), "url": format!("/services/data/v{number}.0"), "version": format!("{number}.0") })
        })
        .collect();
    Reply::ok(serde_json::Value::Array(all))
}

fn resources(call: Call<'_>) -> Reply {
    let names = [
        "tooling",
        "composite",
        "recent",
        "sobjects",
        "limits",
        "query",
        "queryAll",
        "search",
        "parameterizedSearch",
        "jobs",
        "ui-api",
        "tabs",
        "theme",
    ];
    let mut out = serde_json::Map::new();
    for name in names {
        let key = if name == "ui-api" { "uiApi" } else { name };
        out.insert(key.to_owned(), json!(format!("/services/data/{}/{name}", call.version)));
    }
    out.insert(
        "identity".to_owned(),
        json!(format!("{}/id/{}/{}", call.request.origin(), call.org.id(), call.actor.user)),
    );
    Reply::ok(serde_json::Value::Object(out))
}
