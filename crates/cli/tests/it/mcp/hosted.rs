//! Salesforce's hosted servers behind the gate: records through them are treated as straight from the org.

use std::sync::atomic::Ordering;

use serde_json::json;

use super::server::Server;
use super::upstream::{Desk, demo, failed_with};
use super::{call_old, tools};
use crate::demo::{MAYA, verify};
use crate::http::hidden;

/// Salesforce's hosted servers say in an answer what they refuse: the read ends on record all the same.
#[test]
fn a_hosted_server_that_refuses_a_query_leaves_no_intent_open() {
    let server = Server::start();
    server.state.hosted.store(true, Ordering::SeqCst);
    let (_folder, demo) = demo(&format!(
        "[[upstream_mcp]]\nname = \"sf\"\nkind = \"salesforce\"\ngrant = \"person\"\n\
         url = \"{}\"\nread = [\"soqlQuery\"]\n",
        server.url
    ));
    Desk::of(&demo).consent("sf", &["soqlQuery"]);
    // One that says so, and one that answers something else.
    for fault in ["fails", ""] {
        fault.clone_into(&mut server.state.fault.lock().unwrap());
        let q = "SELECT Id, Name FROM Contact LIMIT 2";
        let answer = call_old(&demo, demo.key(), "sf__soqlQuery", &json!({ "q": q }));
        failed_with(&answer, "UPSTREAM_FAILED");
        assert!(!answer.to_string().contains("zora"), "{fault}: {answer}");
    }
    let data = demo.data.clone();
    demo.stop();
    assert_eq!(verify(&data)["open"], json!([]));
}

const HOSTED: &str = "[[upstream_mcp]]\nname = \"sf\"\nkind = \"salesforce\"\ngrant = \"person\"\n\
    url = \"{org}/platform/mcp/v1/platform/sobject-all\"\nread = [\"soqlQuery\", \"find\"]\n\
    write = [\"createSobjectRecord\", \"updateSobjectRecord\"]\n";

#[test]
fn records_through_a_hosted_server_are_treated_by_the_matrix() {
    let (_folder, demo) = demo(HOSTED);
    Desk::of(&demo)
        .consent("sf", &["soqlQuery", "find", "createSobjectRecord", "updateSobjectRecord"]);
    let all = tools(&demo, demo.key());
    assert_eq!(all[9..11], ["sf__find", "sf__soqlQuery"], "{all:?}");
    let q = "SELECT Id, Name, Email FROM Contact WHERE Email != null ORDER BY Id LIMIT 2";
    let straight = call_old(&demo, demo.key(), "soqlQuery", &json!({ "q": q }));
    let hosted = call_old(&demo, demo.key(), "sf__soqlQuery", &json!({ "q": q }));
    assert_eq!(
        hosted["result"]["structuredContent"]["records"],
        straight["result"]["structuredContent"]["records"],
        "{hosted}"
    );
    assert!(!hosted.to_string().contains('@'), "{hosted}");
    // A token works as an argument; a field that the matrix keeps does not.
    let token = hosted["result"]["structuredContent"]["records"][0]["Email"].as_str().unwrap();
    let by_token = json!({ "q": format!("SELECT Id FROM Contact WHERE Email = '{token}'") });
    let found = call_old(&demo, demo.key(), "sf__soqlQuery", &by_token);
    assert_eq!(found["result"]["structuredContent"]["totalSize"], 1, "{found}");
    let kept = json!({ "q": "SELECT Id FROM Contact WHERE SSN__c != null" });
    assert_eq!(call_old(&demo, demo.key(), "sf__soqlQuery", &kept)["result"]["isError"], true);

    let body = json!({ "sobject-name": "Account", "body": { "Name": "Probe Hosted" } });
    let waits = call_old(&demo, demo.key(), "sf__createSobjectRecord", &body);
    let address = waits["result"]["structuredContent"]["address"].as_str().unwrap().to_owned();
    let (mut browser, csrf) = demo.signed_in(MAYA);
    let digest = hidden(&browser.get(&address).text(), "digest").unwrap();
    let fields = [("csrf", csrf.as_str()), ("digest", digest.as_str())];
    assert_eq!(browser.submit(&format!("{address}/approve"), &fields).status, 200);
    let query = json!({ "q": "SELECT Id FROM Account WHERE Name = 'Probe Hosted'" });
    let found = call_old(&demo, demo.key(), "sf__soqlQuery", &query);
    assert_eq!(found["result"]["structuredContent"]["totalSize"], 1, "{found}");
    let id = found["result"]["structuredContent"]["records"][0]["Id"].as_str().unwrap();
    let body = json!({ "sobject-name": "Account", "id": id, "body": { "Name": "Probe Twice" } });
    let waits = call_old(&demo, demo.key(), "sf__updateSobjectRecord", &body);
    let address = waits["result"]["structuredContent"]["address"].as_str().unwrap().to_owned();
    let page = browser.get(&address).text();
    assert!(page.contains("Probe Hosted") && page.contains("Probe Twice"), "old and new: {page}");
    let digest = hidden(&page, "digest").unwrap();
    let fields = [("csrf", csrf.as_str()), ("digest", digest.as_str())];
    assert_eq!(browser.submit(&format!("{address}/approve"), &fields).status, 200);
    let query = json!({ "q": "SELECT Id FROM Account WHERE Name = 'Probe Twice'" });
    let found = call_old(&demo, demo.key(), "soqlQuery", &query);
    assert_eq!(found["result"]["structuredContent"]["totalSize"], 1, "{found}");
    demo.verify();
}
