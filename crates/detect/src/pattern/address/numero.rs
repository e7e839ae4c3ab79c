//! The sign between a street and its number: `n.º 12`, `nº 12`, `n° 12`, `nr. 12`, `No: 12`, in JSON `n.\u00ba 12`.

use super::words::is_number;
use crate::text::{Doc, Gap};

/// Words for `number` that stand between a street and its number.
const SIGNS: &[&str] =
    &["n", "nº", "no", "nr", "num", "núm", "numero", "número", "numéro", "nro", "č", "čp", "hno"];

/// The word of the number that follows the sign at word `at`.
pub(super) fn after(doc: &Doc<'_>, at: usize) -> Option<usize> {
    let sign = doc
        .token(at)
        .filter(|t| t.len() <= 8 && matches!(t.gap, Gap::Space | Gap::Comma) && !t.opens)?;
    let word = doc.word(sign).to_lowercase();
    if !SIGNS.contains(&word.as_str()) && word != r"n\u00ba" {
        return None;
    }
    let ordinal = doc.token(at + 1).is_some_and(|t| {
        t.start <= sign.end + 1 && matches!(doc.word(t), "º" | "o" | r"\u00ba" | r"\u00b0" | "ª")
    });
    let at = at + 1 + usize::from(ordinal);
    let number = doc.token(at).filter(|t| is_number(doc, t) && t.len() <= 5)?;
    let from = doc.token(at - 1)?.end;
    let between = doc.span(from, number.start);
    (between.len() <= 4
        && between.chars().all(|c| matches!(c, ' ' | '.' | ':' | '°' | 'º' | '\u{a0}')))
    .then_some(at)
}
