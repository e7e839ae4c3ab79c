//! The explorer: finding entries, reading what they commit to, exporting them.

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse as _, Response};
use boundary::UnixMillis;
use gateway::{Activity, GateError, Proof, Search};
use http::{HeaderMap, HeaderName, HeaderValue, header};
use serde::Deserialize;
use serde_json::{Value, json};

use super::chat::waiting;
use crate::doors::Doors;
use crate::error::WebError;
use crate::form::ProtectedForm;
use crate::openai::admit;
use crate::openai::error::ApiError;
use crate::page::frame::{Frame, Here};
use crate::page::ledger;
use crate::session::SignedIn;

const ENTRIES_A_PAGE: usize = 50;
const ENTRIES_AN_EXPORT: usize = 10_000;
const OLDER: HeaderName = HeaderName::from_static("x-portcullis-older");

/// What is looked for, as it stands in an address.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Wanted {
    pub(crate) text: String,
    pub(crate) person: String,
    pub(crate) record: String,
    pub(crate) field: String,
    pub(crate) client: String,
    pub(crate) decision: String,
    pub(crate) rule: String,
    pub(crate) trace: String,
    pub(crate) from: String,
    pub(crate) until: String,
    pub(crate) before: String,
    pub(crate) limit: String,
    pub(crate) format: String,
}

/// What the address says, or what is wrong with it: a name that means nothing would otherwise ask for everything.
fn said(wanted: Result<Query<Wanted>, QueryRejection>) -> Result<Wanted, WebError> {
    let Query(wanted) =
        wanted.map_err(|problem| WebError::Gate(GateError::invalid(problem.body_text(), None)))?;
    Ok(wanted)
}

impl Wanted {
    /// The search. A day stands for its first moment, and `until` includes the whole day.
    fn search(&self, limit: usize) -> Result<Search, WebError> {
        let number = |name: &'static str, text: &str| match text.trim() {
            "" => Ok(None),
            text => text.parse::<u64>().map(Some).map_err(|_| wrong(name, "a number")),
        };
        Ok(Search {
            text: self.text.clone(),
            person: self.person.clone(),
            record: self.record.clone(),
            field: self.field.clone(),
            client: self.client.clone(),
            decision: self.decision.clone(),
            rule: self.rule.clone(),
            trace: self.trace.clone(),
            from: moment("from", &self.from, false)?,
            until: moment("until", &self.until, true)?,
            before: number("before", &self.before)?,
            limit: number("limit", &self.limit)?
                .and_then(|wanted| usize::try_from(wanted).ok())
                .map_or(limit, |wanted| wanted.clamp(1, limit)),
        })
    }
}

fn wrong(name: &'static str, expected: &str) -> WebError {
    GateError::invalid(format!("`{name}` has to be {expected}"), Some(name)).into()
}

fn moment(name: &'static str, text: &str, end: bool) -> Result<Option<UnixMillis>, WebError> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let expected = "a day such as `2026-01-31` or a moment such as `2026-01-31T12:00:00Z`";
    let at = if let Ok(moment) = text.parse::<jiff::Timestamp>() {
        moment
    } else {
        let day = text.parse::<jiff::civil::Date>().map_err(|_| wrong(name, expected))?;
        let day = if end { day.tomorrow().map_err(|_| wrong(name, expected))? } else { day };
        let zoned = day.to_zoned(jiff::tz::TimeZone::UTC).map_err(|_| wrong(name, expected))?;
        zoned.timestamp()
    };
    Ok(Some(UnixMillis(u64::try_from(at.as_millisecond()).unwrap_or(0))))
}

/// `/ledger`
pub(crate) async fn page(
    State(doors): State<Doors>,
    SignedIn(session): SignedIn,
    wanted: Result<Query<Wanted>, QueryRejection>,
) -> Result<Response, WebError> {
    let wanted = said(wanted)?;
    let found = doors.gate.search(&session.principal, &wanted.search(ENTRIES_A_PAGE)?).await?;
    let waiting = waiting(&doors, &session).await;
    let frame = Frame {
        site: &doors.site,
        session: &session,
        here: Here::Activity,
        title: "Search the ledger",
        waiting,
    };
    Ok(ledger::page(&frame, &found, &wanted))
}

#[derive(Debug, Deserialize)]
pub(crate) struct Reading {}

/// `POST /ledger/{entry}`: reading what an entry commits to is a deed of its own, so no link does it.
pub(crate) async fn disclose(
    State(doors): State<Doors>,
    SignedIn(session): SignedIn,
    Path(entry): Path<u64>,
    form: ProtectedForm<Reading>,
) -> Result<Response, WebError> {
    let Reading {} = form.verified(&session)?;
    let parts = doors.gate.disclose(&session.principal, entry).await?;
    let waiting = waiting(&doors, &session).await;
    let frame = Frame {
        site: &doors.site,
        session: &session,
        here: Here::Activity,
        title: "What an entry commits to",
        waiting,
    };
    Ok(ledger::disclosed(&frame, entry, &parts))
}

/// `/ledger/export`
pub(crate) async fn export(
    State(doors): State<Doors>,
    SignedIn(session): SignedIn,
    wanted: Result<Query<Wanted>, QueryRejection>,
) -> Result<Response, WebError> {
    exported(&doors, &session.principal, &said(wanted)?).await
}

/// `/v1/ledger`
pub(crate) async fn api(
    State(doors): State<Doors>,
    headers: HeaderMap,
    wanted: Result<Query<Wanted>, QueryRejection>,
) -> Result<Response, ApiError> {
    let who = admit(&doors, &headers).await?;
    let wanted = said(wanted)?;
    if !wanted.format.is_empty() {
        return Ok(exported(&doors, &who, &wanted).await?);
    }
    let found = doors.gate.search(&who, &wanted.search(ENTRIES_A_PAGE * 10)?).await?;
    Ok(Json(described(&found)).into_response())
}

fn described(found: &Activity) -> Value {
    let entries = found.entries.iter().map(|it| {
        let proof = match it.proof {
            Proof::Included { checkpoint } => {
                json!({ "state": "included", "checkpoint": checkpoint })
            }
            Proof::Pending => json!({ "state": "pending" }),
            Proof::Broken => json!({ "state": "broken" }),
        };
        json!({
            "index": it.index, "time": it.time, "actor_name": it.actor_name, "facts": it.facts,
            "request": it.request, "sealed": it.sealed, "proof": proof,
        })
    });
    json!({
        "entries": entries.collect::<Vec<_>>(),
        "older": found.older,
        "size": found.size,
        "unsearched": found.unsearched,
    })
}

async fn exported(
    doors: &Doors,
    who: &boundary::Principal,
    wanted: &Wanted,
) -> Result<Response, WebError> {
    let search = wanted.search(ENTRIES_AN_EXPORT)?;
    let file = doors.gate.export(who, &search, &wanted.format).await?;
    let name = format!("attachment; filename=\"ledger.{}\"", file.suffix);
    let mut response =
        ([(header::CONTENT_TYPE, file.media_type), (header::CACHE_CONTROL, "no-store")], file.text)
            .into_response();
    let headers = response.headers_mut();
    if let Ok(name) = HeaderValue::from_str(&name) {
        headers.insert(header::CONTENT_DISPOSITION, name);
    }
    if let Some(older) = file.older {
        headers.insert(OLDER, HeaderValue::from(older));
    }
    Ok(response)
}

/// `/metrics`: as if it were not there, for whoever may not read it.
pub(crate) async fn metrics(State(doors): State<Doors>, headers: HeaderMap) -> Response {
    let header = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let token = header.and_then(|header| header.strip_prefix("Bearer "));
    match doors.gate.metrics(token) {
        Some(text) => ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text)
            .into_response(),
        None => (http::StatusCode::NOT_FOUND, "not found\n").into_response(),
    }
}
