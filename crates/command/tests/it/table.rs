//! The tables: what people say, and every call that comes of it.
//!
//! `> text` begins a conversation, `>> text` goes on with it; the lines after it are the calls, and `= ..` the first
//! line of the answer where it matters. `UPDATE_TABLES=1` writes the files anew, to be read before they are committed.

use std::fmt::Write as _;
use std::path::PathBuf;

use crate::org::{Talk, line};

const TABLES: &[&str] = &[
    "lists",
    "counts",
    "records",
    "follow_ups",
    "updates",
    "creations",
    "spoken",
    "misunderstood",
    "everyday",
];

#[test]
fn every_utterance_makes_the_calls_in_the_table() {
    let update = std::env::var_os("UPDATE_TABLES").is_some();
    let mut wrong = String::new();
    let mut count = 0;
    for table in TABLES {
        let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
            .join("tests/it/tables")
            .join(format!("{table}.txt"));
        let expected = std::fs::read_to_string(&path).unwrap();
        let actual = replay(&expected);
        count += actual.lines().filter(|l| l.starts_with('>')).count();
        if update {
            std::fs::write(&path, &actual).unwrap();
            continue;
        }
        let blocks = |text: &str| {
            text.split("\n>").map(str::trim_end).map(str::to_owned).collect::<Vec<_>>()
        };
        for (a, b) in blocks(&expected).iter().zip(blocks(&actual)) {
            if *a != b {
                writeln!(wrong, "{table}: expected\n>{a}\ngot\n>{b}\n").unwrap();
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    assert!(count >= 250, "only {count} utterances");
}

/// The table again, with the calls that are made now.
fn replay(table: &str) -> String {
    let mut out = String::new();
    let mut talk = Talk::new();
    for text in table.lines() {
        if text.starts_with('#') || text.is_empty() {
            writeln!(out, "{text}").unwrap();
            continue;
        }
        let Some(said) = text.strip_prefix('>') else { continue };
        let goes_on = said.strip_prefix('>');
        if goes_on.is_none() {
            talk = Talk::new();
        }
        let said = goes_on.unwrap_or(said);
        let (calls, answer) = talk.say(said.trim());
        writeln!(out, "{text}").unwrap();
        for call in &calls {
            writeln!(out, "{}", line(call)).unwrap();
        }
        if calls.is_empty() || answer.contains('?') {
            writeln!(out, "= {}", answer.lines().next().unwrap_or_default()).unwrap();
        }
    }
    out
}
