//! Sharing rules: what opens records to people beyond ownership and the role hierarchy.

use std::collections::HashSet;

use super::Level;
use crate::id::Id;
use crate::schema::{Object, Schema, system};
use crate::state::{Row, State};

/// A sharing rule, as an administrator sets it up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SharingRule {
    /// API name of the object whose records it opens.
    pub object: String,
    /// Which of them.
    pub records: SharedRecords,
    /// Role, or public group, that gets them. Everybody above a role in the hierarchy gets them too.
    pub with: SharedWith,
    /// Whether they may be changed as well as read. Deleting and handing over stay the owner's.
    pub edit: bool,
}

/// The records that a [`SharingRule`] opens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SharedRecords {
    /// Owned by somebody in the role of this name.
    OwnedByRole(String),
    /// Whose field has this text, in any case.
    Where {
        /// API name of a text or picklist field.
        field: String,
        /// What it has to be.
        is: String,
    },
}

/// Whom a [`SharingRule`] opens records to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SharedWith {
    /// Everybody in the role of this name.
    Role(String),
    /// The same, and everybody in the roles below it.
    RoleAndBelow(String),
    /// The members of the group of this name.
    Group(String),
}

/// The rules of a new org: Brazil is looked after from both sides of the Atlantic.
pub(super) fn standard() -> Vec<SharingRule> {
    vec![SharingRule {
        object: "Account".to_owned(),
        records: SharedRecords::Where {
            field: "BillingCountry".to_owned(),
            is: "Brazil".to_owned(),
        },
        with: SharedWith::Role("Sales Europe".to_owned()),
        edit: false,
    }]
}

/// A rule that applies to one user, worked out for one request.
#[derive(Debug)]
pub(super) struct Opened {
    object: usize,
    which: Which,
    level: Level,
}

#[derive(Debug)]
enum Which {
    OwnedBy(HashSet<Id>),
    Where(usize, String),
}

impl Opened {
    /// What the rule lets the user do with this row.
    pub(super) fn level(&self, object: &Object, row: &Row) -> Level {
        let meant = self.object == object.index
            && match &self.which {
                Which::OwnedBy(owners) => {
                    row.get(system::OWNER).as_id().is_some_and(|owner| owners.contains(&owner))
                }
                Which::Where(at, text) => {
                    row.get(*at).as_str().is_some_and(|value| value.eq_ignore_ascii_case(text))
                }
            };
        if meant { self.level } else { Level::None }
    }
}

/// Where a user stands, for finding the rules that are meant for them.
pub(super) struct Place<'a> {
    /// The user's role.
    pub(super) role: Option<Id>,
    /// The roles under it: what is shared with them comes up to the user.
    pub(super) below: &'a HashSet<Id>,
    /// Groups with the user, or somebody below, in them.
    pub(super) groups: &'a HashSet<Id>,
}

/// The rules among `rules` that open records to a user.
pub(super) fn for_user(rules: &[SharingRule], state: &State, place: &Place<'_>) -> Vec<Opened> {
    rules.iter().filter_map(|rule| opened(rule, state, place)).collect()
}

fn opened(rule: &SharingRule, state: &State, place: &Place<'_>) -> Option<Opened> {
    let object = state.schema.object(&rule.object)?;
    let meant = match &rule.with {
        SharedWith::Role(name) => {
            let role = named(state, "UserRole", name)?;
            place.role == Some(role) || place.below.contains(&role)
        }
        SharedWith::RoleAndBelow(name) => {
            let role = named(state, "UserRole", name)?;
            let above = |mut at: Option<Id>| {
                // A hierarchy that somebody bent into a circle ends all the same.
                for _ in 0..64 {
                    if at == Some(role) {
                        return true;
                    }
                    at = parent(state, at);
                }
                false
            };
            above(place.role) || place.below.contains(&role)
        }
        SharedWith::Group(name) => place.groups.contains(&named(state, "Group", name)?),
    };
    let which = match &rule.records {
        SharedRecords::OwnedByRole(name) => {
            let role = named(state, "UserRole", name)?;
            let users = state.schema.object("User")?;
            let in_role =
                |row: &&std::sync::Arc<Row>| row.named(users, "UserRoleId").as_id() == Some(role);
            Which::OwnedBy(state.rows(users).filter(in_role).filter_map(|row| row.id()).collect())
        }
        SharedRecords::Where { field, is } => Which::Where(object.position(field)?, is.clone()),
    };
    let level = if rule.edit { Level::Edit } else { Level::Read };
    meant.then_some(Opened { object: object.index, which, level })
}

fn parent(state: &State, role: Option<Id>) -> Option<Id> {
    let roles = state.schema.object("UserRole")?;
    state.live(role?)?.named(roles, "ParentRoleId").as_id()
}

fn named(state: &State, object: &str, name: &str) -> Option<Id> {
    let object = state.schema.object(object)?;
    let is_it = |row: &&std::sync::Arc<Row>| {
        !row.is_deleted() && row.named(object, "Name").as_str() == Some(name)
    };
    state.rows(object).find(is_it)?.id()
}

/// Whether every name of the rule is one that the schema has. Roles and groups are looked up when it is used.
pub(crate) fn is_sound(rule: &SharingRule, schema: &Schema) -> bool {
    let Some(object) = schema.object(&rule.object) else { return false };
    match &rule.records {
        SharedRecords::OwnedByRole(_) => object.owned,
        SharedRecords::Where { field, .. } => object.position(field).is_some(),
    }
}
