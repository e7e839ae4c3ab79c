//! The ledger in use: searched, exported, read by the compliance role alone, and forgetting a person.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use std::time::Duration;

use serde_json::{Value, json};

use crate::demo::{Demo, MAYA, SAM, body, content, prepared, run, verify};
use crate::http::Answer;

const INGRID: &str = "ingrid.solheim@practice.example";

/// A demo in which Maya has asked two questions and read this account; the index has them.
fn asked(folder: &Path) -> (Demo, Value) {
    let demo = Demo::start(&prepared(folder), &[]);
    let answer = demo.complete(demo.key(), &body("local", "How many accounts do I have?"));
    assert_eq!(answer.status, 200, "{}", answer.text());
    let question = "Show contacts; my Quetzalcoatl note";
    demo.complete(demo.key(), &body("local", question));
    let account = demo.org(MAYA).one("SELECT Id FROM Account ORDER BY Name LIMIT 1");
    let path = format!("/services/data/v59.0/sobjects/Account/{}", account["Id"].as_str().unwrap());
    assert_eq!(demo.get_api(demo.key(), &path).status, 200);
    std::thread::sleep(Duration::from_millis(600));
    (demo, account)
}

fn found(demo: &Demo, key: &str, query: &str) -> Value {
    let answer = demo.get_api(key, &format!("/v1/ledger?{query}"));
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()
}

fn count(found: &Value) -> usize {
    found["entries"].as_array().unwrap().len()
}

/// What every exported line has to be.
fn lines(answer: &Answer) -> Vec<String> {
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.text().lines().map(str::to_owned).collect()
}

#[test]
fn entries_are_found_by_those_who_may_and_read_by_the_compliance_role_alone() {
    let folder = tempfile::tempdir().unwrap();
    let (demo, _) = asked(folder.path());
    let (ingrid, _) = demo.make_key(INGRID);
    let (sam, _) = demo.make_key(SAM);
    let maya = demo.key();

    // By person, decision, field, action in words; auditors everybody's, others their own.
    let by_maya = count(&found(&demo, &ingrid, "person=maya.lindqvist@practice.example"));
    assert!(by_maya > 6);
    assert_eq!(count(&found(&demo, &sam, "person=Maya+Lindqvist")), by_maya);
    assert!(count(&found(&demo, maya, "person=ingrid.solheim@practice.example")) == 0);
    let all = found(&demo, &ingrid, "field=Account&decision=done");
    assert!(count(&all) > 0, "{all}");
    assert!(all["entries"].as_array().unwrap().iter().all(|it| it["facts"]["verdict"] == "done"));

    // Words of what was said: the compliance role finds them, an administrator does not.
    let word = "text=quetzalcoatl";
    let hits = found(&demo, &ingrid, word);
    assert!(count(&hits) > 0, "{hits}");
    assert_eq!(count(&found(&demo, &sam, word)), 0);
    assert_eq!(count(&found(&demo, maya, word)), 0);

    // Reading what an entry commits to is for the compliance role, and recorded.
    let entries = hits["entries"].as_array().unwrap();
    let prompt = entries.iter().find(|it| it["facts"]["purpose"] == "intent").unwrap();
    let index = prompt["index"].as_u64().unwrap();
    let before = demo.verify()["size"].as_u64().unwrap();
    let address = format!("{}/ledger/{index}", demo.page());
    let (mut browser, csrf) = demo.signed_in(SAM);
    assert_eq!(browser.submit(&address, &[("csrf", &csrf)]).status, 403);
    let (mut browser, csrf) = demo.signed_in(INGRID);
    let page = browser.submit(&address, &[("csrf", &csrf)]);
    assert_eq!(page.status, 200, "{}", page.text());
    assert!(page.text().contains("Quetzalcoatl"), "{}", page.text());
    let explorer = browser.get(&format!("{}/ledger?{word}", demo.page()));
    assert!(explorer.text().contains(&format!("Read 1 of entry {index}")), "{}", explorer.text());
    let after = demo.verify();
    assert!(after["size"].as_u64().unwrap() > before + 3, "two sign-ins, a refusal, a reading");
    assert!(after["sealed"].as_u64().unwrap() > 3, "{after}");

    // Exports.
    let export = |format: &str| {
        demo.get_api(
            &sam,
            &format!("/v1/ledger?format={format}&person=maya.lindqvist@practice.example"),
        )
    };
    let csv = lines(&export("csv"));
    assert!(csv[0].starts_with("index,time,purpose,"), "{}", csv[0]);
    assert_eq!(csv.len(), lines(&export("jsonl")).len() + 1);
    assert!(lines(&export("cef")).iter().all(|line| line.starts_with("CEF:0|Portcullis|")));
    let vkey = fs::read_to_string(demo.data.join("gate/ledger.vkey")).unwrap();
    let origin = vkey.split('+').next().unwrap();
    assert!(origin.starts_with("portcullis/") && origin.len() == 27, "{origin}");
    for line in lines(&export("ocsf")) {
        let event: Value = serde_json::from_str(&line).unwrap();
        assert_eq!(event["metadata"]["version"], "1.8.0");
        assert_eq!(event["metadata"]["log_name"], origin);
        assert!(event["metadata"]["tenant_uid"].is_string(), "{event}");
    }
    // Reads say what was called.
    let mut reads = all["entries"].as_array().unwrap().iter();
    assert!(reads.any(|it| it["facts"]["tool"] == "soqlQuery"), "{all}");
    assert_eq!(demo.get_api(maya, "/v1/ledger?format=csv").status, 403);
    assert_eq!(demo.get_api(&sam, "/v1/ledger?format=xls").status, 400);
    // What means nothing is refused, and is not an empty answer or everything.
    for (query, said) in [
        ("decision=zzz", "expected allowed, refused, done, failed or unknown"),
        ("foo=bar", "unknown field `foo`"),
        ("person=nobody@x", "nobody who has signed in is called `nobody@x`"),
        ("format=csv&person=nobody@x", "nobody who has signed in is called `nobody@x`"),
    ] {
        let refused = demo.get_api(&sam, &format!("/v1/ledger?{query}"));
        assert_eq!(refused.status, 400, "{query}");
        let message = refused.json()["error"]["message"].as_str().unwrap().to_owned();
        assert!(message.contains(said), "{message}");
    }
    assert_eq!(demo.get_api(maya, "/v1/ledger?person=nobody@x").status, 200, "no oracle");
    assert_eq!(demo.get_api("portcullis_wrong", "/v1/ledger").status, 401);

    // Counted, for this machine.
    let metrics = demo.get_api("", "/metrics").text();
    assert!(
        metrics.contains("# TYPE gen_ai_client_operation_duration_seconds histogram"),
        "{metrics}"
    );
    let count = "gen_ai_client_operation_duration_seconds_count{gen_ai_operation_name=\"chat\"";
    assert!(metrics.contains(count), "{metrics}");
    assert!(metrics.contains("portcullis_ledger_trouble 0"), "{metrics}");

    // The same beside the running gate, at the command line.
    let gate = demo.data.join("gate");
    let search = |more: &[&str]| {
        let mut arguments =
            vec!["ledger", "search", "--limit", "1000", "--data", gate.to_str().unwrap()];
        arguments.extend(more);
        let output = run(&arguments);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().lines().count()
    };
    assert_eq!(search(&["--person", MAYA]), by_maya);
    assert_eq!(search(&["--person", MAYA, "--format", "csv"]), by_maya + 1);
    assert_eq!(search(&["--decision", "refused", "--person", SAM]), 1);
    assert_eq!(search(&["--until", "2020-01-01"]), 0);
    for (wrong, code) in
        [(["--decision", "blah"], 2), (["--format", "xls"], 2), (["--person", "nobody@x"], 1)]
    {
        let data = gate.to_str().unwrap();
        let output = run(&[&["ledger", "search", "--data", data][..], &wrong].concat());
        assert_eq!(output.status.code(), Some(code), "{wrong:?}");
        assert!(!output.stderr.is_empty() && output.stdout.is_empty());
    }
}

fn subject(data: &Path, command: &str, who: &str, more: &[&str]) -> Output {
    let mut arguments = vec!["subject", command, who, "--json", "--demo", data.to_str().unwrap()];
    arguments.extend(more);
    run(&arguments)
}

fn good(output: &Output) -> Value {
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| json!(null))
}

/// Files below a folder in which the text stands.
fn files_with(folder: &Path, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            let below = files_with(&path, text);
            found.extend(below.iter().map(|it| format!("tiles {it}")));
            continue;
        }
        let bytes = fs::read(&path).unwrap();
        if bytes.windows(text.len()).any(|part| part == text.as_bytes()) {
            found.push(path.file_name().unwrap().to_string_lossy().into_owned());
        }
    }
    found
}

#[test]
fn a_person_gets_a_copy_and_is_forgotten_while_the_proofs_stand() {
    let folder = tempfile::tempdir().unwrap();
    let (demo, account) = asked(folder.path());
    let data = demo.data.clone();
    let gate = data.join("gate");
    let while_it_runs = subject(&data, "access", MAYA, &[]);
    assert!(!while_it_runs.status.success());
    demo.stop();

    let bundle = good(&subject(&data, "access", MAYA, &[]));
    let pseudonym = bundle["subject"]["pseudonym"].as_str().unwrap().to_owned();
    assert_eq!(bundle["subject"]["person"]["username"], MAYA);
    let entries = bundle["entries"].as_array().unwrap();
    let parts: Vec<&Value> =
        entries.iter().flat_map(|it| it["parts"].as_array().unwrap()).collect();
    assert!(parts.iter().any(|it| it["text"].as_str().unwrap().contains("Quetzalcoatl")));
    assert!(
        entries
            .iter()
            .all(|it| it["proof"].as_str().unwrap().starts_with("c2sp.org/tlog-proof@v1\n"))
    );
    let sealed: Vec<&str> = entries
        .iter()
        .flat_map(|it| it["entry"]["sealed"].as_array().map(Vec::as_slice).unwrap_or_default())
        .map(|it| it["sha256"].as_str().unwrap())
        .collect();
    assert!(!sealed.is_empty());

    // A hold stops it, and says why.
    good(&subject(&data, "hold", MAYA, &["--reason", "matter 12/7"]));
    let held = subject(&data, "erase", MAYA, &[]);
    assert!(!held.status.success());
    assert!(String::from_utf8_lossy(&held.stderr).contains("matter 12/7"));
    good(&subject(&data, "release", MAYA, &[]));

    assert_eq!(files_with(&gate, MAYA), ["state.db"], "it can be found at all");
    let sealed_before = files_with(&gate, sealed[0]);
    assert!(sealed_before.contains(&"sealed.db".to_owned()), "{sealed_before:?}");
    let receipt = good(&subject(&data, "erase", MAYA, &[]));
    assert_eq!(receipt["erased"], pseudonym.as_str());
    assert!(receipt["parts"].as_u64().unwrap() >= 4, "{receipt}");
    for gone in [MAYA, "Lindqvist"] {
        assert_eq!(files_with(&gate, gone), [""; 0], "{gone}");
    }
    let entries = |found: Vec<String>| -> Vec<String> {
        found.into_iter().filter(|it| !it.starts_with("tiles")).collect()
    };
    assert_eq!(entries(files_with(&gate, sealed[0])), ["log.db"], "the commitment alone stays");
    assert!(!subject(&data, "access", MAYA, &[]).status.success());

    // The record of an account that was read is forgotten too.
    let id = account["Id"].as_str().unwrap();
    let record = good(&subject(&data, "erase", id, &[]));
    let named = record["erased"].as_str().unwrap();
    assert_ne!(named, pseudonym, "{record}");
    assert!(!subject(&data, "access", id, &[]).status.success());
    let report = verify(&data);
    assert!(report["erased"].as_u64().unwrap() >= 4, "{report}");

    // And the gate goes on: the person may come again, as somebody new.
    let demo = Demo::start(&data, &[]);
    let answer = demo.complete(demo.key(), &body("local", "How many accounts do I have?"));
    assert!(!content(&answer.json()).is_empty());
    demo.stop();
    assert_eq!(entries(files_with(&gate, &pseudonym)), ["index.db", "log.db"]);
    verify(&data);
}

/// Limits the size of the files that a process may write: 0 is a full disk.
fn limit(demo: &Demo, bytes: &str) -> bool {
    let pid = demo.pid().to_string();
    let arguments = ["--pid", &pid, &format!("--fsize={bytes}:unlimited")];
    Command::new("prlimit").args(arguments).status().is_ok_and(|status| status.success())
}

#[test]
fn a_ledger_that_cannot_write_refuses_and_recovers_by_itself() {
    let folder = tempfile::tempdir().unwrap();
    // A write beyond the limit ends a process, unless it does not want to hear of it.
    let mut shell = Command::new("sh");
    shell.args(["-c", "trap '' XFSZ; exec \"$0\" \"$@\"", env!("CARGO_BIN_EXE_portcullis")]);
    let demo = Demo::start_by(shell, &prepared(folder.path()), &[]);
    let ask = || demo.complete(demo.key(), &body("local", "How many accounts do I have?"));
    let ready = || demo.get_api("", "/readyz").status;
    assert_eq!((ask().status, ready()), (200, 200));
    if !limit(&demo, "0") {
        eprintln!("not run: this machine has no `prlimit`");
        return;
    }
    for _ in 0..3 {
        let refused = ask();
        assert_eq!(refused.status, 503, "{}", refused.text());
        assert_eq!(refused.json()["error"]["code"], "ledger");
    }
    assert_eq!(ready(), 503);
    let size = demo.verify()["size"].as_u64().unwrap();
    assert!(limit(&demo, "unlimited"));
    assert_eq!(ask().status, 200);
    assert_eq!(ready(), 200);
    assert!(demo.verify()["size"].as_u64().unwrap() > size);
    demo.stop();
}

#[test]
fn a_ledger_that_was_removed_or_put_back_is_not_begun_anew() {
    let folder = tempfile::tempdir().unwrap();
    let data = prepared(folder.path());
    let gate = data.join("gate");
    let session = || {
        let demo = Demo::start(&data, &[]);
        let answer = demo.complete(demo.key(), &body("local", "How many accounts do I have?"));
        assert_eq!(answer.status, 200, "{}", answer.text());
        demo
    };
    let file = |name: &str, suffix: &str| gate.join(format!("{name}{suffix}"));
    let save = |name: &str| ["", "-wal"].map(|suffix| fs::read(file(name, suffix)).ok());
    let put = |name: &str, saved: &[Option<Vec<u8>>; 2]| {
        let _ = fs::remove_file(file(name, "-shm"));
        for (suffix, bytes) in ["", "-wal"].into_iter().zip(saved) {
            let _ = fs::remove_file(file(name, suffix));
            if let Some(bytes) = bytes {
                fs::write(file(name, suffix), bytes).unwrap();
            }
        }
    };
    let gone = [None, None];
    assert!(session().stop().success());
    let earlier = save("log.db");
    assert!(session().stop().success());
    let (later, state) = (save("log.db"), save("state.db"));
    let size = verify(&data)["size"].as_u64().unwrap();

    // What it says: which checkpoint, where it was kept, how many entries there are. Nothing is written.
    let refused = |held: &str| {
        let opened = subject(&data, "access", MAYA, &[]);
        assert!(!opened.status.success());
        let said = String::from_utf8(opened.stderr).unwrap();
        let cut = format!("a signed checkpoint covers {size} entries, but only {held}");
        for part in ["state.db", &cut] {
            assert!(said.contains(part), "{said}");
        }
    };
    let verified = || {
        let output = run(&["ledger", "verify", "--data", gate.to_str().unwrap()]);
        (output.status.code(), String::from_utf8(output.stdout).unwrap())
    };
    // Put back to an older copy, which is consistent with itself.
    put("log.db", &earlier);
    let (code, said) = verified();
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("tiles/checkpoint") || said.contains("state.db"), "{said}");
    refused("");
    // Removed.
    put("log.db", &gone);
    refused("0 are there");
    assert_eq!(verified().0, Some(1));
    // The copy tells by itself, too; and a state that is older is no contradiction.
    put("state.db", &gone);
    let opened = subject(&data, "access", MAYA, &[]);
    let said = String::from_utf8(opened.stderr).unwrap();
    assert!(said.contains("tiles/checkpoint") && said.contains("only 0 are there"), "{said}");
    put("state.db", &state);
    // And with the whole ledger back it goes on.
    put("log.db", &later);
    assert!(session().stop().success());
    assert!(verify(&data)["size"].as_u64().unwrap() > size);
}

/// Every event that a running gate exports, validated by PyPI's `ocsf-json-schema` in the Python that `OCSF_PYTHON` names.
#[test]
#[ignore = "needs OCSF_PYTHON to name a Python that has ocsf-json-schema and jsonschema"]
fn exported_events_fit_the_schema_of_ocsf() {
    use std::io::Write as _;
    use std::process::Stdio;

    let python = std::env::var("OCSF_PYTHON").expect("OCSF_PYTHON");
    let folder = tempfile::tempdir().unwrap();
    let (demo, _) = asked(folder.path());
    let (sam, id) = demo.make_key(SAM);
    // A refusal, an export on record, a write that waits.
    assert_eq!(demo.get_api(demo.key(), "/v1/ledger?format=csv").status, 403);
    let question = "Create a contact named Ada Byron";
    demo.complete(demo.key(), &body("local", question));
    std::thread::sleep(Duration::from_millis(600));
    let events = lines(&demo.get_api(&sam, "/v1/ledger?format=ocsf&limit=1000"));
    assert!(events.len() > 10 && !id.is_empty(), "{events:?}");
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../ledger/tests/interop/ocsf.py");
    let mut child = Command::new(python)
        .arg(script)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(events.join("\n").as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && said.is_empty(), "{said}");
    println!("{} events of a running gate", events.len());
}
