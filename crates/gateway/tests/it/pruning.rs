//! Entries whose time is over.

use gateway::Search;

use crate::setting::{Setting, terms};

const SELECT: &str = "SELECT Id FROM Account LIMIT 1";

#[tokio::test(flavor = "multi_thread")]
async fn old_entries_go_and_what_is_left_is_proved() {
    let mut setting = Setting::with(terms(), |config| config.retention.days = Some(1)).await;
    for _ in 0..300 {
        setting.query(SELECT).await;
    }
    // Nothing is old enough, and asking for more than the retention says is refused.
    let pruned = setting.gate.prune(None).await.unwrap();
    assert_eq!((pruned.minimum, pruned.dropped), (0, 0));
    let now = gateway::system_clock()();
    assert!(setting.gate.prune(Some(now)).await.is_err());

    // Two days later.
    setting.later(2);
    setting.restart().await;
    setting.query(SELECT).await;
    setting.gate.subject_hold(&setting.username, "matter 9/1").await.unwrap();
    let held = setting.gate.prune(None).await.unwrap();
    assert_eq!(held.dropped, 0, "{held:?}");
    assert!(held.kept_for.unwrap().contains("legal hold"));
    setting.gate.subject_release(&setting.username).await.unwrap();
    let pruned = setting.gate.prune(None).await.unwrap();
    assert!(pruned.dropped >= 512 && pruned.minimum == pruned.dropped, "{pruned:?}");
    let search = Search { limit: 500, ..Search::default() };
    let found = setting.gate.search(&setting.who, &search).await.unwrap();
    assert!(found.entries.iter().all(|it| it.index >= pruned.minimum));
    assert!(!found.entries.is_empty());

    setting.restart().await;
    setting.query(SELECT).await;
    setting.gate.close().await.unwrap();
    let data = setting.data();
    let vkey = std::fs::read_to_string(data.join("ledger.vkey")).unwrap();
    let keys = ledger::VerifyingKeys::parse(&[vkey.trim()]).unwrap();
    let log = store::SqliteLog::read_only(&data).unwrap();
    let parts = store::SealedStore::read_only(&data).unwrap().unwrap();
    let report = ledger::verify_sealed(&log, &parts, &keys, &[]).unwrap();
    assert_eq!(report.minimum, pruned.minimum);
    let copy = ledger::verify_offline(&data.join("tiles"), &keys, &[]).unwrap();
    assert_eq!((copy.minimum, copy.size), (report.minimum, report.size));
    assert!(!data.join("tiles/tile/entries/000").exists());
    // What is below is in no file: of the first reads, not even the trace.
    let bytes = std::fs::read(data.join("log.db")).unwrap();
    assert!(!bytes.windows(9).any(|part| part == b"\"seq\":10,"));
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_policy_nothing_is_dropped() {
    let setting = Setting::new(terms()).await;
    let refused = setting.gate.prune(None).await.unwrap_err();
    assert!(refused.to_string().contains("retention"), "{refused}");
}
