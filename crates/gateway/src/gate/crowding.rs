//! What one person may have at once: proposals that wait, and pages that follow the queue.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use boundary::{Act, Action, Facts, PersonId, Principal, Purpose, Verdict};
use tokio::sync::{OwnedMutexGuard, OwnedSemaphorePermit, Semaphore, watch};

use super::{Gate, Inner};
use crate::acting::Refused;
use crate::conversations::internal;
use crate::error::GateError;

/// Pages of one person that follow the queue at once.
const FOLLOWED: usize = 8;

/// Who has how much.
#[derive(Debug, Default)]
pub(crate) struct Crowds {
    proposing: Mutex<BTreeMap<PersonId, Arc<tokio::sync::Mutex<()>>>>,
    following: Mutex<BTreeMap<PersonId, Arc<Semaphore>>>,
}

/// A place in a person's queue. While it is held, nobody else takes one there.
#[derive(Debug)]
pub(crate) struct Place {
    _held: OwnedMutexGuard<()>,
}

/// One page that follows the queue; it counts until this is dropped.
#[derive(Debug)]
pub struct Following {
    /// Changes with every change of the queue, whoever's it is.
    pub news: watch::Receiver<u64>,
    _counts: OwnedSemaphorePermit,
}

impl Gate {
    /// Follows the changes of the queue. A person has eight such at once, and a ninth is refused.
    pub fn follow_queue(&self, who: &Principal) -> Result<Following, GateError> {
        let inner = &self.0;
        let mut following = inner.crowds.following.lock().unwrap_or_else(PoisonError::into_inner);
        // Whoever follows nothing any more needs no row here.
        following.retain(|_, own| own.available_permits() < FOLLOWED);
        let own = following
            .entry(who.person().clone())
            .or_insert_with(|| Arc::new(Semaphore::new(FOLLOWED)));
        let counts = Arc::clone(own).try_acquire_owned().map_err(|_| GateError::TooMany {
            most: FOLLOWED,
            of: "pages of yours follow the queue",
            mend: "close one, or load this one anew to see what changed",
        })?;
        Ok(Following { news: inner.queue_news.subscribe(), _counts: counts })
    }
}

impl Inner {
    /// A place for one more proposal of a person's: a program that proposes without end fills no queue, and
    /// hides nothing that waits behind a thousand others.
    pub(crate) async fn place_for(&self, person: &PersonId) -> Result<Place, GateError> {
        let own = {
            let mut all = self.crowds.proposing.lock().unwrap_or_else(PoisonError::into_inner);
            all.retain(|_, own| Arc::strong_count(own) > 1);
            Arc::clone(all.entry(person.clone()).or_default())
        };
        let held = own.lock_owned().await;
        let most = self.config.limits.open_proposals;
        // Those whose time has run out wait for nobody.
        self.expire().await?;
        if self.store.state().waiting_of(person).map_err(internal)? >= most as u64 {
            return Err(GateError::TooMany {
                most,
                of: "proposals of yours wait",
                mend: "decide about some of them first",
            });
        }
        Ok(Place { _held: held })
    }

    /// The same for a door that tells its caller what was refused.
    pub(crate) async fn place_or_refusal(
        &self,
        person: &PersonId,
    ) -> Result<Result<Place, Refused>, GateError> {
        match self.place_for(person).await {
            Ok(place) => Ok(Ok(place)),
            Err(error @ GateError::TooMany { .. }) => {
                let refused = Refused::new("REQUEST_LIMIT_EXCEEDED", error.to_string());
                Ok(Err(refused.by("open-proposals")))
            }
            Err(other) => Err(other),
        }
    }

    /// The same for the page, with the refusal on record.
    pub(super) async fn place_on_page(
        &self,
        who: &Principal,
        act: &Act,
    ) -> Result<Place, GateError> {
        let place = self.place_for(who.person()).await;
        if let Err(GateError::TooMany { .. }) = &place {
            let facts = Facts::new(Purpose::Refusal, Action::Propose, Verdict::Refused, act);
            self.recorder.record(facts.rule("open-proposals")).await?;
        }
        place
    }
}
