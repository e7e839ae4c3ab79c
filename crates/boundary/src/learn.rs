//! Learning: values of the CRM told to an index, so that the same values are found in free text.
//!
//! The index is trusted like a [`crate::Detector`]: it sees values, holds only keyed hashes of them, and
//! answers with offsets. Nothing that is learned is ever shown, so what may be learned is decided by the
//! reader's rights alone, not by the matrix.

use crate::entry::{Act, Entry};
use crate::fetch::{Denied, Lookup, RecordRef, Touch, Usage};
use crate::principal::Viewer;
use crate::records::{Records, record_id, record_type};

/// An object, and the fields of it that hold values to be found elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Topic {
    /// API name of the object.
    pub object: &'static str,
    /// API names of the fields.
    pub fields: &'static [&'static str],
}

/// An index of values. Sees them, keeps only what they cannot be read back from.
pub trait Learner: Send + Sync {
    /// What it wants to know.
    fn topics(&self) -> &'static [Topic];

    /// From now on values go into a new index beside the old one, until [`Learner::renewed`].
    fn renew(&self);

    /// The new index takes the place of the old one.
    fn renewed(&self);

    /// Takes a record's values in place of what was known of it: API names and texts.
    fn learn(&self, record: &RecordRef, values: &[(&str, &str)]);

    /// Forgets a record.
    fn forget(&self, id: &str);

    /// Whether so much has changed that it is better built anew.
    fn is_worn(&self) -> bool;
}

/// Which records to read for learning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lesson<'a> {
    /// All that there are.
    All,
    /// Those that changed since: a SOQL date-time in UTC, such as `2026-11-22T07:00:00Z`.
    ChangedSince(&'a str),
    /// Those that were deleted since.
    DeletedSince(&'a str),
}

impl Lookup {
    /// Reads the values of a topic, as the gate's own reader. Fields that the reader cannot see
    /// are an error: choose them by its rights.
    pub fn to_learn(
        object: &str,
        fields: &[&str],
        lesson: Lesson<'_>,
        viewer: &Viewer<'_>,
        act: &Act,
    ) -> Result<(Self, Entry), Denied> {
        let touches = fields.iter().map(|field| Touch {
            object: object.to_owned(),
            field: (*field).to_owned(),
            usage: Usage::Select,
        });
        let touches: Vec<Touch> = touches.collect();
        let select = match lesson {
            Lesson::DeletedSince(_) => "Id".to_owned(),
            _ => fields.join(", "),
        };
        let filter = match lesson {
            Lesson::All => String::new(),
            Lesson::ChangedSince(time) => format!(" WHERE SystemModstamp >= {}", moment(time)?),
            Lesson::DeletedSince(time) => {
                format!(" WHERE IsDeleted = true AND SystemModstamp >= {}", moment(time)?)
            }
        };
        let soql = format!("SELECT {select} FROM {object}{filter}");
        let deleted = matches!(lesson, Lesson::DeletedSince(_));
        Self::own_query(soql, deleted, &touches, "knowledge", viewer, act)
    }
}

/// Only what a date-time has: the text becomes a part of a query.
pub(crate) fn moment(time: &str) -> Result<&str, Denied> {
    let sound = time.bytes().all(|it| it.is_ascii_digit() || b"-:TZ.".contains(&it));
    if sound && !time.is_empty() { Ok(time) } else { Err(Denied::Page) }
}

impl Records {
    /// Tells the values of these records to a learner. Answers how many records it told.
    pub fn teach(&self, learner: &dyn Learner) -> usize {
        let mut told = 0;
        for row in self.rows() {
            let record = record_type(row).zip(record_id(row));
            let Some(record) = record.and_then(|(object, id)| RecordRef::new(object, id)) else {
                continue;
            };
            let values =
                row.iter().filter_map(|(name, value)| Some((name.as_str(), value.as_str()?)));
            let values: Vec<_> =
                values.filter(|(name, value)| !value.is_empty() && *name != "Id").collect();
            learner.learn(&record, &values);
            told += 1;
        }
        told
    }

    /// Has a learner forget these records.
    pub fn unteach(&self, learner: &dyn Learner) -> usize {
        let ids: Vec<&str> = self.rows().iter().filter_map(record_id).collect();
        for id in &ids {
            learner.forget(id);
        }
        ids.len()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    #[derive(Default)]
    struct Notes(Mutex<Vec<String>>);

    impl Learner for Notes {
        fn topics(&self) -> &'static [Topic] {
            &[]
        }
        fn renew(&self) {}
        fn renewed(&self) {}
        fn learn(&self, record: &RecordRef, values: &[(&str, &str)]) {
            self.0.lock().unwrap().push(format!("{} {values:?}", record.object()));
        }
        fn forget(&self, id: &str) {
            self.0.lock().unwrap().push(format!("-{id}"));
        }
        fn is_worn(&self) -> bool {
            false
        }
    }

    fn records(body: &str) -> Records {
        Records::parse(crate::testing::of_crm(body)).unwrap()
    }

    #[test]
    fn values_are_told_by_record_and_nothing_else_is() {
        let page = records(
            r#"{"totalSize":2,"done":true,"records":[
                {"attributes":{"type":"Contact","url":"/x/003000000000001AAA"},"Id":"003000000000001AAA","FirstName":"Ana","LastName":"Berg","Email":null,"Age__c":7},
                {"attributes":{"type":"Contact; DROP","url":"/x/003000000000002AAA"},"Id":"003000000000002AAA","LastName":"Nobody"}]}"#,
        );
        let notes = Notes::default();
        assert_eq!(page.teach(&notes), 1);
        assert_eq!(page.unteach(&notes), 2);
        assert_eq!(
            *notes.0.lock().unwrap(),
            [
                r#"Contact [("FirstName", "Ana"), ("LastName", "Berg")]"#,
                "-003000000000001AAA",
                "-003000000000002AAA"
            ]
        );
    }

    #[test]
    fn a_time_cannot_become_a_query() {
        assert!(moment("2026-11-22T07:00:00.000Z").is_ok());
        for bad in ["", "2026 OR Id != null", "'", "LAST_N_DAYS:1"] {
            assert!(moment(bad).is_err(), "{bad}");
        }
    }
}
