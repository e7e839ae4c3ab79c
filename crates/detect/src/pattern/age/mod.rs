//! Ages: `54 year old`, `aged 47`, `when he was 73`.

mod birthday;
mod told;

use boundary::Kind;

pub(super) use birthday::{in_numerals, in_words, ordinal};
pub(super) use told::{decade, glued};

use super::number::Run;
use crate::{
    lexicon::{
        AGE_CUE, CITY, COUNTRY, CURRENCY, FUNCTION, LEGAL, MONTH, NAME, ORG_WORD, STREET,
        STREET_PREFIX, UNIT, WORD,
    },
    resolve::{FORM, Sink},
    text::{Doc, Gap, Shape, Token},
};

pub(super) fn detect(doc: &Doc<'_>, run: &Run, sink: &mut Sink) -> bool {
    let years = run.prefix(3);
    if run.groups.len() != 1 || run.len() > 3 || !(1..=120).contains(&years) || run.plus {
        return false;
    }
    if before(doc, run) || after(doc, run) || beside_name(doc, run) || told::is_age(doc, run) {
        // A bracket around the number is none of it.
        let group = run.groups.first().map_or(run.range(), |it| (it.start, it.end));
        sink.pattern(group, Kind::Age, FORM);
        return true;
    }
    false
}

fn word(doc: &Doc<'_>, index: Option<usize>) -> String {
    index.and_then(|i| doc.token(i)).map(|t| doc.word(t).to_lowercase()).unwrap_or_default()
}

/// Words that stand right before an age.
const BEFORE: &[&str] = &[
    "aged",
    "age",
    "alter",
    "of",
    "is",
    ":",
    "was",
    "turned",
    "turns",
    "turn",
    "turning",
    "am",
    "m",
    "about",
    "around",
    "approximately",
    "approx",
    "roughly",
    "circa",
    "ca",
    "nearly",
    "almost",
    "over",
    "etwa",
    "ungefähr",
    "environ",
    "âgé",
    "âgée",
    "edad",
    "idade",
    "leeftijd",
    "ålder",
    "wiek",
    "yaş",
];

fn before(doc: &Doc<'_>, run: &Run) -> bool {
    let one = word(doc, run.index.checked_sub(1));
    if !BEFORE.contains(&one.as_str()) {
        return false;
    }
    let two = word(doc, run.index.checked_sub(2));
    let three = word(doc, run.index.checked_sub(3));
    let person = |w: &str| matches!(w, "he" | "she" | "i" | "they" | "him" | "her");
    let roughly = matches!(
        one.as_str(),
        "about"
            | "around"
            | "approximately"
            | "approx"
            | "roughly"
            | "circa"
            | "ca"
            | "nearly"
            | "almost"
            | "over"
            | "etwa"
            | "ungefähr"
            | "environ"
    ) && matches!(two.as_str(), "aged" | "age" | "alter" | "âgé" | "âgée");
    matches!(
        one.as_str(),
        "aged"
            | "age"
            | "alter"
            | "âgé"
            | "âgée"
            | "edad"
            | "idade"
            | "leeftijd"
            | "ålder"
            | "wiek"
            | "yaş"
    ) || roughly
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

/// `Ada Quist, 43, lives in ..`, `Ada Quist (43 Jahre)`, `María, 52 años,`: behind a name, between commas or in brackets.
fn beside_name(doc: &Doc<'_>, run: &Run) -> bool {
    let years = run.prefix(3);
    let (Some(number), Some(name)) =
        (doc.token(run.index), run.index.checked_sub(1).and_then(|i| doc.token(i)))
    else {
        return false;
    };
    let open = doc.span(name.end, number.start);
    let whole = run
        .index
        .checked_sub(2)
        .and_then(|i| doc.token(i))
        .filter(|t| name.gap == Gap::Space && t.capital());
    let person = |t: &Token| {
        matches!(t.shape, Shape::Title | Shape::Mixed)
            && !t.class.any(WORD.or(MONTH).or(STREET).or(CITY).or(COUNTRY).or(ORG_WORD).or(LEGAL))
    };
    let named = person(name)
        && (whole.is_some_and(|t| person(t) && !t.class.any(FUNCTION)) || name.class.any(NAME));
    if !(16..=105).contains(&years) || run.len() < 2 || !named || !matches!(open, ", " | " (") {
        return false;
    }
    let rest = doc.text.get(run.end..).unwrap_or_default();
    let bracket = open == " (";
    let years_word = doc.token(run.next).is_some_and(|t| {
        t.gap == Gap::Space
            && matches!(
                doc.word(t),
                "Jahre"
                    | "años"
                    | "anos"
                    | "ans"
                    | "anni"
                    | "jaar"
                    | "år"
                    | "lat"
                    | "let"
                    | "yaşında"
                    | "yrs"
                    | "years"
            )
    });
    if years_word {
        return true;
    }
    let next = doc.token(run.next);
    if bracket {
        return rest.starts_with(')') && whole.is_some() && next.is_none_or(|t| !t.class.any(UNIT));
    }
    // A list of numbers, a street and its flat go on otherwise.
    rest.starts_with(", ")
        && next.is_some_and(|t| {
            t.shape == Shape::Lower
                && !t.class.any(UNIT.or(STREET_PREFIX).or(CURRENCY))
                && t.len() > 1
        })
        || rest.is_empty() && whole.is_some() && name.class.any(NAME)
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
    let past = (16..=110).contains(&run.prefix(3));
    matches!(one.as_str(), "yo" | "jährige" | "jähriger")
        || past
            && matches!(
                one.as_str(),
                "jährigen"
                    | "jarige"
                    | "årig"
                    | "åriga"
                    | "letý"
                    | "letá"
                    | "letni"
                    | "letnia"
                    | "yaşında"
                    | "yaşındaki"
            )
        || past
            && !birthday::firm(doc, run.index)
            && matches!(one.as_str(), "jahre" | "años" | "ans" | "anni" | "anos")
            && matches!(
                word(doc, run.index.checked_sub(1)).as_str(),
                "ist"
                    | "wurde"
                    | "wird"
                    | "bin"
                    | "tengo"
                    | "tenía"
                    | "cumplió"
                    | "cumple"
                    | "ho"
                    | "aveva"
                    | "tenho"
                    | "tinha"
                    | "ai"
                    | "avait"
            )
        || matches!(one.as_str(), "year" | "years" | "yr" | "yrs")
            && two == "old"
            && !birthday::firm(doc, run.index)
        || one == "years" && two == "of" && word(doc, Some(run.next + 2)) == "age"
        || one == "jahre" && two == "alt"
        || matches!(
            one.as_str(),
            "ans" | "años" | "anni" | "anos" | "lat" | "let" | "rokov" | "jaar" | "yaşında"
        ) && matches!(
            word(doc, run.index.checked_sub(1)).as_str(),
            "a" | "tiene" | "ha" | "tem" | "ma" | "is" | "má"
        ) && !birthday::served(doc, run.next + 1)
            && !birthday::firm(doc, run.index)
        || matches!(one.as_str(), "ans" | "años" | "anni" | "anos" | "jaar")
            && matches!(word(doc, run.index.checked_sub(1)).as_str(), "de" | "di")
            && run.index.checked_sub(2).and_then(|i| doc.token(i)).is_some_and(Token::capital)
}
