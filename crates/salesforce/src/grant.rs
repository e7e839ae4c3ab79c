//! A person's grant, and where it is kept.

use std::borrow::Cow;
use std::fmt;
use std::future::Future;
use std::pin::Pin;

use boundary::PersonId;
use keys::{AccessToken, RefreshToken};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

/// What Salesforce gave the gate to act for one person.
#[derive(Clone, Debug)]
pub struct Grant {
    /// Short-lived.
    pub access: AccessToken,
    /// Good until revoked, or for one use when refresh tokens rotate.
    pub refresh: RefreshToken,
    /// Grows with every change of this person's grant and is never used twice.
    pub generation: u64,
}

#[derive(Serialize, Deserialize)]
struct Stored<'a> {
    access: Cow<'a, str>,
    refresh: Cow<'a, str>,
    generation: u64,
}

impl Grant {
    /// The form to seal and store.
    pub fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        let (access, refresh) = (self.access.expose(), self.refresh.expose());
        let stored =
            Stored { access: access.into(), refresh: refresh.into(), generation: self.generation };
        // Room enough that writing does not leave copies behind as it grows.
        let mut bytes = Zeroizing::new(Vec::new());
        bytes.reserve_exact(128 + 6 * (access.len() + refresh.len()));
        // INVARIANT: strings and a number always have a JSON form.
        if serde_json::to_writer(&mut *bytes, &stored).is_err() {
            bytes.clear();
        }
        bytes
    }

    /// Reads back what [`Grant::to_bytes`] gave.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let stored: Stored<'_> = serde_json::from_slice(bytes).ok()?;
        Some(Self {
            access: AccessToken::new(stored.access.into_owned()),
            refresh: RefreshToken::new(stored.refresh.into_owned()),
            generation: stored.generation,
        })
    }
}

/// The store did not keep or find a grant. The text is the store's own and names no token.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the grant cannot be kept: {0}")]
pub struct StoreFailure(pub String);

/// The answer of a store, later.
pub type Later<'a, T> = Pin<Box<dyn Future<Output = Result<T, StoreFailure>> + Send + 'a>>;

/// Where grants are kept, sealed; one a person.
pub trait GrantStore: Send + Sync {
    /// The person's grant.
    fn load<'a>(&'a self, person: &'a PersonId) -> Later<'a, Option<Grant>>;

    /// Puts `new` in the place of the grant with generation `old`, or of none, in one durable
    /// step. `false` when another one is there: nothing was changed.
    fn replace<'a>(
        &'a self,
        person: &'a PersonId,
        old: Option<u64>,
        new: &'a Grant,
    ) -> Later<'a, bool>;

    /// Forgets the grant with this generation, if it is still there.
    fn remove<'a>(&'a self, person: &'a PersonId, generation: u64) -> Later<'a, ()>;
}

impl fmt::Debug for dyn GrantStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("GrantStore")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_grant_reads_back_and_does_not_print() {
        let grant = Grant {
            access: AccessToken::new("00D!canary\"1".into()),
            refresh: RefreshToken::new("5Aep\ncanary".into()),
            generation: 7,
        };
        let back = Grant::from_bytes(&grant.to_bytes()).unwrap();
        assert!(back.access.matches("00D!canary\"1") && back.refresh.matches("5Aep\ncanary"));
        assert_eq!(back.generation, 7);
        assert!(!format!("{grant:?}").contains("canary"));
        assert!(Grant::from_bytes(b"{}").is_none());
    }
}
