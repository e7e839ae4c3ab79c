//! The parts of an answer, the same for every model.

/// A part of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Delta {
    /// Text, in order; any split, never empty.
    Text(String),
    /// A whole call of a tool. Comes after the text.
    Call(ToolCall),
    /// What it cost, where the server tells.
    Usage(Usage),
    /// The proper end; nothing follows.
    Done(Finish),
}

/// A model's call of a tool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToolCall {
    /// Names the call in its answer; unique in the conversation.
    pub id: String,
    /// The tool, as the model spelt it.
    pub name: String,
    /// JSON text, as the model wrote it: possibly none.
    pub arguments: String,
}

/// Sizes in the model's own tokens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// Of the prompt.
    pub prompt: u64,
    /// Of the answer.
    pub answer: u64,
}

/// Why an answer ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finish {
    /// The model had said all.
    Stop,
    /// It wants tools to be called.
    Calls,
    /// It came to the longest answer allowed: the text is cut.
    Length,
    /// The provider held back the rest.
    Filtered,
}
