//! Entries as syslog messages (RFC 5424), each after its length (RFC 5425).

use boundary::Verdict;
use ledger::Envelope;

/// Facility 13, log audit.
const FACILITY: u8 = 13;

/// An entry's line as a framed message from this host.
pub(super) fn framed(entry: &Envelope, line: &str, host: &str) -> Vec<u8> {
    let millis = i64::try_from(entry.time.0).unwrap_or(i64::MAX);
    let time = jiff::Timestamp::from_millisecond(millis).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    let time = time.strftime("%Y-%m-%dT%H:%M:%S.%3fZ");
    let priority = FACILITY * 8 + severity(entry.facts.verdict);
    let line = line.trim_end();
    // The byte order mark says that UTF-8 follows.
    let message = format!("<{priority}>1 {time} {host} portcullis - ledger - \u{feff}{line}");
    format!("{} {message}", message.len()).into_bytes()
}

/// Informational; a notice of what was refused or failed, a warning where nobody knows what happened.
fn severity(verdict: Verdict) -> u8 {
    match verdict {
        Verdict::Allowed | Verdict::Done => 6,
        Verdict::Refused | Verdict::Failed => 5,
        Verdict::Unknown => 4,
    }
}

/// A host as the header takes it: printable ASCII, or nothing.
pub(super) fn host_of(base_url: &str) -> String {
    let rest = base_url.split_once("://").map_or(base_url, |(_, rest)| rest);
    let host = rest.split(['/', ':']).next().unwrap_or_default();
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-.".contains(&byte);
    let sound = !host.is_empty() && host.len() <= 255 && host.bytes().all(plain);
    if sound { host.to_owned() } else { "-".to_owned() }
}
