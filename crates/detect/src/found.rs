//! What tests beside the code ask: what is found in a text without a CRM and without a recogniser.

use boundary::{Detector as _, Kind};

use crate::Detectors;

/// What is found where there is nothing.
pub(crate) const NOTHING: [&str; 0] = [];

/// Findings as kind and text.
pub(crate) fn all(text: &str) -> Vec<(Kind, &str)> {
    let found = Detectors::standard(&[]).detect(text).unwrap();
    found.iter().map(|it| (it.kind, &text[it.start..it.end])).collect()
}

/// The texts of the findings of one kind.
pub(crate) fn of(kind: Kind, text: &str) -> Vec<&str> {
    all(text).into_iter().filter(|it| it.0 == kind).map(|it| it.1).collect()
}
