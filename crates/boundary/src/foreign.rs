//! Tools of other servers: a call is checked, recorded, then sent once, and its answer is text that anyone
//! may have written.
//!
//! A read carries nothing that the gate would have to hide: whatever the mask would change in its arguments
//! keeps it here. What has to carry such a value is a write, which a person sees and signs.

#[cfg(test)]
mod tests;

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use zeroize::Zeroizing;

use crate::conversation::Conversation;
use crate::detector::Detector;
use crate::entry::{Act, Action, Counts, Entry, Facts, Purpose, Receipt, Verdict, WrongReceipt};
use crate::fetch::Fetch;
use crate::label::{ComplianceSet, Integrity, Label, Level, PersonId, Provenance, Readers};
use crate::mask::MaskError;
use crate::raw::Raw;
use crate::records::{Records, ShapeError};

/// The version of the protocol that calls are written in. Servers of earlier versions pass over what they
/// do not know of it.
const VERSION: &str = "2026-07-28";

/// A tool of another server, as an administrator consented to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Via {
    /// The server's name in the configuration.
    pub server: String,
    /// The tool's name there.
    pub tool: String,
    /// Digest of its description and schemas, hexadecimal.
    pub definition: String,
}

impl Via {
    /// What the ledger and the pages call it: `server.tool`.
    pub fn name(&self) -> String {
        format!("{}.{}", self.server, self.tool)
    }
}

/// A tool whose answers are free text.
#[derive(Clone, Debug)]
pub struct ForeignTool {
    /// Which.
    pub via: Via,
    /// What its answers count as.
    pub level: Level,
    /// The rule books they fall under.
    pub compliance: ComplianceSet,
}

/// Why a call of a foreign tool is refused.
#[derive(Debug, thiserror::Error)]
pub enum ForeignError {
    /// The arguments hold a token, or a value that the mask covers.
    #[error(
        "the arguments hold a token or a value that stays in the gate; only a tool that asks a person first may carry it"
    )]
    Covered,
    /// The arguments could not be looked at.
    #[error(transparent)]
    Mask(#[from] MaskError),
    /// The call cannot be written.
    #[error("the call could not be put into JSON")]
    Encode,
}

/// A checked call whose intent is not yet in the ledger.
pub struct Inquiry {
    wire: CallWire,
    person: PersonId,
    label: Label,
    number: u64,
}

impl Inquiry {
    /// Checks a read at another server. What a model or a person wrote as arguments leaves as it is, or not at all.
    pub fn authorise(
        tool: &ForeignTool,
        arguments: &Map<String, Value>,
        conversation: &mut Conversation,
        person: &PersonId,
        detector: &dyn Detector,
        act: &Act,
    ) -> Result<(Self, Entry), ForeignError> {
        let written = Value::Object(arguments.clone()).to_string();
        // INVARIANT: the mask escapes whatever has the shape of a token and covers whatever it knows or
        // finds. A text that it leaves alone holds neither.
        let typed = Label::typed_by(person);
        if conversation.mask_json(&written, &typed, detector)?.as_str() != written {
            return Err(ForeignError::Covered);
        }
        let body = call_body(&act.trace, &tool.via.tool, arguments)?;
        let mut facts =
            Facts::new(Purpose::Intent, Action::Read, Verdict::Allowed, act).rule("upstream");
        for argument in arguments.keys() {
            facts.touch(&tool.via.name(), argument);
        }
        facts.objects.insert(tool.via.name());
        facts.counts = Counts { bytes: body.len() as u64, ..Counts::default() };
        let entry = facts.entry();
        let place = Provenance {
            org: "mcp".into(),
            object: tool.via.name().into(),
            record: None,
            field: "result".into(),
            author: Integrity::Outsider,
        };
        let readers = Readers::only(person);
        let label = Label::new(tool.level, tool.compliance.clone(), Integrity::Outsider, readers);
        let label = label.found_at(place);
        let wire = CallWire { via: tool.via.clone(), body, id: act.trace.clone(), atomic: true };
        Ok((Self { wire, person: person.clone(), label, number: entry.number() }, entry))
    }

    /// Takes the receipt of the very entry that stated the intent.
    pub fn recorded(self, receipt: Receipt) -> Result<Errand, WrongReceipt> {
        if receipt.number() != self.number {
            return Err(WrongReceipt);
        }
        let Self { wire, person, label, .. } = self;
        Ok(Errand { wire, person, label, receipt })
    }
}

impl fmt::Debug for Inquiry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Inquiry({})", self.wire.via.name())
    }
}

/// A checked and recorded call. Consumed by sending it.
pub struct Errand {
    wire: CallWire,
    person: PersonId,
    label: Label,
    receipt: Receipt,
}

impl Errand {
    /// For whom.
    pub fn person(&self) -> &PersonId {
        &self.person
    }

    /// Proof of the recorded intent.
    pub fn receipt(&self) -> &Receipt {
        &self.receipt
    }

    /// What the answer is labelled with.
    pub fn label_of_reply(&self) -> Label {
        self.label.clone()
    }

    /// The call in the clear. Only `egress` calls this, to send it.
    pub fn into_call(self) -> CallWire {
        self.wire
    }
}

impl fmt::Debug for Errand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Errand({}, entry {})", self.wire.via.name(), self.receipt.index())
    }
}

/// A call in the clear, on its way into the socket.
pub struct CallWire {
    /// The tool.
    pub via: Via,
    /// A JSON-RPC request `tools/call`.
    pub body: Zeroizing<Vec<u8>>,
    /// The id of that request.
    pub id: String,
    /// Whether it is done whole or not at all: a read, or a write of one record of the CRM.
    pub atomic: bool,
}

impl fmt::Debug for CallWire {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CallWire({})", self.via.name())
    }
}

impl Fetch {
    /// The read as a call of a tool in the manner of Salesforce's hosted servers. `argument` is what the tool
    /// calls its query. Only `egress` calls this. `None` for a read that is no query or search.
    pub fn into_call(self, via: &Via, argument: &str) -> Option<CallWire> {
        let (text, id) = self.into_statement()?;
        let arguments = Map::from_iter([(argument.to_owned(), Value::String(text.to_string()))]);
        let body = call_body(&id, &via.tool, &arguments).ok()?;
        Some(CallWire { via: via.clone(), body, id, atomic: true })
    }
}

/// The answer of another server to a call.
pub struct Answered {
    content: Value,
    failed: bool,
    label: Label,
}

impl Answered {
    /// Parses the JSON-RPC answer.
    pub fn parse(body: Raw<Vec<u8>>) -> Result<Self, ShapeError> {
        let label = body.label().clone();
        let result = result_of(body)?;
        let failed = result.get("isError").and_then(Value::as_bool).unwrap_or_default();
        let blocks = result.get("content").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        let texts: Vec<Value> = blocks.iter().map(legible).collect();
        let mut content = Map::from_iter([("content".to_owned(), Value::Array(texts))]);
        if let Some(structured) = result.get("structuredContent").filter(|it| !it.is_null()) {
            content.insert("structuredContent".to_owned(), structured.clone());
        }
        Ok(Self { content: Value::Object(content), failed, label })
    }

    /// Whether the server says that the tool failed.
    pub fn failed(&self) -> bool {
        self.failed
    }

    pub(crate) fn text(&self) -> String {
        self.content.to_string()
    }

    pub(crate) fn label(&self) -> &Label {
        &self.label
    }
}

impl fmt::Debug for Answered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Answered({:?})", self.label)
    }
}

impl Records {
    /// Parses the answer of a tool in the manner of Salesforce's hosted servers: a query result or a search result
    /// as structured content, or as JSON in its only text.
    pub fn parse_call(body: Raw<Vec<u8>>) -> Result<Self, ShapeError> {
        const EXPECTED: ShapeError = ShapeError { expected: "the records of a tool's answer" };
        let label = body.label().clone();
        let result = result_of(body)?;
        if result.get("isError").and_then(Value::as_bool).unwrap_or_default() {
            return Err(EXPECTED);
        }
        let structured = result.get("structuredContent").filter(|it| it.is_object());
        let reply = if let Some(reply) = structured {
            reply.to_string()
        } else {
            let text = result.pointer("/content/0/text").and_then(Value::as_str);
            text.ok_or(EXPECTED)?.to_owned()
        };
        Self::parse(Raw::new(reply.into_bytes(), label))
    }
}

/// A JSON-RPC request `tools/call`.
pub(crate) fn call_body(
    id: &str,
    tool: &str,
    arguments: &Map<String, Value>,
) -> Result<Zeroizing<Vec<u8>>, ForeignError> {
    let meta = json!({
        "io.modelcontextprotocol/protocolVersion": VERSION,
        "io.modelcontextprotocol/clientInfo": { "name": "portcullis", "version": env!("CARGO_PKG_VERSION") },
        "io.modelcontextprotocol/clientCapabilities": {},
    });
    let params = json!({ "name": tool, "arguments": arguments, "_meta": meta });
    let call = json!({ "jsonrpc": "2.0", "id": id, "method": "tools/call", "params": params });
    serde_json::to_vec(&call).map(Zeroizing::new).map_err(|_| ForeignError::Encode)
}

fn result_of(body: Raw<Vec<u8>>) -> Result<Value, ShapeError> {
    let mut reply: Value =
        serde_json::from_slice(&body.into_value()).map_err(|_| ShapeError { expected: "JSON" })?;
    match reply.get_mut("result").map(Value::take) {
        Some(result) if result.is_object() => Ok(result),
        _ => Err(ShapeError { expected: "the result of a tool" }),
    }
}

/// A block of content as text: what cannot be read cannot be masked, and stays here.
fn legible(block: &Value) -> Value {
    let text = |path: &str| block.pointer(path).and_then(Value::as_str);
    let read = match text("/type") {
        Some("text") => text("/text"),
        Some("resource") => text("/resource/text"),
        _ => None,
    };
    json!({ "type": "text", "text": read.unwrap_or("(not text: withheld by the gate)") })
}
