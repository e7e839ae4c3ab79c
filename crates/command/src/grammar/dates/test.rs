//! A date as a condition: `before March 3`, `since last month`, `between .. and ..`, `older than 30 days`.

use jiff::civil::Date;

use super::period::{Period, Tense, duration_at, period_at};
use super::{Unit, day_after};
use crate::schema::FieldType;
use crate::search::{Condition, Op, Value};
use crate::words::Run;

/// How a date relates to a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Bound {
    In,
    Before,
    After,
    From,
    Until,
}

/// A date condition without its field.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct DateTest {
    pub(crate) bound: Bound,
    pub(crate) period: Period,
    /// The other end of `between .. and ..`.
    pub(crate) end: Option<Period>,
}

/// Words before a period, and what they make of it.
const BOUNDS: &[(&str, Bound)] = &[
    ("on or before|no later than|not later than|by the|by|until|till|up to|through", Bound::Until),
    ("on or after|since the|since|starting from|starting|from|as of", Bound::From),
    ("before|earlier than|prior to|ahead of", Bound::Before),
    ("after|later than|past", Bound::After),
    ("in|on|during|for|within|at|over|throughout|in the|dated", Bound::In),
];

/// Reads a date condition at `i`. `bare` allows a period without a preposition.
pub(crate) fn date_test_at(
    run: Run<'_>,
    i: usize,
    today: Date,
    tense: Tense,
) -> Option<(DateTest, usize)> {
    let plain = |bound, period, next| Some((DateTest { bound, period, end: None }, next));
    if let Some(at) = run.one_of(i, "between|from|in between") {
        let (first, next) = period_at(run, at, today, tense)?;
        let joined = run
            .one_of(next, "and|to|until|till|through|up to")
            .or_else(|| run.is_mark(next, "-").then_some(next + 1));
        if let Some(to) = joined
            && let Some((last, end)) = period_at(run, to, today, tense)
        {
            return Some((DateTest { bound: Bound::From, period: first, end: Some(last) }, end));
        }
        return if run.at(i) == "from" { plain(Bound::In, first, next) } else { None };
    }
    if let Some(at) = run.one_of(i, "older than|more than|over|not in the last|longer than")
        && let Some((count, unit, next)) = duration_at(run, at)
    {
        let ago = run.any_of(next, &["ago", "old"]);
        if !ago && run.any_of(i, &["more", "over", "longer"]) {
            return None;
        }
        return plain(Bound::Before, last_n(count, unit, today), if ago { next + 1 } else { next });
    }
    if let Some(at) = run.one_of(i, "newer than|less than|younger than")
        && let Some((count, unit, next)) = duration_at(run, at)
    {
        let ago = run.any_of(next, &["ago", "old"]);
        if !ago && run.at(i) == "less" {
            return None;
        }
        return plain(Bound::From, last_n(count, unit, today), if ago { next + 1 } else { next });
    }
    if let Some(at) = run.one_of(i, "within the next|within|in|over the next")
        && let Some((count, unit, next)) = duration_at(run, at)
        && !run.any_of(next, &["ago"])
    {
        // `closing in 30 days` is asked of a list, and a list wants the days up to then.
        let literal = format!("NEXT_N_{}S:{count}", unit.literal());
        let far = super::calendar::plus_units(today, unit, count);
        let period =
            Period { first: day_after(today), last: far, literal: Some(literal), unclear: false };
        return plain(Bound::In, period, next);
    }
    for (words, bound) in BOUNDS {
        let Some(at) = run.one_of(i, words) else { continue };
        // `by the end of the quarter` ends where the quarter does, and SOQL has a literal for that.
        if matches!(bound, Bound::Until | Bound::Before)
            && let Some((period, next)) = whole_of_end(run, at, today)
        {
            return plain(Bound::Until, period, next);
        }
        if let Some((period, next)) = period_at(run, at, today, tense) {
            return plain(*bound, period, next);
        }
    }
    let (period, next) = period_at(run, i, today, tense)?;
    // `june to august` without a word before it.
    if let Some(to) = run.one_of(next, "to|through|until")
        && let Some((last, end)) = period_at(run, to, today, tense)
    {
        return Some((DateTest { bound: Bound::From, period, end: Some(last) }, end));
    }
    plain(Bound::In, period, next)
}

/// The period in `end of this quarter`, `eom`.
fn whole_of_end(run: Run<'_>, i: usize, today: Date) -> Option<(Period, usize)> {
    let i = run.skip(i, &["the"]);
    let this = |unit| Period::unit("THIS", false, unit, today);
    let short = [
        ("eow", Unit::Week),
        ("eom|month end", Unit::Month),
        ("eoq|quarter end", Unit::Quarter),
        ("eoy|year end", Unit::Year),
    ];
    if let Some(found) = short
        .into_iter()
        .find_map(|(names, unit)| run.one_of(i, names).map(|next| (this(unit), next)))
    {
        return Some(found);
    }
    let of = run.one_of(i, "end of the|end of|close of the|close of")?;
    if let Some(unit) = Unit::read(run.at(of)) {
        return Some((this(unit), of + 1));
    }
    period_at(run, of, today, Tense::Future).filter(|(p, _)| p.literal.is_some())
}

fn last_n(count: i64, unit: Unit, today: Date) -> Period {
    Period {
        first: super::calendar::plus_units(today, unit, -count),
        last: today,
        literal: Some(format!("LAST_N_{}S:{count}", unit.literal())),
        unclear: false,
    }
}

/// The SOQL conditions for a date test on a field.
pub(crate) fn date_conditions(path: &str, kind: FieldType, test: &DateTest) -> Condition {
    let is = |op, text: String| Condition::is(path, op, Value::Date(text));
    let instant = kind == FieldType::DateTime;
    let start = |p: &Period| p.literal.clone().unwrap_or_else(|| written(p.first, instant));
    let from = |p: &Period| is(Op::Ge, start(p));
    let until = |p: &Period| match &p.literal {
        Some(literal) => is(Op::Le, literal.clone()),
        None if instant => is(Op::Lt, written(day_after(p.last), true)),
        None => is(Op::Le, written(p.last, false)),
    };
    let period = &test.period;
    match (test.bound, &test.end) {
        (_, Some(end)) => Condition::All(vec![from(period), until(end)]),
        (Bound::In, None) => match &period.literal {
            Some(literal) => is(Op::Eq, literal.clone()),
            None if period.first == period.last && !instant => {
                is(Op::Eq, written(period.first, false))
            }
            None => Condition::All(vec![from(period), until(period)]),
        },
        (Bound::Before, None) => is(Op::Lt, start(period)),
        (Bound::After, None) => match &period.literal {
            Some(literal) => is(Op::Gt, literal.clone()),
            None if instant => is(Op::Ge, written(day_after(period.last), true)),
            None => is(Op::Gt, written(period.last, false)),
        },
        (Bound::From, None) => from(period),
        (Bound::Until, None) => until(period),
    }
}

fn written(date: Date, instant: bool) -> String {
    if instant { format!("{date}T00:00:00Z") } else { date.to_string() }
}
