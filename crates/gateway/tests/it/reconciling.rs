//! The ledger beside the org's own log of requests.

use std::time::Duration;

use boundary::{Act, Action, Facts, Purpose, UnixMillis, Verdict};
use egress::{Limits, Trust, look};
use gateway::{DirectCall, Said};
use serde_json::json;

use crate::setting::{Setting, records, terms};

/// A write of the same person, past the gate.
async fn behind_its_back(setting: &Setting, id: &str) {
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
    let body = Some(("text/xml; charset=UTF-8", login));
    let headers = [("soapaction", "login")];
    let answer = look(&address, &Trust::default(), limits, &headers, body).await.unwrap();
    let text = String::from_utf8_lossy(&answer.body).into_owned();
    let token = text.split_once("<sessionId>").unwrap().1.split_once('<').unwrap().0;
    // The method of a look is POST; Salesforce takes this for PATCH.
    let address = format!("{base}/services/data/v68.0/composite");
    let body = json!({ "compositeRequest": [{
        "method": "PATCH", "url": format!("/services/data/v68.0/sobjects/Account/{id}"),
        "referenceId": "a", "body": { "Description": "Changed elsewhere" },
    }] });
    let bearer = format!("Bearer {token}");
    let headers = [("authorization", bearer.as_str())];
    let body = Some(("application/json", body.to_string()));
    let answer = look(&address, &Trust::default(), limits, &headers, body).await.unwrap();
    assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.body));
}

async fn write_through_the_gate(setting: &Setting, id: &str) {
    let body = json!({ "Description": "Changed by the gate" }).as_object().unwrap().clone();
    let call = DirectCall::Update { object: "Account".into(), id: id.to_owned(), body };
    let answer = setting.request().await.run(call).await.unwrap();
    let Said::Proposed(pending) = &answer.said else { panic!("{answer:?}") };
    let view = setting.gate.proposal(&setting.who, &pending.proposal).await.unwrap();
    setting.gate.approve(&setting.who, &view.id, &view.digest).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_only_one_side_has_is_told() {
    let begun = UnixMillis(gateway::system_clock()().0 - 1_000);
    let mut setting = Setting::new(terms()).await;
    let accounts = setting.query("SELECT Id FROM Account LIMIT 2").await;
    let ids: Vec<String> =
        records(&accounts).iter().map(|it| it["Id"].as_str().unwrap().to_owned()).collect();
    write_through_the_gate(&setting, &ids[0]).await;
    let found = setting.gate.reconcile(begun).await.unwrap();
    assert_eq!((found.matched, found.uncovered), (1, 0), "{found:?}");
    assert!(found.ledger_only.is_empty() && found.org_only.is_empty(), "{found:?}");

    behind_its_back(&setting, &ids[1]).await;
    let found = setting.gate.reconcile(begun).await.unwrap();
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
    let found = setting.gate.reconcile(begun).await.unwrap();
    let [claimed] = found.ledger_only.as_slice() else { panic!("{found:?}") };
    assert_eq!((claimed.request.as_str(), claimed.actor.as_str()), (&*"f".repeat(32), "p1"));
    assert_eq!((found.matched, found.org_only.len()), (1, 1));
}
