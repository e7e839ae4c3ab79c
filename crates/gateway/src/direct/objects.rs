//! What a client may know of the org itself: objects, fields, the person, limits.

use std::sync::Arc;

use boundary::{Action, Matrix, Treatment};
use salesforce::{FieldSchema, ObjectSchema};

use super::{
    DirectAnswer, DirectField, DirectLimits, DirectObject, DirectPerson, Said, Session, told,
};
use crate::acting::Refused;
use crate::error::GateError;
use crate::plan::covered;

impl Session {
    /// Every object of which something may be read.
    pub(super) fn objects(&self) -> Vec<DirectObject> {
        let matrix = self.inner.matrix();
        self.view.objects.iter().filter_map(|schema| self.narrowed(schema, &matrix)).collect()
    }

    /// The object of this name, when something of it may be read.
    pub(super) fn object(&self, name: &str) -> Option<DirectObject> {
        let matrix = self.inner.matrix();
        let mut named = self.view.objects.iter();
        let schema = named.find(|it| it.summary.name.eq_ignore_ascii_case(name))?;
        self.narrowed(schema, &matrix)
    }

    pub(super) async fn describe(&self, object: &str) -> Result<DirectAnswer, GateError> {
        match self.object(object) {
            Some(object) => Ok(told(Said::Object(object))),
            None => self.refuse(Action::Read, unknown_object(object)).await,
        }
    }

    fn narrowed(&self, schema: &Arc<ObjectSchema>, matrix: &Matrix) -> Option<DirectObject> {
        if !schema.summary.queryable {
            return None;
        }
        let fields = schema.fields.iter().filter_map(|field| self.field(schema, field, matrix));
        let fields: Vec<DirectField> = fields.collect();
        let children = schema.children.iter().filter(|child| {
            let mut known = self.view.objects.iter();
            let known = known.find(|it| it.summary.name == child.object);
            let back = known.and_then(|of| Some((of, of.field(&child.field)?)));
            back.is_some_and(|(of, field)| self.field(of, field, matrix).is_some())
        });
        let children = children.cloned().collect();
        let deletable = schema.summary.deletable && matrix.deletes(&schema.summary.name);
        let schema = Arc::clone(schema);
        (!fields.is_empty()).then_some(DirectObject { schema, fields, deletable, children })
    }

    fn field(
        &self,
        object: &ObjectSchema,
        field: &FieldSchema,
        matrix: &Matrix,
    ) -> Option<DirectField> {
        let cell = matrix.cell(&object.summary.name, &field.name)?;
        let comes = matches!(cell.treatment, Treatment::Pass | Treatment::Token | Treatment::Round);
        let named = cell.read && comes && covered(cell, Some(&self.terms.clearance));
        named.then(|| DirectField {
            schema: field.clone(),
            treatment: cell.treatment,
            createable: field.createable && cell.create,
            updateable: field.updateable && cell.update,
        })
    }

    /// Who asks. Names of users are fields like any other.
    pub(super) fn person(&self) -> Result<DirectAnswer, GateError> {
        let matrix = self.inner.matrix();
        let passes = |field: &str| {
            let cell = matrix.cell("User", field);
            cell.is_some_and(|cell| {
                cell.read
                    && cell.treatment == Treatment::Pass
                    && covered(cell, Some(&self.terms.clearance))
            })
        };
        let person = self.inner.person(self.who.person())?;
        Ok(told(Said::Person(DirectPerson {
            user: self.who.person().user().to_owned(),
            org: self.who.person().org().to_owned(),
            name: passes("Name").then_some(person.name),
            username: passes("Username").then_some(person.username),
        })))
    }

    pub(super) async fn limits(&self) -> Result<DirectAnswer, GateError> {
        let calls = self.inner.client.api_budget(self.who.person()).await;
        let most = self.terms.rows_per_hour;
        let left = self.inner.budgets.left(&self.budget_key(), most, self.inner.now());
        Ok(told(Said::Limits(DirectLimits {
            calls: calls.ok().map(|calls| (calls.most, calls.left)),
            rows: (most, left),
        })))
    }
}

/// Salesforce's words for an object that is not there.
pub(super) fn unknown_object(name: &str) -> Refused {
    let shown: String = name.chars().take(80).collect();
    Refused::new("INVALID_TYPE", format!("sObject type '{shown}' is not supported."))
}
