//! Recursive descent over the tokens, two at a time.
//!
//! Recursion is bounded by [`MAX_DEPTH`] and every token is read once, so time is linear in the text and hostile
//! input cannot exhaust the stack.

mod clause;
mod condition;
mod expr;
mod search;
mod select;
#[cfg(test)]
mod tests;
mod value;

pub(crate) use value::moment;

use crate::ast::{FieldPath, Name, Query, Search};
use crate::error::{ErrorCode, Reason, SoqlError};
use crate::lexer::{Kind, Lexer, Token};

/// How deep brackets and sub-queries may nest, together.
pub const MAX_DEPTH: usize = 64;

/// The longest query Salesforce takes, in characters.
pub const MAX_LENGTH: usize = 100_000;

/// Reads a SOQL query as the REST API takes it. A closing `;` is allowed, comments are not.
///
/// The grammar is checked here; rules that hold between clauses are checked by [`crate::check`], and names by
/// [`crate::resolve()`].
pub fn parse(source: &str) -> Result<Query, SoqlError> {
    let mut parser = Parser::new(source)?;
    let query = parser.query(select::Role::Top)?;
    while parser.eat(Kind::Semicolon) {}
    parser.end()?;
    Ok(query)
}

/// Reads a SOSL search as the REST API takes it.
pub fn parse_search(source: &str) -> Result<Search, SoqlError> {
    let read = || {
        let mut parser = Parser::new(source)?;
        let search = parser.search()?;
        while parser.eat(Kind::Semicolon) {}
        parser.end()?;
        Ok(search)
    };
    read().map_err(|error: SoqlError| match error.code {
        ErrorCode::MalformedQuery => SoqlError { code: ErrorCode::MalformedSearch, ..error },
        _ => error,
    })
}

#[derive(Debug)]
struct Parser<'a> {
    source: &'a str,
    lexer: Lexer<'a>,
    current: Token,
    next: Token,
    /// Where the token before the current one ended.
    previous_end: usize,
    depth: usize,
}

impl<'a> Parser<'a> {
    fn new(source: &'a str) -> Result<Self, SoqlError> {
        let mut lexer = Lexer::new(source);
        // Bytes are an upper bound of characters; count only when it matters.
        if source.len() > MAX_LENGTH && source.chars().count() > MAX_LENGTH {
            return Err(SoqlError::new(Reason::TooLong(MAX_LENGTH), crate::ast::At::default()));
        }
        let current = lexer.next();
        if current.kind == Kind::End {
            return Err(SoqlError::new(Reason::Empty, crate::ast::At::default()));
        }
        let next = lexer.next();
        Ok(Self { source, lexer, current, next, previous_end: 0, depth: 0 })
    }

    fn advance(&mut self) -> Token {
        let token = self.current;
        self.previous_end = token.end;
        self.current = self.next;
        self.next = self.lexer.next();
        token
    }

    fn text(&self, token: Token) -> &'a str {
        self.lexer.text(token)
    }

    fn at_word(&self, word: &str) -> bool {
        self.current.kind == Kind::Word && self.text(self.current).eq_ignore_ascii_case(word)
    }

    fn next_is_word(&self, word: &str) -> bool {
        self.next.kind == Kind::Word && self.text(self.next).eq_ignore_ascii_case(word)
    }

    fn eat_word(&mut self, word: &str) -> bool {
        let found = self.at_word(word);
        if found {
            self.advance();
        }
        found
    }

    fn expect_word(&mut self, word: &'static str) -> Result<Token, SoqlError> {
        if self.at_word(word) { Ok(self.advance()) } else { Err(self.unexpected(word)) }
    }

    fn eat(&mut self, kind: Kind) -> bool {
        let found = self.current.kind == kind;
        if found {
            self.advance();
        }
        found
    }

    fn expect(&mut self, kind: Kind, expected: &'static str) -> Result<Token, SoqlError> {
        if self.current.kind == kind { Ok(self.advance()) } else { Err(self.unexpected(expected)) }
    }

    fn end(&self) -> Result<(), SoqlError> {
        if self.current.kind == Kind::End {
            Ok(())
        } else {
            Err(self.unexpected("the end of the query"))
        }
    }

    /// Whether the current token could be a name here.
    fn at_name(&self) -> bool {
        self.current.kind == Kind::Word && !is_reserved(self.text(self.current))
    }

    fn name(&mut self, expected: &'static str) -> Result<Name, SoqlError> {
        if !self.at_name() {
            return Err(self.unexpected(expected));
        }
        let token = self.advance();
        Ok(Name::of_lexed(self.text(token)))
    }

    /// Names joined by dots. Reserved words may follow a dot: there they cannot be mistaken.
    fn path(&mut self, expected: &'static str) -> Result<FieldPath, SoqlError> {
        let at = self.current.at;
        let first = self.name(expected)?;
        let mut parts = Vec::with_capacity(1);
        parts.push(first);
        while self.current.kind == Kind::Dot && self.current.start() == self.previous_end {
            self.advance();
            let part = self.expect(Kind::Word, "a name after the dot")?;
            parts.push(Name::of_lexed(self.text(part)));
        }
        Ok(FieldPath { parts, at })
    }

    /// Runs `read` one level deeper.
    fn nested<T>(
        &mut self,
        read: impl FnOnce(&mut Self) -> Result<T, SoqlError>,
    ) -> Result<T, SoqlError> {
        if self.depth == MAX_DEPTH {
            return Err(SoqlError::new(Reason::TooDeep(MAX_DEPTH), self.current.at));
        }
        self.depth += 1;
        let result = read(self);
        self.depth -= 1;
        result
    }

    /// The fault that the current token is, when `expected` should stand here.
    fn unexpected(&self, expected: &'static str) -> SoqlError {
        let token = self.current;
        let found = self.text(token);
        let rest = |from: usize| self.source.get(from..).unwrap_or_default().chars();
        let reason = match token.kind {
            Kind::Colon => Reason::BindVariable,
            Kind::Unknown => {
                Reason::UnknownCharacter(rest(token.start()).next().unwrap_or_default())
            }
            Kind::Comment => Reason::Comment,
            Kind::Unterminated => Reason::Unterminated('\''),
            Kind::LineBreak => Reason::LineBreak,
            Kind::BadEscape => Reason::BadEscape(rest(token.end).skip(1).take(1).collect()),
            Kind::End => Reason::Unexpected { found: "<EOF>".into(), expected },
            _ => Reason::Unexpected { found: found.chars().take(80).collect(), expected },
        };
        SoqlError::new(reason, token.at)
    }
}

/// Whether a word of the language cannot be a name. Some words are both: `Group` and `Order` are objects.
pub(crate) fn is_reserved(word: &str) -> bool {
    let mut upper = [0_u8; 8];
    let Some(upper) = upper.get_mut(..word.len()) else { return false };
    upper.copy_from_slice(word.as_bytes());
    upper.make_ascii_uppercase();
    matches!(
        &*upper,
        b"AND"
            | b"AS"
            | b"ASC"
            | b"BIND"
            | b"BY"
            | b"CUBE"
            | b"DESC"
            | b"ELSE"
            | b"EXCLUDES"
            | b"FALSE"
            | b"FIRST"
            | b"FOR"
            | b"FROM"
            | b"HAVING"
            | b"IN"
            | b"INCLUDES"
            | b"LAST"
            | b"LIKE"
            | b"LIMIT"
            | b"LOOKUP"
            | b"NOT"
            | b"NULL"
            | b"NULLS"
            | b"OR"
            | b"ROLLUP"
            | b"SELECT"
            | b"TRUE"
            | b"UPDATE"
            | b"USING"
            | b"WHERE"
            | b"WITH"
    )
}
