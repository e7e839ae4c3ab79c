//! Who decides about writes.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use serde::Deserialize;

use super::ConfigError;

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
    /// Of a hook: where the address is, `env:NAME` or `file:/path`. Whoever knows it can post there.
    #[serde(default)]
    pub url: Option<String>,
    /// Of mail: `smtps://host[:465]`, or with STARTTLS `smtp://host[:587]`.
    #[serde(default)]
    pub server: Option<String>,
    /// Of mail: the sender.
    #[serde(default)]
    pub from: Option<String>,
    /// Of mail: the receivers, each of whom gets a message of their own.
    #[serde(default)]
    pub to: Vec<String>,
    /// Of mail: the name at the server, where it asks for one.
    #[serde(default)]
    pub user: Option<String>,
    /// Of mail: where the password for that is, `env:NAME` or `file:/path`.
    #[serde(default)]
    pub password: Option<String>,
    /// PEM file of an additional certificate authority.
    #[serde(default)]
    pub ca: Option<PathBuf>,
}

/// Whether each names what its kind needs, and nothing of another kind.
pub(super) fn check(notices: &[NoticeConfig]) -> Result<(), ConfigError> {
    for notice in notices {
        let hook = notice.url.is_some();
        let server = notice.server.is_some() && notice.from.is_some() && !notice.to.is_empty();
        let any = notice.server.is_some() || notice.from.is_some() || !notice.to.is_empty();
        let login = notice.user.is_some() || notice.password.is_some();
        let expected = match notice.kind {
            NoticeKind::Mail if !server => "`server`, `from` and `to`",
            NoticeKind::Mail if hook => "no `url`",
            NoticeKind::Mail if notice.user.is_some() != notice.password.is_some() => {
                "`user` and `password` together"
            }
            NoticeKind::Webhook | NoticeKind::Slack if !hook => "`url`",
            NoticeKind::Webhook | NoticeKind::Slack if any || login => "nothing of mail",
            _ => continue,
        };
        return Err(ConfigError(format!("notice `{}`: expected {expected}", notice.name)));
    }
    Ok(())
}

/// The form of a notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum NoticeKind {
    /// JSON of our own: `event`, `operation`, `object`, `address`.
    Webhook,
    /// What Slack and its like take: `text`.
    Slack,
    /// A message of plain text by SMTP, through TLS.
    Mail,
}
