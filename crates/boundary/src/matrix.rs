//! The data-access matrix: which field a model may see, and in what form.
//!
//! The file is a spreadsheet: `object,field,read,create,update,label,treatment,why`, one row
//! an object and field. A last column `delete`, which need not be there, lets whole records be
//! proposed for deletion: only a row of `Id` may say yes. What has no row is not readable. The
//! matrix narrows what Salesforce allows a person; it never widens it.

mod compound;
mod parse;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use sha2::{Digest as _, Sha256};

use crate::label::{ComplianceSet, Integrity, Level};

pub use parse::MatrixError;

/// What is done to a field's value before a model may see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Treatment {
    /// Stays, except what the detectors find in it.
    Pass,
    /// Becomes a token that stands for the value.
    Token,
    /// Is left out, and the model is told that it was.
    Strip,
    /// Numbers below a hundred keep the nearest ten, others two significant digits; dates keep
    /// the month.
    Round,
    /// Dates are moved by days that differ from record to record and from conversation to
    /// conversation; spans between dates of one record stay.
    Shift,
    /// Becomes a ciphertext to compute on.
    Encrypt,
}

impl Treatment {
    /// Every treatment.
    pub const ALL: [Self; 6] =
        [Self::Pass, Self::Token, Self::Strip, Self::Round, Self::Shift, Self::Encrypt];

    /// The name as it stands in the matrix.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Token => "token",
            Self::Strip => "strip",
            Self::Round => "round",
            Self::Shift => "shift",
            Self::Encrypt => "encrypt",
        }
    }
}

/// What a model may know of a value beside its token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Hint {
    /// The calling code of a phone, the country of an IBAN or of an address.
    Country,
    /// The domain of an e-mail address or a web address.
    Domain,
    /// The powers of ten around a number.
    Magnitude,
    /// The year of a date.
    Year,
}

impl Hint {
    /// Every hint.
    pub const ALL: [Self; 4] = [Self::Country, Self::Domain, Self::Magnitude, Self::Year];

    /// The name as it stands in the matrix: `token+domain`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Country => "country",
            Self::Domain => "domain",
            Self::Magnitude => "magnitude",
            Self::Year => "year",
        }
    }
}

impl FromStr for Hint {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|it| it.name().eq_ignore_ascii_case(text)).ok_or(())
    }
}

impl FromStr for Treatment {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|it| it.name().eq_ignore_ascii_case(text)).ok_or(())
    }
}

/// One row of the matrix.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "columns that say yes or no by themselves")]
pub struct Cell {
    /// API name of the object, as written.
    pub object: String,
    /// API name of the field, as written.
    pub field: String,
    /// May be read.
    pub read: bool,
    /// May be set when a record is created.
    pub create: bool,
    /// May be changed.
    pub update: bool,
    /// In the row of `Id`: records of the object may be deleted, with what belongs to them.
    pub delete: bool,
    /// Sensitivity.
    pub level: Level,
    /// Rule books.
    pub compliance: ComplianceSet,
    /// Who may have written the value.
    pub integrity: Integrity,
    /// What a model gets.
    pub treatment: Treatment,
    /// What it may know beside the token.
    pub hint: Option<Hint>,
    /// Why, in the words of whoever decided.
    pub why: String,
    /// Line of the file, first line is 1.
    pub line: usize,
}

/// The whole matrix, checked.
#[derive(Clone, Debug)]
pub struct Matrix {
    cells: BTreeMap<(String, String), Cell>,
    version: PolicyVersion,
}

impl Matrix {
    /// Reads a matrix from CSV text.
    ///
    /// Every problem of the file is reported, each with its line and what was expected. A compound
    /// field is kept as closely as the closest of its parts that have rows.
    pub fn parse(text: &str) -> Result<Self, MatrixError> {
        let mut cells = parse::cells(text)?;
        compound::raise(&mut cells);
        Ok(Self { cells, version: PolicyVersion::of(text) })
    }

    /// The same matrix beside these rules: the version names both texts.
    #[must_use]
    pub fn beside(self, rules: &str) -> Self {
        if rules.is_empty() {
            return self;
        }
        let version = PolicyVersion::of(&format!("{}\n{rules}", self.version));
        Self { version, ..self }
    }

    /// The row of a field, whatever the case of the names.
    pub fn cell(&self, object: &str, field: &str) -> Option<&Cell> {
        self.cells.get(&(object.to_ascii_lowercase(), field.to_ascii_lowercase()))
    }

    /// Whether any field of the object may be read.
    pub fn reads(&self, object: &str) -> bool {
        self.of(object).any(|cell| cell.read)
    }

    /// Whether records of the object may be proposed for deletion.
    pub fn deletes(&self, object: &str) -> bool {
        self.cell(object, "Id").is_some_and(|cell| cell.delete)
    }

    /// The rows of one object.
    pub fn of(&self, object: &str) -> impl Iterator<Item = &Cell> {
        let object = object.to_ascii_lowercase();
        let from = (object.clone(), String::new());
        self.cells.range(from..).take_while(move |((name, _), _)| *name == object).map(|(_, c)| c)
    }

    /// Every row, by object and field.
    pub fn cells(&self) -> impl Iterator<Item = &Cell> {
        self.cells.values()
    }

    /// Digest of the file's text.
    pub fn version(&self) -> &PolicyVersion {
        &self.version
    }
}

/// Names one text of the policy: the first 16 hexadecimal digits of its SHA-256.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyVersion(String);

impl PolicyVersion {
    /// The version of this text.
    pub fn of(text: &str) -> Self {
        Self(hex::encode(Sha256::digest(text.as_bytes())).chars().take(16).collect())
    }

    /// 16 hexadecimal digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for PolicyVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
