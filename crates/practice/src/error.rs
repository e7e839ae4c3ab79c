//! What can go wrong when an org is opened or kept. What a request gets wrong is an `ApiError`.

/// Why an org could not be opened, saved or served.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OrgError {
    /// The embedded object table has a mistake.
    #[error("object table is wrong at line {line}")]
    Schema {
        /// Counted from 1.
        line: usize,
    },
    /// The data folder or the file in it.
    #[error("cannot use the data folder: {0}")]
    Folder(#[from] std::io::Error),
    /// SQLite refused.
    #[error("cannot read or write the org's file: {0}")]
    Disk(#[from] rusqlite::Error),
    /// The file is from a newer program or is damaged.
    #[error("the org's file cannot be understood: {what}")]
    Damaged {
        /// Which part.
        what: &'static str,
    },
    /// The operating system gave no random bytes, or a key could not be made.
    #[error("cannot make a key")]
    Key,
    /// The certificate for TLS could not be made or read.
    #[error("cannot prepare tls: {0}")]
    Tls(String),
    /// Seeding wrote a record the org itself would refuse.
    #[error("the seed made a record the org refuses: {0}")]
    Seed(String),
}
