//! Misses and false alarms that an administrator corrects. They are kept sealed and count at once; the text in which
//! one was seen is its test, run whenever corrections are loaded.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use boundary::{
    Action, Corrected, Correction, Facts, Kind, PersonId, Purpose, Subject, UnixMillis, Verdict,
};
use keys::{OsRandom, Sealer, random_id};
use serde::{Deserialize, Serialize};

use super::{Gate, Inner};
use crate::access::Session;
use crate::conversations::internal;
use crate::error::GateError;

/// Corrections, at most; a matrix or a rule of the house says more with less.
const MOST: usize = 500;
/// Characters of the words, and of the text they were seen in.
const WORDS: usize = 200;
const EXAMPLE: usize = 2_000;
/// Where they are kept, and sealed for.
const PLACE: &str = "corrections";

/// A correction, for administrators.
#[derive(Clone, Debug)]
pub struct CorrectionInfo {
    /// Its id.
    pub id: String,
    /// What was said.
    pub correction: Correction,
    /// When.
    pub made: UnixMillis,
    /// Whether its example behaves as it says, now.
    pub holds: bool,
}

#[derive(Clone, Serialize, Deserialize)]
struct Kept {
    id: String,
    made: UnixMillis,
    by: PersonId,
    correction: Correction,
}

/// Those in force.
pub(crate) struct Corrections {
    corrected: Option<Arc<dyn Corrected>>,
    sealer: Sealer,
    kept: Mutex<Vec<Kept>>,
}

impl Corrections {
    pub(crate) fn new(corrected: Option<Arc<dyn Corrected>>, sealer: Sealer) -> Self {
        Self { corrected, sealer, kept: Mutex::default() }
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Kept>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn put_in_force(&self, kept: &[Kept]) {
        let list: Vec<Correction> = kept.iter().map(|it| it.correction.clone()).collect();
        if let Some(corrected) = &self.corrected {
            corrected.correct(&list);
        }
    }
}

impl Gate {
    /// The corrections, newest first, each with whether it still holds.
    pub async fn corrections(&self, session: &Session) -> Result<Vec<CorrectionInfo>, GateError> {
        self.require_admin(session)?;
        let kept = self.0.corrections.lock().clone();
        let info = |it: Kept| CorrectionInfo {
            holds: self.0.holds(&it.correction),
            id: it.id,
            correction: it.correction,
            made: it.made,
        };
        Ok(kept.into_iter().rev().map(info).collect())
    }

    /// Makes a correction. It counts from when this returns; one that cannot change what happens to its own example is
    /// refused.
    pub async fn correct(
        &self,
        session: &Session,
        kind: Option<Kind>,
        words: &str,
        example: &str,
    ) -> Result<(), GateError> {
        self.require_admin(session)?;
        let inner = &self.0;
        let (words, example) = (words.trim(), example.trim());
        let invalid = |problem: String, field| Err(GateError::invalid(problem, Some(field)));
        if !words.chars().any(char::is_alphanumeric) || words.chars().count() > WORDS {
            return invalid(format!("the words have 1 to {WORDS} characters"), "words");
        }
        if example.chars().count() > EXAMPLE {
            return invalid(format!("the text has at most {EXAMPLE} characters"), "example");
        }
        let (words, example) = (words.to_owned(), example.to_owned());
        let kept = Kept {
            id: random_id(&mut OsRandom).map_err(internal)?,
            made: inner.now(),
            by: session.principal.person().clone(),
            correction: Correction { kind, words, example },
        };
        // The record says that words were corrected, and never which.
        let rule = if kind.is_some() { "miss-corrected" } else { "false-alarm-corrected" };
        let facts = |verdict| -> Result<Facts, GateError> {
            let act = inner.act(&session.principal)?;
            Ok(Facts::new(Purpose::System, Action::Edit, verdict, &act).rule(rule))
        };
        inner.recorder.record(facts(Verdict::Allowed)?).await?;
        let made = {
            let mut all = inner.corrections.lock();
            if all.len() >= MOST {
                return invalid(format!("there are {MOST} corrections already"), "words");
            }
            let mut next = all.clone();
            next.push(kept.clone());
            inner.corrections.put_in_force(&next);
            let made = inner.holds(&kept.correction) && inner.keep(&next).is_ok();
            if made {
                *all = next;
            } else {
                inner.corrections.put_in_force(&all);
            }
            made
        };
        let verdict = if made { Verdict::Done } else { Verdict::Failed };
        inner.recorder.record(facts(verdict)?).await?;
        if made {
            return Ok(());
        }
        let problem = match kind {
            Some(_) => "the text does not have the words, or they cannot be covered in it",
            None => {
                "the text does not have the words, or they are covered for another reason: the CRM knows them, \
                     a rule of the house covers them, or more than these words is taken for a value"
            }
        };
        invalid(problem.to_owned(), "example")
    }

    /// Takes a correction back.
    pub async fn uncorrect(&self, session: &Session, id: &str) -> Result<(), GateError> {
        self.require_admin(session)?;
        let inner = &self.0;
        let act = inner.act(&session.principal)?;
        let facts = Facts::new(Purpose::System, Action::Edit, Verdict::Done, &act);
        inner.recorder.record(facts.rule("correction-removed")).await?;
        if inner.drop_corrections(|it| it.id == id)? == 0 {
            return Err(GateError::NotFound { what: "correction", id: id.to_owned() });
        }
        Ok(())
    }
}

impl Inner {
    /// Puts the kept corrections into force, and says how many no longer hold.
    pub(crate) fn load_corrections(&self) -> Result<(), GateError> {
        if let Some(text) = self.store.state().setting(PLACE).map_err(internal)? {
            let sealed = hex::decode(&text).map_err(|_| internal("corrections are damaged"))?;
            let json = self.corrections.sealer.open(&sealed, PLACE).map_err(internal)?;
            let kept: Vec<Kept> = serde_json::from_slice(&json).map_err(|_| {
                // What stands at the place of an error could be a value.
                internal("corrections are damaged")
            })?;
            self.corrections.put_in_force(&kept);
            *self.corrections.lock() = kept;
        }
        let lost = self.lost_corrections();
        if lost > 0 {
            tracing::warn!(lost, "corrections whose example no longer behaves as they say");
        }
        Ok(())
    }

    /// For `doctor`: nothing when there are none.
    pub(crate) fn examine_corrections(&self) -> Option<(String, Result<(), String>)> {
        let all = self.corrections.lock().len();
        let state = match self.lost_corrections() {
            0 => Ok(()),
            lost => Err(format!(
                "{lost} of {all} no longer do what they say to their example; see the page Corrections"
            )),
        };
        (all > 0).then(|| ("corrections".to_owned(), state))
    }

    /// Forgets corrections that name somebody.
    pub(crate) fn forget_corrections(&self, subject: &Subject) -> Result<usize, GateError> {
        // One that cannot be looked at goes too: what was asked for is to forget.
        let detector = self.detector.as_ref();
        self.drop_corrections(|it| it.correction.names(subject, detector).unwrap_or(true))
    }

    fn lost_corrections(&self) -> usize {
        let kept = self.corrections.lock().clone();
        kept.iter().filter(|it| !self.holds(&it.correction)).count()
    }

    fn holds(&self, correction: &Correction) -> bool {
        correction.holds(self.detector.as_ref()).unwrap_or(false)
    }

    fn drop_corrections(&self, gone: impl Fn(&Kept) -> bool) -> Result<usize, GateError> {
        let mut all = self.corrections.lock();
        let left: Vec<Kept> = all.iter().filter(|it| !gone(it)).cloned().collect();
        let dropped = all.len() - left.len();
        if dropped > 0 {
            self.keep(&left)?;
            self.corrections.put_in_force(&left);
            *all = left;
            self.store.state().scrub().map_err(internal)?;
        }
        Ok(dropped)
    }

    fn keep(&self, kept: &[Kept]) -> Result<(), GateError> {
        let json = serde_json::to_vec(kept).map_err(|_| internal("corrections are not JSON"))?;
        let sealed = self.corrections.sealer.seal(&json, PLACE, &mut OsRandom).map_err(internal)?;
        self.store.state().put_setting(PLACE, &hex::encode(&sealed)).map_err(internal)
    }
}
