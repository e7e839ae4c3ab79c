//! Secrets the gate gives out. The gate keeps only their hashes.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::{KeyError, Random};

const API_KEY_PREFIX: &str = "portcullis_";
const CHECK_LEN: usize = 4;
/// 32 random bytes and the check bytes, in base64url.
const API_KEY_BODY: usize = 48;

/// A key for programs: `portcullis_` and 48 characters of `A-Za-z0-9_-`.
///
/// 256 random bits, then 32 check bits. The prefix lets scanners of source code find a leaked
/// key; the check bits tell a mistyped key from a revoked one without a look into the database.
#[derive(Clone)]
pub struct ApiKey(Zeroizing<String>);

impl ApiKey {
    /// A new key.
    pub fn generate(random: &mut dyn Random) -> Result<Self, KeyError> {
        let mut bytes = Zeroizing::new([0; 32]);
        random.fill(bytes.as_mut_slice())?;
        let mut whole = Zeroizing::new(bytes.to_vec());
        whole.extend_from_slice(&check(bytes.as_slice()));
        let body = Zeroizing::new(URL_SAFE_NO_PAD.encode(whole.as_slice()));
        Ok(Self(Zeroizing::new(format!("{API_KEY_PREFIX}{}", body.as_str()))))
    }

    /// Reads a key that somebody offers.
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        let malformed = KeyError::Malformed("key of this gate");
        let Some(body) = text.strip_prefix(API_KEY_PREFIX).filter(|b| b.len() == API_KEY_BODY)
        else {
            return Err(malformed);
        };
        let Ok(whole) = URL_SAFE_NO_PAD.decode(body).map(Zeroizing::new) else {
            return Err(malformed);
        };
        match whole.split_last_chunk::<CHECK_LEN>() {
            Some((bytes, sum)) if check(bytes) == *sum => Ok(Self(Zeroizing::new(text.to_owned()))),
            _ => Err(malformed),
        }
    }

    /// The key itself, to be shown once to the person who made it.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// What the gate keeps of it.
    pub fn hash(&self) -> KeyHash {
        KeyHash::of("api key", self.0.as_bytes())
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[secret]")
    }
}

/// What a browser's cookie holds: 43 characters of `A-Za-z0-9_-`, 256 random bits.
#[derive(Clone)]
pub struct SessionId(Zeroizing<String>);

impl SessionId {
    /// A new session's id.
    pub fn generate(random: &mut dyn Random) -> Result<Self, KeyError> {
        let mut bytes = Zeroizing::new([0; 32]);
        random.fill(bytes.as_mut_slice())?;
        Ok(Self(Zeroizing::new(URL_SAFE_NO_PAD.encode(bytes.as_slice()))))
    }

    /// Reads what a cookie holds.
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        match URL_SAFE_NO_PAD.decode(text).map(Zeroizing::new) {
            Ok(bytes) if bytes.len() == 32 => Ok(Self(Zeroizing::new(text.to_owned()))),
            _ => Err(KeyError::Malformed("session")),
        }
    }

    /// The id itself, for the cookie.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// What the gate keeps of it.
    pub fn hash(&self) -> KeyHash {
        KeyHash::of("session", self.0.as_bytes())
    }
}

impl fmt::Debug for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[secret]")
    }
}

/// SHA-256 of a secret of at least 128 random bits.
///
/// No salt and no stretching: nobody can guess 128 bits, so a plain hash gives nothing away, and
/// a database may look it up by its index: timing would tell of the hash, which leads nowhere.
#[derive(Clone, Copy, Eq)]
pub struct KeyHash([u8; 32]);

impl KeyHash {
    /// The hash of any other high-entropy secret, kept apart from others by `purpose`.
    pub fn of(purpose: &str, secret: &[u8]) -> Self {
        let mut hash = Sha256::new();
        hash.update(b"portcullis ");
        hash.update(purpose.as_bytes());
        hash.update([0]);
        hash.update(secret);
        Self(hash.finalize().into())
    }

    /// Reads back what a database kept.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The 32 bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl PartialEq for KeyHash {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl fmt::Debug for KeyHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[hash]")
    }
}

fn check(bytes: &[u8]) -> [u8; CHECK_LEN] {
    let mut hash = Sha256::new();
    hash.update(b"portcullis check\0");
    hash.update(bytes);
    let whole: [u8; 32] = hash.finalize().into();
    let [a, b, c, d, ..] = whole;
    [a, b, c, d]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{OsRandom, PredictableRandom};

    #[test]
    fn a_key_reads_back_and_hashes_alike() {
        let key = ApiKey::generate(&mut OsRandom).unwrap();
        assert_eq!(key.expose().len(), 59);
        let again = ApiKey::parse(key.expose()).unwrap();
        assert_eq!(again.hash(), key.hash());
        assert_ne!(ApiKey::generate(&mut OsRandom).unwrap().hash(), key.hash());
        assert!(!format!("{key:?} {:?}", key.hash()).contains(key.expose()));
    }

    #[test]
    fn every_single_changed_or_missing_character_is_noticed() {
        let key = ApiKey::generate(&mut PredictableRandom::new(7)).unwrap();
        let text = key.expose();
        for at in 0..text.len() {
            let mut bytes = text.as_bytes().to_vec();
            bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
            assert!(ApiKey::parse(std::str::from_utf8(&bytes).unwrap()).is_err(), "at {at}");
            bytes.remove(at);
            assert!(ApiKey::parse(std::str::from_utf8(&bytes).unwrap()).is_err(), "without {at}");
        }
        for wrong in ["", "portcullis_", "sk-abc", &format!("{text}A"), &format!(" {text}")] {
            assert!(ApiKey::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_session_is_not_a_key() {
        let session = SessionId::generate(&mut PredictableRandom::new(1)).unwrap();
        assert_eq!(session.expose().len(), 43);
        assert_eq!(SessionId::parse(session.expose()).unwrap().hash(), session.hash());
        assert!(ApiKey::parse(session.expose()).is_err());
        assert!(SessionId::parse("short").is_err());
        assert_ne!(KeyHash::of("session", b"x"), KeyHash::of("api key", b"x"));
    }
}
