//! Queries, their pages, and what changed in a time.

use gateway::{DirectAnswer, DirectCall, Said};
use serde_json::{Value, json};

use super::answer::{Answer, of_gate};
use super::error::{self, Place};
use super::resource::Call;
use super::{Context, Outcome, times};

pub(super) async fn query(context: &Context<'_>, call: &Call, deleted: bool) -> Outcome {
    let Some(soql) = call.one("q") else {
        return Ok(error::of(400, "MALFORMED_QUERY", "A query string has to be specified"));
    };
    let page = context.wants.page;
    let query = DirectCall::Query { soql: soql.to_owned(), deleted, page };
    let answer = context.direct.run(query).await.map_err(of_gate)?;
    Ok(records(context, &answer, Place::Query))
}

pub(super) async fn more(context: &Context<'_>, cursor: &str) -> Outcome {
    let page = context.wants.page;
    let more = DirectCall::More { cursor: cursor.to_owned(), page };
    let answer = context.direct.run(more).await.map_err(of_gate)?;
    Ok(records(context, &answer, Place::Query))
}

/// `updated` and `deleted`: ids of what changed between two moments.
pub(super) async fn changed(
    context: &Context<'_>,
    call: &Call,
    object: &str,
    deleted: bool,
) -> Outcome {
    let moment = |name: &str| call.one(name).and_then(times::soql);
    let (Some(start), Some(end)) = (moment("start"), moment("end")) else {
        let message = "start and end have to be moments such as 2026-11-22T07:00:00+00:00";
        return Ok(error::of(400, "INVALID_REPLICATION_DATE", message));
    };
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '_';
    if object.is_empty() || !object.chars().all(plain) {
        return Ok(error::not_found());
    }
    let only = if deleted { " AND IsDeleted = true" } else { "" };
    let soql = format!(
        "SELECT Id, SystemModstamp FROM {object} WHERE SystemModstamp >= {start} AND \
         SystemModstamp < {end}{only}"
    );
    let query = DirectCall::Query { soql, deleted, page: None };
    let answer = context.direct.run(query).await.map_err(of_gate)?;
    let Said::Records { .. } = &answer.said else {
        return Ok(records(context, &answer, Place::Path));
    };
    let rows = rows(&answer);
    let id = |row: &Value| row.get("Id").cloned().unwrap_or_default();
    let covered = times::salesforce(&end);
    let body = if deleted {
        let list = rows
            .iter()
            .map(|row| json!({ "id": id(row), "deletedDate": row.get("SystemModstamp").cloned() }));
        json!({
            "deletedRecords": list.collect::<Vec<_>>(),
            "earliestDateAvailable": times::salesforce(&start),
            "latestDateCovered": covered,
        })
    } else {
        json!({ "ids": rows.iter().map(id).collect::<Vec<_>>(), "latestDateCovered": covered })
    };
    Ok(Answer::ok(body).decided(&answer))
}

/// A page of records, or a refusal.
pub(super) fn records(context: &Context<'_>, answer: &DirectAnswer, place: Place) -> Answer {
    match &answer.said {
        Said::Records { next, .. } => {
            let mut body = whole(answer);
            if let (Some(next), Some(object)) = (next, body.as_object_mut()) {
                let url = context.path(&format!("query/{next}"));
                object.insert("nextRecordsUrl".to_owned(), Value::String(url));
            }
            Answer::ok(body).decided(answer)
        }
        Said::Refused(refusal) => error::refused(answer, refusal, place),
        _ => error::not_found(),
    }
}

/// The JSON of an answer with records. It is the gate's own, so it parses.
fn whole(answer: &DirectAnswer) -> Value {
    match &answer.said {
        Said::Records { records, .. } => serde_json::from_str(records.text()).unwrap_or_default(),
        _ => Value::Null,
    }
}

/// The records of an answer.
pub(super) fn rows(answer: &DirectAnswer) -> Vec<Value> {
    match whole(answer).get_mut("records").map(Value::take) {
        Some(Value::Array(rows)) => rows,
        _ => Vec::new(),
    }
}
