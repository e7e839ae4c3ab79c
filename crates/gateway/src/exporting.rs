//! Telling collectors what the ledger says.
//!
//! There is no queue: the ledger is it. Each collector has a place in the ledger, kept in the store and
//! moved on once what comes before it was taken. A collector that is down, slow or says no is asked again,
//! later and later; nothing else waits for it, and nothing is lost. Of several gates on one database one tells
//! each collector, for as long as it shows that it lives ([`lease`]).

mod lease;
pub(crate) mod names;
mod otlp;
mod syslog;

use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use boundary::Purpose;
use egress::{CollectorDoor, Limits, SyslogDoor, Trust};
use keys::SecretSource;
use ledger::{Envelope, ExportFormat, Row};
use store::Store;

use crate::config::{ExportConfig, ExportForm, ExportKind};
use crate::gate::{Inner, OpenError};
use otlp::Told;

/// Entries told at a time.
const BATCH: usize = 256;
/// Between two looks at a ledger that does not grow.
const PAUSE: Duration = Duration::from_millis(500);
/// Longest wait after a failure.
const LONGEST: Duration = Duration::from_mins(1);
/// Batches that `doctor` sends before it says how far it came.
const ROUNDS: usize = 40;

/// How a collector stands to the ledger.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ExportStanding {
    /// Its name in the configuration.
    pub name: String,
    /// The first entry that it has not taken.
    pub next: u64,
    /// Why it did not take what it was told last; `None` once it has.
    pub alarm: Option<String>,
    /// Whether another gate on the same database tells it.
    pub elsewhere: bool,
}

/// A collector.
pub(crate) struct Export {
    name: String,
    door: Door,
    form: ExportFormat,
    /// As messages name this machine.
    host: String,
    standing: Mutex<ExportStanding>,
    /// One round at a time; its place once it was read.
    turn: tokio::sync::Mutex<Option<u64>>,
    lease: lease::Lease,
}

enum Door {
    Syslog(SyslogDoor),
    Http(CollectorDoor),
    Otlp(CollectorDoor),
}

/// What is sent, made where it may take its time.
enum Content {
    Bytes(Vec<u8>),
    Two(Vec<u8>, Vec<u8>),
}

impl Export {
    pub(crate) fn new(config: &ExportConfig, base_url: &str) -> Result<Self, OpenError> {
        let trust = Trust { file: config.ca.clone(), ..Trust::default() };
        let limits = Limits {
            connect: Duration::from_secs(5),
            first_byte: Duration::from_secs(30),
            idle: Duration::from_secs(30),
            total: Duration::from_mins(1),
            reply_bytes: 64 * 1024,
        };
        let authorization = config.authorization.as_deref().map(|reference| {
            let source: SecretSource = reference.parse()?;
            source.load()
        });
        let authorization = authorization.transpose()?;
        let door = match config.kind {
            ExportKind::Syslog => Door::Syslog(SyslogDoor::new(&config.url, &trust, limits)?),
            kind => {
                let address = config.url.parse()?;
                let door = CollectorDoor::new(address, &trust, limits, authorization)?;
                if kind == ExportKind::Otlp { Door::Otlp(door) } else { Door::Http(door) }
            }
        };
        let form = match config.form {
            ExportForm::Ocsf => ExportFormat::Ocsf,
            ExportForm::Cef => ExportFormat::Cef,
            ExportForm::Jsonl => ExportFormat::JsonLines,
        };
        let name = config.name.clone();
        let standing = ExportStanding { name: name.clone(), ..ExportStanding::default() };
        let host = syslog::host_of(base_url);
        let turn = tokio::sync::Mutex::new(None);
        let lease = lease::Lease::default();
        Ok(Self { name, door, form, host, standing: Mutex::new(standing), turn, lease })
    }

    pub(crate) fn standing(&self) -> ExportStanding {
        self.standing.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Where its place is kept.
    fn place(&self) -> String {
        format!("export/{}", self.name)
    }

    /// Tells it what comes next. Gives the number of entries: none when it has them all.
    async fn round(&self, inner: &Inner) -> Result<usize, String> {
        let mut turn = self.turn.lock().await;
        let mine = self.is_mine(inner);
        if mine != Ok(true) {
            // Whoever tells it meanwhile moves its place.
            *turn = None;
        }
        let told = match &mine {
            Ok(true) => self.tell(inner, &mut turn).await,
            Ok(false) => Ok(0),
            Err(problem) => Err(problem.clone()),
        };
        let next = match *turn {
            Some(next) => next,
            None => self.kept_place(inner).unwrap_or_default(),
        };
        let mut standing = self.standing.lock().unwrap_or_else(PoisonError::into_inner);
        standing.elsewhere = mine == Ok(false);
        standing.next = next;
        if let Err(alarm) = &told
            && standing.alarm.as_ref() != Some(alarm)
        {
            tracing::error!(export = self.name, alarm, "a collector does not take entries");
        }
        standing.alarm = told.as_ref().err().cloned();
        told
    }

    /// Its place as it is kept.
    fn kept_place(&self, inner: &Inner) -> Result<u64, String> {
        let kept = inner.store.state().setting(&self.place());
        let kept = kept.map_err(|error| error.to_string())?;
        Ok(kept.and_then(|kept| kept.parse().ok()).unwrap_or(0))
    }

    async fn tell(&self, inner: &Inner, turn: &mut Option<u64>) -> Result<usize, String> {
        let next = match *turn {
            Some(next) => next,
            None => self.kept_place(inner)?,
        };
        *turn = Some(next);
        let size = inner.recorder.sequencer().size();
        if next > size {
            return Err(format!(
                "it has taken {next} entries and the ledger holds {size}: the ledger was put back to an old copy"
            ));
        }
        if next == size {
            return Ok(0);
        }
        let (store, form, host) = (Arc::clone(&inner.store), self.form, self.host.clone());
        let origin = inner.recorder.sequencer().verifying_keys().origin().to_owned();
        let kind = match &self.door {
            Door::Syslog(_) => ExportKind::Syslog,
            Door::Http(_) => ExportKind::Http,
            Door::Otlp(_) => ExportKind::Otlp,
        };
        let work = move || batch(&store, next, kind, form, &origin, &host);
        let made = tokio::task::spawn_blocking(work).await.map_err(|error| error.to_string())?;
        let Some((content, count, after)) = made? else { return Ok(0) };
        let sent = match (&self.door, content) {
            (Door::Syslog(door), Content::Bytes(bytes)) => door.send(&bytes).await,
            (Door::Http(door), Content::Bytes(bytes)) => {
                door.post("", form.media_type(), bytes).await
            }
            (Door::Otlp(door), Content::Two(traces, metrics)) => {
                match door.post("/v1/traces", "application/json", traces).await {
                    Ok(()) => door.post("/v1/metrics", "application/json", metrics).await,
                    Err(error) => Err(error),
                }
            }
            _ => Ok(()),
        };
        sent.map_err(|error| error.to_string())?;
        // INVARIANT: moved from where it was, so that a gate that was taken for dead moves nothing back.
        let old = (next > 0).then(|| next.to_string());
        let moved =
            inner.store.state().swap_setting(&self.place(), old.as_deref(), &after.to_string());
        if !moved.map_err(|error| error.to_string())? {
            *turn = None;
            return Err("another gate has told it the same".to_owned());
        }
        *turn = Some(after);
        Ok(count)
    }
}

/// The entries from `next` on, as they are sent; their number, and the place after them.
fn batch(
    store: &Store,
    next: u64,
    kind: ExportKind,
    form: ExportFormat,
    origin: &str,
    host: &str,
) -> Result<Option<(Content, usize, u64)>, String> {
    let rows = store.log().rows(next, BATCH).map_err(|error| error.to_string())?;
    let Some(after) = rows.last().map(|row| row.index + 1) else { return Ok(None) };
    let count = rows.len();
    let mut bytes = Vec::new();
    let mut told = Vec::new();
    for row in rows {
        let entry = row.entry().map_err(|flaw| flaw.to_string())?;
        match kind {
            ExportKind::Syslog => {
                bytes.extend(syslog::framed(&entry, &form.line(&entry, origin), host));
            }
            ExportKind::Http => bytes.extend(form.line(&entry, origin).into_bytes()),
            ExportKind::Otlp => {
                let answers = answered(store, &entry)?;
                told.push(Told { row, entry, answers });
            }
        }
    }
    let content = if kind == ExportKind::Otlp {
        let (traces, metrics) = otlp::bodies(&told, origin);
        Content::Two(traces.to_string().into_bytes(), metrics.to_string().into_bytes())
    } else {
        Content::Bytes(bytes)
    };
    Ok(Some((content, count, after)))
}

/// The intent or release that an outcome answers, where it is still there.
fn answered(store: &Store, entry: &Envelope) -> Result<Option<(Row, Envelope)>, String> {
    let link = entry.facts.link.filter(|_| entry.facts.purpose == Purpose::Outcome);
    let Some(link) = link else { return Ok(None) };
    let rows = store.log().rows(link, 1).map_err(|error| error.to_string())?;
    let found = rows.into_iter().find(|row| row.index == link);
    let read = |row: Row| match row.entry() {
        Ok(entry) => Ok((row, entry)),
        Err(flaw) => Err(flaw.to_string()),
    };
    found.map(read).transpose()
}

/// Tells one collector everything, for as long as the gate is there.
async fn keep_telling(gate: Weak<Inner>, number: usize) {
    let mut wait = PAUSE;
    loop {
        let Some(inner) = gate.upgrade() else { return };
        let Some(export) = inner.exports.get(number) else { return };
        wait = match export.round(&inner).await {
            Ok(BATCH) => Duration::ZERO,
            Ok(_) if export.standing().elsewhere => lease::EVERY,
            Ok(_) => PAUSE,
            Err(_) => (wait.max(PAUSE) * 2).min(LONGEST),
        };
        drop(inner);
        tokio::time::sleep(wait).await;
    }
}

impl Inner {
    /// Begins to tell collectors, where there are any.
    pub(crate) fn tell_collectors(self: &Arc<Self>) {
        for number in 0..self.exports.len() {
            tokio::spawn(keep_telling(Arc::downgrade(self), number));
        }
        if self.is_shared() && !self.exports.is_empty() {
            tokio::spawn(lease::keep(Arc::downgrade(self)));
        }
    }

    /// Each collector, told now, and how far behind it is.
    pub(crate) async fn examine_exports(&self) -> Vec<(String, Result<String, String>)> {
        let mut found = Vec::new();
        for export in &self.exports {
            let mut told = Ok(BATCH);
            for _ in 0..ROUNDS {
                told = export.round(self).await;
                if told != Ok(BATCH) {
                    break;
                }
            }
            let behind = self.recorder.sequencer().size().saturating_sub(export.standing().next);
            let state = match told {
                Ok(_) if export.standing().elsewhere => {
                    Ok(format!("another gate tells it, {behind} entries behind"))
                }
                Ok(_) => Ok(format!("reached, {behind} entries behind")),
                Err(problem) => Err(format!("{problem}; {behind} entries behind")),
            };
            found.push((format!("export {}", export.name), state));
        }
        found
    }
}

impl std::fmt::Debug for Export {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Export({})", self.name)
    }
}
