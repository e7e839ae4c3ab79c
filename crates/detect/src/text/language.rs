//! What the small words of a text tell of its language.

use std::sync::LazyLock;

use super::{Doc, Language, Shape};
use crate::lexicon::{ABROAD, Entries, FUNCTION, GERMAN as IN_GERMAN, WORD, Words};

/// Small words of German, the language that gives every noun a capital.
static GERMAN: LazyLock<Words> = LazyLock::new(|| {
    Words::new(
        "der die das und ist nicht mit für ein eine einen den dem wir sie ich auf bei bitte von zu wurde haben im am aus \
        wie noch auch nach vom zum zur sind wird hat viele uns alle des eines einer unter über",
    )
});

pub(super) fn enter_lists(entries: &mut Entries) {
    entries.add(IN_GERMAN, GERMAN.hashes());
}

pub(super) fn of(doc: &Doc<'_>) -> Language {
    let mut words = 0;
    let mut all = 0;
    let mut german = 0;
    for token in doc.tokens.iter().filter(|t| t.shape == Shape::Lower) {
        if token.len() > 1 {
            words += usize::from(token.class.any(WORD) && !token.class.any(ABROAD));
            all += 1;
        }
        // Without its marks a word has the same hash, and is none of them: it is compared letter by letter.
        if token.listed.any(IN_GERMAN) && german < 3 && token.class.any(FUNCTION) {
            german += usize::from(GERMAN.has(doc.word(token)));
        }
    }
    Language { english: words * 10 >= all * 6, capital_nouns: german >= 3 }
}
