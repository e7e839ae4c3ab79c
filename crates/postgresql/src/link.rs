//! Connections: made, checked, lent and taken back.

use std::collections::HashMap;
use std::fmt;
use std::future::Future;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use ledger::LedgerError;
use store::{Cell, Row, StoreError, Value};
use tokio::runtime::Runtime;
use tokio_postgres::types::{IsNull, ToSql, Type, private::BytesMut};
use tokio_postgres::{Client, Config, Statement};

use crate::tls::Tls;
use crate::wait::wait;
use crate::{Access, address};

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// Connections lent at once, beside the one of the writer of the log.
const MOST: usize = 8;

/// How each connection begins. A gate that was cut off in the middle of a step must not keep the others waiting
/// for what it locked.
const MANNERS: &str = "SET idle_in_transaction_session_timeout = '2s'; SET lock_timeout = '8s';
     SET statement_timeout = '9s'; SET client_min_messages = 'warning'; SET TimeZone = 'UTC';
     SELECT set_config('synchronous_commit', 'on', false)
        WHERE current_setting('synchronous_commit') NOT IN ('on', 'remote_apply')";

/// A database, and the connections to it.
pub(crate) struct Database {
    config: Config,
    tls: Tls,
    /// Carries what is sent and received; taken out when the database is dropped.
    runtime: Option<Runtime>,
    lines: Mutex<Lines>,
    returned: Condvar,
}

#[derive(Default)]
struct Lines {
    idle: Vec<Link>,
    lent: usize,
}

/// One connection.
pub(crate) struct Link {
    client: Client,
    prepared: HashMap<String, Statement>,
    /// In the middle of a step, or not answering: no good to anybody else.
    pub(crate) unfit: bool,
}

/// A connection that goes back when it is dropped.
pub(crate) struct Lent<'a> {
    database: &'a Database,
    link: Option<Link>,
}

/// What went wrong.
#[derive(Debug)]
pub(crate) enum Trouble {
    /// The database refused, and nothing was done.
    Refused {
        /// Its five characters for why.
        code: String,
        /// Its words.
        message: String,
    },
    /// The connection is gone, or silent. Nobody knows what was done last.
    Lost(String),
}

impl Trouble {
    /// Whether another step came between, so that the same may go well now.
    pub(crate) fn is_conflict(&self) -> bool {
        matches!(self, Self::Refused { code, .. } if code == "40001" || code == "40P01")
    }

    pub(crate) fn is_loss(&self) -> bool {
        matches!(self, Self::Lost(_))
    }
}

impl Database {
    pub(crate) fn new(access: &Access) -> Result<Self, StoreError> {
        let config = address::config(access)?;
        let tls = Tls::new(access.ca.as_deref())?;
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("postgres")
            .enable_all()
            .build()
            .map_err(|error| StoreError::Postgres(error.to_string()))?;
        let (lines, returned) = (Mutex::default(), Condvar::new());
        Ok(Self { config, tls, runtime: Some(runtime), lines, returned })
    }

    /// A connection of the caller's own.
    pub(crate) fn connect(&self) -> Result<Link, Trouble> {
        let lost = |reason: &str| Trouble::Lost(reason.to_owned());
        let runtime = self.runtime.as_ref().ok_or_else(|| lost("it is closed"))?;
        let (config, tls) = (self.config.clone(), self.tls.clone());
        let made = runtime.spawn(async move {
            let (client, connection) = config.connect(tls).await?;
            // Ends with the client. What it ends with, the client's calls say.
            tokio::spawn(async move { drop(connection.await) });
            Ok::<_, tokio_postgres::Error>(client)
        });
        let client = wait(made, PATIENCE)
            .ok_or_else(|| lost("no connection within ten seconds"))?
            .map_err(|error| Trouble::Lost(error.to_string()))??;
        let mut link = Link { client, prepared: HashMap::new(), unfit: false };
        link.batch(MANNERS)?;
        link.require_durability()?;
        Ok(link)
    }

    /// A connection for a while.
    pub(crate) fn lend(&self) -> Result<Lent<'_>, Trouble> {
        let mut lines = self.lines();
        loop {
            if let Some(link) = lines.idle.pop() {
                if link.client.is_closed() {
                    continue;
                }
                lines.lent += 1;
                return Ok(Lent { database: self, link: Some(link) });
            }
            if lines.lent < MOST {
                lines.lent += 1;
                drop(lines);
                // Counted back when this is dropped, also when no connection can be had.
                let mut lent = Lent { database: self, link: None };
                lent.link = Some(self.connect()?);
                return Ok(lent);
            }
            let waited = self.returned.wait_timeout(lines, PATIENCE);
            let (again, outcome) = waited.unwrap_or_else(PoisonError::into_inner);
            if outcome.timed_out() {
                return Err(Trouble::Lost("all connections are in use".to_owned()));
            }
            lines = again;
        }
    }

    fn lines(&self) -> MutexGuard<'_, Lines> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        // May happen on a thread of a runtime, where nothing may be waited for.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

impl Drop for Lent<'_> {
    fn drop(&mut self) {
        let mut lines = self.database.lines();
        lines.lent = lines.lent.saturating_sub(1);
        if let Some(link) = self.link.take()
            && !link.unfit
            && !link.client.is_closed()
        {
            lines.idle.push(link);
        }
        drop(lines);
        self.database.returned.notify_one();
    }
}

impl Link {
    /// Runs statements without values and without answers.
    pub(crate) fn batch(&mut self, sql: &str) -> Result<(), Trouble> {
        let done = answer(self.client.batch_execute(sql), PATIENCE);
        self.noted(done)
    }

    /// The same, however long it takes.
    pub(crate) fn patiently(&mut self, sql: &str) -> Result<(), Trouble> {
        let done = answer(self.client.batch_execute(sql), Duration::from_hours(1));
        self.noted(done)
    }

    /// Begins a step and runs its first statement, in one trip to the server.
    pub(crate) fn begin_with(&mut self, begin: &str, sql: &str) -> Result<Vec<Row>, Trouble> {
        let statement = self.statement(sql)?;
        self.unfit = true;
        let both = async {
            let (begun, rows) = tokio::join!(
                biased;
                self.client.batch_execute(begin),
                self.client.query(&statement, &[]),
            );
            begun?;
            rows
        };
        let rows = answer(both, PATIENCE)?;
        rows.iter().map(row).collect()
    }

    /// Runs the last statement of a step and ends the step, in one trip to the server. Gives the number of rows that the
    /// statement changed.
    ///
    /// Where it fails, the server takes `COMMIT` for a rollback. Where it changes less than it should, that is committed:
    /// such a statement has to change all or nothing.
    pub(crate) fn end_with(
        &mut self,
        sql: &str,
        values: &[&(dyn ToSql + Sync)],
        end: &str,
    ) -> Result<usize, Trouble> {
        let statement = self.statement(sql)?;
        self.unfit = true;
        let both = async {
            let (changed, ended) = tokio::join!(
                biased;
                self.client.execute(&statement, values),
                self.client.batch_execute(end),
            );
            // Both are heard before either counts: the changed rows of a step that did not end are none.
            let changed = changed?;
            ended.map(|()| changed)
        };
        let changed = answer(both, PATIENCE)?;
        self.unfit = false;
        Ok(usize::try_from(changed).unwrap_or(usize::MAX))
    }

    pub(crate) fn rows(&mut self, sql: &str, values: &[Value<'_>]) -> Result<Vec<Row>, Trouble> {
        let statement = self.statement(sql)?;
        let given: Vec<Given<'_>> = values.iter().copied().map(Given).collect();
        let given: Vec<&(dyn ToSql + Sync)> = given.iter().map(|it| it as _).collect();
        let rows = answer(self.client.query(&statement, &given), PATIENCE);
        self.noted(rows)?.iter().map(row).collect()
    }

    pub(crate) fn change(&mut self, sql: &str, values: &[Value<'_>]) -> Result<usize, Trouble> {
        let given: Vec<Given<'_>> = values.iter().copied().map(Given).collect();
        let given: Vec<&(dyn ToSql + Sync)> = given.iter().map(|it| it as _).collect();
        self.change_given(sql, &given)
    }

    /// The same with values of the driver's own kinds, such as arrays.
    pub(crate) fn change_given(
        &mut self,
        sql: &str,
        values: &[&(dyn ToSql + Sync)],
    ) -> Result<usize, Trouble> {
        let statement = self.statement(sql)?;
        let changed = answer(self.client.execute(&statement, values), PATIENCE);
        Ok(usize::try_from(self.noted(changed)?).unwrap_or(usize::MAX))
    }

    fn statement(&mut self, sql: &str) -> Result<Statement, Trouble> {
        if let Some(statement) = self.prepared.get(sql) {
            return Ok(statement.clone());
        }
        // `?1` is `$1` here, and no statement of the store has a question mark elsewhere.
        let statement = answer(self.client.prepare(&sql.replace('?', "$")), PATIENCE);
        let statement = self.noted(statement)?;
        self.prepared.insert(sql.to_owned(), statement.clone());
        Ok(statement)
    }

    fn noted<T>(&mut self, outcome: Result<T, Trouble>) -> Result<T, Trouble> {
        if outcome.as_ref().is_err_and(Trouble::is_loss) {
            self.unfit = true;
        }
        outcome
    }

    /// Asks the server for what durability rests on. A setting that differs is refused, not changed: it
    /// is the server's, and others rely on it too.
    fn require_durability(&mut self) -> Result<(), Trouble> {
        let sql = "SELECT current_setting('fsync'), current_setting('full_page_writes'),
                   current_setting('synchronous_commit'), current_setting('server_encoding')";
        let rows = self.rows(sql, &[])?;
        let held = |column| rows.first().and_then(|row| row.text(column).ok()).unwrap_or_default();
        let wanted: [(&str, &[&str]); 4] = [
            ("fsync", &["on"]),
            ("full_page_writes", &["on"]),
            ("synchronous_commit", &["on", "remote_apply"]),
            ("server_encoding", &["UTF8"]),
        ];
        for (column, (setting, good)) in wanted.into_iter().enumerate() {
            if !good.contains(&held(column).as_str()) {
                let message = format!("the server has `{setting} = {}`", held(column));
                return Err(Trouble::Refused { code: "unsafe".to_owned(), message });
            }
        }
        Ok(())
    }
}

/// What the driver answers, in time or not at all.
fn answer<T>(
    call: impl Future<Output = Result<T, tokio_postgres::Error>>,
    patience: Duration,
) -> Result<T, Trouble> {
    match wait(call, patience) {
        Some(outcome) => outcome.map_err(Trouble::from),
        None => Err(Trouble::Lost("no answer in time".to_owned())),
    }
}

impl From<tokio_postgres::Error> for Trouble {
    fn from(error: tokio_postgres::Error) -> Self {
        let Some(said) = error.as_db_error() else { return Self::Lost(error.to_string()) };
        let code = said.code().code();
        // Not `detail`, which may repeat a value.
        let message = format!("{} ({code})", said.message());
        // Connections that the server ends, and a step it ended because its gate was silent.
        let ended = ["08", "57P", "25P03"].iter().any(|class| code.starts_with(class));
        if ended { Self::Lost(message) } else { Self::Refused { code: code.to_owned(), message } }
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused { message, .. } | Self::Lost(message) => f.write_str(message),
        }
    }
}

impl From<Trouble> for StoreError {
    fn from(trouble: Trouble) -> Self {
        Self::Postgres(trouble.to_string())
    }
}

impl From<Trouble> for LedgerError {
    fn from(trouble: Trouble) -> Self {
        Self::Storage(trouble.to_string())
    }
}

impl Lent<'_> {
    pub(crate) fn link(&mut self) -> Result<&mut Link, Trouble> {
        self.link.as_mut().ok_or_else(|| Trouble::Lost("it is closed".to_owned()))
    }
}

impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Database(..)")
    }
}

/// A value of the store on its way.
#[derive(Debug)]
struct Given<'a>(Value<'a>);

impl ToSql for Given<'_> {
    fn to_sql(
        &self,
        kind: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match self.0 {
            Value::Null => Ok(IsNull::Yes),
            Value::Int(number) if *kind == Type::INT4 => i32::try_from(number)?.to_sql(kind, out),
            Value::Int(number) => number.to_sql_checked(kind, out),
            Value::Text(text) => text.to_sql_checked(kind, out),
            Value::Bytes(bytes) => bytes.to_sql_checked(kind, out),
        }
    }

    /// What does not fit is found when it is written.
    fn accepts(_: &Type) -> bool {
        true
    }

    tokio_postgres::types::to_sql_checked!();
}

fn row(row: &tokio_postgres::Row) -> Result<Row, Trouble> {
    let cells = row.columns().iter().enumerate().map(|(at, column)| {
        Ok(match *column.type_() {
            Type::INT8 => row.try_get::<_, Option<i64>>(at)?.map(Cell::Int),
            Type::BYTEA => row.try_get::<_, Option<Vec<u8>>>(at)?.map(Cell::Bytes),
            _ => row.try_get::<_, Option<String>>(at)?.map(Cell::Text),
        }
        .unwrap_or(Cell::Null))
    });
    cells.collect::<Result<Vec<_>, tokio_postgres::Error>>().map(Row::new).map_err(Trouble::from)
}
