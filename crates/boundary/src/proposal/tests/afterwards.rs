//! What comes after a write: whether it landed, and how it is taken back.

use std::collections::BTreeSet;

use serde_json::json;

use super::*;
use crate::Lookup;

/// A span that is over.
const SPAN: Span<'_> =
    Span { from: "2026-11-22T07:00:00Z", to: "2026-11-22T08:00:00Z", over: true };

const THIS: &str = "006000000000001AAA";

fn after(amount: &str) -> Records {
    let body = format!(
        r#"{{"totalSize":1,"done":true,"records":[{{"attributes":{{"type":"Opportunity"}},"Name":"Big Deal","Amount":{amount},"SystemModstamp":"later"}}]}}"#
    );
    Records::parse(of_crm(&body)).unwrap()
}

/// Opportunities as a query brings them.
fn list(rows: &Value, done: bool) -> Records {
    let body =
        json!({ "totalSize": rows.as_array().unwrap().len(), "done": done, "records": rows });
    Records::parse(of_crm(&body.to_string())).unwrap()
}

fn creation(body: &Value) -> Proposal {
    let principal = Principal::new(ana(), Door::Page, "s1".to_owned());
    let draft = Draft {
        id: "p1".to_owned(),
        salt: [7; 16],
        principal: &principal,
        object: "Opportunity",
        target: None,
        body: body.as_object(),
        said: "",
        batch: "b1",
        via: None,
        now: NOW,
    };
    let (person, rights) = (ana(), opportunity_rights());
    let viewer = Viewer { person: &person, rights: &rights };
    Proposal::draft(draft, &conversation(), &viewer, &Matrix::parse(MATRIX).unwrap()).unwrap()
}

fn undo(
    done: &Proposal,
    current: Option<&Records>,
    rights: &Rights,
    matrix: &str,
) -> Result<Proposal, DraftError> {
    let principal = Principal::new(ana(), Door::Page, "s1".to_owned());
    let record = RecordRef::new("Opportunity", THIS).unwrap();
    let undo = Undo {
        id: "p2".to_owned(),
        salt: [9; 16],
        principal: &principal,
        current: current.map(|current| (&record, current)),
        batch: "b2",
        now: NOW,
    };
    done.undo(undo, &Viewer { person: &ana(), rights }, &Matrix::parse(matrix).unwrap())
}

#[test]
fn a_change_shows_in_its_record() {
    let done = draft(json!({ "Amount": 250 })).unwrap();
    assert_eq!(done.landed(&records(STAMP), true), Landed::No);
    assert_eq!(done.landed(&records(STAMP), false), Landed::Unclear, "it may still be on its way");
    assert_eq!(done.landed(&after("250.0"), false), Landed::Yes);
    assert_eq!(done.landed(&after("7"), true), Landed::Unclear);
}

#[test]
fn a_creation_shows_among_the_records_of_its_time() {
    let asked = creation(&json!({ "Name": "Big Deal", "Amount": 100 }));
    let none = BTreeSet::new();
    let look = |rows: Value, done: bool, over: bool| {
        let known = Known { others: &none, unique: &none };
        let (landed, record) = asked.made(&list(&rows, done), known, over);
        (landed, record.map(|it| it.id().to_owned()))
    };
    let row = |end: char, name: &str, amount: Value| json!({ "attributes": { "type": "Opportunity" }, "Id": format!("00600000000000{end}AAA"), "Name": name, "Amount": amount });
    let (same, other) = (row('1', " Big Deal ", json!(100.0)), row('2', "Small Deal", json!(7)));
    let id = same["Id"].as_str().unwrap().to_owned();
    assert_eq!(look(json!([same, other]), true, false), (Landed::Yes, Some(id.clone())));
    // Nothing like it: it was not made, once its time is over.
    assert_eq!(look(json!([other]), true, true), (Landed::No, None));
    assert_eq!(look(json!([]), true, true), (Landed::No, None));
    assert_eq!(look(json!([]), true, false), (Landed::Unclear, None));
    // Twice the same, half the same, and a list that goes on.
    let twice = row('3', "Big Deal", json!(100));
    assert_eq!(look(json!([same, twice]), true, true), (Landed::Unclear, None));
    let changed = row('4', "Big Deal", json!(101));
    assert_eq!(look(json!([changed]), true, true), (Landed::Unclear, None));
    assert_eq!(look(json!([same]), false, true), (Landed::Unclear, None));
    assert_eq!(look(json!([other]), false, true), (Landed::Unclear, None));
    // What another write of the gate made is not this one's.
    let (made, only) = (BTreeSet::from([id.clone()]), BTreeSet::from(["Name".to_owned()]));
    let known = Known { others: &made, unique: &none };
    let (landed, record) = asked.made(&list(&json!([same, twice]), true), known, true);
    assert_eq!((landed, record.unwrap().id()), (Landed::Yes, twice["Id"].as_str().unwrap()));
    // A value that no two records share settles it, whatever became of the others.
    let known = Known { others: &none, unique: &only };
    let (landed, record) = asked.made(&list(&json!([other, changed]), false), known, false);
    assert_eq!((landed, record.unwrap().id()), (Landed::Yes, changed["Id"].as_str().unwrap()));
}

#[test]
fn what_nobody_else_may_see_tells_nothing() {
    let asked = creation(&json!({ "Name": "Big Deal" }));
    let rows =
        json!({ "totalSize": 1, "done": true, "records": [{ "Id": THIS, "Name": "Big Deal" }] });
    let label = Label::new(
        crate::Level::Restricted,
        crate::ComplianceSet::default(),
        crate::Integrity::Outsider,
        crate::Readers::only(&ben()),
    );
    let of_ben = Records::parse(Raw::new(rows.to_string().into_bytes(), label)).unwrap();
    let none = BTreeSet::new();
    let known = Known { others: &none, unique: &none };
    assert_eq!(asked.made(&of_ben, known, true), (Landed::Unclear, None));
}

#[test]
fn a_creation_is_looked_for_as_the_person_in_its_time_alone() {
    let asked = creation(&json!({ "Name": "Big Deal", "Amount": 100 }));
    let all = rights(&[(
        "Opportunity",
        &["Id", "Name", "Amount", "CreatedById", "CreatedDate", "SystemModstamp"],
    )]);
    let person = ana();
    let viewer = Viewer { person: &person, rights: &all };
    let (lookup, entry) = Lookup::after_write(&asked, SPAN, &viewer, &act()).unwrap().unwrap();
    let facts = entry.facts();
    assert_eq!((facts.purpose, facts.action), (Purpose::Intent, Action::Read));
    let wire = lookup.recorded(entry.attest_durable(1)).unwrap().into_wire();
    let soql = wire.path.replace("%20", " ").replace("%3E", ">").replace("%3C", "<");
    let soql = soql.replace("%3D", "=").replace("%27", "'").replace("%3A", ":").replace("%2C", ",");
    assert_eq!(
        soql,
        "query?q=SELECT Amount, CreatedById, CreatedDate, Id, Name FROM Opportunity WHERE CreatedById = \
         '005000000000001AAA' AND CreatedDate >= 2026-11-22T07:00:00Z AND CreatedDate <= \
         2026-11-22T08:00:00Z ORDER BY CreatedDate LIMIT 200"
    );
    // No rights to know who made it, or a time that is none: it cannot be looked for.
    let less = opportunity_rights();
    let viewer = Viewer { person: &person, rights: &less };
    assert!(Lookup::after_write(&asked, SPAN, &viewer, &act()).unwrap().is_err());
    let viewer = Viewer { person: &person, rights: &all };
    let bent = Span { from: "2026 OR Id != null", ..SPAN };
    assert!(Lookup::after_write(&asked, bent, &viewer, &act()).unwrap().is_err());
    // A change shows in its own record.
    let change = draft(json!({ "Amount": 250 })).unwrap();
    assert!(Lookup::after_write(&change, SPAN, &viewer, &act()).is_none());
}

#[test]
fn a_deletion_shows_in_the_recycle_bin() {
    let asked = deletion();
    let bin = |deleted: bool, by: &str, at: &str| {
        asked.deleted(
            &list(
                &json!([{ "Id": THIS, "IsDeleted": deleted, "LastModifiedById": by, "SystemModstamp": at }]),
                true,
            ),
            SPAN,
        )
    };
    let (person, since) = ("005000000000001AAA", "2026-11-22T07:00:01.000+0000");
    assert_eq!(bin(true, person, since), Landed::Yes);
    assert_eq!(bin(true, "005000000000002AAA", since), Landed::Unclear);
    assert_eq!(bin(true, person, "2026-11-22T06:59:59.000+0000"), Landed::Unclear);
    assert_eq!(bin(false, person, since), Landed::No);
    let early = Span { over: false, ..SPAN };
    let there = list(&json!([{ "Id": THIS, "IsDeleted": false }]), true);
    assert_eq!(asked.deleted(&there, early), Landed::Unclear);
    assert_eq!(asked.deleted(&list(&json!([]), true), SPAN), Landed::Unclear);
}

#[test]
fn an_undo_is_a_write_like_any_other() {
    let done = draft(json!({ "Amount": 250 })).unwrap();
    let all = opportunity_rights();
    let undone = undo(&done, Some(&after("250.0")), &all, MATRIX).unwrap();
    assert_eq!(undone.body.as_slice(), br#"{"Amount":100}"#);
    assert_eq!((undone.undoes(), undone.version.as_deref()), (Some("p1"), Some("later")));
    let changed = undo(&done, Some(&after("251")), &all, MATRIX).unwrap_err();
    assert_eq!(changed, DraftError::Moved { field: "Amount".to_owned() });
    let narrower = MATRIX.replace("Amount,yes,yes,yes", "Amount,yes,yes,no");
    let refused = undo(&done, Some(&after("250")), &all, &narrower);
    assert!(matches!(refused, Err(DraftError::Matrix { .. })));
    assert_eq!(undo(&done, None, &all, MATRIX).unwrap_err(), DraftError::NoUndo);
    assert!(matches!(
        draft(json!({ "Amount": 1 })).unwrap().refresh(
            Some(&records(STAMP)),
            &Matrix::parse(&narrower).unwrap(),
            [1; 16],
            NOW
        ),
        Err(DraftError::Matrix { .. })
    ));
}

#[test]
fn a_creation_is_undone_by_a_deletion_of_what_it_made() {
    let made = creation(&json!({ "Name": "Big Deal", "Amount": 250 }));
    let all = opportunity_rights();
    let undone = undo(&made, Some(&after("250.0")), &all, MATRIX).unwrap();
    assert_eq!((undone.operation(), undone.record().unwrap().id()), (Operation::Delete, THIS));
    assert_eq!((undone.undoes(), undone.version.as_deref()), (Some("p1"), Some("later")));
    assert!(undone.body.is_empty());
    let shown: Vec<&str> = undone.fields().collect();
    assert!(
        shown.contains(&"Name") && shown.contains(&"Amount"),
        "everything that goes: {shown:?}"
    );
    // What somebody has worked on since stays, and so does what the matrix or the rights keep.
    let moved = undo(&made, Some(&after("251")), &all, MATRIX).unwrap_err();
    assert_eq!(moved, DraftError::Moved { field: "Amount".to_owned() });
    let kept = MATRIX.lines().filter(|line| !line.starts_with("Opportunity,Id"));
    let kept: String = kept.flat_map(|line| [line, "\n"]).collect();
    let refused = undo(&made, Some(&after("250")), &all, &kept).unwrap_err();
    assert!(matches!(refused, DraftError::Kept { .. }), "{refused}");
    let mut bound = Rights::none();
    let mut object = all.object("Opportunity").unwrap().clone();
    object.deletable = false;
    bound.learn(object);
    let refused = undo(&made, Some(&after("250")), &bound, MATRIX).unwrap_err();
    assert!(matches!(refused, DraftError::Object { operation: "delete", .. }), "{refused}");
    assert_eq!(
        undo(&made, Some(&list(&json!([]), true)), &all, MATRIX).unwrap_err(),
        DraftError::NoRecord
    );
}

#[test]
fn a_deletion_is_undone_by_a_new_record_that_says_what_it_lacks() {
    let gone = deletion();
    let all = opportunity_rights();
    let again = undo(&gone, None, &all, MATRIX).unwrap();
    assert_eq!((again.operation(), again.record()), (Operation::Create, None));
    let body: Value = serde_json::from_slice(&again.body).unwrap();
    assert_eq!(body, json!({ "Amount": 100, "Name": "Big Deal" }));
    assert_eq!(again.lost().count(), 0);
    // A field that may not be written on a new record is named.
    let narrower = MATRIX.replace("Amount,yes,yes,yes", "Amount,yes,no,yes");
    let again = undo(&gone, None, &all, &narrower).unwrap();
    assert_eq!(again.body.as_slice(), br#"{"Name":"Big Deal"}"#);
    assert_eq!(again.lost().collect::<Vec<_>>(), ["Amount"]);
    let key = SealKey::new([1; 32]);
    let sealed = again.seal(&key, [9; 24]).unwrap();
    let opened = Proposal::open("p2", &ana(), &sealed, &key).unwrap();
    assert_eq!(opened.lost().collect::<Vec<_>>(), ["Amount"]);
    assert_eq!(undo(&gone, Some(&after("1")), &all, MATRIX).unwrap_err(), DraftError::NoUndo);
}
