//! Roles of the gate that go by what the org says of a person.

use std::collections::BTreeSet;

use gateway::{GateError, Search, Session};

use crate::setting::{Setting, terms};

const SET: &str = "Ledger_Readers";

fn list(name: &str) -> BTreeSet<String> {
    [name.to_owned()].into()
}

async fn session(setting: &Setting) -> Session {
    let user = setting.org.users().into_iter().next().unwrap();
    let address = setting.gate.begin_sign_in("/").await.unwrap();
    let back = setting.org.sign_in_at(&address, &user.username, &user.password).unwrap();
    let (signed_in, _) = setting.gate.finish_sign_in(&back.state, &back.code).await.unwrap();
    let session = setting.gate.session(&signed_in.cookie).await.unwrap();
    assert_eq!(
        (session.auditor, session.compliance, session.admin),
        (signed_in.session.auditor, signed_in.session.compliance, signed_in.session.admin)
    );
    session
}

/// What a person may who is nobody: their own entries.
async fn discloses(setting: &Setting) -> Result<(), GateError> {
    setting.gate.disclose(&setting.who, 0).await.map(|_| ())
}

fn a_minute_later(setting: &Setting) {
    setting.ahead.fetch_add(61_000, std::sync::atomic::Ordering::Relaxed);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_permission_set_gives_the_role_and_the_org_takes_it() {
    let setting = Setting::with(terms(), |config| {
        config.access.compliance = list(&format!("permission-set:{SET}"));
        config.access.admins = list(&format!("permission-set:{SET}_Of_Others"));
    })
    .await;
    assert!(matches!(discloses(&setting).await, Err(GateError::NotYours("compliance"))));
    assert!(!session(&setting).await.compliance);

    assert!(setting.org.assign(&setting.username, SET, true));
    // What was asked lately stands for a minute; whoever signs in is asked about anew.
    let signed_in = session(&setting).await;
    assert!(signed_in.compliance && !signed_in.admin && !signed_in.auditor);
    discloses(&setting).await.unwrap();
    let everybody = Search { limit: 10, ..Search::default() };
    assert!(!setting.gate.search(&setting.who, &everybody).await.unwrap().entries.is_empty());

    assert!(setting.org.assign(&setting.username, SET, false));
    a_minute_later(&setting);
    assert!(matches!(discloses(&setting).await, Err(GateError::NotYours("compliance"))));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_profile_gives_the_role_while_the_org_answers() {
    let mut profile = String::new();
    let setting = Setting::with(terms(), |config| {
        // Of the first user, who signs in.
        "Sales Representative".clone_into(&mut profile);
        config.access.auditors = list(&format!("profile:{profile}"));
        config.access.compliance = list("profile:Nobody");
    })
    .await;
    let user = setting.org.users().into_iter().next().unwrap();
    assert_eq!(user.profile, profile);
    let signed_in = session(&setting).await;
    assert!(signed_in.auditor && !signed_in.compliance);

    // An org that does not answer says nothing, and nobody has a role by it.
    let silent = practice::Fault::Status { status: 503, code: "SERVER_UNAVAILABLE" };
    setting.org.control().fail_always("/query", silent);
    a_minute_later(&setting);
    let everybody = Search { limit: 10, ..Search::default() };
    let exported = setting.gate.export(&setting.who, &everybody, "csv").await;
    assert!(matches!(exported, Err(GateError::NotYours("auditor"))));
    setting.org.control().clear();
    a_minute_later(&setting);
    setting.gate.export(&setting.who, &everybody, "csv").await.unwrap();
}
