//! What kinds of data stand in a few values of each field: for guesses about fields that nobody classified.
//!
//! Values are looked at in memory and forgotten; what is kept are names of fields, kinds and counts.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use boundary::{Detector, DetectorFailure, Kind, Learner, RecordRef, Topic};

/// Values of one field that are looked at.
const SAMPLED: u64 = 20;

/// What was found in a few values of one field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FieldSigns {
    /// Values that were looked at; empty ones are none.
    pub values: u64,
    /// In how many of them each kind was found.
    pub kinds: BTreeMap<Kind, u64>,
}

/// Looks at the first values of each field and keeps counts.
pub struct Sampler {
    detector: Arc<dyn Detector>,
    signs: Mutex<Result<BTreeMap<String, FieldSigns>, DetectorFailure>>,
}

impl Sampler {
    /// A sampler that has seen nothing.
    pub fn new(detector: Arc<dyn Detector>) -> Self {
        Self { detector, signs: Mutex::new(Ok(BTreeMap::new())) }
    }

    /// What was found, by API name of the field.
    pub fn into_signs(self) -> Result<BTreeMap<String, FieldSigns>, DetectorFailure> {
        self.signs.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Learner for Sampler {
    fn topics(&self) -> &'static [Topic] {
        &[]
    }

    fn renew(&self) {}

    fn renewed(&self) {}

    fn learn(&self, _: &RecordRef, values: &[(&str, &str)]) {
        let mut kept = self.signs.lock().unwrap_or_else(PoisonError::into_inner);
        for (field, value) in values {
            let Ok(signs) = kept.as_mut() else { return };
            let of = signs.entry((*field).to_owned()).or_default();
            if of.values >= SAMPLED {
                continue;
            }
            match self.detector.detect(value) {
                Ok(found) => {
                    of.values += 1;
                    let kinds: BTreeSet<Kind> = found.iter().map(|finding| finding.kind).collect();
                    for kind in kinds {
                        *of.kinds.entry(kind).or_default() += 1;
                    }
                }
                // A count that leaves values out would be a guess upon a guess.
                Err(failure) => *kept = Err(failure),
            }
        }
    }

    fn forget(&self, _: &str) {}

    fn is_worn(&self) -> bool {
        false
    }
}

impl std::fmt::Debug for Sampler {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sampler(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_counted_and_values_are_not_kept() {
        let sampler = Sampler::new(Arc::new(crate::Detectors::standard(&["US"])));
        let record = RecordRef::new("Account", "001000000000001AAA").unwrap();
        for number in 0..30 {
            let mail = format!("someone{number}@x.example and someone@y.example");
            sampler.learn(&record, &[("Site", &mail), ("Rating", "Hot")]);
        }
        assert_eq!(format!("{sampler:?}"), "Sampler(..)");
        let signs = sampler.into_signs().unwrap();
        assert_eq!((signs["Site"].values, signs["Site"].kinds[&Kind::Email]), (20, 20));
        assert!(!signs["Rating"].kinds.contains_key(&Kind::Email));
    }
}
