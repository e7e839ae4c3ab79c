//! Faults on demand: what a real org does on a bad day, for tests. Held by whoever holds the org; no route leads here.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::access::profile::{FieldRights, ObjectRights};
use crate::access::{SharingRule, rules};
use crate::id::Id;
use crate::org::Org;

/// The numbers of permission sets that belong to no profile begin here.
const OWN_SETS: u64 = 1_001;

/// Something to go wrong with a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The reply comes this late.
    Latency(Duration),
    /// This status and error code instead of an answer; nothing is done.
    Status {
        /// Such as 503.
        status: u16,
        /// Such as `SERVER_UNAVAILABLE`.
        code: &'static str,
    },
    /// The token is refused as expired.
    ExpiredSession,
    /// The daily limit is said to be used up.
    LimitExceeded,
    /// The request is carried out and the connection closed before a reply: the caller cannot know.
    DropAfter,
    /// The connection is closed before anything is done.
    DropBefore,
}

#[derive(Debug)]
struct Planned {
    fault: Fault,
    /// Only for paths that contain this.
    path: String,
    /// How often still; `None` for as long as the plan stands.
    times: Option<u32>,
}

/// The handle; see [`Org::control`].
#[derive(Debug, Default)]
pub struct Control {
    planned: Mutex<VecDeque<Planned>>,
    permission_sets: Mutex<Vec<(String, Vec<Id>)>>,
}

/// Which of read and edit a profile may do with a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldAccess {
    /// As if the field did not exist.
    Hidden,
    /// Read only.
    Read,
    /// Read and edit.
    Edit,
}

impl Control {
    /// Makes the next `times` requests whose path contains `path` fail like this.
    pub fn fail_next(&self, times: u32, path: &str, fault: Fault) {
        self.plan(path, fault, Some(times));
    }

    /// Makes every request whose path contains `path` fail like this, until [`Control::clear`].
    pub fn fail_always(&self, path: &str, fault: Fault) {
        self.plan(path, fault, None);
    }

    /// Ends all faults.
    pub fn clear(&self) {
        self.planned.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// Permission sets that were made, and whom they were assigned to.
    pub(crate) fn permission_sets(&self) -> impl Iterator<Item = (Id, (String, Vec<Id>))> + use<> {
        let sets = self.permission_sets.lock().unwrap_or_else(PoisonError::into_inner).clone();
        (OWN_SETS..).map(|number| Id::numbered(*b"0PS", number)).zip(sets)
    }

    fn plan(&self, path: &str, fault: Fault, times: Option<u32>) {
        let planned = Planned { fault, path: path.to_owned(), times };
        self.planned.lock().unwrap_or_else(PoisonError::into_inner).push_back(planned);
    }

    /// What is to go wrong with a request to this path: every latency that is planned, and the first other fault.
    pub(crate) fn draw(&self, path: &str) -> Vec<Fault> {
        let mut planned = self.planned.lock().unwrap_or_else(PoisonError::into_inner);
        let mut drawn: Vec<Fault> = Vec::new();
        for plan in planned.iter_mut().filter(|plan| path.contains(&plan.path)) {
            let late = matches!(plan.fault, Fault::Latency(_));
            if !late && drawn.iter().any(|fault| !matches!(fault, Fault::Latency(_))) {
                continue;
            }
            drawn.push(plan.fault.clone());
            if let Some(times) = &mut plan.times {
                *times = times.saturating_sub(1);
            }
        }
        planned.retain(|plan| plan.times != Some(0));
        drawn
    }
}

impl Org {
    /// Requests that the log has whose path contains this.
    pub fn requests_to(&self, path: &str) -> usize {
        self.log.lock().unwrap_or_else(PoisonError::into_inner).count(path)
    }

    /// Sets the day's count of API requests, so that a test can reach the end of it.
    pub fn set_api_usage(&self, used: u32, most: u32) {
        self.usage.set(used, most, self.now());
    }

    /// Ends access tokens at once, of one user name or of all; refresh tokens stay good.
    ///
    /// # Errors
    /// When that cannot be written down.
    pub fn expire_sessions(&self, username: Option<&str>) -> Result<(), crate::OrgError> {
        let user = username.and_then(|name| self.user_by_name(name));
        if username.is_some() && user.is_none() {
            return Ok(());
        }
        self.with_vault(|vault| vault.expire_sessions(user))
    }

    /// Takes back everything a user's apps were granted, and ends the user's sessions.
    ///
    /// # Errors
    /// When that cannot be written down.
    pub fn revoke_user(&self, username: &str) -> Result<(), crate::OrgError> {
        match self.user_by_name(username) {
            Some(user) => self.with_vault(|vault| vault.revoke_user(user)),
            None => Ok(()),
        }
    }

    /// Assigns a permission set to a user, or takes it, until the org is opened again. False if there is no such user.
    pub fn assign(&self, username: &str, permission_set: &str, assigned: bool) -> bool {
        let Some(user) = self.user_by_name(username) else { return false };
        let sets = &self.control().permission_sets;
        let mut sets = sets.lock().unwrap_or_else(PoisonError::into_inner);
        if !sets.iter().any(|(name, _)| name == permission_set) {
            sets.push((permission_set.to_owned(), Vec::new()));
        }
        for (_, users) in sets.iter_mut().filter(|(name, _)| name == permission_set) {
            users.retain(|it| *it != user);
            users.extend(assigned.then_some(user));
        }
        true
    }

    /// Changes a profile's access to a field until the org is opened again. False if there is no such profile or field.
    pub fn set_field_access(
        &self,
        profile: &str,
        object: &str,
        field: &str,
        access: FieldAccess,
    ) -> bool {
        let rights =
            FieldRights { read: access != FieldAccess::Hidden, edit: access == FieldAccess::Edit };
        let schema = self.read(|state| state.schema);
        let found = schema.object(object).and_then(|object| Some((object, object.field(field)?)));
        found.is_some_and(|(object, field)| {
            self.change_profiles(|profiles| {
                profiles.set_field(schema, profile, object, field, rights)
            })
        })
    }

    /// Replaces the sharing rules until the org is opened again. False, and nothing is changed, if one of them names an
    /// object or a field that is not there.
    pub fn set_sharing_rules(&self, rules: Vec<SharingRule>) -> bool {
        let schema = self.read(|state| state.schema);
        let sound = rules.iter().all(|rule| rules::is_sound(rule, schema));
        sound
            && self.change_profiles(|profiles| {
                profiles.set_rules(rules);
                true
            })
    }

    /// Takes an object from a profile, until the org is opened again. False if there is no such profile or object.
    pub fn hide_object(&self, profile: &str, object: &str) -> bool {
        let schema = self.read(|state| state.schema);
        schema.object(object).is_some_and(|object| {
            self.change_profiles(|profiles| {
                profiles.set_object(profile, object, ObjectRights::default())
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Control, Fault};

    #[test]
    fn faults_run_out_and_keep_to_their_path() {
        let control = Control::default();
        control.fail_next(2, "/query", Fault::ExpiredSession);
        control.fail_always("", Fault::Latency(Duration::from_millis(1)));
        assert_eq!(control.draw("/limits").len(), 1);
        assert_eq!(control.draw("/query").len(), 2);
        assert_eq!(control.draw("/query").len(), 2);
        assert_eq!(control.draw("/query").len(), 1);
        control.clear();
        assert!(control.draw("/query").is_empty());
    }
}
