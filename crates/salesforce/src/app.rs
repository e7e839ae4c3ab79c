//! The gate as an app of the org: what it says when it asks for tokens.

use egress::{Address, EgressError, Form};
use form_urlencoded::Serializer;
use keys::{AccessToken, Challenge, ClientSecret, RefreshToken, Verifier};
use serde::Deserialize;

use crate::Error;
use crate::identity::person_of_url;

/// The external client app that the gate is registered as.
#[derive(Clone, Debug)]
pub struct App {
    /// Where the browser goes to sign in; usually the org's own address.
    pub login: Address,
    /// Consumer key.
    pub id: String,
    /// Consumer secret, when the app is set to need one.
    pub secret: Option<ClientSecret>,
    /// Where the browser comes back to, exactly as registered.
    pub callback: String,
    /// Scopes; at least [`App::SCOPES`] are needed.
    pub scopes: Vec<String>,
    /// The only org whose people may sign in, by id. Without it, the org that `login` and the
    /// door lead to decides.
    pub org: Option<String>,
}

impl App {
    /// The API, a lasting grant, and who the person is.
    pub const SCOPES: [&str; 3] = ["api", "refresh_token", "openid"];

    /// Where to send the browser. `state` comes back unchanged and is checked by the caller.
    pub fn authorize_url(&self, state: &str, challenge: &Challenge) -> String {
        let query = Serializer::new(String::new())
            .append_pair("response_type", "code")
            .append_pair("client_id", &self.id)
            .append_pair("redirect_uri", &self.callback)
            .append_pair("scope", &self.scopes.join(" "))
            .append_pair("state", state)
            .append_pair("code_challenge", challenge.as_str())
            .append_pair("code_challenge_method", "S256")
            .finish();
        format!("{}/services/oauth2/authorize?{query}", self.login)
    }

    pub(crate) fn exchange(&self, code: &str, verifier: &Verifier) -> Form {
        self.form("authorization_code")
            .with("code", code)
            .with("redirect_uri", &self.callback)
            .with("code_verifier", verifier.expose())
    }

    pub(crate) fn refresh(&self, token: &RefreshToken) -> Form {
        self.form("refresh_token").with("refresh_token", token.expose())
    }

    /// Asks for the app's own session, as the user that the org lets it run as.
    pub(crate) fn own(&self) -> Form {
        self.form("client_credentials")
    }

    fn form(&self, grant: &str) -> Form {
        let form = Form::new().with("grant_type", grant).with("client_id", &self.id);
        match &self.secret {
            Some(secret) => form.with("client_secret", secret.expose()),
            None => form,
        }
    }
}

/// Tokens as Salesforce gives them.
pub(crate) struct Tokens {
    pub(crate) access: AccessToken,
    /// Always after a sign-in; after a refresh only when refresh tokens rotate.
    pub(crate) refresh: Option<RefreshToken>,
    /// Whose they are.
    pub(crate) person: boundary::PersonId,
}

#[derive(Deserialize)]
struct TokenReply {
    access_token: String,
    refresh_token: Option<String>,
    id: String,
}

impl Tokens {
    pub(crate) fn read(body: &[u8]) -> Result<Self, Error> {
        const EXPECTED: Error = Error::Shape { expected: "a token reply" };
        let reply: TokenReply = serde_json::from_slice(body).map_err(|_| EXPECTED)?;
        Ok(Self {
            access: AccessToken::new(reply.access_token),
            refresh: reply.refresh_token.map(RefreshToken::new),
            person: person_of_url(&reply.id).ok_or(EXPECTED)?,
        })
    }
}

/// What a refusal of the token endpoint means. `invalid_grant` is about the grant, all else of
/// status 400 and 401 about the app.
pub(crate) fn refused(error: EgressError, on_grant: impl FnOnce(String) -> Error) -> Error {
    match error {
        EgressError::Refused { status: 400 | 401, code, .. } if code == "invalid_grant" => {
            on_grant(code)
        }
        EgressError::Refused { status: 400 | 401, code, .. } => Error::App { code },
        other => other.into(),
    }
}

#[cfg(test)]
mod tests {
    use keys::{PredictableRandom, Verifier};

    use super::*;

    #[test]
    fn the_browser_is_sent_with_everything_the_org_needs() {
        let app = App {
            login: "https://acme.my.salesforce.com".parse().unwrap(),
            id: "3MVG9.x".into(),
            secret: Some(ClientSecret::new("canary".into())),
            callback: "https://gate.acme.example/callback".into(),
            scopes: App::SCOPES.map(str::to_owned).to_vec(),
            org: None,
        };
        let verifier = Verifier::generate(&mut PredictableRandom::new(1)).unwrap();
        let url = app.authorize_url("s/1", &verifier.challenge());
        let (address, query) = url.split_once('?').unwrap();
        assert_eq!(address, "https://acme.my.salesforce.com/services/oauth2/authorize");
        let pairs: Vec<_> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        let of = |name: &str| pairs.iter().find(|it| it.0 == name).map(|it| it.1.as_str());
        assert_eq!(of("scope"), Some("api refresh_token openid"));
        assert_eq!(of("state"), Some("s/1"));
        assert_eq!(of("code_challenge_method"), Some("S256"));
        assert_eq!(of("code_challenge"), Some(verifier.challenge().as_str()));
        assert!(!url.contains("canary") && !url.contains(verifier.expose()), "{url}");
    }
}
