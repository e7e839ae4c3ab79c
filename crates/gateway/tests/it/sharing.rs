//! Two gates on one database, in front of one org.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use boundary::{Door, Facts, Purpose, Verdict};
use gateway::{DirectCall, ExportConfig, ExportForm, ExportKind, Gate, Said, Standing};
use ledger::Envelope;
use serde_json::json;
use store::Backend as _;
use tokio::io::AsyncReadExt as _;
use tokio::net::TcpListener;

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
    let mut following = other.follow_queue(&setting.who).unwrap();
    let news = &mut following.news;
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

/// Numbers of the entries that a collector took, in the order they came.
type Taken = Arc<Mutex<Vec<u64>>>;

async fn collector() -> (Taken, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let taken = Taken::default();
    let into = Arc::clone(&taken);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let into = Arc::clone(&into);
            tokio::spawn(async move {
                let mut lines = Vec::new();
                if stream.read_to_end(&mut lines).await.is_ok() {
                    // The canonical entries begin with their number.
                    let text = String::from_utf8_lossy(&lines);
                    let number = |part: &str| part.split(',').next()?.parse::<u64>().ok();
                    into.lock().unwrap().extend(text.split("\"seq\":").skip(1).filter_map(number));
                }
            });
        }
    });
    (taken, format!("tcp://{address}"))
}

fn tellers(gates: &[&Gate]) -> Vec<bool> {
    let line = "portcullis_export_teller{export=\"siem\"} 1";
    gates.iter().map(|gate| gate.metrics(None).unwrap().contains(line)).collect()
}

async fn until(what: &str, mut done: impl FnMut() -> bool) {
    let patience = Instant::now() + Duration::from_mins(2);
    while !done() {
        assert!(Instant::now() < patience, "{what}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_gate_tells_a_collector_and_the_other_takes_over() {
    let Some(cluster) = cluster() else { return };
    let schema = cluster.schema();
    let (taken, url) = collector().await;
    let setting = Setting::on_with(Some(Box::new(schema.postgres())), terms(), |config| {
        config.exports = vec![ExportConfig {
            name: "siem".to_owned(),
            kind: ExportKind::Syslog,
            url,
            form: ExportForm::Jsonl,
            authorization: None,
            ca: None,
        }];
    })
    .await;
    until("the first gate tells", || !taken.lock().unwrap().is_empty()).await;
    let other = setting.another(Box::new(schema.postgres())).await;
    for _ in 0..5 {
        setting.query("SELECT Id FROM Account LIMIT 1").await;
    }
    until("the other gate waits", || tellers(&[&setting.gate, &other]) == [true, false]).await;
    let lag = "portcullis_export_lag_entries{export=\"siem\"} 0";
    until("all is told", || setting.gate.metrics(None).unwrap().contains(lag)).await;
    let found = other.examine().await;
    let (_, state) = found.iter().find(|(what, _)| what == "export siem").unwrap();
    assert!(state.as_ref().unwrap().starts_with("another gate tells it"), "{state:?}");

    // The first stops; the other goes on where it was.
    setting.gate.close().await.unwrap();
    until("the other gate takes over", || tellers(&[&other]) == [true]).await;
    until("the rest is told", || other.metrics(None).unwrap().contains(lag)).await;
    let seen = taken.lock().unwrap().clone();
    let all: Vec<u64> = (0..seen.len() as u64).collect();
    assert_eq!(seen, all, "each entry once and in order, whoever told it");
}
