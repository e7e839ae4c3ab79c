//! `ledger reconcile` against the practice org, as a compliance officer runs it.

use std::path::PathBuf;
use std::process::Output;
use std::sync::Arc;
use std::time::Duration;

use boundary::{Door, Form};
use gateway::{Config, Detection, DirectCall, Gate, Said};
use practice::{ExternalClientApp, Person};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

use crate::cli::{code, out};
use crate::demo::run;
use crate::org::Org;

/// An org that runs, and a gate that opens and closes.
struct House {
    org: Arc<practice::Org>,
    instance: String,
    config: PathBuf,
    person: Person,
    since: String,
    _serves: Runtime,
    folder: tempfile::TempDir,
}

impl House {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let serves = Runtime::new().unwrap();
        // Whatever was sown is of the days before.
        let now = i64::try_from(gateway::system_clock()().0).unwrap();
        let since = jiff::Timestamp::from_millisecond(now).unwrap();
        let today = since.to_zoned(jiff::tz::TimeZone::UTC).date().yesterday().unwrap();
        let org = practice::OrgConfig::new(folder.path().join("org"), 7, today);
        let org = practice::Org::open(org).unwrap();
        let listener = serves.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let instance = format!("http://{}", listener.local_addr().unwrap());
        let users = org.users();
        let back = "http://127.0.0.1:1/oauth/callback".to_owned();
        let app = ExternalClientApp::gate("gate", "of the gate", back);
        let admin = users.iter().find(|it| it.profile.contains("Admin"));
        let run_as = admin.map(|it| it.username.clone());
        org.register_client(ExternalClientApp { run_as, ..app }).unwrap();
        serves.spawn(practice::serve(Arc::clone(&org), listener, std::future::pending()));
        let here = folder.path().display();
        std::fs::write(folder.path().join("matrix.csv"), include_str!("../../demo/matrix.csv"))
            .unwrap();
        std::fs::write(folder.path().join("secret"), "of the gate").unwrap();
        let config = folder.path().join("portcullis.toml");
        let text = format!(
            "listen = \"127.0.0.1:1\"\ndata = \"{here}/gate\"\nseal_key = \"{here}/seal.key\"\nmatrix = \"{here}/matrix.csv\"\n\
             [org]\ninstance = \"{instance}\"\nclient_id = \"gate\"\nclient_secret = \"file:{here}/secret\"\n\
             [direct]\nlevel = \"Confidential\"\ncompliance = [\"GDPR\", \"PII\"]\n\
             [[endpoint]]\nname = \"local\"\nkind = \"local\"\nresidency = \"machine\"\nlevel = \"Confidential\"\n"
        );
        std::fs::write(&config, text).unwrap();
        let person = users.into_iter().next().unwrap();
        Self { org, instance, config, person, since: since.to_string(), _serves: serves, folder }
    }

    /// The org, past the gate.
    fn behind(&self) -> Org {
        Org::sign_in(&self.instance, &self.person.username, &self.person.password)
    }

    /// Proposes and approves each, through a gate that is closed afterwards.
    fn write(&self, calls: Vec<DirectCall>) {
        let gates = Runtime::new().unwrap();
        gates.block_on(async {
            let config = Config::parse(&std::fs::read_to_string(&self.config).unwrap()).unwrap();
            let detector = Arc::new(detect::Detectors::standard(&["US"]));
            let detection = Detection { detector, learner: None, corrected: None };
            let clock = gateway::system_clock();
            let gate = Gate::open_on(None, config, detection, clock).await.unwrap();
            let address = gate.begin_sign_in("/").await.unwrap();
            let Person { username, password, .. } = &self.person;
            let back = self.org.sign_in_at(&address, username, password).unwrap();
            let (signed_in, _) = gate.finish_sign_in(&back.state, &back.code).await.unwrap();
            let key = gate.create_key(&signed_in.session.principal, "A test").await.unwrap();
            let who = gate.by_key(&key.secret).await.unwrap().at(Door::Salesforce);
            for call in calls {
                let request = gate.direct(&who, None, Form::Rest(68)).await.unwrap();
                let answer = request.run(call).await.unwrap();
                let Said::Proposed(pending) = &answer.said else { panic!("{answer:?}") };
                let seen = gate.proposal(&who, &pending.proposal).await.unwrap();
                gate.approve(&who, &seen.id, &seen.digest).await.unwrap();
            }
            gate.close().await.unwrap();
        });
        // What still runs beside it holds the data folder.
        gates.shutdown_timeout(Duration::from_secs(10));
    }

    fn reconcile(&self, more: &[&str]) -> Output {
        let config = self.config.to_str().unwrap();
        let mut arguments = vec!["ledger", "reconcile", "--since", &self.since, "--config", config];
        arguments.extend(more);
        run(&arguments)
    }

    fn json(&self) -> (i32, Value) {
        let output = self.reconcile(&["--json"]);
        let said = serde_json::from_slice(&output.stdout);
        (code(&output), said.unwrap_or_else(|_| panic!("{output:?}")))
    }

    fn text(&self) -> (i32, String, String) {
        let output = self.reconcile(&[]);
        let hints = String::from_utf8_lossy(&output.stderr).into_owned();
        (code(&output), out(&output), hints)
    }

    fn hide(&self, object: &str) {
        let admin = self.org.users().into_iter().find(|it| it.profile.contains("Admin")).unwrap();
        assert!(self.org.hide_object(&admin.profile, object), "{object}");
    }
}

fn update(id: &str, phone: &str) -> DirectCall {
    let body = json!({ "Phone": phone }).as_object().cloned().unwrap();
    DirectCall::Update { object: "Account".to_owned(), id: id.to_owned(), body }
}

fn create(subject: &str) -> DirectCall {
    let body = json!({ "Subject": subject }).as_object().cloned().unwrap();
    DirectCall::Create { object: "Task".to_owned(), body }
}

#[test]
fn what_only_one_side_has_ends_with_1_and_is_told_with_what_is_needed_to_look_into_it() {
    let house = House::new();
    let behind = house.behind();
    let accounts = behind.query("SELECT Id FROM Account LIMIT 3");
    let ids: Vec<&str> = accounts.iter().map(|it| it["Id"].as_str().unwrap()).collect();
    house.write(vec![update(ids[0], "555-0100"), create("Through the gate")]);

    let (exit, said) = house.json();
    assert_eq!((exit, &said["agrees"], &said["differences"]), (0, &json!(true), &json!(0)));
    assert_eq!((&said["matched"], &said["uncovered"]), (&json!(2), &json!(0)), "{said}");
    let records = &said["records"];
    assert_eq!((&records["matched"], &records["equal"]), (&json!(2), &json!(1)), "{said}");
    let sources = &said["sources"];
    assert_eq!(
        (&sources["event_log"], &sources["event_log_problem"]),
        (&json!(true), &json!(null))
    );
    for list in ["records", "field_history"] {
        assert!(sources[list].as_array().unwrap().contains(&json!("Account")), "{said}");
    }
    let (exit, text, hints) = house.text();
    assert_eq!(exit, 0);
    assert!(text.contains("  2 writes stand in the ledger and in the log.\n"), "{text}");
    assert!(text.contains("  2 writes show in the records, 1 of them with"), "{text}");
    assert!(text.ends_with("\nNo differences.\n"), "{text}");
    assert_eq!(hints, "");

    // Past the gate: another record, another field of the one that the gate wrote, and a record that the gate made
    // is gone.
    behind.update("Account", ids[1], &json!({ "Description": "Changed elsewhere" }));
    behind.update("Account", ids[0], &json!({ "Fax": "555-0199" }));
    let task = behind.one("SELECT Id FROM Task WHERE Subject = 'Through the gate'");
    let task = task["Id"].as_str().unwrap();
    behind.delete("Task", task);
    let (exit, said) = house.json();
    assert_eq!((exit, &said["agrees"]), (1, &json!(false)));
    let username = house.person.username.as_str();
    let written = said["org_only"].as_array().unwrap();
    assert_eq!(written.len(), 3, "{said}");
    for write in written {
        assert_eq!((&write["person"], &write["known"]), (&json!(username), &json!(true)));
        assert!(write["what"].as_str().unwrap().contains("/sobjects/"), "{write}");
        assert!(write["time"].as_str().unwrap().ends_with('Z'), "{write}");
    }
    let records = &said["records"];
    let [beside] = records["org_only"].as_array().unwrap().as_slice() else { panic!("{said}") };
    assert_eq!((&beside["object"], &beside["record"]), (&json!("Account"), &json!(ids[1])));
    assert_eq!((&beside["person"], &beside["field"]), (&json!(username), &json!(null)));
    let [field] = records["fields"].as_array().unwrap().as_slice() else { panic!("{said}") };
    assert_eq!((&field["field"], &field["record"]), (&json!("Fax"), &json!(ids[0])));
    let [gone] = records["overtaken"].as_array().unwrap().as_slice() else { panic!("{said}") };
    assert_eq!((&gone["now"], &gone["operation"]), (&json!("gone"), &json!("create")), "{said}");
    assert_eq!((&gone["record"], &gone["fields"]), (&json!(task), &json!(["Subject"])));
    assert_eq!(said["differences"], json!(5));

    let (exit, text, hints) = house.text();
    assert_eq!(exit, 1);
    for line in [
        "  3 writes stand in the log alone; no entry has such a request,".to_owned(),
        format!("PATCH /services/data/v68.0/sobjects/Account/{}, by {username} (005", ids[1]),
        format!("  Account {}, by {username} (005", ids[1]),
        format!("  Account {}, field Fax, by {username} (005", ids[0]),
        format!("create Task {task} (Subject), by {username} (005"),
        ": the record is gone, or hidden from the app's user".to_owned(),
        format!("  A record opens at {}/<its id>.", house.instance),
        "\n5 differences. Times are UTC.\n".to_owned(),
    ] {
        assert!(text.contains(&line), "{line}\n{text}");
    }
    assert_eq!(hints, "", "no entry is in doubt");

    // A value that is not what was sent: the entry, and how to see it.
    behind.update("Account", ids[0], &json!({ "Phone": "555-0111" }));
    let (exit, said) = house.json();
    let [differs] = said["records"]["ledger_only"].as_array().unwrap().as_slice() else {
        panic!("{said}")
    };
    assert_eq!((exit, &differs["now"]), (1, &json!("differs")));
    let entry = differs["entry"].as_u64().unwrap();
    let (_, text, hints) = house.text();
    let proposal = differs["proposal"].as_str().unwrap();
    let line = format!("entry {entry}, proposal {proposal}, update Account {} (Phone), by", ids[0]);
    assert!(text.contains(&line), "{text}");
    let wanted = format!(
        "`portcullis ledger search --before {} --limit 1 --json` shows entry {entry}",
        entry + 1
    );
    assert!(hints.contains(&wanted), "{hints}");
    let (data, before) = (house.folder.path().join("gate"), (entry + 1).to_string());
    let data = data.to_str().unwrap();
    let shown =
        run(&["ledger", "search", "--before", &before, "--limit", "1", "--json", "--data", data]);
    let shown: Value = serde_json::from_slice(&shown.stdout).unwrap();
    assert_eq!((&shown["seq"], &shown["proposal"]), (&json!(entry), &json!(proposal)), "{shown}");
    assert_eq!(
        code(&run(&["ledger", "verify", "--data", data])),
        0,
        "all that was read is on record"
    );
}

#[test]
fn what_was_not_read_is_said_and_what_cannot_be_read_at_all_is_1_without_a_verdict() {
    let house = House::new();
    let account = house.behind().query("SELECT Id FROM Account LIMIT 1");
    house.write(vec![update(account[0]["Id"].as_str().unwrap(), "555-0100")]);
    house.hide("EventLogFile");
    house.hide("Lead");
    let (exit, said) = house.json();
    assert_eq!((exit, &said["sources"]["event_log"]), (0, &json!(false)), "{said}");
    assert!(said["sources"]["event_log_problem"].is_string(), "{said}");
    assert!(said["sources"]["unread"].as_array().unwrap().contains(&json!("Lead")), "{said}");
    let (exit, text, hints) = house.text();
    assert_eq!(exit, 0);
    assert!(text.contains("  It cannot be read, so it is not judged: "), "{text}");
    assert!(text.contains("  Not readable for the app's user, so not judged: "), "{text}");
    assert!(hints.contains("View Event Log Files"), "{hints}");

    for object in said["sources"]["records"].as_array().unwrap() {
        house.hide(object.as_str().unwrap());
    }
    let nothing = house.reconcile(&["--json"]);
    assert_eq!((code(&nothing), out(&nothing)), (1, String::new()));
    assert!(String::from_utf8_lossy(&nothing.stderr).starts_with("error: "), "{nothing:?}");
    let wrong = house.reconcile(&["--since", "yesterday"]);
    assert_ne!(code(&wrong), 0);
    let wrong = run(&["ledger", "reconcile"]);
    assert_eq!(code(&wrong), 2, "since when has to be said");
}
