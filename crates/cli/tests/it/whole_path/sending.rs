//! Converting leads and sending mail: closed at the Salesforce-compatible door, whatever the way.

use serde_json::{Value, json};

use super::salesforce::{DATA, Program, code, rule, silent};
use crate::demo::MAYA;

#[test]
fn converting_and_sending_are_closed_and_what_is_left_is_proposed() {
    let setting = silent();
    let org = setting.demo.org(MAYA);
    let mut program = Program::of(&setting.demo, MAYA);
    let lead = org.query("SELECT Id FROM Lead WHERE IsConverted = false LIMIT 1")[0]["Id"].clone();
    let lead = lead.as_str().unwrap();
    let mail = json!({ "inputs": [{ "emailAddresses": "a@b.example", "emailSubject": "x", "emailBody": "y" }] });
    for path in
        ["actions/standard/emailSimple", "actions/custom/apex/ConvertLead", "process/approvals"]
    {
        let answer = program.call("POST", path, &[], &mail);
        assert_eq!(code(&answer), "FUNCTIONALITY_NOT_ENABLED", "{path}");
        assert_eq!(rule(&answer).0, "closed-path", "{path}");
    }
    // The same as a part of another request.
    let part = json!({ "method": "POST", "url": format!("{DATA}/actions/standard/emailSimple"), "referenceId": "m", "body": mail });
    let answer = program.call("POST", "composite", &[], &json!({ "compositeRequest": [part] }));
    let part = &answer.json()["compositeResponse"][0];
    assert_eq!(part["body"][0]["errorCode"], "FUNCTIONALITY_NOT_ENABLED", "{part}");
    let soap = program.call("POST", "/services/Soap/u/59.0", &[], &Value::Null);
    assert!(soap.status == 500 && rule(&soap).0 == "closed-path", "{}", soap.text());
    // Nobody converts by writing the field, and nobody here may make mail.
    let path = format!("sobjects/Lead/{lead}");
    let answer = program.call("PATCH", &path, &[], &json!({ "IsConverted": true }));
    assert_eq!(answer.status, 400, "{}", answer.text());
    let answer = program.call("POST", "sobjects/EmailMessage", &[], &json!({ "Subject": "x" }));
    assert_eq!(code(&answer), "INSUFFICIENT_ACCESS_OR_READONLY", "{}", answer.text());
    // A task is a record like any other, and waits.
    let answer = program.call("POST", "sobjects/Task", &[], &json!({ "Subject": "Write to them" }));
    assert_eq!(answer.status, 202, "{}", answer.text());
    let after = org.one(&format!("SELECT IsConverted FROM Lead WHERE Id = '{lead}'"));
    assert_eq!(after["IsConverted"], false);
    assert!(org.query("SELECT Id FROM Task WHERE Subject = 'Write to them'").is_empty());
}
