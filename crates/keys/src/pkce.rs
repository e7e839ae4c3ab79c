//! Proof key for code exchange, RFC 7636, method S256.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::{KeyError, Random};

/// What the gate keeps to itself until it trades in the code: 43 characters.
#[derive(Clone)]
pub struct Verifier(Zeroizing<String>);

/// What the gate shows when it asks for the code: 43 characters of base64url.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Challenge(String);

impl Verifier {
    /// A new verifier of 256 random bits.
    pub fn generate(random: &mut dyn Random) -> Result<Self, KeyError> {
        let mut bytes = Zeroizing::new([0; 32]);
        random.fill(bytes.as_mut_slice())?;
        Ok(Self(Zeroizing::new(URL_SAFE_NO_PAD.encode(bytes.as_slice()))))
    }

    /// Reads a verifier back: 43 to 128 characters of `A-Za-z0-9-._~` (section 4.1).
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        let fits = (43..=128).contains(&text.len())
            && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~".contains(&b));
        if fits {
            Ok(Self(Zeroizing::new(text.to_owned())))
        } else {
            Err(KeyError::Malformed("code verifier"))
        }
    }

    /// The verifier itself, for the token request.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Its challenge, for the authorisation request (section 4.2).
    pub fn challenge(&self) -> Challenge {
        Challenge(URL_SAFE_NO_PAD.encode(Sha256::digest(self.0.as_bytes())))
    }
}

impl Challenge {
    /// As it stands in the query, with `code_challenge_method=S256`.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[secret]")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::OsRandom;

    /// RFC 7636, appendix B.
    #[test]
    fn the_challenge_is_the_standard_one() {
        let verifier = Verifier::parse("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk").unwrap();
        assert_eq!(verifier.challenge().as_str(), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    }

    #[test]
    fn a_new_verifier_is_a_valid_one() {
        let verifier = Verifier::generate(&mut OsRandom).unwrap();
        assert!(Verifier::parse(verifier.expose()).is_ok());
        assert!(Verifier::parse("short").is_err());
        assert!(Verifier::parse(&"ä".repeat(30)).is_err());
        assert_eq!(format!("{verifier:?}"), "[secret]");
    }
}
