//! People, and the pseudonyms that stand for them in the log.

use boundary::{PersonId, UnixMillis};
use rusqlite::{Row, params};

use crate::database::{change_returning, millis, signed};
use crate::state::scrub;
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

    /// Persons with this user name, name, id or pseudonym, whatever the case.
    fn persons_named(&self, name: &str) -> Result<Vec<Person>, StoreError>;

    /// Ids of the orgs whose people have signed in.
    fn orgs(&self) -> Result<Vec<String>, StoreError>;

    /// Destroys all that is kept of a person: sessions, keys, grant, conversations, proposals and the
    /// row that ties them to their pseudonym. Nothing of it stays in the files. Whether there was one.
    fn forget_person(&self, id: &PersonId) -> Result<bool, StoreError>;

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

    fn persons_named(&self, name: &str) -> Result<Vec<Person>, StoreError> {
        self.connection()
            .prepare_cached(
                "SELECT person, username, name, pseudonym, first_seen, last_seen FROM persons
                 WHERE username = ?1 COLLATE NOCASE OR name = ?1 COLLATE NOCASE
                    OR pseudonym = ?1 OR person = ?1",
            )?
            .query_and_then([name], read)?
            .collect()
    }

    fn orgs(&self) -> Result<Vec<String>, StoreError> {
        let sql = "SELECT DISTINCT substr(person, 1, instr(person, '/') - 1) FROM persons";
        let connection = self.connection();
        let mut all = connection.prepare_cached(sql)?;
        let orgs = all.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
        Ok(orgs)
    }

    fn forget_person(&self, id: &PersonId) -> Result<bool, StoreError> {
        let mut connection = self.connection();
        let transaction = connection.transaction()?;
        let of_delegations = "delegation IN (SELECT id FROM delegations WHERE person = ?1)";
        for table in ["codes", "tokens"] {
            let sql = format!("DELETE FROM {table} WHERE {of_delegations}");
            transaction.execute(&sql, [id.as_str()])?;
        }
        for table in [
            "delegations",
            "row_use",
            "sessions",
            "api_keys",
            "grants",
            "conversations",
            "proposals",
        ] {
            transaction
                .execute(&format!("DELETE FROM {table} WHERE person = ?1"), [id.as_str()])?;
        }
        transaction.execute(
            "UPDATE proposals SET decided_by = NULL WHERE decided_by = ?1",
            [id.as_str()],
        )?;
        let gone = transaction.execute("DELETE FROM persons WHERE person = ?1", [id.as_str()])?;
        transaction.commit()?;
        scrub(&connection)?;
        Ok(gone > 0)
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
