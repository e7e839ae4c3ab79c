//! Places in results that are longer than a page. Clients get names of the gate's own: Salesforce's
//! would be good for whoever holds them.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use boundary::{Principal, UnixMillis};
use keys::{OsRandom, random_hex};

use crate::conversations::internal;
use crate::error::GateError;
use crate::plan::Plan;

/// A place is kept for fifteen minutes, as long as Salesforce keeps its own after the last use at
/// least.
const KEPT_MILLIS: u64 = 15 * 60 * 1000;
/// Places of one client.
const OF_ONE: usize = 64;
/// Places of all.
const OF_ALL: usize = 4096;

/// The places of all clients.
#[derive(Debug, Default)]
pub(crate) struct Cursors {
    places: Mutex<BTreeMap<String, Place>>,
}

#[derive(Debug)]
struct Place {
    owner: String,
    expires: UnixMillis,
    next: Next,
}

/// How a result goes on.
#[derive(Clone, Debug)]
pub(crate) struct Next {
    /// The read of the next page.
    pub(crate) plan: Plan,
    /// Rows that were given before it.
    pub(crate) before: u64,
}

impl Cursors {
    /// Names a place of this client's.
    pub(crate) fn keep(
        &self,
        who: &Principal,
        next: Next,
        now: UnixMillis,
    ) -> Result<String, GateError> {
        let random = random_hex(&mut OsRandom).map_err(internal)?;
        let random: String = random.chars().take(15).collect();
        // In the shape of Salesforce's own, for clients that take it apart.
        let name = format!("01g{random}-{}", next.before);
        let owner = owner(who);
        let mut places = self.lock();
        places.retain(|_, place| now < place.expires);
        let own = places.values().filter(|place| place.owner == owner).count();
        if own >= OF_ONE || places.len() >= OF_ALL {
            // The oldest of the client's own goes; when it has none, nobody else's does.
            let mine = places.iter().filter(|(_, place)| place.owner == owner);
            let oldest = mine.min_by_key(|(_, place)| place.expires).map(|(name, _)| name.clone());
            places.remove(&oldest.ok_or(GateError::Busy)?);
        }
        places.insert(name.clone(), Place { owner, expires: now.plus(KEPT_MILLIS), next });
        Ok(name)
    }

    /// The place of this name, when it is this client's.
    pub(crate) fn at(&self, who: &Principal, name: &str, now: UnixMillis) -> Option<Next> {
        let owner = owner(who);
        let places = self.lock();
        let place = places.get(name)?;
        (place.owner == owner && now < place.expires).then(|| place.next.clone())
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeMap<String, Place>> {
        self.places.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn owner(who: &Principal) -> String {
    format!("{}/{}", who.person().as_str(), who.client())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use boundary::{Columns, Door, PersonId};

    use super::*;
    use crate::plan::Asked;

    fn next(before: u64) -> Next {
        let plan = Plan {
            asked: Asked::Page,
            statement: "/services/data/v68.0/query/01gx-2000".to_owned(),
            touches: Vec::new(),
            columns: Columns::new(),
            dropped: BTreeSet::new(),
            about: "Contact".to_owned(),
            cap: None,
        };
        Next { plan, before }
    }

    fn who(user: &str, key: &str) -> Principal {
        Principal::new(PersonId::new("00D", user), Door::Salesforce, key.to_owned())
    }

    #[test]
    fn a_place_is_its_clients_alone_and_for_a_while() {
        let cursors = Cursors::default();
        let mine = who("005a", "k1");
        let name = cursors.keep(&mine, next(2000), UnixMillis(0)).unwrap();
        assert!(name.starts_with("01g") && name.ends_with("-2000"), "{name}");
        assert_eq!(cursors.at(&mine, &name, UnixMillis(1)).unwrap().before, 2000);
        for stranger in [who("005b", "k1"), who("005a", "k2")] {
            assert!(cursors.at(&stranger, &name, UnixMillis(1)).is_none(), "{stranger:?}");
        }
        assert!(cursors.at(&mine, &name, UnixMillis(KEPT_MILLIS)).is_none());
    }

    #[test]
    fn one_client_pushes_out_its_own_places_alone() {
        let cursors = Cursors::default();
        let (mine, other) = (who("005a", "k1"), who("005b", "k2"));
        let theirs = cursors.keep(&other, next(1), UnixMillis(0)).unwrap();
        let names: Vec<_> = (0..=OF_ONE as u64)
            .map(|at| cursors.keep(&mine, next(at), UnixMillis(at)).unwrap())
            .collect();
        assert!(cursors.at(&other, &theirs, UnixMillis(99)).is_some());
        assert!(cursors.at(&mine, &names[0], UnixMillis(99)).is_none());
        assert!(cursors.at(&mine, &names[OF_ONE], UnixMillis(99)).is_some());
    }
}
