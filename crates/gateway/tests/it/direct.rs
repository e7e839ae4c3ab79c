//! Programs that ask for records themselves.

use boundary::Level;
use gateway::{AfterOutsiders, DirectCall, DirectConfig, Said};
use serde_json::{Value, json};

use crate::setting::{Setting, query, records, refused, terms};

#[tokio::test(flavor = "multi_thread")]
async fn rows_are_counted_over_pages_parts_and_the_hour() {
    let terms = DirectConfig { rows: 450, rows_per_hour: 700, ..terms() };
    let setting = Setting::new(terms).await;
    let all = "SELECT Id FROM Contact ORDER BY Id";
    let request = setting.request().await;
    let first = request.run(query(all)).await.unwrap();
    let Said::Records { next, total, .. } = &first.said else { panic!("{first:?}") };
    assert_eq!((records(&first).len(), *total, first.capped), (200, 450, true));
    let mut cursor = next.clone();
    let mut pages = vec![first];
    while let Some(next) = cursor {
        let more = DirectCall::More { cursor: next, page: Some(200) };
        // Each page is a request of its own, as clients make it.
        let page = setting.request().await.run(more).await.unwrap();
        let Said::Records { next, .. } = &page.said else { panic!("{page:?}") };
        cursor = next.clone();
        pages.push(page);
    }
    let mut ids: Vec<Value> = pages.iter().flat_map(records).map(|it| it["Id"].clone()).collect();
    assert_eq!(ids.len(), 450);
    ids.dedup();
    assert_eq!(ids.len(), 450, "no record twice");
    // 250 are left of the hour: the parts of one request share them.
    let request = setting.request().await;
    let part = request.run(query("SELECT Id FROM Contact LIMIT 200")).await.unwrap();
    assert_eq!(records(&part).len(), 200);
    let part = request.run(query(all)).await.unwrap();
    assert_eq!((records(&part).len(), part.capped), (50, true));
    assert_eq!(
        refused(&request.run(query(all)).await.unwrap()),
        ("REQUEST_LIMIT_EXCEEDED", "row-budget")
    );
    assert_eq!(refused(&setting.query("SELECT COUNT() FROM Contact").await).1, "row-budget");
}

#[tokio::test(flavor = "multi_thread")]
async fn children_count_as_rows() {
    let setting = Setting::new(DirectConfig { rows: 20, ..terms() }).await;
    let parents = "SELECT Id, (SELECT Id FROM Contacts) FROM Account WHERE Id IN (SELECT AccountId FROM Contact) LIMIT 20";
    assert_eq!(refused(&setting.query(parents).await), ("REQUEST_LIMIT_EXCEEDED", "row-budget"));
    let few = "SELECT Id, (SELECT Id FROM Contacts LIMIT 1) FROM Account LIMIT 5";
    assert_eq!(records(&setting.query(few).await).len(), 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_gets_no_more_than_it_is_cleared_for() {
    let terms =
        DirectConfig { level: Some(Level::Internal), compliance: None, ..DirectConfig::default() };
    let setting = Setting::new(terms).await;
    // A covered value leaves nothing in the clear; what stays has to be covered by the clearance.
    let answer = setting.query("SELECT Id, Name, Description FROM Account LIMIT 3").await;
    for record in records(&answer) {
        assert!(record["Name"].as_str().unwrap().starts_with('{'), "{record}");
        assert!(record.get("Description").is_none(), "{record}");
    }
    let withheld: Vec<_> = answer.withheld.iter().map(|it| it.field.as_str()).collect();
    assert_eq!(withheld, ["Description"]);
    let filter = "SELECT Id FROM Account WHERE AnnualRevenue > 5 AND Portfolio_Value__c > 1";
    assert_eq!(refused(&setting.query(filter).await).0, "INVALID_FIELD");
    let request = setting.request().await;
    let describe = DirectCall::Describe { object: "Account".to_owned() };
    let described = request.run(describe).await.unwrap();
    let Said::Object(object) = &described.said else { panic!("{described:?}") };
    let named = |name: &str| object.fields.iter().any(|it| it.schema.name == name);
    assert!(named("Name") && !named("Description"));
}

#[tokio::test(flavor = "multi_thread")]
async fn text_of_outsiders_marks_what_follows() {
    let refuse = DirectConfig { after_outsiders: AfterOutsiders::Refuse, ..terms() };
    let setting = Setting::new(refuse).await;
    let leads = "SELECT Id, Description FROM Lead LIMIT 50";
    assert!(setting.query("SELECT Id FROM Account LIMIT 1").await.entry.is_some());
    let read = setting.query(leads).await;
    assert!(!records(&read).is_empty() && read.tainted);
    assert_eq!(
        refused(&setting.query("SELECT Id FROM Account LIMIT 1").await),
        ("INSUFFICIENT_ACCESS", "outsiders-text")
    );
    let body = json!({ "Subject": "Call" }).as_object().cloned().unwrap();
    let create = DirectCall::Create { object: "Task".to_owned(), body };
    let answer = setting.request().await.run(create).await.unwrap();
    let Said::Proposed(pending) = &answer.said else { panic!("{answer:?}") };
    let view = setting.gate.proposal(&setting.who, &pending.proposal).await.unwrap();
    assert!(view.tainted, "the approver is told");
    // Another conversation has read nothing yet.
    let fresh = setting.gate.direct(&setting.who, Some("fresh"), boundary::Form::Rest(68)).await;
    let answer = fresh.unwrap().run(query("SELECT Id FROM Account LIMIT 1")).await.unwrap();
    assert_eq!(records(&answer).len(), 1);
}
