//! Errors in OpenAI's shape.

#[cfg(test)]
mod tests;

use axum::Json;
use axum::response::{IntoResponse, Response};
use gateway::GateError;
use http::{HeaderValue, StatusCode, header};
use serde_json::{Value, json};

use crate::error::WebError;

/// An error on its way to a client of the API.
#[derive(Debug)]
pub(crate) struct ApiError(pub(crate) WebError);

impl<E: Into<WebError>> From<E> for ApiError {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        self.0.log();
        response(&self.0)
    }
}

/// The response: `{"error": {"message", "type", "param", "code"}}`.
pub(crate) fn response(error: &WebError) -> Response {
    let status = status(error);
    let mut response = (status, Json(body(error))).into_response();
    if matches!(status, StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE) {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
    }
    response
}

fn status(error: &WebError) -> StatusCode {
    match error {
        // OpenAI's clients know nothing of 421; and a key whose person has to sign in with the org
        // again is still a good key.
        WebError::ForeignHost | WebError::Gate(GateError::GrantEnded) => StatusCode::FORBIDDEN,
        other => other.status(),
    }
}

/// The body, which also ends a stream that cannot go on.
pub(crate) fn body(error: &WebError) -> Value {
    let param = match error {
        WebError::Gate(GateError::Invalid { member, .. }) => member.clone(),
        WebError::Gate(GateError::NotFound { what, .. }) => Some((*what).to_owned()),
        _ => None,
    };
    json!({ "error": {
        "message": message(error),
        "type": kind(status(error)),
        "param": param,
        "code": code(error),
    }})
}

fn message(error: &WebError) -> String {
    match error {
        WebError::Gate(GateError::BadKey) => {
            "the API key is missing or not valid; make one on the page of the gate, under API keys"
                .to_owned()
        }
        other => other.message(),
    }
}

fn code(error: &WebError) -> &'static str {
    match error {
        WebError::Gate(GateError::NotFound { what: "model", .. }) => "model_not_found",
        WebError::Gate(GateError::Busy) => "rate_limit_exceeded",
        other => other.code(),
    }
}

const fn kind(status: StatusCode) -> &'static str {
    match status.as_u16() {
        401 => "authentication_error",
        403 => "permission_error",
        429 => "rate_limit_error",
        500.. => "server_error",
        _ => "invalid_request_error",
    }
}
