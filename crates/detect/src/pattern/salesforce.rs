//! Salesforce record ids: key prefix, length, and the check suffix of the long form.

/// Key prefixes of standard objects, and `a` for custom ones (Salesforce help, "Standard Field Record ID Prefix Decoder").
const PREFIXES: &[&str] = &[
    "001", "002", "003", "005", "006", "007", "008", "00B", "00D", "00E", "00G", "00I", "00J",
    "00K", "00N", "00O", "00Q", "00T", "00U", "00X", "00a", "00e", "00k", "00l", "00o", "00Y",
    "00v", "00P", "00S", "00t", "012", "015", "01I", "01N", "01Z", "01a", "01o", "01p", "01q",
    "01s", "01t", "01u", "021", "022", "02Z", "02c", "02i", "02s", "033", "035", "036", "03i",
    "03d", "04t", "050", "066", "068", "069", "05T", "070", "07L", "080", "08P", "0A2", "0Af",
    "0CH", "0D5", "0D7", "0F9", "0DB", "0DM", "0JQ", "0Q0", "0QL", "0PS", "0Pa", "0WO", "0YM",
    "0hZ", "100", "101", "1ED", "1WL", "200", "300", "301", "307", "310", "400", "500", "501",
    "550", "551", "570", "573", "700", "701", "707", "709", "710", "712", "737", "750", "751",
    "752", "800", "801", "802", "803", "805", "806", "807", "810", "811", "817", "820", "822",
    "823", "888", "906", "907",
];

/// Whether a word is a record id: 15 characters, or 18 whose last three encode the case of the rest.
pub(super) fn is_record_id(word: &str) -> bool {
    let bytes = word.as_bytes();
    if !matches!(bytes.len(), 15 | 18) || !bytes.iter().all(u8::is_ascii_alphanumeric) {
        return false;
    }
    let Some(prefix) = word.get(..3) else { return false };
    let standard = PREFIXES.contains(&prefix);
    let custom = prefix.starts_with(['a', 'e', 'm', 'x', 'z', 'k'])
        && prefix.bytes().any(|b| b.is_ascii_digit());
    let letters = bytes.iter().filter(|b| b.is_ascii_alphabetic()).count();
    match bytes.len() {
        18 => {
            has_check_suffix(bytes) && (standard || custom || letters > 0)
                || standard && letters >= 4
        }
        _ => {
            standard && letters >= 2
                || custom
                    && bytes.iter().filter(|b| b.is_ascii_digit()).count() >= 4
                    && mixed(bytes)
        }
    }
}

fn mixed(bytes: &[u8]) -> bool {
    bytes.iter().any(u8::is_ascii_uppercase) && bytes.iter().any(u8::is_ascii_lowercase)
}

/// Each suffix character tells which of five characters are capitals.
fn has_check_suffix(bytes: &[u8]) -> bool {
    const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";
    bytes.chunks(5).take(3).zip(bytes.iter().skip(15)).all(|(chunk, suffix)| {
        let code = chunk
            .iter()
            .enumerate()
            .fold(0, |n, (i, b)| n | usize::from(b.is_ascii_uppercase()) << i);
        ALPHABET.get(code).is_some_and(|c| c.eq_ignore_ascii_case(suffix))
    })
}
