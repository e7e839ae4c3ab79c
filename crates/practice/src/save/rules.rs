//! What must hold before a record is saved.

use jiff::Timestamp;

use super::{Given, convert::day};
use crate::access::{Actor, Level, Rights};
use crate::exchange::ApiError;
use crate::schema::{Kind, Object, system};
use crate::state::{Row, State};
use crate::value::Value;

pub(super) fn required(object: &Object, row: &Row) -> Result<(), ApiError> {
    let missing: Vec<String> = object
        .fields
        .iter()
        .filter(|field| field.required && row.get(field.at).is_null())
        .map(|field| field.name.clone())
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let message = format!("Required fields are missing: [{}]", missing.join(", "));
    let mut error = ApiError::new(400, "REQUIRED_FIELD_MISSING", message);
    error.fields = missing;
    Err(error)
}

/// What is referred to must exist, be of a right kind, and be the user's to see.
pub(super) fn references(
    state: &State,
    actor: &Actor,
    object: &Object,
    old: Option<&Row>,
    row: &Row,
    given: &Given<'_>,
) -> Result<(), ApiError> {
    for (field, value) in given {
        let (Kind::Reference { targets, .. }, Some(id)) = (&field.kind, value.as_id()) else {
            continue;
        };
        if old.is_some_and(|old| old.get(field.at) == value) {
            continue;
        }
        let of_kind = state.schema.object_of(id).filter(|target| targets.contains(&target.name));
        let Some(target) = of_kind else {
            let message = format!("{}: id value of incorrect type: {id}", field.label);
            return Err(ApiError::new(400, "FIELD_INTEGRITY_EXCEPTION", message).on(&field.name));
        };
        let visible = state.live(id).filter(|found| Rights::new(state, actor).sees(target, found));
        let Some(found) = visible else {
            let message = "insufficient access rights on cross-reference id".to_owned();
            return Err(ApiError::new(
                400,
                "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY",
                message,
            )
            .on(&field.name));
        };
        // A detail can only be put under a master the user may edit.
        if field.cascade
            && object.name != "Note"
            && Rights::new(state, actor).level(target, found) < Level::Edit
        {
            return Err(ApiError::new(
                400,
                "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY",
                "insufficient access rights on cross-reference id",
            ));
        }
        // Sharing a record is for whoever may hand it over.
        if field.cascade
            && object.is_share()
            && Rights::new(state, actor).level(target, found) < Level::All
        {
            return Err(ApiError::new(
                400,
                "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY",
                "insufficient access rights on cross-reference id",
            ));
        }
        if Some(id) == row.id() {
            let message = format!("{}: a record cannot refer to itself", field.label);
            return Err(ApiError::new(400, "CIRCULAR_DEPENDENCY", message).on(&field.name));
        }
    }
    Ok(())
}

pub(super) fn unique(state: &State, object: &Object, row: &Row) -> Result<(), ApiError> {
    for field in object.fields.iter().filter(|field| field.unique) {
        let value = row.get(field.at);
        if value.is_null() {
            continue;
        }
        let taken = state.rows(object).find(|other| {
            other.id() != row.id() && !other.is_deleted() && other.get(field.at).same(value)
        });
        if let Some(id) = taken.and_then(|other| other.id()) {
            let message = format!(
                "duplicate value found: {} duplicates value on record with id: {id}",
                field.name
            );
            return Err(ApiError::new(400, "DUPLICATE_VALUE", message).on(&field.name));
        }
    }
    Ok(())
}

/// The org's own validation rules.
pub(super) fn custom(
    object: &Object,
    old: Option<&Row>,
    row: &Row,
    now: Timestamp,
) -> Result<(), ApiError> {
    let number = |name| row.named(object, name).as_number();
    let outside =
        |name, low, high| number(name).is_some_and(|number| number < low || number > high);
    let broken = match object.name.as_str() {
        "Opportunity" if number("Amount").is_some_and(|amount| amount < 0.0) => {
            Some(("Amount", "The amount cannot be negative."))
        }
        "Opportunity" if outside("Probability", 0.0, 100.0) => {
            Some(("Probability", "The probability must be between 0 and 100."))
        }
        "Opportunity" if outside("Win_Score__c", 0.0, 100.0) => {
            Some(("Win_Score__c", "The win score must be between 0 and 100."))
        }
        "Opportunity"
            if row.named(object, "IsWon").is_true()
                && !old.is_some_and(|old| old.named(object, "IsWon").is_true())
                && number("Amount").is_none() =>
        {
            Some(("Amount", "A won opportunity needs an amount."))
        }
        "Contact" if born_later(row.named(object, "Birthdate"), now) => {
            Some(("Birthdate", "The birthdate cannot be in the future."))
        }
        _ => None,
    };
    if let Some((field, message)) = broken {
        return Err(ApiError::new(400, "FIELD_CUSTOM_VALIDATION_EXCEPTION", message).on(field));
    }
    if object.name == "Lead" && old.is_some_and(|old| old.named(object, "IsConverted").is_true()) {
        return Err(ApiError::new(
            400,
            "CANNOT_UPDATE_CONVERTED_LEAD",
            "cannot reference converted lead",
        ));
    }
    Ok(())
}

fn born_later(birthdate: &Value, now: Timestamp) -> bool {
    matches!(birthdate, Value::Date(date) if *date > day(now))
}

/// Only who has full access may hand a record to someone else.
pub(super) fn owner(
    state: &State,
    actor: &Actor,
    object: &Object,
    old: Option<&Row>,
    row: &Row,
) -> Result<(), ApiError> {
    let Some(old) = old.filter(|_| object.owned) else { return Ok(()) };
    if old.get(system::OWNER) == row.get(system::OWNER) {
        return Ok(());
    }
    if row.get(system::OWNER).is_null() {
        let message = "Required fields are missing: [OwnerId]";
        return Err(ApiError::new(400, "REQUIRED_FIELD_MISSING", message).on("OwnerId"));
    }
    let level = Rights::new(state, actor).level(object, old);
    if level < Level::All { Err(ApiError::insufficient()) } else { Ok(()) }
}
