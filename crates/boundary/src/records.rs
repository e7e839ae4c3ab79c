//! Records as Salesforce sends them: parsed in here, read nowhere else.

use std::fmt;

use serde_json::{Map, Value};

use crate::raw::Raw;

/// A reply of the CRM that does not have the form Salesforce documents. Holds nothing of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the reply of the CRM is not {expected}")]
pub struct ShapeError {
    /// What was expected.
    pub expected: &'static str,
}

/// A page of records, in the clear, behind the label of the whole reply.
///
/// Its size and paging can be read; its values cannot.
pub struct Records {
    rows: Vec<Map<String, Value>>,
    total: u64,
    done: bool,
    next: Option<String>,
    pub(crate) label: crate::Label,
}

impl Records {
    /// Parses the body of a query, a search, or one record.
    pub fn parse(body: Raw<Vec<u8>>) -> Result<Self, ShapeError> {
        let label = body.label().clone();
        let reply: Value = serde_json::from_slice(&body.into_value())
            .map_err(|_| ShapeError { expected: "JSON" })?;
        let Value::Object(mut reply) = reply else {
            return Err(ShapeError { expected: "an object" });
        };
        let list = reply.remove("records").or_else(|| reply.remove("searchRecords"));
        let Some(list) = list else {
            if !reply.contains_key("attributes") {
                return Err(ShapeError { expected: "a query result, a search result or a record" });
            }
            return Ok(Self { rows: vec![reply], total: 1, done: true, next: None, label });
        };
        let rows = rows(list)?;
        let total = reply.get("totalSize").and_then(Value::as_u64).unwrap_or(rows.len() as u64);
        let done = reply.get("done").and_then(Value::as_bool).unwrap_or(true);
        let next = reply.get("nextRecordsUrl").and_then(Value::as_str).map(str::to_owned);
        Ok(Self { rows, total, done, next, label })
    }

    /// Parses a bare list of records: what the person looked at last.
    pub fn parse_list(body: Raw<Vec<u8>>) -> Result<Self, ShapeError> {
        let label = body.label().clone();
        let reply: Value = serde_json::from_slice(&body.into_value())
            .map_err(|_| ShapeError { expected: "JSON" })?;
        let rows = rows(reply)?;
        let total = rows.len() as u64;
        Ok(Self { rows, total, done: true, next: None, label })
    }

    /// Records in this page.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether the page has no record.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Records of the whole result.
    pub fn total(&self) -> u64 {
        self.total
    }

    /// Whether this is the last page.
    pub fn is_done(&self) -> bool {
        self.done
    }

    /// Path of the next page.
    pub fn next(&self) -> Option<&str> {
        self.next.as_deref()
    }

    /// Records in this page, those of child lists too.
    pub fn len_with_children(&self) -> u64 {
        self.rows.iter().map(count).sum()
    }

    /// Keeps the records of these objects alone.
    pub fn retain_objects(&mut self, wanted: &dyn Fn(&str) -> bool) {
        self.rows.retain(|row| record_type(row).is_some_and(wanted));
        self.total = self.rows.len() as u64;
    }

    pub(crate) fn label(&self) -> &crate::Label {
        &self.label
    }

    pub(crate) fn rows(&self) -> &[Map<String, Value>] {
        &self.rows
    }

    /// The only record's value of a field, found whatever the case of the name.
    pub(crate) fn only_value(&self, field: &str) -> Option<&Value> {
        match self.rows.as_slice() {
            [row] => {
                row.iter().find(|(name, _)| name.eq_ignore_ascii_case(field)).map(|(_, it)| it)
            }
            _ => None,
        }
    }
}

impl fmt::Debug for Records {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Records({} of {})", self.rows.len(), self.total)
    }
}

/// A record and the records in its lists of children.
fn count(row: &Map<String, Value>) -> u64 {
    let lists = row.values().filter_map(|value| value.get("records")?.as_array());
    let children = lists.flatten().filter_map(Value::as_object).map(count);
    1 + children.sum::<u64>()
}

pub(crate) fn rows(list: Value) -> Result<Vec<Map<String, Value>>, ShapeError> {
    let Value::Array(list) = list else { return Err(ShapeError { expected: "a list of records" }) };
    list.into_iter()
        .map(|row| match row {
            Value::Object(row) => Ok(row),
            _ => Err(ShapeError { expected: "a list of records" }),
        })
        .collect()
}

/// The id of a record: its `Id`, or the last part of its address.
pub(crate) fn record_id(row: &Map<String, Value>) -> Option<&str> {
    row.get("Id").and_then(Value::as_str).or_else(|| {
        let url = row.get("attributes")?.get("url")?.as_str()?;
        url.rsplit('/').next()
    })
}

/// The object's API name.
pub(crate) fn record_type(row: &Map<String, Value>) -> Option<&str> {
    row.get("attributes")?.get("type")?.as_str()
}
