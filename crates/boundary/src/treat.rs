//! Treating records: every value by its cell of the matrix, before a model sees any of it.

mod change;
mod country;
mod field_kind;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::detector::{Detector, Layer, left_of};
use crate::entry::Counts;
use crate::label::{Integrity, Label, Provenance, Readers};
use crate::mask::{MaskError, Masked};
use crate::matrix::{Cell, Matrix, Treatment};
use crate::records::{Records, ShapeError, record_id, record_type, rows};
use crate::token::{TokenTable, Whose};

use change::{hint, moved, rounded};
use country::{There, country_of};
use field_kind::kind_of;

/// Where the columns of a result come from, when their names do not say it: aliases and
/// aggregates. Keys are the whole path of the column in lower case, joined by dots, so that an
/// alias in a sub-query cannot speak for a field of another record.
pub type Columns = BTreeMap<String, Source>;

/// What stands behind a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// A value of this field, or an aggregate over it.
    Field {
        /// API name of the object.
        object: String,
        /// API name of the field.
        field: String,
    },
    /// A number of rows.
    Count,
    /// A parent record or a list of children: `null` when there is none.
    Related,
}

/// The form that treated records get.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// For a model: short, and with what was withheld.
    Model,
    /// As the REST API of this version (`68` for `68.0`) sends records, for its clients.
    Rest(u16),
}

/// A field that the model did not get, and why.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Withheld {
    /// API name of the object.
    pub object: String,
    /// API name of the field.
    pub field: String,
    /// Why, in the words of the matrix.
    pub why: String,
}

/// Treated records, and what was done to them.
#[derive(Debug)]
pub struct Treated {
    /// JSON text for the model.
    pub masked: Masked,
    /// What it did not get.
    pub withheld: BTreeSet<Withheld>,
    /// Rows, tokens, withheld fields.
    pub counts: Counts,
}

pub(crate) struct Means<'a> {
    pub(crate) table: &'a mut TokenTable,
    pub(crate) matrix: &'a Matrix,
    pub(crate) columns: &'a Columns,
    pub(crate) detector: &'a dyn Detector,
    pub(crate) form: Form,
}

/// What the walk over a reply gathers.
struct Walk<'a> {
    with: Means<'a>,
    org: String,
    /// The country of the record that is being read, in its own words.
    country: Option<String>,
    readers: Readers,
    left: Label,
    tokens: u64,
    withheld: BTreeSet<Withheld>,
}

/// Treats a page of records into the JSON that a model gets.
pub(crate) fn treat(
    records: &Records,
    with: Means<'_>,
    org: &str,
    dropped: BTreeSet<Withheld>,
) -> Result<Treated, MaskError> {
    let mut walk = Walk {
        with,
        org: org.to_owned(),
        country: None,
        readers: records.label().readers().clone(),
        left: Label::new(
            crate::Level::Public,
            BTreeSet::new(),
            Integrity::System,
            records.label().readers().clone(),
        ),
        tokens: 0,
        withheld: dropped,
    };
    // A text may name what stands in a later column or row: all values are covered before any
    // text is read.
    for row in records.rows() {
        walk.learn(row, "");
    }
    walk.tokens = 0;
    let rows = records.rows().iter().map(|row| walk.record(row, ""));
    let rows = rows.collect::<Result<Vec<_>, _>>()?;
    let mut reply = json!({
        "totalSize": records.total(),
        "done": records.is_done(),
        "records": rows,
    });
    if walk.with.form == Form::Model {
        reply.as_object_mut().map(|it| it.insert("withheld".into(), json!(&walk.withheld)));
    }
    let counts = Counts {
        rows: records.len() as u64,
        tokens: walk.tokens,
        withheld: walk.withheld.len() as u64,
        ..Counts::default()
    };
    let masked = Masked::of_treated(reply.to_string(), walk.left, walk.tokens);
    Ok(Treated { masked, withheld: walk.withheld, counts })
}

impl Walk<'_> {
    /// Covers every value of a record that becomes a token, without a word of what it becomes.
    fn learn(&mut self, row: &Map<String, Value>, path: &str) {
        let object = record_type(row).unwrap_or_default();
        for (name, value) in row.iter().filter(|(name, _)| *name != "attributes") {
            let path = format!("{path}{}", name.to_ascii_lowercase());
            match value {
                Value::Object(parent) if parent.contains_key("attributes") => {
                    self.learn(parent, &format!("{path}."));
                }
                Value::Object(children) if children.contains_key("records") => {
                    let list = children.get("records").and_then(Value::as_array);
                    let rows = list.into_iter().flatten().filter_map(Value::as_object);
                    rows.for_each(|row| self.learn(row, &format!("{path}.")));
                }
                value => {
                    let source = self.with.columns.get(&path).cloned();
                    let (object, field) = match &source {
                        Some(Source::Count | Source::Related) => continue,
                        Some(Source::Field { object, field }) => (object.as_str(), field.as_str()),
                        None => (object, name.as_str()),
                    };
                    let matrix = self.with.matrix;
                    let cell = matrix.cell(object, field);
                    let cell = cell.filter(|it| it.read && it.treatment == Treatment::Token);
                    if let Some(cell) = cell {
                        let id = record_id(row);
                        self.cover(cell, &self.label_of(cell, id), id, value);
                    }
                }
            }
        }
    }

    /// A record; `path` is that of its columns, with a dot at the end, or empty.
    fn record(&mut self, row: &Map<String, Value>, path: &str) -> Result<Value, MaskError> {
        let object = record_type(row).unwrap_or_default().to_owned();
        let id = record_id(row).map(str::to_owned);
        let mut out = Map::new();
        if !object.is_empty() {
            out.insert("attributes".into(), self.attributes(&object, id.as_deref()));
        }
        let around = self.country.clone();
        self.country = country_of(row).map(str::to_owned).or(self.country.take());
        let mut hints = Map::new();
        for (name, value) in row.iter().filter(|(name, _)| *name != "attributes") {
            if let Some(treated) = self.column(&object, id.as_deref(), path, name, value)? {
                out.insert(name.clone(), treated);
                let hint = self.hint(&object, id.as_deref(), path, name, value);
                hints.extend(hint.map(|it| (name.clone(), Value::String(it))));
            }
        }
        self.country = around;
        // Salesforce's own clients know no such member.
        if !hints.is_empty() && !matches!(self.with.form, Form::Rest(_)) {
            out.insert("hints".into(), Value::Object(hints));
        }
        Ok(Value::Object(out))
    }

    /// What a record says of itself. Its address holds its id, so it goes where the id may go.
    fn attributes(&self, object: &str, id: Option<&str>) -> Value {
        let passes = |cell: &Cell| cell.read && cell.treatment == Treatment::Pass;
        match (self.with.form, id) {
            (Form::Rest(version), Some(id))
                if self.with.matrix.cell(object, "Id").is_some_and(passes) =>
            {
                let url = format!("/services/data/v{version}.0/sobjects/{object}/{id}");
                json!({ "type": object, "url": url })
            }
            _ => json!({ "type": object }),
        }
    }

    /// What the matrix lets a model know of a covered value. It stands beside the token, so that
    /// the token stays what a filter needs, and is labelled like a rounded value.
    fn hint(
        &mut self,
        object: &str,
        id: Option<&str>,
        path: &str,
        name: &str,
        value: &Value,
    ) -> Option<String> {
        let path = format!("{path}{}", name.to_ascii_lowercase());
        let (object, field) = match self.with.columns.get(&path) {
            Some(Source::Count | Source::Related) => return None,
            Some(Source::Field { object, field }) => (object.as_str(), field.as_str()),
            None => (object, name),
        };
        let matrix = self.with.matrix;
        let cell = matrix.cell(object, field).filter(|it| it.read)?;
        let found = hint(cell.hint?, kind_of(&cell.object, &cell.field, value), value)?;
        self.leave_rough(cell, &self.label_of(cell, id));
        Some(found)
    }

    fn leave_rough(&mut self, cell: &Cell, label: &Label) {
        let (level, readers) = (label.level().rounded(), self.readers.clone());
        let left = Label::new(level, cell.compliance.clone(), cell.integrity, readers);
        self.left.absorb(&left);
    }

    /// One column of a record; `None` when it is withheld.
    fn column(
        &mut self,
        object: &str,
        id: Option<&str>,
        path: &str,
        name: &str,
        value: &Value,
    ) -> Result<Option<Value>, MaskError> {
        let path = format!("{path}{}", name.to_ascii_lowercase());
        match value {
            Value::Object(parent) if parent.contains_key("attributes") => {
                return self.record(parent, &format!("{path}.")).map(Some);
            }
            Value::Object(children) if children.contains_key("records") => {
                let list = children.get("records").cloned().unwrap_or_default();
                let list = rows(list)?
                    .iter()
                    .map(|row| self.record(row, &format!("{path}.")))
                    .collect::<Result<Vec<_>, _>>()?;
                let total = children.get("totalSize").cloned().unwrap_or_default();
                return Ok(Some(match self.with.form {
                    Form::Model => json!({ "totalSize": total, "records": list }),
                    Form::Rest(_) => json!({ "totalSize": total, "done": true, "records": list }),
                }));
            }
            _ => {}
        }
        let source = self.with.columns.get(&path).cloned();
        let (object, field) = match &source {
            Some(Source::Count) => return Ok(Some(value.clone()).filter(Value::is_number)),
            Some(Source::Related) if value.is_null() => return Ok(Some(Value::Null)),
            Some(Source::Related) => return Err(ShapeError { expected: "a record" }.into()),
            Some(Source::Field { object, field }) => (object.as_str(), field.as_str()),
            None => (object, name),
        };
        let matrix = self.with.matrix;
        match matrix.cell(object, field) {
            Some(cell) if cell.read => self.by_cell(cell, id, value),
            Some(cell) => Ok(self.withhold(object, field, &cell.why)),
            None => Ok(self.withhold(object, field, "the matrix has no row for it")),
        }
    }

    fn withhold(&mut self, object: &str, field: &str, why: &str) -> Option<Value> {
        self.withheld.insert(Withheld {
            object: object.to_owned(),
            field: field.to_owned(),
            why: why.to_owned(),
        });
        None
    }

    fn by_cell(
        &mut self,
        cell: &Cell,
        id: Option<&str>,
        value: &Value,
    ) -> Result<Option<Value>, MaskError> {
        if value.is_null() {
            return Ok(Some(Value::Null));
        }
        let label = self.label_of(cell, id);
        match cell.treatment {
            Treatment::Pass => {
                self.left.absorb(&label);
                self.pass(cell, &label, value).map(Some)
            }
            Treatment::Token => Ok(Some(self.cover(cell, &label, id, value))),
            Treatment::Strip => Ok(self.withhold(&cell.object, &cell.field, &cell.why)),
            Treatment::Encrypt => {
                let why = "it asks for encryption, and this gate has no encryptor";
                Ok(self.withhold(&cell.object, &cell.field, why))
            }
            Treatment::Round => {
                let Some(rough) = rounded(value) else {
                    let why = "it asks for rounding, and is neither a number nor a date";
                    return Ok(self.withhold(&cell.object, &cell.field, why));
                };
                self.leave_rough(cell, &label);
                Ok(Some(rough))
            }
            Treatment::Shift => {
                let days = id.and_then(|id| self.with.table.days_for(id));
                let Some(other) = days.and_then(|days| moved(value, days)) else {
                    let why = "it asks for another date, and is no date of one record";
                    return Ok(self.withhold(&cell.object, &cell.field, why));
                };
                self.leave_rough(cell, &label);
                Ok(Some(other))
            }
        }
    }

    fn label_of(&self, cell: &Cell, id: Option<&str>) -> Label {
        let place = Provenance {
            org: self.org.as_str().into(),
            object: cell.object.as_str().into(),
            record: id.map(Into::into),
            field: cell.field.as_str().into(),
            author: cell.integrity,
        };
        Label::new(cell.level, cell.compliance.clone(), cell.integrity, self.readers.clone())
            .found_at(place)
    }

    /// A value that stays. What people wrote goes through the detectors; what the platform
    /// wrote (ids, dates, picklists) would only raise false alarms there.
    fn pass(&mut self, cell: &Cell, label: &Label, value: &Value) -> Result<Value, MaskError> {
        Ok(match value {
            Value::String(text) if cell.integrity <= Integrity::Staff => {
                let mut out = String::with_capacity(text.len());
                let there = self.country.as_deref();
                let there = there.map(|country| There { detector: self.with.detector, country });
                let detector = there.as_ref().map_or(self.with.detector, |it| it as &dyn Detector);
                let found = self.with.table.mask_into(&mut out, text, label, detector)?;
                self.tokens += found;
                self.left.absorb(&left_of(label, self.with.detector));
                Value::String(out)
            }
            Value::Array(list) => Value::Array(
                list.iter().map(|it| self.pass(cell, label, it)).collect::<Result<_, _>>()?,
            ),
            Value::Object(map) => {
                let mut out = Map::new();
                for (key, it) in map {
                    out.insert(key.clone(), self.pass(cell, label, it)?);
                }
                Value::Object(out)
            }
            plain => plain.clone(),
        })
    }

    /// A value that becomes a token; the leaves of a compound value become one each.
    fn cover(&mut self, cell: &Cell, label: &Label, id: Option<&str>, value: &Value) -> Value {
        match value {
            Value::Null => Value::Null,
            Value::Object(map) => {
                let leaves =
                    map.iter().map(|(key, it)| (key.clone(), self.cover(cell, label, id, it)));
                Value::Object(leaves.collect())
            }
            Value::Array(list) => {
                Value::Array(list.iter().map(|it| self.cover(cell, label, id, it)).collect())
            }
            Value::String(text) if text.is_empty() => value.clone(),
            leaf => {
                let text = leaf.as_str().map_or_else(|| leaf.to_string(), str::to_owned);
                let kind = kind_of(&cell.object, &cell.field, leaf);
                let whose = id.map_or(Whose::Nobody, Whose::Record);
                let token = self.with.table.cover(kind, &text, label, Layer::Field, whose);
                self.tokens += 1;
                Value::String(token.to_string())
            }
        }
    }
}
