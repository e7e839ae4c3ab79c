//! What is searched for: words, phrases, wild cards, `AND`, `OR`, `AND NOT`.

/// A search term in disjunctive order: any of the alternatives, each all of its parts.
#[derive(Debug)]
pub(super) struct Term {
    any: Vec<Vec<Part>>,
}

#[derive(Debug)]
struct Part {
    wanted: bool,
    /// One word, or the words of a phrase.
    words: Vec<Vec<char>>,
}

impl Term {
    /// Reads the text between the braces. Words side by side must all be there.
    pub(super) fn read(raw: &str) -> Self {
        let mut term = Self { any: vec![Vec::new()] };
        let mut wanted = true;
        for (text, quoted) in pieces(raw) {
            if !quoted {
                match text.to_ascii_uppercase().as_str() {
                    "AND" => continue,
                    "OR" => {
                        term.any.push(Vec::new());
                        wanted = true;
                        continue;
                    }
                    "NOT" => {
                        wanted = false;
                        continue;
                    }
                    _ => {}
                }
            }
            let words: Vec<Vec<char>> = words(&text, true).collect();
            if words.is_empty() {
                continue;
            }
            if let Some(all) = term.any.last_mut() {
                all.push(Part { wanted, words });
            }
            wanted = true;
        }
        term
    }

    /// Letters and digits in all.
    pub(super) fn letters(&self) -> usize {
        let parts = self.any.iter().flatten();
        parts.flat_map(|part| &part.words).flatten().filter(|char| char.is_alphanumeric()).count()
    }

    pub(super) fn is_in(&self, text: &str) -> bool {
        let lines: Vec<Vec<Vec<char>>> =
            text.lines().map(|line| words(line, false).collect()).collect();
        let has = |part: &Part| {
            lines.iter().any(|line| {
                line.windows(part.words.len()).any(|found| {
                    part.words.iter().zip(found).all(|(wanted, found)| word_matches(wanted, found))
                })
            })
        };
        self.any
            .iter()
            .filter(|all| !all.is_empty())
            .any(|all| all.iter().all(|part| has(part) == part.wanted))
    }
}

/// Blank-separated pieces, those in quotes whole; brackets only group and are passed over.
fn pieces(raw: &str) -> Vec<(String, bool)> {
    let mut out = Vec::new();
    let mut piece = String::new();
    let mut quoted = false;
    let mut chars = raw.chars();
    while let Some(char) = chars.next() {
        match char {
            '\\' => piece.extend(chars.next()),
            '"' => {
                if !piece.is_empty() {
                    out.push((std::mem::take(&mut piece), quoted));
                }
                quoted = !quoted;
            }
            '(' | ')' if !quoted => {}
            char if char.is_whitespace() && !quoted => {
                if !piece.is_empty() {
                    out.push((std::mem::take(&mut piece), false));
                }
            }
            char => piece.push(char),
        }
    }
    if !piece.is_empty() {
        out.push((piece, quoted));
    }
    out
}

/// Words in lower case: runs of letters and digits, in a term with `*` and `?` as well.
fn words(text: &str, wild: bool) -> impl Iterator<Item = Vec<char>> + '_ {
    text.split(move |char: char| !(char.is_alphanumeric() || wild && matches!(char, '*' | '?')))
        .filter(|word| !word.is_empty())
        .map(|word| word.chars().flat_map(char::to_lowercase).collect())
}

/// `*` for any letters, `?` for one. Goes back only to the last `*`.
fn word_matches(pattern: &[char], word: &[char]) -> bool {
    let (mut at, mut here) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while here < word.len() {
        match pattern.get(at) {
            Some('*') => {
                star = Some((at, here));
                at += 1;
            }
            Some(wanted) if *wanted == '?' || word.get(here) == Some(wanted) => {
                at += 1;
                here += 1;
            }
            _ => match star {
                Some((star_at, from)) => {
                    star = Some((star_at, from + 1));
                    at = star_at + 1;
                    here = from + 1;
                }
                None => return false,
            },
        }
    }
    pattern.iter().skip(at).all(|char| *char == '*')
}

#[cfg(test)]
mod tests {
    use super::Term;

    #[test]
    fn words_phrases_and_operators() {
        let text = "GenTech Platform Expansion\njane.doe@gentech.example\n+44 20 7946 0123";
        for (term, expected) in [
            ("gentech", true),
            ("gen", false),
            ("gen*", true),
            ("g?ntech", true),
            ("*tech", true),
            ("platform expansion", true),
            ("\"expansion jane\"", false),
            ("\"platform expansion\"", true),
            ("nothing OR expansion", true),
            ("gentech AND nothing", false),
            ("gentech AND NOT expansion", false),
            ("gentech AND NOT nothing", true),
            ("jane.doe@gentech.example", true),
            ("7946", true),
            ("", false),
        ] {
            assert_eq!(Term::read(term).is_in(text), expected, "{term}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_term_can_be_asked(raw in "\\PC{0,30}", text in "\\PC{0,60}") {
            let _ = Term::read(&raw).is_in(&text);
        }

        #[test]
        fn a_word_of_the_text_is_found(word in "[a-z]{2,9}") {
            let text = format!("before {word} after");
            let upper = word.to_uppercase();
            proptest::prop_assert!(matches!(upper.as_str(), "AND" | "OR" | "NOT") || Term::read(&upper).is_in(&text));
        }
    }
}
