//! Keys for programs, by their hash.

use boundary::{PersonId, UnixMillis};
use keys::KeyHash;

use crate::sql::{Row, values};
use crate::{State, StoreError};

/// `last_used` is written at most this often, so that a busy key costs no commit for each request.
const USE_RESOLUTION: u64 = 60_000;

/// A key for programs that act for a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiKeyRow {
    /// Short id that may be written down.
    pub id: String,
    /// Hash of the key.
    pub hash: KeyHash,
    /// For whom it acts.
    pub person: PersonId,
    /// What its maker calls it.
    pub label: String,
    /// When it was made.
    pub created: UnixMillis,
    /// When it was last used, to the minute.
    pub last_used: Option<UnixMillis>,
    /// When it was revoked.
    pub revoked: Option<UnixMillis>,
}

/// Keys for programs.
pub trait ApiKeys {
    /// Adds a key.
    fn add_key(&self, key: &ApiKeyRow) -> Result<(), StoreError>;

    /// The key with this hash, unless it is revoked. Notes that it was used.
    fn use_key(&self, hash: &KeyHash, now: UnixMillis) -> Result<Option<ApiKeyRow>, StoreError>;

    /// All keys of a person, newest first, revoked ones too.
    fn keys_of(&self, person: &PersonId) -> Result<Vec<ApiKeyRow>, StoreError>;

    /// Revokes a key of this person. Whether it was theirs and not revoked before.
    fn revoke_key(&self, id: &str, person: &PersonId, now: UnixMillis) -> Result<bool, StoreError>;
}

const COLUMNS: &str = "id, hash, person, label, created, last_used, revoked";

impl ApiKeys for State {
    fn add_key(&self, key: &ApiKeyRow) -> Result<(), StoreError> {
        let ApiKeyRow { id, hash, person, label, created, last_used, revoked } = key;
        self.sql.change(
            "INSERT INTO api_keys (id, hash, person, label, created, last_used, revoked)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            values![id, hash, person, label, *created, *last_used, *revoked],
        )?;
        Ok(())
    }

    fn use_key(&self, hash: &KeyHash, now: UnixMillis) -> Result<Option<ApiKeyRow>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM api_keys WHERE hash = ?1 AND revoked IS NULL");
        let Some(mut key) = self.sql.first(&sql, values![hash], read)? else { return Ok(None) };
        if key.last_used.is_none_or(|last| last.plus(USE_RESOLUTION) <= now) {
            let sql = "UPDATE api_keys SET last_used = ?2 WHERE id = ?1";
            self.sql.change(sql, values![&key.id, now])?;
            key.last_used = Some(now);
        }
        Ok(Some(key))
    }

    fn keys_of(&self, person: &PersonId) -> Result<Vec<ApiKeyRow>, StoreError> {
        let sql = format!(
            "SELECT {COLUMNS} FROM api_keys WHERE person = ?1 ORDER BY created DESC, id DESC"
        );
        self.sql.all(&sql, values![person], read)
    }

    fn revoke_key(&self, id: &str, person: &PersonId, now: UnixMillis) -> Result<bool, StoreError> {
        let revoked = self.sql.change(
            "UPDATE api_keys SET revoked = ?3 WHERE id = ?1 AND person = ?2 AND revoked IS NULL",
            values![id, person, now],
        )?;
        Ok(revoked > 0)
    }
}

fn read(row: &Row) -> Result<ApiKeyRow, StoreError> {
    Ok(ApiKeyRow {
        id: row.text(0)?,
        hash: KeyHash::from_bytes(row.array(1)?),
        person: row.person(2, "api_keys")?,
        label: row.text(3)?,
        created: row.millis(4)?,
        last_used: row.maybe_millis(5)?,
        revoked: row.maybe_millis(6)?,
    })
}
