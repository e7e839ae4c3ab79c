//! Sign-ins under way, each good for one return from Salesforce.

use boundary::UnixMillis;
use keys::KeyHash;
use rusqlite::params;

use crate::database::{change_returning, signed};
use crate::{SqliteState, StoreError};

/// Sign-ins under way: the browser is at Salesforce and has yet to come back.
pub trait Logins {
    /// Notes a sign-in under the hash of its `state`, with what is needed to finish it, sealed.
    fn add_login(
        &self,
        state: &KeyHash,
        sealed: &[u8],
        expires: UnixMillis,
    ) -> Result<(), StoreError>;

    /// Takes a sign-in out. A `state` works once, and not after its time.
    fn take_login(&self, state: &KeyHash, now: UnixMillis) -> Result<Option<Vec<u8>>, StoreError>;

    /// Forgets sign-ins that were never finished and says how many.
    fn forget_expired_logins(&self, now: UnixMillis) -> Result<usize, StoreError>;
}

impl Logins for SqliteState {
    fn add_login(
        &self,
        state: &KeyHash,
        sealed: &[u8],
        expires: UnixMillis,
    ) -> Result<(), StoreError> {
        self.connection().execute(
            "INSERT INTO logins (state, sealed, expires) VALUES (?1, ?2, ?3)",
            params![state.as_bytes(), sealed, signed(expires.0)],
        )?;
        Ok(())
    }

    fn take_login(&self, state: &KeyHash, now: UnixMillis) -> Result<Option<Vec<u8>>, StoreError> {
        let taken: Option<(Vec<u8>, i64)> = change_returning(
            &self.connection(),
            "DELETE FROM logins WHERE state = ?1 RETURNING sealed, expires",
            [state.as_bytes()],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )?;
        Ok(taken.filter(|(_, expires)| *expires > signed(now.0)).map(|(sealed, _)| sealed))
    }

    fn forget_expired_logins(&self, now: UnixMillis) -> Result<usize, StoreError> {
        let sql = "DELETE FROM logins WHERE expires <= ?1";
        Ok(self.connection().execute(sql, [signed(now.0)])?)
    }
}
