//! Finding entries without the gate: beside one that runs, or where none does.

use std::path::Path;

use anyhow::{Context as _, bail};
use boundary::{MarkKey, UnixMillis};
use ledger::{Envelope, ExportFormat, LogReader};
use store::{Backend, Query, SealedStore, SearchIndex, SqliteLog, State, StateStore};

use super::Kept;
use crate::args::LedgerSearchArgs;
use crate::output::{self, Exit};

pub(crate) fn run(args: &LedgerSearchArgs) -> anyhow::Result<Exit> {
    let Kept { data, backend, .. } = Kept::of(args.config.as_deref(), args.data.as_deref())?;
    let sources = match &backend {
        Some(backend) => Sources::Shared(backend.as_ref()),
        None => Sources::open(&data)?,
    };
    let index = SearchIndex::read_only(&data)?.context("the gate has made no index yet")?;
    let origin = origin(&args.vkey.clone().unwrap_or_else(|| data.join("ledger.vkey")))?;
    let format = match &args.format {
        None => None,
        Some(name) => Some(ExportFormat::named(name).context("formats: jsonl, csv, ocsf, cef")?),
    };
    let mut query = query(args, &sources)?;
    if let Some(format) = format {
        output::raw(format.head().as_bytes())?;
    }
    let mut left = args.limit;
    let mut unsearched = 0;
    loop {
        query.count = left.min(1_000);
        let found = index.search(sources.log(), &query)?;
        unsearched = unsearched.max(found.unsearched);
        for entry in &found.entries {
            match format {
                Some(format) => output::raw(format.line(entry, &origin).as_bytes())?,
                None if args.json => output::line(&serde_json::to_string(entry)?)?,
                None => output::line(&line(entry))?,
            }
        }
        left -= found.entries.len();
        match found.older {
            Some(older) if left > 0 => query.before = Some(older),
            _ => break,
        }
    }
    if unsearched > 0 {
        output::hint(&format!(
            "{unsearched} entries are not in the index yet and were not looked through; a running gate makes it"
        ));
    }
    Ok(Exit::Good)
}

/// What is read: a database that gates share, or files of a folder.
enum Sources<'a> {
    Shared(&'a dyn Backend),
    Files { log: SqliteLog, state: State, sealed: Option<SealedStore> },
}

impl Sources<'_> {
    fn open(data: &Path) -> anyhow::Result<Self> {
        let log = SqliteLog::read_only(data)
            .with_context(|| format!("`{}` holds no ledger", data.display()))?;
        let (state, sealed) = (State::read_only(data)?, SealedStore::read_only(data)?);
        Ok(Self::Files { log, state, sealed })
    }

    fn log(&self) -> &dyn LogReader {
        match self {
            Self::Shared(backend) => backend.log(),
            Self::Files { log, .. } => log,
        }
    }

    fn state(&self) -> &dyn StateStore {
        match self {
            Self::Shared(backend) => backend.state(),
            Self::Files { state, .. } => state,
        }
    }

    fn sealed(&self) -> Option<&SealedStore> {
        match self {
            Self::Shared(backend) => Some(backend.sealed()),
            Self::Files { sealed, .. } => sealed.as_ref(),
        }
    }
}

fn query(args: &LedgerSearchArgs, sources: &Sources<'_>) -> anyhow::Result<Query> {
    let mut query = Query::new(args.limit);
    query.from = args.from.as_deref().map(|text| moment(text, false)).transpose()?;
    query.until = args.until.as_deref().map(|text| moment(text, true)).transpose()?;
    query.before = args.before;
    for word in &args.words {
        for word in boundary::words(word) {
            query = query.with_word(word, None);
        }
    }
    if let Some(person) = &args.person {
        let named = sources.state().persons_named(person)?;
        if named.is_empty() && !gateway::is_actor(person) {
            bail!("nobody who has signed in is called `{person}`");
        }
        let mut pseudonyms: Vec<String> = named.into_iter().map(|it| it.pseudonym).collect();
        pseudonyms.push(person.clone());
        query = query.with_any("actor", &pseudonyms);
    }
    if let Some(record) = &args.record {
        query = query.with_any("subject", &[pseudonym_of(record, args, sources)?]);
    }
    if let Some(field) = &args.field {
        query = query.with(if field.contains('.') { "field" } else { "object" }, field);
    }
    for (kind, value) in [
        ("client", &args.client),
        ("decision", &args.decision),
        ("rule", &args.rule),
        ("trace", &args.trace),
    ] {
        if let Some(value) = value {
            query = query.with(kind, value);
        }
    }
    Ok(query)
}

/// Which record an entry is about is known to whoever has the seal key.
fn pseudonym_of(
    record: &str,
    args: &LedgerSearchArgs,
    sources: &Sources<'_>,
) -> anyhow::Result<String> {
    let Some(path) = &args.seal_key else {
        if record.len() == 16 {
            return Ok(record.to_owned());
        }
        bail!("`--record` needs `--seal-key`, or the record's pseudonym in place of its id");
    };
    if !path.exists() {
        bail!("there is no seal key `{}`", path.display());
    }
    let key = keys::SealKey::load_or_create(path, &mut keys::OsRandom)?;
    let marks = MarkKey::new(*key.derive("marks")?.expose());
    let sealed = sources.sealed().context("the gate keeps no sealed parts")?;
    for org in sources.state().orgs()? {
        if let Some(subject) = sealed.marked(&marks.record(&org, record))? {
            return Ok(subject.pseudonym);
        }
    }
    bail!("the ledger knows no record `{record}`")
}

/// A moment, or a day in UTC: its first moment, or as an end the first of the next.
pub(crate) fn moment(text: &str, end: bool) -> anyhow::Result<UnixMillis> {
    let at = if let Ok(moment) = text.parse::<jiff::Timestamp>() {
        moment
    } else {
        let day: jiff::civil::Date = text.parse().with_context(|| {
            format!("`{text}`: expected a day such as `2026-01-31`, or `2026-01-31T12:00:00Z`")
        })?;
        let day = if end { day.tomorrow()? } else { day };
        day.to_zoned(jiff::tz::TimeZone::UTC)?.timestamp()
    };
    Ok(UnixMillis(u64::try_from(at.as_millisecond()).unwrap_or(0)))
}

fn origin(vkey: &Path) -> anyhow::Result<String> {
    let text = std::fs::read_to_string(vkey)
        .with_context(|| format!("cannot read `{}`", vkey.display()))?;
    Ok(text.split('+').next().unwrap_or_default().to_owned())
}

fn line(entry: &Envelope) -> String {
    let facts = &entry.facts;
    let millis = i64::try_from(entry.time.0).unwrap_or(i64::MAX);
    let time = jiff::Timestamp::from_millisecond(millis).map_or_else(
        |_| entry.time.0.to_string(),
        |time| time.strftime("%Y-%m-%d %H:%M:%S").to_string(),
    );
    let name = |value: serde_json::Result<serde_json::Value>| match value {
        Ok(serde_json::Value::String(name)) => name,
        _ => String::new(),
    };
    let what = format!(
        "{} {}",
        name(serde_json::to_value(facts.action)),
        name(serde_json::to_value(facts.purpose))
    );
    let objects = facts.objects.iter().map(String::as_str).collect::<Vec<_>>().join(" ");
    format!(
        "{:>8}  {time}  {what:<18}  {:<8}  {:<16}  {}  {} {objects}",
        entry.seq,
        name(serde_json::to_value(facts.verdict)),
        facts.rule,
        facts.actor,
        facts.tool.as_deref().unwrap_or_default(),
    )
    .trim_end()
    .to_owned()
}
