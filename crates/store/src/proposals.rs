//! Proposed writes and their way from one state to the next.

use boundary::{PersonId, UnixMillis};

use crate::sql::{Row, values};
use crate::{Page, State, StoreError};

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
    /// The request that proposed it, which may have proposed others.
    pub batch: String,
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
    /// Of this request only.
    pub batch: Option<String>,
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

    /// Takes over proposals that were on their way when their gate died: those whose gate has not been
    /// [seen](crate::Gates::seen) since `alive`. Of two gates that try, one gets each.
    fn take_over_proposals(&self, alive: UnixMillis) -> Result<Vec<Proposal>, StoreError>;

    /// Takes over proposals that were rejected or expired, and whose history does not say so: their gate died before the
    /// ledger had it. Of two gates that try, one gets each.
    fn take_over_decisions(&self, alive: UnixMillis) -> Result<Vec<Proposal>, StoreError>;

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

const COLUMNS: &str =
    "id, person, state, sealed, digest, created, expires, decided_by, changed, batch";

impl Proposals for State {
    fn forget_proposal(&self, id: &str) -> Result<bool, StoreError> {
        Ok(self.sql.change("DELETE FROM proposals WHERE id = ?1", values![id])? > 0)
    }

    fn add_proposal(&self, proposal: &Proposal) -> Result<(), StoreError> {
        let sql = format!(
            "INSERT INTO proposals ({COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)"
        );
        self.sql.change(
            &sql,
            values![
                &proposal.id,
                &proposal.person,
                proposal.state.name(),
                &proposal.sealed,
                &proposal.digest,
                proposal.created,
                proposal.expires,
                proposal.decided_by.as_ref(),
                proposal.changed,
                &proposal.batch,
            ],
        )?;
        Ok(())
    }

    fn proposal(&self, id: &str) -> Result<Option<Proposal>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM proposals WHERE id = ?1");
        self.sql.first(&sql, values![id], read)
    }

    fn proposals(&self, filter: &ProposalFilter, page: &Page) -> Result<Vec<Proposal>, StoreError> {
        let (time, id, count) = page.bounds();
        let mut values = values![time, id, count].to_vec();
        let mut narrowed = String::new();
        // Only what is asked for stands in the statement, so that each shape finds its index.
        if let Some(person) = &filter.person {
            values.push(person.into());
            narrowed.extend([" AND person = ?", &values.len().to_string()]);
        }
        if let Some(state) = filter.state {
            values.push(state.name().into());
            narrowed.extend([" AND state = ?", &values.len().to_string()]);
        }
        if let Some(batch) = &filter.batch {
            values.push(batch.into());
            narrowed.extend([" AND batch = ?", &values.len().to_string()]);
        }
        let sql = format!(
            "SELECT {COLUMNS} FROM proposals WHERE (created, id) < (?1, ?2){narrowed}
             ORDER BY created DESC, id DESC LIMIT ?3"
        );
        self.sql.all(&sql, &values, read)
    }

    fn transition(
        &self,
        id: &str,
        from: ProposalState,
        to: ProposalState,
        decided_by: Option<&PersonId>,
        now: UnixMillis,
    ) -> Result<bool, StoreError> {
        let moved = self.sql.change(
            "UPDATE proposals SET state = ?3, decided_by = coalesce(decided_by, ?4), changed = ?5,
                gate = ?6
             WHERE id = ?1 AND state = ?2",
            values![id, from.name(), to.name(), decided_by, now, &self.gate],
        )?;
        Ok(moved > 0)
    }

    fn take_over_proposals(&self, alive: UnixMillis) -> Result<Vec<Proposal>, StoreError> {
        // INVARIANT: one gate gets each of them, for the row names the new one when the other looks again.
        let sql = format!(
            "UPDATE proposals SET gate = ?1
             WHERE state IN ('approved', 'executing')
                AND (gate IS NULL OR gate NOT IN (SELECT id FROM gates WHERE seen >= ?2))
             RETURNING {COLUMNS}"
        );
        self.sql.all(&sql, values![&self.gate, alive], read)
    }

    fn take_over_decisions(&self, alive: UnixMillis) -> Result<Vec<Proposal>, StoreError> {
        // Those that no gate is named in were decided before there was a history.
        let sql = format!(
            "UPDATE proposals SET gate = ?1
             WHERE state IN ('rejected', 'expired')
                AND gate IS NOT NULL AND gate NOT IN (SELECT id FROM gates WHERE seen >= ?2)
                AND NOT EXISTS (
                    SELECT 1 FROM proposal_events
                    WHERE proposal = proposals.id AND what = proposals.state
                )
             RETURNING {COLUMNS}"
        );
        self.sql.all(&sql, values![&self.gate, alive], read)
    }

    fn amend_proposal(
        &self,
        id: &str,
        seen_digest: &str,
        sealed: &[u8],
        digest: &str,
        now: UnixMillis,
    ) -> Result<bool, StoreError> {
        let amended = self.sql.change(
            "UPDATE proposals SET sealed = ?3, digest = ?4, changed = ?5
             WHERE id = ?1 AND digest = ?2 AND state = 'waiting'",
            values![id, seen_digest, sealed, digest, now],
        )?;
        Ok(amended > 0)
    }

    fn expire_proposals(&self, now: UnixMillis) -> Result<Vec<String>, StoreError> {
        self.sql.all(
            "UPDATE proposals SET state = 'expired', changed = ?1, gate = ?2
             WHERE state = 'waiting' AND expires <= ?1 RETURNING id",
            values![now, &self.gate],
            |row| row.text(0),
        )
    }
}

fn read(row: &Row) -> Result<Proposal, StoreError> {
    let damaged = || StoreError::Damaged("proposals");
    let decided_by = row.maybe_text(7)?;
    let decided_by = decided_by.map(|it| PersonId::parse(&it).ok_or_else(damaged));
    Ok(Proposal {
        id: row.text(0)?,
        person: row.person(1, "proposals")?,
        state: ProposalState::parse(&row.text(2)?).ok_or_else(damaged)?,
        sealed: row.bytes(3)?,
        digest: row.text(4)?,
        created: row.millis(5)?,
        expires: row.millis(6)?,
        decided_by: decided_by.transpose()?,
        changed: row.millis(8)?,
        batch: row.text(9)?,
    })
}
