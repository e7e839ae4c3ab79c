//! The gate in front of an org.

use std::sync::Arc;

use anyhow::Context as _;
use boundary::{Kind, UnixMillis};
use gateway::{Config, DetectConfig, Detection, Gate};
use tokio::net::TcpListener;
use web::Site;

use crate::args::ConfigArgs;
use crate::backend;
use crate::output::{self, Exit};
use crate::{policy, recogniser};

pub(crate) async fn run(args: &ConfigArgs) -> anyhow::Result<Exit> {
    let config = read_config(args)?;
    let base = config.base_url();
    let listener = TcpListener::bind(&config.listen)
        .await
        .with_context(|| format!("cannot listen on `{}`", config.listen))?;
    let site = Site {
        base_url: base.clone(),
        org_name: config.org.instance.clone(),
        demo_users: Vec::new(),
        examples: vec!["Show my open opportunities closing this quarter".to_owned()],
        now,
    };
    let detection = detection(&config.detect)?;
    let backend = backend::open(&config)?;
    let judge = policy::judge(config.policy.as_deref())?;
    let gate = Gate::open_under(backend, judge, config, detection, gateway::system_clock()).await?;
    let told = until_told()?;
    let (tell, stop) = tokio::sync::oneshot::channel::<()>();
    let stopped = async move {
        // A sender that is gone means the same.
        let _ = stop.await;
    };
    let doors = tokio::spawn(web::serve(listener, web::router(gate.clone(), site), stopped));
    if args.json {
        output::line(
            &serde_json::json!({ "page": base, "api_base": format!("{base}/v1") }).to_string(),
        )?;
    } else {
        output::line(&format!("Portcullis is running at {base}"))?;
    }
    told.await;
    // The doors may be gone already.
    let _ = tell.send(());
    doors.await??;
    gate.close().await?;
    Ok(Exit::Good)
}

/// Reads the configuration; relative paths in it are relative to it.
pub(crate) fn read_config(args: &ConfigArgs) -> anyhow::Result<Config> {
    let path = &args.config;
    let shown = path.display();
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read `{shown}`"))?;
    let mut config = Config::parse(&text).with_context(|| format!("`{shown}` is not usable"))?;
    let folder = path.parent().map(std::path::Path::to_path_buf).unwrap_or_default();
    config.data = folder.join(&config.data);
    config.matrix = folder.join(&config.matrix);
    config.copy.folder = config.copy.folder.map(|path| folder.join(path));
    config.policy = config.policy.map(|path| folder.join(path));
    config.detect.recogniser = config.detect.recogniser.map(|path| folder.join(path));
    config.store.ca = config.store.ca.map(|path| folder.join(path));
    config.detect.rules = config.detect.rules.map(|path| folder.join(path));
    Ok(config)
}

/// The detectors every gate uses, with the rules of its house, and the index of known values that they read.
pub(crate) fn detection(config: &DetectConfig) -> anyhow::Result<Detection> {
    let mut key = [0; 16];
    keys::Random::fill(&mut keys::OsRandom, &mut key)?;
    let knowledge = Arc::new(detect::Knowledge::new(key));
    // What is no secret of a person, and what a query cannot do without as it is.
    let left = [Kind::Amount, Kind::Date, Kind::Nationality, Kind::RecordId, Kind::Title];
    let standard = crate::mask::standard(config.countries.as_deref())
        .context("`detect.countries` is not usable")?;
    let corrections = Arc::new(detect::Corrections::default());
    let standard = standard.without(&left).with_known(knowledge.values());
    let standard = standard.with_corrections(Arc::clone(&corrections));
    let mut detector = match &config.recogniser {
        Some(folder) => standard.with_recogniser(recogniser::read(folder, config.millis)?),
        None => standard.unread_as(config.unread),
    };
    if let Some(rules) = &config.rules {
        detector = detector.with_house(Arc::new(crate::rules::read(rules)?));
    }
    Ok(Detection {
        detector: Arc::new(detector),
        learner: Some(knowledge),
        corrected: Some(corrections),
    })
}

/// The system's clock.
pub(crate) fn now() -> UnixMillis {
    gateway::system_clock()()
}

/// Waits for Ctrl-C or a request to end. From this call on, not from the first wait, neither ends
/// the process by itself: call it before saying that anything runs.
pub(crate) fn until_told() -> anyhow::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut end = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = end.recv() => {}
        }
    })
}
