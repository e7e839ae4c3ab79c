//! Codes and refresh tokens are exchanged, access tokens are believed, and all of them end.

use boundary::{Action, Door, Facts, Purpose, Verdict};
use keys::{KeyHash, OsRandom, Proof, Proven, SessionId, Thumbprint, Verifier};
use store::{Delegation, Once, TokenKind, TokenRow};

use super::{CODE, principal_of};
use crate::clients::{
    Bound, Caller, IssuedTokens, OAuthError, PROPOSING_TOOLS, Presented, READING_TOOLS, Taken,
    TokenRequest, same_redirect, seconds,
};
use crate::conversations::internal;
use crate::error::GateError;
use crate::gate::{Gate, Inner};

/// An access token lives for an hour.
const ACCESS_MILLIS: u64 = 60 * 60 * 1000;
/// A refresh token that is not used for thirty days ends.
const REFRESH_MILLIS: u64 = 30 * 24 * 60 * 60 * 1000;
const ACCESS: &str = "pat_";
const REFRESH: &str = "prt_";

impl Gate {
    /// Exchanges a code or a refresh token. With a proof of a key (RFC 9449) the new tokens are bound to it.
    pub async fn exchange(
        &self,
        request: &TokenRequest,
        proof: Option<&str>,
    ) -> Result<IssuedTokens, OAuthError> {
        let key = proof.map(|proof| {
            let address = format!("{}/token", self.0.config.base_url());
            let now = seconds(self.0.now());
            let of = Proven { method: "POST", address: &address, token: None, now };
            // Codes and refresh tokens are good once, so a second use of the proof brings nothing.
            let proof = Proof::verify(proof, &of);
            proof.map_err(|why| OAuthError::new("invalid_dpop_proof", why.to_string()))
        });
        let key = key.transpose()?.map(|proof| proof.thumbprint);
        match request.grant_type.as_str() {
            "authorization_code" => self.by_code(request, key.as_ref()).await,
            "refresh_token" => self.by_refresh(request, key.as_ref()).await,
            _ => Err(OAuthError::new(
                "unsupported_grant_type",
                "expected `grant_type` to be `authorization_code` or `refresh_token`",
            )),
        }
    }

    async fn by_code(
        &self,
        request: &TokenRequest,
        key: Option<&Thumbprint>,
    ) -> Result<IssuedTokens, OAuthError> {
        let inner = &self.0;
        let invalid = || OAuthError::new("invalid_grant", "the code is not good, or no more");
        let bound = Bound::parse(CODE, &request.code).ok_or_else(invalid)?;
        let taken = inner.store.state().take_code(&bound.hash, inner.now());
        let (code, delegation) = match taken.map_err(OAuthError::internal)? {
            Once::First(found) => found,
            Once::Again => {
                tracing::warn!("an authorization code was used twice: its consent has ended");
                // Its consent ended first: a ledger that cannot write must not keep it alive.
                let of = inner.store.state().by_code(&bound.hash).map_err(OAuthError::internal)?;
                if let Some(delegation) = of {
                    inner.note_theft(&delegation, "authorization-code-reuse").await?;
                }
                return Err(invalid());
            }
            Once::Unknown => return Err(invalid()),
        };
        // The code is spent from here on, whatever is wrong with the rest: it may have been stolen.
        let verifier = Verifier::parse(&request.code_verifier).map_err(|_| invalid())?;
        let proven = KeyHash::of("challenge", verifier.challenge().as_str().as_bytes())
            == KeyHash::of("challenge", code.challenge.as_bytes());
        let returned =
            request.redirect_uri.is_empty() || same_redirect(&code.redirect, &request.redirect_uri);
        let held = bound.key.is_none() || bound.key.as_ref() == key;
        if !proven || !held || !returned || delegation.client != request.client_id {
            inner.end(&delegation).await.map_err(OAuthError::internal)?;
            return Err(invalid());
        }
        self.audience(&delegation, request)?;
        let (issued, rows) = inner.tokens(&delegation, key)?;
        let added = inner.store.state().add_tokens(&delegation.id, &rows);
        if !added.map_err(OAuthError::internal)? {
            return Err(invalid());
        }
        Ok(issued)
    }

    async fn by_refresh(
        &self,
        request: &TokenRequest,
        key: Option<&Thumbprint>,
    ) -> Result<IssuedTokens, OAuthError> {
        let inner = &self.0;
        let invalid =
            || OAuthError::new("invalid_grant", "the refresh token is not good, or no more");
        let bound = read(TokenKind::Refresh, &request.refresh_token).ok_or_else(invalid)?;
        // Before it is spent: whoever stole the token must not be able to end it either. A token
        // without a key stays without one, for a key that its thief brings would shut its owner out.
        if bound.key.as_ref() != key {
            return Err(invalid());
        }
        let hash = bound.hash;
        let found = inner.store.state().by_refresh_token(&hash).map_err(OAuthError::internal)?;
        let delegation = found.ok_or_else(invalid)?;
        if delegation.client != request.client_id {
            return Err(invalid());
        }
        self.audience(&delegation, request)?;
        // A client that was shut out gets nothing new.
        if inner.caller(&delegation).map_err(OAuthError::internal)?.is_none() {
            return Err(invalid());
        }
        let (issued, rows) = inner.tokens(&delegation, key)?;
        let rotated = inner.store.state().rotate(&hash, &rows, inner.now());
        match rotated.map_err(OAuthError::internal)? {
            Once::First(_) => Ok(issued),
            Once::Again => {
                tracing::warn!("a refresh token was used twice: its consent has ended");
                inner.note_theft(&delegation, "refresh-token-reuse").await?;
                Err(invalid())
            }
            Once::Unknown => Err(invalid()),
        }
    }

    /// The resource that an exchange names is the one that was consented to (RFC 8707).
    fn audience(&self, delegation: &Delegation, request: &TokenRequest) -> Result<(), OAuthError> {
        let named = self.resource(request.resource.as_deref())?;
        if named == delegation.resource {
            return Ok(());
        }
        Err(OAuthError::new("invalid_target", "the tokens were consented to for another resource"))
    }

    /// Ends what a token stands for (RFC 7009). An unknown token is as good as ended.
    pub async fn revoke_token(&self, token: &str) -> Result<(), GateError> {
        let (state, now) = (self.0.store.state(), self.0.now());
        let found = match read(TokenKind::Refresh, token) {
            Some(bound) => state.by_refresh_token(&bound.hash).map_err(internal)?,
            None => None,
        };
        let found = match (found, read(TokenKind::Access, token)) {
            (None, Some(bound)) => state.by_access_token(&bound.hash, now).map_err(internal)?,
            (found, _) => found,
        };
        match found {
            Some(delegation) => self.0.end(&delegation).await,
            None => Ok(()),
        }
    }

    /// Who is behind what a program shows: an access token for this resource, or a key of this gate.
    pub async fn by_token(&self, shown: Presented<'_>) -> Result<Caller, GateError> {
        let inner = &self.0;
        let Some(bound) = read(TokenKind::Access, shown.token) else {
            if shown.proof.is_some() {
                return Err(GateError::BadKey);
            }
            let principal = self.by_key(shown.token).await?.at(Door::Mcp);
            let tools = READING_TOOLS.iter().chain(&PROPOSING_TOOLS).map(|it| (*it).to_owned());
            let tools = tools.chain(self.tools_of_servers());
            let (tools, objects) = (tools.collect(), Vec::new());
            let (label, rows) = (None, None);
            return Ok(Caller { principal, label, tools, objects, rows, decides: false });
        };
        let resource = self.tool_resource();
        let proof = shown.proof.map(|proof| {
            let (method, token) = (shown.method, Some(shown.token));
            let of = Proven { method, address: &resource, token, now: seconds(inner.now()) };
            Proof::verify(proof, &of).map_err(|why| GateError::BadProof(why.to_string()))
        });
        let proof = proof.transpose()?;
        // A token bound to a key is no bearer token, and one without a key is nothing else.
        if bound.key.as_ref() != proof.as_ref().map(|proof| &proof.thumbprint) {
            return Err(GateError::BadKey);
        }
        let found = inner.store.state().by_access_token(&bound.hash, inner.now());
        let delegation = found.map_err(internal)?.filter(|found| found.resource == resource);
        let delegation = delegation.ok_or(GateError::BadKey)?;
        let caller = inner.caller(&delegation)?.ok_or(GateError::BadKey)?;
        match proof.map_or(Taken::First, |proof| inner.proofs.take(&proof, inner.now())) {
            Taken::First => Ok(caller),
            Taken::Again => Err(GateError::BadProof("the proof was used before".to_owned())),
            Taken::Full => Err(GateError::Busy),
        }
    }
}

impl Inner {
    fn tokens(
        &self,
        of: &Delegation,
        key: Option<&Thumbprint>,
    ) -> Result<(IssuedTokens, [TokenRow; 2]), OAuthError> {
        let now = self.now();
        let make = |kind, prefix: &str, life| {
            let random = SessionId::generate(&mut OsRandom).map_err(OAuthError::internal)?;
            let text = format!("{prefix}{}", Bound::text(&random, key));
            let hash = read(kind, &text).ok_or_else(|| OAuthError::internal(""))?.hash;
            Ok((text, TokenRow { hash, kind, expires: now.plus(life) }))
        };
        let (access, access_row) = make(TokenKind::Access, ACCESS, ACCESS_MILLIS)?;
        let (refresh, refresh_row) = make(TokenKind::Refresh, REFRESH, REFRESH_MILLIS)?;
        let (seconds, scope) = (ACCESS_MILLIS / 1000, of.scope.clone());
        let bound = key.is_some();
        Ok((IssuedTokens { access, refresh, seconds, scope, bound }, [access_row, refresh_row]))
    }

    /// Something that is good once was used twice, so that its consent has ended.
    async fn note_theft(&self, of: &Delegation, rule: &'static str) -> Result<(), OAuthError> {
        let act = self.act(&principal_of(of)).map_err(OAuthError::internal)?;
        let facts = Facts::new(Purpose::Refusal, Action::KeyCreate, Verdict::Refused, &act);
        let noted = self.recorder.record(facts.rule(rule)).await;
        noted.map(|_| ()).map_err(OAuthError::internal)
    }

    /// Ends a consent, and says so in the ledger.
    pub(super) async fn end(&self, delegation: &Delegation) -> Result<(), GateError> {
        // Ended first: a ledger that cannot write must not keep a stolen token alive.
        let ended = self.store.state().end_delegation(&delegation.id, self.now());
        if ended.map_err(internal)? {
            self.note_client(&principal_of(delegation), "revoked", Verdict::Done).await?;
        }
        Ok(())
    }
}

/// A token, if it has the shape of one of this kind.
fn read(kind: TokenKind, text: &str) -> Option<Bound> {
    let (prefix, purpose) = match kind {
        TokenKind::Access => (ACCESS, "access token"),
        TokenKind::Refresh => (REFRESH, "refresh token"),
    };
    Bound::parse(purpose, text.strip_prefix(prefix)?)
}
