//! Grants, sealed, replaced only by whoever saw the last one.

use boundary::{PersonId, UnixMillis};

use crate::sql::values;
use crate::{State, StoreError};

/// What a person allowed the gate to do for them, sealed.
#[derive(Clone, PartialEq, Eq)]
pub struct Grant {
    /// Rises with every change, also over a deletion.
    pub generation: u64,
    /// The sealed tokens.
    pub sealed: Vec<u8>,
    /// When it was last changed.
    pub updated: UnixMillis,
}

impl std::fmt::Debug for Grant {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Grant(generation {})", self.generation)
    }
}

/// Grants, one for each person.
pub trait Grants {
    /// A person's grant.
    fn grant(&self, person: &PersonId) -> Result<Option<Grant>, StoreError>;

    /// Puts a grant in place of whatever there was, and gives its generation. For a new sign-in.
    fn put_grant(
        &self,
        person: &PersonId,
        sealed: &[u8],
        now: UnixMillis,
    ) -> Result<u64, StoreError>;

    /// Replaces a grant if it still is of this generation. Two refreshes of one grant contend: Salesforce
    /// may rotate the refresh token, and the loser's is dead.
    fn swap_grant(
        &self,
        person: &PersonId,
        generation: u64,
        sealed: &[u8],
        now: UnixMillis,
    ) -> Result<bool, StoreError>;

    /// Destroys a grant; nothing of it stays in the files. Whether there was one.
    fn drop_grant(&self, person: &PersonId, now: UnixMillis) -> Result<bool, StoreError>;
}

impl Grants for State {
    fn grant(&self, person: &PersonId) -> Result<Option<Grant>, StoreError> {
        self.sql.first(
            "SELECT generation, sealed, updated FROM grants
             WHERE person = ?1 AND sealed IS NOT NULL",
            values![person],
            |row| {
                let (generation, sealed) = (row.count(0)?, row.bytes(1)?);
                Ok(Grant { generation, sealed, updated: row.millis(2)? })
            },
        )
    }

    fn put_grant(
        &self,
        person: &PersonId,
        sealed: &[u8],
        now: UnixMillis,
    ) -> Result<u64, StoreError> {
        let generation = self.sql.first(
            "INSERT INTO grants (person, generation, sealed, updated) VALUES (?1, 1, ?2, ?3)
             ON CONFLICT (person) DO UPDATE SET generation = grants.generation + 1,
                sealed = excluded.sealed, updated = excluded.updated
             RETURNING generation",
            values![person, sealed, now],
            |row| row.count(0),
        )?;
        generation.ok_or(StoreError::Damaged("grants"))
    }

    fn swap_grant(
        &self,
        person: &PersonId,
        generation: u64,
        sealed: &[u8],
        now: UnixMillis,
    ) -> Result<bool, StoreError> {
        let swapped = self.sql.change(
            "UPDATE grants SET generation = generation + 1, sealed = ?3, updated = ?4
             WHERE person = ?1 AND generation = ?2 AND sealed IS NOT NULL",
            values![person, generation, sealed, now],
        )?;
        Ok(swapped > 0)
    }

    fn drop_grant(&self, person: &PersonId, now: UnixMillis) -> Result<bool, StoreError> {
        // The row stays, so that no later grant has a generation that a slow refresh still expects.
        let dropped = self.sql.change(
            "UPDATE grants SET generation = generation + 1, sealed = NULL, updated = ?2
             WHERE person = ?1 AND sealed IS NOT NULL",
            values![person, now],
        )?;
        self.sql.scrub()?;
        Ok(dropped > 0)
    }
}
