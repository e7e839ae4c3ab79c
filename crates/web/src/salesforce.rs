//! The Salesforce-compatible API: `/services/...` as Salesforce's own REST API has it, so that tools made
//! for Salesforce work through the gate with another address and a key of the gate as their token.
//!
//! Every request, and every part of a composite one, is planned, authorised, recorded and treated by
//! [`gateway::Direct`] on its own. What the policy refuses looks like what does not exist; the header
//! `portcullis-decision` says what decided and where the ledger has it. A write is answered with 202
//! and waits for a person.

mod admit;
mod answer;
mod closed;
mod collections;
mod composite;
mod describe;
pub(crate) mod error;
mod identity;
mod oauth;
mod query;
mod records;
mod reference;
mod resource;
mod search;
mod stamps;
mod times;
mod write;

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use axum::routing::any;
use boundary::Form;
use gateway::Direct;
use http::{HeaderName, Method};

use crate::body::{of_stranger, whole};
use crate::doors::Doors;
use crate::error::WebError;

pub(crate) use stamps::Stamps;

use answer::{Answer, of_gate};
use resource::{Call, Wants};

/// The client's own name for what belongs together, as at the other doors.
const CONVERSATION: HeaderName = HeaderName::from_static("x-portcullis-conversation");

/// The versions that are spoken. Salesforce has retired older ones.
const VERSIONS: std::ops::RangeInclusive<u16> = 30..=68;

/// Everything a request needs beside itself.
struct Context<'a> {
    doors: &'a Doors,
    direct: &'a Direct,
    /// `68` for `v68.0`.
    version: u16,
    wants: Wants,
}

impl Context<'_> {
    /// A path below `/services/data/vNN.0/`.
    fn path(&self, rest: &str) -> String {
        format!("/services/data/v{}.0/{rest}", self.version)
    }
}

/// Paths below `/services`, and `/id`.
pub(crate) fn router() -> Router<Doors> {
    Router::new().route("/services/{*path}", any(serve)).route("/id/{org}/{user}", any(serve))
}

async fn serve(State(doors): State<Doors>, request: axum::extract::Request) -> Response {
    match answer(&doors, request).await {
        Ok(answer) => answer.into_response(),
        Err(error) => {
            error.log();
            error::response(&error)
        }
    }
}

async fn answer(doors: &Doors, request: axum::extract::Request) -> Result<Answer, WebError> {
    let (parts, body) = request.into_parts();
    // Whoever sends much has to be known first.
    let below = parts.uri.path().strip_prefix("/services/data/");
    let (known, body) = if below.is_some_and(|rest| !rest.is_empty()) {
        (Some(admit::admit(doors, &parts.headers, None).await?), whole(body).await?)
    } else {
        (None, of_stranger(body).await?)
    };
    let call = Call::read(&parts, body)?;
    let path: Vec<&str> = call.path.iter().map(String::as_str).collect();
    match path.as_slice() {
        ["services", "data"] if call.method == Method::GET => Ok(describe::versions()),
        ["services", "oauth2", "token"] => oauth::token(doors, &parts.headers, &call).await,
        ["services", "oauth2", "userinfo"] => {
            identity::userinfo(doors, &parts.headers, &call).await
        }
        ["id", org, user] => identity::identity(doors, &parts.headers, &call, (org, user)).await,
        ["services", "data", version, rest @ ..] => {
            let who = match known {
                Some(who) => who,
                None => admit::admit(doors, &parts.headers, None).await?,
            };
            let Some(version) = version_of(version) else { return Ok(error::not_found()) };
            let named = parts.headers.get(CONVERSATION);
            let named = named.map(|value| value.to_str().unwrap_or("?"));
            let direct = doors.gate.direct(&who, named, Form::Rest(version)).await;
            let direct = direct.map_err(of_gate)?;
            let context =
                Context { doors, direct: &direct, version, wants: Wants::of(&parts.headers) };
            let answer = resource::whole(&context, &call, rest).await?;
            Ok(answer.about(&direct).await)
        }
        ["services", "Soap", ..] => closed::soap(doors, &parts.headers).await,
        _ => {
            let who = admit::admit(doors, &parts.headers, None).await?;
            let direct = doors.gate.direct(&who, None, Form::Rest(68)).await.map_err(of_gate)?;
            Ok(closed::closed(&direct, path.get(1).copied().unwrap_or_default()).await?)
        }
    }
}

fn version_of(segment: &str) -> Option<u16> {
    let number: u16 = segment.strip_prefix('v')?.strip_suffix(".0")?.parse().ok()?;
    VERSIONS.contains(&number).then_some(number)
}

/// What goes wrong in the gate, as this door has it.
type Outcome = Result<Answer, WebError>;
