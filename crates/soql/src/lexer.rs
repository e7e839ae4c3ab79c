//! From text to tokens, one at a time and without allocating.
//!
//! The lexer never fails: what it cannot read becomes a [`Kind`] of its own, which the parser refuses where it
//! meets it, so that the first fault in the text is the one reported.

use crate::ast::At;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Word,
    Integer,
    Decimal,
    Date,
    DateTime,
    Time,
    /// With its quotes.
    Text,
    Comma,
    Dot,
    Colon,
    Semicolon,
    Open,
    Close,
    Brace,
    Plus,
    Minus,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Unknown,
    Comment,
    Unterminated,
    /// The text ends where the line does.
    LineBreak,
    /// The text is the bad escape, from its backslash.
    BadEscape,
    End,
}

/// A token: where it begins and ends.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Token {
    pub(crate) kind: Kind,
    pub(crate) at: At,
    pub(crate) end: usize,
}

impl Token {
    pub(crate) fn start(&self) -> usize {
        self.at.offset as usize
    }
}

#[derive(Debug)]
pub(crate) struct Lexer<'a> {
    source: &'a str,
    position: usize,
    row: u32,
    /// Where the line would begin if all its characters so far were of one byte: columns count characters.
    line_start: usize,
}

impl<'a> Lexer<'a> {
    /// The source must be shorter than 4 GiB; the parser allows far less.
    pub(crate) fn new(source: &'a str) -> Self {
        Self { source, position: 0, row: 1, line_start: 0 }
    }

    /// The text of a token.
    pub(crate) fn text(&self, token: Token) -> &'a str {
        self.source.get(token.start()..token.end).unwrap_or_default()
    }

    pub(crate) fn next(&mut self) -> Token {
        self.skip_space();
        let at = self.here();
        let kind = self.scan();
        Token { kind, at, end: self.position }
    }

    /// The term of a `FIND`, up to its closing brace, which is passed over. Called right after the opening brace.
    pub(crate) fn term(&mut self) -> Option<Token> {
        let at = self.here();
        loop {
            match self.bump()? {
                b'}' => return Some(Token { kind: Kind::Text, at, end: self.position - 1 }),
                b'\\' => {
                    self.bump()?;
                }
                b'{' => return None,
                _ => {}
            }
        }
    }

    fn here(&self) -> At {
        let offset = u32::try_from(self.position).unwrap_or(u32::MAX);
        let column = u32::try_from(self.position - self.line_start + 1).unwrap_or(u32::MAX);
        At { offset, row: self.row, column }
    }

    fn peek(&self) -> Option<u8> {
        self.ahead(0)
    }

    fn ahead(&self, count: usize) -> Option<u8> {
        self.source.as_bytes().get(self.position + count).copied()
    }

    fn bump(&mut self) -> Option<u8> {
        let byte = self.peek()?;
        self.position += 1;
        if byte == b'\n' {
            self.row += 1;
            self.line_start = self.position;
        } else if byte & 0b1100_0000 == 0b1000_0000 {
            self.line_start += 1;
        }
        Some(byte)
    }

    fn skip_space(&mut self) {
        while self.peek().is_some_and(|byte| byte.is_ascii_whitespace()) {
            self.bump();
        }
    }

    fn skip_digits(&mut self) -> usize {
        let digits = self.digits_at(0);
        self.position += digits;
        digits
    }

    fn digits_at(&self, from: usize) -> usize {
        let rest = self.source.as_bytes().get(self.position + from..).unwrap_or_default();
        rest.iter().take_while(|byte| byte.is_ascii_digit()).count()
    }

    fn scan(&mut self) -> Kind {
        let Some(byte) = self.peek() else { return Kind::End };
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' => {
                let rest = self.source.as_bytes().get(self.position..).unwrap_or_default();
                self.position += rest
                    .iter()
                    .take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_')
                    .count();
                Kind::Word
            }
            b'0'..=b'9' => self.number(),
            b'.' if self.ahead(1).is_some_and(|byte| byte.is_ascii_digit()) => {
                self.position += 1;
                self.skip_digits();
                Kind::Decimal
            }
            b'\'' => self.string(),
            b'/' if matches!(self.ahead(1), Some(b'/' | b'*')) => Kind::Comment,
            _ => self.sign(byte),
        }
    }

    fn sign(&mut self, byte: u8) -> Kind {
        let kind = match byte {
            b',' => Kind::Comma,
            b'.' => Kind::Dot,
            b':' => Kind::Colon,
            b';' => Kind::Semicolon,
            b'(' => Kind::Open,
            b')' => Kind::Close,
            b'{' => Kind::Brace,
            b'+' => Kind::Plus,
            b'-' => Kind::Minus,
            b'=' => Kind::Equal,
            b'<' if self.ahead(1) == Some(b'>') => {
                self.position += 1;
                Kind::NotEqual
            }
            b'<' if self.equal_follows() => Kind::LessOrEqual,
            b'<' => Kind::Less,
            b'>' if self.equal_follows() => Kind::GreaterOrEqual,
            b'>' => Kind::Greater,
            b'!' if self.equal_follows() => Kind::NotEqual,
            // Left standing: the parser stops here for good.
            _ => return Kind::Unknown,
        };
        self.position += 1;
        kind
    }

    /// Whether an `=` follows the sign here, spaces allowed; passes over the sign and the spaces if so.
    fn equal_follows(&mut self) -> bool {
        let rest = self.source.as_bytes().get(self.position + 1..).unwrap_or_default();
        let spaces = rest.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        if rest.get(spaces) != Some(&b'=') {
            return false;
        }
        (0..=spaces).for_each(|_| {
            self.bump();
        });
        true
    }

    /// A number, or a date or time, which begin as one.
    fn number(&mut self) -> Kind {
        match self.digits_at(0) {
            4 if self.ahead(4) == Some(b'-')
                && self.digits_at(5) == 2
                && self.ahead(7) == Some(b'-') =>
            {
                if self.digits_at(8) != 2 {
                    self.skip_digits();
                    return Kind::Integer;
                }
                self.position += 10;
                match self.time_length(1) {
                    Some(length) if matches!(self.peek(), Some(b'T' | b't')) => {
                        self.position += 1 + length;
                        Kind::DateTime
                    }
                    _ => Kind::Date,
                }
            }
            2 if self.ahead(2) == Some(b':') => {
                let time = self.time_length(0);
                self.position += time.unwrap_or(2);
                if time.is_some() { Kind::Time } else { Kind::Integer }
            }
            _ => {
                self.skip_digits();
                if self.peek() == Some(b'.') && self.digits_at(1) > 0 {
                    self.position += 1;
                    self.skip_digits();
                    return Kind::Decimal;
                }
                Kind::Integer
            }
        }
    }

    /// How long the `hh:mm:ss`, fraction and zone are that begin `from` bytes ahead.
    fn time_length(&self, from: usize) -> Option<usize> {
        let colon = |at: usize| self.ahead(from + at) == Some(b':');
        let two = |at: usize| self.digits_at(from + at) == 2;
        if !(two(0) && colon(2) && two(3) && colon(5) && two(6)) {
            return None;
        }
        let mut length = 8;
        if self.ahead(from + length) == Some(b'.') {
            let digits = self.digits_at(from + length + 1);
            if digits == 0 {
                return None;
            }
            length += 1 + digits;
        }
        match self.ahead(from + length)? {
            b'Z' | b'z' => Some(length + 1),
            b'+' | b'-' if self.digits_at(from + length + 1) == 4 => Some(length + 5),
            b'+' | b'-' if two(length + 1) && colon(length + 3) && two(length + 4) => {
                Some(length + 6)
            }
            _ => None,
        }
    }

    fn string(&mut self) -> Kind {
        self.position += 1;
        loop {
            let escape = self.position;
            if self.peek() == Some(b'\n') {
                return Kind::LineBreak;
            }
            match self.bump() {
                None => return Kind::Unterminated,
                Some(b'\'') => return Kind::Text,
                Some(b'\\') => {
                    let known = match self.peek() {
                        Some(b'u' | b'U') => {
                            let digits =
                                self.source.as_bytes().get(self.position + 1..self.position + 5);
                            digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
                        }
                        Some(byte) => b"nNrRtTbBfF\"'\\_%".contains(&byte),
                        None => return Kind::Unterminated,
                    };
                    if !known {
                        // Nothing past the backslash was passed over: the row still counts right.
                        self.position = escape;
                        return Kind::BadEscape;
                    }
                    self.position += 1;
                }
                Some(_) => {}
            }
        }
    }
}
