//! A query bound to the schema, and its run: filter, sort, cut.

use std::cmp::Ordering;
use std::sync::Arc;

use serde_json::Value as Json;
use soql::{Direction, Nulls, Query, Reason, SelectItem, Using};

use super::View;
use super::bind::{Binder, of_soql};
use super::evaluate::Bound;
use super::filter::Test;
use super::group::Grouping;
use super::select::Shape;
use crate::exchange::ApiError;
use crate::schema::{Object, system};
use crate::state::Row;
use crate::value::Value;

/// A query ready to run.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) object: &'static Object,
    filter: Option<Test>,
    scope: Scope,
    order: Vec<Key>,
    limit: Option<usize>,
    offset: usize,
    kind: PlanKind,
}

#[derive(Debug)]
enum PlanKind {
    Count,
    Groups(Box<Grouping>),
    Rows(Shape),
    /// The right side of a semi-join.
    Column(Bound),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Scope {
    Everything,
    Mine,
    Team,
}

/// One sort key.
#[derive(Clone, Debug)]
pub(crate) struct Key {
    pub(crate) by: Bound,
    pub(crate) descending: bool,
    pub(crate) nulls_last: bool,
}

/// What a run gives.
pub(crate) enum Output {
    Count(usize),
    Groups(Vec<Json>),
    Rows(Vec<Arc<Row>>),
}

/// Rows a query may skip.
const MOST_OFFSET: u32 = 2000;

/// Reads and binds a query.
pub(super) fn prepare(view: &View<'_>, text: &str) -> Result<Plan, ApiError> {
    let query = soql::parse(text).map_err(|error| of_soql(text, &error))?;
    super::computed::check(view, &query)?;
    let binder = Binder::new(view, text, &query.from)?;
    Plan::of(&binder, &query)
}

impl Plan {
    /// A query or, with the binder of its child object, a sub-query.
    pub(crate) fn of(binder: &Binder<'_>, query: &Query) -> Result<Self, ApiError> {
        let kind = if query.is_count() {
            PlanKind::Count
        } else if query.is_aggregate() {
            PlanKind::Groups(Box::new(Grouping::of(binder, query)?))
        } else {
            PlanKind::Rows(Shape::of(binder, query)?)
        };
        Self::with(binder, query, kind)
    }

    /// The right side of `IN (SELECT ..)`: one id column.
    pub(crate) fn of_join(outer: &Binder<'_>, query: &Query) -> Result<Self, ApiError> {
        let binder = outer.inner(&query.from)?;
        let [SelectItem::Column(column)] = query.select.as_slice() else {
            return Err(outer.complain(
                "MALFORMED_QUERY",
                query.from.object.at,
                "semi join sub-selects can only query one field",
            ));
        };
        let bound = binder.expr(&column.expr)?;
        Self::with(&binder, query, PlanKind::Column(bound))
    }

    fn with(binder: &Binder<'_>, query: &Query, kind: PlanKind) -> Result<Self, ApiError> {
        if query.offset.is_some_and(|offset| offset > MOST_OFFSET) {
            return Err(binder.refuse(Reason::OffsetTooLarge(MOST_OFFSET), query.from.object.at));
        }
        if query.with.is_some() {
            return Err(binder.complain(
                "MALFORMED_QUERY",
                query.from.object.at,
                "this org has no data categories",
            ));
        }
        let order = match &kind {
            // Groups sort themselves: their keys are not fields of a row.
            PlanKind::Groups(_) => Vec::new(),
            _ => keys(binder, query)?,
        };
        Ok(Self {
            object: binder.root,
            filter: query.filter.as_ref().map(|filter| binder.condition(filter)).transpose()?,
            scope: scope(binder, query)?,
            order,
            limit: query.limit.map(|limit| limit as usize),
            offset: query.offset.unwrap_or(0) as usize,
            kind,
        })
    }

    pub(crate) fn run(&self, view: &View<'_>) -> Result<Output, ApiError> {
        let mut rows = self.filtered(view);
        match &self.kind {
            PlanKind::Count => Ok(Output::Count(rows.len().min(self.limit.unwrap_or(usize::MAX)))),
            PlanKind::Groups(grouping) => {
                grouping.run(view, self.object, &rows, self.limit, self.offset).map(Output::Groups)
            }
            PlanKind::Rows(_) | PlanKind::Column(_) => {
                self.sort(view, &mut rows);
                Ok(Output::Rows(self.cut(rows)))
            }
        }
    }

    /// The values of a semi-join's one column.
    pub(crate) fn column(&self, view: &View<'_>) -> Result<Vec<Value>, ApiError> {
        let PlanKind::Column(bound) = &self.kind else { return Err(ApiError::unknown()) };
        let Output::Rows(rows) = self.run(view)? else { return Err(ApiError::unknown()) };
        Ok(rows.iter().map(|row| bound.value(view, self.object, row)).collect())
    }

    /// The rows that count, before sorting. Public to sub-queries, which are cut per parent.
    pub(crate) fn filtered(&self, view: &View<'_>) -> Vec<Arc<Row>> {
        let mut rows = view.rows(self.object);
        if self.scope != Scope::Everything {
            let me = Value::Id(view.actor().user);
            let at = if self.object.owned { system::OWNER } else { system::CREATED_BY };
            rows.retain(|row| (row.get(at) == &me) == (self.scope == Scope::Mine));
        }
        if let Some(filter) = &self.filter {
            rows.retain(|row| filter.holds(view, self.object, row));
        }
        rows
    }

    pub(crate) fn cut(&self, rows: Vec<Arc<Row>>) -> Vec<Arc<Row>> {
        rows.into_iter().skip(self.offset).take(self.limit.unwrap_or(usize::MAX)).collect()
    }

    pub(crate) fn sort(&self, view: &View<'_>, rows: &mut Vec<Arc<Row>>) {
        if self.order.is_empty() {
            return;
        }
        let mut keyed: Vec<(Vec<Value>, Arc<Row>)> = rows
            .drain(..)
            .map(|row| {
                (self.order.iter().map(|key| key.by.value(view, self.object, &row)).collect(), row)
            })
            .collect();
        // Stable: rows that tie stay in the order of their ids.
        keyed.sort_by(|(a, _), (b, _)| order_by(&self.order, a, b));
        rows.extend(keyed.into_iter().map(|(_, row)| row));
    }

    /// The columns of a flat answer; `None` if it is not flat.
    pub(crate) fn header(&self) -> Option<Vec<String>> {
        let PlanKind::Rows(shape) = &self.kind else { return None };
        let mut header = Vec::new();
        shape.header("", &mut header).then_some(header)
    }

    /// The rows as JSON.
    pub(crate) fn records(
        &self,
        view: &View<'_>,
        rows: &[Arc<Row>],
    ) -> Result<Vec<Json>, ApiError> {
        let PlanKind::Rows(shape) = &self.kind else { return Err(ApiError::unknown()) };
        let shape = shape.ready(view);
        Ok(rows.iter().map(|row| shape.record(view, self.object, row)).collect())
    }
}

fn keys(binder: &Binder<'_>, query: &Query) -> Result<Vec<Key>, ApiError> {
    query
        .order
        .iter()
        .map(|order| {
            let by = binder.expr(&order.expr)?;
            if let Some(field) = by.field().filter(|field| !field.filterable) {
                let words = format!("field '{}' can not be sorted in a query call", field.name);
                return Err(binder.complain("INVALID_FIELD", order.expr.at(), &words));
            }
            Ok(Key {
                by,
                descending: order.direction == Direction::Descending,
                nulls_last: order.nulls == Some(Nulls::Last),
            })
        })
        .collect()
}

/// Compares two rows by their sort keys.
pub(crate) fn order_by(keys: &[Key], a: &[Value], b: &[Value]) -> Ordering {
    for (key, (a, b)) in keys.iter().zip(a.iter().zip(b)) {
        let order = match (a.is_null(), b.is_null()) {
            (true, true) => Ordering::Equal,
            (true, false) if key.nulls_last => Ordering::Greater,
            (true, false) => Ordering::Less,
            (false, true) if key.nulls_last => Ordering::Less,
            (false, true) => Ordering::Greater,
            (false, false) => {
                let order = a.compare(b).unwrap_or(Ordering::Equal);
                if key.descending { order.reverse() } else { order }
            }
        };
        if order != Ordering::Equal {
            return order;
        }
    }
    Ordering::Equal
}

fn scope(binder: &Binder<'_>, query: &Query) -> Result<Scope, ApiError> {
    match &query.using {
        None => Ok(Scope::Everything),
        Some(Using::Scope(name)) if name.is("everything") => Ok(Scope::Everything),
        Some(Using::Scope(name)) if name.is("mine") || name.is("mine_and_my_groups") => {
            Ok(Scope::Mine)
        }
        Some(Using::Scope(name)) if name.is("team") => Ok(Scope::Team),
        Some(_) => Err(binder.complain(
            "MALFORMED_QUERY",
            query.from.object.at,
            "this scope is not available",
        )),
    }
}
