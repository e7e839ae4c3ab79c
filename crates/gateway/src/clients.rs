//! Programs that people let act for them, as the doors see them: who they are, what they may do, and the
//! errors of OAuth.

mod document;
mod proving;
#[cfg(test)]
mod tests;

use boundary::{Principal, UnixMillis};
use serde::Deserialize;
pub use store::ClientStanding;

pub(crate) use document::{
    address_of_document, host_of, may_return_to, parse_document, same_redirect,
};
pub use proving::Presented;
pub(crate) use proving::{Bound, Proofs, Taken, seconds};

/// The right to read, as a scope.
pub const SCOPE_READ: &str = "crm.read";
/// The right to propose writes, as a scope. Proposals wait for a person like all others.
pub const SCOPE_PROPOSE: &str = "crm.propose";
/// In a client's list of tools: its person may decide about their own writes inside the client.
pub const DECIDES: &str = "decide-in-client";
/// Tools that only read, in the order of the list.
pub const READING_TOOLS: [&str; 6] = [
    "soqlQuery",
    "find",
    "getObjectSchema",
    "getRelatedRecords",
    "listRecentSobjectRecords",
    "getUserInfo",
];
/// Tools that propose a write, in the order of the list.
pub const PROPOSING_TOOLS: [&str; 3] =
    ["createSobjectRecord", "updateSobjectRecord", "updateRelatedRecord"];

/// What a program sends a person's browser with, as it stands in the query.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct AuthorizationRequest {
    /// `code`.
    #[serde(default)]
    pub response_type: String,
    /// The address of the client's metadata document, or the id of a registered one.
    #[serde(default)]
    pub client_id: String,
    /// Where to send the browser afterwards.
    #[serde(default)]
    pub redirect_uri: String,
    /// Proof key (RFC 7636).
    #[serde(default)]
    pub code_challenge: String,
    /// `S256`.
    #[serde(default)]
    pub code_challenge_method: String,
    /// Scopes, with a space between; all when left out.
    #[serde(default)]
    pub scope: String,
    /// Goes back as it came.
    pub state: Option<String>,
    /// The address that tokens shall be good at (RFC 8707).
    pub resource: Option<String>,
    /// Thumbprint of the key that the code shall be bound to (RFC 9449, section 10).
    pub dpop_jkt: Option<String>,
}

/// What a person is asked.
#[derive(Clone, Debug)]
pub struct Consent {
    /// Brings the answer back; sealed, and good for this person alone.
    pub ticket: String,
    /// The client and its terms.
    pub client: ClientInfo,
    /// Host (or scheme) that the browser goes to afterwards.
    pub returns_to: String,
    /// Scheme and host of the same, for the page's content security policy.
    pub return_origin: String,
    /// Whether the client could propose writes.
    pub proposes: bool,
}

/// A client, for pages.
#[derive(Clone, Debug)]
pub struct ClientInfo {
    /// The `client_id`.
    pub id: String,
    /// What it calls itself. Chosen by whoever wrote it.
    pub name: String,
    /// Whether it is in.
    pub standing: ClientStanding,
    /// Names of the tools it may use.
    pub tools: Vec<String>,
    /// API names of the objects it may touch; empty for all of the matrix.
    pub objects: Vec<String>,
    /// Rows a day for each person.
    pub rows: u64,
    /// When it was first met.
    pub met: UnixMillis,
}

/// A person's consent, for their own page.
#[derive(Clone, Debug)]
pub struct DelegationInfo {
    /// Short id.
    pub id: String,
    /// The client.
    pub client: ClientInfo,
    /// Scopes.
    pub scope: String,
    /// When.
    pub created: UnixMillis,
}

/// What an administrator decides about a client.
#[derive(Clone, Debug)]
pub struct ClientTerms {
    /// Whether it is in.
    pub standing: ClientStanding,
    /// Names of the tools it may use.
    pub tools: Vec<String>,
    /// API names of the objects it may touch; empty for all of the matrix.
    pub objects: Vec<String>,
    /// Rows a day for each person.
    pub rows: u64,
}

/// Who is at the door of tools, and through what.
#[derive(Clone, Debug)]
pub struct Caller {
    /// Who acts.
    pub principal: Principal,
    /// What the program calls itself, where it was let in by consent.
    pub label: Option<String>,
    /// Names of the tools it may use.
    pub tools: Vec<String>,
    /// API names of the objects it may touch; empty for all of the matrix.
    pub objects: Vec<String>,
    /// Rows a day, where there is a bound of its own.
    pub rows: Option<u64>,
    /// Whether its person may decide about their own writes inside the client.
    pub decides: bool,
}

impl Caller {
    /// Whether this tool is among theirs.
    pub fn may_use(&self, tool: &str) -> bool {
        self.tools.iter().any(|own| own == tool)
    }
}

/// What a client sends to the token endpoint.
#[derive(Clone, Default, Deserialize)]
pub struct TokenRequest {
    /// `authorization_code` or `refresh_token`.
    #[serde(default)]
    pub grant_type: String,
    /// The client.
    #[serde(default)]
    pub client_id: String,
    /// The code.
    #[serde(default)]
    pub code: String,
    /// The address that the code was sent to.
    #[serde(default)]
    pub redirect_uri: String,
    /// Proof key (RFC 7636).
    #[serde(default)]
    pub code_verifier: String,
    /// The refresh token.
    #[serde(default)]
    pub refresh_token: String,
    /// The address that the tokens shall be good at (RFC 8707).
    pub resource: Option<String>,
}

impl std::fmt::Debug for TokenRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "TokenRequest({} of {})", self.grant_type, self.client_id)
    }
}

/// Tokens that were just made.
pub struct IssuedTokens {
    /// Goes with each request.
    pub access: String,
    /// Good for the next pair, once.
    pub refresh: String,
    /// Seconds that the access token lives.
    pub seconds: u64,
    /// What it is good for.
    pub scope: String,
    /// Whether they are bound to the key that was proven.
    pub bound: bool,
}

impl std::fmt::Debug for IssuedTokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "IssuedTokens({})", self.scope)
    }
}

/// An error of OAuth, with its code (RFC 6749, sections 4.1.2.1 and 5.2; RFC 8707).
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{problem}")]
pub struct OAuthError {
    /// The code.
    pub code: &'static str,
    /// What is wrong, for whoever builds the client.
    pub problem: String,
    /// Where to send the browser with it. Without one the person has to be told: the address to return
    /// to is not proven to be the client's.
    pub redirect: Option<String>,
}

impl OAuthError {
    pub(crate) fn new(code: &'static str, problem: impl Into<String>) -> Self {
        Self { code, problem: problem.into(), redirect: None }
    }

    pub(crate) fn internal(_: impl std::fmt::Display) -> Self {
        Self::new("server_error", "the gate failed")
    }
}
