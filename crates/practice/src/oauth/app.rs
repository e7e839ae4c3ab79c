//! External client apps: the programs an administrator lets ask for tokens.

use std::fmt;

use serde::{Deserialize, Serialize};

/// An app as an administrator sets it up. Fill in what matters and leave the rest to [`Default`].
#[derive(Clone, Serialize, Deserialize, PartialEq, Eq)]
#[serde(default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "they are the independent switches of the app's policies"
)]
pub struct ExternalClientApp {
    /// The consumer key.
    pub client_id: String,
    /// The consumer secret; none makes a public client, which then must use PKCE. Kept only as a hash.
    pub client_secret: Option<String>,
    /// Shown to the person who is asked to agree.
    pub name: String,
    /// Exact addresses a code may be sent to. For a loopback host (`http://127.0.0.1/..`) without a port, any port will do.
    pub redirect_uris: Vec<String>,
    /// What may be asked for: `api`, `refresh_token`, `openid`, `id`, `profile`, `email`, `web`, `full`, ..
    pub scopes: Vec<String>,
    /// Refuse the web server flow without a code challenge.
    pub require_pkce: bool,
    /// Refuse to refresh without the secret.
    pub require_secret_for_refresh: bool,
    /// Each refresh token works once; using an old one revokes the whole grant.
    pub rotate_refresh_tokens: bool,
    /// No question to the person: an administrator agreed for all.
    pub pre_authorized: bool,
    /// The user name that client credentials act as; none refuses that flow.
    pub run_as: Option<String>,
    /// Public keys for JWT bearer assertions: uncompressed P-256 points (65 bytes, ES256) or PKCS#1 RSA keys (RS256), in DER.
    pub assertion_keys: Vec<Vec<u8>>,
    /// Take tokens of this org's own users in exchange for new ones (RFC 8693).
    pub token_exchange: bool,
}

impl Default for ExternalClientApp {
    fn default() -> Self {
        Self {
            client_id: String::new(),
            client_secret: None,
            name: String::new(),
            redirect_uris: Vec::new(),
            scopes: ["api", "refresh_token", "openid", "id", "profile", "email"]
                .map(str::to_owned)
                .to_vec(),
            require_pkce: true,
            require_secret_for_refresh: false,
            rotate_refresh_tokens: true,
            pre_authorized: false,
            run_as: None,
            assertion_keys: Vec::new(),
            token_exchange: false,
        }
    }
}

impl fmt::Debug for ExternalClientApp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ExternalClientApp")
            .field("client_id", &self.client_id)
            .finish_non_exhaustive()
    }
}

impl ExternalClientApp {
    /// A gate in front of the org: it keeps a secret, proves its codes, and an administrator agreed to it for all.
    ///
    /// `client_id` and `secret` are what it asks for tokens with, `redirect_uri` is where people come back to.
    #[must_use]
    pub fn gate(client_id: &str, secret: &str, redirect_uri: String) -> Self {
        Self {
            client_id: client_id.to_owned(),
            client_secret: Some(secret.to_owned()),
            name: "Portcullis".to_owned(),
            redirect_uris: vec![redirect_uri],
            scopes: ["api", "refresh_token", "openid"].map(str::to_owned).to_vec(),
            require_pkce: true,
            pre_authorized: true,
            ..Self::default()
        }
    }

    /// What the person is shown.
    pub(crate) fn title(&self) -> &str {
        if self.name.is_empty() { &self.client_id } else { &self.name }
    }

    /// Whether a code may go to this address.
    pub(crate) fn allows_redirect(&self, wanted: &str) -> bool {
        self.redirect_uris.iter().any(|known| known == wanted || same_but_for_port(known, wanted))
    }

    /// The scopes to grant: those asked for, or all of the app's; `None` if one asked for is not the app's.
    pub(crate) fn scope(&self, asked: Option<&str>) -> Option<Vec<String>> {
        let asked: Vec<&str> = asked.unwrap_or_default().split_whitespace().collect();
        if asked.is_empty() {
            return Some(self.scopes.clone());
        }
        let known = |scope: &str| {
            let alias = if scope == "offline_access" { "refresh_token" } else { scope };
            self.scopes.iter().any(|own| own == scope || own == alias || own == "full")
        };
        asked
            .iter()
            .all(|scope| known(scope))
            .then(|| asked.into_iter().map(str::to_owned).collect())
    }
}

/// A native app listens on any free port of the loopback interface (RFC 8252, 7.3).
fn same_but_for_port(known: &str, wanted: &str) -> bool {
    let hosts = ["http://127.0.0.1", "http://[::1]", "http://localhost"];
    hosts.into_iter().any(|host| {
        let (Some(known), Some(wanted)) = (known.strip_prefix(host), wanted.strip_prefix(host))
        else {
            return false;
        };
        if !known.is_empty() && !known.starts_with('/') {
            return false;
        }
        let Some(port_on) = wanted.strip_prefix(':') else { return false };
        let path = port_on.trim_start_matches(|char: char| char.is_ascii_digit());
        path.len() < port_on.len() && path == known
    })
}

#[cfg(test)]
mod tests {
    use super::ExternalClientApp;

    #[test]
    fn redirects_match_exactly_but_for_a_loopback_port() {
        let app = ExternalClientApp {
            redirect_uris: vec![
                "https://gate.example/callback".to_owned(),
                "http://127.0.0.1/callback".to_owned(),
                "http://localhost:8080/cb".to_owned(),
            ],
            ..ExternalClientApp::default()
        };
        for good in [
            "https://gate.example/callback",
            "http://127.0.0.1:4711/callback",
            "http://localhost:8080/cb",
        ] {
            assert!(app.allows_redirect(good), "{good}");
        }
        for bad in [
            "https://gate.example/callback/",
            "https://gate.example:8443/callback",
            "http://127.0.0.1:4711/other",
            "http://127.0.0.1.evil.example/callback",
            "http://127.0.0.1:80@evil.example/callback",
            "http://localhost:9090/cb",
            "",
        ] {
            assert!(!app.allows_redirect(bad), "{bad}");
        }
    }

    #[test]
    fn a_scope_the_app_lacks_is_refused() {
        let app = ExternalClientApp::default();
        assert_eq!(app.scope(Some("api id")), Some(vec!["api".to_owned(), "id".to_owned()]));
        assert_eq!(app.scope(Some("api web")), None);
        assert!(app.scope(None).is_some_and(|all| all.len() == 6));
    }
}
