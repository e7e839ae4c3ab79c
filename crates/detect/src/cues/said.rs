//! The small words around a person, compared letter by letter: a word is made small once for all of them.

use crate::text::{Doc, Shape, Token};

/// A word in small letters of ASCII, to be compared with words of up to twelve bytes: nothing where it is longer.
pub(super) fn small<'w>(doc: &Doc<'w>, token: &Token, room: &'w mut [u8; 12]) -> &'w str {
    if token.shape == Shape::Lower {
        return doc.word(token);
    }
    let word = doc.word(token).as_bytes();
    let Some(letters) = room.get_mut(..word.len()) else { return "" };
    letters.copy_from_slice(word);
    letters.make_ascii_lowercase();
    str::from_utf8(letters).unwrap_or_default()
}

/// Whether a word is one of some, without regard to the case of letters of ASCII.
pub(super) fn word_is(doc: &Doc<'_>, token: &Token, one_of: fn(&str) -> bool) -> bool {
    one_of(small(doc, token, &mut [0; 12]))
}

/// Titles that without their full stop are something else: a department, a country, a weekday.
pub(super) fn is_short_title(word: &str) -> bool {
    matches!(word, "mag" | "hr" | "fr" | "lic" | "dl" | "mm" | "mw" | "ssa" | "dna" | "doctor")
}

/// Articles and their like.
pub(super) fn is_article(word: &str) -> bool {
    matches!(
        word,
        "the"
            | "a"
            | "an"
            | "our"
            | "this"
            | "that"
            | "these"
            | "your"
            | "its"
            | "each"
            | "every"
            | "some"
            | "any"
            | "no"
            | "der"
            | "die"
            | "das"
            | "le"
            | "la"
            | "les"
            | "el"
            | "los"
            | "las"
            | "un"
            | "une"
            | "una"
            | "il"
            | "lo"
            | "gli"
            | "het"
            | "een"
            | "ein"
            | "eine"
            | "einen"
            | "einem"
            | "kein"
            | "keine"
    )
}

/// `with Ada`, `from Ada`: small words that stand before anybody.
pub(super) fn may_lead(word: &str) -> bool {
    matches!(
        word,
        "with" | "by" | "from" | "to" | "for" | "and" | "or" | "of" | "is" | "w" | "am" | "between"
    )
}

/// `did ada`, `if ada`: before small letters.
pub(super) fn may_ask(word: &str) -> bool {
    matches!(
        word,
        "did" | "does" | "has" | "s" | "was" | "if" | "whether" | "that" | "when" | "like"
    )
}

/// "spoke to", "vm for", "on behalf of".
pub(super) fn speaks(word: &str) -> bool {
    matches!(
        word,
        "spoke"
            | "speak"
            | "spoken"
            | "speaking"
            | "talk"
            | "talked"
            | "talking"
            | "reply"
            | "replied"
            | "wrote"
            | "write"
            | "written"
            | "writing"
            | "replying"
            | "respond"
            | "lvm"
            | "vm"
            | "voicemail"
            | "behalf"
            | "chatted"
            | "listened"
            | "apologise"
            | "apologize"
            | "apologised"
    )
}

/// "call with", "lunch with".
pub(super) fn meets(word: &str) -> bool {
    matches!(
        word,
        "meeting"
            | "meetings"
            | "lunch"
            | "demo"
            | "conversation"
            | "sync"
            | "calls"
            | "dinner"
            | "deal"
            | "interview"
            | "coffee"
            | "mtg"
            | "works"
            | "worked"
            | "working"
            | "along"
    )
}

/// "soy Ada": one word that says who speaks.
pub(super) fn introduces(word: &str) -> bool {
    matches!(
        word,
        "soy"
            | "sono"
            | "sou"
            | "jestem"
            | "heiße"
            | "heisse"
            | "heter"
            | "hedder"
            | "nimeni"
            | "numele"
            | "vagyok"
    )
}

/// "this is Ada": the words that one may stand behind to say who speaks.
pub(super) fn before_introducing(word: &str) -> &'static [&'static str] {
    match word {
        "is" => &["this", "name", "naam"],
        "ist" => &["name", "hier"],
        "spricht" => &["hier"],
        "bin" => &["ich"],
        "suis" => &["je"],
        "est" => &["c"],
        "appelle" => &["m"],
        "llamo" | "chamo" => &["me"],
        "es" => &["nombre"],
        "chiamo" => &["mi"],
        "è" => &["nome"],
        "é" => &["nome", "aqui"],
        "ben" => &["ik"],
        "är" => &["namn"],
        "er" => &["navn"],
        "on" => &["nimi"],
        "się" => &["nazywam"],
        "se" => &["jmenuji"],
        "λένε" => &["με"],
        "зовут" => &["меня"],
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_compared_in_any_case() {
        let is = |text, one_of| {
            let doc = Doc::new(text);
            doc.tokens.iter().any(|token| word_is(&doc, token, one_of))
        };
        for text in ["the", "The", "THE"] {
            assert!(is(text, is_article), "{text}");
        }
        assert!(is("HEISSE", introduces) && is("Heiße", introduces));
        for text in ["thé", "theatre", "Abendgesellschaften"] {
            assert!(!is(text, is_article), "{text}");
        }
        let doc = Doc::new("Abendgesellschaften");
        assert!(doc.tokens.iter().all(|token| small(&doc, token, &mut [0; 12]).is_empty()));
    }
}
