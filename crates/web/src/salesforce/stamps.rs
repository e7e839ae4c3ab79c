//! When a description was first given as it is, for clients that ask only after changes.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use boundary::{PolicyVersion, UnixMillis};

/// Descriptions remembered.
const KEPT: usize = 4096;

/// First sights, by entity tag.
#[derive(Clone, Debug, Default)]
pub(crate) struct Stamps(Arc<Mutex<BTreeMap<String, UnixMillis>>>);

impl Stamps {
    /// The tag of a text, and when it was first given, on a whole second.
    pub(crate) fn of(&self, text: &str, now: UnixMillis) -> (String, UnixMillis) {
        let tag = PolicyVersion::of(text).as_str().to_owned();
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= KEPT {
            known.clear();
        }
        let now = UnixMillis(now.0 / 1000 * 1000);
        let since = *known.entry(tag.clone()).or_insert(now);
        (tag, since)
    }
}
