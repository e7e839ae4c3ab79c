//! One value as text: money with separators, dates, and record text that cannot act as Markdown.

use serde_json::Value;

use crate::records::text;
use crate::schema::{FieldType, ObjectView, SchemaView};

/// A value of a field, ready to be shown.
pub(crate) fn cell(schema: &SchemaView, kind: FieldType, value: &Value) -> String {
    match (kind, value) {
        (_, Value::Null) => String::new(),
        (_, Value::Bool(yes)) => if *yes { "yes" } else { "no" }.to_owned(),
        (FieldType::Currency, value) if value.is_number() => {
            value.as_f64().map(|v| money(schema, v)).unwrap_or_default()
        }
        (FieldType::Percent, value) if value.is_number() => {
            value.as_f64().map(|v| format!("{}%", number(v))).unwrap_or_default()
        }
        (_, Value::Number(n)) => n.as_f64().map(number).unwrap_or_default(),
        (FieldType::DateTime, Value::String(said)) => instant(said),
        (_, value) => text(value).map(|t| safe(&t, 400)).unwrap_or_default(),
    }
}

/// Money in the organisation's currency, without one when it is not known.
pub(crate) fn money(schema: &SchemaView, value: f64) -> String {
    let sign = if value < 0.0 { "-" } else { "" };
    let digits = number(value.abs());
    match schema.currency.as_deref() {
        Some("USD" | "CAD" | "AUD") => format!("{sign}${digits}"),
        Some("EUR") => format!("{sign}€{digits}"),
        Some("GBP") => format!("{sign}£{digits}"),
        Some("JPY") => format!("{sign}¥{digits}"),
        Some("INR") => format!("{sign}₹{digits}"),
        Some(code) => format!("{sign}{} {digits}", safe(code, 3)),
        None => format!("{sign}{digits}"),
    }
}

/// A number with thousands separators and at most two decimals, none when it is whole.
pub(crate) fn number(value: f64) -> String {
    let rounded = (value * 100.0).round() / 100.0;
    let plain =
        if rounded.fract() == 0.0 { format!("{rounded:.0}") } else { format!("{rounded:.2}") };
    let (sign, plain) = match plain.strip_prefix('-') {
        Some(rest) => ("-", rest.to_owned()),
        None => ("", plain),
    };
    match plain.split_once('.') {
        Some((whole, cents)) => format!("{sign}{}.{cents}", separated(whole)),
        None => format!("{sign}{}", separated(&plain)),
    }
}

pub(crate) fn grouped(count: usize) -> String {
    separated(&count.to_string())
}

fn separated(digits: &str) -> String {
    let size = digits.len();
    let mut out = String::with_capacity(size + size / 3);
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (size - i).is_multiple_of(3) && digits.chars().all(|d| d.is_ascii_digit()) {
            out.push(',');
        }
        out.push(c);
    }
    out
}

/// `2026-11-22 14:30 UTC` for `2026-11-22T14:30:00.000+0000`; other zones and tokens stay as they are.
fn instant(said: &str) -> String {
    let utc = said.ends_with('Z') || said.ends_with("+0000") || said.ends_with("+00:00");
    match said.split_once('T') {
        Some((day, time))
            if utc && day.len() == 10 && time.is_char_boundary(5) && time.len() > 5 =>
        {
            format!("{} {} UTC", safe(day, 10), safe(time.split_at(5).0, 5))
        }
        _ => safe(said, 60),
    }
}

/// Text of a record, on one line, cut to a length in characters, without what Markdown or HTML would act on.
///
/// A picture or a link in a record's text must not become one in the answer: fetching it would carry data out.
/// Tokens such as `{NAME_3}` stay whole, because the gate puts the values back.
pub(crate) fn safe(text: &str, most: usize) -> String {
    let mut line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() > most {
        line = line.chars().take(most.saturating_sub(2)).collect::<String>() + "..";
    }
    let mut out = String::with_capacity(line.len() + 8);
    for c in line.chars() {
        match c {
            '|' | '`' | '*' | '[' | ']' | '!' | '\\' | '~' => {
                out.push('\\');
                out.push(c);
            }
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            c if c.is_control() || is_direction(c) => {}
            c => out.push(c),
        }
    }
    // A line that begins like a heading or a list item would become one.
    if out.starts_with('#') || out.starts_with("- ") || out.starts_with("+ ") {
        format!("\\{out}")
    } else {
        out
    }
}

/// Marks that turn the writing direction, which can make text look like other text.
fn is_direction(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}')
}

/// The label of a path: `Account` for `Account.Name`, `Account Industry` for `Account.Industry`.
pub(crate) fn label(schema: &SchemaView, object: &ObjectView, path: &str) -> String {
    match path.split_once('.') {
        None => object.field(path).map_or_else(
            || path.to_owned(),
            |f| if f.label.is_empty() { f.name.clone() } else { f.label.clone() },
        ),
        Some((hop, rest)) => {
            let hop_label = match hop {
                "Who" => "Contact".to_owned(),
                "What" => "Related to".to_owned(),
                other => other.trim_end_matches("__r").replace('_', " "),
            };
            match schema.path(object, path) {
                _ if rest == "Name" => hop_label,
                Some(field) => format!("{hop_label} {}", field.label.to_lowercase()),
                None => path.to_owned(),
            }
        }
    }
}
