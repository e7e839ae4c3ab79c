//! Who may come in: sign-in with the org, sessions, keys.

use boundary::{Principal, UnixMillis};

/// A person who is signed in at the page.
#[derive(Clone, Debug)]
pub struct Session {
    /// Who acts.
    pub principal: Principal,
    /// The org's user name.
    pub username: String,
    /// The name people call them by.
    pub name: String,
    /// Goes into every form, and has to come back with it.
    pub csrf: String,
    /// Whether they may read everybody's entries of the ledger.
    pub auditor: bool,
    /// Whether they may read what entries commit to. Each reading is recorded.
    pub compliance: bool,
    /// Whether they decide which programs may come in.
    pub admin: bool,
}

/// A finished sign-in.
pub struct SignedIn {
    /// The value of the session cookie: a secret.
    pub cookie: String,
    /// The session.
    pub session: Session,
}

impl std::fmt::Debug for SignedIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SignedIn({})", self.session.username)
    }
}

/// An API key, without its secret.
#[derive(Clone, Debug)]
pub struct KeyInfo {
    /// Short id, safe to show.
    pub id: String,
    /// What its owner called it.
    pub label: String,
    /// When it was made.
    pub created: UnixMillis,
    /// When it was last used.
    pub last_used: Option<UnixMillis>,
    /// When it was revoked.
    pub revoked: Option<UnixMillis>,
}

/// A key that was just made. The secret is shown once and kept nowhere.
pub struct NewKey {
    /// The key.
    pub secret: String,
    /// What is kept of it.
    pub info: KeyInfo,
}

impl std::fmt::Debug for NewKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "NewKey({})", self.info.id)
    }
}
