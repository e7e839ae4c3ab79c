//! The layers put together.

use std::sync::{Arc, PoisonError, RwLock};

use boundary::{Detector, DetectorFailure, Finding, Kind, Layer, Level, Owned, WordSort};

use crate::{
    encoded::decoded,
    house::{Corrections, HouseRules},
    known::KnownValues,
    lexicon::{LEGAL, Lexicon, NAME, ORDINARY},
    name,
    pattern::{self, Hints},
    recogniser::Recogniser,
    resolve::{Candidate, Sink, resolve},
    text::{Bytes, Doc, hash_word, plain::plain},
};

/// Texts of fewer bytes are read in a few milliseconds even by a recogniser.
const SHORT: usize = 24;

/// Whether the telephone numbers of a country (ISO 3166, two letters, in any case) are known.
pub fn has_numbers_of(country: &str) -> bool {
    let letters: Option<[u8; 2]> = country.as_bytes().try_into().ok();
    letters.is_some_and(|it| pattern::has_plan(it.map(|letter| letter.to_ascii_uppercase())))
}

/// Every detector, in one.
///
/// Known values change while texts are read: they stand behind a lock that a reader holds for one text.
#[derive(Clone, Debug)]
pub struct Detectors {
    countries: Vec<[u8; 2]>,
    known: Option<Arc<RwLock<KnownValues>>>,
    house: Option<Arc<HouseRules>>,
    corrections: Option<Arc<Corrections>>,
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
            house: None,
            corrections: None,
            layers: vec![Layer::Field, Layer::Known, Layer::Pattern, Layer::Model, Layer::House],
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

    /// Adds the rules of the house.
    pub fn with_house(mut self, house: Arc<HouseRules>) -> Self {
        self.house = Some(house);
        self
    }

    /// Adds what administrators correct, now and later.
    pub fn with_corrections(mut self, corrections: Arc<Corrections>) -> Self {
        self.corrections = Some(corrections);
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

    fn look(&self, doc: &Doc<'_>, countries: &Hints) -> Result<Vec<Owned>, DetectorFailure> {
        let text = doc.text;
        let mut sink = Sink::for_words(doc.tokens.len());
        if self.has(Layer::Pattern) {
            pattern::detect(doc, countries, &mut sink);
        }
        if self.has(Layer::Field) {
            name::labelled(doc, &mut sink);
        }
        if self.has(Layer::Known)
            && let Some(known) = &self.known
        {
            // A writer that panicked left a consistent index: each change is one step.
            known.read().unwrap_or_else(PoisonError::into_inner).detect(doc, &mut sink);
        }
        if self.has(Layer::Model) {
            name::detect(doc, &mut sink);
            if let Some(recogniser) = &self.recogniser
                && name::in_doubt(doc, &sink)
            {
                name::weigh(doc, recogniser.read(text)?.as_ref(), &mut sink);
            }
            name::complete(doc, &mut sink);
        }
        if self.has(Layer::House)
            && let Some(house) = &self.house
        {
            house.detect(doc, &mut sink);
        }
        if self.has(Layer::Known) || self.has(Layer::Pattern) {
            self.decode(doc, &mut sink);
        }
        if self.has(Layer::House)
            && let Some(corrections) = &self.corrections
        {
            corrections.detect(doc, &mut sink);
        }
        let mut found = resolve(text, sink);
        found.retain(|owned| !self.left.contains(&owned.finding.kind));
        Ok(found)
    }

    /// What is found in a text as a reader sees it, where it stands as it is written.
    fn read(&self, text: &str, countries: &Hints) -> Result<Vec<Owned>, DetectorFailure> {
        let bytes = Bytes::of(text);
        let Some(plain) = plain(text, bytes) else {
            return self.look(&Doc::holding(text, bytes), countries);
        };
        // Disguised: looked at as a reader sees it, answered where it was written.
        let back = |mut owned: Owned| {
            let (start, end) = plain.written(owned.finding.start, owned.finding.end)?;
            owned.finding.start = start;
            owned.finding.end = end;
            Some(owned)
        };
        let lost =
            DetectorFailure { detector: "detectors", reason: "a finding has no place in the text" };
        self.look(&Doc::new(&plain.text), countries)?
            .into_iter()
            .map(|owned| back(owned).ok_or(lost.clone()))
            .collect()
    }

    /// Values that stand encoded in a text: known ones, and addresses.
    fn decode(&self, doc: &Doc<'_>, sink: &mut Sink) {
        for (start, end, value) in decoded(doc) {
            // Who encodes a word alone means something by it: a name that is also a word is looked at as one.
            let named = format!("Dear {}", capitals(&value));
            if let Some((kind, layer, record)) =
                self.telling(&value).or_else(|| self.telling(&named))
            {
                let weight = crate::resolve::KNOWN;
                sink.known(Candidate { start, end, kind, layer, weight, record });
            }
        }
    }

    /// The first known value in a text, or address.
    fn telling(&self, text: &str) -> Option<(Kind, Layer, Option<[u8; 15]>)> {
        let doc = Doc::new(text);
        let mut inner = Sink::default();
        if self.has(Layer::Pattern) {
            pattern::detect(&doc, &self.countries, &mut inner);
        }
        if self.has(Layer::Known)
            && let Some(known) = &self.known
        {
            known.read().unwrap_or_else(PoisonError::into_inner).detect(&doc, &mut inner);
        }
        let telling =
            |it: &&Owned| it.finding.layer == Layer::Known || it.finding.kind == Kind::Email;
        let found = resolve(text, inner);
        found.iter().find(telling).map(|it| (it.finding.kind, it.finding.layer, it.record))
    }

    fn has(&self, layer: Layer) -> bool {
        self.layers.contains(&layer)
    }
}

/// Every word with a capital.
fn capitals(text: &str) -> String {
    let mut first = true;
    let each = text.chars().map(|c| {
        let c = if first { c.to_uppercase().next().unwrap_or(c) } else { c };
        first = !c.is_alphanumeric();
        c
    });
    each.collect()
}

impl Detector for Detectors {
    fn detect(&self, text: &str) -> Result<Vec<Finding>, DetectorFailure> {
        Ok(self.detect_owned(text)?.into_iter().map(|owned| owned.finding).collect())
    }

    fn forbids(&self, text: &str) -> Option<String> {
        let house = self.house.as_ref().filter(|_| self.has(Layer::House))?;
        let plain = plain(text, Bytes::of(text));
        let text = plain.as_ref().map_or(text, |plain| plain.text.as_str());
        house.passages(text).first().map(|passage| passage.document.to_owned())
    }

    fn detect_owned(&self, text: &str) -> Result<Vec<Owned>, DetectorFailure> {
        self.read(text, &self.countries)
    }

    fn detect_owned_in(&self, text: &str, country: &str) -> Result<Vec<Owned>, DetectorFailure> {
        match pattern::countries::code(country) {
            Some(code) if !self.countries.contains(&code) => {
                self.read(text, &[self.countries.as_slice(), &[code]].concat())
            }
            _ => self.read(text, &self.countries),
        }
    }

    fn sort(&self, word: &str) -> WordSort {
        let class = Lexicon::shared().class(hash_word(word));
        if class.any(LEGAL) {
            WordSort::LegalForm
        } else if class.is_only(NAME.or(ORDINARY)) {
            WordSort::Telling
        } else {
            WordSort::Everyday
        }
    }

    fn detect_forms(&self, text: &str, from: usize) -> Result<Vec<Finding>, DetectorFailure> {
        crate::forms::detect(text, from, &self.countries)
    }

    fn takes_long(&self, text: &str) -> bool {
        let recogniser = self.recogniser.as_ref().filter(|_| self.has(Layer::Model));
        recogniser.is_some_and(|it| text.len() >= SHORT && !it.has_read(text))
    }

    fn unread(&self) -> Option<Level> {
        self.unread.filter(|_| self.recogniser.is_none())
    }
}
