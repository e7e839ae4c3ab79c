//! The ledger beside the org's own log of requests.

use std::time::Duration;

use boundary::{Act, Action, Facts, Purpose, UnixMillis, Verdict};
use egress::{Limits, Trust, look};
use gateway::{DirectCall, RecordState, Said};
use serde_json::{Value, json};

use crate::setting::{Setting, records, terms};

/// One minute.
const TOLERANCE: u64 = 60_000;

/// A write of the same person, past the gate.
async fn behind_its_back(setting: &Setting, id: &str, body: Value) {
    let limits = Limits::salesforce();
    let base = &setting.instance;
    let user = setting.org.users().into_iter().next().unwrap();
    let login = format!(
        "<soapenv:Envelope xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\"><soapenv:Body>\
         <login xmlns=\"urn:partner.soap.sforce.com\"><username>{}</username>\
         <password>{}</password></login></soapenv:Body></soapenv:Envelope>",
        user.username, user.password
    );
    let address = format!("{base}/services/Soap/u/68.0");
    let login = Some(("text/xml; charset=UTF-8", login));
    let headers = [("soapaction", "login")];
    let answer = look(&address, &Trust::default(), limits, &headers, login).await.unwrap();
    let text = String::from_utf8_lossy(&answer.body).into_owned();
    let token = text.split_once("<sessionId>").unwrap().1.split_once('<').unwrap().0;
    // The method of a look is POST; Salesforce takes this for PATCH.
    let address = format!("{base}/services/data/v68.0/composite");
    let body = json!({ "compositeRequest": [{
        "method": "PATCH", "url": format!("/services/data/v68.0/sobjects/Account/{id}"),
        "referenceId": "a", "body": body,
    }] });
    let bearer = format!("Bearer {token}");
    let headers = [("authorization", bearer.as_str())];
    let body = Some(("application/json", body.to_string()));
    let answer = look(&address, &Trust::default(), limits, &headers, body).await.unwrap();
    assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.body));
}

async fn write_through_the_gate(setting: &Setting, id: &str) {
    let view = propose(setting, id).await;
    setting.gate.approve(&setting.who, &view.id, &view.digest).await.unwrap();
}

async fn propose(setting: &Setting, id: &str) -> gateway::ProposalView {
    let body = json!({ "Phone": "555-0100" }).as_object().unwrap().clone();
    let call = DirectCall::Update { object: "Account".into(), id: id.to_owned(), body };
    let answer = setting.request().await.run(call).await.unwrap();
    let Said::Proposed(pending) = &answer.said else { panic!("{answer:?}") };
    setting.gate.proposal(&setting.who, &pending.proposal).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_only_one_side_has_is_told() {
    let begun = UnixMillis(gateway::system_clock()().0 - 1_000);
    let mut setting = Setting::new(terms()).await;
    let accounts = setting.query("SELECT Id FROM Account LIMIT 2").await;
    let ids: Vec<String> =
        records(&accounts).iter().map(|it| it["Id"].as_str().unwrap().to_owned()).collect();
    write_through_the_gate(&setting, &ids[0]).await;
    let found = setting.gate.reconcile(begun, TOLERANCE).await.unwrap();
    assert_eq!((found.matched, found.uncovered), (1, 0), "{found:?}");
    assert!(found.ledger_only.is_empty() && found.org_only.is_empty(), "{found:?}");

    behind_its_back(&setting, &ids[1], json!({ "Description": "Changed elsewhere" })).await;
    let found = setting.gate.reconcile(begun, TOLERANCE).await.unwrap();
    let [write] = found.org_only.as_slice() else { panic!("{found:?}") };
    assert!(write.known && write.what.starts_with("POST ") && !write.request.is_empty());
    assert_eq!((found.matched, found.ledger_only.len()), (1, 0));

    // A write that the ledger claims and the org never had.
    setting.gate.close().await.unwrap();
    setting
        .with_ledger(|sequencer| {
            let act = Act {
                trace: "f".repeat(32),
                actor: "p1".into(),
                door: "page".into(),
                client: "s1".into(),
                policy: "0".repeat(16),
                tenant: None,
                tool: None,
            };
            let intent = Facts::new(Purpose::Intent, Action::Write, Verdict::Allowed, &act);
            let receipt = sequencer.append(intent.rule("human-approval").entry());
            let receipt = receipt.wait(Duration::from_secs(30)).unwrap();
            let outcome = Facts::new(Purpose::Outcome, Action::Write, Verdict::Done, &act)
                .rule("human-approval")
                .answers(&receipt);
            sequencer.append(outcome.entry()).wait(Duration::from_secs(30)).unwrap();
        })
        .await;
    let found = setting.gate.reconcile(begun, TOLERANCE).await.unwrap();
    let [claimed] = found.ledger_only.as_slice() else { panic!("{found:?}") };
    assert_eq!((claimed.request.as_str(), claimed.actor.as_str()), (&*"f".repeat(32), "p1"));
    assert_eq!((found.matched, found.org_only.len()), (1, 1));
}

/// The org as many are: its log of requests is not for the user that the app runs as.
fn without_a_log(setting: &Setting) {
    let admin = setting.org.users().into_iter().find(|it| it.profile.contains("Admin")).unwrap();
    assert!(setting.org.hide_object(&admin.profile, "EventLogFile"));
}

#[tokio::test(flavor = "multi_thread")]
async fn records_and_their_history_tell_without_a_log() {
    let begun = UnixMillis(gateway::system_clock()().0 - 1_000);
    let mut setting = Setting::new(terms()).await;
    without_a_log(&setting);
    let accounts = setting.query("SELECT Id FROM Account LIMIT 3").await;
    let ids: Vec<String> =
        records(&accounts).iter().map(|it| it["Id"].as_str().unwrap().to_owned()).collect();
    write_through_the_gate(&setting, &ids[0]).await;
    let found = setting.gate.reconcile(begun, TOLERANCE).await.unwrap();
    let here = &found.records;
    assert!(found.unlogged.is_some() && found.agrees(), "{found:?}");
    assert_eq!((here.matched, here.equal, here.unjudged), (1, 1, 0), "{found:?}");
    assert!(here.histories.contains("Account") && here.objects.contains("Account"));

    // Another record, beside the gate; and another field of the one that the gate wrote, just after.
    behind_its_back(&setting, &ids[1], json!({ "Description": "Changed elsewhere" })).await;
    behind_its_back(&setting, &ids[0], json!({ "Fax": "555-0199" })).await;
    let found = setting.gate.reconcile(begun, TOLERANCE).await.unwrap();
    let here = &found.records;
    let [beside] = here.org_only.as_slice() else { panic!("{found:?}") };
    assert_eq!((beside.object.as_str(), &beside.record), ("Account", &ids[1]));
    assert_eq!(beside.user, setting.who.person().user());
    let [field] = here.fields.as_slice() else { panic!("{found:?}") };
    assert_eq!((field.field.as_deref(), &field.record), (Some("Fax"), &ids[0]));
    assert_eq!((here.matched, here.equal, found.agrees()), (1, 1, false), "{found:?}");

    // The same field, with another value than was sent.
    behind_its_back(&setting, &ids[0], json!({ "Phone": "555-0111" })).await;
    let found = setting.gate.reconcile(begun, TOLERANCE).await.unwrap();
    let [write] = found.records.ledger_only.as_slice() else { panic!("{found:?}") };
    assert_eq!((&write.record, &write.now), (&ids[0], &RecordState::Differs));

    // A write that the ledger claims, of a record that nobody touched.
    let view = propose(&setting, &ids[2]).await;
    setting.gate.close().await.unwrap();
    setting
        .with_ledger(|sequencer| {
            let act = Act {
                trace: "f".repeat(32),
                actor: "p1".into(),
                door: "page".into(),
                client: "s1".into(),
                policy: "0".repeat(16),
                tenant: None,
                tool: None,
            };
            let mut outcome = Facts::new(Purpose::Outcome, Action::Write, Verdict::Done, &act);
            outcome.proposal = Some(view.id.clone());
            let entry = outcome.rule("approved").entry();
            sequencer.append(entry).wait(Duration::from_secs(30)).unwrap();
        })
        .await;
    let found = setting.gate.reconcile(begun, TOLERANCE).await.unwrap();
    let claimed = found.records.ledger_only.iter().find(|it| it.record == ids[2]);
    assert_eq!(claimed.map(|it| &it.now), Some(&RecordState::Unchanged), "{found:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_that_was_changed_later_is_told_by_its_history() {
    let begun = UnixMillis(gateway::system_clock()().0 - 1_000);
    let setting = Setting::new(terms()).await;
    without_a_log(&setting);
    let accounts = setting.query("SELECT Id FROM Account LIMIT 1").await;
    let id = records(&accounts)[0]["Id"].as_str().unwrap().to_owned();
    write_through_the_gate(&setting, &id).await;
    tokio::time::sleep(Duration::from_millis(2_500)).await;
    behind_its_back(&setting, &id, json!({ "Fax": "555-0199" })).await;
    // Clocks of one machine: the later change is another one.
    let found = setting.gate.reconcile(begun, 1_000).await.unwrap();
    let here = &found.records;
    assert_eq!((here.matched, here.overtaken.len(), here.org_only.len()), (1, 0, 1), "{found:?}");

    // Without the history nobody can tell.
    let admin = setting.org.users().into_iter().find(|it| it.profile.contains("Admin")).unwrap();
    assert!(setting.org.hide_object(&admin.profile, "AccountHistory"));
    let found = setting.gate.reconcile(begun, 1_000).await.unwrap();
    let [write] = found.records.overtaken.as_slice() else { panic!("{found:?}") };
    assert!(
        matches!(&write.now, RecordState::Later { user, .. } if user == setting.who.person().user())
    );
    assert_eq!((found.records.matched, found.records.histories.contains("Account")), (0, false));

    // An org that lets nothing be read is an error, and no agreement.
    for object in found.records.objects {
        setting.org.hide_object(&admin.profile, &object);
    }
    assert!(setting.gate.reconcile(begun, 1_000).await.is_err());
}
