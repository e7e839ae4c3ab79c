//! The layers put together.

use std::sync::{Arc, PoisonError, RwLock};

use boundary::{Detector, DetectorFailure, Finding, Kind, Layer, Level, Owned};

use crate::{
    known::KnownValues,
    name, pattern,
    recogniser::Recogniser,
    resolve::{Sink, resolve},
    text::Doc,
};

/// Every detector, in one.
///
/// Known values change while texts are read: they stand behind a lock that a reader holds for one text.
#[derive(Clone, Debug)]
pub struct Detectors {
    countries: Vec<[u8; 2]>,
    known: Option<Arc<RwLock<KnownValues>>>,
    layers: Vec<Layer>,
    left: Vec<Kind>,
    recogniser: Option<Arc<dyn Recogniser>>,
    unread: Option<Level>,
}

impl Detectors {
    /// Patterns, labels in the text, and names by their surroundings. `countries` (ISO 3166, two letters) say whose
    /// unmarked telephone numbers to expect; unknown ones are left out.
    pub fn standard(countries: &[&str]) -> Self {
        let countries = countries
            .iter()
            .filter_map(|country| {
                country.as_bytes().first_chunk::<2>().filter(|_| country.len() == 2)
            })
            .map(|country| country.map(|letter| letter.to_ascii_uppercase()))
            .collect();
        Self {
            countries,
            known: None,
            layers: vec![Layer::Field, Layer::Known, Layer::Pattern, Layer::Model],
            left: Vec::new(),
            recogniser: None,
            unread: None,
        }
    }

    /// Adds what the CRM knows.
    pub fn with_known(mut self, known: Arc<RwLock<KnownValues>>) -> Self {
        self.known = Some(known);
        self
    }

    /// Adds a trained recogniser to [`Layer::Model`].
    pub fn with_recogniser(mut self, recogniser: Arc<dyn Recogniser>) -> Self {
        self.recogniser = Some(recogniser);
        self
    }

    /// Without a recogniser: the level that texts of people count as at least.
    pub fn unread_as(mut self, level: Level) -> Self {
        self.unread = Some(level);
        self
    }

    /// Keeps only some layers: [`Layer::Field`] for labels inside a text, [`Layer::Known`], [`Layer::Pattern`],
    /// [`Layer::Model`] for names by their surroundings.
    pub fn only(mut self, layers: &[Layer]) -> Self {
        self.layers = layers.to_vec();
        self
    }

    /// Leaves values of these kinds in the clear: a question about dates and sums has to keep them.
    pub fn without(mut self, kinds: &[Kind]) -> Self {
        self.left = kinds.to_vec();
        self
    }

    fn has(&self, layer: Layer) -> bool {
        self.layers.contains(&layer)
    }
}

impl Detector for Detectors {
    fn detect(&self, text: &str) -> Result<Vec<Finding>, DetectorFailure> {
        Ok(self.detect_owned(text)?.into_iter().map(|owned| owned.finding).collect())
    }

    fn detect_owned(&self, text: &str) -> Result<Vec<Owned>, DetectorFailure> {
        let doc = Doc::new(text);
        let mut sink = Sink::default();
        if self.has(Layer::Pattern) {
            pattern::detect(&doc, &self.countries, &mut sink);
        }
        if self.has(Layer::Field) {
            name::labelled(&doc, &mut sink);
        }
        if self.has(Layer::Known)
            && let Some(known) = &self.known
        {
            // A writer that panicked left a consistent index: each change is one step.
            known.read().unwrap_or_else(PoisonError::into_inner).detect(&doc, &mut sink);
        }
        if self.has(Layer::Model) {
            name::detect(&doc, &mut sink);
            if let Some(recogniser) = &self.recogniser {
                name::weigh(&doc, recogniser.read(text)?.as_ref(), &mut sink);
            }
        }
        let mut found = resolve(text, sink);
        found.retain(|owned| !self.left.contains(&owned.finding.kind));
        Ok(found)
    }

    fn unread(&self) -> Option<Level> {
        self.unread.filter(|_| self.recogniser.is_none())
    }
}
