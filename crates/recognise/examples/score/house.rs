//! Rules of the house alone: patterns, words and protected documents against texts made for them, and against all texts
//! of a set, in which nothing of the house stands.

use std::sync::Arc;

use boundary::{Kind, Layer};
use detect::{Detectors, HouseRules};

use crate::counting::find;
use crate::labelled::Item;
use crate::report::figure;
use crate::{Anyhow, out};

const DOCUMENTS: [(&str, &str); 3] = [
    ("pricing", include_str!("protected/pricing.txt")),
    ("scoring", include_str!("protected/scoring.txt")),
    ("merger", include_str!("protected/merger.txt")),
];

/// Questions and remarks of people who work with such documents and quote none.
const NEAR: [&str; 12] = [
    "What is the list price of the Osprey suite, and which distributors ordered more than 300 users this year?",
    "Draft a mail to the regional manager about contracts that are renewed in April.",
    "How many prospects did a senior consultant call last Sunday, and how many points did they have?",
    "The customer asked for 16 percent off. Is that possible without the managing board?",
    "Which hospitals and universities opened the tender document but have not seen a demonstration?",
    "Halvorsen Freight has two warehouses near the harbour; list the open cases of both.",
    "Please plan two training days for the technical team, 1,400 kilometres from here, in three weeks.",
    "The bank has promised an answer within two hours; tell the works council when it comes.",
    "Of 2,316 cases 61 percent were closed within eighteen months.",
    "The satisfaction survey went out on Sunday night and 55 customers have answered it so far.",
    "Renewals: who pays for twelve months in advance, and who pays each month?",
    "Summarise the newsletter for resellers, and add a line about references and the budget.",
];

/// A way to say a sentence another time.
type Way = (&'static str, fn(&str) -> String);

const WAYS: [Way; 9] = [
    ("word for word", str::to_owned),
    ("capitals, no punctuation", |it| it.to_uppercase().replace([',', ';', ':', '.'], "")),
    ("without small words", |it| keep(it, |word| !SMALL.contains(&word.to_lowercase().as_str()))),
    ("numbers in words", in_words),
    ("signs for percent and euros", |it| it.replace(" percent", "%").replace(" euros", " €")),
    ("halves turned round", turned),
    ("every fifth word another", |it| every(it, 5)),
    ("every third word another", |it| every(it, 3)),
    ("every second word another", |it| every(it, 2)),
];

const SMALL: [&str; 20] = [
    "the", "a", "an", "of", "and", "in", "for", "by", "is", "are", "to", "on", "at", "or", "we",
    "our", "it", "that", "with", "as",
];

fn keep(text: &str, wanted: fn(&str) -> bool) -> String {
    text.split(' ').filter(|word| wanted(word)).collect::<Vec<_>>().join(" ")
}

fn every(text: &str, nth: usize) -> String {
    let word = |(at, word): (usize, &str)| {
        if at % nth == nth - 1 { "whatever".to_owned() } else { word.to_owned() }
    };
    text.split(' ').enumerate().map(word).collect::<Vec<_>>().join(" ")
}

fn turned(text: &str) -> String {
    let words: Vec<&str> = text.trim_end_matches('.').split(' ').collect();
    let (first, second) = words.split_at(words.len() / 2);
    format!("{}, {}", second.join(" "), first.join(" "))
}

fn in_words(text: &str) -> String {
    text.split(' ')
        .map(|word| {
            let bare = word.trim_end_matches([',', ';', '.']);
            bare.replace(',', "").parse::<u32>().map_or(word.to_owned(), spelled)
        })
        .collect::<Vec<_>>()
        .join(" ")
}

fn spelled(n: u32) -> String {
    const SMALL: [&str; 20] = [
        "",
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
        "thirteen",
        "fourteen",
        "fifteen",
        "sixteen",
        "seventeen",
        "eighteen",
        "nineteen",
    ];
    const TENS: [&str; 10] =
        ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
    let word = |words: &[&str], n: u32| {
        usize::try_from(n).ok().and_then(|n| words.get(n).copied()).unwrap_or_default().to_owned()
    };
    let more = |n: u32| if n == 0 { String::new() } else { format!(" {}", spelled(n)) };
    match n {
        0..20 => word(&SMALL, n),
        20..100 if n.is_multiple_of(10) => word(&TENS, n / 10),
        20..100 => format!("{}-{}", word(&TENS, n / 10), word(&SMALL, n % 10)),
        100..1_000 => format!("{} hundred{}", spelled(n / 100), more(n % 100)),
        _ => format!("{} thousand{}", spelled(n / 1_000), more(n % 1_000)),
    }
}

/// Rules as a company has them.
pub(crate) fn rules() -> Anyhow<HouseRules> {
    let mut rules = HouseRules::new([9; 16]);
    rules.pattern("project numbers", r"\bPRJ-\d{4}\b", Kind::Custom)?;
    rules.pattern("part numbers", r"(?i)\bOX[- ]?\d{2}/\d{3}\b", Kind::Custom)?;
    rules.words(
        "code names",
        &["Larkspur", "Blue Heron", "Blue Heron Two", "極秘計画"],
        Kind::Custom,
    )?;
    for (name, text) in DOCUMENTS {
        rules.protect(name, text)?;
    }
    Ok(rules)
}

const SENTENCES: [&str; 8] = [
    "Is <> delayed?",
    "please move everything about <> to next week, thanks",
    "<>: two cases open, one closed.",
    "{\"topic\":\"<>\",\"status\":\"open\"}",
    "> they wrote (<>) again",
    "https://wiki.example/find?q=<>&page=2",
    "Nothing but <>, said the buyer.",
    "关于<>的会议",
];
const VALUES: [&str; 9] = [
    "PRJ-0042",
    "PRJ-9913",
    "OX-12/345",
    "ox 12/345",
    "Larkspur",
    "LARKSPUR",
    "blue  heron",
    "Blue Heron Two",
    "極秘計画",
];
const NEARLY: [&str; 7] =
    ["PRJ-42", "XPRJ-00421", "OX-1/345", "Larkspurs", "heron blue", "Bluer Heron", "計画"];

/// Figures for the layer alone.
pub(crate) fn house(items: &[Item], tell: bool) -> Anyhow<()> {
    let rules = rules()?;
    let alone = Detectors::standard(&[]).with_house(Arc::new(self::rules()?)).only(&[Layer::House]);
    let (mut all, mut hidden, mut found) = (0, 0, 0);
    let (mut near, mut alarmed) = (0, 0);
    for sentence in SENTENCES {
        let Some((before, _)) = sentence.split_once("<>") else { continue };
        for value in VALUES {
            let findings = find(&sentence.replace("<>", value), &alone)?;
            all += 1;
            found += findings.len();
            let range = (before.len(), before.len() + value.len());
            let whole = findings.iter().any(|it| (it.0, it.1) == range);
            hidden += usize::from(whole);
            if tell && !whole {
                out(&format!("missed {value:?} in {sentence:?}: {findings:?}"));
            }
        }
        for value in NEARLY {
            near += 1;
            alarmed += usize::from(!find(&sentence.replace("<>", value), &alone)?.is_empty());
        }
    }
    out("\n#### house alone\n");
    out(&format!(
        "patterns and words: precision {}, recall {} of {all}; of {near} that nearly are, alarmed {}",
        figure(hidden, found),
        figure(hidden, all),
        figure(alarmed, near)
    ));
    let mut strange = 0;
    for item in items {
        strange += usize::from(!find(&item.text, &alone)?.is_empty());
    }
    out(&format!(
        "texts of the set, which hold nothing of it: alarmed {} of {}",
        figure(strange, items.len()),
        items.len()
    ));
    let quoting = NEAR.iter().filter(|it| !rules.passages(it).is_empty()).count();
    out(&format!(
        "questions on the documents' matters that quote none: stopped {quoting} of {}",
        NEAR.len()
    ));
    out(
        "\n| a passage of a protected document, said | one sentence stopped | two together | a whole document |",
    );
    out("|---|--:|--:|--:|");
    for (name, way) in WAYS {
        let mut cells = Vec::new();
        for length in [1, 2, usize::MAX] {
            let (mut said, mut stopped) = (0, 0);
            for (_, document) in DOCUMENTS {
                let sentences: Vec<&str> = document
                    .split_inclusive(". ")
                    .flat_map(str::lines)
                    .map(str::trim)
                    .filter(|it| !it.is_empty())
                    .collect();
                for passage in sentences.windows(length.min(sentences.len())) {
                    let said_so: Vec<String> = passage.iter().map(|it| way(it)).collect();
                    let text = format!("please say this nicely: {}", said_so.join(" "));
                    said += 1;
                    let found = !rules.passages(&text).is_empty();
                    stopped += usize::from(found);
                    if tell && !found {
                        out(&format!("{name}, passes: {text:?}"));
                    }
                }
            }
            cells.push(format!("{} of {said}", figure(stopped, said)));
        }
        out(&format!("| {name} | {} |", cells.join(" | ")));
    }
    Ok(())
}
