//! A query as a whole, its `SELECT` list and its `FROM`.

use super::Parser;
use crate::ast::{
    Column, FieldPath, FieldSet, From, FromAlias, Function, Name, Query, SelectItem, TypeOf, When,
};
use crate::error::{Reason, SoqlError};
use crate::lexer::Kind;

/// Where a query stands; its clauses depend on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// The whole text.
    Top,
    /// In brackets in a `SELECT` list.
    Children,
    /// In brackets after `IN`: one item, and no clause past the conditions.
    SemiJoin,
}

impl Parser<'_> {
    pub(super) fn query(&mut self, role: Role) -> Result<Query, SoqlError> {
        self.expect_word("SELECT")?;
        let select = self.select_list(role)?;
        self.expect_word("FROM")?;
        let From { object, alias, more } = self.from()?;
        let mut query = Query::new(object, select);
        query.from.alias = alias;
        query.from.more = more;
        query.using = self.using()?;
        if self.eat_word("WHERE") {
            query.filter = Some(self.condition(true)?);
        }
        if self.eat_word("WITH") {
            query.with = Some(self.with()?);
        }
        if role == Role::SemiJoin {
            return Ok(query);
        }
        if self.at_word("GROUP") {
            query.group = Some(self.group()?);
            if self.eat_word("HAVING") {
                query.having = Some(self.condition(false)?);
            }
        }
        query.order = self.order()?;
        if self.eat_word("LIMIT") {
            query.limit = Some(self.rows()?);
        }
        if self.eat_word("OFFSET") {
            query.offset = Some(self.rows()?);
        }
        if self.eat_word("BIND") {
            query.bind = self.bindings()?;
        }
        query.for_clauses = self.for_clauses()?;
        query.updates = self.updates()?;
        if self.at_word("ALL") && self.next_is_word("ROWS") {
            return Err(SoqlError::new(Reason::ApexOnly("ALL ROWS"), self.current.at));
        }
        Ok(query)
    }

    fn select_list(&mut self, role: Role) -> Result<Vec<SelectItem>, SoqlError> {
        if role == Role::SemiJoin {
            if self.at_typeof() {
                return Err(SoqlError::new(
                    Reason::Rule("TYPEOF is not allowed in a semi-join"),
                    self.current.at,
                ));
            }
            // One item without an alias: anything after it but FROM is refused by the caller.
            return Ok(vec![match self.fields()? {
                Some(item) => item,
                None => SelectItem::Column(Column { expr: self.expr()?, alias: None }),
            }]);
        }
        let mut items = Vec::with_capacity(8);
        loop {
            let item = self.select_item()?;
            let alone = matches!(item, SelectItem::Count(_));
            if alone && !items.is_empty() {
                return Err(SoqlError::new(
                    Reason::Rule("COUNT() must be alone in the SELECT list"),
                    self.current.at,
                ));
            }
            items.push(item);
            if alone || !self.eat(Kind::Comma) {
                return Ok(items);
            }
        }
    }

    fn select_item(&mut self) -> Result<SelectItem, SoqlError> {
        if self.eat(Kind::Open) {
            let children = self.nested(|parser| parser.query(Role::Children))?;
            self.expect(Kind::Close, "a closing bracket")?;
            return Ok(SelectItem::Children(Box::new(children)));
        }
        if let Some(item) = self.fields()? {
            return Ok(item);
        }
        if self.at_typeof() {
            return self.type_of();
        }
        let expr = if self.at_word("COUNT") && self.next.kind == Kind::Open {
            let at = self.advance().at;
            self.advance();
            if self.eat(Kind::Close) {
                return Ok(SelectItem::Count(at));
            }
            self.call(Function::Count, at, 1)?
        } else {
            self.expr()?
        };
        let alias = if self.at_name() { Some(self.name("an alias")?) } else { None };
        Ok(SelectItem::Column(Column { expr, alias }))
    }

    /// `FIELDS(..)`, if it stands here.
    fn fields(&mut self) -> Result<Option<SelectItem>, SoqlError> {
        if !(self.at_word("FIELDS") && self.next.kind == Kind::Open) {
            return Ok(None);
        }
        let at = self.advance().at;
        self.advance();
        let sets = [FieldSet::All, FieldSet::Standard, FieldSet::Custom];
        let Some(set) = sets.into_iter().find(|set| self.at_word(set.as_str())) else {
            return Err(self.unexpected("ALL, STANDARD or CUSTOM"));
        };
        self.advance();
        self.expect(Kind::Close, "a closing bracket")?;
        Ok(Some(SelectItem::Fields(set, at)))
    }

    /// A field may be called `typeof`: the word opens an expression only when a name follows.
    fn at_typeof(&self) -> bool {
        self.at_word("TYPEOF")
            && self.next.kind == Kind::Word
            && !super::is_reserved(self.text(self.next))
    }

    fn type_of(&mut self) -> Result<SelectItem, SoqlError> {
        self.advance();
        let relationship = self.path("a relationship")?;
        let mut whens = Vec::new();
        while self.eat_word("WHEN") {
            let at = self.current.at;
            let object = self.name("an object")?;
            self.expect_word("THEN")?;
            whens.push(When { object, at, fields: self.type_of_fields()? });
        }
        if whens.is_empty() {
            return Err(self.unexpected("WHEN"));
        }
        let otherwise = if self.eat_word("ELSE") { self.type_of_fields()? } else { Vec::new() };
        self.expect_word("END")?;
        Ok(SelectItem::TypeOf(TypeOf { relationship, whens, otherwise }))
    }

    fn type_of_fields(&mut self) -> Result<Vec<FieldPath>, SoqlError> {
        let mut fields = Vec::new();
        loop {
            if self.at_word("WHEN") || self.at_word("END") {
                return Err(self.unexpected("a field"));
            }
            fields.push(self.path("a field")?);
            if !self.eat(Kind::Comma) {
                return Ok(fields);
            }
        }
    }

    fn from(&mut self) -> Result<From, SoqlError> {
        let object = self.path("an object")?;
        let alias = self.object_alias()?;
        let mut more = Vec::new();
        while self.eat(Kind::Comma) {
            let path = self.path("a relationship")?;
            more.push(FromAlias { path, alias: self.object_alias()? });
        }
        Ok(From { object, alias, more })
    }

    fn object_alias(&mut self) -> Result<Option<Name>, SoqlError> {
        if self.eat_word("AS") {
            return self.name("an alias").map(Some);
        }
        if self.at_clause() || !self.at_name() { Ok(None) } else { self.name("an alias").map(Some) }
    }

    /// Whether the current word opens a clause here; some words do only with what follows them, and are names elsewhere.
    pub(super) fn at_clause(&self) -> bool {
        let followed_by_number =
            matches!(self.next.kind, Kind::Integer | Kind::Plus | Kind::Minus | Kind::Colon);
        ((self.at_word("GROUP") || self.at_word("ORDER")) && self.next_is_word("BY"))
            || (self.at_word("OFFSET") && followed_by_number)
            || (self.at_word("ALL") && self.next_is_word("ROWS"))
    }
}
