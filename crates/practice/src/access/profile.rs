//! Profiles: what each kind of user may do with each object and field.

use std::collections::HashMap;
use std::sync::Arc;

use super::rules::{self, SharingRule};
use crate::schema::{Field, Object, Schema, Sharing, system};

pub(crate) const ADMINISTRATOR: &str = "System Administrator";
pub(crate) const MANAGER: &str = "Sales Manager";
pub(crate) const REPRESENTATIVE: &str = "Sales Representative";
pub(crate) const COMPLIANCE: &str = "Compliance Officer";

/// Permissions on one object.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "they are the platform's six independent object permissions"
)]
pub(crate) struct ObjectRights {
    pub(crate) read: bool,
    pub(crate) create: bool,
    pub(crate) edit: bool,
    pub(crate) delete: bool,
    pub(crate) view_all: bool,
    pub(crate) modify_all: bool,
}

/// Permissions on one field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FieldRights {
    pub(crate) read: bool,
    pub(crate) edit: bool,
}

/// One profile.
#[derive(Clone, Debug)]
pub(crate) struct Profile {
    pub(crate) name: String,
    objects: Vec<ObjectRights>,
    /// What differs from full access to the fields of an object, by (object, field).
    fields: HashMap<(usize, usize), FieldRights>,
    /// May look at set-up, permissions and the logs of others.
    pub(crate) view_setup: bool,
}

impl Profile {
    pub(crate) fn object(&self, object: &Object) -> ObjectRights {
        self.objects.get(object.index).copied().unwrap_or_default()
    }

    pub(crate) fn field(&self, object: &Object, field: &Field) -> FieldRights {
        let base = self.object(object);
        let rights = self.fields.get(&(object.index, field.at)).copied();
        let rights = rights.unwrap_or(FieldRights { read: true, edit: base.edit || base.create });
        FieldRights {
            read: rights.read && base.read,
            edit: rights.edit && (base.edit || base.create),
        }
    }
}

/// All profiles by name, and the sharing rules. Replaced as a whole when a test changes one.
#[derive(Clone, Debug)]
pub(crate) struct Profiles {
    named: HashMap<String, Arc<Profile>>,
    rules: Arc<[SharingRule]>,
}

impl Profiles {
    pub(crate) fn standard(schema: &Schema) -> Self {
        let all = [
            administrator(schema),
            sales(schema, MANAGER, &["Contact.Risk_Rating__c"], &["Account.Portfolio_Value__c"]),
            sales(
                schema,
                REPRESENTATIVE,
                &["Opportunity.Discount_Model__c", "Contact.Risk_Rating__c"],
                &["Opportunity.Win_Score__c", "Account.Portfolio_Value__c"],
            ),
            compliance(schema),
        ];
        let named =
            all.into_iter().map(|profile| (profile.name.clone(), Arc::new(profile))).collect();
        Self { named, rules: rules::standard().into() }
    }

    pub(crate) fn named(&self, name: &str) -> Option<Arc<Profile>> {
        self.named.get(name).cloned()
    }

    pub(crate) fn rules(&self) -> Arc<[SharingRule]> {
        Arc::clone(&self.rules)
    }

    pub(crate) fn set_rules(&mut self, rules: Vec<SharingRule>) {
        self.rules = rules.into();
    }

    /// Changes one profile's access to one field, and to the copies of it that are kept elsewhere.
    pub(crate) fn set_field(
        &mut self,
        schema: &Schema,
        profile: &str,
        object: &Object,
        field: &Field,
        rights: FieldRights,
    ) -> bool {
        let Some(profile) = self.named.get_mut(profile) else { return false };
        let fields = &mut Arc::make_mut(profile).fields;
        fields.extend(places(schema, object, field).map(|place| (place, rights)));
        true
    }

    /// Changes one profile's access to one object.
    pub(crate) fn set_object(
        &mut self,
        profile: &str,
        object: &Object,
        rights: ObjectRights,
    ) -> bool {
        let Some(profile) = self.named.get_mut(profile) else { return false };
        match Arc::make_mut(profile).objects.get_mut(object.index) {
            Some(place) => *place = rights,
            None => return false,
        }
        true
    }
}

const ALL: ObjectRights = ObjectRights {
    read: true,
    create: true,
    edit: true,
    delete: true,
    view_all: true,
    modify_all: true,
};
const READ: ObjectRights = ObjectRights {
    read: true,
    create: false,
    edit: false,
    delete: false,
    view_all: false,
    modify_all: false,
};

fn administrator(schema: &Schema) -> Profile {
    let objects =
        schema.objects().iter().map(|object| if object.fixed { READ_ALL } else { ALL }).collect();
    Profile { name: ADMINISTRATOR.to_owned(), objects, fields: HashMap::new(), view_setup: true }
}

const READ_ALL: ObjectRights = ObjectRights { view_all: true, ..READ };

/// Reads every record and every field; writes nothing.
fn compliance(schema: &Schema) -> Profile {
    let objects = schema.objects().iter().map(|_| READ_ALL).collect();
    Profile { name: COMPLIANCE.to_owned(), objects, fields: HashMap::new(), view_setup: true }
}

fn sales(schema: &Schema, name: &str, hidden: &[&str], read_only: &[&str]) -> Profile {
    let objects = schema.objects().iter().map(sales_rights).collect();
    let mut fields = HashMap::new();
    let listed =
        hidden.iter().map(|path| (path, false)).chain(read_only.iter().map(|path| (path, true)));
    for (path, read) in listed {
        let found = path.split_once('.').and_then(|(object, field)| {
            let object = schema.object(object)?;
            Some((object, object.field(field)?))
        });
        if let Some((object, field)) = found {
            let rights = FieldRights { read, edit: false };
            fields.extend(places(schema, object, field).map(|place| (place, rights)));
        }
    }
    Profile { name: name.to_owned(), objects, fields, view_setup: false }
}

/// Where the values of a field are kept: in the object, and in the history of it that has columns of the same names.
fn places<'a>(
    schema: &'a Schema,
    object: &'a Object,
    field: &'a Field,
) -> impl Iterator<Item = (usize, usize)> + 'a {
    let history = (object.name == "Opportunity").then(|| schema.object("OpportunityHistory"));
    let copy = history.flatten().and_then(|history| {
        // Whose it is can be seen by whoever sees the row.
        let own = history.field(&field.name).filter(|copy| copy.at > system::STAMP)?;
        Some((history.index, own.at))
    });
    std::iter::once((object.index, field.at)).chain(copy)
}

fn sales_rights(object: &Object) -> ObjectRights {
    if object.fixed {
        let hidden = [
            "SetupAuditTrail",
            "EventLogFile",
            "ObjectPermissions",
            "FieldPermissions",
            "OauthToken",
        ];
        return if hidden.contains(&object.name.as_str()) { ObjectRights::default() } else { READ };
    }
    match &object.sharing {
        Sharing::Setup | Sharing::Special | Sharing::Public => READ,
        _ => ObjectRights { view_all: false, modify_all: false, ..ALL },
    }
}
