//! Ages: `54 year old`, `aged 47`, `when he was 73`.

use boundary::Kind;

use super::number::Run;
use crate::{
    lexicon::AGE_CUE,
    resolve::{FORM, Sink},
    text::{Doc, Gap},
};

pub(super) fn detect(doc: &Doc<'_>, run: &Run, sink: &mut Sink) -> bool {
    let years = run.prefix(3);
    if run.groups.len() != 1 || run.len() > 3 || !(1..=120).contains(&years) || run.plus {
        return false;
    }
    if before(doc, run) || after(doc, run) {
        sink.pattern(run.range(), Kind::Age, FORM);
        return true;
    }
    false
}

fn word(doc: &Doc<'_>, index: Option<usize>) -> String {
    index.and_then(|i| doc.token(i)).map(|t| doc.word(t).to_lowercase()).unwrap_or_default()
}

/// Words that stand right before an age.
const BEFORE: [&str; 13] = [
    "aged", "age", "alter", "of", "is", ":", "was", "turned", "turns", "turn", "turning", "am", "m",
];

fn before(doc: &Doc<'_>, run: &Run) -> bool {
    let one = word(doc, run.index.checked_sub(1));
    if !BEFORE.contains(&one.as_str()) {
        return false;
    }
    let two = word(doc, run.index.checked_sub(2));
    let three = word(doc, run.index.checked_sub(3));
    let person = |w: &str| matches!(w, "he" | "she" | "i" | "they" | "him" | "her");
    matches!(one.as_str(), "aged" | "age" | "alter")
        || matches!(one.as_str(), "of" | "is" | ":") && two == "age"
        || matches!(
            one.as_str(),
            "was" | "turned" | "turns" | "turn" | "turning" | "is" | "am" | "m"
        ) && person(&two)
            && (three == "when"
                || two == "i"
                || matches!(one.as_str(), "turned" | "turns" | "turn" | "turning"))
            && !unit(doc, run)
        || matches!(one.as_str(), "turned" | "turns" | "turn" | "turning")
            && !unit(doc, run)
            && run.len() == 2
}

/// Another unit follows: `is 20 minutes late`.
fn unit(doc: &Doc<'_>, run: &Run) -> bool {
    let next = word(doc, Some(run.next));
    doc.token(run.next).is_some_and(|t| matches!(t.gap, Gap::Space))
        && matches!(
            next.as_str(),
            "minutes"
                | "minute"
                | "min"
                | "hours"
                | "days"
                | "weeks"
                | "months"
                | "miles"
                | "km"
                | "th"
                | "percent"
                | "times"
                | "of"
        )
}

fn after(doc: &Doc<'_>, run: &Run) -> bool {
    let rest = doc.text.get(run.end..).unwrap_or_default().trim_start_matches([' ', '-']);
    if ["y/o", "y.o.", "Y/O", "yo "].iter().any(|short| rest.starts_with(short)) {
        return true;
    }
    let Some(next) = doc.token(run.next) else { return false };
    if !next.class.any(AGE_CUE) || !matches!(next.gap, Gap::Space | Gap::Hyphen) {
        return false;
    }
    let one = word(doc, Some(run.next));
    let two = word(doc, Some(run.next + 1));
    matches!(one.as_str(), "yo" | "jährige" | "jähriger")
        || matches!(one.as_str(), "year" | "years" | "yr" | "yrs") && two == "old"
        || one == "jahre" && two == "alt"
        || matches!(
            one.as_str(),
            "ans" | "años" | "anni" | "anos" | "lat" | "let" | "rokov" | "jaar" | "yaşında"
        ) && matches!(
            word(doc, run.index.checked_sub(1)).as_str(),
            "a" | "tiene" | "ha" | "tem" | "ma" | "de" | "di" | "is" | "má"
        )
}
