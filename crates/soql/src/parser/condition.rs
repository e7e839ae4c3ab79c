//! `WHERE` and `HAVING`.

use super::Parser;
use super::select::Role;
use crate::ast::{CompareOp, Condition, Expr, InList};
use crate::error::SoqlError;
use crate::lexer::Kind;

/// Said where `AND` meets `OR`, or either meets `NOT`, without brackets to tell which comes first.
const NEEDS_BRACKETS: &str = "brackets around mixed AND, OR and NOT";

impl Parser<'_> {
    /// A condition; formulas may stand in it when it is a `WHERE`.
    pub(super) fn condition(&mut self, formula: bool) -> Result<Condition, SoqlError> {
        if self.eat_word("NOT") {
            let not = Condition::Not(Box::new(self.simple(formula)?));
            return if self.at_word("AND") || self.at_word("OR") {
                Err(self.unexpected(NEEDS_BRACKETS))
            } else {
                Ok(not)
            };
        }
        let first = self.simple(formula)?;
        for (word, other, join) in
            [("AND", "OR", Condition::And as fn(_) -> _), ("OR", "AND", Condition::Or)]
        {
            if !self.at_word(word) {
                continue;
            }
            let mut all = vec![first];
            while self.eat_word(word) {
                if self.at_word("NOT") {
                    return Err(self.unexpected(NEEDS_BRACKETS));
                }
                all.push(self.simple(formula)?);
            }
            return if self.at_word(other) {
                Err(self.unexpected(NEEDS_BRACKETS))
            } else {
                Ok(join(all))
            };
        }
        Ok(first)
    }

    fn simple(&mut self, formula: bool) -> Result<Condition, SoqlError> {
        if self.eat(Kind::Open) {
            let inner = self.nested(|parser| parser.condition(formula))?;
            self.expect(Kind::Close, "a closing bracket")?;
            return Ok(inner);
        }
        let left = self.compared(formula)?;
        // A distance is a number: it is compared by size alone.
        if self.current.kind == Kind::Word && !matches!(left, Expr::Distance(_)) {
            if self.eat_word("LIKE") {
                return Ok(Condition::Compare {
                    left,
                    op: CompareOp::Like,
                    right: self.pattern()?,
                });
            }
            let negated = self.at_word("NOT") && self.next_is_word("IN") && self.eat_word("NOT");
            if self.eat_word("IN") {
                return Ok(Condition::In { left, negated, list: self.in_list()? });
            }
            let negated = self.at_word("EXCLUDES");
            if negated || self.at_word("INCLUDES") {
                self.advance();
                return Ok(Condition::Includes { left, negated, values: self.literals()? });
            }
        }
        let op = match self.current.kind {
            Kind::Equal => CompareOp::Equal,
            Kind::NotEqual => CompareOp::NotEqual,
            Kind::Less => CompareOp::Less,
            Kind::LessOrEqual => CompareOp::LessOrEqual,
            Kind::Greater => CompareOp::Greater,
            Kind::GreaterOrEqual => CompareOp::GreaterOrEqual,
            _ => return Err(self.unexpected("an operator")),
        };
        self.advance();
        Ok(Condition::Compare { left, op, right: self.literal()? })
    }

    fn in_list(&mut self) -> Result<InList, SoqlError> {
        if self.current.kind == Kind::Open && self.next_is_word("SELECT") {
            let at = self.advance().at;
            let query = self.nested(|parser| parser.query(Role::SemiJoin))?;
            self.expect(Kind::Close, "a closing bracket")?;
            return Ok(InList::Query(Box::new(query), at));
        }
        Ok(InList::Values(self.literals()?))
    }
}
