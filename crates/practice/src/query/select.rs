//! `SELECT`: the shape of a record in the answer.

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::{Map, Value as Json, json};
use soql::{Column, Expr, FieldSet, Query, Reason, SelectItem, TypeOf};

use super::View;
use super::bind::Binder;
use super::evaluate::{Bound, Leaf, Path, Place, step};
use super::plan::Plan;
use crate::exchange::ApiError;
use crate::id::Id;
use crate::render;
use crate::schema::{Kind, Object};
use crate::state::Row;

/// The columns of a record, parents nested.
#[derive(Debug, Default)]
pub(crate) struct Shape {
    columns: Vec<Item>,
}

#[derive(Debug)]
enum Item {
    Field { key: String, places: Vec<Place> },
    Value { key: String, bound: Bound },
    ObjectName,
    Parent { key: String, hop: Vec<Place>, shape: Shape },
    TypeOf { key: String, hop: Vec<Place>, whens: Vec<(usize, Shape)>, otherwise: Shape },
    Children { key: String, field: usize, plan: Box<Plan> },
}

/// Most records of a query with `FIELDS(ALL)` or `FIELDS(CUSTOM)`.
const MOST_WITH_FIELDS: u32 = 200;

impl Shape {
    pub(crate) fn of(binder: &Binder<'_>, query: &Query) -> Result<Self, ApiError> {
        let mut shape = Self::default();
        for item in &query.select {
            match item {
                SelectItem::Column(column) => shape.column(binder, column)?,
                SelectItem::Fields(set, at) => {
                    if *set != FieldSet::Standard
                        && query.limit.is_none_or(|limit| limit > MOST_WITH_FIELDS)
                    {
                        let words = "The SOQL FIELDS function must have a LIMIT of at most 200";
                        return Err(binder.complain("MALFORMED_QUERY", *at, words));
                    }
                    shape.all(binder, *set);
                }
                SelectItem::TypeOf(choice) => shape.type_of(binder, choice)?,
                SelectItem::Children(inner) => shape.children(binder, inner)?,
                SelectItem::Count(at) => {
                    return Err(binder.complain(
                        "MALFORMED_QUERY",
                        *at,
                        "COUNT() must stand alone",
                    ));
                }
            }
        }
        Ok(shape)
    }

    fn column(&mut self, binder: &Binder<'_>, column: &Column) -> Result<(), ApiError> {
        if let Expr::Field(path) = &column.expr
            && column.alias.is_none()
        {
            self.add(binder.path(path)?);
            return Ok(());
        }
        let bound = binder.expr(&column.expr)?;
        let key = match (&column.alias, &bound) {
            (Some(alias), _) => alias.as_str().to_owned(),
            (None, Bound::Path(path)) => path.leaf_name().to_owned(),
            (None, _) => {
                let mut name = String::from("expr");
                column.expr.for_each_field(&mut |path| path.field().clone_into(&mut name));
                name
            }
        };
        self.columns.push(Item::Value { key, bound });
        Ok(())
    }

    fn all(&mut self, binder: &Binder<'_>, set: FieldSet) {
        let object = binder.root;
        for field in &object.fields {
            let wanted = match set {
                FieldSet::All => true,
                FieldSet::Standard => !field.is_custom(),
                FieldSet::Custom => field.is_custom(),
            };
            if wanted && binder.view.actor().sees(object, field) {
                let places = vec![Place { object: object.index, at: field.at }];
                self.columns.push(Item::Field { key: field.name.clone(), places });
            }
        }
    }

    /// Adds a path, into the parents it goes through.
    fn add(&mut self, path: Path) {
        let mut shape = self;
        for (name, hop) in path.names.iter().zip(path.hops) {
            let at = shape.columns.iter().position(
                |item| matches!(item, Item::Parent { key, .. } if key.eq_ignore_ascii_case(name)),
            );
            let at = at.unwrap_or_else(|| {
                shape.columns.push(Item::Parent {
                    key: relationship_name(&hop, name),
                    hop,
                    shape: Self::default(),
                });
                shape.columns.len() - 1
            });
            let Some(Item::Parent { shape: next, .. }) = shape.columns.get_mut(at) else { return };
            shape = next;
        }
        let item = match path.leaf {
            Leaf::ObjectName => Item::ObjectName,
            Leaf::Field { places, field, .. } => Item::Field { key: field.name.clone(), places },
        };
        shape.columns.push(item);
    }

    fn type_of(&mut self, binder: &Binder<'_>, choice: &TypeOf) -> Result<(), ApiError> {
        let (path, field) = binder.relationship(&choice.relationship)?;
        let Leaf::Field { places, .. } = path.leaf else { return Err(ApiError::unknown()) };
        let targets = binder.targets(field);
        let mut whens = Vec::new();
        for when in &choice.whens {
            let target = targets.iter().find(|target| when.object.is(&target.name));
            let Some(target) = target else {
                return Err(
                    binder.refuse(Reason::NoSuchObject(when.object.as_str().into()), when.at)
                );
            };
            let inner = binder.on(target);
            let mut shape = Self::default();
            for path in &when.fields {
                shape.add(inner.path(path)?);
            }
            whens.push((target.index, shape));
        }
        let mut otherwise = Self::default();
        for path in &choice.otherwise {
            // What every target has is judged on the first of them that has it.
            let bound = targets.iter().find_map(|target| binder.on(target).path(path).ok());
            let missing = || {
                let reason =
                    Reason::NoSuchColumn { field: path.to_string().into(), object: "Name".into() };
                binder.refuse(reason, path.at)
            };
            let mut bound = bound.ok_or_else(missing)?;
            if let Leaf::Field { places, field, .. } = &mut bound.leaf {
                *places = targets
                    .iter()
                    .filter_map(|target| {
                        Some(Place { object: target.index, at: target.position(&field.name)? })
                    })
                    .collect();
            }
            otherwise.add(bound);
        }
        let key = choice.relationship.field().to_owned();
        self.columns.push(Item::TypeOf { key, hop: places, whens, otherwise });
        Ok(())
    }

    fn children(&mut self, binder: &Binder<'_>, query: &Query) -> Result<(), ApiError> {
        let name = query.from.object.field();
        let child = binder.root.child(name).cloned();
        let schema = binder.view.state().schema;
        let found = child.and_then(|child| {
            let object = schema.at(child.object)?;
            let field = object.fields.get(child.field)?;
            let actor = binder.view.actor();
            (actor.sees_object(object) && actor.sees(object, field)).then_some((child, object))
        });
        let Some((child, object)) = found else {
            return Err(binder.refuse(Reason::NoSuchChildren(name.into()), query.from.object.at));
        };
        let inner = binder.child(&query.from, object)?;
        let plan = Box::new(Plan::of(&inner, query)?);
        self.columns.push(Item::Children { key: child.relationship, field: child.field, plan });
        Ok(())
    }

    /// Adds the names of the columns, parents with a dot; false if there is something no column can hold.
    pub(crate) fn header(&self, prefix: &str, out: &mut Vec<String>) -> bool {
        self.columns.iter().all(|item| match item {
            Item::Field { key, .. } | Item::Value { key, .. } => {
                out.push(format!("{prefix}{key}"));
                true
            }
            Item::ObjectName => {
                out.push(format!("{prefix}Type"));
                true
            }
            Item::Parent { key, shape, .. } => shape.header(&format!("{prefix}{key}."), out),
            Item::TypeOf { .. } | Item::Children { .. } => false,
        })
    }

    /// The shape with its sub-queries' rows at hand, sorted to their parents once for all records.
    pub(crate) fn ready<'s>(&'s self, view: &View<'_>) -> Ready<'s> {
        let mut children = HashMap::new();
        for (at, item) in self.columns.iter().enumerate() {
            let Item::Children { field, plan, .. } = item else { continue };
            let mut by_parent: HashMap<Id, Vec<Arc<Row>>> = HashMap::new();
            let mut rows = plan.filtered(view);
            plan.sort(view, &mut rows);
            for row in rows {
                if let Some(parent) = row.get(*field).as_id() {
                    by_parent.entry(parent).or_default().push(row);
                }
            }
            children.insert(at, by_parent);
        }
        Ready { shape: self, children }
    }

    fn fill(
        &self,
        view: &View<'_>,
        object: &'static Object,
        row: &Arc<Row>,
        ready: Option<&Ready<'_>>,
    ) -> Json {
        let mut out = Map::new();
        out.insert("attributes".to_owned(), render::attributes(object, row.id(), view.version));
        for (at, item) in self.columns.iter().enumerate() {
            match item {
                Item::Field { key, places } => {
                    let place = places.iter().find(|place| place.object == object.index);
                    let field = place.and_then(|place| object.fields.get(place.at));
                    let value = field.map_or(Json::Null, |field| {
                        render::field(object, field, row, view.version)
                    });
                    // Of a lookup with several targets the name is asked for as `Name`, whatever it is called there.
                    out.insert(key.clone(), value);
                }
                Item::Value { key, bound } => {
                    let value = bound.value(view, object, row);
                    out.insert(key.clone(), render::value(bound.kind(), &value));
                }
                Item::ObjectName => {
                    out.insert("Type".to_owned(), json!(object.name));
                }
                Item::Parent { key, hop, shape } => {
                    let parent = step(view, hop, object, row);
                    let parent =
                        parent.map_or(Json::Null, |(of, row)| shape.fill(view, of, &row, None));
                    out.insert(key.clone(), parent);
                }
                Item::TypeOf { key, hop, whens, otherwise } => {
                    let parent = step(view, hop, object, row).map_or(Json::Null, |(of, row)| {
                        let when = whens.iter().find(|(index, _)| *index == of.index);
                        when.map_or(otherwise, |(_, shape)| shape).fill(view, of, &row, None)
                    });
                    out.insert(key.clone(), parent);
                }
                Item::Children { key, plan, .. } => {
                    let rows = ready.and_then(|ready| ready.children.get(&at)).zip(row.id());
                    let rows = rows
                        .and_then(|(by_parent, id)| by_parent.get(&id))
                        .cloned()
                        .unwrap_or_default();
                    out.insert(key.clone(), child_result(view, plan, rows));
                }
            }
        }
        Json::Object(out)
    }
}

fn child_result(view: &View<'_>, plan: &Plan, rows: Vec<Arc<Row>>) -> Json {
    let rows = plan.cut(rows);
    match plan.records(view, &rows) {
        Ok(records) if !records.is_empty() => {
            json!({ "totalSize": records.len(), "done": true, "records": records })
        }
        _ => Json::Null,
    }
}

/// A parent's key is the relationship's own spelling, not the query's.
fn relationship_name(hop: &[Place], written: &str) -> String {
    let schema = crate::schema::Schema::standard().ok();
    let field = hop.first().and_then(|place| schema?.at(place.object)?.fields.get(place.at));
    match field.map(|field| &field.kind) {
        Some(Kind::Reference { relationship, .. }) => relationship.clone(),
        _ => written.to_owned(),
    }
}

/// See [`Shape::ready`].
pub(crate) struct Ready<'s> {
    shape: &'s Shape,
    children: HashMap<usize, HashMap<Id, Vec<Arc<Row>>>>,
}

impl Ready<'_> {
    pub(crate) fn record(&self, view: &View<'_>, object: &'static Object, row: &Arc<Row>) -> Json {
        self.shape.fill(view, object, row, Some(self))
    }
}
