use serde_json::json;

use super::program::{Program, member};
use super::{call_old, demo, old, post, tools};
use crate::demo::{ELENA, MAYA, SAM};
use crate::http::{send, split};

#[test]
fn a_new_program_reads_a_little_until_it_is_let_in() {
    let (_folder, demo) = demo();
    let program = Program::start();
    let tokens = program.let_in(&demo, MAYA);
    assert_eq!((&tokens["token_type"], &tokens["expires_in"]), (&json!("Bearer"), &json!(3600)));
    let access = tokens["access_token"].as_str().unwrap();
    assert_eq!(tools(&demo, access).len(), 6, "it only reads");
    let write = old(
        "tools/call",
        &json!({ "name": "createSobjectRecord", "arguments": { "sobject-name": "Account", "body": { "Name": "x" } } }),
    );
    let refused = post(&demo, access, &[("mcp-protocol-version", "2025-06-18")], &write).json();
    assert_eq!(refused["error"]["code"], -32_602, "{refused}");

    let query = json!({ "q": "SELECT Id FROM Contact LIMIT 40" });
    let rows = |answer: &serde_json::Value| {
        answer["result"]["structuredContent"]["records"].as_array().map_or(0, Vec::len)
    };
    assert_eq!(rows(&call_old(&demo, access, "soqlQuery", &query)), 40);
    assert_eq!(rows(&call_old(&demo, access, "soqlQuery", &query)), 10, "50 a day");
    let used_up = call_old(&demo, access, "soqlQuery", &query);
    assert_eq!(used_up["result"]["isError"], true, "{used_up}");
    assert!(used_up.to_string().contains("REQUEST_LIMIT_EXCEEDED"), "{used_up}");
    // Another person has rows of their own, and a new consent brings none back.
    let other = program.let_in(&demo, ELENA);
    let other = other["access_token"].as_str().unwrap();
    assert_eq!(rows(&call_old(&demo, other, "soqlQuery", &query)), 40);
    let again = program.let_in(&demo, MAYA);
    let again = again["access_token"].as_str().unwrap();
    assert_eq!(rows(&call_old(&demo, again, "soqlQuery", &query)), 0);
    assert_eq!(
        post(&demo, access, &[], &old("ping", &json!({}))).status,
        401,
        "the earlier consent ended"
    );

    program.decide(
        &demo,
        "admitted",
        &[("tool.soqlQuery", "yes"), ("tool.createSobjectRecord", "yes"), ("objects", "Account")],
    );
    assert_eq!(tools(&demo, again), ["soqlQuery", "createSobjectRecord"]);
    let hidden = call_old(&demo, again, "soqlQuery", &query);
    assert!(hidden.to_string().contains("INVALID_TYPE"), "not an object of its own: {hidden}");
    let account = json!({ "q": "SELECT Id FROM Account LIMIT 3" });
    assert_eq!(rows(&call_old(&demo, again, "soqlQuery", &account)), 3);

    program.decide(&demo, "refused", &[]);
    assert_eq!(post(&demo, again, &[], &old("ping", &json!({}))).status, 401, "shut out at once");
    demo.verify();
}

#[test]
fn only_administrators_decide() {
    let (_folder, demo) = demo();
    let (mut browser, csrf) = demo.signed_in(MAYA);
    assert_eq!(browser.get(&format!("{}/clients", demo.page())).status, 404);
    let fields = [("csrf", csrf.as_str()), ("name", "x"), ("redirect", "https://a.example/b")];
    assert_eq!(browser.submit(&format!("{}/clients", demo.page()), &fields).status, 404);
}

#[test]
fn requests_that_are_not_as_they_should_be_get_no_code() {
    let (_folder, demo) = demo();
    let program = Program::start();
    let (mut browser, _) = demo.signed_in(MAYA);
    // Where to go back to is not proven: the browser stays here.
    for change in [
        ("client_id", "https://10.0.0.1/client.json"),
        ("client_id", "https://169.254.169.254/latest/meta-data"),
        ("client_id", "unknown"),
        ("redirect_uri", "https://evil.example/back"),
        ("redirect_uri", "http://127.0.0.1.evil.example/back"),
    ] {
        let page = browser.get(&program.authorize(&demo, &[change]));
        assert_eq!(page.status, 400, "{change:?}");
    }
    for (change, error) in [
        (("resource", "https://other.example/mcp"), "invalid_target"),
        (("code_challenge_method", "plain"), "invalid_request"),
        (("code_challenge", ""), "invalid_request"),
        (("response_type", "token"), "unsupported_response_type"),
    ] {
        let back = browser.get(&program.authorize(&demo, &[change])).text();
        assert_eq!(member(&back, "error"), error, "{change:?}");
        assert_eq!(member(&back, "state"), "st4te");
        assert_eq!(member(&back, "iss"), demo.page());
    }
}

#[test]
fn codes_and_refresh_tokens_are_good_once_and_for_their_own_client() {
    let (_folder, demo) = demo();
    let program = Program::start();
    let (mut browser, _) = demo.signed_in(MAYA);
    let mut code = || {
        let query = program.agree(&demo, &mut browser);
        assert_eq!(
            (member(&query, "state").as_str(), member(&query, "iss").as_str()),
            ("st4te", demo.page())
        );
        member(&query, "code")
    };
    for (change, error) in [
        (("code_verifier", "wrong-wrong-wrong-wrong-wrong-wrong-wrong-wrong"), "invalid_grant"),
        (("redirect_uri", "https://evil.example/"), "invalid_grant"),
        (("client_id", "another"), "invalid_grant"),
        (("resource", "https://other.example/mcp"), "invalid_target"),
        (("grant_type", "urn:ietf:params:oauth:grant-type:device_code"), "unsupported_grant_type"),
    ] {
        let refused = program.exchange(&demo, &code(), &[change]);
        assert_eq!(refused["error"], error, "{change:?}: {refused}");
    }
    let first = code();
    let tokens = program.exchange(&demo, &first, &[]);
    let access = |tokens: &serde_json::Value| tokens["access_token"].as_str().unwrap().to_owned();
    let status = |token: &str| post(&demo, token, &[], &old("ping", &json!({}))).status;
    assert_eq!(status(&access(&tokens)), 200);
    assert_eq!(program.exchange(&demo, &first, &[])["error"], "invalid_grant");
    assert_eq!(status(&access(&tokens)), 401, "two parties had the code");

    let tokens = program.exchange(&demo, &code(), &[]);
    let refresh = tokens["refresh_token"].as_str().unwrap();
    assert_eq!(status(refresh), 401, "it is no access token");
    let next = program.refresh(&demo, refresh);
    assert_eq!((status(&access(&tokens)), status(&access(&next))), (401, 200));
    assert_eq!(program.refresh(&demo, refresh)["error"], "invalid_grant");
    assert_eq!(status(&access(&next)), 401, "a refresh token was used twice");

    let tokens = program.exchange(&demo, &code(), &[]);
    let (host, _) = split(demo.page());
    let body = format!("token={}", access(&tokens));
    let headers = [("content-type", "application/x-www-form-urlencoded")];
    let revoked = send(&host, "POST", "/revoke", &headers, body.as_bytes()).unwrap();
    assert_eq!((revoked.status, status(&access(&tokens))), (200, 401));

    // Both thefts are on record, and what collectors get of them is a finding that alerts.
    std::thread::sleep(std::time::Duration::from_millis(600));
    let (sam, _) = demo.make_key(SAM);
    for rule in ["authorization-code-reuse", "refresh-token-reuse"] {
        let found = demo.get_api(&sam, &format!("/v1/ledger?decision=refused&rule={rule}")).json();
        let [entry] = found["entries"].as_array().unwrap().as_slice() else { panic!("{found}") };
        assert_eq!(entry["facts"]["purpose"], "refusal", "{entry}");
        assert!(entry["facts"]["client"].as_str().unwrap().starts_with("client-"), "{entry}");
        let by = format!("/v1/ledger?person={MAYA}&rule={rule}");
        assert_eq!(demo.get_api(&sam, &by).json()["entries"].as_array().unwrap().len(), 1);
        let event = demo.get_api(&sam, &format!("/v1/ledger?format=ocsf&rule={rule}")).json();
        assert_eq!((&event["class_uid"], &event["is_alert"]), (&json!(2006), &json!(true)));
    }
    demo.verify();
}
