//! The closed list of what Salesforce is asked besides records: its answers hold no values of
//! the CRM, and so may be read outside `boundary`.

use std::fmt;

use form_urlencoded::Serializer;
use zeroize::Zeroizing;

use crate::trail::Trail;

/// A call whose answer leaves `egress` in the clear.
#[derive(Debug)]
pub enum Metadata {
    /// Which API versions the org speaks.
    Versions,
    /// Every object that the person can see.
    Objects,
    /// One object as the person sees it.
    Describe {
        /// API name.
        object: String,
        /// What is known already.
        known: Stamp,
    },
    /// Who the person is.
    UserInfo,
    /// The profile of a user: its name.
    Profile {
        /// Id of the user.
        user: String,
    },
    /// The permission sets that a user was assigned: their API names.
    PermissionSets {
        /// Id of the user.
        user: String,
        /// Assignments that have ended by then do not count. As SOQL writes it.
        now: String,
    },
    /// How Salesforce classifies the fields of an object: names and categories, no values.
    Classification {
        /// API name.
        object: String,
    },
    /// Salesforce's logs of requests since a moment, as SOQL writes it.
    EventLogs {
        /// Such as `2026-11-22T10:00:00Z`.
        since: String,
        /// Logs after this id; empty for the first ones.
        after: String,
    },
    /// One of these logs: who asked for which address, when and under which id; no values.
    EventLog {
        /// Its id.
        id: String,
    },
    /// Who changed which record and when; no values.
    Trail(Trail),
    /// How many calls are left.
    Limits,
    /// Trades a code or a refresh token for tokens.
    Token(Form),
    /// Ends a grant.
    Revoke(Form),
    /// Asks whether a token is still good.
    Introspect(Form),
}

/// What an answer was known by when it was last read, for asking only after changes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stamp {
    /// `ETag`.
    pub etag: Option<String>,
    /// `Last-Modified`, as the org wrote it.
    pub modified: Option<String>,
}

/// An answer in the clear.
pub enum Clear {
    /// With a body, which is wiped when dropped, for it may hold tokens.
    Fresh {
        /// JSON, or nothing.
        body: Zeroizing<Vec<u8>>,
        /// What to send next time.
        stamp: Stamp,
    },
    /// Nothing has changed since the stamp.
    Unchanged,
}

impl fmt::Debug for Clear {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fresh { body, .. } => write!(f, "Fresh({} bytes)", body.len()),
            Self::Unchanged => f.write_str("Unchanged"),
        }
    }
}

/// A form that may hold secrets.
#[derive(Default)]
pub struct Form(Zeroizing<String>);

impl Form {
    /// An empty form.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds one field.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        // Room for every byte as `%XX`, so that growing leaves no copy of a secret behind.
        let mut out = Zeroizing::new(String::new());
        out.reserve_exact(self.0.len() + 2 + 3 * (name.len() + value.len()));
        out.push_str(&self.0);
        let mut form = Serializer::new(std::mem::take(&mut *out));
        form.append_pair(name, value);
        self.0 = Zeroizing::new(form.finish());
        self
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl fmt::Debug for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Form(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::Form;

    #[test]
    fn a_form_escapes_and_does_not_print() {
        let form = Form::new().with("grant_type", "refresh_token").with("code", "a&b=c d/ä");
        assert_eq!(form.as_bytes(), b"grant_type=refresh_token&code=a%26b%3Dc+d%2F%C3%A4");
        assert_eq!(format!("{form:?}"), "Form(..)");
    }
}
