//! A write that somebody else must approve is a task of the program that asked (the extension
//! `io.modelcontextprotocol/tasks` of 2026-07-28): it asks again, for minutes or hours, what came of it.
//!
//! The task is the proposal itself, so it outlives this process, ends when the proposal does, and every step
//! of it is in the ledger already. Only the program and the person that asked find it.

use boundary::UnixMillis;
use gateway::{Caller, GateError, ProposalView, Standing};
use jiff::Timestamp;
use rmcp::model::{
    CallToolResponse, CallToolResult, ClientCapabilities, CreateTaskResult, DetailedTask,
    GetTaskResult, JsonObject, Task, TaskPayload, TaskStatus,
};
use serde_json::Value;

use super::asking;
use super::server::Tools;

/// How often a program should ask, in milliseconds.
const POLL_MILLIS: u64 = 5_000;
/// The reason that stands beside a proposal that its program took back.
const CANCELLED: &str = "Taken back by the program that asked.";

/// Whether the client knows tasks.
pub(super) fn declared(capabilities: Option<&ClientCapabilities>) -> bool {
    capabilities.is_some_and(ClientCapabilities::supports_tasks)
}

/// The handle of a write that waits for somebody else.
pub(super) fn created(view: &ProposalView) -> CallToolResponse {
    CallToolResponse::Task(CreateTaskResult::new(head(view, TaskStatus::Working)))
}

/// `tasks/get`
pub(super) async fn told(
    tools: &Tools,
    caller: &Caller,
    id: &str,
) -> Result<GetTaskResult, GateError> {
    let view = find(tools, caller, id).await?;
    let payload = match view.standing {
        Standing::Waiting | Standing::Executing => TaskPayload::Working,
        Standing::Rejected if took_back(&view) => TaskPayload::Cancelled,
        standing => {
            let (record, problem) = (view.record.clone(), view.problem.clone());
            let ended = asking::ended(tools, &view.id, standing, record, problem);
            TaskPayload::Completed { result: result(ended)? }
        }
    };
    let head = head(&view, payload.status());
    Ok(GetTaskResult::new(DetailedTask::new(head, payload)))
}

/// `tasks/cancel`: takes the proposal back, unless it was decided.
pub(super) async fn cancel(tools: &Tools, caller: &Caller, id: &str) -> Result<(), GateError> {
    find(tools, caller, id).await?;
    match tools.gate.reject(&caller.principal, id, Some(CANCELLED)).await {
        // Cancelling is a wish: whoever asks next hears how it ended.
        Err(GateError::Decided(_)) => Ok(()),
        other => other,
    }
}

/// The proposal behind a task. To everybody but the person and the program that asked it does not exist.
pub(super) async fn find(
    tools: &Tools,
    caller: &Caller,
    id: &str,
) -> Result<ProposalView, GateError> {
    let who = &caller.principal;
    let missing = || GateError::NotFound { what: "task", id: id.chars().take(60).collect() };
    let view = tools.gate.proposal(who, id).await.map_err(|error| match error {
        GateError::NotFound { .. } => missing(),
        other => other,
    })?;
    let (door, client) = (&view.origin.0, &view.origin.1);
    let own = view.mine && door == who.door().name() && client == who.client();
    if own { Ok(view) } else { Err(missing()) }
}

fn head(view: &ProposalView, status: TaskStatus) -> Task {
    let message = match view.standing {
        Standing::Waiting => "It waits for somebody to approve it.",
        Standing::Executing => "It is being carried out.",
        _ => "It was decided.",
    };
    let life = view.expires.0.saturating_sub(view.created.0);
    Task::new(view.id.clone(), status, moment(view.created), moment(view.changed))
        .with_status_message(message)
        .with_ttl_ms(life)
        .with_poll_interval_ms(POLL_MILLIS)
}

fn took_back(view: &ProposalView) -> bool {
    view.history.iter().any(|it| it.what == "rejected" && it.words.as_deref() == Some(CANCELLED))
}

fn result(ended: CallToolResponse) -> Result<JsonObject, GateError> {
    let internal = || GateError::Internal("the end of a task is no result".to_owned());
    let CallToolResponse::Complete(result) = ended else { return Err(internal()) };
    let result: CallToolResult = result;
    match serde_json::to_value(result) {
        Ok(Value::Object(result)) => Ok(result),
        _ => Err(internal()),
    }
}

/// ISO 8601, as the extension wants moments.
fn moment(at: UnixMillis) -> String {
    let millis = i64::try_from(at.0).unwrap_or(i64::MAX);
    Timestamp::from_millisecond(millis).unwrap_or(Timestamp::UNIX_EPOCH).to_string()
}
