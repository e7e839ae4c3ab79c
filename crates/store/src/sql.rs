//! SQL as all our databases understand it. State and sealed parts are written once, over this.
//!
//! The dialect is what SQLite and PostgreSQL share: `?1` for a value, `ON CONFLICT`, `RETURNING`, comparisons
//! of rows. Integers have 64 bits, texts sort by their bytes, and there are no booleans.

mod sqlite;

use std::fmt;

use boundary::{PersonId, UnixMillis};

use crate::StoreError;
use crate::database::signed;

pub(crate) use sqlite::{SqliteSql, scrub};

/// A value that a statement is given.
#[derive(Clone, Copy)]
pub enum Value<'a> {
    /// Nothing.
    Null,
    /// A number.
    Int(i64),
    /// A text.
    Text(&'a str),
    /// Bytes.
    Bytes(&'a [u8]),
}

/// A value that a database gives.
#[derive(Clone, PartialEq, Eq)]
pub enum Cell {
    /// Nothing.
    Null,
    /// A number.
    Int(i64),
    /// A text.
    Text(String),
    /// Bytes.
    Bytes(Vec<u8>),
}

/// A row that a database gives.
#[derive(Clone, PartialEq, Eq)]
pub struct Row(Vec<Cell>);

/// Runs statements.
pub trait Statements {
    /// Runs a statement to its end and gives its rows.
    fn rows(&self, sql: &str, values: &[Value<'_>]) -> Result<Vec<Row>, StoreError>;

    /// Runs a statement and gives the number of rows that it changed.
    fn change(&self, sql: &str, values: &[Value<'_>]) -> Result<usize, StoreError>;
}

/// A database. A statement by itself is a step by itself, durable when it returns.
pub trait Sql: Statements + fmt::Debug + Send + Sync {
    /// Runs `work` as one step that no other comes between: all of it is there afterwards, or nothing.
    /// It may run more than once; what counts is its last run.
    fn step(
        &self,
        work: &mut dyn FnMut(&dyn Statements) -> Result<(), StoreError>,
    ) -> Result<(), StoreError>;

    /// Removes from the files what was deleted, as far as that costs no more than a request may.
    fn scrub(&self) -> Result<(), StoreError>;

    /// Lets the room of what was deleted from these tables be used again, as far as nobody is kept waiting.
    fn reclaim(&self, tables: &[&str]);

    /// Removes from the files what was deleted from these tables, whatever it costs. The rows are gone for every
    /// query before: what cannot be done is told, and is no error.
    fn erase(&self, tables: &[&str]) -> Vec<Remnant>;
}

/// A place where bytes of what was deleted may still stand: no query finds them, whoever reads the files may.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Remnant {
    /// Which table, or which file.
    pub place: String,
    /// Why it could not be written anew.
    pub reason: String,
    /// What to do by hand.
    pub remedy: String,
}

impl dyn Statements + '_ {
    /// The first row, read.
    pub fn first<T>(
        &self,
        sql: &str,
        values: &[Value<'_>],
        read: impl FnOnce(&Row) -> Result<T, StoreError>,
    ) -> Result<Option<T>, StoreError> {
        self.rows(sql, values)?.first().map(read).transpose()
    }

    /// Every row, read.
    pub fn all<T>(
        &self,
        sql: &str,
        values: &[Value<'_>],
        read: impl FnMut(&Row) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        self.rows(sql, values)?.iter().map(read).collect()
    }
}

impl dyn Sql {
    /// The first row, read.
    pub fn first<T>(
        &self,
        sql: &str,
        values: &[Value<'_>],
        read: impl FnOnce(&Row) -> Result<T, StoreError>,
    ) -> Result<Option<T>, StoreError> {
        self.rows(sql, values)?.first().map(read).transpose()
    }

    /// Every row, read.
    pub fn all<T>(
        &self,
        sql: &str,
        values: &[Value<'_>],
        read: impl FnMut(&Row) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        self.rows(sql, values)?.iter().map(read).collect()
    }

    /// [`Sql::step`], with what comes of it.
    pub fn in_one_step<T>(
        &self,
        mut work: impl FnMut(&dyn Statements) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let mut made = None;
        self.step(&mut |statements| {
            made = Some(work(statements)?);
            Ok(())
        })?;
        made.ok_or(StoreError::Form)
    }
}

impl Row {
    /// A row of these cells.
    pub fn new(cells: Vec<Cell>) -> Self {
        Self(cells)
    }

    /// A number.
    pub fn int(&self, column: usize) -> Result<i64, StoreError> {
        self.maybe_int(column)?.ok_or(StoreError::Form)
    }

    /// A number, or nothing.
    pub fn maybe_int(&self, column: usize) -> Result<Option<i64>, StoreError> {
        match self.0.get(column) {
            Some(Cell::Int(number)) => Ok(Some(*number)),
            Some(Cell::Null) => Ok(None),
            _ => Err(StoreError::Form),
        }
    }

    /// A count or a position.
    pub fn count(&self, column: usize) -> Result<u64, StoreError> {
        self.int(column).map(crate::database::unsigned)
    }

    /// A moment.
    pub fn millis(&self, column: usize) -> Result<UnixMillis, StoreError> {
        self.int(column).map(crate::database::millis)
    }

    /// A moment, or none.
    pub fn maybe_millis(&self, column: usize) -> Result<Option<UnixMillis>, StoreError> {
        Ok(self.maybe_int(column)?.map(crate::database::millis))
    }

    /// A text.
    pub fn text(&self, column: usize) -> Result<String, StoreError> {
        self.maybe_text(column)?.ok_or(StoreError::Form)
    }

    /// A text, or none.
    pub fn maybe_text(&self, column: usize) -> Result<Option<String>, StoreError> {
        match self.0.get(column) {
            Some(Cell::Text(text)) => Ok(Some(text.clone())),
            Some(Cell::Null) => Ok(None),
            _ => Err(StoreError::Form),
        }
    }

    /// Bytes.
    pub fn bytes(&self, column: usize) -> Result<Vec<u8>, StoreError> {
        self.maybe_bytes(column)?.ok_or(StoreError::Form)
    }

    /// Bytes, or none.
    pub fn maybe_bytes(&self, column: usize) -> Result<Option<Vec<u8>>, StoreError> {
        match self.0.get(column) {
            Some(Cell::Bytes(bytes)) => Ok(Some(bytes.clone())),
            Some(Cell::Null) => Ok(None),
            _ => Err(StoreError::Form),
        }
    }

    /// As many bytes as there must be.
    pub fn array<const N: usize>(&self, column: usize) -> Result<[u8; N], StoreError> {
        self.bytes(column)?.try_into().map_err(|_| StoreError::Form)
    }

    /// A person; `table` is whose row this is.
    pub fn person(&self, column: usize, table: &'static str) -> Result<PersonId, StoreError> {
        PersonId::parse(&self.text(column)?).ok_or(StoreError::Damaged(table))
    }
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(text)
    }
}

impl<'a> From<&'a String> for Value<'a> {
    fn from(text: &'a String) -> Self {
        Self::Text(text)
    }
}

impl<'a> From<&'a PersonId> for Value<'a> {
    fn from(person: &'a PersonId) -> Self {
        Self::Text(person.as_str())
    }
}

impl<'a> From<&'a [u8]> for Value<'a> {
    fn from(bytes: &'a [u8]) -> Self {
        Self::Bytes(bytes)
    }
}

impl<'a> From<&'a Vec<u8>> for Value<'a> {
    fn from(bytes: &'a Vec<u8>) -> Self {
        Self::Bytes(bytes)
    }
}

impl<'a, const N: usize> From<&'a [u8; N]> for Value<'a> {
    fn from(bytes: &'a [u8; N]) -> Self {
        Self::Bytes(bytes)
    }
}

impl<'a> From<&'a keys::KeyHash> for Value<'a> {
    fn from(hash: &'a keys::KeyHash) -> Self {
        Self::Bytes(hash.as_bytes())
    }
}

impl From<i64> for Value<'_> {
    fn from(number: i64) -> Self {
        Self::Int(number)
    }
}

impl From<u64> for Value<'_> {
    fn from(number: u64) -> Self {
        Self::Int(signed(number))
    }
}

impl From<UnixMillis> for Value<'_> {
    fn from(moment: UnixMillis) -> Self {
        Self::Int(signed(moment.0))
    }
}

impl<'a, T: Into<Value<'a>>> From<Option<T>> for Value<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// Values of a statement, each of its own type.
macro_rules! values {
    ($($value:expr),* $(,)?) => { &[$($crate::sql::Value::from($value)),*] };
}
pub(crate) use values;

// Rows hold what people typed; nobody prints one.
impl fmt::Debug for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Row({} cells)", self.0.len())
    }
}

impl fmt::Debug for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Cell(..)")
    }
}

impl fmt::Debug for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Value(..)")
    }
}
