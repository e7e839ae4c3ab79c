//! Grants in use: one refresh at a time for a person, and none that is lost.
//!
//! With rotating refresh tokens each is good for one use, and a second use ends the grant
//! altogether. So a refresh runs in a task of its own, which no caller's cancellation can stop
//! between Salesforce's answer and the store; all other calls for the person wait for it; and
//! across several gates the store decides whose refresh counts.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use boundary::PersonId;
use egress::{Bearer, Clear, Metadata, SalesforceDoor};
use keys::AccessToken;

use crate::app::{App, Tokens, refused};
use crate::{Clock, Error, Grant, GrantStore};

/// How often a change of the store is tried against other gates before giving up.
const TRIES: usize = 4;

pub(crate) struct Grants {
    pub(crate) door: Arc<SalesforceDoor>,
    pub(crate) app: App,
    pub(crate) store: Arc<dyn GrantStore>,
    pub(crate) clock: Clock,
    slots: Mutex<BTreeMap<PersonId, Arc<tokio::sync::Mutex<Slot>>>>,
}

/// What is known of one person's grant. Held while it is being refreshed.
#[derive(Default)]
struct Slot {
    grant: Option<Grant>,
    /// The generation that `grant` has yet to replace in the store.
    unsaved: Option<u64>,
}

impl Grants {
    pub(crate) fn new(
        door: Arc<SalesforceDoor>,
        app: App,
        store: Arc<dyn GrantStore>,
        clock: Clock,
    ) -> Self {
        Self { door, app, store, clock, slots: Mutex::default() }
    }

    /// The person's access token, which may have expired.
    async fn current(&self, person: &PersonId) -> Result<AccessToken, Error> {
        let slot = self.slot(person);
        let mut slot = slot.lock().await;
        self.save(person, &mut slot).await?;
        if slot.grant.is_none() {
            slot.grant = self.store.load(person).await?;
        }
        slot.grant.as_ref().map(|grant| grant.access.clone()).ok_or(Error::SignIn)
    }

    /// A newer access token than the expired one.
    async fn newer(
        self: &Arc<Self>,
        person: &PersonId,
        expired: &AccessToken,
    ) -> Result<AccessToken, Error> {
        let (grants, person, expired) = (Arc::clone(self), person.clone(), expired.clone());
        let task = tokio::spawn(async move {
            let slot = grants.slot(&person);
            let mut slot = slot.lock().await;
            grants.renew(&person, &mut slot, &expired).await
        });
        task.await.map_err(|_| Error::Stopping)?
    }

    async fn renew(
        &self,
        person: &PersonId,
        slot: &mut Slot,
        expired: &AccessToken,
    ) -> Result<AccessToken, Error> {
        self.save(person, slot).await?;
        let is_newer = |grant: &&Grant| !grant.access.matches(expired.expose());
        // Another call may have renewed it while this one waited.
        if let Some(grant) = slot.grant.as_ref().filter(is_newer) {
            return Ok(grant.access.clone());
        }
        for _ in 0..TRIES {
            // Another gate may have, too.
            let stored = self.store.load(person).await?;
            slot.grant.clone_from(&stored);
            let Some(stored) = stored else { return Err(Error::SignIn) };
            if is_newer(&&stored) {
                return Ok(stored.access);
            }
            match self.refresh(person, &stored).await {
                Ok(new) => {
                    slot.unsaved = Some(stored.generation);
                    slot.grant = Some(new);
                    self.save(person, slot).await?;
                }
                Err(Error::SignIn) => {
                    // Either the grant has ended, or another gate used the refresh token just
                    // now: then its generation has changed, and this removes nothing.
                    self.store.remove(person, stored.generation).await?;
                }
                Err(error) => return Err(error),
            }
            if let Some(grant) = slot.grant.as_ref().filter(is_newer) {
                return Ok(grant.access.clone());
            }
        }
        Err(Error::SignIn)
    }

    async fn refresh(&self, person: &PersonId, old: &Grant) -> Result<Grant, Error> {
        let form = self.app.refresh(&old.refresh);
        let tokens = self.tokens(form, |_| Error::SignIn).await?;
        if tokens.person != *person {
            return Err(Error::WrongPerson);
        }
        Ok(Grant {
            access: tokens.access,
            refresh: tokens.refresh.unwrap_or_else(|| old.refresh.clone()),
            generation: self.generation_after(Some(old.generation)),
        })
    }

    /// Asks for tokens.
    pub(crate) async fn tokens(
        &self,
        form: egress::Form,
        on_grant: impl FnOnce(String) -> Error,
    ) -> Result<Tokens, Error> {
        match self.door.metadata(&Metadata::Token(form), None).await {
            Ok(Clear::Fresh { body, .. }) => Tokens::read(&body),
            Ok(Clear::Unchanged) => Err(Error::Shape { expected: "a token reply" }),
            Err(error) => Err(refused(error, on_grant)),
        }
    }

    /// Puts a renewed grant into the store, if that is still to be done. Where the store has
    /// another one by now, that one counts.
    async fn save(&self, person: &PersonId, slot: &mut Slot) -> Result<(), Error> {
        let (Some(old), Some(grant)) = (slot.unsaved, &slot.grant) else { return Ok(()) };
        let saved = self.store.replace(person, Some(old), grant).await?;
        slot.unsaved = None;
        if !saved {
            slot.grant = self.store.load(person).await?;
        }
        Ok(())
    }

    /// Keeps the grant of a new sign-in; gives the one it took the place of.
    pub(crate) async fn adopt(
        &self,
        person: &PersonId,
        tokens: Tokens,
    ) -> Result<Option<Grant>, Error> {
        let Tokens { access, refresh, .. } = tokens;
        let refresh = refresh.ok_or(Error::NoRefreshToken)?;
        let slot = self.slot(person);
        let mut slot = slot.lock().await;
        let mut new = Grant { access, refresh, generation: 0 };
        for _ in 0..TRIES {
            let old = self.store.load(person).await?;
            let generation = old.as_ref().map(|old| old.generation);
            new.generation = self.generation_after(generation);
            if self.store.replace(person, generation, &new).await? {
                // A refresh that was not yet saved belongs to the grant that this one ends.
                let unsaved = slot.unsaved.take().and(slot.grant.take());
                slot.grant = Some(new);
                return Ok(unsaved.or(old));
            }
        }
        Err(crate::StoreFailure("it keeps changing".to_owned()).into())
    }

    /// Forgets the person's grant and gives it out, to be revoked.
    pub(crate) async fn forget(&self, person: &PersonId) -> Result<Option<Grant>, Error> {
        let slot = self.slot(person);
        let mut slot = slot.lock().await;
        let stored = self.store.load(person).await?;
        if let Some(stored) = &stored {
            self.store.remove(person, stored.generation).await?;
        }
        let unsaved = slot.unsaved.take().and(slot.grant.take());
        slot.grant = None;
        Ok(unsaved.or(stored))
    }

    /// Never one that this person's grant had before, not even after a sign-out.
    fn generation_after(&self, old: Option<u64>) -> u64 {
        old.map_or(0, |old| old.saturating_add(1)).max((self.clock)().0)
    }

    fn slot(&self, person: &PersonId) -> Arc<tokio::sync::Mutex<Slot>> {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(slots.entry(person.clone()).or_default())
    }
}

impl fmt::Debug for Grants {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Grants({:?})", self.door)
    }
}

/// One person's tokens, for the door.
pub(crate) struct Bearing<'a> {
    pub(crate) grants: &'a Arc<Grants>,
    pub(crate) person: &'a PersonId,
}

impl Bearer for Bearing<'_> {
    type Error = Error;

    async fn token(&self) -> Result<AccessToken, Error> {
        self.grants.current(self.person).await
    }

    async fn renewed(&self, expired: &AccessToken) -> Result<AccessToken, Error> {
        self.grants.newer(self.person, expired).await
    }
}
