//! The older Bulk API under `/services/async`, with JSON as its content type: what simple-salesforce still speaks.

use http::Method;
use serde_json::{Map, Value as Json, json};

use super::objects::named;
use super::{Call, Outcome, bulk, collections, records};
use crate::exchange::{ApiError, Reply};
use crate::jobs::{Batch, Job, Operation};
use crate::query::{self, View};
use crate::state::State;
use crate::value::instant_text;

pub(super) fn read(call: Call<'_>, path: &[&str]) -> Outcome {
    let ["job", id, rest @ ..] = path else { return Err(ApiError::not_found()) };
    let job = bulk::jobs(call).find(id, call.actor.user).cloned().ok_or_else(no_job)?;
    match rest {
        [] => Ok(Reply::ok(info(&job))),
        ["batch"] => {
            let all: Vec<Json> = job.batches.iter().map(|batch| batch_info(&job, batch)).collect();
            Ok(Reply::ok(json!({ "batchInfo": all })))
        }
        ["batch", batch, rest @ ..] => {
            let batch = job.batches.iter().find(|known| known.id == *batch).ok_or_else(no_job)?;
            match rest {
                [] => Ok(Reply::ok(batch_info(&job, batch))),
                ["result"] => Ok(Reply::ok(batch.result.clone())),
                // A query's rows are one result; its name is told by the list of results.
                ["result", _] => batch.rows.clone().map(Reply::ok).ok_or_else(no_job),
                _ => Err(ApiError::not_found()),
            }
        }
        _ => Err(ApiError::not_found()),
    }
}

pub(super) fn write(call: Call<'_>, state: &mut State, path: &[&str]) -> Outcome {
    if call.request.method != Method::POST {
        return Err(ApiError::method_not_allowed(&call.request.method));
    }
    match path {
        ["job"] => open(call, state),
        ["job", id] => close(call, id),
        ["job", id, "batch"] => batch(call, state, id),
        _ => Err(ApiError::not_found()),
    }
}

fn no_job() -> ApiError {
    ApiError::new(404, "InvalidJob", "Unable to find object for id")
}

fn open(call: Call<'_>, state: &State) -> Outcome {
    let body = records::body(call.request.json()?)?;
    let text = |name: &str| body.get(name).and_then(Json::as_str).unwrap_or_default();
    if text("contentType") != "JSON" {
        return Err(ApiError::new(400, "InvalidJob", "only the content type JSON is offered"));
    }
    let operation = Operation::named(text("operation"))
        .ok_or_else(|| ApiError::new(400, "InvalidJob", "unknown operation"))?;
    let object = named(call, state, text("object"))
        .map_err(|_| ApiError::new(400, "InvalidJob", "unknown object"))?;
    let external = body.get("externalIdFieldName").and_then(Json::as_str).map(str::to_owned);
    let mut all = bulk::jobs(call);
    let job = Job {
        id: all.next_id(*b"750"),
        user: call.actor.user,
        operation,
        object: object.name.clone(),
        external_key: external,
        query: String::new(),
        separator: ',',
        separator_name: "COMMA".to_owned(),
        state: "Open",
        created: call.org.now(),
        upload: String::new(),
        header: Vec::new(),
        done: Vec::new(),
        lines: Vec::new(),
        error: None,
        batches: Vec::new(),
    };
    let reply = info(&job);
    all.add(job);
    Ok(Reply::json(201, reply))
}

fn close(call: Call<'_>, id: &str) -> Outcome {
    let body = records::body(call.request.json()?)?;
    let mut all = bulk::jobs(call);
    let job = all.find(id, call.actor.user).ok_or_else(no_job)?;
    job.state = match body.get("state").and_then(Json::as_str) {
        Some("Closed") => "Closed",
        Some("Aborted") => "Aborted",
        _ => return Err(ApiError::new(400, "InvalidJobState", "a job can be closed or aborted")),
    };
    Ok(Reply::ok(info(job)))
}

fn batch(call: Call<'_>, state: &mut State, id: &str) -> Outcome {
    let job = bulk::jobs(call).find(id, call.actor.user).cloned().ok_or_else(no_job)?;
    if job.state != "Open" {
        return Err(ApiError::new(400, "InvalidJobState", "the job is not open"));
    }
    let batch_id = bulk::jobs(call).next_id(*b"751");
    let made = if job.operation.reads() {
        let text = String::from_utf8_lossy(&call.request.body).into_owned();
        let view = View::new(
            call.org,
            state,
            call.actor,
            call.version,
            job.operation == Operation::QueryAll,
        );
        let rows = query::all(&view, &text)?;
        let result = bulk::jobs(call).next_id(*b"752");
        Batch {
            id: batch_id,
            result: json!([result]),
            processed: rows.len(),
            rows: Some(Json::Array(rows)),
            failed: 0,
        }
    } else {
        let object = named(call, state, &job.object)?;
        let Json::Array(rows) = call.request.json()? else {
            return Err(ApiError::new(400, "InvalidBatch", "a list of records is wanted"));
        };
        let mut results = Vec::new();
        let mut failed = 0;
        for row in rows {
            let mark = state.mark();
            let saved = records::body(row).and_then(|fields: Map<String, Json>| {
                bulk::one(call, state, object, &job, &fields)
            });
            if saved.is_err() {
                state.rollback(mark);
                failed += 1;
            }
            results.push(collections::saved(&saved.map(|(id, created)| (Some(id), Some(created)))));
        }
        Batch {
            id: batch_id,
            processed: results.len(),
            result: Json::Array(results),
            rows: None,
            failed,
        }
    };
    let reply = batch_info(&job, &made);
    if let Some(job) = bulk::jobs(call).find(id, call.actor.user) {
        job.batches.push(made);
    }
    Ok(Reply::json(201, reply))
}

fn info(job: &Job) -> Json {
    json!({
        "id": job.id,
        "operation": job.operation.as_str(),
        "object": job.object,
        "createdById": job.user.to_string(),
        "createdDate": instant_text(job.created),
        "systemModstamp": instant_text(job.created),
        "state": job.state,
        "concurrencyMode": "Parallel",
        "contentType": "JSON",
        "numberBatchesQueued": 0,
        "numberBatchesInProgress": 0,
        "numberBatchesCompleted": job.batches.len(),
        "numberBatchesFailed": 0,
        "numberBatchesTotal": job.batches.len(),
        "numberRecordsProcessed": job.batches.iter().map(|batch| batch.processed).sum::<usize>(),
        "numberRecordsFailed": job.batches.iter().map(|batch| batch.failed).sum::<usize>(),
        "numberRetries": 0
    })
}

fn batch_info(job: &Job, batch: &Batch) -> Json {
    json!({
        "id": batch.id,
        "jobId": job.id,
        "state": "Completed",
        "stateMessage": null,
        "createdDate": instant_text(job.created),
        "systemModstamp": instant_text(job.created),
        "numberRecordsProcessed": batch.processed,
        "numberRecordsFailed": batch.failed,
        "totalProcessingTime": 1
    })
}
