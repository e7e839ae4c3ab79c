//! The clauses after `FROM`, conditions excepted.

use super::Parser;
use crate::ast::{
    Binding, CategoryFilter, CategoryReach, Direction, Expr, ForClause, Group, GroupKind, Literal,
    Name, Nulls, Order, UpdateClause, Using, With,
};
use crate::error::{Reason, SoqlError};
use crate::lexer::Kind;

impl Parser<'_> {
    pub(super) fn using(&mut self) -> Result<Option<Using>, SoqlError> {
        if !self.eat_word("USING") {
            return Ok(None);
        }
        if self.eat_word("SCOPE") {
            return Ok(Some(Using::Scope(self.name("a scope")?)));
        }
        if !self.eat_word("LOOKUP") {
            return Err(self.unexpected("SCOPE or LOOKUP"));
        }
        let path = self.path("a lookup field")?;
        let bind = if self.eat_word("BIND") { self.bindings()? } else { Vec::new() };
        Ok(Some(Using::Lookup { path, bind }))
    }

    pub(super) fn bindings(&mut self) -> Result<Vec<Binding>, SoqlError> {
        self.list(|parser| {
            let field = parser.path("a field")?;
            parser.expect(Kind::Equal, "an equals sign")?;
            Ok(Binding { field, value: parser.literal()? })
        })
    }

    /// What follows `WITH`.
    pub(super) fn with(&mut self) -> Result<With, SoqlError> {
        self.refuse_access_mode()?;
        if self.at_word("DATA") && self.next_is_word("CATEGORY") {
            return Ok(With::DataCategory(self.data_category()?));
        }
        if self.eat_word("UserId") {
            self.expect(Kind::Equal, "an equals sign")?;
            return Ok(With::UserId(self.string("a user's id")?));
        }
        if self.eat_word("RecordVisibilityContext") {
            return Ok(With::RecordVisibility(self.settings()?));
        }
        Err(self.unexpected("DATA CATEGORY, UserId or RecordVisibilityContext"))
    }

    /// In Apex, `WITH` may say whose rights count.
    pub(super) fn refuse_access_mode(&self) -> Result<(), SoqlError> {
        let modes = [
            ("SECURITY_ENFORCED", "WITH SECURITY_ENFORCED"),
            ("USER_MODE", "WITH USER_MODE"),
            ("SYSTEM_MODE", "WITH SYSTEM_MODE"),
        ];
        match modes.into_iter().find(|(word, _)| self.at_word(word)) {
            Some((_, form)) => Err(SoqlError::new(Reason::ApexOnly(form), self.current.at)),
            None => Ok(()),
        }
    }

    /// `DATA CATEGORY ..`, from its first word.
    pub(super) fn data_category(&mut self) -> Result<Vec<CategoryFilter>, SoqlError> {
        self.advance();
        self.advance();
        let mut filters = Vec::new();
        loop {
            let group = self.name("a category group")?;
            let reaches = [
                CategoryReach::At,
                CategoryReach::Above,
                CategoryReach::Below,
                CategoryReach::AboveOrBelow,
            ];
            let Some(reach) = reaches.into_iter().find(|reach| self.at_word(reach.as_str())) else {
                return Err(self.unexpected("AT, ABOVE, BELOW or ABOVE_OR_BELOW"));
            };
            self.advance();
            let categories = if self.eat(Kind::Open) {
                let categories = self.list(|parser| parser.name("a category"))?;
                self.expect(Kind::Close, "a comma or a closing bracket")?;
                categories
            } else {
                vec![self.name("a category")?]
            };
            filters.push(CategoryFilter { group, reach, categories });
            if !self.eat_word("AND") {
                return Ok(filters);
            }
        }
    }

    /// `(name=value, ..)`
    pub(super) fn settings(&mut self) -> Result<Vec<(Name, Literal)>, SoqlError> {
        self.expect(Kind::Open, "an opening bracket")?;
        let settings = self.list(|parser| {
            let at = parser.current.at;
            let name = parser.name("a setting")?;
            parser.expect(Kind::Equal, "an equals sign")?;
            match parser.literal()? {
                value @ (Literal::Bool(_) | Literal::Number(_) | Literal::Text(_)) => {
                    Ok((name, value))
                }
                _ => Err(SoqlError::new(
                    Reason::Rule("a setting is true, false, a number or text"),
                    at,
                )),
            }
        })?;
        self.expect(Kind::Close, "a comma or a closing bracket")?;
        Ok(settings)
    }

    pub(super) fn group(&mut self) -> Result<Group, SoqlError> {
        self.expect_word("GROUP")?;
        self.expect_word("BY")?;
        let kind = match () {
            () if self.eat_word("ROLLUP") => GroupKind::Rollup,
            () if self.eat_word("CUBE") => GroupKind::Cube,
            () => GroupKind::Plain,
        };
        if kind == GroupKind::Plain {
            return Ok(Group { kind, by: self.list(Self::group_key)? });
        }
        self.expect(Kind::Open, "an opening bracket")?;
        let by = self.list(Self::group_key)?;
        self.expect(Kind::Close, "a comma or a closing bracket")?;
        Ok(Group { kind, by })
    }

    fn group_key(&mut self) -> Result<Expr, SoqlError> {
        if self.at_word("DISTANCE") && self.next.kind == Kind::Open {
            return Err(self.unexpected("a field or a date function"));
        }
        self.expr()
    }

    pub(super) fn order(&mut self) -> Result<Vec<Order>, SoqlError> {
        if !self.eat_word("ORDER") {
            return Ok(Vec::new());
        }
        self.expect_word("BY")?;
        self.list(|parser| {
            let expr = parser.expr()?;
            let direction = if parser.eat_word("DESC") {
                Direction::Descending
            } else {
                parser.eat_word("ASC");
                Direction::Ascending
            };
            let nulls = match () {
                () if !parser.eat_word("NULLS") => None,
                () if parser.eat_word("FIRST") => Some(Nulls::First),
                () if parser.eat_word("LAST") => Some(Nulls::Last),
                () => return Err(parser.unexpected("FIRST or LAST")),
            };
            Ok(Order { expr, direction, nulls })
        })
    }

    pub(super) fn for_clauses(&mut self) -> Result<Vec<ForClause>, SoqlError> {
        if !self.at_word("FOR") {
            return Ok(Vec::new());
        }
        self.advance();
        let token = self.current;
        match () {
            () if self.eat_word("VIEW") => Ok(vec![ForClause::View(token.at)]),
            () if self.eat_word("REFERENCE") => Ok(vec![ForClause::Reference(token.at)]),
            () if self.at_word("UPDATE") => {
                Err(SoqlError::new(Reason::ApexOnly("FOR UPDATE"), token.at))
            }
            () => Err(self.unexpected("VIEW or REFERENCE")),
        }
    }

    pub(super) fn updates(&mut self) -> Result<Vec<UpdateClause>, SoqlError> {
        if !self.eat_word("UPDATE") {
            return Ok(Vec::new());
        }
        self.list(|parser| {
            let at = parser.current.at;
            match () {
                () if parser.eat_word("TRACKING") => Ok(UpdateClause::Tracking(at)),
                () if parser.eat_word("VIEWSTAT") => Ok(UpdateClause::ViewStat(at)),
                () => Err(parser.unexpected("TRACKING or VIEWSTAT")),
            }
        })
    }

    /// One or more, with commas between.
    pub(super) fn list<T>(
        &mut self,
        mut read: impl FnMut(&mut Self) -> Result<T, SoqlError>,
    ) -> Result<Vec<T>, SoqlError> {
        let mut items = Vec::new();
        loop {
            items.push(read(self)?);
            if !self.eat(Kind::Comma) {
                return Ok(items);
            }
        }
    }
}
