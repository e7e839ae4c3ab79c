//! The SOQL executor: a parsed query against the records one user may see.

mod bind;
mod computed;
mod cursor;
mod dates;
mod evaluate;
mod filter;
mod group;
mod like;
mod plan;
mod select;

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Value as Json, json};

pub(crate) use bind::Binder;
pub(crate) use cursor::Cursors;
use plan::Output;
pub(crate) use plan::Plan;

use crate::access::{Actor, Rights};
use crate::exchange::ApiError;
use crate::id::Id;
use crate::org::Org;
use crate::schema::Object;
use crate::state::{Row, State};

/// What a query looks at: one state, one user, one moment.
pub(crate) struct View<'a> {
    pub(crate) rights: Rights<'a>,
    pub(crate) now: Timestamp,
    /// The version of the caller's URL, such as `v68.0`.
    pub(crate) version: &'a str,
    /// `queryAll`: the recycle bin too.
    pub(crate) deleted: bool,
    org: &'a Org,
    computed: RefCell<HashMap<usize, Rc<Vec<Arc<Row>>>>>,
}

impl<'a> View<'a> {
    pub(crate) fn new(
        org: &'a Org,
        state: &'a State,
        actor: &'a Actor,
        version: &'a str,
        deleted: bool,
    ) -> Self {
        let rights = Rights::new(state, actor);
        Self { rights, now: org.now(), version, deleted, org, computed: RefCell::default() }
    }

    pub(crate) fn state(&self) -> &'a State {
        self.rights.state
    }

    pub(crate) fn actor(&self) -> &'a Actor {
        self.rights.actor
    }

    /// The rows of an object this user may see, by id.
    fn rows(&self, object: &'static Object) -> Vec<Arc<Row>> {
        if object.computed {
            return self.computed(object).to_vec();
        }
        let kept =
            |row: &&Arc<Row>| (self.deleted || !row.is_deleted()) && self.rights.sees(object, row);
        self.state().rows(object).filter(kept).cloned().collect()
    }

    fn computed(&self, object: &'static Object) -> Rc<Vec<Arc<Row>>> {
        if let Some(rows) = self.computed.borrow().get(&object.index) {
            return Rc::clone(rows);
        }
        let rows = Rc::new(computed::rows(self, object));
        self.computed.borrow_mut().insert(object.index, Rc::clone(&rows));
        rows
    }

    /// The row a lookup leads to, if the user may see it.
    pub(crate) fn follow(&self, id: Id) -> Option<(&'static Object, Arc<Row>)> {
        let object = self.state().schema.object_of(id)?;
        if object.computed {
            let rows = self.computed(object);
            return rows
                .iter()
                .find(|row| row.id() == Some(id))
                .map(|row| (object, Arc::clone(row)));
        }
        let row = self.state().row(id).filter(|row| self.deleted || !row.is_deleted())?;
        self.rights.sees(object, row).then(|| (object, Arc::clone(row)))
    }
}

/// Runs a query and answers its first batch, leaving a cursor for the rest.
pub(crate) fn run(view: &View<'_>, text: &str, batch: usize) -> Result<Json, ApiError> {
    let plan = plan::prepare(view, text)?;
    match plan.run(view)? {
        Output::Count(count) => Ok(json!({ "totalSize": count, "done": true, "records": [] })),
        Output::Groups(records) => {
            Ok(json!({ "totalSize": records.len(), "done": true, "records": records }))
        }
        Output::Rows(rows) => {
            let total = rows.len();
            let first = rows.get(..batch.min(total)).unwrap_or_default();
            let records = plan.records(view, first)?;
            if total <= batch {
                return Ok(json!({ "totalSize": total, "done": true, "records": records }));
            }
            let ids = rows.iter().filter_map(|row| row.id()).collect();
            let mut cursors =
                view.org.cursors.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            let locator = cursors.open(view.actor().user, text, ids, view.deleted, view.now);
            Ok(json!({
                "totalSize": total,
                "done": false,
                "nextRecordsUrl": format!("/services/data/{}/query/{locator}-{batch}", view.version),
                "records": records
            }))
        }
    }
}

/// The batch of an open cursor that a locator such as `01g..-2000` asks for.
pub(crate) fn more(
    org: &Org,
    state: &State,
    actor: &Actor,
    version: &str,
    locator: &str,
    batch: usize,
) -> Result<Json, ApiError> {
    let invalid = || ApiError::new(400, "INVALID_QUERY_LOCATOR", "invalid query locator");
    let (key, offset) = locator.rsplit_once('-').ok_or_else(invalid)?;
    let offset: usize = offset.parse().map_err(|_| invalid())?;
    let cursor = {
        let mut cursors = org.cursors.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        cursors.find(key, actor.user, org.now()).ok_or_else(invalid)?
    };
    let total = cursor.ids.len();
    if offset > total {
        return Err(invalid());
    }
    // The plan is made anew: what the user may see now counts, not what it was when the cursor was opened.
    let view = View::new(org, state, actor, version, cursor.deleted);
    let plan = plan::prepare(&view, &cursor.text)?;
    let end = total.min(offset + batch);
    let ids = cursor.ids.get(offset..end).unwrap_or_default();
    let rows: Vec<Arc<Row>> =
        ids.iter().filter_map(|id| view.follow(*id).map(|(_, row)| row)).collect();
    let records = plan.records(&view, &rows)?;
    let mut reply = json!({ "totalSize": total, "done": end == total, "records": records });
    if end < total {
        let next = format!("/services/data/{version}/query/{key}-{end}");
        if let Json::Object(reply) = &mut reply {
            reply.insert("nextRecordsUrl".to_owned(), json!(next));
        }
    }
    Ok(reply)
}

/// The object a query is from, if the query is right.
pub(crate) fn object_of(view: &View<'_>, text: &str) -> Result<&'static Object, ApiError> {
    Ok(plan::prepare(view, text)?.object)
}

/// A query's answer as a table, for a bulk job.
pub(crate) struct Answer {
    pub(crate) object: String,
    pub(crate) header: Vec<String>,
    pub(crate) rows: Vec<Vec<String>>,
}

/// Runs a query for a bulk job: parents as `Account.Name`, no children, no aggregates.
pub(crate) fn table(view: &View<'_>, text: &str) -> Result<Answer, ApiError> {
    let plan = plan::prepare(view, text)?;
    let header = plan.header().ok_or_else(|| {
        let message = "Aggregate and nested relationships are not supported in Bulk Query";
        ApiError::new(400, "API_ERROR", message)
    })?;
    let Output::Rows(rows) = plan.run(view)? else { return Err(ApiError::unknown()) };
    let cell = |record: &Json, path: &str| {
        let found = path.split('.').try_fold(record, |here, step| here.get(step));
        match found {
            None | Some(Json::Null) => String::new(),
            Some(Json::String(text)) => text.clone(),
            Some(other) => other.to_string(),
        }
    };
    let records = plan.records(view, &rows)?;
    let rows = records
        .iter()
        .map(|record| header.iter().map(|path| cell(record, path)).collect())
        .collect();
    Ok(Answer { object: plan.object.name.clone(), header, rows })
}

/// All records of a query, in order.
pub(crate) fn all(view: &View<'_>, text: &str) -> Result<Vec<Json>, ApiError> {
    let plan = plan::prepare(view, text)?;
    match plan.run(view)? {
        Output::Rows(rows) => plan.records(view, &rows),
        Output::Groups(_) | Output::Count(_) => Err(ApiError::new(
            400,
            "API_ERROR",
            "Aggregate Relationships not supported in Bulk Query",
        )),
    }
}
