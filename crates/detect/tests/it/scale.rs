//! Time grows with the text, not faster, whatever the text.

use std::time::{Duration, Instant};

use boundary::Detector;

use crate::knowing;

/// Best of three, so that a busy machine does not decide.
fn time(text: &str) -> Duration {
    let detectors = knowing();
    let run = || {
        let started = Instant::now();
        detectors.detect(text).unwrap();
        started.elapsed()
    };
    (0..3).map(|_| run()).min().unwrap()
}

#[test]
fn hostile_repetition_costs_no_more_than_its_length() {
    for unit in [
        "@",
        "a@",
        "://",
        ":",
        "::",
        "\"",
        "\":\"",
        "1",
        "1 ",
        "1-",
        "1.",
        "(1",
        "+1",
        "Ab ",
        "A. ",
        "Elm Street ",
        "12 ",
        "12 A ",
        "GB82 ",
        "key: ",
        "x=",
        "eyJ",
        "-----BEGIN PRIVATE KEY-----",
        "王",
        "王先生",
        "株式会社",
        "Grace ",
        "Mark Will ",
        "22880 ",
        "a,b;",
        "Name,Email\n",
        "|a",
        "\\u00e9",
        "\\",
        "%20",
        "é",
        "a.",
        "€1",
    ] {
        let small = time(&unit.repeat(3_000 / unit.len()));
        let large = time(&unit.repeat(24_000 / unit.len()));
        // Eight times the text; a quadratic step would take sixty-four times as long.
        assert!(
            large < small * 24 + Duration::from_millis(40),
            "{unit:?}: {small:?} then {large:?}"
        );
    }
}
