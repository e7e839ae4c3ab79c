//! International bank account numbers: country length and mod 97 (ISO 13616), and BIC (ISO 9362).

use crate::text::{Doc, Gap, Token};

/// Length of an IBAN by country, from the SWIFT registry.
const LENGTHS: &[(&[u8; 2], usize)] = &[
    (b"AD", 24),
    (b"AE", 23),
    (b"AL", 28),
    (b"AT", 20),
    (b"AZ", 28),
    (b"BA", 20),
    (b"BE", 16),
    (b"BG", 22),
    (b"BH", 22),
    (b"BR", 29),
    (b"BY", 28),
    (b"CH", 21),
    (b"CR", 22),
    (b"CY", 28),
    (b"CZ", 24),
    (b"DE", 22),
    (b"DK", 18),
    (b"DO", 28),
    (b"EE", 20),
    (b"EG", 29),
    (b"ES", 24),
    (b"FI", 18),
    (b"FO", 18),
    (b"FR", 27),
    (b"GB", 22),
    (b"GE", 22),
    (b"GI", 23),
    (b"GL", 18),
    (b"GR", 27),
    (b"GT", 28),
    (b"HR", 21),
    (b"HU", 28),
    (b"IE", 22),
    (b"IL", 23),
    (b"IQ", 23),
    (b"IS", 26),
    (b"IT", 27),
    (b"JO", 30),
    (b"KW", 30),
    (b"KZ", 20),
    (b"LB", 28),
    (b"LC", 32),
    (b"LI", 21),
    (b"LT", 20),
    (b"LU", 20),
    (b"LV", 21),
    (b"LY", 25),
    (b"MC", 27),
    (b"MD", 24),
    (b"ME", 22),
    (b"MK", 19),
    (b"MR", 27),
    (b"MT", 31),
    (b"MU", 30),
    (b"NL", 18),
    (b"NO", 15),
    (b"PK", 24),
    (b"PL", 28),
    (b"PS", 29),
    (b"PT", 25),
    (b"QA", 29),
    (b"RO", 24),
    (b"RS", 22),
    (b"SA", 24),
    (b"SC", 31),
    (b"SE", 24),
    (b"SI", 19),
    (b"SK", 24),
    (b"SM", 27),
    (b"ST", 25),
    (b"SV", 28),
    (b"TL", 23),
    (b"TN", 24),
    (b"TR", 26),
    (b"UA", 29),
    (b"VA", 22),
    (b"VG", 24),
    (b"XK", 20),
];

/// An IBAN that begins with a word, and whether its check digits are right.
pub(super) fn read(doc: &Doc<'_>, index: usize) -> Option<((usize, usize), bool)> {
    let first = doc.token(index)?;
    let checks = doc.span(first.start + 2, first.start + 4);
    if first.len() < 4 || checks.len() != 2 || !checks.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let country = doc.text.as_bytes().get(first.start..first.start + 2)?;
    let country = [country.first()?.to_ascii_uppercase(), country.get(1)?.to_ascii_uppercase()];
    let Some(length) = LENGTHS.iter().find(|(code, _)| **code == country).map(|it| it.1) else {
        return in_one_piece(doc, index).map(|range| (range, true));
    };
    let mut compact = String::with_capacity(length);
    let mut at = index;
    while let Some(token) = doc.token(at) {
        let word = doc.word(token);
        if !word.is_ascii() || (at > index && !continues(token)) {
            break;
        }
        compact.push_str(word);
        if compact.len() >= length {
            break;
        }
        at += 1;
    }
    if compact.len() != length {
        return in_one_piece(doc, index).map(|range| (range, true));
    }
    Some(((first.start, doc.token(at)?.end), mod97(&compact)))
}

/// One word of capitals and digits with right check digits: of a country that joined after the list was made, or of another
/// length than its country's by mistake. It is an account's number still.
fn in_one_piece(doc: &Doc<'_>, index: usize) -> Option<(usize, usize)> {
    let token = doc.token(index).filter(|t| (15..=34).contains(&t.len()))?;
    let word = doc.word(token);
    let letters = word.bytes().take_while(u8::is_ascii_uppercase).count();
    let fits = letters == 2
        && word.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
        && mod97(word);
    fits.then_some((token.start, token.end))
}

fn continues(token: &Token) -> bool {
    matches!(token.gap, Gap::Space | Gap::Hyphen | Gap::Dot) && token.len() <= 6
}

fn mod97(compact: &str) -> bool {
    let rearranged = compact.bytes().skip(4).chain(compact.bytes().take(4));
    let remainder = rearranged.fold(0_u32, |r, b| match b {
        b'0'..=b'9' => (r * 10 + u32::from(b - b'0')) % 97,
        _ => (r * 100 + u32::from(b.to_ascii_uppercase().wrapping_sub(b'A')) + 10) % 97,
    });
    remainder == 1
}

/// Whether a word has the form of a BIC with a real country in it.
pub(super) fn is_bic(word: &str) -> bool {
    let bytes = word.as_bytes();
    let country = |c: &[u8]| {
        LENGTHS.iter().any(|(code, _)| code.as_slice() == c)
            || matches!(
                c,
                b"US"
                    | b"CA"
                    | b"AU"
                    | b"NZ"
                    | b"JP"
                    | b"CN"
                    | b"HK"
                    | b"SG"
                    | b"IN"
                    | b"ZA"
                    | b"MX"
                    | b"KR"
                    | b"RU"
                    | b"TH"
            )
    };
    matches!(bytes.len(), 8 | 11)
        && bytes.iter().take(6).all(u8::is_ascii_uppercase)
        && bytes.iter().all(u8::is_ascii_alphanumeric)
        && bytes.get(4..6).is_some_and(country)
}

#[cfg(test)]
mod tests {
    use boundary::Kind;

    use crate::found;

    #[test]
    fn right_check_digits_are_proof_in_any_country_and_length() {
        for iban in ["GB90QKTR4921170358261", "CO32KESY0130870908975", "RU14044525225407028104123"]
        {
            let text = format!("paid from {iban} yesterday");
            assert_eq!(found::of(Kind::Iban, &text), [iban], "{text}");
        }
        for code in ["GB91QKTR4921170358261", "co32kesy0130870908975", "CO32 KESY0130870908975"] {
            let text = format!("build {code} is out");
            assert_eq!(found::of(Kind::Iban, &text), found::NOTHING, "{text}");
        }
    }
}
