//! Keeping upstream grants: sealed, one a person, replaced in one durable step.

use std::sync::Arc;

use boundary::PersonId;
use keys::{OsRandom, Sealer};
use salesforce::{Grant, GrantStore, Later, StoreFailure};
use store::Store;

use crate::clock::Clock;

/// Grants in the store.
pub(crate) struct Grants {
    store: Arc<Store>,
    sealer: Sealer,
    clock: Clock,
}

impl Grants {
    pub(crate) fn new(store: Arc<Store>, sealer: Sealer, clock: Clock) -> Self {
        Self { store, sealer, clock }
    }

    /// The grant and the generation of its row.
    fn read(&self, person: &PersonId) -> Result<Option<(Grant, u64)>, StoreFailure> {
        let Some(row) = self.store.state().grant(person).map_err(failure)? else { return Ok(None) };
        let bytes = self.sealer.open(&row.sealed, &place(person)).map_err(failure)?;
        let grant = Grant::from_bytes(&bytes)
            .ok_or_else(|| failure("a stored grant has an unknown form"))?;
        Ok(Some((grant, row.generation)))
    }

    fn write(
        &self,
        person: &PersonId,
        old: Option<u64>,
        new: &Grant,
    ) -> Result<bool, StoreFailure> {
        let (state, now) = (self.store.state(), (self.clock)());
        let sealed =
            self.sealer.seal(&new.to_bytes(), &place(person), &mut OsRandom).map_err(failure)?;
        match (self.read(person)?, old) {
            (None, None) => state.put_grant(person, &sealed, now).map(|_| true).map_err(failure),
            (Some((grant, row)), Some(old)) if grant.generation == old => {
                state.swap_grant(person, row, &sealed, now).map_err(failure)
            }
            _ => Ok(false),
        }
    }
}

impl GrantStore for Grants {
    fn load<'a>(&'a self, person: &'a PersonId) -> Later<'a, Option<Grant>> {
        Box::pin(async move { Ok(self.read(person)?.map(|(grant, _)| grant)) })
    }

    fn replace<'a>(
        &'a self,
        person: &'a PersonId,
        old: Option<u64>,
        new: &'a Grant,
    ) -> Later<'a, bool> {
        Box::pin(async move { self.write(person, old, new) })
    }

    fn remove<'a>(&'a self, person: &'a PersonId, generation: u64) -> Later<'a, ()> {
        Box::pin(async move {
            if self.read(person)?.is_some_and(|(grant, _)| grant.generation == generation) {
                self.store.state().drop_grant(person, (self.clock)()).map_err(failure)?;
            }
            Ok(())
        })
    }
}

fn place(person: &PersonId) -> String {
    format!("grant/{}", person.as_str())
}

fn failure(error: impl std::fmt::Display) -> StoreFailure {
    StoreFailure(error.to_string())
}

/// For a client that acts for no person.
pub(crate) struct NoGrants;

impl GrantStore for NoGrants {
    fn load<'a>(&'a self, _: &'a PersonId) -> Later<'a, Option<Grant>> {
        Box::pin(std::future::ready(Ok(None)))
    }

    fn replace<'a>(&'a self, _: &'a PersonId, _: Option<u64>, _: &'a Grant) -> Later<'a, bool> {
        Box::pin(std::future::ready(Ok(false)))
    }

    fn remove<'a>(&'a self, _: &'a PersonId, _: u64) -> Later<'a, ()> {
        Box::pin(std::future::ready(Ok(())))
    }
}
