//! Sealing of small secrets: XChaCha20-Poly1305.

use std::fmt;

use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use zeroize::Zeroizing;

use crate::{KeyError, Random, SubKey};

/// First byte of everything sealed, so that a later form can be told apart.
const VERSION: u8 = 1;
const NONCE_LEN: usize = 24;

/// Seals and opens. What it seals is `01`, a random nonce of 24 bytes, ciphertext and tag.
pub struct Sealer(XChaCha20Poly1305);

impl Sealer {
    /// A sealer with this key.
    pub fn new(key: &SubKey) -> Self {
        Self(XChaCha20Poly1305::new(key.expose().into()))
    }

    /// Seals a secret into its place. `place` says whose and what it is (`grant/<person>`); a
    /// sealed value that is moved to another place does not open there.
    pub fn seal(
        &self,
        secret: &[u8],
        place: &str,
        random: &mut dyn Random,
    ) -> Result<Vec<u8>, KeyError> {
        let mut nonce = [0; NONCE_LEN];
        random.fill(&mut nonce)?;
        let payload = Payload { msg: secret, aad: place.as_bytes() };
        let sealed = self.0.encrypt(XNonce::from_slice(&nonce), payload);
        let sealed = sealed.map_err(|_| KeyError::Unsealable)?;
        let mut whole = Vec::with_capacity(1 + NONCE_LEN + sealed.len());
        whole.push(VERSION);
        whole.extend_from_slice(&nonce);
        whole.extend_from_slice(&sealed);
        Ok(whole)
    }

    /// Opens what [`Sealer::seal`] made for the same place.
    pub fn open(&self, sealed: &[u8], place: &str) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        let (version, rest) = sealed.split_first().ok_or(KeyError::Unsealable)?;
        if *version != VERSION {
            return Err(KeyError::Unsealable);
        }
        let (nonce, body) = rest.split_first_chunk::<NONCE_LEN>().ok_or(KeyError::Unsealable)?;
        let payload = Payload { msg: body, aad: place.as_bytes() };
        let secret = self.0.decrypt(XNonce::from_slice(nonce), payload);
        secret.map(Zeroizing::new).map_err(|_| KeyError::Unsealable)
    }
}

impl fmt::Debug for Sealer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[secret]")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{OsRandom, SealKey};

    fn sealer(purpose: &str) -> (SealKey, Sealer) {
        let key = SealKey::generate(&mut OsRandom).unwrap();
        let sealer = Sealer::new(&key.derive(purpose).unwrap());
        (key, sealer)
    }

    #[test]
    fn opens_in_its_place_only() {
        let (key, sealer) = sealer("grants");
        let sealed = sealer.seal(b"refresh", "grant/ada", &mut OsRandom).unwrap();
        assert_eq!(*sealer.open(&sealed, "grant/ada").unwrap(), b"refresh");
        assert!(sealer.open(&sealed, "grant/bob").is_err());
        let other = Sealer::new(&key.derive("titles").unwrap());
        assert!(other.open(&sealed, "grant/ada").is_err());
        assert!(!sealed.windows(7).any(|part| part == b"refresh"));
    }

    #[test]
    fn every_flipped_or_missing_byte_is_noticed() {
        let (_, sealer) = sealer("grants");
        let sealed = sealer.seal(b"secret", "place", &mut OsRandom).unwrap();
        for at in 0..sealed.len() {
            let mut altered = sealed.clone();
            altered[at] ^= 1;
            assert!(sealer.open(&altered, "place").is_err(), "byte {at}");
            assert!(sealer.open(&sealed[..at], "place").is_err(), "cut at {at}");
        }
    }

    #[test]
    fn the_same_secret_never_seals_alike() {
        let (_, sealer) = sealer("grants");
        let seal = || sealer.seal(b"secret", "place", &mut OsRandom).unwrap();
        assert_ne!(seal(), seal());
    }
}
