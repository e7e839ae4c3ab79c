//! What can go wrong before a conversation starts.

use thiserror::Error;

/// Why a schema was not accepted. The fault is the caller's.
#[derive(Debug, Error)]
pub enum CommandError {
    /// The schema text is not the JSON that [`crate::SchemaView`] describes.
    #[error("the schema is not valid: {0}")]
    Schema(#[from] serde_json::Error),
    /// Two objects of the schema have the same name.
    #[error("the schema names the object `{0}` twice")]
    DuplicateObject(String),
    /// A name that would have to be quoted in a query.
    #[error("the schema holds `{0}`, which is not an api name")]
    BadName(String),
}
