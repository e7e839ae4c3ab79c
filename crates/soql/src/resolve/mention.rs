//! The paths a query names, without a schema to say what they mean.

use super::Use;
use crate::ast::{At, Condition, Expr, FieldPath, Query, Search, SelectItem};
use crate::error::SoqlError;

/// A path as written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mention {
    /// What stands in the `FROM` around it, or after `WHEN`: an object, or a child relationship.
    pub object: String,
    /// `Owner.Name`, or `FIELDS(ALL)`.
    pub path: String,
    /// What for.
    pub used: Use,
    /// Where.
    pub at: At,
}

/// Every path that the query names, in the order of its text. Fails only on a formula that cannot be read.
///
/// Without a schema foreign keys, parts of compound fields and polymorphic targets stay unseen: this is for showing a
/// query to a person, never for deciding about it. For that there is [`crate::resolve()`].
pub fn mentions(query: &Query) -> Result<Vec<Mention>, SoqlError> {
    let mut collector = Collector { mentions: Vec::new() };
    collector.query(query, Use::Select)?;
    Ok(collector.mentions)
}

/// The same for a search: what it returns, and by what it chooses and orders that.
pub fn search_mentions(search: &Search) -> Result<Vec<Mention>, SoqlError> {
    let mut collector = Collector { mentions: Vec::new() };
    for returning in &search.returning {
        let object = returning.object.to_string();
        if returning.fields.is_empty() {
            collector.add(&object, "Id".to_owned(), Use::Select, returning.object.at);
        }
        for column in &returning.fields {
            collector.expr(&object, &column.expr, Use::Select)?;
        }
        if let Some(filter) = &returning.filter {
            collector.condition(&object, filter, Use::Filter)?;
        }
        returning
            .order
            .iter()
            .try_for_each(|key| collector.expr(&object, &key.expr, Use::Order))?;
    }
    Ok(collector.mentions)
}

struct Collector {
    mentions: Vec<Mention>,
}

impl Collector {
    fn add(&mut self, object: &str, path: String, used: Use, at: At) {
        self.mentions.push(Mention { object: object.to_owned(), path, used, at });
    }

    fn query(&mut self, query: &Query, selected: Use) -> Result<(), SoqlError> {
        let object = query.from.object.to_string();
        for item in &query.select {
            match item {
                SelectItem::Column(column) => self.expr(&object, &column.expr, selected)?,
                SelectItem::Count(_) => {}
                SelectItem::Fields(_, at) => self.add(&object, item.to_string(), selected, *at),
                SelectItem::TypeOf(type_of) => {
                    self.path(&object, &type_of.relationship, Use::Hop);
                    for when in &type_of.whens {
                        when.fields
                            .iter()
                            .for_each(|field| self.path(when.object.as_str(), field, selected));
                    }
                    for field in &type_of.otherwise {
                        self.add(
                            &object,
                            format!("{}.{field}", type_of.relationship),
                            selected,
                            field.at,
                        );
                    }
                }
                SelectItem::Children(children) => self.query(children, selected)?,
            }
        }
        if let Some(filter) = &query.filter {
            self.condition(&object, filter, Use::Filter)?;
        }
        for expr in query.group.iter().flat_map(|group| &group.by) {
            self.expr(&object, expr, Use::Group)?;
        }
        if let Some(having) = &query.having {
            self.condition(&object, having, Use::Having)?;
        }
        query.order.iter().try_for_each(|key| self.expr(&object, &key.expr, Use::Order))
    }

    fn condition(
        &mut self,
        object: &str,
        condition: &Condition,
        used: Use,
    ) -> Result<(), SoqlError> {
        let mut result = Ok(());
        condition.for_each_comparison(&mut |comparison| {
            if let (Ok(()), Some(left)) = (&result, comparison.left()) {
                result = self.expr(object, left, used);
            }
            if let (Ok(()), Some((query, _))) = (&result, comparison.semi_join()) {
                result = self.query(query, Use::Filter);
            }
        });
        result
    }

    fn expr(&mut self, object: &str, expr: &Expr, used: Use) -> Result<(), SoqlError> {
        expr.for_each_field(&mut |path| self.path(object, path, used));
        if let Expr::Formula(formula) = expr {
            super::formula::paths(formula)?.iter().for_each(|path| self.path(object, path, used));
        }
        Ok(())
    }

    fn path(&mut self, object: &str, path: &FieldPath, used: Use) {
        self.add(object, path.to_string(), used, path.at);
    }
}
