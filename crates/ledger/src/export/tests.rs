use boundary::{Act, Action, Facts, Purpose, UnixMillis, Verdict};

use super::*;
use crate::Annex;

fn entry(client: &str) -> Envelope {
    let act = Act {
        trace: "0".repeat(32),
        actor: "p1".into(),
        door: "page".into(),
        client: client.into(),
        policy: "9".repeat(16),
        tenant: None,
        tool: None,
    };
    let mut facts =
        Facts::new(Purpose::Intent, Action::Read, Verdict::Allowed, &act).rule("matrix");
    facts.touch("Contact", "Email");
    facts.touch("Contact", "Name");
    let time = UnixMillis(1_800_000_000_123);
    Envelope { v: 1, seq: 7, time, facts, annex: Annex::default() }
}

#[test]
fn a_json_line_is_the_canonical_entry() {
    let line = ExportFormat::JsonLines.line(&entry("s"), "o");
    assert_eq!(Envelope::parse(line.trim_end().as_bytes()).unwrap(), entry("s"));
}

#[test]
fn a_csv_line_has_every_column_and_no_formula() {
    let columns = ExportFormat::Csv.head().split(',').count();
    let line = ExportFormat::Csv.line(&entry("s"), "o");
    assert_eq!(line.split(',').count(), columns);
    assert!(
        line.starts_with("7,2027-01-15T08:00:00.123Z,intent,read,allowed,p1,page,s,"),
        "{line}"
    );
    assert!(line.contains(",Contact.Email Contact.Name,"));
    for evil in ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "=HYPERLINK(\"x\",\"y\")"] {
        let line = ExportFormat::Csv.line(&entry(evil), "o");
        let quoted = format!("\"'{}\"", evil.replace('"', "\"\""));
        assert!(line.contains(&quoted), "{line}");
    }
}

#[test]
fn cef_escapes_what_would_end_a_field() {
    let line = ExportFormat::Cef.line(&entry("a=b\\c|d"), "gate.example/audit");
    assert!(line.starts_with("CEF:0|Portcullis|Portcullis|"), "{line}");
    assert!(line.contains("|intent:read|read allowed|2|rt=1800000000123 "), "{line}");
    assert!(line.contains("externalId=gate.example/audit/7 "), "{line}");
    assert!(line.contains("cs5=a\\=b\\\\c|d "), "{line}");
    assert_eq!(cef_head("a|b\\c\nd"), "a\\|b\\\\c d");
}

#[test]
fn times_are_those_of_the_calendar() {
    for (millis, expected) in [
        (0, "1970-01-01T00:00:00.000Z"),
        (951_782_400_000, "2000-02-29T00:00:00.000Z"),
        (1_709_164_799_999, "2024-02-28T23:59:59.999Z"),
        (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
    ] {
        assert_eq!(rfc3339(millis), expected);
    }
}
