//! The store's statements on PostgreSQL.

use std::cell::RefCell;
use std::time::Duration;

use store::{Remnant, Row, Sql, Statements, StoreError, Value};

use crate::link::{Database, Lent, Link, Trouble};
use crate::wait::aside;

/// How often a step is tried while others come between.
const TRIES: u32 = 12;
/// Strict: of two steps that could not have come one after the other, one is refused and tried again.
const BEGIN: &str = "BEGIN ISOLATION LEVEL SERIALIZABLE";

impl Statements for Database {
    fn rows(&self, sql: &str, values: &[Value<'_>]) -> Result<Vec<Row>, StoreError> {
        self.alone(sql, |link| link.rows(sql, values))
    }

    fn change(&self, sql: &str, values: &[Value<'_>]) -> Result<usize, StoreError> {
        self.alone(sql, |link| link.change(sql, values))
    }
}

impl Sql for Database {
    fn step(
        &self,
        work: &mut dyn FnMut(&dyn Statements) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        aside(|| {
            for attempt in 1.. {
                match self.attempt(work) {
                    Ok(done) => return done,
                    Err(trouble) if attempt == TRIES => return Err(trouble.into()),
                    // Longer each time, so that those who contend drift apart.
                    Err(_) => std::thread::sleep(Duration::from_millis(u64::from(attempt))),
                }
            }
            Ok(())
        })
    }

    /// What was deleted is no longer found; its bytes go when the server cleans the table up.
    fn scrub(&self) -> Result<(), StoreError> {
        Ok(())
    }

    /// Makes room of what was deleted, which the server fills by and by. Locks nobody out.
    fn reclaim(&self, tables: &[&str]) {
        aside(|| {
            let Ok(mut link) = self.connect() else { return };
            if link.batch("SET statement_timeout = 0").is_ok() {
                for table in tables {
                    // Where it fails, the server does it by itself, later.
                    let _ = link.patiently(&format!("VACUUM {table}"));
                }
            }
        });
    }

    /// Writes the tables anew without what was deleted, and cuts the old files.
    fn erase(&self, tables: &[&str]) -> Vec<Remnant> {
        aside(|| {
            let mut link = self.connect();
            let one = |table: &&str| {
                let rewritten = match &mut link {
                    Ok(link) => rewrite(link, table).map_err(|trouble| trouble.to_string()),
                    Err(trouble) => Err(trouble.to_string()),
                };
                let remedy = format!("VACUUM FULL {table};");
                rewritten.err().map(|reason| Remnant { place: (*table).to_owned(), reason, remedy })
            };
            tables.iter().filter_map(one).collect()
        })
    }
}

/// Waits for whoever reads or writes the table, and then keeps them waiting.
///
/// A server that does not want to warns and goes on, such as for a role that does not own the table: so it is
/// looked whether the table is in another file afterwards.
fn rewrite(link: &mut Link, table: &str) -> Result<(), Trouble> {
    let file = format!("SELECT pg_relation_filenode('{table}')::bigint");
    let file_of = |link: &mut Link| -> Result<Option<i64>, Trouble> {
        Ok(link.rows(&file, &[])?.first().and_then(|row| row.int(0).ok()))
    };
    let before = file_of(link)?;
    link.batch("SET statement_timeout = 0; SET lock_timeout = '10s'")?;
    link.patiently(&format!("VACUUM FULL {table}"))?;
    if file_of(link)? == before {
        let message = "the server left the table as it was; has the role lost it?".to_owned();
        return Err(Trouble::Refused { code: "skipped".to_owned(), message });
    }
    Ok(())
}

impl Database {
    /// Runs a statement that is a step by itself. One that only reads is tried again on a new connection.
    fn alone<T>(
        &self,
        sql: &str,
        mut run: impl FnMut(&mut Link) -> Result<T, Trouble>,
    ) -> Result<T, StoreError> {
        aside(|| {
            let first = self.lend().and_then(|mut lent| run(lent.link()?));
            let again = match &first {
                Err(trouble) if trouble.is_loss() => sql.trim_start().starts_with("SELECT"),
                Err(trouble) => trouble.is_conflict(),
                Ok(_) => false,
            };
            if again { Ok(self.lend().and_then(|mut lent| run(lent.link()?))?) } else { Ok(first?) }
        })
    }

    /// Tries a step once. `Err` when nothing of it was done and it may be tried again.
    fn attempt(
        &self,
        work: &mut dyn FnMut(&dyn Statements) -> Result<(), StoreError>,
    ) -> Result<Result<(), StoreError>, Trouble> {
        let mut lent = self.lend()?;
        lent.link()?.batch(BEGIN)?;
        lent.link()?.unfit = true;
        let step = Step { lent: RefCell::new(lent), trouble: RefCell::new(None) };
        let worked = work(&step);
        let mut lent = step.lent.into_inner();
        let trouble = step.trouble.into_inner();
        if let Err(error) = worked {
            return match trouble {
                // The server rolls back what belongs to a connection that is dropped.
                Some(trouble) if trouble.is_conflict() || trouble.is_loss() => Err(trouble),
                _ => Ok(Err(error)),
            };
        }
        match lent.link()?.batch("COMMIT") {
            Ok(()) => {
                lent.link()?.unfit = false;
                Ok(Ok(()))
            }
            Err(trouble) if trouble.is_conflict() => Err(trouble),
            // Nobody knows whether it was done.
            Err(trouble) => Ok(Err(trouble.into())),
        }
    }
}

/// A step under way.
struct Step<'a> {
    lent: RefCell<Lent<'a>>,
    /// Why a statement failed.
    trouble: RefCell<Option<Trouble>>,
}

impl Step<'_> {
    fn run<T>(&self, run: impl FnOnce(&mut Link) -> Result<T, Trouble>) -> Result<T, StoreError> {
        let mut lent = self.lent.borrow_mut();
        lent.link().and_then(run).map_err(|trouble| {
            let error = StoreError::Postgres(trouble.to_string());
            *self.trouble.borrow_mut() = Some(trouble);
            error
        })
    }
}

impl Statements for Step<'_> {
    fn rows(&self, sql: &str, values: &[Value<'_>]) -> Result<Vec<Row>, StoreError> {
        self.run(|link| link.rows(sql, values))
    }

    fn change(&self, sql: &str, values: &[Value<'_>]) -> Result<usize, StoreError> {
        self.run(|link| link.change(sql, values))
    }
}
