//! The labelled set, and what the CRM knows.

use boundary::Kind;
use detect::{Known, KnownValues};
use serde_json::Value;

use crate::Anyhow;

pub(crate) struct Span {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) family: &'static str,
    pub(crate) known: Option<bool>,
    pub(crate) script: &'static str,
}

pub(crate) struct Item {
    /// Its place among the texts.
    pub(crate) number: usize,
    pub(crate) text: String,
    pub(crate) spans: Vec<Span>,
    pub(crate) set: String,
    pub(crate) kind: String,
}

pub(crate) fn family(label: &str) -> &'static str {
    match label {
        "PERSON" => "NAME",
        "EMAIL_ADDRESS" => "EMAIL",
        "PHONE_NUMBER" => "PHONE",
        "CREDIT_CARD" => "CARD",
        "IBAN_CODE" => "IBAN",
        "US_SSN" | "PASSPORT" | "US_DRIVER_LICENSE" => "NATIONAL_ID",
        "BANK_ACCOUNT" => "ACCOUNT_NUMBER",
        "IP_ADDRESS" => "IP",
        "STREET_ADDRESS" | "ZIP_CODE" => "ADDRESS",
        "GPE" => "LOCATION",
        "DATE_TIME" | "DATE_OF_BIRTH" => "DATE",
        "AGE" => "AGE",
        "NRP" => "NATIONALITY",
        "TITLE" => "TITLE",
        "ORGANIZATION" => "ORG",
        "DOMAIN_NAME" => "URL",
        other => Kind::parse(other).map_or("OTHER", Kind::name),
    }
}

/// Whose name it is, by the locale it was made for.
fn script(locale: &str) -> &'static str {
    match locale.get(..2) {
        Some("zh") => "Chinese",
        Some("ja") => "Japanese",
        Some("tr") => "Turkish",
        Some(_) => "Latin",
        None => "",
    }
}

pub(crate) fn read_items(path: &str) -> Anyhow<Vec<Item>> {
    let data: Value = serde_json::from_str(&std::fs::read_to_string(path)?)?;
    let items = data.get("items").and_then(Value::as_array).ok_or("no items")?;
    Ok(items
        .iter()
        .enumerate()
        .map(|(number, item)| {
            let text = text_of(item, "text").unwrap_or_default().to_owned();
            let mut offsets: Vec<usize> = text.char_indices().map(|(i, _)| i).collect();
            offsets.push(text.len());
            let at = |v: Option<&Value>| {
                v.and_then(Value::as_u64)
                    .and_then(|n| offsets.get(usize::try_from(n).ok()?).copied())
                    .unwrap_or(0)
            };
            let mut spans =
                item.get("spans").and_then(Value::as_array).map_or(Vec::new(), |spans| {
                    spans
                        .iter()
                        .map(|s| Span {
                            start: at(s.get("start")),
                            end: at(s.get("end")),
                            family: family(text_of(s, "type").unwrap_or_default()),
                            known: s.get("in_crm").and_then(Value::as_bool),
                            script: script(text_of(s, "loc").unwrap_or_default()),
                        })
                        .collect()
                });
            spans.sort_by_key(|span: &Span| span.start);
            Item {
                number,
                spans,
                set: text_of(item, "set").unwrap_or_default().to_owned(),
                kind: text_of(item, "kind").unwrap_or_default().to_owned(),
                text,
            }
        })
        .collect())
}

pub(crate) fn text_of<'v>(value: &'v Value, name: &str) -> Option<&'v str> {
    value.get(name).and_then(Value::as_str)
}

pub(crate) fn read_known(path: &str) -> Anyhow<KnownValues> {
    let text = std::fs::read_to_string(path)?;
    let mut known = KnownValues::new([7; 16], text.lines().count());
    for line in text.lines() {
        let record: Value = serde_json::from_str(line)?;
        let field = |name: &str| record.get(name).and_then(Value::as_str).unwrap_or_default();
        known.upsert(
            field("Id"),
            &[
                Known::Person { first: field("FirstName"), last: field("LastName") },
                Known::Email(field("Email")),
                Known::Phone(field("Phone")),
                Known::Org(field("Account")),
                Known::Street(field("Street")),
                Known::Town(field("City")),
                Known::Postcode(field("Zip")),
            ],
        )?;
    }
    Ok(known)
}
