//! Descriptions that are kept for a while, per person: what one person sees says nothing about
//! what another one does.

use std::collections::BTreeMap;
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};

use boundary::{PersonId, UnixMillis};
use egress::Stamp;

use crate::{Error, ObjectSchema};

/// For a minute a description is used as it is.
const FRESH_MILLIS: u64 = 60 * 1000;
/// For five minutes Salesforce is believed when it says that nothing has changed: a change of a
/// person's rights does not always count as a change of the object.
const BELIEVED_MILLIS: u64 = 5 * 60 * 1000;
/// Most descriptions kept.
const KEPT: usize = 4096;

/// A description, or that the person cannot see the object.
pub(crate) type Seen = Option<Arc<ObjectSchema>>;

/// What Salesforce said when it was asked.
pub(crate) enum Told {
    Unchanged,
    Is(Seen, Stamp),
}

type Key = (PersonId, String);

/// One place per person and object; held while Salesforce is asked, so that it is asked once.
type Place = Arc<tokio::sync::Mutex<Option<Entry>>>;

#[derive(Clone)]
struct Entry {
    seen: Seen,
    stamp: Stamp,
    /// When it was last read whole.
    read: UnixMillis,
    /// When Salesforce last said that it still holds.
    checked: UnixMillis,
}

#[derive(Default)]
pub(crate) struct Described {
    places: Mutex<BTreeMap<Key, Place>>,
}

impl Described {
    /// What the person sees of the object; `ask` goes to Salesforce when that is not known.
    pub(crate) async fn get<F>(
        &self,
        person: &PersonId,
        object: &str,
        now: UnixMillis,
        ask: impl FnOnce(Stamp) -> F,
    ) -> Result<Seen, Error>
    where
        F: Future<Output = Result<Told, Error>>,
    {
        let place = self.place(person, object);
        let mut place = place.lock().await;
        let age = |since: UnixMillis| now.0.saturating_sub(since.0);
        if let Some(entry) = place.as_ref().filter(|it| age(it.checked) < FRESH_MILLIS) {
            return Ok(entry.seen.clone());
        }
        let known = place.take().filter(|it| age(it.read) < BELIEVED_MILLIS && it.seen.is_some());
        let stamp = known.as_ref().map(|it| it.stamp.clone()).unwrap_or_default();
        let told = ask(stamp).await;
        let entry = match (told, known) {
            (Ok(Told::Is(seen, stamp)), _) => Entry { seen, stamp, read: now, checked: now },
            (Ok(Told::Unchanged), Some(known)) => Entry { checked: now, ..known },
            (Ok(Told::Unchanged), None) => {
                return Err(Error::Shape { expected: "a description, which was not known yet" });
            }
            (Err(error), known) => {
                *place = known;
                return Err(error);
            }
        };
        let seen = entry.seen.clone();
        *place = Some(entry);
        Ok(seen)
    }

    /// Forgets everything about a person.
    pub(crate) fn forget(&self, person: &PersonId) {
        let mut places = self.places.lock().unwrap_or_else(PoisonError::into_inner);
        places.retain(|(of, _), _| of != person);
    }

    fn place(&self, person: &PersonId, object: &str) -> Place {
        let mut places = self.places.lock().unwrap_or_else(PoisonError::into_inner);
        // As spelt: an org that knows one spelling only must not hide it because of another.
        let key = (person.clone(), object.to_owned());
        if places.len() >= KEPT && !places.contains_key(&key) {
            // Whatever nobody is waiting for can be asked for again.
            places.retain(|_, place| Arc::strong_count(place) > 1);
        }
        Arc::clone(places.entry(key).or_default())
    }
}
