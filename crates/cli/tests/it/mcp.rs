//! Assistants at the door of tools: how they come in, what they get, what they cannot do.

mod hosted;
mod letting_in;
mod possession;
mod program;
mod server;
mod task;
mod upstream;
mod writing;

use serde_json::{Value, json};

use crate::demo::{Demo, prepared};
use crate::http::{Answer, send, split};

/// A demo of its own for each test.
fn demo() -> (tempfile::TempDir, Demo) {
    let folder = tempfile::tempdir().unwrap();
    let data = prepared(folder.path());
    let demo = Demo::start(&data, &[]);
    (folder, demo)
}

fn post(demo: &Demo, bearer: &str, headers: &[(&str, &str)], message: &Value) -> Answer {
    let (host, _) = split(demo.page());
    let bearer = format!("Bearer {bearer}");
    let mut all = vec![
        ("content-type", "application/json"),
        ("accept", "application/json, text/event-stream"),
    ];
    if bearer.len() > 7 {
        all.push(("authorization", bearer.as_str()));
    }
    all.extend_from_slice(headers);
    send(&host, "POST", "/mcp", &all, message.to_string().as_bytes()).unwrap()
}

/// A request of 2025-06-18.
fn old(method: &str, params: &Value) -> Value {
    json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params })
}

fn call_old(demo: &Demo, bearer: &str, tool: &str, arguments: &Value) -> Value {
    let message = old("tools/call", &json!({ "name": tool, "arguments": arguments }));
    let answer = post(demo, bearer, &[("mcp-protocol-version", "2025-06-18")], &message);
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()
}

fn tools(demo: &Demo, bearer: &str) -> Vec<String> {
    let message = old("tools/list", &json!({}));
    let answer = post(demo, bearer, &[("mcp-protocol-version", "2025-06-18")], &message);
    assert_eq!(answer.status, 200, "{}", answer.text());
    let list = answer.json()["result"]["tools"].as_array().unwrap().clone();
    list.iter().map(|tool| tool["name"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn strangers_are_told_where_to_go_and_other_sites_are_refused() {
    let (_folder, demo) = demo();
    let hello = old(
        "initialize",
        &json!({ "protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": { "name": "t", "version": "1" } }),
    );
    let refused = post(&demo, "", &[], &hello);
    assert_eq!(refused.status, 401);
    let challenge = refused.header("www-authenticate").unwrap();
    let metadata = format!("{}/.well-known/oauth-protected-resource/mcp", demo.page());
    assert!(challenge.contains(&format!("resource_metadata=\"{metadata}\"")), "{challenge}");
    for wrong in ["x", "pat_AAAA", "portcullis_x", "00D!session.id.of.salesforce"] {
        let refused = post(&demo, wrong, &[], &hello);
        assert_eq!(refused.status, 401, "{wrong}");
        assert!(refused.header("www-authenticate").unwrap().contains("invalid_token"));
    }
    for foreign in ["https://evil.example", "null", "http://127.0.0.1:1"] {
        let refused = post(&demo, demo.key(), &[("origin", foreign)], &hello);
        assert_eq!(refused.status, 403, "{foreign}");
    }
    let own = post(&demo, demo.key(), &[("origin", demo.page())], &hello);
    assert_eq!(own.status, 200, "{}", own.text());
    // DNS rebinding: the name is a stranger's, the address is ours.
    let (host, _) = split(demo.page());
    let request = format!(
        "POST /mcp HTTP/1.1\r\nhost: evil.example\r\nauthorization: Bearer {}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
        demo.key()
    );
    assert!(raw(&host, &request).starts_with("HTTP/1.1 403"));
}

/// Sends bytes and gives what comes back.
fn raw(host: &str, request: &str) -> String {
    use std::io::{Read as _, Write as _};
    let mut stream = std::net::TcpStream::connect(host).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn header_and_body_agree_or_the_request_is_refused() {
    let (_folder, demo) = demo();
    let list = program::new("tools/list", json!({}), &json!({}));
    let agreed = [("mcp-protocol-version", "2026-07-28"), ("mcp-method", "tools/list")];
    assert_eq!(post(&demo, demo.key(), &agreed, &list).status, 200);
    for headers in [
        [("mcp-protocol-version", "2026-07-28"), ("mcp-method", "tools/call")],
        [("mcp-protocol-version", "2025-06-18"), ("mcp-method", "tools/list")],
    ] {
        let refused = post(&demo, demo.key(), &headers, &list);
        assert_eq!(refused.status, 400, "{headers:?} {}", refused.text());
    }
    let large = "x".repeat(3 << 20);
    assert_eq!(post(&demo, demo.key(), &agreed, &json!({ "x": large })).status, 413);
}

#[test]
fn what_clients_send_stays_out_of_the_logs() {
    let (_folder, demo) = demo();
    for name in ["canary of a tool", "canary\u{1b}[31m", "canary__x"] {
        let message = old("tools/call", &json!({ "name": name, "arguments": { "canary": 1 } }));
        let headers = [("mcp-protocol-version", "2025-06-18")];
        assert!(post(&demo, demo.key(), &headers, &message).text().contains("error"));
        let list = program::new("tools/call", json!({ "name": name }), &json!({}));
        let headers = [
            ("mcp-protocol-version", "2026-07-28"),
            ("mcp-method", "tools/call"),
            ("mcp-name", "canary-in-a-header"),
        ];
        post(&demo, demo.key(), &headers, &list);
    }
    let log = std::fs::read_to_string(&demo.log).unwrap();
    assert!(!log.contains("canary"), "{log}");
}

#[test]
fn each_person_sees_the_tools_that_they_may_use() {
    let (_folder, demo) = demo();
    let all = tools(&demo, demo.key());
    assert_eq!(all.len(), 9, "{all:?}");
    assert_eq!(all, tools(&demo, demo.key()), "in the same order");
    assert!(!all.iter().any(|name| name.contains("delete")));
    // Compliance reads everything and changes nothing.
    let (key, _) = demo.make_key("ingrid.solheim@practice.example");
    let reading = tools(&demo, &key);
    assert_eq!(reading, all[..6], "{reading:?}");
}

#[test]
fn records_come_treated_and_tokens_work_as_arguments() {
    let (_folder, demo) = demo();
    let query = json!({ "query": "SELECT Id, Email FROM Contact WHERE Email != null LIMIT 1" });
    let first = call_old(&demo, demo.key(), "soqlQuery", &query);
    let record = &first["result"]["structuredContent"]["records"][0];
    let token = record["Email"].as_str().unwrap();
    assert!(token.starts_with("{EMAIL_"), "{record}");
    assert!(!first.to_string().contains('@'), "{first}");
    let by_token = json!({ "q": format!("SELECT Id FROM Contact WHERE Email = '{token}'") });
    let again = call_old(&demo, demo.key(), "soqlQuery", &by_token);
    assert_eq!(again["result"]["structuredContent"]["records"][0]["Id"], record["Id"]);
    // Another program of the same person does not share the table.
    let (other, _) = demo.make_key(crate::demo::MAYA);
    let foreign = call_old(&demo, &other, "soqlQuery", &by_token);
    assert_eq!(foreign["result"]["isError"], true, "{foreign}");
}
