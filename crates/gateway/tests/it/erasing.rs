//! Somebody is forgotten where record and state are in PostgreSQL: in no file of the server, in no form.

use std::fs;
use std::path::Path;

use gateway::DirectCall;
use serde_json::json;
use store::Backend as _;

use crate::cluster::{Schema, alone};
use crate::setting::{Setting, records, terms};

/// How bytes may stand in a file: as they are, in hexadecimal, in Base64 at any of its three places.
fn forms(needle: &[u8]) -> Vec<Vec<u8>> {
    let digit = |half: u8| char::from_digit(u32::from(half), 16).unwrap();
    let hex: String = needle.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect();
    let wide: Vec<u8> = needle.iter().flat_map(|byte| [*byte, 0]).collect();
    let mut forms = vec![
        needle.to_vec(),
        needle.to_ascii_lowercase(),
        wide,
        hex.to_uppercase().into_bytes(),
        hex.into_bytes(),
    ];
    for shift in 0..3 {
        let all = base64(&[&vec![0; shift], needle].concat());
        let from = if shift == 0 { 0 } else { 4 };
        // The last groups hold what comes after it, too.
        forms.push(all[from..all.len().saturating_sub(5).max(from)].to_vec());
    }
    forms.retain(|form| form.len() >= 8);
    forms
}

fn base64(bytes: &[u8]) -> Vec<u8> {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let group = |three: &[u8]| {
        let bits = three.iter().fold(0_usize, |bits, byte| (bits << 8) | usize::from(*byte));
        let bits = bits << (8 * (3 - three.len()));
        [18, 12, 6, 0].map(|shift| DIGITS[(bits >> shift) & 63])
    };
    bytes.chunks(3).flat_map(group).collect()
}

/// Which of the needles stand in which files of a folder.
fn found(folder: &Path, needles: &[(String, Vec<u8>)]) -> Vec<String> {
    // By their first two bytes, for there is much to look through.
    let mut begins: Vec<Vec<(&str, Vec<u8>)>> = vec![Vec::new(); 1 << 16];
    let begin = |bytes: &[u8]| (usize::from(bytes[0]) << 8) | usize::from(bytes[1]);
    for (name, needle) in needles {
        for form in forms(needle) {
            begins[begin(&form)].push((name, form));
        }
    }
    let (mut found, mut folders) = (Vec::new(), vec![folder.to_owned()]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            // The server removes some of its files at any time.
            let Ok(bytes) = fs::read(&path) else { continue };
            for at in 0..bytes.len().saturating_sub(1) {
                for (name, form) in &begins[begin(&bytes[at..])] {
                    if bytes[at..].starts_with(form) {
                        found.push(format!("{name} in {}", path.display()));
                    }
                }
            }
        }
    }
    found.sort();
    found.dedup();
    found
}

/// A cell of the tables, as bytes.
fn cell(schema: &Schema, sql: &str) -> Vec<u8> {
    let hex = schema.tamper(&format!("SELECT encode({sql}, 'hex')"));
    let digits = hex.as_bytes().chunks(2).map(|two| std::str::from_utf8(two).unwrap());
    digits.map(|two| u8::from_str_radix(two, 16).unwrap()).collect()
}

/// Another user of the org comes in at the gate.
async fn sign_in(setting: &Setting, at: usize) {
    let user = setting.org.users().into_iter().nth(at).unwrap();
    let address = setting.gate.begin_sign_in("/").await.unwrap();
    let back = setting.org.sign_in_at(&address, &user.username, &user.password).unwrap();
    setting.gate.finish_sign_in(&back.state, &back.code).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_erased_is_in_no_file_of_the_server() {
    let Some(cluster) = alone() else { return };
    let schema = cluster.schema();
    let setting = Setting::on(Some(Box::new(schema.postgres())), terms()).await;
    for other in 1..4 {
        sign_in(&setting, other).await;
    }
    let read = "SELECT Id, Name, Email FROM Contact WHERE Email <> '' ORDER BY Id LIMIT 1";
    let contact = records(&setting.query(read).await).remove(0);
    let id = contact["Id"].as_str().unwrap().to_owned();
    let body = json!({ "Title": "Canary of the proposal" }).as_object().cloned().unwrap();
    let change = DirectCall::Update { object: "Contact".to_owned(), id: id.clone(), body };
    let answer = setting.request().await.run(change).await.unwrap();
    assert!(answer.entry.is_some(), "{answer:?}");

    let person = format!("SELECT pseudonym FROM persons WHERE username = '{}'", setting.username);
    let person = schema.tamper(&person);
    let of = |what: &str, table: &str, filter: &str| {
        cell(&schema, &format!("(SELECT {what} FROM {table} WHERE {filter} LIMIT 1)"))
    };
    let of_person = format!("pseudonym = '{person}'");
    let sealed = format!("subject = '{person}'");
    let holder = "person = (SELECT person FROM persons WHERE pseudonym = '".to_owned();
    let holder = format!("{holder}{person}')");
    let record = "pseudonym IN (SELECT subject FROM parts WHERE part = 'values')";
    let text = |column: &str| format!("convert_to({column}, 'UTF8')");
    let needles: Vec<(String, Vec<u8>)> = [
        ("user name", of(&text("username"), "persons", &of_person)),
        ("name", of(&text("name"), "persons", &of_person)),
        ("key of the person", of("key", "subjects", &of_person)),
        ("sealed part of the person", of("bytes", "parts", &sealed)),
        ("grant", of("sealed", "grants", &holder)),
        ("hash of the API key", of("hash", "api_keys", &holder)),
        ("key of the record", of("key", "subjects", record)),
        ("mark of the record", of("mark", "subjects", record)),
        ("name of the record", of("reference", "subjects", record)),
        ("old and new values", of("bytes", "parts", "part = 'values'")),
        ("proposal", of("sealed", "proposals", &holder)),
    ]
    .map(|(name, needle)| (name.to_owned(), needle))
    .into();
    assert!(needles.iter().all(|(name, needle)| needle.len() >= 8 || panic!("{name}")));

    // The server keeps pages, and samples of columns for its planner.
    cluster.rule("ANALYZE");
    cluster.rule("CHECKPOINT");
    let before = found(cluster.folder(), &needles);
    for (name, _) in &needles {
        let tables = |it: &&String| it.starts_with(&format!("{name} in")) && it.contains("/base/");
        assert!(before.iter().any(|it| tables(&it)), "{name} is not found at all: {before:?}");
    }
    for who in [id.as_str(), &setting.username] {
        let receipt = setting.gate.subject_erase(who).await.unwrap();
        assert_eq!(receipt["remnants"], json!([]), "{receipt}");
    }
    let words = |it: &String| !it.contains("/pg_wal/");
    let left: Vec<String> = found(cluster.folder(), &needles).into_iter().filter(words).collect();
    assert_eq!(left, [""; 0], "in tables, samples or logs");

    // As docs/postgres.md has it.
    cluster.rule("ALTER SYSTEM SET wal_recycle = off");
    for step in ["SELECT pg_reload_conf()", "SELECT pg_switch_wal()", "CHECKPOINT"] {
        cluster.rule(step);
    }
    assert_eq!(found(cluster.folder(), &needles), [""; 0]);
    // The others are there: it was looked for in the right place.
    let other = of(&text("username"), "persons", "true");
    assert_ne!(found(cluster.folder(), &[("another".to_owned(), other)]), [""; 0]);
    let report = {
        let log = schema.postgres();
        let vkey = fs::read_to_string(setting.data().join("ledger.vkey")).unwrap();
        let keys = ledger::VerifyingKeys::parse(&[vkey.trim()]).unwrap();
        ledger::verify_sealed(log.log(), log.sealed(), &keys, &[]).unwrap()
    };
    assert!(report.erased.is_some_and(|erased| erased >= 2), "{report:?}");
}
