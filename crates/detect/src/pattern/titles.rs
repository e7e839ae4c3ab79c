//! Titles before names, as they are written in two dozen languages.

use std::sync::LazyLock;

use boundary::Kind;

use crate::{
    lexicon::{Entries, FUNCTION, HONORIFIC, JOB, NAME, TITLE, WORD, Words},
    resolve::{GUESS, Sink},
    text::{Doc, Gap, Shape, Token, hash_word},
};

/// What counts as a title with a full stop behind it.
static DOTTED: LazyLock<Words> = LazyLock::new(|| {
    Words::new(
        "Mgr Bc Ir ir Rag Geom Arch Arc Dott dott Prof prof Ing ing Avv avv Drs drs Mr mr Dhr dhr Mevr mevr Mw mw Dr dr Dipl Pharm \
    Surv Barr Engr Rev Hon Alh Sig sig Lic Cav On Dña MUDr JUDr PhDr RNDr MVDr Mag Atty sr sra srta dra Dra hr fr Hr Fr fru Fru Frl frl κ Κ κα Κα Ing Eng Mme mme Mlle mlle Mgr mgr",
    )
});
/// In small letters, before a name.
static SMALL: LazyLock<Words> = LazyLock::new(|| {
    Words::new(
        "paní pán pan pana pani panu slečna señor señora señorita monsieur madame signor signora mevrouw meneer frau herr herrn doña mister \
    pane panem panią paniom panu slečno fru fröken frøken don dona seu mme mlle dhr mevr juffrouw miss sr sra srta domnul doamna domnului doamnei herra rouva neiti senhor senhora mr mrs ms dr",
    )
});
/// With a capital, before a name.
static CAPITAL: LazyLock<Words> = LazyLock::new(|| {
    Words::new(
        "Chief Prince Princess Pastor Bishop Barrister Oba Otunba Alhaji Alhaja Mallam Hajiya Hajia Engr Barr Deacon Deaconess \
    Evangelist Apostle Elder Herrn Rechtsanwalt Rechtsanwältin Lady Mdm Fräulein Fröken Maître Pane Panem Panią Panu Slečna Domnul Doamna Datuk",
    )
});
/// What goes on a title that ended with a full stop or a hyphen: `Dott.ssa`, `Dipl.-Ing.`
static GLUED: LazyLock<Words> =
    LazyLock::new(|| Words::new("ssa ra Ing Kfm Kffr med jur phil rer nat Wirt Inf"));

/// Of those what stands before small names, too, and is no word of a language where it would.
static PLAIN: LazyLock<Words> = LazyLock::new(|| {
    Words::new(
        "frau herr herrn mr mrs dr sr sra señor señora mme monsieur madame mevrouw meneer mevr dhr fru paní pani signor signora hanım senhor senhora domnul doamna",
    )
});
/// Words of everyday speech, too: titles before what is a name, or is in no list.
static EVERYDAY: LazyLock<Words> =
    LazyLock::new(|| Words::new("seu don dona miss pan pane pani pana"));
/// Labels of forms behind which a title stands alone.
static LABELS: LazyLock<Words> = LazyLock::new(|| {
    Words::new(
        "anrede title salutation titel aanhef tratamiento civilité titolo tratamento titul hitap tilltal",
    )
});
/// French words before `M.`, which elsewhere is an initial.
static BEFORE_M: LazyLock<Words> = LazyLock::new(|| {
    Words::new("avec de à que pour par et chez bonjour cher voir appelé rappeler contacter")
});

pub(super) fn enter_lists(entries: &mut Entries) {
    for words in [&DOTTED, &SMALL, &CAPITAL, &PLAIN] {
        entries.add(TITLE, words.hashes());
    }
    entries.add(TITLE, [hash_word("M")].into_iter());
}

/// Titles that are words or short forms of something else, too: `Chief`, `Mgr.`, `Rag.`, `drs.`, and small ones: `paní`.
pub(super) fn title(doc: &Doc<'_>, index: usize, token: &Token, sink: &mut Sink) {
    let labelled = token.gap == Gap::Colon && token.class.any(HONORIFIC);
    if !labelled && !token.listed.any(TITLE) {
        return;
    }
    if token.len() == 1 && matches!(doc.word(token), "M" | "m") {
        mister(doc, index, token, sink);
    }
    if !(2..=14).contains(&token.len()) {
        return;
    }
    let dotted = doc.byte(token.end) == b'.';
    let named = |at: usize| {
        doc.token(at).is_some_and(|t| {
            t.capital() && matches!(t.gap, Gap::Space | Gap::DotSpace | Gap::Dot | Gap::Hyphen)
        })
    };
    let prior = index.checked_sub(1).and_then(|at| doc.token(at));
    // `Anrede: Frau`
    if labelled
        && prior.is_some_and(|t| LABELS.has(&doc.word(t).to_lowercase()))
        && doc.token(index + 1).is_none_or(|t| t.gap != Gap::Space)
    {
        sink.pattern((token.start, token.end + usize::from(dotted)), Kind::Title, GUESS + 5);
        return;
    }
    if token.shape == Shape::Lower && small(doc, index, token) {
        sink.pattern((token.start, token.end + usize::from(dotted)), Kind::Title, GUESS + 5);
        return;
    }
    if !dotted && !named(index + 1) {
        return;
    }
    let words = match token.shape {
        Shape::Digits | Shape::Alnum | Shape::Ideograph => return,
        _ if dotted => &DOTTED,
        Shape::Lower => &SMALL,
        _ => &CAPITAL,
    };
    if !words.has(doc.word(token)) {
        return;
    }
    if token.shape == Shape::Lower && !dotted && EVERYDAY.has(doc.word(token)) {
        let sure = doc.token(index + 1).is_some_and(|t| {
            t.shape == Shape::Title
                && (t.class.any(NAME) || t.class == crate::lexicon::Class::default())
        });
        // `I miss Ada`
        if !sure || doc.word(token) == "miss" && !token.opens {
            return;
        }
    }
    let mut end = token.end + usize::from(dotted);
    let mut next = index + 1;
    while let Some(part) = doc
        .token(next)
        .filter(|t| t.start <= end + 1 && t.gap != Gap::Line && GLUED.has(doc.word(t)))
    {
        end = part.end + usize::from(doc.byte(part.end) == b'.');
        next += 1;
    }
    let person = doc.token(next).is_some_and(|t| {
        named(next)
            && (!t.class.any(WORD.or(FUNCTION).or(JOB))
                || t.class.any(HONORIFIC.or(NAME))
                || t.shape == Shape::Initial)
    });
    if person {
        sink.pattern((token.start, end), Kind::Title, GUESS + 5);
    }
}

/// `avec M. Quist`
fn mister(doc: &Doc<'_>, index: usize, token: &Token, sink: &mut Sink) {
    let prior = index.checked_sub(1).and_then(|at| doc.token(at));
    let led =
        prior.is_some_and(|t| token.gap == Gap::Space && BEFORE_M.has(&doc.word(t).to_lowercase()));
    let named = doc.token(index + 1).is_some_and(|t| {
        t.gap == Gap::DotSpace
            && matches!(t.shape, Shape::Title | Shape::Mixed)
            && !t.class.any(FUNCTION)
    });
    if led && named && !doc.is_english() {
        sink.pattern((token.start, token.end + 1), Kind::Title, GUESS + 5);
    }
}

/// `frau bassermann`, `mr fennimore`: both in small letters.
fn small(doc: &Doc<'_>, index: usize, token: &Token) -> bool {
    let named = doc.token(index + 1).is_some_and(|t| {
        t.shape == Shape::Lower
            && t.len() > 2
            && matches!(t.gap, Gap::Space | Gap::DotSpace | Gap::Dot)
            && !t.class.any(FUNCTION.or(JOB))
            && (t.class.any(NAME) || !t.class.any(WORD))
    });
    // Without its marks a word has the same hash, and is no title: it is compared letter by letter.
    named && PLAIN.has(doc.word(token))
}

#[cfg(test)]
mod tests {
    use boundary::Kind;

    use crate::found;

    #[test]
    fn titles_stand_before_names_in_small_letters_and_many_languages() {
        for (text, title) in [
            ("bitte frau strelow zurückrufen", "frau"),
            ("hab hr. Brömmel nicht erreicht", "hr."),
            ("la sra. Olazábal no contesta", "sra."),
            ("el sr Arancibia espera", "sr"),
            ("recado para don Eusebio", "don"),
            ("falei com a dona Iracema", "dona"),
            ("o seu Waldir ligou", "seu"),
            ("pratade med fru Hallqvist", "fru"),
            ("Dobrý den, pane Hrubeši, termín", "pane"),
            ("rozmawiałem z panem Ostrowskim", "panem"),
            ("mme Jouvenel rappelle demain", "mme"),
            ("rendez-vous avec M. Delvigne demain", "M."),
            ("dhr Oldenburger belt terug", "dhr"),
            ("doamna Cernea confirmă", "doamna"),
            ("mr fennimore will sign friday", "mr"),
            ("Anrede: Frau\nVorname: Roswitha", "Frau"),
        ] {
            assert_eq!(found::of(Kind::Title, text), [title], "{text}");
        }
        for text in [
            "seu pedido foi enviado, seu Pedido segue",
            "I miss Ada and don't ask",
            "Die frau am empfang war nett",
            "the pan is hot, pan flour",
            "dr and cr columns, ms office",
            "sig. attached, ing. nicht dabei",
            "Ada M. Lovelace with M. Night",
        ] {
            assert_eq!(found::of(Kind::Title, text), found::NOTHING, "{text}");
        }
    }
}
