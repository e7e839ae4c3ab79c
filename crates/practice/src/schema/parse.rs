//! Reads the object table. A mistake in it is an error that names the line.

use std::collections::HashMap;

use super::{Child, Field, Kind, Object, Schema, Sharing};
use crate::error::OrgError;
use crate::value::Value;

pub(super) fn schema(table: &str) -> Result<Schema, OrgError> {
    let mut objects: Vec<Object> = Vec::new();
    for (number, line) in table.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let parsed = match line.strip_prefix('@') {
            Some(header) => object(header, objects.len()).map(|object| objects.push(object)),
            None => objects.last_mut().and_then(|object| field(line, object)),
        };
        if parsed.is_none() {
            return Err(OrgError::Schema { line: number + 1 });
        }
    }
    Ok(link(objects))
}

fn object(header: &str, index: usize) -> Option<Object> {
    let mut columns = header.split('|');
    let name = columns.next()?.to_owned();
    let prefix = columns.next()?.trim();
    let label = columns.next()?.to_owned();
    let plural = columns.next()?.to_owned();
    let sharing = columns.next()?;
    let flags: Vec<&str> = columns.next()?.split_whitespace().collect();
    let sharing = match sharing.split_once(' ') {
        Some(("parent", field)) => Sharing::Parent(field.to_owned()),
        None => match sharing {
            "private" => Sharing::Private,
            "public" => Sharing::Public,
            "team" => Sharing::Team,
            "activity" => Sharing::Activity,
            "setup" => Sharing::Setup,
            "none" => Sharing::Special,
            _ => return None,
        },
        Some(_) => return None,
    };
    let mut object = Object {
        index,
        name,
        prefix: if prefix.is_empty() { None } else { Some(prefix.as_bytes().try_into().ok()?) },
        label,
        plural,
        sharing,
        owned: flags.contains(&"owned"),
        history: flags.contains(&"history"),
        searched: flags.contains(&"search"),
        fixed: flags.contains(&"fixed"),
        computed: flags.contains(&"computed"),
        fields: Vec::new(),
        by_name: HashMap::new(),
        children: Vec::new(),
    };
    for line in SYSTEM {
        field(line, &mut object)?;
    }
    if let Some(id) = object.fields.first_mut() {
        id.kind = Kind::Id;
    }
    if object.owned {
        field("OwnerId|reference User,Group Owner -|default=*|Owner ID|Internal", &mut object)?;
    }
    Some(object)
}

const SYSTEM: [&str; 7] = [
    "Id|string 18|readonly|Record ID|Internal",
    "IsDeleted|boolean|readonly default=false|Deleted|Internal",
    "CreatedById|reference User CreatedBy -|readonly|Created By ID|Internal",
    "CreatedDate|datetime|readonly|Created Date|Internal",
    "LastModifiedById|reference User LastModifiedBy -|readonly|Last Modified By ID|Internal",
    "LastModifiedDate|datetime|readonly|Last Modified Date|Internal",
    "SystemModstamp|datetime|readonly|System Modstamp|Internal",
];

fn field(line: &str, object: &mut Object) -> Option<()> {
    let mut columns = line.split('|');
    let name = columns.next()?.to_owned();
    let kind = kind(columns.next()?)?;
    let flag_text = columns.next()?;
    let label = columns.next()?.to_owned();
    let class = columns.next().unwrap_or("Internal");
    // A default may hold blanks, so it runs to the end of the flags.
    let (flag_text, default) = match flag_text.split_once("default=") {
        Some((flags, default)) => (flags, Some(default)),
        None => (flag_text, None),
    };
    let flags: Vec<&str> = flag_text.split_whitespace().collect();
    let has = |flag: &str| flags.contains(&flag);
    let written =
        !has("readonly") && !matches!(kind, Kind::Auto(_) | Kind::Address(_)) && !object.fixed;
    let (level, groups) = class.split_once('/').unwrap_or((class, ""));
    let default = match (default, &kind) {
        (None, Kind::Boolean) => Some(Value::Bool(false)),
        (None | Some("*"), _) => None,
        (Some(text), Kind::Boolean) => Some(Value::Bool(text == "true")),
        (Some(text), _) => Some(Value::text(text)),
    };
    let at = object.fields.len();
    object.by_name.insert(name.to_ascii_lowercase(), at);
    object.fields.push(Field {
        at,
        name,
        label,
        required: has("required"),
        is_name: has("name"),
        external: has("external"),
        unique: has("unique"),
        createable: written,
        updateable: written && !has("once"),
        filterable: !has("nofilter") && !matches!(kind, Kind::Address(_)),
        restricted: has("restricted"),
        cascade: has("cascade"),
        calculated: has("calculated"),
        kind,
        default,
        level: level.to_owned(),
        groups: groups.split(',').filter(|group| !group.is_empty()).map(str::to_owned).collect(),
        part_of: None,
    });
    Some(())
}

fn kind(text: &str) -> Option<Kind> {
    let (name, rest) = text.split_once(' ').unwrap_or((text, ""));
    let values = || rest.split(';').filter(|value| !value.is_empty()).map(str::to_owned).collect();
    Some(match name {
        "id" => Kind::Id,
        "string" => Kind::Text(rest.parse().ok()?),
        "textarea" => Kind::LongText(rest.parse().ok()?),
        "email" => Kind::Email,
        "phone" => Kind::Phone,
        "url" => Kind::Url,
        "picklist" => Kind::Picklist(values()),
        "multipicklist" => Kind::MultiPicklist(values()),
        "currency" => Kind::Currency,
        "double" => Kind::Double,
        "percent" => Kind::Percent,
        "int" => Kind::Int,
        "boolean" => Kind::Boolean,
        "date" => Kind::Date,
        "datetime" => Kind::DateTime,
        "time" => Kind::Time,
        "base64" => Kind::Base64,
        "any" => Kind::Any,
        "auto" => Kind::Auto(rest.matches('0').count()),
        "address" => Kind::Address(if rest == "-" { String::new() } else { rest.to_owned() }),
        "reference" => {
            let mut words = rest.split(' ');
            Kind::Reference {
                targets: words.next()?.split(',').map(str::to_owned).collect(),
                relationship: words.next()?.to_owned(),
                children: words.next()?.to_owned(),
            }
        }
        _ => return None,
    })
}

/// Address parts in the order the platform prints them.
pub(crate) const ADDRESS_PARTS: [(&str, &str); 5] = [
    ("city", "City"),
    ("country", "Country"),
    ("postalCode", "PostalCode"),
    ("state", "State"),
    ("street", "Street"),
];

fn link(mut objects: Vec<Object>) -> Schema {
    let by_name: HashMap<String, usize> =
        objects.iter().map(|object| (object.name.to_ascii_lowercase(), object.index)).collect();
    let mut children: Vec<(usize, Child)> = Vec::new();
    for object in &objects {
        for field in &object.fields {
            if let Kind::Reference { targets, children: relationship, .. } = &field.kind {
                for target in targets {
                    if let Some(parent) = by_name.get(&target.to_ascii_lowercase()) {
                        let child = Child {
                            object: object.index,
                            field: field.at,
                            relationship: if relationship == "-" {
                                String::new()
                            } else {
                                relationship.clone()
                            },
                        };
                        children.push((*parent, child));
                    }
                }
            }
        }
    }
    for (parent, child) in children {
        if let Some(object) = objects.get_mut(parent) {
            object.children.push(child);
        }
    }
    for object in &mut objects {
        name_parts(object);
    }
    let by_prefix = objects
        .iter()
        .filter_map(|object| object.prefix.map(|prefix| (prefix, object.index)))
        .collect();
    Schema { objects, by_name, by_prefix }
}

/// Marks the parts of compound names and addresses.
fn name_parts(object: &mut Object) {
    let mut parts: Vec<(usize, String)> = Vec::new();
    for field in &object.fields {
        if let Kind::Address(prefix) = &field.kind {
            for (_, suffix) in ADDRESS_PARTS {
                if let Some(at) = object.position(&format!("{prefix}{suffix}")) {
                    parts.push((at, field.name.clone()));
                }
            }
        }
    }
    if object.position("LastName").is_some() {
        for part in ["Salutation", "FirstName", "LastName"] {
            if let Some(at) = object.position(part) {
                parts.push((at, "Name".to_owned()));
            }
        }
    }
    for (at, whole) in parts {
        if let Some(field) = object.fields.get_mut(at) {
            field.part_of = Some(whole);
        }
    }
}
