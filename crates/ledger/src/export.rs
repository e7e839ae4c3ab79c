//! Entries in the forms that other programs take.

use std::fmt::Write as _;

use serde_json::Value;

use crate::{Envelope, ocsf_event};

/// A form of export. All of them have one line an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExportFormat {
    /// The canonical entry, as it was hashed.
    JsonLines,
    /// Comma-separated values with a head line.
    Csv,
    /// Events of OCSF 1.8.0, as JSON lines.
    Ocsf,
    /// ArcSight's Common Event Format, version 0.
    Cef,
}

impl ExportFormat {
    /// The format of this name: `jsonl`, `csv`, `ocsf` or `cef`.
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "jsonl" => Some(Self::JsonLines),
            "csv" => Some(Self::Csv),
            "ocsf" => Some(Self::Ocsf),
            "cef" => Some(Self::Cef),
            _ => None,
        }
    }

    /// The media type of a file.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::JsonLines | Self::Ocsf => "application/x-ndjson",
            Self::Csv => "text/csv; charset=utf-8; header=present",
            Self::Cef => "text/plain; charset=utf-8",
        }
    }

    /// What the name of a file ends with.
    pub const fn suffix(self) -> &'static str {
        match self {
            Self::JsonLines => "jsonl",
            Self::Csv => "csv",
            Self::Ocsf => "ocsf.jsonl",
            Self::Cef => "cef",
        }
    }

    /// What a file begins with, its line end included.
    pub fn head(self) -> String {
        match self {
            Self::Csv => COLUMNS.join(",") + "\r\n",
            _ => String::new(),
        }
    }

    /// The line of one entry of the log `origin`, its line end included.
    pub fn line(self, entry: &Envelope, origin: &str) -> String {
        match self {
            // A canonical entry has no line break in it.
            Self::JsonLines => serde_json::to_string(entry).unwrap_or_default() + "\n",
            Self::Ocsf => ocsf_event(entry, origin).to_string() + "\n",
            Self::Csv => csv(entry),
            Self::Cef => cef(entry, origin),
        }
    }
}

const COLUMNS: [&str; 26] = [
    "index",
    "time",
    "purpose",
    "action",
    "decision",
    "actor",
    "door",
    "client",
    "trace",
    "objects",
    "fields",
    "rule",
    "policy",
    "endpoint",
    "residency",
    "level",
    "rows",
    "tokens",
    "withheld",
    "bytes",
    "proposal",
    "link",
    "subjects",
    "sealed",
    "tool",
    "tenant",
];

fn csv(entry: &Envelope) -> String {
    let facts = &entry.facts;
    let joined = |names: &std::collections::BTreeSet<String>| {
        names.iter().map(String::as_str).collect::<Vec<_>>().join(" ")
    };
    let optional = |text: &Option<String>| text.clone().unwrap_or_default();
    let parts: Vec<&str> = entry.annex.sealed.iter().map(|it| it.part.as_str()).collect();
    let cells = [
        entry.seq.to_string(),
        rfc3339(entry.time.0),
        name(facts.purpose),
        name(facts.action),
        name(facts.verdict),
        facts.actor.clone(),
        facts.door.clone(),
        facts.client.clone(),
        facts.trace.clone(),
        joined(&facts.objects),
        joined(&facts.fields),
        facts.rule.clone(),
        facts.policy.clone(),
        optional(&facts.endpoint),
        optional(&facts.residency),
        facts.level.map(name).unwrap_or_default(),
        facts.counts.rows.to_string(),
        facts.counts.tokens.to_string(),
        facts.counts.withheld.to_string(),
        facts.counts.bytes.to_string(),
        optional(&facts.proposal),
        facts.link.map(|link| link.to_string()).unwrap_or_default(),
        joined(&entry.annex.subjects),
        parts.join(" "),
        optional(&facts.tool),
        optional(&facts.tenant),
    ];
    cells.map(|cell| csv_cell(&cell)).join(",") + "\r\n"
}

/// A cell that no spreadsheet takes for a formula (OWASP, CSV injection), quoted as RFC 4180 says.
fn csv_cell(text: &str) -> String {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']);
    let text = if formula { format!("'{text}") } else { text.to_owned() };
    if text.contains(['"', ',', '\r', '\n', '\'']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text
    }
}

/// `CEF:0|vendor|product|version|class|name|severity|extension`. Keys are those of the CEF dictionary;
/// what it has no key for stands in the custom and flexible strings, each with its label.
fn cef(entry: &Envelope, origin: &str) -> String {
    let facts = &entry.facts;
    let (action, decision) = (name(facts.action), name(facts.verdict));
    let severity = match decision.as_str() {
        "allowed" | "done" => 2,
        "refused" | "failed" => 5,
        _ => 7,
    };
    let version = env!("CARGO_PKG_VERSION");
    let class = format!("{}:{action}", name(facts.purpose));
    let mut line = format!(
        "CEF:0|Portcullis|Portcullis|{version}|{}|{} {}|{severity}|",
        cef_head(&class),
        cef_head(&action),
        cef_head(&decision),
    );
    let fields = facts.fields.iter().map(String::as_str).collect::<Vec<_>>().join(" ");
    let objects = facts.objects.iter().map(String::as_str).collect::<Vec<_>>().join(" ");
    let pairs = [
        ("rt", entry.time.0.to_string()),
        ("externalId", format!("{origin}/{}", entry.seq)),
        ("act", action),
        ("outcome", decision),
        ("suid", facts.actor.clone()),
        ("app", facts.door.clone()),
        ("requestContext", facts.trace.clone()),
        ("cs1Label", "rule".to_owned()),
        ("cs1", facts.rule.clone()),
        ("cs2Label", "policy".to_owned()),
        ("cs2", facts.policy.clone()),
        ("cs3Label", "objects".to_owned()),
        ("cs3", objects),
        ("cs4Label", "fields".to_owned()),
        ("cs4", fields),
        ("cs5Label", "client".to_owned()),
        ("cs5", facts.client.clone()),
        ("cs6Label", "level".to_owned()),
        ("cs6", facts.level.map(name).unwrap_or_default()),
        ("cn1Label", "rows".to_owned()),
        ("cn1", facts.counts.rows.to_string()),
        ("cn2Label", "tokens".to_owned()),
        ("cn2", facts.counts.tokens.to_string()),
        ("cn3Label", "withheld".to_owned()),
        ("cn3", facts.counts.withheld.to_string()),
        ("flexString1Label", "tool".to_owned()),
        ("flexString1", facts.tool.clone().unwrap_or_default()),
        ("flexString2Label", "tenant".to_owned()),
        ("flexString2", facts.tenant.clone().unwrap_or_default()),
        ("dhost", facts.endpoint.clone().unwrap_or_default()),
    ];
    let mut between = "";
    for (key, value) in pairs.iter().filter(|(_, value)| !value.is_empty()) {
        // Writing to a text does not fail.
        let _ = write!(line, "{between}{key}={}", cef_value(value));
        between = " ";
    }
    line + "\n"
}

fn cef_head(text: &str) -> String {
    text.replace('\\', "\\\\").replace('|', "\\|").replace(['\r', '\n'], " ")
}

fn cef_value(text: &str) -> String {
    text.replace('\\', "\\\\").replace('=', "\\=").replace(['\r', '\n'], "\\n")
}

fn name(value: impl serde::Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(Value::String(name)) => name,
        _ => String::new(),
    }
}

/// Milliseconds since 1970 as `2026-01-31T12:00:00.000Z`: the days' arithmetic of the proleptic
/// Gregorian calendar (Howard Hinnant, `civil_from_days`).
fn rfc3339(millis: u64) -> String {
    let (days, rest) = (millis / 86_400_000, millis % 86_400_000);
    let shifted = days + 719_468;
    let (era, day_of_era) = (shifted / 146_097, shifted % 146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    let (hours, minutes) = (rest / 3_600_000, rest / 60_000 % 60);
    let (seconds, millis) = (rest / 1_000 % 60, rest % 1_000);
    format!("{year:04}-{month:02}-{day:02}T{hours:02}:{minutes:02}:{seconds:02}.{millis:03}Z")
}

#[cfg(test)]
mod tests;
