//! Which kind of token a field's value becomes, by what Salesforce names its fields.

use serde_json::Value;

use crate::detector::Kind;

/// Words in a field's name, most telling first.
const BY_WORD: &[(&str, Kind)] = &[
    ("email", Kind::Email),
    ("birthdate", Kind::DateOfBirth),
    ("phone", Kind::Phone),
    ("fax", Kind::Phone),
    ("iban", Kind::Iban),
    ("street", Kind::Address),
    ("address", Kind::Address),
    ("postalcode", Kind::Address),
    ("city", Kind::Location),
    ("state", Kind::Location),
    ("country", Kind::Location),
    ("latitude", Kind::Location),
    ("longitude", Kind::Location),
    ("accountnumber", Kind::AccountNumber),
    ("website", Kind::Url),
    ("url", Kind::Url),
    ("company", Kind::Org),
    ("title", Kind::Title),
];

/// Objects whose `Name` is a person's.
const PEOPLE: &[&str] = &["contact", "lead", "user", "individual", "personaccount"];

pub(super) fn kind_of(object: &str, field: &str, value: &Value) -> Kind {
    let field = field.to_ascii_lowercase();
    let object = object.to_ascii_lowercase();
    if let Some(&(_, kind)) = BY_WORD.iter().find(|(word, _)| field.contains(word)) {
        return kind;
    }
    if field == "id" || field.ends_with("id") && is_record_id(value) {
        return Kind::RecordId;
    }
    if field == "name" || field == "firstname" || field == "lastname" || field.ends_with("name__c")
    {
        return match object.as_str() {
            "account" => Kind::Org,
            object if PEOPLE.contains(&object) => Kind::Name,
            _ => Kind::Text,
        };
    }
    match value {
        Value::Number(_) => Kind::Amount,
        Value::String(text) if is_date(text) => Kind::Date,
        _ => Kind::Text,
    }
}

fn is_record_id(value: &Value) -> bool {
    let Value::String(text) = value else { return false };
    matches!(text.len(), 15 | 18) && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

fn is_date(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() >= 10 && bytes.get(4) == Some(&b'-') && bytes.get(7) == Some(&b'-')
}
