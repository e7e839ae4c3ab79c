//! `sealed.db`: what entries commit to and do not say, and the keys that it can be forgotten by.
//!
//! The content is sealed before it gets here; a record is known by a keyed mark of its id.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use boundary::{Mark, UnixMillis};
use ledger::{LedgerError, Parts, SealedPart};

use crate::StoreError;
use crate::database::Schema;
use crate::folder::Folder;
use crate::sql::{Remnant, Row, Sql, SqliteSql, Statements, Value, values};

/// The tables, in the words of SQLite; see [`crate::tables`].
pub(crate) const SCHEMA: Schema = Schema {
    name: "sealed.db",
    steps: &["
        CREATE TABLE subjects (
            pseudonym TEXT PRIMARY KEY, mark BLOB UNIQUE, key BLOB NOT NULL, reference BLOB,
            made INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE parts (
            sha256 TEXT PRIMARY KEY, part TEXT NOT NULL, subject TEXT NOT NULL, bytes BLOB NOT NULL
        ) STRICT;
        CREATE INDEX parts_by_subject ON parts (subject);
        CREATE TABLE holds (
            pseudonym TEXT PRIMARY KEY, reason TEXT NOT NULL, since INTEGER NOT NULL
        ) STRICT;
    "],
};

/// Somebody or something that entries are about: a person who signed in, or a record.
#[derive(Clone, PartialEq, Eq)]
pub struct Subject {
    /// What the ledger calls it.
    pub pseudonym: String,
    /// What a record is found by; a person is found by the pseudonym alone.
    pub mark: Option<[u8; 32]>,
    /// Its key, sealed.
    pub key: Vec<u8>,
    /// Object and id of a record, sealed with its key.
    pub reference: Option<Vec<u8>>,
    /// When it was first met.
    pub made: UnixMillis,
}

impl std::fmt::Debug for Subject {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Subject({})", self.pseudonym)
    }
}

/// Why a subject may not be forgotten yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LegalHold {
    /// Whose data is held.
    pub pseudonym: String,
    /// The matter it is held for, such as a case number.
    pub reason: String,
    /// Since when.
    pub since: UnixMillis,
}

/// Sealed parts and subjects, in whatever database. Clones are handles of the same.
#[derive(Clone, Debug)]
pub struct SealedStore(Arc<dyn Sql>);

/// Rows dropped by one statement.
const DROPPED: usize = 256;

const SUBJECT: &str = "SELECT pseudonym, mark, key, reference, made FROM subjects";

impl SealedStore {
    /// Sealed parts in a database that has their [tables](crate::tables).
    pub fn new(sql: Arc<dyn Sql>) -> Self {
        Self(sql)
    }

    pub(crate) fn open(folder: &Folder) -> Result<Self, StoreError> {
        let connection = SCHEMA.open(&folder.file(SCHEMA.name))?;
        Ok(Self(Arc::new(SqliteSql::new(connection, SCHEMA.name))))
    }

    /// Opens the file of a folder to read it, also while a gate has the folder open. `None` where
    /// there is none.
    pub fn read_only(dir: &Path) -> Result<Option<Self>, StoreError> {
        let path = dir.join(SCHEMA.name);
        if !path.exists() {
            return Ok(None);
        }
        let connection = crate::database::bystander(&path)?;
        Ok(Some(Self(Arc::new(SqliteSql::new(connection, SCHEMA.name)))))
    }

    /// The subject that the ledger calls so.
    pub fn subject(&self, pseudonym: &str) -> Result<Option<Subject>, StoreError> {
        self.0.first(&format!("{SUBJECT} WHERE pseudonym = ?1"), values![pseudonym], subject)
    }

    /// The record with this mark.
    pub fn marked(&self, mark: &Mark) -> Result<Option<Subject>, StoreError> {
        self.0.first(&format!("{SUBJECT} WHERE mark = ?1"), values![mark.as_bytes()], subject)
    }

    /// Pseudonyms of the records with these marks, in their order; `None` for those not met before.
    pub fn pseudonyms(
        &self,
        marks: &BTreeSet<Mark>,
    ) -> Result<Vec<(Mark, Option<String>)>, StoreError> {
        let sql = "SELECT pseudonym FROM subjects WHERE mark = ?1";
        let find = |mark: &Mark| {
            let pseudonym = self.0.first(sql, values![mark.as_bytes()], |row| row.text(0))?;
            Ok((*mark, pseudonym))
        };
        marks.iter().map(find).collect()
    }

    /// Adds subjects, all or none. Where one with the same mark is there already, it stays, and its
    /// pseudonym is given in place of the offered one.
    pub fn meet(&self, offered: &[Subject]) -> Result<Vec<String>, StoreError> {
        self.0.in_one_step(|step| {
            let mut pseudonyms = Vec::with_capacity(offered.len());
            for Subject { pseudonym, mark, key, reference, made } in offered {
                step.change(
                    "INSERT INTO subjects (pseudonym, mark, key, reference, made)
                     VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO NOTHING",
                    values![pseudonym, mark.as_ref(), key, reference.as_ref(), *made],
                )?;
                let sql =
                    "SELECT pseudonym FROM subjects WHERE mark = ?1 OR pseudonym = ?2 LIMIT 1";
                let held = step.first(sql, values![mark.as_ref(), pseudonym], |row| row.text(0))?;
                pseudonyms.push(held.ok_or(StoreError::Damaged("subjects"))?);
            }
            Ok(pseudonyms)
        })
    }

    /// Destroys every sealed part of a subject and keeps key and mapping. Gives the number of parts, and where bytes
    /// of them may still stand.
    pub fn forget_parts(&self, pseudonym: &str) -> Result<(u64, Vec<Remnant>), StoreError> {
        let sql = "DELETE FROM parts WHERE subject = ?1";
        let parts = self.0.change(sql, values![pseudonym])?;
        Ok((parts as u64, self.0.erase(&["parts"])))
    }

    /// Destroys the key, the mapping and every sealed part of a subject; nothing of them stays in
    /// the file, but in what is told. Gives the number of parts.
    pub fn forget(&self, pseudonym: &str) -> Result<(u64, Vec<Remnant>), StoreError> {
        let parts = self.0.in_one_step(|step| {
            let parts = step.change("DELETE FROM parts WHERE subject = ?1", values![pseudonym])?;
            step.change("DELETE FROM subjects WHERE pseudonym = ?1", values![pseudonym])?;
            Ok(parts)
        })?;
        Ok((parts as u64, self.0.erase(&["parts", "subjects"])))
    }

    /// Holds a subject's data for a matter.
    pub fn hold(&self, hold: &LegalHold) -> Result<(), StoreError> {
        self.0.change(
            "INSERT INTO holds (pseudonym, reason, since) VALUES (?1, ?2, ?3)
             ON CONFLICT (pseudonym) DO UPDATE SET reason = excluded.reason",
            values![&hold.pseudonym, &hold.reason, hold.since],
        )?;
        Ok(())
    }

    /// Lifts a hold. Whether there was one.
    pub fn lift(&self, pseudonym: &str) -> Result<bool, StoreError> {
        let sql = "DELETE FROM holds WHERE pseudonym = ?1";
        Ok(self.0.change(sql, values![pseudonym])? > 0)
    }

    /// The hold on a subject's data.
    pub fn held(&self, pseudonym: &str) -> Result<Option<LegalHold>, StoreError> {
        let sql = "SELECT pseudonym, reason, since FROM holds WHERE pseudonym = ?1";
        self.0.first(sql, values![pseudonym], |row| {
            let (pseudonym, reason) = (row.text(0)?, row.text(1)?);
            Ok(LegalHold { pseudonym, reason, since: row.millis(2)? })
        })
    }

    /// Every hold.
    pub fn holds(&self) -> Result<Vec<LegalHold>, StoreError> {
        self.0.all("SELECT pseudonym, reason, since FROM holds", values![], |row| {
            let (pseudonym, reason) = (row.text(0)?, row.text(1)?);
            Ok(LegalHold { pseudonym, reason, since: row.millis(2)? })
        })
    }

    /// Drops sealed parts by their digests, while others keep theirs. What is cut off is done again.
    pub fn drop_parts(&self, digests: &BTreeSet<String>) -> Result<(), StoreError> {
        self.drop_of("DELETE FROM parts WHERE sha256", digests)?;
        self.0.reclaim(&["parts"]);
        Ok(())
    }

    /// Drops the keys and the names of records, by what the ledger calls them. Persons stay.
    pub fn drop_records(&self, pseudonyms: &BTreeSet<String>) -> Result<(), StoreError> {
        self.drop_of("DELETE FROM subjects WHERE mark IS NOT NULL AND pseudonym", pseudonyms)?;
        self.0.reclaim(&["subjects"]);
        Ok(())
    }

    fn drop_of(&self, delete: &str, texts: &BTreeSet<String>) -> Result<(), StoreError> {
        let texts: Vec<&String> = texts.iter().collect();
        for some in texts.chunks(DROPPED) {
            let places: Vec<String> = (1..=some.len()).map(|at| format!("?{at}")).collect();
            let sql = format!("{delete} IN ({})", places.join(", "));
            let values: Vec<Value<'_>> = some.iter().map(|text| Value::from(*text)).collect();
            self.0.change(&sql, &values)?;
        }
        Ok(())
    }

    pub(crate) fn keep(&self, parts: &[SealedPart]) -> Result<(), LedgerError> {
        let kept = self.0.step(&mut |step| keep_parts(step, parts));
        kept.map_err(|error| LedgerError::Storage(error.to_string()))
    }
}

/// Keeps sealed parts in a step that is under way. One that is there already is no error.
pub fn keep_parts(step: &dyn Statements, parts: &[SealedPart]) -> Result<(), StoreError> {
    for SealedPart { commitment, bytes } in parts {
        step.change(
            "INSERT INTO parts (sha256, part, subject, bytes) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT DO NOTHING",
            values![&commitment.sha256, &commitment.part, &commitment.key, bytes],
        )?;
    }
    Ok(())
}

impl Parts for SealedStore {
    fn part(&self, sha256: &str) -> Result<Option<Vec<u8>>, LedgerError> {
        let sql = "SELECT bytes FROM parts WHERE sha256 = ?1";
        let part = self.0.first(sql, values![sha256], |row| row.bytes(0));
        part.map_err(|error| LedgerError::Storage(error.to_string()))
    }

    fn has_key(&self, subject: &str) -> Result<bool, LedgerError> {
        let sql = "SELECT pseudonym FROM subjects WHERE pseudonym = ?1";
        let found = self.0.first(sql, values![subject], |row| row.text(0));
        Ok(found.map_err(|error| LedgerError::Storage(error.to_string()))?.is_some())
    }
}

fn subject(row: &Row) -> Result<Subject, StoreError> {
    let mark = row.maybe_bytes(1)?.map(|mark| mark.try_into().map_err(|_| StoreError::Form));
    Ok(Subject {
        pseudonym: row.text(0)?,
        mark: mark.transpose()?,
        key: row.bytes(2)?,
        reference: row.maybe_bytes(3)?,
        made: row.millis(4)?,
    })
}
