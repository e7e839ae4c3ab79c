//! A value in the clear, inside the gate.

use std::fmt;

use crate::label::Label;

/// A value that no treatment has touched, with its [`Label`].
///
/// Anyone may make one: raising a classification is always safe. Nobody outside this crate
/// can read one: there is no `Deref`, `Display`, `Serialize` or `into_inner`, and no closure
/// ever sees the value. `Debug` prints the label only.
#[derive(Clone)]
pub struct Raw<T> {
    value: T,
    label: Label,
}

impl<T> Raw<T> {
    /// Puts a value behind its label.
    pub fn new(value: T, label: Label) -> Self {
        Self { value, label }
    }

    /// What is known of the value.
    pub fn label(&self) -> &Label {
        &self.label
    }

    pub(crate) fn value(&self) -> &T {
        &self.value
    }

    pub(crate) fn into_value(self) -> T {
        self.value
    }
}

impl<T> fmt::Debug for Raw<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Raw<{:?}>(..)", self.label)
    }
}
