//! The rest of the Salesforce-compatible door's paths, and how its entries meet Salesforce's own log.

use serde_json::{Value, json};

use super::door_writes::decide;
use super::salesforce::{DATA, Program, code, encoded, ids, rule, silent};
use crate::demo::{MAYA, SAM};

const INGRID: &str = "ingrid.solheim@practice.example";

#[test]
fn an_upsert_finds_its_record_by_its_external_id() {
    let setting = silent();
    let demo = &setting.demo;
    let org = demo.org(MAYA);
    let mut program = Program::of(demo, MAYA);
    let path = |value: &str| format!("sobjects/Account/External_Key__c/{value}");
    let known = org.one(
        "SELECT Id, External_Key__c FROM Account WHERE External_Key__c != null ORDER BY Id LIMIT 1",
    );
    let value = known["External_Key__c"].as_str().unwrap();
    let answer = program.call("PATCH", &path(value), &[], &json!({ "Description": "Known" }));
    assert_eq!(answer.status, 202, "{}", answer.text());
    let said = answer.json();
    assert_eq!(said["portcullis"]["operation"], "update", "{said}");
    let answer = program.call("PATCH", &path("NEW-1"), &[], &json!({ "Name": "Upserted AG" }));
    assert_eq!(answer.status, 202, "{}", answer.text());
    let made = answer.json();
    assert_eq!(made["portcullis"]["operation"], "create", "{made}");
    let before = "SELECT Id FROM Account WHERE External_Key__c = 'NEW-1'";
    assert!(org.query(before).is_empty());
    for proposal in [&said, &made] {
        let id = proposal["portcullis"]["proposal"].as_str().unwrap();
        assert_eq!(decide(demo, id, "approve").status, 200);
    }
    let id = known["Id"].as_str().unwrap();
    let changed = org.one(&format!("SELECT Description FROM Account WHERE Id = '{id}'"));
    assert_eq!(changed["Description"], "Known");
    assert_eq!(org.query(before).len(), 1);
    // By a field that the matrix does not know there is nothing to find.
    let answer = program.call("PATCH", "sobjects/Account/Nope__c/1", &[], &json!({ "Name": "x" }));
    assert!([400, 404].contains(&answer.status), "{}", answer.text());
}

#[test]
fn graphs_trees_changes_and_deleted_records_go_through_the_door() {
    let setting = silent();
    let demo = &setting.demo;
    let org = demo.org(MAYA);
    let mut program = Program::of(demo, MAYA);
    // A graph: a read whose result the write refers to.
    let url = |path: &str| format!("{DATA}/{path}");
    let query = format!("query?q={}", encoded("SELECT Id FROM Contact ORDER BY Id LIMIT 1"));
    let graph =
        |parts: Value| json!({ "graphs": [{ "graphId": "g1", "compositeRequest": parts }] });
    let body = graph(json!([
        { "method": "GET", "url": url(&query), "referenceId": "who" },
        { "method": "POST", "url": url("sobjects/Task"), "referenceId": "task",
          "body": { "Subject": "Of a graph", "WhoId": "@{who.records[0].Id}" } },
    ]));
    let answer = program.call("POST", "composite/graph", &[], &body).json();
    let parts = &answer["graphs"][0]["graphResponse"]["compositeResponse"];
    assert_eq!(parts[0]["httpStatusCode"], 200, "{answer}");
    assert_eq!(parts[1]["httpStatusCode"], 202, "{answer}");
    let two = graph(json!([
        { "method": "POST", "url": url("sobjects/Task"), "referenceId": "a", "body": { "Subject": "1" } },
        { "method": "POST", "url": url("sobjects/Task"), "referenceId": "b", "body": { "Subject": "2" } },
    ]));
    let answer = program.call("POST", "composite/graph", &[], &two);
    assert_eq!(code(&answer), "ALL_OR_NONE_OPERATION_ROLLED_BACK");

    // A tree of new records, and one with children.
    let record = |name: &str, reference: &str| json!({ "attributes": { "type": "Task", "referenceId": reference }, "Subject": name });
    let tree = json!({ "records": [record("Of a tree", "t1"), record("Of the same tree", "t2")] });
    let answer = program.call("POST", "composite/tree/Task", &[], &tree);
    assert_eq!(answer.status, 202, "{}", answer.text());
    let results = answer.json();
    assert_eq!(results["hasErrors"], true);
    assert_eq!(results["results"][1]["referenceId"], "t2");
    assert_eq!(results["results"][1]["errors"][0]["statusCode"], "PENDING_APPROVAL");
    let nested = json!({ "records": [{ "attributes": { "type": "Account", "referenceId": "a" }, "Name": "A",
        "Contacts": { "records": [record("c", "c")] } }] });
    let answer = program.call("POST", "composite/tree/Account", &[], &nested);
    assert_eq!((answer.status, code(&answer).as_str()), (400, "INVALID_INPUT"));
    assert!(org.query("SELECT Id FROM Task WHERE Subject LIKE 'Of %'").is_empty());

    // What changed and what went, between two moments; and with them `queryAll`.
    let id = org.create("Task", &json!({ "Subject": "Soon gone" }));
    let said = program.call("DELETE", &format!("sobjects/Task/{id}"), &[], &Value::Null).json();
    decide(demo, said["portcullis"]["proposal"].as_str().unwrap(), "approve");
    let kept = org.create("Task", &json!({ "Subject": "Still here" }));
    let span = "start=2020-01-01T00:00:00Z&end=2099-01-01T00:00:00Z";
    let asked = |program: &mut Program<'_>, what: &str| {
        let answer = program.get(&format!("sobjects/Task/{what}/?{span}"));
        (answer.status, answer.text())
    };
    let (status, updated) = asked(&mut program, "updated");
    assert_eq!(status, 200, "{updated}");
    assert!(updated.contains(&kept) && !updated.contains(&id), "{updated}");
    let (status, deleted) = asked(&mut program, "deleted");
    assert_eq!(status, 200, "{deleted}");
    assert!(deleted.contains(&id) && !deleted.contains(&kept), "{deleted}");
    let soql = "SELECT Id, IsDeleted FROM Task WHERE Subject IN ('Soon gone', 'Still here')";
    let live = program.query(soql).json();
    let all = program.get(&format!("queryAll/?q={}", encoded(soql))).json();
    assert_eq!(ids(live["records"].as_array().unwrap()), std::slice::from_ref(&kept), "{live}");
    let mut found = ids(all["records"].as_array().unwrap());
    found.sort();
    let mut both = [id, kept];
    both.sort();
    assert_eq!(found, both, "{all}");
    demo.verify();
}

#[test]
fn salesforces_own_log_has_the_id_that_the_ledger_has_and_the_page_shows() {
    let setting = silent();
    let demo = &setting.demo;
    let mut program = Program::of(demo, MAYA);
    let answer = program.query("SELECT Id, Name FROM Account LIMIT 3");
    assert_eq!(answer.status, 200);
    let (_, entry) = rule(&answer);
    let trace = answer.header("portcullis-trace").unwrap().to_owned();
    // What the ledger keeps of the outcome.
    let auditor = demo.make_key(SAM).0;
    let found = demo.get_api(&auditor, &format!("/v1/ledger?trace={trace}")).json();
    let entries = found["entries"].as_array().unwrap();
    let outcome = entries.iter().find(|it| it["index"] == entry).unwrap();
    let request = outcome["request"].as_str().unwrap_or_else(|| panic!("{outcome}"));
    // What the org's own log has of that moment, which an administrator takes there.
    let admin = demo.org(SAM);
    let file =
        admin.one("SELECT Id, LogFile FROM EventLogFile WHERE EventType = 'RestApi' LIMIT 1");
    let log = admin.text(file["LogFile"].as_str().unwrap());
    let lines: Vec<&str> = log.lines().filter(|line| line.contains(request)).collect();
    assert_eq!(lines.len(), 1, "{request}: {log}");
    assert!(lines[0].contains("/query") && lines[0].contains("\"200\""), "{}", lines[0]);
    // The pages name it beside the entry.
    let (mut browser, _) = demo.signed_in(INGRID);
    for path in ["activity", &format!("ledger?trace={trace}")] {
        let page = browser.get(&format!("{}/{path}", demo.page())).text();
        assert!(page.contains(request), "{path}: {page}");
    }
}
