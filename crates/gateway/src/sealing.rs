//! What entries commit to: texts and values, each sealed with the key of the person or the record
//! that it concerns.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use boundary::{Facts, MarkKey, PartPlace, Proposal, Records, SealKey, Turn};
use keys::{OsRandom, Random as _, Sealer, random_hex};
use ledger::SealedPart;
use models::ToolCall;
use serde_json::json;
use store::{Store, Subject};

use crate::clock::Clock;
use crate::conversations::{internal, nonce};
use crate::error::GateError;

/// Hexadecimal digits of a record's pseudonym: an entry may name hundreds.
const DIGITS: usize = 16;
/// Keys kept open.
const KEPT: usize = 1024;

/// The keys of persons and records, and what is sealed with them.
pub(crate) struct Sealing {
    store: Arc<Store>,
    /// Seals the keys.
    wrap: Sealer,
    marks: MarkKey,
    clock: Clock,
    keys: Mutex<BTreeMap<String, Arc<SealKey>>>,
}

impl Sealing {
    pub(crate) fn new(store: Arc<Store>, wrap: Sealer, marks: MarkKey, clock: Clock) -> Self {
        Self { store, wrap, marks, clock, keys: Mutex::default() }
    }

    pub(crate) fn now(&self) -> boundary::UnixMillis {
        (self.clock)()
    }

    pub(crate) fn marks(&self) -> &MarkKey {
        &self.marks
    }

    /// A text of an entry, sealed with the key of the person who acts.
    pub(crate) fn text(
        &self,
        part: &str,
        facts: &Facts,
        text: &str,
    ) -> Result<SealedPart, GateError> {
        let subject = facts.actor.as_str();
        let key = self.key_of(subject)?;
        let place = PartPlace { part, trace: &facts.trace, subject };
        let bytes = key.seal_part(text, place, nonce()?).map_err(internal)?;
        Ok(SealedPart::new(part, subject, bytes))
    }

    /// Old and new values, sealed with the key of the record; with that of the person who acts
    /// where a record is to be made. Gives the record's pseudonym too.
    pub(crate) fn values(
        &self,
        facts: &Facts,
        proposal: &Proposal,
    ) -> Result<(BTreeSet<String>, SealedPart), GateError> {
        let mark = proposal.mark(&self.marks, proposal.owner().org());
        let subject = match mark {
            None => None,
            Some(mark) => {
                if let Some(known) = self.store.sealed().marked(&mark).map_err(internal)? {
                    Some(known.pseudonym)
                } else {
                    let made = self.make(Some(*mark.as_bytes()), |key, nonce| {
                        proposal.seal_reference(key, nonce).map(Some)
                    })?;
                    self.store.sealed().meet(&[made]).map_err(internal)?.pop()
                }
            }
        };
        let sealer = subject.as_deref().unwrap_or(&facts.actor);
        let key = self.key_of(sealer)?;
        let place = PartPlace { part: "values", trace: &facts.trace, subject: sealer };
        let bytes = proposal.seal_values(&key, place, nonce()?).map_err(internal)?;
        let part = SealedPart::new("values", sealer, bytes);
        Ok((subject.into_iter().collect(), part))
    }

    /// Pseudonyms of the records that came. Those met for the first time get theirs now.
    pub(crate) fn subjects(
        &self,
        records: &Records,
        org: &str,
    ) -> Result<BTreeSet<String>, GateError> {
        let marks = records.marks(&self.marks, org);
        if marks.is_empty() {
            return Ok(BTreeSet::new());
        }
        let known = self.store.sealed().pseudonyms(&marks).map_err(internal)?;
        let mut subjects = BTreeSet::new();
        let mut offered = Vec::new();
        for (mark, pseudonym) in known {
            if let Some(pseudonym) = pseudonym {
                subjects.insert(pseudonym);
                continue;
            }
            offered.push(self.make(Some(*mark.as_bytes()), |key, nonce| {
                records.seal_reference(mark, &self.marks, org, key, nonce).map(Some)
            })?);
        }
        if !offered.is_empty() {
            subjects.extend(self.store.sealed().meet(&offered).map_err(internal)?);
        }
        Ok(subjects)
    }

    /// The pseudonym of somebody who is written to: a person's own where one signs in under that address, else
    /// one of the address.
    pub(crate) fn receiver(&self, address: &str) -> Result<String, GateError> {
        let known = self.store.state().persons_named(address).map_err(internal)?;
        if let [person] = known.as_slice() {
            return Ok(person.pseudonym.clone());
        }
        let mark = self.marks.address(address);
        if let Some(known) = self.store.sealed().marked(&mark).map_err(internal)? {
            return Ok(known.pseudonym);
        }
        let made = self.make(Some(*mark.as_bytes()), |_, _| Ok(None))?;
        let met = self.store.sealed().meet(&[made]).map_err(internal)?.pop();
        met.ok_or_else(|| internal("a pseudonym was lost"))
    }

    /// The key of a subject, when it has one.
    pub(crate) fn known_key(&self, pseudonym: &str) -> Result<Option<Arc<SealKey>>, GateError> {
        if let Some(key) = self.lock().get(pseudonym) {
            return Ok(Some(Arc::clone(key)));
        }
        let Some(subject) = self.store.sealed().subject(pseudonym).map_err(internal)? else {
            return Ok(None);
        };
        let bytes = self.wrap.open(&subject.key, &place_of(pseudonym)).map_err(internal)?;
        let bytes: [u8; 32] =
            bytes.as_slice().try_into().map_err(|_| internal("a key has another length"))?;
        let key = Arc::new(SealKey::new(bytes));
        let mut keys = self.lock();
        if keys.len() >= KEPT {
            keys.clear();
        }
        keys.insert(pseudonym.to_owned(), Arc::clone(&key));
        Ok(Some(key))
    }

    /// Forgets an open key: its subject was erased.
    pub(crate) fn forget(&self, pseudonym: &str) {
        self.lock().remove(pseudonym);
    }

    /// Forgets every open key: records were dropped, and which ones only another gate knows.
    pub(crate) fn forget_all(&self) {
        self.lock().clear();
    }

    /// The key of a subject, made at its first use.
    fn key_of(&self, pseudonym: &str) -> Result<Arc<SealKey>, GateError> {
        if let Some(key) = self.known_key(pseudonym)? {
            return Ok(key);
        }
        let mut made = self.make(None, |_, _| Ok(None))?;
        // Sealed again, for its place is its pseudonym's.
        let key = self.wrap.open(&made.key, &place_of(&made.pseudonym)).map_err(internal)?;
        pseudonym.clone_into(&mut made.pseudonym);
        made.key = self.wrap.seal(&key, &place_of(pseudonym), &mut OsRandom).map_err(internal)?;
        self.store.sealed().meet(&[made]).map_err(internal)?;
        self.known_key(pseudonym)?.ok_or_else(|| internal("a key was lost"))
    }

    fn make(
        &self,
        mark: Option<[u8; 32]>,
        reference: impl FnOnce(&SealKey, [u8; 24]) -> Result<Option<Vec<u8>>, boundary::SealError>,
    ) -> Result<Subject, GateError> {
        let mut pseudonym = random_hex(&mut OsRandom).map_err(internal)?;
        pseudonym.truncate(DIGITS);
        let mut bytes = [0; 32];
        OsRandom.fill(&mut bytes).map_err(internal)?;
        let reference = reference(&SealKey::new(bytes), nonce()?).map_err(internal)?;
        let place = place_of(&pseudonym);
        let key = self.wrap.seal(&bytes, &place, &mut OsRandom).map_err(internal)?;
        Ok(Subject { pseudonym, mark, key, reference, made: (self.clock)() })
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Arc<SealKey>>> {
        self.keys.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for Sealing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sealing(..)")
    }
}

fn place_of(pseudonym: &str) -> String {
    format!("subject/{pseudonym}")
}

/// What models were told anew, as JSON: `[{"who":..,"text":..}]`.
pub(crate) fn turns(turns: &[Arc<Turn>]) -> String {
    let turn = |turn: &Arc<Turn>| match turn.as_ref() {
        Turn::Client(text) => json!({ "who": "client", "text": text.as_str() }),
        Turn::Person(text) => json!({ "who": "person", "text": text.as_str() }),
        Turn::Model { text, calls } => {
            let calls: Vec<_> = calls
                .iter()
                .map(|it| json!({ "name": it.name, "arguments": it.arguments.as_str() }))
                .collect();
            json!({ "who": "model", "text": text.as_str(), "calls": calls })
        }
        Turn::Tool { name, result, .. } => {
            json!({ "who": "tool", "name": name, "text": result.as_str() })
        }
    };
    turns.iter().map(turn).collect::<serde_json::Value>().to_string()
}

/// What a model answered, as JSON, with its tokens.
pub(crate) fn answer(text: &str, calls: &[ToolCall]) -> String {
    let calls: Vec<_> =
        calls.iter().map(|it| json!({ "name": it.name, "arguments": it.arguments })).collect();
    json!({ "text": text, "calls": calls }).to_string()
}

/// What a model counted in one round, out of the sums after and before it.
pub(crate) fn since(after: models::Usage, before: Option<models::Usage>) -> ledger::Usage {
    let (prompt, answer) = before.map_or((0, 0), |it| (it.prompt, it.answer));
    ledger::Usage {
        input: after.prompt.saturating_sub(prompt),
        output: after.answer.saturating_sub(answer),
    }
}
