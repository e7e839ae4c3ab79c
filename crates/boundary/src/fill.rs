//! The second way out, first half: tokens in a statement for the CRM become values.

use zeroize::Zeroizing;

use crate::principal::Viewer;
use crate::show::may_see;
use crate::token::{TokenTable, shapes};

/// A statement or a write names a token that stands for nothing this person may use.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{token}` stands for nothing in this conversation")]
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
    for shape in shapes(template) {
        out.push_str(template.get(from..shape.start).unwrap_or_default());
        from = shape.end;
        let written = template.get(shape.start..shape.end).unwrap_or_default();
        if shape.escapes > 0 {
            out.push_str(&written.replacen('!', "", 1));
            continue;
        }
        let covered = table.look_up(shape.token).filter(|covered| may_see(viewer, covered));
        let covered = covered.ok_or_else(|| UnknownToken { token: written.to_owned() })?;
        quote_into(&mut out, &covered.value, quoting);
    }
    out.push_str(template.get(from..).unwrap_or_default());
    Ok(out)
}

fn quote_into(out: &mut String, value: &str, quoting: Quoting) {
    for c in value.chars() {
        match (quoting, c) {
            (Quoting::Soql, '\'' | '\\') => out.extend(['\\', c]),
            (Quoting::Soql, '\n') => out.push_str("\\n"),
            (Quoting::Soql, '\r') => out.push_str("\\r"),
            (Quoting::Sosl, c) if "?&|!{}[]()^~*:\\\"'+-".contains(c) => out.extend(['\\', c]),
            (_, c) => out.push(c),
        }
    }
}

/// A printed search escapes the braces of a token as it does any other; here they are read as
/// a token again.
fn unescaped_tokens(template: &str) -> String {
    let mut out = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, after)) = rest.split_once("\\{") {
        out.push_str(before);
        let inner = after.split_once("\\}").filter(|(inner, _)| {
            let text = format!("{{{inner}}}");
            shapes(&text).first().is_some_and(|shape| shape.end == text.len())
        });
        if let Some((inner, after)) = inner {
            out.extend(["{", inner, "}"]);
            rest = after;
        } else {
            out.push_str("\\{");
            rest = after;
        }
    }
    out.push_str(rest);
    out
}
