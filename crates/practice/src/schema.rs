//! The org's objects and fields, read once from the table in `objects.txt`.

pub(crate) mod describe;
mod kind;
mod parse;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::sync::OnceLock;

pub(crate) use kind::{Kind, Sharing};
pub(crate) use parse::ADDRESS_PARTS;

use crate::error::OrgError;
use crate::id::Id;
use crate::value::Value;

/// Every object, in the order of the table.
#[derive(Debug)]
pub(crate) struct Schema {
    objects: Vec<Object>,
    by_name: HashMap<String, usize>,
    by_prefix: HashMap<[u8; 3], usize>,
}

/// One object and its fields. A row's values stand in the order of `fields`.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "they mirror the independent flags of the table")]
pub(crate) struct Object {
    pub(crate) index: usize,
    pub(crate) name: String,
    pub(crate) prefix: Option<[u8; 3]>,
    pub(crate) label: String,
    pub(crate) plural: String,
    pub(crate) sharing: Sharing,
    /// Rows have an `OwnerId`.
    pub(crate) owned: bool,
    /// Changes are written to the history object.
    pub(crate) history: bool,
    /// Text search looks here.
    pub(crate) searched: bool,
    /// Nobody writes it through the API.
    pub(crate) fixed: bool,
    /// Rows are worked out at query time, none are stored.
    pub(crate) computed: bool,
    pub(crate) fields: Vec<Field>,
    by_name: HashMap<String, usize>,
    /// References to this object: (child object, field position in it, relationship name).
    pub(crate) children: Vec<Child>,
}

/// A child relationship, seen from the parent.
#[derive(Clone, Debug)]
pub(crate) struct Child {
    pub(crate) object: usize,
    pub(crate) field: usize,
    pub(crate) relationship: String,
}

/// One field.
#[derive(Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "they mirror the independent flags of a describe result"
)]
pub(crate) struct Field {
    pub(crate) at: usize,
    pub(crate) name: String,
    pub(crate) label: String,
    pub(crate) kind: Kind,
    pub(crate) required: bool,
    pub(crate) is_name: bool,
    pub(crate) external: bool,
    pub(crate) unique: bool,
    pub(crate) createable: bool,
    pub(crate) updateable: bool,
    pub(crate) filterable: bool,
    pub(crate) restricted: bool,
    pub(crate) cascade: bool,
    pub(crate) calculated: bool,
    pub(crate) default: Option<Value>,
    pub(crate) level: String,
    pub(crate) groups: Vec<String>,
    /// The compound field this one is a part of.
    pub(crate) part_of: Option<String>,
}

/// Positions of the fields every object starts with.
pub(crate) mod system {
    pub(crate) const ID: usize = 0;
    pub(crate) const IS_DELETED: usize = 1;
    pub(crate) const CREATED_BY: usize = 2;
    pub(crate) const CREATED: usize = 3;
    pub(crate) const MODIFIED_BY: usize = 4;
    pub(crate) const MODIFIED: usize = 5;
    pub(crate) const STAMP: usize = 6;
    /// Only where the object is owned.
    pub(crate) const OWNER: usize = 7;
}

impl Schema {
    /// The schema of every practice org.
    pub(crate) fn standard() -> Result<&'static Self, OrgError> {
        static STANDARD: OnceLock<Schema> = OnceLock::new();
        if let Some(schema) = STANDARD.get() {
            return Ok(schema);
        }
        let schema = parse::schema(include_str!("schema/objects.txt"))?;
        Ok(STANDARD.get_or_init(|| schema))
    }

    pub(crate) fn objects(&self) -> &[Object] {
        &self.objects
    }

    pub(crate) fn object(&self, name: &str) -> Option<&Object> {
        let index = self.by_name.get(&name.to_ascii_lowercase())?;
        self.objects.get(*index)
    }

    pub(crate) fn at(&self, index: usize) -> Option<&Object> {
        self.objects.get(index)
    }

    /// The object whose key prefix this id carries.
    pub(crate) fn object_of(&self, id: Id) -> Option<&Object> {
        self.objects.get(*self.by_prefix.get(&id.prefix())?)
    }
}

impl Object {
    /// Whether its records say with whom others are shared by hand.
    pub(crate) fn is_share(&self) -> bool {
        self.name.ends_with("Share")
    }

    pub(crate) fn field(&self, name: &str) -> Option<&Field> {
        let at = self.by_name.get(&name.to_ascii_lowercase())?;
        self.fields.get(*at)
    }

    /// Where a field stands in a row. Only for names the table is known to hold.
    pub(crate) fn position(&self, name: &str) -> Option<usize> {
        self.by_name.get(&name.to_ascii_lowercase()).copied()
    }

    /// The lookup reached by this relationship name, such as `Account` for `AccountId`.
    pub(crate) fn lookup(&self, relationship: &str) -> Option<&Field> {
        self.fields.iter().find(|field| {
            field.relationship().is_some_and(|name| name.eq_ignore_ascii_case(relationship))
        })
    }

    pub(crate) fn child(&self, relationship: &str) -> Option<&Child> {
        self.children.iter().find(|child| child.relationship.eq_ignore_ascii_case(relationship))
    }

    pub(crate) fn name_field(&self) -> Option<&Field> {
        self.fields.iter().find(|field| field.is_name)
    }

    pub(crate) fn is_custom(&self) -> bool {
        self.name.ends_with("__c")
    }

    /// The object that holds this one's field history.
    pub(crate) fn history_name(&self) -> String {
        if self.name == "Opportunity" {
            "OpportunityFieldHistory".to_owned()
        } else {
            format!("{}History", self.name)
        }
    }
}

impl Field {
    pub(crate) fn is_custom(&self) -> bool {
        self.name.ends_with("__c")
    }

    pub(crate) fn relationship(&self) -> Option<&str> {
        match &self.kind {
            Kind::Reference { relationship, .. } if relationship != "-" => Some(relationship),
            _ => None,
        }
    }
}
