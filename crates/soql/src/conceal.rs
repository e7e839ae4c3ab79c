//! Refusing a field that exists in the very words for one that does not.

use crate::error::{Reason, SoqlError};
use crate::resolve::{Touch, Touched};
use crate::schema::{Object, Schema};

/// What Salesforce would answer if the fields of `refused` did not exist.
///
/// The query is resolved once more without them: its own spelling, its position and the choice between an unknown
/// field and an unknown relationship are then right by construction, and tell the caller nothing.
pub(crate) fn refusal(
    schema: &dyn Schema,
    refused: &[Touch],
    resolve: impl FnOnce(&dyn Schema) -> Result<Touched, SoqlError>,
) -> SoqlError {
    let mut concealed = Concealed { inner: schema, objects: Vec::new() };
    for touch in refused {
        concealed.conceal(touch);
    }
    resolve(&concealed).err().unwrap_or_else(|| {
        // Through a polymorphic relationship another object has a field of that name.
        let (field, object, at) = refused.first().map_or_else(Default::default, |touch| {
            (touch.field.as_str().into(), touch.object.as_str().into(), touch.at)
        });
        SoqlError::new(Reason::NoSuchColumn { field, object }, at)
    })
}

/// A schema without some fields.
struct Concealed<'s> {
    inner: &'s dyn Schema,
    objects: Vec<Object>,
}

impl Concealed<'_> {
    fn conceal(&mut self, touch: &Touch) {
        let Some(object) = self.object(&touch.object) else { return };
        // Who may not see a part may not see the whole, and it is the whole that the query names.
        let whole = object.field(&touch.field).and_then(|field| field.part_of.clone());
        let name = whole.filter(|_| touch.implied).unwrap_or_else(|| touch.field.clone());
        let rest = object.without(&name);
        self.objects.retain(|object| object.name() != rest.name());
        self.objects.push(rest);
    }
}

impl Schema for Concealed<'_> {
    fn object(&self, name: &str) -> Option<&Object> {
        let concealed = self.objects.iter().find(|object| object.name().eq_ignore_ascii_case(name));
        concealed.or_else(|| self.inner.object(name))
    }
}
