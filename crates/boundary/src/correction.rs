//! What an administrator corrects: values that the detectors missed, and words that they took for values.

use serde::{Deserialize, Serialize};

use crate::conversation::Subject;
use crate::detector::{Detector, DetectorFailure, Kind};

/// A miss or a false alarm, with the text in which it was seen. That text is its test from then on.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Correction {
    /// What the words are; `None` when they are nobody's.
    pub kind: Option<Kind>,
    /// The words, in any case.
    pub words: String,
    /// A text with the words in it.
    pub example: String,
}

/// Takes corrections into account.
pub trait Corrected: Send + Sync {
    /// Puts these in the place of all earlier ones, at once. Those that cannot be used are left out, and their places
    /// in the list told.
    fn correct(&self, corrections: &[Correction]) -> Vec<usize>;
}

impl Correction {
    /// Whether the example still is treated as the correction says: every mention of the words covered whole, or none
    /// touched.
    ///
    /// # Errors
    /// When a detector cannot look.
    pub fn holds(&self, detector: &dyn Detector) -> Result<bool, DetectorFailure> {
        let mentions = self.mentions();
        let found = detector.detect(&self.example)?;
        let covered = |at: usize| found.iter().any(|it| (it.start..it.end).contains(&at));
        let holds = |(start, end): &(usize, usize)| {
            let inside = self.example.get(*start..*end).unwrap_or_default();
            let mut letters = inside.char_indices().filter(|(_, c)| c.is_alphanumeric());
            match self.kind {
                Some(_) => letters.all(|(at, _)| covered(start + at)),
                None => !letters.any(|(at, _)| covered(start + at)),
            }
        };
        Ok(!mentions.is_empty() && mentions.iter().all(holds))
    }

    /// Whether it names somebody who is to be forgotten: in so many words, or by a value that a detector knows to be
    /// their record's.
    ///
    /// # Errors
    /// When a detector cannot look.
    pub fn names(
        &self,
        subject: &Subject,
        detector: &dyn Detector,
    ) -> Result<bool, DetectorFailure> {
        for text in [&self.words, &self.example] {
            let mut found = detector.detect_owned(text)?.into_iter().filter_map(|it| it.record);
            let theirs = |id: [u8; 15]| std::str::from_utf8(&id).is_ok_and(|id| subject.has(id));
            if subject.is_called_in(text) || found.any(theirs) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Where the words stand in the example, in any case.
    fn mentions(&self) -> Vec<(usize, usize)> {
        let wanted: Vec<char> = self.words.trim().chars().flat_map(char::to_lowercase).collect();
        let letters =
            |(at, c): (usize, char)| c.to_lowercase().map(move |low| (at, c.len_utf8(), low));
        let letters: Vec<(usize, usize, char)> =
            self.example.char_indices().flat_map(letters).collect();
        if wanted.is_empty() {
            return Vec::new();
        }
        let here = letters.windows(wanted.len()).filter(|here| {
            let same = here.iter().zip(&wanted);
            same.into_iter().all(|((_, _, low), wanted)| {
                low == wanted || low.is_whitespace() && wanted.is_whitespace()
            })
        });
        here.filter_map(|here| {
            let (first, last) = (here.first()?, here.last()?);
            Some((first.0, last.0 + last.1))
        })
        .collect()
    }
}

impl std::fmt::Debug for Correction {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Correction({:?})", self.kind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detector::{Finding, Layer, Owned};
    use crate::label::Label;
    use crate::raw::Raw;
    use crate::testing::AtSigns;

    fn correction(kind: Option<Kind>, words: &str, example: &str) -> Correction {
        Correction { kind, words: words.to_owned(), example: example.to_owned() }
    }

    #[test]
    fn an_example_holds_only_when_every_mention_is_as_it_was_said() {
        let missed =
            |example| correction(Some(Kind::Email), "JO@a.example", example).holds(&AtSigns);
        assert_eq!(missed("to jo@A.example now"), Ok(true));
        assert_eq!(missed("to nobody"), Ok(false), "no mention");
        let cut = correction(Some(Kind::Name), "jo@a.example now", "to jo@a.example now");
        assert_eq!(cut.holds(&AtSigns), Ok(false), "covered in part");
        let alarm = |words| correction(None, words, "to jo@a.example now").holds(&AtSigns);
        assert_eq!(alarm("now"), Ok(true));
        assert_eq!(alarm("a.example"), Ok(false));
        assert_eq!(alarm(" "), Ok(false));
    }

    /// Knows one name, and whose it is.
    struct Knows;

    impl Detector for Knows {
        fn detect(&self, text: &str) -> Result<Vec<Finding>, DetectorFailure> {
            Ok(self.detect_owned(text)?.into_iter().map(|it| it.finding).collect())
        }

        fn detect_owned(&self, text: &str) -> Result<Vec<Owned>, DetectorFailure> {
            let found = text.find("Odalys").map(|start| Owned {
                finding: Finding { start, end: start + 6, kind: Kind::Name, layer: Layer::Known },
                record: Some(*b"003000000000001"),
            });
            Ok(found.into_iter().collect())
        }
    }

    #[test]
    fn whoever_is_forgotten_is_in_it_as_a_word_or_as_a_record() {
        let value = |text: &str| Subject::new().value(Raw::new(text.to_owned(), Label::lowest()));
        let names = |subject: &Subject, example| {
            correction(Some(Kind::Name), "anyone", example).names(subject, &Knows)
        };
        let odalys = Subject::new().record("003000000000001AAA");
        assert_eq!(names(&odalys, "ask Odalys about it"), Ok(true), "the CRM knows her");
        assert_eq!(names(&odalys, "ask Maren about it"), Ok(false));
        let other = Subject::new().record("003000000000002AAA");
        assert_eq!(names(&other, "ask Odalys about it"), Ok(false));
        assert_eq!(names(&value("Will"), "ask will."), Ok(true));
        assert_eq!(names(&value("Will"), "is he willing"), Ok(false));
        assert_eq!(names(&value("\u{738b}\u{4f1f}"), "\u{8bf7}\u{738b}\u{4f1f}\u{6765}"), Ok(true));
    }

    #[test]
    fn nothing_of_it_is_in_its_debug_form() {
        let it = correction(Some(Kind::Name), "Qorvane", "Qorvane called");
        assert!(!format!("{it:?}").contains("Qorvane"));
    }
}
