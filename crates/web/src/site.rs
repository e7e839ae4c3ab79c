//! What the doors know of the place they stand in.

use boundary::UnixMillis;

/// The place: where it is reached, whose org it guards, what time it is.
#[derive(Clone, Debug)]
pub struct Site {
    /// Scheme, host and port under which browsers reach the gate, such as
    /// `https://gate.example.com`, without a path.
    pub base_url: String,
    /// What people call the org.
    pub org_name: String,
    /// People of the practice org, for a demo; empty otherwise.
    pub demo_users: Vec<DemoUser>,
    /// Questions to begin with.
    pub examples: Vec<String>,
    /// The present moment.
    pub now: fn() -> UnixMillis,
}

/// A person of the practice org.
#[derive(Clone, Debug)]
pub struct DemoUser {
    /// The name people call them by.
    pub name: String,
    /// What they sign in with.
    pub username: String,
    /// Everybody knows it: the org is invented.
    pub password: String,
    /// What they do.
    pub role: String,
    /// What they may see, in a line.
    pub sees: String,
}

impl Site {
    /// Whether browsers reach it through TLS, which decides about the cookies.
    pub(crate) fn is_https(&self) -> bool {
        self.base_url.starts_with("https://")
    }

    /// Host and port of the base address.
    pub(crate) fn authority(&self) -> &str {
        let after =
            self.base_url.split_once("://").map_or(self.base_url.as_str(), |(_, rest)| rest);
        after.split('/').next().unwrap_or_default()
    }

    /// The full address of a path of ours.
    pub(crate) fn address(&self, path: &str) -> String {
        format!("{}{path}", self.base_url.trim_end_matches('/'))
    }
}
