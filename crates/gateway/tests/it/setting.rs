//! A gate in this process, in front of a practice org in this process.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use boundary::{Compliance, Door, Form, Level, Principal};
use gateway::{
    AccessConfig, Clock, Config, Detection, Direct, DirectAnswer, DirectCall, DirectConfig,
    EndpointConfig, EndpointKind, Gate, Limits, OrgConfig, Said, ScreenConfig, StoreConfig,
};
use practice::{ExternalClientApp, Org};
use serde_json::Value;
use store::Backend;
use tempfile::TempDir;
use tokio::net::TcpListener;

const MATRIX: &str = include_str!("../../../cli/demo/matrix.csv");

pub(crate) struct Setting {
    pub(crate) gate: Gate,
    pub(crate) who: Principal,
    /// Milliseconds that the gate's clock is ahead.
    pub(crate) ahead: Arc<AtomicU64>,
    pub(crate) org: Arc<Org>,
    /// The person's key.
    pub(crate) key: String,
    pub(crate) username: String,
    /// Address of the org.
    pub(crate) instance: String,
    config: Config,
    clock: Clock,
    _folder: TempDir,
}

impl Setting {
    /// The first user of the org, with a key, and these terms for it.
    pub(crate) async fn new(direct: DirectConfig) -> Self {
        Self::made(None, direct, |_| ()).await
    }

    /// The same with changes to the configuration.
    pub(crate) async fn with(direct: DirectConfig, change: impl FnOnce(&mut Config)) -> Self {
        Self::made(None, direct, change).await
    }

    /// The same with record and state in a database.
    pub(crate) async fn on(backend: Option<Box<dyn Backend>>, direct: DirectConfig) -> Self {
        Self::made(backend, direct, |_| ()).await
    }

    /// The same with changes to the configuration.
    pub(crate) async fn on_with(
        backend: Option<Box<dyn Backend>>,
        direct: DirectConfig,
        change: impl FnOnce(&mut Config),
    ) -> Self {
        Self::made(backend, direct, change).await
    }

    async fn made(
        backend: Option<Box<dyn Backend>>,
        direct: DirectConfig,
        change: impl FnOnce(&mut Config),
    ) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let today = jiff::civil::date(2026, 11, 22);
        let org = Org::open(practice::OrgConfig::new(folder.path().join("org"), 7, today)).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let instance = format!("http://{}", listener.local_addr().unwrap());
        let back = "http://127.0.0.1:1/oauth/callback".to_owned();
        let app = ExternalClientApp::gate("gate", "of the gate", back);
        let admin = org.users().into_iter().find(|it| it.profile.contains("Admin"));
        let run_as = admin.map(|it| it.username);
        org.register_client(ExternalClientApp { run_as, ..app }).unwrap();
        tokio::spawn(practice::serve(Arc::clone(&org), listener, std::future::pending()));
        // Whoever shares shows signs of life; the way there is in the backend.
        let shared = backend.as_ref().map(|_| "postgresql://handed.in".to_owned());
        let matrix = folder.path().join("matrix.csv");
        std::fs::write(&matrix, MATRIX).unwrap();
        let secret = folder.path().join("secret");
        std::fs::write(&secret, "of the gate").unwrap();
        let mut config = Config {
            policy: None,
            approvals: gateway::ApprovalsConfig::default(),
            notices: Vec::new(),
            listen: "127.0.0.1:1".to_owned(),
            base_url: None,
            data: folder.path().join("gate"),
            seal_key: Some(folder.path().join("seal.key")),
            matrix,
            org: OrgConfig {
                instance: instance.clone(),
                client_id: "gate".to_owned(),
                client_secret: Some(format!("file:{}", secret.display())),
                api_version: "68.0".to_owned(),
                ca: None,
            },
            access: AccessConfig::default(),
            store: StoreConfig { postgres: shared, ..StoreConfig::default() },
            limits: Limits::default(),
            knowledge: None,
            detect: gateway::DetectConfig::default(),
            mcp: gateway::McpConfig::default(),
            upstreams: Vec::new(),
            ledger: gateway::LedgerConfig::default(),
            witnesses: Vec::new(),
            copy: gateway::CopyConfig::default(),
            exports: Vec::new(),
            retention: gateway::RetentionConfig::default(),
            metrics: gateway::MetricsConfig::default(),
            direct,
            screen: ScreenConfig::default(),
            openai: gateway::OpenaiConfig::default(),
            endpoints: vec![EndpointConfig {
                name: "local".to_owned(),
                kind: EndpointKind::Local,
                url: None,
                model: None,
                key: None,
                api_version: None,
                ca: None,
                residency: "machine".to_owned(),
                level: Level::MissionCritical,
                compliance: BTreeSet::new(),
            }],
        };
        change(&mut config);
        let ahead = Arc::new(AtomicU64::new(0));
        let (now, by) = (gateway::system_clock(), Arc::clone(&ahead));
        let clock: Clock = Arc::new(move || now().plus(by.load(Ordering::Relaxed)));
        let (kept, by_clock) = (config.clone(), Arc::clone(&clock));
        let gate = Gate::open_on(backend, config, detection(), clock).await.unwrap();
        let address = gate.begin_sign_in("/").await.unwrap();
        let user = org.users().into_iter().next().unwrap();
        let back = org.sign_in_at(&address, &user.username, &user.password).unwrap();
        let (signed_in, _) = gate.finish_sign_in(&back.state, &back.code).await.unwrap();
        let key = gate.create_key(&signed_in.session.principal, "A test").await.unwrap();
        let who = gate.by_key(&key.secret).await.unwrap().at(Door::Salesforce);
        let (key, config, clock) = (key.secret, kept, by_clock);
        let username = user.username;
        Self { gate, who, org, ahead, key, username, instance, config, clock, _folder: folder }
    }

    /// Another gate on the same database, with a data folder of its own.
    pub(crate) async fn another(&self, backend: Box<dyn Backend>) -> Gate {
        let data = self.config.data.with_file_name("another");
        let config = Config { data, ..self.config.clone() };
        Gate::open_on(Some(backend), config, detection(), Arc::clone(&self.clock)).await.unwrap()
    }

    /// Closes the gate and opens it again, as a restart does.
    pub(crate) async fn restart(&mut self) {
        self.gate.close().await.unwrap();
        // The folder is free once nobody holds the old gate: a gate elsewhere stands in meanwhile.
        let elsewhere = elsewhere(&self.config);
        self.gate = self.opened(&elsewhere).await;
        tokio::time::sleep(std::time::Duration::from_secs(1)).await;
        self.gate = self.opened(&self.config).await;
    }

    async fn opened(&self, config: &Config) -> Gate {
        let clock = Arc::clone(&self.clock);
        Gate::open(config.clone(), detection(), clock).await.unwrap()
    }

    /// Puts the clock ahead by days.
    pub(crate) fn later(&self, days: u64) {
        self.ahead.fetch_add(days * 24 * 60 * 60 * 1_000, Ordering::Relaxed);
    }

    /// Writes to the ledger of a gate that was closed, past it, and opens it again.
    pub(crate) async fn with_ledger(&mut self, write: impl FnOnce(&ledger::Sequencer)) {
        let (key, data) = (gateway::seal_key_path(&self.config), self.data());
        self.with_store(|store| {
            let key = keys::SealKey::load_or_create(&key, &mut keys::OsRandom).unwrap();
            let seed = *key.derive("ledger/sign").unwrap().expose();
            let vkey = std::fs::read_to_string(data.join("ledger.vkey")).unwrap();
            let origin = vkey.split('+').next().unwrap();
            let signer = ledger::Signer::new(origin, &seed).unwrap();
            let clock = gateway::system_clock();
            let storage = store.log_storage().unwrap();
            let sequencer = ledger::Sequencer::start(storage, signer, clock).unwrap();
            write(&sequencer);
            sequencer.close().unwrap();
        })
        .await;
    }

    /// Changes what a gate that was closed keeps, and opens it again.
    pub(crate) async fn with_store(&mut self, change: impl FnOnce(&store::Store)) {
        let elsewhere = elsewhere(&self.config);
        self.gate = self.opened(&elsewhere).await;
        tokio::time::sleep(std::time::Duration::from_secs(1)).await;
        change(&store::Store::open(&self.config.data).unwrap());
        self.gate = self.opened(&self.config).await;
    }

    pub(crate) fn data(&self) -> std::path::PathBuf {
        self.config.data.clone()
    }

    pub(crate) async fn request(&self) -> Direct {
        self.gate.direct(&self.who, None, Form::Rest(68)).await.unwrap()
    }

    /// One query in a request of its own.
    pub(crate) async fn query(&self, soql: &str) -> DirectAnswer {
        self.request().await.run(query(soql)).await.unwrap()
    }
}

fn detection() -> Detection {
    let detector = Arc::new(detect::Detectors::standard(&["US"]));
    Detection { detector, learner: None, corrected: None }
}

/// The same gate in another folder, which tells nobody anything.
fn elsewhere(config: &Config) -> Config {
    let data = config.data.with_extension("other");
    Config { data, exports: Vec::new(), ..config.clone() }
}

/// Cleared for what a model on this machine gets.
pub(crate) fn terms() -> DirectConfig {
    DirectConfig {
        level: Some(Level::Confidential),
        compliance: Some([Compliance::Gdpr, Compliance::Pii].into()),
        ..DirectConfig::default()
    }
}

pub(crate) fn query(soql: &str) -> DirectCall {
    DirectCall::Query { soql: soql.to_owned(), deleted: false, page: Some(200) }
}

/// The records of an answer.
pub(crate) fn records(answer: &DirectAnswer) -> Vec<Value> {
    let Said::Records { records, .. } = &answer.said else { panic!("{answer:?}") };
    let json: Value = serde_json::from_str(records.text()).unwrap();
    json["records"].as_array().unwrap().clone()
}

/// Code and rule of a refusal.
pub(crate) fn refused(answer: &DirectAnswer) -> (&str, &str) {
    let Said::Refused(refusal) = &answer.said else { panic!("{answer:?}") };
    assert!(answer.entry.is_some(), "a refusal is recorded: {answer:?}");
    (&refusal.code, answer.rule)
}
