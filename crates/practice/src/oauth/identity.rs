//! Who a token belongs to: userinfo, identity, introspection, discovery.

use serde_json::{Value as Json, json};

use super::vault::Session;
use super::{OauthError, jwt, secret};
use crate::exchange::{Reply, Request};
use crate::id::Id;
use crate::org::Org;
use crate::state::{Row, State};
use crate::value::{Value, instant_text};

/// The token of a request: in the header, or where jsforce puts it.
fn offered(request: &Request) -> Option<String> {
    let header = request.header("authorization").and_then(|value| {
        value
            .strip_prefix("Bearer ")
            .or_else(|| value.strip_prefix("OAuth "))
            .map(|token| token.trim().to_owned())
    });
    header
        .or_else(|| request.parameter("oauth_token").map(str::to_owned))
        .or_else(|| request.parameter("access_token").map(str::to_owned))
}

fn session(org: &Org, request: &Request) -> Option<Session> {
    org.vault().session(&offered(request)?, org.now()).cloned()
}

/// The platform answers these two paths with plain words when the token is no good.
fn bad_token(status: u16) -> Reply {
    Reply::text(status, "text/html; charset=UTF-8", "Bad_OAuth_Token".to_owned())
}

/// `GET /services/oauth2/userinfo`
pub(super) fn user_info(org: &Org, request: &Request) -> Reply {
    let Some(user) = session(org, request).and_then(|session| session.user()) else {
        return bad_token(403);
    };
    let origin = request.origin();
    let found = org.read(|state| {
        let profile = Profile::of(state, user)?;
        Some(json!({
            "sub": format!("{origin}/id/{}/{user}", org.id()),
            "user_id": user.to_string(),
            "organization_id": org.id().to_string(),
            "preferred_username": profile.text("Username"),
            "nickname": profile.text("CommunityNickname"),
            "name": profile.text("Name"),
            "email": profile.text("Email"),
            "email_verified": true,
            "given_name": profile.text("FirstName"),
            "family_name": profile.text("LastName"),
            "zoneinfo": profile.text("TimeZoneSidKey"),
            "photos": { "picture": format!("{origin}/profilephoto/005/F"), "thumbnail": format!("{origin}/profilephoto/005/T") },
            "profile": format!("{origin}/{user}"),
            "picture": format!("{origin}/profilephoto/005/F"),
            "address": { "country": profile.text("Country") },
            "urls": urls(&origin, org.id(), user),
            "active": true,
            "user_type": "STANDARD",
            "language": profile.text("LanguageLocaleKey"),
            "locale": profile.text("LocaleSidKey"),
            "utcOffset": 0,
            "updated_at": profile.instant("LastModifiedDate"),
            "is_app_installed": true
        }))
    });
    found.map_or_else(|| bad_token(403), Reply::ok)
}

/// `GET /id/{organization}/{user}`
pub(super) fn identity(org: &Org, request: &Request, organization: &str, user: &str) -> Reply {
    let own = session(org, request).and_then(|session| session.user());
    if own.is_none() || Id::parse(organization) != Some(org.id()) || Id::parse(user) != own {
        return bad_token(403);
    }
    let origin = request.origin();
    let found = own.and_then(|user| {
        org.read(|state| {
            let profile = Profile::of(state, user)?;
            Some(json!({
                "id": format!("{origin}/id/{}/{user}", org.id()),
                "asserted_user": true,
                "user_id": user.to_string(),
                "organization_id": org.id().to_string(),
                "username": profile.text("Username"),
                "nick_name": profile.text("CommunityNickname"),
                "display_name": profile.text("Name"),
                "email": profile.text("Email"),
                "email_verified": true,
                "first_name": profile.text("FirstName"),
                "last_name": profile.text("LastName"),
                "timezone": profile.text("TimeZoneSidKey"),
                "photos": { "picture": format!("{origin}/profilephoto/005/F"), "thumbnail": format!("{origin}/profilephoto/005/T") },
                "addr_street": null, "addr_city": profile.text("City"), "addr_state": null,
                "addr_country": profile.text("Country"), "addr_zip": null,
                "mobile_phone": profile.text("MobilePhone"), "mobile_phone_verified": false,
                "is_lightning_login_user": false,
                "status": { "created_date": null, "body": null },
                "urls": urls(&origin, org.id(), user),
                "active": true,
                "user_type": "STANDARD",
                "language": profile.text("LanguageLocaleKey"),
                "locale": profile.text("LocaleSidKey"),
                "utcOffset": 0,
                "last_modified_date": profile.instant("LastModifiedDate"),
                "is_app_installed": true
            }))
        })
    });
    found.map_or_else(|| bad_token(403), Reply::ok)
}

/// One user's fields as text.
struct Profile<'a> {
    state: &'a State,
    row: &'a Row,
}

impl<'a> Profile<'a> {
    fn of(state: &'a State, user: Id) -> Option<Self> {
        Some(Self { state, row: state.live(user)? })
    }

    fn value(&self, name: &str) -> &Value {
        self.state.schema.object("User").map_or(&Value::Null, |object| self.row.named(object, name))
    }

    fn text(&self, name: &str) -> Json {
        self.value(name).as_str().map_or(Json::Null, |text| json!(text))
    }

    fn instant(&self, name: &str) -> Json {
        if let Value::Instant(at) = self.value(name) {
            json!(instant_text(*at))
        } else {
            Json::Null
        }
    }
}

fn urls(origin: &str, org: Id, user: Id) -> Json {
    json!({
        "enterprise": format!("{origin}/services/Soap/c/{{version}}/{}", org.short()),
        "partner": format!("{origin}/services/Soap/u/{{version}}/{}", org.short()),
        "rest": format!("{origin}/services/data/v{{version}}/"),
        "sobjects": format!("{origin}/services/data/v{{version}}/sobjects/"),
        "search": format!("{origin}/services/data/v{{version}}/search/"),
        "query": format!("{origin}/services/data/v{{version}}/query/"),
        "recent": format!("{origin}/services/data/v{{version}}/recent/"),
        "tooling_rest": format!("{origin}/services/data/v{{version}}/tooling/"),
        "profile": format!("{origin}/{user}"),
        "custom_domain": origin
    })
}

/// `POST /services/oauth2/introspect`: an app asks about its own tokens.
pub(super) fn introspect(org: &Org, request: &Request) -> Reply {
    let form = request.form();
    let field =
        |name: &str| form.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone());
    let basic = request
        .header("authorization")
        .and_then(|value| value.strip_prefix("Basic "))
        .and_then(|encoded| {
            use base64::Engine;
            let text = base64::prelude::BASE64_STANDARD.decode(encoded.trim()).ok()?;
            let text = String::from_utf8(text).ok()?;
            text.split_once(':').map(|(id, secret)| (id.to_owned(), secret.to_owned()))
        });
    let (id, offered) = basic.unwrap_or_else(|| {
        (field("client_id").unwrap_or_default(), field("client_secret").unwrap_or_default())
    });
    let vault = org.vault();
    let known = vault.app(&id).is_some_and(|app| match &app.client_secret {
        Some(kept) => secret::same(kept, &offered),
        None => true,
    });
    if !known {
        return OauthError::new("invalid_client", "invalid client credentials").into();
    }
    let token = field("token").unwrap_or_default();
    let now = org.now();
    let found = vault.session(&token, now).filter(|session| session.client == id).cloned();
    let lasting = vault.refresh_grant(&token).filter(|grant| grant.client == id).cloned();
    drop(vault);
    let name = |user: &str| Id::parse(user).and_then(|user| org.username(user));
    let active = |user: &str| Id::parse(user).is_some_and(|user| org.is_active(user));
    match (found, lasting) {
        (Some(session), _) if active(&session.user) => Reply::ok(json!({
            "active": true,
            "scope": session.scope.join(" "),
            "client_id": session.client,
            "username": name(&session.user),
            "sub": subject(org, request, &session.user),
            "token_type": "access_token",
            "exp": session.expires / 1000,
            "iat": session.issued / 1000,
            "nbf": session.issued / 1000
        })),
        (_, Some(grant)) if active(&grant.user) => Reply::ok(json!({
            "active": true,
            "scope": grant.scope.join(" "),
            "client_id": grant.client,
            "username": name(&grant.user),
            "sub": subject(org, request, &grant.user),
            "token_type": "refresh_token",
            "iat": grant.issued / 1000,
            "nbf": grant.issued / 1000
        })),
        _ => Reply::ok(json!({ "active": false })),
    }
}

fn subject(org: &Org, request: &Request, user: &str) -> String {
    let user = Id::parse(user).map(|id| id.to_string()).unwrap_or_default();
    format!("{}/id/{}/{user}", request.origin(), org.id())
}

/// `GET /id/keys`
pub(super) fn keys(org: &Org) -> Reply {
    let keys = jwt::key_set(org.vault().signing_key()).unwrap_or_else(|| json!({ "keys": [] }));
    Reply::ok(keys)
}

/// `GET /.well-known/openid-configuration`
pub(super) fn discovery(request: &Request) -> Reply {
    let origin = request.origin();
    let at = |path: &str| format!("{origin}{path}");
    Reply::ok(json!({
        "issuer": origin,
        "authorization_endpoint": at("/services/oauth2/authorize"),
        "token_endpoint": at("/services/oauth2/token"),
        "revocation_endpoint": at("/services/oauth2/revoke"),
        "userinfo_endpoint": at("/services/oauth2/userinfo"),
        "introspection_endpoint": at("/services/oauth2/introspect"),
        "jwks_uri": at("/id/keys"),
        "scopes_supported": ["api", "refresh_token", "offline_access", "openid", "id", "profile", "email", "web", "full"],
        "response_types_supported": ["code"],
        "grant_types_supported": [
            "authorization_code", "refresh_token", "client_credentials",
            "urn:ietf:params:oauth:grant-type:jwt-bearer", "urn:ietf:params:oauth:grant-type:token-exchange"
        ],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["ES256"],
        "code_challenge_methods_supported": ["S256"],
        "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic", "private_key_jwt", "none"],
        "claims_supported": ["sub", "user_id", "organization_id", "preferred_username", "name", "email", "given_name", "family_name"]
    }))
}
