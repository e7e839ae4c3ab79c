//! Passwords, kept only as PBKDF2 hashes.

use std::num::NonZeroU32;

use base64::Engine;
use base64::prelude::BASE64_STANDARD_NO_PAD;
use ring::pbkdf2;

use crate::error::OrgError;

/// Few, on purpose: the practice org's people are invented and its passwords are printed at its start.
/// A system with real people would use hundreds of thousands.
const ITERATIONS: NonZeroU32 = match NonZeroU32::new(2_000) {
    Some(count) => count,
    None => NonZeroU32::MIN,
};

/// `salt$hash`, for [`matches`].
pub(crate) fn hash(password: &str) -> Result<String, OrgError> {
    let mut salt = [0_u8; 16];
    getrandom::fill(&mut salt).map_err(|_| OrgError::Key)?;
    let mut out = [0_u8; 32];
    pbkdf2::derive(pbkdf2::PBKDF2_HMAC_SHA256, ITERATIONS, &salt, password.as_bytes(), &mut out);
    Ok(format!("{}${}", BASE64_STANDARD_NO_PAD.encode(salt), BASE64_STANDARD_NO_PAD.encode(out)))
}

/// Whether the password is the one that was hashed.
pub(crate) fn matches(password: &str, kept: &str) -> bool {
    let parts = kept.split_once('$').and_then(|(salt, hash)| {
        Some((BASE64_STANDARD_NO_PAD.decode(salt).ok()?, BASE64_STANDARD_NO_PAD.decode(hash).ok()?))
    });
    parts.is_some_and(|(salt, hash)| {
        pbkdf2::verify(pbkdf2::PBKDF2_HMAC_SHA256, ITERATIONS, &salt, password.as_bytes(), &hash)
            .is_ok()
    })
}

#[cfg(test)]
mod tests {
    use super::{hash, matches};

    #[test]
    fn only_the_password_matches_its_hash() {
        let kept = hash("correct horse").unwrap();
        assert!(matches("correct horse", &kept));
        assert!(!matches("correct horsf", &kept));
        assert!(!matches("correct horse", "nonsense"));
        assert!(!kept.contains("correct"));
        assert_ne!(kept, hash("correct horse").unwrap());
    }
}
