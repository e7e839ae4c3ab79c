//! Errors as Salesforce has them: a list of `{"message", "errorCode", "fields"}`.

use axum::response::{IntoResponse as _, Response};
use gateway::{DirectAnswer, DirectRefusal, GateError};
use http::{HeaderName, HeaderValue, StatusCode, header};
use serde_json::{Value, json};

use super::answer::Answer;
use crate::error::WebError;

const DECISION: HeaderName = HeaderName::from_static("portcullis-decision");

/// Where something was named, which decides how Salesforce says that it is not there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// In a query.
    Query,
    /// In the path.
    Path,
    /// In the body of a write.
    Write,
}

/// One error, as Salesforce lists it.
pub(super) fn listed(code: &str, message: &str, fields: &[String]) -> Value {
    let mut error = json!({ "message": message, "errorCode": code });
    if !fields.is_empty()
        && let Some(error) = error.as_object_mut()
    {
        error.insert("fields".to_owned(), json!(fields));
    }
    json!([error])
}

/// An error of the door's own.
pub(super) fn of(status: u16, code: &str, message: &str) -> Answer {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST);
    Answer::new(status, listed(code, message, &[]))
}

/// What is not there, or not for this client.
pub(super) fn not_found() -> Answer {
    of(404, "NOT_FOUND", "The requested resource does not exist")
}

pub(super) fn method(method: &http::Method) -> Answer {
    let message = format!("HTTP Method '{method}' not allowed. Allowed are those of the reference");
    of(405, "METHOD_NOT_ALLOWED", &message)
}

/// A body that cannot be read.
pub(super) fn parser(message: &str) -> Answer {
    of(400, "JSON_PARSER_ERROR", message)
}

/// A refusal, in Salesforce's words.
pub(super) fn refused(answer: &DirectAnswer, refusal: &DirectRefusal, place: Place) -> Answer {
    let (status, code, message) = native(refusal, place);
    let body = listed(code, &message, &refusal.fields);
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST);
    Answer { wrote: place == Place::Write, ..Answer::new(status, body) }.decided(answer)
}

/// Status, code and words of a refusal.
pub(super) fn native(refusal: &DirectRefusal, place: Place) -> (u16, &str, String) {
    let words = refusal.native.as_ref().unwrap_or(&refusal.message).clone();
    let field = refusal.fields.first().map_or("", String::as_str);
    match (refusal.code.as_str(), place) {
        ("INVALID_TYPE" | "NOT_FOUND", Place::Path | Place::Write) => {
            (404, "NOT_FOUND", "The requested resource does not exist".to_owned())
        }
        // The matrix keeps the field from writes: what Salesforce says of a field that is read only.
        ("NOT_ALLOWED", _) => (
            400,
            "INVALID_FIELD_FOR_INSERT_UPDATE",
            format!(
                "Unable to create/update fields: {field}. Please check the security settings of this \
                 field and verify that it is read/write for your profile or permission set."
            ),
        ),
        ("INVALID_ARGUMENT", _) => (400, "JSON_PARSER_ERROR", words),
        ("INSUFFICIENT_ACCESS", Place::Write) => (403, "INSUFFICIENT_ACCESS_OR_READONLY", words),
        (code, _) => (status_of(code), code, words),
    }
}

/// The status that goes with a code of Salesforce's.
pub(super) fn status_of(code: &str) -> u16 {
    match code {
        "INVALID_SESSION_ID" | "INVALID_AUTH_HEADER" => 401,
        "REQUEST_LIMIT_EXCEEDED"
        | "API_DISABLED_FOR_ORG"
        | "INSUFFICIENT_ACCESS"
        | "INSUFFICIENT_ACCESS_OR_READONLY"
        | "FUNCTIONALITY_NOT_ENABLED" => 403,
        "NOT_FOUND" | "ENTITY_IS_DELETED" => 404,
        "METHOD_NOT_ALLOWED" => 405,
        "UNSUPPORTED_MEDIA_TYPE" => 415,
        "UNKNOWN_EXCEPTION" => 500,
        "SERVER_UNAVAILABLE" => 503,
        _ => 400,
    }
}

/// An error of the gate or of the request, as a response.
pub(crate) fn response(error: &WebError) -> Response {
    let (status, code) = match error {
        WebError::Gate(GateError::BadKey | GateError::SignInNeeded | GateError::GrantEnded) => {
            (401, "INVALID_SESSION_ID")
        }
        WebError::Gate(GateError::Busy | GateError::Ledger) => (503, "SERVER_UNAVAILABLE"),
        WebError::Gate(GateError::Invalid { .. }) | WebError::Malformed(_) => {
            (400, "JSON_PARSER_ERROR")
        }
        WebError::Gate(GateError::NotFound { .. }) | WebError::NoSuchPage => (404, "NOT_FOUND"),
        WebError::Gate(GateError::Salesforce(code)) if is_code(code) => {
            (status_of(code), code.as_str())
        }
        WebError::Gate(_) | WebError::Panicked => (500, "UNKNOWN_EXCEPTION"),
        WebError::TooLarge(_) => (413, "REQUEST_ENTITY_TOO_LARGE"),
        WebError::MediaType(_) => (415, "UNSUPPORTED_MEDIA_TYPE"),
        WebError::Method => (405, "METHOD_NOT_ALLOWED"),
        WebError::TooSlow => (408, "REQUEST_TIMEOUT"),
        other => (other.status().as_u16(), "INSUFFICIENT_ACCESS"),
    };
    let message = match error {
        WebError::Gate(GateError::BadKey | GateError::SignInNeeded) => {
            "Session expired or invalid".to_owned()
        }
        other => other.message(),
    };
    let mut response = of(status, code, &message).into_response();
    if let Ok(rule) = HeaderValue::try_from(format!("rule={}", error.code())) {
        response.headers_mut().insert(DECISION, rule);
    }
    if status == 503 {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
    }
    response
}

/// An error code of Salesforce's, and not words about one.
fn is_code(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|it| it.is_ascii_uppercase() || it == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(code: &str, native: Option<&str>) -> DirectRefusal {
        DirectRefusal {
            code: code.to_owned(),
            message: "Contact.Score__c may not be used here: our formula".to_owned(),
            native: native.map(str::to_owned),
            fields: vec!["Score__c".to_owned()],
        }
    }

    #[test]
    fn a_refusal_of_the_policy_says_nothing_of_the_policy() {
        let hidden = refusal("INVALID_FIELD", Some("No such column 'Score__c'"));
        let (status, code, words) = native(&hidden, Place::Query);
        assert_eq!(
            (status, code, words.as_str()),
            (400, "INVALID_FIELD", "No such column 'Score__c'")
        );
        let written = refusal("NOT_ALLOWED", None);
        let (status, code, words) = native(&written, Place::Write);
        assert_eq!((status, code), (400, "INVALID_FIELD_FOR_INSERT_UPDATE"));
        assert!(!words.contains("formula"), "{words}");
        let object = refusal("INVALID_TYPE", None);
        assert_eq!(native(&object, Place::Path).0, 404);
        assert_eq!(native(&object, Place::Query).0, 400);
    }

    #[test]
    fn a_stranger_gets_the_list_that_clients_take_apart() {
        let response = response(&WebError::Gate(GateError::BadKey));
        assert_eq!(response.status(), 401);
        let response = super::response(&WebError::Gate(GateError::Salesforce("it broke".into())));
        assert_eq!(response.status(), 500);
    }
}
