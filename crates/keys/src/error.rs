//! The one error of this crate.

use std::path::PathBuf;

/// Why a secret could not be made, read, sealed or opened. Never holds a part of a secret.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The operating system gave no random bytes.
    #[error("the operating system gave no random bytes")]
    NoRandomness,

    /// The text has not the form of a key: wrong prefix, length, alphabet or check digits.
    #[error("not a {0}: it was mistyped or cut")]
    Malformed(&'static str),

    /// A sealed value was altered, belongs elsewhere, or was sealed with another key.
    #[error("a sealed value does not open: it was altered, moved, or sealed with another key")]
    Unsealable,

    /// A configuration holds a secret itself, or something that is no reference.
    #[error(
        "a secret must be given as `env:NAME`, `file:/path` or `credential:name`, never as its own text"
    )]
    NotAReference,

    /// The reference leads nowhere.
    #[error("the secret at `{reference}` is not there: {reason}")]
    Absent {
        /// The reference, as configured.
        reference: String,
        /// What the system said.
        reason: String,
    },

    /// A key file could not be read or made.
    #[error("the key file `{}` cannot be used: {reason}", path.display())]
    KeyFile {
        /// Which file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
}
