//! One period or day as people say it, with the SOQL literal for it where one exists.

use jiff::civil::{Date, Weekday};

use super::Unit;
use super::calendar::{end_of_unit, plus_days, plus_months, plus_units, start_of_unit};
use crate::lexicon::{MONTHS, WEEKDAYS};
use crate::words::{Kind, Run, ordinal_at, quantity_at};

/// A stretch of days, both ends included.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Period {
    pub(crate) first: Date,
    pub(crate) last: Date,
    /// SOQL's own literal, such as `THIS_QUARTER`.
    pub(crate) literal: Option<String>,
    /// Whether day and month could be the other way round (`3/4/2026`): never written without asking.
    pub(crate) unclear: bool,
}

/// Where a month or a day without a year lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tense {
    Past,
    Future,
}

impl Period {
    pub(crate) fn day(date: Date) -> Self {
        Self { first: date, last: date, literal: None, unclear: false }
    }

    fn days(first: Date, last: Date) -> Self {
        Self { first, last, literal: None, unclear: false }
    }

    fn named(literal: &str, first: Date, last: Date) -> Self {
        Self { first, last, literal: Some(literal.to_owned()), unclear: false }
    }

    pub(super) fn unit(prefix: &str, fiscal: bool, unit: Unit, at: Date) -> Self {
        let fiscal =
            if fiscal && matches!(unit, Unit::Quarter | Unit::Year) { "FISCAL_" } else { "" };
        let literal = match (unit, prefix) {
            (Unit::Day, "THIS") => "TODAY".to_owned(),
            (Unit::Day, "LAST") => "YESTERDAY".to_owned(),
            (Unit::Day, _) => "TOMORROW".to_owned(),
            _ => format!("{prefix}_{fiscal}{}", unit.literal()),
        };
        Self::named(&literal, start_of_unit(at, unit), end_of_unit(at, unit))
    }
}

/// Reads a period at `i` and gives the place after it.
pub(crate) fn period_at(
    run: Run<'_>,
    i: usize,
    today: Date,
    tense: Tense,
) -> Option<(Period, usize)> {
    let at = run.skip(i, &["the"]);
    named_day(run, at, today)
        .or_else(|| edge(run, at, today, tense))
        .or_else(|| relative_unit(run, at, today))
        .or_else(|| counted(run, at, today))
        .or_else(|| weekday(run, at, today, tense))
        .or_else(|| quarter(run, at, today, tense))
        .or_else(|| month_or_day(run, at, today, tense))
        .or_else(|| written(run, at, today, tense))
        .or_else(|| year(run, at))
}

fn named_day(run: Run<'_>, i: usize, today: Date) -> Option<(Period, usize)> {
    let to_date = |unit: Unit| Period::days(start_of_unit(today, unit), today);
    let fixed: [(&str, Period); 16] = [
        ("today", Period::unit("THIS", false, Unit::Day, today)),
        ("tonight", Period::unit("THIS", false, Unit::Day, today)),
        ("this morning", Period::unit("THIS", false, Unit::Day, today)),
        ("this afternoon", Period::unit("THIS", false, Unit::Day, today)),
        ("eod", Period::unit("THIS", false, Unit::Day, today)),
        ("tomorrow", Period::unit("NEXT", false, Unit::Day, plus_days(today, 1))),
        ("yesterday", Period::unit("LAST", false, Unit::Day, plus_days(today, -1))),
        ("day after tomorrow", Period::day(plus_days(today, 2))),
        ("day before yesterday", Period::day(plus_days(today, -2))),
        ("week to date", to_date(Unit::Week)),
        ("month to date", to_date(Unit::Month)),
        ("mtd", to_date(Unit::Month)),
        ("quarter to date", to_date(Unit::Quarter)),
        ("qtd", to_date(Unit::Quarter)),
        ("year to date", to_date(Unit::Year)),
        ("ytd", to_date(Unit::Year)),
    ];
    let (period, next) = fixed
        .into_iter()
        .find_map(|(name, period)| run.phrase(i, name).map(|next| (period, next)))?;
    let next = if run.any_of(next, &["morning", "afternoon", "evening", "night"]) {
        next + 1
    } else {
        next
    };
    Some((period, next))
}

/// `end of the quarter`, `start of next month`, `month end`, `eoy`, `end of march`.
fn edge(run: Run<'_>, i: usize, today: Date, tense: Tense) -> Option<(Period, usize)> {
    let short = [
        ("eom|month end|month-end", Unit::Month),
        ("eoq|quarter end|quarter-end", Unit::Quarter),
        ("eoy|year end|year-end", Unit::Year),
        ("eow|week end", Unit::Week),
    ];
    if let Some((unit, next)) =
        short.iter().find_map(|(names, unit)| run.one_of(i, names).map(|n| (*unit, n)))
    {
        return Some((Period::day(end_of_unit(today, unit)), next));
    }
    let of = run.skip(i + 1, &["of"]);
    if of == i + 1 || !run.any_of(i, &["end", "close", "beginning", "start"]) {
        return None;
    }
    let inner = run.skip(of, &["the"]);
    let (period, next) = match Unit::read(run.at(inner)) {
        Some(unit) => (Period::unit("THIS", false, unit, today), inner + 1),
        None => period_at(run, inner, today, tense)?,
    };
    let day = if run.any_of(i, &["end", "close"]) { period.last } else { period.first };
    Some((Period::day(day), next))
}

/// `this quarter`, `last fiscal year`, `past month`, `current week`.
fn relative_unit(run: Run<'_>, i: usize, today: Date) -> Option<(Period, usize)> {
    let which = run.at(i);
    let fiscal = run.at(i + 1) == "fiscal";
    let at = if fiscal { i + 2 } else { i + 1 };
    let unit = Unit::read(run.at(at)).filter(|_| !run.at(at).ends_with('s'))?;
    let next = at + 1;
    let rolling = |days: i64| match unit {
        Unit::Day => days.signum(),
        Unit::Week => 7 * days,
        Unit::Month => 30 * days,
        Unit::Quarter => 90 * days,
        Unit::Year => 365 * days,
    };
    let period = match which {
        "this" | "current" => Period::unit("THIS", fiscal, unit, today),
        "last" | "previous" | "prior" => {
            Period::unit("LAST", fiscal, unit, plus_units(today, unit, -1))
        }
        "next" | "following" => Period::unit("NEXT", fiscal, unit, plus_units(today, unit, 1)),
        "past" if !fiscal => {
            let days = -rolling(1);
            Period::named(
                &format!("LAST_N_DAYS:{}", -days),
                plus_days(today, 1 - days.abs()),
                today,
            )
        }
        "coming" | "upcoming" if !fiscal => {
            let days = rolling(1);
            Period::named(
                &format!("NEXT_N_DAYS:{days}"),
                plus_days(today, 1),
                plus_days(today, days),
            )
        }
        _ => return None,
    };
    Some((period, next))
}

/// `last 30 days`, `next two quarters`, `3 weeks ago`, `two weeks out`, `in 10 days`.
fn counted(run: Run<'_>, i: usize, today: Date) -> Option<(Period, usize)> {
    if run.any_of(i, &["last", "past", "previous", "next", "coming", "following", "upcoming"]) {
        let (count, unit, next) = duration_at(run, i + 1)?;
        let back = run.any_of(i, &["last", "past", "previous"]);
        let (word, far) = if back { ("LAST", -count) } else { ("NEXT", count) };
        let literal = format!("{word}_N_{}S:{count}", unit.literal());
        let edge = plus_units(today, unit, far);
        let period = match (back, unit) {
            (true, Unit::Day) => Period::named(&literal, plus_days(edge, 1), today),
            (false, Unit::Day) => Period::named(&literal, plus_days(today, 1), edge),
            (true, _) => {
                let last = plus_days(start_of_unit(today, unit), -1);
                Period::named(&literal, start_of_unit(edge, unit), last)
            }
            (false, _) => {
                let first = plus_days(end_of_unit(today, unit), 1);
                Period::named(&literal, first, end_of_unit(edge, unit))
            }
        };
        return Some((period, next));
    }
    let inside = run.any_of(i, &["in"]);
    let (count, unit, next) = duration_at(run, if inside { i + 1 } else { i })?;
    if run.at(next) == "ago" {
        let literal = format!("N_{}S_AGO:{count}", unit.literal());
        let at = plus_units(today, unit, -count);
        let period = Period::named(&literal, start_of_unit(at, unit), end_of_unit(at, unit));
        return Some((period, next + 1));
    }
    let after = run.one_of(next, "from now|from today|out|later|away|time");
    let end = match after {
        Some(end) => end,
        None if inside => next,
        None => return None,
    };
    Some((Period::day(plus_units(today, unit, count)), end))
}

/// `3 weeks`, `a month`, `30 days`.
pub(crate) fn duration_at(run: Run<'_>, i: usize) -> Option<(i64, Unit, usize)> {
    let i = run.skip(i, &["the"]);
    if run.any_of(i, &["a", "an"])
        && let Some(unit) = Unit::read(run.at(i + 1))
    {
        return Some((1, unit, i + 2));
    }
    let (quantity, next) = match run.one_of(i, "a couple of|a couple|couple of") {
        Some(next) => (2.0, next),
        None => quantity_at(run, i).map(|(q, next)| (q.value, next))?,
    };
    let business = run.skip(next, &["business", "working", "calendar"]);
    let unit = Unit::read(run.at(business))?;
    if quantity.fract() != 0.0 || !(1.0..=9999.0).contains(&quantity) {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, reason = "a whole number from 1 to 9999")]
    Some((quantity as i64, unit, business + 1))
}

/// `friday`, `next monday`, `last tuesday`, `this thursday`.
fn weekday(run: Run<'_>, i: usize, today: Date, tense: Tense) -> Option<(Period, usize)> {
    let which = run.at(i);
    let at = if matches!(which, "this" | "next" | "last" | "coming" | "past") { i + 1 } else { i };
    let name = run.at(at).trim_end_matches('s');
    let place = WEEKDAYS.iter().position(|d| {
        *d == name
            || (name.len() >= 3
                && name.len() <= 5
                && d.starts_with(name)
                && !matches!(name, "sat" | "sun" | "mon" | "wed"))
            || (matches!(name, "mon" | "wed" | "sat" | "sun") && d.starts_with(name) && at > i)
    })?;
    let wanted = Weekday::from_monday_zero_offset(i8::try_from(place).ok()?).ok()?;
    let ahead = i64::from(wanted.since(today.weekday()));
    let date = match which {
        "last" | "past" => plus_days(today, if ahead == 0 { -7 } else { ahead - 7 }),
        // `next friday` said on a Sunday is the Friday of the week that starts now in speech; said on a Friday it
        // is a week away. The nearest one that is not today is what a calendar application takes.
        "next" | "coming" => plus_days(today, if ahead == 0 { 7 } else { ahead }),
        "this" => plus_days(today, ahead),
        _ if tense == Tense::Past => plus_days(today, if ahead == 0 { 0 } else { ahead - 7 }),
        _ => plus_days(today, if ahead == 0 { 7 } else { ahead }),
    };
    Some((Period::day(date), at + 1))
}

/// `q3`, `q3 2026`, `third quarter of 2026`, `2026 q1`.
fn quarter(run: Run<'_>, i: usize, today: Date, tense: Tense) -> Option<(Period, usize)> {
    let (number, mut next) = match run.at(i) {
        "q1" => (1, i + 1),
        "q2" => (2, i + 1),
        "q3" => (3, i + 1),
        "q4" => (4, i + 1),
        "q" => quantity_at(run, i + 1).filter(|(q, _)| (1.0..=4.0).contains(&q.value)).map(
            |(q, n)| {
                #[expect(clippy::cast_possible_truncation, reason = "1 to 4")]
                (q.value.round() as i8, n)
            },
        )?,
        _ => {
            let (place, next) = ordinal_at(run, i)?;
            if place > 4 || run.at(next) != "quarter" {
                return None;
            }
            (i8::try_from(place).ok()?, next + 1)
        }
    };
    let of = run.skip(next, &["of", "in"]);
    let year = if let Some(year) = year_number(run, of) {
        next = of + 1;
        year
    } else {
        let this = (today.month() - 1) / 3 + 1;
        match tense {
            Tense::Past if number > this => today.year() - 1,
            Tense::Future if number < this => today.year() + 1,
            _ => today.year(),
        }
    };
    let first = Date::new(year, (number - 1) * 3 + 1, 1).ok()?;
    Some((Period::days(first, end_of_unit(first, Unit::Quarter)), next))
}

fn month_number(word: &str) -> Option<i8> {
    if word.chars().count() < 3 {
        return None;
    }
    let short = if word == "sept" { "sep" } else { word.trim_end_matches('.') };
    let place =
        MONTHS.iter().position(|m| *m == short || (short.len() == 3 && m.starts_with(short)))?;
    i8::try_from(place + 1).ok()
}

/// `march`, `march 2026`, `last march`, `march 3rd`, `3 march 2026`, `the 15th`.
fn month_or_day(run: Run<'_>, i: usize, today: Date, tense: Tense) -> Option<(Period, usize)> {
    let (which, i) =
        if run.any_of(i, &["last", "this", "next"]) { (run.at(i), i + 1) } else { ("", i) };
    let tense = match which {
        "last" => Tense::Past,
        "next" => Tense::Future,
        _ => tense,
    };
    if let Some(month) = month_number(run.at(i)) {
        let at = run.skip(i + 1, &["the"]);
        if let Some((day, next)) = day_number(run, at) {
            return dated(run, today, tense, month, day, next);
        }
        let at = run.skip(i + 1, &["of", ","]);
        if let Some(year) = year_number(run, at) {
            let first = Date::new(year, month, 1).ok()?;
            return Some((Period::days(first, first.last_of_month()), at + 1));
        }
        let this_year = Date::new(today.year(), month, 1).ok()?;
        let first = match tense {
            Tense::Past if this_year > today => plus_months(this_year, -12),
            Tense::Future if this_year.last_of_month() < today => plus_months(this_year, 12),
            _ => this_year,
        };
        // `may` alone is more often a verb than a month.
        if run.at(i) == "may" && which.is_empty() && i == 0 {
            return None;
        }
        return Some((Period::days(first, first.last_of_month()), i + 1));
    }
    let (day, next) = day_number(run, i)?;
    let of = run.skip(next, &["of"]);
    if let Some(month) = month_number(run.at(of)) {
        return dated(run, today, tense, month, day, of + 1);
    }
    // `the 15th` alone: this month, or the next or last one.
    let (place, next) = ordinal_at(run, i)?;
    if i == 0
        || run.at(i - 1) != "the"
        || run.any_of(next, &["one", "quarter", "of"])
        || !(3..=31).contains(&place)
    {
        return None;
    }
    let here = Date::new(today.year(), today.month(), day).ok();
    let shifted = match (here, tense) {
        (Some(date), Tense::Future) if date < today => plus_months(date, 1),
        (Some(date), Tense::Past) if date > today => plus_months(date, -1),
        (Some(date), _) => date,
        (None, _) => today.last_of_month(),
    };
    Some((Period::day(shifted), next))
}

fn dated(
    run: Run<'_>,
    today: Date,
    tense: Tense,
    month: i8,
    day: i8,
    next: usize,
) -> Option<(Period, usize)> {
    let at = run.skip(next, &[",", "of"]);
    if let Some(year) = year_number(run, at) {
        return Some((Period::day(Date::new(year, month, day).ok()?), at + 1));
    }
    // Up to four years on, for the 29th of February.
    let years: [i16; 5] = match tense {
        Tense::Past => [0, -1, -2, -3, -4],
        Tense::Future => [0, 1, 2, 3, 4],
    };
    let date = years.iter().find_map(|by| {
        let date = Date::new(today.year().checked_add(*by)?, month, day).ok()?;
        let fits = if tense == Tense::Past { date <= today } else { date >= today };
        fits.then_some(date)
    })?;
    Some((Period::day(date), next))
}

/// A day of the month: `3`, `3rd`, `third`, `thirty first`.
fn day_number(run: Run<'_>, i: usize) -> Option<(i8, usize)> {
    if let Some((place, next)) = ordinal_at(run, i) {
        return i8::try_from(place).ok().filter(|d| (1..=31).contains(d)).map(|d| (d, next));
    }
    let (quantity, next) = quantity_at(run, i)?;
    let fits = !quantity.explicit
        && !quantity.percent
        && quantity.value.fract() == 0.0
        && (1.0..=31.0).contains(&quantity.value);
    #[expect(clippy::cast_possible_truncation, reason = "a whole number from 1 to 31")]
    fits.then_some((quantity.value as i8, next))
}

/// `2026-03-31`, `3/31/2026`, `31.3.2026`, `3/31`.
fn written(run: Run<'_>, i: usize, today: Date, tense: Tense) -> Option<(Period, usize)> {
    let text = &run.word(i).filter(|w| w.kind == Kind::Number)?.text;
    if let Ok(date) = text.parse::<Date>()
        && text.contains('-')
    {
        return Some((Period::day(date), i + 1));
    }
    let separator = ['/', '.', '-'].into_iter().find(|s| text.contains(*s))?;
    let parts: Vec<i16> = text.split(separator).map(str::parse).collect::<Result<_, _>>().ok()?;
    let (a, b, year) = match *parts.as_slice() {
        [year, month, day] if year > 31 => (month, day, Some(year)),
        [a, b, year] => (a, b, Some(if year < 100 { year + 2000 } else { year })),
        [a, b] if separator == '/' => (a, b, None),
        _ => return None,
    };
    // Dots are used where the day comes first; with slashes the month does, unless it cannot be one.
    let (month, day) = if separator == '.' || a > 12 { (b, a) } else { (a, b) };
    let unclear =
        separator != '.' && a <= 12 && b <= 12 && a != b && parts.first().is_none_or(|y| *y <= 31);
    let (month, day) = (i8::try_from(month).ok()?, i8::try_from(day).ok()?);
    let date = if let Some(year) = year {
        Date::new(year, month, day).ok()?
    } else {
        let here = Date::new(today.year(), month, day).ok()?;
        match tense {
            Tense::Past if here > today => plus_months(here, -12),
            Tense::Future if here < today => plus_months(here, 12),
            _ => here,
        }
    };
    Some((Period { unclear, ..Period::day(date) }, i + 1))
}

fn year_number(run: Run<'_>, i: usize) -> Option<i16> {
    let word = run.word(i).filter(|w| w.kind == Kind::Number && w.text.len() == 4)?;
    word.text.parse().ok().filter(|y| (1990..=2099).contains(y))
}

fn year(run: Run<'_>, i: usize) -> Option<(Period, usize)> {
    let year = year_number(run, i)?;
    // `2000 dollars` is not a year.
    if quantity_at(run, i).is_some_and(|(q, _)| q.explicit || q.percent) {
        return None;
    }
    let first = Date::new(year, 1, 1).ok()?;
    Some((Period::days(first, first.last_of_year()), i + 1))
}
