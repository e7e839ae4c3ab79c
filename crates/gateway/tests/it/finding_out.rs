//! Writes whose end nobody knows: found, missed, or unclear, and never sent again.

use std::sync::atomic::Ordering;
use std::time::Duration;

use boundary::{Landed, Verdict};
use gateway::{DirectCall, GateError, Standing};
use practice::Fault;
use serde_json::{Value, json};

use crate::overtaken::proposed;
use crate::setting::{Setting, records, terms};

const MINUTE: u64 = 60_000;

fn create(subject: &str) -> DirectCall {
    let body = json!({ "Subject": subject }).as_object().cloned().unwrap();
    DirectCall::Create { object: "Task".to_owned(), body }
}

fn delete(id: &str) -> DirectCall {
    DirectCall::Delete { object: "Task".to_owned(), id: id.to_owned() }
}

/// Proposes and approves it, while the connection breaks like this. The id of the proposal.
async fn broken(setting: &Setting, call: DirectCall, fault: Fault) -> String {
    let pending = proposed(setting, call).await;
    let seen = setting.gate.proposal(&setting.who, &pending.proposal).await.unwrap();
    setting.org.control().fail_next(1, "/sobjects/Task", fault);
    let ended = setting.gate.approve(&setting.who, &seen.id, &seen.digest).await.unwrap();
    assert_eq!(ended.standing, Standing::Unknown, "{ended:?}");
    // Nobody sends it again.
    let again = setting.gate.approve(&setting.who, &seen.id, &seen.digest).await;
    assert!(matches!(again, Err(GateError::Decided("unknown"))), "{again:?}");
    seen.id
}

async fn done(setting: &Setting, call: DirectCall) -> String {
    let pending = proposed(setting, call).await;
    let seen = setting.gate.proposal(&setting.who, &pending.proposal).await.unwrap();
    approve(setting, &seen).await
}

async fn approve(setting: &Setting, seen: &gateway::ProposalView) -> String {
    let ended = setting.gate.approve(&setting.who, &seen.id, &seen.digest).await.unwrap();
    assert_eq!(ended.standing, Standing::Done, "{ended:?}");
    ended.record.unwrap_or_default()
}

async fn tasks(setting: &Setting, subject: &str) -> Vec<Value> {
    records(&setting.query(&format!("SELECT Id FROM Task WHERE Subject = '{subject}'")).await)
}

async fn standing(setting: &Setting, id: &str) -> Standing {
    setting.gate.proposal(&setting.who, id).await.unwrap().standing
}

#[tokio::test(flavor = "multi_thread")]
async fn a_creation_that_happened_is_found_and_can_be_taken_back() {
    let setting = Setting::new(terms()).await;
    let id = broken(&setting, create("Found again"), Fault::DropAfter).await;
    assert_eq!(setting.gate.find_out(&setting.who, &id).await.unwrap(), Landed::Yes);
    let found = tasks(&setting, "Found again").await;
    assert_eq!(found.len(), 1, "once");
    let view = setting.gate.proposal(&setting.who, &id).await.unwrap();
    assert_eq!((view.standing, view.undoable), (Standing::Done, true));
    assert_eq!(view.record.as_deref(), found[0]["Id"].as_str());
    assert!(view.link.unwrap().ends_with(found[0]["Id"].as_str().unwrap()));
    let steps: Vec<&str> = view.history.iter().map(|it| it.what.as_str()).collect();
    assert_eq!(steps, ["proposed", "signed", "sending", "unknown", "found"]);
    let told = setting.gate.activity(&setting.who, false, None, 20).await.unwrap();
    let told = told.entries.iter().find(|it| it.facts.rule == "reconciled");
    let told = &told.expect("the ledger has it").facts;
    assert_eq!((told.verdict, told.proposal.as_deref()), (Verdict::Done, Some(id.as_str())));
    let again = setting.gate.find_out(&setting.who, &id).await;
    assert!(matches!(again, Err(GateError::Decided("done"))), "{again:?}");

    // Taken back by a deletion that waits like any other, and that by a new record.
    let undo = setting.gate.undo(&setting.who, &id).await.unwrap();
    assert_eq!((undo.operation, undo.undoes.as_ref()), ("delete", Some(&id)));
    assert_eq!(tasks(&setting, "Found again").await.len(), 1);
    approve(&setting, &undo).await;
    assert_eq!(tasks(&setting, "Found again").await.len(), 0);
    let gone = setting.gate.undo(&setting.who, &id).await;
    assert!(gone.is_err(), "{gone:?}");
    let view = setting.gate.proposal(&setting.who, &undo.id).await.unwrap();
    assert!(view.undoable);
    let again = setting.gate.undo(&setting.who, &undo.id).await.unwrap();
    assert_eq!((again.operation, again.undoes.as_ref()), ("create", Some(&undo.id)));
    assert!(again.lost.iter().any(|it| it == "CreatedDate"), "{:?}", again.lost);
    let made = approve(&setting, &again).await;
    let found = tasks(&setting, "Found again").await;
    assert_eq!(found.len(), 1);
    assert_eq!(found[0]["Id"].as_str(), Some(made.as_str()));
    assert_ne!(view.record.as_deref(), Some(made.as_str()), "another record");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_creation_that_did_not_happen_is_missed_once_its_time_is_over() {
    let mut setting = Setting::new(terms()).await;
    let id = broken(&setting, create("Never there"), Fault::DropBefore).await;
    assert_eq!(setting.gate.find_out(&setting.who, &id).await.unwrap(), Landed::Unclear);
    assert_eq!(standing(&setting, &id).await, Standing::Unknown, "it may be on its way");
    setting.ahead.fetch_add(11 * MINUTE, Ordering::Relaxed);
    assert_eq!(setting.gate.find_out(&setting.who, &id).await.unwrap(), Landed::No);
    let view = setting.gate.proposal(&setting.who, &id).await.unwrap();
    assert_eq!((view.standing, view.record), (Standing::Failed, None));
    assert_eq!(tasks(&setting, "Never there").await.len(), 0);

    // The gate finds out by itself, too, when nobody asks.
    let id = broken(&setting, create("Nor there"), Fault::DropBefore).await;
    setting.ahead.fetch_add(11 * MINUTE, Ordering::Relaxed);
    setting.restart().await;
    for _ in 0..300 {
        if standing(&setting, &id).await != Standing::Unknown {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let view = setting.gate.proposal(&setting.who, &id).await.unwrap();
    assert_eq!(view.standing, Standing::Failed);
    let last = view.history.last().unwrap();
    assert_eq!((last.what.as_str(), last.who.as_ref()), ("not found", None));
    assert_eq!(tasks(&setting, "Nor there").await.len(), 0, "and was not sent again");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_records_do_not_tell_the_log_of_the_org_does() {
    let setting = Setting::new(terms()).await;
    let id = broken(&setting, create("Soon renamed"), Fault::DropAfter).await;
    let made = tasks(&setting, "Soon renamed").await[0]["Id"].as_str().unwrap().to_owned();
    let body = json!({ "Subject": "Renamed" }).as_object().cloned().unwrap();
    done(&setting, DirectCall::Update { object: "Task".to_owned(), id: made, body }).await;
    assert_eq!(setting.gate.find_out(&setting.who, &id).await.unwrap(), Landed::Yes);
    let view = setting.gate.proposal(&setting.who, &id).await.unwrap();
    assert_eq!((view.standing, view.record, view.undoable), (Standing::Done, None, false));
    let undo = setting.gate.undo(&setting.who, &id).await;
    assert!(undo.is_err(), "nobody knows which record it was");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_records_alike_are_told_apart_only_where_the_gate_made_one() {
    let setting = Setting::new(terms()).await;
    let first = done(&setting, create("Twice")).await;
    let id = broken(&setting, create("Twice"), Fault::DropAfter).await;
    assert_eq!(setting.gate.find_out(&setting.who, &id).await.unwrap(), Landed::Yes);
    let view = setting.gate.proposal(&setting.who, &id).await.unwrap();
    assert_ne!(view.record.as_deref().unwrap(), first);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deletion_is_found_in_the_recycle_bin() {
    let setting = Setting::new(terms()).await;
    for (subject, fault, landed) in
        [("Gone", Fault::DropAfter, Landed::Yes), ("Stays", Fault::DropBefore, Landed::Unclear)]
    {
        let record = done(&setting, create(subject)).await;
        let id = broken(&setting, delete(&record), fault).await;
        assert_eq!(setting.gate.find_out(&setting.who, &id).await.unwrap(), landed, "{subject}");
        let left = tasks(&setting, subject).await.len();
        assert_eq!(left == 0, landed == Landed::Yes, "{subject}");
        if landed == Landed::Unclear {
            setting.ahead.fetch_add(11 * MINUTE, Ordering::Relaxed);
            assert_eq!(setting.gate.find_out(&setting.who, &id).await.unwrap(), Landed::No);
            assert_eq!(tasks(&setting, subject).await.len(), 1, "and was not sent again");
        }
    }
}
