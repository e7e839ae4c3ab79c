//! `portcullis soql explain`, and what `soql check` says of queries that Salesforce would not run.

use std::fs;

use serde_json::{Value, json};

use crate::cli::{code, fed, out};
use crate::demo::{Demo, MAYA, SAM, copy, prepared, run};

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

#[test]
fn every_line_is_answered_with_one() {
    let lines = [
        "SELECT COUNT() FROM Account\r",
        "",
        r#""SELECT Id\nFROM Account WHERE\n""#,
        "FIND {x} RETURNING Contact(Email WHERE Salary__c > 5), Account UPDATE TRACKING",
        "FIND {x}",
        "FIND {x",
        "SELECT Id FROM Account FOR VIEW",
    ];
    let output = fed(&["soql", "check", "--json"], &(lines.join("\n") + "\n"));
    let told = out(&output);
    let told: Vec<Value> = told.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(told.len(), lines.len());
    let good = |objects: Value, fields: Value, writes: Value| json!({ "valid": true, "objects": objects, "fields": fields, "writes": writes });
    assert_eq!(told[0], good(json!(["Account"]), json!([]), json!([])));
    assert_eq!(told[1]["message"], "A query string has to be specified");
    assert_eq!((&told[2]["line"], &told[2]["column"]), (&json!(3), &json!(1)));
    let fields = json!(["Account.Id", "Contact.Email", "Contact.Salary__c"]);
    assert_eq!(told[3], good(json!(["Account", "Contact"]), fields, json!(["Tracking"])));
    assert_eq!(told[4]["everything"], true);
    assert_eq!((&told[5]["valid"], &told[5]["code"]), (&json!(false), &json!("MALFORMED_SEARCH")));
    assert_eq!(told[6]["writes"], json!(["View"]));
}

#[test]
fn a_query_is_explained_for_one_person_with_what_salesforce_lets_them_see() {
    let folder = tempfile::tempdir().unwrap();
    let demo = Demo::start(&prepared(folder.path()), &[]);
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let maya = format!("file:{}", file("maya.key", demo.key()));
    let sam = format!("file:{}", file("sam.key", &demo.make_key(SAM).0));
    // A field that only some profiles see, and that the matrix strips.
    let query = "SELECT Name, Risk_Rating__c FROM Contact WHERE Email LIKE 'a%' LIMIT 900";
    let asked = |key: &str, more: &[&str]| {
        let words = ["soql", "explain", "--url", demo.page(), "--key", key];
        let output = run(&[&words[..], more, &[query]].concat());
        (code(&output), out(&output), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    let (exit, said, _) = asked(&sam, &[]);
    assert_eq!(exit, 0, "{said}");
    for words in [
        "allowed  filter Contact.Email (Confidential, token)",
        "dropped  select Contact.Risk_Rating__c (Restricted, strip): a judgement on a person",
        "sends    SELECT Name FROM Contact WHERE Email LIKE 'a%' LIMIT 200",
        "rows     at most 200",
    ] {
        assert!(said.contains(words), "{words}: {said}");
    }
    let (exit, hidden, _) = asked(&maya, &[]);
    assert_eq!(exit, 1, "{hidden}");
    assert!(hidden.contains("refused  INVALID_FIELD: No such column 'Risk_Rating__c'"), "{hidden}");
    // An auditor may ask for others, and it is recorded; nobody else may.
    assert_eq!(asked(&sam, &["--as", MAYA]).1, hidden);
    let recorded = demo.get_api(demo.make_key(SAM).0.as_str(), "/v1/ledger?rule=explain").json();
    assert_eq!(recorded["entries"].as_array().unwrap().len(), 1, "{recorded}");
    let (exit, _, why) = asked(&maya, &["--as", SAM]);
    assert!(exit == 1 && why.contains("auditor"), "{why}");
    let (exit, _, why) = asked(&sam, &["--as", "nobody@practice.example"]);
    assert!(exit == 1 && why.contains("nobody@practice.example"), "{why}");

    // The same by a gate that does not run: what this one keeps, elsewhere.
    copy(&demo.data.join("gate"), &folder.path().join("gate"));
    let place = |name: &str| demo.data.join(name).display().to_string();
    let config = format!(
        "data = \"gate\"\nseal_key = \"{}\"\nmatrix = \"{}\"\n[org]\ninstance = \"{}\"\n\
         client_id = \"portcullis-gate\"\nclient_secret = \"file:{}\"\n[[endpoint]]\nname = \"local\"\n\
         kind = \"local\"\nlevel = \"Restricted\"\nresidency = \"machine\"\n",
        place("seal.key"),
        place("matrix.csv"),
        demo.greeting["org"].as_str().unwrap(),
        place("org-client.secret"),
    );
    let config = file("portcullis.toml", &config);
    let words = ["soql", "explain", "--config", &config, "--as", SAM, query];
    let output = run(&words);
    assert_eq!(out(&output), said, "{}", String::from_utf8_lossy(&output.stderr));
    let output = run(&["soql", "explain", "--as", SAM, query]);
    let why = String::from_utf8_lossy(&output.stderr);
    assert!(code(&output) == 1 && why.contains("`--as` needs a gate"), "{why}");
}
