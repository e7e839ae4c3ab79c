//! The first way out: text in which every covered value is a token.

#[cfg(test)]
mod tests;

use std::fmt;

use crate::detector::{Detector, DetectorFailure, Finding, Kind, Layer};
use crate::label::Label;
use crate::raw::Raw;
use crate::token::{TokenTable, shapes};

/// Text in which every covered value is a token, and the join of what was left in clear.
///
/// Only the mask makes it.
#[derive(Clone)]
pub struct Masked {
    text: String,
    label: Label,
    tokens: u64,
}

impl Masked {
    /// The text, as a model may see it once an endpoint covers its label.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The join of what was left in the clear.
    pub fn label(&self) -> &Label {
        &self.label
    }

    /// How many values were covered.
    pub fn tokens(&self) -> u64 {
        self.tokens
    }

    pub(crate) fn of_treated(text: String, label: Label, tokens: u64) -> Self {
        Self { text, label, tokens }
    }
}

impl fmt::Debug for Masked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Masked<{:?}>({} tokens)", self.label, self.tokens)
    }
}

/// A text could not be masked; nothing of it is used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MaskError {
    /// A detector could not look.
    #[error(transparent)]
    Detector(#[from] DetectorFailure),
    /// A reply of the CRM has a shape nobody expected.
    #[error(transparent)]
    Shape(#[from] crate::records::ShapeError),
}

/// Whose text it is, which decides what token-shaped text in it means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Speaker {
    /// A person or the CRM: what looks like a token is text, and is escaped.
    Outside,
    /// The model: known tokens are tokens.
    Model,
}

impl TokenTable {
    /// Masks a whole raw text.
    pub(crate) fn mask(
        &mut self,
        raw: &Raw<String>,
        speaker: Speaker,
        detector: &dyn Detector,
    ) -> Result<Masked, MaskError> {
        let mut out = String::with_capacity(raw.value().len());
        let tokens = self.mask_into(&mut out, raw.value(), raw.label(), speaker, detector)?;
        Ok(Masked { text: out, label: raw.label().clone(), tokens })
    }

    /// Masks `text` into `out`; gives the number of covered values.
    pub(crate) fn mask_into(
        &mut self,
        out: &mut String,
        text: &str,
        label: &Label,
        speaker: Speaker,
        detector: &dyn Detector,
    ) -> Result<u64, MaskError> {
        if speaker == Speaker::Outside {
            return self.mask_piece(out, text, label, detector);
        }
        let mut count = 0;
        let mut from = 0;
        for shape in shapes(text) {
            if shape.escapes == 0 && self.look_up(shape.token).is_some() {
                count += self.mask_piece(out, slice(text, from, shape.start), label, detector)?;
                out.push_str(slice(text, shape.start, shape.end));
                from = shape.end;
            }
        }
        Ok(count + self.mask_piece(out, slice(text, from, text.len()), label, detector)?)
    }

    fn mask_piece(
        &mut self,
        out: &mut String,
        text: &str,
        label: &Label,
        detector: &dyn Detector,
    ) -> Result<u64, MaskError> {
        let mut spans = checked(text, &detector.detect(text)?);
        let known = self.remembered(text);
        spans.extend(known.into_iter().map(|(start, end, covered)| Finding {
            start,
            end,
            kind: covered.token.kind(),
            layer: Layer::Memory,
        }));
        let spans = united(spans);
        let mut from = 0;
        for span in &spans {
            escape_into(out, slice(text, from, span.start));
            let value = slice(text, span.start, span.end);
            let token = self.cover(span.kind, value, label, span.layer, None);
            out.push_str(&token.to_string());
            from = span.end;
        }
        escape_into(out, slice(text, from, text.len()));
        Ok(spans.len() as u64)
    }
}

/// A detector's findings, believed only as far as they make sense: from the first bad or
/// overlapping one on, the rest of the text is covered whole.
fn checked(text: &str, findings: &[Finding]) -> Vec<Finding> {
    let mut good = Vec::with_capacity(findings.len());
    let mut from = 0;
    for finding in findings {
        let sound = finding.start >= from
            && finding.start < finding.end
            && text.get(finding.start..finding.end).is_some();
        if !sound {
            if from < text.len() {
                let rest =
                    Finding { start: from, end: text.len(), kind: Kind::Text, layer: Layer::House };
                good.push(rest);
            }
            break;
        }
        good.push(*finding);
        from = finding.end;
    }
    good
}

/// Sorted, with overlapping ranges united under the kind of the longest.
fn united(mut spans: Vec<Finding>) -> Vec<Finding> {
    spans.sort_by_key(|span| (span.start, std::cmp::Reverse(span.end)));
    let mut united: Vec<Finding> = Vec::with_capacity(spans.len());
    for span in spans {
        match united.last_mut() {
            Some(last) if span.start < last.end => {
                if span.end - span.start > last.end - last.start {
                    last.kind = span.kind;
                    last.layer = span.layer;
                }
                last.end = last.end.max(span.end);
            }
            _ => united.push(span),
        }
    }
    united
}

/// Copies text, giving token-shaped text one more `!`.
fn escape_into(out: &mut String, text: &str) {
    let mut from = 0;
    for shape in shapes(text) {
        out.push_str(slice(text, from, shape.start + 1));
        out.push('!');
        from = shape.start + 1;
    }
    out.push_str(slice(text, from, text.len()));
}

fn slice(text: &str, start: usize, end: usize) -> &str {
    text.get(start..end).unwrap_or_default()
}
