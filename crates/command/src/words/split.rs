//! Cuts a sentence into words. Offsets point into the sentence as the person wrote it.

use super::{Kind, Word};

/// The words of `source`. Never fails: a sign that means nothing becomes a mark.
pub(crate) fn split_words(source: &str) -> Vec<Word> {
    let chars: Vec<(usize, char)> = source.char_indices().collect();
    let mut words = Vec::new();
    let mut i = 0;
    while let Some(&(start, c)) = chars.get(i) {
        let cut = Cut { source, chars: &chars };
        if c.is_whitespace() || c.is_control() || is_invisible(c) {
            i += 1;
        } else if let Some(end) = cut.placeholder(i) {
            words.push(cut.word(i, end, Kind::Token));
            i = end;
        } else if let Some(end) = cut.quoted(i, words.last()) {
            let mut word = cut.word(i + 1, end - 1, Kind::Quoted);
            word.start = start;
            word.end = cut.offset(end);
            words.push(word);
            i = end;
        } else if let Some(end) = cut.number(i) {
            words.push(cut.word(i, end, Kind::Number));
            i = end;
        } else if c.is_alphanumeric() {
            let end = cut.letters(i);
            i = end;
            cut.push_word(&mut words, start, end);
        } else {
            words.push(cut.word(i, i + 1, Kind::Mark));
            i += 1;
        }
    }
    words
}

struct Cut<'a> {
    source: &'a str,
    chars: &'a [(usize, char)],
}

impl Cut<'_> {
    fn char(&self, i: usize) -> char {
        self.chars.get(i).map_or('\0', |&(_, c)| c)
    }

    fn offset(&self, i: usize) -> usize {
        self.chars.get(i).map_or(self.source.len(), |&(at, _)| at)
    }

    fn word(&self, from: usize, to: usize, kind: Kind) -> Word {
        let (start, end) = (self.offset(from), self.offset(to));
        let text = self.source.get(start..end).unwrap_or_default().to_owned();
        let lower = text.to_lowercase().replace(['’', '‘'], "'");
        Word { text, lower, kind, start, end }
    }

    /// Splits `Acme's` into `Acme` and the possessive; everything else is one word.
    fn push_word(&self, words: &mut Vec<Word>, start: usize, end: usize) {
        let from = self.chars.partition_point(|&(at, _)| at < start);
        let is_possessive = end >= from + 3
            && matches!(self.char(end - 2), '\'' | '’')
            && matches!(self.char(end - 1), 's' | 'S');
        let whole = self.word(from, end, Kind::Word);
        let contraction = matches!(
            whole.lower.as_str(),
            "what's"
                | "who's"
                | "where's"
                | "how's"
                | "it's"
                | "that's"
                | "let's"
                | "there's"
                | "when's"
                | "here's"
        );
        if is_possessive && !contraction {
            words.push(self.word(from, end - 2, Kind::Word));
            words.push(self.word(end - 2, end, Kind::Possessive));
        } else {
            words.push(whole);
        }
    }

    /// `{NAME_3kd}`: capital letters, digits and underscores between braces, and the small letters that
    /// check it, as the gate writes tokens.
    fn placeholder(&self, i: usize) -> Option<usize> {
        if self.char(i) != '{' || !self.char(i + 1).is_ascii_uppercase() {
            return None;
        }
        let inside = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
        let check = (i + 1..i + 64).find(|&j| !inside(self.char(j)))?;
        let close = (check..check + 3).find(|&j| !self.char(j).is_ascii_lowercase())?;
        let numbered = self.char(check - 1).is_ascii_digit();
        (self.char(close) == '}' && numbered).then_some(close + 1)
    }

    fn quoted(&self, i: usize, before: Option<&Word>) -> Option<usize> {
        let closing: &[char] = match self.char(i) {
            '"' | '“' | '”' | '„' => &['"', '“', '”'],
            '«' => &['»'],
            // A single mark opens a quotation only at the start of a word.
            '\'' | '‘' if before.is_none_or(|w| w.end < self.offset(i)) => &['\'', '’'],
            _ => return None,
        };
        let single = closing.contains(&'’');
        let ends = |j: usize| {
            closing.contains(&self.char(j)) && !(single && self.char(j + 1).is_alphanumeric())
        };
        let close = (i + 1..self.chars.len()).find(|&j| ends(j))?;
        (close > i + 1).then_some(close + 1)
    }

    /// `250,000`, `$1.2m`, `50%`, `3rd`, `10:30am`, `2026-03-31`, `+49 ..`.
    fn number(&self, i: usize) -> Option<usize> {
        let mut j = i;
        if matches!(self.char(j), '$' | '€' | '£' | '¥' | '₹' | '+' | '#') {
            j += 1;
            while self.char(j) == ' ' && matches!(self.char(i), '$' | '€' | '£' | '¥' | '₹') {
                j += 1;
            }
        }
        if !self.char(j).is_ascii_digit() {
            return None;
        }
        while self.char(j).is_ascii_digit()
            || (matches!(self.char(j), ',' | '.' | ':' | '/' | '-' | '\'')
                && self.char(j + 1).is_ascii_digit())
        {
            j += 1;
        }
        let tail = (j..=self.chars.len()).find(|&k| !self.char(k).is_alphanumeric()).unwrap_or(j);
        if tail > j {
            // `3rd-party` or `7eleven's` are names, not numbers: let the word rule take them.
            if tail - j > 5 {
                return None;
            }
            j = tail;
        }
        if self.char(j) == '%' {
            j += 1;
        }
        Some(j)
    }

    fn letters(&self, i: usize) -> usize {
        let mut j = i + 1;
        loop {
            let c = self.char(j);
            let joins = matches!(c, '\'' | '’' | '-' | '.' | '@' | '_' | '&' | '/' | '+' | ':')
                && self.char(j + 1).is_alphanumeric();
            // A colon only joins inside an address such as `https://`.
            let scheme = c == ':' && self.char(j + 1) == '/' && self.char(j + 2) == '/';
            if c == ':' && !scheme {
                return j;
            }
            if c.is_alphanumeric() || is_mark_on_letter(c) || joins {
                j += 1;
            } else if scheme {
                j += 3;
            } else {
                return j;
            }
        }
    }
}

/// Combining marks belong to the letter before them.
fn is_mark_on_letter(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}')
}

fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{2064}' | '\u{feff}' | '\u{ad}')
}
