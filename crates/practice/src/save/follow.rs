//! What a saved record causes elsewhere: history rows, roll-ups, the audit trail.

use super::{Writer, derive};
use crate::id::Id;
use crate::schema::{Field, Kind, Object, system};
use crate::state::{Row, State};
use crate::value::Value;

pub(super) fn up(
    state: &mut State,
    writer: Writer<'_>,
    object: &'static Object,
    old: Option<&Row>,
    row: &Row,
) {
    if object.history {
        history(state, writer, object, old, row);
    }
    match object.name.as_str() {
        "Opportunity" => stages(state, writer, object, old, row),
        "OpportunityLineItem" => {
            if let Some(id) = row.named(object, "OpportunityId").as_id() {
                roll_up(state, writer, id);
            }
        }
        "User" | "UserRole" | "Group" | "GroupMember" => {
            let action = if old.is_some() { "changed" } else { "created" };
            let name = row.named(object, "Name").as_str().unwrap_or_default();
            audit(
                state,
                writer,
                "Manage Users",
                &format!("{action}{}", object.name),
                &format!("{action} {name}"),
            );
        }
        _ => {}
    }
}

/// A row the server writes by itself.
fn server_row(
    state: &mut State,
    writer: Writer<'_>,
    object: &'static Object,
    values: &[(&str, Value)],
) {
    let Some((id, _)) = state.next_id(object) else { return };
    let mut row = Row::empty(object);
    row.set(system::ID, Value::Id(id));
    row.set(system::IS_DELETED, Value::Bool(false));
    row.set(system::CREATED_BY, Value::Id(writer.actor.user));
    row.set(system::CREATED, Value::Instant(writer.now));
    row.set(system::MODIFIED_BY, Value::Id(writer.actor.user));
    row.set(system::MODIFIED, Value::Instant(writer.now));
    row.set(system::STAMP, Value::Instant(writer.now));
    for (name, value) in values {
        row.put(object, name, value.clone());
    }
    state.store(object, row);
}

fn history(
    state: &mut State,
    writer: Writer<'_>,
    object: &'static Object,
    old: Option<&Row>,
    row: &Row,
) {
    let Some(target) = state.schema.object(&object.history_name()) else { return };
    let parent = format!("{}Id", object.name);
    let id = row.id().map_or(Value::Null, Value::Id);
    let Some(old) = old else {
        let values = [
            (parent.as_str(), id),
            ("Field", Value::text("created")),
            ("DataType", Value::text("Text")),
        ];
        return server_row(state, writer, target, &values);
    };
    for field in object.fields.iter().filter(|field| is_tracked(field)) {
        let (before, after) = (old.get(field.at), row.get(field.at));
        if before == after {
            continue;
        }
        let values = [
            (parent.as_str(), id.clone()),
            ("Field", Value::text(field.name.as_str())),
            ("DataType", Value::text(data_type(field))),
            ("OldValue", before.clone()),
            ("NewValue", after.clone()),
        ];
        server_row(state, writer, target, &values);
    }
}

/// Whether changes of the field are kept. Long texts and what the server works out are not.
pub(crate) fn is_tracked(field: &Field) -> bool {
    let long = matches!(field.kind, Kind::LongText(length) if length > 255);
    field.updateable && !long && !matches!(field.kind, Kind::Base64 | Kind::Address(_))
}

fn data_type(field: &Field) -> &'static str {
    match field.kind {
        Kind::Reference { .. } => "EntityId",
        Kind::Currency => "Currency",
        Kind::Date => "DateOnly",
        Kind::DateTime => "DateTime",
        Kind::Boolean => "Boolean",
        Kind::Double | Kind::Int | Kind::Percent => "Double",
        Kind::Picklist(_) => "DynamicEnum",
        _ => "Text",
    }
}

/// An opportunity's own history: one row each time its stage, amount, date or probability changes.
fn stages(
    state: &mut State,
    writer: Writer<'_>,
    object: &'static Object,
    old: Option<&Row>,
    row: &Row,
) {
    const KEPT: [&str; 6] =
        ["StageName", "Amount", "ExpectedRevenue", "CloseDate", "Probability", "ForecastCategory"];
    let changed = old.is_none_or(|old| {
        KEPT.iter().any(|name| old.named(object, name) != row.named(object, name))
    });
    let Some(target) = state.schema.object("OpportunityHistory").filter(|_| changed) else {
        return;
    };
    let mut values: Vec<(&str, Value)> =
        KEPT.iter().map(|name| (*name, row.named(object, name).clone())).collect();
    values.push(("OpportunityId", row.id().map_or(Value::Null, Value::Id)));
    server_row(state, writer, target, &values);
}

/// An opportunity with products is worth what its products cost.
pub(super) fn roll_up(state: &mut State, writer: Writer<'_>, opportunity: Id) {
    let (Some(items), Some(object)) =
        (state.schema.object("OpportunityLineItem"), state.schema.object("Opportunity"))
    else {
        return;
    };
    let mut total = None;
    for item in state.rows(items).filter(|item| !item.is_deleted()) {
        if item.named(items, "OpportunityId").as_id() == Some(opportunity) {
            let price = item.named(items, "TotalPrice").as_number().unwrap_or(0.0);
            total = Some(total.unwrap_or(0.0) + price);
        }
    }
    let Some(old) = state.live(opportunity).cloned() else { return };
    let mut row = old.as_ref().clone();
    row.put(object, "HasOpportunityLineItem", Value::Bool(total.is_some()));
    if let Some(total) = total {
        row.put(object, "Amount", Value::Number(total));
    }
    derive(state, object, Some(&old), &mut row, &[], writer.now);
    if row != *old {
        row.set(system::MODIFIED_BY, Value::Id(writer.actor.user));
        row.set(system::MODIFIED, Value::Instant(writer.now));
        row.set(system::STAMP, Value::Instant(writer.now));
        state.store(object, row.clone());
        up(state, writer, object, Some(&old), &row);
    }
}

/// An entry in the set-up audit trail.
pub(crate) fn audit(
    state: &mut State,
    writer: Writer<'_>,
    section: &str,
    action: &str,
    display: &str,
) {
    let Some(object) = state.schema.object("SetupAuditTrail") else { return };
    let values = [
        ("Action", Value::text(action)),
        ("Section", Value::text(section)),
        ("Display", Value::text(display)),
    ];
    server_row(state, writer, object, &values);
}

/// An entry in the login history.
pub(crate) fn login(state: &mut State, writer: Writer<'_>, values: &[(&str, Value)]) {
    let Some(object) = state.schema.object("LoginHistory") else { return };
    server_row(state, writer, object, values);
}
