//! Signed-in browsers, by the hash of their cookie.

use boundary::{PersonId, UnixMillis};
use keys::KeyHash;

use crate::sql::{Row, values};
use crate::{State, StoreError};

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

impl Sessions for State {
    fn add_session(&self, session: &Session) -> Result<(), StoreError> {
        let Session { hash, id, person, csrf, created, expires } = session;
        self.sql.change(
            "INSERT INTO sessions (hash, id, person, csrf, created, expires)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            values![hash, id, person, csrf, *created, *expires],
        )?;
        Ok(())
    }

    fn session(&self, hash: &KeyHash, now: UnixMillis) -> Result<Option<Session>, StoreError> {
        let sql = "SELECT hash, id, person, csrf, created, expires FROM sessions
                   WHERE hash = ?1 AND expires > ?2";
        self.sql.first(sql, values![hash, now], read)
    }

    fn extend_session(&self, hash: &KeyHash, expires: UnixMillis) -> Result<bool, StoreError> {
        let sql = "UPDATE sessions SET expires = ?2 WHERE hash = ?1";
        Ok(self.sql.change(sql, values![hash, expires])? > 0)
    }

    fn end_session(&self, hash: &KeyHash) -> Result<bool, StoreError> {
        let ended = self.sql.change("DELETE FROM sessions WHERE hash = ?1", values![hash])?;
        self.sql.scrub()?;
        Ok(ended > 0)
    }

    fn end_sessions_of(&self, person: &PersonId) -> Result<usize, StoreError> {
        let ended = self.sql.change("DELETE FROM sessions WHERE person = ?1", values![person])?;
        self.sql.scrub()?;
        Ok(ended)
    }

    fn forget_expired_sessions(&self, now: UnixMillis) -> Result<usize, StoreError> {
        self.sql.change("DELETE FROM sessions WHERE expires <= ?1", values![now])
    }
}

fn read(row: &Row) -> Result<Session, StoreError> {
    Ok(Session {
        hash: KeyHash::from_bytes(row.array(0)?),
        id: row.text(1)?,
        person: row.person(2, "sessions")?,
        csrf: row.text(3)?,
        created: row.millis(4)?,
        expires: row.millis(5)?,
    })
}
