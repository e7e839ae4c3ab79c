//! What administrators corrected, in force at once.

use std::sync::{Arc, PoisonError, RwLock};

use boundary::{Corrected, Correction, Layer};

use super::HouseRules;
use crate::resolve::Sink;
use crate::text::Doc;

/// Misses and false alarms, behind a lock that a reader holds for one text.
#[derive(Debug, Default)]
pub struct Corrections(RwLock<Arc<Rules>>);

#[derive(Debug)]
struct Rules {
    missed: HouseRules,
    alarms: HouseRules,
}

impl Default for Rules {
    fn default() -> Self {
        // No document is protected by them, so the key hashes nothing.
        Self { missed: HouseRules::new([0; 16]), alarms: HouseRules::new([0; 16]) }
    }
}

impl Corrections {
    /// Covers what was missed, and takes back what was no value. What the CRM knows is never taken back, nor what a
    /// rule of the house covers.
    pub(crate) fn detect(&self, doc: &Doc<'_>, sink: &mut Sink) {
        let rules = Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner));
        let mut alarms = Sink::default();
        rules.alarms.detect(doc, &mut alarms);
        for alarm in alarms.candidates {
            sink.candidates.retain(|it| {
                let inside = alarm.start <= it.start && it.end <= alarm.end;
                !inside || matches!(it.layer, Layer::Known | Layer::House)
            });
        }
        rules.missed.detect(doc, sink);
    }
}

impl Corrected for Corrections {
    fn correct(&self, corrections: &[Correction]) -> Vec<usize> {
        let mut rules = Rules::default();
        let mut unusable = Vec::new();
        for (at, it) in corrections.iter().enumerate() {
            let words = [it.words.as_str()];
            let added = match it.kind {
                Some(kind) => rules.missed.words("correction", &words, kind),
                None => rules.alarms.words("correction", &words, boundary::Kind::Custom),
            };
            if added.is_err() {
                unusable.push(at);
            }
        }
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(rules);
        unusable
    }
}
