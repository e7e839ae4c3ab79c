//! Sentences that begin with somebody, or ask who that is: `Is that Grant or ..?`, `Send Grant the deck`,
//! `Grant forwarded the offer`, `Ball heeft niet gereageerd`.

use std::sync::LazyLock;

use crate::{
    lexicon::{FUNCTION, GIVEN, Hashes, JOB, NAME_LABEL, ROLE},
    text::{Doc, Gap, Shape, Token},
};

/// What one does to somebody with something.
pub(crate) static GIVES: LazyLock<Hashes> = LazyLock::new(|| {
    Hashes::new(
        "send give show tell ask email mail remind pay offer hand get text write promise lend teach schick schicke gib zeig stuur geef skicka envoie donne manda dai envía envie",
    )
});
/// Words before what is given.
static THE: LazyLock<Hashes> = LazyLock::new(|| {
    Hashes::new(
        "the a an our my your this that these all his her their it us me das den die ein eine einen unser unsere de het een le la les un une el il o os",
    )
});
/// What people have done: no noun without an article goes before it in these languages.
static HAS: LazyLock<Hashes> = LazyLock::new(|| Hashes::new("heeft had hadden hat hatte har hade"));
/// The same with `not`, in English.
static HAS_NOT: LazyLock<Hashes> =
    LazyLock::new(|| Hashes::new("hasn didn doesn won wasn wouldn couldn"));

/// What somebody is to do, in notes.
pub(crate) static TASKS: LazyLock<Hashes> = LazyLock::new(|| {
    Hashes::new(
        "send confirm check call follow review sign approve provide share update draft prepare ask speak chase arrange book revert reply organise organize schedule escalate coordinate",
    )
});

/// Whether words `from..to`, which are somebody's name, stand where only somebody does.
pub(super) fn about(doc: &Doc<'_>, from: usize, to: usize) -> bool {
    let Some(name) = doc.token(from) else { return false };
    let before = |back: usize| from.checked_sub(back).and_then(|at| doc.token(at));
    let next = doc.token(to);
    let behind = next.filter(|t| t.gap == Gap::Space);
    let beyond = doc.token(to + 1).filter(|t| t.gap == Gap::Space);
    if name.opens {
        return behind
            .is_some_and(|next| next.shape == Shape::Lower && begins(doc, name, next, beyond, to));
    }
    let word = |back: usize| before(back).map_or("", |t| doc.word(t));
    // `Is that Grant or his deputy?`, `Ist das Wolf?`
    let that = matches!(
        (word(2), word(1)),
        ("Is" | "is" | "Was" | "was", "that" | "this") | ("Ist" | "ist" | "War", "das")
    );
    if that && name.gap == Gap::Space {
        return behind.is_none_or(|t| t.class.any(FUNCTION) && t.shape == Shape::Lower);
    }
    // `Send Grant the deck`
    name.gap == Gap::Space
        && before(1).is_some_and(|t| GIVES.has(t) && (t.opens || t.shape == Shape::Lower))
        && behind.is_some_and(|t| t.shape == Shape::Lower && THE.has(t))
}

/// Whether a sentence that begins with a name goes on as one about somebody.
fn begins(doc: &Doc<'_>, name: &Token, next: &Token, beyond: Option<&Token>, to: usize) -> bool {
    let word = doc.word(next);
    if !doc.is_english() {
        return HAS.has(next) && beyond.is_some();
    }
    let the = beyond.is_some_and(|t| THE.has(t));
    let given = name.class.any(GIVEN);
    match word {
        // `Rich to send the figures`
        "to" => given && beyond.is_some_and(|t| TASKS.has(t)),
        "will" => given && beyond.is_some_and(|t| doc.word(t) == "be"),
        // `Bill is the decision maker`
        "is" | "was" => {
            given
                && the
                && (to + 2..to + 4).any(|at| {
                    doc.token(at).is_some_and(|t| {
                        t.gap == Gap::Space && t.class.any(JOB.or(NAME_LABEL).or(ROLE))
                            || matches!(doc.word(t), "maker" | "buyer" | "champion" | "sponsor")
                    })
                })
        }
        _ if HAS_NOT.has(next) => true,
        // `Grant forwarded the offer`
        _ => the && word.len() > 4 && word.ends_with("ed"),
    }
}

#[cfg(test)]
mod tests {
    use super::about;
    use crate::text::Doc;

    #[test]
    fn sentences_are_about_somebody() {
        for (text, at, somebody) in [
            ("Is that Grant or his deputy?", 2, true),
            ("Is that grant application ready?", 2, false),
            ("Ist das Wolf?", 2, true),
            ("Send Grant the deck", 1, true),
            ("Send Page 4 again", 1, false),
            ("Grant forwarded the offer", 0, true),
            ("Grant applications are due", 0, false),
            ("Hope will be at the fair", 0, true),
            ("Hope this helps", 0, false),
            ("Rich to send the figures", 0, true),
            ("Bill to address is wrong", 0, false),
            ("Bill is the decision maker", 0, true),
            ("Bill is overdue since March", 0, false),
            ("Cook hasn't paid yet", 0, true),
            ("Cook time is short", 0, false),
            ("Ball heeft niet gereageerd", 0, true),
            ("Ball is niet leverbaar", 0, false),
        ] {
            assert_eq!(about(&Doc::new(text), at, at + 1), somebody, "{text}");
        }
    }
}
