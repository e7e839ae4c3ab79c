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
    config: Config,
    clock: Clock,
    _folder: TempDir,
}

impl Setting {
    /// The first user of the org, with a key, and these terms for it.
    pub(crate) async fn new(direct: DirectConfig) -> Self {
        Self::on(None, direct).await
    }

    /// The same with record and state in a database.
    pub(crate) async fn on(backend: Option<Box<dyn Backend>>, direct: DirectConfig) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let today = jiff::civil::date(2026, 11, 22);
        let org = Org::open(practice::OrgConfig::new(folder.path().join("org"), 7, today)).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let instance = format!("http://{}", listener.local_addr().unwrap());
        org.register_client(ExternalClientApp {
            client_id: "gate".to_owned(),
            client_secret: None,
            name: "Gate".to_owned(),
            redirect_uris: vec!["http://127.0.0.1:1/oauth/callback".to_owned()],
            scopes: ["api", "refresh_token", "openid"].map(str::to_owned).to_vec(),
            require_pkce: true,
            pre_authorized: true,
            ..ExternalClientApp::default()
        })
        .unwrap();
        tokio::spawn(practice::serve(Arc::clone(&org), listener, std::future::pending()));
        // Whoever shares shows signs of life; the way there is in the backend.
        let shared = backend.as_ref().map(|_| "postgresql://handed.in".to_owned());
        let matrix = folder.path().join("matrix.csv");
        std::fs::write(&matrix, MATRIX).unwrap();
        let config = Config {
            listen: "127.0.0.1:1".to_owned(),
            base_url: None,
            data: folder.path().join("gate"),
            seal_key: Some(folder.path().join("seal.key")),
            matrix,
            org: OrgConfig {
                instance,
                client_id: "gate".to_owned(),
                client_secret: None,
                api_version: "68.0".to_owned(),
                ca: None,
            },
            access: AccessConfig::default(),
            store: StoreConfig { postgres: shared, ..StoreConfig::default() },
            limits: Limits::default(),
            knowledge: None,
            detect: gateway::DetectConfig::default(),
            mcp: gateway::McpConfig::default(),
            witnesses: Vec::new(),
            metrics: gateway::MetricsConfig::default(),
            direct,
            screen: ScreenConfig::default(),
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
        Self { gate, who, org, ahead, key, config, clock, _folder: folder }
    }

    /// Another gate on the same database, with a data folder of its own.
    pub(crate) async fn another(&self, backend: Box<dyn Backend>) -> Gate {
        let data = self.config.data.with_file_name("another");
        let config = Config { data, ..self.config.clone() };
        Gate::open_on(Some(backend), config, detection(), Arc::clone(&self.clock)).await.unwrap()
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
