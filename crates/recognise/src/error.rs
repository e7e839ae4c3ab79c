//! What can be wrong with a model.

/// Why a model was not taken, or a text not read.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
pub enum RecogniseError {
    /// A file is not, bit by bit, one this build knows.
    #[error("`{file}` has the SHA-256 `{found}`, not `{expected}`: it is another file, or damaged")]
    Unknown {
        /// Its name.
        file: &'static str,
        /// What it hashes to, in hexadecimal.
        found: String,
        /// What it should hash to.
        expected: &'static str,
    },
    /// The bytes do not follow the format.
    #[error("the model cannot be read: {0}")]
    Malformed(&'static str),
    /// The format is right, but a part of the network is not there.
    #[error("the model lacks `{0}`")]
    Missing(String),
    /// A part of the network has another shape than this build computes.
    #[error("`{what}` has {found} values, expected {expected}")]
    Shape {
        /// Which part.
        what: String,
        /// How many values it has.
        found: usize,
        /// How many it should have.
        expected: usize,
    },
    /// Two matrices did not fit each other.
    #[error("the model's parts do not fit each other")]
    Compute,
}
