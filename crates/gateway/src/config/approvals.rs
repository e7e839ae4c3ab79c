//! Who decides about writes.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use serde::Deserialize;

/// Who decides about writes.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ApprovalsConfig {
    /// Groups that rules may name, each with the user names of its people.
    pub groups: BTreeMap<String, BTreeSet<String>>,
}

impl ApprovalsConfig {
    /// The groups that a user is in.
    pub fn groups_of(&self, username: &str) -> BTreeSet<String> {
        let groups = self.groups.iter().filter(|(_, people)| people.contains(username));
        groups.map(|(group, _)| group.clone()).collect()
    }
}

/// Whom to tell that a write waits.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoticeConfig {
    /// What logs and `doctor` call it.
    pub name: String,
    /// In which form.
    pub kind: NoticeKind,
    /// Where the address is: `env:NAME` or `file:/path`. Whoever knows it can post there.
    pub url: String,
    /// PEM file of an additional certificate authority.
    #[serde(default)]
    pub ca: Option<PathBuf>,
}

/// The form of a notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum NoticeKind {
    /// JSON of our own: `event`, `operation`, `object`, `address`.
    Webhook,
    /// What Slack and its like take: `text`.
    Slack,
}
