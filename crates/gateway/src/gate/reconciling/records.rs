//! Holding the ledger's writes against the org's records and their field history: for orgs that keep no log of
//! requests, and for what such a log does not say.

use std::collections::{BTreeMap, BTreeSet};

use boundary::{Door, Facts, Landed, Operation, Principal, Proposal, UnixMillis};
use salesforce::Changed;
use store::{Page, Proposal as Row, ProposalFilter, ProposalState};

use super::{CHUNK, Own, short};
use crate::conversations::internal;
use crate::error::GateError;
use crate::gate::Inner;
use crate::knowledge::date_time;
use crate::people::of_salesforce;

/// A write that was found out about later happened within this time: Salesforce ends every transaction by then.
const SETTLED_MILLIS: u64 = 10 * 60 * 1_000;

/// A write of the ledger, and what the org's record says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordWrite {
    /// The entry that has its outcome.
    pub index: u64,
    /// API name of the object.
    pub object: String,
    /// Id of the record.
    pub record: String,
    /// Id of the user under whose grant it was written.
    pub user: String,
    /// What the record says.
    pub now: RecordState,
}

/// What a record says that the ledger has a write of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RecordState {
    /// Nobody changed it at that time or since.
    Unchanged,
    /// It was to be deleted and is there.
    There,
    /// It is gone, or the user that the app runs as cannot see it.
    Gone,
    /// It was changed later, so that it says nothing of this write.
    Later {
        /// Id of the user.
        user: String,
        /// When, as the org writes it.
        time: String,
    },
    /// It was changed at that time, and does not hold what was sent.
    Differs,
}

/// A change of the org that the ledger does not have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Beside {
    /// API name of the object.
    pub object: String,
    /// Id of the record.
    pub record: String,
    /// The field, where the field history says so.
    pub field: Option<String>,
    /// Id of the user, who writes through the gate too.
    pub user: String,
    /// When, as the org writes it.
    pub time: String,
}

/// What came of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RecordsBeside {
    /// Objects whose records could be asked.
    pub objects: BTreeSet<String>,
    /// Objects whose field history could be asked.
    pub histories: BTreeSet<String>,
    /// Objects of which the org said nothing.
    pub unread: BTreeSet<String>,
    /// Writes that the records or their history show.
    pub matched: u64,
    /// Of these, updates whose record holds what was sent.
    pub equal: u64,
    /// Writes that the ledger has and the record does not.
    pub ledger_only: Vec<RecordWrite>,
    /// Writes of which the record says nothing any more.
    pub overtaken: Vec<RecordWrite>,
    /// Records that somebody changed beside the gate.
    pub org_only: Vec<Beside>,
    /// Fields that somebody changed and the ledger did not send.
    pub fields: Vec<Beside>,
    /// Writes of which the gate no longer knows the record, or the org says nothing.
    pub unjudged: u64,
}

/// A write that the ledger says is done.
pub(super) struct Done {
    pub(super) index: u64,
    pub(super) time: UnixMillis,
    pub(super) proposal: Option<String>,
    pub(super) found_later: bool,
}

/// The same with what was written.
struct Sent {
    index: u64,
    from: u64,
    until: u64,
    /// Whether it is in the time that is asked about.
    judged: bool,
    user: String,
    record: String,
    row: Row,
    proposal: Proposal,
}

impl Sent {
    fn is(&self, change: &Changed) -> bool {
        short(&self.record) == short(&change.record) && short(&self.user) == short(&change.user)
    }

    fn at(&self, moment: u64, tolerance: u64) -> bool {
        moment.saturating_add(tolerance) >= self.from
            && moment <= self.until.saturating_add(tolerance)
    }

    /// Field histories call a lookup by its relationship: `Owner` for `OwnerId`.
    fn sent(&self, field: &str) -> bool {
        let lookup = format!("{field}Id");
        self.proposal
            .fields()
            .any(|it| it.eq_ignore_ascii_case(field) || it.eq_ignore_ascii_case(&lookup))
    }

    fn write(&self, now: RecordState) -> RecordWrite {
        RecordWrite {
            index: self.index,
            object: self.proposal.object().to_owned(),
            record: self.record.clone(),
            user: self.user.clone(),
            now,
        }
    }
}

impl Inner {
    /// Everything that the org may be asked about: objects that the matrix lets be written.
    pub(super) fn writable(&self) -> BTreeSet<String> {
        let matrix = self.matrix();
        let cells = matrix.cells().filter(|it| it.create || it.update || it.delete);
        cells.map(|it| it.object.clone()).collect()
    }

    /// What the org's records say of the writes, and who changed them beside the gate. The ledger has to have
    /// that the sealed parts are read before this is called.
    pub(super) async fn beside(
        &self,
        own: &Own,
        since: UnixMillis,
        tolerance: u64,
    ) -> Result<RecordsBeside, GateError> {
        let mut found = RecordsBeside::default();
        let sent = self.sent_writes(own, since, &mut found)?;
        let mut users = self.writers()?;
        users.extend(sent.iter().map(|it| it.user.clone()));
        let users: Vec<String> = users.into_iter().collect();
        let mut objects = self.writable();
        objects.extend(own.objects.iter().cloned());
        objects.extend(sent.iter().map(|it| it.proposal.object().to_owned()));
        for object in objects {
            let of_object = |it: &&Sent| it.proposal.object() == object;
            let sent: Vec<&Sent> = sent.iter().filter(of_object).collect();
            self.beside_object(&object, &sent, &users, (since, tolerance), &mut found).await?;
        }
        Ok(found)
    }

    async fn beside_object(
        &self,
        object: &str,
        sent: &[&Sent],
        users: &[String],
        (since, tolerance): (UnixMillis, u64),
        found: &mut RecordsBeside,
    ) -> Result<(), GateError> {
        let failed = |error: salesforce::Error| of_salesforce(&error);
        let from = date_time(since.0);
        let judged = sent.iter().filter(|it| it.judged).count() as u64;
        let changed = self.client.changed_by(object, users, &from).await.map_err(failed)?;
        let Some(changed) = changed else {
            found.unread.insert(object.to_owned());
            found.unjudged += judged;
            return Ok(());
        };
        found.objects.insert(object.to_owned());
        let fields = self.client.fields_changed_by(object, users, &from).await.map_err(failed)?;
        if fields.is_some() {
            found.histories.insert(object.to_owned());
        }
        let fields = fields.unwrap_or_default();
        let ids: BTreeSet<String> = sent.iter().map(|it| it.record.clone()).collect();
        let ids: Vec<String> = ids.into_iter().collect();
        let last = self.client.changed_last(object, &ids).await.map_err(failed)?;
        let last: BTreeMap<String, Changed> =
            last.into_iter().flatten().map(|it| (short(&it.record), it)).collect();
        let near = |change: &Changed| -> Result<Vec<&&Sent>, GateError> {
            let at = moment(&change.at)?;
            Ok(sent.iter().filter(|it| it.is(change) && it.at(at, tolerance)).collect())
        };
        for change in &changed {
            if near(change)?.is_empty() {
                found.org_only.push(beside(object, change));
            }
        }
        let mut shown = BTreeSet::new();
        for change in &fields {
            let Some(field) = change.field.as_deref().filter(|it| *it != "created") else {
                continue;
            };
            let near = near(change)?;
            let of_gate: Vec<u64> =
                near.iter().filter(|it| it.sent(field)).map(|it| it.index).collect();
            if of_gate.is_empty() {
                found.fields.push(beside(object, change));
            }
            shown.extend(of_gate);
        }
        for write in sent.iter().filter(|it| it.judged) {
            let state = state(write, last.get(&short(&write.record)), tolerance)?;
            match state {
                None => {
                    found.matched += 1;
                    // Of several writes of a record only the last can be seen in its values.
                    let again = |it: &&Sent| {
                        short(&it.record) == short(&write.record) && it.index > write.index
                    };
                    if sent.iter().any(again) {
                        continue;
                    }
                    match self.values_landed(write).await {
                        Some(true) => found.equal += 1,
                        Some(false) => found.ledger_only.push(write.write(RecordState::Differs)),
                        None => {}
                    }
                }
                // The history has it, whatever became of the record.
                Some(RecordState::Later { .. } | RecordState::Gone)
                    if shown.contains(&write.index) =>
                {
                    found.matched += 1;
                }
                Some(later @ (RecordState::Later { .. } | RecordState::Gone)) => {
                    found.overtaken.push(write.write(later));
                }
                Some(other) => found.ledger_only.push(write.write(other)),
            }
        }
        Ok(())
    }

    /// Whether the record of an update holds what was sent, read under the grant of the person who asked for it.
    /// `None` where it cannot be read.
    async fn values_landed(&self, write: &Sent) -> Option<bool> {
        if write.proposal.operation() != Operation::Update {
            return None;
        }
        let who = Principal::new(write.row.person.clone(), Door::Page, "gate".to_owned());
        let view = self.view(who.person()).await.ok()?;
        let object = write.proposal.object();
        if !write.proposal.fields().all(|field| view.rights.may_read(object, field)) {
            return None;
        }
        let act = self.act(&who).ok()?;
        let current = self.look(&write.proposal, &who, &view, &act).await.ok()??;
        Some(write.proposal.landed(&current, true) == Landed::Yes)
    }

    fn sent_writes(
        &self,
        own: &Own,
        since: UnixMillis,
        found: &mut RecordsBeside,
    ) -> Result<Vec<Sent>, GateError> {
        let mut sent = Vec::new();
        for done in &own.done {
            let judged = done.time >= since;
            match self.sent_write(done, judged)? {
                Some(write) => sent.push(write),
                None if judged => found.unjudged += 1,
                None => {}
            }
        }
        Ok(sent)
    }

    fn sent_write(&self, done: &Done, judged: bool) -> Result<Option<Sent>, GateError> {
        let Some(id) = &done.proposal else { return Ok(None) };
        let Some(row) = self.store.state().proposal(id).map_err(internal)? else {
            return Ok(None);
        };
        let proposal = self.unseal(&row)?;
        let record = proposal.record().map(|it| it.id().to_owned());
        let record = if record.is_some() { record } else { self.made(&row.id)? };
        let Some(record) = record else { return Ok(None) };
        let from = self.sent_at(&row)?.0.min(done.time.0);
        let until =
            if done.found_later { from.saturating_add(SETTLED_MILLIS) } else { done.time.0 };
        let user = row.person.user().to_owned();
        Ok(Some(Sent { index: done.index, from, until, judged, user, record, row, proposal }))
    }

    /// Users under whose grants anything was ever written.
    fn writers(&self) -> Result<BTreeSet<String>, GateError> {
        let filter =
            ProposalFilter { state: Some(ProposalState::Done), ..ProposalFilter::default() };
        let mut users = BTreeSet::new();
        let mut page = Page::first(CHUNK);
        loop {
            let rows = self.store.state().proposals(&filter, &page).map_err(internal)?;
            let Some(last) = rows.last() else { return Ok(users) };
            page = Page::after(last.created, &last.id, CHUNK);
            users.extend(rows.iter().map(|row| row.person.user().to_owned()));
        }
    }
}

impl Done {
    pub(super) fn of(index: u64, time: UnixMillis, facts: &Facts) -> Self {
        let found_later = facts.rule == "reconciled";
        Self { index, time, proposal: facts.proposal.clone(), found_later }
    }
}

/// What the record says of a write; `None` when it shows it.
fn state(
    write: &Sent,
    last: Option<&Changed>,
    tolerance: u64,
) -> Result<Option<RecordState>, GateError> {
    let deletes = write.proposal.operation() == Operation::Delete;
    let Some(last) = last else { return Ok((!deletes).then_some(RecordState::Gone)) };
    if deletes {
        return Ok(Some(RecordState::There));
    }
    let at = moment(&last.at)?;
    if write.is(last) && write.at(at, tolerance) {
        return Ok(None);
    }
    if at.saturating_add(tolerance) < write.from {
        return Ok(Some(RecordState::Unchanged));
    }
    Ok(Some(RecordState::Later { user: last.user.clone(), time: last.at.clone() }))
}

fn beside(object: &str, change: &Changed) -> Beside {
    let Changed { record, user, at, field } = change.clone();
    Beside { object: object.to_owned(), record, field, user, time: at }
}

/// `2026-11-22T10:46:59.000+0000`.
fn moment(text: &str) -> Result<u64, GateError> {
    let time = jiff::Timestamp::strptime("%Y-%m-%dT%H:%M:%S%.f%z", text)
        .or_else(|_| text.parse())
        .map_err(|_| GateError::Salesforce("a moment has another form".to_owned()))?;
    u64::try_from(time.as_millisecond()).map_err(internal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_read_as_the_org_writes_them() {
        assert_eq!(moment("2026-11-22T10:46:59.120+0000").unwrap(), 1_795_344_419_120);
        assert_eq!(moment("2026-11-22T12:46:59+0200").unwrap(), 1_795_344_419_000);
        assert!(moment("yesterday").is_err());
    }
}
