//! Calendar arithmetic that stays inside the calendar instead of failing. Weeks start on Sunday, as SOQL's do
//! in an English-speaking locale.

use jiff::civil::{Date, Weekday};
use jiff::{Span, ToSpan};

use super::Unit;

pub(crate) fn plus_days(date: Date, days: i64) -> Date {
    Span::new().try_days(days).map_or(date, |span| date.saturating_add(span))
}

pub(crate) fn day_after(date: Date) -> Date {
    date.tomorrow().unwrap_or(date)
}

pub(crate) fn plus_months(date: Date, months: i64) -> Date {
    Span::new().try_months(months).map_or(date, |span| date.saturating_add(span))
}

/// The first day of the unit that `date` is in.
pub(crate) fn start_of_unit(date: Date, unit: Unit) -> Date {
    match unit {
        Unit::Day => date,
        Unit::Week => plus_days(date, -i64::from(date.weekday().since(Weekday::Sunday))),
        Unit::Month => date.first_of_month(),
        Unit::Quarter => plus_months(date.first_of_month(), -i64::from((date.month() - 1) % 3)),
        Unit::Year => date.first_of_year(),
    }
}

/// The last day of the unit that `date` is in.
pub(crate) fn end_of_unit(date: Date, unit: Unit) -> Date {
    let next = plus_units(start_of_unit(date, unit), unit, 1);
    next.yesterday().unwrap_or(next)
}

pub(crate) fn plus_units(date: Date, unit: Unit, count: i64) -> Date {
    match unit {
        Unit::Day => plus_days(date, count),
        Unit::Week => plus_days(date, count.saturating_mul(7)),
        Unit::Month => plus_months(date, count),
        Unit::Quarter => plus_months(date, count.saturating_mul(3)),
        Unit::Year => date
            .checked_add(i32::try_from(count).unwrap_or(0).clamp(-5000, 5000).years())
            .unwrap_or(date),
    }
}
