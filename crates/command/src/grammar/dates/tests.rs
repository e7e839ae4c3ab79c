use jiff::civil::{Date, date};

use super::*;
use crate::schema::FieldType;
use crate::search::{Condition, Op, Value};
use crate::words::{Run, split_words};

/// A Sunday.
const TODAY: Date = date(2026, 11, 22);

fn period(text: &str, tense: Tense) -> Option<(Period, bool)> {
    let words = split_words(text);
    period_at(Run::new(text, &words), 0, TODAY, tense).map(|(p, next)| (p, next == words.len()))
}

#[test]
fn periods_have_their_days_and_literals() {
    let table = [
        ("today", "2026-11-22", "2026-11-22", "TODAY"),
        ("this week", "2026-11-22", "2026-11-28", "THIS_WEEK"),
        ("last month", "2026-10-01", "2026-10-31", "LAST_MONTH"),
        ("the next quarter", "2027-01-01", "2027-03-31", "NEXT_QUARTER"),
        ("last fiscal year", "2025-01-01", "2025-12-31", "LAST_FISCAL_YEAR"),
        ("next 30 days", "2026-11-23", "2026-12-22", "NEXT_N_DAYS:30"),
        ("last two weeks", "2026-11-08", "2026-11-21", "LAST_N_WEEKS:2"),
        ("past month", "2026-10-24", "2026-11-22", "LAST_N_DAYS:30"),
        ("3 days ago", "2026-11-19", "2026-11-19", "N_DAYS_AGO:3"),
    ];
    for (text, first, last, literal) in table {
        let (found, whole) = period(text, Tense::Future).unwrap_or_else(|| panic!("{text}"));
        assert_eq!(
            (
                found.first.to_string().as_str(),
                found.last.to_string().as_str(),
                found.literal.as_deref(),
                whole
            ),
            (first, last, Some(literal), true),
            "{text}"
        );
    }
}

#[test]
fn days_without_a_year_lie_where_the_verb_says() {
    let table = [
        ("March 3", Tense::Future, "2027-03-03"),
        ("March 3", Tense::Past, "2026-03-03"),
        ("3 march", Tense::Future, "2027-03-03"),
        ("the 3rd of March 2028", Tense::Future, "2028-03-03"),
        ("march thirty first", Tense::Future, "2027-03-31"),
        ("dec 24", Tense::Future, "2026-12-24"),
        ("February 29", Tense::Future, "2028-02-29"),
        ("the 15th", Tense::Future, "2026-12-15"),
        ("friday", Tense::Future, "2026-11-27"),
        ("sunday", Tense::Future, "2026-11-29"),
        ("last tuesday", Tense::Past, "2026-11-17"),
        ("2026-12-31", Tense::Future, "2026-12-31"),
        ("31.12.2026", Tense::Future, "2026-12-31"),
        ("12/31/2026", Tense::Future, "2026-12-31"),
        ("31/12/2026", Tense::Future, "2026-12-31"),
        ("end of month", Tense::Future, "2026-11-30"),
        ("end of next quarter", Tense::Future, "2027-03-31"),
        ("end of march", Tense::Future, "2027-03-31"),
        ("two weeks from now", Tense::Future, "2026-12-06"),
        ("a week out", Tense::Future, "2026-11-29"),
        ("in 10 days", Tense::Future, "2026-12-02"),
        ("day after tomorrow", Tense::Future, "2026-11-24"),
    ];
    for (text, tense, day) in table {
        let (found, whole) = period(text, tense).unwrap_or_else(|| panic!("{text}"));
        assert_eq!(
            (found.first.to_string().as_str(), found.first == found.last, whole),
            (day, true, true),
            "{text}"
        );
    }
}

#[test]
fn a_day_and_month_that_could_be_swapped_are_unclear() {
    assert!(period("3/4/2027", Tense::Future).is_some_and(|(p, _)| p.unclear));
    assert!(period("3/14/2027", Tense::Future).is_some_and(|(p, _)| !p.unclear));
    assert!(period("4/4/2027", Tense::Future).is_some_and(|(p, _)| !p.unclear));
}

#[test]
fn what_is_no_date_is_none() {
    for text in [
        "may i",
        "marching band",
        "50k",
        "2000 dollars",
        "second",
        "13/45/2026",
        "2026-02-31",
        "99",
        "the deal",
        "next",
        "last",
    ] {
        assert!(period(text, Tense::Future).is_none(), "{text}: {:?}", period(text, Tense::Future));
    }
}

#[test]
fn tests_of_dates_become_conditions() {
    let condition = |text: &str, kind| {
        let words = split_words(text);
        let (test, next) = date_test_at(Run::new(text, &words), 0, TODAY, Tense::Future)
            .unwrap_or_else(|| panic!("{text}"));
        assert_eq!(next, words.len(), "{text}");
        date_conditions("D", kind, &test)
    };
    let is = |op, value: &str| Condition::is("D", op, Value::Date(value.to_owned()));
    assert_eq!(condition("before next month", FieldType::Date), is(Op::Lt, "NEXT_MONTH"));
    assert_eq!(condition("after this week", FieldType::Date), is(Op::Gt, "THIS_WEEK"));
    assert_eq!(condition("by the end of the quarter", FieldType::Date), is(Op::Le, "THIS_QUARTER"));
    assert_eq!(condition("by eom", FieldType::Date), is(Op::Le, "THIS_MONTH"));
    assert_eq!(condition("since last year", FieldType::DateTime), is(Op::Ge, "LAST_YEAR"));
    assert_eq!(condition("after March 3", FieldType::Date), is(Op::Gt, "2027-03-03"));
    assert_eq!(condition("after March 3", FieldType::DateTime), is(Op::Ge, "2027-03-04T00:00:00Z"));
    assert_eq!(condition("within 30 days", FieldType::Date), is(Op::Eq, "NEXT_N_DAYS:30"));
    assert_eq!(condition("older than 2 months", FieldType::Date), is(Op::Lt, "LAST_N_MONTHS:2"));
    let range = Condition::All(vec![is(Op::Ge, "2027-03-01"), is(Op::Le, "2027-04-15")]);
    assert_eq!(condition("between march 1 and april 15", FieldType::Date), range);
    assert_eq!(condition("from march 1 to april 15", FieldType::Date), range);
    assert_eq!(
        condition("on 2026-12-31", FieldType::DateTime),
        Condition::All(vec![
            is(Op::Ge, "2026-12-31T00:00:00Z"),
            is(Op::Lt, "2027-01-01T00:00:00Z")
        ])
    );
}

#[test]
fn the_calendar_has_ends() {
    assert_eq!(plus_days(Date::MAX, 10), Date::MAX);
    assert_eq!(plus_months(Date::MIN, -10), Date::MIN);
    let words = split_words("in 9999 years");
    assert!(period_at(Run::new("in 9999 years", &words), 0, TODAY, Tense::Future).is_some());
}
