//! Names with the endings that languages give them: `Nováka`, `Kowalskiemu`, `Virtaselle`, `ayşeye`, `Лаврухину`.

use std::{collections::HashMap, hash::BuildHasherDefault, sync::LazyLock};

use crate::{
    lexicon::{ByHash, Entries, Hashed, TONGUE},
    text::{Doc, Shape, Token, fold::fold, hash_word},
};

/// Languages whose names have endings, as a set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Tongues(u8);

const ANY: Tongues = Tongues(0);
const SLAVIC: Tongues = Tongues(1);
const TURKISH: Tongues = Tongues(2);
const FINNIC: Tongues = Tongues(4);
const HUNGARIAN: Tongues = Tongues(8);
const ROMANIAN: Tongues = Tongues(16);
const CYRILLIC: Tongues = Tongues(32);
const GREEK: Tongues = Tongues(64);

/// Small words, and letters, that only one of these has.
const MARKS: [(Tongues, &str, &[char]); 5] = [
    (
        SLAVIC,
        "się nie jest że dla przez oraz proszę już tylko może czy był była było jak jego jej ich też który która dziś jutro wczoraj w z po przed pod sprawie zadzwoń zadzwonić dzwoni dzwonił faktury fakturę umowy umowę oferty ofertę wysłać wyślij przekaż powiedz zapytaj spotkanie rozmowa rozmowy klient klienta je jsem jsme jsou byl byla také nebo ještě prosím děkuji jako když bude mám máme kvůli podle není od pro s na do zavolat zavolej poslat pošli napsat faktura fakturu smlouvu smlouvy nabídku schůzka nije sam smo ili ali što koji molim danas sutra još bolo bola sme ďakujem keď už ako aj",
        &['ł', 'ą', 'ę', 'ś', 'ć', 'ż', 'ź', 'ń', 'ř', 'ě', 'ů', 'đ', 'ľ', 'ď', 'ť', 'ň'],
    ),
    (
        TURKISH,
        "ve bir bu için ile değil çok daha sonra kadar gibi ama veya olarak biz siz lütfen bugün yarın dün aradı dedi istiyor söyle sor yaz gönder haber konuş ilet verdi geldi gitti bekliyor hanım bey hanıma beye faturayı teklifi",
        &['ğ', 'ı', 'ş'],
    ),
    (
        FINNIC,
        "että mutta kun niin myös ole olen hän ovat tai kanssa mukaan vielä soitti pyysi huomenna tänään kiitos ettei sekä nyt sitten pitää ei oli jos ja soita lähetä laita kysy sano tarjous lasku tapaaminen terveisiä või aga",
        &['õ'],
    ),
    (
        HUNGARIAN,
        "és hogy nem egy az csak még lesz kell vagy mert kérem köszönöm szerint számla holnap tegnap szólj írj küldd hívd már volt a ajánlatot szerződést",
        &['ő', 'ű'],
    ),
    (
        ROMANIAN,
        "și să este pentru din sunt fost domnul doamna vă rog mulțumesc că în lui facturii factura contractul ofertei trimite sună spune",
        &['ț', 'ș', 'ă'],
    ),
];

type Ending = (Tongues, &'static str, &'static [&'static str]);

/// The ending that names have in any language.
const OF_ANY: Ending = (ANY, "s", &[""]);
/// Endings, and what a name has in their place. Letters are folded: `ě` is `e`.
const ENDINGS: &[Ending] = &[
    (SLAVIC, "a", &["", "o"]),
    (SLAVIC, "u", &["", "a"]),
    (SLAVIC, "e", &["", "a"]),
    (SLAVIC, "ie", &["", "a", "ia"]),
    (SLAVIC, "y", &["a"]),
    (SLAVIC, "i", &["a", "e", "ia", ""]),
    (SLAVIC, "o", &["a"]),
    (SLAVIC, "ou", &["a"]),
    (SLAVIC, "owi", &["", "a"]),
    (SLAVIC, "iowi", &[""]),
    (SLAVIC, "ovi", &["", "a"]),
    (SLAVIC, "em", &["", "o"]),
    (SLAVIC, "om", &[""]),
    (SLAVIC, "iem", &[""]),
    (SLAVIC, "ze", &[""]),
    (SLAVIC, "im", &["i"]),
    (SLAVIC, "ym", &["y"]),
    (SLAVIC, "ego", &["", "y"]),
    (SLAVIC, "emu", &["", "y"]),
    (SLAVIC, "eho", &["y", "i"]),
    (SLAVIC, "ej", &["a"]),
    (SLAVIC, "iej", &["a"]),
    (SLAVIC, "ce", &["ka"]),
    (SLAVIC, "dze", &["ga"]),
    (SLAVIC, "cie", &["ta", "t"]),
    (SLAVIC, "dzie", &["da", "d"]),
    (SLAVIC, "le", &["l", "la"]),
    (SLAVIC, "owie", &[""]),
    (SLAVIC, "ow", &[""]),
    (SLAVIC, "ich", &["i"]),
    (SLAVIC, "ovym", &["ova"]),
    (TURKISH, "in", &[""]),
    (TURKISH, "un", &[""]),
    (TURKISH, "nin", &[""]),
    (TURKISH, "nun", &[""]),
    (TURKISH, "e", &[""]),
    (TURKISH, "a", &[""]),
    (TURKISH, "ye", &[""]),
    (TURKISH, "ya", &[""]),
    (TURKISH, "i", &[""]),
    (TURKISH, "u", &[""]),
    (TURKISH, "yi", &[""]),
    (TURKISH, "yu", &[""]),
    (TURKISH, "de", &[""]),
    (TURKISH, "da", &[""]),
    (TURKISH, "te", &[""]),
    (TURKISH, "ta", &[""]),
    (TURKISH, "den", &[""]),
    (TURKISH, "dan", &[""]),
    (TURKISH, "ten", &[""]),
    (TURKISH, "tan", &[""]),
    (TURKISH, "le", &[""]),
    (TURKISH, "la", &[""]),
    (TURKISH, "yle", &[""]),
    (TURKISH, "yla", &[""]),
    (TURKISH, "ler", &[""]),
    (TURKISH, "lar", &[""]),
    (TURKISH, "lerin", &[""]),
    (TURKISH, "larin", &[""]),
    (TURKISH, "cim", &[""]),
    (TURKISH, "cum", &[""]),
    (TURKISH, "cigim", &[""]),
    (TURKISH, "cugum", &[""]),
    (FINNIC, "n", &[""]),
    (FINNIC, "in", &[""]),
    (FINNIC, "en", &[""]),
    (FINNIC, "an", &[""]),
    (FINNIC, "on", &[""]),
    (FINNIC, "un", &[""]),
    (FINNIC, "a", &[""]),
    (FINNIC, "ta", &[""]),
    (FINNIC, "lle", &[""]),
    (FINNIC, "ille", &[""]),
    (FINNIC, "lla", &[""]),
    (FINNIC, "lta", &[""]),
    (FINNIC, "ilta", &[""]),
    (FINNIC, "sta", &[""]),
    (FINNIC, "ssa", &[""]),
    (FINNIC, "sen", &["nen"]),
    (FINNIC, "sta", &["nen"]),
    (FINNIC, "selle", &["nen"]),
    (FINNIC, "sella", &["nen"]),
    (FINNIC, "selta", &["nen"]),
    (FINNIC, "sesta", &["nen"]),
    (FINNIC, "seen", &["nen"]),
    (FINNIC, "st", &[""]),
    (FINNIC, "le", &[""]),
    (HUNGARIAN, "nak", &[""]),
    (HUNGARIAN, "nek", &[""]),
    (HUNGARIAN, "t", &[""]),
    (HUNGARIAN, "at", &[""]),
    (HUNGARIAN, "et", &[""]),
    (HUNGARIAN, "ot", &[""]),
    (HUNGARIAN, "val", &[""]),
    (HUNGARIAN, "vel", &[""]),
    (HUNGARIAN, "al", &[""]),
    (HUNGARIAN, "el", &[""]),
    (HUNGARIAN, "csal", &["s"]),
    (HUNGARIAN, "hoz", &[""]),
    (HUNGARIAN, "hez", &[""]),
    (HUNGARIAN, "tol", &[""]),
    (HUNGARIAN, "rol", &[""]),
    (HUNGARIAN, "ra", &[""]),
    (HUNGARIAN, "re", &[""]),
    (HUNGARIAN, "ert", &[""]),
    (HUNGARIAN, "ek", &[""]),
    (HUNGARIAN, "e", &[""]),
    (ROMANIAN, "ei", &["a"]),
    (ROMANIAN, "ului", &[""]),
    (ROMANIAN, "lui", &[""]),
    (ROMANIAN, "o", &["a"]),
    (CYRILLIC, "а", &["", "о"]),
    (CYRILLIC, "у", &["", "а"]),
    (CYRILLIC, "ом", &[""]),
    (CYRILLIC, "ем", &["", "й", "ь"]),
    (CYRILLIC, "е", &["", "а", "я"]),
    (CYRILLIC, "ой", &["а", "ая"]),
    (CYRILLIC, "ую", &["ая"]),
    (CYRILLIC, "ою", &["а"]),
    (CYRILLIC, "ы", &["а"]),
    (CYRILLIC, "и", &["а", "я", "ь"]),
    (CYRILLIC, "ю", &["я", "й", "ь"]),
    (CYRILLIC, "я", &["й", "ь"]),
    (CYRILLIC, "ей", &["я", "й"]),
    (CYRILLIC, "ии", &["ия"]),
    (CYRILLIC, "ию", &["ия", "ий"]),
    (CYRILLIC, "ия", &["ий"]),
    (CYRILLIC, "ием", &["ий"]),
    (CYRILLIC, "ым", &[""]),
    (CYRILLIC, "ого", &["ий", "ый"]),
    (CYRILLIC, "ому", &["ий", "ый"]),
    (CYRILLIC, "им", &["ий"]),
    (CYRILLIC, "ові", &[""]),
    (CYRILLIC, "еві", &["", "й"]),
    (CYRILLIC, "і", &["а"]),
    (GREEK, "ου", &["οσ", "ησ"]),
    (GREEK, "ο", &["οσ"]),
    (GREEK, "ε", &["οσ"]),
    (GREEK, "η", &["ησ"]),
    (GREEK, "α", &["ασ"]),
    (GREEK, "ασ", &["α"]),
    (GREEK, "ησ", &["η"]),
];

/// Of which of these languages a word is.
static WORDS: LazyLock<ByHash<u8>> = LazyLock::new(|| {
    let mut map: HashMap<u64, u8, BuildHasherDefault<Hashed>> = HashMap::default();
    for (tongue, words, _) in &MARKS {
        for word in words.split(' ') {
            *map.entry(hash_word(word)).or_default() |= tongue.0;
        }
    }
    map.into()
});

pub(super) fn enter_lists(entries: &mut Entries) {
    entries.add(TONGUE, WORDS.hashes());
}

/// Which of these languages a text may be in. A word or two settle it only where there are hardly more.
pub(super) fn tongues(doc: &Doc<'_>) -> Tongues {
    let plain = doc.bytes.is_ascii();
    let mut counts = [0_usize; MARKS.len()];
    for token in doc.tokens.iter().filter(|t| t.shape == Shape::Lower) {
        let tongues = if token.listed.any(TONGUE) { WORDS.get(token.hash) } else { None };
        let listed = tongues.copied().unwrap_or_default();
        if (plain || token.plain) && listed == 0 {
            continue;
        }
        let word = doc.word(token);
        let ascii = token.plain || word.is_ascii();
        if ascii && listed == 0 {
            continue;
        }
        for ((tongue, _, letters), count) in MARKS.iter().zip(&mut counts) {
            let marked = !ascii && word.contains(*letters);
            *count += usize::from(listed & tongue.0 != 0) + usize::from(marked);
        }
    }
    let least = if doc.tokens.len() <= 14 { 1 } else { 2 + doc.tokens.len() / 60 };
    let fits = MARKS.iter().zip(counts).filter(|(_, count)| *count >= least);
    Tongues(fits.fold(0, |all, ((tongue, _, _), _)| all | tongue.0))
}

/// Calls `found` with the hash of each name that a word may be a form of, and its letters, until it answers.
pub(super) fn stems<T>(
    doc: &Doc<'_>,
    token: &Token,
    tongues: Tongues,
    mut found: impl FnMut(u64, usize) -> Option<T>,
) -> Option<T> {
    let word = doc.word(token);
    if tongues == ANY && word.is_ascii() && !word.ends_with(['s', 'S']) {
        return None;
    }
    let mut folded = String::with_capacity(token.len() + 4);
    word.chars().for_each(|c| fold(c, |it| folded.push(it)));
    let script = match folded.chars().next()? {
        '\u{400}'..='\u{52f}' => CYRILLIC,
        '\u{370}'..='\u{3ff}' => GREEK,
        _ => tongues,
    };
    let mut name = String::with_capacity(folded.len() + 4);
    let last = folded.bytes().next_back();
    let of_tongues: &[Ending] = if script == ANY { &[] } else { ENDINGS };
    for (tongue, ending, instead) in std::iter::once(&OF_ANY).chain(of_tongues) {
        // Most end in another letter.
        if ending.bytes().next_back() != last || *tongue != ANY && tongue.0 & script.0 == 0 {
            continue;
        }
        let Some(stem) = folded.strip_suffix(ending) else { continue };
        let letters = stem.chars().count();
        if letters < SHORTEST_STEM {
            continue;
        }
        for instead in *instead {
            name.clear();
            name.push_str(stem);
            name.push_str(instead);
            if let Some(it) = found(hash_word(&name), letters + instead.chars().count()) {
                return Some(it);
            }
        }
        if let Some(other) = within(stem, *tongue)
            && let Some(it) = found(hash_word(&other), letters)
        {
            return Some(it);
        }
    }
    None
}

/// Fewer letters are a form of anything.
const SHORTEST_STEM: usize = 3;

/// How a stem is written where no ending stands: `Hájk` is Hájek, `Peka` Pekka, `Péterr` Péter.
fn within(stem: &str, tongue: Tongues) -> Option<String> {
    let mut back = stem.char_indices().rev();
    let ((at, last), (_, before)) = (back.next()?, back.next()?);
    let vowel = |c: char| "aeiouyаеиоуы".contains(c);
    let (kept, tail) = (stem.get(..at)?, stem.get(at..)?);
    if (tongue == SLAVIC || tongue == CYRILLIC) && !vowel(last) && !vowel(before) {
        return Some(format!("{kept}{}{tail}", if tongue == SLAVIC { 'e' } else { 'е' }));
    }
    if tongue == FINNIC && vowel(last) && matches!(before, 'k' | 'p' | 't') {
        return Some(format!("{kept}{before}{tail}"));
    }
    (tongue == HUNGARIAN && last == before).then(|| kept.to_owned())
}

#[cfg(test)]
mod tests {
    use super::{stems, tongues};
    use crate::text::{Doc, hash_word};

    #[test]
    fn forms_of_names_by_language() {
        for (text, name) in [
            ("faktura dla Wrzoska w sprawie", "Wrzosek"),
            ("proszę przekaż Kowalskiemu", "Kowalski"),
            ("jutro spotkanie przy Monice", "Monika"),
            ("zavolej prosím Hájkovi", "Hájek"),
            ("prosím pošli Vrbatové", "Vrbatová"),
            ("lütfen mehmetten sor", "Mehmet"),
            ("bugün ayşeye söyle", "Ayşe"),
            ("soita Virtaselle tänään", "Virtanen"),
            ("lähetä Pekalle lasku", "Pekka"),
            ("holnap szólj Péterrel", "Péter"),
            ("trimite factura Mariei", "Maria"),
            ("напиши Лаврухину", "Лаврухин"),
            ("напиши Анне", "Анна"),
            ("τηλεφώνησε στον Παπαδάκη", "Παπαδάκης"),
            ("Mohrbecks Antrag", "Mohrbeck"),
        ] {
            let doc = Doc::new(text);
            let tongues = tongues(&doc);
            let is = |hash, _| (hash == hash_word(name)).then_some(());
            let found = doc.tokens.iter().any(|t| stems(&doc, t, tongues, is).is_some());
            assert!(found, "{text}");
        }
    }

    #[test]
    fn no_language_has_the_endings_of_another() {
        for (text, name) in [
            ("die Kosten der Anlage sind zu hoch für uns", "Kost"),
            ("the Kowalskiemu file is in the folder with all of them", "Kowalski"),
        ] {
            let doc = Doc::new(text);
            let is = |hash, _| (hash == hash_word(name)).then_some(());
            let found = doc.tokens.iter().any(|t| stems(&doc, t, tongues(&doc), is).is_some());
            assert!(!found, "{text}");
        }
    }
}
