//! Through a query, clause by clause.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::path::{Memory, Resolved, Scope};
use super::{Output, Term, Test, Touch, Touched, Use, Write};
use crate::ast::{
    At, Binding, CategoryFilter, Column, CompareOp, Condition, Expr, FieldPath, FieldSet,
    ForClause, Order, Query, Search, SearchWith, SelectItem, TypeOf, UpdateClause, Using, With,
};
use crate::error::{Reason, SoqlError};
use crate::schema::{Field, Object, Schema};

/// Collects what is touched on the way.
pub(crate) struct Walk<'s> {
    pub(super) schema: &'s dyn Schema,
    objects: BTreeSet<String>,
    touches: BTreeMap<(String, String, Use), Touch>,
    outputs: Vec<Output>,
    pub(super) terms: Vec<Term>,
    writes: BTreeSet<Write>,
    everything: bool,
    pub(super) memory: Memory<'s>,
    /// The keys of the children's records that are being walked.
    prefix: Vec<String>,
}

impl<'s> Walk<'s> {
    pub(crate) fn new(schema: &'s dyn Schema) -> Self {
        Self {
            schema,
            objects: BTreeSet::new(),
            touches: BTreeMap::new(),
            outputs: Vec::new(),
            terms: Vec::new(),
            writes: BTreeSet::new(),
            everything: false,
            memory: Memory::default(),
            prefix: Vec::new(),
        }
    }

    pub(crate) fn finish(self) -> Touched {
        Touched {
            objects: self.objects,
            fields: self.touches.into_values().collect(),
            outputs: self.outputs,
            terms: self.terms,
            writes: self.writes,
            everything: self.everything,
        }
    }

    pub(super) fn note(&mut self, object: &str, field: &str, used: Use, touch: &Touch) {
        self.objects.insert(object.to_owned());
        let key = (object.to_owned(), field.to_owned(), used);
        let noted = self.touches.entry(key).or_insert_with(|| Touch {
            object: object.to_owned(),
            field: field.to_owned(),
            used,
            ..touch.clone()
        });
        noted.implied &= touch.implied;
    }

    /// The object named, by itself.
    fn object(&mut self, path: &FieldPath) -> Result<&'s Object, SoqlError> {
        let object = path.single().and_then(|name| self.schema.object(name.as_str()));
        let Some(object) = object else {
            return Err(SoqlError::new(Reason::NoSuchObject(path.to_string().into()), path.at));
        };
        self.objects.insert(object.name().to_owned());
        Ok(object)
    }

    /// An object under its own name alone, as in `RETURNING`.
    pub(crate) fn named_scope(&mut self, object: &FieldPath) -> Result<Scope<'s>, SoqlError> {
        self.object(object).map(Scope::of)
    }

    /// What names mean in a query that stands by itself.
    pub(crate) fn scope(&mut self, query: &Query) -> Result<Scope<'s>, SoqlError> {
        let object = self.object(&query.from.object)?;
        Scope::new(object, &query.from, None)
    }

    /// What names mean in a child sub-query, and what the relationship is called.
    pub(crate) fn child_scope(
        &mut self,
        parent: &Scope<'s>,
        query: &Query,
    ) -> Result<(Scope<'s>, &'s str), SoqlError> {
        let path = &query.from.object;
        let own = path.hops().iter().all(|hop| parent.is_own(hop)) && path.hops().len() < 2;
        let Some(children) = parent.object.children(path.field()).filter(|_| own) else {
            return Err(SoqlError::new(Reason::NoSuchChildren(path.to_string().into()), path.at));
        };
        let Some(object) = self.schema.object(&children.object) else {
            return Err(SoqlError::new(
                Reason::NoSuchObject(children.object.as_str().into()),
                path.at,
            ));
        };
        self.touch_key(object.name(), &children.field, path.at);
        Ok((Scope::new(object, &query.from, Some(&children.relationship))?, &children.relationship))
    }

    pub(crate) fn top(&mut self, query: &Query) -> Result<(), SoqlError> {
        let scope = self.scope(query)?;
        self.query(&scope, query)
    }

    fn query(&mut self, scope: &Scope<'s>, query: &Query) -> Result<(), SoqlError> {
        let aggregate = query.is_aggregate();
        let mut unnamed = 0;
        for item in &query.select {
            self.item(scope, item, aggregate, &mut unnamed)?;
        }
        self.clauses(scope, query)
    }

    /// One item of a `SELECT` list.
    pub(crate) fn item(
        &mut self,
        scope: &Scope<'s>,
        item: &SelectItem,
        aggregate: bool,
        unnamed: &mut usize,
    ) -> Result<(), SoqlError> {
        match item {
            SelectItem::Column(column) => self.column(scope, column, aggregate, unnamed),
            SelectItem::Count(_) => Ok(()),
            SelectItem::Fields(set, at) => {
                for field in fields_of(scope.object, *set) {
                    self.touch(scope.object, field, Use::Select, *at);
                    let source = (scope.object.name().to_owned(), field.name.clone());
                    self.output(vec![field.name.clone()], Arc::new([source]), false);
                }
                Ok(())
            }
            SelectItem::TypeOf(type_of) => self.type_of(scope, type_of),
            SelectItem::Children(query) => {
                let (inner, relationship) = self.child_scope(scope, query)?;
                self.prefix.push(relationship.to_owned());
                let walked = self.query(&inner, query);
                self.prefix.pop();
                walked
            }
        }
    }

    fn column(
        &mut self,
        scope: &Scope<'s>,
        column: &Column,
        aggregate: bool,
        unnamed: &mut usize,
    ) -> Result<(), SoqlError> {
        let resolved = self.expr(scope, &column.expr, Use::Select)?;
        self.term(Use::Select, &column.expr, &resolved.sources, Test::None);
        let computed = match &column.expr {
            Expr::Field(_) => false,
            Expr::Call(call) => {
                call.function.is_aggregate()
                    || call.function.is_date()
                    || column.expr.is_aggregate()
            }
            Expr::Distance(_) | Expr::Formula(_) | Expr::Sum(_) => true,
        };
        let path = match &column.alias {
            Some(alias) => vec![alias.as_str().to_owned()],
            None if computed => {
                *unnamed += 1;
                vec![format!("expr{}", *unnamed - 1)]
            }
            None if aggregate => resolved.names.last().cloned().into_iter().collect(),
            None => resolved.names,
        };
        self.output(path, resolved.sources, computed);
        Ok(())
    }

    fn output(&mut self, path: Vec<String>, sources: Arc<[(String, String)]>, computed: bool) {
        let path = self.prefix.iter().cloned().chain(path).collect();
        self.outputs.push(Output { path, sources, computed });
    }

    fn type_of(&mut self, scope: &Scope<'s>, type_of: &TypeOf) -> Result<(), SoqlError> {
        let reached = self.relationship(scope, &type_of.relationship)?;
        for when in &type_of.whens {
            let Some(object) =
                reached.objects.iter().copied().find(|object| when.object.is(object.name()))
            else {
                return Err(SoqlError::new(
                    Reason::NoSuchObject(when.object.as_str().into()),
                    when.at,
                ));
            };
            let inner = Scope::of(object);
            for field in &when.fields {
                let resolved = self.path(&inner, field, Use::Select)?;
                self.output(joined(&reached.names, resolved.names), resolved.sources, false);
            }
        }
        for field in &type_of.otherwise {
            let parts = type_of.relationship.parts.iter().chain(&field.parts).cloned().collect();
            let resolved = self.path(scope, &FieldPath { parts, at: field.at }, Use::Select)?;
            self.output(resolved.names, resolved.sources, false);
        }
        Ok(())
    }

    /// All clauses after `FROM`.
    pub(crate) fn clauses(&mut self, scope: &Scope<'s>, query: &Query) -> Result<(), SoqlError> {
        if let Some(using) = &query.using {
            self.using(using);
        }
        if let Some(filter) = &query.filter {
            self.condition(scope, filter, Use::Filter)?;
        }
        if let Some(With::DataCategory(filters)) = &query.with {
            self.data_categories(scope.object.name(), filters, query.from.object.at);
        }
        for expr in query.group.iter().flat_map(|group| &group.by) {
            let resolved = self.expr(scope, expr, Use::Group)?;
            self.term(Use::Group, expr, &resolved.sources, Test::None);
        }
        if let Some(having) = &query.having {
            self.condition(scope, having, Use::Having)?;
        }
        self.order(scope, &query.order, &query.select)?;
        self.bindings(scope.object.name(), &query.bind);
        self.writes.extend(query.for_clauses.iter().map(|clause| match clause {
            ForClause::View(_) => Write::View,
            ForClause::Reference(_) => Write::Reference,
        }));
        self.updates(&query.updates);
        Ok(())
    }

    fn updates(&mut self, updates: &[UpdateClause]) {
        self.writes.extend(updates.iter().map(|update| match update {
            UpdateClause::Tracking(_) => Write::Tracking,
            UpdateClause::ViewStat(_) => Write::ViewStat,
        }));
    }

    fn using(&mut self, using: &Using) {
        let Using::Lookup { path, bind } = using else { return };
        let object = path.hops().first().map_or("", |object| object.as_str());
        self.named(object, path.field(), path.at);
        self.bindings(object, bind);
    }

    fn bindings(&mut self, object: &str, bind: &[Binding]) {
        for binding in bind {
            let field = binding.field.to_string();
            self.named(object, &field, binding.field.at);
            let test = Test::Values(CompareOp::Equal, vec![binding.value.clone()]);
            let sources = Arc::new([(object.to_owned(), field)]) as Arc<[_]>;
            self.term(Use::Filter, &Expr::Field(binding.field.clone()), &sources, test);
        }
    }

    /// A field that is named outside the rules for paths, known or not.
    fn named(&mut self, object: &str, field: &str, at: At) {
        let known =
            self.schema.object(object).and_then(|object| Some((object, object.field(field)?)));
        match known {
            Some((object, field)) => self.touch(object, field, Use::Filter, at),
            None => self.touch_unknown(object, field, Use::Filter, at),
        }
    }

    fn data_categories(&mut self, object: &str, filters: &[CategoryFilter], at: At) {
        for filter in filters {
            self.touch_unknown(object, filter.group.as_str(), Use::Filter, at);
        }
    }

    fn order(
        &mut self,
        scope: &Scope<'s>,
        order: &[Order],
        select: &[SelectItem],
    ) -> Result<(), SoqlError> {
        let aliased: BTreeMap<String, &Expr> = select.iter().filter_map(aliased).collect();
        for key in order {
            let column = match &key.expr {
                Expr::Field(path) => {
                    path.single().and_then(|name| aliased.get(&name.key()).copied())
                }
                _ => None,
            };
            let expr = column.unwrap_or(&key.expr);
            let resolved = self.expr(scope, expr, Use::Order)?;
            self.term(Use::Order, expr, &resolved.sources, Test::None);
        }
        Ok(())
    }

    fn condition(
        &mut self,
        scope: &Scope<'s>,
        condition: &Condition,
        used: Use,
    ) -> Result<(), SoqlError> {
        let mut result = Ok(());
        condition.for_each_comparison(&mut |comparison| {
            if result.is_ok() {
                result = self.comparison(scope, comparison, used);
            }
        });
        result
    }

    fn comparison(
        &mut self,
        scope: &Scope<'s>,
        comparison: &Condition,
        used: Use,
    ) -> Result<(), SoqlError> {
        let Some(left) = comparison.left() else { return Ok(()) };
        let resolved = self.expr(scope, left, used)?;
        let Some((query, _)) = comparison.semi_join() else {
            self.term(used, left, &resolved.sources, Test::of(comparison));
            return Ok(());
        };
        let inner = self.scope(query)?;
        for item in &query.select {
            if let SelectItem::Column(column) = item {
                let selected = self.expr(&inner, &column.expr, Use::Filter)?;
                self.term(Use::Filter, &column.expr, &selected.sources, Test::None);
                self.term(used, left, &resolved.sources, Test::Selected(selected.sources));
            }
        }
        self.clauses(&inner, query)
    }

    /// Touches every field of an expression, and gives the first path with all sources.
    fn expr(&mut self, scope: &Scope<'s>, expr: &Expr, used: Use) -> Result<Resolved, SoqlError> {
        let mut paths = Vec::new();
        expr.for_each_field(&mut |path| paths.push(path.clone()));
        if let Expr::Formula(formula) = expr {
            paths = super::formula::paths(formula)?;
        }
        let [first, rest @ ..] = paths.as_slice() else {
            return Ok(Resolved { names: Vec::new(), sources: Arc::new([]) });
        };
        let mut all = self.path(scope, first, used)?;
        if !rest.is_empty() {
            let mut sources = all.sources.to_vec();
            for path in rest {
                sources.extend(self.path(scope, path, used)?.sources.iter().cloned());
            }
            sources.sort_unstable();
            sources.dedup();
            all.sources = sources.into();
        }
        Ok(all)
    }

    pub(super) fn search(&mut self, search: &Search) -> Result<(), SoqlError> {
        self.everything = search.returning.is_empty();
        for returning in &search.returning {
            let scope = self.named_scope(&returning.object)?;
            let object = scope.object;
            self.prefix.push(object.name().to_owned());
            if returning.fields.is_empty() {
                self.note(object.name(), "Id", Use::Select, &Touch::stated(returning.object.at));
                self.output(
                    vec!["Id".to_owned()],
                    Arc::new([(object.name().to_owned(), "Id".to_owned())]),
                    false,
                );
            }
            for column in &returning.fields {
                self.column(&scope, column, false, &mut 0)?;
            }
            self.prefix.pop();
            if let Some(filter) = &returning.filter {
                self.condition(&scope, filter, Use::Filter)?;
            }
            self.order(&scope, &returning.order, &[])?;
            for with in &search.with {
                if let SearchWith::DataCategory(filters) = with {
                    self.data_categories(object.name(), filters, returning.object.at);
                }
            }
        }
        self.updates(&search.updates);
        Ok(())
    }
}

/// The alias of a column, and what it stands for.
fn aliased(item: &SelectItem) -> Option<(String, &Expr)> {
    match item {
        SelectItem::Column(Column { expr, alias: Some(alias) }) => Some((alias.key(), expr)),
        _ => None,
    }
}

/// The fields of `FIELDS(..)`.
pub(crate) fn fields_of(object: &Object, set: FieldSet) -> impl Iterator<Item = &Field> {
    object.fields().iter().filter(move |field| match set {
        FieldSet::All => true,
        FieldSet::Standard => !field.is_custom(),
        FieldSet::Custom => field.is_custom(),
    })
}

fn joined(first: &[String], second: Vec<String>) -> Vec<String> {
    first.iter().cloned().chain(second).collect()
}
