//! What administrators consented to of other servers' tools, as it is kept.

use gateway::{Session, UpstreamConfig};
use serde_json::json;
use store::Settings as _;

use crate::setting::{Setting, terms};

const PLACE: &str = "upstream_mcp/tickets";
const WORDS: &str = "Finds tickets by their words";

fn server() -> UpstreamConfig {
    let text = "name = \"tickets\"\nurl = \"http://127.0.0.1:9/mcp\"\nread = [\"search\"]\n\
                reach = \"premises\"\n";
    toml::from_str(text).unwrap()
}

/// As earlier versions kept it.
fn plain() -> String {
    let told = json!({ "name": "search", "description": WORDS,
                       "inputSchema": { "type": "object", "properties": { "words": { "type": "string" } } } });
    json!({ "search": { "told": told, "by": "sam@example.com", "at": 5 } }).to_string()
}

async fn session(setting: &Setting) -> Session {
    let address = setting.gate.begin_sign_in("/").await.unwrap();
    let user = setting.org.users().into_iter().find(|it| it.username == setting.username).unwrap();
    let back = setting.org.sign_in_at(&address, &user.username, &user.password).unwrap();
    let (signed_in, _) = setting.gate.finish_sign_in(&back.state, &back.code).await.unwrap();
    signed_in.session
}

async fn consented(setting: &Setting) -> Option<String> {
    let servers = setting.gate.servers(&session(setting).await).await.unwrap();
    let [server] = servers.as_slice() else { panic!("{servers:?}") };
    server.tools[0].consented.clone().map(|(by, _)| by)
}

fn kept(setting: &Setting) -> String {
    store::State::read_only(&setting.data()).unwrap().setting(PLACE).unwrap().unwrap()
}

/// Files of the folder in which this stands.
fn files_with(setting: &Setting, text: &str) -> Vec<String> {
    let files = std::fs::read_dir(setting.data()).unwrap().map(|it| it.unwrap().path());
    let has = |path: &std::path::PathBuf| {
        let bytes = std::fs::read(path).unwrap_or_default();
        bytes.windows(text.len()).any(|it| it == text.as_bytes())
    };
    files.filter(has).map(|it| it.display().to_string()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn consents_are_sealed_and_those_of_earlier_versions_once_and_on_record() {
    let mut setting = Setting::with(terms(), |config| {
        config.upstreams = vec![server()];
        config.access.admins.insert("maya.lindqvist@practice.example".to_owned());
    })
    .await;
    assert_eq!(consented(&setting).await, None);

    setting.gate.close().await.unwrap();
    setting.with_store(|store| store.state().put_setting(PLACE, &plain()).unwrap()).await;
    assert_eq!(consented(&setting).await.as_deref(), Some("sam@example.com"), "it holds on");
    let sealed = kept(&setting);
    assert!(sealed.bytes().all(|it| it.is_ascii_hexdigit()), "{sealed}");
    assert_eq!(files_with(&setting, WORDS), [""; 0], "nor in what the database left behind");
    let log = store::SqliteLog::read_only(&setting.data()).unwrap();
    let rows = ledger::LogReader::rows(&log, 0, 1_000).unwrap();
    let such =
        rows.iter().filter(|it| String::from_utf8_lossy(&it.body).contains("consents-sealed"));
    assert_eq!(such.count(), 1);

    // What does not open is no consent: the tools are closed until somebody consents anew.
    let mut altered = sealed.clone();
    let digit = if altered.ends_with('0') { "1" } else { "0" };
    altered.replace_range(altered.len() - 1.., digit);
    for damaged in [altered, "{}x".to_owned()] {
        setting.gate.close().await.unwrap();
        setting.with_store(|store| store.state().put_setting(PLACE, &damaged).unwrap()).await;
        assert_eq!(consented(&setting).await, None, "{damaged}");
    }
    setting.gate.close().await.unwrap();
    setting.with_store(|store| store.state().put_setting(PLACE, &sealed).unwrap()).await;
    assert_eq!(consented(&setting).await.as_deref(), Some("sam@example.com"));
}
