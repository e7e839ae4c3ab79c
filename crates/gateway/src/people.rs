//! What a person may see: Salesforce's describes, narrowed by the matrix, kept for a minute.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use boundary::{Matrix, PersonId, Rights, UnixMillis};
use command::{FieldType, FieldView, ObjectView, SchemaView};
use salesforce::{Client, FieldSchema, ObjectSchema};
use soql::StaticSchema;

use crate::error::GateError;

/// How long a person's view is kept: one minute.
const KEPT_MILLIS: u64 = 60_000;

/// One person's view of the org.
#[derive(Debug)]
pub(crate) struct PersonView {
    /// What Salesforce lets the person do.
    pub(crate) rights: Rights,
    /// What queries are resolved against.
    pub(crate) schema: StaticSchema,
    /// What the local engine may name.
    pub(crate) commands: SchemaView,
    /// The objects as Salesforce describes them.
    pub(crate) objects: Vec<Arc<ObjectSchema>>,
}

/// Views of the persons seen lately.
#[derive(Debug, Default)]
pub(crate) struct People {
    views: Mutex<BTreeMap<PersonId, (UnixMillis, Arc<PersonView>)>>,
}

impl People {
    /// The person's view, at most a minute old.
    pub(crate) async fn view(
        &self,
        client: &Client,
        person: &PersonId,
        matrix: &Matrix,
        now: UnixMillis,
    ) -> Result<Arc<PersonView>, GateError> {
        if let Some((since, view)) = self.lock().get(person)
            && now < since.plus(KEPT_MILLIS)
        {
            return Ok(Arc::clone(view));
        }
        let mut names: Vec<&str> = matrix.cells().map(|cell| cell.object.as_str()).collect();
        names.dedup();
        let objects =
            client.schemas(person, &names).await.map_err(|error| of_salesforce(&error))?;
        let view = Arc::new(PersonView::of(objects, matrix));
        self.lock().insert(person.clone(), (now, Arc::clone(&view)));
        Ok(view)
    }

    /// Forgets a person's view: their grant or the policy has changed.
    pub(crate) fn forget(&self, person: &PersonId) {
        self.lock().remove(person);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeMap<PersonId, (UnixMillis, Arc<PersonView>)>> {
        self.views.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl PersonView {
    /// The same with these objects alone, as if the person saw no others.
    pub(crate) fn of_objects(&self, names: &[String], matrix: &Matrix) -> Self {
        let named = |object: &&Arc<ObjectSchema>| {
            names.iter().any(|name| name.eq_ignore_ascii_case(&object.summary.name))
        };
        Self::of(self.objects.iter().filter(named).cloned().collect(), matrix)
    }

    /// The fields that a person looks at before a record of this object is deleted.
    pub(crate) fn legible(&self, object: &str) -> Vec<&str> {
        let mut objects = self.objects.iter();
        let known = objects.find(|it| it.summary.name.eq_ignore_ascii_case(object));
        known.map(|it| it.legible().collect()).unwrap_or_default()
    }

    fn of(mut objects: Vec<Arc<ObjectSchema>>, matrix: &Matrix) -> Self {
        // Answers arrive in any order; prompts and searches should not depend on it.
        objects.sort_by(|a, b| a.summary.name.cmp(&b.summary.name));
        let mut rights = Rights::none();
        for object in &objects {
            rights.learn(object.rights());
        }
        let schema = objects.iter().map(|object| object.soql()).collect();
        let views = objects.iter().map(|object| object_view(object, matrix)).collect();
        let commands = SchemaView { objects: views, ..SchemaView::default() };
        Self { rights, schema, commands, objects }
    }
}

/// An object for the local engine: every field that has a row. Those that come back withheld
/// are in it, so that the engine can say so.
fn object_view(object: &ObjectSchema, matrix: &Matrix) -> ObjectView {
    let name = &object.summary.name;
    let fields = object.fields.iter().filter_map(|field| {
        let cell = matrix.cell(name, &field.name)?;
        Some(FieldView {
            name: field.name.clone(),
            label: field.label.clone(),
            kind: field_type(field),
            picklist: field
                .picklist
                .iter()
                .filter(|it| it.active)
                .map(|it| it.value.clone())
                .collect(),
            reference_to: field.reference_to.clone(),
            relationship_name: field.relationship.clone(),
            updateable: field.updateable && cell.update,
            createable: field.createable && cell.create,
        })
    });
    let name_field = object.fields.iter().find(|field| field.names_record);
    ObjectView {
        name: name.clone(),
        label: object.summary.label.clone(),
        label_plural: object.summary.label_plural.clone(),
        name_field: name_field.map_or_else(|| "Id".to_owned(), |field| field.name.clone()),
        fields: fields.collect(),
    }
}

fn field_type(field: &FieldSchema) -> FieldType {
    match field.kind.as_str() {
        "string" => FieldType::String,
        "textarea" => FieldType::TextArea,
        "picklist" | "combobox" => FieldType::Picklist,
        "currency" => FieldType::Currency,
        "double" => FieldType::Double,
        "int" => FieldType::Int,
        "percent" => FieldType::Percent,
        "date" => FieldType::Date,
        "datetime" => FieldType::DateTime,
        "boolean" => FieldType::Boolean,
        "reference" => FieldType::Reference,
        "email" => FieldType::Email,
        "phone" => FieldType::Phone,
        "id" => FieldType::Id,
        "url" => FieldType::Url,
        _ => FieldType::Other,
    }
}

/// The gate's error for one of the client's. Codes only.
pub(crate) fn of_salesforce(error: &salesforce::Error) -> GateError {
    match error {
        salesforce::Error::SignIn => GateError::GrantEnded,
        salesforce::Error::Code { .. } => GateError::StrayCallback,
        other => match other.code() {
            Some(code) => GateError::Salesforce(code.to_owned()),
            None => GateError::Salesforce(other.to_string()),
        },
    }
}
