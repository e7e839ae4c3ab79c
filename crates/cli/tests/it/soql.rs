//! `portcullis soql explain`, and what `soql check` says of queries that Salesforce would not run.

use std::fs;

use serde_json::{Value, json};

use crate::cli::{code, fed, out};
use crate::demo::run;

const MATRIX: &str = "\
object,field,read,create,update,label,treatment,why
Account,Id,yes,no,no,Internal System,pass,
Account,Name,yes,no,no,Internal Staff,token,our customers
Contact,Id,yes,no,no,Internal System,pass,
Contact,AccountId,yes,no,no,Internal System,pass,
Contact,Email,yes,no,no,Confidential PII Staff,token,people
Contact,Salary__c,yes,no,no,Restricted Staff,round,
Contact,Score__c,yes,no,no,MissionCritical Staff,strip,our formula
";

fn explain(query: &str, more: &[&str]) -> (i32, String) {
    let folder = tempfile::tempdir().unwrap();
    let (matrix, schema) = (folder.path().join("matrix.csv"), folder.path().join("schema.json"));
    fs::write(&matrix, MATRIX).unwrap();
    let objects = json!({ "objects": [
        { "name": "Account", "fields": ["Id", "Name"],
          "children": [{ "relationship": "Contacts", "object": "Contact", "field": "AccountId" }] },
        { "name": "Contact", "fields": ["Id", "Email", "Salary__c", "Score__c", "Unlisted__c",
            { "name": "AccountId", "relationshipName": "Account", "referenceTo": ["Account"] }] },
    ] });
    fs::write(&schema, objects.to_string()).unwrap();
    let (matrix, schema) = (matrix.to_str().unwrap(), schema.to_str().unwrap());
    let files = ["soql", "explain", "--matrix", matrix, "--schema", schema];
    let output = run(&[&files, more, &[query]].concat());
    (code(&output), out(&output))
}

#[test]
fn a_query_is_explained_as_the_gate_would_plan_it() {
    let (code, said) = explain(
        "SELECT Email, Score__c, Unlisted__c, Account.Name, Salary__c FROM Contact WHERE Email LIKE 'a%' ORDER BY AccountId",
        &[],
    );
    assert_eq!(code, 0);
    insta::assert_snapshot!(said, @r"
    allowed  select Account.Name (Internal, token): our customers
    allowed  order  Contact.AccountId (Internal, pass)
    allowed  hop    Contact.AccountId (Internal, pass)
    allowed  select Contact.Email (Confidential, token): people
    allowed  filter Contact.Email (Confidential, token): people
    allowed  select Contact.Salary__c (Restricted, round)
    dropped  select Contact.Score__c (MissionCritical, strip): our formula
    dropped  select Contact.Unlisted__c (no row): the matrix has no row for it
    sends    SELECT Email, Account.Name, Salary__c FROM Contact WHERE Email LIKE 'a%' ORDER BY AccountId LIMIT 200
    rows     at most 200
    values   Contact.Email comes as a token: it may be held against tokens, against whole words just as the person said them, and against null, but not against values of your own
    ");
    let (code, said) = explain("SELECT Id FROM Contact WHERE Salary__c > 5", &["--rows", "20"]);
    assert_eq!(code, 1);
    let refusal =
        "refused  INVALID_FIELD: Contact.Salary__c may not be used here: it comes back rounded";
    assert!(said.contains(refusal), "{said}");
    let (code, said) = explain("SELECT Id FROM Contact FOR VIEW", &[]);
    assert_eq!(code, 1);
    assert!(said.contains("writes   FOR VIEW\nrefused  MALFORMED_QUERY"), "{said}");
    let (code, said) = explain("SELECT Nope FROM Contact", &[]);
    assert_eq!(code, 1);
    assert!(said.starts_with("refused  INVALID_FIELD: No such column 'Nope'"), "{said}");
}

#[test]
fn a_program_reads_the_explanation() {
    let query = "SELECT FIELDS(ALL), (SELECT Score__c FROM Contacts) FROM Account LIMIT 5";
    let (code, said) = explain(query, &["--json", "--rows", "3"]);
    assert_eq!(code, 0);
    let told: Value = serde_json::from_str(&said).unwrap();
    let sends = "SELECT Id, Name, (SELECT Id FROM Contacts LIMIT 3) FROM Account LIMIT 3";
    assert_eq!(told["sends"], sends);
    assert_eq!(
        (&told["refused"], &told["rows"], &told["values"]),
        (&Value::Null, &json!(3), &Value::Null)
    );
    let touches = told["touches"].as_array().unwrap();
    let score = touches.iter().find(|it| it["field"] == "Score__c").unwrap();
    let expected = json!({ "object": "Contact", "field": "Score__c", "use": "select",
        "decision": "dropped", "why": "our formula", "treatment": "strip", "level": "MissionCritical" });
    assert_eq!(score, &expected);
}

#[test]
fn a_matrix_alone_is_enough_for_plain_queries() {
    let folder = tempfile::tempdir().unwrap();
    let matrix = folder.path().join("matrix.csv");
    fs::write(&matrix, MATRIX).unwrap();
    let arguments = ["soql", "explain", "--matrix", matrix.to_str().unwrap()];
    let output = run(&[&arguments[..], &["SELECT Email FROM Contact"]].concat());
    assert!(
        out(&output).contains("sends    SELECT Email FROM Contact LIMIT 200"),
        "{}",
        out(&output)
    );
}

#[test]
fn what_salesforce_would_not_run_is_soql_all_the_same() {
    let lines = "SELECT FIELDS(ALL) FROM Account\nSELECT Name, COUNT(Id) FROM Account\n";
    let output = fed(&["soql", "check", "--json"], lines);
    for (line, words) in out(&output).lines().zip(["LIMIT of at most 200", "must be grouped"]) {
        let verdict: Value = serde_json::from_str(line).unwrap();
        assert_eq!(verdict["valid"], true, "{line}");
        assert!(verdict["will_not_run"].as_str().unwrap().contains(words), "{line}");
    }
}
