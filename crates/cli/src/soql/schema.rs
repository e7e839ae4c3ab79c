//! The file that names objects and fields of an org.

use std::path::Path;

use anyhow::Context as _;
use serde::Deserialize;
use soql::{Field, Object, StaticSchema};

/// Objects and fields of an org, for checking names.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SchemaFile {
    objects: Vec<ObjectEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ObjectEntry {
    name: String,
    fields: Vec<FieldEntry>,
    #[serde(default)]
    children: Vec<ChildEntry>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum FieldEntry {
    Name(String),
    Full {
        name: String,
        #[serde(default, alias = "relationshipName")]
        relationship: Option<String>,
        #[serde(default, alias = "referenceTo")]
        reference_to: Vec<String>,
        #[serde(default, alias = "compoundFieldName")]
        part_of: Option<String>,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ChildEntry {
    relationship: String,
    object: String,
    field: String,
}

pub(super) fn read_schema(path: &Path) -> anyhow::Result<StaticSchema> {
    let shown = path.display();
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read `{shown}`"))?;
    let file: SchemaFile =
        serde_json::from_str(&text).with_context(|| format!("`{shown}` is no schema"))?;
    Ok(file.objects.into_iter().map(object).collect())
}

fn object(entry: ObjectEntry) -> Object {
    let mut object = Object::new(&entry.name);
    for field in entry.fields {
        object = object.with_field(match field {
            FieldEntry::Name(name) => Field::new(&name),
            FieldEntry::Full { name, relationship, reference_to, part_of } => {
                let mut field = Field::new(&name);
                if let Some(relationship) = relationship {
                    let targets: Vec<&str> = reference_to.iter().map(String::as_str).collect();
                    field = field.referring(&relationship, &targets);
                }
                match part_of {
                    Some(whole) => field.part_of(&whole),
                    None => field,
                }
            }
        });
    }
    for child in entry.children {
        object = object.with_children(&child.relationship, &child.object, &child.field);
    }
    object
}
