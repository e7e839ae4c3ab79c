//! Who acts, and what Salesforce says they may do.

use std::collections::BTreeMap;

use crate::label::PersonId;

/// The person, the client in between, and the grant under which Salesforce is called.
///
/// Every door makes one from something the person proved, or refuses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Principal {
    person: PersonId,
    door: Door,
    client: String,
}

/// A way into the gate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Door {
    /// The web page.
    Page,
    /// The OpenAI-compatible API.
    OpenAi,
    /// The Salesforce-compatible API.
    Salesforce,
    /// The door of tools, where assistants speak the Model Context Protocol.
    Mcp,
    /// The command line.
    Cli,
}

impl Door {
    /// The name as it stands in the ledger.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Page => "page",
            Self::OpenAi => "openai",
            Self::Salesforce => "salesforce",
            Self::Mcp => "mcp",
            Self::Cli => "cli",
        }
    }
}

impl Principal {
    /// A person at a door, through a client (a key's id or a session's short id).
    pub fn new(person: PersonId, door: Door, client: String) -> Self {
        Self { person, door, client }
    }

    /// The same person and client at another door.
    #[must_use]
    pub fn at(self, door: Door) -> Self {
        Self { door, ..self }
    }

    /// Whose grant is used.
    pub fn person(&self) -> &PersonId {
        &self.person
    }

    /// Which door.
    pub fn door(&self) -> Door {
        self.door
    }

    /// Which client behind the door.
    pub fn client(&self) -> &str {
        &self.client
    }
}

/// What one person may do with one object, as Salesforce describes it to that person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "independent facts, as Salesforce tells them")]
pub struct ObjectRights {
    /// API name, canonical spelling.
    pub name: String,
    /// May be read.
    pub queryable: bool,
    /// Records may be created.
    pub createable: bool,
    /// Records may be updated.
    pub updateable: bool,
    /// Records may be deleted.
    pub deletable: bool,
    /// The fields the person can see, by lower-case API name.
    pub fields: BTreeMap<String, FieldRights>,
}

/// What one person may do with one field that they can see.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FieldRights {
    /// API name, canonical spelling.
    pub name: String,
    /// Salesforce's type name, lower case (`string`, `currency`, `email`, ...).
    pub kind: String,
    /// May be set on creation.
    pub createable: bool,
    /// May be changed.
    pub updateable: bool,
}

/// A person's rights, by lower-case object name. What is not in it is not visible.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rights {
    objects: BTreeMap<String, ObjectRights>,
}

impl Rights {
    /// No rights at all.
    pub fn none() -> Self {
        Self::default()
    }

    /// Adds or replaces an object's description.
    pub fn learn(&mut self, object: ObjectRights) {
        self.objects.insert(object.name.to_ascii_lowercase(), object);
    }

    /// The object, whatever the case of the name.
    pub fn object(&self, name: &str) -> Option<&ObjectRights> {
        self.objects.get(&name.to_ascii_lowercase())
    }

    /// The field, whatever the case of the names.
    pub fn field(&self, object: &str, field: &str) -> Option<&FieldRights> {
        self.object(object)?.fields.get(&field.to_ascii_lowercase())
    }

    /// Whether the person may read this field.
    pub fn may_read(&self, object: &str, field: &str) -> bool {
        self.object(object).is_some_and(|it| it.queryable) && self.field(object, field).is_some()
    }

    /// Every object.
    pub fn objects(&self) -> impl Iterator<Item = &ObjectRights> {
        self.objects.values()
    }
}

/// A person at a screen, with the rights they have now.
#[derive(Clone, Debug)]
pub struct Viewer<'a> {
    /// Who looks.
    pub person: &'a PersonId,
    /// What Salesforce lets them see.
    pub rights: &'a Rights,
}
