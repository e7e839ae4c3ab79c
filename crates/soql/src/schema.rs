//! What the resolver needs to know of an org: objects, their fields, and the relationships between them.

use std::collections::BTreeMap;

/// Where objects are looked up.
pub trait Schema {
    /// The object of that name, in any case. Nothing when the user may not see it, or it is not loaded.
    fn object(&self, name: &str) -> Option<&Object>;
}

/// An object, built from its describe.
#[derive(Clone, Debug)]
pub struct Object {
    name: String,
    fields: Vec<Field>,
    by_name: BTreeMap<String, usize>,
    by_relationship: BTreeMap<String, usize>,
    /// Compound fields, with the places of their parts.
    parts: BTreeMap<String, Vec<usize>>,
    children: BTreeMap<String, Children>,
}

/// A field of an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// As the org writes it.
    pub name: String,
    /// Where it leads, when it is a lookup or master-detail.
    pub reference: Option<Reference>,
    /// The compound field it is part of (`compoundFieldName` of a describe): `BillingCity` is of `BillingAddress`.
    pub part_of: Option<String>,
}

/// The way from a foreign key to its parent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// `Owner`, for the field `OwnerId`.
    pub relationship: String,
    /// The objects it may lead to: several when it is polymorphic.
    pub targets: Vec<String>,
}

/// The way from a parent to its children.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Children {
    /// `Contacts`
    pub relationship: String,
    /// `Contact`
    pub object: String,
    /// The foreign key of the child: `AccountId`.
    pub field: String,
}

impl Object {
    /// An object without fields.
    pub fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            fields: Vec::new(),
            by_name: BTreeMap::new(),
            by_relationship: BTreeMap::new(),
            parts: BTreeMap::new(),
            children: BTreeMap::new(),
        }
    }

    /// With one more field. The last of a name counts.
    pub fn with_field(mut self, field: Field) -> Self {
        let index = self.fields.len();
        self.by_name.insert(field.name.to_ascii_lowercase(), index);
        if let Some(reference) = &field.reference {
            self.by_relationship.insert(reference.relationship.to_ascii_lowercase(), index);
        }
        if let Some(compound) = &field.part_of {
            self.parts.entry(compound.to_ascii_lowercase()).or_default().push(index);
        }
        self.fields.push(field);
        self
    }

    /// With one more child relationship.
    pub fn with_children(mut self, relationship: &str, object: &str, field: &str) -> Self {
        let children = Children {
            relationship: relationship.to_owned(),
            object: object.to_owned(),
            field: field.to_owned(),
        };
        self.children.insert(relationship.to_ascii_lowercase(), children);
        self
    }

    /// The same object without one field.
    pub(crate) fn without(&self, field: &str) -> Self {
        let kept =
            self.fields.iter().filter(|kept| !kept.name.eq_ignore_ascii_case(field)).cloned();
        let bare = Self { children: self.children.clone(), ..Self::new(&self.name) };
        kept.fold(bare, Self::with_field)
    }

    /// As the org writes it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Every field, in the order given.
    pub fn fields(&self) -> &[Field] {
        &self.fields
    }

    /// The field of that name, in any case.
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.get(*self.by_name.get(&name.to_ascii_lowercase())?)
    }

    /// The foreign key whose relationship has that name, in any case, and where it leads.
    pub fn parent(&self, relationship: &str) -> Option<(&Field, &Reference)> {
        let field =
            self.fields.get(*self.by_relationship.get(&relationship.to_ascii_lowercase())?)?;
        Some((field, field.reference.as_ref()?))
    }

    /// The child relationship of that name, in any case.
    pub fn children(&self, relationship: &str) -> Option<&Children> {
        self.children.get(&relationship.to_ascii_lowercase())
    }

    /// The fields that a compound field is made of: reading the one reads the others.
    pub fn parts(&self, compound: &str) -> impl Iterator<Item = &Field> {
        let parts = self.parts.get(&compound.to_ascii_lowercase());
        parts.into_iter().flatten().filter_map(|index| self.fields.get(*index))
    }
}

impl Field {
    /// A field that leads nowhere.
    pub fn new(name: &str) -> Self {
        Self { name: name.to_owned(), reference: None, part_of: None }
    }

    /// A foreign key.
    pub fn referring(mut self, relationship: &str, targets: &[&str]) -> Self {
        let targets = targets.iter().map(|&target| target.to_owned()).collect();
        self.reference = Some(Reference { relationship: relationship.to_owned(), targets });
        self
    }

    /// A part of a compound field.
    pub fn part_of(mut self, compound: &str) -> Self {
        self.part_of = Some(compound.to_owned());
        self
    }

    /// Whether `FIELDS(CUSTOM)` holds it: its name ends in `__c`, `__pc`, `__s` or the like.
    pub fn is_custom(&self) -> bool {
        self.name
            .rsplit_once("__")
            .is_some_and(|(_, suffix)| !suffix.is_empty() && suffix.len() <= 3)
    }
}

/// A schema held in memory.
#[derive(Clone, Debug, Default)]
pub struct StaticSchema {
    objects: BTreeMap<String, Object>,
}

impl StaticSchema {
    /// Adds or replaces an object.
    pub fn insert(&mut self, object: Object) {
        self.objects.insert(object.name.to_ascii_lowercase(), object);
    }

    /// Every object, by name.
    pub fn objects(&self) -> impl Iterator<Item = &Object> {
        self.objects.values()
    }
}

impl FromIterator<Object> for StaticSchema {
    fn from_iter<T: IntoIterator<Item = Object>>(objects: T) -> Self {
        let mut schema = Self::default();
        objects.into_iter().for_each(|object| schema.insert(object));
        schema
    }
}

impl Schema for StaticSchema {
    fn object(&self, name: &str) -> Option<&Object> {
        self.objects.get(&name.to_ascii_lowercase())
    }
}
