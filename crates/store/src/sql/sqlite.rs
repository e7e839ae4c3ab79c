//! SQLite's side of it: one connection, for which callers wait.

use std::sync::{Mutex, MutexGuard, PoisonError};

use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, ToSql, TransactionBehavior, params_from_iter};

use super::{Cell, Remnant, Row, Sql, Statements, Value};
use crate::StoreError;

/// Statements kept prepared.
const PREPARED: usize = 96;

/// One file.
#[derive(Debug)]
pub(crate) struct SqliteSql {
    connection: Mutex<Connection>,
    name: &'static str,
}

impl SqliteSql {
    pub(crate) fn new(connection: Connection, name: &'static str) -> Self {
        connection.set_prepared_statement_cache_capacity(PREPARED);
        Self { connection: Mutex::new(connection), name }
    }

    fn connection(&self) -> MutexGuard<'_, Connection> {
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Statements for Connection {
    fn rows(&self, sql: &str, values: &[Value<'_>]) -> Result<Vec<Row>, StoreError> {
        let mut statement = self.prepare_cached(sql)?;
        let columns = statement.column_count();
        let mut found = statement.query(params_from_iter(values))?;
        let mut rows = Vec::new();
        // To the end: the commit comes after the last row, and stopping before would not hear of
        // its failure.
        while let Some(row) = found.next()? {
            let cells = (0..columns).map(|column| cell(row.get_ref(column)?));
            rows.push(Row::new(cells.collect::<Result<_, _>>()?));
        }
        Ok(rows)
    }

    fn change(&self, sql: &str, values: &[Value<'_>]) -> Result<usize, StoreError> {
        Ok(self.prepare_cached(sql)?.execute(params_from_iter(values))?)
    }
}

impl Statements for SqliteSql {
    fn rows(&self, sql: &str, values: &[Value<'_>]) -> Result<Vec<Row>, StoreError> {
        self.connection().rows(sql, values)
    }

    fn change(&self, sql: &str, values: &[Value<'_>]) -> Result<usize, StoreError> {
        self.connection().change(sql, values)
    }
}

impl Sql for SqliteSql {
    fn step(
        &self,
        work: &mut dyn FnMut(&dyn Statements) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let mut connection = self.connection();
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let statements: &Connection = &transaction;
        work(statements)?;
        Ok(transaction.commit()?)
    }

    /// `secure_delete` overwrites deleted cells in the database, but the write-ahead log holds the pages
    /// as they were until it is carried over and cut.
    fn scrub(&self) -> Result<(), StoreError> {
        scrub(&self.connection(), self.name)
    }

    fn reclaim(&self, _: &[&str]) {
        // Whoever keeps it from being done now does not next time.
        let _ = self.scrub();
    }

    /// Somebody who reads the file at that moment, such as a verifier, keeps its write-ahead log.
    fn erase(&self, _: &[&str]) -> Vec<Remnant> {
        let remnant = |error: StoreError| Remnant {
            place: format!("{}-wal", self.name),
            reason: error.to_string(),
            remedy: "end what else reads the data folder, then run `portcullis doctor`".to_owned(),
        };
        self.scrub().err().map(remnant).into_iter().collect()
    }
}

pub(crate) fn scrub(connection: &Connection, database: &'static str) -> Result<(), StoreError> {
    let busy: i64 =
        connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))?;
    if busy == 0 { Ok(()) } else { Err(StoreError::Unsafe { database, setting: "wal_checkpoint" }) }
}

impl ToSql for Value<'_> {
    fn to_sql(&self) -> Result<ToSqlOutput<'_>, rusqlite::Error> {
        Ok(ToSqlOutput::Borrowed(match *self {
            Self::Null => ValueRef::Null,
            Self::Int(number) => ValueRef::Integer(number),
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
            Self::Bytes(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

fn cell(value: ValueRef<'_>) -> Result<Cell, StoreError> {
    match value {
        ValueRef::Null => Ok(Cell::Null),
        ValueRef::Integer(number) => Ok(Cell::Int(number)),
        ValueRef::Text(text) => {
            String::from_utf8(text.to_vec()).map(Cell::Text).map_err(|_| StoreError::Form)
        }
        ValueRef::Blob(bytes) => Ok(Cell::Bytes(bytes.to_vec())),
        ValueRef::Real(_) => Err(StoreError::Form),
    }
}
