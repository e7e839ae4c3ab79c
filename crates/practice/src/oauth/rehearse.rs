//! What a person does at the login page, without a browser: for the greeting of a demonstration
//! and for tests. Passwords, policies and the code are those of the page.

use bytes::Bytes;
use http::header::COOKIE as COOKIE_HEADER;
use http::{HeaderMap, HeaderValue, Method};

use super::authorize;
use crate::exchange::Request;
use crate::org::Org;

/// What the browser would have come back with.
#[derive(Clone, PartialEq, Eq)]
pub struct ComeBack {
    /// The `state` that was sent.
    pub state: String,
    /// The code to trade in.
    pub code: String,
}

impl std::fmt::Debug for ComeBack {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ComeBack(..)")
    }
}

impl Org {
    /// Signs in at this address of `/services/oauth2/authorize` and gives what the app's
    /// callback would get. `None` when the password is wrong, the app is unknown, or the person
    /// would first have to agree to something.
    pub fn sign_in_at(
        &self,
        authorize_url: &str,
        username: &str,
        password: &str,
    ) -> Option<ComeBack> {
        let (_, target) = authorize_url.split_once("/services/")?;
        let target = format!("/services/{target}");
        let mut request = Request::new(Method::GET, &target, HeaderMap::new(), Bytes::new());
        let user = self.check_password(username, password, &request, "Application")?;
        let session = self.with_vault(|vault| vault.new_browser(user, self.now())).ok()?.ok()?;
        let cookie = HeaderValue::from_str(&format!("{}={session}", authorize::COOKIE)).ok()?;
        request.headers.insert(COOKIE_HEADER, cookie);
        let reply = authorize::authorize(self, &request);
        let location =
            reply.headers.iter().find(|(name, _)| *name == "location").map(|(_, to)| to)?;
        let (_, query) = location.split_once('?')?;
        let value = |wanted: &str| {
            let mut pairs = form_urlencoded::parse(query.as_bytes());
            pairs.find(|(name, _)| name == wanted).map(|(_, value)| value.into_owned())
        };
        Some(ComeBack { state: value("state")?, code: value("code")? })
    }
}
