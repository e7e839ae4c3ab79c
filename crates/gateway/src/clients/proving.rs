//! Tokens that are bound to a key of their holder (RFC 9449): such a token alone opens nothing.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use boundary::UnixMillis;
use keys::{KeyHash, Proof, SessionId, Thumbprint};

/// Proofs remembered at once. Each is forgotten two minutes after it was made.
const REMEMBERED: usize = 100_000;

/// What a program shows at the door of tools.
#[derive(Clone, Copy)]
pub struct Presented<'a> {
    /// The token.
    pub token: &'a str,
    /// With a token that is bound to a key: the proof that came with it. Nothing when it came as a
    /// bearer token.
    pub proof: Option<&'a str>,
    /// Method of the request that the proof has to be about.
    pub method: &'a str,
}

impl std::fmt::Debug for Presented<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Presented(..)")
    }
}

/// The secret part of a code or token: random, then the thumbprint it is bound to, if to any. Its hash
/// covers both, so a token with its thumbprint cut off or exchanged is no token.
pub(crate) struct Bound {
    /// What the store knows it by.
    pub(crate) hash: KeyHash,
    /// Whose key has to be proven.
    pub(crate) key: Option<Thumbprint>,
}

impl Bound {
    /// A new one, as its holder gets it.
    pub(crate) fn text(random: &SessionId, key: Option<&Thumbprint>) -> String {
        match key {
            Some(key) => format!("{}.{}", random.expose(), key.as_str()),
            None => random.expose().to_owned(),
        }
    }

    /// Reads one that somebody offers; nothing when it has not the shape.
    pub(crate) fn parse(purpose: &str, text: &str) -> Option<Self> {
        let (random, key) = match text.split_once('.') {
            Some((random, key)) => (random, Some(Thumbprint::parse(key)?)),
            None => (text, None),
        };
        SessionId::parse(random).ok()?;
        Some(Self { hash: KeyHash::of(purpose, text.as_bytes()), key })
    }
}

/// The proofs that were taken lately.
#[derive(Default)]
pub(crate) struct Proofs {
    taken: Mutex<BTreeMap<[u8; 32], u64>>,
}

/// What came of a proof that holds.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Taken {
    /// This was its one use.
    First,
    /// It was used before.
    Again,
    /// There is no room to remember it.
    Full,
}

impl Proofs {
    /// Takes a proof once. Only those that came with a good token are remembered, so that strangers
    /// cannot fill the room.
    pub(crate) fn take(&self, proof: &Proof, now: UnixMillis) -> Taken {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if taken.len() >= REMEMBERED {
            taken.retain(|_, expires| *expires >= seconds(now));
        }
        if taken.len() >= REMEMBERED {
            return Taken::Full;
        }
        match taken.insert(*proof.id.as_bytes(), proof.expires) {
            Some(_) => Taken::Again,
            None => Taken::First,
        }
    }
}

/// Whole seconds since 1970.
pub(crate) fn seconds(now: UnixMillis) -> u64 {
    now.0 / 1000
}
