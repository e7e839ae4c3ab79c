//! What the gate counts, in Prometheus' text format, under the names of OpenTelemetry's conventions
//! for generative AI (development status; the dots become underscores).

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::{Mutex, MutexGuard, PoisonError};

use boundary::{Action, Facts, Purpose, UnixMillis};
use ledger::Usage;

use crate::exporting::Export;
use crate::exporting::names::{self, SECONDS, TOKENS, operation, prometheus};
use crate::gate::Inner;
use crate::witness::Witnessed;

/// Intents that wait for their outcome; more are not timed.
const OPEN: usize = 10_000;

/// Counts what is recorded. Everything that crosses the gate is.
#[derive(Debug, Default)]
pub(crate) struct Meter(Mutex<Counts>);

#[derive(Debug, Default)]
struct Counts {
    entries: BTreeMap<(String, String, String), u64>,
    /// When an intent was recorded, what it was for and where it went, by its index.
    open: BTreeMap<u64, (UnixMillis, &'static str, String)>,
    durations: BTreeMap<(&'static str, String), Histogram>,
    tokens: BTreeMap<(&'static str, String), Histogram>,
}

#[derive(Debug, Default)]
struct Histogram {
    buckets: [u64; 14],
    count: u64,
    sum: f64,
}

impl Histogram {
    fn observe(&mut self, bounds: &[f64; 14], value: f64) {
        for (bucket, bound) in self.buckets.iter_mut().zip(bounds) {
            *bucket += u64::from(value <= *bound);
        }
        self.count += 1;
        self.sum += value;
    }
}

/// What of an entry is counted, kept while the entry itself is on its way.
pub(crate) struct Counted {
    purpose: Purpose,
    action: Action,
    key: (String, String, String),
    link: Option<u64>,
    endpoint: String,
    usage: Option<Usage>,
}

impl Counted {
    pub(crate) fn of(facts: &Facts, usage: Option<Usage>) -> Self {
        Self {
            purpose: facts.purpose,
            action: facts.action,
            key: (name(facts.purpose), name(facts.action), name(facts.verdict)),
            link: facts.link,
            endpoint: facts.endpoint.clone().unwrap_or_default(),
            usage,
        }
    }
}

impl Meter {
    /// Counts an entry that is durable.
    pub(crate) fn count(&self, counted: Counted, index: u64, now: UnixMillis) {
        let Counted { purpose, action, key, link, endpoint, usage } = counted;
        let mut counts = self.lock();
        *counts.entries.entry(key).or_default() += 1;
        match (purpose, operation(action)) {
            (Purpose::Intent, Some(operation)) if counts.open.len() < OPEN => {
                counts.open.insert(index, (now, operation, endpoint));
            }
            (Purpose::Outcome, Some(_)) => {
                let intent = link.and_then(|link| counts.open.remove(&link));
                let Some((since, operation, endpoint)) = intent else { return };
                let millis = now.0.saturating_sub(since.0);
                let seconds = std::time::Duration::from_millis(millis).as_secs_f64();
                let key = (operation, endpoint.clone());
                counts.durations.entry(key).or_default().observe(&SECONDS, seconds);
                for (kind, number) in
                    usage.iter().flat_map(|it| [("input", it.input), ("output", it.output)])
                {
                    let number = f64::from(u32::try_from(number).unwrap_or(u32::MAX));
                    let key = (kind, endpoint.clone());
                    counts.tokens.entry(key).or_default().observe(&TOKENS, number);
                }
            }
            _ => {}
        }
    }

    fn lock(&self) -> MutexGuard<'_, Counts> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    /// Everything, as Prometheus reads it.
    pub(crate) fn metrics(&self) -> String {
        let mut out = Text(String::new());
        let health = self.recorder.sequencer().health();
        let age = self.now().0.saturating_sub(health.signed_at.0) / 1_000;
        let indexed = self.store.index().next().unwrap_or(0);
        for (name, help, value) in [
            ("portcullis_ledger_entries", "Durable entries of the ledger.", health.size),
            (
                "portcullis_ledger_waiting",
                "Entries that wait to be written.",
                health.waiting as u64,
            ),
            (
                "portcullis_ledger_signed_entries",
                "Entries under the last checkpoint.",
                health.signed,
            ),
            ("portcullis_ledger_checkpoint_age_seconds", "Age of the last checkpoint.", age),
            (
                "portcullis_ledger_trouble",
                "1 while the ledger cannot write.",
                u64::from(health.trouble.is_some()),
            ),
            ("portcullis_index_entries", "Entries that the index has.", indexed),
        ] {
            out.head(name, help, "gauge");
            out.line(name, &[], &value.to_string());
        }
        if !self.witnesses.is_empty() {
            let (size, alarm) = ("portcullis_witness_entries", "portcullis_witness_alarm");
            let all: Vec<_> = self.witnesses.iter().map(Witnessed::standing).collect();
            out.head(size, "Entries that a witness has signed for.", "gauge");
            for it in &all {
                out.line(size, &[("witness", &it.name)], &it.size.to_string());
            }
            out.head(alarm, "1 while a witness does not sign.", "gauge");
            for it in &all {
                let raised = u64::from(it.alarm.is_some()).to_string();
                out.line(alarm, &[("witness", &it.name)], &raised);
            }
        }
        let copy = self.copying.standing();
        for (name, help, value) in [
            ("portcullis_copy_entries", "Entries that the write-once copy has.", copy.size),
            (
                "portcullis_copy_alarm",
                "1 while the write-once copy cannot be brought up to date.",
                u64::from(copy.alarm.is_some()),
            ),
        ] {
            out.head(name, help, "gauge");
            out.line(name, &[], &value.to_string());
        }
        if !self.exports.is_empty() {
            let (lag, alarm) = ("portcullis_export_lag_entries", "portcullis_export_alarm");
            let all: Vec<_> = self.exports.iter().map(Export::standing).collect();
            out.head(lag, "Entries that a collector has not taken yet.", "gauge");
            for it in &all {
                let behind = health.size.saturating_sub(it.next).to_string();
                out.line(lag, &[("export", &it.name)], &behind);
            }
            out.head(alarm, "1 while a collector does not take entries.", "gauge");
            for it in &all {
                let raised = u64::from(it.alarm.is_some()).to_string();
                out.line(alarm, &[("export", &it.name)], &raised);
            }
            let teller = "portcullis_export_teller";
            out.head(teller, "1 where this gate tells the collector.", "gauge");
            for it in &all {
                let mine = u64::from(!it.elsewhere).to_string();
                out.line(teller, &[("export", &it.name)], &mine);
            }
        }
        self.recorder.meter().write(&mut out);
        out.0
    }
}

impl Meter {
    fn write(&self, out: &mut Text) {
        let counts = self.lock();
        let entries = "portcullis_ledger_entries_total";
        out.head(entries, "Entries written since the start.", "counter");
        for ((purpose, action, decision), number) in &counts.entries {
            let labels = [("purpose", purpose), ("action", action), ("decision", decision)];
            out.line(entries, &labels.map(|(name, it)| (name, it.as_str())), &number.to_string());
        }
        let durations = prometheus(names::OPERATION_DURATION) + "_seconds";
        out.head(&durations, "From an intent to its outcome.", "histogram");
        let (of, model) = (prometheus(names::OPERATION), prometheus(names::MODEL));
        for ((operation, endpoint), histogram) in &counts.durations {
            let labels = [(of.as_str(), *operation), (model.as_str(), endpoint.as_str())];
            out.histogram(&durations, &labels, &SECONDS, histogram);
        }
        let tokens = prometheus(names::TOKEN_USAGE);
        out.head(&tokens, "Tokens that models counted.", "histogram");
        let of = prometheus(names::TOKEN_TYPE);
        for ((kind, endpoint), histogram) in &counts.tokens {
            let labels = [(of.as_str(), *kind), (model.as_str(), endpoint.as_str())];
            out.histogram(&tokens, &labels, &TOKENS, histogram);
        }
    }
}

/// The exposition format, version 0.0.4.
struct Text(String);

impl Text {
    fn head(&mut self, name: &str, help: &str, kind: &str) {
        // Writing to a text does not fail.
        let _ = writeln!(self.0, "# HELP {name} {help}\n# TYPE {name} {kind}");
    }

    fn line(&mut self, name: &str, labels: &[(&str, &str)], value: &str) {
        let labels: Vec<String> = labels
            .iter()
            .map(|(name, it)| {
                let it = it.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
                format!("{name}=\"{it}\"")
            })
            .collect();
        let labels =
            if labels.is_empty() { String::new() } else { format!("{{{}}}", labels.join(",")) };
        let _ = writeln!(self.0, "{name}{labels} {value}");
    }

    fn histogram(
        &mut self,
        name: &str,
        labels: &[(&str, &str)],
        bounds: &[f64; 14],
        histogram: &Histogram,
    ) {
        let bucket = format!("{name}_bucket");
        for (bound, number) in bounds.iter().zip(&histogram.buckets) {
            let bound = bound.to_string();
            let labels: Vec<_> = labels.iter().copied().chain([("le", bound.as_str())]).collect();
            self.line(&bucket, &labels, &number.to_string());
        }
        let all: Vec<_> = labels.iter().copied().chain([("le", "+Inf")]).collect();
        self.line(&bucket, &all, &histogram.count.to_string());
        self.line(&format!("{name}_sum"), labels, &histogram.sum.to_string());
        self.line(&format!("{name}_count"), labels, &histogram.count.to_string());
    }
}

fn name(value: impl serde::Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(name)) => name,
        _ => String::new(),
    }
}
