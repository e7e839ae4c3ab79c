//! What administrators consent to: a tool under one definition.

use std::collections::BTreeMap;

use boundary::{Action, Facts, Purpose, UnixMillis, Verdict};
use keys::OsRandom;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Definition, Upstream};
use crate::access::Session;
use crate::conversations::internal;
use crate::error::GateError;
use crate::gate::Gate;
use crate::recorder::act_of_gate;

/// A definition that somebody consented to.
#[derive(Clone, Debug)]
pub(crate) struct Pin {
    pub(crate) definition: Definition,
    by: String,
    at: UnixMillis,
}

#[derive(Serialize, Deserialize)]
struct StoredPin {
    told: Value,
    by: String,
    at: UnixMillis,
}

/// Where a tool stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ToolStanding {
    /// Nobody has consented to it.
    New,
    /// It is as somebody consented to it.
    Consented,
    /// The server describes it otherwise than it was consented to. It is held.
    Changed,
    /// The configuration names it and the server does not have it, or not in a form that the gate can hand on.
    Missing,
}

/// A tool as an administrator looks at it. Its words are a stranger's.
#[derive(Clone, Debug)]
pub struct ToolReview {
    /// Its name at the server.
    pub name: String,
    /// Under which programs know it.
    pub public: String,
    /// Where it stands.
    pub standing: ToolStanding,
    /// Whether calls of it only read, so that they do not wait for a person.
    pub reads: bool,
    /// The digest to consent to.
    pub digest: String,
    /// What the server says now, as indented JSON; empty when it says nothing.
    pub now: String,
    /// What was consented to, where that differs.
    pub before: Option<String>,
    /// Who consented, and when.
    pub consented: Option<(String, UnixMillis)>,
}

/// A server as an administrator looks at it.
#[derive(Clone, Debug)]
pub struct ServerReview {
    /// Its name.
    pub name: String,
    /// Its address.
    pub address: String,
    /// Its tools, as far as they are configured.
    pub tools: Vec<ToolReview>,
    /// How many others it offers, which stay closed.
    pub others: usize,
    /// Why its tools cannot be seen now.
    pub problem: Option<String>,
}

impl Gate {
    /// The servers behind the gate and their tools, for administrators.
    pub async fn servers(&self, session: &Session) -> Result<Vec<ServerReview>, GateError> {
        self.require_admin(session)?;
        let mut reviews = Vec::new();
        for server in self.0.upstreams.iter() {
            reviews.push(self.review(session, server).await?);
        }
        Ok(reviews)
    }

    async fn review(
        &self,
        session: &Session,
        server: &Upstream,
    ) -> Result<ServerReview, GateError> {
        let mut pins = server.pins(self.0.store.state())?;
        let found = server.definitions(&self.0, session.principal.person()).await;
        let problem = found.as_ref().err().map(|error| server.failed(error).message);
        let now = found.unwrap_or_default();
        let config = &server.config;
        let wanted = config.read.iter().chain(&config.write);
        let tools = wanted.map(|name| {
            let (told, pin) = (now.get(name), pins.remove(name));
            let standing = match (told, &pin) {
                (None, _) => ToolStanding::Missing,
                (Some(_), None) => ToolStanding::New,
                (Some(told), Some(pin)) if told.digest == pin.definition.digest => {
                    ToolStanding::Consented
                }
                _ => ToolStanding::Changed,
            };
            let changed = standing == ToolStanding::Changed;
            ToolReview {
                name: name.clone(),
                public: config.public_name(name),
                standing,
                reads: told.is_some_and(|told| config.reads(told)),
                digest: told.map(|told| told.digest.clone()).unwrap_or_default(),
                now: told.map(|told| pretty(&told.told)).unwrap_or_default(),
                before: pin.as_ref().filter(|_| changed).map(|pin| pretty(&pin.definition.told)),
                consented: pin.map(|pin| (pin.by, pin.at)),
            }
        });
        let tools: Vec<ToolReview> = tools.collect();
        let others = now.keys().filter(|name| !config.has(name)).count();
        Ok(ServerReview {
            name: config.name.clone(),
            address: config.url.clone(),
            tools,
            others,
            problem,
        })
    }

    /// Consents to a tool under the definition with this digest, which is the one the administrator saw.
    pub async fn consent_to_tool(
        &self,
        session: &Session,
        server: &str,
        tool: &str,
        digest: &str,
    ) -> Result<(), GateError> {
        self.require_admin(session)?;
        let server = self.server(server)?;
        let now = server.definitions(&self.0, session.principal.person()).await;
        let now = now.map_err(|error| GateError::invalid(server.failed(&error).message, None))?;
        let told = now.get(tool).filter(|told| server.config.has(tool) && told.digest == digest);
        let told = told.ok_or_else(|| {
            GateError::invalid("the server changed the tool meanwhile; look at it again", None)
        })?;
        let (by, at) = (session.username.clone(), self.0.now());
        // What widens is recorded first.
        self.note_tool(session, server, tool, digest, "tool-consented").await?;
        let pin = Pin { definition: told.clone(), by, at };
        self.repin(server, |pins| drop(pins.insert(tool.to_owned(), pin)))
    }

    /// Takes the consent back.
    pub async fn withdraw_tool(
        &self,
        session: &Session,
        server: &str,
        tool: &str,
    ) -> Result<(), GateError> {
        self.require_admin(session)?;
        let server = self.server(server)?;
        self.repin(server, |pins| drop(pins.remove(tool)))?;
        self.note_tool(session, server, tool, "", "tool-withdrawn").await
    }

    fn server(&self, name: &str) -> Result<&Upstream, GateError> {
        let missing = || GateError::NotFound { what: "server", id: name.to_owned() };
        self.0.upstreams.named(name).map(AsRef::as_ref).ok_or_else(missing)
    }

    fn repin(
        &self,
        server: &Upstream,
        change: impl FnOnce(&mut BTreeMap<String, Pin>),
    ) -> Result<(), GateError> {
        let state = self.0.store.state();
        let mut pins = server.pins(state)?;
        change(&mut pins);
        let stored = pins.into_iter().map(|(name, Pin { definition, by, at })| {
            (name, StoredPin { told: definition.told, by, at })
        });
        let stored: BTreeMap<String, StoredPin> = stored.collect();
        let text = serde_json::to_string(&stored).map_err(internal)?;
        server.keep(state, &text)
    }

    async fn note_tool(
        &self,
        session: &Session,
        server: &Upstream,
        tool: &str,
        digest: &str,
        rule: &str,
    ) -> Result<(), GateError> {
        let act = self.0.act(&session.principal)?;
        let mut facts =
            Facts::new(Purpose::Access, Action::KeyCreate, Verdict::Done, &act).rule(rule);
        // A name that the configuration has, or else one that somebody typed.
        if server.config.has(tool) {
            facts.objects.insert(format!("{}.{tool}", server.config.name));
        }
        facts.digest = Some(digest.to_owned()).filter(|digest| !digest.is_empty());
        self.0.recorder.record(facts).await.map(|_| ())
    }
}

impl crate::gate::Inner {
    /// Seals what earlier versions kept in the clear. Once, while the gate opens, and on record: a consent that
    /// somebody writes into the database afterwards is none.
    pub(crate) async fn seal_old_pins(&self) -> Result<(), GateError> {
        let state = self.store.state();
        let mut any = false;
        for server in self.upstreams.iter() {
            let Some(kept) = state.setting(&server.place()).map_err(internal)? else { continue };
            if serde_json::from_str::<BTreeMap<String, StoredPin>>(&kept).is_err() {
                continue;
            }
            let act = act_of_gate(self.matrix().version().as_str())?;
            let facts = Facts::new(Purpose::System, Action::Edit, Verdict::Done, &act);
            self.recorder.record(facts.rule("consents-sealed")).await?;
            server.keep(state, &kept)?;
            any = true;
        }
        // What stood in the clear is not left in the file.
        if any { state.scrub().map_err(internal) } else { Ok(()) }
    }

    /// Whether each server answers, and what of its tools an administrator has to look at.
    pub(crate) async fn examine_upstreams(&self) -> Vec<(String, Result<String, String>)> {
        let mut found = Vec::new();
        for server in self.upstreams.iter() {
            found.push((format!("server {}", server.config.name), self.examine(server).await));
        }
        found
    }

    async fn examine(&self, server: &Upstream) -> Result<String, String> {
        let pins = server.pins(self.store.state()).map_err(|error| error.to_string())?;
        let config = &server.config;
        let wanted = config.read.len() + config.write.len();
        let told = match server.told_without_a_person().await {
            // Nobody is here whose grant could be shown.
            None => {
                server.reached().await.map_err(|error| error.to_string())?;
                return Ok(format!("reached; {} of {wanted} tools consented to", pins.len()));
            }
            Some(told) => told.map_err(|error| server.failed(&error).message)?,
        };
        let held: Vec<&str> = pins
            .iter()
            .filter_map(|(name, pin)| {
                let same = told.get(name).is_some_and(|now| now.digest == pin.definition.digest);
                (!same).then_some(name.as_str())
            })
            .collect();
        let missing: Vec<&str> = config
            .read
            .iter()
            .chain(&config.write)
            .filter(|name| !told.contains_key(*name))
            .map(String::as_str)
            .collect();
        if !missing.is_empty() {
            return Err(format!(
                "it has no tool `{}`, or none that the gate takes",
                missing.join("`, `")
            ));
        }
        if !held.is_empty() {
            return Err(format!("it changed `{}`: look at `/servers`", held.join("`, `")));
        }
        Ok(format!("answers; {} of {wanted} tools consented to", pins.len()))
    }
}

impl Upstream {
    /// What administrators consented to, by the name of the tool.
    pub(super) fn pins(
        &self,
        state: &dyn store::StateStore,
    ) -> Result<BTreeMap<String, Pin>, GateError> {
        let Some(kept) = state.setting(&self.place()).map_err(internal)? else {
            return Ok(BTreeMap::new());
        };
        let Some(stored) = self.unsealed(&kept) else {
            // Nobody consented to what does not open: its tools stay closed until somebody does anew.
            tracing::error!(server = self.config.name, "the consents to its tools are damaged");
            return Ok(BTreeMap::new());
        };
        // The digest is computed anew, so that it and what is kept cannot come apart.
        let pins = stored.into_iter().filter_map(|(name, StoredPin { told, by, at })| {
            let definition = Definition::read(&told).filter(|it| it.name == name)?;
            Some((name, Pin { definition, by, at }))
        });
        Ok(pins.collect())
    }

    fn unsealed(&self, kept: &str) -> Option<BTreeMap<String, StoredPin>> {
        let text = self.sealer.open(&hex::decode(kept).ok()?, &self.place()).ok()?;
        serde_json::from_slice(&text).ok()
    }

    /// Keeps what administrators consented to, sealed into its place.
    pub(super) fn keep(&self, state: &dyn store::StateStore, text: &str) -> Result<(), GateError> {
        let sealed = self.sealer.seal(text.as_bytes(), &self.place(), &mut OsRandom);
        state.put_setting(&self.place(), &hex::encode(sealed.map_err(internal)?)).map_err(internal)
    }

    fn place(&self) -> String {
        format!("upstream_mcp/{}", self.config.name)
    }
}

fn pretty(told: &Value) -> String {
    serde_json::to_string_pretty(told).unwrap_or_default()
}
