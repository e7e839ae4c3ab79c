//! What programs get to see of the servers behind the gate: tools as they were consented to.

use serde_json::{Map, Value};

use super::{PATIENCE, Upstream};
use crate::clients::Caller;
use crate::error::GateError;
use crate::gate::Gate;

/// A tool that a program may use.
#[derive(Clone, Debug)]
pub struct OfferedTool {
    /// Under which the program knows it.
    pub name: String,
    /// The server's name.
    pub server: String,
    /// Its name there.
    pub tool: String,
    /// Whether it has the shape of a tool of the gate's own: then the gate's words for it count.
    pub shaped: bool,
    /// Whether calls of it only read. Others wait for a person.
    pub reads: bool,
    /// The server's title, as consented to.
    pub title: Option<String>,
    /// The server's words, as consented to.
    pub description: String,
    /// JSON schema of the arguments, as consented to.
    pub input: Map<String, Value>,
}

impl Gate {
    /// The tools of other servers that this caller may use now, in an order that does not change: of servers
    /// as they are configured, of tools by name, those that read first. One whose server changed it is not
    /// among them; a server that does not answer does not change it.
    pub async fn offered(&self, caller: &Caller) -> Result<Vec<OfferedTool>, GateError> {
        let mut offered = Vec::new();
        for server in self.0.upstreams.iter() {
            let mut pins = server.pins(self.0.store.state())?;
            pins.retain(|name, _| caller.may_use(&server.config.public_name(name)));
            if pins.is_empty() {
                continue;
            }
            let person = caller.principal.person();
            let told = tokio::time::timeout(PATIENCE, server.definitions(&self.0, person)).await;
            let told = told.ok().and_then(Result::ok);
            for name in server.config.read.iter().chain(&server.config.write) {
                let Some(pin) = pins.remove(name) else { continue };
                let pinned = pin.definition;
                let same = told.as_ref().is_none_or(|told| {
                    told.get(name).is_some_and(|now| now.digest == pinned.digest)
                });
                if same {
                    offered.push(offer(server, pinned));
                }
            }
        }
        Ok(offered)
    }

    /// The server and the tool behind a name that programs use, as far as they are configured.
    pub fn behind(&self, name: &str) -> Option<(String, String, bool)> {
        let (server, tool) = name.split_once("__")?;
        let server = self.0.upstreams.named(server).filter(|server| server.config.has(tool))?;
        Some((server.config.name.clone(), tool.to_owned(), server.is_shaped()))
    }

    /// Names of the tools of other servers, for whoever decides what programs may use.
    pub fn tools_of_servers(&self) -> Vec<String> {
        self.0.upstreams.names().into_iter().map(|(name, _)| name).collect()
    }
}

fn offer(server: &Upstream, pinned: super::Definition) -> OfferedTool {
    OfferedTool {
        name: server.config.public_name(&pinned.name),
        server: server.config.name.clone(),
        shaped: server.is_shaped(),
        reads: server.config.reads(&pinned),
        tool: pinned.name,
        title: pinned.title,
        description: pinned.description,
        input: pinned.input,
    }
}
