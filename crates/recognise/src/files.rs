//! The model's files: which ones, and how to know them.

use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};

use crate::error::RecogniseError;

/// A file of the model, known by its hash.
#[derive(Clone, Copy, Debug)]
pub struct File {
    /// Its name inside the model's folder.
    pub name: &'static str,
    /// Its SHA-256, in hexadecimal.
    pub sha256: &'static str,
}

/// The network's numbers.
pub const NETWORK: File = File {
    name: "model_q4.onnx",
    sha256: "9f27d24949b0581701071ea5ef522d77ccd3f50c525cc91eac4d265b0fc2afe5",
};

/// Its vocabulary.
pub const VOCABULARY: File = File {
    name: "vocab.txt",
    sha256: "0fbe6b50061feabb9be68af471e9aa6df07a4bc428bdca4b0eff1fcd3612dee5",
};

impl File {
    /// Whether `bytes` are this file.
    pub fn check(&self, bytes: &[u8]) -> Result<(), RecogniseError> {
        let found = hex(&Sha256::digest(bytes));
        if found == self.sha256 {
            Ok(())
        } else {
            Err(RecogniseError::Unknown { file: self.name, found, expected: self.sha256 })
        }
    }
}

/// Bytes as people write them.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
