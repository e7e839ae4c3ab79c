//! What the org says people are, where the configuration goes by it: asked under their own grant and kept for a minute, so
//! that a role ends soon after the org took it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use boundary::{PersonId, Principal, UnixMillis};
use salesforce::Roles;
use store::Person;

use crate::config::access::lists;
use crate::error::GateError;
use crate::gate::Inner;

/// How long an answer of the org is kept: one minute.
const KEPT_MILLIS: u64 = 60_000;

type Known = BTreeMap<PersonId, (UnixMillis, Option<Arc<Roles>>)>;

/// Roles of the persons seen lately; `None` for one of whom the org said nothing.
#[derive(Debug, Default)]
pub(crate) struct OrgRoles(Mutex<Known>);

impl OrgRoles {
    /// Forgets what is known: the person has signed in anew.
    pub(crate) fn forget(&self, person: &PersonId) {
        self.lock().remove(person);
    }

    fn lock(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    /// Whether a list of `[access]` has this person, by name or by what the org says of them. An org that does not answer
    /// says nothing.
    pub(crate) async fn is_listed(&self, list: &BTreeSet<String>, person: &Person) -> bool {
        if lists(list, &person.username, None) {
            return true;
        }
        if list.is_empty() || !self.config.access.asks_the_org() {
            return false;
        }
        let roles = self.roles_of(&person.id).await;
        lists(list, &person.username, roles.as_deref())
    }

    /// Whether they may read everybody's entries.
    pub(crate) async fn is_auditor(&self, who: &Principal) -> Result<bool, GateError> {
        let person = self.person(who.person())?;
        Ok(self.is_listed(&self.config.access.auditors, &person).await)
    }

    /// Whether they may read what entries commit to.
    pub(crate) async fn is_compliance(&self, who: &Principal) -> Result<bool, GateError> {
        let person = self.person(who.person())?;
        Ok(self.is_listed(&self.config.access.compliance, &person).await)
    }

    async fn roles_of(&self, person: &PersonId) -> Option<Arc<Roles>> {
        let now = self.now();
        if let Some((since, roles)) = self.org_roles.lock().get(person)
            && now < since.plus(KEPT_MILLIS)
        {
            return roles.clone();
        }
        let moment = crate::knowledge::date_time(now.0);
        let roles = match self.client.roles(person, &moment).await {
            Ok(roles) => Some(Arc::new(roles)),
            Err(error) => {
                tracing::warn!(%error, "the org does not say what a person is: no role by it");
                None
            }
        };
        self.org_roles.lock().insert(person.clone(), (now, roles.clone()));
        roles
    }
}
