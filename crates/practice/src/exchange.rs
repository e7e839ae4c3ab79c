//! One request and its reply, free of any HTTP framework, so that a composite call can be taken apart into them.

use bytes::Bytes;
use http::{HeaderMap, Method};
use percent_encoding::percent_decode_str;
use serde_json::{Value as Json, json};

/// A request as the org answers it.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) method: Method,
    /// The path as sent.
    pub(crate) path: String,
    /// The path's parts, decoded, without empty ones: a slash at the end changes nothing.
    pub(crate) segments: Vec<String>,
    pub(crate) query: Vec<(String, String)>,
    /// The query string as sent.
    pub(crate) raw_query: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    /// Where it came from, for the logs.
    pub(crate) source: String,
    pub(crate) secure: bool,
}

impl Request {
    pub(crate) fn new(method: Method, target: &str, headers: HeaderMap, body: Bytes) -> Self {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let decode = |part: &str| percent_decode_str(part).decode_utf8_lossy().into_owned();
        Self {
            method,
            path: path.to_owned(),
            segments: path.split('/').filter(|part| !part.is_empty()).map(decode).collect(),
            query: form_urlencoded::parse(query.as_bytes()).into_owned().collect(),
            raw_query: query.to_owned(),
            headers,
            body,
            source: "127.0.0.1".to_owned(),
            secure: false,
        }
    }

    pub(crate) fn parameter(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The body as a form.
    pub(crate) fn form(&self) -> Vec<(String, String)> {
        form_urlencoded::parse(&self.body).into_owned().collect()
    }

    /// The body as JSON.
    pub(crate) fn json(&self) -> Result<Json, ApiError> {
        serde_json::from_slice(&self.body).map_err(|error| {
            // Only the place is told: the text of the error may quote the input.
            let place = format!("at [line:{}, column:{}]", error.line(), error.column());
            ApiError::new(
                400,
                "JSON_PARSER_ERROR",
                format!("Unexpected character or end of input {place}"),
            )
        })
    }

    /// Where this org is reached, as the caller sees it.
    pub(crate) fn origin(&self) -> String {
        let host = self.header("host").unwrap_or("localhost");
        format!("{}://{host}", if self.secure { "https" } else { "http" })
    }
}

/// The body of a reply.
#[derive(Clone, Debug)]
pub(crate) enum Body {
    Empty,
    Json(Json),
    /// Content type and content.
    Text(&'static str, String),
    Bytes(String, Vec<u8>),
}

/// What goes back.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Body,
}

impl Reply {
    pub(crate) fn json(status: u16, body: Json) -> Self {
        Self { status, headers: Vec::new(), body: Body::Json(body) }
    }

    pub(crate) fn ok(body: Json) -> Self {
        Self::json(200, body)
    }

    pub(crate) fn empty(status: u16) -> Self {
        Self { status, headers: Vec::new(), body: Body::Empty }
    }

    pub(crate) fn text(status: u16, kind: &'static str, body: String) -> Self {
        Self { status, headers: Vec::new(), body: Body::Text(kind, body) }
    }

    pub(crate) fn redirect(location: String) -> Self {
        Self::empty(302).with("location", location)
    }

    pub(crate) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// The body as JSON, as a composite reply embeds it.
    pub(crate) fn into_json(self) -> Json {
        match self.body {
            Body::Json(json) => json,
            // A description is kept as the text it was sent as.
            Body::Text(kind, text) if kind.starts_with("application/json") => {
                serde_json::from_str(&text).unwrap_or(Json::Null)
            }
            Body::Text(_, text) => Json::String(text),
            Body::Empty | Body::Bytes(..) => Json::Null,
        }
    }
}

/// An error in the shape and with the codes of the platform's REST API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ApiError {
    pub(crate) status: u16,
    pub(crate) code: &'static str,
    pub(crate) message: String,
    pub(crate) fields: Vec<String>,
}

impl ApiError {
    pub(crate) fn new(status: u16, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into(), fields: Vec::new() }
    }

    pub(crate) fn on(mut self, field: &str) -> Self {
        self.fields.push(field.to_owned());
        self
    }

    pub(crate) fn not_found() -> Self {
        Self::new(404, "NOT_FOUND", "The requested resource does not exist")
    }

    /// A record that is not there, or that the user may not see: the two must not differ.
    pub(crate) fn no_record() -> Self {
        Self::new(
            404,
            "NOT_FOUND",
            "Provided external ID field does not exist or is not accessible, or the requested resource does not exist",
        )
    }

    pub(crate) fn deleted() -> Self {
        Self::new(404, "ENTITY_IS_DELETED", "entity is deleted")
    }

    pub(crate) fn method_not_allowed(method: &Method) -> Self {
        let message =
            format!("HTTP Method '{method}' not allowed. Allowed are HEAD,GET,POST,PATCH,DELETE");
        Self::new(405, "METHOD_NOT_ALLOWED", message)
    }

    pub(crate) fn invalid_session() -> Self {
        Self::new(401, "INVALID_SESSION_ID", "Session expired or invalid")
    }

    pub(crate) fn insufficient() -> Self {
        Self::new(403, "INSUFFICIENT_ACCESS_OR_READONLY", "insufficient access rights on object id")
    }

    pub(crate) fn parser(message: impl Into<String>) -> Self {
        Self::new(400, "JSON_PARSER_ERROR", message)
    }

    pub(crate) fn unknown() -> Self {
        Self::new(500, "UNKNOWN_EXCEPTION", "An unexpected error occurred.")
    }

    /// One entry of the error array.
    pub(crate) fn to_json(&self) -> Json {
        if self.fields.is_empty() {
            json!({ "message": self.message, "errorCode": self.code })
        } else {
            json!({ "message": self.message, "errorCode": self.code, "fields": self.fields })
        }
    }

    /// One entry of a save result's `errors`, where the code has another name.
    pub(crate) fn to_save_error(&self) -> Json {
        json!({ "statusCode": self.code, "message": self.message, "fields": self.fields })
    }
}

impl From<ApiError> for Reply {
    fn from(error: ApiError) -> Self {
        Self::json(error.status, json!([error.to_json()]))
    }
}
