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

/// Eight times the text; a quadratic step would take sixty-four times as long.
fn grows_evenly(head: &str, unit: &str) {
    let [small, large] =
        [3_000, 24_000].map(|size| time(&format!("{head}{}", unit.repeat(size / unit.len()))));
    assert!(large < small * 24 + Duration::from_millis(60), "{unit:?}: {small:?} then {large:?}");
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
        // Secrets and what is asked for in one word without an end.
        "key,",
        "pin,now,",
        "password,is,",
        "パスワード",
        // Rows of people, menus, titles.
        "Présents : Ada, ",
        "Présents: Ada, ",
        "Setup > Ada ",
        "„Ada ",
        // Names in ideographs.
        "さ田中様",
        "客户李雷说",
        "주식회사",
        "由紀:さ\n",
        // Forms of addresses, one behind the other.
        "-HNo1",
        "aA.",
        "aGül Sokak ",
    ] {
        grows_evenly("", unit);
    }
    grows_evenly("No. ", "-HNo1");
}

/// One syllable makes a text Japanese; behind it a row of ideographs has no end.
#[test]
fn a_row_of_ideographs_costs_no_more_than_its_length() {
    for unit in ["田", "様", "田中様", "長様", "営業部", "佐藤", "森"] {
        grows_evenly("そ。", unit);
    }
}
