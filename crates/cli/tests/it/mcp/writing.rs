use serde_json::{Value, json};

use super::program::{Program, new};
use super::{call_old, demo, post};
use crate::demo::{Demo, ELENA, MAYA};
use crate::http::hidden;

const FORMS: &str = r#"{"elicitation":{"form":{}}}"#;
const ADDRESSES: &str = r#"{"elicitation":{"url":{}}}"#;

fn call(demo: &Demo, bearer: &str, name: &str, more: &Value, capabilities: &str) -> Value {
    let mut params = json!({ "name": "createSobjectRecord", "arguments": {
        "sobject-name": "Account", "body": { "Name": name } } });
    params.as_object_mut().unwrap().extend(more.as_object().cloned().unwrap_or_default());
    let message = new("tools/call", params, &serde_json::from_str(capabilities).unwrap());
    let headers = [
        ("mcp-protocol-version", "2026-07-28"),
        ("mcp-method", "tools/call"),
        ("mcp-name", "createSobjectRecord"),
    ];
    post(demo, bearer, &headers, &message).json()["result"].clone()
}

fn answer(asked: &Value, action: &str, content: &Value) -> Value {
    json!({
        "requestState": asked["requestState"],
        "inputResponses": { "approval": { "action": action, "content": content } },
    })
}

fn yes(asked: &Value) -> Value {
    answer(asked, "accept", &json!({ "approve": true }))
}

fn admitted(demo: &Demo, program: &Program, decides: bool) {
    let mut more = vec![("tool.createSobjectRecord", "yes"), ("tool.soqlQuery", "yes")];
    if decides {
        more.push(("tool.decide-in-client", "yes"));
    }
    program.decide(demo, "admitted", &more);
}

#[test]
fn a_person_decides_inside_a_program_that_may_ask_them() {
    let (_folder, demo) = demo();
    let program = Program::start();
    let mine = program.let_in(&demo, MAYA)["access_token"].as_str().unwrap().to_owned();
    let others = program.let_in(&demo, ELENA)["access_token"].as_str().unwrap().to_owned();
    admitted(&demo, &program, true);

    let asked = call(&demo, &mine, "Probe One", &json!({}), FORMS);
    assert_eq!(asked["resultType"], "input_required", "{asked}");
    let request = &asked["inputRequests"]["approval"];
    assert_eq!(request["method"], "elicitation/create");
    assert!(request["params"]["message"].as_str().unwrap().contains("Probe One"), "{request}");

    // Somebody else, another call, another state: none is believed, and none uses it up.
    let refused = |result: Value| {
        assert_eq!(result["isError"], true, "{result}");
        assert!(result.to_string().contains("requestState"), "{result}");
    };
    refused(call(&demo, &others, "Probe One", &yes(&asked), FORMS));
    refused(call(&demo, demo.key(), "Probe One", &yes(&asked), FORMS));
    refused(call(&demo, &mine, "Probe Two", &yes(&asked), FORMS));
    let mut altered = yes(&asked);
    let state = asked["requestState"].as_str().unwrap();
    let last = if state.ends_with('0') { "1" } else { "0" };
    altered["requestState"] = json!(format!("{}{last}", &state[..state.len() - 1]));
    refused(call(&demo, &mine, "Probe One", &altered, FORMS));

    let done = call(&demo, &mine, "Probe One", &yes(&asked), FORMS);
    assert_eq!(done["structuredContent"]["status"], "done", "{done}");
    assert_eq!(done["structuredContent"]["written"], true);
    refused(call(&demo, &mine, "Probe One", &yes(&asked), FORMS));

    let asked = call(&demo, &mine, "Probe No", &json!({}), FORMS);
    let no = call(
        &demo,
        &mine,
        "Probe No",
        &answer(&asked, "accept", &json!({ "approve": false })),
        FORMS,
    );
    assert_eq!(no["structuredContent"]["status"], "rejected", "{no}");
    let asked = call(&demo, &mine, "Probe Later", &json!({}), FORMS);
    let later = call(&demo, &mine, "Probe Later", &answer(&asked, "cancel", &Value::Null), FORMS);
    assert_eq!(later["structuredContent"]["status"], "waiting_for_approval", "{later}");
    assert_eq!(later["structuredContent"]["written"], false);

    for (name, there) in [("Probe One", 1), ("Probe Two", 0), ("Probe No", 0), ("Probe Later", 0)] {
        let query = json!({ "q": format!("SELECT Id FROM Account WHERE Name = '{name}'") });
        let found = call_old(&demo, &mine, "soqlQuery", &query);
        assert_eq!(found["result"]["structuredContent"]["totalSize"], there, "{name}: {found}");
    }
    demo.verify();
}

#[test]
fn what_a_program_may_not_ask_is_decided_at_the_queue() {
    let (_folder, demo) = demo();
    let program = Program::start();
    let mine = program.let_in(&demo, MAYA)["access_token"].as_str().unwrap().to_owned();
    admitted(&demo, &program, false);

    // Without the permission, a form is not enough, and a program without addresses is told that it waits.
    let waits = call(&demo, &mine, "Probe", &json!({}), FORMS);
    assert_eq!(waits["structuredContent"]["status"], "waiting_for_approval", "{waits}");

    let asked = call(&demo, &mine, "Probe Far", &json!({}), ADDRESSES);
    let request = &asked["inputRequests"]["approval"]["params"];
    assert_eq!(request["mode"], "url", "{asked}");
    let address = request["url"].as_str().unwrap().to_owned();
    assert!(address.starts_with(&format!("{}/approvals/", demo.page())), "{address}");

    // Saying yes to a form that was never asked is no approval; the person rejects at the queue.
    let (mut browser, csrf) = demo.signed_in(MAYA);
    let fields = [("csrf", csrf.as_str())];
    assert_eq!(browser.submit(&format!("{address}/reject"), &fields).status, 200);
    let ended = call(&demo, &mine, "Probe Far", &yes(&asked), ADDRESSES);
    assert_eq!(ended["structuredContent"]["status"], "rejected", "{ended}");
    assert_eq!(ended["structuredContent"]["written"], false);

    // Approved at the queue: the retried call tells it, and writes nothing of its own.
    let asked = call(&demo, &mine, "Probe Near", &json!({}), ADDRESSES);
    let address = asked["inputRequests"]["approval"]["params"]["url"].as_str().unwrap();
    let page = browser.get(address).text();
    let digest = hidden(&page, "digest").unwrap();
    let fields = [("csrf", csrf.as_str()), ("digest", digest.as_str())];
    assert_eq!(browser.submit(&format!("{address}/approve"), &fields).status, 200);
    let done = call(&demo, &mine, "Probe Near", &yes(&asked), ADDRESSES);
    assert_eq!(done["structuredContent"]["status"], "done", "{done}");
    assert_eq!(done["structuredContent"]["written"], true);
    let query = json!({ "q": "SELECT Id FROM Account WHERE Name = 'Probe Near'" });
    let found = call_old(&demo, &mine, "soqlQuery", &query);
    assert_eq!(found["result"]["structuredContent"]["totalSize"], 1, "{found}");

    // The permission is back, but a value is behind a token: the form would not show it.
    admitted(&demo, &program, true);
    let hidden = call(&demo, &mine, "{NAME_1}", &json!({}), FORMS);
    assert_ne!(hidden["resultType"], "input_required", "{hidden}");
}
