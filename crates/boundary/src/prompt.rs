//! Prompts, and what has to happen to one before it may be sent.

use std::fmt;
use std::sync::Arc;

use crate::conversation::{Conversation, Turn};
use crate::endpoint::{Endpoint, Uncovered};
use crate::entry::{
    Act, Action, Counts, Entry, Facts, Purpose, Receipt, UnixMillis, Verdict, WrongReceipt,
};
use crate::label::Label;
use crate::mask::Masked;

/// A tool that a model may call.
#[derive(Clone, Debug)]
pub enum Tool {
    /// A tool of the gate; its text is in our source.
    Own {
        /// Name.
        name: &'static str,
        /// What it does.
        description: &'static str,
        /// JSON Schema of its arguments.
        parameters: &'static str,
    },
    /// A tool of the client, screened.
    Client {
        /// Name: letters, digits, `_` and `-`.
        name: String,
        /// What it does.
        description: Box<Masked>,
        /// JSON Schema of its arguments, as text.
        parameters: Box<Masked>,
    },
}

/// Settings that a client may choose; none of them can carry text of the CRM.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Sampling {
    /// Sampling temperature.
    pub temperature: Option<f64>,
    /// Nucleus sampling.
    pub top_p: Option<f64>,
    /// Longest answer, in the model's tokens.
    pub max_tokens: Option<u64>,
}

/// Instructions and masked parts: all that a model may ever be sent.
#[derive(Debug)]
pub struct Prompt {
    instructions: Vec<&'static str>,
    turns: Vec<Arc<Turn>>,
    tools: Vec<Tool>,
    sampling: Sampling,
    label: Label,
}

impl Prompt {
    /// A prompt of everything said in a conversation.
    pub fn of(conversation: &Conversation) -> Self {
        Self {
            instructions: Vec::new(),
            turns: conversation.turns().to_vec(),
            tools: Vec::new(),
            sampling: Sampling::default(),
            label: conversation.label(),
        }
    }

    /// Adds an instruction. `&'static` because our own wording is in the source, never in data.
    #[must_use]
    pub fn instruct(mut self, text: &'static str) -> Self {
        self.instructions.push(text);
        self
    }

    /// Adds a masked text of the person.
    #[must_use]
    pub fn include(mut self, text: &Masked) -> Self {
        self.label.absorb(text.label());
        self.turns.push(Arc::new(Turn::Person(text.clone())));
        self
    }

    /// Offers a tool.
    #[must_use]
    pub fn offer(mut self, tool: Tool) -> Self {
        if let Tool::Client { description, parameters, .. } = &tool {
            self.label.absorb(description.label());
            self.label.absorb(parameters.label());
        }
        self.tools.push(tool);
        self
    }

    /// Sets sampling.
    #[must_use]
    pub fn sample(mut self, sampling: Sampling) -> Self {
        self.sampling = sampling;
        self
    }

    /// The join of everything left in the clear.
    pub fn label(&self) -> &Label {
        &self.label
    }

    /// Checks that the endpoint covers the prompt, and states the intent to send it.
    pub fn clear(
        self,
        endpoint: &Endpoint,
        act: &Act,
        now: UnixMillis,
    ) -> Result<(Cleared, Entry), Uncovered> {
        endpoint.covers(&self.label, now)?;
        let mut facts = Facts::new(Purpose::Intent, Action::Ask, Verdict::Allowed, act)
            .rule("clearance")
            .labelled(&self.label)
            .counted(Counts { tokens: self.tokens(), ..Counts::default() });
        facts.endpoint = Some(endpoint.name().to_owned());
        facts.residency = Some(endpoint.residency().name().to_owned());
        let entry = facts.entry();
        let cleared = Cleared { number: entry.number(), endpoint: endpoint.clone(), prompt: self };
        Ok((cleared, entry))
    }

    fn tokens(&self) -> u64 {
        let of_turn = |turn: &Arc<Turn>| match turn.as_ref() {
            Turn::Client(text) | Turn::Person(text) => text.tokens(),
            Turn::Model { .. } => 0,
            Turn::Tool { result, .. } => result.tokens(),
        };
        self.turns.iter().map(of_turn).sum()
    }
}

/// A prompt that one endpoint covers, and whose intent is not yet in the ledger.
pub struct Cleared {
    prompt: Prompt,
    endpoint: Endpoint,
    number: u64,
}

impl Cleared {
    /// Takes the receipt of the very entry that stated the intent.
    pub fn recorded(self, receipt: Receipt) -> Result<Dispatch, WrongReceipt> {
        if receipt.number() != self.number {
            return Err(WrongReceipt);
        }
        Ok(Dispatch { prompt: self.prompt, endpoint: self.endpoint, receipt })
    }
}

impl fmt::Debug for Cleared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Cleared({:?} for {})", self.prompt.label, self.endpoint.name())
    }
}

/// A masked, cleared and recorded prompt, bound to one endpoint. Consumed by sending it.
pub struct Dispatch {
    prompt: Prompt,
    endpoint: Endpoint,
    receipt: Receipt,
}

impl Dispatch {
    /// The only place it may go.
    pub fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    /// Proof of the recorded intent.
    pub fn receipt(&self) -> &Receipt {
        &self.receipt
    }

    /// Our own instructions.
    pub fn instructions(&self) -> &[&'static str] {
        &self.prompt.instructions
    }

    /// The conversation, oldest first.
    pub fn turns(&self) -> impl Iterator<Item = &Turn> {
        self.prompt.turns.iter().map(AsRef::as_ref)
    }

    /// Tools the model may call.
    pub fn tools(&self) -> &[Tool] {
        &self.prompt.tools
    }

    /// Sampling settings.
    pub fn sampling(&self) -> Sampling {
        self.prompt.sampling
    }

    /// The join of everything left in the clear.
    pub fn label(&self) -> &Label {
        &self.prompt.label
    }
}

impl fmt::Debug for Dispatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Dispatch({:?} to {})", self.prompt.label, self.endpoint.name())
    }
}
