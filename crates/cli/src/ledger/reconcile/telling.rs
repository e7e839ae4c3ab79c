//! Differences in words, for whoever has to look into them.

use std::collections::BTreeSet;

use boundary::UnixMillis;
use gateway::{
    Beside, LedgerWrite, OrgWrite, Reconciliation, RecordState, RecordWrite, RecordsBeside,
};

/// What was found, each difference with what is needed to look into it.
pub(super) fn text(found: &Reconciliation, instance: &str) -> String {
    let mut told = Told { found, text: String::new() };
    told.log();
    told.records(instance);
    told.end();
    told.text
}

/// Where to go on.
pub(super) fn hints(found: &Reconciliation) -> Vec<String> {
    let records = &found.records;
    let mut hints = Vec::new();
    let entries = found.ledger_only.iter().map(|it| it.index);
    let entry = entries.chain(records.ledger_only.iter().map(|it| it.index)).next();
    if let Some(entry) = entry {
        let before = entry.saturating_add(1);
        hints.push(format!(
            "`portcullis ledger search --before {before} --limit 1 --json` shows entry {entry}"
        ));
    }
    if found.unlogged.is_some() {
        hints.push("the log of requests needs Event Monitoring, and \"View Event Log Files\" for the user that the app runs as".to_owned());
    }
    if found.uncovered > 0 {
        hints.push("Salesforce's logs come some hours later: run it again tomorrow".to_owned());
    }
    hints
}

struct Told<'a> {
    found: &'a Reconciliation,
    text: String,
}

impl Told<'_> {
    fn line(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }

    /// A heading with so many lines below it; nothing when there are none.
    fn list(&mut self, heading: &str, lines: Vec<String>) {
        if lines.is_empty() {
            return;
        }
        self.line(&format!("  {heading}"));
        for line in lines {
            self.line(&format!("    {line}"));
        }
    }

    fn log(&mut self) {
        let Reconciliation { matched, ledger_only, org_only, uncovered, unlogged, .. } = self.found;
        self.line("The log of requests (EventLogFile)");
        if let Some(why) = unlogged {
            self.line(&format!("  It cannot be read, so it is not judged: {why}"));
            return;
        }
        self.line(&format!("  {} in the ledger and in the log.", stand(*matched, "write")));
        let lines = ledger_only.iter().map(|it| self.ledger_write(it)).collect();
        let heading = format!(
            "{} in the ledger alone, recorded as done; Salesforce logged no such request:",
            stand(ledger_only.len() as u64, "write")
        );
        self.list(&heading, lines);
        let lines = org_only.iter().map(|it| self.org_write(it)).collect();
        let heading = format!(
            "{} in the log alone; no entry has such a request, so it did not go through this gate:",
            stand(org_only.len() as u64, "write")
        );
        self.list(&heading, lines);
        if *uncovered > 0 {
            self.line(&format!(
                "  {} outside the time of the logs, and not judged by them.",
                verb(*uncovered, "write", "lies", "lie")
            ));
        }
    }

    fn records(&mut self, instance: &str) {
        let RecordsBeside { objects, histories, unread, matched, equal, unjudged, .. } =
            &self.found.records;
        let RecordsBeside { ledger_only, overtaken, org_only, fields, .. } = &self.found.records;
        self.line("The records");
        self.line(&format!(
            "  Read: {}. With field history: {}.",
            names(objects),
            names(histories)
        ));
        if !unread.is_empty() {
            self.line(&format!(
                "  Not readable for the app's user, so not judged: {}.",
                names(unread)
            ));
        }
        self.line(&format!(
            "  {} in the records, {equal} of them with the values that were sent.",
            verb(*matched, "write", "shows", "show")
        ));
        let lines = ledger_only.iter().map(|it| self.record_write(it)).collect();
        let heading = format!(
            "{} in the ledger alone, recorded as done; the record does not say so:",
            stand(ledger_only.len() as u64, "write")
        );
        self.list(&heading, lines);
        let lines = org_only.iter().map(|it| self.beside(it)).collect();
        let heading = format!(
            "{} changed beside the gate, by somebody who also writes through it:",
            verb(org_only.len() as u64, "record", "was", "were")
        );
        self.list(&heading, lines);
        let lines = fields.iter().map(|it| self.beside(it)).collect();
        let heading = format!(
            "{} changed beside the gate, by somebody who also writes through it:",
            verb(fields.len() as u64, "field", "was", "were")
        );
        self.list(&heading, lines);
        let lines = overtaken.iter().map(|it| self.record_write(it)).collect();
        let heading = format!(
            "{} nothing any more, which is no difference:",
            match overtaken.len() {
                1 => "Of 1 write the record says".to_owned(),
                many => format!("Of {many} writes the records say"),
            }
        );
        self.list(&heading, lines);
        if *unjudged > 0 {
            self.line(&format!(
                "  {} be held against a record: the gate or the org no longer says which, or what was in it.",
                verb(*unjudged, "write", "cannot", "cannot")
            ));
        }
        if !(ledger_only.is_empty() && org_only.is_empty() && fields.is_empty()) {
            let instance = instance.trim_end_matches('/');
            self.line(&format!("  A record opens at {instance}/<its id>."));
        }
    }

    fn end(&mut self) {
        let said = match self.found.differences() {
            0 => "No differences.".to_owned(),
            1 => "1 difference. Times are UTC.".to_owned(),
            many => format!("{many} differences. Times are UTC."),
        };
        self.line(&said);
    }

    fn ledger_write(&self, write: &LedgerWrite) -> String {
        let LedgerWrite { index, time, request, actor, proposal, objects } = write;
        let mut line = format!("{}  entry {index}", moment(*time));
        if let Some(proposal) = proposal {
            line.extend([", proposal ", proposal.as_str()]);
        }
        if !objects.is_empty() {
            line.extend([", ", names(objects).as_str()]);
        }
        line.extend([", by ", self.who(actor).as_str(), ", request ", request.as_str()]);
        line
    }

    fn org_write(&self, write: &OrgWrite) -> String {
        let OrgWrite { time, request, user, what, .. } = write;
        format!("{}  {what}, by {}, request {request}", moment(*time), self.who(user))
    }

    fn record_write(&self, write: &RecordWrite) -> String {
        let RecordWrite { index, time, proposal, operation, object, record, fields, user, now } =
            write;
        let of = if fields.is_empty() || *operation == "delete" {
            String::new()
        } else {
            format!(" ({})", fields.join(", "))
        };
        format!(
            "{}  entry {index}, proposal {proposal}, {operation} {object} {record}{of}, by {}: {}",
            moment(*time),
            self.who(user),
            self.state(now)
        )
    }

    fn beside(&self, change: &Beside) -> String {
        let Beside { object, record, field, user, time } = change;
        let field = field.as_deref().map(|field| format!(", field {field}")).unwrap_or_default();
        format!("{}  {object} {record}{field}, by {}", moment(*time), self.who(user))
    }

    fn state(&self, now: &RecordState) -> String {
        match now {
            RecordState::Unchanged => "nobody changed the record at that time or since".to_owned(),
            RecordState::There => "the record is still there".to_owned(),
            RecordState::Gone => "the record is gone, or hidden from the app's user".to_owned(),
            RecordState::Differs => {
                "the record was changed at that time and does not hold what was sent".to_owned()
            }
            RecordState::Later { user, time } => {
                format!("{} changed it later, {}", self.who(user), moment(*time))
            }
        }
    }

    /// A user name with the id behind it; the id alone of somebody whom the gate does not know.
    fn who(&self, id: &str) -> String {
        match self.found.person(id) {
            Some(name) => format!("{name} ({id})"),
            None => format!("{id} (unknown to the gate)"),
        }
    }
}

/// `2026-11-22 10:46:59`
fn moment(time: UnixMillis) -> String {
    let millis = i64::try_from(time.0).unwrap_or(i64::MAX);
    let time = jiff::Timestamp::from_millisecond(millis).unwrap_or(jiff::Timestamp::MAX);
    time.strftime("%Y-%m-%d %H:%M:%S").to_string()
}

fn stand(count: u64, what: &str) -> String {
    verb(count, what, "stands", "stand")
}

fn verb(count: u64, what: &str, one: &str, many: &str) -> String {
    if count == 1 { format!("1 {what} {one}") } else { format!("{count} {what}s {many}") }
}

fn names(names: &BTreeSet<String>) -> String {
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}

#[cfg(test)]
mod tests;
