//! The cutter: bytes to words, in one pass.

use std::sync::LazyLock;

use super::{
    Gap, Shape, Token,
    fold::{self, fold, is_joining, look_alike},
};
use crate::lexicon::{ABROAD, Class, FUNCTION, Lexicon, Listed, SMALL, WORD, listed};

/// Cuts a text into words. JSON escapes count as what they stand for: `\n` parts words, `\u00e9` is a letter.
pub(super) fn cut(text: &str, lexicon: &Lexicon) -> Vec<Token> {
    let mut tokens = Vec::with_capacity(text.len() / 5);
    cut_into::<true>(text, &mut tokens);
    // In a loop of its own: the places of many words are then fetched from memory at once.
    for token in &mut tokens {
        token.class = lexicon.class(token.hash);
        token.listed = listed(token.hash);
    }
    if !text.is_ascii() {
        strangers(text, &mut tokens);
    }
    let mut abbreviated = false;
    for token in &mut tokens {
        token.opens |= token.gap == Gap::DotSpace && !abbreviated;
        abbreviated = abbreviates(token);
    }
    tokens
}

/// Takes from words that are English only without their marks what English words are.
fn strangers(text: &str, tokens: &mut [Token]) {
    for token in tokens {
        // `Pär`, `Måns`: only without its marks an English word.
        if token.class.any(WORD)
            && !token.class.any(ABROAD)
            && token.shape == Shape::Title
            && is_marked(text, token)
        {
            token.class = token.class.without(WORD);
        }
        // And where no sentence begins, a short one is no small word either.
        if token.class.any(FUNCTION)
            && !token.opens
            && token.shape == Shape::Title
            && token.len() <= 5
            && matches!(token.gap, Gap::Space)
            && is_marked(text, token)
        {
            token.class = token.class.without(WORD.or(FUNCTION).or(ABROAD).or(SMALL));
        }
    }
}

/// Whether a word has a letter of languages whose words English did not take over.
fn is_marked(text: &str, token: &Token) -> bool {
    let word = text.get(token.start..token.end).unwrap_or_default();
    !word.is_ascii()
        && word.chars().any(|c| {
            matches!(
                c.to_lowercase().next(),
                Some(
                    'ä' | 'ö'
                        | 'ü'
                        | 'å'
                        | 'ø'
                        | 'č'
                        | 'š'
                        | 'ž'
                        | 'ř'
                        | 'ł'
                        | 'ś'
                        | 'ż'
                        | 'ć'
                        | 'ń'
                        | 'ě'
                        | 'ů'
                        | 'ő'
                        | 'ű'
                        | 'ş'
                        | 'ğ'
                        | 'ı'
                        | 'ț'
                        | 'ș'
                        | 'đ'
                        | 'ơ'
                        | 'ư'
                )
            )
        })
}

/// The words of a value, without what the word lists say about them and what stands between them.
pub(crate) fn words(value: &str, tokens: &mut Vec<Token>) {
    tokens.clear();
    cut_into::<false>(value, tokens);
}

/// Without classes; with `GAPS`, with what stands between words.
fn cut_into<const GAPS: bool>(text: &str, tokens: &mut Vec<Token>) {
    let mut gap_from = 0;
    let mut at = 0;
    let kinds: &[u8; 256] = &KINDS;
    while let Some(start) = next_letter(text, at, kinds) {
        let read = plain_word(text, start, kinds).unwrap_or_else(|| any_word(text, start));
        // Between most words stands one space.
        let (gap, opens) =
            if GAPS && start - gap_from == 1 && text.as_bytes().get(gap_from) == Some(&b' ') {
                (Gap::Space, tokens.is_empty())
            } else if GAPS {
                gap_of(text.get(gap_from..start).unwrap_or_default(), tokens.is_empty())
            } else {
                (Gap::Other, false)
            };
        tokens.push(Token {
            start,
            end: read.end,
            hash: read.hash,
            class: Class::default(),
            listed: Listed::default(),
            shape: read.shape,
            gap,
            opens,
            plain: read.plain,
        });
        gap_from = read.end;
        at = read.end;
    }
}

/// What stands before a word, and whether it opens a sentence whatever the word before it is.
fn gap_of(between: &str, first: bool) -> (Gap, bool) {
    let gap = if first && between.is_empty() { Gap::Start } else { classify(between) };
    let opens = match gap {
        Gap::Start | Gap::Line | Gap::Colon => true,
        Gap::DotSpace => false,
        Gap::Other => {
            between.contains(['!', '?', ';', '|', '"', '“', '«', '•', '>'])
                || between.contains(". ")
        }
        _ => first,
    };
    (gap, opens)
}

/// A word that was read.
struct Read {
    end: usize,
    hash: u64,
    shape: Shape,
    plain: bool,
}

/// What a byte is in a word, a bit each: a letter or a digit of ASCII, or what must be read to be told.
const LOWER: u8 = 1;
const DIGIT: u8 = 1 << 1;
const READ: u8 = 1 << 2;
const UPPER: u8 = 1 << 5;
const PLAIN: u8 = LOWER | DIGIT | UPPER;

static KINDS: LazyLock<[u8; 256]> = LazyLock::new(|| {
    std::array::from_fn(|byte| match u8::try_from(byte).unwrap_or_default() {
        b'a'..=b'z' => LOWER,
        b'A'..=b'Z' => UPPER,
        b'0'..=b'9' => DIGIT,
        b'\\' | b'%' | 0x80.. => READ,
        _ => 0,
    })
});

fn kind(kinds: &[u8; 256], byte: u8) -> u8 {
    kinds.get(usize::from(byte)).copied().unwrap_or_default()
}

/// Where the next word begins.
fn next_letter(text: &str, from: usize, kinds: &[u8; 256]) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = from;
    loop {
        let rest = bytes.get(at..)?;
        at += rest.iter().position(|b| kind(kinds, *b) != 0)?;
        if bytes.get(at).is_some_and(|b| kind(kinds, *b) & PLAIN != 0) {
            return Some(at);
        }
        let unit = Unit::read(text, at)?;
        if unit.letter {
            return Some(at);
        }
        at = unit.end;
    }
}

/// A word of ASCII letters and digits: the common case, read byte by byte.
fn plain_word(text: &str, start: usize, kinds: &[u8; 256]) -> Option<Read> {
    let rest = text.as_bytes().get(start..)?;
    let mut hash = Fnv::default();
    // What was seen, and what of it more than once.
    let (mut seen, mut again) = (0, 0);
    let length = rest.iter().position(|b| {
        let kind = kind(kinds, *b);
        if kind & PLAIN == 0 {
            return true;
        }
        again |= seen & kind;
        seen |= kind;
        // INVARIANT: the bit of capitals is the one that they lack beside small letters.
        hash.push(u64::from(b | kind & UPPER));
        false
    });
    let length = length.unwrap_or(rest.len());
    // An accent or an escaped letter may follow.
    if rest.get(length).is_some_and(|b| kind(kinds, *b) != 0 && *b != b'%')
        && let Some(unit) = Unit::read(text, start + length)
        && (length == 0 || unit.letter && !is_ideograph(unit.c) || is_joining(unit.c))
    {
        return None;
    }
    let first_upper = rest.first().is_some_and(u8::is_ascii_uppercase);
    let upper = u8::from(seen & UPPER != 0) + u8::from(again & UPPER != 0);
    let shape = match (upper, seen & LOWER != 0, seen & DIGIT != 0) {
        (0, false, _) => Shape::Digits,
        (_, _, true) => Shape::Alnum,
        (0, _, _) => Shape::Lower,
        (1, false, _) => Shape::Initial,
        (_, false, _) => Shape::Upper,
        (1, _, _) if first_upper => Shape::Title,
        _ => Shape::Mixed,
    };
    Some(Read { end: start + length, hash: hash.finish(), shape, plain: true })
}

fn any_word(text: &str, start: usize) -> Read {
    let mut word = Word::default();
    let mut end = start;
    while let Some(unit) = Unit::read(text, end) {
        let other_script = is_ideograph(unit.c) != word.ideograph && word.letters + word.digits > 0;
        if other_script || !(unit.letter || is_joining(unit.c)) {
            break;
        }
        word.push(unit.c);
        end = unit.end;
        if is_ideograph(unit.c) {
            break;
        }
    }
    let hash = word.hash(text.get(start..end).unwrap_or_default());
    Read { end, hash, shape: word.shape(), plain: false }
}

/// One character of the text, or one JSON escape.
struct Unit {
    c: char,
    end: usize,
    letter: bool,
}

impl Unit {
    fn read(text: &str, at: usize) -> Option<Self> {
        let rest = text.get(at..)?;
        let c = rest.chars().next()?;
        if c == '\\' {
            return Some(Self::escape(rest, at));
        }
        // A percent escape parts words, or `Ada%20Byron` would read as `Ada` and `20Byron`.
        if c == '%'
            && rest.as_bytes().get(1..3).is_some_and(|hex| {
                matches!(hex, b"20" | b"40" | b"2C" | b"2c" | b"22" | b"27" | b"3A" | b"2B")
            })
        {
            return Some(Self { c: ' ', end: at + 3, letter: false });
        }
        Some(Self { c, end: at + c.len_utf8(), letter: fold::is_letter(c) })
    }

    fn escape(rest: &str, at: usize) -> Self {
        let bytes = rest.as_bytes();
        match bytes.get(1) {
            Some(b'n' | b'r' | b't') => Self { c: '\n', end: at + 2, letter: false },
            Some(b'u') => {
                let code = rest.get(2..6).and_then(|hex| u32::from_str_radix(hex, 16).ok());
                match code.and_then(char::from_u32) {
                    Some(c) => Self { c, end: at + 6, letter: c.is_alphanumeric() },
                    None => Self { c: '\\', end: at + 1, letter: false },
                }
            }
            _ => Self { c: '\\', end: at + 1, letter: false },
        }
    }
}

/// What a word is made of.
#[derive(Default)]
struct Word {
    letters: u32,
    upper: u32,
    lower: u32,
    digits: u32,
    first_upper: bool,
    ideograph: bool,
    /// Letters of the Latin, and of the Greek and Cyrillic alphabets.
    latin: u32,
    foreign: u32,
}

impl Word {
    fn push(&mut self, c: char) {
        if c.is_ascii_lowercase() {
            self.lower += 1;
            self.letters += 1;
            self.latin += 1;
        } else if fold::digit(c).is_some() {
            self.digits += 1;
        } else if is_joining(c) && !c.is_alphabetic() {
        } else {
            let upper = c.is_uppercase();
            self.first_upper |= upper && self.letters == 0;
            self.upper += u32::from(upper);
            self.lower += u32::from(c.is_lowercase());
            self.letters += 1;
            self.ideograph = is_ideograph(c);
            self.latin += u32::from(c.is_ascii());
            self.foreign += u32::from(matches!(c, '\u{370}'..='\u{52f}'));
        }
    }

    fn shape(&self) -> Shape {
        if self.ideograph {
            return Shape::Ideograph;
        }
        match (self.letters, self.digits) {
            (0, _) => Shape::Digits,
            (_, 1..) => Shape::Alnum,
            _ if self.upper == 0 && self.lower == 0 => Shape::Uncased,
            _ if self.upper == 0 => Shape::Lower,
            (1, _) => Shape::Initial,
            _ if self.lower == 0 => Shape::Upper,
            _ if self.first_upper && self.upper == 1 => Shape::Title,
            _ => Shape::Mixed,
        }
    }

    fn hash(&self, word: &str) -> u64 {
        if word.is_ascii() && !word.contains('\\') {
            return hash_ascii(word);
        }
        let mut hash = Fnv::default();
        // A word that mixes Latin with Cyrillic or Greek letters is written with look-alikes.
        let disguised = self.latin > 0 && self.foreign > 0;
        let mut at = 0;
        while let Some(unit) = Unit::read(word, at) {
            fold(unit.c, |c| {
                let c = if disguised { look_alike(c) } else { c };
                hash.push(u64::from(u32::from(c)));
            });
            at = unit.end;
        }
        hash.finish()
    }
}

/// The hash of a word, the same as its token would carry.
pub(crate) fn hash_word(word: &str) -> u64 {
    if word.is_ascii() && !word.contains('\\') {
        return hash_ascii(word);
    }
    let mut seen = Word::default();
    for c in word.chars() {
        seen.push(c);
    }
    seen.hash(word)
}

fn hash_ascii(word: &str) -> u64 {
    let mut hash = Fnv::default();
    word.bytes().for_each(|b| hash.push(u64::from(b.to_ascii_lowercase())));
    hash.finish()
}

struct Fnv(u64);

impl Default for Fnv {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Fnv {
    fn push(&mut self, value: u64) {
        self.0 = (self.0 ^ value).wrapping_mul(0x0100_0000_01b3);
    }

    fn finish(&self) -> u64 {
        let mixed = (self.0 ^ (self.0 >> 32)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        mixed ^ (mixed >> 29)
    }
}

/// Whether words in this script are not parted by spaces.
pub(crate) fn is_ideograph(c: char) -> bool {
    matches!(c, '\u{3005}'..='\u{3007}' | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{2fa1f}')
}

/// Words whose full stop does not end a sentence.
fn abbreviates(token: &Token) -> bool {
    token.shape == Shape::Initial
        || token.class.any(crate::lexicon::HONORIFIC.or(crate::lexicon::ABBREVIATION))
}

fn classify(gap: &str) -> Gap {
    match gap.as_bytes() {
        [] => return Gap::None,
        [b' ' | b'+'] => return Gap::Space,
        [b'.'] => return Gap::Dot,
        [b'.', b' '] => return Gap::DotSpace,
        [b','] | [b',', b' '] => return Gap::Comma,
        [b'\'' | b'`'] => return Gap::Apostrophe,
        [b'-'] => return Gap::Hyphen,
        [b'_'] => return Gap::Underscore,
        [b'/'] => return Gap::Slash,
        [b'@'] => return Gap::At,
        [b':'] | [b':', b' '] => return Gap::Colon,
        [b'\n' | b'\r'] => return Gap::Line,
        [_] => return if gap.contains(char::is_whitespace) { Gap::Wide } else { Gap::Other },
        _ => {}
    }
    match gap {
        "\u{a0}" | "\u{202f}" | "\u{3000}" | "%20" => Gap::Space,
        "．" => Gap::Dot,
        ".\u{a0}" => Gap::DotSpace,
        " , " | "、" | "，" | "%2C" => Gap::Comma,
        "’" | "‘" | "´" | "ʼ" | "%27" => Gap::Apostrophe,
        "\u{2010}" | "\u{2011}" => Gap::Hyphen,
        "%40" => Gap::At,
        "：" => Gap::Colon,
        _ if breaks_line(gap.as_bytes()) => Gap::Line,
        _ if gap.chars().all(char::is_whitespace) => Gap::Wide,
        _ => Gap::Other,
    }
}

/// Whether a line ends here, be it one of text in JSON.
fn breaks_line(gap: &[u8]) -> bool {
    let mut escaped = false;
    gap.iter().any(|byte| {
        let breaks = matches!(byte, b'\n' | b'\r') || escaped && matches!(byte, b'n' | b'r');
        escaped = *byte == b'\\';
        breaks
    })
}
