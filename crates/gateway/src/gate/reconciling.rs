//! Holding the ledger's writes against Salesforce's own log of requests (EventLogFile), by request id: what
//! only one side has is what somebody has to look at. The org's records are asked too.

mod judging;
mod records;

use std::collections::{BTreeMap, BTreeSet};

use boundary::{Action, Facts, Purpose, UnixMillis, Verdict};
use ledger::Envelope;

use self::records::Done;
pub use self::records::{Beside, RecordState, RecordWrite, RecordsBeside};
use super::{Gate, Inner};
use crate::conversations::internal;
use crate::error::GateError;
use crate::people::of_salesforce;
use crate::recorder::act_of_gate;

/// Entries read in one go.
const CHUNK: usize = 512;
/// Clocks differ, and a request is logged when it is over.
const LEEWAY_MILLIS: u64 = 5 * 60 * 1_000;
/// Logs are filed under the hour that they begin with.
const HOUR_MILLIS: u64 = 60 * 60 * 1_000;
/// Of a user's id, what every form of it has.
const ID: usize = 15;

/// A write of the ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LedgerWrite {
    /// The entry that has its outcome.
    pub index: u64,
    /// When that was recorded.
    pub time: UnixMillis,
    /// The id under which Salesforce should have it.
    pub request: String,
    /// Pseudonym of who wrote.
    pub actor: String,
    /// Id of the proposal that it carried out, where the entry says so.
    pub proposal: Option<String>,
    /// API names of the objects.
    pub objects: BTreeSet<String>,
}

/// A write of the org.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrgWrite {
    /// When, by the org's clock.
    pub time: UnixMillis,
    /// The id under which the org has it.
    pub request: String,
    /// Id of the user.
    pub user: String,
    /// Whether that is somebody whom the ledger knows since then.
    pub known: bool,
    /// Method and address, without what stood in a query.
    pub what: String,
}

/// What came of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reconciliation {
    /// Writes that both have.
    pub matched: u64,
    /// Writes that the ledger has and the org does not.
    pub ledger_only: Vec<LedgerWrite>,
    /// Writes that the org has and the ledger does not.
    pub org_only: Vec<OrgWrite>,
    /// Writes of the ledger outside the time that the org's logs cover: they come with some delay.
    pub uncovered: u64,
    /// Why the org's log could not be read; then nothing of the above was judged.
    pub unlogged: Option<String>,
    /// The same by the org's records.
    pub records: RecordsBeside,
    /// User names of those whom the gate knows, by their pseudonyms and by the first 15 letters of their ids.
    pub people: BTreeMap<String, String>,
}

impl Reconciliation {
    /// How many things only one side has.
    pub fn differences(&self) -> usize {
        let Self { ledger_only, org_only, records, .. } = self;
        let by_records = records.ledger_only.len() + records.org_only.len() + records.fields.len();
        ledger_only.len() + org_only.len() + by_records
    }

    /// The user name behind a pseudonym or the id of a user.
    pub fn person(&self, who: &str) -> Option<&str> {
        let found = self.people.get(who).or_else(|| self.people.get(&short(who)));
        found.map(String::as_str)
    }

    /// Whether neither side has what the other has not. A record that was changed later is no difference.
    pub fn agrees(&self) -> bool {
        self.differences() == 0
    }
}

/// What the ledger says.
#[derive(Default)]
struct Own {
    writes: Vec<LedgerWrite>,
    /// Every id under which anything of the gate went out.
    requests: BTreeSet<String>,
    actors: BTreeSet<String>,
    /// Writes that are done, some of them from just before.
    done: Vec<Done>,
    /// Objects that were written to.
    objects: BTreeSet<String>,
}

/// A line of the org's log.
struct Logged {
    at: u64,
    write: OrgWrite,
    is_write: bool,
}

impl Logged {
    fn order(&self) -> (u64, &str, &str) {
        (self.at, &self.write.request, &self.write.what)
    }
}

impl Gate {
    /// Holds the writes since a moment against the org's log, where it has one, and against its records and
    /// their field history. Read as the user that the app runs as, which has to be allowed to; recorded like
    /// any read, and so is that the names of the records were opened.
    ///
    /// `tolerance` is by how many milliseconds the clocks may differ. Fails when the org says nothing at all.
    pub async fn reconcile(
        &self,
        since: UnixMillis,
        tolerance: u64,
    ) -> Result<Reconciliation, GateError> {
        let inner = &self.0;
        let logged = inner.recorded_log(since).await?;
        let (own, mut people) = inner.own_writes(since)?;
        let disclosed =
            Facts::new(Purpose::Access, Action::Disclose, Verdict::Done, &inner.operator()?);
        inner.recorder.record(disclosed.rule("reconcile")).await?;
        let mut objects = inner.writable();
        objects.extend(own.objects.iter().cloned());
        let writers = inner.writers()?;
        for writer in &writers {
            if let Some(person) = inner.store.state().person(writer).map_err(internal)? {
                people.insert(short(writer.user()), person.username);
            }
        }
        let beside = Box::pin(inner.beside(&own, &writers, since, tolerance));
        let records = inner.recorded(objects, beside, |it| it.matched).await?;
        let records = records?;
        let (log, unlogged) = match logged {
            Ok(log) => (Some(log), None),
            Err(error) if records.objects.is_empty() => return Err(error),
            Err(error) => (None, Some(error.to_string())),
        };
        let found = log.map(|log| compare(own, &people, log, since)).unwrap_or_default();
        Ok(Reconciliation { unlogged, records, people, ..found })
    }
}

impl Inner {
    /// Whether the org's log has a write under this request id, sent after `since`. `None` where the gate may
    /// not read the log, or the log does not yet go as far as `until`.
    pub(super) async fn logged(
        &self,
        trace: &str,
        since: UnixMillis,
        until: UnixMillis,
    ) -> Result<Option<bool>, GateError> {
        let Ok(logged) = self.recorded_log(since).await? else { return Ok(None) };
        if logged.iter().any(|it| it.is_write && it.write.request == trace) {
            return Ok(Some(true));
        }
        let covered = logged.last().is_some_and(|it| it.at >= until.0);
        Ok(covered.then_some(false))
    }

    /// The org's log since a moment, read as the user that the app runs as. The outer error is the
    /// ledger's.
    async fn recorded_log(
        &self,
        since: UnixMillis,
    ) -> Result<Result<Vec<Logged>, GateError>, GateError> {
        let objects = ["EventLogFile".to_owned()].into();
        let log = Box::pin(self.org_log(since));
        self.recorded(objects, log, |logged| logged.len() as u64).await
    }

    /// A read of the gate's own, recorded before and after. The outer error is the ledger's.
    async fn recorded<T>(
        &self,
        objects: BTreeSet<String>,
        read: impl Future<Output = Result<T, GateError>>,
        rows: impl Fn(&T) -> u64,
    ) -> Result<Result<T, GateError>, GateError> {
        let act = act_of_gate(self.matrix().version().as_str())?;
        let mut facts = Facts::new(Purpose::Intent, Action::Read, Verdict::Allowed, &act);
        facts.objects.clone_from(&objects);
        let receipt = self.recorder.record(facts.rule("reconcile")).await?;
        let answer = read.await;
        let verdict = if answer.is_ok() { Verdict::Done } else { Verdict::Failed };
        let mut facts = Facts::new(Purpose::Outcome, Action::Read, verdict, &act)
            .rule("reconcile")
            .answers(&receipt);
        facts.objects = objects;
        facts.counts.rows = answer.as_ref().map_or(0, rows);
        self.recorder.record(facts).await?;
        Ok(answer)
    }

    /// The org's log since a moment, the oldest first.
    async fn org_log(&self, since: UnixMillis) -> Result<Vec<Logged>, GateError> {
        let failed = |error: salesforce::Error| of_salesforce(&error);
        let from = crate::knowledge::date_time(since.0.saturating_sub(HOUR_MILLIS));
        let mut all = Vec::new();
        for id in self.client.event_logs(&from).await.map_err(failed)? {
            let body = self.client.event_log(&id).await.map_err(failed)?;
            all.extend(read(&String::from_utf8_lossy(&body)));
        }
        all.retain(|it| it.at >= since.0);
        all.sort_by(|a, b| a.order().cmp(&b.order()));
        // An org may keep a log of each hour and one of the day, which have the same requests.
        all.dedup_by(|a, b| a.order() == b.order());
        Ok(all)
    }

    /// What the ledger has, and the people behind the actors that it names.
    fn own_writes(&self, since: UnixMillis) -> Result<(Own, BTreeMap<String, String>), GateError> {
        let mut own = Own::default();
        let log = self.store.log();
        let mut next = 0;
        loop {
            let rows = log.rows(next, CHUNK).map_err(internal)?;
            let Some(last) = rows.last() else { break };
            next = last.index + 1;
            // What was written just before may be logged just after.
            let early = since.0.saturating_sub(LEEWAY_MILLIS);
            for row in rows.iter().filter(|row| row.time.0 >= early) {
                own.take(row.entry().map_err(internal)?, since);
            }
        }
        let mut people = BTreeMap::new();
        for actor in &own.actors {
            if let Some(person) = self.store.state().person_called(actor).map_err(internal)? {
                people.insert(short(person.id.user()), person.username.clone());
                people.insert(actor.clone(), person.username);
            }
        }
        Ok((own, people))
    }
}

impl Own {
    fn take(&mut self, entry: Envelope, since: UnixMillis) {
        let Envelope { seq, time, facts, annex, .. } = entry;
        let request = annex.request.unwrap_or_else(|| facts.trace.clone());
        let wrote = matches!(facts.action, Action::Write | Action::Delete)
            && facts.purpose == Purpose::Outcome
            && facts.verdict == Verdict::Done;
        if matches!(facts.action, Action::Write | Action::Delete) {
            self.objects.extend(facts.objects.iter().cloned());
        }
        if wrote {
            self.done.push(Done::of(seq, time, &facts));
        }
        if wrote && time >= since {
            let (request, actor) = (request.clone(), facts.actor.clone());
            let (proposal, objects) = (facts.proposal.clone(), facts.objects.clone());
            let write = LedgerWrite { index: seq, time, request, actor, proposal, objects };
            self.writes.push(write);
        }
        self.requests.extend([request, facts.trace]);
        self.actors.insert(facts.actor);
    }
}

fn compare(
    own: Own,
    people: &BTreeMap<String, String>,
    logged: Vec<Logged>,
    since: UnixMillis,
) -> Reconciliation {
    let mut found = Reconciliation::default();
    let first = logged.first().map_or(u64::MAX, |it| it.at.max(since.0));
    let last = logged.last().map_or(0, |it| it.at);
    let ids: BTreeSet<&str> = logged.iter().map(|it| it.write.request.as_str()).collect();
    for write in own.writes {
        if ids.contains(write.request.as_str()) {
            found.matched += 1;
        } else if write.time.0.saturating_add(LEEWAY_MILLIS) < first
            || write.time.0 > last.saturating_add(LEEWAY_MILLIS)
        {
            found.uncovered += 1;
        } else {
            found.ledger_only.push(write);
        }
    }
    for Logged { mut write, is_write, .. } in logged {
        if is_write && !own.requests.contains(&write.request) {
            write.known = people.contains_key(&short(&write.user));
            found.org_only.push(write);
        }
    }
    found
}

fn short(user: &str) -> String {
    user.chars().take(ID).collect()
}

/// The lines of a log file, by the names of its columns. A line that has not what is needed is none.
fn read(csv: &str) -> Vec<Logged> {
    let mut lines = csv.lines();
    let heads = cells(lines.next().unwrap_or_default());
    let line = |line: &str| {
        let values = cells(line);
        let row: BTreeMap<&str, &str> =
            heads.iter().map(String::as_str).zip(values.iter().map(String::as_str)).collect();
        let text = |name: &str| row.get(name).copied().unwrap_or_default();
        let (method, uri) = (text("METHOD"), text("URI"));
        let changes = matches!(method, "POST" | "PATCH" | "PUT" | "DELETE");
        let data = ["/sobjects/", "/composite", "/ui-api/records", "/jobs/"];
        let good = text("STATUS_CODE").starts_with('2');
        let is_write = changes && good && data.iter().any(|it| uri.contains(it));
        let at = moment(text("TIMESTAMP"))?;
        let write = OrgWrite {
            time: UnixMillis(at),
            request: text("REQUEST_ID").to_owned(),
            user: text("USER_ID").to_owned(),
            known: false,
            what: format!("{method} {uri}"),
        };
        Some(Logged { at, write, is_write })
    };
    lines.filter_map(line).collect()
}

/// `20261122104659.123` in UTC.
fn moment(text: &str) -> Option<u64> {
    let (seconds, millis) = text.split_once('.').unwrap_or((text, "0"));
    let time = jiff::civil::DateTime::strptime("%Y%m%d%H%M%S", seconds).ok()?;
    let time = time.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp();
    u64::try_from(time.as_millisecond()).ok()?.checked_add(millis.parse().ok()?)
}

/// The cells of a line (RFC 4180). Salesforce's logs have no line breaks within a cell.
fn cells(line: &str) -> Vec<String> {
    let mut cells = vec![String::new()];
    let mut quoted = false;
    let mut rest = line.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '"' if quoted && rest.peek() == Some(&'"') => {
                rest.next();
                push(&mut cells, '"');
            }
            '"' => quoted = !quoted,
            ',' if !quoted => cells.push(String::new()),
            c => push(&mut cells, c),
        }
    }
    cells
}

fn push(cells: &mut [String], c: char) {
    if let Some(cell) = cells.last_mut() {
        cell.push(c);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_is_read_by_the_names_of_its_columns() {
        let csv = "REQUEST_ID,TIMESTAMP,METHOD,URI,STATUS_CODE,USER_ID\n\
            \"r1\",\"20261122104659.123\",\"PATCH\",\"/a/sobjects/Account/001\",\"204\",\"005\"\n\
            \"r2\",\"20261122104700.000\",\"GET\",\"/a/sobjects/Account/001\",\"200\",\"005\"\n\
            \"r3\",\"20261122104700.000\",\"POST\",\"/a/sobjects/Account/,\"\"x\"\"\",\"400\",\"005\"\n\
            \"r4\",\"never\",\"POST\",\"/a/sobjects/Account\",\"201\",\"005\"\n";
        let read = read(csv);
        let said: Vec<_> =
            read.iter().map(|it| (it.at, it.write.request.as_str(), it.is_write)).collect();
        assert_eq!(
            said,
            [
                (1_795_344_419_123, "r1", true),
                (1_795_344_420_000, "r2", false),
                (1_795_344_420_000, "r3", false)
            ]
        );
        assert_eq!(read[2].write.what, "POST /a/sobjects/Account/,\"x\"");
    }
}
