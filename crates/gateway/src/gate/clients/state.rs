//! What a client carries for the gate between two requests: sealed for one person and client, good
//! for one call, once.

use boundary::{PolicyVersion, Principal};
use keys::{KeyHash, OsRandom};
use serde::{Deserialize, Serialize};

use super::{decode, encode};
use crate::conversations::internal;
use crate::error::GateError;
use crate::gate::Gate;

/// A person may take ten minutes over a question inside a client.
const STATE_MILLIS: u64 = 10 * 60 * 1000;

/// A write that a client's person was asked about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AskedWrite {
    /// The proposal that waits.
    pub proposal: String,
    /// What an approval signs.
    pub digest: String,
    /// Whether the question was one that may be answered inside the client.
    pub inside: bool,
}

#[derive(Deserialize, Serialize)]
struct State {
    proposal: String,
    digest: String,
    inside: bool,
    call: String,
    expires: u64,
}

/// Why a state is not believed. One answer for all, so that trying teaches nothing.
const NOT_BELIEVED: &str =
    "`requestState` is not of this call, person and client, was used before, or is too old";

impl Gate {
    /// Seals what was asked into a text for the client to carry. `call` is the call it belongs to,
    /// with all its arguments.
    pub fn seal_asked(
        &self,
        who: &Principal,
        call: &str,
        asked: &AskedWrite,
    ) -> Result<String, GateError> {
        let state = State {
            proposal: asked.proposal.clone(),
            digest: asked.digest.clone(),
            inside: asked.inside,
            call: PolicyVersion::of(call).to_string(),
            expires: self.0.now().plus(STATE_MILLIS).0,
        };
        let text = serde_json::to_vec(&state).map_err(internal)?;
        let sealed = self.0.letting.seal(&text, &place(who), &mut OsRandom).map_err(internal)?;
        Ok(encode(&sealed))
    }

    /// Opens what a client carried, for the same call of the same person and client, once.
    pub fn open_asked(
        &self,
        who: &Principal,
        call: &str,
        carried: &str,
    ) -> Result<AskedWrite, GateError> {
        let refused = || GateError::invalid(NOT_BELIEVED, Some("requestState"));
        let sealed = decode(carried).ok_or_else(refused)?;
        let text = self.0.letting.open(&sealed, &place(who)).map_err(|_| refused())?;
        let state: State = serde_json::from_slice(&text).map_err(internal)?;
        let now = self.0.now();
        if state.expires <= now.0 || state.call != PolicyVersion::of(call).as_str() {
            return Err(refused());
        }
        let hash = KeyHash::of("request state", &sealed);
        let expires = boundary::UnixMillis(state.expires);
        if !self.0.store.state().use_once(&hash, expires, now).map_err(internal)? {
            return Err(refused());
        }
        let State { proposal, digest, inside, .. } = state;
        Ok(AskedWrite { proposal, digest, inside })
    }
}

fn place(who: &Principal) -> String {
    format!("asked/{}/{}", who.person().as_str(), who.client())
}
