//! Everything on this machine: the practice org, the gate, the doors.

mod greeting;
mod tls;

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, bail};
use gateway::{
    AccessConfig, ApprovalsConfig, Config, CopyConfig, DetectConfig, DirectConfig, EndpointConfig,
    EndpointKind, ExportConfig, Gate, KnowledgeConfig, Limits, McpConfig, MetricsConfig, NewKey,
    OpenaiConfig, OrgConfig, RetentionConfig, ScreenConfig, StoreConfig, UpstreamConfig,
};
use practice::{ExternalClientApp, Org, Person};
use tokio::net::TcpListener;
use tokio::sync::watch;
use web::{DemoUser, Site};

use crate::args::DemoArgs;
use crate::folders;
use crate::output::{self, Exit};
use crate::serve::{detection, now, until_told};

/// The matrix that a new demo begins with.
const MATRIX: &str = include_str!("../demo/matrix.csv");
/// The rules about approvals that a new demo begins with.
const APPROVALS: &str = include_str!("../demo/policy/approvals.cedar");
/// A file that says that a folder is a demo's, so that `--fresh` never empties another.
const MARK: &str = "portcullis-demo";
/// The External Client App that the gate is in the practice org.
const CLIENT_ID: &str = "portcullis-gate";
/// What the demo calls the key it makes at each start.
const KEY_LABEL: &str = "Demo snippet";

pub(crate) async fn run(args: DemoArgs) -> anyhow::Result<Exit> {
    let data = args.data.clone().map_or_else(folders::demo, Ok)?;
    let listener = listen(args.port, "--port").await?;
    let base = format!("http://{}", listener.local_addr()?);
    prepare(&data, args.fresh)?;
    let matrix = data.join("matrix.csv");
    if !matrix.exists() {
        std::fs::write(matrix, MATRIX)?;
    }
    let policy = data.join("policy");
    if !policy.exists() {
        std::fs::create_dir_all(&policy)?;
        std::fs::write(policy.join("approvals.cedar"), APPROVALS)?;
    }

    let org = practice::OrgConfig::new(data.join("org"), args.seed, today());
    let org = Org::open(org).context("the practice org does not open")?;
    let org_listener = TcpListener::bind(loopback(0)).await?;
    let org_url = format!("http://{}", org_listener.local_addr()?);
    let secret = client_secret(&data)?;
    let users = org.users();
    org.register_client(app(&base, &secret, &users))?;

    let (tell, told) = watch::channel(false);
    let org_served =
        tokio::spawn(practice::serve(Arc::clone(&org), org_listener, stopped(told.clone())));
    let mut config = config(&args, &data, &base, &org_url, &org);
    config.exports = exports(&data)?;
    config.upstreams = upstreams(&data, &org_url)?;
    (config.screen, config.openai) = answers(&data)?;
    let detection = detection(&config.detect)?;
    let judge = crate::policy::judge(config.policy.as_deref())?;
    let gate = Gate::open_under(None, judge, config, detection, gateway::system_clock()).await?;
    let first = users.first().context("the practice org has no users")?;
    let key = demo_key(&gate, &org, first).await?;

    let site = site(&base, &users);
    let router = web::router(gate.clone(), site);
    let mut doors = vec![tokio::spawn(web::serve(listener, router.clone(), stopped(told.clone())))];
    let mut secure = None;
    if args.tls {
        let (addresses, shaken) = tls::open(&data, &org, &told).await?;
        secure = Some(addresses);
        doors.push(tokio::spawn(web::serve(shaken, router, stopped(told))));
    }
    let end = until_told()?;
    greeting::greet(
        &greeting::Greeting {
            base: &base,
            org: &org_url,
            users: &users,
            key: &key,
            data: &data,
            secure: secure.as_ref(),
        },
        args.json,
    )?;

    end.await;
    tell.send_replace(true);
    for served in doors {
        served.await??;
    }
    gate.close().await?;
    org_served.await??;
    Ok(Exit::Good)
}

pub(crate) async fn stopped(mut told: watch::Receiver<bool>) {
    // A sender that is gone means the same.
    let _ = told.wait_for(|stop| *stop).await;
}

/// Listens on this machine alone; `option` is what the port was said with.
pub(crate) async fn listen(port: u16, option: &str) -> anyhow::Result<TcpListener> {
    match TcpListener::bind(loopback(port)).await {
        Ok(listener) => Ok(listener),
        Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => {
            output::hint(&format!("`{option} 0` picks a free port"));
            bail!("port {port} is taken by another program")
        }
        Err(error) => Err(error).context(format!("cannot listen on port {port}")),
    }
}

fn loopback(port: u16) -> SocketAddr {
    (Ipv4Addr::LOCALHOST, port).into()
}

pub(crate) fn today() -> jiff::civil::Date {
    let millis = i64::try_from(now().0).unwrap_or(i64::MAX);
    let now = jiff::Timestamp::from_millisecond(millis).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    now.to_zoned(jiff::tz::TimeZone::UTC).date()
}

/// Makes the folder, or empties it for a fresh start when it is ours to empty.
pub(crate) fn prepare(data: &Path, fresh: bool) -> anyhow::Result<()> {
    let shown = data.display();
    let mark = data.join(MARK);
    if fresh && data.exists() {
        if !mark.exists() && std::fs::read_dir(data)?.next().is_some() {
            bail!("`{shown}` was not made by a demo; `--fresh` leaves it alone");
        }
        std::fs::remove_dir_all(data).with_context(|| format!("cannot empty `{shown}`"))?;
    }
    std::fs::create_dir_all(data).with_context(|| format!("cannot make `{shown}`"))?;
    std::fs::write(&mark, "A demo of Portcullis keeps its data here.\n")?;
    Ok(())
}

/// The secret of an app in the practice org: random, in a file of its own.
pub(crate) fn client_secret(data: &Path) -> anyhow::Result<String> {
    let path = secret_path(data);
    if let Ok(secret) = std::fs::read_to_string(&path) {
        return Ok(secret.trim().to_owned());
    }
    let secret = keys::random_hex(&mut keys::OsRandom)?;
    write_private(&path, &secret)?;
    Ok(secret)
}

fn secret_path(data: &Path) -> PathBuf {
    data.join("org-client.secret")
}

fn write_private(path: &Path, text: &str) -> anyhow::Result<()> {
    use std::io::Write as _;
    use std::os::unix::fs::OpenOptionsExt as _;
    let mut file =
        std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(text.as_bytes())?;
    Ok(())
}

fn app(base: &str, secret: &str, users: &[Person]) -> ExternalClientApp {
    // Whoever sees every record: the gate learns from them what to hide, and shows nobody any of it.
    let reader = users.iter().find(|person| person.profile.contains("Admin"));
    ExternalClientApp {
        require_secret_for_refresh: true,
        run_as: reader.map(|person| person.username.clone()),
        ..ExternalClientApp::gate(CLIENT_ID, secret, format!("{base}/oauth/callback"))
    }
}

fn config(args: &DemoArgs, data: &Path, base: &str, org_url: &str, org: &Org) -> Config {
    let absolute = std::path::absolute(secret_path(data)).unwrap_or_else(|_| secret_path(data));
    let auditor = |person: &&Person| {
        person.profile.contains("Compliance") || person.profile.contains("Admin")
    };
    Config {
        listen: base.trim_start_matches("http://").to_owned(),
        base_url: Some(base.to_owned()),
        data: data.join("gate"),
        seal_key: Some(data.join("seal.key")),
        matrix: data.join("matrix.csv"),
        policy: Some(data.join("policy")),
        approvals: ApprovalsConfig::default(),
        org: OrgConfig {
            instance: org_url.to_owned(),
            client_id: CLIENT_ID.to_owned(),
            client_secret: Some(format!("file:{}", absolute.display())),
            api_version: "68.0".to_owned(),
            ca: None,
        },
        access: AccessConfig {
            auditors: org.users().iter().filter(auditor).map(|it| it.username.clone()).collect(),
            compliance: org
                .users()
                .iter()
                .filter(|it| it.profile.contains("Compliance"))
                .map(|it| it.username.clone())
                .collect(),
            admins: org.users().iter().filter(auditor).map(|it| it.username.clone()).collect(),
        },
        store: StoreConfig::default(),
        limits: Limits::default(),
        knowledge: Some(KnowledgeConfig::default()),
        direct: direct(),
        mcp: McpConfig { machine_documents: true, ..McpConfig::default() },
        screen: ScreenConfig::default(),
        openai: OpenaiConfig::default(),
        detect: DetectConfig {
            recogniser: args.recogniser.clone().or_else(crate::recogniser::nearby),
            rules: Some(data.join("rules.toml")).filter(|rules| rules.exists()),
            ..DetectConfig::default()
        },
        upstreams: Vec::new(),
        ledger: gateway::LedgerConfig::default(),
        witnesses: Vec::new(),
        copy: CopyConfig::default(),
        exports: Vec::new(),
        retention: RetentionConfig::default(),
        notices: Vec::new(),
        metrics: MetricsConfig::default(),
        endpoints: endpoints(args),
    }
}

/// Collectors to try: `[[export]]` in a file `exports.toml` of the data folder, where there is one.
fn exports(data: &Path) -> anyhow::Result<Vec<ExportConfig>> {
    #[derive(serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct File {
        export: Vec<ExportConfig>,
    }
    let path = data.join("exports.toml");
    let Ok(text) = std::fs::read_to_string(&path) else { return Ok(Vec::new()) };
    let file: File =
        toml::from_str(&text).with_context(|| format!("`{}` is not usable", path.display()))?;
    Ok(file.export)
}

/// What answers may contain and clients may send: `[screen]` and `[openai]` in a file `answers.toml` of the data
/// folder, where there is one.
fn answers(data: &Path) -> anyhow::Result<(ScreenConfig, OpenaiConfig)> {
    #[derive(Default, serde::Deserialize)]
    #[serde(deny_unknown_fields, default)]
    struct File {
        screen: ScreenConfig,
        openai: OpenaiConfig,
    }
    let path = data.join("answers.toml");
    let Ok(text) = std::fs::read_to_string(&path) else { return Ok(Default::default()) };
    let file: File =
        toml::from_str(&text).with_context(|| format!("`{}` is not usable", path.display()))?;
    Ok((file.screen, file.openai))
}

/// Other servers of tools to try: `[[upstream_mcp]]` in a file `upstream.toml` of the data folder, where there
/// is one. `{org}` in it is the address of the practice org.
fn upstreams(data: &Path, org: &str) -> anyhow::Result<Vec<UpstreamConfig>> {
    #[derive(serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct File {
        upstream_mcp: Vec<UpstreamConfig>,
    }
    let path = data.join("upstream.toml");
    let Ok(text) = std::fs::read_to_string(&path) else { return Ok(Vec::new()) };
    let file: File = toml::from_str(&text.replace("{org}", org))
        .with_context(|| format!("`{}` is not usable", path.display()))?;
    gateway::check_upstreams(&file.upstream_mcp, org)?;
    Ok(file.upstream_mcp)
}

/// Programs that ask for records themselves get what a model on this machine gets.
fn direct() -> DirectConfig {
    DirectConfig {
        level: Some(boundary::Level::Confidential),
        compliance: Some([boundary::Compliance::Gdpr, boundary::Compliance::Pii].into()),
        ..DirectConfig::default()
    }
}

fn endpoints(args: &DemoArgs) -> Vec<EndpointConfig> {
    use boundary::{Compliance, Level};
    let all = [
        Compliance::Gdpr,
        Compliance::Pii,
        Compliance::Proprietary,
        Compliance::Pci,
        Compliance::Hipaa,
        Compliance::Ccpa,
        Compliance::Coppa,
    ];
    let local = EndpointConfig {
        name: "local".to_owned(),
        kind: EndpointKind::Local,
        url: None,
        model: None,
        key: None,
        api_version: None,
        ca: None,
        residency: "machine".to_owned(),
        level: Level::MissionCritical,
        compliance: all.into(),
    };
    let server =
        args.model_url.clone().zip(args.model.clone()).map(|(url, model)| EndpointConfig {
            name: "server".to_owned(),
            kind: EndpointKind::Openai,
            url: Some(url),
            model: Some(model),
            level: Level::Confidential,
            compliance: [Compliance::Gdpr, Compliance::Pii].into(),
            ..local.clone()
        });
    server.into_iter().chain([local]).collect()
}

/// Signs the first user in as they would at the org's login page, and makes a key for the
/// snippets. Keys of earlier starts are revoked.
async fn demo_key(gate: &Gate, org: &Org, user: &Person) -> anyhow::Result<NewKey> {
    let address = gate.begin_sign_in("/").await?;
    let come_back = org.sign_in_at(&address, &user.username, &user.password);
    let come_back = come_back.context("the practice org does not let its own user in")?;
    let (signed_in, _) = gate.finish_sign_in(&come_back.state, &come_back.code).await?;
    let who = signed_in.session.principal.clone();
    for old in gate.keys(&who).await? {
        if old.label == KEY_LABEL && old.revoked.is_none() {
            gate.revoke_key(&who, &old.id).await?;
        }
    }
    let key = gate.create_key(&who, KEY_LABEL).await?;
    gate.sign_out(&signed_in.cookie).await?;
    Ok(key)
}

fn site(base: &str, users: &[Person]) -> Site {
    let demo_users = users.iter().map(|user| DemoUser {
        name: user.name.clone(),
        username: user.username.clone(),
        password: user.password.clone(),
        role: user.role.clone(),
        sees: user.about.clone(),
    });
    let examples = [
        "Show my open opportunities closing this quarter",
        "Who are the contacts at GenTech?",
        "Move the GenTech opportunity to Negotiation and set the amount to 250,000",
        "What is the total amount of my pipeline by stage?",
        "List the new leads from the web",
    ];
    Site {
        base_url: base.to_owned(),
        org_name: "the practice org".to_owned(),
        demo_users: demo_users.collect(),
        examples: examples.map(str::to_owned).to_vec(),
        now,
    }
}
