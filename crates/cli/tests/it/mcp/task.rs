//! Writes that somebody else must approve, as tasks of the program that asked.

use serde_json::{Value, json};

use super::program::{Program, new};
use super::{call_old, demo, post};
use crate::demo::{Demo, ELENA, MAYA};
use crate::http::hidden;

const TASKS: &str = r#"{"extensions":{"io.modelcontextprotocol/tasks":{}}}"#;

fn send(demo: &Demo, bearer: &str, method: &str, name: &str, params: Value) -> Value {
    let message = new(method, params, &serde_json::from_str(TASKS).unwrap());
    let headers =
        [("mcp-protocol-version", "2026-07-28"), ("mcp-method", method), ("mcp-name", name)];
    post(demo, bearer, &headers, &message).json()
}

fn about(demo: &Demo, bearer: &str, method: &str, task: &str) -> Value {
    send(demo, bearer, method, task, json!({ "taskId": task }))
}

/// Asks for a sum that somebody else has to approve.
fn ask(demo: &Demo, bearer: &str, id: &str, amount: u64) -> Value {
    let arguments =
        json!({ "sobject-name": "Opportunity", "id": id, "body": { "Amount": amount } });
    let params = json!({ "name": "updateSobjectRecord", "arguments": arguments });
    send(demo, bearer, "tools/call", "updateSobjectRecord", params)["result"].clone()
}

#[test]
fn what_somebody_else_must_approve_is_a_task_of_its_program() {
    let (_folder, demo) = demo();
    let program = Program::start();
    let mine = program.let_in(&demo, MAYA)["access_token"].as_str().unwrap().to_owned();
    let others = program.let_in(&demo, ELENA)["access_token"].as_str().unwrap().to_owned();
    let more = [("tool.updateSobjectRecord", "yes"), ("tool.soqlQuery", "yes")];
    program.decide(&demo, "admitted", &more);
    let query = json!({ "q": "SELECT Id FROM Opportunity WHERE IsClosed = false AND Amount < 500000 ORDER BY Id LIMIT 1" });
    let found = call_old(&demo, &mine, "soqlQuery", &query);
    let id = found["result"]["structuredContent"]["records"][0]["Id"].as_str().unwrap();

    // What the person alone can approve is none.
    let small = ask(&demo, &mine, id, 1_000);
    assert_ne!(small["resultType"], "task", "{small}");

    let task = ask(&demo, &mine, id, 2_000_000);
    assert_eq!(task["resultType"], "task", "{task}");
    assert_eq!(task["status"], "working");
    let number = task["taskId"].as_str().unwrap();
    assert!(task["ttlMs"].as_u64().unwrap() > 0 && task["createdAt"].is_string());
    assert_eq!(about(&demo, &mine, "tasks/get", number)["result"]["status"], "working");
    // Somebody else's program, another program of the person: for them there is no such task.
    for stranger in [&others, demo.key()] {
        for method in ["tasks/get", "tasks/cancel"] {
            let refused = about(&demo, stranger, method, number);
            assert_eq!(refused["error"]["code"], -32_602, "{method}: {refused}");
        }
    }
    // A client that does not know tasks is told so.
    let message = new("tasks/get", json!({ "taskId": number }), &json!({}));
    let headers =
        [("mcp-protocol-version", "2026-07-28"), ("mcp-method", "tasks/get"), ("mcp-name", number)];
    let refused = post(&demo, &mine, &headers, &message).json();
    assert_eq!(refused["error"]["code"], -32_021, "{refused}");

    // Somebody else approves; the task has the result.
    let (mut browser, csrf) = demo.signed_in(ELENA);
    let address = format!("{}/approvals/{number}", demo.page());
    let digest = hidden(&browser.get(&address).text(), "digest").unwrap();
    let fields = [("csrf", csrf.as_str()), ("digest", digest.as_str())];
    assert_eq!(browser.submit(&format!("{address}/approve"), &fields).status, 200);
    let done = about(&demo, &mine, "tasks/get", number);
    let done = &done["result"];
    assert_eq!(done["status"], "completed", "{done}");
    assert_eq!(done["result"]["structuredContent"]["written"], true, "{done}");

    // One that its program takes back is nothing that anybody could still approve.
    let task = ask(&demo, &mine, id, 3_000_000);
    let number = task["taskId"].as_str().unwrap();
    assert!(about(&demo, &mine, "tasks/cancel", number)["result"].is_object());
    let gone = about(&demo, &mine, "tasks/get", number);
    assert_eq!(gone["result"]["status"], "cancelled", "{gone}");
    assert!(about(&demo, &mine, "tasks/cancel", number)["result"].is_object());

    // One that somebody rejects ends with that word.
    let task = ask(&demo, &mine, id, 4_000_000);
    let number = task["taskId"].as_str().unwrap();
    let address = format!("{}/approvals/{number}", demo.page());
    let fields = [("csrf", csrf.as_str())];
    assert_eq!(browser.submit(&format!("{address}/reject"), &fields).status, 200);
    let ended = about(&demo, &mine, "tasks/get", number);
    assert_eq!(ended["result"]["result"]["structuredContent"]["status"], "rejected", "{ended}");
    demo.verify();
}
