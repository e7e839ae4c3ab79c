//! What the CRM knows, from a file of contacts.

use std::collections::HashSet;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::sync::{Arc, RwLock};

use anyhow::{Context as _, anyhow, bail};
use detect::{Knowledge, Known, KnownValues};
use gateway::{DetectConfig, Gate};
use serde::Deserialize;

use crate::args::ConfigArgs;
use crate::serve::{detection, read_config};

/// One line of the file. What is not here is not looked for; other members are left alone.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
struct Contact {
    id: Option<String>,
    account_id: Option<String>,
    first_name: Option<String>,
    last_name: Option<String>,
    name: Option<String>,
    email: Option<String>,
    phone: Option<String>,
    account: Option<String>,
    account_number: Option<String>,
    street: Option<String>,
    city: Option<String>,
    zip: Option<String>,
}

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
    let mut known = KnownValues::new(key, count);
    let lines = open()?;
    known.load(|known| {
        let mut accounts = HashSet::new();
        for (number, line) in lines.lines().enumerate() {
            let line = line.with_context(unreadable)?;
            if line.trim().is_empty() {
                continue;
            }
            let place = || format!("`{shown}`, line {}", number + 1);
            // The parser's own words could quote a value.
            let contact: Contact = serde_json::from_str(&line)
                .map_err(|error| anyhow!("not a contact in JSON (column {})", error.column()))
                .with_context(place)?;
            learn(known, &contact, number, &mut accounts).with_context(place)?;
        }
        anyhow::Ok(())
    })?;
    Ok(known)
}

fn learn<'c>(
    known: &mut KnownValues,
    contact: &'c Contact,
    number: usize,
    accounts: &mut HashSet<String>,
) -> anyhow::Result<()> {
    let text = |field: &'c Option<String>| field.as_deref().unwrap_or_default().trim();
    let (first, last) = (text(&contact.first_name), text(&contact.last_name));
    let (name, account) = (text(&contact.name), text(&contact.account));
    let mut values = vec![Known::Person { first, last }];
    // The whole name as stored says more than its parts only when it differs from them.
    if !name.is_empty() && !same_words(name, &[first, last]) {
        values.push(Known::person(name));
    }
    let others = [
        Known::Email(text(&contact.email)),
        Known::Phone(text(&contact.phone)),
        Known::Street(text(&contact.street)),
        Known::Town(text(&contact.city)),
        Known::Postcode(text(&contact.zip)),
        Known::AccountNumber(text(&contact.account_number)),
    ];
    values.extend(others);
    let firm = contact.account_id.as_deref().filter(|id| id.len() >= 15);
    if let Some(id) = firm.filter(|_| !account.is_empty()) {
        if accounts.insert(format!("{id}/{account}")) {
            known.upsert(id, &[Known::Org(account)])?;
        }
    } else if !account.is_empty() {
        values.push(Known::Org(account));
    }
    // A contact without an id is known all the same; nobody has a record of this number.
    let id = contact.id.clone().unwrap_or_else(|| format!("000{number:012}"));
    known.upsert(&id, &values)?;
    Ok(())
}

fn same_words(name: &str, parts: &[&str]) -> bool {
    let mut words: Vec<&str> = name.split_whitespace().collect();
    let mut others: Vec<&str> = parts.iter().flat_map(|part| part.split_whitespace()).collect();
    words.sort_unstable();
    others.sort_unstable();
    words == others
}
