//! `[ledger]`: what the log is called.

use serde::Deserialize;

use super::ConfigError;

/// Longest name of a log, in bytes.
const LONGEST: usize = 100;

/// The log itself.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LedgerConfig {
    /// The log's name in its checkpoints and events, such as `gate.example.com/ledger`: unlike that of any other log.
    /// A new log without one is called `portcullis/` and random digits. A log keeps the name that it began with.
    pub origin: Option<String>,
}

impl LedgerConfig {
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        let Some(origin) = &self.origin else { return Ok(()) };
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/:".contains(&byte);
        if origin.is_empty() || origin.len() > LONGEST || !origin.bytes().all(plain) {
            return Err(ConfigError(format!(
                "`ledger.origin` is `{origin}`, expected a name such as `gate.example.com/ledger`"
            )));
        }
        Ok(())
    }
}
