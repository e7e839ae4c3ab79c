//! Narrowing a query before it goes on: fields dropped, rows capped.

use crate::ast::{At, Column, Expr, FieldPath, Name, Query, Search, SelectItem, TypeOf};
use crate::conceal::refusal;
use crate::error::SoqlError;
use crate::resolve::{Scope, Touch, Touched, Walk, fields_of, resolve, resolve_search};
use crate::schema::{Object, Schema};

/// A query that touches only what was allowed.
#[derive(Clone, Debug)]
pub struct Narrowed {
    /// The query to send.
    pub query: Query,
    /// What it touches.
    pub touched: Touched,
    /// The uses for which items were dropped, in the order of the items.
    pub dropped: Vec<Touch>,
}

/// Drops from the answer every item that touches a field which `allowed` does not let pass, and writes `FIELDS()` out.
///
/// A field that may not be seen must not choose, group or order rows either: then the whole query is refused, in the
/// words Salesforce has for a field that does not exist, so that the refusal tells nothing. The same goes for items of
/// an aggregate query, whose unnamed columns would change their names. When nothing is left to select, `Id` is.
pub fn narrow(
    mut query: Query,
    schema: &dyn Schema,
    allowed: &mut dyn FnMut(&Touch) -> bool,
) -> Result<Narrowed, SoqlError> {
    crate::check(&query)?;
    let mut dropped = Vec::new();
    {
        let scope = Walk::new(schema).scope(&query)?;
        narrow_level(
            &mut query,
            &scope,
            &mut Narrowing { schema, allowed, dropped: &mut dropped },
        )?;
    }
    let mut touched = Walk::new(schema);
    touched.top(&query)?;
    let touched = touched.finish();
    let refused: Vec<Touch> =
        touched.fields.iter().filter(|touch| !allowed(touch)).cloned().collect();
    if refused.is_empty() {
        Ok(Narrowed { query, touched, dropped })
    } else {
        Err(refusal(schema, &refused, |schema| resolve(&query, schema)))
    }
}

/// A search that returns only what was allowed.
#[derive(Clone, Debug)]
pub struct NarrowedSearch {
    /// The search to send.
    pub search: Search,
    /// What it touches.
    pub touched: Touched,
    /// The uses for which columns were dropped.
    pub dropped: Vec<Touch>,
}

/// The same as [`narrow`] for a search.
///
/// Salesforce looks for the term in fields that nobody named, hidden ones too; `IN NAME FIELDS` keeps that small. A
/// search without `RETURNING` ([`Touched::everything`]) returns ids of every object and is not narrowed here.
pub fn narrow_search(
    mut search: Search,
    schema: &dyn Schema,
    allowed: &mut dyn FnMut(&Touch) -> bool,
) -> Result<NarrowedSearch, SoqlError> {
    let mut dropped = Vec::new();
    for returning in &mut search.returning {
        let scope = Walk::new(schema).named_scope(&returning.object)?;
        let mut narrowing = Narrowing { schema, allowed, dropped: &mut dropped };
        let mut kept = Vec::with_capacity(returning.fields.len());
        for column in std::mem::take(&mut returning.fields) {
            if let Some(SelectItem::Column(column)) =
                narrow_item(SelectItem::Column(column), &scope, &mut narrowing)?
            {
                kept.push(column);
            }
        }
        if kept.is_empty() {
            kept.extend(
                id(returning.object.at).map(|id| Column { expr: Expr::Field(id), alias: None }),
            );
        }
        returning.fields = kept;
    }
    let touched = resolve_search(&search, schema)?;
    let refused: Vec<Touch> =
        touched.fields.iter().filter(|touch| !allowed(touch)).cloned().collect();
    if refused.is_empty() {
        Ok(NarrowedSearch { search, touched, dropped })
    } else {
        Err(refusal(schema, &refused, |schema| resolve_search(&search, schema)))
    }
}

fn id(at: At) -> Option<FieldPath> {
    Name::new("Id").map(|id| FieldPath { parts: vec![id], at })
}

struct Narrowing<'s, 'a> {
    schema: &'s dyn Schema,
    allowed: &'a mut dyn FnMut(&Touch) -> bool,
    dropped: &'a mut Vec<Touch>,
}

fn narrow_level<'s>(
    query: &mut Query,
    scope: &Scope<'s>,
    narrowing: &mut Narrowing<'s, '_>,
) -> Result<(), SoqlError> {
    if query.is_aggregate() || query.is_count() {
        return Ok(());
    }
    write_out_fields(query, scope.object);
    let mut kept = Vec::with_capacity(query.select.len());
    for item in std::mem::take(&mut query.select) {
        kept.extend(narrow_item(item, scope, narrowing)?);
    }
    if kept.is_empty() {
        kept.extend(id(query.from.object.at).map(SelectItem::field));
    }
    query.select = kept;
    Ok(())
}

/// The item, what is left of it, or nothing.
fn narrow_item<'s>(
    mut item: SelectItem,
    scope: &Scope<'s>,
    narrowing: &mut Narrowing<'s, '_>,
) -> Result<Option<SelectItem>, SoqlError> {
    match &mut item {
        SelectItem::Children(inner) => {
            let mut hop = Walk::new(narrowing.schema);
            let (inner_scope, _) = hop.child_scope(scope, inner)?;
            if !passes(hop, narrowing) {
                return Ok(None);
            }
            narrow_level(inner, &inner_scope, narrowing)?;
        }
        SelectItem::TypeOf(type_of) => {
            if !narrow_type_of(type_of, scope, narrowing)? {
                return Ok(None);
            }
        }
        _ => {
            let mut walk = Walk::new(narrowing.schema);
            walk.item(scope, &item, false, &mut 0)?;
            if !passes(walk, narrowing) {
                return Ok(None);
            }
        }
    }
    Ok(Some(item))
}

/// Whether all that was walked is allowed; notes the first thing that is not.
fn passes(walk: Walk<'_>, narrowing: &mut Narrowing<'_, '_>) -> bool {
    let refused = walk.finish().fields.into_iter().find(|touch| !(narrowing.allowed)(touch));
    let passes = refused.is_none();
    narrowing.dropped.extend(refused);
    passes
}

/// Drops fields one by one. A `WHEN` that loses all of them keeps `Id`: without it its records would fall to `ELSE`.
fn narrow_type_of<'s>(
    type_of: &mut TypeOf,
    scope: &Scope<'s>,
    narrowing: &mut Narrowing<'s, '_>,
) -> Result<bool, SoqlError> {
    let relationship = type_of.relationship.clone();
    let mut keep = |whens: Vec<crate::When>, otherwise: Vec<FieldPath>| {
        let part = TypeOf { relationship: relationship.clone(), whens, otherwise };
        let mut walk = Walk::new(narrowing.schema);
        walk.item(scope, &SelectItem::TypeOf(part), false, &mut 0)?;
        Ok::<_, SoqlError>(passes(walk, narrowing))
    };
    if !keep(Vec::new(), Vec::new())? {
        return Ok(false);
    }
    for when in &mut type_of.whens {
        let mut kept = Vec::with_capacity(when.fields.len());
        for field in std::mem::take(&mut when.fields) {
            let alone = crate::When { fields: vec![field.clone()], ..when.clone() };
            if keep(vec![alone], Vec::new())? {
                kept.push(field);
            }
        }
        if kept.is_empty() {
            kept.extend(id(when.at));
            if !keep(vec![crate::When { fields: kept.clone(), ..when.clone() }], Vec::new())? {
                return Ok(false);
            }
        }
        when.fields = kept;
    }
    let mut kept = Vec::with_capacity(type_of.otherwise.len());
    for field in std::mem::take(&mut type_of.otherwise) {
        if keep(Vec::new(), vec![field.clone()])? {
            kept.push(field);
        }
    }
    type_of.otherwise = kept;
    Ok(true)
}

/// Replaces every `FIELDS()` of the query and its child sub-queries by the fields it stands for.
pub fn expand_fields(query: &mut Query, schema: &dyn Schema) -> Result<(), SoqlError> {
    let scope = Walk::new(schema).scope(query)?;
    expand_level(query, &scope, schema)
}

fn expand_level<'s>(
    query: &mut Query,
    scope: &Scope<'s>,
    schema: &'s dyn Schema,
) -> Result<(), SoqlError> {
    write_out_fields(query, scope.object);
    for item in &mut query.select {
        if let SelectItem::Children(inner) = item {
            let (inner_scope, _) = Walk::new(schema).child_scope(scope, inner)?;
            expand_level(inner, &inner_scope, schema)?;
        }
    }
    Ok(())
}

fn write_out_fields(query: &mut Query, object: &Object) {
    if !query.select.iter().any(|item| matches!(item, SelectItem::Fields(..))) {
        return;
    }
    let mut named = std::collections::BTreeSet::new();
    for item in &query.select {
        if let SelectItem::Column(Column { expr: Expr::Field(path), .. }) = item {
            named.insert(path.to_string().to_ascii_lowercase());
        }
    }
    let mut select = Vec::with_capacity(query.select.len());
    for item in std::mem::take(&mut query.select) {
        let SelectItem::Fields(set, at) = item else {
            select.push(item);
            continue;
        };
        for field in fields_of(object, set) {
            let Some(name) = Name::new(&field.name).filter(|name| named.insert(name.key())) else {
                continue;
            };
            select.push(SelectItem::field(FieldPath { parts: vec![name], at }));
        }
    }
    query.select = select;
}

/// Lets the query answer with at most `max` records; true when that changed it. A query that answers with one row
/// whatever happens is left alone.
pub fn cap_limit(query: &mut Query, max: u32) -> bool {
    if query.is_count() || (query.is_aggregate() && query.group.is_none()) {
        return false;
    }
    let changed = query.limit.is_none_or(|limit| limit > max);
    if changed {
        query.limit = Some(max);
    }
    changed
}

/// Lets every child sub-query answer with at most `max` records for each parent; true when that changed one.
pub fn cap_children(query: &mut Query, max: u32) -> bool {
    let mut changed = false;
    for item in &mut query.select {
        if let SelectItem::Children(inner) = item {
            changed |= cap_limit(inner, max);
            changed |= cap_children(inner, max);
        }
    }
    changed
}
