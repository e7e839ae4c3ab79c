//! The part of the Tooling API that tells about objects and fields.

use serde_json::{Map, json};

use super::{Call, Outcome, objects, query};
use crate::exchange::{ApiError, Reply};
use crate::state::State;

/// What the Tooling API can be asked for; code is none of the practice org's business.
const OBJECTS: [&str; 4] = ["EntityDefinition", "FieldDefinition", "User", "Profile"];
/// Known to every client and empty here.
const NO_ROWS: [&str; 7] = [
    "ApexClass",
    "ApexTrigger",
    "ApexPage",
    "ApexComponent",
    "ApexLog",
    "CustomField",
    "CustomObject",
];

pub(super) fn read(call: Call<'_>, state: &State, path: &[&str]) -> Outcome {
    match path {
        [] => {
            let mut out = Map::new();
            for name in ["query", "sobjects"] {
                out.insert(
                    name.to_owned(),
                    json!(format!("/services/data/{}/tooling/{name}", call.version)),
                );
            }
            Ok(Reply::ok(serde_json::Value::Object(out)))
        }
        ["query"] => {
            let text = call.request.parameter("q").unwrap_or_default();
            let parsed = soql::parse(text).map_err(|error| {
                ApiError::new(400, error.code.as_str(), error.salesforce_message(text))
            })?;
            let name = parsed.from.object.field();
            if NO_ROWS.iter().any(|known| known.eq_ignore_ascii_case(name)) {
                return Ok(Reply::ok(json!({
                    "size": 0, "totalSize": 0, "done": true, "queryLocator": null, "entityTypeName": null, "records": []
                })));
            }
            if !OBJECTS.iter().any(|known| known.eq_ignore_ascii_case(name)) {
                let message = format!("sObject type '{name}' is not supported.");
                return Err(ApiError::new(400, "INVALID_TYPE", message));
            }
            query::read(call, state, path)
        }
        ["query", _] => query::read(call, state, path),
        ["sobjects", name, "describe"] if OBJECTS.contains(name) => {
            objects::read(call, state, &[name, "describe"])
        }
        _ => Err(ApiError::not_found()),
    }
}
