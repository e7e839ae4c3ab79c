//! Deletions through the Salesforce-compatible door: proposed, shown, signed, and done as the person.

use serde_json::{Value, json};

use super::door_writes::{decide, decide_as_seen, hidden_digest};
use super::salesforce::{DATA, Program, code, ids, rule, silent};
use crate::demo::{MAYA, SAM, TOM};
use crate::http::unescape;

const DENIED: &str = "INSUFFICIENT_ACCESS_OR_READONLY";

fn remove(program: &mut Program<'_>, object: &str, id: &str) -> crate::http::Answer {
    program.call("DELETE", &format!("sobjects/{object}/{id}"), &[], &Value::Null)
}

fn task(org: &crate::org::Org, subject: &str) -> String {
    org.create("Task", &json!({ "Subject": subject, "Description": "Ring the bell" }))
}

#[test]
fn a_deletion_waits_for_the_person_and_is_done_as_the_person() {
    let setting = silent();
    let demo = &setting.demo;
    let org = demo.org(MAYA);
    let there = |id: &str| !org.query(&format!("SELECT Id FROM Task WHERE Id = '{id}'")).is_empty();
    let mut program = Program::of(demo, MAYA);
    let id = task(&org, "Feed the owls");
    let answer = remove(&mut program, "Task", &id);
    assert_eq!(answer.status, 202, "{}", answer.text());
    let said = answer.json();
    assert_eq!(
        (&said["success"], &said["portcullis"]["operation"]),
        (&json!(false), &json!("delete"))
    );
    let proposal = said["portcullis"]["proposal"].as_str().unwrap().to_owned();
    assert_eq!(answer.header("location").unwrap(), format!("{}/approvals/{proposal}", demo.page()));
    assert_eq!(rule(&answer).0, "human-approval");

    // The person sees what goes, in the clear; nobody else sees the proposal.
    let address = format!("{}/approvals/{proposal}", demo.page());
    let (mut maya, _) = demo.signed_in(MAYA);
    let card = unescape(&maya.get(&address).text());
    for words in ["Deletion of Task", "Feed the owls", "Ring the bell", "Delete Task Feed the owls"]
    {
        assert!(card.contains(words), "{words}: {card}");
    }
    assert!(!card.contains(">Edit<"), "{card}");
    assert_eq!(demo.signed_in(TOM).0.get(&address).status, 404);

    // No: it stays. Yes: it is gone, by the person's own grant, into the recycle bin.
    assert_eq!(decide(demo, &proposal, "reject").status, 200);
    assert!(there(&id), "rejected");
    let said = remove(&mut program, "Task", &id).json();
    let proposal = said["portcullis"]["proposal"].as_str().unwrap().to_owned();
    let seen = hidden_digest(demo, &proposal);
    let done = decide(demo, &proposal, "approve");
    assert!(done.text().contains("It is deleted in Salesforce."), "{}", done.text());
    assert!(!there(&id), "approved");
    let me = org.one(&format!("SELECT Id FROM User WHERE Username = '{MAYA}'"))["Id"].clone();
    let all = demo
        .org(SAM)
        .query_all(&format!("SELECT IsDeleted, LastModifiedById FROM Task WHERE Id = '{id}'"));
    assert_eq!((&all[0]["IsDeleted"], &all[0]["LastModifiedById"]), (&json!(true), &me));
    // Once, and not again: neither the proposal nor the record.
    let again = decide_as_seen(demo, &proposal, "approve", &seen);
    assert_eq!(again.status, 409, "{}", again.text());
    let again = remove(&mut program, "Task", &id);
    assert_eq!((again.status, code(&again).as_str()), (404, "NOT_FOUND"));

    // A record that changed since is looked at again.
    let id = task(&org, "Count the sheep");
    let said = remove(&mut program, "Task", &id).json();
    let proposal = said["portcullis"]["proposal"].as_str().unwrap().to_owned();
    let seen = hidden_digest(demo, &proposal);
    org.update("Task", &id, &json!({ "Subject": "Count the goats" }));
    let stale = decide_as_seen(demo, &proposal, "approve", &seen);
    assert_eq!(stale.status, 409, "{}", stale.text());
    assert!(there(&id) && unescape(&stale.text()).contains("Count the goats"), "{}", stale.text());
    assert_eq!(decide(demo, &proposal, "approve").status, 200);
    assert!(!there(&id));

    // One deletion was done, and one more after its conflict; the ledger has both as such.
    let found = demo.get_api(&program.key, "/v1/ledger?decision=done&limit=200").json();
    let entries = found["entries"].as_array().unwrap();
    let deletions: Vec<&Value> =
        entries.iter().filter(|it| it["facts"]["action"] == "delete").collect();
    assert_eq!(deletions.len(), 2, "{found}");
    assert!(deletions.iter().all(|it| it["facts"]["purpose"] == "outcome"), "{deletions:?}");
    assert_eq!(demo.verify()["open"], json!([]));
}

#[test]
fn what_may_not_be_deleted_looks_as_it_does_in_salesforce() {
    let setting = silent();
    let demo = &setting.demo;
    let mut program = Program::of(demo, MAYA);
    // The matrix keeps accounts; the describe says so.
    let account = ids(&program.records("SELECT Id FROM Account LIMIT 1")).remove(0);
    let kept = remove(&mut program, "Account", &account);
    assert_eq!((kept.status, code(&kept).as_str()), (403, DENIED));
    assert_eq!(rule(&kept).0, "matrix");
    assert!(!kept.text().contains("matrix"), "{}", kept.text());
    for (object, may) in [("Account", false), ("Task", true)] {
        let described = program.get(&format!("sobjects/{object}/describe")).json();
        assert_eq!(described["deletable"], may, "{object}");
    }
    // An object without the right is not deletable for the person, one without a row is not there.
    let product = ids(&program.records("SELECT Id FROM Product2 LIMIT 1")).remove(0);
    let refused = remove(&mut program, "Product2", &product);
    assert_eq!((refused.status, code(&refused).as_str()), (403, DENIED));
    assert_eq!(rule(&refused).0, "rights");
    assert_eq!(remove(&mut program, "Organization", &account).status, 404);
    assert_eq!(code(&remove(&mut program, "Task", "nonsense")), "MALFORMED_ID");

    // A record that the person sees and may not delete: Salesforce says so when it is approved.
    let theirs = json!({ "Subject": "Not hers", "WhatId": account });
    let theirs = demo.org(SAM).create("Task", &theirs);
    let said = remove(&mut program, "Task", &theirs).json();
    let proposal = said["portcullis"]["proposal"].as_str().unwrap();
    let done = decide(demo, proposal, "approve");
    assert!(done.text().contains("Salesforce refused it; nothing was deleted."), "{}", done.text());
    assert!(done.text().contains(DENIED), "{}", done.text());
    let there = format!("SELECT Id FROM Task WHERE Id = '{theirs}'");
    assert_eq!(demo.org(MAYA).query(&there).len(), 1);

    // By an external id: the same record, the same rules.
    let known = demo.org(MAYA).one(
        "SELECT Id, External_Key__c FROM Account WHERE External_Key__c != null ORDER BY Id LIMIT 1",
    );
    let path =
        format!("sobjects/Account/External_Key__c/{}", known["External_Key__c"].as_str().unwrap());
    let kept = program.call("DELETE", &path, &[], &Value::Null);
    assert_eq!((kept.status, code(&kept).as_str()), (403, DENIED));
    let contact = json!({ "LastName": "Keyed", "External_Key__c": "K-1" });
    demo.org(MAYA).create("Contact", &contact);
    let answer = program.call("DELETE", "sobjects/Contact/External_Key__c/K-1", &[], &Value::Null);
    assert_eq!(answer.status, 202, "{}", answer.text());
    let none = program.call("DELETE", "sobjects/Contact/External_Key__c/K-2", &[], &Value::Null);
    assert_eq!((none.status, code(&none).as_str()), (404, "NOT_FOUND"));

    // Lists and parts of composite requests.
    let org = demo.org(MAYA);
    let (one, two, three) = (task(&org, "one"), task(&org, "two"), task(&org, "three"));
    let path = format!("composite/sobjects?ids={one},{account},{two}&allOrNone=false");
    let list = program.call("DELETE", &path, &[], &Value::Null);
    assert_eq!(list.status, 202, "{}", list.text());
    let said: Vec<Value> = list
        .json()
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["errors"][0]["statusCode"].clone())
        .collect();
    assert_eq!(said, ["PENDING_APPROVAL", DENIED, "PENDING_APPROVAL"]);
    let together = path.replace("false", "true");
    let refused = program.call("DELETE", &together, &[], &Value::Null);
    assert_eq!(code(&refused), "ALL_OR_NONE_OPERATION_ROLLED_BACK");
    let part = json!({ "method": "DELETE", "url": format!("{DATA}/sobjects/Task/{three}"), "referenceId": "d" });
    let body = json!({ "compositeRequest": [part] });
    let answer = program.call("POST", "composite", &[], &body).json();
    assert_eq!(answer["compositeResponse"][0]["httpStatusCode"], 202, "{answer}");
    let body = json!({ "graphs": [{ "graphId": "g", "compositeRequest": [part] }] });
    let answer = program.call("POST", "composite/graph", &[], &body).json();
    let graph = &answer["graphs"][0];
    assert_eq!(graph["isSuccessful"], false, "{answer}");
    assert_eq!(graph["graphResponse"]["compositeResponse"][0]["httpStatusCode"], 202, "{answer}");
    assert_eq!(org.query("SELECT Id FROM Task WHERE Subject IN ('one', 'two', 'three')").len(), 3);
    demo.verify();
}
