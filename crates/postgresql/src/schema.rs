//! The tables, and how they come to their present form.

use store::{StoreError, Tables, tables};

use crate::link::{Database, Link, Trouble};
use crate::wait::aside;

/// Any number, the same for every gate: two that start at once make the tables one after the other.
/// Nothing but making tables rests on it.
const ONE_AT_A_TIME: &str = "SELECT pg_advisory_xact_lock(7205759403)";

/// The log. `head` has one row, whose lock numbers batches: `size` entries, `checkpoints` of them stored, the last of
/// which is `note`. `pruned` has one row, whose lock lets one gate prune: entries go that are below its `minimum`, no others. Leaf hashes have a table of their own: at start all of them are read and no entry is.
const LOG: Tables = Tables {
    name: "log",
    steps: &[
        "
        CREATE TABLE entries (
            idx INTEGER PRIMARY KEY, time INTEGER NOT NULL, actor TEXT NOT NULL, body BLOB NOT NULL
        ) STRICT;
        CREATE INDEX entries_by_actor ON entries (actor, idx);
        CREATE TABLE leaves (idx INTEGER PRIMARY KEY, hash BLOB NOT NULL) STRICT;
        CREATE TABLE checkpoints (
            id INTEGER PRIMARY KEY, size INTEGER NOT NULL, at INTEGER NOT NULL, note TEXT NOT NULL
        ) STRICT;
        CREATE TABLE head (
            log TEXT PRIMARY KEY, size INTEGER NOT NULL, checkpoints INTEGER NOT NULL, note TEXT
        ) STRICT;
        INSERT INTO head (log, size, checkpoints) VALUES ('log', 0, 0);
        CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN RAISE EXCEPTION 'the log only grows'; END $$;
        CREATE TRIGGER entries_stay BEFORE DELETE OR UPDATE OR TRUNCATE ON entries
            EXECUTE FUNCTION refuse_change();
        CREATE TRIGGER leaves_stay BEFORE DELETE OR UPDATE OR TRUNCATE ON leaves
            EXECUTE FUNCTION refuse_change();
        CREATE TRIGGER checkpoints_stay BEFORE DELETE OR UPDATE OR TRUNCATE ON checkpoints
            EXECUTE FUNCTION refuse_change();
    ",
        "
        CREATE TABLE pruned (
            one INTEGER PRIMARY KEY CHECK (one = 1), minimum INTEGER NOT NULL
        ) STRICT;
        INSERT INTO pruned VALUES (1, 0);
        CREATE FUNCTION refuse_less() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            IF NEW.minimum < OLD.minimum THEN
                RAISE EXCEPTION 'the minimum index only grows';
            END IF;
            RETURN NEW;
        END $$;
        CREATE TRIGGER pruned_grows BEFORE UPDATE ON pruned
            FOR EACH ROW EXECUTE FUNCTION refuse_less();
        CREATE TRIGGER pruned_stays BEFORE DELETE OR TRUNCATE ON pruned
            EXECUTE FUNCTION refuse_change();
        CREATE FUNCTION refuse_kept() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            IF OLD.idx >= (SELECT minimum FROM pruned) THEN
                RAISE EXCEPTION 'the log only grows';
            END IF;
            RETURN OLD;
        END $$;
        DROP TRIGGER entries_stay ON entries;
        CREATE TRIGGER entries_keep BEFORE UPDATE OR TRUNCATE ON entries
            EXECUTE FUNCTION refuse_change();
        CREATE TRIGGER entries_stay BEFORE DELETE ON entries
            FOR EACH ROW EXECUTE FUNCTION refuse_kept();
    ",
    ],
};

/// The server keeps samples of columns for its planner, in tables of its own that an erasure does not reach. Of texts and
/// bytes it keeps none.
const NO_SAMPLES: &str = "DO $$ DECLARE found record; BEGIN
        FOR found IN SELECT c.oid::regclass AS held, a.attname AS name
            FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
            WHERE c.relkind = 'r' AND c.relnamespace = current_schema::regnamespace
                AND pg_get_userbyid(c.relowner) = current_user AND a.attnum > 0 AND NOT a.attisdropped
                AND a.atttypid IN ('text'::regtype, 'bytea'::regtype) AND coalesce(a.attstattarget, -1) <> 0
        LOOP
            EXECUTE format('ALTER TABLE %s ALTER COLUMN %I SET STATISTICS 0', found.held, found.name);
        END LOOP;
    END $$";

/// Brings every group of tables up to date, all or none.
pub(crate) fn migrate(database: &Database) -> Result<(), StoreError> {
    aside(|| {
        let mut link = database.connect()?;
        link.batch("BEGIN")?;
        link.batch(ONE_AT_A_TIME)?;
        link.batch(
            "CREATE TABLE IF NOT EXISTS versions (name TEXT PRIMARY KEY, version BIGINT NOT NULL)",
        )?;
        for group in tables().into_iter().chain([LOG]) {
            take_steps(&mut link, group)?;
        }
        link.batch(NO_SAMPLES)?;
        Ok(link.batch("COMMIT")?)
    })
}

fn take_steps(link: &mut Link, group: Tables) -> Result<(), StoreError> {
    let Tables { name, steps } = group;
    let sql = "SELECT version FROM versions WHERE name = ?1";
    let version = link.rows(sql, &[name.into()])?.first().map(|row| row.int(0)).transpose()?;
    let found = usize::try_from(version.unwrap_or(0)).unwrap_or(usize::MAX);
    if found > steps.len() {
        return Err(StoreError::Newer { database: name, found, known: steps.len() });
    }
    for step in steps.iter().skip(found) {
        link.batch(&in_our_words(step))?;
    }
    let known = i64::try_from(steps.len()).unwrap_or(i64::MAX);
    note_version(link, name, known)?;
    Ok(())
}

fn note_version(link: &mut Link, name: &str, version: i64) -> Result<usize, Trouble> {
    let sql = "INSERT INTO versions (name, version) VALUES (?1, ?2)
               ON CONFLICT (name) DO UPDATE SET version = excluded.version";
    link.change(sql, &[name.into(), version.into()])
}

/// The same in PostgreSQL's words.
fn in_our_words(step: &str) -> String {
    [
        ("INTEGER", "BIGINT"),
        ("BLOB", "BYTEA"),
        // Texts sort by their bytes, whatever the server's language.
        ("TEXT", "TEXT COLLATE \"C\""),
        (") STRICT", ")"),
    ]
    .into_iter()
    .fold(step.to_owned(), |step, (theirs, ours)| step.replace(theirs, ours))
}

#[cfg(test)]
mod tests {
    use super::in_our_words;

    #[test]
    fn tables_are_said_in_our_words() {
        let theirs = "CREATE TABLE a (x INTEGER PRIMARY KEY, y TEXT, z BLOB) STRICT;";
        let ours = "CREATE TABLE a (x BIGINT PRIMARY KEY, y TEXT COLLATE \"C\", z BYTEA);";
        assert_eq!(in_our_words(theirs), ours);
    }
}
