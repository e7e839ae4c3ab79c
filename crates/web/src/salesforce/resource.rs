//! A request taken apart, and the way from its path to what answers it.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, Method, header};
use serde_json::{Map, Value};

use super::answer::Answer;
use super::{Context, Outcome, closed, collections, composite, describe, error, query, records};
use super::{search, write};
use crate::body::media_type;
use crate::error::WebError;

/// How many rows a page has.
const OPTIONS: HeaderName = HeaderName::from_static("sforce-query-options");
/// What the client would like: `wait=20`.
const PREFER: HeaderName = HeaderName::from_static("prefer");

/// A request, or a part of a composite one.
#[derive(Debug)]
pub(super) struct Call {
    pub(super) method: Method,
    /// Parts of the path, decoded.
    pub(super) path: Vec<String>,
    query: Vec<(String, String)>,
    payload: Payload,
}

#[derive(Debug)]
enum Payload {
    Bytes(Bytes),
    Json(Value),
}

/// What the headers ask for.
#[derive(Clone, Debug, Default)]
pub(super) struct Wants {
    /// Rows of a page.
    pub(super) page: Option<u16>,
    /// How long to wait for a decision about a write.
    pub(super) wait: Option<Duration>,
    /// `If-None-Match`
    pub(super) tag: Option<String>,
    /// `If-Modified-Since`
    pub(super) since: Option<String>,
}

impl Call {
    pub(super) fn read(parts: &http::request::Parts, body: Bytes) -> Result<Self, WebError> {
        let (path, query) = apart(parts.uri.path(), parts.uri.query().unwrap_or_default());
        let kind = media_type(&parts.headers);
        let forms = kind == "application/x-www-form-urlencoded";
        let data = path.get(1).is_some_and(|it| it == "data");
        if data && !body.is_empty() && kind != "application/json" {
            return Err(WebError::MediaType("application/json"));
        }
        if !data && !body.is_empty() && !forms && path.get(1).is_some_and(|it| it == "oauth2") {
            return Err(WebError::MediaType("application/x-www-form-urlencoded"));
        }
        let mut method = parts.method.clone();
        // Clients that know no PATCH say it like this.
        let other = query.iter().find(|(name, _)| name == "_HttpMethod").map(|(_, it)| it);
        if method == Method::POST
            && let Some(other) = other
        {
            method = Method::from_bytes(other.to_ascii_uppercase().as_bytes())
                .map_err(|_| WebError::Method)?;
        }
        if method == Method::HEAD {
            method = Method::GET;
        }
        Ok(Self { method, path, query, payload: Payload::Bytes(body) })
    }

    /// A part of a composite request. `url` is an address of this server, or one below
    /// `/services/data`.
    pub(super) fn part(method: &str, url: &str, body: Option<Value>) -> Option<Self> {
        let method = Method::from_bytes(method.to_ascii_uppercase().as_bytes()).ok()?;
        let (path, query) = url.split_once('?').unwrap_or((url, ""));
        let (path, query) = apart(path, query);
        let payload = Payload::Json(body.unwrap_or(Value::Null));
        Some(Self { method, path, query, payload })
    }

    /// The only value of a parameter.
    pub(super) fn one(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// A parameter that is a list with commas.
    pub(super) fn list(&self, name: &str) -> Option<Vec<String>> {
        let list = self.one(name)?.split(',').map(str::trim).filter(|it| !it.is_empty());
        Some(list.map(str::to_owned).collect())
    }

    /// The body as a form.
    pub(super) fn form(&self) -> Vec<(String, String)> {
        match &self.payload {
            Payload::Bytes(bytes) => form_urlencoded::parse(bytes).into_owned().collect(),
            Payload::Json(_) => Vec::new(),
        }
    }

    /// The body as JSON.
    pub(super) fn json(&self) -> Result<Value, Answer> {
        match &self.payload {
            Payload::Json(json) => Ok(json.clone()),
            Payload::Bytes(bytes) => serde_json::from_slice(bytes).map_err(|error| {
                let (line, column) = (error.line(), error.column());
                error::parser(&format!("the body is not JSON at [line:{line}, column:{column}]"))
            }),
        }
    }

    /// The body as a JSON object.
    pub(super) fn object(&self) -> Result<Map<String, Value>, Answer> {
        match self.json()? {
            Value::Object(object) => Ok(object),
            _ => Err(error::parser("the body has to be a JSON object")),
        }
    }

    /// The fields of a record in the body, without what is said of the record itself.
    pub(super) fn fields(&self) -> Result<Map<String, Value>, Answer> {
        let mut fields = self.object()?;
        fields.retain(|name, _| name != "attributes");
        Ok(fields)
    }
}

impl Wants {
    pub(super) fn of(headers: &HeaderMap) -> Self {
        let text = |name: &HeaderName| Some(headers.get(name)?.to_str().ok()?.to_owned());
        let page = text(&OPTIONS).and_then(|it| {
            let mut parts = it.split([',', ';']).filter_map(|part| part.split_once('='));
            let (_, rows) =
                parts.find(|(name, _)| name.trim().eq_ignore_ascii_case("batchSize"))?;
            rows.trim().parse().ok()
        });
        let wait = text(&PREFER).and_then(|it| {
            let mut parts = it.split([',', ';']).filter_map(|part| part.split_once('='));
            let (_, seconds) = parts.find(|(name, _)| name.trim().eq_ignore_ascii_case("wait"))?;
            seconds.trim().parse().ok().map(Duration::from_secs)
        });
        let (tag, since) = (text(&header::IF_NONE_MATCH), text(&header::IF_MODIFIED_SINCE));
        Self { page, wait, tag, since }
    }
}

/// The answer to a whole request: composite ones too.
pub(super) async fn whole(context: &Context<'_>, call: &Call, path: &[&str]) -> Outcome {
    match path {
        ["composite", what @ ("sobjects" | "tree" | "batch" | "graph"), rest @ ..] => {
            match (*what, rest) {
                ("sobjects", rest) => collections::answer(context, call, rest).await,
                ("tree", [object]) => collections::tree(context, call, object).await,
                ("batch", []) => composite::batch(context, call).await,
                ("graph", []) => composite::graph(context, call).await,
                _ => closed::closed(context.direct, "composite").await,
            }
        }
        ["composite"] => composite::composite(context, call).await,
        _ => simple(context, call, path).await,
    }
}

/// The answer to a request that is not made of others.
pub(super) async fn simple(context: &Context<'_>, call: &Call, path: &[&str]) -> Outcome {
    let method = call.method.as_str();
    match (method, path) {
        ("GET", []) => Ok(describe::resources(context)),
        ("GET", ["sobjects"]) => describe::all(context).await,
        ("GET", ["sobjects", object]) => describe::basic(context, object).await,
        ("POST", ["sobjects", object]) => write::create(context, call, object).await,
        ("GET", ["sobjects", object, "describe"]) => describe::full(context, object).await,
        ("GET", ["sobjects", object, what @ ("updated" | "deleted")]) => {
            query::changed(context, call, object, *what == "deleted").await
        }
        (
            _,
            ["sobjects", _, _, "password" | "approvalLayouts"]
            | ["sobjects", _, "describe" | "quickActions" | "listviews" | "relevantItems", ..],
        ) => closed::closed(context.direct, "sobjects").await,
        ("GET", ["sobjects", object, id]) => records::get(context, call, object, id).await,
        ("PATCH", ["sobjects", object, id]) => write::update(context, call, object, id).await,
        ("DELETE", ["sobjects", object, id]) => write::delete(context, object, id).await,
        ("GET", ["sobjects", object, field, value]) => {
            records::get_by(context, call, (object, field, value)).await
        }
        ("PATCH", ["sobjects", object, field, value]) => {
            write::upsert(context, call, (object, field, value)).await
        }
        ("DELETE", ["sobjects", object, field, value]) => {
            write::delete_by(context, (object, field, value)).await
        }
        ("GET", ["query" | "queryAll"]) if call.one("explain").is_some() => {
            closed::closed(context.direct, "tooling").await
        }
        ("GET", ["query"]) => query::query(context, call, false).await,
        ("GET", ["queryAll"]) => query::query(context, call, true).await,
        ("GET", ["query" | "queryAll", cursor]) => query::more(context, cursor).await,
        ("GET", ["search"]) => search::sosl(context, call).await,
        ("GET" | "POST", ["parameterizedSearch"]) => search::parameters(context, call).await,
        ("GET", ["limits"]) => describe::limits(context).await,
        ("GET", ["recent"]) => search::recent(context, call).await,
        (
            _,
            []
            | ["sobjects" | "query" | "queryAll" | "search" | "limits" | "recent"]
            | ["sobjects", _]
            | ["sobjects", _, _]
            | ["sobjects", _, _, _],
        ) => Ok(error::method(&call.method)),
        (_, [first, ..]) => closed::closed(context.direct, first).await,
    }
}

/// Path and parameters, decoded. Slashes at the end say nothing.
fn apart(path: &str, query: &str) -> (Vec<String>, Vec<(String, String)>) {
    let mut parts: Vec<String> = path.trim_start_matches('/').split('/').map(decoded).collect();
    while parts.last().is_some_and(String::is_empty) {
        parts.pop();
    }
    let query = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    (parts, query)
}

/// A part of a path without its escapes. What is no text becomes what names nothing.
fn decoded(part: &str) -> String {
    let bytes = part.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let digit = |at: usize| char::from(*bytes.get(at)?).to_digit(16);
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let escaped = digit(at + 1).zip(digit(at + 2)).filter(|_| byte == b'%');
        let escaped = escaped.and_then(|(high, low)| u8::try_from(high * 16 + low).ok());
        at += if escaped.is_some() { 3 } else { 1 };
        out.push(escaped.unwrap_or(byte));
    }
    String::from_utf8(out).unwrap_or_else(|_| "\u{fffd}".to_owned())
}

/// Everything but unreserved characters as `%XX`, for a value in an address.
pub(super) fn escaped(text: &str) -> String {
    use std::fmt::Write as _;
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            // A string takes whatever is written to it.
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_part_is_taken_apart() {
        let url = "/services/data/v59.0/query/?q=SELECT+Id+FROM%20Contact&x=%7BEMAIL_2%7D";
        let call = Call::part("get", url, None).unwrap();
        assert_eq!(call.method, Method::GET);
        assert_eq!(call.path, ["services", "data", "v59.0", "query"]);
        assert_eq!(call.one("q"), Some("SELECT Id FROM Contact"));
        assert_eq!(call.one("x"), Some("{EMAIL_2}"));
        assert_eq!(decoded("%7Ba%2Fb%zz%a%"), "{a/b%zz%a%");
    }

    #[test]
    fn headers_are_wishes() {
        let mut headers = HeaderMap::new();
        headers.insert("sforce-query-options", "batchSize=200".parse().unwrap());
        headers.insert("prefer", "respond-async, wait=20".parse().unwrap());
        let wants = Wants::of(&headers);
        assert_eq!((wants.page, wants.wait), (Some(200), Some(Duration::from_secs(20))));
        headers.insert("prefer", "wait=soon".parse().unwrap());
        headers.insert("sforce-query-options", "batchSize=many".parse().unwrap());
        let wants = Wants::of(&headers);
        assert_eq!((wants.page, wants.wait), (None, None));
    }

    proptest! {
        #[test]
        fn what_is_escaped_reads_back(text in ".*") {
            prop_assert_eq!(decoded(&escaped(&text)), text);
        }
    }
}
