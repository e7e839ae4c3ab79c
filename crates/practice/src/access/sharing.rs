//! Which rows a user sees and may change: ownership, role hierarchy, queues, teams, sharing rules, and parents.

use std::cell::OnceCell;
use std::collections::{HashMap, HashSet};

use super::Actor;
use super::rules::{self, Opened, Place};
use crate::id::Id;
use crate::schema::{Object, Sharing, system};
use crate::state::{Row, State};

/// What a user may do with one row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Level {
    None,
    Read,
    Edit,
    /// Edit, delete and hand over.
    All,
}

/// Row rights of one user over one state. Made per request; what it works out is kept for the request.
#[derive(Debug)]
pub(crate) struct Rights<'a> {
    pub(crate) state: &'a State,
    pub(crate) actor: &'a Actor,
    circle: OnceCell<Circle>,
    /// Accounts seen only because a record under them is.
    through_children: OnceCell<HashSet<Id>>,
}

/// The people and groups whose records the user has, and what is shared with the user by name.
#[derive(Debug, Default)]
struct Circle {
    owners: HashSet<Id>,
    accounts: HashMap<Id, AccountShare>,
    /// Other records than accounts.
    records: HashMap<Id, Level>,
    opened: Vec<Opened>,
}

#[derive(Debug, Clone, Copy)]
struct AccountShare {
    account: Level,
    opportunities: Level,
    contacts: Level,
    cases: Level,
}

impl<'a> Rights<'a> {
    pub(crate) fn new(state: &'a State, actor: &'a Actor) -> Self {
        Self { state, actor, circle: OnceCell::new(), through_children: OnceCell::new() }
    }

    pub(crate) fn sees(&self, object: &Object, row: &Row) -> bool {
        self.level(object, row) >= Level::Read
    }

    /// A live row the user may read.
    pub(crate) fn visible(&self, id: Id) -> Option<(&'a Object, &'a Row)> {
        let object = self.state.schema.object_of(id)?;
        let row = self.state.live(id)?;
        self.sees(object, row).then_some((object, row.as_ref()))
    }

    /// What the user may do with this row, the profile's object permissions included.
    pub(crate) fn level(&self, object: &Object, row: &Row) -> Level {
        let rights = self.actor.profile.object(object);
        if !rights.read {
            return Level::None;
        }
        if self.tells_of_hidden(object, row) {
            return Level::None;
        }
        if rights.modify_all {
            return Level::All;
        }
        let shared = self.shared(object, row);
        let level = if rights.view_all { shared.max(Level::Read) } else { shared };
        match (rights.edit, rights.delete) {
            (true, true) => level,
            (true, false) => level.min(Level::Edit),
            (false, _) => level.min(Level::Read),
        }
    }

    /// Whether this is a history row of a field the user may not read: its old and new value would tell.
    fn tells_of_hidden(&self, object: &Object, row: &Row) -> bool {
        let (Sharing::Parent(parent), Some(_)) = (&object.sharing, object.position("OldValue"))
        else {
            return false;
        };
        let parent =
            row.named(object, parent).as_id().and_then(|id| self.state.schema.object_of(id));
        let field = row.named(object, "Field").as_str();
        parent
            .zip(field)
            .and_then(|(of, field)| of.field(field).map(|field| (of, field)))
            .is_some_and(|(of, field)| !self.actor.sees(of, field))
    }

    fn shared(&self, object: &Object, row: &Row) -> Level {
        match &object.sharing {
            Sharing::Private => {
                let level = self.direct(object, row);
                if level == Level::None && object.name == "Account" && self.seen_through_child(row)
                {
                    return Level::Read;
                }
                level
            }
            Sharing::Public => self.direct(object, row).max(Level::Read),
            Sharing::Team => self.direct(object, row).max(Level::Edit),
            Sharing::Setup => Level::Read,
            Sharing::Activity => self.direct(object, row).max(self.of_related(object, row)),
            // Who may hand a record over may say who else sees it; others who see it may see with whom.
            Sharing::Parent(field) if object.is_share() => match self.of_parent(object, row, field)
            {
                Level::All if self.owns_parent(row, object, field) => Level::All,
                level => level.min(Level::Read),
            },
            Sharing::Parent(field) => self.of_parent(object, row, field),
            Sharing::Special => {
                let own = row.named(object, "UserId").as_id() == Some(self.actor.user);
                if own || self.actor.profile.view_setup { Level::Read } else { Level::None }
            }
        }
    }

    /// By ownership, hierarchy, queue, team or sharing rule; not by way of other records.
    fn direct(&self, object: &Object, row: &Row) -> Level {
        let ruled = self.circle().opened.iter().map(|rule| rule.level(object, row)).max();
        self.owned_or_team(object, row).max(ruled.unwrap_or(Level::None))
    }

    fn owned_or_team(&self, object: &Object, row: &Row) -> Level {
        let owner_at = if object.owned { system::OWNER } else { system::CREATED_BY };
        let owner = row.get(owner_at).as_id();
        if owner == Some(self.actor.user) {
            return Level::All;
        }
        let circle = self.circle();
        if owner.is_some_and(|owner| circle.owners.contains(&owner)) {
            return Level::All;
        }
        let account_share = || {
            let id = if object.name == "Account" {
                row.id()
            } else {
                row.named(object, "AccountId").as_id()
            };
            id.and_then(|id| circle.accounts.get(&id))
        };
        let through_account =
            |part: fn(&AccountShare) -> Level| account_share().map_or(Level::None, part);
        let through = match object.name.as_str() {
            "Account" => through_account(|share| share.account),
            "Contact" => through_account(|share| share.contacts),
            "Case" => through_account(|share| share.cases),
            "Opportunity" => through_account(|share| share.opportunities),
            _ => Level::None,
        };
        let own = row.id().and_then(|id| circle.records.get(&id)).copied();
        through.max(own.unwrap_or(Level::None))
    }

    /// Activities can be read by whoever can read what they are about.
    fn of_related(&self, object: &Object, row: &Row) -> Level {
        let related =
            ["WhatId", "WhoId"].into_iter().filter_map(|name| row.named(object, name).as_id());
        let mut readable = related.filter(|id| self.visible(*id).is_some());
        if readable.next().is_some() { Level::Read } else { Level::None }
    }

    /// Details follow their master: who may edit the master may do anything with the detail.
    fn of_parent(&self, object: &Object, row: &Row, field: &str) -> Level {
        let parent =
            row.named(object, field).as_id().or_else(|| row.named(object, "RelatedToId").as_id());
        let found =
            parent.and_then(|id| Some((self.state.schema.object_of(id)?, self.state.row(id)?)));
        let Some((parent_object, parent_row)) = found else { return self.direct(object, row) };
        let private = row.named(object, "IsPrivate").is_true();
        let own = if object.owned { self.direct(object, row) } else { Level::None };
        if private {
            return own;
        }
        // The object permissions of the parent must not narrow this: they say nothing about the detail.
        let level = match self.level(parent_object, parent_row) {
            Level::None => Level::None,
            Level::Read => self.shared(parent_object, parent_row).max(Level::Read),
            level => level,
        };
        match level {
            Level::Edit | Level::All => Level::All,
            level => level.max(if level == Level::None { Level::None } else { own }),
        }
    }

    /// Whether the user may do everything with the record that a share is about.
    fn owns_parent(&self, row: &Row, object: &Object, field: &str) -> bool {
        let parent = row.named(object, field).as_id();
        let found =
            parent.and_then(|id| Some((self.state.schema.object_of(id)?, self.state.row(id)?)));
        found.is_some_and(|(of, row)| self.level(of, row) == Level::All)
    }

    fn seen_through_child(&self, account: &Row) -> bool {
        let accounts = self.through_children.get_or_init(|| {
            let mut seen = HashSet::new();
            for name in ["Opportunity", "Contact", "Case"] {
                let Some(object) = self.state.schema.object(name) else { continue };
                let readable = self.actor.profile.object(object).read;
                for row in self.state.rows(object).filter(|row| readable && !row.is_deleted()) {
                    if let Some(id) = row.named(object, "AccountId").as_id()
                        && !seen.contains(&id)
                        && self.direct(object, row) >= Level::Read
                    {
                        seen.insert(id);
                    }
                }
            }
            seen
        });
        account.id().is_some_and(|id| accounts.contains(&id))
    }

    fn circle(&self) -> &Circle {
        self.circle.get_or_init(|| circle(self.state, self.actor).unwrap_or_default())
    }
}

fn circle(state: &State, actor: &Actor) -> Option<Circle> {
    let user = actor.user;
    let mut circle = Circle::default();
    let users = state.schema.object("User")?;
    let role = state.row(user)?.named(users, "UserRoleId").as_id();
    let below = roles_below(state, role)?;
    for row in state.rows(users) {
        if row.named(users, "UserRoleId").as_id().is_some_and(|role| below.contains(&role)) {
            circle.owners.extend(row.id());
        }
    }
    // Queues count for their members and for those above them.
    let members = state.schema.object("GroupMember")?;
    let mut groups = HashSet::new();
    for row in state.rows(members).filter(|row| !row.is_deleted()) {
        let member = row.named(members, "UserOrGroupId").as_id()?;
        if member == user || circle.owners.contains(&member) {
            groups.extend(row.named(members, "GroupId").as_id());
        }
    }
    let place = Place { role, below: &below, groups: &groups };
    circle.opened = rules::for_user(&actor.rules, state, &place);
    circle.owners.extend(groups);
    let teams = state.schema.object("AccountTeamMember")?;
    for row in state.rows(teams).filter(|row| !row.is_deleted()) {
        if row.named(teams, "UserId").as_id() == Some(user)
            && let Some(account) = row.named(teams, "AccountId").as_id()
        {
            let part = |name| granted(row.named(teams, name).as_str());
            circle.open_account(
                account,
                AccountShare {
                    account: part("AccountAccessLevel"),
                    opportunities: part("OpportunityAccessLevel"),
                    contacts: part("ContactAccessLevel"),
                    cases: part("CaseAccessLevel"),
                },
            );
        }
    }
    let teams = state.schema.object("OpportunityTeamMember")?;
    for row in state.rows(teams).filter(|row| !row.is_deleted()) {
        if row.named(teams, "UserId").as_id() == Some(user)
            && let Some(opportunity) = row.named(teams, "OpportunityId").as_id()
        {
            let level = granted(row.named(teams, "OpportunityAccessLevel").as_str());
            circle.open(opportunity, level);
        }
    }
    shared_by_hand(state, user, &mut circle)?;
    Some(circle)
}

/// What somebody shared with the user, with a group of theirs, or with somebody below them.
fn shared_by_hand(state: &State, user: Id, circle: &mut Circle) -> Option<()> {
    for name in ["Account", "Opportunity", "Case", "Lead"] {
        let object = state.schema.object(&format!("{name}Share"))?;
        for row in state.rows(object).filter(|row| !row.is_deleted()) {
            let with = row.named(object, "UserOrGroupId").as_id();
            let meant = with.is_some_and(|id| id == user || circle.owners.contains(&id));
            let Some(id) = row.named(object, &format!("{name}Id")).as_id().filter(|_| meant) else {
                continue;
            };
            let part =
                |part: &str| granted(row.named(object, &format!("{part}AccessLevel")).as_str());
            if name == "Account" {
                let share = AccountShare {
                    account: part("Account"),
                    opportunities: part("Opportunity"),
                    contacts: part("Contact"),
                    cases: part("Case"),
                };
                circle.open_account(id, share);
            } else {
                circle.open(id, part(name));
            }
        }
    }
    Some(())
}

impl Circle {
    /// Opens a record; what was open stays open.
    fn open(&mut self, id: Id, level: Level) {
        let open = self.records.entry(id).or_insert(Level::None);
        *open = level.max(*open);
    }

    fn open_account(&mut self, id: Id, share: AccountShare) {
        let open = self.accounts.entry(id).or_insert(share);
        open.account = open.account.max(share.account);
        open.opportunities = open.opportunities.max(share.opportunities);
        open.contacts = open.contacts.max(share.contacts);
        open.cases = open.cases.max(share.cases);
    }
}

fn granted(level: Option<&str>) -> Level {
    match level {
        Some("Read") => Level::Read,
        Some("Edit") => Level::Edit,
        Some("All") => Level::All,
        _ => Level::None,
    }
}

/// Roles strictly under this one, however deep.
fn roles_below(state: &State, role: Option<Id>) -> Option<HashSet<Id>> {
    let roles = state.schema.object("UserRole")?;
    let mut below = HashSet::new();
    let mut frontier: Vec<Id> = role.into_iter().collect();
    while let Some(above) = frontier.pop() {
        for row in
            state.rows(roles).filter(|row| row.named(roles, "ParentRoleId").as_id() == Some(above))
        {
            if let Some(id) = row.id()
                && below.insert(id)
            {
                frontier.push(id);
            }
        }
    }
    Some(below)
}
