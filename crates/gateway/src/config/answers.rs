//! What answers may contain, and what clients may send.

use std::collections::BTreeSet;

use serde::Deserialize;

/// What answers may contain.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScreenConfig {
    /// Hosts that an answer may link to, beside the org's own. No wild cards.
    #[serde(default)]
    pub link_hosts: BTreeSet<String>,
    /// What becomes of e-mail addresses, numbers and keys that a model says of its own.
    #[serde(default)]
    pub invented: Invented,
}

/// What becomes of an e-mail address, a telephone, card, account or personal number or a key in an answer that no
/// record and nobody in the conversation told the model.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Invented {
    /// It is shown as the model wrote it.
    #[default]
    Show,
    /// Words that say what it was stand in its place.
    Cover,
}

/// The OpenAI-compatible door.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct OpenaiConfig {
    /// What becomes of a member of a request that the gate does not know and that could carry content.
    pub unknown_members: UnknownMembers,
}

/// What becomes of a member of a request that nobody knows. No model gets it either way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum UnknownMembers {
    /// The request is refused, with the member's name.
    #[default]
    Refuse,
    /// It is left out, and the answer names it.
    Ignore,
}
