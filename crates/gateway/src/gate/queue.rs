//! The queue of proposals: who sees which, edits, refusals, and time running out.

use std::collections::BTreeMap;
use std::sync::{Arc, Weak};
use std::time::Duration;

use boundary::{
    Act, Action, Approver, Facts, Label, Principal, Proposal, Purpose, Raw, Records, Ruling,
    Signature, Verdict,
};
use keys::{OsRandom, Random as _};
use store::{Page, Proposal as Row, ProposalFilter, ProposalState, SignatureRow};

use super::crowding::Place;
use super::{Gate, Inner, viewer};
use crate::approvals::{FieldLabel, ProposalView, Standing};
use crate::conversations::{internal, nonce};
use crate::direct::Decision;
use crate::error::GateError;
use crate::notices::Notice;
use crate::people::PersonView;

/// Proposals in a list, of the person's own and of others.
const LISTED: usize = 500;
/// Characters of a reason.
const REASON: usize = 1_000;
/// Between two looks for proposals whose time has run out.
const SWEEP: Duration = Duration::from_secs(30);

impl Gate {
    /// The person's proposals, and those of others that they may decide; those that wait come first,
    /// then the newest. Of others' the values are left out: [`Gate::proposal`] reads the record.
    pub async fn proposals(&self, who: &Principal) -> Result<Vec<ProposalView>, GateError> {
        let inner = &self.0;
        inner.expire().await?;
        let view = inner.view(who.person()).await?;
        let list = |filter| inner.store.state().proposals(&filter, &Page::first(LISTED));
        let own =
            ProposalFilter { person: Some(who.person().clone()), ..ProposalFilter::default() };
        let waiting =
            ProposalFilter { state: Some(ProposalState::Waiting), ..ProposalFilter::default() };
        let mut views = Vec::new();
        for row in list(own).map_err(internal)? {
            views.push(inner.shown(&row, who, &view, None)?);
        }
        if inner.judge_knows_others() {
            let of_others = list(waiting).map_err(internal)?.into_iter();
            for row in of_others.filter(|row| &row.person != who.person()) {
                let shown = inner.shown(&row, who, &view, None)?;
                if shown.ruling != Ruling::No {
                    views.push(shown);
                }
            }
        }
        views.sort_by_key(|it| (it.standing != Standing::Waiting, std::cmp::Reverse(it.created)));
        Ok(views)
    }

    /// One proposal, with its history: the person's own, or one that they may decide or have decided.
    /// The record is read under the grant of the person who looks.
    pub async fn proposal(&self, who: &Principal, id: &str) -> Result<ProposalView, GateError> {
        let inner = &self.0;
        inner.expire().await?;
        let view = inner.view(who.person()).await?;
        let row = inner.visible(who, &view, id)?;
        let proposal = inner.unseal(&row)?;
        let mine = &row.person == who.person();
        let current = if mine {
            None
        } else {
            let act = inner.act(who)?;
            // Whoever cannot read the record sees nothing of it.
            inner.look(&proposal, who, &view, &act).await.unwrap_or_default()
        };
        let mut shown = inner.shown(&row, who, &view, current.as_ref())?;
        if !mine && !shown.shown.withheld {
            shown.said = inner.words_for_others(&proposal, &shown.shown).await?;
        }
        let made;
        (shown.history, made) = inner.history(&row)?;
        if shown.record.is_none()
            && let Some(made) = made
        {
            shown.link = Some(inner.address_of(&made));
            shown.record = Some(made);
        }
        shown.undoable = mine
            && shown.standing == Standing::Done
            && inner.undoable(&proposal, shown.record.as_deref(), &view);
        let told = shown.history.iter().rev().find(|it| it.what == "failed");
        shown.problem = told.and_then(|it| it.words.clone());
        Ok(shown)
    }

    /// How many proposals wait for this person's decision.
    pub async fn waiting(&self, who: &Principal) -> Result<usize, GateError> {
        let views = self.proposals(who).await?;
        Ok(views.iter().filter(|view| view.standing == Standing::Waiting).count())
    }

    /// Replaces values of a waiting proposal of the person's own by what they typed: a new digest, and
    /// whoever signed the old one has to look again.
    pub async fn edit(
        &self,
        who: &Principal,
        id: &str,
        edits: Vec<(String, String)>,
    ) -> Result<ProposalView, GateError> {
        let inner = &self.0;
        let row = still_waiting(inner.row(who, id)?)?;
        let proposal = inner.unseal(&row)?;
        let label = Label::typed_by(who.person());
        let edits = edits.into_iter().map(|(field, text)| (field, Raw::new(text, label.clone())));
        let edited = proposal.edit(salt()?, edits.collect(), inner.now())?;
        let act = inner.act(who)?;
        let facts = edited.facts(Purpose::Approval, Action::Edit, Verdict::Done, &act);
        let entry = inner.recorder.append_values(facts.rule("edited").entry(), &edited).await?;
        inner.amend(&row, &edited)?;
        inner.happened(&row.id, "edited", Some(who), Some(entry.index()), None)?;
        self.proposal(who, id).await
    }

    /// Says no to a proposal, with a reason for whoever asked.
    pub async fn reject(
        &self,
        who: &Principal,
        id: &str,
        reason: Option<&str>,
    ) -> Result<(), GateError> {
        let inner = &self.0;
        let view = inner.view(who.person()).await?;
        let row = still_waiting(inner.visible(who, &view, id)?)?;
        let proposal = inner.unseal(&row)?;
        let mine = &row.person == who.person();
        if !mine && inner.shown(&row, who, &view, None)?.ruling == Ruling::No {
            return Err(boundary::ApprovalError::NotAllowed.into());
        }
        let reason: Option<String> = reason
            .map(|reason| reason.trim().chars().take(REASON).collect())
            .filter(|reason: &String| !reason.is_empty());
        let act = inner.act(who)?;
        let facts = proposal.facts(Purpose::Approval, Action::Reject, Verdict::Refused, &act);
        let facts = facts.rule("rejected");
        // First the step, which one of two can take; a ledger that cannot say so takes it back.
        inner.step(&row, ProposalState::Waiting, ProposalState::Rejected, Some(who))?;
        let entry = match &reason {
            Some(reason) => inner.recorder.append_text(facts.entry(), "reason", reason).await,
            None => inner.recorder.record(facts).await,
        };
        let entry = match entry {
            Ok(entry) => entry.index(),
            Err(error) => {
                inner.step(&row, ProposalState::Rejected, ProposalState::Waiting, None)?;
                return Err(error);
            }
        };
        inner.happened(&row.id, "rejected", Some(who), Some(entry), reason.as_deref())?;
        inner.decisions.note(id, Decision::Rejected);
        Ok(())
    }
}

impl Inner {
    /// Keeps a new proposal in the queue, once the ledger has it.
    pub(crate) async fn enqueue(
        &self,
        _place: Place,
        proposal: &Proposal,
        act: &Act,
    ) -> Result<u64, GateError> {
        let facts = proposal.facts(Purpose::Approval, Action::Propose, Verdict::Allowed, act);
        let entry = self
            .recorder
            .append_values(facts.rule("human-approval").entry(), proposal)
            .await?
            .index();
        let row = Row {
            id: proposal.id().to_owned(),
            person: proposal.owner().clone(),
            state: ProposalState::Waiting,
            sealed: proposal.seal(&self.proposals_key, nonce()?).map_err(internal)?,
            digest: proposal.digest(),
            created: proposal.created(),
            expires: proposal.expires(),
            decided_by: None,
            changed: proposal.created(),
            batch: proposal.batch().to_owned(),
        };
        self.store.state().add_proposal(&row).map_err(internal)?;
        let asker = proposal.owner().clone();
        self.note_event(&row.id, "proposed", Some(asker), Some(entry), None)?;
        let notice = Notice {
            what: "waiting",
            operation: proposal.operation().name(),
            object: proposal.object().to_owned(),
            address: format!("{}/approvals/{}", self.config.base_url(), row.id),
            proposal: row.id,
            trace: act.trace.clone(),
        };
        self.announce(notice, act).await;
        Ok(entry)
    }

    pub(crate) fn row(&self, who: &Principal, id: &str) -> Result<Row, GateError> {
        let row = self.store.state().proposal(id).map_err(internal)?;
        let mine = row.filter(|row| &row.person == who.person());
        mine.ok_or_else(|| GateError::NotFound { what: "proposal", id: id.to_owned() })
    }

    /// A proposal that this person may look at: their own, and what they may decide or had a part in.
    pub(super) fn visible(
        &self,
        who: &Principal,
        view: &PersonView,
        id: &str,
    ) -> Result<Row, GateError> {
        let missing = || GateError::NotFound { what: "proposal", id: id.to_owned() };
        let row = self.store.state().proposal(id).map_err(internal)?.ok_or_else(missing)?;
        if &row.person == who.person() {
            return Ok(row);
        }
        let took_part = || {
            let events = self.store.state().events_of(id).unwrap_or_default();
            events.iter().any(|event| event.person.as_ref() == Some(who.person()))
        };
        let same_org = row.person.org() == who.person().org();
        let decides = || self.shown(&row, who, view, None).map(|it| it.ruling != Ruling::No);
        if same_org && (decides()? || took_part()) { Ok(row) } else { Err(missing()) }
    }

    pub(crate) fn unseal(&self, row: &Row) -> Result<Proposal, GateError> {
        Proposal::open(&row.id, &row.person, &row.sealed, &self.proposals_key).map_err(internal)
    }

    /// The signatures under a proposal as it is now.
    pub(super) fn signatures(&self, row: &Row) -> Result<Vec<Signature>, GateError> {
        let rows = self.store.state().signatures(&row.id, &row.digest).map_err(internal)?;
        let open = |it: &SignatureRow| {
            Signature::open(&row.id, &it.person, &it.sealed, &self.proposals_key).map_err(internal)
        };
        rows.iter().map(open).collect()
    }

    /// Writes that the same request proposed.
    pub(super) fn bulk(&self, row: &Row) -> Result<u64, GateError> {
        self.store.state().batch_size(&row.batch).map_err(internal)
    }

    pub(super) fn amend(&self, row: &Row, proposal: &Proposal) -> Result<(), GateError> {
        let sealed = proposal.seal(&self.proposals_key, nonce()?).map_err(internal)?;
        let (state, now) = (self.store.state(), self.now());
        let amended = state.amend_proposal(&row.id, &row.digest, &sealed, &proposal.digest(), now);
        if !amended.map_err(internal)? {
            return Err(GateError::Decided("changed meanwhile"));
        }
        // They were under the old digest and count for nothing; gone is clearer.
        state.void_signatures(&row.id).map_err(internal)
    }

    pub(super) fn step(
        &self,
        row: &Row,
        from: ProposalState,
        to: ProposalState,
        by: Option<&Principal>,
    ) -> Result<(), GateError> {
        let by = by.map(Principal::person);
        let moved = self.store.state().transition(&row.id, from, to, by, self.now());
        if moved.map_err(internal)? { Ok(()) } else { Err(GateError::Decided("decided meanwhile")) }
    }

    /// Proposals nobody decided in time: a denial, and recorded so.
    pub(super) async fn expire(&self) -> Result<(), GateError> {
        let expired = self.store.state().expire_proposals(self.now()).map_err(internal)?;
        if expired.is_empty() {
            return Ok(());
        }
        let act = crate::recorder::act_of_gate(self.matrix().version().as_str())?;
        for id in expired {
            let mut facts = Facts::new(Purpose::Approval, Action::Expire, Verdict::Refused, &act)
                .rule("expired");
            facts.proposal = Some(id.clone());
            match self.recorder.record(facts).await {
                Ok(entry) => self.happened(&id, "expired", None, Some(entry.index()), None)?,
                Err(error) => {
                    // The next look finds it expired again.
                    let (from, to) = (ProposalState::Expired, ProposalState::Waiting);
                    let state = self.store.state();
                    state.transition(&id, from, to, None, self.now()).map_err(internal)?;
                    return Err(error);
                }
            }
        }
        Ok(())
    }

    /// Looks for proposals whose time has run out, and for writes whose end nobody knows, for as long as the
    /// gate is there.
    pub(crate) fn watch_queue(self: &Arc<Self>) {
        let gate: Weak<Self> = Arc::downgrade(self);
        tokio::spawn(async move {
            let mut tried = BTreeMap::new();
            loop {
                let Some(inner) = gate.upgrade() else { return };
                if let Err(error) = inner.expire().await {
                    tracing::error!(%error, "proposals out of time stay in the queue");
                }
                if let Err(error) = inner.find_out_what_is_over(&mut tried).await {
                    tracing::error!(%error, "nobody looks for writes whose end nobody knows");
                }
                drop(inner);
                tokio::time::sleep(SWEEP).await;
            }
        });
    }

    /// Without rules whoever asked decides, and nobody looks through the proposals of others.
    fn judge_knows_others(&self) -> bool {
        !self.judge.text().is_empty()
    }

    /// Where the org shows a record.
    fn address_of(&self, record: &str) -> String {
        format!("{}/{record}", self.config.org.instance.trim_end_matches('/'))
    }

    pub(super) fn shown(
        &self,
        row: &Row,
        who: &Principal,
        view: &PersonView,
        current: Option<&Records>,
    ) -> Result<ProposalView, GateError> {
        let proposal = self.unseal(row)?;
        let bulk = self.bulk(row)?;
        let me = self.person(who.person())?;
        let groups = self.config.approvals.groups_of(&me.username);
        let viewer = viewer(who, view);
        let approver = Approver {
            viewer: viewer.clone(),
            principal: who,
            username: &me.username,
            groups: &groups,
        };
        let signatures = self.signatures(row)?;
        let record = proposal.record().map(|record| record.id().to_owned());
        let object = view.objects.iter().find(|it| it.summary.name == proposal.object());
        let labels = object.iter().flat_map(|object| object.fields.iter());
        let named = |field: &str| proposal.fields().chain(proposal.lost()).any(|it| it == field);
        let labels = labels.filter(|field| named(&field.name));
        let labels: BTreeMap<String, FieldLabel> = labels
            .map(|it| {
                let (label, kind) = (it.label.clone(), it.kind.clone());
                (it.name.clone(), FieldLabel { label, kind })
            })
            .collect();
        let (door, client) = proposal.origin();
        let sees = |field: &str| view.rights.may_read(proposal.object(), field);
        let shown = proposal.show(&viewer, current);
        let mine = &row.person == who.person();
        // What others read of the words is masked first, where one proposal is looked at.
        let said = if mine { proposal.said() } else { "" };
        Ok(ProposalView {
            id: row.id.clone(),
            standing: standing_of(row.state),
            operation: proposal.operation().name(),
            object: proposal.object().to_owned(),
            object_label: object.map(|object| object.summary.label.clone()),
            labels,
            link: record.as_deref().map(|id| self.address_of(id)),
            record,
            shown,
            digest: proposal.digest(),
            said: said.to_owned(),
            asked_by: self.called(&row.person),
            origin: (door.to_owned(), client.to_owned()),
            mine,
            ruling: proposal.ruling(&approver, self.judge.as_ref(), bulk),
            signed_by: signatures.iter().map(|it| self.called(it.person())).collect(),
            risks: proposal.risks(bulk),
            read: proposal.read_before().to_vec(),
            batch: Some(row.batch.clone()).filter(|_| bulk > 1),
            tainted: proposal.is_tainted(),
            created: proposal.created(),
            expires: proposal.expires(),
            changed: row.changed,
            replaces: proposal.replaces().map(str::to_owned),
            undoes: proposal.undoes().map(str::to_owned),
            undoable: false,
            lost: proposal.lost().filter(|it| sees(it)).map(str::to_owned).collect(),
            problem: None,
            policy: proposal.policy().to_owned(),
            history: Vec::new(),
        })
    }
}

pub(super) fn still_waiting(row: Row) -> Result<Row, GateError> {
    match standing_of(row.state) {
        Standing::Waiting => Ok(row),
        other => Err(GateError::Decided(other.name())),
    }
}

pub(super) fn standing_of(state: ProposalState) -> Standing {
    match state {
        ProposalState::Waiting => Standing::Waiting,
        ProposalState::Approved | ProposalState::Executing => Standing::Executing,
        ProposalState::Done => Standing::Done,
        ProposalState::Failed => Standing::Failed,
        ProposalState::Unknown => Standing::Unknown,
        ProposalState::Conflict => Standing::Conflict,
        ProposalState::Rejected => Standing::Rejected,
        ProposalState::Expired => Standing::Expired,
    }
}

pub(crate) fn salt() -> Result<[u8; 16], GateError> {
    let mut salt = [0; 16];
    OsRandom.fill(&mut salt).map_err(internal)?;
    Ok(salt)
}
