//! Values that are changed rather than covered: rounded, moved in time, hinted at.

use serde_json::{Value, json};

use crate::detector::Kind;
use crate::matrix::Hint;

/// Numbers below a hundred to the nearest ten, others to two significant digits; the month of a
/// date. `None` for anything else.
pub(super) fn rounded(value: &Value) -> Option<Value> {
    match value {
        Value::Number(number) => {
            let number = number.as_f64().filter(|it| it.is_finite())?;
            // Two digits of a small number would be all of it.
            let digits =
                if number.abs() < 100.0 { 1.0 } else { number.abs().log10().floor() - 1.0 };
            let step = 10_f64.powf(digits);
            Some(json!((number / step).round() * step + 0.0))
        }
        Value::String(text) => {
            let (year, month, _) = date(text)?;
            Some(json!(format!("{year:04}-{month:02}")))
        }
        _ => None,
    }
}

/// A date, or the date of a moment, moved by so many days. `None` for anything else.
pub(super) fn moved(value: &Value, days: i64) -> Option<Value> {
    let text = value.as_str()?;
    let (year, month, day) = date(text)?;
    let (year, month, day) = civil(days_of(year, month, day) + days);
    let rest = text.get(10..).unwrap_or_default();
    Some(json!(format!("{year:04}-{month:02}-{day:02}{rest}")))
}

/// What the matrix lets a model know of a covered value. `None` when the value has no such thing.
pub(super) fn hint(hint: Hint, kind: Kind, value: &Value) -> Option<String> {
    let text = value.as_str().map(str::trim);
    match hint {
        Hint::Domain => {
            let text = text?;
            let host = match text.rsplit_once('@') {
                Some((_, host)) => host,
                None => text.split("://").last()?.split(['/', '?', '#']).next()?,
            };
            let host = host.trim_start_matches("www.").to_ascii_lowercase();
            let plain = |c: char| c.is_ascii_alphanumeric() || ".-".contains(c);
            (host.contains('.') && host.chars().all(plain)).then_some(host)
        }
        Hint::Country => match value {
            Value::Object(parts) => {
                let country = parts.get("countryCode").or_else(|| parts.get("country"));
                country?.as_str().map(str::to_owned)
            }
            _ if kind == Kind::Iban => {
                let country = text?.get(..2)?;
                country.bytes().all(|it| it.is_ascii_uppercase()).then(|| country.to_owned())
            }
            _ if kind == Kind::Phone => calling_code(text?),
            _ => None,
        },
        Hint::Magnitude => {
            let number = value.as_f64().or_else(|| text?.parse().ok())?;
            let (from, to) = magnitude(number)?;
            Some(format!("{from} to {to}"))
        }
        Hint::Year => text.and_then(date).map(|(year, ..)| year.to_string()),
    }
}

/// `+49` of `+49 30 1234567`, however it is grouped. Of the codes of ITU-T E.164 none begins another.
fn calling_code(text: &str) -> Option<String> {
    let rest = text.strip_prefix('+')?;
    // Shorter is no number, but perhaps all of what a form had.
    rest.chars().filter(char::is_ascii_alphanumeric).nth(6)?;
    let digits: String = rest.chars().filter(char::is_ascii_digit).take(3).collect();
    let length = match digits.get(..2)? {
        _ if digits.starts_with(['1', '7']) => 1,
        "20" | "27" | "30" | "31" | "32" | "33" | "34" | "36" | "39" | "40" | "41" | "43"
        | "44" | "45" | "46" | "47" | "48" | "49" | "51" | "52" | "53" | "54" | "55" | "56"
        | "57" | "58" | "60" | "61" | "62" | "63" | "64" | "65" | "66" | "81" | "82" | "84"
        | "86" | "90" | "91" | "92" | "93" | "94" | "95" | "98" => 2,
        "21" | "22" | "23" | "24" | "25" | "26" | "29" | "35" | "37" | "38" | "42" | "50"
        | "59" | "67" | "68" | "80" | "85" | "87" | "88" | "96" | "97" | "99" => 3,
        _ => return None,
    };
    digits.get(..length).map(|code| format!("+{code}"))
}

/// The powers of ten around a number.
fn magnitude(number: f64) -> Option<(String, String)> {
    let size = number.abs();
    if !size.is_finite() || size >= 1e18 {
        return None;
    }
    if size < 1.0 {
        return Some(("0".to_owned(), "1".to_owned()));
    }
    let digits = size.log10().floor();
    let sign = if number < 0.0 { "-" } else { "" };
    let power = |it: f64| format!("{sign}{:.0}", 10_f64.powf(it));
    Some((power(digits), power(digits + 1.0)))
}

/// Year, month and day of `2026-03-31` or `2026-03-31T..`.
fn date(text: &str) -> Option<(i64, i64, i64)> {
    let number = |range: std::ops::Range<usize>| {
        let part = text.get(range)?;
        part.bytes().all(|it| it.is_ascii_digit()).then(|| part.parse::<i64>().ok()).flatten()
    };
    let dashes = text.get(4..5) == Some("-") && text.get(7..8) == Some("-");
    let ends = text.get(10..).is_some_and(|rest| rest.is_empty() || rest.starts_with('T'));
    let (year, month, day) = (number(0..4)?, number(5..7)?, number(8..10)?);
    let sound = (1..=12).contains(&month) && (1..=31).contains(&day);
    (dashes && ends && sound).then_some((year, month, day))
}

/// Days since 1970-01-01 in the Gregorian calendar (Hinnant, "chrono-compatible low-level date
/// algorithms").
fn days_of(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

fn civil(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (era * 400 + year + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn small_numbers_keep_no_digit_of_their_own() {
        let cases = [
            (json!(77), 80.0),
            (json!(5), 10.0),
            (json!(4.9), 0.0),
            (json!(0.35), 0.0),
            (json!(-77), -80.0),
            (json!(0), 0.0),
            (json!(123_456), 120_000.0),
            (json!(250), 250.0),
            (json!(251), 250.0),
            (json!(99.5), 100.0),
        ];
        for (value, expected) in cases {
            assert_eq!(rounded(&value), Some(json!(expected)), "{value}");
        }
        assert_eq!(rounded(&json!("2026-03-31T10:00:00.000+0000")), Some(json!("2026-03")));
        assert_eq!(rounded(&json!("2026-03-311")), None);
        assert_eq!(rounded(&json!("soon")), None);
    }

    #[test]
    fn dates_move_across_months_and_leap_days() {
        assert_eq!(moved(&json!("2024-02-28"), 2), Some(json!("2024-03-01")));
        assert_eq!(moved(&json!("2026-01-01"), -1), Some(json!("2025-12-31")));
        let moment = json!("1999-12-31T23:59:59.000+0000");
        assert_eq!(moved(&moment, 1), Some(json!("2000-01-01T23:59:59.000+0000")));
        assert_eq!(moved(&json!("31.12.1999"), 1), None);
    }

    #[test]
    fn a_hint_tells_what_the_matrix_says_and_no_more() {
        let of = |it, kind, value: Value| hint(it, kind, &value);
        assert_eq!(
            of(Hint::Domain, Kind::Email, json!("Jo@Mail.Example")).unwrap(),
            "mail.example"
        );
        assert_eq!(
            of(Hint::Domain, Kind::Url, json!("https://www.x.example/p?q")).unwrap(),
            "x.example"
        );
        assert_eq!(of(Hint::Domain, Kind::Name, json!("Jo March")), None);
        for (number, code) in [
            ("+49 30 123456", Some("+49")),
            ("+4930123456", Some("+49")),
            ("+1 (415) 555-0132", Some("+1")),
            ("+74951234567", Some("+7")),
            ("+351911771005", Some("+351")),
            ("+971 50 663 2685", Some("+971")),
            ("+1-800-FLOWERS", Some("+1")),
            // Another's way out of the country, or no way out at all.
            ("0011 61 2 9374 4000", None),
            ("+0301234567", None),
            ("+2831234567", None),
            ("+49 30", None),
            ("030 1234567", None),
        ] {
            let told = of(Hint::Country, Kind::Phone, json!(number));
            assert_eq!(told.as_deref(), code, "{number}");
        }
        assert_eq!(of(Hint::Country, Kind::Iban, json!("DE89370400440532013000")).unwrap(), "DE");
        assert_eq!(
            of(Hint::Country, Kind::Address, json!({"city": "Bonn", "country": "Germany"}))
                .unwrap(),
            "Germany"
        );
        assert_eq!(of(Hint::Magnitude, Kind::Amount, json!(48_200)).unwrap(), "10000 to 100000");
        assert_eq!(of(Hint::Magnitude, Kind::Amount, json!(-7)).unwrap(), "-1 to -10");
        assert_eq!(of(Hint::Year, Kind::DateOfBirth, json!("1971-05-04")).unwrap(), "1971");
    }

    proptest! {
        #[test]
        fn a_calendar_goes_there_and_back(days in -700_000_i64..2_000_000) {
            let (year, month, day) = civil(days);
            prop_assert_eq!(days_of(year, month, day), days);
        }
    }
}
