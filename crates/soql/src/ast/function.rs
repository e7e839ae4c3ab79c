//! The functions of SOQL that take one argument.

/// A function; see [`crate::Call`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the names are those of the SOQL reference")]
pub enum Function {
    Avg,
    Count,
    CountDistinct,
    Max,
    Min,
    Sum,
    Grouping,
    CalendarMonth,
    CalendarQuarter,
    CalendarYear,
    DayInMonth,
    DayInWeek,
    DayInYear,
    DayOnly,
    FiscalMonth,
    FiscalQuarter,
    FiscalYear,
    HourInDay,
    WeekInMonth,
    WeekInYear,
    ConvertCurrency,
    ConvertTimezone,
    Format,
    ToLabel,
}

/// Longest name below; a longer word is no function.
const LONGEST: usize = 16;

impl Function {
    /// Every function, in the order of the enum.
    pub const ALL: [Self; 24] = [
        Self::Avg,
        Self::Count,
        Self::CountDistinct,
        Self::Max,
        Self::Min,
        Self::Sum,
        Self::Grouping,
        Self::CalendarMonth,
        Self::CalendarQuarter,
        Self::CalendarYear,
        Self::DayInMonth,
        Self::DayInWeek,
        Self::DayInYear,
        Self::DayOnly,
        Self::FiscalMonth,
        Self::FiscalQuarter,
        Self::FiscalYear,
        Self::HourInDay,
        Self::WeekInMonth,
        Self::WeekInYear,
        Self::ConvertCurrency,
        Self::ConvertTimezone,
        Self::Format,
        Self::ToLabel,
    ];

    /// As the reference writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Avg => "AVG",
            Self::Count => "COUNT",
            Self::CountDistinct => "COUNT_DISTINCT",
            Self::Max => "MAX",
            Self::Min => "MIN",
            Self::Sum => "SUM",
            Self::Grouping => "GROUPING",
            Self::CalendarMonth => "CALENDAR_MONTH",
            Self::CalendarQuarter => "CALENDAR_QUARTER",
            Self::CalendarYear => "CALENDAR_YEAR",
            Self::DayInMonth => "DAY_IN_MONTH",
            Self::DayInWeek => "DAY_IN_WEEK",
            Self::DayInYear => "DAY_IN_YEAR",
            Self::DayOnly => "DAY_ONLY",
            Self::FiscalMonth => "FISCAL_MONTH",
            Self::FiscalQuarter => "FISCAL_QUARTER",
            Self::FiscalYear => "FISCAL_YEAR",
            Self::HourInDay => "HOUR_IN_DAY",
            Self::WeekInMonth => "WEEK_IN_MONTH",
            Self::WeekInYear => "WEEK_IN_YEAR",
            Self::ConvertCurrency => "convertCurrency",
            Self::ConvertTimezone => "convertTimezone",
            Self::Format => "FORMAT",
            Self::ToLabel => "toLabel",
        }
    }

    /// The function of that name, in any case.
    pub fn named(name: &str) -> Option<Self> {
        if name.len() > LONGEST {
            return None;
        }
        Self::ALL.into_iter().find(|function| function.as_str().eq_ignore_ascii_case(name))
    }

    /// `AVG`, `COUNT`, `COUNT_DISTINCT`, `MAX`, `MIN`, `SUM`, and `GROUPING`, which needs a grouped query as they do.
    pub fn is_aggregate(self) -> bool {
        matches!(
            self,
            Self::Avg
                | Self::Count
                | Self::CountDistinct
                | Self::Max
                | Self::Min
                | Self::Sum
                | Self::Grouping
        )
    }

    /// `CALENDAR_YEAR` and the other functions of a date.
    pub fn is_date(self) -> bool {
        !self.is_aggregate()
            && !matches!(
                self,
                Self::ConvertCurrency | Self::ConvertTimezone | Self::Format | Self::ToLabel
            )
    }
}
