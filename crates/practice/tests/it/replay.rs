//! What unchanged clients of the platform once sent, sent again. The recording is not part of the repository: it is
//! looked for in `shared/data` beside the workspace, or where a variable says.
//! `PRACTICE_CLIENT_TRAFFIC` names a file with one JSON object a line: client, method, path, query, headers, body.

use http::Method;
use serde_json::{Value as Json, json};

use crate::client::{MAYA, SAM, Session, served_with};

/// The file that `variable` names, or else the one of this name beside the workspace. Says so when there is neither.
fn recording(variable: &str, name: &str) -> Option<String> {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/");
    let file = std::env::var(variable).unwrap_or_else(|_| format!("{beside}{name}"));
    match std::fs::read_to_string(&file) {
        Ok(text) => Some(text),
        Err(error) if std::env::var(variable).is_ok() => panic!("{file}: {error}"),
        Err(_) => {
            eprintln!("skipped: there is no {name}; {variable} can name one");
            None
        }
    }
}

#[tokio::test]
async fn recorded_requests_get_answers_of_the_right_class_and_shape() {
    let Some(recording) = recording("PRACTICE_CLIENT_TRAFFIC", "sf_client_traffic.jsonl") else {
        return;
    };
    let served = served_with(|config| config.password_flow = true).await;
    let app = practice::ExternalClientApp {
        client_id: "k".to_owned(),
        client_secret: Some("s".to_owned()),
        run_as: Some(MAYA.to_owned()),
        ..practice::ExternalClientApp::default()
    };
    served.org.register_client(app).unwrap();
    let mut sam = served.sign_in(SAM).await;
    for name in ["Replayed one", "Replayed two"] {
        assert_eq!(sam.post("sobjects/Account", json!({ "Name": name })).await.status, 201);
    }
    let before = served.org.snapshot();
    let mut replayed = 0;
    for line in recording.lines() {
        let recorded: Json = serde_json::from_str(line).unwrap();
        check(&sam, &recorded).await;
        replayed += 1;
        if recorded["method"] != "GET" {
            // The next request finds the same records and a token that is good.
            served.org.restore(&before).unwrap();
        }
        if recorded["path"].as_str().unwrap().contains("/oauth2/revoke") {
            sam = served.sign_in(SAM).await;
        }
    }
    assert!(replayed > 100);
}

/// Queries of public test suites, named in `PRACTICE_SOQL_CASES` (a JSON list of objects with `query` and `valid`). Most are
/// about objects this org lacks; none may be answered with anything but records or the caller's mistake.
#[tokio::test]
async fn any_query_is_answered_or_refused() {
    let Some(cases) = recording("PRACTICE_SOQL_CASES", "soql_cases.json") else { return };
    let served = served_with(|_| {}).await;
    let sam = served.sign_in(SAM).await;
    let cases: Vec<Json> = cases_of(&cases);
    let mut answered = 0;
    for case in &cases {
        let query = case["query"].as_str().unwrap();
        let reply = sam.try_query(query).await;
        assert!(reply.status == 200 || reply.status == 400, "{query}: {}", reply.text);
        if reply.status == 200 {
            assert!(case["valid"] != false, "{query}");
            answered += 1;
        }
    }
    assert!(answered > 50, "{answered}");
}

/// A list, alone or in an object that describes it.
fn cases_of(text: &str) -> Vec<Json> {
    let mut whole: Json = serde_json::from_str(text).unwrap();
    let list = if whole.is_array() { whole } else { whole["cases"].take() };
    list.as_array().unwrap().clone()
}

/// Ids of the recording, and what stands for them here. Jobs are made for the requests about them.
async fn stand_ins(sam: &Session<'_>, path: &str) -> Vec<(&'static str, String)> {
    let account = sam.rows("SELECT Id FROM Account WHERE Name LIKE 'Replayed%'").await;
    let id = |at: usize| account[at]["Id"].as_str().unwrap().to_owned();
    let user = sam.rows("SELECT Id FROM User LIMIT 1").await[0]["Id"].as_str().unwrap().to_owned();
    let organization =
        sam.rows("SELECT Id FROM Organization").await[0]["Id"].as_str().unwrap().to_owned();
    let mut known = vec![
        ("001xx000003DGb2AAG", id(0)),
        ("001xx000003DGb3AAG", id(1)),
        ("Account/001?", format!("Account/{}?", id(0))),
        ("005xx000001SwiUAAS", user.clone()),
        ("User/005xx/", format!("User/{user}/")),
        ("00Dxx0000001gEREAY", organization),
        ("Ext__c", "External_Key__c".to_owned()),
        ("00Dxx0000001gERE!AQ.TOKEN", sam.token.clone()),
        ("00Dxx!TOK", sam.token.clone()),
    ];
    if path.contains("/jobs/query/") {
        let job = sam
            .post("jobs/query", json!({ "operation": "query", "query": "SELECT Id FROM Account" }))
            .await
            .json();
        known.push(("750xx0000000001AAA", job["id"].as_str().unwrap().to_owned()));
    } else if path.contains("/jobs/ingest/") {
        let job = sam
            .post("jobs/ingest", json!({ "operation": "insert", "object": "Account" }))
            .await
            .json();
        let path = format!("jobs/ingest/{}", job["id"].as_str().unwrap());
        let csv = [("content-type", "text/csv")];
        sam.call(Method::PUT, &format!("{path}/batches"), &csv, "Name\na\n").await;
        known.push(("750xx0000000001AAA", job["id"].as_str().unwrap().to_owned()));
    } else if path.contains("/async/") {
        let base = "/services/async/59.0/job";
        let body = json!({ "operation": "insert", "object": "Account", "contentType": "JSON" });
        let job = sam.post(base, body).await.json()["id"].as_str().unwrap().to_owned();
        let batch = sam.post(&format!("{base}/{job}/batch"), json!([{ "Name": "a" }])).await.json();
        known.push(("751xx0000000001AAA", batch["id"].as_str().unwrap().to_owned()));
        known.push(("750xx0000000001AAA", job));
    }
    known
}

async fn check(sam: &Session<'_>, recorded: &Json) {
    let text = |name: &str| recorded[name].as_str().unwrap().to_owned();
    let (client, method, path, query, body) =
        (text("client"), text("method"), text("path"), text("query"), text("body"));
    let mut target = format!("{path}?{query}");
    let mut sent = body.clone();
    for (from, to) in stand_ins(sam, &path).await {
        target = target.replace(from, &to);
        sent = sent.replace(from, &to);
    }
    if path.contains("/Soap/") {
        for (from, to) in [
            (">u<", MAYA.to_owned()),
            (">u@x<", MAYA.to_owned()),
            (">p<", sam.served.password(MAYA)),
            (">pt<", sam.served.password(MAYA)),
        ] {
            sent = sent.replace(from, &format!(">{to}<"));
        }
    }
    let bearer = format!("Bearer {}", sam.token);
    let mut headers: Vec<(String, String)> = vec![("authorization".to_owned(), bearer)];
    for (name, value) in recorded["headers"].as_object().unwrap() {
        let value = value.as_str().unwrap().replace("00Dxx!TOK", &sam.token);
        if [
            "content-type",
            "accept",
            "user-agent",
            "x-prettyprint",
            "x-sfdc-session",
            "sforce-call-options",
        ]
        .contains(&name.as_str())
        {
            headers.push((name.clone(), value));
        }
    }
    let headers: Vec<(&str, &str)> =
        headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let reply = sam
        .served
        .send(Method::from_bytes(method.as_bytes()).unwrap(), &target, &headers, sent)
        .await;
    let expected = expected(&method, &path, &query, &body);
    assert!(
        expected.contains(&reply.status),
        "{client} {method} {path}?{query}: {} {}",
        reply.status,
        reply.text
    );
    if reply.status >= 400 && path.starts_with("/services/data") {
        assert!(
            reply.json()[0]["errorCode"].is_string() && reply.json()[0]["message"].is_string(),
            "{path}"
        );
    }
    if reply.status == 200 && path.contains("/query") && query.starts_with("q=") {
        assert!(reply.json()["records"].is_array() && reply.json()["done"].is_boolean(), "{path}");
    }
    if reply.status == 200 && path.ends_with("/token") {
        for name in ["access_token", "instance_url", "id", "token_type", "issued_at", "signature"] {
            assert!(reply.json()[name].is_string(), "{name}");
        }
    }
}

/// The statuses the platform could answer with, the recording's values being what they are.
fn expected(method: &str, path: &str, query: &str, body: &str) -> Vec<u16> {
    // Named in the recording and not here: stale locators, blobs and results, an object of scratch orgs, the users of
    // another org, the device flow.
    let missing =
        ["01gxx", "Attachment/", "notfound", "result/%7B"].iter().any(|part| path.contains(part));
    if missing {
        return vec![400, 404];
    }
    if query.contains("ScratchOrgInfo")
        || body.contains("device_code")
        || body.contains("=CODE")
        || body.contains("5Aep")
    {
        return vec![400];
    }
    if path.ends_with("/password") {
        // "p" is no password.
        return vec![204, 400];
    }
    if body.starts_with("grant_type=password") {
        return vec![400];
    }
    if body == "grant_type=client_credentials" {
        // The recorded secret went in a header that was not kept.
        return vec![400];
    }
    if path.contains("Ext__c") {
        // The record of this key is not there to be read, and is made by an upsert.
        return match method {
            "GET" => vec![404],
            _ if path.contains("composite") => vec![200],
            _ => vec![201],
        };
    }
    if query.starts_with("start=2026-01-01") {
        return vec![200];
    }
    if path.contains("/Soap/") && body.contains("urn:password") {
        return vec![500, 200];
    }
    match method {
        "POST" if path.contains("/async/") && path.ends_with("/job") => vec![201],
        // The batch of the recorded query job is sent here to a job that inserts.
        "POST" if path.contains("/async/") && path.ends_with("/batch") => {
            if body.starts_with("SELECT") { vec![400] } else { vec![201] }
        }
        "POST" if path.contains("/sobjects/") && !path.contains("composite") => vec![201],
        "PUT" => vec![201],
        "PATCH" | "DELETE" if path.contains("/sobjects/") && !path.contains("composite") => {
            vec![204]
        }
        _ => vec![200],
    }
}
