//! `/query`, `/queryAll`, `/search`, `/parameterizedSearch`.

use serde_json::json;

use super::{Call, Outcome};
use crate::exchange::{ApiError, Reply};
use crate::query::{self, View};
use crate::search;
use crate::state::State;

/// Records of one batch, unless the caller asks for fewer.
const BATCH: usize = 2000;
const SMALLEST_BATCH: usize = 200;

/// `Sforce-Query-Options: batchSize=200`
fn batch(call: Call<'_>) -> usize {
    let options = call.request.header("sforce-query-options").unwrap_or_default();
    let asked = options.split(',').find_map(|option| option.trim().strip_prefix("batchSize="));
    let asked = asked.and_then(|size| size.trim().parse::<usize>().ok());
    asked.map_or(BATCH, |size| size.clamp(SMALLEST_BATCH, BATCH))
}

pub(super) fn read(call: Call<'_>, state: &State, path: &[&str]) -> Outcome {
    match path {
        ["query" | "queryAll", locator] => {
            let reply =
                query::more(call.org, state, call.actor, call.version, locator, batch(call))?;
            Ok(Reply::ok(reply))
        }
        [kind @ ("query" | "queryAll")] => {
            if let Some(text) = call.request.parameter("explain") {
                return explain(call, state, text);
            }
            let text = call.request.parameter("q").filter(|text| !text.trim().is_empty());
            let text = text.ok_or_else(|| {
                ApiError::new(400, "MALFORMED_QUERY", "A query string has to be specified")
            })?;
            let view = View::new(call.org, state, call.actor, call.version, *kind == "queryAll");
            Ok(Reply::ok(query::run(&view, text, batch(call))?))
        }
        ["search"] => {
            let text = call.request.parameter("q").filter(|text| !text.trim().is_empty());
            let text = text.ok_or_else(|| {
                ApiError::new(
                    400,
                    "MALFORMED_SEARCH",
                    "No search term found. The search term must be enclosed in braces.",
                )
            })?;
            let view = View::new(call.org, state, call.actor, call.version, false);
            Ok(Reply::ok(search::run(&view, text)?))
        }
        ["parameterizedSearch"] => {
            let view = View::new(call.org, state, call.actor, call.version, false);
            let asked = search::Asked::read(call.request)?;
            Ok(Reply::ok(search::parameterized(&view, &asked)?))
        }
        _ => Err(ApiError::not_found()),
    }
}

/// The plan of a query: here always a walk over all rows.
fn explain(call: Call<'_>, state: &State, text: &str) -> Outcome {
    let view = View::new(call.org, state, call.actor, call.version, false);
    let object = query::object_of(&view, text)?;
    let rows = state.rows(object).count();
    Ok(Reply::ok(json!({
        "plans": [{
            "cardinality": rows, "fields": [], "leadingOperationType": "TableScan", "notes": [],
            "relativeCost": 1.0, "sobjectCardinality": rows, "sobjectType": object.name
        }],
        "sourceQuery": text
    })))
}
