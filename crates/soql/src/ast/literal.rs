//! Values written in a query.

use std::fmt;

use super::StringLiteral;

/// A value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Literal {
    /// `null`
    Null,
    /// `TRUE`, `FALSE`
    Bool(bool),
    /// `-100.25`
    Number(Number),
    /// `'text'`
    Text(StringLiteral),
    /// `2026-11-22`, checked to be a day of the calendar.
    Date(Moment),
    /// `2026-11-22T10:00:00.000Z`, `2026-11-22T10:00:00+01:00`, checked.
    DateTime(Moment),
    /// `10:00:00.000Z`, checked.
    Time(Moment),
    /// `LAST_N_DAYS:30`
    Relative(DateLiteral),
    /// `USD500`
    Currency(Currency),
}

/// A decimal number kept as text, so that no digit is lost: `-`? digits (`.` digits)?, or `.` and digits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Number(Box<str>);

/// A date, a time of day, or both with a zone, as written.
///
/// INVARIANT: it is in the form that its [`Literal`] says, and exists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moment(Box<str>);

/// An amount in a named currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Currency {
    /// INVARIANT: three letters in upper case.
    code: Box<str>,
    /// How much.
    pub amount: Number,
}

/// A date named by its relation to today.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DateLiteral {
    /// `YESTERDAY`
    Yesterday,
    /// `TODAY`
    Today,
    /// `TOMORROW`
    Tomorrow,
    /// `LAST_90_DAYS`
    Last90Days,
    /// `NEXT_90_DAYS`
    Next90Days,
    /// `LAST_WEEK`; never of days
    Last(DateUnit),
    /// `THIS_WEEK`; never of days
    This(DateUnit),
    /// `NEXT_WEEK`; never of days
    Next(DateUnit),
    /// `LAST_N_DAYS:n`
    LastN(DateUnit, u32),
    /// `NEXT_N_DAYS:n`
    NextN(DateUnit, u32),
    /// `N_DAYS_AGO:n`
    NAgo(DateUnit, u32),
}

/// The unit of a [`DateLiteral`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum DateUnit {
    Day,
    Week,
    Month,
    Quarter,
    Year,
    FiscalQuarter,
    FiscalYear,
}

impl Number {
    /// A number from its digits, or nothing when it is none.
    pub fn new(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('-').unwrap_or(text);
        let (whole, part) =
            digits.split_once('.').map_or((digits, None), |(whole, part)| (whole, Some(part)));
        let all_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let written = match part {
            None => !whole.is_empty(),
            Some(part) => !part.is_empty() && all_digits(part),
        };
        (written && all_digits(whole)).then(|| Self(text.into()))
    }

    pub(crate) fn of_lexed(text: &str) -> Self {
        Self(text.into())
    }

    pub(crate) fn of_negative(text: &str) -> Self {
        Self(format!("-{text}").into())
    }

    /// Its digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The nearest floating-point number.
    pub fn as_f64(&self) -> f64 {
        self.0.parse().unwrap_or(f64::NAN)
    }

    /// The same number, when it is whole and fits.
    pub fn as_i64(&self) -> Option<i64> {
        self.0.parse().ok()
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Literal {
    /// Text with this content.
    pub fn text(value: &str) -> Self {
        Self::Text(StringLiteral::new(value))
    }

    /// A date, a date and time, or a time, in the forms that SOQL knows; nothing when the text is none of them.
    pub fn moment(text: &str) -> Option<Self> {
        crate::parser::moment(text)
    }
}

impl Moment {
    pub(crate) fn of_checked(text: &str) -> Self {
        Self(text.into())
    }

    /// As written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Currency {
    /// An amount, if the code is three letters of English.
    pub fn new(code: &str, amount: Number) -> Option<Self> {
        let well_formed = code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_alphabetic());
        well_formed.then(|| Self { code: code.to_ascii_uppercase().into(), amount })
    }

    /// ISO 4217, in upper case.
    pub fn code(&self) -> &str {
        &self.code
    }
}

impl DateLiteral {
    /// The literal of that name, in any case. `n` is asked for only by the names that need one.
    pub(crate) fn named(name: &str) -> Option<Named> {
        let mut upper = [0_u8; 24];
        let bytes = upper.get_mut(..name.len())?;
        bytes.copy_from_slice(name.as_bytes());
        bytes.make_ascii_uppercase();
        let upper = std::str::from_utf8(bytes).ok()?;
        let fixed = match upper {
            "YESTERDAY" => Self::Yesterday,
            "TODAY" => Self::Today,
            "TOMORROW" => Self::Tomorrow,
            "LAST_90_DAYS" => Self::Last90Days,
            "NEXT_90_DAYS" => Self::Next90Days,
            _ => {
                if let Some(unit) = upper.strip_prefix("LAST_N_").and_then(DateUnit::of_plural) {
                    return Some(Named::Counted(Self::LastN, unit));
                }
                if let Some(unit) = upper.strip_prefix("NEXT_N_").and_then(DateUnit::of_plural) {
                    return Some(Named::Counted(Self::NextN, unit));
                }
                if let Some(rest) =
                    upper.strip_prefix("N_").and_then(|rest| rest.strip_suffix("_AGO"))
                {
                    return Some(Named::Counted(Self::NAgo, DateUnit::of_plural(rest)?));
                }
                let (relation, unit) = upper.split_once('_')?;
                let unit = DateUnit::of_singular(unit).filter(|unit| *unit != DateUnit::Day)?;
                match relation {
                    "LAST" => Self::Last(unit),
                    "THIS" => Self::This(unit),
                    "NEXT" => Self::Next(unit),
                    _ => return None,
                }
            }
        };
        Some(Named::Fixed(fixed))
    }
}

/// What a name of a date literal stands for.
#[derive(Debug)]
pub(crate) enum Named {
    /// Complete.
    Fixed(DateLiteral),
    /// Wants `:n`.
    Counted(fn(DateUnit, u32) -> DateLiteral, DateUnit),
}

impl DateUnit {
    const ALL: [Self; 7] = [
        Self::Day,
        Self::Week,
        Self::Month,
        Self::Quarter,
        Self::Year,
        Self::FiscalQuarter,
        Self::FiscalYear,
    ];

    fn as_str(self) -> &'static str {
        match self {
            Self::Day => "DAY",
            Self::Week => "WEEK",
            Self::Month => "MONTH",
            Self::Quarter => "QUARTER",
            Self::Year => "YEAR",
            Self::FiscalQuarter => "FISCAL_QUARTER",
            Self::FiscalYear => "FISCAL_YEAR",
        }
    }

    fn of_singular(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|unit| unit.as_str() == name)
    }

    fn of_plural(name: &str) -> Option<Self> {
        name.strip_suffix('S').and_then(Self::of_singular)
    }
}

impl fmt::Display for DateLiteral {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Yesterday => f.write_str("YESTERDAY"),
            Self::Today => f.write_str("TODAY"),
            Self::Tomorrow => f.write_str("TOMORROW"),
            Self::Last90Days => f.write_str("LAST_90_DAYS"),
            Self::Next90Days => f.write_str("NEXT_90_DAYS"),
            Self::Last(unit) => write!(f, "LAST_{}", unit.as_str()),
            Self::This(unit) => write!(f, "THIS_{}", unit.as_str()),
            Self::Next(unit) => write!(f, "NEXT_{}", unit.as_str()),
            Self::LastN(unit, n) => write!(f, "LAST_N_{}S:{n}", unit.as_str()),
            Self::NextN(unit, n) => write!(f, "NEXT_N_{}S:{n}", unit.as_str()),
            Self::NAgo(unit, n) => write!(f, "N_{}S_AGO:{n}", unit.as_str()),
        }
    }
}
