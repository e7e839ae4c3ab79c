use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use boundary::{Action, Counts, Facts, Level, Purpose, UnixMillis, Verdict};
use ledger::{Annex, Envelope, Usage, ocsf_event};
use serde_json::{Value, json};

use crate::fixtures::*;

const ACTIONS: [Action; 21] = [
    Action::Ask,
    Action::Read,
    Action::Write,
    Action::Delete,
    Action::Answer,
    Action::Propose,
    Action::Approve,
    Action::Edit,
    Action::Reject,
    Action::Expire,
    Action::Conflict,
    Action::SignIn,
    Action::SignOut,
    Action::KeyCreate,
    Action::KeyRevoke,
    Action::Disclose,
    Action::Erase,
    Action::Hold,
    Action::Notify,
    Action::Start,
    Action::Stop,
];

const VERDICTS: [Verdict; 5] =
    [Verdict::Allowed, Verdict::Refused, Verdict::Done, Verdict::Failed, Verdict::Unknown];

fn entry(action: Action, verdict: Verdict) -> Envelope {
    let facts = Facts::new(Purpose::Intent, action, verdict, &act(1)).rule("matrix");
    Envelope { v: 1, seq: 12, time: UnixMillis(1_800_000_000_000), facts, annex: Annex::default() }
}

fn full(action: Action, verdict: Verdict) -> Envelope {
    let mut entry = entry(action, verdict);
    entry.facts.touch("Contact", "Email");
    entry.facts.endpoint = Some("global".into());
    entry.facts.residency = Some("EU".into());
    entry.facts.level = Some(Level::Confidential);
    entry.facts.counts =
        Counts { rows: 1, tokens: 2, withheld: 3, bytes: 4, unrestored: 0, invented: 0 };
    entry.facts.link = Some(3);
    entry.facts.tenant = Some("00D".into());
    entry.facts.tool = Some("soqlQuery".into());
    entry.annex.request = Some("req-1".into());
    entry.annex.usage = Some(Usage { input: 10, output: 5 });
    entry
}

fn at(event: &Value, pointer: &str) -> Value {
    event.pointer(pointer).cloned().unwrap_or(Value::Null)
}

#[test]
fn a_masked_read_is_an_api_activity_that_was_modified() {
    let event = ocsf_event(&full(Action::Read, Verdict::Allowed), ORIGIN);
    for (pointer, expected) in [
        ("/class_uid", json!(6003)),
        ("/type_uid", json!(600_302)),
        ("/action_id", json!(4)),
        ("/actor/user/uid", json!("p1")),
        ("/api/request/uid", json!("req-1")),
        ("/resources/0/name", json!("Contact")),
        ("/metadata/uid", json!("gate.example/audit/12")),
        ("/metadata/correlation_uid", json!(format!("{:032x}", 1))),
        ("/metadata/tenant_uid", json!("00D")),
        ("/unmapped/tool", json!("soqlQuery")),
        ("/unmapped/fields", json!(["Contact.Email"])),
        ("/ai_model", Value::Null),
    ] {
        assert_eq!(at(&event, pointer), expected, "{pointer}");
    }
}

#[test]
fn a_prompt_names_its_endpoint_and_its_tokens() {
    let event = ocsf_event(&full(Action::Ask, Verdict::Done), ORIGIN);
    assert_eq!(at(&event, "/ai_model/name"), json!("global"));
    assert_eq!(at(&event, "/message_context/total_tokens"), json!(15));
    assert_eq!(at(&event, "/metadata/profiles"), json!(["security_control", "ai_operation"]));
}

#[test]
fn findings_and_grants_have_classes_of_their_own() {
    let class = |purpose, action| {
        let mut entry = full(action, Verdict::Refused);
        entry.facts.purpose = purpose;
        at(&ocsf_event(&entry, ORIGIN), "/class_uid")
    };
    assert_eq!(class(Purpose::Refusal, Action::Ask), json!(2006));
    assert_eq!(class(Purpose::Access, Action::KeyCreate), json!(3003));
    assert_eq!(class(Purpose::Approval, Action::Approve), json!(3003));
    assert_eq!(class(Purpose::Access, Action::SignIn), json!(3002));
    assert_eq!(class(Purpose::Intent, Action::Read), json!(6003));
}

#[test]
fn what_was_used_twice_and_is_good_once_is_a_finding_that_alerts() {
    for rule in ["authorization-code-reuse", "refresh-token-reuse"] {
        let mut entry = full(Action::KeyCreate, Verdict::Refused);
        (entry.facts.purpose, entry.facts.rule) = (Purpose::Refusal, rule.to_owned());
        let event = ocsf_event(&entry, ORIGIN);
        for (pointer, expected) in [
            ("/class_uid", json!(2006)),
            ("/type_uid", json!(200_601)),
            ("/is_alert", json!(true)),
            ("/severity_id", json!(4)),
            ("/status_id", json!(2)),
            ("/action_id", json!(2)),
            ("/policy/name", json!(rule)),
            ("/finding_info/title", json!(format!("Create key by the rule {rule}"))),
        ] {
            assert_eq!(at(&event, pointer), expected, "{pointer}");
        }
    }
}

#[test]
fn a_notice_is_an_activity_of_the_gate() {
    let mut entry = full(Action::Notify, Verdict::Done);
    entry.facts.tool = None;
    let event = ocsf_event(&entry, ORIGIN);
    assert_eq!(at(&event, "/class_uid"), json!(6003));
    assert_eq!(
        (at(&event, "/activity_id"), at(&event, "/api/operation")),
        (json!(99), json!("Notify"))
    );
}

#[test]
fn what_was_refused_is_denied_and_what_is_unknown_stands_out() {
    let event = |verdict| ocsf_event(&full(Action::Read, verdict), ORIGIN);
    let refused = event(Verdict::Refused);
    assert_eq!((at(&refused, "/action_id"), at(&refused, "/status_id")), (json!(2), json!(2)));
    let unknown = event(Verdict::Unknown);
    assert_eq!((at(&unknown, "/severity_id"), at(&unknown, "/status_id")), (json!(3), json!(0)));
}

/// PyPI's `ocsf-json-schema` with `jsonschema`, in the Python that `OCSF_PYTHON` names.
#[test]
#[ignore = "needs OCSF_PYTHON to name a Python that has ocsf-json-schema and jsonschema"]
fn every_event_fits_the_schema() {
    let python = std::env::var("OCSF_PYTHON").expect("OCSF_PYTHON");
    let validate = |events: &[Value]| {
        let mut lines = String::new();
        for event in events {
            writeln!(lines, "{event}").unwrap();
        }
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/interop/ocsf.py");
        let mut child = Command::new(&python)
            .arg(script)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(lines.as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        (output.status.success(), String::from_utf8_lossy(&output.stdout).into_owned())
    };
    let mut events = Vec::new();
    for action in ACTIONS {
        for verdict in VERDICTS {
            events.push(ocsf_event(&entry(action, verdict), ORIGIN));
            events.push(ocsf_event(&full(action, verdict), ORIGIN));
            for purpose in [Purpose::Outcome, Purpose::Refusal, Purpose::Access] {
                let mut entry = full(action, verdict);
                entry.facts.purpose = purpose;
                events.push(ocsf_event(&entry, ORIGIN));
                for rule in ["addresses-removed", "authorization-code-reuse"] {
                    entry.facts.rule = rule.into();
                    events.push(ocsf_event(&entry, ORIGIN));
                }
            }
        }
    }
    assert_eq!(validate(&events), (true, String::new()));
    // And it does look.
    let mut broken = ocsf_event(&full(Action::Read, Verdict::Done), ORIGIN);
    broken["activity_id"] = json!(77);
    assert!(!validate(&[broken]).0);
}
