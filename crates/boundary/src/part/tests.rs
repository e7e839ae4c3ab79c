use super::*;
use crate::testing::of_crm;
use crate::{Act, Action, Facts, Verdict};

const ORG: &str = "00D000000000001";

fn key(byte: u8) -> SealKey {
    SealKey::new([byte; 32])
}

fn marks() -> MarkKey {
    MarkKey::new([9; 32])
}

fn place<'a>(part: &'a str, subject: &'a str) -> PartPlace<'a> {
    PartPlace { part, trace: "00", subject }
}

fn receipt(purpose: Purpose) -> Receipt {
    let act = Act {
        trace: "0".repeat(32),
        actor: "p".into(),
        door: "page".into(),
        client: "c".into(),
        policy: String::new(),
        tenant: None,
        tool: None,
    };
    Facts::new(purpose, Action::Disclose, Verdict::Done, &act).entry().attest_durable(7)
}

#[test]
fn a_part_opens_in_its_place_with_its_key_once_the_reading_is_recorded() {
    let sealed = key(1).seal_part("who is {NAME_1}", place("prompt", "a"), [3; 24]).unwrap();
    let access = receipt(Purpose::Access);
    let open = |key: &SealKey, place| key.open_part(&sealed, place, &access);
    assert_eq!(open(&key(1), place("prompt", "a")).unwrap().text(), "who is {NAME_1}");
    assert!(open(&key(2), place("prompt", "a")).is_err());
    assert!(open(&key(1), place("answer", "a")).is_err());
    assert!(open(&key(1), place("prompt", "b")).is_err());
    let refused = key(1).open_part(&sealed, place("prompt", "a"), &receipt(Purpose::Intent));
    assert_eq!(refused.unwrap_err(), PartError::Unrecorded);
}

#[test]
fn records_are_marked_with_their_parents_and_children() {
    let body = r#"{"totalSize":1,"done":true,"records":[
        {"attributes":{"type":"Account","url":"/services/data/v1/sobjects/Account/001000000000001AAA"},
         "Owner":{"attributes":{"type":"User","url":"/x/User/005000000000001AAA"},"Name":"Jo"},
         "Contacts":{"totalSize":1,"done":true,"records":[
            {"attributes":{"type":"Contact","url":"/x/Contact/003000000000001AAA"},"Name":"Ana"}]}}]}"#;
    let records = Records::parse(of_crm(body)).unwrap();
    let ids = ["001000000000001AAA", "005000000000001", "003000000000001AAA"];
    let expected: BTreeSet<Mark> = ids.iter().map(|id| marks().record(ORG, id)).collect();
    assert_eq!(records.marks(&marks(), ORG), expected);
    let contact = marks().record(ORG, "003000000000001");
    let sealed = records.seal_reference(contact, &marks(), ORG, &key(1), [1; 24]).unwrap();
    let shown = key(1).open_reference(&sealed, &receipt(Purpose::Access)).unwrap();
    assert_eq!(shown.text(), "Contact 003000000000001AAA");
    assert!(key(1).open_reference(&sealed, &receipt(Purpose::Outcome)).is_err());
}

#[test]
fn marks_depend_on_key_org_and_kind() {
    let id = "003000000000001AAA";
    let mark = marks().record(ORG, id);
    assert_ne!(mark, MarkKey::new([8; 32]).record(ORG, id));
    assert_ne!(mark, marks().record("00D000000000002", id));
    assert_ne!(marks().word("a\0b"), marks().record("a", "b"));
    assert_eq!(marks().word("Berlin"), marks().word("bERLIN"));
}

#[test]
fn words_are_found_by_their_marks_alone() {
    let place = place("answer", "a");
    let sealed = key(1).seal_part("Renewal in Zürich, 2 deals", place, [3; 24]).unwrap();
    let found = key(1).words_of_part(&sealed, place, &marks()).unwrap();
    assert!(found.contains(&marks().word("zürich")) && found.contains(&marks().word("renewal")));
    assert!(!found.contains(&marks().word("2")));
    assert_eq!(found.len(), 4);
}
