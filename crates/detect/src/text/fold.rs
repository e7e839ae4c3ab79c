//! One spelling for a letter: case, accents, width and look-alikes removed.
//!
//! Names are compared folded, so that `MÜLLER`, `Muller` and a fullwidth `Ｍｕｌｌｅｒ` are one.
//! Expansions such as `ue` for `ü` are variants of a value and live with the known values.

/// Calls `emit` with the folded form of one character: none, one or two characters.
pub(crate) fn fold(c: char, mut emit: impl FnMut(char)) {
    if c.is_ascii() {
        emit(c.to_ascii_lowercase());
        return;
    }
    if is_ignorable(c) {
        return;
    }
    for lower in c.to_lowercase() {
        match base(lower) {
            Base::One(b) => emit(b),
            Base::Two(a, b) => {
                emit(a);
                emit(b);
            }
            Base::Same if is_ignorable(lower) => {}
            Base::Same => emit(lower),
        }
    }
}

/// Characters that change nothing a reader sees: combining accents, zero-width characters, soft hyphens.
pub(crate) fn is_ignorable(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{300}'..='\u{36f}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{fe0e}' | '\u{fe0f}' | '\u{feff}')
}

/// Marks that belong to the letter before them, in scripts whose marks are not letters to Unicode.
pub(crate) fn is_joining(c: char) -> bool {
    is_ignorable(c)
        || matches!(c, '\u{591}'..='\u{5c7}' | '\u{610}'..='\u{61a}' | '\u{64b}'..='\u{65f}' | '\u{900}'..='\u{dff}' | '\u{e31}'..='\u{e4e}')
            && !matches!(c, '\u{964}' | '\u{965}')
}

/// Whether a character is a letter or a digit. Of ideographs that is known, and need not be looked up in Unicode's tables.
pub(crate) fn is_letter(c: char) -> bool {
    matches!(c, '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}') || c.is_alphanumeric()
}

/// The value of a decimal digit in the scripts people type numbers in.
pub(crate) fn digit(c: char) -> Option<u8> {
    let zero = match c {
        '0'..='9' => '0',
        '\u{660}'..='\u{669}' => '\u{660}',
        '\u{6f0}'..='\u{6f9}' => '\u{6f0}',
        '\u{966}'..='\u{96f}' => '\u{966}',
        '\u{ff10}'..='\u{ff19}' => '\u{ff10}',
        _ => return None,
    };
    u8::try_from(u32::from(c) - u32::from(zero)).ok()
}

/// The Latin letter that a Cyrillic or Greek one is mistaken for. Used only inside words that mix scripts.
pub(crate) fn look_alike(c: char) -> char {
    match c {
        'а' | 'α' => 'a',
        'в' | 'β' => 'b',
        'с' => 'c',
        'ԁ' => 'd',
        'е' | 'ε' => 'e',
        'һ' => 'h',
        'і' | 'ι' => 'i',
        'ј' => 'j',
        'к' | 'κ' => 'k',
        'ӏ' => 'l',
        'м' => 'm',
        'о' | 'ο' => 'o',
        'р' | 'ρ' => 'p',
        'ѕ' => 's',
        'т' | 'τ' => 't',
        'υ' => 'u',
        'ν' => 'v',
        'ԝ' => 'w',
        'х' | 'χ' => 'x',
        'у' | 'γ' => 'y',
        _ => c,
    }
}

enum Base {
    One(char),
    Two(char, char),
    Same,
}

fn base(lower: char) -> Base {
    let one = match lower {
        'à'..='å' | 'ā'..='ą' | 'ǎ' | 'ạ'..='ặ' | 'ª' => 'a',
        'ƀ'..='ƃ' => 'b',
        'ç' | 'ć'..='č' => 'c',
        'ð' | 'ď'..='đ' => 'd',
        'è'..='ë' | 'ē'..='ě' | 'ẹ'..='ệ' | 'ə' => 'e',
        'ĝ'..='ģ' | 'ǧ' => 'g',
        'ĥ'..='ħ' => 'h',
        'ì'..='ï' | 'ĩ'..='ı' | 'ǐ' | 'ỉ'..='ị' => 'i',
        'ĵ' => 'j',
        'ķ'..='ĸ' => 'k',
        'ĺ'..='ł' => 'l',
        'ñ' | 'ń'..='ŋ' => 'n',
        'ò'..='ö' | 'ø' | 'ō'..='ő' | 'ơ' | 'ǒ' | 'ọ'..='ợ' | 'º' => 'o',
        'ŕ'..='ř' => 'r',
        'ś'..='š' | 'ș' | 'ſ' => 's',
        'ţ'..='ŧ' | 'ț' => 't',
        'ù'..='ü' | 'ũ'..='ų' | 'ư' | 'ǔ'..='ǜ' | 'ụ'..='ự' => 'u',
        'ŵ' | 'ẁ'..='ẅ' => 'w',
        'ý' | 'ÿ' | 'ŷ' | 'ỳ'..='ỹ' => 'y',
        'ź'..='ž' => 'z',
        'ά' => 'α',
        'έ' => 'ε',
        'ή' => 'η',
        'ί' | 'ϊ' | 'ΐ' => 'ι',
        'ό' => 'ο',
        'ύ' | 'ϋ' | 'ΰ' => 'υ',
        'ώ' => 'ω',
        'ς' => 'σ',
        'ё' => 'е',
        'ß' => return Base::Two('s', 's'),
        'æ' => return Base::Two('a', 'e'),
        'œ' => return Base::Two('o', 'e'),
        'þ' => return Base::Two('t', 'h'),
        'ĳ' => return Base::Two('i', 'j'),
        // Fullwidth forms of ASCII, U+FF01 to U+FF5E.
        '\u{ff01}'..='\u{ff5e}' => {
            char::from_u32(u32::from(lower) - 0xfee0).map_or(lower, |c| c.to_ascii_lowercase())
        }
        _ => return Base::Same,
    };
    Base::One(one)
}

#[cfg(test)]
mod tests {
    use super::is_letter;

    #[test]
    fn letters_are_those_of_unicode() {
        assert!(('\0'..=char::MAX).all(|c| is_letter(c) == c.is_alphanumeric()));
    }
}
