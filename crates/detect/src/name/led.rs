//! What leads on to a person in a dozen languages: "gesproken met", "ihr mann", "hier ist die", "A Graciete".

use std::sync::LazyLock;

use super::evidence;
use crate::{
    cues,
    lexicon::{
        ABROAD, AFTER_PERSON, BORNE, CITY, COUNTRY, FUNCTION, GIVEN, GREETING, Hashes, JOB, KIN,
        NAME, NAME_LABEL, NATIONALITY, ROLE, ROSTER, SAID_TO, SMALL, SPOKE, SURNAME, WORD,
    },
    text::{Doc, Endings, Gap, Shape, Token},
};

/// Points for a person at capitalised words `from..to`, beside those of the words that English knows.
/// `foreign` texts capitalise nouns, `english` ones have no names with articles.
pub(super) fn person(doc: &Doc<'_>, from: usize, to: usize, foreign: bool, english: bool) -> i32 {
    let Some(first) = doc.token(from) else { return 0 };
    if first.class.any(FUNCTION.or(GREETING)) || evidence::is_noun(doc, first) {
        return -9;
    }
    let Some(prior) = from.checked_sub(1).and_then(|i| doc.token(i)) else {
        return called(doc, to);
    };
    if !matches!(first.gap, Gap::Space | Gap::Other) {
        return called(doc, to);
    }
    let spaced = first.gap == Gap::Space;
    let led = if !spaced {
        if spoke_with(doc, from) { 3 } else { 0 }
    } else if prior.class.any(KIN) && !prior.class.any(NAME)
        || in_role(prior, first)
        || matches!(doc.word(prior), "man" | "mand") && possessed(doc, from - 1)
        || said_to_be(doc, from, prior)
    {
        3
    } else if spoke_to(doc, from, prior) {
        if foreign { 2 } else { 3 }
    } else if presented(doc, from, prior) {
        4
    } else if !english && to - from == 1 {
        behind_article(doc, from, prior, first)
    } else {
        0
    };
    led.max(called(doc, to))
}

/// "adjuster X", "Gutachter X": a word that is nobody's name says who is meant, and none that a sentence goes on with.
fn in_role(prior: &Token, first: &Token) -> bool {
    let title = prior.shape == Shape::Title && !prior.opens && !prior.class.any(ABROAD);
    prior.class.any(ROLE)
        && !prior.class.any(NAME)
        && first.shape == Shape::Title
        && !first.class.any(ABROAD)
        && !(title && prior.class.any(WORD) && !first.class.any(NAME))
}

/// "Decision maker is X", "champion = X", "loop in X".
fn said_to_be(doc: &Doc<'_>, from: usize, prior: &Token) -> bool {
    let earlier = from.checked_sub(2).and_then(|i| doc.token(i));
    earlier.is_some_and(|t| match doc.word(prior) {
        "is" => {
            t.class.any(NAME_LABEL.or(ROSTER)) && !t.class.any(SAID_TO)
                || matches!(doc.word(t), "maker" | "buyer")
        }
        "in" => matches!(doc.word(t), "loop" | "Looping" | "looping" | "looped" | "Loop"),
        _ => false,
    })
}

/// "parlato con X", "spoke w X", "volal jsem X", "dzwoniłem do X".
fn spoke_to(doc: &Doc<'_>, from: usize, prior: &Token) -> bool {
    let earlier = from.checked_sub(2).and_then(|i| doc.token(i));
    prior.shape != Shape::Title
        && prior.class.any(SAID_TO)
        && earlier.is_some_and(|t| t.class.any(SPOKE) && prior.gap == Gap::Space)
}

/// "spoke w/ X", "call w/ X".
fn spoke_with(doc: &Doc<'_>, from: usize) -> bool {
    let (Some(first), Some(prior)) =
        (doc.token(from), from.checked_sub(1).and_then(|i| doc.token(i)))
    else {
        return false;
    };
    matches!(doc.word(prior), "w" | "W") && matches!(doc.span(prior.end, first.start), "/" | "/ ")
}

/// "z tej strony X", "tady X", "det här är X", "u spreekt met X", "hier ist die X", "aqui fala a X".
fn presented(doc: &Doc<'_>, from: usize, prior: &Token) -> bool {
    if !prior.class.any(SMALL.or(FUNCTION).or(SAID_TO)) && prior.shape != Shape::Lower {
        return false;
    }
    let word =
        |n: usize| from.checked_sub(n).and_then(|i| doc.token(i)).map_or("", |t| doc.word(t));
    let article = matches!(word(1), "die" | "der" | "a" | "o" | "la" | "il" | "de");
    let at = usize::from(article);
    matches!(
        (word(at + 2), word(at + 1)),
        ("tej", "strony")
            | ("här" | "Här", "är")
            | ("spreekt", "met")
            | ("hier" | "Hier", "ist" | "spricht" | "is")
            | ("aqui" | "Aqui", "fala" | "é")
            | ("it" | "It", "s")
            | ("this" | "This", "is")
            | ("is", "name")
    ) && (article || !matches!(word(1), "is" | "s"))
        || article && matches!(word(2), "sono" | "Sono")
        || matches!(word(1), "tady" | "Tady")
}

/// "A Graciete", "la Bianco firma", "der Tönnies zahlt", "bei der Kettler": articles before names of people.
fn behind_article(doc: &Doc<'_>, from: usize, prior: &Token, first: &Token) -> i32 {
    let word = doc.word(prior);
    let romance = [
        "a", "o", "as", "os", "da", "do", "à", "ao", "pela", "pelo", "la", "il", "dalla", "dal",
        "della", "del", "alla", "al", "el",
    ]
    .iter()
    .any(|it| word.eq_ignore_ascii_case(it));
    let german = ["der", "die", "den", "dem"].iter().any(|it| word.eq_ignore_ascii_case(it));
    let place = COUNTRY.or(CITY).or(NATIONALITY).or(JOB).or(ABROAD);
    if !(romance || german) || first.shape != Shape::Title || first.class.any(place) {
        return 0;
    }
    let verb = doc.token(from + 1).is_some_and(|t| {
        t.gap == Gap::Space && t.shape == Shape::Lower && t.class.any(AFTER_PERSON)
    });
    let everyday = first.class.any(WORD);
    if first.class.any(GIVEN) && !everyday {
        return if romance || verb { 4 } else { 2 };
    }
    if german && clash(doc, from, prior, first) {
        return 4;
    }
    match (verb, first.class.any(SURNAME) && !everyday, romance) {
        (true, true, _) => 4,
        (true, false, true) if !everyday || first.class.any(GIVEN) => 3,
        _ => 0,
    }
}

/// "die Kettler will", "bei der Trautmann": a noun of this ending is masculine, so that the article is a woman's.
fn clash(doc: &Doc<'_>, from: usize, prior: &Token, first: &Token) -> bool {
    static MASCULINE: LazyLock<Endings> = LazyLock::new(|| {
        Endings::new(
            "ler ner ter ker der ger ber ser mer ster mann meier maier mayer mayr meyr bauer stein berg wein bach feld wald hardt hard rich ing ke ski sky czyk ow itz",
        )
    });
    if first.class.any(WORD) || !MASCULINE.fit(doc.word(first), 2) {
        return false;
    }
    let word = doc.word(prior);
    let behind = doc.token(from + 1).filter(|t| t.gap == Gap::Space);
    let singular = behind.is_some_and(|t| {
        matches!(
            doc.word(t),
            "will"
                | "hat"
                | "ist"
                | "möchte"
                | "kann"
                | "muss"
                | "soll"
                | "wird"
                | "war"
                | "kommt"
                | "geht"
                | "sagt"
                | "meint"
                | "ruft"
                | "meldet"
                | "wollte"
        )
    });
    let with = from.checked_sub(2).and_then(|i| doc.token(i)).is_some_and(|t| {
        matches!(doc.word(t), "bei" | "mit" | "von" | "zu" | "Bei" | "Mit" | "Von")
    });
    word.eq_ignore_ascii_case("die") && singular || word == "der" && with
}

/// "X (CFO)", "X no show", "X Bey", "X ile görüşüldü": what stands behind a person.
fn called(doc: &Doc<'_>, to: usize) -> i32 {
    let (Some(last), Some(next)) = (to.checked_sub(1).and_then(|i| doc.token(i)), doc.token(to))
    else {
        return 0;
    };
    let between = doc.span(last.end, next.start);
    if between == " (" {
        let office = next.class.any(JOB.or(NAME_LABEL).or(ROSTER))
            || matches!(
                doc.word(next),
                "chair" | "VP" | "SVP" | "EVP" | "vp" | "Chair" | "economic"
            );
        return if office && !next.class.any(NAME) { 3 } else { 0 };
    }
    if next.gap != Gap::Space {
        return 0;
    }
    let after = doc.token(to + 1).filter(|t| t.gap == Gap::Space).map_or("", |t| doc.word(t));
    match doc.word(next) {
        "bey" | "Bey" | "hanım" | "Hanım" | "beyin" | "hanımın" => 4,
        "no" if matches!(after, "show" | "showed") => 3,
        "ile" if !after.is_empty() => 2,
        "to" if matches!(
            after,
            "approve" | "sign" | "confirm" | "circulate" | "send" | "review"
        ) =>
        {
            2
        }
        "called" if after == "back" => 3,
        "himself" | "herself" => 3,
        _ => 0,
    }
}

/// How surely a person in small letters stands at word `index`: 0 for not at all, from 3 for nothing else.
pub(crate) fn small(doc: &Doc<'_>, index: usize) -> i32 {
    let Some(first) = doc.token(index) else { return 0 };
    if cues::mentioned(doc, first) {
        return 3;
    }
    let Some(prior) = index.checked_sub(1).and_then(|i| doc.token(i)) else { return 0 };
    match first.gap {
        Gap::Space => {
            let earlier = index.checked_sub(2).and_then(|i| doc.token(i));
            let meant = |t: &Token| t.class.any(NAME_LABEL.or(ROSTER).or(KIN));
            if prior.class.any(KIN) && !prior.class.any(GIVEN)
                || spoke_to(doc, index, prior)
                || presented(doc, index, prior)
            {
                3
            } else if prior.class.any(SPOKE) && !prior.class.any(WORD.or(NAME))
                || doc.word(prior) == "frm"
                || matches!(doc.word(prior), "maker" | "buyer" | "cust" | "cc" | "per")
                || doc.word(prior) == "s"
                    && earlier.is_some_and(|t| matches!(doc.word(t), "it" | "It"))
                || doc.word(prior) == "is" && earlier.is_some_and(meant)
            {
                2
            } else {
                0
            }
        }
        Gap::Colon if prior.class.any(NAME_LABEL.or(ROSTER).or(KIN)) => 2,
        Gap::Comma
            if prior.class.any(GREETING) || matches!(doc.word(prior), "thx" | "ty" | "tks") =>
        {
            2
        }
        Gap::Other if spoke_with(doc, index) => 3,
        _ => 0,
    }
}

/// `Son Miles has ..`: whether the word at `index` says how the name behind it is related.
pub(super) fn kin_opens(doc: &Doc<'_>, index: usize) -> bool {
    let Some(next) = doc.token(index + 1).filter(|t| t.gap == Gap::Space) else { return false };
    doc.token(index).is_some_and(|t| {
        let opens = t.opens && t.class.any(WORD) && next.class.any(GIVEN);
        t.class.any(KIN) && (opens || next.shape == Shape::Title && possessed(doc, index))
    })
}

/// `haar man`, `ihr Mann`, `hennes man`: whether a word that says whose it is stands before word `index`.
fn possessed(doc: &Doc<'_>, index: usize) -> bool {
    static WHOSE: LazyLock<Hashes> = LazyLock::new(|| {
        Hashes::new(
            "haar zijn mijn jouw hun ons onze uw ihr ihre ihren ihrem mein meine meinen meinem sein seine seinen seinem unser unsere unseren dein deine min mitt din hans hennes hendes sin vår deres",
        )
    });
    doc.token(index).is_some_and(|t| t.gap == Gap::Space)
        && index.checked_sub(1).and_then(|i| doc.token(i)).is_some_and(|t| WHOSE.has(t))
}

/// Whether a word is a title that stands behind the name.
pub(super) fn title_behind(token: &Token) -> bool {
    AFTER_NAMES.has(token)
}

/// Turkish titles, which stand behind the name, with their endings.
static AFTER_NAMES: LazyLock<Hashes> = LazyLock::new(|| {
    Hashes::new(
        "bey beyi beye beyin beyden beyle beyler hanım hanımı hanıma hanımın hanımdan hanımla hanımlar efendi",
    )
});

/// Whether a word may be a surname although it is an everyday word.
pub(super) fn borne(token: &Token) -> bool {
    token.class.any(BORNE.or(SURNAME))
}

#[cfg(test)]
mod tests {
    use super::person;
    use crate::text::Doc;

    #[test]
    fn a_role_right_before_says_who_is_meant() {
        for (text, word, led) in [
            ("Escape of water; contractor Blenkinsop absent", 4, true),
            ("Gutachter Schnürle war da", 1, true),
            ("monteur Wiegersma komt", 1, true),
            ("el perito Urrestieta vino", 2, true),
            ("teknisyen Karslıoğlu geldi", 1, true),
            ("rzeczoznawca Grzegżółka był", 1, true),
            ("getekend door haar man Wiebren", 4, true),
            ("hennes man Torvald ringer", 2, true),
            ("a man Torvald", 2, false),
            ("Gutachter Termin", 1, false),
            ("adjuster 4417", 1, false),
            ("The Senior Contractor Handbook", 3, false),
            ("technicien disponible", 1, false),
        ] {
            let doc = Doc::new(text);
            let points = person(&doc, word, word + 1, doc.capitalises_nouns(), doc.is_english());
            assert_eq!(points >= 3, led, "{text}: {points}");
        }
    }
}
