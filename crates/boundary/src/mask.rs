//! The first way out: text in which every covered value is a token.

mod stream;
#[cfg(test)]
mod tests;

use std::fmt;
use std::ops::Range;

use crate::detector::{Detector, DetectorFailure, Finding, Kind, Layer, Owned, left_of};
use crate::label::Label;
use crate::raw::Raw;
use crate::token::{BRACES, Covered, Next, Shape, Token, TokenTable, Whose, next, shapes};

pub use stream::MaskStream;

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

/// What the mask put in the place of a range of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replaced {
    /// First byte of the range.
    pub start: usize,
    /// One past its last byte.
    pub end: usize,
    /// What stood there.
    pub kind: Kind,
    /// Which layer found it.
    pub layer: Layer,
    /// What stands there now.
    pub token: String,
}

/// A text could not be masked; nothing of it is used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MaskError {
    /// A detector could not look.
    #[error(transparent)]
    Detector(#[from] DetectorFailure),
    /// What was said repeats a passage of a protected document.
    #[error("the text repeats a passage of the protected document `{document}`")]
    Protected {
        /// The document's name, as the rules of the house have it.
        document: String,
    },
    /// A reply of the CRM has a shape nobody expected.
    #[error(transparent)]
    Shape(#[from] crate::records::ShapeError),
}

impl TokenTable {
    /// Masks a whole raw text of a person or the CRM: what looks like a token in it is text, and is escaped.
    pub(crate) fn mask(
        &mut self,
        raw: &Raw<String>,
        detector: &dyn Detector,
    ) -> Result<Masked, MaskError> {
        let mut out = String::with_capacity(raw.value().len());
        let tokens = self.mask_into(&mut out, raw.value(), raw.label(), detector)?;
        Ok(Masked { text: out, label: left_of(raw.label(), detector), tokens })
    }

    /// Masks a text of the gate that may quote the texts in `asked`: known tokens in it are tokens, and what the
    /// asker wrote stays as it was written.
    pub(crate) fn mask_quoting(
        &mut self,
        raw: &Raw<String>,
        asked: &[String],
        detector: &dyn Detector,
    ) -> Result<Masked, MaskError> {
        let (text, label) = (raw.value(), raw.label());
        let (mut out, mut tokens, mut from) = (String::with_capacity(text.len()), 0, 0);
        for shape in shapes(text) {
            if let Some(token) = self.resolve(&shape).map(|covered| covered.token) {
                let piece = slice(text, from, shape.start);
                tokens += self.mask_piece(&mut out, piece, label, detector, asked, true)?.len();
                // Bent forms are written straight, so that the next prompt has one spelling.
                out.push_str(&token.to_string());
                out.push_str(shape.suffix);
                from = shape.end;
            }
        }
        let rest = slice(text, from, text.len());
        tokens += self.mask_piece(&mut out, rest, label, detector, asked, true)?.len();
        Ok(Masked { text: out, label: left_of(label, detector), tokens: tokens as u64 })
    }

    /// Masks `text` into `out`; gives the number of covered values.
    pub(crate) fn mask_into(
        &mut self,
        out: &mut String,
        text: &str,
        label: &Label,
        detector: &dyn Detector,
    ) -> Result<u64, MaskError> {
        Ok(self.mask_piece(out, text, label, detector, &[], true)?.len() as u64)
    }

    /// Masks a text of an outsider into `out`; says what was put where. Without `recall` what was
    /// covered in other texts is not looked for. What `asked` says itself stays.
    pub(crate) fn mask_piece(
        &mut self,
        out: &mut String,
        text: &str,
        label: &Label,
        detector: &dyn Detector,
        asked: &[String],
        recall: bool,
    ) -> Result<Vec<Replaced>, MaskError> {
        let spans = self.spans(text, detector, asked, recall)?;
        let (replaced, _) = self.write(out, text, 0..text.len(), spans, label, detector, asked);
        Ok(replaced)
    }

    /// What of `text` is to be covered, in order, without overlap.
    fn spans(
        &self,
        text: &str,
        detector: &dyn Detector,
        asked: &[String],
        recall: bool,
    ) -> Result<Vec<Span>, MaskError> {
        let found = checked(text, &detector.detect_owned(text)?).into_iter();
        let mut spans: Vec<Span> = found.map(Span::from).collect();
        if recall {
            spans.extend(self.remembered(text, detector).into_iter().map(Span::from));
        }
        let mut spans = united(spans);
        spans.retain(|span| !asked.iter().any(|it| says(it, span.of(text))));
        Ok(spans)
    }

    /// Masks this part of `text` into `out`, or a shorter one that ends before a value which reaches beyond it; says
    /// what was put where, and where the part ended. `spans` are those of the whole text.
    #[expect(clippy::too_many_arguments, reason = "the text, and what it is looked at with")]
    fn write(
        &mut self,
        out: &mut String,
        text: &str,
        Range { start: from, end: to }: Range<usize>,
        mut spans: Vec<Span>,
        label: &Label,
        detector: &dyn Detector,
        asked: &[String],
    ) -> (Vec<Replaced>, usize) {
        let to = uncut(text, &[&spans], from, to);
        spans.retain_mut(|span| span.finding.end <= to && span.begins_at(from));
        let mut tokens = Vec::with_capacity(spans.len());
        for span in &spans {
            tokens.push(self.cover_span(span, text, label, detector));
        }
        // What this text says first is said again in it, before or after.
        let again = self.repeated(&tokens, text, detector).into_iter().map(Span::from);
        let apart = |one: &Span| {
            let Finding { start, end, .. } = one.finding;
            let other = spans.partition_point(|it| it.finding.end <= start);
            spans.get(other).is_none_or(|it| it.finding.start >= end)
        };
        let mut again: Vec<Span> = again.filter(apart).collect();
        again.retain(|span| !asked.iter().any(|it| says(it, span.of(text))));
        let to = uncut(text, &[&spans, &again], from, to);
        again.retain_mut(|span| span.finding.end <= to && span.begins_at(from));
        let mut covered: Vec<(Span, Token)> = spans.into_iter().zip(tokens).collect();
        covered.retain(|(span, _)| span.finding.end <= to);
        for span in again {
            let token = self.cover_span(&span, text, label, detector);
            covered.push((span, token));
        }
        covered.sort_by_key(|(span, _)| span.finding.start);
        let mut replaced = Vec::with_capacity(covered.len());
        let mut at = from;
        for (Span { finding, .. }, token) in covered {
            let Finding { start, end, kind, layer } = finding;
            self.escape_into(out, slice(text, at, start), label);
            let token = token.to_string();
            out.push_str(&token);
            at = end;
            replaced.push(Replaced { start, end, kind, layer, token });
        }
        self.escape_into(out, slice(text, at, to), label);
        (replaced, to)
    }

    fn cover_span(
        &mut self,
        span: &Span,
        text: &str,
        label: &Label,
        detector: &dyn Detector,
    ) -> Token {
        let Span { finding: Finding { kind, layer, .. }, record, number } = span;
        let value = span.of(text);
        let record = record.as_ref().and_then(|id| std::str::from_utf8(id).ok());
        let number = number.or_else(|| self.number_of_same(*kind, value, detector));
        let whose = match (record, number) {
            (Some(record), _) => Whose::Record(record),
            (None, Some(number)) => Whose::Number(number),
            (None, None) => Whose::Nobody,
        };
        self.cover(*kind, value, label, *layer, whose)
    }

    /// Copies text. What is written exactly like a token gets one more `!`; what could pass for
    /// a bent one becomes the value of a token itself.
    fn escape_into(&mut self, out: &mut String, text: &str, label: &Label) {
        let mut from = 0;
        for shape in shapes(text) {
            if shape.exact {
                out.push_str(slice(text, from, shape.start + 1));
                out.push('!');
                from = shape.start + 1;
            } else if self.could_resolve(&shape) {
                out.push_str(slice(text, from, shape.start));
                let value = slice(text, shape.start, shape.end);
                let token = self.cover(Kind::Text, value, label, Layer::Pattern, Whose::Nobody);
                out.push_str(&token.to_string());
                from = shape.end;
            }
        }
        out.push_str(slice(text, from, text.len()));
    }
}

/// A range to cover, and whose value it is as far as anybody knows.
struct Span {
    finding: Finding,
    record: Option<[u8; 15]>,
    number: Option<u32>,
}

impl Span {
    fn of<'a>(&self, text: &'a str) -> &'a str {
        slice(text, self.finding.start, self.finding.end)
    }

    /// Leaves off what stands before `from`; whether anything is left.
    fn begins_at(&mut self, from: usize) -> bool {
        if self.finding.start < from {
            // A part of a value is not a form of it.
            (self.record, self.number) = (None, None);
            self.finding.start = from;
        }
        self.finding.start < self.finding.end
    }
}

/// `to`, or where the value begins that `to` would cut.
fn ends_before(spans: &[Span], to: usize) -> usize {
    let cut = |it: &&Span| it.finding.start < to && it.finding.end > to;
    spans.iter().find(cut).map_or(to, |it| it.finding.start)
}

impl From<(usize, usize, &Covered, Option<u32>)> for Span {
    fn from((start, end, covered, number): (usize, usize, &Covered, Option<u32>)) -> Self {
        let finding = Finding { start, end, kind: covered.token.kind(), layer: Layer::Memory };
        Self { finding, record: None, number }
    }
}

impl From<Owned> for Span {
    fn from(Owned { finding, record }: Owned) -> Self {
        Self { finding, record, number: None }
    }
}

/// `to`, or where the first value or token begins that an end there would cut.
fn uncut(text: &str, spans: &[&[Span]], from: usize, mut to: usize) -> usize {
    // A whole text has its own end.
    while to < text.len() {
        let whole = whole_tokens(text, from, to);
        let next = spans.iter().fold(whole, |to, spans| ends_before(spans, to)).max(from);
        if next == to {
            break;
        }
        to = next;
    }
    to
}

/// `to`, or where something begins before it that is written like a token, or may become so, and ends behind it.
fn whole_tokens(text: &str, mut from: usize, to: usize) -> usize {
    loop {
        let before = slice(text, 0, from).chars().next_back();
        match next(&BRACES, text, from, before, false) {
            Next::Shape(shape) if shape.end <= to => from = shape.end,
            Next::Shape(Shape { start: at, .. }) | Next::Open(at) => return at.min(to),
            Next::Nothing => return to,
        }
    }
}

/// A detector's findings, believed only as far as they make sense: from the first bad or
/// overlapping one on, the rest of the text is covered whole.
fn checked(text: &str, findings: &[Owned]) -> Vec<Owned> {
    let mut good = Vec::with_capacity(findings.len());
    let mut from = 0;
    for owned in findings {
        let finding = &owned.finding;
        let sound = finding.start >= from
            && finding.start < finding.end
            && text.get(finding.start..finding.end).is_some();
        if !sound {
            if from < text.len() {
                let rest =
                    Finding { start: from, end: text.len(), kind: Kind::Text, layer: Layer::House };
                good.push(Owned { finding: rest, record: None });
            }
            break;
        }
        good.push(*owned);
        from = finding.end;
    }
    good
}

/// Sorted, with overlapping ranges united under the kind and the owner of the longest. Of two
/// that cover the same, what a record says comes before what the conversation remembers, and
/// that before what nobody owns.
fn united(mut spans: Vec<Span>) -> Vec<Span> {
    spans.sort_by_key(|it| {
        let owned = (it.record.is_none(), it.number.is_none());
        (it.finding.start, std::cmp::Reverse(it.finding.end), owned)
    });
    let mut united: Vec<Span> = Vec::with_capacity(spans.len());
    for span in spans {
        match united.last_mut() {
            Some(last) if span.finding.start < last.finding.end => {
                let (start, end) = (last.finding.start, last.finding.end.max(span.finding.end));
                let length = |it: &Finding| it.end - it.start;
                if length(&span.finding) > length(&last.finding) {
                    *last = span;
                }
                // What reaches beyond a value is not a form of it.
                if last.finding.start > start || last.finding.end < end {
                    (last.record, last.number) = (None, None);
                }
                (last.finding.start, last.finding.end) = (start, end);
            }
            _ => united.push(span),
        }
    }
    united
}

/// Whether a text has these words, and not only as a part of others.
fn says(text: &str, words: &str) -> bool {
    text.match_indices(words).any(|(at, found)| {
        let before = slice(text, 0, at).chars().next_back();
        let after = slice(text, at + found.len(), text.len()).chars();
        // A full stop, a hyphen or an at sign may go on a word: `a@b.example` is not in `a@b.example.org`.
        let goes_on = |mut rest: std::iter::Take<std::str::Chars<'_>>| {
            rest.next().is_some_and(|c| {
                c.is_alphanumeric()
                    || matches!(c, '.' | '-' | '@' | '_')
                        && rest.next().is_some_and(char::is_alphanumeric)
            })
        };
        !before.is_some_and(|c| c.is_alphanumeric() || matches!(c, '.' | '-' | '@' | '_'))
            && !goes_on(after.take(2))
    })
}

fn slice(text: &str, start: usize, end: usize) -> &str {
    text.get(start..end).unwrap_or_default()
}
