//! `sealed.db`: what entries commit to and do not say, and the keys that it can be forgotten by.
//!
//! The content is sealed before it gets here; a record is known by a keyed mark of its id.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use boundary::{Mark, UnixMillis};
use ledger::{LedgerError, Parts, SealedPart};
use rusqlite::{Connection, OptionalExtension as _, TransactionBehavior, params};

use crate::StoreError;
use crate::database::{Schema, millis, signed};
use crate::folder::Folder;

const SCHEMA: Schema = Schema {
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

/// Sealed parts and subjects. Clones are handles of the same file.
#[derive(Clone, Debug)]
pub struct SealedStore(Arc<Mutex<Connection>>);

impl SealedStore {
    pub(crate) fn open(folder: &Folder) -> Result<Self, StoreError> {
        let connection = SCHEMA.open(&folder.file(SCHEMA.name))?;
        Ok(Self(Arc::new(Mutex::new(connection))))
    }

    /// Opens the file of a folder to read it, also while a gate has the folder open. `None` where
    /// there is none.
    pub fn read_only(dir: &std::path::Path) -> Result<Option<Self>, StoreError> {
        let path = dir.join(SCHEMA.name);
        if !path.exists() {
            return Ok(None);
        }
        let connection = crate::database::bystander(&path)?;
        Ok(Some(Self(Arc::new(Mutex::new(connection)))))
    }

    /// The subject that the ledger calls so.
    pub fn subject(&self, pseudonym: &str) -> Result<Option<Subject>, StoreError> {
        let sql = "SELECT pseudonym, mark, key, reference, made FROM subjects WHERE pseudonym = ?1";
        let connection = self.connection();
        Ok(connection.prepare_cached(sql)?.query_row([pseudonym], subject).optional()?)
    }

    /// The record with this mark.
    pub fn marked(&self, mark: &Mark) -> Result<Option<Subject>, StoreError> {
        let sql = "SELECT pseudonym, mark, key, reference, made FROM subjects WHERE mark = ?1";
        let connection = self.connection();
        Ok(connection.prepare_cached(sql)?.query_row([mark.as_bytes()], subject).optional()?)
    }

    /// Pseudonyms of the records with these marks, in their order; `None` for those not met before.
    pub fn pseudonyms(
        &self,
        marks: &std::collections::BTreeSet<Mark>,
    ) -> Result<Vec<(Mark, Option<String>)>, StoreError> {
        let connection = self.connection();
        let mut find =
            connection.prepare_cached("SELECT pseudonym FROM subjects WHERE mark = ?1")?;
        let mut found = Vec::with_capacity(marks.len());
        for mark in marks {
            let pseudonym = find.query_row([mark.as_bytes()], |row| row.get(0)).optional()?;
            found.push((*mark, pseudonym));
        }
        Ok(found)
    }

    /// Adds subjects, all or none. Where one with the same mark is there already, it stays, and its
    /// pseudonym is given in place of the offered one.
    pub fn meet(&self, offered: &[Subject]) -> Result<Vec<String>, StoreError> {
        let mut connection = self.connection();
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let mut pseudonyms = Vec::with_capacity(offered.len());
        for it in offered {
            let Subject { pseudonym, mark, key, reference, made } = it;
            let sql = "INSERT INTO subjects (pseudonym, mark, key, reference, made)
                       VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO NOTHING";
            let values = params![pseudonym, mark, key, reference, signed(made.0)];
            transaction.prepare_cached(sql)?.execute(values)?;
            let sql = "SELECT pseudonym FROM subjects WHERE mark = ?1 OR pseudonym = ?2 LIMIT 1";
            let held = transaction
                .prepare_cached(sql)?
                .query_row(params![mark, pseudonym], |row| row.get(0))?;
            pseudonyms.push(held);
        }
        transaction.commit()?;
        Ok(pseudonyms)
    }

    /// Destroys every sealed part of a subject and keeps key and mapping. Gives the number of parts.
    pub fn forget_parts(&self, pseudonym: &str) -> Result<u64, StoreError> {
        let connection = self.connection();
        let parts = connection.execute("DELETE FROM parts WHERE subject = ?1", [pseudonym])?;
        crate::state::scrub_named(&connection, SCHEMA.name)?;
        Ok(parts as u64)
    }

    /// Destroys the key, the mapping and every sealed part of a subject; nothing of them stays in
    /// the file. Gives the number of parts.
    pub fn forget(&self, pseudonym: &str) -> Result<u64, StoreError> {
        let mut connection = self.connection();
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let parts = transaction.execute("DELETE FROM parts WHERE subject = ?1", [pseudonym])?;
        transaction.execute("DELETE FROM subjects WHERE pseudonym = ?1", [pseudonym])?;
        transaction.commit()?;
        crate::state::scrub_named(&connection, SCHEMA.name)?;
        Ok(parts as u64)
    }

    /// Holds a subject's data for a matter.
    pub fn hold(&self, hold: &LegalHold) -> Result<(), StoreError> {
        self.connection().execute(
            "INSERT INTO holds (pseudonym, reason, since) VALUES (?1, ?2, ?3)
             ON CONFLICT (pseudonym) DO UPDATE SET reason = excluded.reason",
            params![hold.pseudonym, hold.reason, signed(hold.since.0)],
        )?;
        Ok(())
    }

    /// Lifts a hold. Whether there was one.
    pub fn lift(&self, pseudonym: &str) -> Result<bool, StoreError> {
        let sql = "DELETE FROM holds WHERE pseudonym = ?1";
        Ok(self.connection().execute(sql, [pseudonym])? > 0)
    }

    /// The hold on a subject's data.
    pub fn held(&self, pseudonym: &str) -> Result<Option<LegalHold>, StoreError> {
        let sql = "SELECT pseudonym, reason, since FROM holds WHERE pseudonym = ?1";
        let hold = |row: &rusqlite::Row<'_>| {
            Ok(LegalHold {
                pseudonym: row.get(0)?,
                reason: row.get(1)?,
                since: millis(row.get(2)?),
            })
        };
        Ok(self.connection().prepare_cached(sql)?.query_row([pseudonym], hold).optional()?)
    }

    pub(crate) fn keep(&self, parts: &[SealedPart]) -> Result<(), LedgerError> {
        let failed = |error: rusqlite::Error| LedgerError::Storage(error.to_string());
        let mut connection = self.connection();
        let transaction =
            connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(failed)?;
        for SealedPart { commitment, bytes } in parts {
            let sql = "INSERT INTO parts (sha256, part, subject, bytes) VALUES (?1, ?2, ?3, ?4)
                       ON CONFLICT DO NOTHING";
            let values = params![commitment.sha256, commitment.part, commitment.key, bytes];
            transaction
                .prepare_cached(sql)
                .and_then(|mut insert| insert.execute(values))
                .map_err(failed)?;
        }
        transaction.commit().map_err(failed)
    }

    fn connection(&self) -> MutexGuard<'_, Connection> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Parts for SealedStore {
    fn part(&self, sha256: &str) -> Result<Option<Vec<u8>>, LedgerError> {
        let connection = self.connection();
        connection
            .prepare_cached("SELECT bytes FROM parts WHERE sha256 = ?1")
            .and_then(|mut find| find.query_row([sha256], |row| row.get(0)).optional())
            .map_err(|error| LedgerError::Storage(error.to_string()))
    }
}

fn subject(row: &rusqlite::Row<'_>) -> Result<Subject, rusqlite::Error> {
    Ok(Subject {
        pseudonym: row.get(0)?,
        mark: row.get(1)?,
        key: row.get(2)?,
        reference: row.get(3)?,
        made: millis(row.get(4)?),
    })
}
