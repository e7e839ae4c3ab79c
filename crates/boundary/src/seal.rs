//! Sealing at rest: XChaCha20-Poly1305, so that a nonce can be drawn at random (24 bytes).

use std::fmt;

use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit as _, XChaCha20Poly1305, XNonce};
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest as _, Sha256};
use zeroize::{Zeroize as _, Zeroizing};

/// The key that seals what the gate keeps.
pub struct SealKey(Zeroizing<[u8; 32]>);

impl SealKey {
    /// A key of these bytes.
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// Another secret that follows from this one; tells nothing of it.
    pub(crate) fn derive(&self, purpose: &str) -> [u8; 32] {
        let parts = Sha256::new().chain_update(b"portcullis derived secret").chain_update(*self.0);
        parts.chain_update(purpose).finalize().into()
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(self.0.as_ref().into())
    }

    /// Seals a text that is not raw, such as a masked title. `nonce` is 24 random bytes, never
    /// used before; `context` is needed again to open it.
    pub fn seal_text(
        &self,
        text: &str,
        context: &str,
        nonce: [u8; 24],
    ) -> Result<Vec<u8>, SealError> {
        // INVARIANT: the prefix keeps these apart from sealed conversations and proposals, which only
        // this crate opens.
        self.seal(&text, &format!("text/{context}"), nonce)
    }

    /// Opens what [`SealKey::seal_text`] made.
    pub fn open_text(&self, sealed: &[u8], context: &str) -> Result<String, SealError> {
        self.open(sealed, &format!("text/{context}"))
    }

    pub(crate) fn seal<T: Serialize>(
        &self,
        value: &T,
        context: &str,
        nonce: [u8; 24],
    ) -> Result<Vec<u8>, SealError> {
        let mut plain = serde_json::to_vec(value).map_err(|_| SealError::Encode)?;
        let payload = Payload { msg: &plain, aad: context.as_bytes() };
        let sealed = self.cipher().encrypt(XNonce::from_slice(&nonce), payload);
        plain.zeroize();
        let mut bytes = nonce.to_vec();
        bytes.extend(sealed.map_err(|_| SealError::Encode)?);
        Ok(bytes)
    }

    pub(crate) fn open<T: DeserializeOwned>(
        &self,
        sealed: &[u8],
        context: &str,
    ) -> Result<T, SealError> {
        let (nonce, cipher) = sealed.split_at_checked(24).ok_or(SealError::Open)?;
        let payload = Payload { msg: cipher, aad: context.as_bytes() };
        let plain = self.cipher().decrypt(XNonce::from_slice(nonce), payload);
        let plain = Zeroizing::new(plain.map_err(|_| SealError::Open)?);
        serde_json::from_slice(&plain).map_err(|_| SealError::Decode)
    }
}

impl fmt::Debug for SealKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SealKey(..)")
    }
}

/// Sealing or opening failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// It could not be written down.
    #[error("a value could not be sealed")]
    Encode,
    /// Another key, another context, or changed bytes.
    #[error("a sealed value does not open with this key in this place")]
    Open,
    /// It opened, but is of another version.
    #[error("a sealed value has an unknown form")]
    Decode,
}
