//! What an approval is bound to, case by case: whatever differs from what was signed writes nothing.
//!
//! An approver without rights, two people, batches and the page are in `crates/cli/tests/it/whole_path/writing`, a
//! process that dies is in `crates/cli/tests/it/crashing.rs`, a connection that breaks in `finding_out.rs`.

use boundary::{ApprovalError, Door, Principal};
use gateway::{DirectCall, GateError, ProposalView, Standing};
use serde_json::json;

use crate::overtaken::proposed;
use crate::setting::{Setting, records, terms};

fn create(subject: &str) -> DirectCall {
    let body = json!({ "Subject": subject }).as_object().cloned().unwrap();
    DirectCall::Create { object: "Task".to_owned(), body }
}

async fn waiting(setting: &Setting, subject: &str) -> ProposalView {
    let pending = proposed(setting, create(subject)).await;
    look(setting, &pending.proposal).await
}

async fn look(setting: &Setting, id: &str) -> ProposalView {
    setting.gate.proposal(&setting.who, id).await.unwrap()
}

async fn written(setting: &Setting, subject: &str) -> usize {
    let soql = format!("SELECT Id FROM Task WHERE Subject = '{subject}'");
    records(&setting.query(&soql).await).len()
}

/// Approves it as it is now, and it is written, once.
async fn still_good(setting: &Setting, id: &str, subject: &str) {
    let now = look(setting, id).await;
    let done = setting.gate.approve(&setting.who, id, &now.digest).await.unwrap();
    assert_eq!(done.standing, Standing::Done);
    assert_eq!(written(setting, subject).await, 1);
}

/// Signs a user of the org in.
async fn sign_in(setting: &Setting, username: &str) -> Principal {
    let address = setting.gate.begin_sign_in("/").await.unwrap();
    let user = setting.org.users().into_iter().find(|it| it.username == username).unwrap();
    let back = setting.org.sign_in_at(&address, &user.username, &user.password).unwrap();
    let (signed_in, _) = setting.gate.finish_sign_in(&back.state, &back.code).await.unwrap();
    signed_in.session.principal
}

#[tokio::test(flavor = "multi_thread")]
async fn other_principal() {
    let setting = Setting::new(terms()).await;
    let seen = waiting(&setting, "Of one person").await;
    let other = setting.org.users().into_iter().find(|it| it.username != setting.username).unwrap();
    let other = sign_in(&setting, &other.username).await;
    for who in [other.clone(), other.at(Door::Salesforce)] {
        let refused = setting.gate.approve(&who, &seen.id, &seen.digest).await;
        assert!(matches!(refused, Err(GateError::NotFound { .. })), "{refused:?}");
        let refused = setting.gate.reject(&who, &seen.id, None).await;
        assert!(matches!(refused, Err(GateError::NotFound { .. })), "{refused:?}");
    }
    still_good(&setting, &seen.id, "Of one person").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn other_client() {
    let setting = Setting::new(terms()).await;
    let seen = waiting(&setting, "Of one client").await;
    let key = setting.gate.create_key(&setting.who, "Another program").await.unwrap();
    let other = setting.gate.by_key(&key.secret).await.unwrap();
    for door in [Door::Salesforce, Door::Mcp, Door::OpenAi] {
        let who = other.clone().at(door);
        let refused = setting.gate.approve(&who, &seen.id, &seen.digest).await;
        assert!(
            matches!(refused, Err(GateError::Approval(ApprovalError::Client))),
            "{door:?}: {refused:?}"
        );
    }
    assert_eq!(written(&setting, "Of one client").await, 0);
    still_good(&setting, &seen.id, "Of one client").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn altered_argument() {
    let setting = Setting::new(terms()).await;
    let seen = waiting(&setting, "As it was signed").await;
    let edits = vec![("Subject".to_owned(), "Altered".to_owned())];
    let altered = setting.gate.edit(&setting.who, &seen.id, edits).await.unwrap();
    assert_eq!(altered.replaces.as_ref(), Some(&seen.digest), "the link to what it was");
    let other = waiting(&setting, "Another").await;
    for digest in [&seen.digest, &other.digest, &"0".repeat(64), &String::new()] {
        let refused = setting.gate.approve(&setting.who, &seen.id, digest).await;
        assert!(matches!(refused, Err(GateError::Approval(ApprovalError::Digest))), "{refused:?}");
    }
    assert_eq!(written(&setting, "As it was signed").await, 0);
    still_good(&setting, &seen.id, "Altered").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn replay() {
    let setting = Setting::new(terms()).await;
    let seen = waiting(&setting, "Once").await;
    let approve = || setting.gate.approve(&setting.who, &seen.id, &seen.digest);
    let (one, two, three) = tokio::join!(approve(), approve(), approve());
    let done = [&one, &two, &three].iter().filter(|it| it.is_ok()).count();
    assert_eq!(done, 1, "{one:?} {two:?} {three:?}");
    let again = approve().await;
    assert!(matches!(again, Err(GateError::Decided("done"))), "{again:?}");
    assert_eq!(written(&setting, "Once").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn expired() {
    let setting = Setting::new(terms()).await;
    let seen = waiting(&setting, "Too late").await;
    setting.later(2);
    let late = setting.gate.approve(&setting.who, &seen.id, &seen.digest).await;
    assert!(matches!(late, Err(GateError::Decided("expired"))), "{late:?}");
    let view = look(&setting, &seen.id).await;
    let last = view.history.last().unwrap();
    assert_eq!((view.standing, last.what.as_str()), (Standing::Expired, "expired"));
    assert!(last.entry.is_some(), "a denial, and recorded so");
    assert_eq!(written(&setting, "Too late").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn policy_changed() {
    let mut setting = Setting::new(terms()).await;
    let seen = waiting(&setting, "Under another policy").await;
    let path = setting.data().with_file_name("matrix.csv");
    let matrix = std::fs::read_to_string(&path).unwrap();
    let narrower = matrix.replace("Task,CallType,yes,yes,yes", "Task,CallType,yes,no,no");
    assert_ne!(narrower, matrix);
    std::fs::write(&path, narrower).unwrap();
    setting.restart().await;
    let stale = setting.gate.approve(&setting.who, &seen.id, &seen.digest).await;
    assert!(matches!(stale, Err(GateError::Approval(ApprovalError::Policy))), "{stale:?}");
    let again = look(&setting, &seen.id).await;
    assert_eq!((again.standing, again.replaces.as_ref()), (Standing::Waiting, Some(&seen.digest)));
    assert_ne!(again.policy, seen.policy);
    let old = setting.gate.approve(&setting.who, &seen.id, &seen.digest).await;
    assert!(matches!(old, Err(GateError::Approval(ApprovalError::Digest))), "{old:?}");
    assert_eq!(written(&setting, "Under another policy").await, 0);
    still_good(&setting, &seen.id, "Under another policy").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn record_changed() {
    let setting = Setting::new(terms()).await;
    let task = waiting(&setting, "First").await;
    let made = setting.gate.approve(&setting.who, &task.id, &task.digest).await.unwrap();
    let id = made.record.unwrap();
    let update = |subject: &str| {
        let body = json!({ "Subject": subject }).as_object().cloned().unwrap();
        DirectCall::Update { object: "Task".to_owned(), id: id.clone(), body }
    };
    let (one, two) =
        (proposed(&setting, update("Second")).await, proposed(&setting, update("Third")).await);
    let seen = look(&setting, &one.proposal).await;
    // The version of a record is a moment; a change within the same one would not be another.
    tokio::time::sleep(std::time::Duration::from_millis(1_100)).await;
    still_good(&setting, &two.proposal, "Third").await;
    let stale = setting.gate.approve(&setting.who, &seen.id, &seen.digest).await;
    assert!(matches!(stale, Err(GateError::Approval(ApprovalError::Record))), "{stale:?}");
    let again = look(&setting, &seen.id).await;
    let before = |view: &ProposalView| view.shown.changes[0].old.as_ref().unwrap().text();
    assert_eq!((before(&seen), before(&again)), ("First".to_owned(), "Third".to_owned()));
    assert_eq!(written(&setting, "Second").await, 0);
    still_good(&setting, &seen.id, "Second").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn approve_and_reject_at_once() {
    let setting = Setting::new(terms()).await;
    for number in 0..6 {
        let subject = format!("Race {number}");
        let seen = waiting(&setting, &subject).await;
        let approve = setting.gate.approve(&setting.who, &seen.id, &seen.digest);
        let reject = setting.gate.reject(&setting.who, &seen.id, None);
        // Either may be first.
        let (approved, rejected) = if number % 2 == 0 {
            tokio::join!(approve, reject)
        } else {
            let (rejected, approved) = tokio::join!(reject, approve);
            (approved, rejected)
        };
        assert!(approved.is_ok() != rejected.is_ok(), "{approved:?} {rejected:?}");
        let expected = if approved.is_ok() { Standing::Done } else { Standing::Rejected };
        assert_eq!(look(&setting, &seen.id).await.standing, expected);
        assert_eq!(written(&setting, &subject).await, usize::from(approved.is_ok()));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn grant_revoked() {
    let setting = Setting::new(terms()).await;
    let seen = waiting(&setting, "Without a grant").await;
    setting.org.revoke_user(&setting.username).unwrap();
    let ended = setting.gate.approve(&setting.who, &seen.id, &seen.digest).await;
    assert!(matches!(ended, Err(GateError::GrantEnded)), "{ended:?}");
    sign_in(&setting, &setting.username).await;
    let view = look(&setting, &seen.id).await;
    assert_eq!(view.standing, Standing::Waiting, "it is back in the queue");
    assert!(view.signed_by.is_empty(), "and nobody's signature stands");
    assert_eq!(view.history.last().unwrap().what, "returned");
    assert_eq!(written(&setting, "Without a grant").await, 0);
    still_good(&setting, &seen.id, "Without a grant").await;
}
