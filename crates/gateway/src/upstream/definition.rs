//! A tool as its server describes it: a stranger's words, measured and digested.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};

/// Bytes of a whole definition.
const MOST: usize = 32 * 1024;

/// A definition that the gate can hand on.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Definition {
    pub(crate) name: String,
    pub(crate) title: Option<String>,
    pub(crate) description: String,
    /// JSON schema of the arguments.
    pub(crate) input: Map<String, Value>,
    /// Whether the server says that it only reads.
    pub(crate) reads: bool,
    /// SHA-256 of all that counts of it, hexadecimal.
    pub(crate) digest: String,
    /// What is digested and kept.
    pub(crate) told: Value,
}

impl Definition {
    /// Reads what a server told. `None` when it is no tool that the gate could put itself in front of.
    pub(crate) fn read(told: &Value) -> Option<Self> {
        let part = |name: &str| told.get(name).cloned().unwrap_or_default();
        // Icons and what else comes along changes nothing that a model reads or a call does.
        let told = sorted(&json!({
            "name": part("name"),
            "title": part("title"),
            "description": part("description"),
            "inputSchema": part("inputSchema"),
            "outputSchema": part("outputSchema"),
            "annotations": part("annotations"),
        }));
        let text = told.to_string();
        // A parameter that has to stand in a header could be a value of the CRM in a log on the way.
        if text.len() > MOST || text.contains("\"x-mcp-header\"") {
            return None;
        }
        let name = told.get("name")?.as_str()?.to_owned();
        let Some(Value::Object(input)) = told.get("inputSchema").cloned() else { return None };
        let words = |name: &str| told.get(name).and_then(Value::as_str).map(str::to_owned);
        let reads = told.pointer("/annotations/readOnlyHint").and_then(Value::as_bool);
        Some(Self {
            title: words("title"),
            description: words("description").unwrap_or_default(),
            reads: reads == Some(true),
            digest: hex::encode(Sha256::digest(text.as_bytes())),
            input,
            name,
            told,
        })
    }

    /// Names of the arguments that it takes.
    pub(crate) fn takes(&self, argument: &str) -> bool {
        self.properties().is_some_and(|properties| properties.contains_key(argument))
    }

    /// What it calls the query or the search that it runs: servers in Salesforce's manner differ.
    pub(crate) fn query_argument(&self) -> &'static str {
        let names = ["q", "query", "search", "soql", "sosl"];
        names.into_iter().find(|name| self.takes(name)).unwrap_or("q")
    }

    fn properties(&self) -> Option<&Map<String, Value>> {
        self.input.get("properties")?.as_object()
    }
}

/// The same with the members of every object by name: a server may send them in any order.
fn sorted(value: &Value) -> Value {
    match value {
        Value::Array(list) => list.iter().map(sorted).collect(),
        Value::Object(members) => {
            let members: BTreeMap<&String, Value> =
                members.iter().map(|(name, value)| (name, sorted(value))).collect();
            members.into_iter().map(|(name, value)| (name.clone(), value)).collect()
        }
        other => other.clone(),
    }
}
