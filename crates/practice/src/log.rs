//! The event log: which request asked for what, kept as the platform's event monitoring keeps it.

use std::collections::VecDeque;

use jiff::Timestamp;

use crate::exchange::Request;
use crate::id::Id;

/// One request.
#[derive(Clone, Debug)]
pub(crate) struct Event {
    pub(crate) at: Timestamp,
    /// What the caller sent as `X-SFDC-REQUEST-ID`, or one made here.
    pub(crate) request_id: String,
    pub(crate) user: Option<Id>,
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) status: u16,
    pub(crate) rows: u64,
    pub(crate) micros: u64,
    pub(crate) source: String,
    pub(crate) agent: String,
}

/// The last requests. Kept in memory: like the platform's files, it is a report and not a ledger.
#[derive(Debug, Default)]
pub(crate) struct EventLog {
    events: VecDeque<Event>,
    made: u64,
}

const KEPT: usize = 20_000;

/// Column heads of the CSV.
pub(crate) const COLUMNS: &str = "EVENT_TYPE,TIMESTAMP,REQUEST_ID,USER_ID,METHOD,URI,STATUS_CODE,ROWS_PROCESSED,RUN_TIME,CLIENT_IP,USER_AGENT";

impl EventLog {
    pub(crate) fn add(&mut self, event: Event) {
        if self.events.len() >= KEPT {
            self.events.pop_front();
        }
        self.events.push_back(event);
    }

    pub(crate) fn count(&self, path: &str) -> usize {
        self.events.iter().filter(|event| event.path.contains(path)).count()
    }

    /// The caller's own id if it is one the platform takes (32 hexadecimal or 22 alphanumeric characters), else a new one.
    pub(crate) fn request_id(&mut self, request: &Request) -> String {
        let own = request.header("x-sfdc-request-id").filter(|id| {
            id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit())
                || id.len() == 22 && id.bytes().all(|byte| byte.is_ascii_alphanumeric())
        });
        self.made += 1;
        own.map_or_else(|| format!("4practice{:013}", self.made), str::to_owned)
    }

    /// The log as CSV, oldest first. Query strings are left out: they may hold tokens and data.
    pub(crate) fn csv(&self) -> String {
        let mut out = String::from(COLUMNS);
        out.push('\n');
        for event in &self.events {
            let user = event.user.map(|user| user.short().to_owned()).unwrap_or_default();
            let cells = [
                "RestApi".to_owned(),
                event.at.strftime("%Y%m%d%H%M%S.%3f").to_string(),
                event.request_id.clone(),
                user,
                event.method.clone(),
                event.path.clone(),
                event.status.to_string(),
                event.rows.to_string(),
                (event.micros / 1000).to_string(),
                event.source.clone(),
                event.agent.clone(),
            ];
            let quoted: Vec<String> =
                cells.iter().map(|cell| format!("\"{}\"", cell.replace('"', "\"\""))).collect();
            out.push_str(&quoted.join(","));
            out.push('\n');
        }
        out
    }

    pub(crate) fn last(&self) -> Option<Timestamp> {
        self.events.back().map(|event| event.at)
    }
}
