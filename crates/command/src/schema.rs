//! The objects and fields the engine may name. What is not here does not exist for it.

use serde::{Deserialize, Serialize};

use crate::CommandError;

/// Every object that the acting person and the matrix allow to be named.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct SchemaView {
    /// The objects, in any order.
    pub objects: Vec<ObjectView>,
    /// The organisation's currency as an ISO 4217 code such as `EUR`; amounts are shown bare without it.
    #[serde(default)]
    pub currency: Option<String>,
}

/// One object.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ObjectView {
    /// API name, such as `Opportunity`.
    pub name: String,
    /// Singular label, such as `Opportunity`.
    pub label: String,
    /// Plural label, such as `Opportunities`.
    pub label_plural: String,
    /// API name of the field that names a record: `Name`, `Subject`, `CaseNumber`.
    pub name_field: String,
    /// The fields.
    pub fields: Vec<FieldView>,
}

/// One field.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct FieldView {
    /// API name, such as `StageName`.
    pub name: String,
    /// Label, such as `Stage`.
    pub label: String,
    /// What values look like.
    #[serde(rename = "type")]
    pub kind: FieldType,
    /// The active values of a picklist, in their order.
    #[serde(default)]
    pub picklist: Vec<String>,
    /// The objects that a reference may point to.
    #[serde(default)]
    pub reference_to: Vec<String>,
    /// The name of the hop to the parent, such as `Account` for `AccountId`.
    #[serde(default)]
    pub relationship_name: Option<String>,
    /// Whether an existing record's value may be changed.
    #[serde(default)]
    pub updateable: bool,
    /// Whether a new record may be given a value.
    #[serde(default)]
    pub createable: bool,
}

/// What values of a field look like.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FieldType {
    /// One line of text.
    #[default]
    String,
    /// Several lines of text, which cannot be filtered on.
    TextArea,
    /// One of a list.
    Picklist,
    /// Money.
    Currency,
    /// A number with decimals.
    Double,
    /// A whole number.
    Int,
    /// A percentage, 0 to 100.
    Percent,
    /// A day.
    Date,
    /// An instant.
    DateTime,
    /// Yes or no.
    Boolean,
    /// The Id of another record.
    Reference,
    /// An e-mail address.
    Email,
    /// A phone number.
    Phone,
    /// A record's own Id.
    Id,
    /// A web address.
    Url,
    /// Anything else; shown, never filtered on or written.
    #[serde(other)]
    Other,
}

impl SchemaView {
    /// Reads the JSON form and checks that every name can stand in a query as it is.
    pub fn from_json(text: &str) -> Result<Self, CommandError> {
        let view: Self = serde_json::from_str(text)?;
        view.check()?;
        Ok(view)
    }

    /// Checks names: API names only hold letters, digits and `_`, and no object comes twice.
    pub fn check(&self) -> Result<(), CommandError> {
        let mut seen: Vec<&str> = Vec::new();
        for object in &self.objects {
            if seen.contains(&object.name.as_str()) {
                return Err(CommandError::DuplicateObject(object.name.clone()));
            }
            seen.push(&object.name);
            let relationships = object.fields.iter().filter_map(|f| f.relationship_name.as_ref());
            let names = object.fields.iter().map(|f| &f.name).chain(relationships);
            for name in names.chain([&object.name, &object.name_field]) {
                if !is_api_name(name) {
                    return Err(CommandError::BadName(name.clone()));
                }
            }
        }
        Ok(())
    }

    /// Drops what cannot stand in a query, so that a careless caller cannot have SOQL injected by a label.
    pub(crate) fn sound(mut self) -> Self {
        self.objects.retain(|o| is_api_name(&o.name) && is_api_name(&o.name_field));
        for object in &mut self.objects {
            object.fields.retain(|f| is_api_name(&f.name));
            for field in &mut object.fields {
                field.relationship_name = field.relationship_name.take().filter(|n| is_api_name(n));
            }
        }
        self
    }

    pub(crate) fn object(&self, name: &str) -> Option<&ObjectView> {
        self.objects.iter().find(|o| o.name.eq_ignore_ascii_case(name))
    }

    /// Follows a path such as `Account.Name` from `object` and gives the field at its end.
    pub(crate) fn path(&self, object: &ObjectView, path: &str) -> Option<&FieldView> {
        let found = match path.split_once('.') {
            None => self.object(&object.name)?.field(path),
            Some((hop, rest)) => {
                let home = self.object(&object.name)?;
                let link = home.fields.iter().find(|f| {
                    f.relationship_name.as_deref().is_some_and(|n| n.eq_ignore_ascii_case(hop))
                })?;
                if link.reference_to.len() > 1 && rest.eq_ignore_ascii_case("Name") {
                    // A polymorphic parent has the fields of the `Name` object only.
                    return link
                        .reference_to
                        .iter()
                        .find_map(|to| self.path(self.object(to)?, "Name"));
                }
                link.reference_to.iter().find_map(|to| self.path(self.object(to)?, rest))
            }
        }?;
        (found.kind != FieldType::Other).then_some(found)
    }

    pub(crate) fn has(&self, object: &ObjectView, path: &str) -> bool {
        self.path(object, path).is_some()
    }
}

impl ObjectView {
    pub(crate) fn field(&self, name: &str) -> Option<&FieldView> {
        self.fields.iter().find(|f| f.name.eq_ignore_ascii_case(name))
    }

    /// The reference fields of this object that may point to `parent`.
    pub(crate) fn links_to(&self, parent: &str) -> impl Iterator<Item = &FieldView> {
        self.fields.iter().filter(move |f| {
            f.kind == FieldType::Reference
                && f.reference_to.iter().any(|to| to.eq_ignore_ascii_case(parent))
        })
    }
}

impl FieldType {
    /// A number that may be compared and added up.
    pub(crate) fn is_number(self) -> bool {
        matches!(self, Self::Currency | Self::Double | Self::Int | Self::Percent)
    }

    /// A day or an instant.
    pub(crate) fn is_date(self) -> bool {
        matches!(self, Self::Date | Self::DateTime)
    }

    /// Text of any form that `LIKE` works on.
    pub(crate) fn is_text(self) -> bool {
        matches!(self, Self::String | Self::Email | Self::Phone | Self::Url | Self::Picklist)
    }
}

fn is_api_name(name: &str) -> bool {
    name.chars().next().is_some_and(|c| c.is_ascii_alphabetic())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}
