//! Every statement the engine makes must be SOQL, and name only what the schema has.

use std::sync::LazyLock;

use command::{FieldType, SchemaView};
use soql::{Field, Object, Reference, StaticSchema};

use crate::org::schema;

/// The engine's schema, as the SOQL crate's resolver wants it.
static RESOLVER: LazyLock<StaticSchema> = LazyLock::new(|| resolver(&schema()));

fn resolver(view: &SchemaView) -> StaticSchema {
    let objects = view.objects.iter().map(|o| {
        o.fields.iter().fold(Object::new(&o.name), |object, f| {
            let reference = (f.kind == FieldType::Reference).then(|| Reference {
                relationship: f.relationship_name.clone().unwrap_or_default(),
                targets: f.reference_to.clone(),
            });
            object.with_field(Field { name: f.name.clone(), reference, part_of: None })
        })
    });
    // The parents of polymorphic references have a name in Salesforce's own `Name` object.
    let group = Object::new("Group").with_field(Field {
        name: "Name".to_owned(),
        reference: None,
        part_of: None,
    });
    let name = Object::new("Name").with_field(Field {
        name: "Name".to_owned(),
        reference: None,
        part_of: None,
    });
    objects.chain([group, name]).collect()
}

/// Panics when a statement is not SOQL or names something unknown.
pub(crate) fn must_resolve(statement: &str) {
    let query = soql::parse(statement).unwrap_or_else(|e| panic!("{statement}\n{e}"));
    soql::resolve(&query, &*RESOLVER).unwrap_or_else(|e| panic!("{statement}\n{e}"));
    let grouped = statement.contains("GROUP BY");
    let aggregate = statement.starts_with("SELECT COUNT(")
        || statement.starts_with("SELECT SUM(")
        || statement.starts_with("SELECT AVG(")
        || statement.starts_with("SELECT MAX(")
        || statement.starts_with("SELECT MIN(");
    assert!(statement.contains(" LIMIT ") || (aggregate && !grouped), "no LIMIT: {statement}");
}
