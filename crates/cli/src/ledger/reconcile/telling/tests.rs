use super::super::to_json;
use super::*;

/// 2026-11-22T10:47:00Z
const AT: UnixMillis = UnixMillis(1_795_344_420_000);
const MAYA: &str = "005000000000001AAA";
const STRANGER: &str = "005000000000009AAA";

fn set(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|it| (*it).to_owned()).collect()
}

fn write(index: u64, operation: &'static str, now: RecordState) -> RecordWrite {
    RecordWrite {
        index,
        time: AT,
        proposal: format!("p_{index}"),
        operation,
        object: "Account".to_owned(),
        record: "001000000000001AAA".to_owned(),
        fields: vec!["Fax".to_owned(), "Phone".to_owned()],
        user: MAYA.to_owned(),
        now,
    }
}

fn beside(field: Option<&str>, user: &str) -> Beside {
    Beside {
        object: "Contact".to_owned(),
        record: "003000000000001AAA".to_owned(),
        field: field.map(str::to_owned),
        user: user.to_owned(),
        time: AT,
    }
}

/// One of everything.
fn everything() -> Reconciliation {
    let later = RecordState::Later { user: STRANGER.to_owned(), time: AT.plus(60_000) };
    Reconciliation {
        matched: 1,
        ledger_only: vec![LedgerWrite {
            index: 41,
            time: AT,
            request: "ffff".to_owned(),
            actor: "p1".to_owned(),
            proposal: Some("p_41".to_owned()),
            objects: set(&["Account"]),
        }],
        org_only: vec![OrgWrite {
            time: AT,
            request: "4abc".to_owned(),
            user: STRANGER.to_owned(),
            known: false,
            what: "PATCH /services/data/v68.0/sobjects/Account/001".to_owned(),
        }],
        uncovered: 2,
        unlogged: None,
        records: RecordsBeside {
            objects: set(&["Account", "Contact"]),
            histories: set(&["Account"]),
            unread: set(&["Lead"]),
            matched: 5,
            equal: 3,
            ledger_only: vec![
                write(42, "update", RecordState::Unchanged),
                write(43, "delete", RecordState::There),
                write(44, "update", RecordState::Differs),
            ],
            overtaken: vec![write(45, "create", RecordState::Gone), write(46, "update", later)],
            org_only: vec![beside(None, MAYA)],
            fields: vec![beside(Some("Phone"), MAYA)],
            unjudged: 1,
        },
        people: [("p1", "maya@example.com"), ("005000000000001", "maya@example.com")]
            .map(|(id, name)| (id.to_owned(), name.to_owned()))
            .into(),
    }
}

#[test]
fn each_difference_says_what_when_who_and_where_to_look() {
    insta::assert_snapshot!(text(&everything(), "https://org.example/"), @r"
    The log of requests (EventLogFile)
      1 write stands in the ledger and in the log.
      1 write stands in the ledger alone, recorded as done; Salesforce logged no such request:
        2026-11-22 10:47:00  entry 41, proposal p_41, Account, by maya@example.com (p1), request ffff
      1 write stands in the log alone; no entry has such a request, so it did not go through this gate:
        2026-11-22 10:47:00  PATCH /services/data/v68.0/sobjects/Account/001, by 005000000000009AAA (unknown to the gate), request 4abc
      2 writes lie outside the time of the logs, and not judged by them.
    The records
      Read: Account, Contact. With field history: Account.
      Not readable for the app's user, so not judged: Lead.
      5 writes show in the records, 3 of them with the values that were sent.
      3 writes stand in the ledger alone, recorded as done; the record does not say so:
        2026-11-22 10:47:00  entry 42, proposal p_42, update Account 001000000000001AAA (Fax, Phone), by maya@example.com (005000000000001AAA): nobody changed the record at that time or since
        2026-11-22 10:47:00  entry 43, proposal p_43, delete Account 001000000000001AAA, by maya@example.com (005000000000001AAA): the record is still there
        2026-11-22 10:47:00  entry 44, proposal p_44, update Account 001000000000001AAA (Fax, Phone), by maya@example.com (005000000000001AAA): the record was changed at that time and does not hold what was sent
      1 record was changed beside the gate, by somebody who also writes through it:
        2026-11-22 10:47:00  Contact 003000000000001AAA, by maya@example.com (005000000000001AAA)
      1 field was changed beside the gate, by somebody who also writes through it:
        2026-11-22 10:47:00  Contact 003000000000001AAA, field Phone, by maya@example.com (005000000000001AAA)
      Of 2 writes the records say nothing any more, which is no difference:
        2026-11-22 10:47:00  entry 45, proposal p_45, create Account 001000000000001AAA (Fax, Phone), by maya@example.com (005000000000001AAA): the record is gone, or hidden from the app's user
        2026-11-22 10:47:00  entry 46, proposal p_46, update Account 001000000000001AAA (Fax, Phone), by maya@example.com (005000000000001AAA): 005000000000009AAA (unknown to the gate) changed it later, 2026-11-22 10:48:00
      1 write cannot be held against a record: the gate or the org no longer says which, or what was in it.
      A record opens at https://org.example/<its id>.
    7 differences. Times are UTC.
    ");
    insta::assert_snapshot!(hints(&everything()).join("\n"), @r"
    `portcullis ledger search --before 42 --limit 1 --json` shows entry 41
    Salesforce's logs come some hours later: run it again tomorrow
    ");
}

#[test]
fn agreement_is_said_and_so_is_what_was_not_looked_at() {
    let mut found = everything();
    found.ledger_only.clear();
    found.org_only.clear();
    let records = &mut found.records;
    records.ledger_only.clear();
    records.org_only.clear();
    records.fields.clear();
    (records.unjudged, found.uncovered) = (0, 0);
    found.unlogged = Some("Salesforce answered INVALID_TYPE".to_owned());
    insta::assert_snapshot!(text(&found, "https://org.example"), @r"
    The log of requests (EventLogFile)
      It cannot be read, so it is not judged: Salesforce answered INVALID_TYPE
    The records
      Read: Account, Contact. With field history: Account.
      Not readable for the app's user, so not judged: Lead.
      5 writes show in the records, 3 of them with the values that were sent.
      Of 2 writes the records say nothing any more, which is no difference:
        2026-11-22 10:47:00  entry 45, proposal p_45, create Account 001000000000001AAA (Fax, Phone), by maya@example.com (005000000000001AAA): the record is gone, or hidden from the app's user
        2026-11-22 10:47:00  entry 46, proposal p_46, update Account 001000000000001AAA (Fax, Phone), by maya@example.com (005000000000001AAA): 005000000000009AAA (unknown to the gate) changed it later, 2026-11-22 10:48:00
    No differences.
    ");
    assert!(found.agrees(), "what was overtaken is no difference");
}

#[test]
fn programs_read_the_same() {
    let json = to_json(&everything());
    let at = |pointer: &str| json.pointer(pointer).cloned().unwrap_or_default();
    for (pointer, expected) in [
        ("/agrees", serde_json::json!(false)),
        ("/differences", 7.into()),
        ("/ledger_only/0/entry", 41.into()),
        ("/ledger_only/0/time", "2026-11-22T10:47:00.000Z".into()),
        ("/ledger_only/0/person", "maya@example.com".into()),
        ("/org_only/0/known", false.into()),
        ("/org_only/0/person", serde_json::Value::Null),
        ("/sources/event_log", true.into()),
        ("/sources/unread/0", "Lead".into()),
        ("/records/ledger_only/0/now", "unchanged".into()),
        ("/records/ledger_only/1/now", "there".into()),
        ("/records/ledger_only/1/operation", "delete".into()),
        ("/records/ledger_only/2/now", "differs".into()),
        ("/records/overtaken/0/now", "gone".into()),
        ("/records/overtaken/1/now/later/user", STRANGER.into()),
        ("/records/overtaken/1/now/later/time", "2026-11-22T10:48:00.000Z".into()),
        ("/records/org_only/0/field", serde_json::Value::Null),
        ("/records/fields/0/field", "Phone".into()),
        ("/records/fields/0/person", "maya@example.com".into()),
        ("/records/unjudged", 1.into()),
    ] {
        assert_eq!(at(pointer), expected, "{pointer}: {json}");
    }
    // Every difference that is counted stands in a list that says so.
    for (list, of) in [("/ledger_only", 1), ("/org_only", 1), ("/records/ledger_only", 3)] {
        assert_eq!(at(list).as_array().map(Vec::len), Some(of), "{list}");
    }
}
