//! What happened to proposed writes, and who signed them.

use boundary::{PersonId, UnixMillis};

use crate::sql::{Row, values};
use crate::{State, StoreError};

/// One step in the life of a proposed write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProposalEvent {
    /// The proposal.
    pub proposal: String,
    /// When.
    pub at: UnixMillis,
    /// What: `proposed`, `edited`, `signed`, `rejected`, ...
    pub what: String,
    /// Who did it; nobody where the gate did.
    pub person: Option<PersonId>,
    /// The entry of the ledger that says so.
    pub entry: Option<u64>,
    /// Sealed words, such as the reason of a rejection.
    pub sealed: Option<Vec<u8>>,
}

/// A person's signature under a proposed write, sealed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignatureRow {
    /// Who signed.
    pub person: PersonId,
    /// The sealed signature.
    pub sealed: Vec<u8>,
}

/// The history of proposed writes, and their signatures.
pub trait ProposalEvents {
    /// Adds a step to the history of a proposal.
    fn note_event(&self, event: &ProposalEvent) -> Result<(), StoreError>;

    /// The history of a proposal, oldest first.
    fn events_of(&self, proposal: &str) -> Result<Vec<ProposalEvent>, StoreError>;

    /// Keeps a person's signature under a proposal that waits and has this digest. Whether it did: one
    /// that was decided or edited meanwhile takes none. A second one of a person replaces the first.
    fn add_signature(
        &self,
        proposal: &str,
        digest: &str,
        row: &SignatureRow,
    ) -> Result<bool, StoreError>;

    /// The signatures under this digest of a proposal, by person.
    fn signatures(&self, proposal: &str, digest: &str) -> Result<Vec<SignatureRow>, StoreError>;

    /// Destroys the signatures under a proposal: an edit made them worthless.
    fn void_signatures(&self, proposal: &str) -> Result<(), StoreError>;

    /// How many proposals one request made.
    fn batch_size(&self, batch: &str) -> Result<u64, StoreError>;

    /// How many proposals of a person wait for a decision.
    fn waiting_of(&self, person: &PersonId) -> Result<u64, StoreError>;
}

impl ProposalEvents for State {
    fn note_event(&self, event: &ProposalEvent) -> Result<(), StoreError> {
        self.sql.in_one_step(|sql| {
            sql.change(
                "INSERT INTO proposal_events (proposal, step, at, what, person, entry, sealed)
                 SELECT ?1, coalesce(max(step), 0) + 1, ?2, ?3, ?4, ?5, ?6
                 FROM proposal_events WHERE proposal = ?1",
                values![
                    &event.proposal,
                    event.at,
                    &event.what,
                    event.person.as_ref(),
                    event.entry,
                    event.sealed.as_ref(),
                ],
            )
        })?;
        Ok(())
    }

    fn events_of(&self, proposal: &str) -> Result<Vec<ProposalEvent>, StoreError> {
        self.sql.all(
            "SELECT proposal, at, what, person, entry, sealed FROM proposal_events
             WHERE proposal = ?1 ORDER BY step",
            values![proposal],
            read_event,
        )
    }

    fn add_signature(
        &self,
        proposal: &str,
        digest: &str,
        row: &SignatureRow,
    ) -> Result<bool, StoreError> {
        let added = self.sql.change(
            "INSERT INTO proposal_signatures (proposal, person, digest, sealed)
             SELECT id, ?3, digest, ?4 FROM proposals
             WHERE id = ?1 AND digest = ?2 AND state = 'waiting'
             ON CONFLICT (proposal, person)
             DO UPDATE SET digest = excluded.digest, sealed = excluded.sealed",
            values![proposal, digest, &row.person, &row.sealed],
        )?;
        Ok(added > 0)
    }

    fn signatures(&self, proposal: &str, digest: &str) -> Result<Vec<SignatureRow>, StoreError> {
        self.sql.all(
            "SELECT person, sealed FROM proposal_signatures
             WHERE proposal = ?1 AND digest = ?2 ORDER BY person",
            values![proposal, digest],
            |row| Ok(SignatureRow { person: row.person(0, "proposals")?, sealed: row.bytes(1)? }),
        )
    }

    fn void_signatures(&self, proposal: &str) -> Result<(), StoreError> {
        let sql = "DELETE FROM proposal_signatures WHERE proposal = ?1";
        self.sql.change(sql, values![proposal])?;
        Ok(())
    }

    fn batch_size(&self, batch: &str) -> Result<u64, StoreError> {
        let sql = "SELECT count(*) FROM proposals WHERE batch = ?1 AND batch <> ''";
        Ok(self.sql.first(sql, values![batch], |row| row.count(0))?.unwrap_or(0))
    }

    fn waiting_of(&self, person: &PersonId) -> Result<u64, StoreError> {
        let sql = "SELECT count(*) FROM proposals WHERE person = ?1 AND state = 'waiting'";
        Ok(self.sql.first(sql, values![person], |row| row.count(0))?.unwrap_or(0))
    }
}

fn read_event(row: &Row) -> Result<ProposalEvent, StoreError> {
    let person = row.maybe_text(3)?;
    let person = person.map(|it| PersonId::parse(&it).ok_or(StoreError::Damaged("proposals")));
    Ok(ProposalEvent {
        proposal: row.text(0)?,
        at: row.millis(1)?,
        what: row.text(2)?,
        person: person.transpose()?,
        entry: row.maybe_int(4)?.map(crate::database::unsigned),
        sealed: row.maybe_bytes(5)?,
    })
}
