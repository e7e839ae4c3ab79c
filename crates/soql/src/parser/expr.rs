//! Fields and functions.

use super::Parser;
use crate::ast::{
    At, Call, Distance, DistanceUnit, Expr, FieldSum, Formula, Function, Number, Sign,
    StringLiteral,
};
use crate::error::{Reason, SoqlError};
use crate::lexer::Kind;

/// How deep functions may stand in functions: `FORMAT(convertCurrency(Amount))`.
const MAX_CALLS: usize = 2;

impl Parser<'_> {
    /// A field or function, as in `SELECT`, `GROUP BY` and `ORDER BY`.
    pub(super) fn expr(&mut self) -> Result<Expr, SoqlError> {
        if self.current.kind == Kind::Word && self.next.kind == Kind::Open {
            if self.at_word("DISTANCE") {
                return self.distance();
            }
            return self.function(1);
        }
        Ok(Expr::Field(self.path("a field")?))
    }

    /// The left side of a comparison, where formulas and sums of fields may stand too.
    pub(super) fn compared(&mut self, formula: bool) -> Result<Expr, SoqlError> {
        if formula && self.at_word("FORMULA") && self.next.kind == Kind::Open {
            let at = self.advance().at;
            self.advance();
            let text = self.string("a formula in quotes")?;
            self.expect(Kind::Close, "a closing bracket")?;
            return Ok(Expr::Formula(Formula { text, at }));
        }
        let first = match self.expr()? {
            Expr::Field(first) if self.sign().is_some() => first,
            other => return Ok(other),
        };
        let Some(sign) = self.sign() else { return Ok(Expr::Field(first)) };
        self.advance();
        let rest = vec![(sign, self.path("a field")?)];
        Ok(Expr::Sum(Box::new(FieldSum { first, rest })))
    }

    fn sign(&self) -> Option<Sign> {
        match self.current.kind {
            Kind::Plus => Some(Sign::Plus),
            Kind::Minus => Some(Sign::Minus),
            _ => None,
        }
    }

    /// A call, from its name.
    fn function(&mut self, level: usize) -> Result<Expr, SoqlError> {
        let name = self.text(self.current);
        let Some(function) = Function::named(name) else {
            if super::is_reserved(name) {
                return Err(self.unexpected("a field"));
            }
            return Err(SoqlError::new(
                Reason::UnknownFunction(name.chars().take(80).collect()),
                self.current.at,
            ));
        };
        let at = self.advance().at;
        self.advance();
        self.call(function, at, level)
    }

    /// A call, from after its opening bracket.
    pub(super) fn call(
        &mut self,
        function: Function,
        at: At,
        level: usize,
    ) -> Result<Expr, SoqlError> {
        let argument =
            if level < MAX_CALLS && self.current.kind == Kind::Word && self.next.kind == Kind::Open
            {
                self.function(level + 1)?
            } else {
                Expr::Field(self.path("a field")?)
            };
        self.expect(Kind::Close, "a closing bracket")?;
        Ok(Expr::Call(Call { function, argument: Box::new(argument), at }))
    }

    fn distance(&mut self) -> Result<Expr, SoqlError> {
        let at = self.advance().at;
        self.advance();
        let field = self.path("a location field")?;
        self.expect(Kind::Comma, "a comma")?;
        self.expect_word("GEOLOCATION")?;
        self.expect(Kind::Open, "an opening bracket")?;
        let latitude = self.degrees()?;
        self.expect(Kind::Comma, "a comma")?;
        let longitude = self.degrees()?;
        self.expect(Kind::Close, "a closing bracket")?;
        self.expect(Kind::Comma, "a comma")?;
        let unit_at = self.current;
        let unit = match &*self.string("'mi' or 'km'")?.value().to_ascii_lowercase() {
            "mi" => DistanceUnit::Miles,
            "km" => DistanceUnit::Kilometres,
            other => {
                let found = other.chars().take(80).collect();
                return Err(SoqlError::new(
                    Reason::Unexpected { found, expected: "'mi' or 'km'" },
                    unit_at.at,
                ));
            }
        };
        self.expect(Kind::Close, "a closing bracket")?;
        Ok(Expr::Distance(Box::new(Distance { field, latitude, longitude, unit, at })))
    }

    fn degrees(&mut self) -> Result<Number, SoqlError> {
        match self.number()? {
            Some(number) => Ok(number),
            None => Err(self.unexpected("degrees")),
        }
    }

    pub(super) fn string(&mut self, expected: &'static str) -> Result<StringLiteral, SoqlError> {
        let token = self.expect(Kind::Text, expected)?;
        let quoted = self.text(token);
        Ok(StringLiteral::of_lexed(quoted.get(1..quoted.len() - 1).unwrap_or_default()))
    }

    /// A string that is no pattern of `LIKE`: there `\\_` and `\\%` are no escapes.
    pub(super) fn plain_string(
        &mut self,
        expected: &'static str,
    ) -> Result<StringLiteral, SoqlError> {
        let at = self.current.at;
        let text = self.string(expected)?;
        let mut rest = text.raw();
        while let Some((_, escape)) = rest.split_once('\\') {
            match escape.chars().next() {
                Some(sign @ ('_' | '%')) => {
                    return Err(SoqlError::new(Reason::BadEscape(sign.to_string().into()), at));
                }
                // What is escaped is no backslash of its own.
                escaped => {
                    rest = escape.get(escaped.map_or(0, char::len_utf8)..).unwrap_or_default();
                }
            }
        }
        Ok(text)
    }
}
