//! People, and the pseudonyms that stand for them in the log.

use std::collections::BTreeSet;

use boundary::{PersonId, UnixMillis};

use crate::sql::{Remnant, Row, values};
use crate::{State, StoreError};

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

    /// Persons with this user name, name, id or pseudonym, whatever the case.
    fn persons_named(&self, name: &str) -> Result<Vec<Person>, StoreError>;

    /// Ids of the orgs whose people have signed in.
    fn orgs(&self) -> Result<Vec<String>, StoreError>;

    /// Destroys all that is kept of a person: sessions, keys, grant, conversations, proposals and the
    /// row that ties them to their pseudonym. Nothing of it stays in the files. Whether there was one.
    fn forget_person(&self, id: &PersonId) -> Result<(bool, Vec<Remnant>), StoreError>;

    /// The person whom the ledger calls so.
    fn person_called(&self, pseudonym: &str) -> Result<Option<Person>, StoreError>;
}

const COLUMNS: &str = "person, username, name, pseudonym, first_seen, last_seen";

/// Tables with rows of a person, beside `persons`.
const OF_A_PERSON: [&str; 7] =
    ["delegations", "row_use", "sessions", "api_keys", "grants", "conversations", "proposals"];

impl Persons for State {
    fn meet(&self, offered: &Person) -> Result<Person, StoreError> {
        let Person { id, username, name, pseudonym, first_seen, last_seen } = offered;
        let sql = format!(
            "INSERT INTO persons ({COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
             ON CONFLICT (person) DO UPDATE SET
                username = excluded.username, name = excluded.name, last_seen = excluded.last_seen
             RETURNING {COLUMNS}"
        );
        let values = values![id, username, name, pseudonym, *first_seen, *last_seen];
        self.sql.first(&sql, values, read)?.ok_or(StoreError::Damaged("persons"))
    }

    fn person(&self, id: &PersonId) -> Result<Option<Person>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM persons WHERE person = ?1");
        self.sql.first(&sql, values![id], read)
    }

    fn persons_named(&self, name: &str) -> Result<Vec<Person>, StoreError> {
        let sql = format!(
            "SELECT {COLUMNS} FROM persons
             WHERE lower(username) = lower(?1) OR lower(name) = lower(?1)
                OR pseudonym = ?1 OR person = ?1"
        );
        self.sql.all(&sql, values![name], read)
    }

    fn orgs(&self) -> Result<Vec<String>, StoreError> {
        let persons = self.sql.all("SELECT person FROM persons", values![], |row| row.text(0))?;
        let org = |person: String| person.split_once('/').map(|(org, _)| org.to_owned());
        let orgs: BTreeSet<String> = persons.into_iter().filter_map(org).collect();
        Ok(orgs.into_iter().collect())
    }

    fn forget_person(&self, id: &PersonId) -> Result<(bool, Vec<Remnant>), StoreError> {
        let gone = self.sql.in_one_step(|step| {
            let of_delegations = "delegation IN (SELECT id FROM delegations WHERE person = ?1)";
            for table in ["codes", "tokens"] {
                step.change(&format!("DELETE FROM {table} WHERE {of_delegations}"), values![id])?;
            }
            for table in OF_A_PERSON {
                step.change(&format!("DELETE FROM {table} WHERE person = ?1"), values![id])?;
            }
            let decisions = "UPDATE proposals SET decided_by = NULL WHERE decided_by = ?1";
            step.change(decisions, values![id])?;
            step.change("DELETE FROM persons WHERE person = ?1", values![id])
        })?;
        let tables = [&OF_A_PERSON[..], &["codes", "tokens", "persons"]].concat();
        Ok((gone > 0, self.sql.erase(&tables)))
    }

    fn person_called(&self, pseudonym: &str) -> Result<Option<Person>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM persons WHERE pseudonym = ?1");
        self.sql.first(&sql, values![pseudonym], read)
    }
}

fn read(row: &Row) -> Result<Person, StoreError> {
    Ok(Person {
        id: row.person(0, "persons")?,
        username: row.text(1)?,
        name: row.text(2)?,
        pseudonym: row.text(3)?,
        first_seen: row.millis(4)?,
        last_seen: row.millis(5)?,
    })
}
