//! The ledger beside what Salesforce has: records, field history, log of requests.

mod telling;

use boundary::UnixMillis;
use gateway::{Beside, LedgerWrite, OrgWrite, Reconciliation, RecordState, RecordWrite};
use serde_json::{Value, json};

use super::{open, search};
use crate::args::{ConfigArgs, LedgerReconcileArgs};
use crate::output::{self, Exit};
use crate::serve::read_config;

pub(crate) async fn run(args: &LedgerReconcileArgs) -> anyhow::Result<Exit> {
    let since = search::moment(&args.since, false)?;
    let config = read_config(&ConfigArgs { config: args.config.clone(), json: false })?;
    let instance = config.org.instance.clone();
    let gate = open(config).await?;
    let found = gate.reconcile(since, u64::from(args.tolerance) * 1_000).await;
    gate.close().await?;
    let found = found?;
    if args.json {
        output::line(&to_json(&found).to_string())?;
    } else {
        output::raw(telling::text(&found, &instance).as_bytes())?;
        for hint in telling::hints(&found) {
            output::hint(&hint);
        }
    }
    Ok(if found.agrees() { Exit::Good } else { Exit::Failed })
}

/// `2026-11-22T10:46:59.123Z`
fn rfc_3339(time: UnixMillis) -> String {
    let millis = i64::try_from(time.0).unwrap_or(i64::MAX);
    let time = jiff::Timestamp::from_millisecond(millis).unwrap_or(jiff::Timestamp::MAX);
    time.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string()
}

fn to_json(found: &Reconciliation) -> Value {
    let Reconciliation { matched, ledger_only, org_only, uncovered, unlogged, records, .. } = found;
    let ledger = |it: &LedgerWrite| {
        let LedgerWrite { index, time, request, actor, proposal, objects } = it;
        json!({
            "entry": index, "time": rfc_3339(*time), "request": request, "actor": actor,
            "person": found.person(actor), "proposal": proposal, "objects": objects,
        })
    };
    let org = |it: &OrgWrite| {
        let OrgWrite { time, request, user, known, what } = it;
        json!({
            "time": rfc_3339(*time), "request": request, "user": user, "known": known,
            "person": found.person(user), "what": what,
        })
    };
    let write = |it: &RecordWrite| {
        let RecordWrite { index, time, proposal, operation, object, record, fields, user, now } =
            it;
        let said = match now {
            RecordState::Unchanged => json!("unchanged"),
            RecordState::There => json!("there"),
            RecordState::Gone => json!("gone"),
            RecordState::Differs => json!("differs"),
            RecordState::Later { user, time } => json!({
                "later": { "user": user, "person": found.person(user), "time": rfc_3339(*time) },
            }),
        };
        json!({
            "entry": index, "time": rfc_3339(*time), "proposal": proposal, "operation": operation,
            "object": object, "record": record, "fields": fields, "user": user,
            "person": found.person(user), "now": said,
        })
    };
    let beside = |it: &Beside| {
        let Beside { object, record, field, user, time } = it;
        json!({
            "object": object, "record": record, "field": field, "user": user,
            "person": found.person(user), "time": rfc_3339(*time),
        })
    };
    let all = |it: &[RecordWrite]| it.iter().map(write).collect::<Vec<_>>();
    let every = |it: &[Beside]| it.iter().map(beside).collect::<Vec<_>>();
    json!({
        "agrees": found.agrees(),
        "differences": found.differences(),
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
