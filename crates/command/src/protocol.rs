//! The conversation as every model sees it, and what the engine answers: tool calls or a final text.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// One entry of the conversation, oldest first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Turn {
    /// What the person said, in the gate's masked form.
    User(String),
    /// What the assistant said or asked the tools for.
    Assistant {
        /// The text shown to the person; may be empty when there are calls.
        text: String,
        /// The tool calls of this step.
        calls: Vec<Call>,
    },
    /// What a tool answered.
    ToolResult {
        /// The `id` of the call this answers.
        call_id: String,
        /// The tool's name.
        name: String,
        /// The answer as JSON text.
        content: String,
    },
}

/// One tool call.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Call {
    /// Unique in the conversation; the result names it.
    pub id: String,
    /// The tool's name, such as `soqlQuery`.
    pub name: String,
    /// The tool's arguments, a JSON object.
    pub arguments: Value,
}

/// What happens next.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Step {
    /// Run these tools and come back with their results.
    Calls(Vec<Call>),
    /// The answer for the person, as short Markdown.
    Say(String),
}

/// Runs a SOQL query: `{"q": "SELECT .."}`.
pub const SOQL_QUERY: &str = "soqlQuery";
/// Searches by text: `{"search": "text", "objects": ["Account"]}`.
pub const FIND: &str = "find";
/// Describes one object: `{"object-name": "Account"}`.
pub const GET_OBJECT_SCHEMA: &str = "getObjectSchema";
/// Creates a record: `{"sobject-name": "Task", "body": {..}}`.
pub const CREATE_RECORD: &str = "createSobjectRecord";
/// Updates a record: `{"sobject-name": "Task", "id": "..", "body": {..}}`.
pub const UPDATE_RECORD: &str = "updateSobjectRecord";
/// Says who the acting person is: `{}`.
pub const GET_USER_INFO: &str = "getUserInfo";
