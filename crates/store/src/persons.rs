//! People, and the pseudonyms that stand for them in the log.

use boundary::{PersonId, UnixMillis};
use rusqlite::{Row, params};

use crate::database::{change_returning, millis, signed};
use crate::{SqliteState, StoreError};

/// Somebody who has signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Who, as Salesforce knows them.
    pub id: PersonId,
    /// Their user name in Salesforce.
    pub username: String,
    /// Their name, to show.
    pub name: String,
    /// What the ledger calls them: random, and tied to them only by this row.
    pub pseudonym: String,
    /// First sign-in.
    pub first_seen: UnixMillis,
    /// Last sign-in.
    pub last_seen: UnixMillis,
}

/// People who have signed in.
pub trait Persons {
    /// Notes a sign-in. Takes names and `last_seen` from what is offered; the pseudonym and
    /// `first_seen` only for somebody new. Gives the person as they are now known.
    fn meet(&self, offered: &Person) -> Result<Person, StoreError>;

    /// The person with this id.
    fn person(&self, id: &PersonId) -> Result<Option<Person>, StoreError>;

    /// The person whom the ledger calls so.
    fn person_called(&self, pseudonym: &str) -> Result<Option<Person>, StoreError>;
}

impl Persons for SqliteState {
    fn meet(&self, offered: &Person) -> Result<Person, StoreError> {
        let met = change_returning(
            &self.connection(),
            "INSERT INTO persons (person, username, name, pseudonym, first_seen, last_seen)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)
             ON CONFLICT (person) DO UPDATE SET
                username = excluded.username, name = excluded.name, last_seen = excluded.last_seen
             RETURNING person, username, name, pseudonym, first_seen, last_seen",
            params![
                offered.id.as_str(),
                offered.username,
                offered.name,
                offered.pseudonym,
                signed(offered.first_seen.0),
                signed(offered.last_seen.0),
            ],
            read,
        )?;
        met.ok_or(StoreError::Damaged("persons"))
    }

    fn person(&self, id: &PersonId) -> Result<Option<Person>, StoreError> {
        self.connection()
            .prepare_cached(
                "SELECT person, username, name, pseudonym, first_seen, last_seen FROM persons
                 WHERE person = ?1",
            )?
            .query_and_then([id.as_str()], read)?
            .next()
            .transpose()
    }

    fn person_called(&self, pseudonym: &str) -> Result<Option<Person>, StoreError> {
        self.connection()
            .prepare_cached(
                "SELECT person, username, name, pseudonym, first_seen, last_seen FROM persons
                 WHERE pseudonym = ?1",
            )?
            .query_and_then([pseudonym], read)?
            .next()
            .transpose()
    }
}

fn read(row: &Row<'_>) -> Result<Person, StoreError> {
    let id: String = row.get(0)?;
    Ok(Person {
        id: PersonId::parse(&id).ok_or(StoreError::Damaged("persons"))?,
        username: row.get(1)?,
        name: row.get(2)?,
        pseudonym: row.get(3)?,
        first_seen: millis(row.get(4)?),
        last_seen: millis(row.get(5)?),
    })
}
