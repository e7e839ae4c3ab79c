//! Rows from Salesforce's own classification.

use std::fs;

use crate::cli::{code, out};
use crate::demo::{Demo, SAM, copy, prepared, run};

const HEADER: &str = "object,field,read,create,update,label,treatment,why";

const ANSWER: &str = r#"{"status":0,"result":{"records":[
    {"QualifiedApiName":"Email","DataType":"Email","SecurityClassification":"Confidential",
     "ComplianceGroup":"PII;GDPR","EntityDefinition":{"QualifiedApiName":"Contact"}},
    {"QualifiedApiName":"Bonus_Plan__c","DataType":"Text(80)","SecurityClassification":"Restricted",
     "ComplianceGroup":null,"EntityDefinition":{"QualifiedApiName":"Contact"}},
    {"QualifiedApiName":"Department","DataType":"Text(80)","SecurityClassification":"Internal",
     "ComplianceGroup":null,"EntityDefinition":{"QualifiedApiName":"Contact"}},
    {"QualifiedApiName":"SSN__c","DataType":"Text(11)","SecurityClassification":null,
     "ComplianceGroup":null,"EntityDefinition":{"QualifiedApiName":"Contact"}}]}}"#;

#[test]
fn an_import_raises_rows_and_never_lowers_them() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    fs::write(file("fields.json"), ANSWER).unwrap();
    let mine = format!(
        "{HEADER}\nContact,Email,yes,no,yes,Internal Staff,pass,\n\
         Contact,Department,yes,no,no,Restricted Staff,strip,\"ours, not yours\"\n"
    );
    fs::write(file("mine.csv"), mine).unwrap();
    let done = run(&[
        "matrix",
        "import",
        "--from",
        &file("fields.json"),
        "--merge",
        &file("mine.csv"),
        "--out",
        &file("matrix.csv"),
        "--review",
        &file("review.csv"),
        "--json",
    ]);
    assert_eq!(code(&done), 0, "{}", out(&done));
    assert_eq!(out(&done).trim(), r#"{"rows":3,"added":1,"raised":1,"to_review":1}"#);
    let made = fs::read_to_string(file("matrix.csv")).unwrap();
    assert_eq!(
        made.lines().collect::<Vec<_>>(),
        [
            HEADER,
            "Contact,Bonus_Plan__c,yes,no,no,Restricted Staff,strip,Salesforce: Restricted",
            "Contact,Department,yes,no,no,Restricted Staff,strip,\"ours, not yours\"",
            "Contact,Email,yes,no,yes,Confidential GDPR PII Staff,token,\"Salesforce: Confidential, under GDPR PII\"",
        ]
    );
    let review = fs::read_to_string(file("review.csv")).unwrap();
    assert!(
        review.contains("Contact,SSN__c,yes,no,no,Restricted GDPR PII Staff,strip,guess: "),
        "{review}"
    );
    for name in ["matrix.csv", "review.csv"] {
        assert_eq!(code(&run(&["matrix", "check", &file(name)])), 0, "{name}");
    }
}

#[test]
fn a_merge_keeps_what_the_import_knows_nothing_of() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    fs::write(file("fields.json"), ANSWER).unwrap();
    let mine = format!(
        "{HEADER},delete\nContact,Email,yes,no,yes,Confidential PII GDPR Staff,token+domain,\n\
         Contact,Id,yes,no,no,Internal System,pass,,yes\n"
    );
    fs::write(file("mine.csv"), mine).unwrap();
    let (fields, mine, made) = (file("fields.json"), file("mine.csv"), file("matrix.csv"));
    let done = run(&["matrix", "import", "--from", &fields, "--merge", &mine, "--out", &made]);
    assert_eq!(code(&done), 0, "{}", out(&done));
    let made = fs::read_to_string(made).unwrap();
    assert!(made.starts_with(&format!("{HEADER},delete\n")), "{made}");
    assert!(made.contains("Contact,Id,yes,no,no,Internal System,pass,,yes\n"), "{made}");
    assert!(made.contains(",token+domain,"), "{made}");
}

#[test]
fn what_is_no_classification_is_refused_and_nothing_written() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    for wrong in [
        "{}",
        "[{\"Name\":\"x\"}]",
        "nothing",
        r#"[{"QualifiedApiName":"a,b","EntityDefinition":{"QualifiedApiName":"X"}}]"#,
    ] {
        fs::write(file("fields.json"), wrong).unwrap();
        let done = run(&[
            "matrix",
            "import",
            "--from",
            &file("fields.json"),
            "--out",
            &file("matrix.csv"),
        ]);
        assert_eq!(code(&done), 1, "{wrong}");
        assert!(!folder.path().join("matrix.csv").exists(), "{wrong}");
    }
}

#[test]
fn the_org_is_asked_as_the_user_that_the_app_runs_as() {
    let folder = tempfile::tempdir().unwrap();
    let data = prepared(folder.path());
    let demo = Demo::start(&data, &[]);
    let file = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let secret = data.join("org-client.secret");
    let config = format!(
        "data = \"gate\"\nmatrix = \"none.csv\"\n[org]\ninstance = \"{}\"\nclient_id = \"portcullis-gate\"\n\
         client_secret = \"file:{}\"\n[[endpoint]]\nname = \"local\"\nkind = \"local\"\nlevel = \"Restricted\"\n\
         residency = \"machine\"\n",
        demo.greeting["org"].as_str().unwrap(),
        secret.display()
    );
    fs::write(file("portcullis.toml"), config).unwrap();
    let done = run(&[
        "matrix",
        "import",
        "--config",
        &file("portcullis.toml"),
        "--object",
        "Opportunity",
        "--object",
        "Contact",
        "--out",
        &file("matrix.csv"),
        "--review",
        &file("review.csv"),
    ]);
    assert_eq!(code(&done), 0, "{}", out(&done));
    let made = fs::read_to_string(file("matrix.csv")).unwrap();
    let row = |name: &str| made.lines().find(|line| line.starts_with(name)).unwrap_or_default();
    assert!(row("Opportunity,Discount_Model__c,").contains(",strip,"), "{made}");
    assert!(row("Contact,Risk_Rating__c,").contains(",strip,"), "{made}");
    assert_eq!(code(&run(&["matrix", "check", &file("review.csv")])), 0);
}

#[test]
fn a_guess_looks_at_values_and_prints_none() {
    let folder = tempfile::tempdir().unwrap();
    let demo = Demo::start(&prepared(folder.path()), &[]);
    let file = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    demo.make_key(SAM);
    let org = demo.org(SAM);
    for account in org.query("SELECT Id FROM Account LIMIT 200") {
        let id = account["Id"].as_str().unwrap();
        org.update("Account", id, &serde_json::json!({ "Site": "4111 1111 1111 1111" }));
    }
    let fields = ["Site", "Phone"].map(|name| {
        serde_json::json!({ "QualifiedApiName": name, "DataType": "Text(80)",
            "EntityDefinition": { "QualifiedApiName": "Account" } })
    });
    fs::write(file("fields.json"), serde_json::json!(fields).to_string()).unwrap();
    // What the demo's gate keeps, for one that does not run.
    copy(&demo.data.join("gate"), &folder.path().join("gate"));
    fs::write(file("portcullis.toml"), demo.configuration()).unwrap();
    let import = |review: &str, more: &[&str]| {
        let (from, config) = (file("fields.json"), file("portcullis.toml"));
        let (out_file, review) = (file("matrix.csv"), file(review));
        let words = [
            "matrix", "import", "--from", &from, "--config", &config, "--out", &out_file,
            "--review", &review,
        ];
        let done = run(&[&words[..], more].concat());
        assert_eq!(code(&done), 0, "{}", String::from_utf8_lossy(&done.stderr));
        let said = out(&done) + &String::from_utf8_lossy(&done.stderr);
        (said, fs::read_to_string(review).unwrap())
    };
    let (_, plain) = import("plain.csv", &[]);
    assert!(
        plain.contains("Account,Site,yes,no,no,Confidential Staff,token,guess: text of any kind\n"),
        "{plain}"
    );
    let (said, review) = import("review.csv", &["--sample-as", SAM]);
    let row = review.lines().find(|line| line.starts_with("Account,Site,")).unwrap();
    assert!(
        row.starts_with("Account,Site,yes,no,no,Restricted PCI Staff,strip,guess: text of any kind; CARD in 20 of 20 sampled values"),
        "{row}"
    );
    assert!(!said.contains("4111") && !review.contains("4111"), "{said}{review}");
    assert_eq!(code(&run(&["matrix", "check", &file("review.csv")])), 0);
}
