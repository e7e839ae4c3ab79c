//! The second way out, first half: tokens in a statement for the CRM become values.

use zeroize::Zeroizing;

use crate::principal::Viewer;
use crate::show::may_see;
use crate::token::{Covered, Shape, TokenTable, shapes};

/// A statement or a write names a token that stands for nothing this person may use, or one
/// that was bent until nobody can tell what it stood for. Nothing is sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{token}` stands for nothing in this conversation; copy tokens letter for letter")]
pub struct UnknownToken {
    /// The token as written.
    pub token: String,
}

/// How a value is written where its token stood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Quoting {
    /// Inside a SOQL string literal.
    Soql,
    /// Inside the braces of a SOSL search.
    Sosl,
    /// As it is: the caller builds JSON of it.
    Plain,
}

/// Puts values where tokens stand, in one pass, and undoes the escape of token-shaped text.
pub(crate) fn fill(
    table: &TokenTable,
    viewer: &Viewer<'_>,
    template: &str,
    quoting: Quoting,
) -> Result<Zeroizing<String>, UnknownToken> {
    let mut out = Zeroizing::new(String::with_capacity(template.len() + 32));
    let bare = match quoting {
        Quoting::Sosl => unescaped_tokens(template),
        _ => template.to_owned(),
    };
    let template = bare.as_str();
    let mut from = 0;
    let mut literal = Literal::default();
    for shape in shapes(template) {
        let before = template.get(from..shape.start).unwrap_or_default();
        let written = template.get(shape.start..shape.end).unwrap_or_default();
        if !shape.exact {
            if may_be_meant(&shape, quoting) {
                return Err(UnknownToken { token: written.to_owned() });
            }
            continue;
        }
        out.push_str(before);
        from = shape.end;
        if shape.escapes > 0 {
            out.push_str(&written.replacen('!', "", 1));
            continue;
        }
        let covered = table.resolve(&shape).filter(|covered| may_see(viewer, covered));
        let covered = covered.ok_or_else(|| UnknownToken { token: written.to_owned() })?;
        let pattern = quoting == Quoting::Soql && literal.is_pattern(&out);
        quote_into(&mut out, &covered.value, quoting, pattern);
    }
    out.push_str(template.get(from..).unwrap_or_default());
    Ok(out)
}

/// What the tokens of a text stand for, whoever may see it.
pub(crate) fn named<'a>(table: &'a TokenTable, text: &str) -> impl Iterator<Item = &'a Covered> {
    let exact = |shape: &Shape| shape.exact && shape.escapes == 0;
    shapes(text).into_iter().filter(exact).filter_map(|shape| table.resolve(&shape))
}

/// Whether a bent form was meant for a token. What could be read without doubt was written
/// straight before it came here. In a statement, names of fields look like bare tokens.
fn may_be_meant(shape: &Shape, quoting: Quoting) -> bool {
    shape.escapes == 0 && shape.meant && (quoting == Quoting::Plain || shape.braced)
}

/// Where the string literals of a statement are, as far as it was read. Each character is read once, however
/// many tokens there are.
#[derive(Default)]
struct Literal {
    read: usize,
    /// Where the literal begins in which it ends.
    opened: Option<usize>,
    escaped: bool,
}

impl Literal {
    /// Whether the literal that `statement` ends in is the pattern of a `LIKE`.
    fn is_pattern(&mut self, statement: &str) -> bool {
        for (at, c) in statement.get(self.read..).unwrap_or_default().char_indices() {
            match c {
                _ if self.escaped => self.escaped = false,
                '\\' => self.escaped = true,
                '\'' => {
                    self.opened = if self.opened.is_some() { None } else { Some(self.read + at) }
                }
                _ => {}
            }
        }
        self.read = statement.len();
        let before = self.opened.and_then(|at| statement.get(..at)).unwrap_or_default().trim_end();
        let word = before.rsplit(|c: char| !c.is_ascii_alphabetic()).next();
        word.is_some_and(|word| word.eq_ignore_ascii_case("like"))
    }
}

/// `pattern`: inside a `LIKE`, where `%` and `_` would stand for other text.
fn quote_into(out: &mut String, value: &str, quoting: Quoting, pattern: bool) {
    for c in value.chars() {
        match (quoting, c) {
            (Quoting::Soql, '\'' | '\\') => out.extend(['\\', c]),
            (Quoting::Soql, '%' | '_') if pattern => out.extend(['\\', c]),
            (Quoting::Soql, '\n') => out.push_str("\\n"),
            (Quoting::Soql, '\r') => out.push_str("\\r"),
            (Quoting::Sosl, c) if "?&|!{}[]()^~*:\\\"'+-".contains(c) => out.extend(['\\', c]),
            (_, c) => out.push(c),
        }
    }
}

/// Bytes of a token, escapes and all.
const LONGEST_TOKEN: usize = 128;

/// A printed search escapes the braces of a token as it does any other; here they are read as
/// a token again.
fn unescaped_tokens(template: &str) -> String {
    let mut out = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, after)) = rest.split_once("\\{") {
        out.push_str(before);
        // No token is longer, and a hostile search may hold many braces.
        let near = after.get(..after.floor_char_boundary(LONGEST_TOKEN)).unwrap_or_default();
        let inner = near.split_once("\\}").map(|(inner, _)| inner).filter(|inner| {
            let text = format!("{{{inner}}}");
            shapes(&text).first().is_some_and(|it| it.exact && it.end == text.len())
        });
        if let Some(inner) = inner {
            out.extend(["{", inner, "}"]);
            rest = after.get(inner.len() + 2..).unwrap_or_default();
        } else {
            out.push_str("\\{");
            rest = after;
        }
    }
    out.push_str(rest);
    out
}
