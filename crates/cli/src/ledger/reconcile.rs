//! The ledger beside Salesforce's own log.

use gateway::{LedgerWrite, OrgWrite, Reconciliation};
use serde_json::json;

use super::{open, search};
use crate::args::{ConfigArgs, LedgerReconcileArgs};
use crate::output::{self, Exit};
use crate::serve::read_config;

pub(crate) async fn run(args: &LedgerReconcileArgs) -> anyhow::Result<Exit> {
    let since = search::moment(&args.since, false)?;
    let gate = open(read_config(&ConfigArgs { config: args.config.clone(), json: false })?).await?;
    let found = gate.reconcile(since).await;
    gate.close().await?;
    let Reconciliation { matched, ledger_only, org_only, uncovered } = found?;
    if args.json {
        let ledger: Vec<_> = ledger_only
            .iter()
            .map(|LedgerWrite { index, time, request, actor }| {
                json!({ "entry": index, "time": time, "request": request, "actor": actor })
            })
            .collect();
        let org: Vec<_> = org_only
            .iter()
            .map(|OrgWrite { time, request, user, known, what }| {
                json!({ "time": time, "request": request, "user": user, "known": known, "what": what })
            })
            .collect();
        let said = json!({ "matched": matched, "ledger_only": ledger, "org_only": org, "uncovered": uncovered });
        output::line(&said.to_string())?;
    } else {
        output::line(&format!("{matched} writes stand in both."))?;
        for LedgerWrite { index, request, actor, .. } in &ledger_only {
            output::line(&format!("ledger only  entry {index}, request {request}, by {actor}"))?;
        }
        for OrgWrite { time, request, user, what, .. } in &org_only {
            output::line(&format!("org only     {time}, request {request}, by {user}: {what}"))?;
        }
        if uncovered > 0 {
            output::hint(&format!(
                "{uncovered} writes lie outside the org's logs, which come later"
            ));
        }
    }
    Ok(if ledger_only.is_empty() && org_only.is_empty() { Exit::Good } else { Exit::Failed })
}
