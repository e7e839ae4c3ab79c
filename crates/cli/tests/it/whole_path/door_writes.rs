//! The Salesforce-compatible door: writes wait for a person, and what a program is told of that.

use serde_json::{Value, json};

use super::salesforce::{Program, code, silent};
use super::text;
use crate::demo::{Demo, MAYA};
use crate::http::{Answer, hidden};

/// What the approver signs: the digest on the card.
pub(super) fn hidden_digest(demo: &Demo, id: &str) -> String {
    let (mut browser, _) = demo.signed_in(MAYA);
    let card = browser.get(&format!("{}/approvals/{id}", demo.page())).text();
    hidden(&card, "digest").expect("it waits")
}

/// The proposal's card, decided on the page as it is now.
pub(super) fn decide(demo: &Demo, id: &str, verb: &str) -> Answer {
    decide_as_seen(demo, id, verb, &hidden_digest(demo, id))
}

/// The same, with the digest of a card that was looked at before.
pub(super) fn decide_as_seen(demo: &Demo, id: &str, verb: &str, digest: &str) -> Answer {
    let (mut browser, csrf) = demo.signed_in(MAYA);
    let fields = [("csrf", csrf.as_str()), ("digest", digest)];
    let address = format!("{}/approvals/{id}/{verb}", demo.page());
    browser.submit_with(&address, &fields, &[("x-fragment", "card")])
}

#[test]
fn a_write_waits_for_a_person_and_is_a_success_only_then() {
    let setting = silent();
    let demo = &setting.demo;
    let org = demo.org(MAYA);
    let mut program = Program::of(demo, MAYA);
    let contact = program
        .records("SELECT Id, Email, AccountId FROM Contact WHERE Email != null LIMIT 1")
        .remove(0);
    let clear = org.one(&format!(
        "SELECT Email FROM Contact WHERE Id = '{}'",
        contact["Id"].as_str().unwrap()
    ));
    let body = json!({ "LastName": "Brandneu", "Email": contact["Email"], "AccountId": contact["AccountId"] });
    let answer = program.call("POST", "sobjects/Contact/", &[], &body);
    assert_eq!(answer.status, 202, "{}", answer.text());
    let said = answer.json();
    assert_eq!((&said["success"], &said["id"]), (&json!(false), &Value::Null));
    assert_eq!(said["errors"][0]["statusCode"], "PENDING_APPROVAL");
    let id = said["portcullis"]["proposal"].as_str().unwrap().to_owned();
    assert_eq!(answer.header("location").unwrap(), format!("{}/approvals/{id}", demo.page()));
    let made = "SELECT Id, Email FROM Contact WHERE LastName = 'Brandneu'";
    assert!(org.query(made).is_empty(), "nothing is written before the click");
    assert_eq!(decide(demo, &id, "approve").status, 200);
    assert_eq!(text(&org.one(made)["Email"]), text(&clear["Email"]), "the value behind the token");

    // With `Prefer: wait` the answer is Salesforce's own once the person has decided.
    let waits =
        |program: &mut Program<'_>, method: &str, path: &str, body: &Value, verb: &'static str| {
            std::thread::scope(|scope| {
                scope.spawn(|| {
                    let (mut browser, _) = demo.signed_in(MAYA);
                    for _ in 0..200 {
                        let page = browser.get(&format!("{}/approvals", demo.page())).text();
                        if let Some(at) = page.find("data-proposal=\"") {
                            let rest = &page[at + "data-proposal=\"".len()..];
                            let waiting = hidden(&page, "digest").is_some();
                            if waiting {
                                return decide(demo, rest.split('"').next().unwrap(), verb);
                            }
                        }
                        std::thread::sleep(std::time::Duration::from_millis(50));
                    }
                    panic!("no proposal came");
                });
                program.call(method, path, &[("prefer", "wait=50")], body)
            })
        };
    let answer =
        waits(&mut program, "POST", "sobjects/Task", &json!({ "Subject": "Gewartet" }), "approve");
    assert_eq!(answer.status, 201, "{}", answer.text());
    let task = org.one("SELECT Id FROM Task WHERE Subject = 'Gewartet'");
    assert_eq!(answer.json(), json!({ "id": task["Id"], "success": true, "errors": [] }));
    let path = format!("sobjects/Task/{}", task["Id"].as_str().unwrap());
    let answer = waits(&mut program, "PATCH", &path, &json!({ "Subject": "Geändert" }), "approve");
    assert_eq!((answer.status, answer.body.len()), (204, 0), "{}", answer.text());
    let answer = waits(&mut program, "PATCH", &path, &json!({ "Subject": "Nie" }), "reject");
    assert_eq!((answer.status, code(&answer).as_str()), (403, "INSUFFICIENT_ACCESS_OR_READONLY"));
    assert_eq!(
        org.one(&format!("SELECT Subject FROM Task WHERE Id = '{}'", task["Id"].as_str().unwrap()))
            ["Subject"],
        "Geändert"
    );

    // What the matrix keeps from writes is read only.
    let path = format!("sobjects/Contact/{}", contact["Id"].as_str().unwrap());
    let answer = program.call("PATCH", &path, &[], &json!({ "LeadSource": "Web" }));
    assert!([400, 202].contains(&answer.status), "{}", answer.text());
    let list = json!({ "records": [
        { "attributes": { "type": "Task" }, "Subject": "one" },
        { "attributes": { "type": "Task" }, "Nonsense": "two" },
    ]});
    let answer = program.call("POST", "composite/sobjects", &[], &list);
    let results = answer.json();
    assert_eq!(answer.status, 202, "{results}");
    assert!(results.as_array().unwrap().iter().all(|it| it["success"] == false), "{results}");
    assert_eq!(results[0]["errors"][0]["statusCode"], "PENDING_APPROVAL");
    assert_eq!(results[1]["errors"][0]["statusCode"], "INVALID_FIELD");
    demo.verify();
}
