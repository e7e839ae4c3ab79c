//! Proposed writes and their way from one state to the next.

use boundary::{PersonId, UnixMillis};
use rusqlite::{Row, params};

use crate::database::{millis, signed};
use crate::{Page, SqliteState, StoreError};

/// Where a proposed write stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ProposalState {
    /// A person must decide.
    Waiting,
    /// A person signed it; it has not run.
    Approved,
    /// It is on its way to Salesforce.
    Executing,
    /// Salesforce did it.
    Done,
    /// Salesforce refused it; nothing was changed.
    Failed,
    /// Nobody knows whether Salesforce did it.
    Unknown,
    /// A person said no.
    Rejected,
    /// Nobody decided in time.
    Expired,
    /// The record, the policy or the grant is no longer what the person saw.
    Conflict,
}

impl ProposalState {
    /// Every state.
    pub const ALL: [Self; 9] = [
        Self::Waiting,
        Self::Approved,
        Self::Executing,
        Self::Done,
        Self::Failed,
        Self::Unknown,
        Self::Rejected,
        Self::Expired,
        Self::Conflict,
    ];

    /// The name, as stored and shown.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Approved => "approved",
            Self::Executing => "executing",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Unknown => "unknown",
            Self::Rejected => "rejected",
            Self::Expired => "expired",
            Self::Conflict => "conflict",
        }
    }

    /// The state of this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }
}

/// A proposed write, its content sealed.
#[derive(Clone, PartialEq, Eq)]
pub struct Proposal {
    /// Its id.
    pub id: String,
    /// For whom it was proposed.
    pub person: PersonId,
    /// Where it stands.
    pub state: ProposalState,
    /// The sealed content.
    pub sealed: Vec<u8>,
    /// Digest of the exact bytes that would be sent, hexadecimal.
    pub digest: String,
    /// When it was proposed.
    pub created: UnixMillis,
    /// Until when a person may decide.
    pub expires: UnixMillis,
    /// Who decided.
    pub decided_by: Option<PersonId>,
    /// When its state or content last changed.
    pub changed: UnixMillis,
}

impl std::fmt::Debug for Proposal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Proposal({}, {})", self.id, self.state.name())
    }
}

/// Which proposals.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProposalFilter {
    /// Of this person only.
    pub person: Option<PersonId>,
    /// In this state only.
    pub state: Option<ProposalState>,
}

/// Proposed writes.
pub trait Proposals {
    /// Destroys a proposal. Call [`crate::StateStore::scrub`] afterwards. Whether there was one.
    fn forget_proposal(&self, id: &str) -> Result<bool, StoreError>;

    /// Adds a proposal.
    fn add_proposal(&self, proposal: &Proposal) -> Result<(), StoreError>;

    /// The proposal with this id.
    fn proposal(&self, id: &str) -> Result<Option<Proposal>, StoreError>;

    /// Proposals, the newest first.
    fn proposals(&self, filter: &ProposalFilter, page: &Page) -> Result<Vec<Proposal>, StoreError>;

    /// Moves a proposal from one state to another if it still is in the first. Of two that try, one
    /// gets `true`. `decided_by` is kept once set; a decision names it.
    fn transition(
        &self,
        id: &str,
        from: ProposalState,
        to: ProposalState,
        decided_by: Option<&PersonId>,
        now: UnixMillis,
    ) -> Result<bool, StoreError>;

    /// Replaces the content of a waiting proposal if it still has the digest that its editor saw.
    fn amend_proposal(
        &self,
        id: &str,
        seen_digest: &str,
        sealed: &[u8],
        digest: &str,
        now: UnixMillis,
    ) -> Result<bool, StoreError>;

    /// Expires waiting proposals whose time has passed and gives their ids.
    fn expire_proposals(&self, now: UnixMillis) -> Result<Vec<String>, StoreError>;
}

const COLUMNS: &str = "id, person, state, sealed, digest, created, expires, decided_by, changed";

impl Proposals for SqliteState {
    fn forget_proposal(&self, id: &str) -> Result<bool, StoreError> {
        let sql = "DELETE FROM proposals WHERE id = ?1";
        Ok(self.connection().execute(sql, [id])? > 0)
    }

    fn add_proposal(&self, proposal: &Proposal) -> Result<(), StoreError> {
        self.connection()
            .prepare_cached(&format!(
                "INSERT INTO proposals ({COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)"
            ))?
            .execute(params![
                proposal.id,
                proposal.person.as_str(),
                proposal.state.name(),
                proposal.sealed,
                proposal.digest,
                signed(proposal.created.0),
                signed(proposal.expires.0),
                proposal.decided_by.as_ref().map(PersonId::as_str),
                signed(proposal.changed.0),
            ])?;
        Ok(())
    }

    fn proposal(&self, id: &str) -> Result<Option<Proposal>, StoreError> {
        self.connection()
            .prepare_cached(&format!("SELECT {COLUMNS} FROM proposals WHERE id = ?1"))?
            .query_and_then([id], read)?
            .next()
            .transpose()
    }

    fn proposals(&self, filter: &ProposalFilter, page: &Page) -> Result<Vec<Proposal>, StoreError> {
        let (time, id, count) = page.bounds();
        let person = filter.person.as_ref().map(PersonId::as_str);
        let state = filter.state.map(ProposalState::name);
        // Two shapes, so that each finds its index.
        let mine = if person.is_some() { "person = ?1" } else { "?1 IS NULL" };
        let such = if state.is_some() { "state = ?2" } else { "?2 IS NULL" };
        self.connection()
            .prepare_cached(&format!(
                "SELECT {COLUMNS} FROM proposals
                 WHERE {mine} AND {such} AND (created, id) < (?3, ?4)
                 ORDER BY created DESC, id DESC LIMIT ?5"
            ))?
            .query_and_then(params![person, state, time, id, count], read)?
            .collect()
    }

    fn transition(
        &self,
        id: &str,
        from: ProposalState,
        to: ProposalState,
        decided_by: Option<&PersonId>,
        now: UnixMillis,
    ) -> Result<bool, StoreError> {
        let moved = self.connection().execute(
            "UPDATE proposals SET state = ?3, decided_by = coalesce(decided_by, ?4), changed = ?5
             WHERE id = ?1 AND state = ?2",
            params![id, from.name(), to.name(), decided_by.map(PersonId::as_str), signed(now.0)],
        )?;
        Ok(moved > 0)
    }

    fn amend_proposal(
        &self,
        id: &str,
        seen_digest: &str,
        sealed: &[u8],
        digest: &str,
        now: UnixMillis,
    ) -> Result<bool, StoreError> {
        let amended = self.connection().execute(
            "UPDATE proposals SET sealed = ?3, digest = ?4, changed = ?5
             WHERE id = ?1 AND digest = ?2 AND state = 'waiting'",
            params![id, seen_digest, sealed, digest, signed(now.0)],
        )?;
        Ok(amended > 0)
    }

    fn expire_proposals(&self, now: UnixMillis) -> Result<Vec<String>, StoreError> {
        let expired = self
            .connection()
            .prepare_cached(
                "UPDATE proposals SET state = 'expired', changed = ?1
                 WHERE state = 'waiting' AND expires <= ?1 RETURNING id",
            )?
            .query_map([signed(now.0)], |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        Ok(expired)
    }
}

fn read(row: &Row<'_>) -> Result<Proposal, StoreError> {
    let damaged = || StoreError::Damaged("proposals");
    let person = |text: String| PersonId::parse(&text).ok_or_else(damaged);
    let state: String = row.get(2)?;
    let decided_by: Option<String> = row.get(7)?;
    Ok(Proposal {
        id: row.get(0)?,
        person: person(row.get(1)?)?,
        state: ProposalState::parse(&state).ok_or_else(damaged)?,
        sealed: row.get(3)?,
        digest: row.get(4)?,
        created: millis(row.get(5)?),
        expires: millis(row.get(6)?),
        decided_by: decided_by.map(person).transpose()?,
        changed: millis(row.get(8)?),
    })
}
