//! An org on a loopback port, and a client that signs in to it like a browser and an app together.

use std::sync::{Arc, Mutex, OnceLock};

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use bytes::Bytes;
use http::{HeaderMap, Method, Request};
use http_body_util::{BodyExt, Full};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use jiff::Timestamp;
use jiff::civil::date;
use practice::{ExternalClientApp, Org, OrgConfig};
use serde_json::Value as Json;
use sha2::{Digest, Sha256};

pub(crate) const REDIRECT: &str = "http://127.0.0.1:9/callback";
pub(crate) const CLIENT: &str = "gate";
pub(crate) const SECRET: &str = "gate-secret";
pub(crate) const VERIFIER: &str = "a-verifier-that-is-long-enough-to-be-taken-as-one";

pub(crate) const MAYA: &str = "maya.lindqvist@practice.example";
pub(crate) const TOM: &str = "tom.okafor@practice.example";
pub(crate) const ELENA: &str = "elena.marchetti@practice.example";
pub(crate) const INGRID: &str = "ingrid.solheim@practice.example";
pub(crate) const SAM: &str = "sam.whitfield@practice.example";

/// A served org.
pub(crate) struct Served {
    pub(crate) org: Arc<Org>,
    pub(crate) base: String,
    pub(crate) clock: Arc<Mutex<Timestamp>>,
    pub(crate) folder: tempfile::TempDir,
    client: Client<HttpConnector, Full<Bytes>>,
}

/// A reply, read to its end.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Json {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("no JSON: {self:?}"))
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The error code of an error reply.
    pub(crate) fn code(&self) -> String {
        self.json()[0]["errorCode"].as_str().unwrap_or_default().to_owned()
    }
}

pub(crate) fn app() -> ExternalClientApp {
    ExternalClientApp {
        client_id: CLIENT.to_owned(),
        client_secret: Some(SECRET.to_owned()),
        name: "The gate".to_owned(),
        redirect_uris: vec![REDIRECT.to_owned()],
        ..ExternalClientApp::default()
    }
}

/// One seeded folder, copied for each test: seeding in a debug build takes its time.
fn seeded() -> &'static std::path::Path {
    static SEEDED: OnceLock<tempfile::TempDir> = OnceLock::new();
    SEEDED
        .get_or_init(|| {
            let folder = tempfile::tempdir().unwrap();
            drop(Org::open(OrgConfig::new(folder.path(), 1, date(2026, 11, 22))).unwrap());
            folder
        })
        .path()
}

pub(crate) async fn served() -> Served {
    served_with(|_| {}).await
}

pub(crate) async fn served_with(change: impl FnOnce(&mut OrgConfig)) -> Served {
    let folder = tempfile::tempdir().unwrap();
    for entry in std::fs::read_dir(seeded()).unwrap() {
        let entry = entry.unwrap();
        std::fs::copy(entry.path(), folder.path().join(entry.file_name())).unwrap();
    }
    let clock = Arc::new(Mutex::new("2026-11-22T12:00:00Z".parse().unwrap()));
    let mut config = OrgConfig::new(folder.path(), 1, date(2026, 11, 22));
    let time = Arc::clone(&clock);
    config.clock = Arc::new(move || *time.lock().unwrap());
    change(&mut config);
    let org = Org::open(config).unwrap();
    org.register_client(app()).unwrap();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(practice::serve(Arc::clone(&org), listener, std::future::pending()));
    let client = Client::builder(TokioExecutor::new()).build_http();
    Served { org, base, clock, folder, client }
}

impl Served {
    pub(crate) fn later(&self, seconds: i64) {
        let mut now = self.clock.lock().unwrap();
        *now += jiff::SignedDuration::from_secs(seconds);
    }

    pub(crate) async fn try_send(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<Bytes>,
    ) -> Option<Answer> {
        let uri =
            if path.starts_with("http") { path.to_owned() } else { format!("{}{path}", self.base) };
        let mut request = Request::builder().method(method).uri(uri);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Full::new(body.into())).unwrap();
        let response = self.client.request(request).await.ok()?;
        let (parts, body) = response.into_parts();
        let body = body.collect().await.ok()?.to_bytes();
        Some(Answer {
            status: parts.status.as_u16(),
            headers: parts.headers,
            text: String::from_utf8_lossy(&body).into_owned(),
        })
    }

    pub(crate) async fn send(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<Bytes>,
    ) -> Answer {
        self.try_send(method, path, headers, body).await.expect("the org answers")
    }

    pub(crate) async fn form(
        &self,
        path: &str,
        fields: &[(&str, &str)],
        headers: &[(&str, &str)],
    ) -> Answer {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let mut all = vec![("content-type", "application/x-www-form-urlencoded")];
        all.extend_from_slice(headers);
        self.send(Method::POST, path, &all, body).await
    }

    pub(crate) fn password(&self, username: &str) -> String {
        self.org.users().into_iter().find(|person| person.username == username).unwrap().password
    }

    pub(crate) fn authorize_path(extra: &[(&str, &str)]) -> String {
        let challenge = BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(VERIFIER.as_bytes()));
        let mut fields = vec![
            ("response_type", "code"),
            ("client_id", CLIENT),
            ("redirect_uri", REDIRECT),
            ("state", "s t&ate"),
            ("code_challenge", challenge.as_str()),
        ];
        for (name, value) in extra {
            fields.retain(|(known, _)| known != name);
            if !value.is_empty() {
                fields.push((name, value));
            }
        }
        let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        format!("/services/oauth2/authorize?{query}")
    }

    /// Signs in on the org's pages; the session cookie.
    pub(crate) async fn browser(
        &self,
        username: &str,
        password: &str,
        start: &str,
    ) -> (Answer, String) {
        let page = self.send(Method::GET, start, &[], "").await;
        assert_eq!(page.status, 200, "{}", page.text);
        let cookie = page.header("set-cookie").split(';').next().unwrap().to_owned();
        let (start, csrf) = (hidden(&page.text, "start"), hidden(&page.text, "csrf"));
        let fields = [
            ("username", username),
            ("password", password),
            ("start", start.as_str()),
            ("csrf", csrf.as_str()),
        ];
        let reply = self.form("/login", &fields, &[("cookie", &cookie)]).await;
        let session =
            reply.headers.get_all("set-cookie").iter().map(|value| value.to_str().unwrap());
        let mut session = session
            .filter(|value| value.starts_with("practice_sid="))
            .map(|value| value.split(';').next().unwrap().to_owned());
        let session = session.next_back().unwrap_or_default();
        (reply, session)
    }

    /// The whole way to a code.
    pub(crate) async fn code(&self, username: &str, extra: &[(&str, &str)]) -> String {
        let path = Self::authorize_path(extra);
        let (reply, cookie) = self.browser(username, &self.password(username), &path).await;
        assert_eq!(reply.status, 302, "{}", reply.text);
        let mut page =
            self.send(Method::GET, reply.header("location"), &[("cookie", &cookie)], "").await;
        if page.status == 200 {
            let (start, csrf) = (hidden(&page.text, "start"), hidden(&page.text, "csrf"));
            let fields =
                [("start", start.as_str()), ("csrf", csrf.as_str()), ("decision", "allow")];
            page = self.form("/services/oauth2/approve", &fields, &[("cookie", &cookie)]).await;
        }
        assert_eq!(page.status, 302, "{}", page.text);
        parameter(page.header("location"), "code").expect("a code")
    }

    pub(crate) async fn redeem(&self, code: &str, verifier: &str) -> Answer {
        let fields = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", REDIRECT),
            ("client_id", CLIENT),
            ("client_secret", SECRET),
            ("code_verifier", verifier),
        ];
        self.form("/services/oauth2/token", &fields, &[]).await
    }

    /// An access token of this user.
    pub(crate) async fn sign_in(&self, username: &str) -> Session<'_> {
        let code = self.code(username, &[]).await;
        let reply = self.redeem(&code, VERIFIER).await;
        assert_eq!(reply.status, 200, "{}", reply.text);
        Session { served: self, token: reply.json()["access_token"].as_str().unwrap().to_owned() }
    }
}

/// A signed-in user.
pub(crate) struct Session<'a> {
    pub(crate) served: &'a Served,
    pub(crate) token: String,
}

impl Session<'_> {
    pub(crate) async fn call(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<Bytes>,
    ) -> Answer {
        let path = if path.starts_with("/services") {
            path.to_owned()
        } else {
            format!("/services/data/v66.0/{path}")
        };
        let bearer = format!("Bearer {}", self.token);
        let mut all = vec![("authorization", bearer.as_str())];
        if !headers.iter().any(|(name, _)| *name == "content-type") {
            all.push(("content-type", "application/json"));
        }
        all.extend_from_slice(headers);
        self.served.send(method, &path, &all, body).await
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.call(Method::GET, path, &[], "").await
    }

    pub(crate) async fn post(&self, path: &str, body: Json) -> Answer {
        self.call(Method::POST, path, &[], body.to_string()).await
    }

    pub(crate) async fn patch(&self, path: &str, body: Json) -> Answer {
        self.call(Method::PATCH, path, &[], body.to_string()).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Answer {
        self.call(Method::DELETE, path, &[], "").await
    }

    pub(crate) async fn try_query(&self, soql: &str) -> Answer {
        let query = form_urlencoded::Serializer::new(String::new()).append_pair("q", soql).finish();
        self.get(&format!("query?{query}")).await
    }

    pub(crate) async fn query(&self, soql: &str) -> Json {
        let reply = self.try_query(soql).await;
        assert_eq!(reply.status, 200, "{soql}: {}", reply.text);
        reply.json()
    }

    /// The records of a query.
    pub(crate) async fn rows(&self, soql: &str) -> Vec<Json> {
        self.query(soql).await["records"].as_array().unwrap().clone()
    }
}

/// The value of a hidden input.
pub(crate) fn hidden(page: &str, name: &str) -> String {
    let from = page
        .split(&format!("name=\"{name}\" value=\""))
        .nth(1)
        .unwrap_or_else(|| panic!("no {name} in {page}"));
    from.split('"').next().unwrap().replace("&amp;", "&")
}

/// A parameter of a redirect's address.
pub(crate) fn parameter(location: &str, name: &str) -> Option<String> {
    let query = location.split_once('?')?.1;
    form_urlencoded::parse(query.as_bytes())
        .find(|(key, _)| key == name)
        .map(|(_, value)| value.into_owned())
}
