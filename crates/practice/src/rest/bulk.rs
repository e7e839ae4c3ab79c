//! Bulk API 2.0: `/jobs/query` and `/jobs/ingest`. Jobs are done by the time the reply leaves.

use std::sync::{MutexGuard, PoisonError};

use http::Method;
use serde_json::{Map, Value as Json, json};

use super::objects::named;
use super::{Call, Outcome, records};
use crate::csv;
use crate::exchange::{ApiError, Reply};
use crate::id::Id;
use crate::jobs::{Done, Job, Jobs, Operation};
use crate::query::{self, View};
use crate::save;
use crate::schema::Object;
use crate::state::State;

const CSV: &str = "text/csv";

pub(super) fn jobs(call: Call<'_>) -> MutexGuard<'_, Jobs> {
    call.org.jobs.lock().unwrap_or_else(PoisonError::into_inner)
}

fn missing() -> ApiError {
    ApiError::new(404, "NOT_FOUND", "The requested resource does not exist")
}

fn find(call: Call<'_>, id: &str) -> Result<Job, ApiError> {
    jobs(call).find(id, call.actor.user).cloned().ok_or_else(missing)
}

pub(super) fn read(call: Call<'_>, _state: &State, path: &[&str]) -> Outcome {
    match path {
        [kind @ ("query" | "ingest")] => {
            let all: Vec<Json> = jobs(call)
                .of(call.actor.user, *kind == "query")
                .map(|job| job.info(call.version))
                .collect();
            Ok(Reply::ok(json!({ "done": true, "nextRecordsUrl": null, "records": all })))
        }
        [kind @ ("query" | "ingest"), id] => {
            let job = find(call, id)?;
            if job.operation.reads() == (*kind == "query") {
                Ok(Reply::ok(job.info(call.version)))
            } else {
                Err(missing())
            }
        }
        ["query", id, "results"] => results(call, &find(call, id)?),
        ["ingest", id, kind] => ingest_results(&find(call, id)?, kind),
        _ => Err(ApiError::not_found()),
    }
}

pub(super) fn write(call: Call<'_>, state: &mut State, path: &[&str]) -> Outcome {
    let method = &call.request.method;
    match path {
        ["query"] if method == Method::POST => query_job(call, state),
        ["ingest"] if method == Method::POST => ingest_job(call, state),
        ["ingest", id, "batches"] if method == Method::PUT => upload(call, id),
        [_, id] if method == Method::PATCH => change(call, state, id),
        [_, id] if method == Method::DELETE => {
            let job = find(call, id)?;
            jobs(call).remove(&job.id);
            Ok(Reply::empty(204))
        }
        _ => Err(ApiError::method_not_allowed(method)),
    }
}

fn text<'j>(body: &'j Map<String, Json>, name: &str) -> &'j str {
    body.get(name).and_then(Json::as_str).unwrap_or_default()
}

fn invalid(message: &str) -> ApiError {
    ApiError::new(400, "INVALIDJOB", message)
}

fn new_job(
    call: Call<'_>,
    body: &Map<String, Json>,
    operation: Operation,
    object: &str,
) -> Result<Job, ApiError> {
    let separator = csv::separator(text(body, "columnDelimiter"))
        .ok_or_else(|| invalid("unknown columnDelimiter"))?;
    let name = text(body, "columnDelimiter");
    Ok(Job {
        id: jobs(call).next_id(*b"750"),
        user: call.actor.user,
        operation,
        object: object.to_owned(),
        external_key: body.get("externalIdFieldName").and_then(Json::as_str).map(str::to_owned),
        query: String::new(),
        separator,
        separator_name: if name.is_empty() { "COMMA".to_owned() } else { name.to_owned() },
        state: "Open",
        created: call.org.now(),
        upload: String::new(),
        header: Vec::new(),
        done: Vec::new(),
        lines: Vec::new(),
        error: None,
        batches: Vec::new(),
    })
}

fn query_job(call: Call<'_>, state: &State) -> Outcome {
    let body = records::body(call.request.json()?)?;
    let operation =
        Operation::named(text(&body, "operation")).filter(|operation| operation.reads());
    let operation = operation.ok_or_else(|| invalid("operation must be query or queryAll"))?;
    let soql = text(&body, "query");
    let view =
        View::new(call.org, state, call.actor, call.version, operation == Operation::QueryAll);
    let answer = query::table(&view, soql)?;
    let mut job = new_job(call, &body, operation, &answer.object)?;
    soql.clone_into(&mut job.query);
    job.lines = answer.rows.iter().map(|cells| csv::line(cells, job.separator)).collect();
    job.header = answer.header;
    job.state = "UploadComplete";
    let info = job.info(call.version);
    job.state = "JobComplete";
    jobs(call).add(job);
    Ok(Reply::ok(info))
}

/// Lines from the locator on; the locator of the next part is the line it begins at, in a form clients must not read.
fn results(call: Call<'_>, job: &Job) -> Outcome {
    let from = match call
        .request
        .parameter("locator")
        .filter(|locator| !locator.is_empty() && *locator != "null")
    {
        None => 0,
        Some(locator) => {
            let number =
                Id::parse(locator).map(|id| usize::try_from(id.number()).unwrap_or(usize::MAX));
            number.filter(|from| *from < job.lines.len()).ok_or_else(|| {
                ApiError::new(400, "INVALID_QUERY_LOCATOR", "invalid query locator")
            })?
        }
    };
    let most = call
        .request
        .parameter("maxRecords")
        .and_then(|most| most.parse().ok())
        .unwrap_or(50_000_usize)
        .max(1);
    let end = job.lines.len().min(from.saturating_add(most));
    let lines = job.lines.get(from..end).unwrap_or_default();
    let next = if end < job.lines.len() {
        Id::numbered(*b"MjA", end as u64).short().to_owned()
    } else {
        "null".to_owned()
    };
    let body = csv::line(&job.header, job.separator) + &lines.concat();
    Ok(Reply::text(200, CSV, body)
        .with("sforce-locator", next)
        .with("sforce-numberofrecords", lines.len().to_string()))
}

fn ingest_job(call: Call<'_>, state: &State) -> Outcome {
    let body = records::body(call.request.json()?)?;
    let operation =
        Operation::named(text(&body, "operation")).filter(|operation| !operation.reads());
    let operation = operation
        .ok_or_else(|| invalid("operation must be insert, update, upsert, delete or hardDelete"))?;
    let object =
        named(call, state, text(&body, "object")).map_err(|_| invalid("object is not known"))?;
    let job = new_job(call, &body, operation, &object.name)?;
    if operation == Operation::Upsert && job.external_key.is_none() {
        return Err(invalid("externalIdFieldName is needed to upsert"));
    }
    let info = job.info(call.version);
    jobs(call).add(job);
    Ok(Reply::ok(info))
}

fn upload(call: Call<'_>, id: &str) -> Outcome {
    let text = String::from_utf8(call.request.body.to_vec())
        .map_err(|_| invalid("the upload is not UTF-8"))?;
    let mut all = jobs(call);
    let job = all.find(id, call.actor.user).ok_or_else(missing)?;
    if job.state != "Open" || job.operation.reads() {
        return Err(invalid("the job is not open for an upload"));
    }
    job.upload = text;
    Ok(Reply::empty(201))
}

fn change(call: Call<'_>, state: &mut State, id: &str) -> Outcome {
    let body = records::body(call.request.json()?)?;
    let mut job = find(call, id)?;
    match (text(&body, "state"), job.state) {
        ("UploadComplete", "Open") => {
            job.state = "UploadComplete";
            let info = job.info(call.version);
            carry_out(call, state, &mut job);
            jobs(call).add(job);
            Ok(Reply::ok(info))
        }
        ("Aborted", state) if state != "JobComplete" => {
            job.state = "Aborted";
            let info = job.info(call.version);
            jobs(call).add(job);
            Ok(Reply::ok(info))
        }
        _ => Err(ApiError::new(400, "INVALIDJOBSTATE", "the job cannot go into this state")),
    }
}

/// Row by row; a row that fails leaves the others alone.
fn carry_out(call: Call<'_>, state: &mut State, job: &mut Job) {
    let lines = csv::read(&job.upload, job.separator);
    job.upload = String::new();
    let object = named(call, state, &job.object);
    let (Ok(object), Some((header, rows))) = (object, lines.split_first()) else {
        job.state = "Failed";
        job.error = Some("InvalidBatch : the upload has no header".to_owned());
        return;
    };
    job.header.clone_from(header);
    for row in rows {
        let fields: Map<String, Json> = header
            .iter()
            .zip(row)
            .filter(|(_, cell)| !cell.is_empty())
            // `#N/A` is how a file says null; an empty cell leaves the field alone.
            .map(|(name, cell)| {
                (name.clone(), if cell == "#N/A" { Json::Null } else { json!(cell) })
            })
            .collect();
        let mark = state.mark();
        let done = match one(call, state, object, job, &fields) {
            Ok((id, created)) => Done { id: Some(id), created, error: None, given: row.clone() },
            Err(error) => {
                state.rollback(mark);
                let error =
                    format!("{}:{}:{} --", error.code, error.message, error.fields.join(","));
                Done { id: None, created: false, error: Some(error), given: row.clone() }
            }
        };
        job.done.push(done);
    }
    job.state = "JobComplete";
}

/// One row of a job.
pub(super) fn one(
    call: Call<'_>,
    state: &mut State,
    object: &'static Object,
    job: &Job,
    fields: &Map<String, Json>,
) -> Result<(Id, bool), ApiError> {
    let cell = |name: &str| {
        let found =
            fields.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value);
        found
            .map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned))
            .unwrap_or_default()
    };
    let id = || {
        Id::parse(&cell("Id"))
            .filter(|id| object.prefix == Some(id.prefix()))
            .ok_or_else(|| ApiError::new(400, "MISSING_ARGUMENT", "Id not specified"))
    };
    let writer = records::writer(call);
    match job.operation {
        Operation::Insert => Ok((save::create(state, writer, object, fields)?, true)),
        Operation::Update => {
            let id = id()?;
            save::update(state, writer, object, id, fields)?;
            Ok((id, false))
        }
        Operation::Upsert => {
            let key = job.external_key.clone().unwrap_or_default();
            records::upsert_one(call, state, object, &key, &cell(&key), fields.clone())
        }
        Operation::Delete => {
            let id = id()?;
            save::remove(state, writer, object, id)?;
            Ok((id, false))
        }
        Operation::HardDelete => {
            let id = id()?;
            save::erase(state, writer, object, id)?;
            Ok((id, false))
        }
        Operation::Query | Operation::QueryAll => Err(invalid("a query has no rows to write")),
    }
}

fn ingest_results(job: &Job, kind: &str) -> Outcome {
    let good = match kind {
        "successfulResults" => true,
        "failedResults" => false,
        "unprocessedrecords" | "unprocessedRecords" => {
            return Ok(Reply::text(200, CSV, csv::line(&job.header, job.separator)));
        }
        _ => return Err(ApiError::not_found()),
    };
    let mut head = if good { vec!["sf__Id", "sf__Created"] } else { vec!["sf__Id", "sf__Error"] };
    head.extend(job.header.iter().map(String::as_str));
    let mut out = csv::line(&head, job.separator);
    let chosen = job.done.iter().filter(|done| done.error.is_none() == good);
    let mut count = 0_usize;
    for done in chosen {
        count += 1;
        let id = done.id.map(|id| id.to_string()).unwrap_or_default();
        let second = done.error.clone().unwrap_or_else(|| done.created.to_string());
        let mut cells = vec![id, second];
        cells.extend(done.given.iter().cloned());
        out.push_str(&csv::line(&cells, job.separator));
    }
    Ok(Reply::text(200, CSV, out).with("sforce-numberofrecords", count.to_string()))
}
