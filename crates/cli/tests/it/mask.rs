//! `portcullis mask` and back.

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use serde_json::{Value, json};

use crate::demo::{Demo, SAM, portcullis, prepared, run};

fn mask(home: &Path, arguments: &[&str]) -> Command {
    let mut command = portcullis();
    command.arg("mask").args(arguments).env("XDG_STATE_HOME", home);
    command
}

fn fed(mut command: Command, input: &[u8]) -> Output {
    let piped = || Stdio::piped();
    let mut child = command.stdin(piped()).stdout(piped()).stderr(piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_vec();
    let writer = std::thread::spawn(move || stdin.write_all(&input));
    let output = child.wait_with_output().unwrap();
    let _ = writer.join().unwrap();
    output
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn answers(output: &Output) -> Vec<Value> {
    out(output).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

const CONTACTS: &str = r#"{"Id":"003Gd0a00000001EAA","AccountId":"001Gd0a00000001EAA","FirstName":"Ana","LastName":"Quiroga","Name":"Ana Quiroga","Email":"aq@quiroga.example","Phone":"+34 612 345 678","Account":"Bodegas Nuñez S.L.","Street":"Calle Mayor 3","City":"Lugo","Zip":"27001","loc":"es"}
{"Id":"003Gd0a00000002EAA","FirstName":"Wei","LastName":"Ouyang","Phone":null}
"#;

#[test]
fn a_stream_is_masked_as_it_comes_in_whatever_pieces() {
    let home = tempfile::tempdir().unwrap();
    let piped = || Stdio::piped();
    let mut command = mask(home.path(), &["--conversation"]);
    let mut child = command.stdin(piped()).stdout(piped()).spawn().unwrap();
    let (mut stdin, stdout) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
    let (told, answers) = std::sync::mpsc::channel();
    let reader = std::thread::spawn(move || {
        BufReader::new(stdout).lines().try_for_each(|line| told.send(line.unwrap()))
    });
    let mut masked = String::new();
    let written = "Write to Zoë Byron, zoe@byron.example.\nTell Byron that it is done.\n";
    for line in written.split_inclusive('\n') {
        for byte in line.as_bytes() {
            stdin.write_all(&[*byte]).unwrap();
            stdin.flush().unwrap();
        }
        let answer = answers.recv_timeout(Duration::from_mins(1)).expect("more may come");
        assert!(answer.contains("{NAME_1") && !answer.contains("Byron"), "{answer}");
        masked += &(answer + "\n");
    }
    drop(stdin);
    assert!(child.wait().unwrap().success());
    reader.join().unwrap().unwrap();
    let back = fed(mask(home.path(), &["--restore"]), masked.as_bytes());
    assert_eq!(out(&back), written);
}

/// What comes next from a child, until it is this.
fn comes(out: &mut impl std::io::Read, want: &str) {
    let mut have = Vec::new();
    while have.len() < want.len() {
        let mut byte = [0];
        out.read_exact(&mut byte).unwrap();
        have.extend(byte);
    }
    assert_eq!(String::from_utf8_lossy(&have), want);
}

#[test]
fn one_text_goes_through_as_it_comes_and_comes_back_to_the_byte() {
    let home = tempfile::tempdir().unwrap();
    let piped = || Stdio::piped();
    let mut mask_child =
        mask(home.path(), &["--stream"]).stdin(piped()).stdout(piped()).spawn().unwrap();
    let mut restore_child = mask(home.path(), &["--restore", "--stream"])
        .stdin(piped())
        .stdout(piped())
        .spawn()
        .unwrap();
    let (mut to_mask, mut to_restore) =
        (mask_child.stdin.take().unwrap(), restore_child.stdin.take().unwrap());
    let (mut masked, mut restored) =
        (mask_child.stdout.take().unwrap(), restore_child.stdout.take().unwrap());
    let mut say = |text: &str| {
        for byte in text.as_bytes() {
            to_mask.write_all(&[*byte]).unwrap();
            to_mask.flush().unwrap();
        }
    };
    // Nothing is held once nothing can follow, neither here nor there.
    say("The renewal is due – no names yet.\n");
    comes(&mut masked, "The renewal is due – no names yet.\n");
    to_restore.write_all("The renewal is due – no names yet.\n".as_bytes()).unwrap();
    comes(&mut restored, "The renewal is due – no names yet.\n");
    // The last words of a line are, as the next may go on with them.
    say(
        "{\"text\": \"x\", \"b\" : 1}\r\nthe whole offer has to be sent this week to our contact Zoë\n",
    );
    comes(&mut masked, "{\"text\": \"x\", \"b\" : 1}\r\nthe whole offer has to be sent ");
    say("Byron, zoe@byron.example. Thanks!\n");
    drop(to_mask);
    let mut rest = String::new();
    std::io::Read::read_to_string(&mut masked, &mut rest).unwrap();
    assert!(rest.contains("contact {NAME_1") && rest.ends_with("}. Thanks!\n"), "{rest}");
    assert!(!rest.contains("Byron") && !rest.contains("byron"), "{rest}");
    assert!(mask_child.wait().unwrap().success());
    for byte in rest.as_bytes() {
        to_restore.write_all(&[*byte]).unwrap();
        to_restore.flush().unwrap();
    }
    drop(to_restore);
    let mut back = String::new();
    std::io::Read::read_to_string(&mut restored, &mut back).unwrap();
    assert!(back.ends_with("contact Zoë\nByron, zoe@byron.example. Thanks!\n"), "{back}");
    assert!(restore_child.wait().unwrap().success());
}

#[test]
fn what_stands_far_before_counts_in_a_stream_too() {
    let rows = |row: fn(usize) -> String| (0..40).map(row).collect::<String>();
    let body = |between: &str| format!("MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcw{between}").repeat(300);
    let key = |between| {
        format!(
            "-----BEGIN PRIVATE KEY-----\n{}-----END PRIVATE KEY-----\nThanks.\n",
            body(between)
        )
    };
    let prose = "We have read the report and like it, and we would like to speak of it in the next weeks, when there is also the \
        question of how the project is to go on in the spring and who pays for what of it, our new address is";
    let texts = [
        (
            "id,first_name,last_name,city\n".to_owned()
                + &rows(|row| format!("{row},Furokoa{row},Kubopaa,Bonn\n")),
            "Furokoa",
        ),
        (
            "| first name | age |\r\n|---|---|\r\n".to_owned()
                + &rows(|row| format!("| Furokoa{row} | {row} |\r\n")),
            "Furokoa",
        ),
        (key("\n"), "MII"),
        (key("\n\n"), "MII"),
        (key("\r\n...\r\n"), "MII"),
        (format!("{prose} Hauptstr. 12, 10115 Berlin and so on.\n"), "Hauptstr"),
    ];
    for (text, hidden) in texts {
        let home = tempfile::tempdir().unwrap();
        let masked = out(&fed(mask(home.path(), &["--stream"]), text.as_bytes()));
        assert!(!masked.contains(hidden), "{masked}");
        let back = fed(mask(home.path(), &["--restore", "--stream"]), masked.as_bytes());
        assert_eq!(out(&back), text);
    }
}

#[test]
fn a_text_that_breaks_off_is_answered_as_far_as_it_is_text() {
    let home = tempfile::tempdir().unwrap();
    let output = fed(mask(home.path(), &["--stream"]), b"Ask zoe@byron.example \xff and more");
    assert_eq!(output.status.code(), Some(1));
    let masked = out(&output);
    assert!(masked.starts_with("Ask {EMAIL_1") && masked.ends_with("} "), "{masked}");
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(told.contains("not UTF-8 from byte 22 on"), "{told}");
    let output = fed(mask(home.path(), &["--stream", "--json"]), b"");
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn each_line_is_answered_with_its_spans_and_records_keep_their_number() {
    let home = tempfile::tempdir().unwrap();
    let known = home.path().join("contacts.jsonl");
    fs::write(&known, CONTACTS).unwrap();
    let lines = [
        json!({ "id": 7, "text": "😀 Quiroga, Ana of Bodegas Nuñez S.L. (0034 612345678)" })
            .to_string(),
        "write to AQ@quiroga.example".to_owned(),
        json!({ "text": "Nobody here." }).to_string(),
    ];
    let command = mask(home.path(), &["--json", "--known", known.to_str().unwrap()]);
    let output = fed(command, (lines.join("\n") + "\n").as_bytes());
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let answers = answers(&output);
    assert_eq!(answers.len(), 3);
    assert_eq!(answers[0]["id"], 7);
    let span = |answer: usize, kind: &str| {
        let spans = answers[answer]["spans"].as_array().unwrap();
        spans.iter().find(|it| it["type"] == kind).unwrap().clone()
    };
    let (name, phone, email) = (span(0, "NAME"), span(0, "PHONE"), span(1, "EMAIL"));
    assert_eq!(
        (&name["start"], &name["end"], &name["layer"]),
        (&json!(2), &json!(14), &json!("known"))
    );
    let number = |span: &Value| {
        let token = span["token"].as_str().unwrap().to_owned();
        token
            .chars()
            .skip_while(|c| !c.is_ascii_digit())
            .take_while(char::is_ascii_digit)
            .collect::<String>()
    };
    assert_eq!(number(&name), number(&phone));
    assert_eq!(number(&name), number(&email));
    assert_ne!(number(&name), number(&span(0, "ORG")));
    let masked = answers[0]["masked"].as_str().unwrap();
    assert!(
        masked.contains(name["token"].as_str().unwrap()) && !masked.contains("Quiroga"),
        "{masked}"
    );
    assert_eq!(answers[2], json!({ "masked": "Nobody here.", "spans": [] }));
    // The table of the last run is found without naming it.
    let back = fed(mask(home.path(), &["--restore"]), &output.stdout);
    assert_eq!(out(&back).lines().next().unwrap(), lines[0]);
}

#[test]
fn restoring_gives_every_byte_back_and_needs_the_key() {
    let home = tempfile::tempdir().unwrap();
    let (table, key) = (home.path().join("t"), home.path().join("k"));
    let place = ["--table", table.to_str().unwrap(), "--key", key.to_str().unwrap()];
    let text =
        "Dear Mr Brzoza,\r\n\nmail bo@x.example or {EMAIL_1} \u{202e}x {!NAME_2}\n\tbo@x.example  ";
    let masked = fed(mask(home.path(), &place), text.as_bytes());
    assert!(masked.status.success());
    assert!(!out(&masked).contains("bo@x.example"), "{}", out(&masked));
    let restore = [&["--restore"][..], &place].concat();
    assert_eq!(out(&fed(mask(home.path(), &restore), &masked.stdout)), text);
    let held = fs::read(&table).unwrap();
    assert!(!held.windows(4).any(|it| it == b"bo@x"), "values are sealed");
    // A second run goes on with the table: its tokens and those of the first can both be undone.
    let more = fed(mask(home.path(), &place), b"mail cy@y.example and bo@x.example\n");
    let both = [masked.stdout, more.stdout].concat();
    let back = fed(mask(home.path(), &restore), &both);
    assert_eq!(out(&back), format!("{text}mail cy@y.example and bo@x.example\n"));
    fs::remove_file(&key).unwrap();
    let refused = fed(mask(home.path(), &restore), &both);
    assert_eq!((refused.status.code(), out(&refused).as_str()), (Some(1), ""));
}

#[test]
fn a_person_is_forgotten_with_everything_of_theirs() {
    let home = tempfile::tempdir().unwrap();
    let known = home.path().join("contacts.jsonl");
    fs::write(&known, CONTACTS).unwrap();
    let text = b"Quiroga, Ana (0034 612345678), aq@quiroga.example, with Wei Ouyang\n";
    let masked = fed(mask(home.path(), &["--known", known.to_str().unwrap()]), text);
    let nobody = fed(mask(home.path(), &["--forget"]), b"\n \n");
    assert_eq!(nobody.status.code(), Some(1));
    let half = fed(mask(home.path(), &["--forget"]), b"Wei Ouyang\nx\xffy\n");
    assert_eq!(half.status.code(), Some(1));
    let back = || out(&fed(mask(home.path(), &["--restore"]), &masked.stdout));
    assert_eq!(back().as_bytes(), text, "neither forgot anybody");
    let gone = fed(mask(home.path(), &["--forget", "--json"]), b"AQ@quiroga.example\n");
    assert!(gone.status.success(), "{}", String::from_utf8_lossy(&gone.stderr));
    assert_eq!(answers(&gone), [json!({ "forgotten": 3, "unknown": [] })]);
    let back = back();
    assert!(back.ends_with(", with Wei Ouyang\n") && !back.contains("Quiroga"), "{back}");
    let again = fed(mask(home.path(), &["--forget"]), b"\n003Gd0a00000001\n");
    assert_eq!((again.status.code(), &*out(&again)), (Some(1), "0 values are forgotten\n"));
    assert!(String::from_utf8(again.stderr).unwrap().contains("line 2 names nobody"));
}

#[test]
fn a_line_that_cannot_be_read_is_told_and_the_others_answered() {
    let home = tempfile::tempdir().unwrap();
    let input =
        b"{\"text\":\"a@b.example\"}\n{\"text\": \"secret@b.example\nx\xffy\n{\"text\":\"last\"}\n";
    let output = fed(mask(home.path(), &["--json"]), input);
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stderr.clone()).unwrap();
    assert!(
        said.contains("line 2: not JSON") && said.contains("line 3: it is not UTF-8"),
        "{said}"
    );
    assert!(!said.contains("secret@"), "{said}");
    let answers = answers(&output);
    assert_eq!(answers.len(), 4);
    assert!(answers[1]["error"].is_string() && answers[2]["error"].is_string());
    assert_eq!(answers[3]["masked"], "last");
}

#[test]
fn only_the_layers_asked_for_look() {
    let home = tempfile::tempdir().unwrap();
    let line = b"Dear Mr Brzoza, mail bo@x.example\n";
    let types = |layers: &str| {
        let output = fed(mask(home.path(), &["--json", "--layers", layers]), line);
        let spans = answers(&output)[0]["spans"].as_array().unwrap().clone();
        spans.iter().map(|it| it["type"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(types("house"), Vec::<String>::new());
    assert_eq!(types("pattern,known"), ["TITLE", "EMAIL"]);
    assert!(types("model").contains(&"NAME".to_owned()));
    // One conversation: what one line held is covered in the next, in any case.
    let lines = b"mail bo@x.example\nBO@X.EXAMPLE wrote\n";
    let output = fed(mask(home.path(), &["--json", "--layers", "pattern,memory"]), lines);
    assert_eq!(answers(&output)[1]["spans"].as_array().unwrap().len(), 1);
}

#[test]
fn rules_of_the_house_are_followed_and_bad_ones_refused() {
    let home = tempfile::tempdir().unwrap();
    let rules = home.path().join("rules.toml");
    let write = |text: &str| fs::write(&rules, text).unwrap();
    write(
        "[[pattern]]\nname = \"projects\"\nmatch = 'PRJ-\\d{4}'\n[[words]]\nname = \"names\"\nlist = [\"blue heron\"]\ntype = \"ORG\"\n",
    );
    let arguments = ["--json", "--rules", rules.to_str().unwrap()];
    let output = fed(mask(home.path(), &arguments), b"PRJ-0042 is Blue Heron\n");
    let spans = answers(&output)[0]["spans"].as_array().unwrap().clone();
    let told: Vec<_> = spans
        .iter()
        .map(|it| (it["type"].as_str().unwrap(), it["layer"].as_str().unwrap()))
        .collect();
    assert_eq!(told, [("CUSTOM", "house"), ("ORG", "house")]);
    for (text, said) in [
        ("[[pattern]]\nname = \"x\"\nmatch = '('\n", "`x` is not a usable pattern"),
        ("[[patern]]\n", "unknown field"),
        ("[[protected]]\nname = \"p\"\nfile = \"none.txt\"\n", "cannot read"),
    ] {
        write(text);
        let output = fed(mask(home.path(), &arguments), b"x\n");
        let told = String::from_utf8(output.stderr.clone()).unwrap();
        assert_eq!(output.status.code(), Some(1));
        assert!(told.contains(said), "{told}");
    }
}

#[test]
fn a_recogniser_nearby_is_taken_and_has_to_be_the_one_we_know() {
    let home = tempfile::tempdir().unwrap();
    let masked = |layers: &str| {
        let mut command = mask(home.path(), &["--layers", layers]);
        command.current_dir(home.path()).env_remove("PORTCULLIS_RECOGNISER");
        fed(command, b"mail bo@x.example\n")
    };
    assert!(masked("pattern,model").status.success(), "without one it works");
    let folder = home.path().join("target/model");
    fs::create_dir_all(&folder).unwrap();
    for name in ["model_q4.onnx", "vocab.txt"] {
        fs::write(folder.join(name), "not it").unwrap();
    }
    let refused = masked("pattern,model");
    assert!(!refused.status.success());
    assert!(String::from_utf8_lossy(&refused.stderr).contains("is not usable"));
    assert!(masked("pattern").status.success(), "its layer was not asked for");
}

#[test]
fn a_token_that_lost_its_braces_comes_back_in_the_first_line() {
    let home = tempfile::tempdir().unwrap();
    let masked = out(&fed(mask(home.path(), &[]), b"bo@x.example\n"));
    let bare = masked.trim().trim_matches(['{', '}']);
    for bent in [bare.to_owned(), format!("%7B{bare}%7D"), format!("\\u007b{bare}\\u007d")] {
        let back =
            out(&fed(mask(home.path(), &["--restore"]), format!("mail {bent}\n").as_bytes()));
        assert!(back.contains("bo") && back.contains("x.example"), "{bent}: {back}");
    }
    // Without a table there is nothing to wait for, where nothing looks like a token.
    let empty = tempfile::tempdir().unwrap();
    let same = fed(mask(empty.path(), &["--restore"]), b"call 12 of them\n");
    assert_eq!(out(&same), "call 12 of them\n");
}

#[test]
fn what_an_org_knows_is_read_through_a_configured_gate() {
    let folder = tempfile::tempdir().unwrap();
    let demo = Demo::start(&prepared(folder.path()), &[]);
    let file = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let org = demo.org(SAM);
    let made = serde_json::json!({ "LastName": "Quuxbert", "FirstName": "Xolani" });
    org.create("Contact", &made);
    fs::write(file("portcullis.toml"), demo.configuration()).unwrap();
    let url = demo.greeting["org"].as_str().unwrap();
    let config = file("portcullis.toml");
    let text = b"the report by quuxbert, xolani is late\n";
    let plain = out(&fed(mask(folder.path(), &["--layers", "known"]), text));
    assert!(plain.contains("quuxbert"), "{plain}");
    let place = ["--layers", "known", "--org", url, "--config", &config];
    let known = fed(mask(folder.path(), &place), text);
    assert!(known.status.success(), "{}", String::from_utf8_lossy(&known.stderr));
    let known = out(&known);
    assert!(known.contains("{NAME_1") && !known.contains("quuxbert"), "{known}");
    // Every reading is in the ledger of that gate.
    let gate = file("gate");
    let said =
        run(&["ledger", "search", "--data", &gate, "--rule", "knowledge", "--format", "jsonl"]);
    assert!(out(&said).contains("Contact"), "{said:?}");
    let other = ["--org", "https://other.example", "--config", &config];
    let refused = fed(mask(folder.path(), &other), text);
    assert!(!refused.status.success());
    let why = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(why.contains("is for the org") && out(&refused).is_empty(), "{why}");
}

#[test]
fn countries_say_whose_numbers_are_dialled_at_home() {
    let home = tempfile::tempdir().unwrap();
    let text = b"it is 9123 4567 there\n";
    let of = |countries: &str| out(&fed(mask(home.path(), &["--countries", countries]), text));
    assert_eq!(of("es"), String::from_utf8_lossy(text));
    assert!(of("ES,sg").contains("{PHONE_"), "{}", of("ES,sg"));
    let refused = fed(mask(home.path(), &["--countries", "de,xx"]), text);
    assert!(!refused.status.success());
    assert!(String::from_utf8_lossy(&refused.stderr).contains("`xx` is no country"));
}
