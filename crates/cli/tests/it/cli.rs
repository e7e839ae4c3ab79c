//! The command line: help, exit codes, and what each command says.

use std::fs;
use std::io::Write as _;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Output, Stdio};

use serde_json::{Value, json};

use crate::demo::{Demo, body, portcullis, prepared, run, verify};
use crate::scripted::{Model, Say};

pub(crate) fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

pub(crate) fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

/// With this on its standard input.
pub(crate) fn fed(arguments: &[&str], input: &str) -> Output {
    let mut child = portcullis()
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

const COMMANDS: [&[&str]; 27] = [
    &[],
    &["ask"],
    &["completions"],
    &["demo"],
    &["doctor"],
    &["ledger"],
    &["ledger", "fetch"],
    &["ledger", "prune"],
    &["ledger", "reconcile"],
    &["ledger", "rotate-key"],
    &["ledger", "search"],
    &["ledger", "verify"],
    &["mask"],
    &["matrix"],
    &["matrix", "check"],
    &["matrix", "explain"],
    &["mcp"],
    &["practice"],
    &["serve"],
    &["soql"],
    &["soql", "check"],
    &["soql", "explain"],
    &["subject"],
    &["subject", "access"],
    &["subject", "erase"],
    &["subject", "hold"],
    &["subject", "release"],
];

#[test]
fn help_screens() {
    let screens = COMMANDS.map(|command| {
        let output = run(&[command, &["--help"]].concat());
        assert_eq!(code(&output), 0);
        assert_eq!(err(&output), "");
        format!("$ portcullis {}\n\n{}", [command, &["--help"]].concat().join(" "), out(&output))
    });
    insta::assert_snapshot!("help", screens.join("\n"));
}

#[test]
fn misuse_is_2_and_says_what_was_expected() {
    for (arguments, said) in [
        (&["frobnicate"][..], "unrecognized subcommand 'frobnicate'"),
        (&[], "Usage: portcullis"),
        (&["ask"], "<QUESTION>"),
        (&["demo", "--port", "70000"], "70000"),
        (&["demo", "--model-url", "http://127.0.0.1:1/v1"], "--model"),
        (&["ledger", "verify", "--offline", "x"], "--vkey"),
        (&["matrix", "explain"], "<FIELD>"),
        (&["completions", "tcsh"], "tcsh"),
    ] {
        let output = run(arguments);
        assert_eq!(code(&output), 2, "{arguments:?}");
        assert_eq!(out(&output), "", "{arguments:?}");
        assert!(err(&output).contains(said), "{arguments:?}: {}", err(&output));
    }
    let version = run(&["--version"]);
    assert_eq!(
        (code(&version), out(&version)),
        (0, format!("portcullis {}\n", env!("CARGO_PKG_VERSION")))
    );
}

#[test]
fn what_fails_is_1_and_says_why() {
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join("none");
    let missing = missing.to_str().unwrap();
    for (arguments, said) in [
        (&["ledger", "verify", "--data", missing][..], "cannot read"),
        (&["matrix", "check", missing], "cannot read"),
        (&["matrix", "explain", "Contact", "--matrix", missing], "expected `Object.Field`"),
        (&["serve", "--config", missing], "cannot read"),
        (&["ask", "--key", "nonsense", "hello"], "where the key is"),
        (&["ask", "hello"], "PORTCULLIS_KEY"),
        (&["soql", "check", "--schema", missing], "cannot read"),
    ] {
        let output = run(arguments);
        assert_eq!(code(&output), 1, "{arguments:?}");
        assert_eq!(out(&output), "", "{arguments:?}");
        let said_so = err(&output);
        assert!(said_so.starts_with("error: ") || said_so.starts_with("hint: "), "{said_so}");
        assert!(said_so.contains(said), "{arguments:?}: {said_so}");
    }
    let doctor = run(&["doctor", "--config", missing]);
    assert_eq!(code(&doctor), 1);
    assert!(
        out(&doctor).contains("MEND  configuration") && out(&doctor).contains("1 thing to mend."),
        "{}",
        out(&doctor)
    );
    let doctor = run(&["doctor", "--json", "--config", missing]);
    assert_eq!(serde_json::from_str::<Value>(&out(&doctor)).unwrap()["good"], false);
}

#[test]
fn a_taken_port_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let data = folder.path().join("data");
    let output = run(&["demo", "--port", &port, "--data", data.to_str().unwrap()]);
    assert_eq!(code(&output), 1);
    assert_eq!(
        err(&output),
        format!(
            "hint: `--port 0` picks a free port\nerror: port {port} is taken by another program\n"
        )
    );
    assert!(!data.exists(), "nothing was begun");
}

#[test]
fn fresh_empties_a_demos_folder_and_no_other() {
    let folder = tempfile::tempdir().unwrap();
    let other = folder.path().join("papers");
    fs::create_dir(&other).unwrap();
    fs::write(other.join("thesis.txt"), "years of work").unwrap();
    let output = run(&["demo", "--fresh", "--port", "0", "--data", other.to_str().unwrap()]);
    assert_eq!(code(&output), 1);
    assert!(
        err(&output).contains("was not made by a demo; `--fresh` leaves it alone"),
        "{}",
        err(&output)
    );
    assert_eq!(fs::read_to_string(other.join("thesis.txt")).unwrap(), "years of work");
    assert_eq!(fs::read_dir(&other).unwrap().count(), 1);
    // A demo's own folder begins again.
    let data = prepared(folder.path());
    fs::write(data.join("matrix.csv"), "object,field,read,create,update,label,treatment,why\n")
        .unwrap();
    let demo = Demo::start(&data, &["--fresh"]);
    assert!(fs::read_to_string(data.join("matrix.csv")).unwrap().contains("Contact,Email"));
    assert_eq!(verify(&data)["valid"], true);
    assert!(demo.stop().success());
}

#[test]
fn a_folder_has_one_gate_at_a_time_and_keeps_what_it_holds() {
    let folder = tempfile::tempdir().unwrap();
    let data = prepared(folder.path());
    let model = Model::start(|_| Say::Text("Hello.".to_owned()));
    let demo = Demo::with_model(&data, &model.url());
    let key = demo.key().to_owned();
    demo.ask(&key, "hello");
    let second = run(&["demo", "--port", "0", "--data", data.to_str().unwrap()]);
    assert_eq!(code(&second), 1);
    assert!(err(&second).contains("in use by another"), "{}", err(&second));
    let size = verify(&data)["size"].as_u64().unwrap();
    assert!(demo.stop().success(), "told to end, it ends well");
    let demo = Demo::with_model(&data, &model.url());
    assert!(verify(&data)["size"].as_u64().unwrap() > size);
    // The key of the snippet is made anew at each start.
    assert_eq!(demo.complete(&key, &body("server", "hello")).status, 401);
    assert_eq!(demo.complete(demo.key(), &body("server", "hello")).status, 200);
}

const MATRIX: &str = "\
object,field,read,create,update,label,treatment,why
Contact,Email,yes,yes,no,Confidential PII GDPR Staff,token,a person
Contact,Id,yes,no,no,Internal System,pass,
Opportunity,Discount_Model__c,yes,no,no,MissionCritical PROPRIETARY Staff,strip,how we price
Account,AnnualRevenue,yes,no,no,Confidential Staff,round,a rough figure is enough
";

#[test]
fn the_matrix_is_checked_and_explained() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("matrix.csv");
    fs::write(&file, MATRIX).unwrap();
    let path = file.to_str().unwrap();
    let good = run(&["matrix", "check", path]);
    assert_eq!(code(&good), 0);
    assert!(
        out(&good).starts_with(&format!("{path}: 4 rows, version "))
            && out(&good).ends_with(": good\n"),
        "{}",
        out(&good)
    );
    let explain = |field: &str| {
        let output = run(&["matrix", "explain", field, "--matrix", path]);
        assert_eq!(code(&output), 0, "{}", err(&output));
        out(&output)
    };
    insta::assert_snapshot!(explain("Contact.Email"), @r"
    Contact.Email (line 2)
      label     Confidential GDPR PII, written by Staff
      a model   gets a token that stands for it; filters and writes may use the token
      a model   may propose it in a new record; may not propose a change of it
      why       a person
    ");
    insta::assert_snapshot!(explain("opportunity.discount_model__c"), @r"
    Opportunity.Discount_Model__c (line 4)
      label     MissionCritical PROPRIETARY, written by Staff
      a model   is told that it exists and was withheld
      a model   may not propose it in a new record; may not propose a change of it
      why       how we price
    ");
    insta::assert_snapshot!(explain("Account.AnnualRevenue"), @r"
    Account.AnnualRevenue (line 5)
      label     Confidential, written by Staff
      a model   gets two digits of a number, the nearest ten below a hundred, the month of a date; rows cannot be chosen by it
      a model   may not propose it in a new record; may not propose a change of it
      why       a rough figure is enough
    ");
    insta::assert_snapshot!(explain("Contact.Phone"), @"Contact.Phone has no row (2 other fields of it have one): assistants can neither read nor write it.");
    insta::assert_snapshot!(explain("Nothing.At_All__c"), @"Nothing.At_All__c has no row (no field of it has one): assistants can neither read nor write it.");
    let cell = run(&["matrix", "explain", "Contact.Email", "--matrix", path, "--json"]);
    let cell: Value = serde_json::from_str(&out(&cell)).unwrap();
    assert_eq!(
        (&cell["row"], &cell["treatment"], &cell["create"]),
        (&json!(2), &json!("token"), &json!(true))
    );
    // Every problem at once, each with its line.
    fs::write(
        &file,
        MATRIX.replace(",token,", ",hide,").replace("Internal System", "Secret System")
            + "Contact,Id,yes,no,no,Internal System,pass,\n",
    )
    .unwrap();
    let bad = run(&["matrix", "check", path]);
    assert_eq!(code(&bad), 1);
    insta::assert_snapshot!(out(&bad).replace(path, "matrix.csv"), @r"
    matrix.csv:2: `treatment` is `hide`, expected one of pass, token, strip, round, shift, encrypt
    matrix.csv:3: `label` has `Secret`, expected one of Public, Internal, Confidential, Restricted, MissionCritical, then any of CCPA, COPPA, GDPR, HIPAA, PCI, PII, PROPRIETARY, then one of Outsider, Staff, System, Person
    ");
    let bad = run(&["matrix", "check", path, "--json"]);
    assert_eq!(code(&bad), 1);
    assert_eq!(serde_json::from_str::<Value>(&out(&bad)).unwrap()["valid"], false);
}

#[test]
fn a_demo_does_not_start_with_a_matrix_that_is_wrong() {
    let folder = tempfile::tempdir().unwrap();
    let data = prepared(folder.path());
    fs::write(data.join("matrix.csv"), MATRIX.replace(",token,", ",hide,")).unwrap();
    let output = run(&["demo", "--port", "0", "--data", data.to_str().unwrap()]);
    assert_eq!(code(&output), 1);
    assert!(
        err(&output).contains("matrix.csv") && err(&output).contains("hide"),
        "{}",
        err(&output)
    );
}

#[test]
fn soql_is_checked_line_by_line() {
    let lines = "SELECT Id, Account.Name FROM Contact WHERE Email LIKE 'a%'\n\
        \n\
        \"SELECT Id FROM Contact LIMIT 1 FOR VIEW\"\n\
        SELECT Id FROM Contact FOR UPDATE\n\
        SELECT FROM Contact\n\
        SELECT Id FROM Contact; SELECT Id FROM Lead\n";
    let output = fed(&["soql", "check"], lines);
    assert_eq!(code(&output), 1, "one of them is wrong");
    insta::assert_snapshot!(out(&output), @r"
    good: Contact (Contact.Account.Name, Contact.Email, Contact.Id)
    MALFORMED_QUERY: A query string has to be specified
    good: Contact (Contact.Id); writes View
    MALFORMED_QUERY: FOR UPDATE is only allowed in Apex code at row 1, column 28
    MALFORMED_QUERY: unexpected token: 'FROM'; expected a field at row 1, column 8
    MALFORMED_QUERY: unexpected token: 'SELECT'; expected the end of the query at row 1, column 25
    ");
    let output = fed(&["soql", "check", "--json"], lines);
    assert_eq!(code(&output), 0, "a program reads the verdicts");
    let verdicts: Vec<Value> =
        out(&output).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let valid: Vec<bool> = verdicts.iter().map(|it| it["valid"].as_bool().unwrap()).collect();
    assert_eq!(valid, [true, false, true, false, false, false]);
    let folder = tempfile::tempdir().unwrap();
    let schema = folder.path().join("schema.json");
    let objects = json!({ "objects": [
        { "name": "Account", "fields": ["Id", "Name"] },
        { "name": "Contact", "fields": ["Id", "Email", { "name": "AccountId", "relationshipName": "Account", "referenceTo": ["Account"] }] },
    ] });
    fs::write(&schema, objects.to_string()).unwrap();
    let arguments = ["soql", "check", "--schema", schema.to_str().unwrap()];
    let output = fed(&arguments, "SELECT Account.Name FROM Contact\nSELECT Phone FROM Contact\n");
    insta::assert_snapshot!(out(&output), @r"
    good: Account, Contact (Account.Name, Contact.AccountId)
    INVALID_FIELD: No such column 'Phone' on entity 'Contact'. If you are attempting to use a custom field, be sure to append the '__c' after the custom field name. Please reference your WSDL or the describe call for the appropriate names. at row 1, column 8
    ");
}

#[test]
fn completions_are_for_every_command() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let output = run(&["completions", shell]);
        assert_eq!(code(&output), 0);
        let script = out(&output);
        for word in ["ask", "demo", "matrix", "model-url", "explain"] {
            assert!(script.contains(word), "{shell}: {word}");
        }
    }
}

#[test]
fn a_changed_ledger_names_the_entry() {
    let folder = tempfile::tempdir().unwrap();
    let data = prepared(folder.path());
    let model = Model::start(|_| Say::Text("Hello.".to_owned()));
    let demo = Demo::with_model(&data, &model.url());
    for at in 0..3 {
        demo.ask(demo.key(), &format!("hello {at}"));
    }
    assert!(demo.stop().success());
    let size = verify(&data)["size"].as_u64().unwrap();
    let log = data.join("gate/log.db");
    let original = fs::read(&log).unwrap();
    for seq in [0, 3, size - 1] {
        // Another person did it, says the changed entry.
        let mut bytes = original.clone();
        let start = find(&bytes, format!("{{\"v\":1,\"seq\":{seq},").as_bytes());
        let at = start + find(&bytes[start..], b"\"verdict\":\"") + b"\"verdict\":\"".len();
        bytes[at] ^= 1;
        fs::write(&log, &bytes).unwrap();
        let output = verification(&data, &[]);
        assert_eq!(code(&output), 1);
        assert_eq!(
            out(&output),
            format!(
                "The ledger is not what was signed: the ledger does not add up: entry {seq} was altered: its bytes do not match its leaf hash\n"
            )
        );
        let output = verification(&data, &["--json"]);
        assert_eq!(code(&output), 1);
        let said: Value = serde_json::from_str(&out(&output)).unwrap();
        assert_eq!(said["valid"], false);
        assert!(said["problem"].as_str().unwrap().contains(&format!("entry {seq} ")));
    }
    fs::write(&log, &original).unwrap();
    assert_eq!(code(&verification(&data, &[])), 0);
    // A key of somebody else's log verifies nothing of this one.
    let other = folder.path().join("other");
    fs::create_dir(&other).unwrap();
    let stranger = prepared(&other);
    assert!(Demo::start(&stranger, &[]).stop().success());
    let vkey = stranger.join("gate/ledger.vkey");
    let output = verification(&data, &["--vkey", vkey.to_str().unwrap()]);
    assert_eq!(code(&output), 1);
    assert!(out(&output).contains("checkpoint"), "{}", out(&output));
}

fn verification(data: &Path, more: &[&str]) -> Output {
    let gate = data.join("gate");
    run(&[&["ledger", "verify", "--data", gate.to_str().unwrap()], more].concat())
}

fn find(bytes: &[u8], wanted: &[u8]) -> usize {
    let found = bytes.windows(wanted.len()).position(|window| window == wanted);
    found.unwrap_or_else(|| panic!("no {}", String::from_utf8_lossy(wanted)))
}
