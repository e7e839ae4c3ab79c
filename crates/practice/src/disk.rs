//! The org's one SQLite file. Everything is in memory as well; this is what survives.

use std::path::Path;

use rusqlite::{Connection, OptionalExtension, params};
use serde_json::{Map, Value as Json};

use crate::error::OrgError;
use crate::id::Id;
use crate::schema::Object;
use crate::state::{Row, State, Touched};
use crate::value::Value;

/// The layout this program writes.
const LAYOUT: &str = "1";

#[derive(Debug)]
pub(crate) struct Disk {
    connection: Connection,
}

impl Disk {
    /// Opens or makes the file. A commit is on the disk when it returns.
    pub(crate) fn open(folder: &Path) -> Result<Self, OrgError> {
        std::fs::create_dir_all(folder)?;
        let connection = Connection::open(folder.join("practice.sqlite"))?;
        connection.execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 5000;
             CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
             CREATE TABLE IF NOT EXISTS record (id TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID;
             CREATE TABLE IF NOT EXISTS access (kind TEXT, key TEXT, body TEXT NOT NULL, PRIMARY KEY (kind, key)) WITHOUT ROWID;",
        )?;
        let disk = Self { connection };
        match disk.meta("layout")?.as_deref() {
            None => disk.set_meta("layout", LAYOUT)?,
            Some(LAYOUT) => {}
            Some(_) => return Err(OrgError::Damaged { what: "layout" }),
        }
        Ok(disk)
    }

    pub(crate) fn meta(&self, key: &str) -> Result<Option<String>, OrgError> {
        let mut statement =
            self.connection.prepare_cached("SELECT value FROM meta WHERE key = ?1")?;
        Ok(statement.query_row([key], |row| row.get(0)).optional()?)
    }

    pub(crate) fn set_meta(&self, key: &str, value: &str) -> Result<(), OrgError> {
        self.connection
            .prepare_cached(
                "INSERT INTO meta VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = ?2",
            )?
            .execute([key, value])?;
        Ok(())
    }

    pub(crate) fn load(&self, state: &mut State) -> Result<(), OrgError> {
        let damaged = OrgError::Damaged { what: "record" };
        let mut statement = self.connection.prepare("SELECT id, body FROM record")?;
        let mut rows = statement.query([])?;
        while let Some(found) = rows.next()? {
            let id = found.get_ref(0)?.as_str().ok().and_then(Id::parse);
            let body =
                found.get_ref(1)?.as_str().ok().and_then(|body| serde_json::from_str(body).ok());
            let (Some(id), Some(Json::Object(body))) = (id, body) else { return Err(damaged) };
            // An object this program no longer has is left alone on disk.
            let Some(object) = state.schema.object_of(id) else { continue };
            let Some(row) = decode(object, &body) else { return Err(damaged) };
            state.load(object, id, row);
        }
        Ok(())
    }

    /// Writes records and, with them, `meta` entries: all or nothing.
    pub(crate) fn commit(
        &mut self,
        state: &State,
        touched: &[Touched],
        meta: &[(&str, &str)],
    ) -> Result<(), OrgError> {
        let transaction = self.connection.transaction()?;
        {
            let mut put = transaction.prepare_cached(
                "INSERT INTO record VALUES (?1, ?2) ON CONFLICT (id) DO UPDATE SET body = ?2",
            )?;
            let mut take = transaction.prepare_cached("DELETE FROM record WHERE id = ?1")?;
            for (id, row) in touched {
                match row.as_ref().zip(state.schema.object_of(*id)) {
                    Some((row, object)) => put.execute(params![id.short(), encode(object, row)])?,
                    None => take.execute([id.short()])?,
                };
            }
            let mut set = transaction.prepare_cached(
                "INSERT INTO meta VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = ?2",
            )?;
            for (key, value) in meta {
                set.execute([key, value])?;
            }
        }
        transaction.commit()?;
        Ok(())
    }

    /// Replaces every record with these.
    pub(crate) fn replace_all(&mut self, state: &State) -> Result<(), OrgError> {
        let transaction = self.connection.transaction()?;
        transaction.execute("DELETE FROM record", [])?;
        {
            let mut put = transaction.prepare_cached("INSERT INTO record VALUES (?1, ?2)")?;
            for object in state.schema.objects() {
                for row in state.rows(object) {
                    if let Some(id) = row.id() {
                        put.execute(params![id.short(), encode(object, row)])?;
                    }
                }
            }
        }
        transaction.commit()?;
        Ok(())
    }

    /// Everything of one kind among the access records: clients, grants, sessions, passwords, consents.
    pub(crate) fn access(&self, kind: &str) -> Result<Vec<(String, String)>, OrgError> {
        let mut statement =
            self.connection.prepare_cached("SELECT key, body FROM access WHERE kind = ?1")?;
        let rows = statement.query_map([kind], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Writes access records, all or nothing; no body deletes.
    pub(crate) fn write_access(
        &mut self,
        changes: &[(&str, String, Option<String>)],
    ) -> Result<(), OrgError> {
        let transaction = self.connection.transaction()?;
        for (kind, key, body) in changes {
            match body {
                Some(body) => transaction
                    .prepare_cached(
                        "INSERT INTO access VALUES (?1, ?2, ?3) ON CONFLICT (kind, key) DO UPDATE SET body = ?3",
                    )?
                    .execute(params![kind, key, body])?,
                None => transaction
                    .prepare_cached("DELETE FROM access WHERE kind = ?1 AND key = ?2")?
                    .execute(params![kind, key])?,
            };
        }
        transaction.commit()?;
        Ok(())
    }
}

fn encode(object: &Object, row: &Row) -> String {
    let mut body = Map::new();
    for field in &object.fields {
        let value = row.get(field.at);
        if !value.is_null() {
            body.insert(field.name.clone(), value.to_disk());
        }
    }
    Json::Object(body).to_string()
}

fn decode(object: &Object, body: &Map<String, Json>) -> Option<Row> {
    let mut row = Row::empty(object);
    for (name, json) in body {
        if let Some(at) = object.position(name) {
            row.set(at, Value::from_disk(json)?);
        }
    }
    Some(row)
}
