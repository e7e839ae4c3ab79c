//! What is looked for, and how it is found.

use boundary::{Mark, UnixMillis};
use ledger::{Envelope, LogReader};
use rusqlite::params_from_iter;
use rusqlite::types::Value;

use super::terms::{is_part, said, term, terms_of};
use super::{SearchIndex, next, span};
use crate::StoreError;
use crate::database::{signed, unsigned};

/// Entries that are not in the index yet and are looked through one by one.
const TAIL: u64 = 20_000;

/// The newest entries among which it is counted how common a word is.
const SAMPLE: u64 = 4_096;

/// What is looked for: all of it has to be true of an entry.
#[derive(Clone, Debug, Default)]
pub struct Query {
    /// Each a list of terms of which one has to be there.
    all: Vec<Vec<String>>,
    /// Not before.
    pub from: Option<UnixMillis>,
    /// Before.
    pub until: Option<UnixMillis>,
    /// Entries below this index.
    pub before: Option<u64>,
    /// Entries, at most.
    pub count: usize,
}

/// A page of what was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// Newest first.
    pub entries: Vec<Envelope>,
    /// Index to go on from, when there may be more.
    pub older: Option<u64>,
    /// Entries that were not looked through, for the index has not come to them yet.
    pub unsearched: u64,
}

impl Query {
    /// Everything, so many entries at a time.
    pub fn new(count: usize) -> Self {
        Self { count, ..Self::default() }
    }

    /// Narrows to entries with this value: `actor`, `door`, `client`, `rule`, `trace`, `policy`, `purpose`,
    /// `action`, `decision`, `level`, `endpoint`, `residency`, `proposal`, `tool`, `tenant`, `object`, `field` or
    /// `subject`.
    #[must_use]
    pub fn with(self, kind: &str, value: &str) -> Self {
        self.with_any(kind, &[value.to_owned()])
    }

    /// Narrows to entries with one of these values. None of them finds nothing.
    #[must_use]
    pub fn with_any(mut self, kind: &str, values: &[String]) -> Self {
        self.all.push(values.iter().map(|value| term(kind, value)).collect());
        self
    }

    /// Narrows to entries with this word in their names or, by its mark, in what they commit to.
    #[must_use]
    pub fn with_word(mut self, word: &str, mark: Option<&Mark>) -> Self {
        let mut any: Vec<String> = mark.map(said).into_iter().collect();
        // Names are ASCII, and FTS5 would make a phrase of anything else.
        if !word.is_empty() && word.chars().all(is_part) {
            any.push(word.to_ascii_lowercase());
        }
        self.all.push(any);
        self
    }

    /// The query in FTS5's language. Every term is quoted: none of it is syntax.
    fn expression(&self) -> String {
        let any = |terms: &Vec<String>| {
            let quoted: Vec<String> =
                terms.iter().map(|term| format!("\"{}\"", term.replace('"', ""))).collect();
            format!("({})", quoted.join(" OR "))
        };
        self.all.iter().map(any).collect::<Vec<_>>().join(" AND ")
    }

    fn takes(&self, envelope: &Envelope) -> bool {
        has_all(&self.all, &terms_of(envelope, &[]))
            && self.from.is_none_or(|from| envelope.time >= from)
            && self.until.is_none_or(|until| envelope.time < until)
    }
}

pub(super) fn search(
    index: &SearchIndex,
    log: &dyn LogReader,
    query: &Query,
) -> Result<Found, StoreError> {
    let damaged = |_| StoreError::Damaged("entries");
    let mut found = Found::default();
    if query.count == 0 || query.all.iter().any(Vec::is_empty) {
        return Ok(found);
    }
    let indexed = index.next()?;
    let (size, minimum) = (log.size().map_err(damaged)?, log.minimum().map_err(damaged)?);
    let end = query.before.unwrap_or(size).min(size);
    // Newest first: what the index does not have yet, one by one.
    let floor = indexed.max(end.saturating_sub(TAIL)).max(minimum);
    found.unsearched = floor.saturating_sub(indexed.max(minimum));
    let mut at = end;
    while at > floor && found.entries.len() < query.count {
        let first = at.saturating_sub(256).max(floor);
        let count = usize::try_from(at - first).unwrap_or(0);
        let rows = log.rows(first, count).map_err(damaged)?;
        // Where entries were pruned meanwhile, those after them come in their place.
        for row in rows.iter().rev().filter(|row| row.index < at) {
            let envelope = row.entry()?;
            if found.entries.len() < query.count && query.takes(&envelope) {
                found.entries.push(envelope);
            }
        }
        at = first;
    }
    if found.entries.len() < query.count {
        let envelope = |hit: u64| {
            let row = log.rows(hit, 1).map_err(damaged)?.pop().filter(|row| row.index == hit);
            match row {
                Some(row) => Ok(Some(row.entry()?)),
                // Pruned by another gate, and this one's index does not know it yet. So are all before it.
                None if hit < log.minimum().map_err(damaged)? => Ok(None),
                None => Err(StoreError::Damaged("entries")),
            }
        };
        let (narrow, rest) = split(index, query, end.min(indexed))?;
        hits(index, &narrow, end.min(indexed), |hit| {
            let Some(envelope) = envelope(hit)? else { return Ok(false) };
            if rest.is_empty() || has_all(&rest, &terms_of(&envelope, &[])) {
                found.entries.push(envelope);
            }
            Ok(found.entries.len() < query.count)
        })?;
    }
    if found.entries.len() == query.count {
        found.older = found.entries.last().map(|entry| entry.seq);
    }
    Ok(found)
}

/// What the index is asked, and what is looked up in the entries it finds.
///
/// A common word has a long list, and FTS5 walks all of it beside the short list of a rare one. How
/// common they are is counted among the newest entries.
fn split(
    index: &SearchIndex,
    query: &Query,
    end: u64,
) -> Result<(Query, Vec<Vec<String>>), StoreError> {
    let mut narrow = query.clone();
    if query.all.len() < 2 {
        return Ok((narrow, Vec::new()));
    }
    let connection = index.connection();
    let mut statement = connection.prepare_cached(
        "SELECT count(*) FROM lookup WHERE lookup MATCH ?1 AND rowid >= ?2 AND rowid < ?3",
    )?;
    let mut counted = Vec::with_capacity(query.all.len());
    for any in &query.all {
        let one = Query { all: vec![any.clone()], ..Query::default() };
        let span = (one.expression(), signed(end.saturating_sub(SAMPLE)), signed(end));
        let count: i64 = statement.query_row(span, |row| row.get(0))?;
        counted.push((unsigned(count), any));
    }
    let rare = counted.iter().any(|(count, _)| *count < SAMPLE / 32);
    // Words of what was said stand in no entry: only the index has them.
    let looked_up = |count: u64, any: &[String]| {
        rare && count > SAMPLE / 4 && !any.iter().any(|term| term.starts_with("said:"))
    };
    let (rest, kept): (Vec<_>, Vec<_>) =
        counted.into_iter().partition(|(count, any)| looked_up(*count, any));
    narrow.all = kept.into_iter().map(|(_, any)| any.clone()).collect();
    Ok((narrow, rest.into_iter().map(|(_, any)| any.clone()).collect()))
}

fn has_all(all: &[Vec<String>], terms: &str) -> bool {
    let has = |wanted: &String| terms.split(' ').any(|term| term == wanted);
    all.iter().all(|any| any.iter().any(has))
}

/// Hands over what the index finds, newest first, for as long as more is wanted.
fn hits(
    index: &SearchIndex,
    query: &Query,
    end: u64,
    mut take: impl FnMut(u64) -> Result<bool, StoreError>,
) -> Result<(), StoreError> {
    let connection = index.connection();
    let end = end.min(next(&connection)?);
    let (low, high) = span(&connection, query.from, query.until)?;
    let mut values: Vec<Value> = vec![low.into(), high.min(signed(end)).into()];
    let timed = query.from.is_some() || query.until.is_some();
    let mut sql = String::new();
    if query.all.is_empty() {
        sql.push_str("SELECT idx FROM times WHERE idx >= ?1 AND idx < ?2");
    } else {
        sql.push_str(
            "SELECT rowid AS idx FROM lookup WHERE lookup MATCH ?3 AND rowid >= ?1 AND rowid < ?2",
        );
        values.push(query.expression().into());
    }
    if timed {
        let first = values.len() + 1;
        let second = first + 1;
        let when = format!(
            " AND (SELECT time FROM times AS held WHERE held.idx = {}) BETWEEN ?{first} AND ?{second}",
            if query.all.is_empty() { "times.idx" } else { "lookup.rowid" },
        );
        sql.push_str(&when);
        values.push(signed(query.from.map_or(0, |from| from.0)).into());
        // `until` itself is outside.
        let last = query.until.map_or(u64::MAX, |until| until.0.saturating_sub(1));
        values.push(signed(last).into());
    }
    sql.push_str(if query.all.is_empty() { " ORDER BY idx DESC" } else { " ORDER BY rowid DESC" });
    let mut statement = connection.prepare_cached(&sql)?;
    // Rows come one by one, in this order, from the end of the lists.
    let mut rows = statement.query(params_from_iter(values))?;
    while let Some(row) = rows.next()? {
        if !take(unsigned(row.get(0)?))? {
            break;
        }
    }
    Ok(())
}
