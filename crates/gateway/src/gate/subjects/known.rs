//! Who is meant by a name, an address, an id or a pseudonym, and which entries are about them.

use std::collections::{BTreeMap, BTreeSet};

use boundary::{Action, Label, Mark, Purpose, Raw, Verdict};
use ledger::{Annex, Envelope, Leaf};
use store::Person;

use super::CHUNK;
use crate::conversations::internal;
use crate::error::GateError;
use crate::gate::Inner;

/// Somebody or something that the ledger knows.
#[derive(Default)]
pub(super) struct Known {
    pub(super) pseudonym: String,
    /// For a person who signed in.
    pub(super) person: Option<Person>,
    /// For a record.
    pub(super) mark: Option<Mark>,
    /// For a person: their record as a user, where somebody read it. The ledger knows it by a pseudonym of its own.
    pub(super) user: Option<(String, Mark)>,
    /// An e-mail address that they were found by.
    pub(super) address: Option<(String, String)>,
    /// Whether a record was asked for by its pseudonym.
    pub(super) by_pseudonym: bool,
}

impl Known {
    pub(super) fn pseudonyms(&self) -> impl Iterator<Item = &str> {
        let user = self.user.as_ref().map(|(pseudonym, _)| pseudonym.as_str());
        std::iter::once(self.pseudonym.as_str()).chain(user)
    }

    pub(super) fn marks(&self) -> impl Iterator<Item = Mark> {
        self.mark.into_iter().chain(self.user.as_ref().map(|(_, mark)| *mark))
    }

    pub(super) fn annex(&self) -> Annex {
        let subjects = self.pseudonyms().map(str::to_owned).collect();
        Annex { subjects, ..Annex::default() }
    }

    /// What conversations know them by: their record, and for a person their names.
    pub(super) fn in_conversations(&self, who: &str) -> boundary::Subject {
        let subject = boundary::Subject::new();
        match &self.person {
            None => match &self.address {
                None => subject.record(who.trim()),
                Some((id, address)) => {
                    let label = Label::unknown();
                    subject.record(id).value(Raw::new(address.clone(), label))
                }
            },
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

impl Inner {
    pub(super) fn known_as(&self, who: &str) -> Result<Known, GateError> {
        let who = who.trim();
        let state = self.store.state();
        let mut named = state.persons_named(who).map_err(internal)?;
        let mut orgs = state.orgs().map_err(internal)?;
        // Who was erased left nothing that names their org, but the entries about its records do.
        if orgs.is_empty() {
            orgs.extend(self.orgs_on_record()?);
        }
        // Whoever signed in is meant by the id of their record too.
        if named.is_empty() && matches!(who.len(), 15 | 18) {
            for org in &orgs {
                let id = boundary::PersonId::new(org, who);
                named.extend(state.person(&id).map_err(internal)?);
            }
        }
        if named.len() > 1 {
            let problem = format!("`{who}` are {} persons; give the user name", named.len());
            return Err(GateError::invalid(problem, Some("who")));
        }
        if let Some(person) = named.pop() {
            let pseudonym = person.pseudonym.clone();
            let user = self.record_known(&[person.id.org().to_owned()], person.id.user())?;
            return Ok(Known { pseudonym, person: Some(person), user, ..Known::default() });
        }
        let record = |(pseudonym, mark), address| Known {
            pseudonym,
            mark: Some(mark),
            address,
            ..Known::default()
        };
        if let Some(found) = self.record_known(&orgs, who)? {
            return Ok(record(found, None));
        }
        if who.contains('@') {
            let mut ids: Vec<String> = self.conversations.records_of(who)?.into_iter().collect();
            if ids.len() > 1 {
                let problem =
                    format!("`{who}` is in {} records; give an id: {}", ids.len(), ids.join(", "));
                return Err(GateError::invalid(problem, Some("who")));
            }
            if let Some(id) = ids.pop()
                && let Some(found) = self.record_known(&orgs, &id)?
            {
                return Ok(record(found, Some((id, who.to_owned()))));
            }
        }
        if let Some(subject) = self.store.sealed().subject(who).map_err(internal)? {
            let mark = subject.mark.map(Mark::of_bytes);
            let pseudonym = subject.pseudonym;
            return Ok(Known { pseudonym, mark, by_pseudonym: true, ..Known::default() });
        }
        let erasure = |(envelope, _): &(Envelope, Leaf)| {
            let facts = &envelope.facts;
            let done = facts.purpose == Purpose::Outcome && facts.action == Action::Erase;
            (done && facts.verdict == Verdict::Done).then_some(envelope.seq)
        };
        Err(match self.concerning(who)?.iter().rev().find_map(erasure) {
            Some(entry) => GateError::Erased { who: who.to_owned(), entry },
            None => GateError::Nobody(who.to_owned()),
        })
    }

    /// Orgs that the entries name.
    fn orgs_on_record(&self) -> Result<BTreeSet<String>, GateError> {
        let log = self.store.log();
        let (mut orgs, mut next) = (BTreeSet::new(), 0);
        loop {
            let rows = log.rows(next, CHUNK).map_err(internal)?;
            let Some(last) = rows.last() else { return Ok(orgs) };
            next = last.index + 1;
            for row in rows {
                orgs.extend(Envelope::parse(&row.body).map_err(internal)?.facts.tenant);
            }
        }
    }

    /// The id of a record that was asked for by its pseudonym: conversations know it by nothing else.
    pub(super) async fn id_of(&self, known: &Known) -> Result<Option<String>, GateError> {
        if !known.by_pseudonym {
            return Ok(None);
        }
        let receipt = self.note(known, Purpose::Access, Action::Disclose, "subject-erase").await?;
        let name = self.name_of(&known.pseudonym, &receipt)?.map(|name| name.text());
        Ok(name.and_then(|name| name.split_whitespace().last().map(str::to_owned)))
    }

    /// What the ledger calls a record, and its mark.
    fn record_known(&self, orgs: &[String], id: &str) -> Result<Option<(String, Mark)>, GateError> {
        if !matches!(id.len(), 15 | 18) {
            return Ok(None);
        }
        for org in orgs {
            let mark = self.recorder.sealing().marks().record(org, id);
            if let Some(subject) = self.store.sealed().marked(&mark).map_err(internal)? {
                return Ok(Some((subject.pseudonym, mark)));
            }
        }
        Ok(None)
    }

    /// Entries by or about a subject. Every entry is looked at: the index may be a step behind.
    pub(super) fn concerning(&self, pseudonym: &str) -> Result<Vec<(Envelope, Leaf)>, GateError> {
        let log = self.store.log();
        let mut found = Vec::new();
        let mut next = 0;
        loop {
            let rows = log.rows(next, CHUNK).map_err(internal)?;
            let Some(last) = rows.last() else { return Ok(found) };
            next = last.index + 1;
            for row in rows {
                let envelope = row.entry().map_err(internal)?;
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

    /// Entries by or about somebody under any of their pseudonyms, in their order.
    pub(super) fn concerning_any(&self, known: &Known) -> Result<Vec<Envelope>, GateError> {
        let mut found = BTreeMap::new();
        for pseudonym in known.pseudonyms() {
            let theirs = self.concerning(pseudonym)?;
            found.extend(theirs.into_iter().map(|(envelope, _)| (envelope.seq, envelope)));
        }
        Ok(found.into_values().collect())
    }
}
