//! One signing key follows another.

use gateway::Rotation;
use ledger::VerifyingKeys;

use crate::setting::{Setting, terms};

const SELECT: &str = "SELECT Id FROM Account LIMIT 1";

#[tokio::test(flavor = "multi_thread")]
async fn a_new_key_signs_beside_the_old_one_and_then_alone() {
    let mut setting = Setting::new(terms()).await;
    let read = |setting: &Setting, name: &str| {
        std::fs::read_to_string(setting.data().join(name)).unwrap_or_default()
    };
    let old = read(&setting, "ledger.vkey");
    assert!(setting.gate.rotate_signer(true).await.is_err(), "there is one key alone");
    setting.query(SELECT).await;
    assert_eq!(setting.gate.rotate_signer(false).await.unwrap(), Rotation::Begun);
    assert!(setting.gate.rotate_signer(false).await.is_err(), "one at a time");
    setting.restart().await;
    setting.query(SELECT).await;
    let both = read(&setting, "ledger.vkey");
    assert!(both.starts_with(&old) && both.lines().count() == 2, "{both}");
    let new = both.lines().nth(1).unwrap().to_owned();
    assert_eq!(setting.gate.rotate_signer(true).await.unwrap(), Rotation::Finished);
    setting.restart().await;
    setting.query(SELECT).await;
    setting.gate.close().await.unwrap();
    assert_eq!(read(&setting, "ledger.vkey").trim(), new);
    let log = store::SqliteLog::read_only(&setting.data()).unwrap();
    let now = || VerifyingKeys::parse(&[&new]).unwrap();
    assert!(
        ledger::verify(&log, &now(), &[]).is_err(),
        "what the old key signed needs the old key"
    );
    let keys = gateway::with_retired(now(), &read(&setting, "ledger.retired.vkey")).unwrap();
    let report = ledger::verify(&log, &keys, &[]).unwrap();
    assert_eq!(report.size, report.signed);
    // The copy needs the new one alone.
    let copy = ledger::verify_offline(&setting.data().join("tiles"), &now(), &[]).unwrap();
    assert_eq!(copy.size, report.size);
}
