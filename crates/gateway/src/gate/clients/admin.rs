//! What administrators decide about clients, and people about their consents.

use boundary::{Principal, Verdict};
use keys::{OsRandom, random_id};
use store::{ClientRow, ClientStanding};

use super::info;
use crate::access::Session;
use crate::clients::{
    ClientInfo, ClientTerms, DECIDES, DelegationInfo, PROPOSING_TOOLS, READING_TOOLS, may_return_to,
};
use crate::conversations::internal;
use crate::error::GateError;
use crate::gate::Gate;

/// Clients in a list.
const LISTED: usize = 200;
/// Characters of a client's name.
const NAME: usize = 80;

impl Gate {
    /// Whether this session's person decides about clients.
    pub fn administers(&self, session: &Session) -> bool {
        session.admin
    }

    /// The clients, newest first.
    pub async fn clients(&self, session: &Session) -> Result<Vec<ClientInfo>, GateError> {
        self.require_admin(session)?;
        let rows = self.0.store.state().clients(LISTED).map_err(internal)?;
        Ok(rows.into_iter().map(info).collect())
    }

    /// Puts new terms into force, at once and for tokens that were given out too.
    pub async fn decide_client(
        &self,
        session: &Session,
        id: &str,
        terms: ClientTerms,
    ) -> Result<(), GateError> {
        self.require_admin(session)?;
        let state = self.0.store.state();
        let known = state.client(id).map_err(internal)?;
        let known =
            known.ok_or_else(|| GateError::NotFound { what: "client", id: id.to_owned() })?;
        let own = READING_TOOLS.iter().chain(&PROPOSING_TOOLS).chain([&DECIDES]);
        let tools = own.map(|tool| (*tool).to_owned()).chain(self.tools_of_servers());
        let tools = tools.filter(|tool| terms.tools.contains(tool));
        let matrix = self.matrix();
        let mut objects = Vec::new();
        for asked in &terms.objects {
            let cell = matrix.cells().find(|cell| cell.object.eq_ignore_ascii_case(asked));
            let Some(cell) = cell else {
                let problem = format!("the matrix has no object `{asked}`");
                return Err(GateError::invalid(problem, Some("objects")));
            };
            objects.push(cell.object.clone());
        }
        let row = ClientRow {
            standing: terms.standing,
            tools: tools.collect(),
            objects,
            rows: terms.rows,
            decided_by: Some(session.principal.person().clone()),
            changed: self.0.now(),
            ..known
        };
        let rule = match terms.standing {
            ClientStanding::Admitted => "client-admitted",
            ClientStanding::Quarantine => "client-quarantined",
            ClientStanding::Refused => "client-refused",
        };
        // What narrows takes effect first, what widens is recorded first.
        if terms.standing == ClientStanding::Admitted {
            self.0.note_client(&session.principal, rule, Verdict::Done).await?;
        }
        state.decide_client(&row).map_err(internal)?;
        if terms.standing != ClientStanding::Admitted {
            self.0.note_client(&session.principal, rule, Verdict::Done).await?;
        }
        if terms.standing == ClientStanding::Refused {
            state.end_delegations_to(id, self.0.now()).map_err(internal)?;
        }
        Ok(())
    }

    /// Registers a client by hand, for one that has no metadata document; gives its `client_id`.
    pub async fn register_client(
        &self,
        session: &Session,
        name: &str,
        redirect: &str,
    ) -> Result<String, GateError> {
        self.require_admin(session)?;
        let (name, redirect) = (name.trim(), redirect.trim());
        if name.is_empty() || name.chars().count() > NAME {
            let problem = format!("the name of a client has 1 to {NAME} characters");
            return Err(GateError::invalid(problem, Some("name")));
        }
        if !may_return_to(redirect) {
            let problem = "expected an address with `https://`, one of this machine, or an \
                           application's own scheme";
            return Err(GateError::invalid(problem, Some("redirect")));
        }
        let now = self.0.now();
        let row = ClientRow {
            id: random_id(&mut OsRandom).map_err(internal)?,
            name: name.to_owned(),
            redirects: vec![redirect.to_owned()],
            standing: ClientStanding::Quarantine,
            tools: READING_TOOLS.map(str::to_owned).to_vec(),
            objects: Vec::new(),
            rows: self.0.config.mcp.quarantine_rows,
            decided_by: None,
            met: now,
            changed: now,
        };
        self.0.note_client(&session.principal, "client-registered", Verdict::Done).await?;
        self.0.store.state().meet_client(&row).map_err(internal)?;
        Ok(row.id)
    }

    /// The programs that this person lets act for them.
    pub async fn delegations(&self, who: &Principal) -> Result<Vec<DelegationInfo>, GateError> {
        let state = self.0.store.state();
        let mut found = Vec::new();
        for delegation in state.delegations_of(who.person()).map_err(internal)? {
            let Some(client) = state.client(&delegation.client).map_err(internal)? else {
                continue;
            };
            found.push(DelegationInfo {
                id: delegation.id,
                client: info(client),
                scope: delegation.scope,
                created: delegation.created,
            });
        }
        Ok(found)
    }

    /// Ends one of the person's own consents, with its tokens.
    pub async fn end_delegation(&self, who: &Principal, id: &str) -> Result<(), GateError> {
        let own = self.0.store.state().delegations_of(who.person()).map_err(internal)?;
        let own = own.into_iter().find(|delegation| delegation.id == id);
        let own = own.ok_or_else(|| GateError::NotFound { what: "program", id: id.to_owned() })?;
        self.0.end(&own).await
    }

    /// Whoever does not administer finds no such page.
    pub(crate) fn require_admin(&self, session: &Session) -> Result<(), GateError> {
        if self.administers(session) {
            return Ok(());
        }
        Err(GateError::NotFound { what: "page", id: "clients".to_owned() })
    }
}
