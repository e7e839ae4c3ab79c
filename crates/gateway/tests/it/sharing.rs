//! Two gates on one database, in front of one org.

use std::time::Duration;

use boundary::{Door, Facts, Purpose, Verdict};
use gateway::{DirectCall, Said, Standing};
use ledger::Envelope;
use serde_json::json;
use store::Backend as _;

use crate::cluster::cluster;
use crate::setting::{Setting, terms};

#[tokio::test(flavor = "multi_thread")]
async fn an_approval_that_both_gates_get_reaches_the_org_once() {
    let Some(cluster) = cluster() else { return };
    let schema = cluster.schema();
    let setting = Setting::on(Some(Box::new(schema.postgres())), terms()).await;
    let other = setting.another(Box::new(schema.postgres())).await;
    // Signed in at one, known at the other.
    let there = other.by_key(&setting.key).await.unwrap().at(Door::Salesforce);
    let mut proposals = Vec::new();
    for number in 0..4 {
        let body = json!({ "Subject": format!("Call {number}") }).as_object().cloned().unwrap();
        let create = DirectCall::Create { object: "Task".to_owned(), body };
        let answer = setting.request().await.run(create).await.unwrap();
        let Said::Proposed(pending) = &answer.said else { panic!("{answer:?}") };
        let (id, gate) = (pending.proposal.clone(), &setting.gate);
        let digest = other.proposal(&there, &id).await.unwrap().digest;
        let (here, elsewhere) = tokio::join!(
            gate.approve(&setting.who, &id, &digest),
            other.approve(&there, &id, &digest)
        );
        let refused = match (here, elsewhere) {
            (Ok(done), Err(refused)) | (Err(refused), Ok(done)) => {
                assert!(done.record.is_some(), "{done:?}");
                refused
            }
            both => panic!("{both:?}"),
        };
        assert_eq!(refused.code(), "decided");
        proposals.push(id);
    }
    // What the ledger has no intent for never left; each proposal has one.
    let log = schema.postgres();
    let size = usize::try_from(log.log().size().unwrap()).unwrap();
    let rows = log.log().rows(0, size).unwrap();
    let facts: Vec<Facts> =
        rows.iter().map(|row| Envelope::parse(&row.body).unwrap().facts).collect();
    for id in &proposals {
        let of = |purpose: Purpose, verdict: Verdict| {
            let such = |it: &&Facts| it.purpose == purpose && it.verdict == verdict;
            facts.iter().filter(such).filter(|it| it.proposal.as_ref() == Some(id)).count()
        };
        assert_eq!(of(Purpose::Intent, Verdict::Allowed), 1);
        assert_eq!(of(Purpose::Outcome, Verdict::Done), 1);
    }

    // Whoever looks at the queue of one gate hears what happens at the other, and no echo of it for ever.
    let mut news = other.queue_news();
    tokio::time::sleep(Duration::from_secs(3)).await;
    news.mark_unchanged();
    let quiet = tokio::time::timeout(Duration::from_secs(3), news.changed()).await;
    assert!(quiet.is_err(), "nothing happens");
    let body = json!({ "Subject": "Heard of" }).as_object().cloned().unwrap();
    let create = DirectCall::Create { object: "Task".to_owned(), body };
    let answer = setting.request().await.run(create).await.unwrap();
    let Said::Proposed(pending) = &answer.said else { panic!("{answer:?}") };
    tokio::time::timeout(Duration::from_secs(30), news.changed()).await.unwrap().unwrap();
    setting.gate.reject(&setting.who, &pending.proposal, None).await.unwrap();
    tokio::time::timeout(Duration::from_secs(30), news.changed()).await.unwrap().unwrap();
    let seen = other.proposal(&there, &pending.proposal).await.unwrap();
    assert_eq!(seen.standing, Standing::Rejected);

    let refused = setting.gate.subject_erase("nobody@example.com").await.unwrap_err();
    assert_eq!(refused.code(), "others_at_work");
    other.close().await.unwrap();
    let refused = setting.gate.subject_erase("nobody@example.com").await.unwrap_err();
    assert_eq!(refused.code(), "not_found");
}
