//! The gate as the doors see it.

use boundary::Principal;

use crate::access::{KeyInfo, NewKey, Session, SignedIn};
use crate::activity::Activity;
use crate::approvals::{Executed, ProposalView};
use crate::ask::{Answering, Ask, ConversationInfo, ShownTurn};
use crate::error::GateError;

/// The gate. One for the process, shared by all doors.
#[derive(Debug)]
pub struct Gate {}

fn unwired<T>() -> Result<T, GateError> {
    Err(GateError::Internal("unwired".to_owned()))
}

impl Gate {
    /// Begins a sign-in: the address of the org's own login page to send the browser to.
    /// `redirect` is the address of our callback, `return_to` a path of ours.
    pub async fn begin_sign_in(
        &self,
        redirect: &str,
        return_to: &str,
    ) -> Result<String, GateError> {
        let _ = (redirect, return_to);
        unwired()
    }

    /// Finishes a sign-in with what the org sent back; gives the session and where to go.
    pub async fn finish_sign_in(
        &self,
        state: &str,
        code: &str,
    ) -> Result<(SignedIn, String), GateError> {
        let _ = (state, code);
        unwired()
    }

    /// The session of a cookie.
    pub async fn session(&self, cookie: &str) -> Result<Session, GateError> {
        let _ = cookie;
        unwired()
    }

    /// Ends a session.
    pub async fn sign_out(&self, cookie: &str) -> Result<(), GateError> {
        let _ = cookie;
        unwired()
    }

    /// The principal of an API key.
    pub async fn by_key(&self, key: &str) -> Result<Principal, GateError> {
        let _ = key;
        unwired()
    }

    /// The person's keys, newest first.
    pub async fn keys(&self, who: &Principal) -> Result<Vec<KeyInfo>, GateError> {
        let _ = who;
        unwired()
    }

    /// Makes a key.
    pub async fn create_key(&self, who: &Principal, label: &str) -> Result<NewKey, GateError> {
        let _ = (who, label);
        unwired()
    }

    /// Revokes a key of the person's.
    pub async fn revoke_key(&self, who: &Principal, id: &str) -> Result<(), GateError> {
        let _ = (who, id);
        unwired()
    }

    /// Answers a question.
    pub async fn ask(&self, who: &Principal, ask: Ask) -> Result<Answering, GateError> {
        let _ = (who, ask);
        unwired()
    }

    /// The person's conversations, newest first.
    pub async fn conversations(&self, who: &Principal) -> Result<Vec<ConversationInfo>, GateError> {
        let _ = who;
        unwired()
    }

    /// A conversation of the person's, restored for them.
    pub async fn conversation(
        &self,
        who: &Principal,
        id: &str,
    ) -> Result<Vec<ShownTurn>, GateError> {
        let _ = (who, id);
        unwired()
    }

    /// The person's proposals, newest first; those that wait come first.
    pub async fn proposals(&self, who: &Principal) -> Result<Vec<ProposalView>, GateError> {
        let _ = who;
        unwired()
    }

    /// One proposal of the person's.
    pub async fn proposal(&self, who: &Principal, id: &str) -> Result<ProposalView, GateError> {
        let _ = (who, id);
        unwired()
    }

    /// Signs a proposal and carries it out. `digest` is what the person saw.
    pub async fn approve(
        &self,
        who: &Principal,
        id: &str,
        digest: &str,
    ) -> Result<Executed, GateError> {
        let _ = (who, id, digest);
        unwired()
    }

    /// Makes another proposal with other values.
    pub async fn edit(
        &self,
        who: &Principal,
        id: &str,
        edits: Vec<(String, String)>,
    ) -> Result<ProposalView, GateError> {
        let _ = (who, id, edits);
        unwired()
    }

    /// Says no to a proposal.
    pub async fn reject(&self, who: &Principal, id: &str) -> Result<(), GateError> {
        let _ = (who, id);
        unwired()
    }

    /// What happened, newest first, from index `before` downwards. An auditor sees everybody's
    /// entries, others their own.
    pub async fn activity(
        &self,
        who: &Principal,
        before: Option<u64>,
        limit: usize,
    ) -> Result<Activity, GateError> {
        let _ = (who, before, limit);
        unwired()
    }

    /// Names a client may give as `model`: `portcullis`, then the configured endpoints.
    pub fn models(&self) -> Vec<String> {
        Vec::new()
    }

    /// Whether the gate can take requests: the ledger writes, the store answers.
    pub async fn ready(&self) -> Result<(), GateError> {
        unwired()
    }
}
