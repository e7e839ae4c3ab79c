//! Personal-data detectors and shields: text in, findings with offsets out.
//!
//! [`Detectors`] puts the layers together: values the CRM knows ([`KnownValues`]), patterns with proof, labels inside
//! the text, and names by the words around them. Each writes candidates with a weight; overlaps are settled once.
//! There is no I/O here, no clock and no chance: the same text gives the same findings. Time is linear in the text.

#![forbid(unsafe_code)]
#![cfg_attr(test, expect(clippy::string_slice, reason = "a test that slices wrongly fails"))]

mod cues;
mod detectors;
mod encoded;
mod forms;
#[cfg(test)]
mod found;
mod house;
mod knowledge;
mod known;
mod lexicon;
mod name;
mod pattern;
mod recogniser;
mod resolve;
mod sample;
mod text;

pub use detectors::{Detectors, has_numbers_of};
pub use house::{Corrections, HouseRules, Passage, RuleError};
pub use knowledge::Knowledge;
pub use known::{Known, KnownError, KnownMatch, KnownValues, RecordId};
pub use recogniser::{Opinion, Reading, Recogniser};
pub use sample::{FieldSigns, Sampler};
