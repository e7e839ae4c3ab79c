//! Date literals and date functions. Every user is in UTC, weeks begin on Sunday, the fiscal year on 1 January.

use jiff::civil::{Date, Weekday};
use jiff::{Span, Timestamp, ToSpan};
use soql::{DateLiteral, DateUnit, Function};

use crate::save::{day, midnight};
use crate::value::Value;

/// Days from the first up to, not including, the second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Range {
    pub(crate) from: Date,
    pub(crate) to: Date,
}

impl Range {
    /// Where a value stands: `Less` before the range, `Equal` in it, `Greater` after. `None` if it is no date.
    pub(crate) fn place(self, value: &Value) -> Option<std::cmp::Ordering> {
        let (before, after) = match value {
            Value::Date(date) => (*date < self.from, *date >= self.to),
            Value::Instant(at) => (*at < midnight(self.from), *at >= midnight(self.to)),
            _ => return None,
        };
        Some(match (before, after) {
            (true, _) => std::cmp::Ordering::Less,
            (_, true) => std::cmp::Ordering::Greater,
            _ => std::cmp::Ordering::Equal,
        })
    }
}

/// The days a literal stands for; `None` if they leave the calendar.
pub(crate) fn range(literal: DateLiteral, now: Timestamp) -> Option<Range> {
    let today = day(now);
    let days = |from: i64, to: i64| {
        Some(Range { from: add(today, from.days())?, to: add(today, to.days())? })
    };
    match literal {
        DateLiteral::Yesterday => days(-1, 0),
        DateLiteral::Today => days(0, 1),
        DateLiteral::Tomorrow => days(1, 2),
        DateLiteral::Last90Days => days(-90, 1),
        DateLiteral::Next90Days => days(1, 91),
        DateLiteral::Last(unit) => units(today, unit, -1, 0),
        DateLiteral::This(unit) => units(today, unit, 0, 1),
        DateLiteral::Next(unit) => units(today, unit, 1, 2),
        // The last days include today; the last weeks, months and years do not include the running one.
        DateLiteral::LastN(DateUnit::Day, n) => days(-i64::from(n), 1),
        DateLiteral::NextN(DateUnit::Day, n) => days(1, i64::from(n) + 1),
        DateLiteral::NAgo(DateUnit::Day, n) => days(-i64::from(n), 1 - i64::from(n)),
        DateLiteral::LastN(unit, n) => units(today, unit, -i64::from(n), 0),
        DateLiteral::NextN(unit, n) => units(today, unit, 1, i64::from(n) + 1),
        DateLiteral::NAgo(unit, n) => units(today, unit, -i64::from(n), 1 - i64::from(n)),
    }
}

fn add(date: Date, span: Span) -> Option<Date> {
    date.checked_add(span).ok()
}

/// From the start of the unit `from` units away to the start of the one `to` away.
fn units(today: Date, unit: DateUnit, from: i64, to: i64) -> Option<Range> {
    let start = start_of(today, unit)?;
    let step = |count: i64| -> Option<Date> {
        let span = match unit {
            DateUnit::Day => Span::new().try_days(count),
            DateUnit::Week => Span::new().try_weeks(count),
            DateUnit::Month => Span::new().try_months(count),
            DateUnit::Quarter | DateUnit::FiscalQuarter => {
                Span::new().try_months(count.checked_mul(3)?)
            }
            DateUnit::Year | DateUnit::FiscalYear => Span::new().try_years(count),
        };
        add(start, span.ok()?)
    };
    Some(Range { from: step(from)?, to: step(to)? })
}

fn start_of(date: Date, unit: DateUnit) -> Option<Date> {
    Some(match unit {
        DateUnit::Day => date,
        DateUnit::Week => {
            let since_sunday = i64::from(date.weekday().since(Weekday::Sunday));
            add(date, (-since_sunday).days())?
        }
        DateUnit::Month => date.first_of_month(),
        DateUnit::Quarter | DateUnit::FiscalQuarter => {
            Date::new(date.year(), (date.month() - 1) / 3 * 3 + 1, 1).ok()?
        }
        DateUnit::Year | DateUnit::FiscalYear => date.first_of_year(),
    })
}

/// A date function of a date or an instant; null of anything else.
pub(crate) fn part(function: Function, value: &Value) -> Value {
    let (date, hour) = match value {
        Value::Date(date) => (*date, 0),
        Value::Instant(at) => {
            let local = jiff::tz::Offset::UTC.to_datetime(*at);
            (local.date(), local.hour())
        }
        _ => return Value::Null,
    };
    let number = match function {
        Function::CalendarMonth | Function::FiscalMonth => i32::from(date.month()),
        Function::CalendarQuarter | Function::FiscalQuarter => {
            (i32::from(date.month()) - 1) / 3 + 1
        }
        Function::CalendarYear | Function::FiscalYear => i32::from(date.year()),
        Function::DayInMonth => i32::from(date.day()),
        Function::DayInWeek => i32::from(date.weekday().since(Weekday::Sunday)) + 1,
        Function::DayInYear => i32::from(date.day_of_year()),
        Function::HourInDay => i32::from(hour),
        Function::WeekInMonth => (i32::from(date.day()) - 1) / 7 + 1,
        Function::WeekInYear => (i32::from(date.day_of_year()) - 1) / 7 + 1,
        Function::DayOnly => return Value::Date(date),
        _ => return Value::Null,
    };
    Value::Number(f64::from(number))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use soql::{DateLiteral, DateUnit};

    use super::{Range, range};

    #[test]
    fn literals_on_a_sunday_and_over_year_ends() {
        // 22 November 2026 is a Sunday.
        let now = "2026-11-22T23:59:59Z".parse().unwrap();
        let of = |literal| range(literal, now).unwrap();
        let days = |from, to| Range { from, to };
        assert_eq!(of(DateLiteral::Today), days(date(2026, 11, 22), date(2026, 11, 23)));
        assert_eq!(
            of(DateLiteral::This(DateUnit::Week)),
            days(date(2026, 11, 22), date(2026, 11, 29))
        );
        assert_eq!(
            of(DateLiteral::Last(DateUnit::Week)),
            days(date(2026, 11, 15), date(2026, 11, 22))
        );
        assert_eq!(
            of(DateLiteral::Next(DateUnit::Quarter)),
            days(date(2027, 1, 1), date(2027, 4, 1))
        );
        assert_eq!(
            of(DateLiteral::This(DateUnit::FiscalYear)),
            days(date(2026, 1, 1), date(2027, 1, 1))
        );
        assert_eq!(
            of(DateLiteral::LastN(DateUnit::Month, 2)),
            days(date(2026, 9, 1), date(2026, 11, 1))
        );
        assert_eq!(
            of(DateLiteral::LastN(DateUnit::Day, 30)),
            days(date(2026, 10, 23), date(2026, 11, 23))
        );
        assert_eq!(
            of(DateLiteral::NextN(DateUnit::Day, 7)),
            days(date(2026, 11, 23), date(2026, 11, 30))
        );
        assert_eq!(
            of(DateLiteral::NAgo(DateUnit::Month, 11)),
            days(date(2025, 12, 1), date(2026, 1, 1))
        );
        assert_eq!(range(DateLiteral::LastN(DateUnit::Year, u32::MAX), now), None);
    }
}
