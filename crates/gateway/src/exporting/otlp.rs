//! Entries as OpenTelemetry's traces and metrics, in OTLP's JSON encoding.
//!
//! A span is an intent with its outcome, or one entry by itself that is no such pair. Its id is the first
//! half of the leaf hash of the entry that began it, so that what is sent twice is the same span. Metrics
//! are deltas over the entries of a batch: what was counted goes with the place in the ledger, and no
//! restart loses or repeats it.

use std::collections::BTreeMap;

use boundary::{Purpose, UnixMillis, Verdict};
use ledger::{Envelope, Row};
use serde_json::{Value, json};

use super::names;

/// Delta, in OTLP's numbers.
const DELTA: u8 = 1;
const INTERNAL: u8 = 1;
const CLIENT: u8 = 3;

/// An entry, with the one it answers.
pub(super) struct Told {
    pub(super) row: Row,
    pub(super) entry: Envelope,
    pub(super) answers: Option<(Row, Envelope)>,
}

/// The bodies for `/v1/traces` and `/v1/metrics`.
pub(super) fn bodies(told: &[Told], origin: &str) -> (Value, Value) {
    let resource = json!({ "attributes": [
        text(names::SERVICE, "portcullis"),
        text(names::VERSION, env!("CARGO_PKG_VERSION")),
        text(names::INSTANCE, origin),
    ] });
    let scope = json!({ "name": "portcullis", "version": env!("CARGO_PKG_VERSION") });
    let spans: Vec<Value> = told.iter().filter_map(span).collect();
    let traces = json!({ "resourceSpans": [{
        "resource": resource, "scopeSpans": [{ "scope": scope, "spans": spans }]
    }] });
    let metrics = json!({ "resourceMetrics": [{
        "resource": resource, "scopeMetrics": [{ "scope": scope, "metrics": metrics(told) }]
    }] });
    (traces, metrics)
}

fn span(told: &Told) -> Option<Value> {
    let Told { row, entry, answers } = told;
    let facts = &entry.facts;
    let (first, began) = match (facts.purpose, answers) {
        // Told with its outcome.
        (Purpose::Intent | Purpose::Release, _) => return None,
        (Purpose::Outcome, Some((first, began))) => (first, began),
        _ => (row, entry),
    };
    let endpoint = began.facts.endpoint.as_deref();
    let action = name(facts.action);
    let operation = names::operation(facts.action).filter(|_| answers.is_some());
    let mut attributes = vec![
        text(names::USER, &facts.actor),
        text(names::SESSION, &facts.client),
        text("portcullis.door", &facts.door),
        text("portcullis.purpose", &name(facts.purpose)),
        text("portcullis.action", &action),
        text("portcullis.decision", &name(facts.verdict)),
        text("portcullis.rule", &facts.rule),
        text("portcullis.policy", &facts.policy),
        number("portcullis.ledger.index", entry.seq),
    ];
    if let Some(tenant) = &facts.tenant {
        attributes.push(text("portcullis.tenant", tenant));
    }
    let counts = &facts.counts;
    for (key, value) in
        [("rows", counts.rows), ("tokens", counts.tokens), ("withheld", counts.withheld)]
    {
        if value > 0 {
            attributes.push(number(&format!("portcullis.{key}"), value));
        }
    }
    let objects: Vec<&str> = began.facts.objects.iter().map(String::as_str).collect();
    if !objects.is_empty() {
        attributes.push(text("portcullis.objects", &objects.join(" ")));
    }
    let mut title = action.clone();
    if let Some(operation) = operation {
        attributes.push(text(names::OPERATION, operation));
        if let Some(endpoint) = endpoint {
            attributes.extend([text(names::PROVIDER, endpoint), text(names::MODEL, endpoint)]);
            title = format!("{operation} {endpoint}");
        } else {
            // Entries of earlier versions do not name it.
            let tool = facts.tool.as_ref().or(began.facts.tool.as_ref()).unwrap_or(&action);
            attributes.push(text(names::TOOL, tool));
            title = format!("{operation} {tool}");
        }
    }
    if let Some(usage) = entry.annex.usage {
        attributes.push(number(names::INPUT_TOKENS, usage.input));
        attributes.push(number(names::OUTPUT_TOKENS, usage.output));
    }
    let bad = matches!(facts.verdict, Verdict::Refused | Verdict::Failed | Verdict::Unknown);
    if bad {
        attributes.push(text(names::ERROR, &facts.rule));
    }
    Some(json!({
        "traceId": facts.trace,
        "spanId": hex::encode(first.leaf).get(..16)?,
        "name": title,
        "kind": if operation.is_some() { CLIENT } else { INTERNAL },
        "startTimeUnixNano": nanos(began.time),
        "endTimeUnixNano": nanos(entry.time),
        "attributes": attributes,
        "status": if bad { json!({ "code": 2, "message": facts.rule }) } else { json!({}) },
    }))
}

/// A histogram under way: buckets, count, sum.
struct Tally {
    buckets: Vec<u64>,
    count: u64,
    sum: f64,
}

impl Tally {
    fn observe(&mut self, bounds: &[f64], value: f64) {
        let at = bounds.iter().position(|bound| value <= *bound).unwrap_or(bounds.len());
        self.buckets.resize(bounds.len() + 1, 0);
        if let Some(bucket) = self.buckets.get_mut(at) {
            *bucket += 1;
        }
        self.count += 1;
        self.sum += value;
    }
}

type Tallies = BTreeMap<Vec<(&'static str, String)>, Tally>;

fn observe(into: &mut Tallies, key: Vec<(&'static str, String)>, bounds: &[f64], value: f64) {
    let empty = || Tally { buckets: Vec::new(), count: 0, sum: 0.0 };
    into.entry(key).or_insert_with(empty).observe(bounds, value);
}

fn metrics(told: &[Told]) -> Vec<Value> {
    let (Some(first), Some(last)) = (told.first(), told.last()) else { return Vec::new() };
    let span = [("startTimeUnixNano", first.entry.time), ("timeUnixNano", last.entry.time)];
    let mut entries: BTreeMap<[String; 3], u64> = BTreeMap::new();
    let (mut durations, mut tokens) = (Tallies::new(), Tallies::new());
    for Told { entry, answers, .. } in told {
        let facts = &entry.facts;
        let key = [name(facts.purpose), name(facts.action), name(facts.verdict)];
        *entries.entry(key).or_default() += 1;
        let answered = answers.as_ref().filter(|_| facts.purpose == Purpose::Outcome);
        let Some(((_, began), operation)) = answered.zip(names::operation(facts.action)) else {
            continue;
        };
        let endpoint = began.facts.endpoint.clone().unwrap_or_else(|| "salesforce".to_owned());
        let of = vec![
            (names::OPERATION, operation.to_owned()),
            (names::PROVIDER, endpoint.clone()),
            (names::MODEL, endpoint),
        ];
        let millis = entry.time.0.saturating_sub(began.time.0);
        let seconds = std::time::Duration::from_millis(millis).as_secs_f64();
        observe(&mut durations, of.clone(), &names::SECONDS, seconds);
        let usage = entry.annex.usage.iter();
        for (kind, count) in usage.flat_map(|it| [("input", it.input), ("output", it.output)]) {
            let mut of = of.clone();
            of.push((names::TOKEN_TYPE, kind.to_owned()));
            let count = f64::from(u32::try_from(count).unwrap_or(u32::MAX));
            observe(&mut tokens, of, &names::TOKENS, count);
        }
    }
    let sums = entries.into_iter().map(|([purpose, action, decision], count)| {
        let attributes = json!([
            text("portcullis.purpose", &purpose),
            text("portcullis.action", &action),
            text("portcullis.decision", &decision),
        ]);
        point(span, &attributes, &[("asInt", json!(count.to_string()))])
    });
    let mut all = vec![json!({ "name": "portcullis.ledger.entries", "unit": "{entry}",
        "sum": { "aggregationTemporality": DELTA, "isMonotonic": true,
            "dataPoints": sums.collect::<Vec<_>>() } })];
    for (name, unit, bounds, tallies) in [
        (names::OPERATION_DURATION, "s", names::SECONDS, durations),
        (names::TOKEN_USAGE, "{token}", names::TOKENS, tokens),
    ] {
        if tallies.is_empty() {
            continue;
        }
        let points = tallies.into_iter().map(|(key, tally)| {
            let attributes: Value = key.iter().map(|(key, value)| text(key, value)).collect();
            let buckets: Vec<String> = tally.buckets.iter().map(u64::to_string).collect();
            let values = [
                ("count", json!(tally.count.to_string())),
                ("sum", json!(tally.sum)),
                ("bucketCounts", json!(buckets)),
                ("explicitBounds", json!(bounds)),
            ];
            point(span, &attributes, &values)
        });
        let points: Vec<_> = points.collect();
        all.push(json!({ "name": name, "unit": unit,
            "histogram": { "aggregationTemporality": DELTA, "dataPoints": points } }));
    }
    all
}

fn point(span: [(&str, UnixMillis); 2], attributes: &Value, values: &[(&str, Value)]) -> Value {
    let mut point = json!({ "attributes": attributes });
    if let Value::Object(point) = &mut point {
        point.extend(span.map(|(key, time)| (key.to_owned(), nanos(time))));
        point.extend(values.iter().map(|(key, value)| ((*key).to_owned(), value.clone())));
    }
    point
}

/// OTLP writes 64-bit integers as texts.
fn nanos(time: UnixMillis) -> Value {
    json!(time.0.saturating_mul(1_000_000).to_string())
}

fn text(key: &str, value: &str) -> Value {
    json!({ "key": key, "value": { "stringValue": value } })
}

fn number(key: &str, value: u64) -> Value {
    json!({ "key": key, "value": { "intValue": value.to_string() } })
}

fn name(value: impl serde::Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(Value::String(name)) => name,
        _ => String::new(),
    }
}
