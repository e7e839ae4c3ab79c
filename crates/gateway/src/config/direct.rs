//! What programs outside the gate may get through the doors that hand out records.

use std::collections::BTreeSet;

use boundary::{Clearance, Compliance, Level};
use serde::Deserialize;

use super::{ConfigError, EndpointConfig, EndpointKind};

/// `[direct]`: programs that ask for records themselves, such as AI tools behind the
/// Salesforce-compatible API.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DirectConfig {
    /// The highest level they may get in the clear. Without it, that of the strictest model
    /// outside this process, or `Internal`.
    pub level: Option<Level>,
    /// The rule books they are cleared for. Without it, as for the level.
    pub compliance: Option<BTreeSet<Compliance>>,
    /// Rows that one request may bring, over all its parts, and one query over all its pages.
    pub rows: u64,
    /// Rows that one client may read in an hour.
    pub rows_per_hour: u64,
    /// Longest wait for a person's decision about a write, in seconds.
    pub wait_seconds: u64,
    /// What a read may do once text of outsiders has been handed out.
    pub after_outsiders: AfterOutsiders,
    /// Clients with terms of their own.
    #[serde(rename = "client")]
    pub clients: Vec<DirectClientConfig>,
}

/// What a client may read after it was given text that outsiders can write.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AfterOutsiders {
    /// As before, within the same bounds; the ledger says that it was after.
    #[default]
    Allow,
    /// Nothing, until it begins another conversation.
    Refuse,
}

/// Whether a client may hold a part of a value against a field that comes as a token.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Guesses {
    /// No: a few such questions tell a value letter by letter.
    #[default]
    Refuse,
    /// Yes: a person types the searches of this client, and no model does.
    Allow,
}

/// `[[direct.client]]`: one key. What is left out is as in `[direct]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DirectClientConfig {
    /// The key's id, as the page of keys and the ledger show it. Its label would not do: the
    /// person who makes a key chooses it.
    pub key: String,
    /// See [`DirectConfig::level`].
    #[serde(default)]
    pub level: Option<Level>,
    /// See [`DirectConfig::compliance`].
    #[serde(default)]
    pub compliance: Option<BTreeSet<Compliance>>,
    /// See [`DirectConfig::rows`].
    #[serde(default)]
    pub rows: Option<u64>,
    /// See [`DirectConfig::rows_per_hour`].
    #[serde(default)]
    pub rows_per_hour: Option<u64>,
    /// See [`DirectConfig::after_outsiders`].
    #[serde(default)]
    pub after_outsiders: Option<AfterOutsiders>,
    /// Only here, for one client that somebody knows, and never for all.
    #[serde(default)]
    pub guesses: Guesses,
}

/// The terms of one client.
#[derive(Clone, Debug)]
pub(crate) struct Terms {
    pub(crate) clearance: Clearance,
    pub(crate) rows: u64,
    pub(crate) rows_per_hour: u64,
    pub(crate) after_outsiders: AfterOutsiders,
    pub(crate) guesses: Guesses,
}

impl Default for DirectConfig {
    fn default() -> Self {
        Self {
            level: None,
            compliance: None,
            rows: 2_000,
            rows_per_hour: 20_000,
            wait_seconds: 60,
            after_outsiders: AfterOutsiders::Allow,
            clients: Vec::new(),
        }
    }
}

impl DirectConfig {
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        let rows = [("rows", self.rows), ("rows_per_hour", self.rows_per_hour)];
        let own = self.clients.iter().flat_map(|client| {
            let rows = client.rows.map(|rows| ("rows", rows));
            rows.into_iter().chain(client.rows_per_hour.map(|rows| ("rows_per_hour", rows)))
        });
        for (name, value) in rows.into_iter().chain(own) {
            if value == 0 {
                return Err(ConfigError(format!("`direct.{name}` is 0, expected at least 1")));
            }
        }
        if self.wait_seconds > 600 {
            let problem = "`direct.wait_seconds` is above 600: no client waits so long";
            return Err(ConfigError(problem.to_owned()));
        }
        let mut keys = BTreeSet::new();
        for client in &self.clients {
            if client.key.is_empty() || !keys.insert(&client.key) {
                let problem =
                    format!("`direct.client` `{}`: expected the id of a key, once", client.key);
                return Err(ConfigError(problem));
            }
        }
        Ok(())
    }

    /// The terms of the client with this key.
    pub(crate) fn terms(&self, key: &str, endpoints: &[EndpointConfig]) -> Terms {
        let own = self.clients.iter().find(|client| client.key == key);
        let strictest = strictest(endpoints);
        let level = own.and_then(|it| it.level).or(self.level).unwrap_or(strictest.level);
        let compliance = own.and_then(|it| it.compliance.clone());
        let compliance = compliance.or_else(|| self.compliance.clone());
        Terms {
            clearance: Clearance { level, compliance: compliance.unwrap_or(strictest.compliance) },
            rows: own.and_then(|it| it.rows).unwrap_or(self.rows),
            rows_per_hour: own.and_then(|it| it.rows_per_hour).unwrap_or(self.rows_per_hour),
            after_outsiders: own.and_then(|it| it.after_outsiders).unwrap_or(self.after_outsiders),
            guesses: own.map(|it| it.guesses).unwrap_or_default(),
        }
    }
}

/// What every model outside this process may get: nobody knows which one a client asks.
fn strictest(endpoints: &[EndpointConfig]) -> Clearance {
    let outside = endpoints.iter().filter(|endpoint| endpoint.kind != EndpointKind::Local);
    let clearances =
        outside.map(|it| Clearance { level: it.level, compliance: it.compliance.clone() });
    let strictest = clearances.reduce(|left, right| Clearance {
        level: left.level.min(right.level),
        compliance: left.compliance.intersection(&right.compliance).copied().collect(),
    });
    strictest.unwrap_or(Clearance { level: Level::Internal, compliance: BTreeSet::new() })
}
