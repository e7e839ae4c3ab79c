//! Questions, and what comes back while they are answered.

use boundary::{Coverage, Level, Sampling, Shown};

use crate::error::{GateError, WithheldFields};

/// A question at any door.
#[derive(Debug)]
pub struct Ask {
    /// Where it belongs.
    pub conversation: ConversationRef,
    /// What is asked.
    pub input: Input,
    /// `None` or `portcullis`: the gate chooses; else the name of an endpoint.
    pub model: Option<String>,
    /// Settings of the client.
    pub sampling: Sampling,
}

/// Which conversation a question belongs to.
#[derive(Clone, Debug)]
pub enum ConversationRef {
    /// A new one.
    New,
    /// One of the person's.
    Existing(String),
    /// Named by the client; made when it is not there. For clients that send the whole
    /// conversation with every request, so that tokens stay the same from one to the next.
    Named(String),
}

/// What a question is made of.
#[derive(Debug)]
pub enum Input {
    /// The next thing the person says.
    Say(String),
    /// The whole conversation as a client keeps it, with the client's own tools.
    Replay {
        /// Oldest first.
        messages: Vec<ClientMessage>,
        /// Tools the client will run itself.
        tools: Vec<ClientTool>,
    },
}

/// A message as a client sends it, in the clear.
#[derive(Clone, Debug)]
pub enum ClientMessage {
    /// `system` or `developer`.
    Client(String),
    /// `user`.
    Person(String),
    /// `assistant`.
    Model {
        /// Text, may be empty.
        text: String,
        /// Calls of the client's tools.
        calls: Vec<ClientCall>,
    },
    /// `tool`.
    Tool {
        /// Id of the call it answers.
        call: String,
        /// The answer.
        content: String,
    },
}

/// A call of a client's own tool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientCall {
    /// The model's id for it.
    pub id: String,
    /// The tool.
    pub name: String,
    /// JSON text, values restored.
    pub arguments: String,
}

/// A tool that the client will run itself.
#[derive(Clone, Debug)]
pub struct ClientTool {
    /// Letters, digits, `_` and `-`; at most 64.
    pub name: String,
    /// What it does.
    pub description: String,
    /// JSON Schema of its arguments.
    pub parameters: serde_json::Value,
}

/// What comes back while a question is answered, in order.
#[derive(Debug)]
pub enum Event {
    /// The conversation it belongs to, and the question as a model sees it.
    Heard {
        /// Id of the conversation.
        conversation: String,
        /// The masked question.
        masked: String,
        /// The same, restored for the person, with the covered parts marked.
        shown: Shown,
    },
    /// The gate chose an endpoint and recorded the intent.
    Sent {
        /// Name of the endpoint.
        endpoint: String,
        /// Where it runs.
        residency: String,
        /// Highest level left in the clear.
        level: Level,
        /// The entry of the ledger.
        entry: u64,
    },
    /// A tool of the gate ran.
    Step(Step),
    /// More of the answer: as the model wrote it, and as the person reads it.
    Text {
        /// With tokens.
        masked: String,
        /// Restored.
        shown: Shown,
    },
    /// A write waits for the person.
    Proposed {
        /// Id of the proposal.
        proposal: String,
    },
    /// The model wants tools that the client runs.
    ClientCalls(Vec<ClientCall>),
    /// The end of a good answer.
    Done(Summary),
    /// The end of a bad one; what came before it stands.
    Failed(GateError),
}

/// A tool of the gate that ran.
#[derive(Clone, Debug)]
pub struct Step {
    /// Name of the tool.
    pub tool: String,
    /// One line for people, without values: `read 12 of Opportunity`.
    pub what: String,
    /// The statement or arguments with tokens, as the model wrote them.
    pub masked: String,
    /// What the model got back, with tokens.
    pub result: String,
    /// What the tokens in both are, and which layer covered their values.
    pub covered: Vec<Coverage>,
    /// Fields it did not get, and why.
    pub withheld: WithheldFields,
    /// Whether it was refused or failed.
    pub refused: bool,
}

/// How a question was answered.
#[derive(Clone, Debug)]
pub struct Summary {
    /// Name of the endpoint.
    pub endpoint: String,
    /// Where it runs.
    pub residency: String,
    /// Highest level left in the clear in any prompt of the request.
    pub level: Level,
    /// Values covered by tokens in the conversation.
    pub tokens: u64,
    /// Tokens of the answer that were left as the model wrote them: unknown, or bent beyond doubt.
    pub unrestored: u64,
    /// Values that the model said of its own and that were covered.
    pub invented: u64,
    /// Fields withheld in this request.
    pub withheld: WithheldFields,
    /// Tokens of the model: prompt and completion, when it told.
    pub usage: Option<(u64, u64)>,
    /// Why the model stopped: `stop`, `length`, `tool_calls`.
    pub finish: String,
    /// The entry of the ledger that records the outcome.
    pub entry: u64,
    /// 32 hexadecimal digits.
    pub trace: String,
}

/// An answer on its way.
#[derive(Debug)]
pub struct Answering {
    /// The trace of the request.
    pub trace: String,
    /// Events, closed after `Done` or `Failed`. Dropping it stops the work.
    pub events: tokio::sync::mpsc::Receiver<Event>,
}

/// A conversation in a list.
#[derive(Clone, Debug)]
pub struct ConversationInfo {
    /// Its id.
    pub id: String,
    /// The beginning of its first question, restored.
    pub title: String,
    /// When it was last spoken in.
    pub updated: boundary::UnixMillis,
}

/// A turn of a conversation for the page.
#[derive(Clone, Debug)]
pub struct ShownTurn {
    /// `person`, `model`, `tool` or `client`.
    pub speaker: &'static str,
    /// The tool, when it is one.
    pub tool: Option<String>,
    /// As the model has it.
    pub masked: String,
    /// As the person reads it.
    pub shown: Shown,
    /// What the tokens are, and which layer covered their values.
    pub covered: Vec<Coverage>,
}
