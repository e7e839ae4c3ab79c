//! Who may do what: the acting user, the profile's object and field permissions, and row sharing.

pub(crate) mod profile;
pub(crate) mod rules;
pub(crate) mod sharing;

use std::sync::Arc;

use crate::id::Id;
use crate::schema::{Field, Object, system};
use crate::state::State;

pub(crate) use profile::{Profile, Profiles};
pub use rules::{SharedRecords, SharedWith, SharingRule};
pub(crate) use sharing::{Level, Rights};

/// The user a request runs as.
#[derive(Clone, Debug)]
pub(crate) struct Actor {
    pub(crate) user: Id,
    pub(crate) profile: Arc<Profile>,
    /// The org's sharing rules; which of them are meant for this user is worked out when it matters.
    pub(crate) rules: Arc<[SharingRule]>,
}

impl Actor {
    /// The user as they are now: `None` if gone, inactive or without a known profile.
    pub(crate) fn of(state: &State, profiles: &Profiles, user: Id) -> Option<Self> {
        let object = state.schema.object("User")?;
        let row = state.live(user)?;
        if !row.named(object, "IsActive").is_true() {
            return None;
        }
        let profile_id = row.named(object, "ProfileId").as_id()?;
        let profile_row = state.live(profile_id)?;
        let name = profile_row.named(state.schema.object("Profile")?, "Name").as_str()?;
        Some(Self { user, profile: profiles.named(name)?, rules: profiles.rules() })
    }

    /// Whether the object exists at all, as far as this user can tell.
    pub(crate) fn sees_object(&self, object: &Object) -> bool {
        self.profile.object(object).read
    }

    /// Whether the field exists at all, as far as this user can tell.
    pub(crate) fn sees(&self, object: &Object, field: &Field) -> bool {
        field.at <= system::STAMP || self.profile.field(object, field).read
    }

    pub(crate) fn may_write(&self, object: &Object, field: &Field) -> bool {
        self.profile.field(object, field).edit
    }

    /// A field of the object by name, unless it is hidden from this user.
    pub(crate) fn field<'a>(&self, object: &'a Object, name: &str) -> Option<&'a Field> {
        object.field(name).filter(|field| self.sees(object, field))
    }
}
