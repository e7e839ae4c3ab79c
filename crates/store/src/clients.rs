//! Programs that people let act for them: the clients of the gate's authorization server.

use boundary::{PersonId, UnixMillis};

use crate::sql::{Row, values};
use crate::{State, StoreError};

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

impl Clients for State {
    fn meet_client(&self, client: &ClientRow) -> Result<ClientRow, StoreError> {
        let sql = format!(
            "INSERT INTO clients ({COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
             ON CONFLICT (id) DO UPDATE SET name = excluded.name, redirects = excluded.redirects,
             changed = excluded.changed
             RETURNING {COLUMNS}"
        );
        let (redirects, tools) = (client.redirects.join("\n"), client.tools.join("\n"));
        let met = self.sql.first(
            &sql,
            values![
                &client.id,
                &client.name,
                &redirects,
                client.standing.name(),
                &tools,
                &client.objects.join("\n"),
                client.rows,
                client.decided_by.as_ref(),
                client.met,
                client.changed,
            ],
            read,
        )?;
        met.ok_or(StoreError::Damaged("clients"))
    }

    fn client(&self, id: &str) -> Result<Option<ClientRow>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM clients WHERE id = ?1");
        self.sql.first(&sql, values![id], read)
    }

    fn clients(&self, count: usize) -> Result<Vec<ClientRow>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM clients ORDER BY met DESC, id LIMIT ?1");
        self.sql.all(&sql, values![count as u64], read)
    }

    fn decide_client(&self, client: &ClientRow) -> Result<bool, StoreError> {
        let changed = self.sql.change(
            "UPDATE clients SET standing = ?2, tools = ?3, objects = ?4, rows = ?5,
             decided_by = ?6, changed = ?7 WHERE id = ?1",
            values![
                &client.id,
                client.standing.name(),
                &client.tools.join("\n"),
                &client.objects.join("\n"),
                client.rows,
                client.decided_by.as_ref(),
                client.changed,
            ],
        )?;
        Ok(changed > 0)
    }
}

fn read(row: &Row) -> Result<ClientRow, StoreError> {
    let damaged = || StoreError::Damaged("clients");
    let decided_by = row.maybe_text(7)?;
    let decided_by = decided_by.map(|it| PersonId::parse(&it).ok_or_else(damaged));
    Ok(ClientRow {
        id: row.text(0)?,
        name: row.text(1)?,
        redirects: lines(&row.text(2)?),
        standing: ClientStanding::parse(&row.text(3)?).ok_or_else(damaged)?,
        tools: lines(&row.text(4)?),
        objects: lines(&row.text(5)?),
        rows: row.count(6)?,
        decided_by: decided_by.transpose()?,
        met: row.millis(8)?,
        changed: row.millis(9)?,
    })
}

fn lines(text: &str) -> Vec<String> {
    text.lines().map(str::to_owned).collect()
}
