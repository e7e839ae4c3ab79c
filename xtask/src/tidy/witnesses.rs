//! Types that prove a check ran cannot be made, copied or opened by the way.

use super::Violation;
use super::rules;
use super::rust;
use super::tree::Tree;

const HOME: &str = "crates/boundary/src/";

pub(super) fn check(tree: &Tree) -> Vec<Violation> {
    let mut found = Vec::new();
    let mut absent: Vec<&str> = rules::WITNESSES.iter().map(|(name, _)| *name).collect();
    for file in tree.rust().filter(|file| file.path.starts_with(HOME) && !file.is_test()) {
        for item in items(&rust::without_tests(&rust::code(&file.text))) {
            let Some((name, never)) = rules::WITNESSES.iter().find(|(name, _)| *name == item.name)
            else {
                continue;
            };
            let mut broken = |what: String, expected: &str| {
                found.push(Violation::at(
                    &file.path,
                    item.line,
                    format!("`{name}` {what}"),
                    expected,
                ));
            };
            match item.kind {
                Kind::Implements(of) if never.contains(&of.as_str()) => {
                    broken(
                        format!("implements `{of}`"),
                        "a witness that only its check can make, copy or open",
                    );
                }
                Kind::Implements(_) => {}
                Kind::Declared { derives, open } => {
                    absent.retain(|missing| missing != name);
                    for derived in
                        derives.iter().filter(|derived| never.contains(&derived.as_str()))
                    {
                        broken(
                            format!("derives `{derived}`"),
                            "a witness that only its check can make, copy or open",
                        );
                    }
                    if open {
                        broken("has a public field".to_owned(), "private fields");
                    }
                }
            }
        }
    }
    let absent = absent.into_iter().map(|name| {
        Violation::at(
            HOME,
            0,
            format!("there is no type `{name}`"),
            "it, or its row gone from `WITNESSES`, xtask/src/tidy/rules.rs",
        )
    });
    found.into_iter().chain(absent).collect()
}

/// A declaration of a type, or an `impl` of a trait for it.
struct Item {
    line: usize,
    name: String,
    kind: Kind,
}

enum Kind {
    Declared {
        derives: Vec<String>,
        /// Whether a field is `pub` without bounds.
        open: bool,
    },
    Implements(String),
}

/// The types and the trait implementations in `code`.
fn items(code: &str) -> Vec<Item> {
    let tokens = tokens(code);
    let mut items = Vec::new();
    let mut derives = Vec::new();
    for (index, &(line, token)) in tokens.iter().enumerate() {
        let rest = tokens.get(index + 1..).unwrap_or_default();
        match token {
            "derive" => derives.extend(derived(rest)),
            "struct" | "enum" | "union" => {
                if let Some(&(_, name)) = rest.first() {
                    let kind = Kind::Declared {
                        derives: std::mem::take(&mut derives),
                        open: is_open(rest),
                    };
                    items.push(Item { line, name: name.to_owned(), kind });
                }
            }
            "impl" if begins_item(&tokens, index) => {
                if let Some((of, name)) = implements(rest) {
                    items.push(Item { line, name, kind: Kind::Implements(of) });
                }
            }
            ";" | "}" => derives.clear(),
            _ => {}
        }
    }
    items
}

type Token<'a> = (usize, &'a str);

/// Words and single marks, each with its line.
fn tokens(code: &str) -> Vec<Token<'_>> {
    let in_word = |c: char| c == '_' || c.is_alphanumeric();
    let mut tokens = Vec::new();
    for (index, line) in code.lines().enumerate() {
        let mut rest = line.trim_start();
        while let Some(first) = rest.chars().next() {
            let end = if in_word(first) {
                rest.find(|c| !in_word(c)).unwrap_or(rest.len())
            } else {
                first.len_utf8()
            };
            let (token, after) = rest.split_at_checked(end).unwrap_or((rest, ""));
            tokens.push((index + 1, token));
            rest = after.trim_start();
        }
    }
    tokens
}

/// The last parts of the paths in `(A, b::B)` at the start of `rest`.
fn derived(rest: &[Token<'_>]) -> Vec<String> {
    let list: Vec<&str> =
        rest.iter().skip(1).map(|&(_, token)| token).take_while(|token| *token != ")").collect();
    list.split(|token| *token == ",")
        .filter_map(|path| path.last())
        .map(|&name| name.to_owned())
        .collect()
}

/// Whether the body of the type declared at the start of `rest` has a field that is `pub` for all.
fn is_open(rest: &[Token<'_>]) -> bool {
    let mut depth = 0_usize;
    let body = body(rest);
    for (index, &(_, token)) in body.iter().enumerate() {
        match token {
            "{" | "(" => depth += 1,
            "}" | ")" if depth <= 1 => return false,
            "}" | ")" => depth -= 1,
            "pub" if depth == 1 && body.get(index + 1).is_none_or(|&(_, next)| next != "(") => {
                return true;
            }
            _ => {}
        }
    }
    false
}

/// From the bracket that opens the fields of the type whose name begins `rest`; bounds may hold brackets too.
fn body<'t, 'a>(rest: &'t [Token<'a>]) -> &'t [Token<'a>] {
    let mut depth = 0_usize;
    let mut bounds = false;
    let start = rest.iter().position(|&(_, token)| {
        match token {
            "<" => depth += 1,
            ">" => depth = depth.saturating_sub(1),
            "where" => bounds = true,
            _ => {}
        }
        depth == 0 && (matches!(token, "{" | ";") || (token == "(" && !bounds))
    });
    start.and_then(|start| rest.get(start..)).unwrap_or_default()
}

/// An `impl` after `(`, `:`, `>` and the like is an argument's or a result's type.
fn begins_item(tokens: &[Token<'_>], index: usize) -> bool {
    let before = index.checked_sub(1).and_then(|before| tokens.get(before));
    before.is_none_or(|&(_, token)| matches!(token, "}" | ";" | "]" | "{" | "unsafe"))
}

/// `(trait, type)` of the `impl` whose words after `impl` are `rest`; `None` when it is of no trait.
fn implements(rest: &[Token<'_>]) -> Option<(String, String)> {
    let mut depth = 0_usize;
    let (mut last, mut of) = (None, None);
    for (index, &(_, token)) in rest.iter().enumerate() {
        let next = rest.get(index + 1).map(|&(_, next)| next);
        match token {
            "<" => depth += 1,
            ">" => depth = depth.saturating_sub(1),
            _ if depth > 0 => {}
            "{" | "where" => break,
            "for" if next != Some("<") => of = last.take(),
            token if token.starts_with(|c: char| c.is_alphabetic() || c == '_') => {
                last = Some(token.to_owned());
            }
            _ => {}
        }
    }
    Some((of?, last?))
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::tidy::rules::WITNESSES;
    use crate::tidy::tree::Tree;

    /// What is found when `source` declares a few witnesses and another file the rest.
    fn found(source: &str) -> Vec<String> {
        let rest = WITNESSES.iter().filter(|(name, _)| !source.contains(&format!("struct {name}")));
        let rest: Vec<String> =
            rest.map(|(name, _)| format!("pub struct {name} {{ secret: u8 }}")).collect();
        let tree = Tree::of(&[
            ("crates/boundary/src/lib.rs", source),
            ("crates/boundary/src/rest.rs", &rest.join("\n")),
        ]);
        check(&tree).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn honest_witnesses_pass() {
        let source = "\
            #[derive(Debug, PartialEq)]\npub struct Receipt(u64);\n\
            #[derive(Clone)]\npub struct Masked { text: String, pub(crate) label: Label }\n\
            #[derive(Clone, Default, Deserialize)]\npub struct Label { pub level: u8 }\n\
            impl From<Masked> for String { fn from(m: Masked) -> String { m.text } }\n\
            impl<T: Default> fmt::Debug for Raw<T> { }\n\
            fn f(x: impl Clone) -> impl Default { Dispatch }\n\
            impl Masked { pub fn text(&self) -> &str { &self.text } }\n\
            // #[derive(Deserialize)] struct Masked\n\
            #[cfg(test)]\nmod tests { impl Default for Masked { } }\n";
        assert_eq!(found(source), Vec::<String>::new());
    }

    #[test]
    fn forged_witnesses_are_found_with_their_line() {
        let source = "#[derive(Debug)]\n#[cfg_attr(x, derive(serde::Deserialize))]\npub struct Masked { text: String }\n";
        let expected = "crates/boundary/src/lib.rs:3: `Masked` derives `Deserialize`; \
                        expected a witness that only its check can make, copy or open";
        assert_eq!(found(source), [expected]);
        assert!(
            found("\n#[derive(Clone, Debug)]\npub struct Dispatch { text: String }\n")[0]
                .contains(":3: `Dispatch` derives `Clone`")
        );
        assert!(found("impl Default for Token { }")[0].contains("`Token` implements `Default`"));
        assert!(
            found("impl<'a> ::std::convert::From<&'a str> for Masked { }")[0]
                .contains("implements `From`")
        );
        assert!(
            found("impl<T> std::ops::Deref for Raw<T> where T: Sized { }")[0]
                .contains("`Raw` implements `Deref`")
        );
        assert!(
            found("impl<'de> Deserialize<'de> for self::Prompt { }")[0]
                .contains("`Prompt` implements")
        );
    }

    #[test]
    fn derives_stop_at_the_next_item() {
        assert_eq!(
            found("#[derive(Clone)]\nstruct Other;\npub struct Fetch { path: String }\n"),
            Vec::<String>::new()
        );
    }

    #[test]
    fn public_fields_are_found() {
        assert!(found("pub struct Receipt(pub u64);")[0].contains("public field"));
        assert!(
            found("pub struct Approved<T> where T: Fn() -> u8 {\n a: T,\n pub b: u8 }")[0]
                .contains("public field")
        );
    }

    #[test]
    fn a_witness_that_went_missing_is_found() {
        let found = check(&Tree::of(&[]));
        assert_eq!(found.len(), WITNESSES.len());
        assert!(found[0].to_string().contains("there is no type `Approved`"));
    }
}
