//! From what Salesforce says of a field to a row of the matrix, or to a guess that somebody reviews.

use std::collections::BTreeSet;

use boundary::{Compliance, Integrity, Kind, Level, Treatment};
use detect::FieldSigns;
use serde::Deserialize;

/// A field as `FieldDefinition` of the Tooling API has it.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Definition {
    /// API name.
    pub(super) qualified_api_name: String,
    /// Setup's name of the type, such as `Text(80)`.
    #[serde(default)]
    pub(super) data_type: Option<String>,
    #[serde(default)]
    pub(super) label: Option<String>,
    /// `Public` to `MissionCritical`, or a value of the org's own.
    #[serde(default)]
    pub(super) security_classification: Option<String>,
    /// Several, with `;` between them.
    #[serde(default)]
    pub(super) compliance_group: Option<String>,
    #[serde(default, rename = "EntityDefinition")]
    pub(super) entity: Option<Entity>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Entity {
    pub(super) qualified_api_name: String,
}

/// What a row says, beside the names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Verdict {
    pub(super) level: Level,
    pub(super) compliance: BTreeSet<Compliance>,
    pub(super) integrity: Integrity,
    pub(super) treatment: Treatment,
    /// Where it comes from.
    pub(super) why: String,
    /// Whether Salesforce said it; else it is a guess.
    pub(super) said: bool,
}

/// Parts of a name, and what they tell.
type Named = (&'static [&'static str], Level, &'static [Compliance], Treatment, &'static str);

/// Parts of names that tell what a field holds, the closest first.
const NAMES: &[Named] = &[
    (
        &["password", "secret", "token", "apikey", "privatekey", "cvv", "pin__c"],
        Level::Restricted,
        &[],
        Treatment::Strip,
        "the name tells of a secret",
    ),
    (
        &["cardnumber", "creditcard", "iban", "bankaccount", "routing"],
        Level::Restricted,
        &[Compliance::Pci],
        Treatment::Strip,
        "the name tells of a means of payment",
    ),
    (
        &[
            "ssn",
            "socialsecurity",
            "nationalid",
            "passport",
            "taxid",
            "driverslicen",
            "driverlicen",
        ],
        Level::Restricted,
        &[Compliance::Pii, Compliance::Gdpr],
        Treatment::Strip,
        "the name tells of a number that a state gave to a person",
    ),
    (
        &["diagnos", "medical", "health", "patient"],
        Level::Restricted,
        &[Compliance::Hipaa, Compliance::Gdpr],
        Treatment::Strip,
        "the name tells of somebody's health",
    ),
    (
        &["birth", "dateofbirth"],
        Level::Restricted,
        &[Compliance::Pii, Compliance::Gdpr],
        Treatment::Round,
        "the name tells of a date of birth",
    ),
    (
        &["salary", "wage", "compensation", "bonus"],
        Level::Restricted,
        &[Compliance::Pii],
        Treatment::Strip,
        "the name tells of somebody's pay",
    ),
    (
        &["score", "margin", "discount", "pricing", "formula", "model__c", "cost"],
        Level::Restricted,
        &[Compliance::Proprietary],
        Treatment::Strip,
        "the name tells of the company's own reckoning",
    ),
    (
        &[
            "firstname",
            "lastname",
            "middlename",
            "email",
            "phone",
            "mobile",
            "fax",
            "street",
            "postalcode",
        ],
        Level::Confidential,
        &[Compliance::Pii, Compliance::Gdpr],
        Treatment::Token,
        "the name tells of a person",
    ),
];

/// Kinds of data that a sample may show, the closest first, and what they make of a field.
const SHOWN: &[(Kind, Level, &[Compliance], Treatment)] = &[
    (Kind::Secret, Level::Restricted, &[], Treatment::Strip),
    (Kind::Card, Level::Restricted, &[Compliance::Pci], Treatment::Strip),
    (Kind::Iban, Level::Restricted, &[Compliance::Pci], Treatment::Strip),
    (Kind::NationalId, Level::Restricted, &[Compliance::Pii, Compliance::Gdpr], Treatment::Strip),
    (Kind::DateOfBirth, Level::Restricted, &[Compliance::Pii, Compliance::Gdpr], Treatment::Strip),
    (Kind::Email, Level::Confidential, &[Compliance::Pii, Compliance::Gdpr], Treatment::Token),
    (Kind::Phone, Level::Confidential, &[Compliance::Pii, Compliance::Gdpr], Treatment::Token),
    (Kind::Name, Level::Confidential, &[Compliance::Pii, Compliance::Gdpr], Treatment::Token),
    (Kind::Address, Level::Confidential, &[Compliance::Pii, Compliance::Gdpr], Treatment::Token),
    (Kind::AccountNumber, Level::Confidential, &[], Treatment::Token),
];

/// What Salesforce says of the field, or a guess from its name, its type, and what was found in a
/// few of its values.
pub(super) fn judge(object: &str, field: &Definition, signs: Option<&FieldSigns>) -> Verdict {
    let integrity = integrity(object, field);
    let (compliance, strange) = groups(field.compliance_group.as_deref().unwrap_or_default());
    let level = field.security_classification.as_deref().filter(|it| !it.is_empty());
    if level.is_none() && compliance.is_empty() && strange.is_empty() {
        let guess = guess(field, integrity);
        return signs.map_or(guess.clone(), |signs| sampled(guess, kind(field), signs));
    }
    let mut why: Vec<String> = Vec::new();
    let mut sensitivity = match level {
        Some(name) => {
            why.push(format!("Salesforce: {name}"));
            level_of(name)
        }
        // A rule book without a level: what it is about is at least confidential.
        None => Level::Confidential,
    };
    if !compliance.is_empty() || !strange.is_empty() {
        sensitivity = sensitivity.max(Level::Confidential);
        let names = compliance.iter().map(|it| it.name().to_owned()).chain(strange);
        why.push(format!("under {}", names.collect::<Vec<_>>().join(" ")));
    }
    let treatment = treatment(sensitivity, &compliance, kind(field));
    Verdict {
        level: sensitivity,
        compliance,
        integrity,
        treatment,
        why: why.join(", "),
        said: true,
    }
}

/// A level that the org made up itself is taken as the closest of all.
fn level_of(name: &str) -> Level {
    match name {
        "Public" => Level::Public,
        "Internal" => Level::Internal,
        "Confidential" => Level::Confidential,
        _ => Level::Restricted,
    }
}

/// Rule books that the gate knows, and the names of those it does not.
fn groups(text: &str) -> (BTreeSet<Compliance>, Vec<String>) {
    let mut known = BTreeSet::new();
    let mut strange = Vec::new();
    for name in text.split(';').map(str::trim).filter(|it| !it.is_empty()) {
        match name.parse() {
            Ok(group) => {
                known.insert(group);
            }
            // It becomes a part of a reason: no more of it than a name has.
            Err(()) => {
                strange.push(name.chars().filter(|c| c.is_alphanumeric()).take(40).collect());
            }
        }
    }
    (known, strange)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Sort {
    Number,
    Date,
    Choice,
    System,
    LongText,
    Personal,
    Text,
}

fn kind(field: &Definition) -> Sort {
    let kind = field.data_type.as_deref().unwrap_or_default().to_ascii_lowercase();
    let is = |names: &[&str]| names.iter().any(|name| kind.starts_with(name));
    if is(&["currency", "number", "percent", "roll-up", "double", "int"]) {
        Sort::Number
    } else if is(&["date"]) {
        Sort::Date
    } else if is(&["picklist", "checkbox", "multi", "boolean"]) {
        Sort::Choice
    } else if is(&["lookup", "master", "hierarchy", "auto", "id", "record type", "reference"]) {
        Sort::System
    } else if is(&["long text", "rich text", "text area", "html", "textarea"]) {
        Sort::LongText
    } else if is(&["email", "phone", "name", "fax", "address", "geolocation"]) {
        Sort::Personal
    } else {
        Sort::Text
    }
}

fn treatment(level: Level, compliance: &BTreeSet<Compliance>, sort: Sort) -> Treatment {
    let closest = [Compliance::Pci, Compliance::Proprietary, Compliance::Hipaa];
    if level >= Level::Restricted || closest.iter().any(|it| compliance.contains(it)) {
        return Treatment::Strip;
    }
    match (level, sort) {
        (Level::Confidential, Sort::Number | Sort::Date) => Treatment::Round,
        (Level::Confidential, Sort::System) => Treatment::Pass,
        (Level::Confidential, _) => Treatment::Token,
        _ => Treatment::Pass,
    }
}

/// Who can have written what stands in the field.
fn integrity(object: &str, field: &Definition) -> Integrity {
    let outside = ["Lead", "Case", "EmailMessage", "CaseComment", "LiveChatTranscript"];
    match kind(field) {
        Sort::System => Integrity::System,
        // Web forms and mail fill these without anybody of the company.
        _ if outside.iter().any(|it| it.eq_ignore_ascii_case(object)) => Integrity::Outsider,
        Sort::LongText => Integrity::Outsider,
        Sort::Choice => Integrity::System,
        _ => Integrity::Staff,
    }
}

/// A guess, made closer by what stands in a few values of the field. One value of many may be a
/// mistake of whoever typed it, or of a detector: a quarter of them is a sign. Free text holds names
/// and addresses anyway, and the detectors cover them there.
fn sampled(mut guess: Verdict, sort: Sort, signs: &FieldSigns) -> Verdict {
    for (kind, level, compliance, treatment) in SHOWN {
        let found = signs.kinds.get(kind).copied().unwrap_or_default();
        let covered_anyway = sort == Sort::LongText && *treatment == Treatment::Token;
        if found == 0 || found * 4 < signs.values || covered_anyway {
            continue;
        }
        let sign = format!("{} in {found} of {} sampled values", kind.name(), signs.values);
        guess.why = format!("{}; {sign}", guess.why);
        guess.level = guess.level.max(*level);
        guess.compliance.extend(compliance.iter().copied());
        if closeness(*treatment) > closeness(guess.treatment) {
            guess.treatment = *treatment;
        }
    }
    guess
}

/// How little a treatment lets through.
pub(super) fn closeness(treatment: Treatment) -> u8 {
    match treatment {
        Treatment::Pass => 0,
        Treatment::Token | Treatment::Round | Treatment::Shift => 1,
        Treatment::Encrypt => 2,
        Treatment::Strip => 3,
    }
}

/// A guess for a field that Salesforce says nothing of: by its name, then by its type.
fn guess(field: &Definition, integrity: Integrity) -> Verdict {
    let plain = |text: &str| text.to_ascii_lowercase().replace([' ', '-'], "");
    let names = [
        plain(&field.qualified_api_name),
        plain(&field.qualified_api_name).replace('_', ""),
        plain(field.label.as_deref().unwrap_or_default()),
    ];
    let named = NAMES
        .iter()
        .find(|(parts, ..)| parts.iter().any(|part| names.iter().any(|name| name.contains(part))));
    if let Some((_, level, compliance, treatment, why)) = named {
        return Verdict {
            level: *level,
            compliance: compliance.iter().copied().collect(),
            integrity,
            treatment: *treatment,
            why: format!("guess: {why}"),
            said: false,
        };
    }
    let personal = || [Compliance::Pii, Compliance::Gdpr].into_iter().collect();
    let (level, compliance, treatment, why) = match kind(field) {
        Sort::Personal => {
            (Level::Confidential, personal(), Treatment::Token, "its type is personal")
        }
        Sort::LongText => (
            Level::Confidential,
            personal(),
            Treatment::Pass,
            "free text; detectors cover what they find",
        ),
        Sort::Number => (Level::Confidential, BTreeSet::new(), Treatment::Round, "a number"),
        Sort::System => (Level::Internal, BTreeSet::new(), Treatment::Pass, "kept by the system"),
        Sort::Choice => (Level::Internal, BTreeSet::new(), Treatment::Pass, "a choice from a list"),
        Sort::Date => (Level::Internal, BTreeSet::new(), Treatment::Pass, "a date"),
        Sort::Text => (Level::Confidential, BTreeSet::new(), Treatment::Token, "text of any kind"),
    };
    let why = format!("guess: {why}");
    Verdict { level, compliance, integrity, treatment, why, said: false }
}

#[cfg(test)]
mod tests;
