//! Addresses whose form says all: plots, Russian and Turkish streets, lines behind a label.

use std::sync::LazyLock;

use boundary::Kind;
use regex::Regex;

use crate::{
    resolve::{FORM, Sink},
    text::Doc,
};

#[expect(clippy::expect_used, reason = "the pattern is a constant and a test compiles it")]
static FORMS: LazyLock<Regex> = LazyLock::new(|| Regex::new(STREETS).expect("constant pattern"));

const STREETS: &str = concat!(
    // India, East and West Africa: a plot and what it lies on.
    r"\b[Pp]lot (?:[Nn]o\.? ?)?\d{1,5}[A-Za-z]?(?:, ?(?:[Ss]ector|[Bb]lock|[Pp]hase|[Rr]oad [Nn]o\.?) ?\d{1,4}[A-Za-z]?)?",
    r"(?:, ?(?:[A-Z][A-Za-z.]{1,20} ?){1,3} (?:Road|Street|Avenue|Close|Lane|Marg|Nagar|Way))?",
    r"|\b\d{1,4}, ?(?:[A-Z]\. ?){1,3}(?:Road|Street|Marg|Nagar|Avenue)\b",
    // Russia and its neighbours, in Latin letters.
    r"|\b[Uu]l\. ?\p{Lu}[\p{L}-]{1,30}(?: \p{Lu}[\p{L}-]{1,30})?,? (?:d\. ?|dom )?\d{1,4}\p{L}?(?:,? ?(?:kv\. ?|korp\. ?|str\. ?)\d{1,4})*",
    // Japan, short: a part of the town and three numbers. Its postcode, and China's before a place.
    r"|[\u{3400}-\u{9fff}ヶ]{1,8}\d{1,4}[-－]\d{1,4}(?:[-－]\d{1,4})",
    r"|〒?\b\d{3}-\d{4}\b ?[\u{3400}-\u{9fff}]{1,8}[都道府県市区町村]",
    r"|\b[1-8]\d{5} ?[\u{3400}-\u{9fff}]{2,8}",
    // Turkey.
    r"|\b(?:\p{Lu}[\p{L}.]{1,20} ){1,3}(?:Sokak|Sokağı|Sok\.|Sk\.|Caddesi|Cad\.|Cd\.|Mahallesi|Mah\.|Bulvarı|Blv\.)",
    r"(?:,? ?(?:No|NO|Daire|Kat|D|K)[:. ] ?\d{1,4}(?:/\d{1,4})?)*",
);

#[expect(clippy::expect_used, reason = "the pattern is a constant and a test compiles it")]
static LABELS: LazyLock<Regex> = LazyLock::new(|| Regex::new(LABEL).expect("constant pattern"));

const LABEL: &str = concat!(
    r"(?:\b(?i:address|adresse|anschrift|direcci[oó]n|indirizzo|adres|endereço|morada|adress|osoite|domicilio|ship to|deliver to|lives at|residing at|wohnhaft in)",
    r"|住所|地址)\s?[:：]\s?",
    r"([^\n;|{}<>]{4,90})",
);

pub(super) fn detect(doc: &Doc<'_>, sink: &mut Sink) {
    for found in FORMS.find_iter(doc.text) {
        // What the reader of words makes of it goes further, where it makes something of it.
        sink.pattern((found.start(), found.end()), Kind::Address, FORM - 1);
    }
    for found in LABELS.captures_iter(doc.text) {
        if let Some(line) = found.get(1) {
            labelled(line.start(), line.as_str(), sink);
        }
    }
}

/// Up to the number and what belongs to it: words that begin with a capital or a digit.
fn labelled(start: usize, line: &str, sink: &mut Sink) {
    let mut end = 0;
    let mut words = 0;
    let mut numbers = 0;
    for word in line.split_inclusive(' ') {
        let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
        let number = bare.starts_with(|c: char| c.is_numeric());
        let small = bare.chars().next().is_some_and(char::is_lowercase);
        // `rue de la Paix`: small words stand inside, no more than two together.
        if small && bare.chars().count() > 5 || bare.contains('@') || words > 10 {
            break;
        }
        let from = line.len().min(end + word.len());
        words += 1;
        numbers += usize::from(number);
        end = from;
        if word.trim_end().ends_with(['.', '"', '\u{3002}']) && bare.chars().count() > 3 {
            break;
        }
    }
    let text = line.get(..end).unwrap_or_default();
    // What trails in small letters is the sentence that goes on.
    let mut kept = text.trim_end();
    while let Some((before, last)) = kept.rsplit_once(' ') {
        if last.starts_with(|c: char| c.is_lowercase()) && !last.contains(|c: char| c.is_numeric())
        {
            kept = before.trim_end();
        } else {
            break;
        }
    }
    let kept = kept.trim_end_matches([',', '.', '"', '\'', ')']);
    if numbers > 0 && words > 1 && kept.contains(|c: char| c.is_alphabetic()) {
        sink.pattern((start, start + kept.len()), Kind::Address, FORM - 1);
    }
}

#[cfg(test)]
mod tests {
    use boundary::{Detector as _, Kind};

    use crate::Detectors;

    #[test]
    fn forms_of_many_countries() {
        for (text, address) in [
            ("send it to Plot No. 79, Sector 1, Nashik.", "Plot No. 79, Sector 1"),
            ("goes to Plot 33, Ngong Road, 101312 Ibadan", "Plot 33, Ngong Road"),
            ("samples to Ada, 22, M.G. Road, Coimbatore", "22, M.G. Road"),
            ("he lives ul. Lenina, d. 71, kv. 3 now", "ul. Lenina, d. 71, kv. 3"),
            ("bei Gül Sokak No 91 D. 6, Eskişehir", "Gül Sokak No 91 D. 6"),
            ("Adresse: Husova 84, 779 00 Olomouc", "Husova 84"),
        ] {
            let found = Detectors::standard(&[]).detect(text).unwrap();
            let at = text.find(address).unwrap();
            let covered = (at..at + address.len()).all(|i| {
                !text.is_char_boundary(i)
                    || !text[i..].starts_with(char::is_alphanumeric)
                    || found
                        .iter()
                        .any(|f| f.kind == Kind::Address && (f.start..f.end).contains(&i))
            });
            assert!(covered, "{text}: {found:?}");
        }
    }

    #[test]
    fn a_label_alone_is_no_address() {
        for text in [
            "Address the issue in 3 weeks.",
            "address book export finished",
            "Please address 4 of these points before Friday",
        ] {
            let found = Detectors::standard(&[]).detect(text).unwrap();
            assert!(found.iter().all(|it| it.kind != Kind::Address), "{text}: {found:?}");
        }
    }
}
