//! Keys for programs, by their hash.

use boundary::{PersonId, UnixMillis};
use keys::KeyHash;
use rusqlite::{Row, params};

use crate::database::{millis, signed};
use crate::{SqliteState, StoreError};

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

impl ApiKeys for SqliteState {
    fn add_key(&self, key: &ApiKeyRow) -> Result<(), StoreError> {
        self.connection().execute(
            "INSERT INTO api_keys (id, hash, person, label, created, last_used, revoked)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            params![
                key.id,
                key.hash.as_bytes(),
                key.person.as_str(),
                key.label,
                signed(key.created.0),
                key.last_used.map(|at| signed(at.0)),
                key.revoked.map(|at| signed(at.0)),
            ],
        )?;
        Ok(())
    }

    fn use_key(&self, hash: &KeyHash, now: UnixMillis) -> Result<Option<ApiKeyRow>, StoreError> {
        let connection = self.connection();
        let found = connection
            .prepare_cached(
                "SELECT id, hash, person, label, created, last_used, revoked FROM api_keys
                 WHERE hash = ?1 AND revoked IS NULL",
            )?
            .query_and_then([hash.as_bytes()], read)?
            .next()
            .transpose()?;
        let Some(mut key) = found else { return Ok(None) };
        if key.last_used.is_none_or(|last| last.plus(USE_RESOLUTION) <= now) {
            let sql = "UPDATE api_keys SET last_used = ?2 WHERE id = ?1";
            connection.prepare_cached(sql)?.execute(params![key.id, signed(now.0)])?;
            key.last_used = Some(now);
        }
        Ok(Some(key))
    }

    fn keys_of(&self, person: &PersonId) -> Result<Vec<ApiKeyRow>, StoreError> {
        self.connection()
            .prepare_cached(
                "SELECT id, hash, person, label, created, last_used, revoked FROM api_keys
                 WHERE person = ?1 ORDER BY created DESC, id DESC",
            )?
            .query_and_then([person.as_str()], read)?
            .collect()
    }

    fn revoke_key(&self, id: &str, person: &PersonId, now: UnixMillis) -> Result<bool, StoreError> {
        let revoked = self.connection().execute(
            "UPDATE api_keys SET revoked = ?3 WHERE id = ?1 AND person = ?2 AND revoked IS NULL",
            params![id, person.as_str(), signed(now.0)],
        )?;
        Ok(revoked > 0)
    }
}

fn read(row: &Row<'_>) -> Result<ApiKeyRow, StoreError> {
    let person: String = row.get(2)?;
    Ok(ApiKeyRow {
        id: row.get(0)?,
        hash: KeyHash::from_bytes(row.get(1)?),
        person: PersonId::parse(&person).ok_or(StoreError::Damaged("api_keys"))?,
        label: row.get(3)?,
        created: millis(row.get(4)?),
        last_used: row.get::<_, Option<i64>>(5)?.map(millis),
        revoked: row.get::<_, Option<i64>>(6)?.map(millis),
    })
}
