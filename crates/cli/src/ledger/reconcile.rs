//! The ledger beside what Salesforce has: records, field history, log of requests.

use gateway::{
    Beside, LedgerWrite, OrgWrite, Reconciliation, RecordState, RecordWrite, RecordsBeside,
};
use serde_json::{Value, json};

use super::{open, search};
use crate::args::{ConfigArgs, LedgerReconcileArgs};
use crate::output::{self, Exit};
use crate::serve::read_config;

pub(crate) async fn run(args: &LedgerReconcileArgs) -> anyhow::Result<Exit> {
    let since = search::moment(&args.since, false)?;
    let gate = open(read_config(&ConfigArgs { config: args.config.clone(), json: false })?).await?;
    let found = gate.reconcile(since, u64::from(args.tolerance) * 1_000).await;
    gate.close().await?;
    let found = found?;
    if args.json {
        output::line(&to_json(&found).to_string())?;
    } else {
        by_log(&found)?;
        by_records(&found.records)?;
    }
    Ok(if found.agrees() { Exit::Good } else { Exit::Failed })
}

fn by_log(found: &Reconciliation) -> anyhow::Result<()> {
    let Reconciliation { matched, ledger_only, org_only, uncovered, unlogged, .. } = found;
    if let Some(why) = unlogged {
        output::line(&format!("The log of requests (EventLogFile) cannot be read: {why}"))?;
        return Ok(());
    }
    output::line(&format!("{matched} writes stand in both."))?;
    for LedgerWrite { index, request, actor, .. } in ledger_only {
        output::line(&format!("ledger only  entry {index}, request {request}, by {actor}"))?;
    }
    for OrgWrite { time, request, user, what, .. } in org_only {
        output::line(&format!("org only     {time}, request {request}, by {user}: {what}"))?;
    }
    if *uncovered > 0 {
        output::hint(&format!("{uncovered} writes lie outside the org's logs, which come later"));
    }
    Ok(())
}

fn by_records(found: &RecordsBeside) -> anyhow::Result<()> {
    let list = |names: &std::collections::BTreeSet<String>| {
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        if names.is_empty() { "none".to_owned() } else { names.join(", ") }
    };
    let RecordsBeside { objects, histories, unread, matched, equal, unjudged, .. } = found;
    output::line(&format!("Records read: {}; field history: {}.", list(objects), list(histories)))?;
    if !unread.is_empty() {
        output::line(&format!("Not readable for the app's user: {}.", list(unread)))?;
    }
    output::line(&format!(
        "{matched} writes show in the records, {equal} of them with the values that were sent."
    ))?;
    for RecordWrite { index, object, record, user, now } in &found.ledger_only {
        let now = state(now);
        output::line(&format!("ledger only  entry {index}, {object} {record}, by {user}: {now}"))?;
    }
    for RecordWrite { index, object, record, now, .. } in &found.overtaken {
        output::line(&format!("overtaken    entry {index}, {object} {record}: {}", state(now)))?;
    }
    for Beside { object, record, user, time, .. } in &found.org_only {
        let what = "changed beside the gate";
        output::line(&format!("org only     {time}, {object} {record}, by {user}: {what}"))?;
    }
    for Beside { object, record, field, user, time } in &found.fields {
        let field = field.as_deref().unwrap_or_default();
        output::line(&format!(
            "org only     {time}, {object} {record}, by {user}: {field}, which the ledger did not send"
        ))?;
    }
    if *unjudged > 0 {
        output::hint(&format!("{unjudged} writes cannot be held against a record"));
    }
    Ok(())
}

fn state(now: &RecordState) -> String {
    match now {
        RecordState::Unchanged => "the record is unchanged since before".to_owned(),
        RecordState::There => "the record is still there".to_owned(),
        RecordState::Gone => "the record is gone, or hidden from the app's user".to_owned(),
        RecordState::Differs => "the record does not hold what was sent".to_owned(),
        RecordState::Later { user, time } => format!("later changed by {user}, {time}"),
    }
}

fn to_json(found: &Reconciliation) -> Value {
    let Reconciliation { matched, ledger_only, org_only, uncovered, unlogged, records } = found;
    let ledger = |it: &LedgerWrite| {
        let LedgerWrite { index, time, request, actor } = it;
        json!({ "entry": index, "time": time, "request": request, "actor": actor })
    };
    let org = |it: &OrgWrite| {
        let OrgWrite { time, request, user, known, what } = it;
        json!({ "time": time, "request": request, "user": user, "known": known, "what": what })
    };
    let write = |it: &RecordWrite| {
        let RecordWrite { index, object, record, user, now } = it;
        let said = match now {
            RecordState::Unchanged => json!("unchanged"),
            RecordState::There => json!("there"),
            RecordState::Gone => json!("gone"),
            RecordState::Differs => json!("differs"),
            RecordState::Later { user, time } => json!({ "later": { "user": user, "time": time } }),
        };
        json!({ "entry": index, "object": object, "record": record, "user": user, "now": said })
    };
    let beside = |it: &Beside| {
        let Beside { object, record, field, user, time } = it;
        json!({ "object": object, "record": record, "field": field, "user": user, "time": time })
    };
    let all = |it: &[RecordWrite]| it.iter().map(write).collect::<Vec<_>>();
    let every = |it: &[Beside]| it.iter().map(beside).collect::<Vec<_>>();
    json!({
        "matched": matched,
        "ledger_only": ledger_only.iter().map(ledger).collect::<Vec<_>>(),
        "org_only": org_only.iter().map(org).collect::<Vec<_>>(),
        "uncovered": uncovered,
        "sources": {
            "event_log": unlogged.is_none(),
            "event_log_problem": unlogged,
            "records": records.objects,
            "field_history": records.histories,
            "unread": records.unread,
        },
        "records": {
            "matched": records.matched,
            "equal": records.equal,
            "ledger_only": all(&records.ledger_only),
            "overtaken": all(&records.overtaken),
            "org_only": every(&records.org_only),
            "fields": every(&records.fields),
            "unjudged": records.unjudged,
        },
    })
}
