//! Other servers of tools behind the gate: what they offer, what an administrator consented to, and calls.
//!
//! A tool is there for programs only under the very definition that an administrator consented to: a server
//! that changes its words or its arguments afterwards has its tool held until somebody has looked again.

mod consenting;
mod definition;
mod offering;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use boundary::{Approved, Errand, Fetch, ForeignTool, PersonId, UnixMillis, Via};
use egress::{Bearer, EgressError, Reach, Reply, Trust, UpstreamDoor, Written};
use keys::{AccessToken, Sealer, SecretSource};
use salesforce::{Client, WriteError};

use crate::acting::Refused;
use crate::config::{ConfigError, UpstreamConfig, UpstreamGrant, UpstreamKind, UpstreamReach};
use crate::error::GateError;
use crate::gate::Inner;

pub use consenting::{ServerReview, ToolReview, ToolStanding};
pub(crate) use definition::Definition;
pub use offering::OfferedTool;

/// How long a list of tools is believed: one minute.
const KEPT_MILLIS: u64 = 60_000;
/// Persons whose lists are kept.
const KEPT: usize = 256;
/// How long somebody who only wants to see tools waits for a server.
const PATIENCE: Duration = Duration::from_secs(5);

/// All servers, in the order of the configuration.
#[derive(Debug, Default)]
pub(crate) struct Upstreams {
    all: Vec<Arc<Upstream>>,
}

/// One server.
pub(crate) struct Upstream {
    pub(crate) config: UpstreamConfig,
    /// Seals what administrators consented to.
    sealer: Arc<Sealer>,
    door: UpstreamDoor,
    /// Empty where a person's grant goes with a call, or nothing does.
    secret: AccessToken,
    listed: Mutex<BTreeMap<Option<PersonId>, Listed>>,
}

/// What a server offered, and when.
type Listed = (UnixMillis, Arc<BTreeMap<String, Definition>>);

/// A tool under the definition that was consented to, as its server still has it.
#[derive(Clone, Debug)]
pub(crate) struct Ready {
    pub(crate) via: Via,
    pub(crate) reads: bool,
    pub(crate) definition: Definition,
}

impl Upstreams {
    /// Doors to all servers. Opens nothing yet.
    pub(crate) fn new(configs: &[UpstreamConfig], sealer: Sealer) -> Result<Self, ConfigError> {
        let sealer = Arc::new(sealer);
        let one = |config| Upstream::new(config, Arc::clone(&sealer)).map(Arc::new);
        let all = configs.iter().map(one);
        Ok(Self { all: all.collect::<Result<_, _>>()? })
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Arc<Upstream>> {
        self.all.iter()
    }

    pub(crate) fn named(&self, name: &str) -> Option<&Arc<Upstream>> {
        self.all.iter().find(|server| server.config.name == name)
    }

    /// The names under which programs know the tools, of servers in their order; with whether each only reads
    /// by the configuration.
    pub(crate) fn names(&self) -> Vec<(String, bool)> {
        let tools = |server: &Arc<Upstream>| {
            let name = |tool: &String| server.config.public_name(tool);
            let reads = server.config.read.iter().map(|tool| (name(tool), true));
            let writes = server.config.write.iter().map(|tool| (name(tool), false));
            reads.chain(writes).collect::<Vec<_>>()
        };
        self.all.iter().flat_map(tools).collect()
    }

    /// Sends what a person signed to the server that it names.
    pub(crate) async fn write(
        &self,
        approved: Approved,
        client: &Client,
    ) -> Result<Written, WriteError> {
        let gone = EgressError::Request { reason: "its server is not configured any more" };
        let server = approved.via().and_then(|via| self.named(&via.server)).cloned();
        match server {
            Some(server) => server.write(approved, client).await,
            None => Err(WriteError::NotSent(gone.into())),
        }
    }
}

impl UpstreamConfig {
    /// The name under which programs know a tool.
    pub(crate) fn public_name(&self, tool: &str) -> String {
        format!("{}__{tool}", self.name)
    }
}

impl Upstream {
    fn new(config: &UpstreamConfig, sealer: Arc<Sealer>) -> Result<Self, ConfigError> {
        let wrong =
            |problem: String| ConfigError(format!("upstream_mcp `{}`: {problem}", config.name));
        let address = config.url.parse().map_err(|error: EgressError| wrong(error.to_string()))?;
        let trust = Trust { file: config.ca.clone(), ..Trust::default() };
        let reach = match config.reach {
            UpstreamReach::Public => Reach::Public,
            UpstreamReach::Premises => Reach::PublicAndMachine,
        };
        let time = Duration::from_secs(config.seconds);
        let door = UpstreamDoor::new(address, &trust, reach, time, config.bytes);
        let secret = config.secret.as_deref().map(|reference| {
            let source: SecretSource = reference.parse()?;
            Ok(AccessToken::new(source.load()?.expose().to_owned()))
        });
        let secret: Option<AccessToken> =
            secret.transpose().map_err(|error: keys::KeyError| wrong(error.to_string()))?;
        Ok(Self {
            door: door.map_err(|error| wrong(error.to_string()))?,
            config: config.clone(),
            sealer,
            secret: secret.unwrap_or_else(|| AccessToken::new(String::new())),
            listed: Mutex::default(),
        })
    }

    pub(crate) fn is_shaped(&self) -> bool {
        self.config.kind == UpstreamKind::Salesforce
    }

    fn of_person(&self) -> bool {
        self.config.grant == Some(UpstreamGrant::Person)
    }

    /// What the server offers now, at most a minute old.
    pub(crate) async fn definitions(
        &self,
        inner: &Inner,
        person: &PersonId,
    ) -> Result<Arc<BTreeMap<String, Definition>>, salesforce::Error> {
        let key = self.of_person().then(|| person.clone());
        let now = inner.now();
        let known = || self.listed.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((since, found)) = known().get(&key)
            && now < since.plus(KEPT_MILLIS)
        {
            return Ok(Arc::clone(found));
        }
        let told = if self.of_person() {
            inner.client.tools_through(&self.door, person).await?
        } else {
            self.door.tools(&self.fixed()).await?
        };
        let found = Arc::new(read(&told));
        let mut known = known();
        if known.len() >= KEPT {
            known.clear();
        }
        known.insert(key, (now, Arc::clone(&found)));
        Ok(found)
    }

    /// What the server offers whoever has its secret; `None` where it wants a person's grant.
    async fn told_without_a_person(
        &self,
    ) -> Option<Result<BTreeMap<String, Definition>, salesforce::Error>> {
        if self.of_person() {
            return None;
        }
        let told = self.door.tools(&self.fixed()).await;
        Some(told.map(|told| read(&told)))
    }

    async fn reached(&self) -> Result<(), EgressError> {
        self.door.probe().await
    }

    /// The tool, when it is configured, consented to, and unchanged since.
    pub(crate) async fn ready(
        &self,
        inner: &Inner,
        person: &PersonId,
        tool: &str,
    ) -> Result<Result<Ready, Refused>, GateError> {
        let missing = || Refused::new("NOT_FOUND", "there is no such tool").by("upstream");
        if !self.config.has(tool) {
            return Ok(Err(missing()));
        }
        let Some(pin) = self.pins(inner.store.state())?.remove(tool) else {
            return Ok(Err(missing()));
        };
        let now = match self.definitions(inner, person).await {
            Ok(definitions) => definitions,
            Err(salesforce::Error::SignIn) => return Err(GateError::GrantEnded),
            Err(error) => return Ok(Err(self.failed(&error))),
        };
        match now.get(tool) {
            Some(now) if now.digest == pin.definition.digest => Ok(Ok(self.pinned(pin.definition))),
            _ => {
                let message =
                    "the server changed or removed this tool; an administrator has to look at it";
                Ok(Err(Refused::new("TOOL_CHANGED", message).by("tool-changed")))
            }
        }
    }

    /// Whether what was signed is still what an administrator consented to.
    pub(crate) async fn still(
        &self,
        inner: &Inner,
        person: &PersonId,
        via: &Via,
    ) -> Result<bool, GateError> {
        let ready = self.ready(inner, person, &via.tool).await?;
        Ok(ready.is_ok_and(|ready| ready.via == *via))
    }

    fn pinned(&self, definition: Definition) -> Ready {
        let via = Via {
            server: self.config.name.clone(),
            tool: definition.name.clone(),
            definition: definition.digest.clone(),
        };
        Ready { via, reads: self.config.reads(&definition), definition }
    }

    /// What answers of this tool count as.
    pub(crate) fn foreign(&self, via: &Via) -> ForeignTool {
        let (level, compliance) = (self.config.level, self.config.compliance.clone());
        ForeignTool { via: via.clone(), level, compliance }
    }

    /// Sends a read of the CRM through the tool.
    pub(crate) async fn fetch(
        &self,
        client: &Client,
        fetch: Fetch,
        ready: &Ready,
    ) -> Result<Reply, salesforce::Error> {
        let argument = ready.definition.query_argument();
        client.fetch_through(&self.door, fetch, &ready.via, argument).await
    }

    /// Sends a read of another server.
    pub(crate) async fn ask(
        &self,
        client: &Client,
        errand: Errand,
    ) -> Result<Reply, salesforce::Error> {
        if self.of_person() {
            client.ask_through(&self.door, errand).await
        } else {
            self.door.ask(errand, &self.fixed()).await
        }
    }

    async fn write(&self, approved: Approved, client: &Client) -> Result<Written, WriteError> {
        if self.of_person() {
            client.write_through(&self.door, approved).await
        } else {
            self.door.write(approved, &self.fixed()).await
        }
    }

    /// What a program is told of a failure: a code, never the server's words.
    pub(crate) fn failed(&self, error: &salesforce::Error) -> Refused {
        let name = &self.config.name;
        let code = error.code().unwrap_or("UNREACHABLE");
        let message =
            format!("the server `{name}` refused or failed (`{code}`); nothing was changed");
        Refused::new("UPSTREAM_FAILED", message).by("upstream")
    }

    fn fixed(&self) -> Fixed<'_> {
        Fixed(&self.secret)
    }
}

impl UpstreamConfig {
    fn has(&self, tool: &str) -> bool {
        self.read.contains(tool) || self.write.contains(tool)
    }

    /// Whether a tool only reads: the configuration and the server have to say so both.
    fn reads(&self, definition: &Definition) -> bool {
        self.read.contains(&definition.name)
            && (definition.reads || self.kind == UpstreamKind::Salesforce)
    }
}

impl std::fmt::Debug for Upstream {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Upstream({})", self.config.name)
    }
}

fn read(told: &[serde_json::Value]) -> BTreeMap<String, Definition> {
    told.iter().filter_map(Definition::read).map(|it| (it.name.clone(), it)).collect()
}

/// A token of the configuration, which nobody can renew.
struct Fixed<'a>(&'a AccessToken);

impl Bearer for Fixed<'_> {
    type Error = salesforce::Error;

    async fn token(&self) -> Result<AccessToken, Self::Error> {
        Ok(self.0.clone())
    }

    async fn renewed(&self, _: &AccessToken) -> Result<AccessToken, Self::Error> {
        let (status, code) = (401, "SECRET_REFUSED".to_owned());
        let host = "the server".to_owned();
        Err(EgressError::Refused { host, status, code, retry_after: None }.into())
    }
}
