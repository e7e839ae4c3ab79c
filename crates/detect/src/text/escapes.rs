//! Characters that are spelled out: `&#64;`, `&commat;`, `&uuml;`, `\u0040`, `\x40`.

/// The longest way to spell a character.
const LONGEST: usize = 12;

/// The character that is spelled out at the beginning of a text, and how many bytes that takes. A space is one, whatever
/// it is; lines are left as they were written.
pub(super) fn escape(text: &str) -> Option<(char, usize)> {
    let (read, length) = if let Some(rest) = text.strip_prefix('&') {
        let end = rest.bytes().take(LONGEST).position(|b| b == b';')?;
        (entity(rest.get(..end)?)?, end + 2)
    } else {
        escaped(text.strip_prefix('\\')?).map(|(read, length)| (read, length + 1))?
    };
    let read = if read == '\u{a0}' { ' ' } else { read };
    (!read.is_control() && (read == ' ' || !read.is_whitespace())).then_some((read, length))
}

/// `uXXXX`, two of them for what lies beyond the first plane, and `xXX`.
fn escaped(text: &str) -> Option<(char, usize)> {
    let hex = |from: usize, to: usize| u32::from_str_radix(digits(text.get(from..to)?)?, 16).ok();
    match text.bytes().next()? {
        b'x' => Some((char::from_u32(hex(1, 3)?)?, 3)),
        b'u' => {
            let first = hex(1, 5)?;
            if !matches!(first, 0xd800..=0xdbff) {
                return Some((char::from_u32(first)?, 5));
            }
            let second = text.get(5..7).filter(|it| *it == "\\u").and_then(|_| hex(7, 11))?;
            let low = second.checked_sub(0xdc00).filter(|it| *it < 0x400)?;
            Some((char::from_u32(0x10000 + ((first - 0xd800) << 10) + low)?, 11))
        }
        _ => None,
    }
}

/// `from_str_radix` takes a sign.
fn digits(text: &str) -> Option<&str> {
    text.bytes().all(|b| b.is_ascii_hexdigit()).then_some(text)
}

fn entity(name: &str) -> Option<char> {
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(digits(hex)?, 16).ok()?,
            None => digits(number)?.parse().ok()?,
        };
        return char::from_u32(code);
    }
    if let Some((_, c)) = SIGNS.iter().find(|(it, _)| *it == name) {
        return Some(*c);
    }
    // `uuml`, `Eacute`: a letter and what is on it.
    let (letter, mark) = name.split_at_checked(1)?;
    let (_, letters) = MARKS.iter().find(|(it, _)| *it == mark)?;
    let plain = letter.chars().next()?;
    let mut pairs = letters.chars();
    while let (Some(base), Some(marked)) = (pairs.next(), pairs.next()) {
        if base == plain {
            return Some(marked);
        }
    }
    None
}

/// Named characters that stand in addresses, numbers and names (HTML, "Named character references").
const SIGNS: [(&str, char); 22] = [
    ("nbsp", ' '),
    ("commat", '@'),
    ("period", '.'),
    ("plus", '+'),
    ("lowbar", '_'),
    ("dash", '‐'),
    ("hyphen", '‐'),
    ("apos", '\''),
    ("rsquo", '’'),
    ("lpar", '('),
    ("rpar", ')'),
    ("num", '#'),
    ("percnt", '%'),
    ("sol", '/'),
    ("colon", ':'),
    ("comma", ','),
    ("amp", '&'),
    ("szlig", 'ß'),
    ("AElig", 'Æ'),
    ("aelig", 'æ'),
    ("OElig", 'Œ'),
    ("oelig", 'œ'),
];

/// Marks, and the letters they stand on in pairs with the letter that comes of it.
const MARKS: [(&str, &str); 8] = [
    ("uml", "aäeëiïoöuüyÿAÄEËIÏOÖUÜYŸ"),
    ("acute", "aáeéiíoóuúyýcćnńsśzźAÁEÉIÍOÓUÚYÝCĆNŃSŚZŹ"),
    ("grave", "aàeèiìoòuùAÀEÈIÌOÒUÙ"),
    ("circ", "aâeêiîoôuûAÂEÊIÎOÔUÛ"),
    ("tilde", "aãnñoõAÃNÑOÕ"),
    ("cedil", "cçsşCÇSŞ"),
    ("slash", "oøOØ"),
    ("ring", "aåuůAÅUŮ"),
];

#[cfg(test)]
mod tests {
    use super::escape;

    #[test]
    fn characters_are_read_and_nothing_else() {
        for (text, read, length) in [
            ("&#64;x", '@', 5),
            ("&#x40;", '@', 6),
            ("&commat;", '@', 8),
            ("&uuml;ller", 'ü', 6),
            ("&Eacute;", 'É', 8),
            ("&ntilde;", 'ñ', 8),
            (r"\u0040x", '@', 6),
            (r"\x40x", '@', 4),
            (r"\ud83d\ude00", '😀', 12),
        ] {
            assert_eq!(escape(text), Some((read, length)), "{text}");
        }
        for text in [
            "&",
            "&;",
            "&#;",
            "&#+4;",
            "& b;",
            "&nothing;",
            "&#10;",
            "&#x110000;",
            r"\u00",
            r"\u+040",
            r"\ud83d",
            r"\n",
            "a",
            "",
            "&é;",
        ] {
            assert_eq!(escape(text), None, "{text}");
        }
    }
}
