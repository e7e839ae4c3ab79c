//! Somebody is forgotten: by address, by id, by pseudonym, as a user; in everybody's conversations and in every file.

use std::fs;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use ledger::LogReader as _;
use serde_json::Value;

use super::{Setting, restored, text};
use crate::demo::{Demo, MAYA, SAM, content, run, verify};
use crate::scripted::{reads, soql};

/// How a value may stand in a file.
fn forms(value: &str) -> Vec<Vec<u8>> {
    let utf16: Vec<u16> = value.encode_utf16().collect();
    let hex = each_byte(value, |byte| format!("{byte:02x}"));
    // Base64 of a value in the midst of something else begins at one of three places of a group.
    let base64 = (0..3_usize).map(|shift| {
        let padded = [&vec![0; shift], value.as_bytes()].concat();
        let all = STANDARD_NO_PAD.encode(&padded);
        let whole = all.len() - all.len() % 4;
        let from = if shift == 0 { 0 } else { 4 };
        all.as_bytes()[from..whole.saturating_sub(4).max(from)].to_vec()
    });
    let escaped = each_byte(value, |byte| format!("\\u{byte:04x}"));
    let mut forms = vec![
        value.as_bytes().to_vec(),
        value.to_lowercase().into_bytes(),
        serde_json::to_string(value).unwrap().trim_matches('"').as_bytes().to_vec(),
        escaped.into_bytes(),
        utf16.iter().flat_map(|unit| unit.to_le_bytes()).collect(),
        utf16.iter().flat_map(|unit| unit.to_be_bytes()).collect(),
        hex.to_uppercase().into_bytes(),
        hex.into_bytes(),
    ];
    forms.extend(base64.filter(|it| it.len() >= 8));
    forms
}

fn each_byte(value: &str, form: impl Fn(u8) -> String) -> String {
    value.bytes().map(form).collect::<Vec<_>>().concat()
}

/// Files below a folder, whatever they are, in which a value stands in any form.
fn files_with(folder: &Path, value: &str) -> Vec<String> {
    let forms = forms(value);
    let (mut found, mut folders) = (Vec::new(), vec![folder.to_owned()]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let bytes = fs::read(&path).unwrap();
            let holds = |form: &Vec<u8>| bytes.windows(form.len()).any(|part| part == form);
            if forms.iter().any(holds) {
                found.push(path.file_name().unwrap().to_string_lossy().into_owned());
            }
        }
    }
    found.sort();
    found.dedup();
    found
}

fn subject(data: &Path, command: &str, who: &str, more: &[&str]) -> Result<Value, String> {
    let mut arguments = vec!["subject", command, who, "--json", "--demo", data.to_str().unwrap()];
    arguments.extend(more);
    let output = run(&arguments);
    if output.status.success() {
        return Ok(serde_json::from_slice(&output.stdout).unwrap_or_default());
    }
    Err(String::from_utf8(output.stderr).unwrap())
}

/// The proofs of a bundle, by the number of their entry.
fn proofs(bundle: &Value) -> Vec<(u64, String)> {
    let entries = bundle["entries"].as_array().unwrap().iter();
    entries
        .map(|it| (it["entry"]["seq"].as_u64().unwrap(), it["proof"].as_str().unwrap().to_owned()))
        .collect()
}

#[test]
fn a_contact_is_forgotten_by_whatever_they_are_called_and_in_everybodys_conversations() {
    let first = "SELECT Id FROM Contact WHERE Email <> '' AND Phone <> '' ORDER BY Id LIMIT 4";
    let setting = Setting::new(reads(Vec::new()));
    let ids = setting.demo.org(MAYA).query(first);
    let ids: Vec<String> = ids.iter().map(|it| text(&it["Id"])).collect();
    let list = ids.join("','");
    let query =
        format!("SELECT Id, Name, Email, Phone FROM Contact WHERE Id IN ('{list}') ORDER BY Id");
    let contacts = setting.demo.org(MAYA).query(&query);
    let of = |at: usize, field: &str| text(&contacts[at][field]);
    setting.model.play(reads(vec![soql(&query)]));
    let mut told = Vec::new();
    for username in [MAYA, SAM] {
        let (mut browser, csrf) = setting.demo.signed_in(username);
        let said = setting.ask_on_page(&mut browser, &csrf, "Who are they?", None);
        let shown = restored(&said.text);
        for field in ["Email", "Phone", "Name"] {
            assert!(
                shown.values().any(|it| *it == of(0, field)),
                "{field} of {username}: {shown:?}"
            );
        }
        told.push((username, said.conversation));
    }
    let Setting { model, demo, folder: _folder } = setting;
    let data = demo.data.clone();
    let gate = data.join("gate");
    demo.stop();

    // Erased by address, by id of 15 characters, by pseudonym; the last one stays.
    let bundle = subject(&data, "access", &of(0, "Email"), &[]).unwrap();
    let pseudonym = bundle["subject"]["pseudonym"].as_str().unwrap().to_owned();
    assert!(bundle["subject"]["record"].as_str().unwrap().contains(&ids[0]), "{bundle}");
    let before = proofs(&bundle);
    assert!(!before.is_empty());
    subject(&data, "hold", &ids[0], &["--reason", "matter 12/7"]).unwrap();
    let held = subject(&data, "erase", &of(0, "Email"), &[]).unwrap_err();
    assert!(held.contains("legal hold") && held.contains("matter 12/7"), "{held}");
    let still = subject(&data, "access", &of(0, "Email"), &[]).unwrap();
    assert_eq!(still["subject"]["pseudonym"], pseudonym.as_str(), "nothing was changed");
    subject(&data, "release", &ids[0], &[]).unwrap();
    let third = subject(&data, "access", &ids[2], &[]).unwrap();
    let third = third["subject"]["pseudonym"].as_str().unwrap().to_owned();
    for who in [of(0, "Email").to_uppercase(), ids[1][..15].to_owned(), third.clone()] {
        let receipt = subject(&data, "erase", &who, &[]).unwrap();
        assert_eq!(receipt["conversations"], 2, "{who}: {receipt}");
        let again = subject(&data, "erase", &who, &[]).unwrap_err();
        assert!(again.contains("erased already"), "{again}");
    }
    let again = subject(&data, "erase", &pseudonym, &[]).unwrap_err();
    assert!(again.contains("is erased already: entry "), "{again}");

    // In no file, in no form; and what the log calls them is tied to nobody.
    for at in 0..3 {
        for field in ["Id", "Name", "Email", "Phone"] {
            assert_eq!(files_with(&gate, &of(at, field)), [""; 0], "{field} of contact {at}");
        }
    }
    for gone in [&pseudonym, &third] {
        let files = files_with(&gate, gone);
        let secret = |it: &&String| it.starts_with("sealed.db") || it.starts_with("state.db");
        assert_eq!(files.iter().find(secret), None, "{files:?}");
    }

    // The log is what it was, and so is every proof about it.
    verify(&data);
    let vkeys = fs::read_to_string(gate.join("ledger.vkey")).unwrap();
    let vkeys: Vec<&str> = vkeys.lines().filter(|it| !it.trim().is_empty()).collect();
    let keys = ledger::VerifyingKeys::parse(&vkeys).unwrap();
    let log = store::SqliteLog::read_only(&gate).unwrap();
    for (seq, proof) in &before {
        let row = log.rows(*seq, 1).unwrap().remove(0);
        ledger::check_proof(proof, &row.body, &keys).unwrap();
    }
    drop(log);

    // Both conversations still open, with the one who stayed and without those who went.
    let demo = Demo::with_model(&data, &model.url());
    for (username, conversation) in told {
        let (mut browser, _) = demo.signed_in(username);
        let page = browser.get(&format!("{}/c/{conversation}", demo.page()));
        assert_eq!(page.status, 200, "{}", page.text());
        let page = page.text();
        assert!(page.contains("Who are they?"), "{page}");
        for at in 0..3 {
            for field in ["Name", "Email", "Phone"] {
                assert!(!page.contains(&of(at, field)), "{field} of contact {at}: {page}");
            }
        }
    }
    demo.stop();
}

#[test]
fn a_user_is_forgotten_as_a_person_and_as_a_record_that_others_read() {
    let query = "SELECT Id, Name, Title FROM User WHERE Name = 'Maya Lindqvist'";
    let setting = Setting::new(reads(vec![soql(query)]));
    let user = text(&setting.demo.org(SAM).one(query)["Id"]);
    let (mut sam, csrf) = setting.demo.signed_in(SAM);
    let told = setting.ask_on_page(&mut sam, &csrf, "Who is it?", None);
    let before = sam.get(&format!("{}/c/{}", setting.demo.page(), told.conversation)).text();
    assert!(before.contains("Lindqvist"), "{before}");
    let mine = setting.demo.ask(setting.demo.key(), "Note quetzalcoatl");
    assert!(!content(&mine).is_empty());
    let Setting { model, demo, folder: _folder } = setting;
    let data = demo.data.clone();
    demo.stop();
    // Sam's reading of their record is about them too.
    let bundle = subject(&data, "access", MAYA, &[]).unwrap();
    let record = &bundle["subject"]["pseudonym_as_record"];
    assert!(record.is_string() && *record != bundle["subject"]["pseudonym"], "{bundle}");
    let entries = bundle["entries"].as_array().unwrap();
    let about = |it: &&Value| {
        let subjects = it["entry"]["subjects"].as_array();
        subjects.is_some_and(|subjects| subjects.contains(record))
    };
    let by_others = entries.iter().filter(about).filter(|it| it["entry"]["actor"] != "operator");
    assert!(by_others.count() > 0, "{bundle}");
    let receipt = subject(&data, "erase", &user, &[]).unwrap();
    assert!(receipt["parts"].as_u64().unwrap() >= 2, "a person's, not a record's: {receipt}");
    for who in [MAYA, &user, "Maya Lindqvist"] {
        let gone = subject(&data, "access", who, &[]).unwrap_err();
        assert!(gone.contains("there is no person or record"), "{gone}");
        assert_eq!(files_with(&data.join("gate"), who), [""; 0], "{who}");
    }
    verify(&data);
    let demo = Demo::with_model(&data, &model.url());
    let (ingrid, _) = demo.make_key("ingrid.solheim@practice.example");
    let found = demo.get_api(&ingrid, "/v1/ledger?text=quetzalcoatl").json();
    assert_eq!(found["entries"].as_array().unwrap().len(), 0, "{found}");
    let (mut browser, _) = demo.signed_in(SAM);
    let page = browser.get(&format!("{}/c/{}", demo.page(), told.conversation));
    assert_eq!(page.status, 200);
    assert!(!page.text().contains(MAYA) && !page.text().contains("Lindqvist"), "{}", page.text());
    demo.stop();
}

/// Commits in a write-ahead log of SQLite, and its salt: a frame that ends one says how large the database is afterwards
/// (<https://sqlite.org/fileformat2.html#the_write_ahead_log>). Frames of a round before have another salt.
fn commits(wal: &Path) -> (usize, Vec<u8>) {
    let bytes = fs::read(wal).unwrap();
    let number = |at: usize| u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap()) as usize;
    let salt = &bytes[16..24];
    let frames = (32..).step_by(24 + number(8)).take_while(|at| at + 24 <= bytes.len());
    let frames = frames.take_while(|at| &bytes[at + 8..at + 16] == salt);
    (frames.filter(|at| number(at + 4) != 0).count(), salt.to_vec())
}

/// Four entries in three commits, and none can be spared: the prompt's intent before it leaves, the release before the first
/// word is shown, and both outcomes, the model's and the answer's, together before the end is told.
#[test]
fn a_question_without_a_write_costs_three_commits_of_the_log() {
    let setting = Setting::new(|_| crate::scripted::Say::Text("Hello.".to_owned()));
    let folder = setting.demo.data.join("gate");
    let wal = folder.join("log.db-wal");
    let log = store::SqliteLog::read_only(&folder).unwrap();
    let cost = || {
        let ((before, salt), size) = (commits(&wal), log.size().unwrap());
        setting.demo.ask(setting.demo.key(), "hello");
        let entries = log.size().unwrap() - size;
        let (after, same) = commits(&wal);
        // The log is carried over now and then, and begins anew.
        (salt == same).then(|| (after - before, entries))
    };
    cost();
    let costs: Vec<(usize, u64)> = (0..8).filter_map(|_| cost()).collect();
    // Whatever the gate does by itself meanwhile may add to one of them, not to each.
    assert_eq!(costs.iter().min(), Some(&(3, 4)), "{costs:?}");
}
