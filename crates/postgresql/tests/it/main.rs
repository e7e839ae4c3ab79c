//! PostgreSQL under the store. The suites are those that SQLite passes; the rest is what only several gates meet.

#[cfg(test)]
#[path = "../../../store/tests/it/access_suite.rs"]
mod access_suite;
#[cfg(test)]
#[expect(dead_code, reason = "other tests use the rest")]
mod cluster;
#[cfg(test)]
mod cut_off;
#[cfg(test)]
#[path = "../../../store/tests/it/history_suite.rs"]
mod history_suite;
#[cfg(test)]
mod killed;
#[cfg(test)]
#[path = "../../../store/tests/it/log_suite.rs"]
mod log_suite;
#[cfg(test)]
mod pruned;
#[cfg(test)]
mod refusals;
#[cfg(test)]
mod sharing;
#[cfg(test)]
#[path = "../../../store/tests/it/state_suite.rs"]
mod state_suite;

use std::cell::RefCell;

use store::{Backend as _, Store};

use crate::cluster::{Schema, cluster};

#[test]
fn state_conforms() {
    let Some(cluster) = cluster() else { return };
    state_suite::conforms(|check| check(cluster.schema().postgres().state()));
}

#[test]
fn access_conforms() {
    let Some(cluster) = cluster() else { return };
    access_suite::conforms(|check| check(cluster.schema().postgres().state()));
}

#[test]
fn log_conforms() {
    let Some(cluster) = cluster() else { return };
    log_suite::conforms(|check| {
        let postgres = cluster.schema().postgres();
        check(postgres.log_storage().unwrap().as_mut());
    });
}

/// A schema, and the data folders of the gates that opened it.
struct Place(Schema, RefCell<Vec<tempfile::TempDir>>);

impl history_suite::Place for Place {
    fn open(&self) -> Store {
        let (dir, store) = self.0.store();
        self.1.borrow_mut().push(dir);
        store
    }

    fn tamper(&self, sql: &str) {
        self.0.tamper(sql);
    }
}

#[test]
fn history_conforms() {
    let Some(cluster) = cluster() else { return };
    history_suite::conforms(|| Place(cluster.schema(), RefCell::default()));
}
