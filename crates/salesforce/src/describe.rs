//! Objects and fields as Salesforce describes them to one person.

mod read;

use boundary::{FieldRights, ObjectRights};
use serde::Deserialize;

pub(crate) use read::{read_object, read_objects};

/// Fields of a record that is looked at whole.
const MOST_LEGIBLE: usize = 200;

/// One object of the org, in the list of all that a person can see.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "independent facts, as Salesforce tells them")]
pub struct ObjectSummary {
    /// API name.
    pub name: String,
    /// Label, singular.
    pub label: String,
    /// Label, plural.
    pub label_plural: String,
    /// May be read.
    pub queryable: bool,
    /// Records may be created.
    pub createable: bool,
    /// Records may be changed.
    pub updateable: bool,
    /// Records may be deleted.
    pub deletable: bool,
    /// Whether the company made it.
    pub custom: bool,
}

/// An object with the fields that a person can see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObjectSchema {
    /// What the list of objects says of it.
    pub summary: ObjectSummary,
    /// First three characters of its records' ids.
    pub key_prefix: Option<String>,
    /// Whether text search finds its records.
    pub searchable: bool,
    /// Fields, in Salesforce's order.
    pub fields: Vec<FieldSchema>,
    /// Lists of other objects' records that hang on a record of this one.
    pub children: Vec<ChildSchema>,
}

/// One field.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "independent facts, as Salesforce tells them")]
pub struct FieldSchema {
    /// API name.
    pub name: String,
    /// Label.
    pub label: String,
    /// Salesforce's type name: `string`, `picklist`, `currency`, `reference`, ...
    pub kind: String,
    /// Most characters, for text.
    pub length: u32,
    /// May be set on creation.
    pub createable: bool,
    /// May be changed.
    pub updateable: bool,
    /// May be empty.
    pub nillable: bool,
    /// Whether a new record gets a value without being given one.
    pub defaulted: bool,
    /// Whether it is the record's name.
    pub names_record: bool,
    /// Whether queries may filter on it.
    pub filterable: bool,
    /// Whether queries may sort by it.
    pub sortable: bool,
    /// Whether Salesforce stores it encrypted.
    pub encrypted: bool,
    /// The company's own hint about it.
    pub help: Option<String>,
    /// The compound field it is a part of.
    pub part_of: Option<String>,
    /// Values of a picklist.
    pub picklist: Vec<PicklistValue>,
    /// Objects that a reference may point to.
    pub reference_to: Vec<String>,
    /// Name of the way to the parent, for a reference.
    pub relationship: Option<String>,
    /// What else Salesforce says of its values, for programs that want to know.
    pub form: FieldForm,
}

/// The form of a field's values. Nothing the gate decides by.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[expect(clippy::struct_excessive_bools, reason = "independent facts, as Salesforce tells them")]
#[expect(missing_docs, reason = "the names are those of Salesforce's reference")]
pub struct FieldForm {
    pub aggregatable: bool,
    pub auto_number: bool,
    pub byte_length: u32,
    pub calculated: bool,
    pub case_sensitive: bool,
    pub custom: bool,
    pub digits: u32,
    pub external_id: bool,
    pub groupable: bool,
    pub html_formatted: bool,
    pub id_lookup: bool,
    pub name_pointing: bool,
    pub permissionable: bool,
    pub polymorphic_foreign_key: bool,
    pub precision: u32,
    pub restricted_picklist: bool,
    pub scale: u32,
    pub soap_type: String,
    pub unique: bool,
}

/// One value of a picklist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PicklistValue {
    /// As it is stored.
    pub value: String,
    /// As people see it.
    pub label: String,
    /// Whether new records may have it.
    pub active: bool,
}

/// A list of children.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChildSchema {
    /// Name of the way to the children.
    pub relationship: String,
    /// API name of their object.
    pub object: String,
    /// API name of their field that points back.
    pub field: String,
}

impl ObjectSchema {
    /// The field of this name, whatever its case.
    pub fn field(&self, name: &str) -> Option<&FieldSchema> {
        self.fields.iter().find(|field| field.name.eq_ignore_ascii_case(name))
    }

    /// What the person may do with the object.
    pub fn rights(&self) -> ObjectRights {
        let fields = self.fields.iter().map(|field| {
            let rights = FieldRights {
                name: field.name.clone(),
                kind: field.kind.clone(),
                createable: field.createable,
                updateable: field.updateable,
            };
            (field.name.to_ascii_lowercase(), rights)
        });
        ObjectRights {
            name: self.summary.name.clone(),
            queryable: self.summary.queryable,
            createable: self.summary.createable,
            updateable: self.summary.updateable,
            deletable: self.summary.deletable,
            fields: fields.collect(),
        }
    }

    /// The fields that a person looks at before the whole record goes: all but files and values made of
    /// others, at most 200, for their names have to fit into an address.
    pub fn legible(&self) -> impl Iterator<Item = &str> {
        let whole = |kind: &str| matches!(kind, "base64" | "address" | "location" | "complexvalue");
        let plain = self.fields.iter().filter(move |field| !whole(&field.kind));
        plain.map(|field| field.name.as_str()).take(MOST_LEGIBLE)
    }

    /// What queries are resolved against.
    pub fn soql(&self) -> soql::Object {
        let object = soql::Object::new(&self.summary.name);
        let object = self.fields.iter().fold(object, |object, field| {
            let mut resolved = soql::Field::new(&field.name);
            if let Some(relationship) = &field.relationship {
                let targets: Vec<_> = field.reference_to.iter().map(String::as_str).collect();
                resolved = resolved.referring(relationship, &targets);
            }
            if let Some(whole) = &field.part_of {
                resolved = resolved.part_of(whole);
            }
            object.with_field(resolved)
        });
        self.children.iter().fold(object, |object, child| {
            object.with_children(&child.relationship, &child.object, &child.field)
        })
    }
}
