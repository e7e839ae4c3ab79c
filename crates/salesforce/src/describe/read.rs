//! The JSON of describes. Unknown members are ignored, absent ones are what denies most.

#![expect(
    clippy::struct_excessive_bools,
    clippy::struct_field_names,
    reason = "the names and flags are Salesforce's"
)]

use serde::Deserialize;

use super::{ChildSchema, FieldForm, FieldSchema, ObjectSchema, ObjectSummary, PicklistValue};
use crate::Error;

#[derive(Deserialize)]
struct Objects {
    sobjects: Vec<Head>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Head {
    name: String,
    #[serde(default)]
    label: Option<String>,
    #[serde(default)]
    label_plural: Option<String>,
    #[serde(default)]
    queryable: bool,
    #[serde(default)]
    createable: bool,
    #[serde(default)]
    updateable: bool,
    #[serde(default)]
    deletable: bool,
    #[serde(default)]
    custom: bool,
    #[serde(default)]
    key_prefix: Option<String>,
    #[serde(default)]
    searchable: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Object {
    #[serde(flatten)]
    head: Head,
    fields: Vec<Field>,
    #[serde(default)]
    child_relationships: Vec<Child>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Field {
    name: String,
    #[serde(default)]
    label: Option<String>,
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    length: u32,
    #[serde(default)]
    createable: bool,
    #[serde(default)]
    updateable: bool,
    #[serde(default)]
    nillable: bool,
    #[serde(default)]
    defaulted_on_create: bool,
    #[serde(default)]
    name_field: bool,
    #[serde(default)]
    filterable: bool,
    #[serde(default)]
    sortable: bool,
    #[serde(default)]
    encrypted: bool,
    #[serde(default)]
    inline_help_text: Option<String>,
    #[serde(default)]
    compound_field_name: Option<String>,
    #[serde(default)]
    picklist_values: Option<Vec<Value>>,
    #[serde(default)]
    reference_to: Option<Vec<String>>,
    #[serde(default)]
    relationship_name: Option<String>,
    #[serde(flatten)]
    form: FieldForm,
}

#[derive(Deserialize)]
struct Value {
    value: String,
    #[serde(default)]
    label: Option<String>,
    #[serde(default)]
    active: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Child {
    #[serde(default, rename = "childSObject")]
    object: Option<String>,
    #[serde(default)]
    field: Option<String>,
    #[serde(default)]
    relationship_name: Option<String>,
}

/// Reads the list of all objects.
pub(crate) fn read_objects(body: &[u8]) -> Result<Vec<ObjectSummary>, Error> {
    let objects: Objects =
        serde_json::from_slice(body).map_err(|_| Error::Shape { expected: "a list of objects" })?;
    Ok(objects.sobjects.into_iter().map(Head::summary).collect())
}

/// Reads the describe of one object.
pub(crate) fn read_object(body: &[u8]) -> Result<ObjectSchema, Error> {
    let object: Object = serde_json::from_slice(body)
        .map_err(|_| Error::Shape { expected: "the description of an object" })?;
    let (key_prefix, searchable) = (object.head.key_prefix.clone(), object.head.searchable);
    // Children without a name cannot be queried.
    let children = object.child_relationships.into_iter().filter_map(|child| {
        Some(ChildSchema {
            relationship: child.relationship_name?,
            object: child.object?,
            field: child.field?,
        })
    });
    Ok(ObjectSchema {
        key_prefix,
        searchable,
        fields: object.fields.into_iter().map(Field::schema).collect(),
        children: children.collect(),
        summary: object.head.summary(),
    })
}

impl Head {
    fn summary(self) -> ObjectSummary {
        let label = self.label.unwrap_or_else(|| self.name.clone());
        ObjectSummary {
            label_plural: self.label_plural.unwrap_or_else(|| label.clone()),
            label,
            name: self.name,
            queryable: self.queryable,
            createable: self.createable,
            updateable: self.updateable,
            deletable: self.deletable,
            custom: self.custom,
        }
    }
}

impl Field {
    fn schema(self) -> FieldSchema {
        let values = self.picklist_values.unwrap_or_default().into_iter();
        let picklist = values.map(|it| PicklistValue {
            label: it.label.unwrap_or_else(|| it.value.clone()),
            value: it.value,
            active: it.active,
        });
        // Some fields name themselves as the compound they are part of.
        let part_of = self.compound_field_name.filter(|whole| *whole != self.name);
        FieldSchema {
            label: self.label.unwrap_or_else(|| self.name.clone()),
            name: self.name,
            kind: self.kind.to_ascii_lowercase(),
            length: self.length,
            createable: self.createable,
            updateable: self.updateable,
            nillable: self.nillable,
            defaulted: self.defaulted_on_create,
            names_record: self.name_field,
            filterable: self.filterable,
            sortable: self.sortable,
            encrypted: self.encrypted,
            help: self.inline_help_text,
            part_of,
            picklist: picklist.collect(),
            reference_to: self.reference_to.unwrap_or_default(),
            relationship: self.relationship_name,
            form: self.form,
        }
    }
}
