//! Rules that hold between the clauses of a query, whatever its names mean.

use std::collections::BTreeSet;

use crate::ast::{At, Column, Condition, Expr, FieldSet, Function, GroupKind, Query, SelectItem};
use crate::error::{Reason, SoqlError};

/// The largest `LIMIT` beside `FIELDS(ALL)` and `FIELDS(CUSTOM)`, and the least one that is needed there.
pub const MAX_FIELDS_LIMIT: u32 = 200;
/// The largest `OFFSET`.
pub const MAX_OFFSET: u32 = 2000;
/// How deep child sub-queries may nest, the query itself counted.
const MAX_LEVELS: usize = 5;
/// How many child sub-queries a query may hold.
const MAX_CHILDREN: usize = 20;
/// How many aliases of parents a `FROM` may define.
const MAX_ALIASES: usize = 20;
/// How many semi-joins and anti-joins a `WHERE` may hold.
const MAX_SEMI_JOINS: usize = 2;
/// How many keys `ROLLUP` and `CUBE` take.
const MAX_SUBTOTALS: usize = 3;

/// Refuses a query that Salesforce refuses without looking at a schema. [`crate::resolve()`] does this first.
pub fn check(query: &Query) -> Result<(), SoqlError> {
    check_form(query)?;
    check_run(query)
}

/// The rules of the language's form: a text that breaks one is no SOQL.
pub fn check_form(query: &Query) -> Result<(), SoqlError> {
    level(query, 1, &mut 0)
}

/// The rules that Salesforce holds a well-formed query against when it runs it: what has to be grouped, the `LIMIT`
/// that `FIELDS()` and an inner `OFFSET` need, and the like. Its own parser lets such queries pass.
pub fn check_run(query: &Query) -> Result<(), SoqlError> {
    fields_limit(query)?;
    for item in &query.select {
        if let SelectItem::Children(inner) = item {
            if inner.offset.is_some() && query.limit != Some(1) {
                return Err(rule(
                    "OFFSET in a child sub-query needs LIMIT 1 in the query around it",
                    inner.from.object.at,
                ));
            }
            check_run(inner)?;
        }
    }
    if query.is_aggregate() { grouped_alone(query) } else { ungrouped(query) }
}

/// A function of a date is selected only where rows are grouped by it.
fn ungrouped(query: &Query) -> Result<(), SoqlError> {
    for item in &query.select {
        if let SelectItem::Column(Column { expr: expr @ Expr::Call(call), .. }) = item
            && call.function.is_date()
        {
            return Err(SoqlError::new(Reason::NotGrouped(expr.to_string().into()), call.at));
        }
    }
    Ok(())
}

fn rule(rule: &'static str, at: At) -> SoqlError {
    SoqlError::new(Reason::Rule(rule), at)
}

fn level(query: &Query, depth: usize, children: &mut usize) -> Result<(), SoqlError> {
    let at = query.from.object.at;
    if depth > MAX_LEVELS {
        return Err(rule("child sub-queries can nest at most five levels deep", at));
    }
    if query.from.more.len() > MAX_ALIASES {
        return Err(rule("too many aliases in FROM", at));
    }
    for item in &query.select {
        if let SelectItem::Children(inner) = item {
            *children += 1;
            if *children > MAX_CHILDREN {
                return Err(rule(
                    "a query can hold at most 20 child sub-queries",
                    inner.from.object.at,
                ));
            }
            if inner.is_aggregate() || inner.is_count() {
                return Err(rule(
                    "aggregates are not allowed in a child sub-query",
                    inner.from.object.at,
                ));
            }
            level(inner, depth + 1, children)?;
        }
    }
    names(query)?;
    if query.offset.is_some_and(|offset| offset > MAX_OFFSET) {
        return Err(SoqlError::new(Reason::OffsetTooLarge(MAX_OFFSET), At::default()));
    }
    if let Some(filter) = &query.filter {
        where_clause(filter)?;
    }
    if query.is_count() && (query.group.is_some() || !query.order.is_empty()) {
        return Err(rule("COUNT() cannot be grouped or ordered; use COUNT(fieldName)", at));
    }
    for expr in exprs(query) {
        function(expr)?;
    }
    if query.is_aggregate() { grouped(query) } else { plain(query) }
}

/// No field twice, no alias twice.
fn names(query: &Query) -> Result<(), SoqlError> {
    let mut seen = BTreeSet::new();
    for item in &query.select {
        let (name, at, fault): (String, At, fn(Box<str>) -> Reason) = match item {
            SelectItem::Column(Column { expr, alias: Some(alias) }) => {
                (format!("{alias} as alias"), expr.at(), Reason::DuplicateAlias)
            }
            SelectItem::Column(Column { expr: Expr::Field(path), alias: None }) => {
                (path.to_string(), path.at, Reason::DuplicateField)
            }
            SelectItem::Fields(_, at) => (item.to_string(), *at, Reason::DuplicateField),
            _ => continue,
        };
        if let SelectItem::Column(Column { alias: Some(alias), .. }) = item
            && is_given(&alias.key())
        {
            // Else the column of another expression could pass for this one.
            return Err(rule("`expr0` and the like are names of columns without an alias", at));
        }
        let named = name.split(' ').next().unwrap_or_default().into();
        if !seen.insert(name.to_ascii_lowercase()) {
            return Err(SoqlError::new(fault(named), at));
        }
    }
    Ok(())
}

/// Whether Salesforce gives this name to a column that has none.
fn is_given(alias: &str) -> bool {
    alias.strip_prefix("expr").is_some_and(|number| {
        !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
    })
}

fn fields_limit(query: &Query) -> Result<(), SoqlError> {
    for item in &query.select {
        if let SelectItem::Fields(FieldSet::All | FieldSet::Custom, at) = item
            && query.limit.is_none_or(|limit| limit > MAX_FIELDS_LIMIT)
        {
            return Err(rule("The SOQL FIELDS function must have a LIMIT of at most 200", *at));
        }
    }
    Ok(())
}

fn where_clause(filter: &Condition) -> Result<(), SoqlError> {
    let mut result = Ok(());
    let mut semi_joins = 0;
    filter.for_each_comparison(&mut |comparison| {
        if result.is_ok() {
            result = comparison_in_where(comparison, &mut semi_joins);
        }
    });
    result?;
    semi_joins_stand_free(filter, true)
}

fn comparison_in_where(comparison: &Condition, semi_joins: &mut usize) -> Result<(), SoqlError> {
    if let Some(left) = comparison.left() {
        if left.is_aggregate() {
            return Err(rule(
                "aggregate functions are not allowed in WHERE; use HAVING",
                left.at(),
            ));
        }
        if matches!(left, Expr::Call(call) if call.function == Function::ConvertCurrency) {
            return Err(rule("convertCurrency is not allowed in WHERE", left.at()));
        }
        function(left)?;
    }
    let Some((query, at)) = comparison.semi_join() else { return Ok(()) };
    *semi_joins += 1;
    if *semi_joins > MAX_SEMI_JOINS {
        return Err(rule("at most two semi join sub-selects are allowed", at));
    }
    if query.from.more.len() > MAX_ALIASES {
        return Err(rule("too many aliases in FROM", at));
    }
    if !matches!(query.select.as_slice(), [SelectItem::Column(Column { expr: Expr::Field(_), .. })])
    {
        return Err(rule("a semi join sub-select must select one field", at));
    }
    let Some(filter) = &query.filter else { return Ok(()) };
    let mut nested = None;
    filter
        .for_each_comparison(&mut |inner| nested = nested.or(inner.semi_join().map(|(_, at)| at)));
    match nested {
        Some(at) => Err(rule("Nesting of semi join sub-selects is not supported", at)),
        None => where_clause(filter),
    }
}

/// Semi-joins may be joined by `AND` alone.
fn semi_joins_stand_free(condition: &Condition, free: bool) -> Result<(), SoqlError> {
    match condition {
        Condition::And(parts) => {
            parts.iter().try_for_each(|part| semi_joins_stand_free(part, free))
        }
        Condition::Or(parts) => {
            parts.iter().try_for_each(|part| semi_joins_stand_free(part, false))
        }
        Condition::Not(inner) => semi_joins_stand_free(inner, free),
        _ => match condition.semi_join() {
            Some((_, at)) if !free => Err(rule(
                "Semi join sub-selects are only allowed at the top level of WHERE, joined by AND",
                at,
            )),
            _ => Ok(()),
        },
    }
}

/// Every expression outside of `WHERE`.
fn exprs(query: &Query) -> impl Iterator<Item = &Expr> {
    let selected = query.select.iter().filter_map(|item| match item {
        SelectItem::Column(column) => Some(&column.expr),
        _ => None,
    });
    let grouped = query.group.iter().flat_map(|group| &group.by);
    selected.chain(grouped).chain(query.order.iter().map(|key| &key.expr))
}

/// What may stand in what.
fn function(expr: &Expr) -> Result<(), SoqlError> {
    let Expr::Call(outer) = expr else { return Ok(()) };
    let Expr::Call(inner) = &*outer.argument else {
        return if outer.function == Function::ConvertTimezone {
            Err(rule("convertTimezone is only allowed in a date function", outer.at))
        } else {
            Ok(())
        };
    };
    let fits = match outer.function {
        Function::Format => {
            inner.function != Function::Format && inner.function != Function::ConvertTimezone
        }
        Function::Grouping => inner.function.is_date(),
        function if function.is_aggregate() => {
            inner.function.is_date() || inner.function == Function::ConvertCurrency
        }
        Function::ConvertCurrency => inner.function.is_aggregate(),
        function if function.is_date() => inner.function == Function::ConvertTimezone,
        _ => false,
    };
    if fits { Ok(()) } else { Err(rule("this function is not allowed in that one", inner.at)) }
}

/// Of a query whose answer is records.
fn plain(query: &Query) -> Result<(), SoqlError> {
    for item in &query.select {
        if let SelectItem::Column(Column { expr: Expr::Field(path), alias: Some(_) }) = item {
            return Err(rule("only aggregate expressions use field aliasing", path.at));
        }
    }
    match query.order.iter().find(|key| key.expr.is_aggregate()) {
        Some(key) => Err(rule("an aggregate in ORDER BY needs a grouped query", key.expr.at())),
        None => Ok(()),
    }
}

/// Of a query whose answer is aggregate results.
fn grouped(query: &Query) -> Result<(), SoqlError> {
    let by = query.group.as_ref().map_or(&[][..], |group| &group.by);
    if let Some(group) = &query.group
        && group.kind != GroupKind::Plain
        && by.len() > MAX_SUBTOTALS
    {
        return Err(rule("ROLLUP and CUBE take at most three fields", query.from.object.at));
    }
    if let Some(expr) = by.iter().find(|expr| expr.is_aggregate()) {
        return Err(rule("an aggregate cannot be grouped by", expr.at()));
    }
    let mut result = Ok(());
    if let Some(having) = &query.having {
        having.for_each_comparison(&mut |comparison| {
            if let (Ok(()), Some((_, at))) = (&result, comparison.semi_join()) {
                result = Err(rule("semi join sub-selects are not allowed in HAVING", at));
            }
            if let (Ok(()), Some(left)) = (&result, comparison.left()) {
                result = function(left);
            }
        });
    }
    result
}

/// Refuses what a grouped query cannot answer with: what is neither grouped by nor an aggregate.
fn grouped_alone(query: &Query) -> Result<(), SoqlError> {
    let by = query.group.as_ref().map_or(&[][..], |group| &group.by);
    let keys = Keys::of(query, by);
    for item in &query.select {
        match item {
            SelectItem::Column(column) => keys.hold(&column.expr)?,
            SelectItem::Count(_) => {}
            SelectItem::Fields(_, at) => {
                return Err(rule(
                    "The SOQL FIELDS function is not allowed in a grouped query",
                    *at,
                ));
            }
            SelectItem::TypeOf(type_of) => {
                return Err(rule(
                    "TYPEOF is not allowed in a grouped query",
                    type_of.relationship.at,
                ));
            }
            SelectItem::Children(inner) => {
                return Err(rule(
                    "child sub-queries are not allowed in a grouped query",
                    inner.from.object.at,
                ));
            }
        }
    }
    for key in &query.order {
        keys.hold_or_name(&key.expr)?;
    }
    let mut result = Ok(());
    if let Some(having) = &query.having {
        having.for_each_comparison(&mut |comparison| {
            if let (Ok(()), Some(left)) = (&result, comparison.left()) {
                result = keys.hold_or_name(left);
            }
        });
    }
    result
}

/// What a query is grouped by, and the aliases of its columns, printed in lower case.
struct Keys {
    by: BTreeSet<String>,
    aliases: BTreeSet<String>,
}

impl Keys {
    fn of(query: &Query, by: &[Expr]) -> Self {
        let aliases = query.select.iter().filter_map(|item| match item {
            SelectItem::Column(Column { alias: Some(alias), .. }) => Some(alias.key()),
            _ => None,
        });
        Self { by: by.iter().map(printed).collect(), aliases: aliases.collect() }
    }

    /// Refuses what is neither an aggregate nor made of what is grouped by.
    fn hold(&self, expr: &Expr) -> Result<(), SoqlError> {
        if expr.is_aggregate() || self.by.contains(&printed(expr)) {
            return Ok(());
        }
        match expr {
            Expr::Call(call) if !call.function.is_date() => self.hold(&call.argument),
            _ => Err(SoqlError::new(Reason::NotGrouped(expr.to_string().into()), expr.at())),
        }
    }

    /// The same, where the alias of a column may stand for it.
    fn hold_or_name(&self, expr: &Expr) -> Result<(), SoqlError> {
        if self.aliases.contains(&printed(expr)) { Ok(()) } else { self.hold(expr) }
    }
}

fn printed(expr: &Expr) -> String {
    expr.to_string().to_ascii_lowercase()
}
