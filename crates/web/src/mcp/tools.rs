//! The tools, in a fixed order: names and shapes of Salesforce's hosted MCP servers, so that prompts and
//! habits carry over. There is no tool that deletes.

use std::sync::Arc;

use rmcp::model::{JsonObject, Tool, ToolAnnotations};
use serde_json::Value;

use super::schema;

/// What a person must be able to do somewhere for a tool to make sense.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Need {
    Create,
    Update,
}

/// The rights that a tool needs beside reading.
pub(super) fn needs(name: &str) -> Option<Need> {
    match name {
        "createSobjectRecord" => Some(Need::Create),
        "updateSobjectRecord" | "updateRelatedRecord" => Some(Need::Update),
        _ => None,
    }
}

/// All tools.
pub(super) fn all() -> Vec<Tool> {
    vec![
        read(
            "soqlQuery",
            "Run a SOQL query",
            "Runs one SOQL query as the person and returns the records, or the next page of one with `cursor`. \
             Values you may not see come back as tokens; use LIMIT and aggregates rather than many rows.",
            schema::soql_query(),
            schema::records(),
        ),
        read(
            "find",
            "Search records",
            "Searches records by words in their names.",
            schema::find(),
            schema::records(),
        ),
        read(
            "getObjectSchema",
            "Describe objects",
            "Lists the objects, or the fields of one object with types, picklist values and how each is treated.",
            schema::object_schema(),
            schema::objects(),
        ),
        read(
            "getRelatedRecords",
            "Get related records",
            "Reads the records that a relationship of one record leads to: its children (`Contacts` of an Account) \
             or its parent (`Account` of a Contact).",
            schema::related(),
            schema::records(),
        ),
        read(
            "listRecentSobjectRecords",
            "List recent records",
            "Lists what the person looked at last, of all objects or of one.",
            schema::recent(),
            schema::records(),
        ),
        read(
            "getUserInfo",
            "Tell who the person is",
            "Tells who the person is: their user id, for filters such as OwnerId.",
            schema::nothing(),
            schema::person(),
        ),
        write(
            "createSobjectRecord",
            "Propose a new record",
            "Proposes a new record. Nothing is written until the person has approved exactly this.",
            schema::create(),
            false,
        ),
        write(
            "updateSobjectRecord",
            "Propose a change",
            "Proposes changes to one record. Nothing is written until the person has approved exactly this.",
            schema::update(),
            true,
        ),
        write(
            "updateRelatedRecord",
            "Propose a change of a parent",
            "Proposes changes to the record that a relationship of another record leads to, such as the `Account` \
             of a Contact. Nothing is written until the person has approved exactly this.",
            schema::update_related(),
            true,
        ),
    ]
}

fn read(name: &'static str, title: &str, about: &'static str, takes: Value, gives: Value) -> Tool {
    // Records hold what strangers wrote: the world is open, though it is one org.
    let hints = ToolAnnotations::with_title(title).read_only(true).open_world(true);
    tool(name, title, about, takes, gives).with_annotations(hints)
}

fn write(
    name: &'static str,
    title: &str,
    about: &'static str,
    takes: Value,
    replaces: bool,
) -> Tool {
    let hints = ToolAnnotations::with_title(title)
        .read_only(false)
        .destructive(replaces)
        .idempotent(false)
        .open_world(true);
    tool(name, title, about, takes, schema::written()).with_annotations(hints)
}

fn tool(name: &'static str, title: &str, about: &'static str, takes: Value, gives: Value) -> Tool {
    Tool::new(name, about, object(takes)).with_title(title).with_raw_output_schema(object(gives))
}

pub(super) fn object(value: Value) -> Arc<JsonObject> {
    match value {
        Value::Object(object) => Arc::new(object),
        _ => Arc::default(),
    }
}
