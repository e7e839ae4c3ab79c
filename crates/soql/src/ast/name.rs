//! Names, paths of names, and positions in the source.

use std::fmt;

/// A name as it was written. Salesforce compares names without regard to case: use [`Name::is`].
///
/// INVARIANT: it holds nothing but letters, digits and underscores, so printing it cannot change the query around it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name(Box<str>);

impl Name {
    /// The name, if it is one: letters of English, digits and underscores, a letter first.
    pub fn new(name: &str) -> Option<Self> {
        let begins = name.starts_with(|first: char| first.is_ascii_alphabetic());
        let goes_on = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        (begins && goes_on).then(|| Self(name.into()))
    }

    pub(crate) fn of_lexed(name: &str) -> Self {
        Self(name.into())
    }

    /// As it was written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether both are the same name to Salesforce.
    pub fn is(&self, other: &str) -> bool {
        self.0.eq_ignore_ascii_case(other)
    }

    /// In lower case, for maps.
    pub fn key(&self) -> String {
        self.0.to_ascii_lowercase()
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// `Account.Owner.Name`: relationship names, then a field (or in `FROM`, an object or relationship).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldPath {
    /// Never empty.
    pub parts: Vec<Name>,
    /// Where the first name stands.
    pub at: At,
}

impl FieldPath {
    /// Names joined by dots, if they are; for callers who build queries.
    pub fn parse(path: &str) -> Option<Self> {
        let parts: Vec<Name> = path.split('.').map(Name::new).collect::<Option<_>>()?;
        let free = parts.first().is_some_and(|first| !crate::parser::is_reserved(first.as_str()));
        free.then(|| Self { parts, at: At::default() })
    }

    /// The last name: the field itself.
    pub fn field(&self) -> &str {
        self.parts.last().map_or("", Name::as_str)
    }

    /// The names before the last: the way to the field.
    pub fn hops(&self) -> &[Name] {
        self.parts.split_last().map_or(&[], |(_, hops)| hops)
    }

    /// The name, when there is just one.
    pub fn single(&self) -> Option<&Name> {
        match self.parts.as_slice() {
            [one] => Some(one),
            _ => None,
        }
    }

    /// Whether both are the same path to Salesforce, as written (aliases are not looked through).
    pub fn is(&self, other: &Self) -> bool {
        self.parts.len() == other.parts.len()
            && self.parts.iter().zip(&other.parts).all(|(a, b)| a.is(b.as_str()))
    }
}

impl fmt::Display for FieldPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, part) in self.parts.iter().enumerate() {
            if index > 0 {
                f.write_str(".")?;
            }
            f.write_str(part.as_str())?;
        }
        Ok(())
    }
}

/// A position in the source. All positions are equal, so that trees compare by meaning alone.
#[derive(Clone, Copy, Debug, Default)]
pub struct At {
    /// In bytes from the start of the query.
    pub offset: u32,
    /// Line, from 1; 0 in a tree that was not read from text.
    pub row: u32,
    /// Characters into the line, from 1.
    pub column: u32,
}

impl PartialEq for At {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for At {}
