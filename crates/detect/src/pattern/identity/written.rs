//! National numbers that mix letters and digits.

use super::checks;

/// How far a code proves itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::pattern) enum Proof {
    /// A check character fits, or the form is like nothing else.
    Checked,
    /// The form fits; a word before it must say what it is.
    Form,
}

/// A check of a code and what passing it proves.
type Form = (fn(&str) -> bool, Proof);

/// Whether `code`, separators removed and upper case, is a national number.
pub(in crate::pattern) fn written(code: &str) -> Option<Proof> {
    let forms: &[Form] = &[
        (codice_fiscale, Proof::Checked),
        (spain, Proof::Checked),
        (china, Proof::Checked),
        (curp, Proof::Checked),
        (singapore, Proof::Checked),
        (hetu, Proof::Checked),
        (chile, Proof::Checked),
        (nino, Proof::Checked),
        (india_pan, Proof::Form),
        (taiwan, Proof::Checked),
        (hong_kong, Proof::Form),
        (rfc, Proof::Form),
        (ireland, Proof::Checked),
        (medicare_us, Proof::Form),
    ];
    if !code.is_ascii() {
        return None;
    }
    forms.iter().find(|(fits, _)| fits(code)).map(|(_, proof)| *proof)
}

/// Whether `code` is a number of Hong Kong, whose last character is written in brackets.
pub(in crate::pattern) fn bracketed(code: &str) -> Option<Proof> {
    if !code.is_ascii() || !hong_kong(code) {
        return None;
    }
    Some(if hong_kong_checked(code) { Proof::Checked } else { Proof::Form })
}

/// Whether `code` follows a pattern of `A` letter, `9` digit, `*` either.
fn follows(code: &str, pattern: &str) -> bool {
    code.len() == pattern.len()
        && code.bytes().zip(pattern.bytes()).all(|(c, p)| match p {
            b'A' => c.is_ascii_uppercase(),
            b'9' => c.is_ascii_digit(),
            b'*' => c.is_ascii_alphanumeric(),
            other => c == other,
        })
}

fn byte(code: &str, index: usize) -> u8 {
    code.as_bytes().get(index).copied().unwrap_or(0)
}

fn digits(code: &str, from: usize, to: usize) -> Vec<u8> {
    code.bytes().skip(from).take(to - from).map(|b| b.wrapping_sub(b'0')).collect()
}

fn value(code: &str, from: usize, to: usize) -> u32 {
    code.get(from..to).and_then(|part| part.parse().ok()).unwrap_or(0)
}

/// Italy: sixteen characters, the last a check letter.
fn codice_fiscale(code: &str) -> bool {
    const ODD: [u32; 26] = [
        1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24,
        23,
    ];
    if !follows(code, "AAAAAA**A**A***A") {
        return false;
    }
    let sum: u32 = code
        .bytes()
        .take(15)
        .enumerate()
        .map(|(i, b)| {
            let n = if b.is_ascii_digit() { b - b'0' } else { b - b'A' };
            if i % 2 == 1 { u32::from(n) } else { ODD.get(usize::from(n)).copied().unwrap_or(0) }
        })
        .sum();
    u32::from(byte(code, 15) - b'A') == sum % 26
}

/// Spain: DNI and NIE.
fn spain(code: &str) -> bool {
    const LETTERS: &[u8; 23] = b"TRWAGMYFPDXBNJZSQVHLCKE";
    let number = if follows(code, "99999999A") {
        value(code, 0, 8)
    } else if follows(code, "A9999999A") && matches!(byte(code, 0), b'X' | b'Y' | b'Z') {
        u32::from(byte(code, 0) - b'X') * 10_000_000 + value(code, 1, 8)
    } else {
        return false;
    };
    LETTERS.get((number % 23) as usize) == Some(&byte(code, 8))
}

fn china(code: &str) -> bool {
    let d = digits(code, 0, 17);
    follows(code, "99999999999999999X") && checks::china_dated(&d) && checks::china_check(&d) == 10
}

/// Mexico: CURP, with its check digit.
fn curp(code: &str) -> bool {
    if !follows(code, "AAAA999999AAAAAA*9") || !matches!(byte(code, 10), b'H' | b'M' | b'X') {
        return false;
    }
    let sum: u32 = code
        .bytes()
        .take(17)
        .enumerate()
        .map(|(i, b)| {
            // The alphabet has Ñ after N.
            let n = match b {
                b'0'..=b'9' => b - b'0',
                b'A'..=b'N' => b - b'A' + 10,
                _ => b - b'A' + 11,
            };
            u32::from(n) * (18 - u32::try_from(i).unwrap_or(0))
        })
        .sum();
    (10 - sum % 10) % 10 == u32::from(byte(code, 17) - b'0')
}

/// Mexico: RFC of a person.
fn rfc(code: &str) -> bool {
    follows(code, "AAAA999999***")
        && (1..=12).contains(&value(code, 6, 8))
        && (1..=31).contains(&value(code, 8, 10))
}

/// Singapore: NRIC and FIN.
fn singapore(code: &str) -> bool {
    if !follows(code, "A9999999A") {
        return false;
    }
    let sum: u32 =
        digits(code, 1, 8).iter().zip([2, 7, 6, 5, 4, 3, 2]).map(|(d, w)| u32::from(*d) * w).sum();
    let (offset, letters): (u32, &[u8; 11]) = match byte(code, 0) {
        b'S' => (0, b"JZIHGFEDCBA"),
        b'T' => (4, b"JZIHGFEDCBA"),
        b'F' => (0, b"XWUTRQPNMLK"),
        b'G' => (4, b"XWUTRQPNMLK"),
        _ => return false,
    };
    letters.get(((sum + offset) % 11) as usize) == Some(&byte(code, 8))
}

/// Finland: six digits of the date, a century sign that was removed when it is a hyphen, three digits and a check character.
fn hetu(code: &str) -> bool {
    const CHECK: &[u8; 31] = b"0123456789ABCDEFHJKLMNPRSTUVWXY";
    let lettered =
        follows(code, "999999A999*") && matches!(byte(code, 6), b'A'..=b'F' | b'U'..=b'Y');
    let number = if lettered { 7 } else { 6 };
    (lettered || follows(code, "999999999*"))
        && checks_date(value(code, 0, 2), value(code, 2, 4))
        && CHECK.get(((value(code, 0, 6) * 1000 + value(code, number, number + 3)) % 31) as usize)
            == Some(&byte(code, number + 3))
}

fn checks_date(day: u32, month: u32) -> bool {
    (1..=31).contains(&day) && (1..=12).contains(&month)
}

/// Chile: RUT that ends in K.
fn chile(code: &str) -> bool {
    let body = digits(code, 0, code.len().saturating_sub(1));
    (follows(code, "99999999K") || follows(code, "9999999K")) && checks::rut(&body) == 10
}

/// United Kingdom: National Insurance number.
fn nino(code: &str) -> bool {
    let barred = |b: u8| matches!(b, b'D' | b'F' | b'I' | b'Q' | b'U' | b'V');
    // The prefix that forms and guides show is nobody's, and typed all the same.
    if follows(code, "QQ999999A") {
        return true;
    }
    follows(code, "AA999999A")
        && !barred(byte(code, 0))
        && !barred(byte(code, 1))
        && byte(code, 1) != b'O'
        && !matches!(code.get(..2), Some("BG" | "GB" | "KN" | "NK" | "NT" | "TN" | "ZZ"))
        && matches!(byte(code, 8), b'A'..=b'D')
}

/// India: permanent account number; the fourth letter says what the holder is.
fn india_pan(code: &str) -> bool {
    follows(code, "AAAAA9999A")
        && matches!(
            byte(code, 3),
            b'P' | b'C' | b'H' | b'A' | b'B' | b'G' | b'J' | b'L' | b'F' | b'T'
        )
}

fn taiwan(code: &str) -> bool {
    if !follows(code, "A999999999") || !matches!(byte(code, 1), b'1' | b'2' | b'8' | b'9') {
        return false;
    }
    let letter = match byte(code, 0) {
        b'I' => 34,
        b'O' => 35,
        b'W' => 32,
        b'X' => 30,
        b'Y' => 31,
        b'Z' => 33,
        b @ b'A'..=b'H' => u32::from(b - b'A') + 10,
        b @ b'J'..=b'N' => u32::from(b - b'J') + 18,
        b => u32::from(b - b'P') + 23,
    };
    let sum: u32 = digits(code, 1, 10)
        .iter()
        .zip([8, 7, 6, 5, 4, 3, 2, 1, 1])
        .map(|(d, w)| u32::from(*d) * w)
        .sum();
    (letter / 10 + letter % 10 * 9 + sum).is_multiple_of(10)
}

/// Hong Kong: an identity card's number whose check character, the one in brackets, fits.
fn hong_kong_checked(code: &str) -> bool {
    if !hong_kong(code) {
        return false;
    }
    // A missing second letter counts 36, the letters 10 to 35.
    let letter = u32::from(byte(code, 0) - b'A') + 10;
    let body = digits(code, 1, 7);
    let sum: u32 = body.iter().zip([7, 6, 5, 4, 3, 2]).map(|(d, w)| u32::from(*d) * w).sum();
    let check = match byte(code, 7) {
        b'A' => 10,
        digit => u32::from(digit - b'0'),
    };
    (36 * 9 + letter * 8 + sum + check).is_multiple_of(11)
}

fn hong_kong(code: &str) -> bool {
    follows(code, "A999999*") && matches!(byte(code, 7), b'0'..=b'9' | b'A')
}

/// United States: Medicare beneficiary identifier. It has no check digit; letters that look like digits are left out.
fn medicare_us(code: &str) -> bool {
    let letters = code.bytes().filter(u8::is_ascii_uppercase);
    follows(code, "9A*9A*9AA99")
        && byte(code, 0) != b'0'
        && letters.into_iter().all(|b| !matches!(b, b'S' | b'L' | b'O' | b'I' | b'B' | b'Z'))
}

/// Ireland: PPS number.
fn ireland(code: &str) -> bool {
    if !(follows(code, "9999999A") || follows(code, "9999999AA")) {
        return false;
    }
    let mut sum: u32 =
        digits(code, 0, 7).iter().zip([8, 7, 6, 5, 4, 3, 2]).map(|(d, w)| u32::from(*d) * w).sum();
    if code.len() == 9 && byte(code, 8) != b'W' {
        sum += u32::from(byte(code, 8) - b'A' + 1) * 9;
    }
    let check =
        if sum.is_multiple_of(23) { b'W' } else { b'A' + u8::try_from(sum % 23).unwrap_or(1) - 1 };
    check == byte(code, 7)
}
