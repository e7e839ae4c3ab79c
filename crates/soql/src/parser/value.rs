//! Values on the right of a comparison.

use super::Parser;
use crate::ast::{Currency, DateLiteral, Literal, Moment, Named, Number};
use crate::error::{Reason, SoqlError};
use crate::lexer::{Kind, Lexer, Token};

impl Parser<'_> {
    pub(super) fn literal(&mut self) -> Result<Literal, SoqlError> {
        if let Some(number) = self.number()? {
            return Ok(Literal::Number(number));
        }
        match self.current.kind {
            Kind::Text => Ok(Literal::Text(self.plain_string("a value")?)),
            Kind::Date | Kind::DateTime | Kind::Time => {
                let token = self.advance();
                let text = self.text(token);
                real(token.kind, text)
                    .ok_or_else(|| SoqlError::new(Reason::BadDate(text.into()), token.at))
            }
            Kind::Word => self.word(),
            _ => Err(self.unexpected("a value")),
        }
    }

    /// What `LIKE` compares with.
    pub(super) fn pattern(&mut self) -> Result<Literal, SoqlError> {
        match self.current.kind {
            Kind::Text => Ok(Literal::Text(self.string("a pattern")?)),
            _ => self.literal(),
        }
    }

    /// `(a, b, c)`, not empty.
    pub(super) fn literals(&mut self) -> Result<Vec<Literal>, SoqlError> {
        self.expect(Kind::Open, "an opening bracket")?;
        let mut values = Vec::new();
        loop {
            values.push(self.literal()?);
            if !self.eat(Kind::Comma) {
                self.expect(Kind::Close, "a comma or a closing bracket")?;
                return Ok(values);
            }
        }
    }

    /// A number with its sign, if one stands here.
    pub(super) fn number(&mut self) -> Result<Option<Number>, SoqlError> {
        let sign = self.current.kind;
        let signed = matches!(sign, Kind::Plus | Kind::Minus);
        if signed {
            self.advance();
        }
        if !matches!(self.current.kind, Kind::Integer | Kind::Decimal) {
            return if signed { Err(self.unexpected("a number")) } else { Ok(None) };
        }
        let token = self.advance();
        let text = self.text(token);
        Ok(Some(if sign == Kind::Minus {
            Number::of_negative(text)
        } else {
            Number::of_lexed(text)
        }))
    }

    /// A whole number of records.
    pub(super) fn rows(&mut self) -> Result<u32, SoqlError> {
        self.eat(Kind::Plus);
        self.count("a number of records")
    }

    /// A whole number without a sign.
    fn count(&mut self, expected: &'static str) -> Result<u32, SoqlError> {
        let token = self.expect(Kind::Integer, expected)?;
        let text = self.text(token);
        // Salesforce's own bound is that of a signed number.
        match text.parse::<i32>().ok().and_then(|count| u32::try_from(count).ok()) {
            Some(count) => Ok(count),
            None => Err(SoqlError::new(
                Reason::NumberTooLarge(text.chars().take(80).collect()),
                token.at,
            )),
        }
    }

    fn word(&mut self) -> Result<Literal, SoqlError> {
        let text = self.text(self.current);
        let fixed = match text.len() {
            4 if text.eq_ignore_ascii_case("null") => Some(Literal::Null),
            4 if text.eq_ignore_ascii_case("true") => Some(Literal::Bool(true)),
            5 if text.eq_ignore_ascii_case("false") => Some(Literal::Bool(false)),
            _ => None,
        };
        if let Some(literal) = fixed {
            self.advance();
            return Ok(literal);
        }
        match DateLiteral::named(text) {
            Some(Named::Fixed(literal)) => {
                self.advance();
                Ok(Literal::Relative(literal))
            }
            Some(Named::Counted(literal, unit)) => {
                self.advance();
                self.expect(Kind::Colon, "a colon and a number")?;
                Ok(Literal::Relative(literal(unit, self.count("a number")?)))
            }
            None => self.currency(),
        }
    }

    /// `USD500`, `USD100.25`, `USD-500`: a code, and without a space its amount.
    fn currency(&mut self) -> Result<Literal, SoqlError> {
        let start = self.current;
        let text = self.text(start);
        let (Some(code), Some(digits)) = (text.get(..3), text.get(3..)) else {
            return Err(self.unexpected("a value"));
        };
        if !code.bytes().all(|byte| byte.is_ascii_alphabetic())
            || !digits.bytes().all(|byte| byte.is_ascii_digit())
        {
            return Err(self.unexpected("a value"));
        }
        let follows = |before: Token, after: Token| after.start() == before.end;
        let amount = if digits.is_empty() {
            let signed = matches!(self.next.kind, Kind::Minus | Kind::Plus)
                && follows(self.current, self.next);
            if !signed {
                return Err(self.unexpected("a value"));
            }
            self.advance();
            if !follows(self.current, self.next) {
                return Err(self.unexpected("an amount"));
            }
            match self.number()? {
                Some(amount) => amount,
                None => return Err(self.unexpected("an amount")),
            }
        } else {
            self.advance();
            let end = if self.current.kind == Kind::Decimal && follows(start, self.current) {
                self.advance().end
            } else {
                start.end
            };
            Number::of_lexed(self.source.get(start.start() + 3..end).unwrap_or_default())
        };
        match Currency::new(code, amount) {
            Some(currency) => Ok(Literal::Currency(currency)),
            None => Err(SoqlError::new(
                Reason::Unexpected { found: text.into(), expected: "a value" },
                start.at,
            )),
        }
    }
}

/// A date or time on its own; see [`Literal::moment`].
pub(crate) fn moment(text: &str) -> Option<Literal> {
    let token = Lexer::new(text).next();
    if token.start() == 0 && token.end == text.len() { real(token.kind, text) } else { None }
}

/// The literal of that kind, if the day and the time exist. The lexer has checked the form.
fn real(kind: Kind, text: &str) -> Option<Literal> {
    let (literal, exists): (fn(Moment) -> Literal, bool) = match kind {
        Kind::Date => (Literal::Date, text.parse::<jiff::civil::Date>().is_ok()),
        Kind::DateTime => (Literal::DateTime, text.parse::<jiff::Timestamp>().is_ok()),
        Kind::Time => {
            let clock = text.get(..8).unwrap_or_default();
            (Literal::Time, clock.parse::<jiff::civil::Time>().is_ok())
        }
        _ => return None,
    };
    exists.then(|| literal(Moment::of_checked(text)))
}
