//! What one person may have at once.

use boundary::{Purpose, Verdict};
use gateway::{DirectCall, GateError, Said, Standing};
use serde_json::json;

use crate::overtaken::proposed;
use crate::setting::{Setting, refused, terms};

fn create(subject: &str) -> DirectCall {
    let body = json!({ "Subject": subject }).as_object().cloned().unwrap();
    DirectCall::Create { object: "Task".to_owned(), body }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_has_so_many_proposals_that_wait_and_no_more() {
    let setting = Setting::with(terms(), |config| config.limits.open_proposals = 3).await;
    let done = proposed(&setting, create("Done")).await;
    let seen = setting.gate.proposal(&setting.who, &done.proposal).await.unwrap();
    let ended = setting.gate.approve(&setting.who, &seen.id, &seen.digest).await.unwrap();
    assert_eq!(ended.standing, Standing::Done, "what is decided counts no more");

    // Many at once do not slip in beside each other.
    let mut at_once = tokio::task::JoinSet::new();
    for number in 0..8 {
        let request = setting.request().await;
        at_once.spawn(async move { request.run(create(&format!("Number {number}"))).await });
    }
    let answers = at_once.join_all().await;
    let (mut queued, mut limited) = (Vec::new(), 0);
    for answer in answers {
        let answer = answer.unwrap();
        if let Said::Proposed(pending) = &answer.said {
            queued.push(pending.proposal.clone());
        } else {
            assert_eq!(refused(&answer), ("REQUEST_LIMIT_EXCEEDED", "open-proposals"));
            limited += 1;
        }
    }
    assert_eq!((queued.len(), limited), (3, 5));
    assert_eq!(setting.gate.waiting(&setting.who).await.unwrap(), 3);

    // The page is refused the same way, and that is on record too.
    let undo = setting.gate.undo(&setting.who, &done.proposal).await;
    let Err(error) = undo else { panic!("{undo:?}") };
    assert!(matches!(error, GateError::TooMany { most: 3, .. }), "{error:?}");
    assert_eq!(
        error.to_string(),
        "3 proposals of yours wait already; decide about some of them first"
    );
    let told = setting.gate.activity(&setting.who, false, None, 50).await.unwrap();
    let such = told.entries.iter().filter(|it| it.facts.rule == "open-proposals");
    let such: Vec<_> = such.map(|it| (it.facts.purpose, it.facts.verdict)).collect();
    assert_eq!(such, [(Purpose::Refusal, Verdict::Refused); 6]);

    // A decision makes room for one.
    setting.gate.reject(&setting.who, &queued[0], None).await.unwrap();
    setting.gate.undo(&setting.who, &done.proposal).await.unwrap();
    let answer = setting.request().await.run(create("One more")).await.unwrap();
    assert_eq!(refused(&answer).1, "open-proposals");
    // So does time.
    setting.later(30);
    proposed(&setting, create("Later")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_follows_the_queue_with_eight_pages() {
    let setting = Setting::new(terms()).await;
    let follow = || setting.gate.follow_queue(&setting.who);
    let mut pages: Vec<_> = (0..8).map(|_| follow().unwrap()).collect();
    let ninth = follow();
    let Err(error) = ninth else { panic!("{ninth:?}") };
    assert_eq!(
        (error.code(), matches!(error, GateError::TooMany { most: 8, .. })),
        ("too_many", true)
    );
    pages.pop();
    pages.push(follow().unwrap());
    assert!(follow().is_err());
    pages.clear();
    pages.extend((0..8).map(|_| follow().unwrap()));
    assert!(follow().is_err());
}
