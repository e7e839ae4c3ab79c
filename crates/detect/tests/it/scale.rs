//! Time grows with the text, not faster, whatever the text.

use std::time::{Duration, Instant};

use boundary::Detector;

use crate::knowing;

/// Time this thread has run, where the system tells; a busy machine does not count then.
fn ran() -> Option<Duration> {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    Some(Duration::from_nanos(stat.split(' ').next()?.parse().ok()?))
}

/// Best of three.
fn time(text: &str) -> Duration {
    let detectors = knowing();
    let run = || {
        let (started, before) = (Instant::now(), ran());
        detectors.detect(text).unwrap();
        ran()
            .zip(before)
            .map_or_else(|| started.elapsed(), |(after, before)| after.saturating_sub(before))
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
