//! Error codes out of refusals. The texts beside them may quote values and are not read.

#[cfg(test)]
mod tests;

use std::time::Duration;

use http::HeaderMap;
use http::header::RETRY_AFTER;
use serde_json::Value;

use crate::EgressError;

/// What is said when an upstream gave no code, or none that looks like one.
pub(crate) const UNKNOWN: &str = "UNKNOWN";

/// A refusal, reduced to what may be repeated.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) code: String,
    /// API names of fields.
    pub(crate) fields: Vec<String>,
}

impl Refusal {
    /// Reads the shapes `[{"errorCode", "fields"}]` (REST), `{"error": "code"}` (OAuth) and
    /// `{"error": {"code", "type"}}` (models).
    pub(crate) fn read(body: &[u8]) -> Self {
        let body: Value = serde_json::from_slice(body).unwrap_or_default();
        let first = body.get(0).unwrap_or(&body);
        let error = first.get("error");
        let inner = |key| error.and_then(|it| it.get(key));
        let places = [first.get("errorCode"), error, inner("code"), inner("type")];
        let code = places.into_iter().flatten().find_map(|it| it.as_str().filter(|it| is_code(it)));
        let fields = first.get("fields").and_then(Value::as_array);
        let fields =
            fields.into_iter().flatten().filter_map(Value::as_str).filter(|it| is_code(it));
        Self {
            code: code.unwrap_or(UNKNOWN).to_owned(),
            fields: fields.take(64).map(str::to_owned).collect(),
        }
    }

    pub(crate) fn into_error(self, host: String, status: u16, headers: &HeaderMap) -> EgressError {
        EgressError::Refused { host, status, code: self.code, retry_after: retry_after(headers) }
    }
}

/// The form that codes and API names have, and that sentences have not.
fn is_code(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte);
    (1..=80).contains(&text.len()) && text.bytes().all(plain)
}

/// `Retry-After` in seconds, at most an hour. Its other form, a date, is left unread.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let seconds: u64 = headers.get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds.min(3600)))
}
