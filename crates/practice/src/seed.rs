//! The org's invented company: the same for the same seed, dated back from the day it is made.

mod chance;
mod companies;
mod deals;
mod leads;
mod names;
mod service;
mod setup;
#[cfg(test)]
mod tests;
mod texts;

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};

use crate::error::OrgError;
use crate::id::Id;
use crate::oauth::{self, Vault};
use crate::save::{derive, midnight};
use crate::schema::{Kind, system};
use crate::state::{Row, State};
use crate::value::Value;
use chance::Chance;

pub(crate) use setup::people;

/// The password a seeded person starts with. Printed by the demonstration; there is nothing real behind it.
pub(crate) fn password(seed: u64, username: &str) -> String {
    const WORDS: [&str; 16] = [
        "amber", "birch", "cedar", "delta", "ember", "fjord", "grove", "heron", "inlet", "juniper",
        "kelp", "lupin", "maple", "north", "otter", "pebble",
    ];
    let mut chance = Chance::named(seed, username);
    let mut word = || *chance.pick(&WORDS);
    let (a, b, c) = (word(), word(), word());
    format!("{a}-{b}-{c}-{:03}", chance.below(1000))
}

/// Fills an empty org.
pub(crate) fn fill(
    state: &mut State,
    vault: &mut Vault,
    seed: u64,
    today: Date,
) -> Result<(), OrgError> {
    let mut seeder = Seeder { state, chance: Chance::new(seed), today, admin: None };
    let team = setup::organization(&mut seeder)?;
    let catalog = setup::catalog(&mut seeder, &team)?;
    let companies = companies::companies(&mut seeder, &team)?;
    deals::deals(&mut seeder, &team, &catalog, &companies)?;
    leads::leads(&mut seeder, &team)?;
    service::service(&mut seeder, &team, &companies)?;
    for person in people() {
        let id = team.user(person.username)?;
        vault.set_password(id, oauth::hash(&password(seed, person.username))?);
    }
    Ok(())
}

/// Writes seeded rows.
struct Seeder<'a> {
    state: &'a mut State,
    chance: Chance,
    today: Date,
    /// Who makes what nobody else made.
    admin: Option<Id>,
}

impl Seeder<'_> {
    /// Adds a record made by this user at this time. `modified` is when it was last touched.
    fn add(
        &mut self,
        object: &str,
        by: Id,
        (created, modified): (Timestamp, Timestamp),
        values: &[(&str, Value)],
    ) -> Result<Id, OrgError> {
        let wrong = |what: &str| OrgError::Seed(format!("{object} {what}"));
        let object = self.state.schema.object(object).ok_or_else(|| wrong("is unknown"))?;
        let (id, number) = self.state.next_id(object).ok_or_else(|| wrong("has no ids"))?;
        let mut row = Row::empty(object);
        for field in &object.fields {
            if let Kind::Auto(width) = field.kind {
                row.set(field.at, Value::text(format!("{number:0width$}")));
            } else if let Some(default) = &field.default {
                row.set(field.at, default.clone());
            }
        }
        if object.owned {
            row.set(system::OWNER, Value::Id(by));
        }
        let mut given = Vec::new();
        for (name, value) in values {
            let at = object.position(name).ok_or_else(|| wrong(name))?;
            row.set(at, value.clone());
            given.push(*name);
        }
        row.set(system::ID, Value::Id(id));
        row.set(system::IS_DELETED, Value::Bool(false));
        row.set(system::CREATED_BY, Value::Id(by));
        row.set(system::CREATED, Value::Instant(created));
        row.set(system::MODIFIED_BY, Value::Id(by));
        row.set(system::MODIFIED, Value::Instant(modified));
        row.set(system::STAMP, Value::Instant(modified));
        derive(self.state, object, None, &mut row, &given, modified);
        self.state.store(object, row);
        Ok(id)
    }

    /// A working hour, this many days before today; for today yesterday's, which is past for certain.
    fn moment(&mut self, days_ago: i64) -> Timestamp {
        let days_ago = if days_ago == 0 { 1 } else { days_ago };
        let minutes = i64::from(8 * 60 + self.chance.below(10 * 60));
        let start = midnight(self.day(-days_ago));
        start.checked_add(minutes.minutes()).unwrap_or(start)
    }

    /// The day this many days from today.
    fn day(&self, days: i64) -> Date {
        self.today.checked_add(days.days()).unwrap_or(self.today)
    }

    /// Made some days ago, touched somewhere between then and now.
    fn span(&mut self, days_ago: i64) -> (Timestamp, Timestamp) {
        let touched = i64::from(self.chance.below(u32::try_from(days_ago).unwrap_or(0).max(1)));
        let created = self.moment(days_ago);
        (created, self.moment(touched.min(days_ago)).max(created))
    }
}

fn text(text: impl Into<Box<str>>) -> Value {
    Value::text(text)
}
