//! What the CRM knows, from a file of contacts.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::sync::{Arc, RwLock};

use anyhow::{Context as _, anyhow, bail};
use detect::{Knowledge, KnownValues};
use gateway::{DetectConfig, Gate};

use super::contacts;
use crate::args::ConfigArgs;
use crate::serve::{detection, read_config};

/// What an org knows, read through the gate of a configuration: its app may read it, and its ledger says that it was read.
pub(super) async fn of_org(org: &str, config: &Path) -> anyhow::Result<Arc<RwLock<KnownValues>>> {
    let shown = config.display();
    let read = ConfigArgs { config: config.to_path_buf(), json: false };
    let config = read_config(&read).context("`--org` is read through a configured gate")?;
    let bare = |url: &str| url.trim().trim_end_matches('/').to_ascii_lowercase();
    if bare(org) != bare(&config.org.instance) {
        let named = &config.org.instance;
        bail!("`{shown}` is for the org `{named}`, not for `{org}`");
    }
    let mut key = [0; 16];
    getrandom::fill(&mut key).map_err(|error| anyhow!("no random numbers: {error}"))?;
    let knowledge = Knowledge::new(key);
    let gate = Gate::open(config, detection(&DetectConfig::default())?, gateway::system_clock())
        .await
        .context("the gate cannot be opened; one that runs has to be stopped first")?;
    let learned = gate.learn(&knowledge).await;
    gate.close().await?;
    learned.with_context(|| format!("cannot read what `{org}` knows"))?;
    Ok(knowledge.values())
}

/// Reads the file into an index.
pub(super) fn read(path: &Path) -> anyhow::Result<KnownValues> {
    let shown = path.display();
    let unreadable = || format!("cannot read `{shown}`");
    let open = || std::fs::File::open(path).map(BufReader::new).with_context(unreadable);
    let count = open()?.split(b'\n').count();
    let mut key = [0; 16];
    getrandom::fill(&mut key).map_err(|error| anyhow!("no random numbers: {error}"))?;
    contacts::read(open()?, count, key).with_context(|| format!("`{shown}` is not usable"))
}
