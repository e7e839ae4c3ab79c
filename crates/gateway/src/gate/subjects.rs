//! What somebody has a right to: a copy of all that concerns them, and to be forgotten.

use std::collections::BTreeSet;

use boundary::{Act, Action, Facts, Label, Mark, PartPlace, Purpose, Raw, Receipt, Turn, Verdict};
use ledger::{Annex, Envelope, Leaf, Parts as _};
use serde_json::{Value, json};
use store::{Indexed, LegalHold, Page, Person, ProposalFilter};

use super::{Gate, Inner};
use crate::conversations::internal;
use crate::error::GateError;
use crate::recorder::new_trace;

/// Entries or proposals read in one go.
const CHUNK: usize = 512;

/// Somebody or something that the ledger knows.
struct Known {
    pseudonym: String,
    /// For a person who signed in.
    person: Option<Person>,
    /// For a record.
    mark: Option<Mark>,
}

impl Known {
    /// What conversations know them by: their record, and for a person their names.
    fn in_conversations(&self, who: &str) -> boundary::Subject {
        let subject = boundary::Subject::new();
        match &self.person {
            None => subject.record(who.trim()),
            Some(person) => {
                let raw = |text: &str| Raw::new(text.to_owned(), Label::typed_by(&person.id));
                subject
                    .record(person.id.user())
                    .value(raw(&person.name))
                    .value(raw(&person.username))
            }
        }
    }
}

impl Gate {
    /// Everything that concerns a person or a record, as JSON: what is kept of a person, each entry
    /// with its proof of inclusion, and what it commits to. That it was made is recorded first.
    ///
    /// `who` is a user name, a name, a pseudonym, or the id of a record.
    pub async fn subject_access(&self, who: &str) -> Result<Value, GateError> {
        let inner = &self.0;
        let known = inner.known_as(who)?;
        let receipt =
            inner.note(&known, Purpose::Access, Action::Disclose, "subject-access").await?;
        let sequencer = inner.recorder.sequencer();
        let checkpoint = sequencer.sign_now().map_err(internal)?;
        let mut entries = Vec::new();
        for (envelope, _) in inner.concerning(&known.pseudonym)? {
            if envelope.seq >= checkpoint.size {
                continue;
            }
            let proof = sequencer.prove(inner.store.log(), envelope.seq).map_err(internal)?;
            entries.push(json!({
                "parts": inner.own_parts(&envelope, &known.pseudonym, &receipt)?,
                "proof": proof.to_text(),
                "entry": envelope,
            }));
        }
        let hold = inner.store.sealed().held(&known.pseudonym).map_err(internal)?;
        let record = inner.name_of(&known.pseudonym, &receipt)?.map(|name| name.text());
        Ok(json!({
            "subject": {
                "pseudonym": known.pseudonym,
                "record": record,
                "person": inner.kept_of(known.person.as_ref())?,
                "legal_hold": hold.map(|hold| json!({ "reason": hold.reason, "since": hold.since })),
            },
            "log": sequencer.verifying_keys().origin(),
            "checkpoint": checkpoint.note,
            "entries": entries,
        }))
    }

    /// Forgets a person or a record: sealed parts, key, mapping, index rows, and for a person all that
    /// the gate keeps. Entries stay, and say a pseudonym that stands for nobody. Gives the receipt.
    ///
    /// Refuses while a legal hold is on them.
    pub async fn subject_erase(&self, who: &str) -> Result<Value, GateError> {
        let inner = &self.0;
        inner.alone()?;
        let known = inner.known_as(who)?;
        let pseudonym = known.pseudonym.as_str();
        if let Some(hold) = inner.store.sealed().held(pseudonym).map_err(internal)? {
            inner.note(&known, Purpose::Refusal, Action::Erase, "legal-hold").await?;
            return Err(GateError::Held(hold.reason));
        }
        // Written first: a part that is missing without it would be a flaw of the ledger.
        let intent = inner.note(&known, Purpose::Intent, Action::Erase, "erasure").await?;
        let proposals = inner.forget_proposals(known.mark)?;
        let subject = known.in_conversations(who);
        inner.forget_corrections(&subject)?;
        let elsewhere = |known: &boundary::Subject| inner.forget_corrections(known);
        let forgotten = inner.conversations.forget(&subject, elsewhere).await?;
        let concerning = inner.concerning(pseudonym)?;
        // INVARIANT: what ties them to the pseudonym goes last, so that an erasure that was cut off
        // can be asked for again.
        let parts = if let Some(person) = &known.person {
            let parts = inner.store.sealed().forget(pseudonym).map_err(internal)?;
            inner.reindex(concerning.clone())?;
            inner.forget_person(person)?;
            parts
        } else {
            inner.store.sealed().forget_parts(pseudonym).map_err(internal)?;
            inner.recorder.sealing().forget(pseudonym);
            inner.reindex(concerning.clone())?;
            inner.store.sealed().forget(pseudonym).map_err(internal)?
        };
        inner.recorder.sealing().forget(pseudonym);
        let facts = Facts::new(Purpose::Outcome, Action::Erase, Verdict::Done, &inner.operator()?)
            .rule("erasure")
            .answers(&intent);
        let annex = Annex { subjects: [pseudonym.to_owned()].into(), ..Annex::default() };
        let entry = inner.recorder.append_with(facts.entry(), annex, Vec::new()).await?.index();
        let sequencer = inner.recorder.sequencer();
        sequencer.sign_now().map_err(internal)?;
        let proof = sequencer.prove(inner.store.log(), entry).map_err(internal)?;
        Ok(json!({
            "erased": pseudonym,
            "entry": entry,
            "entries_that_stay": concerning.len(),
            "parts": parts,
            "proposals": proposals,
            "conversations": forgotten.conversations,
            "proof": proof.to_text(),
        }))
    }

    /// Lays a legal hold on a person's or a record's data: it cannot be erased until it is lifted.
    pub async fn subject_hold(&self, who: &str, reason: &str) -> Result<(), GateError> {
        let inner = &self.0;
        let known = inner.known_as(who)?;
        let reason = reason.trim().to_owned();
        if reason.is_empty() {
            return Err(GateError::invalid("a hold needs the matter it is for", Some("reason")));
        }
        inner.note(&known, Purpose::System, Action::Hold, "hold").await?;
        let hold = LegalHold { pseudonym: known.pseudonym, reason, since: inner.now() };
        inner.store.sealed().hold(&hold).map_err(internal)
    }

    /// Lifts a legal hold.
    pub async fn subject_release(&self, who: &str) -> Result<(), GateError> {
        let inner = &self.0;
        let known = inner.known_as(who)?;
        inner.note(&known, Purpose::System, Action::Hold, "release").await?;
        if inner.store.sealed().lift(&known.pseudonym).map_err(internal)? {
            Ok(())
        } else {
            Err(GateError::NotFound { what: "legal hold on", id: who.to_owned() })
        }
    }
}

impl Inner {
    fn known_as(&self, who: &str) -> Result<Known, GateError> {
        let who = who.trim();
        let missing = || GateError::NotFound { what: "person or record", id: who.to_owned() };
        let state = self.store.state();
        let mut named = state.persons_named(who).map_err(internal)?;
        if named.len() > 1 {
            let problem = format!("`{who}` are {} persons; give the user name", named.len());
            return Err(GateError::invalid(problem, Some("who")));
        }
        if let Some(person) = named.pop() {
            let pseudonym = person.pseudonym.clone();
            return Ok(Known { pseudonym, person: Some(person), mark: None });
        }
        let sealed = self.store.sealed();
        if matches!(who.len(), 15 | 18) {
            for org in state.orgs().map_err(internal)? {
                let mark = self.recorder.sealing().marks().record(&org, who);
                if let Some(subject) = sealed.marked(&mark).map_err(internal)? {
                    let pseudonym = subject.pseudonym;
                    return Ok(Known { pseudonym, person: None, mark: Some(mark) });
                }
            }
        }
        let subject = sealed.subject(who).map_err(internal)?.ok_or_else(missing)?;
        let mark = subject.mark.map(Mark::of_bytes);
        Ok(Known { pseudonym: subject.pseudonym, person: None, mark })
    }

    /// Who works at the command line of the gate's own machine.
    pub(crate) fn operator(&self) -> Result<Act, GateError> {
        let name = |text: &str| text.to_owned();
        Ok(Act {
            trace: new_trace()?,
            actor: name("operator"),
            door: name("cli"),
            client: name("cli"),
            policy: self.matrix().version().as_str().to_owned(),
        })
    }

    async fn note(
        &self,
        known: &Known,
        purpose: Purpose,
        action: Action,
        rule: &str,
    ) -> Result<Receipt, GateError> {
        let verdict = match purpose {
            Purpose::Refusal => Verdict::Refused,
            Purpose::Intent => Verdict::Allowed,
            _ => Verdict::Done,
        };
        let facts = Facts::new(purpose, action, verdict, &self.operator()?).rule(rule);
        let annex = Annex { subjects: [known.pseudonym.clone()].into(), ..Annex::default() };
        self.recorder.append_with(facts.entry(), annex, Vec::new()).await
    }

    /// Entries by or about a subject. Every entry is looked at: the index may be a step behind.
    fn concerning(&self, pseudonym: &str) -> Result<Vec<(Envelope, Leaf)>, GateError> {
        let log = self.store.log();
        let mut found = Vec::new();
        let mut next = 0;
        loop {
            let rows = log.rows(next, CHUNK).map_err(internal)?;
            let Some(last) = rows.last() else { return Ok(found) };
            next = last.index + 1;
            for row in rows {
                let envelope = Envelope::parse(&row.body).map_err(internal)?;
                let sealed_for = envelope.annex.sealed.iter().any(|part| part.key == pseudonym);
                if envelope.facts.actor == pseudonym
                    || envelope.annex.subjects.contains(pseudonym)
                    || sealed_for
                {
                    found.push((envelope, row.leaf));
                }
            }
        }
    }

    /// The parts of an entry that are sealed with the subject's key.
    fn own_parts(
        &self,
        entry: &Envelope,
        subject: &str,
        receipt: &Receipt,
    ) -> Result<Vec<Value>, GateError> {
        let mut parts = Vec::new();
        let Some(key) = self.recorder.sealing().known_key(subject)? else { return Ok(parts) };
        for commitment in entry.annex.sealed.iter().filter(|it| it.key == subject) {
            let part = commitment.part.as_str();
            let place = PartPlace { part, trace: &entry.facts.trace, subject };
            if let Some(bytes) = self.store.sealed().part(&commitment.sha256).map_err(internal)? {
                let text = key.open_part(&bytes, place, receipt).map_err(internal)?.text();
                parts.push(json!({ "part": part, "text": text }));
            }
        }
        Ok(parts)
    }

    /// What the gate keeps of a person beside the ledger. Conversations masked: what a token stands
    /// for may be somebody else's.
    fn kept_of(&self, person: Option<&Person>) -> Result<Value, GateError> {
        let Some(person) = person else { return Ok(Value::Null) };
        let state = self.store.state();
        let keys = state.keys_of(&person.id).map_err(internal)?;
        let keys: Vec<Value> = keys
            .iter()
            .map(|key| json!({ "id": key.id, "label": key.label, "created": key.created, "last_used": key.last_used }))
            .collect();
        let heads = state.conversations(&person.id, &Page::first(10_000)).map_err(internal)?;
        let mut conversations = Vec::with_capacity(heads.len());
        for head in heads {
            let turns = self.conversations.turns_of(&head.id, &person.id)?;
            conversations.push(json!({
                "id": head.id, "updated": head.updated, "turns": said(&turns),
            }));
        }
        Ok(json!({
            "id": person.id.as_str(), "username": person.username, "name": person.name,
            "first_seen": person.first_seen, "last_seen": person.last_seen,
            "keys": keys, "conversations": conversations,
        }))
    }

    fn reindex(&self, entries: Vec<(Envelope, Leaf)>) -> Result<(), GateError> {
        let entries = entries.into_iter().map(|(envelope, leaf)| {
            let marks = self.said(&envelope)?;
            Ok(Indexed { envelope, leaf, marks })
        });
        let entries: Vec<Indexed> = entries.collect::<Result<_, GateError>>()?;
        self.store.index().replace(&entries).map_err(internal)
    }

    fn forget_person(&self, person: &Person) -> Result<(), GateError> {
        self.people.forget(&person.id);
        self.conversations.close_all(&person.id);
        self.known.lock().unwrap_or_else(std::sync::PoisonError::into_inner).remove(&person.id);
        self.store.state().forget_person(&person.id).map_err(internal)?;
        Ok(())
    }

    /// Destroys the proposals that would change a record. Gives their number.
    fn forget_proposals(&self, mark: Option<Mark>) -> Result<u64, GateError> {
        let Some(mark) = mark else { return Ok(0) };
        let state = self.store.state();
        let marks = self.recorder.sealing().marks();
        let filter = ProposalFilter::default();
        let mut ids = BTreeSet::new();
        let mut page = Page::first(CHUNK);
        loop {
            let rows = state.proposals(&filter, &page).map_err(internal)?;
            let Some(last) = rows.last() else { break };
            page = Page::after(last.created, &last.id, CHUNK);
            for row in &rows {
                let proposal = self.unseal(row)?;
                if proposal.mark(marks, row.person.org()) == Some(mark) {
                    ids.insert(row.id.clone());
                }
            }
        }
        for id in &ids {
            state.forget_proposal(id).map_err(internal)?;
        }
        state.scrub().map_err(internal)?;
        Ok(ids.len() as u64)
    }
}

fn said(turns: &[std::sync::Arc<Turn>]) -> Value {
    serde_json::from_str(&crate::sealing::turns(turns)).unwrap_or_default()
}
