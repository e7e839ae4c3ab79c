//! The authorization server: a person lets a program act for them, within what an administrator allows.
//!
//! OAuth 2.1 with proof keys (S256 alone), tokens for one resource (RFC 8707), clients named by the
//! address of their metadata document. People sign in with the org before anything here is looked at,
//! so a stranger cannot make the gate fetch documents.

mod admin;
mod state;
mod tokens;

pub use state::AskedWrite;

use boundary::{Action, Door, Facts, PolicyVersion, Principal, Purpose, Verdict};
use egress::{Reach, Trust};
use keys::{OsRandom, SessionId, Thumbprint, random_id};
use serde::{Deserialize, Serialize};
use store::{ClientRow, ClientStanding, CodeRow, Delegation};

use super::{Gate, Inner};
use crate::clients::{
    AuthorizationRequest, Bound, Caller, ClientInfo, Consent, DECIDES, OAuthError, PROPOSING_TOOLS,
    READING_TOOLS, SCOPE_PROPOSE, SCOPE_READ, address_of_document, parse_document, same_redirect,
};
use crate::conversations::internal;
use crate::error::GateError;

/// What the hash of a code is kept apart by.
const CODE: &str = "authorization code";
/// A code has to be exchanged within a minute.
const CODE_MILLIS: u64 = 60 * 1000;
/// A person may think about a consent for ten minutes.
const CONSENT_MILLIS: u64 = 10 * 60 * 1000;

/// A request that a person was asked about, as it travels in their form.
#[derive(Deserialize, Serialize)]
struct Ticket {
    client: String,
    redirect: String,
    challenge: String,
    scope: String,
    resource: String,
    state: Option<String>,
    /// Thumbprint of the key that the code is to be bound to.
    key: Option<String>,
    expires: u64,
}

impl Gate {
    /// The address that tokens for tools are good at.
    pub fn tool_resource(&self) -> String {
        format!("{}/mcp", self.0.config.base_url())
    }

    /// Looks at a request for authorization: who asks, and what a person has to be asked.
    pub async fn consider(
        &self,
        who: &Principal,
        request: &AuthorizationRequest,
    ) -> Result<Consent, OAuthError> {
        let inner = &self.0;
        let client = inner.meet(&request.client_id).await?;
        let redirect = match request.redirect_uri.as_str() {
            // Left out, it is clear only when there is one.
            "" => match client.redirects.as_slice() {
                [one] => one.clone(),
                _ => return Err(OAuthError::new("invalid_request", "`redirect_uri` is missing")),
            },
            asked => asked.to_owned(),
        };
        if !client.redirects.iter().any(|known| same_redirect(known, &redirect)) {
            let problem = "`redirect_uri` is not one of the client's";
            return Err(OAuthError::new("invalid_request", problem));
        }
        // From here on the browser can go back to the client with what is wrong.
        let back = |error: OAuthError| {
            let address = self.back(
                &redirect,
                request.state.as_deref(),
                &[("error", error.code), ("error_description", &error.problem)],
            );
            OAuthError { redirect: Some(address), ..error }
        };
        let ticket = self.ticket(&client, redirect.clone(), request).map_err(back)?;
        let proposes = ticket.scope.split(' ').any(|scope| scope == SCOPE_PROPOSE)
            && client.tools.iter().any(|tool| PROPOSING_TOOLS.contains(&tool.as_str()));
        let text = serde_json::to_vec(&ticket).map_err(OAuthError::internal)?;
        let sealed = inner.letting.seal(&text, &consent_place(who), &mut OsRandom);
        let returns_to = crate::clients::host_of(&redirect).to_owned();
        Ok(Consent {
            ticket: encode(&sealed.map_err(OAuthError::internal)?),
            client: info(client),
            return_origin: origin_of(&redirect),
            returns_to,
            proposes,
        })
    }

    fn ticket(
        &self,
        client: &ClientRow,
        redirect: String,
        request: &AuthorizationRequest,
    ) -> Result<Ticket, OAuthError> {
        if client.standing == ClientStanding::Refused {
            let problem = "an administrator has shut this client out";
            return Err(OAuthError::new("access_denied", problem));
        }
        if request.response_type != "code" {
            let problem = "expected `response_type=code`";
            return Err(OAuthError::new("unsupported_response_type", problem));
        }
        let challenge = &request.code_challenge;
        let shaped = challenge.len() == 43
            && challenge.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
        if request.code_challenge_method != "S256" || !shaped {
            let problem = "expected a proof key: `code_challenge` with method `S256`";
            return Err(OAuthError::new("invalid_request", problem));
        }
        let resource = self.resource(request.resource.as_deref())?;
        let scope = scope_of(&request.scope)?;
        let key = request.dpop_jkt.as_deref().map(|key| {
            let problem = "expected `dpop_jkt` to be the SHA-256 thumbprint of a key (RFC 7638)";
            let parsed = Thumbprint::parse(key);
            parsed.ok_or_else(|| OAuthError::new("invalid_request", problem))
        });
        let key = key.transpose()?.map(|key| key.as_str().to_owned());
        Ok(Ticket {
            client: client.id.clone(),
            redirect,
            challenge: challenge.clone(),
            scope,
            resource,
            state: request.state.clone(),
            key,
            expires: self.0.now().plus(CONSENT_MILLIS).0,
        })
    }

    /// The resource that a request names. A gate has one; old clients name none.
    fn resource(&self, named: Option<&str>) -> Result<String, OAuthError> {
        let own = self.tool_resource();
        match named {
            None => Ok(own),
            Some(named) if named.trim_end_matches('/') == own => Ok(own),
            Some(_) => {
                let problem = format!("this server gives tokens for `{own}` alone");
                Err(OAuthError::new("invalid_target", problem))
            }
        }
    }

    /// Takes a person's answer; gives the address to send their browser to.
    pub async fn consent(
        &self,
        who: &Principal,
        ticket: &str,
        yes: bool,
    ) -> Result<String, GateError> {
        let inner = &self.0;
        let stale =
            || GateError::invalid("this request is stale; begin again in the program", None);
        let sealed = decode(ticket).ok_or_else(stale)?;
        let text = inner.letting.open(&sealed, &consent_place(who)).map_err(|_| stale())?;
        let ticket: Ticket = serde_json::from_slice(&text).map_err(internal)?;
        let now = inner.now();
        if ticket.expires <= now.0 {
            return Err(stale());
        }
        let state = ticket.state.as_deref();
        if !yes {
            inner.note_client(who, "consent", Verdict::Refused).await?;
            return Ok(self.back(&ticket.redirect, state, &[("error", "access_denied")]));
        }
        let random = SessionId::generate(&mut OsRandom).map_err(internal)?;
        let key = ticket.key.as_deref().and_then(Thumbprint::parse);
        let code = Bound::text(&random, key.as_ref());
        let delegation = Delegation {
            id: random_id(&mut OsRandom).map_err(internal)?,
            person: who.person().clone(),
            client: ticket.client,
            scope: ticket.scope,
            resource: ticket.resource,
            created: now,
            revoked: None,
        };
        let code_row = CodeRow {
            hash: Bound::parse(CODE, &code).ok_or_else(stale)?.hash,
            delegation: delegation.id.clone(),
            redirect: ticket.redirect.clone(),
            challenge: ticket.challenge,
            expires: now.plus(CODE_MILLIS),
        };
        let acting = principal_of(&delegation);
        inner.note_client(&acting, "consent", Verdict::Done).await?;
        inner.store.state().forget_expired_tokens(now).map_err(internal)?;
        inner.store.state().delegate(&delegation, &code_row).map_err(internal)?;
        Ok(self.back(&ticket.redirect, state, &[("code", &code)]))
    }

    /// An address of the client's with these members, `state` as it came, and who we are (RFC 9207).
    fn back(&self, redirect: &str, state: Option<&str>, members: &[(&str, &str)]) -> String {
        let issuer = self.0.config.base_url();
        let pairs = members.iter().copied().chain(state.map(|state| ("state", state)));
        let mut address = redirect.to_owned();
        for (name, value) in pairs.chain([("iss", issuer.as_str())]) {
            address.push(if address.contains('?') { '&' } else { '?' });
            address.push_str(name);
            address.push('=');
            address.push_str(&percent(value));
        }
        address
    }
}

impl Inner {
    /// The client of this id, its document read anew.
    async fn meet(&self, id: &str) -> Result<ClientRow, OAuthError> {
        let known = self.store.state().client(id).map_err(OAuthError::internal)?;
        let machine = self.config.mcp.machine_documents;
        if !address_of_document(id, machine) {
            let problem =
                "`client_id` is neither the address of a metadata document nor registered";
            return known.ok_or_else(|| OAuthError::new("invalid_client", problem));
        }
        let reach = if machine { Reach::PublicAndMachine } else { Reach::Public };
        let bytes = egress::document(id, &Trust::default(), reach).await.map_err(|error| {
            // What it says of addresses is for the administrator, not for whoever chose the address.
            tracing::warn!(%error, "a client's metadata document could not be had");
            OAuthError::new("invalid_client", "the client's metadata document could not be had")
        })?;
        let described = parse_document(id, &bytes)?;
        let now = self.now();
        let new = ClientRow {
            id: id.to_owned(),
            name: described.name,
            redirects: described.redirects,
            standing: ClientStanding::Quarantine,
            tools: READING_TOOLS.map(str::to_owned).to_vec(),
            objects: Vec::new(),
            rows: self.config.mcp.quarantine_rows,
            decided_by: None,
            met: now,
            changed: now,
        };
        self.store.state().meet_client(&new).map_err(OAuthError::internal)
    }

    async fn note_client(
        &self,
        who: &Principal,
        rule: &'static str,
        verdict: Verdict,
    ) -> Result<(), GateError> {
        let act = self.act(who)?;
        let facts = Facts::new(Purpose::Access, Action::KeyCreate, verdict, &act).rule(rule);
        self.recorder.record(facts).await.map(|_| ())
    }

    /// The caller behind a consent, with the terms of its client as they are now.
    fn caller(&self, delegation: &Delegation) -> Result<Option<Caller>, GateError> {
        let client = self.store.state().client(&delegation.client).map_err(internal)?;
        let Some(client) = client.filter(|it| it.standing != ClientStanding::Refused) else {
            return Ok(None);
        };
        let has = |scope: &str| delegation.scope.split(' ').any(|it| it == scope);
        let (reads, proposes) = (has(SCOPE_READ), has(SCOPE_PROPOSE));
        // Nobody has looked at a client in quarantine, whatever its row says.
        let proposes = proposes && client.standing == ClientStanding::Admitted;
        let may = |tool: &&'static str| client.tools.iter().any(|own| own == tool);
        let reading = READING_TOOLS.iter().filter(|_| reads);
        let proposing = PROPOSING_TOOLS.iter().filter(|_| proposes);
        let tools = reading.chain(proposing).copied().filter(may).map(str::to_owned);
        // Of other servers' tools none before an administrator has ticked it.
        let admitted = client.standing == ClientStanding::Admitted;
        let more = self.upstreams.names().into_iter();
        let more =
            more.filter(|(_, only_reads)| if *only_reads { reads && admitted } else { proposes });
        let more = more.map(|(name, _)| name).filter(|name| client.tools.contains(name));
        let tools = tools.chain(more);
        Ok(Some(Caller {
            principal: principal_of(delegation),
            label: Some(client.name),
            decides: proposes && client.tools.iter().any(|tool| tool == DECIDES),
            tools: tools.collect(),
            objects: client.objects,
            rows: Some(client.rows),
        }))
    }
}

/// The person through this client. The name is the same for all consents to one client, so that
/// tokens of its conversations live on.
fn principal_of(delegation: &Delegation) -> Principal {
    let name = format!("client-{}", PolicyVersion::of(&delegation.client));
    Principal::new(delegation.person.clone(), Door::Mcp, name)
}

fn info(client: ClientRow) -> ClientInfo {
    let ClientRow { id, name, standing, tools, objects, rows, met, .. } = client;
    ClientInfo { id, name, standing, tools, objects, rows, met }
}

/// Scopes in a fixed order; all when none is named. Unknown ones are refused, but `offline_access`
/// is what every client gets here.
fn scope_of(asked: &str) -> Result<String, OAuthError> {
    let asked: Vec<&str> = asked.split_ascii_whitespace().collect();
    let all = [SCOPE_READ, SCOPE_PROPOSE];
    if let Some(strange) = asked.iter().find(|it| !all.contains(it) && **it != "offline_access") {
        let shown: String = strange.chars().filter(char::is_ascii_graphic).take(60).collect();
        let problem = format!("there is no scope `{shown}`; there are `{}`", all.join("`, `"));
        return Err(OAuthError::new("invalid_scope", problem));
    }
    let named = all.into_iter().filter(|scope| asked.contains(scope));
    let named: Vec<&str> = named.collect();
    Ok(if named.is_empty() { all.join(" ") } else { named.join(" ") })
}

fn consent_place(who: &Principal) -> String {
    format!("consent/{}", who.person().as_str())
}

fn origin_of(address: &str) -> String {
    match address.split_once("://") {
        Some((scheme @ ("https" | "http"), rest)) => {
            format!("{scheme}://{}", rest.split(['/', '?']).next().unwrap_or_default())
        }
        Some((scheme, _)) => format!("{scheme}:"),
        None => String::new(),
    }
}

/// Lower-case hexadecimal digits: safe in a form and in a header.
fn encode(bytes: &[u8]) -> String {
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.filter_map(|digit| char::from_digit(digit.into(), 16)).collect()
}

fn decode(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> =
        text.chars().map(|c| c.to_digit(16).and_then(|d| u8::try_from(d).ok())).collect();
    let digits = digits.filter(|digits| digits.len().is_multiple_of(2))?;
    Some(digits.chunks_exact(2).map(|pair| pair.iter().fold(0, |sum, d| sum << 4 | d)).collect())
}

fn percent(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push('%');
            let digits = [byte >> 4, byte & 15].map(|digit| char::from_digit(digit.into(), 16));
            out.extend(digits.into_iter().flatten().map(|digit| digit.to_ascii_uppercase()));
        }
    }
    out
}
