use std::sync::Arc;

use boundary::{Corrected as _, Correction, Detector as _, Kind, Layer};

use super::{Corrections, HouseRules, RuleError};
use crate::Detectors;

const PRICING: &str = "Pricing model 2026, internal. The list price of the Falcon platform is 84 euros for each seat and month. \
    Partners of the gold tier get 31 percent off the list price once they commit to 400 seats, silver partners get 22 percent. \
    The floor below which no sales director may go is 47 euros; the board alone can approve less. Renewals are raised by 6.5 \
    percent unless the customer's health score stays under 40 for two quarters. The score weighs logins by 0.35, open \
    cases by 0.25, invoices paid late by 0.4, and is computed on the first Monday of each month.";

fn rules() -> HouseRules {
    let mut rules = HouseRules::new([3; 16]);
    rules.protect("pricing model", PRICING).unwrap();
    rules
}

#[test]
fn a_passage_is_found_word_for_word_and_reworded() {
    let rules = rules();
    for text in [
        "what do you think: Partners of the gold tier get 31 percent off the list price once they commit to 400 seats, silver partners get 22 percent?",
        // Small words, endings and a few words changed.
        "Our gold tier partners are getting 31 percent off list price when they commit to 400 seats; silver partners get just 22 percent.",
        "Rewrite nicely: the score is weighing logins by 0.35, opened cases by 0.25 and invoices that were paid late by 0.4, computed the first Monday of every month",
        // Numbers in words and signs, one word more or another here and there, and one short sentence.
        "partners in the gold tier would get thirty-one per cent off our list price as soon as they commit to four hundred seats, and silver partners 22%",
        "gold tier partners usually get 31% off the published list price once they sign for 400 seats, silver partners get 22%",
        "the floor below which no sales director may ever go is forty-seven euros",
        "Renewals are raised by six point five percent",
        "RENEWALS ARE RAISED BY 6.5 PERCENT UNLESS THE CUSTOMER HEALTH SCORE STAYS UNDER 40 FOR TWO QUARTERS",
    ] {
        let found = rules.passages(text);
        assert_eq!(found.len(), 1, "{text}: {found:?}");
        assert_eq!(found[0].document, "pricing model");
        assert!(found[0].end - found[0].start > text.len() / 2, "{text}: {found:?}");
    }
}

#[test]
fn talk_about_the_same_matters_is_not_a_passage() {
    let rules = rules();
    for text in [
        "What is the list price for partners, and how many seats did the customer commit to in the last two quarters?",
        "Which gold tier partners paid invoices late this month? Show open cases and the health score.",
        "Does the health score count open cases, and did the sales director approve the renewal for 400 euros?",
        "We met on the first Monday of the month at 10.30, forty people from two teams.",
        "Please approve 22 percent for Falcon, the sales director asked for it on the first Monday of the month.",
        "",
    ] {
        assert_eq!(rules.passages(text), [], "{text}");
    }
}

#[test]
fn patterns_and_words_are_covered_whatever_else_they_are() {
    let mut rules = HouseRules::new([0; 16]);
    rules.pattern("projects", r"\bPRJ-\d{4}\b", Kind::Custom).unwrap();
    rules
        .words("code names", &["Blue  Heron", "Falcon", "Falcon Heavy", "極秘計画"], Kind::Org)
        .unwrap();
    let detectors = Detectors::standard(&[]).with_house(Arc::new(rules));
    let text =
        "Is PRJ-0042 (blue\nheron) part of FALCON heavy or Falconry? 新極秘計画。关于Falcon的";
    let found = detectors.detect(text).unwrap();
    let house: Vec<_> = found
        .iter()
        .filter(|it| it.layer == Layer::House)
        .map(|it| (it.kind, &text[it.start..it.end]))
        .collect();
    assert_eq!(
        house,
        [
            (Kind::Custom, "PRJ-0042"),
            (Kind::Org, "blue\nheron"),
            (Kind::Org, "FALCON heavy"),
            (Kind::Org, "極秘計画"),
            (Kind::Org, "Falcon")
        ]
    );
}

#[test]
fn rules_that_cannot_work_are_refused() {
    let mut rules = HouseRules::new([0; 16]);
    assert!(matches!(rules.pattern("a", "(", Kind::Custom), Err(RuleError::Pattern { .. })));
    assert!(matches!(
        rules.pattern("b", r"\w{1000}{1000}", Kind::Custom),
        Err(RuleError::Pattern { .. })
    ));
    assert!(matches!(rules.pattern("c", "(?=x)", Kind::Custom), Err(RuleError::Pattern { .. })));
    assert_eq!(rules.pattern("d", "x*", Kind::Custom), Err(RuleError::Empty("d".to_owned())));
    assert_eq!(rules.words("e", &[" "], Kind::Custom), Err(RuleError::Empty("e".to_owned())));
    assert!(matches!(rules.protect("f", "too few words"), Err(RuleError::Short { .. })));
}

#[test]
fn detectors_forbid_a_text_with_a_passage() {
    let detectors = Detectors::standard(&[]).with_house(Arc::new(rules()));
    assert_eq!(detectors.forbids(PRICING), Some("pricing model".to_owned()));
    assert_eq!(detectors.forbids("hello"), None);
}

fn corrected(corrections: &[Correction]) -> (Detectors, Vec<usize>) {
    let mut known = crate::KnownValues::new([3; 16], 8);
    known.upsert("001000000000001AAA", &[crate::Known::Org("Blue Heron Mills")]).unwrap();
    let book = Arc::new(Corrections::default());
    let detectors = Detectors::standard(&["US"])
        .with_known(Arc::new(std::sync::RwLock::new(known)))
        .with_corrections(Arc::clone(&book));
    let unusable = book.correct(corrections);
    (detectors, unusable)
}

fn correction(kind: Option<Kind>, words: &str, example: &str) -> Correction {
    Correction { kind, words: words.to_owned(), example: example.to_owned() }
}

#[test]
fn a_miss_is_covered_and_a_false_alarm_left_from_then_on() {
    let miss = correction(Some(Kind::Name), "zq tulv", "the box of ZQ  Tulv is late");
    let alarm = correction(None, "Maria Delgado", "Please call Maria Delgado tomorrow");
    let (before, _) = corrected(&[]);
    assert_eq!(miss.holds(&before), Ok(false));
    assert_eq!(alarm.holds(&before), Ok(false), "else this shows nothing");
    let (after, unusable) = corrected(&[miss.clone(), alarm.clone()]);
    assert!(unusable.is_empty());
    assert_eq!(alarm.holds(&after), Ok(true));
    let found = after.detect(&miss.example).unwrap();
    assert!(found.iter().any(|it| it.kind == Kind::Name && it.layer == Layer::House));
    // Another name beside it is covered as ever, and one in which it is a part.
    for text in ["Please call Peter Hartmann tomorrow", "Please call Maria Delgadova tomorrow"] {
        assert!(!after.detect(text).unwrap().is_empty(), "{text}");
    }
}

#[test]
fn what_the_crm_knows_is_not_taken_back() {
    let alarm = correction(None, "Blue Heron Mills", "ask Blue Heron Mills");
    let (detectors, unusable) = corrected(&[alarm.clone(), correction(None, " ", "nothing")]);
    assert_eq!(unusable, [1]);
    assert_eq!(alarm.holds(&detectors), Ok(false));
}
