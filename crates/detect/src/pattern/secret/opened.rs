//! Codes that open doors, safes and accounts: `the alarm code at the warehouse is 7702`, `kod do drzwi 2480`,
//! `use hunter2 until Monday`, `he has Sommer2019 as his password`.

use std::{collections::HashMap, hash::BuildHasherDefault, sync::LazyLock};

use boundary::Kind;

use super::told::{self, LINKS, WEAK};
use crate::{
    lexicon::{ByHash, CURRENCY, Entries, FUNCTION, Hashed, MONTH, OPENS, SECRET_CUE},
    resolve::{PROOF, Sink},
    text::{Doc, Gap, Shape, Token, hash_word},
};

/// Most bytes of a word that is taken for a password.
const LONGEST: usize = 64;
/// How many words on a code may stand.
const REACH: usize = 9;

/// What a word says of a code beside it, in bits.
type Sort = u16;
/// `code`, `código`: of something.
const CODE: Sort = 1;
/// What a code opens, or is for.
const DOOR: Sort = 1 << 1;
/// Both in one word.
const DOOR_CODE: Sort = 1 << 2;
/// What makes a code one of goods, places and faults.
const OTHER: Sort = 1 << 3;
/// Where one signs in.
pub(super) const LOGIN: Sort = 1 << 4;
/// What opens a network: `Schlüssel`.
const KEY: Sort = 1 << 5;
/// What one does with a password.
const USE: Sort = 1 << 6;
/// `as` and `is`: the password stands before.
const AS: Sort = 1 << 7;
/// What a number counts.
const COUNTED: Sort = 1 << 8;
/// How long something is used.
const UNTIL: Sort = 1 << 9;

const SORTS: &[(Sort, &str)] = &[
    (
        CODE,
        "code codes codice codici código codigo códigos kod kodu kodem kodzie kód kódu koden kode kodene koodi koodin cod codul combination combinación combinaison combinazione combinação kombination kombinacja kombinace tan код кода",
    ),
    (
        DOOR,
        "unlock unlocks entsperren entsperrt desbloqueo déverrouillage sblocco desbloqueio serverraum serverroom aufzug lift keller door doors gate gates garage alarm alarms safe lock locker padlock keypad intercom entrance entry access vault voicemail burglar recovery backup verification security onetime time sms push mtan strongbox shed cabin lobby tür türe haustür hoftür tor garagentor alarmanlage tresor schloss zugang eingang hauseingang schlüsselkasten anrufbeantworter porte portail digicode alarme coffre accès entrée immeuble cadenas interphone puerta portal portón verja alarma caja acceso entrada candado buzón porta cancello allarme cassaforte accesso ingresso lucchetto citofono portone portão cofre acesso cadeado portaria prédio deur voordeur achterdeur poort kluis toegang sleutelkluis dörr dörren porten larm larmet kassaskåp hänglås dør døren alarmen pengeskab safen hængelås ovi oven oveen hälytys hälyttimen kassakaapin drzwi bramy brama furtki alarmu sejfu sejf domofonu domofon wejścia klatki dveře dveřím dveří brány alarmu trezoru sejfu vchodu ajtó kapu riasztó széf ușă ușa poartă interfon alarmă seif kapı kapısı kapının alarmı kasa kasası kasanın kilit двери домофон домофона сигнализации сейфа подъезда ворот",
    ),
    (
        DOOR_CODE,
        "doorcode gatecode lockbox keysafe keybox digicode türcode torcode alarmcode zugangscode sicherheitscode safecode tresorcode eingangscode haustürcode öffnungscode entsperrcode toegangscode deurcode alarmcode kluiscode poortcode portkod portkoden dörrkod dörrkoden larmkod larmkoden dørkode dørkoden alarmkode alarmkoden portkode adgangskode ovikoodi ovikoodin hälytyskoodi kapukód kapukódja riasztókód ajtókód schlüsselsafe schlüsseltresor",
    ),
    (
        OTHER,
        "error errors fault zip postal post area country article product item order promo discount voucher coupon source dress status exit bar qr colour color tax currency iso hs sic vat sort swift reason activity booking tracking conduct review fehler artikel artikels erreur réduction remise promotion artículo producto error descuento pedido fiscale errore articolo prodotto postale cliente sconto erro produto desconto pocztowy produktu błędu rabatowy towaru zboží chyby slevový poștal produsului ürün hata indirim posta товара ошибки",
    ),
    (
        LOGIN,
        "wifi wlan login logon logged signin log sign username user benutzer benutzername zugang zugangsdaten utilisateur identifiant usuario utente gebruiker gebruikersnaam användare bruger bruker käyttäjä użytkownik uživatel kullanıcı hotspot guest network вайфая вайфай reset resets locked unlock encrypted verschlüsselt",
    ),
    (
        KEY,
        "key schlüssel clé chiave llave chave sleutel nyckel nøgle nøkkel klucz klíč avain anahtar",
    ),
    (
        USE,
        "use try nimm nehmt nehmen verwende verwendet benutze nutze utilise utilisez usa usad use utilizza gebruik använd brug bruk käytä użyj użyjcie použij kullan type enter with mit avec con com met med",
    ),
    (AS, "as is was als ist comme est como es come è é som er är jako to je olarak"),
    (
        COUNTED,
        "years year days day hours hour minutes minute min weeks months times characters digits chars letters units pieces pcs employees users people customers emails jahre jahren tage tagen stunden minuten wochen monate zeichen stellen stück mal uhr ans jours heures minutes mois caractères años días horas minutos meses caracteres anni giorni ore minuti mesi caratteri anos dias jaar dagen uur minuten weken maanden tekens år dagar dage dager timmar timer minuter tecken tegn lat dni godzin minut znaków let dnů hodin znaků gün saat dakika karakter km kg m gb mb",
    ),
    (
        UNTIL,
        "until till bis jusqu hasta fino até tot tills indtil kunnes do for and first für erst erstmal",
    ),
];

static WORDS: LazyLock<ByHash<Sort>> = LazyLock::new(|| {
    let mut map: HashMap<u64, Sort, BuildHasherDefault<Hashed>> = HashMap::default();
    for (sort, words) in SORTS {
        for word in words.split(' ') {
            *map.entry(hash_word(word)).or_default() |= sort;
        }
    }
    map.into()
});

pub(super) fn enter_lists(entries: &mut Entries) {
    entries.add(OPENS, WORDS.hashes());
}

/// What a word says of a code beside it.
pub(super) fn sort(token: &Token) -> Sort {
    let sort = if token.listed.any(OPENS) { WORDS.get(token.hash) } else { None };
    sort.copied().unwrap_or_default()
}

/// Reads the code or the password that word `index` says to stand beside it.
pub(super) fn detect(doc: &Doc<'_>, (index, is): (usize, Sort), sink: &mut Sink) {
    let Some(token) = doc.token(index) else { return };
    let secret = token.class.any(SECRET_CUE);
    if secret {
        if WEAK.has(token) {
            random(doc, index, sink);
        } else {
            before(doc, index, sink);
        }
    }
    let of_key = || {
        let next = doc.token(index + 1).filter(|t| t.gap == Gap::Space);
        next.is_some_and(|t| matches!(doc.word(t), "safe" | "box"))
    };
    if is & (CODE | DOOR_CODE) != 0 || secret || is & KEY != 0 && of_key() {
        let opens = is & DOOR_CODE != 0 || is & KEY != 0 && of_key();
        code(doc, index, opens, sink);
    } else if is & DOOR != 0 {
        signed(doc, index, sink);
    }
    if is & LOGIN != 0 {
        login(doc, index, sink);
    }
    if is & USE != 0 {
        used(doc, index, sink);
    }
}

/// Whether words that sign in or open stand near word `index`.
fn near(doc: &Doc<'_>, index: usize, reach: usize) -> bool {
    let from = index.saturating_sub(reach);
    let words = doc.tokens.iter().skip(from).take(index + reach - from);
    words.into_iter().any(|t| t.class.any(SECRET_CUE) && !WEAK.has(t) || sort(t) & LOGIN != 0)
}

/// `door code 4471#`, `la clave de la puerta es 5519`, `backup codes are 8841-2290 and 1190-7734`.
fn code(doc: &Doc<'_>, index: usize, mut opens: bool, sink: &mut Sink) {
    let of = |at: usize| doc.token(at).map(sort).unwrap_or_default();
    let joined = |at: usize| doc.token(at).is_some_and(|t| !parts(t));
    if index > 0 && joined(index) && of(index - 1) & OTHER != 0
        || (1..=2).any(|on| joined(index + on) && of(index + on) & OTHER != 0)
    {
        return;
    }
    let mut back = index;
    while !opens && back > 0 && index - back < 7 && joined(back) {
        back -= 1;
        opens = of(back) & DOOR != 0;
    }
    let asked =
        index.checked_sub(1).and_then(|at| doc.token(at)).is_some_and(|t| t.class.any(FUNCTION));
    let number_cue = doc.token(index).is_some_and(|t| told::NUMBERS.has(t));
    let mut told = false;
    let mut signs_in = (index.saturating_sub(4)..index).any(|at| of(at) & (LOGIN | DOOR) != 0);
    for at in index + 1..=index + REACH {
        let (Some(token), Some(prior)) = (doc.token(at), doc.token(at - 1)) else { return };
        if parts(token) {
            return;
        }
        // `alarm code E-4471`
        if token.gap == Gap::Hyphen && token.shape == Shape::Digits {
            continue;
        }
        opens |= of(at) & (DOOR | DOOR_CODE) != 0;
        let colon = matches!(token.gap, Gap::Colon | Gap::Other);
        let beside = of(at - 1) & (CODE | DOOR | DOOR_CODE) != 0 || prior.class.any(SECRET_CUE);
        let beside = beside || of(at - 1) & LOGIN != 0;
        if !(colon || beside || LINKS.has(prior) || told || asked && token.gap == Gap::Comma) {
            continue;
        }
        signs_in |= of(at) & (LOGIN | DOOR) != 0;
        if (signs_in || opens)
            && !told
            && let Some(value) = told::value(doc, token.start).filter(|it| made(it))
            && value.contains(|c: char| c.is_ascii_digit())
            && (value.contains(|c: char| c.is_ascii_punctuation()) || !colon)
        {
            sink.pattern((token.start, token.start + value.len()), Kind::Secret, PROOF);
            return;
        }
        // `my pin? 2209`, `her passcode, 441907,`
        let asked = asked && number_cue && at == index + 1;
        let Some(end) = number(doc, at, told) else { continue };
        // `the code is 4471, the gate shuts at six`
        let after = doc.index_at(end);
        let ahead = LINKS.has(prior) && (after..after + 4).any(|at| of(at) & DOOR != 0);
        if !(opens || asked || ahead) {
            continue;
        }
        sink.pattern((token.start, end), Kind::Secret, PROOF);
        told = true;
    }
}

/// Whether a word begins another sentence.
fn parts(token: &Token) -> bool {
    matches!(token.gap, Gap::Line | Gap::DotSpace | Gap::Start)
}

/// Where the code ends that begins with word `at`: `4471#`, `38B14`, `14-32-08`, `882 104`.
fn number(doc: &Doc<'_>, at: usize, again: bool) -> Option<usize> {
    let token = doc.token(at).filter(|t| t.shape != Shape::Lower && t.shape != Shape::Title)?;
    let rest = doc.text.get(token.start..)?;
    let rest = rest.get(..rest.floor_char_boundary(40))?;
    let word = rest.split(|c: char| c.is_whitespace() || matches!(c, '"' | '<' | ')')).next()?;
    let word = word.trim_end_matches(['.', ',', ';', '\'', '?', '!', ':', '”', '“', '»']);
    let end = token.start + word.len();
    let bare = word.trim_end_matches(['#', '*']);
    let digits = bare.bytes().filter(u8::is_ascii_digit).count();
    let capitals = bare.bytes().filter(u8::is_ascii_uppercase).count();
    let groups = bare.split('-').count();
    let whole = bare.split('-').all(|it| (2..=6).contains(&it.len()));
    let plain = digits + capitals + groups - 1 == bare.len();
    let fits = if groups > 1 {
        plain && whole && digits >= 3 && bare.len() >= 8
    } else if capitals == 0 {
        digits == bare.len() && ((4..=8).contains(&digits) || digits == 3 && bare != word)
    } else {
        plain && (4..=8).contains(&bare.len()) && digits >= 2 && !again
    };
    let next = doc.token(doc.index_at(end)).filter(|t| t.gap == Gap::Space);
    if digits == 3 && groups == 1 && capitals == 0 {
        // `882 104`
        let two = next.filter(|t| t.shape == Shape::Digits && t.len() == 3);
        return two.map(|t| t.end).or(fits.then_some(end));
    }
    let counted = next.is_some_and(|t| {
        sort(t) & COUNTED != 0 || t.class.any(CURRENCY.or(MONTH)) || t.shape == Shape::Digits
    });
    let dear = doc.text.get(end..).is_some_and(|it| it.starts_with(['%', '€', '$', ':', '/']));
    (fits && !counted && !dear).then_some(end)
}

/// `the gate opens with 1907*`: only what one types has such an end.
fn signed(doc: &Doc<'_>, index: usize, sink: &mut Sink) {
    for at in index + 1..=index + 5 {
        let Some(token) = doc.token(at).filter(|t| !parts(t)) else { return };
        let keyed = token.shape == Shape::Digits
            && (3..=8).contains(&token.len())
            && matches!(doc.byte(token.end), b'#' | b'*')
            && !doc.byte(token.end + 1).is_ascii_alphanumeric();
        // `the phone unlocks with 190375.`
        let by = doc.token(at - 1).is_some_and(|t| {
            matches!(doc.word(t), "with" | "mit" | "met" | "med" | "avec" | "con" | "com" | "by")
        });
        let closed = doc.token(at + 1).is_none_or(|t| t.gap != Gap::Space);
        let typed = by && closed && token.gap == Gap::Space && token.shape == Shape::Digits;
        if typed && let Some(end) = number(doc, at, false) {
            sink.pattern((token.start, end), Kind::Secret, PROOF);
            return;
        }
        if keyed {
            sink.pattern((token.start, token.end + 1), Kind::Secret, PROOF);
            return;
        }
    }
}

/// `API key for the sandbox is zk9f3LmQ77wXpR2a`: so mixed that it is no word of a sentence.
fn random(doc: &Doc<'_>, index: usize, sink: &mut Sink) {
    for at in index + 1..=index + REACH {
        let Some(token) = doc.token(at).filter(|t| !parts(t)) else { return };
        if token.shape == Shape::Lower && token.len() > 3 && sort(token) & OTHER != 0 {
            return;
        }
        let Some(value) = told::value(doc, token.start).filter(|it| it.len() >= 9) else {
            continue;
        };
        let sorts = value.bytes().map(|b| match b {
            b'0'..=b'9' => 1,
            b'A'..=b'Z' => 2,
            b'a'..=b'z' => 3,
            _ => 4,
        });
        let kinds: Vec<u8> = sorts.collect();
        let changes = kinds.windows(2).filter(|pair| pair.first() != pair.last()).count();
        let digits = value.bytes().filter(u8::is_ascii_digit).count();
        let small = kinds.contains(&3);
        let grouped = value.len() >= 14
            && value.split('-').count() >= 3
            && value.split('-').all(|it| {
                (4..=6).contains(&it.len()) && it.bytes().all(|b| b.is_ascii_alphanumeric())
            });
        if grouped && digits >= 3 && kinds.contains(&2)
            || changes >= 4 && changes * 4 >= value.len() && digits >= 2 && small
        {
            sink.pattern((token.start, token.start + value.len()), Kind::Secret, PROOF);
            return;
        }
    }
}

/// `he uses Sommer2019 as his password`, `"Winter2024!" is the password for all three`.
fn before(doc: &Doc<'_>, index: usize, sink: &mut Sink) {
    for at in (index.saturating_sub(3)..index).rev() {
        let (Some(token), Some(after)) = (doc.token(at), doc.token(at + 1)) else { return };
        if parts(after) {
            return;
        }
        if sort(token) & AS != 0 && token.shape == Shape::Lower && !parts(token) {
            // `X is the password manager`
            let said = !matches!(
                doc.word(token),
                "as" | "als" | "comme" | "como" | "come" | "som" | "jako"
            );
            if said
                && doc
                    .token(index + 1)
                    .is_some_and(|t| t.gap == Gap::Space && !t.class.any(FUNCTION))
            {
                return;
            }
            let Some(prior) = at.checked_sub(1).and_then(|at| doc.token(at)) else { return };
            let head = doc.text.get(..token.start).unwrap_or_default().trim_end();
            let head = head.trim_end_matches(['"', '”', '“', '»', ',', '\'', '`', ')']);
            let open =
                |c: char| c.is_whitespace() || matches!(c, '"' | '„' | '“' | '«' | '`' | '(');
            // The whole text may be one word; what is cut here is too long, whatever its letters.
            let near = head.ceil_char_boundary(head.len().saturating_sub(LONGEST + 4));
            let word = head.get(near..).unwrap_or_default().rsplit(open).next().unwrap_or_default();
            let from = head.len() - word.len();
            if from <= prior.start && made(word) {
                sink.pattern((from, head.len()), Kind::Secret, PROOF);
            }
            return;
        }
        if !token.class.any(FUNCTION) && token.len() > 4 {
            return;
        }
    }
}

/// Whether a word looks like somebody's password: letters with digits or signs, and no code of goods or address.
pub(super) fn made(word: &str) -> bool {
    let letters = word.chars().filter(|c| c.is_alphabetic()).count();
    let small = word.contains(char::is_lowercase);
    let digits = word.contains(|c: char| c.is_ascii_digit());
    let signs = word.contains(|c: char| "!$%&*#^?+=~".contains(c));
    let address = word.contains(['@', '/', '(', '{', '<', ':', '\\']);
    (6..=LONGEST).contains(&word.len()) && letters >= 4 && small && (digits || signs) && !address
}

/// `login: mfeld / Rosine!44`, `WLAN: FeldGast, Schlüssel apfel-kuchen-11`, `log in with Blue.Kettle7`.
fn login(doc: &Doc<'_>, index: usize, sink: &mut Sink) {
    for at in index + 1..=index + 7 {
        let (Some(token), Some(prior)) = (doc.token(at), doc.token(at - 1)) else { return };
        if parts(token) {
            return;
        }
        let Some(value) = told::value(doc, token.start).filter(|it| made(it)) else { continue };
        let digits = value.contains(|c: char| c.is_ascii_digit());
        let signs = value.contains(|c: char| "!$%&*#^?+=~".contains(c));
        let network = doc
            .token(index)
            .is_some_and(|t| matches!(doc.word(t), "wifi" | "WLAN" | "WiFi" | "wlan" | "Wifi"));
        let reset =
            doc.word(prior) == "to" && doc.token(index).is_some_and(|t| doc.word(t) == "reset");
        let by = sort(prior) & KEY != 0
            || sort(prior) & USE != 0 && at - index <= 5
            || network && LINKS.has(prior)
            || reset && at - index <= 3;
        if digits && (signs || by) {
            sink.pattern((token.start, token.start + value.len()), Kind::Secret, PROOF);
            return;
        }
    }
}

/// `use hunter2 until Monday, then IT resets it`: letters and then digits, where somebody signs in.
fn used(doc: &Doc<'_>, index: usize, sink: &mut Sink) {
    let Some(token) = doc.token(index + 1).filter(|t| t.gap == Gap::Space) else { return };
    // `use Barnowl#1`
    if let Some(value) = told::value(doc, token.start).filter(|it| made(it))
        && value.contains(|c: char| "!$%&*#^?+=~".contains(c))
        && value.contains(|c: char| c.is_ascii_digit())
        && near(doc, index, 14)
    {
        sink.pattern((token.start, token.start + value.len()), Kind::Secret, PROOF);
        return;
    }
    if token.shape != Shape::Alnum {
        return;
    }
    let word = doc.word(token);
    let stem = word.trim_end_matches(|c: char| c.is_ascii_digit());
    let until = doc.token(index + 2).is_none_or(|t| {
        t.gap != Gap::Space && !matches!(t.gap, Gap::Hyphen | Gap::Dot) || sort(t) & UNTIL != 0
    });
    if made(word)
        && (1..=4).contains(&(word.len() - stem.len()))
        && stem.chars().all(char::is_alphabetic)
        && until
        && near(doc, index, 14)
    {
        sink.pattern((token.start, token.end), Kind::Secret, PROOF);
    }
}

#[cfg(test)]
mod tests;
