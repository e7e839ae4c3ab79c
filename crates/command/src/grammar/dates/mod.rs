//! Dates and periods: `this quarter`, `next 30 days`, `before March 3`, `in 2025`, `two weeks out`.

mod calendar;
mod period;
mod test;

pub(crate) use calendar::{day_after, plus_days, plus_months};
pub(crate) use period::{Period, Tense, duration_at, period_at};
pub(crate) use test::{Bound, DateTest, date_conditions, date_test_at};

/// A unit of the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unit {
    Day,
    Week,
    Month,
    Quarter,
    Year,
}

impl Unit {
    pub(crate) fn read(word: &str) -> Option<Self> {
        Some(match word {
            "day" | "days" => Self::Day,
            "week" | "weeks" | "wk" | "wks" => Self::Week,
            "month" | "months" | "mth" => Self::Month,
            "quarter" | "quarters" | "q" => Self::Quarter,
            "year" | "years" | "yr" | "yrs" => Self::Year,
            _ => return None,
        })
    }

    /// The name inside SOQL's date literals.
    pub(crate) fn literal(self) -> &'static str {
        match self {
            Self::Day => "DAY",
            Self::Week => "WEEK",
            Self::Month => "MONTH",
            Self::Quarter => "QUARTER",
            Self::Year => "YEAR",
        }
    }
}

#[cfg(test)]
mod tests;
