//! Programs that people let act for them: the clients of the gate's authorization server.

use boundary::{PersonId, UnixMillis};
use rusqlite::{OptionalExtension, Row, params};

use crate::database::{millis, signed, unsigned};
use crate::{SqliteState, StoreError};

/// What an administrator decided about a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClientStanding {
    /// Nobody decided yet: reads alone, and few rows.
    Quarantine,
    /// Let in, on the terms of its row.
    Admitted,
    /// Shut out.
    Refused,
}

impl ClientStanding {
    /// The word in the database and on pages.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Quarantine => "quarantine",
            Self::Admitted => "admitted",
            Self::Refused => "refused",
        }
    }

    fn parse(name: &str) -> Option<Self> {
        let all = [Self::Quarantine, Self::Admitted, Self::Refused];
        all.into_iter().find(|standing| standing.name() == name)
    }
}

/// A client, and the terms it is on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientRow {
    /// The `client_id`: the address of its metadata document, or the id of one registered by hand.
    pub id: String,
    /// What it calls itself.
    pub name: String,
    /// Where browsers may be sent back to.
    pub redirects: Vec<String>,
    /// Whether it is in.
    pub standing: ClientStanding,
    /// Names of the tools it may use.
    pub tools: Vec<String>,
    /// API names of the objects it may touch; empty for all that the matrix has.
    pub objects: Vec<String>,
    /// Rows a day for each person.
    pub rows: u64,
    /// The administrator who decided.
    pub decided_by: Option<PersonId>,
    /// When it was first met.
    pub met: UnixMillis,
    /// When its row last changed.
    pub changed: UnixMillis,
}

/// Clients of the authorization server.
pub trait Clients {
    /// Notes a client: one that is known keeps its standing and terms and takes the new name and
    /// redirect addresses. Gives the row as it is afterwards.
    fn meet_client(&self, client: &ClientRow) -> Result<ClientRow, StoreError>;

    /// The client with this id.
    fn client(&self, id: &str) -> Result<Option<ClientRow>, StoreError>;

    /// All clients, the newest first, at most `count`.
    fn clients(&self, count: usize) -> Result<Vec<ClientRow>, StoreError>;

    /// Puts an administrator's decision into force. Whether there is such a client.
    fn decide_client(&self, client: &ClientRow) -> Result<bool, StoreError>;
}

const COLUMNS: &str =
    "id, name, redirects, standing, tools, objects, rows, decided_by, met, changed";

impl Clients for SqliteState {
    fn meet_client(&self, client: &ClientRow) -> Result<ClientRow, StoreError> {
        let connection = self.connection();
        connection.execute(
            "INSERT INTO clients (id, name, redirects, standing, tools, objects, rows, decided_by, met, changed)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
             ON CONFLICT (id) DO UPDATE SET name = excluded.name, redirects = excluded.redirects,
             changed = excluded.changed",
            params![
                client.id,
                client.name,
                client.redirects.join("\n"),
                client.standing.name(),
                client.tools.join("\n"),
                client.objects.join("\n"),
                signed(client.rows),
                client.decided_by.as_ref().map(PersonId::as_str),
                signed(client.met.0),
                signed(client.changed.0),
            ],
        )?;
        let sql = format!("SELECT {COLUMNS} FROM clients WHERE id = ?1");
        connection.prepare_cached(&sql)?.query_row([&client.id], |row| Ok(read(row)))?
    }

    fn client(&self, id: &str) -> Result<Option<ClientRow>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM clients WHERE id = ?1");
        let connection = self.connection();
        let found =
            connection.prepare_cached(&sql)?.query_row([id], |row| Ok(read(row))).optional()?;
        found.transpose()
    }

    fn clients(&self, count: usize) -> Result<Vec<ClientRow>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM clients ORDER BY met DESC, id LIMIT ?1");
        let count = i64::try_from(count).unwrap_or(i64::MAX);
        self.connection().prepare_cached(&sql)?.query_and_then([count], read)?.collect()
    }

    fn decide_client(&self, client: &ClientRow) -> Result<bool, StoreError> {
        let changed = self.connection().execute(
            "UPDATE clients SET standing = ?2, tools = ?3, objects = ?4, rows = ?5,
             decided_by = ?6, changed = ?7 WHERE id = ?1",
            params![
                client.id,
                client.standing.name(),
                client.tools.join("\n"),
                client.objects.join("\n"),
                signed(client.rows),
                client.decided_by.as_ref().map(PersonId::as_str),
                signed(client.changed.0),
            ],
        )?;
        Ok(changed > 0)
    }
}

fn read(row: &Row<'_>) -> Result<ClientRow, StoreError> {
    let damaged = || StoreError::Damaged("clients");
    let standing: String = row.get(3)?;
    let decided_by: Option<String> = row.get(7)?;
    let decided_by = decided_by.map(|it| PersonId::parse(&it).ok_or_else(damaged));
    Ok(ClientRow {
        id: row.get(0)?,
        name: row.get(1)?,
        redirects: lines(row.get(2)?),
        standing: ClientStanding::parse(&standing).ok_or_else(damaged)?,
        tools: lines(row.get(4)?),
        objects: lines(row.get(5)?),
        rows: unsigned(row.get(6)?),
        decided_by: decided_by.transpose()?,
        met: millis(row.get(8)?),
        changed: millis(row.get(9)?),
    })
}

#[expect(clippy::needless_pass_by_value, reason = "a column arrives as a value")]
fn lines(text: String) -> Vec<String> {
    text.lines().map(str::to_owned).collect()
}
