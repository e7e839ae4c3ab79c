//! Rust source reduced to what the compiler acts on.
//!
//! Not a parser: enough to tell code from comments, literals and tests, so that a search does not
//! stumble over a word in a sentence. Lines keep their numbers.

/// The source with comments and the insides of literals blanked.
pub(super) fn code(source: &str) -> String {
    let chars: Vec<char> = source.chars().collect();
    let at = |index: usize| chars.get(index).copied();
    let mut kept = String::with_capacity(source.len());
    let mut index = 0;
    while let Some(char) = at(index) {
        let end = match (char, at(index + 1)) {
            ('/', Some('/')) => find(&chars, index, |c, _| c == '\n'),
            ('/', Some('*')) => comment_end(&chars, index),
            ('"', _) => string_end(&chars, index + 1),
            ('\'', Some('\\')) => find(&chars, index + 3, |c, _| c == '\'') + 1,
            ('\'', Some(_)) if at(index + 2) == Some('\'') => index + 3,
            ('r', Some('"' | '#')) if !joined(&chars, index) => {
                match raw_string_end(&chars, index + 1) {
                    Some(end) => end,
                    None => index,
                }
            }
            _ => index,
        };
        if end == index {
            kept.push(char);
            index += 1;
        } else {
            let inside = chars.iter().take(end).skip(index);
            kept.extend(inside.map(|&c| if c == '\n' { '\n' } else { ' ' }));
            index = end;
        }
    }
    kept
}

/// `code` with every item marked `#[cfg(test)]` blanked as well.
pub(super) fn without_tests(code: &str) -> String {
    const MARK: &str = "#[cfg(test)]";
    let mut kept = String::with_capacity(code.len());
    let mut rest = code;
    while let Some((before, item)) = rest.split_once(MARK) {
        kept.push_str(before);
        let (item, after) = item.split_at_checked(item_end(item)).unwrap_or((item, ""));
        kept.extend(item.chars().filter(|&c| c == '\n'));
        rest = after;
    }
    kept.push_str(rest);
    kept
}

/// Whether `word` stands in `line` as a whole word; `word` itself may hold `::`.
pub(super) fn mentions(line: &str, word: &str) -> bool {
    let part_of_name = |c: char| c == '_' || c.is_alphanumeric();
    line.match_indices(word).any(|(start, _)| {
        let before = line.get(..start).and_then(|text| text.chars().next_back());
        let after = line.get(start + word.len()..).and_then(|text| text.chars().next());
        !before.is_some_and(part_of_name) && !after.is_some_and(part_of_name)
    })
}

/// Where the item at the start of `code` ends: after its `;`, or after the bracket that closes its body.
fn item_end(code: &str) -> usize {
    let mut depth = 0_usize;
    for (index, char) in code.char_indices() {
        match char {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' => depth = depth.saturating_sub(1),
            '}' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return index + 1;
                }
            }
            ';' if depth == 0 => return index + 1,
            _ => {}
        }
    }
    code.len()
}

fn find(chars: &[char], from: usize, stop: impl Fn(char, usize) -> bool) -> usize {
    let tail = chars.iter().enumerate().skip(from);
    tail.into_iter().find(|&(index, &c)| stop(c, index)).map_or(chars.len(), |(index, _)| index)
}

fn comment_end(chars: &[char], start: usize) -> usize {
    let mut depth = 0_usize;
    let mut index = start;
    while let Some(&char) = chars.get(index) {
        match (char, chars.get(index + 1)) {
            ('/', Some('*')) => {
                depth += 1;
                index += 2;
            }
            ('*', Some('/')) => {
                depth -= 1;
                index += 2;
                if depth == 0 {
                    return index;
                }
            }
            _ => index += 1,
        }
    }
    chars.len()
}

fn string_end(chars: &[char], start: usize) -> usize {
    let mut index = start;
    while let Some(&char) = chars.get(index) {
        match char {
            '\\' => index += 2,
            '"' => return index + 1,
            _ => index += 1,
        }
    }
    chars.len()
}

/// Where the raw string ends whose `#`s or quote begin at `start`; `None` if it is no raw string (`r#type`).
fn raw_string_end(chars: &[char], start: usize) -> Option<usize> {
    let quote = find(chars, start, |c, _| c != '#');
    if chars.get(quote) != Some(&'"') {
        return None;
    }
    let hashes = quote - start;
    let closes = |index: usize| (1..=hashes).all(|offset| chars.get(index + offset) == Some(&'#'));
    Some(
        (find(chars, quote + 1, |c, index| c == '"' && closes(index)) + 1 + hashes)
            .min(chars.len()),
    )
}

/// Whether the character at `index` continues a name: the `r` of `br"` starts a raw string, that of `for` does not.
fn joined(chars: &[char], index: usize) -> bool {
    let before =
        |steps: usize| index.checked_sub(steps).and_then(|index| chars.get(index)).copied();
    let in_name = |c: Option<char>| c.is_some_and(|c| c == '_' || c.is_alphanumeric());
    match before(1) {
        Some('b' | 'c') => in_name(before(2)),
        char => in_name(char),
    }
}

#[cfg(test)]
mod tests {
    use super::{code, mentions, without_tests};

    #[test]
    fn comments_and_literals_are_blanked_and_lines_stay() {
        let source = "let a = \"Instant::now \\\" x\"; // Instant::now\n/* one /* two */ Instant::now */ let b = 'x';\nlet c;";
        let code = code(source);
        assert!(!code.contains("Instant"), "{code}");
        assert!(code.contains("let a =") && code.contains("let b =") && code.contains("let c;"));
        assert_eq!(code.lines().count(), 3);
    }

    #[test]
    fn raw_strings_lifetimes_and_quotes_do_not_confuse_it() {
        let source = "fn f<'a>(x: &'a str) -> char { r#\"a \" b\"#; br\"\\\"; '\"'; '\\''; '{'; r#type; KEEP }";
        let code = code(source);
        assert!(
            code.contains("KEEP }")
                && code.contains("fn f<'a>(x: &'a str)")
                && code.contains("r#type"),
            "{code}"
        );
        assert!(!code.contains(" b\"") && !code.contains('"'), "{code}");
    }

    #[test]
    fn test_items_are_blanked() {
        let source = "fn a() {}\n#[cfg(test)]\nmod tests {\n fn f(x: [u8; 4]) { INSIDE }\n}\n#[cfg(test)]\nmod more;\nfn b() {}\n";
        let kept = without_tests(source);
        assert!(kept.contains("fn a()") && kept.contains("fn b()"));
        assert!(!kept.contains("INSIDE") && !kept.contains("more"));
        assert_eq!(kept.lines().count(), source.lines().count());
    }

    #[test]
    fn a_word_is_whole() {
        assert!(mentions("std::time::Instant::now()", "Instant::now"));
        assert!(!mentions("MyInstant::now()", "Instant::now"));
        assert!(!mentions("Instant::nowhere()", "Instant::now"));
    }
}
