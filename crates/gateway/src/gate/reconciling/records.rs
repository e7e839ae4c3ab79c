//! Holding the ledger's writes against the org's records and their field history: for orgs that keep no log of
//! requests, and for what such a log does not say.

use std::collections::BTreeSet;

use boundary::{Door, Facts, Landed, Operation, PersonId, Principal, Proposal, UnixMillis};
use store::{Page, Proposal as Row, ProposalFilter, ProposalState};

use super::judging::{Judged, Shows, Told, Written, judge};
use super::{CHUNK, Own, short};
use crate::conversations::internal;
use crate::error::GateError;
use crate::gate::Inner;
use crate::gate::finding_out::SETTLED;
use crate::knowledge::date_time;
use crate::people::of_salesforce;

/// A write of the ledger, and what the org's record says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordWrite {
    /// The entry that has its outcome.
    pub index: u64,
    /// When that was recorded.
    pub time: UnixMillis,
    /// Id of the proposal that it carried out.
    pub proposal: String,
    /// `create`, `update` or `delete`.
    pub operation: &'static str,
    /// API name of the object.
    pub object: String,
    /// Id of the record.
    pub record: String,
    /// API names of the fields that were sent.
    pub fields: Vec<String>,
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
        /// When, by the org's clock.
        time: UnixMillis,
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
    /// When, by the org's clock.
    pub time: UnixMillis,
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
    written: Written,
    row: Row,
    proposal: Proposal,
}

impl Sent {
    fn write(&self, now: RecordState) -> RecordWrite {
        let Written { index, done, operation, record, user, fields, .. } = self.written.clone();
        RecordWrite {
            index,
            time: UnixMillis(done),
            proposal: self.row.id.clone(),
            operation: operation.name(),
            object: self.proposal.object().to_owned(),
            record,
            fields,
            user,
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
        writers: &BTreeSet<PersonId>,
        since: UnixMillis,
        tolerance: u64,
    ) -> Result<RecordsBeside, GateError> {
        let mut found = RecordsBeside::default();
        let sent = self.sent_writes(own, since, &mut found)?;
        let mut users: BTreeSet<String> = writers.iter().map(|it| it.user().to_owned()).collect();
        users.extend(sent.iter().map(|it| it.written.user.clone()));
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
        let unread = |found: &mut RecordsBeside| {
            found.unread.insert(object.to_owned());
            found.unjudged += sent.iter().filter(|it| it.written.judged).count() as u64;
        };
        let changed = self.client.changed_by(object, users, &from).await.map_err(failed)?;
        let Some(changed) = changed else {
            unread(found);
            return Ok(());
        };
        let ids: BTreeSet<String> = sent.iter().map(|it| it.written.record.clone()).collect();
        let ids: Vec<String> = ids.into_iter().collect();
        // An answer that is none must not look like records that are gone.
        let Some(last) = self.client.changed_last(object, &ids).await.map_err(failed)? else {
            unread(found);
            return Ok(());
        };
        found.objects.insert(object.to_owned());
        let fields = self.client.fields_changed_by(object, users, &from).await.map_err(failed)?;
        if fields.is_some() {
            found.histories.insert(object.to_owned());
        }
        let told = Told { changed, fields: fields.unwrap_or_default(), last };
        let written: Vec<&Written> = sent.iter().map(|it| &it.written).collect();
        let Judged { org_only, fields, shows } = judge(object, &written, &told, tolerance)?;
        found.org_only.extend(org_only);
        found.fields.extend(fields);
        for write in sent {
            match shows.get(&write.written.index) {
                None => {}
                Some(Shows::History) => found.matched += 1,
                Some(Shows::Record) => {
                    found.matched += 1;
                    // Of several writes of a record only the last can be seen in its values.
                    let again = |it: &&Sent| {
                        short(&it.written.record) == short(&write.written.record)
                            && it.written.index > write.written.index
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
                Some(Shows::Not(state)) => {
                    let covered = matches!(state, RecordState::Later { .. } | RecordState::Gone);
                    let list = if covered { &mut found.overtaken } else { &mut found.ledger_only };
                    list.push(write.write(state.clone()));
                }
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
        let until = if done.found_later { from.saturating_add(SETTLED) } else { done.time.0 };
        let written = Written {
            index: done.index,
            done: done.time.0,
            operation: proposal.operation(),
            record,
            user: row.person.user().to_owned(),
            fields: proposal.fields().map(str::to_owned).collect(),
            from,
            until,
            judged,
        };
        Ok(Some(Sent { written, row, proposal }))
    }

    /// Users under whose grants anything was ever written.
    pub(super) fn writers(&self) -> Result<BTreeSet<PersonId>, GateError> {
        let filter =
            ProposalFilter { state: Some(ProposalState::Done), ..ProposalFilter::default() };
        let mut users = BTreeSet::new();
        let mut page = Page::first(CHUNK);
        loop {
            let rows = self.store.state().proposals(&filter, &page).map_err(internal)?;
            let Some(last) = rows.last() else { return Ok(users) };
            page = Page::after(last.created, &last.id, CHUNK);
            users.extend(rows.into_iter().map(|row| row.person));
        }
    }
}

impl Done {
    pub(super) fn of(index: u64, time: UnixMillis, facts: &Facts) -> Self {
        let found_later = facts.rule == "reconciled";
        Self { index, time, proposal: facts.proposal.clone(), found_later }
    }
}
