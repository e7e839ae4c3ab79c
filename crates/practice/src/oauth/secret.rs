//! Random tokens, and the hashes they are kept as.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use crate::error::OrgError;

/// `length` random bytes as URL-safe text.
pub(crate) fn random(length: usize) -> Result<String, OrgError> {
    let mut bytes = vec![0_u8; length];
    getrandom::fill(&mut bytes).map_err(|_| OrgError::Key)?;
    Ok(BASE64_URL_SAFE_NO_PAD.encode(bytes))
}

/// What is kept of a token: tokens are random, so a plain hash cannot be searched backwards.
pub(crate) fn digest(token: &str) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(token.as_bytes()))
}

/// Compares through hashes, so that the time taken tells nothing about the secret.
pub(crate) fn same(kept_digest: &str, offered: &str) -> bool {
    digest(kept_digest) == digest(&digest(offered))
}
