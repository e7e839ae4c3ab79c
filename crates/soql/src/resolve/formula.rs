//! The fields that a formula names inside its string.

use crate::ast::{FieldPath, Formula};
use crate::error::{Reason, SoqlError};

/// What is neither name, number, text nor space in a formula that can be understood here. Left out on purpose are
/// `$` and `:`, which name things other than fields of the object, and comments.
const SIGNS: &str = "+-*/^&=<>!(),|";

/// Every path a formula names, or a refusal when anything in it is not understood: what cannot be read cannot be
/// let through.
pub(super) fn paths(formula: &Formula) -> Result<Vec<FieldPath>, SoqlError> {
    let refused = || {
        SoqlError::new(
            Reason::Rule("the formula holds what cannot be resolved to fields"),
            formula.at,
        )
    };
    let text = formula.text.value();
    let mut paths = Vec::new();
    let mut rest: &str = &text;
    while let Some(first) = rest.chars().next() {
        let length = match first {
            'a'..='z' | 'A'..='Z' => {
                let length =
                    run(rest, |char| char.is_ascii_alphanumeric() || matches!(char, '_' | '.'));
                let name = rest.get(..length).unwrap_or_default();
                let is_call = rest.get(length..).unwrap_or_default().trim_start().starts_with('(');
                let is_constant =
                    ["TRUE", "FALSE", "NULL"].iter().any(|word| name.eq_ignore_ascii_case(word));
                if !is_call && !is_constant {
                    let path = FieldPath::parse(name).ok_or_else(refused)?;
                    paths.push(FieldPath { at: formula.at, ..path });
                }
                length
            }
            '0'..='9' | '.' => run(rest, |char| char.is_ascii_digit() || char == '.'),
            '"' | '\'' => quoted(rest, first).ok_or_else(refused)?,
            '/' if rest.starts_with("/*") || rest.starts_with("//") => return Err(refused()),
            _ if first.is_ascii_whitespace() || SIGNS.contains(first) => first.len_utf8(),
            _ => return Err(refused()),
        };
        rest = rest.get(length..).unwrap_or_default();
    }
    Ok(paths)
}

fn run(text: &str, belongs: impl Fn(char) -> bool) -> usize {
    text.find(|char| !belongs(char)).unwrap_or(text.len())
}

/// How long the quoted text is that begins here, with its quotes.
fn quoted(text: &str, quote: char) -> Option<usize> {
    let mut escaped = false;
    for (index, char) in text.char_indices().skip(1) {
        match char {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if char == quote => return Some(index + char.len_utf8()),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ast::{At, StringLiteral};

    fn read(text: &str) -> Option<String> {
        let formula = Formula { text: StringLiteral::new(text), at: At::default() };
        let paths = paths(&formula).ok()?;
        Some(paths.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "))
    }

    #[test]
    fn names_are_found_between_signs_calls_and_text() {
        assert_eq!(read("EndDate - StartDate").as_deref(), Some("EndDate StartDate"));
        assert_eq!(
            read("TRIM (Account.Name, 4)&\"Not.A.Field\"=NULL").as_deref(),
            Some("Account.Name")
        );
        assert_eq!(read(r#"a&"x\"y"&b"#).as_deref(), Some("a b"));
        assert_eq!(read("1.5+.5").as_deref(), Some(""));
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        for hostile in
            ["$User.Id", "Owner:User.Name", "a /* b */", "\"open", "a..b", "a.", "{!a}", "\u{e9}"]
        {
            assert_eq!(read(hostile), None, "{hostile}");
        }
    }
}
