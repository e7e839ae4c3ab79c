//! What comes between two steps of a decision: a record that changes, a gate that dies.

use boundary::{Action, ApprovalError, Purpose, Verdict};
use gateway::{Decision, DirectCall, GateError, Pending, Said, Search, Standing};
use practice::Fault;
use serde_json::json;
use store::ProposalState;

use crate::setting::{Setting, records, terms};

pub(crate) async fn proposed(setting: &Setting, call: DirectCall) -> Pending {
    let answer = setting.request().await.run(call).await.unwrap();
    let Said::Proposed(pending) = answer.said else { panic!("{answer:?}") };
    pending
}

#[tokio::test(flavor = "multi_thread")]
async fn salesforce_says_that_the_record_changed_and_the_person_looks_again() {
    let setting = Setting::new(terms()).await;
    let tasks = setting.query("SELECT Id FROM Task WHERE IsClosed = false LIMIT 1").await;
    let id = records(&tasks)[0]["Id"].as_str().unwrap().to_owned();
    let object = "Task".to_owned();
    let body = json!({ "Subject": "Later" }).as_object().cloned().unwrap();
    let update = DirectCall::Update { object: object.clone(), id: id.clone(), body };
    let delete = DirectCall::Delete { object, id };
    for call in [update, delete] {
        let pending = proposed(&setting, call).await;
        let seen = setting.gate.proposal(&setting.who, &pending.proposal).await.unwrap();
        let changed = Fault::Status { status: 412, code: "PRECONDITION_FAILED" };
        setting.org.control().fail_next(1, "/sobjects/Task/", changed);
        let overtaken = setting.gate.approve(&setting.who, &pending.proposal, &seen.digest).await;
        assert!(
            matches!(overtaken, Err(GateError::Approval(ApprovalError::Record))),
            "{overtaken:?}"
        );
        let again = setting.gate.proposal(&setting.who, &pending.proposal).await.unwrap();
        assert_eq!(
            (again.standing, again.replaces.as_ref()),
            (Standing::Waiting, Some(&seen.digest))
        );
        // What was signed before is not good for what is shown now.
        let old = setting.gate.approve(&setting.who, &pending.proposal, &seen.digest).await;
        assert!(matches!(old, Err(GateError::Approval(ApprovalError::Digest))), "{old:?}");
        let done = setting.gate.approve(&setting.who, &pending.proposal, &again.digest).await;
        assert_eq!(done.unwrap().standing, Standing::Done);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_that_is_gone_ends_what_was_proposed_about_it() {
    let setting = Setting::new(terms()).await;
    let tasks = setting.query("SELECT Id FROM Task WHERE IsClosed = false LIMIT 1").await;
    let id = records(&tasks)[0]["Id"].as_str().unwrap().to_owned();
    let object = "Task".to_owned();
    let body = json!({ "Subject": "Later" }).as_object().cloned().unwrap();
    let update = DirectCall::Update { object: object.clone(), id: id.clone(), body };
    let delete = DirectCall::Delete { object, id };
    // The same record in both; once the deletion is done, the update has nothing to write to.
    let (update, delete) = (proposed(&setting, update).await, proposed(&setting, delete).await);
    let digest = |view: gateway::ProposalView| view.digest;
    let seen = digest(setting.gate.proposal(&setting.who, &delete.proposal).await.unwrap());
    let done = setting.gate.approve(&setting.who, &delete.proposal, &seen).await.unwrap();
    assert_eq!(done.standing, Standing::Done);
    let seen = digest(setting.gate.proposal(&setting.who, &update.proposal).await.unwrap());
    let late = setting.gate.approve(&setting.who, &update.proposal, &seen).await;
    assert!(matches!(late, Err(GateError::Decided(_))), "{late:?}");
    let ended = setting.gate.proposal(&setting.who, &update.proposal).await.unwrap();
    assert_eq!(ended.standing, Standing::Conflict);
    let gone = ended.history.iter().find(|it| it.what == "record gone").unwrap();
    assert!(gone.entry.is_some(), "{gone:?}");
    assert_eq!(
        setting
            .gate
            .decision_within(&setting.who, &update.proposal, std::time::Duration::ZERO)
            .await
            .unwrap(),
        Decision::Failed("ENTITY_IS_DELETED".to_owned())
    );
    let again = setting.gate.approve(&setting.who, &update.proposal, &seen).await;
    assert!(matches!(again, Err(GateError::Decided(_))), "{again:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rejection_that_died_before_its_record_is_recorded_at_the_start() {
    let mut setting = Setting::new(terms()).await;
    let body = json!({ "Subject": "Call" }).as_object().cloned().unwrap();
    let create = DirectCall::Create { object: "Task".to_owned(), body };
    let pending = proposed(&setting, create).await;
    let id = pending.proposal.clone();
    let person = setting.who.person().clone();
    setting.gate.close().await.unwrap();
    // The state says so and the ledger does not: as a gate leaves it that dies between the two.
    setting
        .with_store(|store| {
            let (from, to) = (ProposalState::Waiting, ProposalState::Rejected);
            let now = gateway::system_clock()();
            assert!(store.state().transition(&id, from, to, Some(&person), now).unwrap());
        })
        .await;
    let shown = setting.gate.proposal(&setting.who, &id).await.unwrap();
    assert_eq!(shown.standing, Standing::Rejected);
    let told = shown.history.iter().find(|it| it.what == "rejected").expect("its history says so");
    let entry = told.entry.expect("with the entry");
    assert!(told.who.is_some());
    let search = Search { rule: "crash-before-record".to_owned(), limit: 9, ..Search::default() };
    let found = loop {
        let found = setting.gate.search(&setting.who, &search).await.unwrap();
        if found.unsearched == 0 {
            break found;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    };
    let [recorded] = found.entries.as_slice() else { panic!("{found:?}") };
    assert_eq!(recorded.index, entry);
    let facts = &recorded.facts;
    assert_eq!(
        (facts.purpose, facts.action, facts.verdict),
        (Purpose::Approval, Action::Reject, Verdict::Refused)
    );
    assert_eq!(facts.proposal.as_deref(), Some(id.as_str()));
    // Once: the next start finds it written down.
    setting.gate.close().await.unwrap();
    setting.with_store(|_| ()).await;
    let again = setting.gate.proposal(&setting.who, &id).await.unwrap();
    assert_eq!(again.history.iter().filter(|it| it.what == "rejected").count(), 1);
}
