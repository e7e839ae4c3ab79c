//! JSON schemas of what tools take and give (2020-12). Other spellings of arguments are taken too, as
//! [`super::call`] says; a schema shows the one that models should use.

use serde_json::{Value, json};

pub(super) fn soql_query() -> Value {
    json!({ "type": "object", "properties": {
        "q": { "type": "string", "description": "One SOQL query" },
        "cursor": { "type": "string", "description": "`nextCursor` of an earlier answer, instead of `q`" },
    } })
}

pub(super) fn find() -> Value {
    json!({ "type": "object", "required": ["search"], "properties": {
        "search": { "type": "string", "description": "Words to look for, at least two characters; or SOSL" },
        "objects": { "type": "array", "items": { "type": "string" },
            "description": "API names of the objects to search; all searchable ones when left out" },
    } })
}

pub(super) fn object_schema() -> Value {
    json!({ "type": "object", "properties": {
        "object-name": { "type": "string", "description": "API name; all objects when left out" },
    } })
}

pub(super) fn related() -> Value {
    json!({ "type": "object", "required": ["sobject-name", "id", "relationship-path"], "properties": {
        "sobject-name": name(), "id": id(),
        "relationship-path": { "type": "string", "description": "Name of one relationship, such as `Contacts` or `Account`" },
        "fields": { "type": "array", "items": { "type": "string" },
            "description": "API names of fields; every one that you may read when left out" },
    } })
}

pub(super) fn recent() -> Value {
    json!({ "type": "object", "properties": {
        "sobject-name": { "type": "string", "description": "API name; all objects when left out" },
        "limit": { "type": "integer", "minimum": 1, "maximum": 200 },
    } })
}

pub(super) fn nothing() -> Value {
    json!({ "type": "object", "properties": {} })
}

pub(super) fn create() -> Value {
    json!({ "type": "object", "required": ["sobject-name", "body"], "properties": {
        "sobject-name": name(), "body": body(),
    } })
}

pub(super) fn update() -> Value {
    json!({ "type": "object", "required": ["sobject-name", "id", "body"], "properties": {
        "sobject-name": name(), "id": id(), "body": body(),
    } })
}

pub(super) fn update_related() -> Value {
    json!({ "type": "object", "required": ["sobject-name", "id", "relationship-path", "body"], "properties": {
        "sobject-name": name(), "id": id(),
        "relationship-path": { "type": "string", "description": "Name of the relationship to the parent, such as `Account`" },
        "body": body(),
    } })
}

fn name() -> Value {
    json!({ "type": "string", "description": "API name of the object" })
}

fn id() -> Value {
    json!({ "type": "string", "description": "Record id, or its token" })
}

fn body() -> Value {
    json!({ "type": "object", "description": "Field API names and values; tokens stand for values" })
}

pub(super) fn records() -> Value {
    json!({ "type": "object", "required": ["totalSize", "done", "records"], "properties": {
        "totalSize": { "type": "integer" },
        "done": { "type": "boolean" },
        "records": { "type": "array", "items": { "type": "object" } },
        "nextCursor": { "type": "string" },
        "withheld": { "type": "array", "items": { "type": "object", "properties": {
            "object": { "type": "string" }, "field": { "type": "string" }, "why": { "type": "string" },
        } } },
        "note": { "type": "string" },
    } })
}

pub(super) fn objects() -> Value {
    json!({ "type": "object", "required": ["objects"], "properties": {
        "objects": { "type": "array", "items": { "type": "object", "required": ["name", "label"], "properties": {
            "name": { "type": "string" }, "label": { "type": "string" },
            "fields": { "type": "array", "items": { "type": "object" } },
            "relationships": { "type": "array", "items": { "type": "object" } },
        } } },
    } })
}

pub(super) fn person() -> Value {
    json!({ "type": "object", "required": ["userId", "organizationId"], "properties": {
        "userId": { "type": "string" }, "organizationId": { "type": "string" },
        "name": { "type": "string" }, "username": { "type": "string" },
    } })
}

pub(super) fn written() -> Value {
    json!({ "type": "object", "required": ["status", "written"], "properties": {
        "status": { "type": "string",
            "enum": ["waiting_for_approval", "done", "rejected", "failed", "expired", "unknown"] },
        "written": { "type": "boolean", "description": "Whether the write is known to be in the org" },
        "proposal": { "type": "string" },
        "address": { "type": "string", "description": "Where the person decides" },
        "record": { "type": "string" },
        "problem": { "type": "string" },
        "note": { "type": "string" },
    } })
}
