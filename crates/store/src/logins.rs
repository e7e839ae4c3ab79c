//! Sign-ins under way, each good for one return from Salesforce.

use boundary::UnixMillis;
use keys::KeyHash;

use crate::sql::values;
use crate::{State, StoreError};

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

impl Logins for State {
    fn add_login(
        &self,
        state: &KeyHash,
        sealed: &[u8],
        expires: UnixMillis,
    ) -> Result<(), StoreError> {
        let sql = "INSERT INTO logins (state, sealed, expires) VALUES (?1, ?2, ?3)";
        self.sql.change(sql, values![state, sealed, expires])?;
        Ok(())
    }

    fn take_login(&self, state: &KeyHash, now: UnixMillis) -> Result<Option<Vec<u8>>, StoreError> {
        let sql = "DELETE FROM logins WHERE state = ?1 RETURNING sealed, expires";
        let taken =
            self.sql.first(sql, values![state], |row| Ok((row.bytes(0)?, row.millis(1)?)))?;
        Ok(taken.filter(|(_, expires)| *expires > now).map(|(sealed, _)| sealed))
    }

    fn forget_expired_logins(&self, now: UnixMillis) -> Result<usize, StoreError> {
        self.sql.change("DELETE FROM logins WHERE expires <= ?1", values![now])
    }
}
