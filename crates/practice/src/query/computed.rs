//! Objects whose rows are worked out: what the schema, the permissions and the tokens look like from outside.

use std::sync::Arc;

use jiff::Timestamp;
use soql::{CompareOp, Condition, Expr, InList, Literal, Query};

use super::View;
use crate::access::{Actor, Level, Profile};
use crate::exchange::ApiError;
use crate::id::Id;
use crate::save::is_tracked;
use crate::schema::{Field, Kind, Object, Sharing, system};
use crate::state::Row;
use crate::value::Value;

/// Some of these objects can only be asked with the filter their answer is made from.
pub(super) fn check(view: &View<'_>, query: &Query) -> Result<(), ApiError> {
    let object = query.from.object.field();
    if object.eq_ignore_ascii_case("FieldDefinition") {
        let named = ["EntityDefinitionId", "QualifiedApiName", "DurableId"];
        let mut filtered = false;
        if let Some(filter) = &query.filter {
            each_compared(filter, &mut |left, _| {
                left.for_each_field(&mut |path| {
                    filtered |= named.iter().any(|name| path.field().eq_ignore_ascii_case(name));
                });
            });
        }
        if !filtered {
            let message = "a filter on a reified column is required [EntityDefinitionId,DurableId]";
            return Err(ApiError::new(400, "EXTERNAL_OBJECT_UNSUPPORTED_EXCEPTION", message));
        }
    }
    if object.eq_ignore_ascii_case("UserRecordAccess") {
        let (users, records) = asked_access(query);
        if users.is_empty() || records.is_empty() || records.len() > 200 {
            let message = "UserRecordAccess needs a filter on UserId and on at most 200 RecordIds";
            return Err(ApiError::new(400, "MALFORMED_QUERY", message));
        }
        let object = view.state().schema.object("UserRecordAccess");
        if let (Some(object), [user]) = (object, users.as_slice()) {
            let rows = records
                .iter()
                .filter_map(|record| record_access(view, object, *user, *record))
                .collect();
            view.computed.borrow_mut().insert(object.index, std::rc::Rc::new(rows));
        }
    }
    Ok(())
}

fn each_compared(condition: &Condition, visit: &mut impl FnMut(&Expr, &[Literal])) {
    match condition {
        Condition::And(list) | Condition::Or(list) => {
            for one in list {
                each_compared(one, visit);
            }
        }
        Condition::Not(inner) => each_compared(inner, visit),
        Condition::Compare { left, op: CompareOp::Equal, right } => {
            visit(left, std::slice::from_ref(right));
        }
        Condition::In { left, negated: false, list: InList::Values(values) } => visit(left, values),
        _ => {}
    }
}

fn asked_access(query: &Query) -> (Vec<Id>, Vec<Id>) {
    let (mut users, mut records) = (Vec::new(), Vec::new());
    if let Some(filter) = &query.filter {
        each_compared(filter, &mut |left, values| {
            let mut name = String::new();
            left.for_each_field(&mut |path| path.field().clone_into(&mut name));
            let ids = values.iter().filter_map(|value| match value {
                Literal::Text(text) => Id::parse(&text.value()),
                _ => None,
            });
            if name.eq_ignore_ascii_case("UserId") {
                users.extend(ids);
            } else if name.eq_ignore_ascii_case("RecordId") {
                records.extend(ids);
            }
        });
    }
    (users, records)
}

fn record_access(view: &View<'_>, object: &Object, user: Id, record: Id) -> Option<Arc<Row>> {
    // A user may ask about themselves; asking about others takes the right to look at set-up.
    if user != view.actor().user && !view.actor().profile.view_setup {
        return None;
    }
    // Not `Org::actor`: the state is already held for reading, and taking it twice could wait on a writer for ever.
    let actor = Actor::of(view.state(), &view.org.profiles(), user);
    let level = actor.map_or(Level::None, |actor| {
        let rights = crate::access::Rights::new(view.state(), &actor);
        view.state()
            .schema
            .object_of(record)
            .zip(view.state().live(record))
            .map_or(Level::None, |(of, row)| rights.level(of, row))
    });
    let flag = |least: Level| Value::Bool(level >= least);
    let name = match level {
        Level::None => "None",
        Level::Read => "Read",
        Level::Edit => "Edit",
        Level::All => "All",
    };
    let mut row = Row::empty(object);
    row.put(object, "UserId", Value::Id(user));
    row.put(object, "RecordId", Value::Id(record));
    row.put(object, "HasReadAccess", flag(Level::Read));
    row.put(object, "HasEditAccess", flag(Level::Edit));
    for all in ["HasDeleteAccess", "HasTransferAccess", "HasAllAccess"] {
        row.put(object, all, flag(Level::All));
    }
    row.put(object, "MaxAccessLevel", Value::text(name));
    Some(Arc::new(row))
}

/// The rows of a computed object, as this user may know of them.
pub(super) fn rows(view: &View<'_>, object: &'static Object) -> Vec<Arc<Row>> {
    let mut table = Table { object, rows: Vec::new() };
    match object.name.as_str() {
        "EntityDefinition" => entities(view, &mut table),
        "FieldDefinition" => fields(view, &mut table),
        "PermissionSet" => permission_sets(view, &mut table),
        "PermissionSetAssignment" => assignments(view, &mut table),
        "ObjectPermissions" => object_permissions(view, &mut table),
        "FieldPermissions" => field_permissions(view, &mut table),
        "OauthToken" => tokens(view, &mut table),
        "EventLogFile" => event_log(view, &mut table),
        _ => {}
    }
    table.rows
}

struct Table {
    object: &'static Object,
    rows: Vec<Arc<Row>>,
}

impl Table {
    fn add(&mut self, number: usize, values: Vec<(&str, Value)>) {
        let mut row = Row::empty(self.object);
        if let Some(prefix) = self.object.prefix {
            row.set(system::ID, Value::Id(Id::numbered(prefix, number as u64 + 1)));
        }
        row.set(system::IS_DELETED, Value::Bool(false));
        for (name, value) in values {
            row.put(self.object, name, value);
        }
        self.rows.push(Arc::new(row));
    }
}

fn developer_name(name: &str) -> Value {
    Value::text(name.trim_end_matches("__c"))
}

fn entities(view: &View<'_>, table: &mut Table) {
    let (actor, schema) = (view.actor(), view.state().schema);
    for object in schema.objects().iter().filter(|object| actor.sees_object(object)) {
        let sharing = match &object.sharing {
            Sharing::Private | Sharing::Activity => "Private",
            Sharing::Public | Sharing::Setup => "Read",
            Sharing::Team => "ReadWrite",
            Sharing::Parent(_) => "ControlledByParent",
            Sharing::Special => "None",
        };
        let prefix = object
            .prefix
            .and_then(|prefix| String::from_utf8(prefix.to_vec()).ok())
            .unwrap_or_default();
        let name = object.name.as_str();
        table.add(
            object.index,
            vec![
                ("DurableId", Value::text(name)),
                ("QualifiedApiName", Value::text(name)),
                ("DeveloperName", developer_name(name)),
                ("Label", Value::text(object.label.as_str())),
                ("MasterLabel", Value::text(object.label.as_str())),
                ("PluralLabel", Value::text(object.plural.as_str())),
                ("KeyPrefix", Value::text(prefix)),
                ("IsCustomizable", Value::Bool(!object.fixed)),
                ("IsQueryable", Value::Bool(true)),
                ("IsSearchable", Value::Bool(object.searched)),
                ("InternalSharingModel", Value::text(sharing)),
                ("ExternalSharingModel", Value::text("Private")),
            ],
        );
    }
}

fn fields(view: &View<'_>, table: &mut Table) {
    let (actor, schema) = (view.actor(), view.state().schema);
    for object in schema.objects().iter().filter(|object| actor.sees_object(object)) {
        for field in object.fields.iter().filter(|field| actor.sees(object, field)) {
            table.add(
                object.index * 1000 + field.at,
                vec![
                    ("DurableId", Value::text(format!("{}.{}", object.name, field.name))),
                    ("EntityDefinitionId", Value::text(object.name.as_str())),
                    ("QualifiedApiName", Value::text(field.name.as_str())),
                    ("DeveloperName", developer_name(&field.name)),
                    ("Label", Value::text(field.label.as_str())),
                    ("MasterLabel", Value::text(field.label.as_str())),
                    ("DataType", Value::text(field.kind.setup_name())),
                    ("Length", number(field.kind.length())),
                    ("IsNillable", Value::Bool(!field.required)),
                    ("IsCalculated", Value::Bool(field.calculated)),
                    ("IsFieldHistoryTracked", Value::Bool(object.history && is_tracked(field))),
                    ("BusinessStatus", Value::text("Active")),
                    ("SecurityClassification", Value::text(field.level.as_str())),
                    ("ComplianceGroup", Value::text(field.groups.join(";"))),
                ],
            );
        }
    }
}

fn number(count: usize) -> Value {
    Value::Number(f64::from(u32::try_from(count).unwrap_or(u32::MAX)))
}

/// Each profile has a permission set of its own, as on the platform.
fn profiles(view: &View<'_>) -> Vec<(Id, Id, Arc<Profile>)> {
    let Some(object) = view.state().schema.object("Profile") else { return Vec::new() };
    let standard = view.org.profiles();
    let rows = view.state().rows(object).filter_map(|row| {
        let id = row.id()?;
        let profile = standard.named(row.named(object, "Name").as_str()?)?;
        Some((Id::numbered(*b"0PS", id.number()), id, profile))
    });
    rows.collect()
}

fn permission_sets(view: &View<'_>, table: &mut Table) {
    for (set, id, profile) in profiles(view) {
        table.add(
            at(set),
            vec![
                ("Name", Value::text(format!("X00e{}", profile.name.replace(' ', "")))),
                ("Label", Value::text(profile.name.as_str())),
                ("ProfileId", Value::Id(id)),
                ("IsOwnedByProfile", Value::Bool(true)),
            ],
        );
    }
    for (set, (name, _)) in view.org.control().permission_sets() {
        let label = name.replace('_', " ");
        table.add(
            at(set),
            vec![
                ("Name", Value::text(name)),
                ("Label", Value::text(label)),
                ("IsOwnedByProfile", Value::Bool(false)),
            ],
        );
    }
}

fn at(id: Id) -> usize {
    usize::try_from(id.number()).unwrap_or(0).saturating_sub(1)
}

/// Who has which permission set: that of their profile, and those that were assigned. Who may not see the setup sees
/// their own.
fn assignments(view: &View<'_>, table: &mut Table) {
    let state = view.state();
    let Some(users) = state.schema.object("User") else { return };
    let (mine, all) = (view.actor().user, view.actor().profile.view_setup);
    let mut rows = Vec::new();
    let own = profiles(view);
    for row in state.rows(users) {
        let profile = row.named(users, "ProfileId").as_id();
        let set = own.iter().find(|(_, id, _)| Some(*id) == profile);
        rows.extend(row.id().zip(set.map(|(set, _, _)| *set)));
    }
    for (set, (_, assigned)) in view.org.control().permission_sets() {
        rows.extend(assigned.into_iter().map(|user| (user, set)));
    }
    for (number, (user, set)) in rows.into_iter().enumerate() {
        if all || user == mine {
            let values = vec![("AssigneeId", Value::Id(user)), ("PermissionSetId", Value::Id(set))];
            table.add(number, values);
        }
    }
}

fn object_permissions(view: &View<'_>, table: &mut Table) {
    if !view.actor().profile.view_setup {
        return;
    }
    for (set, _, profile) in profiles(view) {
        for object in view.state().schema.objects().iter().filter(|object| !object.fixed) {
            let rights = profile.object(object);
            if !rights.read {
                continue;
            }
            table.add(
                table.rows.len(),
                vec![
                    ("ParentId", Value::Id(set)),
                    ("SobjectType", Value::text(object.name.as_str())),
                    ("PermissionsCreate", Value::Bool(rights.create)),
                    ("PermissionsRead", Value::Bool(rights.read)),
                    ("PermissionsEdit", Value::Bool(rights.edit)),
                    ("PermissionsDelete", Value::Bool(rights.delete)),
                    ("PermissionsViewAllRecords", Value::Bool(rights.view_all)),
                    ("PermissionsModifyAllRecords", Value::Bool(rights.modify_all)),
                ],
            );
        }
    }
}

fn field_permissions(view: &View<'_>, table: &mut Table) {
    if !view.actor().profile.view_setup {
        return;
    }
    // Required and system fields and the parts of compound ones have no rows of their own.
    let listed = |field: &Field| {
        field.at > system::STAMP && !field.required && !matches!(field.kind, Kind::Address(_))
    };
    for (set, _, profile) in profiles(view) {
        for object in view.state().schema.objects().iter().filter(|object| !object.fixed) {
            for field in object.fields.iter().filter(|field| listed(field)) {
                let rights = profile.field(object, field);
                if !rights.read {
                    continue;
                }
                table.add(
                    table.rows.len(),
                    vec![
                        ("ParentId", Value::Id(set)),
                        ("SobjectType", Value::text(object.name.as_str())),
                        ("Field", Value::text(format!("{}.{}", object.name, field.name))),
                        ("PermissionsRead", Value::Bool(rights.read)),
                        ("PermissionsEdit", Value::Bool(rights.edit && field.updateable)),
                    ],
                );
            }
        }
    }
}

fn tokens(view: &View<'_>, table: &mut Table) {
    let vault = view.org.vault();
    for grant in vault.grants() {
        let name =
            vault.app(&grant.client).map_or(grant.client.clone(), |app| app.title().to_owned());
        let used = Timestamp::from_millisecond(grant.used).map_or(Value::Null, Value::Instant);
        table.add(
            table.rows.len(),
            vec![
                ("AppName", Value::text(name)),
                ("UserId", Id::parse(&grant.user).map_or(Value::Null, Value::Id)),
                ("LastUsedDate", used),
                ("UseCount", number(usize::try_from(grant.uses).unwrap_or(usize::MAX))),
            ],
        );
    }
}

/// One file: everything that is remembered, as the hour's.
fn event_log(view: &View<'_>, table: &mut Table) {
    use base64::Engine;
    let log = view.org.log.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let Some(last) = log.last() else { return };
    let csv = log.csv();
    let hour = Timestamp::from_second(last.as_second() / 3600 * 3600).unwrap_or(last);
    table.add(
        0,
        vec![
            ("EventType", Value::text("RestApi")),
            ("LogDate", Value::Instant(hour)),
            ("LogFileLength", number(csv.len())),
            ("LogFileContentType", Value::text("text/csv")),
            ("LogFileFieldNames", Value::text(crate::log::COLUMNS)),
            ("ApiVersion", Value::Number(68.0)),
            ("Sequence", Value::Number(1.0)),
            ("Interval", Value::text("Hourly")),
            ("LogFile", Value::text(base64::prelude::BASE64_STANDARD.encode(csv))),
        ],
    );
}
