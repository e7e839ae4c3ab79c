//! The token endpoint: every grant type, and revocation.

use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use jiff::Timestamp;
use serde_json::{Map, Value as Json, json};
use sha2::{Digest, Sha256};

use super::app::ExternalClientApp;
use super::vault::Session;
use super::{OauthError, jwt, secret};
use crate::exchange::{Reply, Request};
use crate::id::Id;
use crate::org::Org;

/// A form's fields.
struct Form(Vec<(String, String)>);

impl Form {
    fn value(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

/// `POST /services/oauth2/token`
pub(super) fn token(org: &Org, request: &Request) -> Reply {
    let form = Form(request.form());
    let made = match form.value("grant_type") {
        Some("authorization_code") => code(org, request, &form),
        Some("refresh_token") => refresh(org, request, &form),
        Some("client_credentials") => client_credentials(org, request, &form),
        Some("password") => password(org, request, &form),
        Some("urn:ietf:params:oauth:grant-type:jwt-bearer") => bearer(org, request, &form),
        Some("urn:ietf:params:oauth:grant-type:token-exchange") => exchange(org, request, &form),
        // The device flow is how people were talked into connecting strangers' programs: not offered.
        _ => Err(OauthError::new("unsupported_grant_type", "grant type not supported")),
    };
    match made {
        Ok(body) => Reply::ok(body).with("cache-control", "no-store").with("pragma", "no-cache"),
        Err(error) => error.into(),
    }
}

type Made = Result<Json, OauthError>;

const AUTHENTICATION: &str = "authentication failure";

fn busy<E>(_: E) -> OauthError {
    OauthError::new("temporarily_unavailable", "the org cannot make a token now")
}

fn code(org: &Org, request: &Request, form: &Form) -> Made {
    let (app, authenticated) = client(org, request, form)?;
    let text = form.value("code").unwrap_or_default();
    let now = org.now();
    let code = org.with_vault(|vault| vault.take_code(text, now)).map_err(busy)?;
    let code = code.ok_or(OauthError::new("invalid_grant", "token is expired"))?;
    if code.client != app.client_id {
        return Err(OauthError::new("invalid_grant", "invalid authorization code"));
    }
    if form.value("redirect_uri") != Some(code.redirect_uri.as_str()) {
        return Err(OauthError::new(
            "redirect_uri_mismatch",
            "redirect_uri must match configuration",
        ));
    }
    if app.client_secret.is_some() && !authenticated {
        return Err(OauthError::new("invalid_client", "invalid client credentials"));
    }
    let verifier = form.value("code_verifier");
    let proven = match &code.challenge {
        Some(challenge) => verifier.is_some_and(|verifier| {
            (43..=128).contains(&verifier.len())
                && BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes())) == *challenge
        }),
        None => verifier.is_none(),
    };
    if !proven {
        return Err(OauthError::new("invalid_grant", "invalid code verifier"));
    }
    let reply = issue(org, request, &app, code.user, &code.scope, None, code.nonce.as_deref())?;
    org.with_vault(|vault| vault.code_became(text, &reply.grant)).map_err(busy)?;
    Ok(reply.body)
}

fn refresh(org: &Org, request: &Request, form: &Form) -> Made {
    let (app, authenticated) = client(org, request, form)?;
    if app.require_secret_for_refresh && !authenticated {
        return Err(OauthError::new("invalid_client", "invalid client credentials"));
    }
    let now = org.now();
    let offered = form.value("refresh_token").unwrap_or_default();
    let used = org
        .with_vault(|vault| {
            vault.use_refresh(offered, &app.client_id, app.rotate_refresh_tokens, now)
        })
        .map_err(busy)?;
    let expired = OauthError::new("invalid_grant", "expired access/refresh token");
    let (key, grant) = used.ok_or(expired)?;
    let user = Id::parse(&grant.user).ok_or(expired)?;
    Ok(issue(org, request, &app, user, &grant.scope, Some(key), None)?.body)
}

fn client_credentials(org: &Org, request: &Request, form: &Form) -> Made {
    let (app, authenticated) = client(org, request, form)?;
    if !authenticated {
        return Err(OauthError::new("invalid_client", "invalid client credentials"));
    }
    let user = app.run_as.as_deref().and_then(|name| org.user_by_name(name));
    let user =
        user.ok_or(OauthError::new("invalid_grant", "no client credentials user enabled"))?;
    let scope = app.scope(form.value("scope")).unwrap_or_default();
    session_only(org, request, &app, user, &scope)
}

fn password(org: &Org, request: &Request, form: &Form) -> Made {
    let (app, authenticated) = client(org, request, form)?;
    let open = org.settings().password_flow && (authenticated || app.client_secret.is_none());
    let (name, word) =
        (form.value("username").unwrap_or_default(), form.value("password").unwrap_or_default());
    let user =
        if open { org.check_password(name, word, request, "Remote Access 2.0") } else { None };
    let user = user.ok_or(OauthError::new("invalid_grant", AUTHENTICATION))?;
    session_only(org, request, &app, user, &app.scopes.clone())
}

fn bearer(org: &Org, request: &Request, form: &Form) -> Made {
    let assertion = form.value("assertion").unwrap_or_default();
    let failed = OauthError::new("invalid_grant", "invalid assertion");
    let claims = jwt::unverified(assertion).ok_or(failed)?;
    let text = |name: &str| claims.get(name).and_then(Json::as_str).unwrap_or_default().to_owned();
    let app = org.vault().app(&text("iss")).cloned();
    let app = app.ok_or(OauthError::new("invalid_client_id", "client identifier invalid"))?;
    if !app.assertion_keys.iter().any(|key| jwt::verify(assertion, key)) {
        return Err(failed);
    }
    let now = org.now().as_second();
    let expires = claims.get("exp").and_then(Json::as_i64).unwrap_or(0);
    // Three minutes are what the platform asks for. It takes longer ones all the same: its own command line writes
    // milliseconds where seconds belong.
    if expires <= now {
        return Err(OauthError::new("invalid_grant", "token is expired"));
    }
    // The address at which this org is reached, with or without the path of the token endpoint.
    let origin = request.origin();
    let audience = text("aud");
    if audience != origin && audience.trim_end_matches("/services/oauth2/token") != origin {
        return Err(OauthError::new("invalid_grant", "audience is invalid"));
    }
    let user = org.user_by_name(&text("sub"));
    let user =
        user.ok_or(OauthError::new("invalid_grant", "user hasn't approved this consumer"))?;
    let agreed = app.pre_authorized || org.vault().has_consent(user, &app.client_id, &app.scopes);
    if !agreed {
        return Err(OauthError::new(
            "invalid_app_access",
            "user is not admin approved to access this app",
        ));
    }
    session_only(org, request, &app, user, &app.scopes.clone())
}

fn exchange(org: &Org, request: &Request, form: &Form) -> Made {
    let (app, authenticated) = client(org, request, form)?;
    if !app.token_exchange || app.client_secret.is_some() && !authenticated {
        return Err(OauthError::new(
            "invalid_client",
            "token exchange is not enabled for this app",
        ));
    }
    let subject = form.value("subject_token").unwrap_or_default();
    if subject.len() > 10_000 {
        return Err(OauthError::new("invalid_request", "subject token too long"));
    }
    let kind = form.value("subject_token_type").unwrap_or_default();
    let now = org.now();
    let user = match kind.strip_prefix("urn:ietf:params:oauth:token-type:") {
        Some("access_token") => org.vault().session(subject, now).and_then(Session::user),
        Some("refresh_token") => {
            org.vault().refresh_grant(subject).and_then(|grant| Id::parse(&grant.user))
        }
        Some("id_token" | "jwt") => org.id_token_user(subject, now),
        _ => return Err(OauthError::new("invalid_request", "subject token type not supported")),
    };
    let user = user.ok_or(OauthError::new("invalid_grant", "invalid subject token"))?;
    let scope = app
        .scope(form.value("scope"))
        .ok_or(OauthError::new("invalid_scope", "the requested scope is not allowed"))?;
    let mut body = session_only(org, request, &app, user, &scope)?;
    if let Json::Object(body) = &mut body {
        body.insert(
            "issued_token_type".to_owned(),
            json!("urn:ietf:params:oauth:token-type:access_token"),
        );
    }
    Ok(body)
}

/// The app that asks, and whether it proved itself. A wrong secret is an error, a missing one may do.
fn client(
    org: &Org,
    request: &Request,
    form: &Form,
) -> Result<(ExternalClientApp, bool), OauthError> {
    let basic = request
        .header("authorization")
        .and_then(|value| value.strip_prefix("Basic "))
        .and_then(|encoded| {
            let text = String::from_utf8(BASE64_STANDARD.decode(encoded.trim()).ok()?).ok()?;
            let (id, secret) = text.split_once(':')?;
            let decode = |part: &str| {
                percent_encoding::percent_decode_str(part).decode_utf8_lossy().into_owned()
            };
            Some((decode(id), Some(decode(secret))))
        });
    let (id, offered) = basic.unwrap_or_else(|| {
        (
            form.value("client_id").unwrap_or_default().to_owned(),
            form.value("client_secret").map(str::to_owned),
        )
    });
    let app = org.vault().app(&id).cloned();
    let app = app.ok_or(OauthError::new("invalid_client_id", "client identifier invalid"))?;
    if let Some(assertion) = form.value("client_assertion") {
        let good = app.assertion_keys.iter().any(|key| jwt::verify(assertion, key))
            && jwt::unverified(assertion).is_some_and(|claims| {
                claims.get("sub").and_then(Json::as_str) == Some(&id)
                    && claims
                        .get("exp")
                        .and_then(Json::as_i64)
                        .is_some_and(|exp| exp > org.now().as_second())
            });
        return if good {
            Ok((app, true))
        } else {
            Err(OauthError::new("invalid_client", "invalid client credentials"))
        };
    }
    match (&app.client_secret, offered.filter(|secret| !secret.is_empty())) {
        (Some(kept), Some(offered)) if secret::same(kept, &offered) => Ok((app, true)),
        (Some(_), Some(_)) => Err(OauthError::new("invalid_client", "invalid client credentials")),
        _ => Ok((app, false)),
    }
}

/// A token reply and the grant behind it.
struct Issued {
    body: Json,
    grant: String,
}

/// A token without a refresh token.
fn session_only(
    org: &Org,
    request: &Request,
    app: &ExternalClientApp,
    user: Id,
    scope: &[String],
) -> Made {
    let scope: Vec<String> = scope.iter().filter(|scope| !is_refresh(scope)).cloned().collect();
    Ok(issue(org, request, app, user, &scope, None, None)?.body)
}

fn is_refresh(scope: &str) -> bool {
    matches!(scope, "refresh_token" | "offline_access")
}

fn issue(
    org: &Org,
    request: &Request,
    app: &ExternalClientApp,
    user: Id,
    scope: &[String],
    grant: Option<String>,
    nonce: Option<&str>,
) -> Result<Issued, OauthError> {
    if !org.is_active(user) {
        return Err(OauthError::new("invalid_grant", "inactive user"));
    }
    let now = org.now();
    let fresh = grant.is_none();
    let lasting = scope.iter().any(|scope| is_refresh(scope));
    let made = org.with_vault(|vault| {
        let grant = match grant {
            Some(grant) => Some(grant),
            None if lasting => Some(vault.new_grant(&app.client_id, user, scope, now)?),
            None => None,
        };
        let refresh = match &grant {
            Some(grant) if fresh || app.rotate_refresh_tokens => Some(vault.new_refresh(grant)?),
            _ => None,
        };
        let session = Session {
            user: user.short().to_owned(),
            client: app.client_id.clone(),
            scope: scope.to_vec(),
            grant: grant.clone(),
            issued: now.as_millisecond(),
            expires: (now + org.settings().session).as_millisecond(),
        };
        let access = vault.new_session(org.id(), session, now)?;
        Ok::<_, crate::error::OrgError>((access, refresh, grant))
    });
    let (access, refresh, grant) = made.map_err(busy)?.map_err(busy)?;
    let origin = request.origin();
    let id = format!("{origin}/id/{}/{user}", org.id());
    let issued_at = now.as_millisecond().to_string();
    let mut body = Map::new();
    body.insert("access_token".to_owned(), json!(access));
    if let Some(refresh) = refresh {
        body.insert("refresh_token".to_owned(), json!(refresh));
    }
    body.insert("signature".to_owned(), json!(org.sign_text(&format!("{id}{issued_at}"))));
    body.insert("scope".to_owned(), json!(scope.join(" ")));
    if scope.iter().any(|scope| scope == "openid") {
        let token = id_token(org, &origin, &id, app, nonce, now).ok_or_else(|| busy(()))?;
        body.insert("id_token".to_owned(), json!(token));
    }
    body.insert("instance_url".to_owned(), json!(origin));
    body.insert("id".to_owned(), json!(id));
    body.insert("token_type".to_owned(), json!("Bearer"));
    body.insert("issued_at".to_owned(), json!(issued_at));
    Ok(Issued { body: Json::Object(body), grant: grant.unwrap_or_default() })
}

fn id_token(
    org: &Org,
    origin: &str,
    subject: &str,
    app: &ExternalClientApp,
    nonce: Option<&str>,
    now: Timestamp,
) -> Option<String> {
    let at = now.as_second();
    let mut claims = json!({
        "iss": origin, "sub": subject, "aud": app.client_id, "iat": at, "exp": at + 120
    });
    if let (Some(nonce), Json::Object(claims)) = (nonce, &mut claims) {
        claims.insert("nonce".to_owned(), json!(nonce));
    }
    jwt::sign(org.vault().signing_key(), &claims)
}

/// `POST /services/oauth2/revoke`: done, whether or not there was such a token (RFC 7009).
pub(super) fn revoke(org: &Org, request: &Request) -> Reply {
    let form = Form(request.form());
    let token = form.value("token").or_else(|| request.parameter("token"));
    let Some(token) = token else {
        return OauthError::new("invalid_request", "missing token").into();
    };
    match org.with_vault(|vault| vault.revoke(token)) {
        Ok(()) => Reply::empty(200),
        Err(_) => busy(()).into(),
    }
}
