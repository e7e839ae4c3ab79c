//! An answer before it becomes a response, and what the headers say of how it was decided.

use axum::Json;
use axum::response::{IntoResponse, Response};
use gateway::{Direct, DirectAnswer, DirectLimits, GateError};
use http::{HeaderName, HeaderValue, StatusCode};
use serde_json::Value;

use crate::error::WebError;

/// `rule=matrix, entry=12`: what decided, and the ledger's entry that says so.
const DECISION: HeaderName = HeaderName::from_static("portcullis-decision");
/// Fields that were asked for and are not in the answer.
const WITHHELD: HeaderName = HeaderName::from_static("portcullis-withheld");
/// `capped` when the gate made fewer rows of it.
const ROWS: HeaderName = HeaderName::from_static("portcullis-rows");
/// `outsiders` when text that strangers can write is in it.
const TAINT: HeaderName = HeaderName::from_static("portcullis-taint");
/// The trace of the request, in every entry of it and in Salesforce's own logs.
const TRACE: HeaderName = HeaderName::from_static("portcullis-trace");
/// How many of the org's calls are used.
const USAGE: HeaderName = HeaderName::from_static("sforce-limit-info");
/// Names in one header.
const NAMED: usize = 60;

/// An answer, for a response or a part of a composite one.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: StatusCode,
    /// `None` for an empty body.
    pub(super) body: Option<Body>,
    pub(super) headers: Vec<(HeaderName, String)>,
    /// Whether it is about a write: nothing can refer to what is not there yet.
    pub(super) wrote: bool,
}

/// The body of an answer.
#[derive(Debug)]
pub(super) enum Body {
    Json(Value),
    Xml(String),
}

impl Answer {
    pub(super) fn new(status: StatusCode, body: Value) -> Self {
        Self { status, body: Some(Body::Json(body)), headers: Vec::new(), wrote: false }
    }

    pub(super) fn ok(body: Value) -> Self {
        Self::new(StatusCode::OK, body)
    }

    pub(super) fn empty(status: StatusCode) -> Self {
        Self { status, body: None, headers: Vec::new(), wrote: false }
    }

    pub(super) fn xml(status: StatusCode, text: String) -> Self {
        Self { status, body: Some(Body::Xml(text)), headers: Vec::new(), wrote: false }
    }

    pub(super) fn with(mut self, name: HeaderName, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    pub(super) fn is_good(&self) -> bool {
        self.status.is_success()
    }

    /// The JSON of it; `null` when it has none.
    pub(super) fn json(&self) -> Value {
        match &self.body {
            Some(Body::Json(json)) => json.clone(),
            _ => Value::Null,
        }
    }

    /// Says in headers how it was decided.
    pub(super) fn decided(self, answer: &DirectAnswer) -> Self {
        let entry = answer.entry.map_or_else(String::new, |entry| format!(", entry={entry}"));
        let mut decided = self.with(DECISION, format!("rule={}{entry}", answer.rule));
        if !answer.withheld.is_empty() {
            let names = answer.withheld.iter().map(|it| format!("{}.{}", it.object, it.field));
            let mut names: Vec<String> = names.collect();
            names.dedup();
            let more = names.len().saturating_sub(NAMED);
            names.truncate(NAMED);
            if more > 0 {
                names.push(format!("and {more} more"));
            }
            decided = decided.with(WITHHELD, names.join(", "));
        }
        if answer.capped {
            decided = decided.with(ROWS, "capped");
        }
        if answer.tainted {
            decided = decided.with(TAINT, "outsiders");
        }
        decided
    }

    /// The same for what the door itself decided.
    pub(super) fn by(self, rule: &str, entry: u64) -> Self {
        self.with(DECISION, format!("rule={rule}, entry={entry}"))
    }

    /// Adds what every answer of a request says.
    pub(super) async fn about(self, direct: &Direct) -> Self {
        let answer = self.with(TRACE, direct.trace());
        match direct.usage().await {
            Some((most, left)) => {
                let used = most.saturating_sub(left);
                answer.with(USAGE, format!("api-usage={used}/{most}"))
            }
            None => answer,
        }
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let mut response = match self.body {
            Some(Body::Json(json)) => (self.status, Json(json)).into_response(),
            Some(Body::Xml(text)) => {
                let kind = [(http::header::CONTENT_TYPE, "text/xml; charset=utf-8")];
                (self.status, kind, text).into_response()
            }
            None => self.status.into_response(),
        };
        for (name, value) in self.headers {
            if let Ok(value) = HeaderValue::try_from(value) {
                response.headers_mut().insert(name, value);
            }
        }
        response
    }
}

/// The limits as `/limits` has them.
pub(super) fn limits(limits: &DirectLimits) -> Value {
    let pair = |(most, left): (u64, u64)| serde_json::json!({ "Max": most, "Remaining": left });
    let mut all = serde_json::Map::new();
    if let Some(calls) = limits.calls {
        all.insert("DailyApiRequests".to_owned(), pair(calls));
    }
    all.insert("PortcullisRowsPerHour".to_owned(), pair(limits.rows));
    Value::Object(all)
}

pub(super) fn of_gate(error: GateError) -> WebError {
    error.into()
}
