//! Secrets: newtypes, hashing of bearer keys, sealing, where keys are kept.
//!
//! A secret is a type of its own. It prints as `[secret]`, is wiped when dropped, and is read
//! only by a call named `expose`, so a search for that word lists every place that sees one.

#![forbid(unsafe_code)]

mod bearer;
mod error;
mod pkce;
mod proof;
mod random;
mod seal;
mod seal_key;
mod secret;
mod source;

pub use bearer::{ApiKey, KeyHash, SessionId};
pub use error::KeyError;
pub use pkce::{Challenge, Verifier};
pub use proof::{PROOF_ALGORITHMS, PROOF_SECONDS, Proof, ProofError, Proven, Thumbprint};
pub use random::{OsRandom, PredictableRandom, Random, random_hex, random_id};
pub use seal::Sealer;
pub use seal_key::{SealKey, SubKey};
pub use secret::{AccessToken, ClientSecret, RefreshToken, SecretText};
pub use source::SecretSource;
