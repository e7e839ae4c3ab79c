//! Proof of possession (DPoP, RFC 9449): a request that its sender has signed with a key of its own, so
//! that a token that leaks is worth nothing without the key.

#[cfg(test)]
mod tests;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::signature::{ECDSA_P256_SHA256_FIXED, ED25519, UnparsedPublicKey};
use serde::Deserialize;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use crate::KeyHash;

/// The signature algorithms that a proof may use, as RFC 7518 and RFC 8037 name them.
pub const PROOF_ALGORITHMS: [&str; 2] = ["ES256", "EdDSA"];
/// A proof is good for this many seconds after it was made.
pub const PROOF_SECONDS: u64 = 120;
/// A sender's clock may be this many seconds ahead of ours.
const AHEAD: u64 = 30;
/// Bytes of a proof; one with a P-256 key takes about 400.
const LONGEST: usize = 4_096;
/// Characters of a base64url SHA-256.
const DIGEST: usize = 43;

/// SHA-256 of a public key (RFC 7638): 43 characters of `A-Za-z0-9_-`. No secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Thumbprint(String);

impl Thumbprint {
    /// Reads one that a request names.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        (bytes.len() == 32 && text.len() == DIGEST).then(|| Self(text.to_owned()))
    }

    /// The characters.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The request that a proof has to be about.
#[derive(Clone, Copy, Debug)]
pub struct Proven<'a> {
    /// Its method.
    pub method: &'a str,
    /// Its address, without query and fragment.
    pub address: &'a str,
    /// The access token that goes with it, if one does.
    pub token: Option<&'a str>,
    /// Seconds since 1970.
    pub now: u64,
}

/// A proof that holds.
#[derive(Clone, Debug)]
pub struct Proof {
    /// Whose key.
    pub thumbprint: Thumbprint,
    /// Names this proof. Whoever takes it has to see to it that it is not taken twice.
    pub id: KeyHash,
    /// Until when it could be taken again, in seconds since 1970.
    pub expires: u64,
}

/// Why a proof does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// Not three parts of base64url JSON with the members of RFC 9449.
    #[error("the proof is no `dpop+jwt` with `jwk`, `jti`, `htm`, `htu` and `iat`")]
    Malformed,
    /// Another algorithm or key than those that are taken.
    #[error("the proof has to be signed by `ES256` or `EdDSA` with the public key in `jwk`")]
    Algorithm,
    /// The signature is not of that key.
    #[error("the proof's signature does not hold")]
    Signature,
    /// It was made for another request.
    #[error("the proof was made for another method or address")]
    OtherRequest,
    /// It was made for another token.
    #[error("the proof was made for another access token")]
    OtherToken,
    /// It is too old, or from the future.
    #[error("the proof is too old, or its clock is ahead")]
    Stale,
}

#[derive(Deserialize)]
struct Header<'a> {
    typ: &'a str,
    alg: &'a str,
    jwk: Jwk<'a>,
    /// An extension that has to be understood: none is.
    crit: Option<serde_json::Value>,
}

#[derive(Deserialize)]
struct Jwk<'a> {
    kty: &'a str,
    crv: &'a str,
    x: &'a str,
    y: Option<&'a str>,
    /// A private key has no business here.
    d: Option<&'a str>,
}

#[derive(Deserialize)]
struct Claims {
    jti: String,
    htm: String,
    htu: String,
    iat: u64,
    ath: Option<String>,
}

impl Proof {
    /// Checks a proof against the request it came with.
    pub fn verify(text: &str, of: &Proven<'_>) -> Result<Self, ProofError> {
        if text.len() > LONGEST {
            return Err(ProofError::Malformed);
        }
        let (signed, signature) = text.rsplit_once('.').ok_or(ProofError::Malformed)?;
        let (header, claims) = signed.split_once('.').ok_or(ProofError::Malformed)?;
        let (header, claims) = (part(header)?, part(claims)?);
        let signature = part(signature)?;
        let header: Header<'_> =
            serde_json::from_slice(&header).map_err(|_| ProofError::Malformed)?;
        let claims: Claims = serde_json::from_slice(&claims).map_err(|_| ProofError::Malformed)?;
        if header.typ != "dpop+jwt" || header.crit.is_some() || claims.jti.is_empty() {
            return Err(ProofError::Malformed);
        }
        let thumbprint = header.jwk.holds(header.alg, signed.as_bytes(), &signature)?;

        let named = claims.htu.split(['?', '#']).next().unwrap_or_default();
        if claims.htm != of.method || named != of.address {
            return Err(ProofError::OtherRequest);
        }
        if let Some(token) = of.token {
            let own = digest(token.as_bytes());
            let named = claims.ath.unwrap_or_default();
            if !bool::from(own.as_bytes().ct_eq(named.as_bytes())) {
                return Err(ProofError::OtherToken);
            }
        }
        let expires = claims.iat.saturating_add(PROOF_SECONDS);
        if expires < of.now || claims.iat > of.now.saturating_add(AHEAD) {
            return Err(ProofError::Stale);
        }
        // An id is unique to its key alone.
        let id = format!("{}/{}", thumbprint.as_str(), claims.jti);
        Ok(Self { thumbprint, id: KeyHash::of("proof", id.as_bytes()), expires })
    }
}

impl Jwk<'_> {
    /// Whether this key signed; its thumbprint.
    fn holds(&self, alg: &str, signed: &[u8], signature: &[u8]) -> Result<Thumbprint, ProofError> {
        if self.d.is_some() {
            return Err(ProofError::Algorithm);
        }
        let coordinate = |text: &str| part(text).ok().filter(|bytes| bytes.len() == 32);
        let x = coordinate(self.x).ok_or(ProofError::Algorithm)?;
        let (result, canonical) = match (alg, self.kty, self.crv, self.y) {
            ("ES256", "EC", "P-256", Some(y)) => {
                let own = coordinate(y).ok_or(ProofError::Algorithm)?;
                let point = [&[4], x.as_slice(), own.as_slice()].concat();
                let key = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point);
                let canonical =
                    format!(r#"{{"crv":"P-256","kty":"EC","x":"{}","y":"{y}"}}"#, self.x);
                (key.verify(signed, signature), canonical)
            }
            ("EdDSA", "OKP", "Ed25519", None) => {
                let key = UnparsedPublicKey::new(&ED25519, x);
                let canonical = format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{}"}}"#, self.x);
                (key.verify(signed, signature), canonical)
            }
            _ => return Err(ProofError::Algorithm),
        };
        result.map_err(|_| ProofError::Signature)?;
        Ok(Thumbprint(digest(canonical.as_bytes())))
    }
}

/// One part of a JWT. The decoder takes only the one canonical writing.
fn part(text: &str) -> Result<Vec<u8>, ProofError> {
    URL_SAFE_NO_PAD.decode(text).map_err(|_| ProofError::Malformed)
}

fn digest(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(bytes))
}
