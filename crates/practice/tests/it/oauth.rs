//! Signing in: what works, and above all what must not.

use http::Method;

use crate::client::{CLIENT, MAYA, REDIRECT, SECRET, Served, VERIFIER, hidden, parameter, served};

async fn refresh(served: &Served, token: &str) -> crate::client::Answer {
    let fields = [
        ("grant_type", "refresh_token"),
        ("refresh_token", token),
        ("client_id", CLIENT),
        ("client_secret", SECRET),
    ];
    served.form("/services/oauth2/token", &fields, &[]).await
}

#[tokio::test]
async fn the_web_server_flow_ends_in_a_token_for_the_person() {
    let served = served().await;
    let code = served.code(MAYA, &[("scope", "api refresh_token openid")]).await;
    let reply = served.redeem(&code, VERIFIER).await;
    assert_eq!(reply.status, 200);
    assert_eq!(reply.header("cache-control"), "no-store");
    let body = reply.json();
    assert_eq!(body["token_type"], "Bearer");
    assert_eq!(body["instance_url"], served.base);
    assert!(body.get("expires_in").is_none());
    assert!(body["access_token"].as_str().unwrap().starts_with("00D"));
    let id = body["id"].as_str().unwrap().to_owned();
    let bearer = format!("Bearer {}", body["access_token"].as_str().unwrap());
    let info = served
        .send(Method::GET, "/services/oauth2/userinfo", &[("authorization", &bearer)], "")
        .await
        .json();
    assert_eq!(info["preferred_username"], MAYA);
    assert_eq!(info["name"], "Maya Lindqvist");
    let identity = served
        .send(
            Method::GET,
            &format!("{id}?format=json&oauth_token={}", body["access_token"].as_str().unwrap()),
            &[],
            "",
        )
        .await;
    assert_eq!(identity.json()["username"], MAYA);
    let anonymous = served.send(Method::GET, &id, &[], "").await;
    assert_eq!(anonymous.status, 403);
    let claims = body["id_token"].as_str().unwrap().split('.').nth(1).unwrap().to_owned();
    assert!(!claims.is_empty());
}

#[tokio::test]
async fn consent_is_asked_once_and_the_state_comes_back_whole() {
    let served = served().await;
    let path = Served::authorize_path(&[]);
    let (reply, cookie) = served.browser(MAYA, &served.password(MAYA), &path).await;
    let page = served.send(Method::GET, reply.header("location"), &[("cookie", &cookie)], "").await;
    assert!(page.text.contains("The gate"), "{}", page.text);
    assert!(page.header("content-security-policy").contains("frame-ancestors 'none'"));
    let (start, csrf) = (hidden(&page.text, "start"), hidden(&page.text, "csrf"));
    let denied = [("start", start.as_str()), ("csrf", csrf.as_str()), ("decision", "deny")];
    let denied = served.form("/services/oauth2/approve", &denied, &[("cookie", &cookie)]).await;
    assert_eq!(parameter(denied.header("location"), "error").as_deref(), Some("access_denied"));
    let forged = [("start", start.as_str()), ("csrf", "x"), ("decision", "allow")];
    assert_eq!(
        served.form("/services/oauth2/approve", &forged, &[("cookie", &cookie)]).await.status,
        403
    );
    let allowed = [("start", start.as_str()), ("csrf", csrf.as_str()), ("decision", "allow")];
    let allowed = served.form("/services/oauth2/approve", &allowed, &[("cookie", &cookie)]).await;
    assert_eq!(parameter(allowed.header("location"), "state").as_deref(), Some("s t&ate"));
    let again = served.send(Method::GET, &path, &[("cookie", &cookie)], "").await;
    assert_eq!(again.status, 302);
    assert!(parameter(again.header("location"), "code").is_some());
}

#[tokio::test]
async fn a_code_works_once_for_its_app_and_verifier() {
    let served = served().await;
    let code = served.code(MAYA, &[]).await;
    assert_eq!(served.redeem(&code, &"x".repeat(43)).await.json()["error"], "invalid_grant");
    // A failed proof spends the code.
    assert_eq!(served.redeem(&code, VERIFIER).await.status, 400);
    let code = served.code(MAYA, &[]).await;
    let first = served.redeem(&code, VERIFIER).await.json();
    let second = served.redeem(&code, VERIFIER).await;
    assert_eq!(second.json()["error"], "invalid_grant");
    // Whoever redeems a stolen code a second time takes the first one's tokens away.
    let bearer = format!("Bearer {}", first["access_token"].as_str().unwrap());
    let reply = served
        .send(Method::GET, "/services/data/v60.0/limits", &[("authorization", &bearer)], "")
        .await;
    assert_eq!((reply.status, reply.code().as_str()), (401, "INVALID_SESSION_ID"));
    let code = served.code(MAYA, &[]).await;
    served.later(601);
    assert_eq!(served.redeem(&code, VERIFIER).await.json()["error"], "invalid_grant");
}

#[tokio::test]
async fn bad_requests_never_redirect_to_a_stranger() {
    let served = served().await;
    for extra in
        [("redirect_uri", "https://evil.example/"), ("client_id", "nobody"), ("redirect_uri", "")]
    {
        let reply = served.send(Method::GET, &Served::authorize_path(&[extra]), &[], "").await;
        assert_eq!(reply.status, 400, "{extra:?}");
        assert_eq!(reply.header("location"), "");
    }
    for (extra, error) in [
        (("code_challenge", ""), "invalid_request"),
        (("code_challenge", "short"), "invalid_request"),
        (("code_challenge_method", "plain"), "invalid_request"),
        (("response_type", "token"), "unsupported_response_type"),
        (("scope", "api cdp_api"), "invalid_scope"),
    ] {
        let reply = served.send(Method::GET, &Served::authorize_path(&[extra]), &[], "").await;
        assert_eq!(reply.status, 302, "{extra:?}");
        assert!(reply.header("location").starts_with(REDIRECT));
        assert_eq!(parameter(reply.header("location"), "error").as_deref(), Some(error));
    }
    let page = served.send(Method::GET, &Served::authorize_path(&[]), &[], "").await;
    let cookie = page.header("set-cookie").split(';').next().unwrap().to_owned();
    let csrf = hidden(&page.text, "csrf");
    let fields = [
        ("username", MAYA),
        ("password", "x"),
        ("start", "https://evil.example/?"),
        ("csrf", csrf.as_str()),
    ];
    let reply = served.form("/login", &fields, &[("cookie", &cookie)]).await;
    assert_eq!((reply.status, reply.header("location")), (400, ""));
}

#[tokio::test]
async fn wrong_passwords_fail_and_then_must_wait() {
    let served = served().await;
    let path = Served::authorize_path(&[]);
    for _ in 0..10 {
        let (reply, cookie) = served.browser(MAYA, "wrong", &path).await;
        assert_eq!(reply.status, 200);
        assert_eq!(cookie, "");
    }
    let (reply, _) = served.browser(MAYA, &served.password(MAYA), &path).await;
    assert_eq!(reply.status, 200, "the right password has to wait too");
    served.later(16 * 60);
    let (reply, _) = served.browser(MAYA, &served.password(MAYA), &path).await;
    assert_eq!(reply.status, 302);
}

#[tokio::test]
async fn refresh_tokens_rotate_and_reuse_ends_the_family() {
    let served = served().await;
    let code = served.code(MAYA, &[]).await;
    let first = served.redeem(&code, VERIFIER).await.json();
    let old = first["refresh_token"].as_str().unwrap();
    let second = refresh(&served, old).await.json();
    let new = second["refresh_token"].as_str().unwrap();
    assert_ne!(old, new);
    let token = format!("Bearer {}", second["access_token"].as_str().unwrap());
    let limits = "/services/data/v60.0/limits";
    assert_eq!(
        served.send(Method::GET, limits, &[("authorization", &token)], "").await.status,
        200
    );
    assert_eq!(refresh(&served, old).await.json()["error"], "invalid_grant");
    assert_eq!(
        refresh(&served, new).await.json()["error"],
        "invalid_grant",
        "the thief's token dies with the victim's"
    );
    assert_eq!(
        served.send(Method::GET, limits, &[("authorization", &token)], "").await.status,
        401
    );
}

#[tokio::test]
async fn revoking_shows_in_introspection_and_survives_a_restart() {
    let served = served().await;
    let code = served.code(MAYA, &[]).await;
    let body = served.redeem(&code, VERIFIER).await.json();
    let (access, renew) =
        (body["access_token"].as_str().unwrap(), body["refresh_token"].as_str().unwrap());
    let introspect = async |token: &str| {
        let fields = [("token", token), ("client_id", CLIENT), ("client_secret", SECRET)];
        served.form("/services/oauth2/introspect", &fields, &[]).await.json()
    };
    let before = introspect(access).await;
    assert_eq!((before["active"].as_bool(), before["username"].as_str()), (Some(true), Some(MAYA)));
    assert_eq!(
        served
            .form("/services/oauth2/introspect", &[("token", access), ("client_id", CLIENT)], &[])
            .await
            .status,
        400
    );
    let reopened = practice::Org::open(practice::OrgConfig::new(
        served.folder.path(),
        9,
        jiff::civil::date(2030, 1, 1),
    ))
    .unwrap();
    assert_eq!(reopened.users(), served.org.users(), "the seed of the first opening stays");
    assert_eq!(served.form("/services/oauth2/revoke", &[("token", renew)], &[]).await.status, 200);
    assert_eq!(introspect(access).await["active"], false);
    assert_eq!(introspect(renew).await["active"], false);
    assert_eq!(
        served.form("/services/oauth2/revoke", &[("token", "unknown")], &[]).await.status,
        200
    );
    assert_eq!(refresh(&served, renew).await.status, 400);
}

#[tokio::test]
async fn sessions_expire_and_hidden_flows_are_closed() {
    let served = served().await;
    let session = served.sign_in(MAYA).await;
    assert_eq!(session.get("limits").await.status, 200);
    served.later(2 * 3600 + 1);
    assert_eq!(session.get("limits").await.code(), "INVALID_SESSION_ID");
    for fields in [
        vec![
            ("grant_type", "password"),
            ("username", MAYA),
            ("password", "x"),
            ("client_id", CLIENT),
            ("client_secret", SECRET),
        ],
        vec![("response_type", "device_code"), ("client_id", CLIENT), ("scope", "api")],
        vec![
            ("grant_type", "client_credentials"),
            ("client_id", CLIENT),
            ("client_secret", SECRET),
        ],
        vec![
            ("grant_type", "client_credentials"),
            ("client_id", CLIENT),
            ("client_secret", "wrong"),
        ],
    ] {
        let reply = served.form("/services/oauth2/token", &fields, &[]).await;
        assert_eq!(reply.status, 400, "{fields:?}");
        assert!(reply.json()["error"].is_string());
    }
}
