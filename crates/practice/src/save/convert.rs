//! JSON values into field values, with the platform's complaints.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use serde_json::Value as Json;

use crate::exchange::ApiError;
use crate::id::Id;
use crate::schema::{Field, Kind};
use crate::value::Value;

/// The value this JSON gives the field.
pub(crate) fn convert(field: &Field, json: &Json) -> Result<Value, ApiError> {
    match (json, &field.kind) {
        (Json::Null, Kind::Boolean) => Err(wrong_type("boolean", "null")),
        (Json::Null, _) => Ok(Value::Null),
        (Json::String(text), _) => from_text(field, text),
        (Json::Bool(flag), Kind::Boolean) => Ok(Value::Bool(*flag)),
        (Json::Bool(flag), kind) if kind.is_textual() => from_text(field, &flag.to_string()),
        (Json::Number(number), Kind::Int) => {
            let number =
                number.as_f64().filter(|number| number.fract() == 0.0 && number.abs() < 1e9);
            number.map(Value::Number).ok_or_else(|| wrong_type("int", "number"))
        }
        (Json::Number(number), kind) if kind.is_number() => {
            sized(field, number.as_f64().unwrap_or(f64::NAN))
        }
        (Json::Number(number), kind) if kind.is_textual() => from_text(field, &number.to_string()),
        (Json::Bool(_), kind) => Err(wrong_type(kind.describe_name(), "VALUE_BOOLEAN")),
        (Json::Number(_), kind) => Err(wrong_type(kind.describe_name(), "VALUE_NUMBER")),
        (Json::Array(_), kind) => Err(wrong_type(kind.describe_name(), "START_ARRAY")),
        (Json::Object(_), kind) => Err(wrong_type(kind.describe_name(), "START_OBJECT")),
    }
}

fn wrong_type(wanted: &str, got: &str) -> ApiError {
    ApiError::parser(format!("Cannot deserialize instance of {wanted} from {got}"))
}

/// The value a text gives the field: a JSON string, or a cell of a CSV file.
pub(crate) fn from_text(field: &Field, text: &str) -> Result<Value, ApiError> {
    if text.trim().is_empty() && !matches!(field.kind, Kind::Boolean) {
        return Ok(Value::Null);
    }
    let bad = || wrong_type(field.kind.describe_name(), "VALUE_STRING");
    match &field.kind {
        Kind::Id | Kind::Reference { .. } => Id::parse(text).map(Value::Id).ok_or_else(|| {
            let message = format!("{}: id value of incorrect type: {}", field.label, clip(text));
            ApiError::new(400, "MALFORMED_ID", message).on(&field.name)
        }),
        Kind::Boolean => match text.trim().to_ascii_lowercase().as_str() {
            "true" | "1" => Ok(Value::Bool(true)),
            "false" | "0" | "" => Ok(Value::Bool(false)),
            _ => Err(bad()),
        },
        Kind::Currency | Kind::Double | Kind::Percent => {
            sized(field, text.trim().parse().map_err(|_| bad())?)
        }
        Kind::Int => {
            let number: f64 = text.trim().parse().map_err(|_| bad())?;
            if number.fract() == 0.0 && number.abs() < 1e9 {
                Ok(Value::Number(number))
            } else {
                Err(bad())
            }
        }
        Kind::Date => {
            let date = text.parse::<Date>().ok().or_else(|| instant(text).map(day));
            date.map(Value::Date).ok_or_else(bad)
        }
        Kind::DateTime => instant(text).map(Value::Instant).ok_or_else(bad),
        Kind::Time => {
            text.trim_end_matches('Z').parse::<Time>().map(Value::Time).map_err(|_| bad())
        }
        Kind::Base64 => BASE64_STANDARD.decode(text).map(|_| Value::text(text)).map_err(|_| bad()),
        Kind::Picklist(values) if field.restricted => {
            let known = values.iter().find(|value| value.eq_ignore_ascii_case(text));
            known.map(|value| Value::text(value.as_str())).ok_or_else(|| {
                let message = format!(
                    "{}: bad value for restricted picklist field: {}",
                    field.label,
                    clip(text)
                );
                ApiError::new(400, "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", message)
                    .on(&field.name)
            })
        }
        Kind::Email if !is_email(text) => {
            let message = format!("{}: invalid email address: {}", field.label, clip(text));
            Err(ApiError::new(400, "INVALID_EMAIL_ADDRESS", message).on(&field.name))
        }
        _ => fitting(field, text),
    }
}

fn fitting(field: &Field, text: &str) -> Result<Value, ApiError> {
    let (length, most) = (text.chars().count(), field.kind.length());
    if length > most {
        let message =
            format!("{}: data value too large: {} (max length={most})", field.label, clip(text));
        return Err(ApiError::new(400, "STRING_TOO_LONG", message).on(&field.name));
    }
    // The platform keeps no blanks at the ends.
    Ok(Value::text(text.trim()))
}

fn sized(field: &Field, number: f64) -> Result<Value, ApiError> {
    if number.is_finite() && number.abs() < 1e16 {
        return Ok(Value::Number(number));
    }
    let message = format!("{}: value outside of valid range on numeric field", field.label);
    Err(ApiError::new(400, "NUMBER_OUTSIDE_VALID_RANGE", message).on(&field.name))
}

/// An instant: with an offset, with `Z`, or as the API writes it (`+0000`).
pub(crate) fn instant(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    text.parse::<Timestamp>()
        .ok()
        .or_else(|| Timestamp::strptime("%Y-%m-%dT%H:%M:%S%.f%z", text).ok())
        .or_else(|| text.parse::<DateTime>().ok().and_then(at_utc))
}

fn at_utc(at: DateTime) -> Option<Timestamp> {
    jiff::tz::Offset::UTC.to_timestamp(at).ok()
}

/// The day of an instant; every user of the practice org is in UTC.
pub(crate) fn day(at: Timestamp) -> Date {
    jiff::tz::Offset::UTC.to_datetime(at).date()
}

/// The first instant of a day.
pub(crate) fn midnight(date: Date) -> Timestamp {
    at_utc(date.at(0, 0, 0, 0)).unwrap_or_default()
}

fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    let plain = |part: &str| {
        !part.is_empty() && !part.contains(|char: char| char.is_whitespace() || char == '@')
    };
    plain(local)
        && plain(domain)
        && domain.contains('.')
        && !domain.starts_with('.')
        && !domain.ends_with('.')
}

/// Messages repeat what was sent, but not all of a long text.
fn clip(text: &str) -> String {
    text.chars().take(80).collect()
}
