//! One field's value, and how values compare.

use std::cmp::Ordering;

use jiff::Timestamp;
use jiff::civil::{Date, Time};
use serde_json::Value as Json;

use crate::id::Id;

/// A stored value. Text, ids and instants only; whole numbers are numbers whose field says so.
#[derive(Clone, Debug, PartialEq, Default)]
pub(crate) enum Value {
    #[default]
    Null,
    Bool(bool),
    Number(f64),
    Text(Box<str>),
    Id(Id),
    Date(Date),
    Instant(Timestamp),
    Time(Time),
}

impl Value {
    pub(crate) fn text(text: impl Into<Box<str>>) -> Self {
        let text = text.into();
        if text.is_empty() { Self::Null } else { Self::Text(text) }
    }

    pub(crate) fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    pub(crate) fn as_id(&self) -> Option<Id> {
        if let Self::Id(id) = self { Some(*id) } else { None }
    }

    pub(crate) fn as_str(&self) -> Option<&str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    pub(crate) fn as_number(&self) -> Option<f64> {
        if let Self::Number(number) = self { Some(*number) } else { None }
    }

    pub(crate) fn is_true(&self) -> bool {
        matches!(self, Self::Bool(true))
    }

    /// Order within one kind: text without regard to case, as the platform sorts and compares it.
    /// `None` when the two cannot be compared, null among them.
    pub(crate) fn compare(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Bool(a), Self::Bool(b)) => Some(a.cmp(b)),
            (Self::Number(a), Self::Number(b)) => a.partial_cmp(b),
            (Self::Text(a), Self::Text(b)) => Some(compare_text(a, b)),
            (Self::Id(a), Self::Id(b)) => Some(a.cmp(b)),
            (Self::Date(a), Self::Date(b)) => Some(a.cmp(b)),
            (Self::Instant(a), Self::Instant(b)) => Some(a.cmp(b)),
            (Self::Time(a), Self::Time(b)) => Some(a.cmp(b)),
            _ => None,
        }
    }

    /// Equality as a filter sees it: nulls are equal, text ignores case.
    pub(crate) fn same(&self, other: &Self) -> bool {
        (self.is_null() && other.is_null()) || self.compare(other) == Some(Ordering::Equal)
    }

    /// A key under which values that are `same` fall together, for grouping and set membership.
    pub(crate) fn key(&self) -> String {
        match self {
            Self::Null => "0".to_owned(),
            Self::Bool(flag) => format!("b{flag}"),
            // `-0.0` and `0.0` compare equal and must share a key.
            Self::Number(number) => format!("n{}", number + 0.0),
            Self::Text(text) => format!("t{}", fold(text)),
            Self::Id(id) => format!("i{}", id.short()),
            Self::Date(date) => format!("d{date}"),
            Self::Instant(at) => format!("s{}", at.as_millisecond()),
            Self::Time(time) => format!("h{time}"),
        }
    }

    /// The value as it is kept on disk: tagged, so that reading needs no schema.
    pub(crate) fn to_disk(&self) -> Json {
        match self {
            Self::Null => Json::Null,
            Self::Bool(flag) => Json::Bool(*flag),
            Self::Number(number) => {
                serde_json::Number::from_f64(*number).map_or(Json::Null, Json::Number)
            }
            Self::Text(text) => Json::String(format!("t{text}")),
            Self::Id(id) => Json::String(format!("i{}", id.short())),
            Self::Date(date) => Json::String(format!("d{date}")),
            Self::Instant(at) => Json::String(format!("s{}", at.as_millisecond())),
            Self::Time(time) => Json::String(format!("h{time}")),
        }
    }

    /// Reads what [`Value::to_disk`] wrote; `None` if the file was damaged.
    pub(crate) fn from_disk(json: &Json) -> Option<Self> {
        match json {
            Json::Null => Some(Self::Null),
            Json::Bool(flag) => Some(Self::Bool(*flag)),
            Json::Number(number) => number.as_f64().map(Self::Number),
            Json::String(tagged) => {
                let mut rest = tagged.chars();
                let tag = rest.next()?;
                let text = rest.as_str();
                Some(match tag {
                    't' => Self::Text(text.into()),
                    'i' => Self::Id(Id::parse(text)?),
                    'd' => Self::Date(text.parse().ok()?),
                    's' => Self::Instant(Timestamp::from_millisecond(text.parse().ok()?).ok()?),
                    'h' => Self::Time(text.parse().ok()?),
                    _ => return None,
                })
            }
            Json::Array(_) | Json::Object(_) => None,
        }
    }
}

/// Compares without case, character by character; what differs only in case is equal.
pub(crate) fn compare_text(a: &str, b: &str) -> Ordering {
    if a.is_ascii() && b.is_ascii() {
        return a
            .bytes()
            .map(|byte| byte.to_ascii_lowercase())
            .cmp(b.bytes().map(|byte| byte.to_ascii_lowercase()));
    }
    a.chars().flat_map(char::to_lowercase).cmp(b.chars().flat_map(char::to_lowercase))
}

/// Lower case, for keys.
pub(crate) fn fold(text: &str) -> String {
    text.chars().flat_map(char::to_lowercase).collect()
}

/// An instant as the REST API writes it: `2026-11-22T09:30:00.000+0000`.
pub(crate) fn instant_text(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S.%3f+0000").to_string()
}
