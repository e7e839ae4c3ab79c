//! What somebody has a right to: a copy of all that concerns them, and to be forgotten.

mod known;

use std::collections::{BTreeMap, BTreeSet};

use boundary::{Act, Action, Facts, Mark, PartPlace, Purpose, Receipt, Turn, Verdict};
use ledger::{Envelope, Leaf, Parts as _};
use serde_json::{Value, json};
use store::{Indexed, LegalHold, Page, Person, ProposalFilter, Remnant};

use self::known::Known;
use super::{Gate, Inner};
use crate::conversations::internal;
use crate::error::GateError;
use crate::recorder::new_trace;

/// Entries or proposals read in one go.
const CHUNK: usize = 512;

impl Gate {
    /// Everything that concerns a person or a record, as JSON: what is kept of a person, each entry
    /// with its proof of inclusion, and what it commits to. That it was made is recorded first.
    ///
    /// `who` is a user name, a name, a pseudonym, the id of a record, or an e-mail address that a conversation knows
    /// a record by.
    pub async fn subject_access(&self, who: &str) -> Result<Value, GateError> {
        let inner = &self.0;
        let known = inner.known_as(who)?;
        let receipt =
            inner.note(&known, Purpose::Access, Action::Disclose, "subject-access").await?;
        let sequencer = inner.recorder.sequencer();
        let checkpoint = sequencer.sign_now().map_err(internal)?;
        let mut entries = Vec::new();
        for envelope in inner.concerning_any(&known)? {
            if envelope.seq >= checkpoint.size {
                continue;
            }
            let proof = sequencer.prove(inner.store.log(), envelope.seq).map_err(internal)?;
            let mut parts = Vec::new();
            for subject in known.pseudonyms() {
                parts.extend(inner.own_parts(&envelope, subject, &receipt)?);
            }
            entries.push(json!({ "parts": parts, "proof": proof.to_text(), "entry": envelope }));
        }
        let hold = inner.store.sealed().held(&known.pseudonym).map_err(internal)?;
        let record = inner.name_of(&known.pseudonym, &receipt)?.map(|name| name.text());
        Ok(json!({
            "subject": {
                "pseudonym": known.pseudonym,
                "pseudonym_as_record": known.user.as_ref().map(|(pseudonym, _)| pseudonym),
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
    /// Refuses while a legal hold is on them. Where a table or a file could not be written anew, its bytes may still
    /// hold what no query finds: the receipt says which, under `remnants`, and what to do by hand.
    pub async fn subject_erase(&self, who: &str) -> Result<Value, GateError> {
        let inner = &self.0;
        inner.alone()?;
        let known = inner.known_as(who)?;
        let pseudonym = known.pseudonym.as_str();
        for held in known.pseudonyms() {
            if let Some(hold) = inner.store.sealed().held(held).map_err(internal)? {
                inner.note(&known, Purpose::Refusal, Action::Erase, "legal-hold").await?;
                return Err(GateError::Held(hold.reason));
            }
        }
        // Written first: a part that is missing without it would be a flaw of the ledger.
        let intent = inner.note(&known, Purpose::Intent, Action::Erase, "erasure").await?;
        let proposals = inner.forget_proposals(&known)?;
        let subject = match inner.id_of(&known).await? {
            Some(id) => known.in_conversations(&id),
            None => known.in_conversations(who),
        };
        inner.forget_corrections(&subject)?;
        let elsewhere = |known: &boundary::Subject| inner.forget_corrections(known);
        let forgotten = inner.conversations.forget(&subject, elsewhere).await?;
        let concerning = inner.concerning(pseudonym)?;
        let mut remnants = forgotten.remnants;
        if let Some((user, _)) = &known.user {
            remnants.extend(inner.store.sealed().forget_parts(user).map_err(internal)?.1);
            inner.recorder.sealing().forget(user);
            inner.reindex(inner.concerning(user)?)?;
            remnants.extend(inner.store.sealed().forget(user).map_err(internal)?.1);
        }
        // INVARIANT: what ties them to the pseudonym goes last, so that an erasure that was cut off
        // can be asked for again.
        let parts = if let Some(person) = &known.person {
            let (parts, left) = inner.store.sealed().forget(pseudonym).map_err(internal)?;
            inner.reindex(concerning.clone())?;
            remnants.extend(left);
            remnants.extend(inner.forget_person(person)?);
            parts
        } else {
            let (parts, left) = inner.store.sealed().forget_parts(pseudonym).map_err(internal)?;
            inner.recorder.sealing().forget(pseudonym);
            inner.reindex(concerning.clone())?;
            let (more, also_left) = inner.store.sealed().forget(pseudonym).map_err(internal)?;
            remnants.extend(left.into_iter().chain(also_left));
            parts + more
        };
        inner.recorder.sealing().forget(pseudonym);
        let facts = Facts::new(Purpose::Outcome, Action::Erase, Verdict::Done, &inner.operator()?)
            .rule("erasure")
            .answers(&intent);
        let entry =
            inner.recorder.append_with(facts.entry(), known.annex(), Vec::new()).await?.index();
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
            "remnants": told_once(remnants),
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
        // Nobody drops entries while it is laid: what is held is all that was there.
        let lay = async {
            inner.note(&known, Purpose::System, Action::Hold, "hold").await?;
            let pseudonym = known.pseudonym.clone();
            let hold = LegalHold { pseudonym, reason, since: inner.now() };
            inner.store.sealed().hold(&hold).map_err(internal)
        };
        inner.in_turn(lay).await
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
    /// Who works at the command line of the gate's own machine.
    pub(crate) fn operator(&self) -> Result<Act, GateError> {
        let name = |text: &str| text.to_owned();
        Ok(Act {
            trace: new_trace()?,
            actor: name("operator"),
            door: name("cli"),
            client: name("cli"),
            policy: self.matrix().version().as_str().to_owned(),
            tenant: None,
            tool: None,
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
        self.recorder.append_with(facts.entry(), known.annex(), Vec::new()).await
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

    fn forget_person(&self, person: &Person) -> Result<Vec<Remnant>, GateError> {
        self.people.forget(&person.id);
        self.conversations.close_all(&person.id);
        self.known.lock().unwrap_or_else(std::sync::PoisonError::into_inner).remove(&person.id);
        Ok(self.store.state().forget_person(&person.id).map_err(internal)?.1)
    }

    /// Destroys the proposals that would change a record. Gives their number.
    fn forget_proposals(&self, known: &Known) -> Result<u64, GateError> {
        let theirs: Vec<Mark> = known.marks().collect();
        if theirs.is_empty() {
            return Ok(0);
        }
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
                if proposal.mark(marks, row.person.org()).is_some_and(|it| theirs.contains(&it)) {
                    ids.insert(row.id.clone());
                }
            }
        }
        for id in &ids {
            state.forget_proposal(id).map_err(internal)?;
        }
        // The files are overwritten once all is done.
        Ok(ids.len() as u64)
    }
}

/// Each place once, for more than one step writes it anew.
fn told_once(remnants: Vec<Remnant>) -> Vec<Value> {
    let by_place: BTreeMap<String, Remnant> =
        remnants.into_iter().map(|remnant| (remnant.place.clone(), remnant)).collect();
    let told = |Remnant { place, reason, remedy }| json!({ "place": place, "reason": reason, "remedy": remedy });
    by_place.into_values().map(told).collect()
}

fn said(turns: &[std::sync::Arc<Turn>]) -> Value {
    serde_json::from_str(&crate::sealing::turns(turns)).unwrap_or_default()
}
