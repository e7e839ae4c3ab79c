//! What is wrong with a query, in the words Salesforce uses.

use std::fmt;

use crate::ast::At;

/// A refused query: why, and where in its text.
///
/// It repeats words of the query and never a value of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SoqlError {
    /// The code that Salesforce answers with.
    pub code: ErrorCode,
    /// What is wrong.
    pub reason: Reason,
    /// Where; row 0 when the fault has no place in the text.
    pub at: At,
}

/// The `errorCode` of Salesforce's answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are those of the REST reference")]
pub enum ErrorCode {
    MalformedQuery,
    MalformedSearch,
    InvalidField,
    InvalidType,
    NumberOutsideValidRange,
}

/// What is wrong with a query.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "the messages say it")]
pub enum Reason {
    #[error("A query string has to be specified")]
    Empty,
    #[error("unexpected token: '{found}'")]
    Unexpected { found: Box<str>, expected: &'static str },
    #[error("no viable alternative at character '{0}'")]
    UnknownCharacter(char),
    #[error("comments are not allowed in a query")]
    Comment,
    #[error("mismatched character '<EOF>' expecting '{0}'")]
    Unterminated(char),
    #[error("Line breaks are not allowed in string literals")]
    LineBreak,
    #[error("Illegal character sequence '\\{0}' in string literal")]
    BadEscape(Box<str>),
    #[error("Bind variables only allowed in Apex code")]
    BindVariable,
    #[error("{0} is only allowed in Apex code")]
    ApexOnly(&'static str),
    #[error("unknown function '{0}'")]
    UnknownFunction(Box<str>),
    #[error("'{0}' is not a valid date or time")]
    BadDate(Box<str>),
    #[error("numeric value out of range: '{0}'")]
    NumberTooLarge(Box<str>),
    #[error("the query nests more than {0} levels deep")]
    TooDeep(usize),
    #[error("SOQL statements cannot be longer than {0} characters")]
    TooLong(usize),
    /// A rule of the language that the grammar does not hold.
    #[error("{0}")]
    Rule(&'static str),
    #[error("duplicate alias: {0}")]
    DuplicateAlias(Box<str>),
    #[error("duplicate field selected: {0}")]
    DuplicateField(Box<str>),
    #[error("Field must be grouped or aggregated: {0}")]
    NotGrouped(Box<str>),
    #[error(
        "No such column '{field}' on entity '{object}'. If you are attempting to use a custom field, be sure to \
         append the '__c' after the custom field name. Please reference your WSDL or the describe call for the \
         appropriate names."
    )]
    NoSuchColumn { field: Box<str>, object: Box<str> },
    #[error(
        "Didn't understand relationship '{0}' in field path. If you are attempting to use a custom relationship, be \
         sure to append the '__r' after the custom relationship name. Please reference your WSDL or the describe \
         call for the appropriate names."
    )]
    NoSuchRelationship(Box<str>),
    #[error(
        "Didn't understand relationship '{0}' in FROM part of query call. If you are attempting to use a custom \
         relationship, be sure to append the '__r' after the custom relationship name. Please reference your WSDL or \
         the describe call for the appropriate names."
    )]
    NoSuchChildren(Box<str>),
    #[error(
        "sObject type '{0}' is not supported. If you are attempting to use a custom object, be sure to append the \
         '__c' after the entity name. Please reference your WSDL or the describe call for the appropriate names."
    )]
    NoSuchObject(Box<str>),
    #[error("Maximum SOQL offset allowed is {0}")]
    OffsetTooLarge(u32),
}

impl SoqlError {
    /// With the code that Salesforce gives for the reason.
    pub fn new(reason: Reason, at: At) -> Self {
        let code = match reason {
            Reason::NoSuchColumn { .. } | Reason::NoSuchRelationship(_) => ErrorCode::InvalidField,
            Reason::NoSuchObject(_) | Reason::NoSuchChildren(_) => ErrorCode::InvalidType,
            Reason::OffsetTooLarge(_) => ErrorCode::NumberOutsideValidRange,
            _ => ErrorCode::MalformedQuery,
        };
        Self { code, reason, at }
    }

    /// What would have been right there, when that can be said.
    pub fn expected(&self) -> Option<&'static str> {
        match self.reason {
            Reason::Unexpected { expected, .. } => Some(expected),
            _ => None,
        }
    }

    /// Whether the query would be right in Apex, where bind variables, `FOR UPDATE`, `ALL ROWS` and access modes are.
    pub fn is_apex_only(&self) -> bool {
        matches!(self.reason, Reason::BindVariable | Reason::ApexOnly(_))
    }

    /// The `message` of Salesforce's answer: the line, a caret under the fault, its place, and what is wrong.
    pub fn salesforce_message(&self, query: &str) -> String {
        let Some(line) = self.at.row.checked_sub(1).and_then(|row| query.lines().nth(row as usize))
        else {
            return self.reason.to_string();
        };
        // A caret far to the right helps nobody: show the surroundings of the fault alone.
        let column = (self.at.column as usize).saturating_sub(1);
        let skipped = column.saturating_sub(40);
        let shown: String = line.chars().skip(skipped).take(80).collect();
        format!(
            "\n{shown}\n{:>width$}\nERROR at Row:{}:Column:{}\n{}",
            '^',
            self.at.row,
            self.at.column,
            self.reason,
            width = column - skipped + 1,
        )
    }
}

impl ErrorCode {
    /// As in Salesforce's answer.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::MalformedQuery => "MALFORMED_QUERY",
            Self::MalformedSearch => "MALFORMED_SEARCH",
            Self::InvalidField => "INVALID_FIELD",
            Self::InvalidType => "INVALID_TYPE",
            Self::NumberOutsideValidRange => "NUMBER_OUTSIDE_VALID_RANGE",
        }
    }
}

impl fmt::Display for SoqlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.reason)?;
        if let Some(expected) = self.expected() {
            write!(f, "; expected {expected}")?;
        }
        if self.at.row > 0 {
            write!(f, " at row {}, column {}", self.at.row, self.at.column)?;
        }
        Ok(())
    }
}

impl std::error::Error for SoqlError {}
