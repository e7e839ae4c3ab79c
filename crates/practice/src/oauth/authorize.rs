//! The web server flow, as far as the browser goes: who are you, do you agree, here is your code.

use jiff::Timestamp;

use super::pages;
use super::vault::{Browser, Code};
use super::{OauthError, app::ExternalClientApp, secret};
use crate::exchange::{Reply, Request};
use crate::org::Org;

/// Cookies do not know ports, and the gate may live on the same host: the name is this org's own.
pub(super) const COOKIE: &str = "practice_sid";
/// Guards the login form against being sent from another site.
const LOGIN_COOKIE: &str = "practice_login";

/// What an app asks for.
#[derive(Clone, Debug)]
struct Asked {
    app: ExternalClientApp,
    redirect_uri: String,
    state: Option<String>,
    scope: Vec<String>,
    challenge: Option<String>,
    nonce: Option<String>,
    prompt: String,
    login_hint: String,
}

/// `GET /services/oauth2/authorize`
pub(crate) fn authorize(org: &Org, request: &Request) -> Reply {
    let asked = match read(org, &request.query) {
        Ok(asked) => asked,
        Err(reply) => return *reply,
    };
    let now = org.now();
    let cookie = cookie(request, COOKIE);
    let browser = cookie.as_deref().and_then(|cookie| org.vault().browser(cookie, now).cloned());
    let fresh = request.parameter("fresh").is_some();
    let Some(browser) = browser.filter(|_| fresh || !asked.prompt.contains("login")) else {
        if asked.prompt.contains("none") {
            return refuse(
                &asked,
                OauthError::new("login_required", "the person is not signed in"),
            );
        }
        return login_page(request, &start_of(request), &asked.login_hint, None);
    };
    let agreed = asked.app.pre_authorized
        || org.vault().has_consent(browser.user, &asked.app.client_id, &asked.scope);
    if agreed && !asked.prompt.contains("consent") {
        return send_code(org, &asked, &browser, now);
    }
    if asked.prompt.contains("none") {
        return refuse(&asked, OauthError::new("consent_required", "the person has not agreed"));
    }
    let name = org.user_name(browser.user).unwrap_or_default();
    let page = pages::consent(&asked.app, &asked.scope, &name, &start_of(request), &browser.csrf);
    pages::secure(page, &asked.redirect_uri)
}

/// `POST /login`
pub(crate) fn login(org: &Org, request: &Request) -> Reply {
    let form = request.form();
    let field = |name: &str| {
        form.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str())
    };
    let (start, username) = (field("start"), field("username"));
    // Only back to where a login can come from: nothing else may use this form to redirect.
    if !is_start(start) {
        return pages::error(400, "The sign-in was not started by an application.");
    }
    let expected = cookie(request, LOGIN_COOKIE).filter(|expected| !expected.is_empty());
    if expected.is_none_or(|expected| !secret::same(&secret::digest(&expected), field("csrf"))) {
        return login_page(request, start, username, Some("Please try again."));
    }
    let Some(user) = org.check_password(username, field("password"), request, "Application") else {
        return login_page(
            request,
            start,
            username,
            Some(
                "Please check your username and password. If you still can't sign in, wait 15 minutes.",
            ),
        );
    };
    let made = org.with_vault(|vault| vault.new_browser(user, org.now()));
    let Ok(Ok(session)) = made else {
        return pages::error(503, "The org cannot keep a session now.");
    };
    let secure = if request.secure { "; Secure" } else { "" };
    Reply::redirect(format!("{start}&fresh=1"))
        .with("set-cookie", format!("{COOKIE}={session}; Path=/; HttpOnly; SameSite=Lax{secure}"))
        .with("set-cookie", format!("{LOGIN_COOKIE}=; Path=/; Max-Age=0"))
}

/// `POST /logout`
pub(crate) fn logout(org: &Org, request: &Request) -> Reply {
    if let Some(cookie) = cookie(request, COOKIE) {
        let _ = org.with_vault(|vault| vault.end_browser(&cookie));
    }
    Reply::redirect("/".to_owned()).with("set-cookie", format!("{COOKIE}=; Path=/; Max-Age=0"))
}

/// `POST /services/oauth2/approve`
pub(crate) fn approve(org: &Org, request: &Request) -> Reply {
    let form = request.form();
    let field = |name: &str| {
        form.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str())
    };
    let now = org.now();
    let browser =
        cookie(request, COOKIE).and_then(|cookie| org.vault().browser(&cookie, now).cloned());
    let Some(browser) = browser else {
        return pages::error(401, "The sign-in has expired. Please start again.");
    };
    if !secret::same(&secret::digest(&browser.csrf), field("csrf")) || !is_start(field("start")) {
        return pages::error(403, "This form did not come from the org's own page.");
    }
    let query = field("start").split_once('?').map_or("", |(_, query)| query);
    let query: Vec<(String, String)> =
        form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    let asked = match read(org, &query) {
        Ok(asked) => asked,
        Err(reply) => return *reply,
    };
    if field("decision") != "allow" {
        return refuse(&asked, OauthError::new("access_denied", "end-user denied authorization"));
    }
    let client = asked.app.client_id.clone();
    if org.with_vault(|vault| vault.remember_consent(browser.user, &client, &asked.scope)).is_err()
    {
        return pages::error(503, "The org cannot keep your decision now.");
    }
    send_code(org, &asked, &browser, now)
}

/// Reads and checks the request. Errors about who asks, or where to answer, are shown here and never redirected.
fn read(org: &Org, query: &[(String, String)]) -> Result<Asked, Box<Reply>> {
    let value =
        |name: &str| query.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone());
    let client = value("client_id").unwrap_or_default();
    let app = org.vault().app(&client).cloned();
    let app = app.ok_or_else(|| {
        Box::new(pages::error(
            400,
            "error=invalid_client_id&error_description=client identifier invalid",
        ))
    })?;
    let redirect_uri = value("redirect_uri").unwrap_or_default();
    if !app.allows_redirect(&redirect_uri) {
        let text =
            "error=redirect_uri_mismatch&error_description=redirect_uri must match configuration";
        return Err(Box::new(pages::error(400, text)));
    }
    let scope = app.scope(value("scope").as_deref());
    let challenge = value("code_challenge").filter(|challenge| !challenge.is_empty());
    let needs_challenge = app.require_pkce || app.client_secret.is_none();
    let asked = Asked {
        redirect_uri,
        state: value("state"),
        scope: scope.clone().unwrap_or_default(),
        challenge: challenge.clone(),
        nonce: value("nonce"),
        prompt: value("prompt").unwrap_or_default(),
        login_hint: value("login_hint").unwrap_or_default(),
        app,
    };
    let wrong =
        |code, description| Err(Box::new(refuse(&asked, OauthError::new(code, description))));
    if value("response_type").as_deref() != Some("code") {
        return wrong("unsupported_response_type", "response type not supported");
    }
    if scope.is_none() {
        return wrong("invalid_scope", "the requested scope is not allowed");
    }
    // Without a method S256 is meant, as jsforce counts on.
    if value("code_challenge_method").is_some_and(|method| method != "S256") {
        return wrong("invalid_request", "code challenge method not supported");
    }
    let well_formed = challenge.as_ref().is_some_and(|challenge| challenge.len() == 43);
    if challenge.is_some() && !well_formed {
        return wrong("invalid_request", "invalid code challenge");
    }
    if needs_challenge && challenge.is_none() {
        return wrong("invalid_request", "missing required code challenge");
    }
    Ok(asked)
}

fn send_code(org: &Org, asked: &Asked, browser: &Browser, now: Timestamp) -> Reply {
    let code = Code {
        client: asked.app.client_id.clone(),
        redirect_uri: asked.redirect_uri.clone(),
        user: browser.user,
        scope: asked.scope.clone(),
        challenge: asked.challenge.clone(),
        nonce: asked.nonce.clone(),
        expires: now,
        grant: None,
    };
    match org.with_vault(|vault| vault.new_code(code, now)) {
        Ok(Ok(code)) => answer(asked, &[("code", &code)]),
        _ => pages::error(503, "The org cannot make a code now."),
    }
}

fn refuse(asked: &Asked, error: OauthError) -> Reply {
    answer(asked, &[("error", error.code), ("error_description", error.description)])
}

fn answer(asked: &Asked, parameters: &[(&str, &str)]) -> Reply {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(parameters);
    if let Some(state) = &asked.state {
        query.append_pair("state", state);
    }
    let joint = if asked.redirect_uri.contains('?') { '&' } else { '?' };
    Reply::redirect(format!("{}{joint}{}", asked.redirect_uri, query.finish()))
        .with("cache-control", "no-store")
}

fn login_page(request: &Request, start: &str, username: &str, problem: Option<&str>) -> Reply {
    let Ok(csrf) = secret::random(24) else {
        return pages::error(503, "The org has no random numbers now.");
    };
    let secure = if request.secure { "; Secure" } else { "" };
    let page = pages::login(start, username, &csrf, problem);
    let target = start
        .split_once('?')
        .and_then(|(_, query)| {
            form_urlencoded::parse(query.as_bytes()).find(|(key, _)| key == "redirect_uri")
        })
        .map_or(String::new(), |(_, uri)| uri.into_owned());
    pages::secure(page, &target).with(
        "set-cookie",
        format!("{LOGIN_COOKIE}={csrf}; Path=/; HttpOnly; SameSite=Lax{secure}"),
    )
}

/// Where to come back to after signing in: this request, as sent.
fn start_of(request: &Request) -> String {
    let query = request.raw_query.trim_end_matches("&fresh=1");
    format!("{START}{query}")
}

const START: &str = "/services/oauth2/authorize?";

fn is_start(start: &str) -> bool {
    start.starts_with(START) && start.bytes().all(|byte| byte.is_ascii_graphic())
}

fn cookie(request: &Request, name: &str) -> Option<String> {
    let all = request.headers.get_all("cookie").iter().filter_map(|value| value.to_str().ok());
    all.flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value.to_owned())
}
