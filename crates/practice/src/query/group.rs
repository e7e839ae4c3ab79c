//! `GROUP BY`, aggregates, `HAVING`, roll-ups.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use serde_json::{Map, Value as Json, json};
use soql::{
    CompareOp, Condition, Direction, Expr, Function, GroupKind, InList, Literal, Nulls, Query,
    Reason, SelectItem,
};

use super::View;
use super::bind::Binder;
use super::evaluate::{Bound, Leaf, Path};
use super::filter::{Operand, compare};
use crate::exchange::ApiError;
use crate::render;
use crate::schema::{Kind, Object};
use crate::state::Row;
use crate::value::Value;

/// A bound aggregate query, but for its filter.
#[derive(Debug)]
pub(crate) struct Grouping {
    by: Vec<Bound>,
    sets: Vec<Vec<bool>>,
    aggregates: Vec<Aggregate>,
    columns: Vec<(String, Cell)>,
    having: Option<GroupTest>,
    order: Vec<(Cell, bool, bool)>,
}

#[derive(Debug)]
struct Aggregate {
    function: Function,
    argument: Bound,
}

/// Where a value of a group comes from.
#[derive(Clone, Copy, Debug)]
enum Cell {
    By(usize),
    Aggregate(usize),
    /// 1 where the group is a subtotal over this key.
    Subtotal(usize),
}

#[derive(Debug)]
enum GroupTest {
    All(Vec<GroupTest>),
    Any(Vec<GroupTest>),
    Not(Box<GroupTest>),
    Compare(Cell, CompareOp, Operand),
    Among(Cell, HashSet<String>),
}

/// Most groups of an answer: there is no second batch.
const MOST_GROUPS: usize = 2000;

static INT: Kind = Kind::Int;
static DOUBLE: Kind = Kind::Double;

impl Grouping {
    pub(crate) fn of(binder: &Binder<'_>, query: &Query) -> Result<Self, ApiError> {
        let mut by = Vec::new();
        for expr in query.group.iter().flat_map(|group| &group.by) {
            let bound = binder.expr(expr)?;
            if let Some(field) = bound
                .field()
                .filter(|field| !field.filterable || matches!(field.kind, Kind::Base64))
            {
                let words = format!("field '{}' can not be grouped in a query call", field.name);
                return Err(binder.complain("MALFORMED_QUERY", expr.at(), &words));
            }
            by.push(bound);
        }
        let kind = query.group.as_ref().map_or(GroupKind::Plain, |group| group.kind);
        let sets = sets(kind, by.len());
        let mut grouping = Self {
            by,
            sets,
            aggregates: Vec::new(),
            columns: Vec::new(),
            having: None,
            order: Vec::new(),
        };
        let mut unnamed = 0;
        for item in &query.select {
            let SelectItem::Column(column) = item else {
                return Err(binder.complain(
                    "MALFORMED_QUERY",
                    query.from.object.at,
                    "only fields and aggregates can be selected here",
                ));
            };
            let cell = grouping.cell(binder, &column.expr)?;
            let key = match (&column.alias, &column.expr) {
                (Some(alias), _) => alias.as_str().to_owned(),
                (None, Expr::Field(path)) => binder.path(path)?.leaf_name().to_owned(),
                (None, _) => {
                    unnamed += 1;
                    format!("expr{}", unnamed - 1)
                }
            };
            grouping.columns.push((key, cell));
        }
        if let Some(having) = &query.having {
            grouping.having = Some(grouping.test(binder, having)?);
        }
        for order in &query.order {
            let cell = grouping
                .named(&order.expr)
                .map_or_else(|| grouping.cell(binder, &order.expr), Ok)?;
            let nulls_last = order.nulls == Some(Nulls::Last);
            grouping.order.push((cell, order.direction == Direction::Descending, nulls_last));
        }
        Ok(grouping)
    }

    /// A column by its alias.
    fn named(&self, expr: &Expr) -> Option<Cell> {
        let Expr::Field(path) = expr else { return None };
        let name = path.single()?;
        self.columns.iter().find(|(key, _)| name.is(key)).map(|(_, cell)| *cell)
    }

    fn cell(&mut self, binder: &Binder<'_>, expr: &Expr) -> Result<Cell, ApiError> {
        if let Expr::Call(call) = expr
            && call.function.is_aggregate()
        {
            let argument = binder.expr(&call.argument)?;
            if call.function == Function::Grouping {
                let at = self.by.iter().position(|by| same(by, &argument));
                return at.map(Cell::Subtotal).ok_or_else(|| not_grouped(binder, expr));
            }
            check(binder, expr, call.function, &argument)?;
            self.aggregates.push(Aggregate { function: call.function, argument });
            return Ok(Cell::Aggregate(self.aggregates.len() - 1));
        }
        if let Expr::Call(call) = expr
            && call.argument.is_aggregate()
        {
            // FORMAT and convertCurrency of an aggregate: there is one currency, and the number says more.
            return self.cell(binder, &call.argument);
        }
        let bound = binder.expr(expr)?;
        let at = self.by.iter().position(|by| same(by, &bound));
        at.map(Cell::By).ok_or_else(|| not_grouped(binder, expr))
    }

    fn test(&mut self, binder: &Binder<'_>, condition: &Condition) -> Result<GroupTest, ApiError> {
        Ok(match condition {
            Condition::And(list) => GroupTest::All(
                list.iter().map(|one| self.test(binder, one)).collect::<Result<_, _>>()?,
            ),
            Condition::Or(list) => GroupTest::Any(
                list.iter().map(|one| self.test(binder, one)).collect::<Result<_, _>>()?,
            ),
            Condition::Not(inner) => GroupTest::Not(Box::new(self.test(binder, inner)?)),
            Condition::Compare { left, op, right } => {
                let cell = self.cell(binder, left)?;
                let operand = binder.operand(self.kind(cell), *op, right, left)?;
                GroupTest::Compare(cell, *op, operand)
            }
            Condition::In { left, negated, list: InList::Values(values) } => {
                let cell = self.cell(binder, left)?;
                let keys = self.keys(binder, cell, values, left)?;
                let test = GroupTest::Among(cell, keys);
                if *negated { GroupTest::Not(Box::new(test)) } else { test }
            }
            Condition::In { left, .. } | Condition::Includes { left, .. } => {
                return Err(binder.complain(
                    "MALFORMED_QUERY",
                    left.at(),
                    "this cannot stand in HAVING",
                ));
            }
        })
    }

    fn keys(
        &self,
        binder: &Binder<'_>,
        cell: Cell,
        values: &[Literal],
        left: &Expr,
    ) -> Result<HashSet<String>, ApiError> {
        let mut keys = HashSet::new();
        for value in values {
            if let Operand::Value(value) =
                binder.operand(self.kind(cell), CompareOp::Equal, value, left)?
            {
                keys.insert(value.key());
            }
        }
        Ok(keys)
    }

    fn kind(&self, cell: Cell) -> &'static Kind {
        match cell {
            Cell::By(at) => self.by.get(at).map_or(&INT, Bound::kind),
            Cell::Subtotal(_) => &INT,
            Cell::Aggregate(at) => {
                self.aggregates.get(at).map_or(&INT, |aggregate| match aggregate.function {
                    Function::Min | Function::Max | Function::Sum => aggregate.argument.kind(),
                    Function::Avg => &DOUBLE,
                    _ => &INT,
                })
            }
        }
    }

    pub(crate) fn run(
        &self,
        view: &View<'_>,
        object: &'static Object,
        rows: &[Arc<Row>],
        limit: Option<usize>,
        offset: usize,
    ) -> Result<Vec<Json>, ApiError> {
        let mut groups: BTreeMap<Vec<String>, Made> = BTreeMap::new();
        for row in rows {
            let by: Vec<Value> = self.by.iter().map(|by| by.value(view, object, row)).collect();
            let arguments: Vec<Value> = self
                .aggregates
                .iter()
                .map(|aggregate| aggregate.argument.value(view, object, row))
                .collect();
            for set in &self.sets {
                let key = set
                    .iter()
                    .zip(&by)
                    .map(|(on, value)| if *on { value.key() } else { "~".to_owned() })
                    .collect();
                let group =
                    groups.entry(key).or_insert_with(|| Made::new(set, &by, self.aggregates.len()));
                for (sum, value) in group.sums.iter_mut().zip(&arguments) {
                    sum.add(value);
                }
            }
        }
        if self.by.is_empty() && groups.is_empty() {
            // Without GROUP BY there is one group, also over no rows.
            groups.insert(Vec::new(), Made::new(&[], &[], self.aggregates.len()));
        }
        let mut made: Vec<Made> = groups.into_values().collect();
        if let Some(having) = &self.having {
            made.retain(|group| self.holds(having, group));
        }
        made.sort_by(|a, b| {
            let orders = self.order.iter().map(|(cell, descending, nulls_last)| {
                let (a, b) = (self.value(*cell, a), self.value(*cell, b));
                match (a.is_null(), b.is_null()) {
                    (true, true) => std::cmp::Ordering::Equal,
                    (true, false) => {
                        if *nulls_last {
                            std::cmp::Ordering::Greater
                        } else {
                            std::cmp::Ordering::Less
                        }
                    }
                    (false, true) => {
                        if *nulls_last {
                            std::cmp::Ordering::Less
                        } else {
                            std::cmp::Ordering::Greater
                        }
                    }
                    (false, false) => {
                        let order = a.compare(&b).unwrap_or(std::cmp::Ordering::Equal);
                        if *descending { order.reverse() } else { order }
                    }
                }
            });
            orders.fold(std::cmp::Ordering::Equal, std::cmp::Ordering::then)
        });
        let made: Vec<Made> =
            made.into_iter().skip(offset).take(limit.unwrap_or(usize::MAX)).collect();
        if made.len() > MOST_GROUPS {
            let message = "Aggregate query does not support queryMore(), use LIMIT to restrict the results to a single batch";
            return Err(ApiError::new(400, "EXCEEDED_ID_LIMIT", message));
        }
        Ok(made.iter().map(|group| self.record(group)).collect())
    }

    fn record(&self, group: &Made) -> Json {
        let mut out = Map::new();
        out.insert("attributes".to_owned(), json!({ "type": "AggregateResult" }));
        for (key, cell) in &self.columns {
            out.insert(key.clone(), render::value(self.kind(*cell), &self.value(*cell, group)));
        }
        Json::Object(out)
    }

    fn value(&self, cell: Cell, group: &Made) -> Value {
        match cell {
            Cell::By(at) => group.by.get(at).cloned().unwrap_or_default(),
            Cell::Subtotal(at) => {
                let on = group.set.get(at).copied().unwrap_or(true);
                Value::Number(if on { 0.0 } else { 1.0 })
            }
            Cell::Aggregate(at) => {
                let function = self.aggregates.get(at).map(|aggregate| aggregate.function);
                function
                    .zip(group.sums.get(at))
                    .map_or(Value::Null, |(function, sum)| sum.result(function))
            }
        }
    }

    fn holds(&self, test: &GroupTest, group: &Made) -> bool {
        match test {
            GroupTest::All(tests) => tests.iter().all(|test| self.holds(test, group)),
            GroupTest::Any(tests) => tests.iter().any(|test| self.holds(test, group)),
            GroupTest::Not(test) => !self.holds(test, group),
            GroupTest::Compare(cell, op, operand) => {
                compare(&self.value(*cell, group), *op, operand)
            }
            GroupTest::Among(cell, keys) => keys.contains(&self.value(*cell, group).key()),
        }
    }
}

/// One group at work.
struct Made {
    set: Vec<bool>,
    by: Vec<Value>,
    sums: Vec<Sum>,
}

impl Made {
    fn new(set: &[bool], by: &[Value], aggregates: usize) -> Self {
        let by = set
            .iter()
            .zip(by)
            .map(|(on, value)| if *on { value.clone() } else { Value::Null })
            .collect();
        Self { set: set.to_vec(), by, sums: (0..aggregates).map(|_| Sum::default()).collect() }
    }
}

/// Everything any aggregate needs.
#[derive(Default)]
struct Sum {
    count: u32,
    total: f64,
    least: Value,
    most: Value,
    distinct: HashSet<String>,
}

impl Sum {
    fn add(&mut self, value: &Value) {
        if value.is_null() {
            return;
        }
        self.count += 1;
        self.total += value.as_number().unwrap_or(0.0);
        self.distinct.insert(value.key());
        if self.least.is_null() || value.compare(&self.least).is_some_and(std::cmp::Ordering::is_lt)
        {
            self.least = value.clone();
        }
        if self.most.is_null() || value.compare(&self.most).is_some_and(std::cmp::Ordering::is_gt) {
            self.most = value.clone();
        }
    }

    fn result(&self, function: Function) -> Value {
        match function {
            Function::Count => Value::Number(f64::from(self.count)),
            Function::CountDistinct => {
                Value::Number(f64::from(u32::try_from(self.distinct.len()).unwrap_or(u32::MAX)))
            }
            Function::Min => self.least.clone(),
            Function::Max => self.most.clone(),
            Function::Sum if self.count > 0 => Value::Number(self.total),
            Function::Avg if self.count > 0 => Value::Number(self.total / f64::from(self.count)),
            _ => Value::Null,
        }
    }
}

/// Which keys are on in each grouping: all, the shrinking prefixes of a roll-up, or every combination of a cube.
fn sets(kind: GroupKind, keys: usize) -> Vec<Vec<bool>> {
    match kind {
        GroupKind::Plain => vec![vec![true; keys]],
        GroupKind::Rollup => {
            (0..=keys).rev().map(|on| (0..keys).map(|at| at < on).collect()).collect()
        }
        GroupKind::Cube => {
            let keys = keys.min(3);
            (0..1_usize << keys)
                .rev()
                .map(|bits| (0..keys).map(|at| bits & 1 << at != 0).collect())
                .collect()
        }
    }
}

fn check(
    binder: &Binder<'_>,
    expr: &Expr,
    function: Function,
    argument: &Bound,
) -> Result<(), ApiError> {
    let kind = argument.kind();
    let fits = match function {
        Function::Sum | Function::Avg => kind.is_number(),
        Function::Min | Function::Max => {
            !matches!(kind, Kind::Boolean | Kind::Base64 | Kind::Address(_))
        }
        _ => !matches!(kind, Kind::Base64 | Kind::Address(_)),
    };
    if fits && argument.field().is_none_or(|field| field.filterable) {
        return Ok(());
    }
    let name = argument.field().map_or("", |field| field.name.as_str());
    let words = format!("field {name} does not support aggregate operator {}", function.as_str());
    Err(binder.complain("INVALID_FIELD", expr.at(), &words))
}

fn not_grouped(binder: &Binder<'_>, expr: &Expr) -> ApiError {
    let mut name = String::new();
    expr.for_each_field(&mut |path| path.to_string().clone_into(&mut name));
    binder.refuse(Reason::NotGrouped(name.into()), expr.at())
}

/// Whether two expressions mean the same field.
fn same(a: &Bound, b: &Bound) -> bool {
    match (a, b) {
        (Bound::Path(a), Bound::Path(b)) => same_path(a, b),
        (Bound::Part(f, a), Bound::Part(g, b)) => f == g && same(a, b),
        (Bound::Format(a), Bound::Format(b)) => same(a, b),
        _ => false,
    }
}

fn same_path(a: &Path, b: &Path) -> bool {
    let names = a.names.len() == b.names.len()
        && a.names.iter().zip(&b.names).all(|(a, b)| a.eq_ignore_ascii_case(b));
    names
        && match (&a.leaf, &b.leaf) {
            (Leaf::ObjectName, Leaf::ObjectName) => true,
            (Leaf::Field { field: a, object: c, .. }, Leaf::Field { field: b, object: d, .. }) => {
                a.at == b.at && c.index == d.index
            }
            _ => false,
        }
}
