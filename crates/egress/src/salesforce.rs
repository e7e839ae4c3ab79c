//! The door to Salesforce.

use std::fmt;
use std::future::Future;
use std::str::FromStr;

use boundary::{Approved, Fetch, Method, Raw, Wire};
use bytes::Bytes;
use http::header::{
    ACCEPT, AUTHORIZATION, CONTENT_TYPE, ETAG, HeaderName, IF_MODIFIED_SINCE, IF_NONE_MATCH,
    IF_UNMODIFIED_SINCE, LAST_MODIFIED,
};
use http::{HeaderMap, HeaderValue, Request, StatusCode};
use http_body_util::Full;
use keys::AccessToken;
use serde_json::Value;
use zeroize::Zeroizing;

use crate::code::Refusal;
use crate::line::{Answer, Line, Reuse};
use crate::moment::http_date;
use crate::{Address, Clear, EgressError, Form, Limits, Metadata, Stamp, Trail, Trust, WriteError};

/// Salesforce writes it into its own logs, so that its lines can be joined with ours.
const TRACE: HeaderName = HeaderName::from_static("x-sfdc-request-id");

/// How many rows a page has.
const OPTIONS: HeaderName = HeaderName::from_static("sforce-query-options");

/// The one refusal that proves that nothing was executed and a new token may help.
const EXPIRED: &str = "INVALID_SESSION_ID";

/// A version of the REST API: `68.0`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ApiVersion(u16);

impl FromStr for ApiVersion {
    type Err = EgressError;

    /// Reads `68.0` or `v68.0`.
    fn from_str(text: &str) -> Result<Self, EgressError> {
        let number = text.strip_prefix('v').unwrap_or(text).strip_suffix(".0");
        let number = number.and_then(|it| it.parse().ok()).filter(|it| (30..1000).contains(it));
        number.map(Self).ok_or_else(|| EgressError::Address {
            text: text.to_owned(),
            expected: "an API version such as `68.0`",
        })
    }
}

impl fmt::Display for ApiVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.0", self.0)
    }
}

/// Supplies one person's access token, and another one when the first has expired.
pub trait Bearer: Sync {
    /// What goes wrong.
    type Error: From<EgressError> + Send;

    /// The token to try first.
    fn token(&self) -> impl Future<Output = Result<AccessToken, Self::Error>> + Send;

    /// A newer token than the one that Salesforce has just called expired.
    fn renewed(
        &self,
        expired: &AccessToken,
    ) -> impl Future<Output = Result<AccessToken, Self::Error>> + Send;
}

/// The answer to a read.
#[derive(Debug)]
pub struct Reply {
    /// The body, labelled, for [`boundary::Records::parse`].
    pub body: Raw<Vec<u8>>,
    /// Size of the body.
    pub bytes: u64,
    /// The id under which Salesforce keeps the request in its own logs: what it answers with, or
    /// else what it was sent.
    pub request: String,
}

/// A write that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// Id of the record, when it is new and Salesforce told it.
    pub id: Option<String>,
}

/// The door to one org.
pub struct SalesforceDoor {
    line: Line,
    version: ApiVersion,
}

impl SalesforceDoor {
    /// A door to the org at `instance`, such as `https://acme.my.salesforce.com`. Opens nothing
    /// yet.
    pub fn new(
        instance: Address,
        trust: &Trust,
        limits: Limits,
        version: ApiVersion,
    ) -> Result<Self, EgressError> {
        Ok(Self { line: Line::new(instance, trust, limits)?, version })
    }

    /// Where it leads.
    pub fn instance(&self) -> &Address {
        self.line.address()
    }

    /// Which version it speaks.
    pub fn version(&self) -> ApiVersion {
        self.version
    }

    /// Carries out a read. An expired token is renewed, once.
    pub async fn fetch<B: Bearer>(&self, fetch: Fetch, bearer: &B) -> Result<Reply, B::Error> {
        let label = fetch.label_of_reply();
        let wire = fetch.into_wire();
        let mut token = bearer.token().await?;
        let mut renewed = false;
        loop {
            let mut answer = self.send(&wire, &token, Reuse::Freely).await?;
            let status = answer.response.status();
            if status.is_success() {
                let request = request_id(answer.response.headers());
                let mut body = answer.body.whole().await?;
                let bytes = body.len() as u64;
                let body = Raw::new(std::mem::take(&mut *body), label);
                let request = request.unwrap_or_else(|| wire.trace.clone());
                return Ok(Reply { body, bytes, request });
            }
            let error = self.refused(answer).await;
            if status != StatusCode::UNAUTHORIZED || renewed {
                return Err(error.into());
            }
            token = bearer.renewed(&token).await?;
            renewed = true;
        }
    }

    /// Carries out a write, once. It is sent again only when Salesforce says that the token had
    /// expired, for then nothing was executed.
    pub async fn write<B: Bearer>(
        &self,
        approved: Approved,
        bearer: &B,
    ) -> Result<Written, WriteError<B::Error>> {
        let wire = approved.into_wire();
        let mut token = bearer.token().await.map_err(WriteError::NotSent)?;
        let mut renewed = false;
        loop {
            let sent = self.send(&wire, &token, Reuse::Never).await;
            let mut answer = sent.map_err(|error| {
                if error.may_have_been_sent() {
                    WriteError::Unknown(error)
                } else {
                    WriteError::NotSent(error.into())
                }
            })?;
            let status = answer.response.status();
            if status.is_success() {
                let body = answer.body.whole().await;
                return self.written(status, body).map_err(WriteError::Unknown);
            }
            let headers = answer.response.headers().clone();
            let refusal = Refusal::read(&answer.body.refusal().await);
            if status.is_server_error() || status.is_informational() {
                let (host, status) = (self.line.host(), status.as_u16());
                return Err(WriteError::Unknown(refusal.into_error(host, status, &headers)));
            }
            let expired = status == StatusCode::UNAUTHORIZED && refusal.code == EXPIRED;
            if renewed || !expired {
                let Refusal { code, fields } = refusal;
                return Err(WriteError::Refused { status: status.as_u16(), code, fields });
            }
            token = bearer.renewed(&token).await.map_err(WriteError::NotSent)?;
            renewed = true;
        }
    }

    /// What a success of this status says about a write.
    ///
    /// 201 and 204 are how Salesforce says that a write happened, whether or not the rest of
    /// the answer arrives. Any other success has to say so in its body.
    fn written(
        &self,
        status: StatusCode,
        body: Result<Zeroizing<Vec<u8>>, EgressError>,
    ) -> Result<Written, EgressError> {
        let certain = matches!(status, StatusCode::CREATED | StatusCode::NO_CONTENT);
        match body {
            Ok(body) if certain || new_id(&body).is_some() => Ok(Written { id: new_id(&body) }),
            Err(_) if certain => Ok(Written { id: None }),
            Ok(body) => {
                let refusal = Refusal::read(&body);
                Err(refusal.into_error(self.line.host(), status.as_u16(), &HeaderMap::new()))
            }
            Err(error) => Err(error),
        }
    }

    /// Asks one of the questions whose answers may be read in the clear.
    pub async fn metadata(
        &self,
        metadata: &Metadata,
        token: Option<&AccessToken>,
    ) -> Result<Clear, EgressError> {
        let (path, form) = self.place(metadata)?;
        let mut builder = Request::get(self.line.address().target(&path)?);
        let mut body = Full::default();
        let mut reuse = Reuse::Freely;
        if let Some(form) = form {
            builder = Request::post(self.line.address().target(&path)?)
                .header(CONTENT_TYPE, "application/x-www-form-urlencoded");
            body = Full::new(Bytes::copy_from_slice(form.as_bytes()));
            // A refresh token may be good for one use only.
            reuse = Reuse::Never;
        }
        if let Metadata::Describe { known, .. } = metadata {
            for (name, value) in
                [(IF_NONE_MATCH, &known.etag), (IF_MODIFIED_SINCE, &known.modified)]
            {
                if let Some(value) = value {
                    builder = builder.header(name, value);
                }
            }
        }
        // No entry of the ledger stands for it; the id tells calls apart in Salesforce's logs.
        let id = keys::random_hex(&mut keys::OsRandom)
            .map_err(|_| EgressError::Request { reason: "there is no randomness for its id" })?;
        builder = builder.header(TRACE, id);
        let mut request = builder.header(ACCEPT, "application/json").body(body).map_err(unfit)?;
        if let Some(token) = token {
            request.headers_mut().insert(AUTHORIZATION, bearer_header(token.expose())?);
        }
        let mut answer = self.line.ask(request, reuse, false).await?;
        match answer.response.status() {
            StatusCode::NOT_MODIFIED => Ok(Clear::Unchanged),
            status if status.is_success() => {
                let stamp = stamp(answer.response.headers());
                Ok(Clear::Fresh { body: answer.body.whole().await?, stamp })
            }
            _ => Err(self.refused(answer).await),
        }
    }

    fn place<'a>(&self, metadata: &'a Metadata) -> Result<(String, Option<&'a Form>), EgressError> {
        let data = format!("/services/data/v{}", self.version);
        let oauth = |name| format!("/services/oauth2/{name}");
        Ok(match metadata {
            Metadata::Versions => ("/services/data".to_owned(), None),
            Metadata::Objects => (format!("{data}/sobjects"), None),
            Metadata::Describe { object, .. } => {
                (format!("{data}/sobjects/{}/describe", plain_object(object)?), None)
            }
            Metadata::Classification { object } => {
                let soql = format!(
                    "SELECT+QualifiedApiName,Label,DataType,SecurityClassification,ComplianceGroup,\
                     EntityDefinition.QualifiedApiName+FROM+FieldDefinition+\
                     WHERE+EntityDefinition.QualifiedApiName='{}'",
                    plain_object(object)?
                );
                (format!("{data}/tooling/query/?q={soql}"), None)
            }
            Metadata::Profile { user } => {
                let user = plain_object(user)?;
                let soql = format!("SELECT+Profile.Name+FROM+User+WHERE+Id='{user}'");
                (format!("{data}/query/?q={soql}"), None)
            }
            Metadata::PermissionSets { user, now } => {
                let (user, now) = (plain_object(user)?, plain_moment(now)?);
                let soql = format!(
                    "SELECT+PermissionSet.Name+FROM+PermissionSetAssignment+WHERE+AssigneeId='{user}'\
                     +AND+(ExpirationDate=null+OR+ExpirationDate%3E{now})"
                );
                (format!("{data}/query/?q={soql}"), None)
            }
            Metadata::EventLogs { since, after } => {
                let since = plain_moment(since)?;
                let beyond = match after.as_str() {
                    "" => String::new(),
                    after => format!("+AND+Id%3E'{}'", plain_object(after)?),
                };
                let rows = Trail::ROWS;
                let soql = format!(
                    "SELECT+Id+FROM+EventLogFile+WHERE+EventType='RestApi'+AND+LogDate%3E={since}\
                     {beyond}+ORDER+BY+Id+LIMIT+{rows}"
                );
                (format!("{data}/query/?q={soql}"), None)
            }
            Metadata::EventLog { id } => {
                (format!("{data}/sobjects/EventLogFile/{}/LogFile", plain_object(id)?), None)
            }
            Metadata::Trail(trail) => {
                let soql = trail.soql(plain_object, plain_moment)?;
                (format!("{data}/query/?q={soql}"), None)
            }
            Metadata::UserInfo => (oauth("userinfo"), None),
            Metadata::Limits => (format!("{data}/limits"), None),
            Metadata::Token(form) => (oauth("token"), Some(form)),
            Metadata::Revoke(form) => (oauth("revoke"), Some(form)),
            Metadata::Introspect(form) => (oauth("introspect"), Some(form)),
        })
    }

    async fn send(
        &self,
        wire: &Wire,
        token: &AccessToken,
        reuse: Reuse,
    ) -> Result<Answer, EgressError> {
        let path = format!("/services/data/v{}/{}", self.version, *wire.path);
        let method = match wire.method {
            Method::Get => http::Method::GET,
            Method::Post => http::Method::POST,
            Method::Patch => http::Method::PATCH,
            Method::Delete => http::Method::DELETE,
        };
        let mut request = Request::builder()
            .method(method)
            .uri(self.line.address().target(&path)?)
            .header(ACCEPT, "application/json")
            .header(TRACE, &wire.trace);
        if let Some(rows) = wire.page {
            request = request.header(OPTIONS, format!("batchSize={rows}"));
        }
        // Salesforce holds it against the record for a change (412), and ignores it for a deletion (REST
        // API developer guide, "Conditional Requests"); the version is compared here before, too.
        if let Some(since) = wire.unchanged_since.as_deref().and_then(http_date) {
            request = request.header(IF_UNMODIFIED_SINCE, since);
        }
        let mut body = Full::default();
        if let Some(bytes) = &wire.body {
            request = request.header(CONTENT_TYPE, "application/json");
            body = Full::new(Bytes::copy_from_slice(bytes));
        }
        let mut request = request.body(body).map_err(unfit)?;
        request.headers_mut().insert(AUTHORIZATION, bearer_header(token.expose())?);
        self.line.ask(request, reuse, false).await
    }

    async fn refused(&self, answer: Answer) -> EgressError {
        let status = answer.response.status().as_u16();
        let refusal = Refusal::read(&answer.body.refusal().await);
        refusal.into_error(self.line.host(), status, answer.response.headers())
    }
}

impl fmt::Debug for SalesforceDoor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SalesforceDoor({} v{})", self.line.address(), self.version)
    }
}

/// `Authorization: Bearer`, marked so that no debug output shows it.
pub(crate) fn bearer_header(secret: &str) -> Result<HeaderValue, EgressError> {
    let mut value = HeaderValue::try_from(format!("Bearer {secret}"))
        .map_err(|_| EgressError::Request { reason: "a token cannot stand in a header" })?;
    value.set_sensitive(true);
    Ok(value)
}

pub(crate) fn unfit<E>(_: E) -> EgressError {
    EgressError::Request { reason: "a part of it cannot stand in a header" }
}

/// A moment as SOQL writes it, and nothing else.
fn plain_moment(text: &str) -> Result<&str, EgressError> {
    let plain = |byte: u8| byte.is_ascii_digit() || b"-:.TZ".contains(&byte);
    if text.bytes().all(plain) {
        Ok(text)
    } else {
        Err(EgressError::Request { reason: "a moment has another form" })
    }
}

/// An API name has letters, digits and `_`: it becomes a part of an address.
fn plain_object(object: &str) -> Result<&str, EgressError> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    if object.is_empty() || !object.bytes().all(plain) {
        return Err(EgressError::Request { reason: "the object has no API name" });
    }
    Ok(object)
}

fn stamp(headers: &HeaderMap) -> Stamp {
    let text = |name| Some(headers.get(name)?.to_str().ok()?.to_owned());
    Stamp { etag: text(ETAG), modified: text(LAST_MODIFIED) }
}

/// The id of a request as an answer tells it, when it has the form of one.
fn request_id(headers: &HeaderMap) -> Option<String> {
    let id = headers.get(TRACE)?.to_str().ok()?;
    let sound = matches!(id.len(), 22 | 32) && id.bytes().all(|it| it.is_ascii_alphanumeric());
    sound.then(|| id.to_owned())
}

/// The id in the answer to a creation, when it has the form of one.
fn new_id(body: &[u8]) -> Option<String> {
    let body: Value = serde_json::from_slice(body).ok()?;
    let id = body.get("id")?.as_str()?;
    let sound = matches!(id.len(), 15 | 18) && id.bytes().all(|it| it.is_ascii_alphanumeric());
    sound.then(|| id.to_owned())
}
