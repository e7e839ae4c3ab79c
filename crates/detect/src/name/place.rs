//! Places by how they are named and by the words before them.

use std::sync::LazyLock;

use crate::{
    lexicon::{
        BEFORE_PERSON, COUNTRY, DAY, GIVEN, GREETING, MONTH, NAME, PLACE_CUE, PLACE_PREFIX,
        PRODUCT, SURNAME, WORD,
    },
    text::{Doc, Endings, Gap, Shape},
};

/// Whether words `from..to` are a place by their form: `Lake Adamland`, `North Monica`, `Bad Brückenau`.
pub(super) fn is_place(doc: &Doc<'_>, from: usize, to: usize) -> bool {
    let words = doc.tokens.get(from..to).unwrap_or_default();
    let (Some(first), Some(last)) = (words.first(), words.last()) else { return false };
    if words.len() > 4
        || words
            .iter()
            .any(|t| t.class.any(MONTH.or(DAY).or(PRODUCT)) && !t.class.any(PLACE_PREFIX))
    {
        return false;
    }
    let ending = !last.class.any(WORD) && settled(doc.word(last));
    let prefixed = words.len() >= 2
        && first.class.any(PLACE_PREFIX)
        && !first.class.any(GREETING)
        && !first.opens_with_verb(doc)
        && !last.class.any(WORD)
        && first.shape != Shape::Initial;
    let stranger = !words.iter().any(|t| t.class.any(NAME) && !t.class.any(PLACE_PREFIX));
    prefixed && (ending || cued(doc, from, to) || !first.class.any(NAME))
        || ending
            && (stranger && words.len() == 1 || cued(doc, from, to))
            && !last.class.any(SURNAME)
            && !last.class.any(GIVEN)
}

/// Endings of town names.
static ENDINGS: LazyLock<Endings> = LazyLock::new(|| {
    Endings::new(
        "ville town mouth shire chester burgh borough bury haven furt stadt dorf heim hausen hofen kirchen brunn bruck brück weiler stad köping borg holm havn fjord vík fjörður dijk drecht grad gorod polis abad nagar ganj garh side view port fort land bach walde",
    )
});

fn settled(word: &str) -> bool {
    // Town names of six letters or more; shorter ones are too often surnames.
    word.len() > 6 && ENDINGS.fit(word, 3)
}

/// Whether "in", "moving to", "arrived at" stands before.
pub(super) fn cued(doc: &Doc<'_>, from: usize, to: usize) -> bool {
    let Some(first) = doc.token(from) else { return false };
    let Some(prior) = from.checked_sub(1).and_then(|i| doc.token(i)) else { return false };
    if first.gap != Gap::Space || prior.shape != Shape::Lower || !prior.class.any(PLACE_CUE) {
        return false;
    }
    let word = doc.word(prior);
    // "to Ada" and "from Ada" are people unless someone moves there.
    let person = prior.class.any(BEFORE_PERSON);
    let moved = from.checked_sub(2).and_then(|i| doc.token(i)).is_some_and(|t| {
        t.class.any(PLACE_CUE)
            || matches!(
                doc.word(t),
                "hq" | "HQ"
                    | "office"
                    | "offices"
                    | "back"
                    | "relocating"
                    | "relocated"
                    | "sent"
                    | "shipped"
                    | "rollout"
                    | "grew"
                    | "up"
            )
    });
    let known = doc
        .tokens
        .get(from..to)
        .unwrap_or_default()
        .iter()
        .any(|t| t.class.any(GIVEN) && !t.class.any(COUNTRY));
    (!person
        && !matches!(
            word,
            "de" | "da" | "di" | "do" | "z" | "w" | "i" | "u" | "en" | "til" | "via"
        )
        || moved)
        && !known
}

impl crate::text::Token {
    /// "New" and "Lower" may open a sentence; "Bad" may be the adjective.
    fn opens_with_verb(&self, doc: &Doc<'_>) -> bool {
        self.opens
            && matches!(
                doc.word(self),
                "New" | "Lower" | "Bad" | "Great" | "Little" | "Upper" | "The"
            )
    }
}
