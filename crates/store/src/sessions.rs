//! Signed-in browsers, by the hash of their cookie.

use boundary::{PersonId, UnixMillis};
use keys::KeyHash;
use rusqlite::{Row, params};

use crate::database::{millis, signed};
use crate::state::scrub;
use crate::{SqliteState, StoreError};

/// A signed-in browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Hash of what the cookie holds.
    pub hash: KeyHash,
    /// Short id that may be written down.
    pub id: String,
    /// Who signed in.
    pub person: PersonId,
    /// What a form of this session must carry.
    pub csrf: String,
    /// When.
    pub created: UnixMillis,
    /// Until when.
    pub expires: UnixMillis,
}

/// Sessions of browsers.
pub trait Sessions {
    /// Adds a session.
    fn add_session(&self, session: &Session) -> Result<(), StoreError>;

    /// The session with this hash, unless it has expired.
    fn session(&self, hash: &KeyHash, now: UnixMillis) -> Result<Option<Session>, StoreError>;

    /// Moves the end of a session. Whether there is such a session.
    fn extend_session(&self, hash: &KeyHash, expires: UnixMillis) -> Result<bool, StoreError>;

    /// Ends a session. Whether there was one.
    fn end_session(&self, hash: &KeyHash) -> Result<bool, StoreError>;

    /// Ends all sessions of a person and says how many there were.
    fn end_sessions_of(&self, person: &PersonId) -> Result<usize, StoreError>;

    /// Forgets sessions that have expired and says how many.
    fn forget_expired_sessions(&self, now: UnixMillis) -> Result<usize, StoreError>;
}

impl Sessions for SqliteState {
    fn add_session(&self, session: &Session) -> Result<(), StoreError> {
        let Session { hash, id, person, csrf, created, expires } = session;
        self.connection().execute(
            "INSERT INTO sessions (hash, id, person, csrf, created, expires)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            params![
                hash.as_bytes(),
                id,
                person.as_str(),
                csrf,
                signed(created.0),
                signed(expires.0)
            ],
        )?;
        Ok(())
    }

    fn session(&self, hash: &KeyHash, now: UnixMillis) -> Result<Option<Session>, StoreError> {
        self.connection()
            .prepare_cached(
                "SELECT hash, id, person, csrf, created, expires FROM sessions
                 WHERE hash = ?1 AND expires > ?2",
            )?
            .query_and_then(params![hash.as_bytes(), signed(now.0)], read)?
            .next()
            .transpose()
    }

    fn extend_session(&self, hash: &KeyHash, expires: UnixMillis) -> Result<bool, StoreError> {
        let changed = self.connection().execute(
            "UPDATE sessions SET expires = ?2 WHERE hash = ?1",
            params![hash.as_bytes(), signed(expires.0)],
        )?;
        Ok(changed > 0)
    }

    fn end_session(&self, hash: &KeyHash) -> Result<bool, StoreError> {
        let connection = self.connection();
        let ended =
            connection.execute("DELETE FROM sessions WHERE hash = ?1", [hash.as_bytes()])?;
        scrub(&connection)?;
        Ok(ended > 0)
    }

    fn end_sessions_of(&self, person: &PersonId) -> Result<usize, StoreError> {
        let connection = self.connection();
        let ended =
            connection.execute("DELETE FROM sessions WHERE person = ?1", [person.as_str()])?;
        scrub(&connection)?;
        Ok(ended)
    }

    fn forget_expired_sessions(&self, now: UnixMillis) -> Result<usize, StoreError> {
        let sql = "DELETE FROM sessions WHERE expires <= ?1";
        Ok(self.connection().execute(sql, [signed(now.0)])?)
    }
}

fn read(row: &Row<'_>) -> Result<Session, StoreError> {
    let person: String = row.get(2)?;
    Ok(Session {
        hash: KeyHash::from_bytes(row.get(0)?),
        id: row.get(1)?,
        person: PersonId::parse(&person).ok_or(StoreError::Damaged("sessions"))?,
        csrf: row.get(3)?,
        created: millis(row.get(4)?),
        expires: millis(row.get(5)?),
    })
}
