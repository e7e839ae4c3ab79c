//! Whose people somebody is of: peoples of the word table, adjectives beside a citizen or a passport, and a noun or an
//! adjective alone, `Er ist Schweizer`, `is Belg`, also in a row of particulars, `Ada Quist, brasileira, CPF ..`.

use std::{borrow::Cow, sync::LazyLock};

use boundary::Kind;

use crate::{
    lexicon::{
        ABROAD, Entries, FUNCTION, Hashes, JOB, Lexicon, NAME, NATIONALITY, PEOPLE, WORD, Words,
    },
    resolve::{GUESS, Sink},
    text::{Doc, Gap, Shape, Token, hash_word},
};

/// Peoples, as a person of each is called in a dozen languages.
static PEOPLES: LazyLock<Hashes> = LazyLock::new(|| {
    Hashes::new(
        "deutscher deutsche deutsch schweizer schweizerin österreicher österreicherin franzose französin französisch italiener italienerin italienisch spanier spanierin spanisch portugiese portugiesin portugiesisch niederländer niederländerin niederländisch holländer belgier belgierin belgisch luxemburger pole polin polnisch tscheche tschechin tschechisch slowake slowakin ungar ungarin ungarisch rumäne rumänin rumänisch bulgare bulgarin bulgarisch grieche griechin griechisch türke türkin türkisch russe russin russisch ukrainer ukrainerin ukrainisch kroate kroatin kroatisch serbe serbin serbisch bosnier bosnierin slowene slowenin albaner albanerin kosovare syrer syrerin syrisch afghane afghanin iraker irakerin iraner iranerin marokkaner marokkanerin tunesier ägypter ägypterin inder inderin pakistaner chinese chinesin chinesisch japaner japanerin koreaner vietnamese vietnamesin vietnamesisch amerikaner amerikanerin kanadier brasilianer brasilianerin mexikaner brite britin britisch engländer engländerin schotte ire irin irisch schwede schwedin schwedisch däne dänin dänisch norweger norwegerin norwegisch finne finnin finnisch isländer estländer lette litauer georgier armenier nigerianer ghanaer eritreer äthiopier somalier \
        belg belgische nederlander nederlandse nederlands duitser duitse fransman française franse brit britse engelsman pool poolse turk turkse marokkaan marokkaanse surinamer surinaamse spanjaard spaanse italiaan italiaanse portugees amerikaan syriër irakees iraniër afghaan oekraïner roemeen bulgaar griek zweed deen noor fin zwitser oostenrijker chinees indiër indonesiër \
        svensk svenska svenske finländare finsk finska norrman norsk dansk danska tysk tyska fransman fransk franska italienare spanjor polack polsk turk turkisk iranier iransk irakier irakisk syrier syrisk afghan somalier eritrean ukrainare ryss engelsman brittisk britt amerikan kines indier estländare nordmand svensker tysker franskmand italiener spanier polak tyrker brite amerikaner kineser inder \
        suomalainen ruotsalainen virolainen venäläinen saksalainen norjalainen tanskalainen ukrainalainen puolalainen italialainen ranskalainen espanjalainen englantilainen amerikkalainen kiinalainen intialainen vietnamilainen turkkilainen somalialainen irakilainen \
        français française belge suisse allemand allemande italien italienne espagnol espagnole portugais portugaise anglais anglaise britannique irlandais irlandaise néerlandais néerlandaise luxembourgeois luxembourgeoise polonais polonaise roumain roumaine russe ukrainien ukrainienne turc turque grec grecque marocain marocaine algérien algérienne tunisien tunisienne sénégalais sénégalaise ivoirien ivoirienne camerounais malien congolais libanais libanaise syrien syrienne canadien canadienne québécois américain américaine brésilien brésilienne chinois chinoise vietnamien vietnamienne \
        español española mexicano mexicana argentino argentina colombiano colombiana peruano peruana chileno chilena venezolano venezolana ecuatoriano ecuatoriana boliviano boliviana uruguayo uruguaya paraguayo paraguaya cubano cubana dominicano dominicana hondureño hondureña salvadoreño salvadoreña guatemalteco guatemalteca nicaragüense costarricense panameño panameña francés francesa alemán alemana italiano italiana portugués portuguesa inglés inglesa británico británica irlandés irlandesa rumano rumana búlgaro búlgara polaco polaca ucraniano ucraniana ruso rusa marroquí argelino argelina senegalés chino china estadounidense brasileño brasileña \
        brasileiro brasileira português portuguesa angolano angolana moçambicano moçambicana cabo-verdiano guineense francês francesa alemão alemã inglês inglesa espanhol espanhola holandês holandesa suíço suíça ucraniano romeno romena venezuelano venezuelana haitiano haitiana chinês chinesa japonês japonesa norte-americano \
        francese tedesco tedesca inglese spagnolo spagnola portoghese svizzero svizzera austriaco austriaca belga olandese polacco polacca rumeno rumena albanese moldavo moldava ucraino ucraina russo greco greca turco turca marocchino marocchina tunisino tunisina egiziano egiziana senegalese nigeriano nigeriana cinese indiano indiana pakistano filippino filippina peruviano peruviana ecuadoriano brasiliano brasiliana statunitense britannico irlandese svedese danese norvegese finlandese \
        polak polka polskie niemiec niemka ukrainiec ukrainka białorusin białorusinka rosjanin rosjanka czech czeszka słowak słowaczka litwin litwinka anglik angielka brytyjczyk francuz francuzka hiszpan hiszpanka włoch włoszka holender belg szwed szwedka norweg duńczyk turek gruzin wietnamczyk amerykanin \
        čech češka slovák slovenka němec němka polák ukrajinec ukrajinka rus ruska vietnamec vietnamka maďar maďarka rakušan rakušanka angličan angličanka francouz francouzka ital italka španěl španělka američan \
        türk alman fransız ingiliz hollandalı belçikalı isviçreli avusturyalı italyan ispanyol yunan rus ukraynalı suriyeli iraklı iranlı afgan azeri azerbaycanlı gürcü bulgar rumen arnavut boşnak kürt amerikalı özbek türkmen \
        tibetan bhutanese singaporean hongkonger catalan basque welsh scots scottish kurdish palestinian taiwanese",
    )
});

pub(super) fn enter_lists(entries: &mut Entries) {
    entries.add(PEOPLE, PEOPLES.hashes());
}

/// Forms of being before which somebody stands, and small words between.
static IS: LazyLock<Hashes> = LazyLock::new(|| {
    Hashes::new(
        "is ist bin war sind are am was s er är es soy era é sou è sono est suis était ben som on olen jest jestem je jsem gebürtiger gebürtige geborener født född natif nacionalidad nacionalidade nationalité nazionalità nationalität nationaliteit nationalitet nationality citizenship staatsangehörigkeit staatsbürgerschaft uyruğu uyruk obywatelstwo občanství narodowość národnost kansalaisuus medborgarskap statsborgerskab nacionalitat",
    )
});
/// What a person of a people is called behind it.
static CITIZEN: LazyLock<Hashes> = LazyLock::new(|| {
    Hashes::new(
        "citizen citizens national nationals passport statsborger statsborgare medborgare statsborgerskap staatsbürger staatsbürgerin staatsangehöriger staatsangehörige staatsburger pass passport vatandaşı vatandaş uyruklu kansalainen obywatel obywatelka občan občanka origin descent born nationality",
    )
});
/// Who is of a people, before it.
static HOLDER: LazyLock<Hashes> = LazyLock::new(|| {
    Hashes::new(
        "cittadino cittadina citoyen citoyenne ciudadano ciudadana cidadão cidadã ressortissant ressortissante súbdito obywatel obywatelka občan občanka burger staatsburger medborgare national",
    )
});
/// What a thing is of, which has a people, too: `the manual is German`.
static THING: LazyLock<Hashes> = LazyLock::new(|| {
    Hashes::new(
        "it this that es das dies manual language sprache text version website page menu wine beer product market law",
    )
});

/// Peoples by what is said beside them.
pub(super) fn detect(doc: &Doc<'_>, index: usize, token: &Token, sink: &mut Sink) {
    inflected(doc, index, token, sink);
    said(doc, index, token, sink);
}

/// `Norwegian`, `Turks`, `Pacific Islander`: peoples that the word table has.
pub(super) fn listed(doc: &Doc<'_>, index: usize, token: &Token, sink: &mut Sink) {
    let plural = || {
        let word = doc.word(token);
        word.strip_suffix('s')
            .is_some_and(|stem| Lexicon::shared().class(hash_word(stem)).any(NATIONALITY))
    };
    let named = || {
        token.class.any(NATIONALITY)
            || token.len() > 5
                && doc.byte_before(token.end) == b's'
                && matches!(token.shape, Shape::Lower | Shape::Title)
                && plural()
    };
    // "polish", "german" as words: small letters count only where English would never use them as such.
    let common = token.shape == Shape::Lower && (token.class.any(WORD) || token.len() < 5);
    let language = || {
        doc.token(index + 1)
            .is_some_and(|t| matches!(doc.word(t), "language" | "version" | "translation"))
    };
    if !common && !token.class.any(JOB) && named() && !language() {
        sink.pattern((token.start, token.end), Kind::Nationality, GUESS);
    }
    let islander = || {
        let word = doc.word(token);
        ["islander", "islanders"].iter().any(|it| word.eq_ignore_ascii_case(it))
    };
    if matches!(token.len(), 8 | 9)
        && islander()
        && let Some(first) = index.checked_sub(1).and_then(|i| doc.token(i))
    {
        sink.pattern((first.start, token.end), Kind::Nationality, GUESS);
    }
}

/// Stems of adjectives and nouns for peoples, in German, Spanish, French, Italian, Portuguese, Dutch, Polish, Czech.
static STEMS: LazyLock<Words> = LazyLock::new(|| {
    Words::new(
        "deutsch österreich schweizer französisch italienisch spanisch portugiesisch niederländisch polnisch tschechisch slowakisch türkisch griechisch russisch ukrainisch britisch englisch irisch schwedisch dänisch norwegisch finnisch ungarisch rumänisch bulgarisch kroatisch serbisch slowenisch chinesisch japanisch koreanisch indisch pakistanisch iranisch irakisch syrisch afghanisch marokkanisch tunesisch algerisch ägyptisch nigerianisch kenianisch südafrikanisch amerikanisch kanadisch mexikanisch brasilianisch argentinisch kolumbianisch australisch vietnamesisch belgisch luxemburgisch albanisch bosnisch israelisch libanesisch thailändisch philippinisch español frances francés alemán aleman italian portugu polac turc ruso rusa ucranian británic inglés inglesa irland suec danés danesa norueg húngar ruman búlgar croata chin japon corean indi marroqu argelin egipci nigerian american estadounidens canadiens mexican brasileñ argentin colombian peruan chilen venezolan ecuatorian bolivian cuban dominican hondureñ salvadoreñ guatemaltec nicaragüens uruguay paraguay français allemand espagnol italien anglais belge suisse marocain algérien tunisien sénégalais tedesc frances ingles svizzer rumen alban brasilei angolan moçambican nederlands duits frans engels belgisch polski polska polskie ukraińsk niemieck rosyjsk czesk česk slovensk německ ukrajinsk",
    )
});

/// What a person is called whose people is named, a passport, the word for a people: how they begin.
static NOUNS: LazyLock<Words> = LazyLock::new(|| {
    Words::new(
        "staatsbürger staatsangehörig nationalität herkunft abstammung reisepass pass ciudadan nacionalidad pasaporte nationalité citoyen ressortissant passeport cittadin nazionalità passaporto cidadã nacionalidade nationaliteit staatsburger paspoort obywatel narodowość občan občanství příslušnost národnost kunde kundin mitarbeiter bewerber cliente client gebürtig",
    )
});

/// What a person is called whose people is named, or what the people is called.
fn says_people(word: &str) -> bool {
    NOUNS.beginnings(word).any(|noun| word.len() <= noun.len() + 12)
}

/// A word in small letters, which most words have.
fn small_letters(word: &str, shape: Shape) -> Cow<'_, str> {
    match (word.is_ascii(), shape) {
        (true, Shape::Lower) => Cow::Borrowed(word),
        (true, _) => Cow::Owned(word.to_ascii_lowercase()),
        _ => Cow::Owned(word.to_lowercase()),
    }
}

/// `deutscher Staatsbürger`, `de nacionalidad colombiana`, `es mexicana`, `cittadino italiano`.
fn inflected(doc: &Doc<'_>, index: usize, token: &Token, sink: &mut Sink) {
    if !matches!(token.shape, Shape::Lower | Shape::Title)
        || !(5..=22).contains(&token.len())
        || token.class.any(FUNCTION)
        || token.class.any(WORD) && !token.class.any(ABROAD.or(NATIONALITY))
    {
        return;
    }
    let word = doc.word(token);
    // Most begin otherwise: seen before a letter is made small.
    let head =
        word.as_bytes().first_chunk().map(|two: &[u8; 2]| two.map(|b| b.to_ascii_lowercase()));
    if head.is_some_and(|two| two.is_ascii() && !STEMS.may_begin(&two)) {
        return;
    }
    let small = small_letters(word, token.shape);
    if !STEMS.beginnings(&small).any(|stem| small.len() <= stem.len() + 5) {
        return;
    }
    let near = |at: Option<usize>| {
        at.and_then(|i| doc.token(i)).map(|t| doc.word(t).to_lowercase()).unwrap_or_default()
    };
    let before = near(index.checked_sub(1));
    let after = near(Some(index + 1));
    let is = matches!(before.as_str(), "es" | "soy" | "eres" | "era" | "gebürtiger" | "gebürtige");
    if is || says_people(&before) || says_people(&after) {
        sink.pattern((token.start, token.end), Kind::Nationality, GUESS);
    }
}

/// `Er ist Schweizer`, `cittadina belga`, `Ada Quist, brasileira, CPF ..`
fn said(doc: &Doc<'_>, index: usize, token: &Token, sink: &mut Sink) {
    if !matches!(token.shape, Shape::Lower | Shape::Title) || !token.listed.any(PEOPLE) {
        return;
    }
    let before = index.checked_sub(1).and_then(|at| doc.token(at));
    let thing = index.checked_sub(2).and_then(|at| doc.token(at)).is_some_and(|t| THING.has(t));
    let next = doc.token(index + 1);
    let spaced = matches!(token.gap, Gap::Space | Gap::Apostrophe | Gap::Colon);
    let is = spaced && before.is_some_and(|t| IS.has(t)) && !thing && closes(doc, token, next);
    let citizen = next.is_some_and(|t| t.gap == Gap::Space && CITIZEN.has(t))
        || token.gap == Gap::Space && before.is_some_and(|t| HOLDER.has(t));
    // `Ada Quist, brasileira, solteira, CPF ..`
    let after = doc.text.get(token.end..).unwrap_or_default();
    let row = token.gap == Gap::Comma
        && before.is_some_and(|t| {
            t.capital() && t.class.any(NAME) || t.shape == Shape::Digits || t.capital() && !t.opens
        })
        && (after.is_empty() || after.starts_with([',', '\n', ';']) || after == ".");
    if is
        || citizen
        || row
            && (token.class.any(NATIONALITY)
                || token.shape == Shape::Lower
                || after.starts_with('\n'))
    {
        // Some peoples are surnames, too: `Spanjaard`, `Litwin`. Said of somebody, they are a people.
        let weight = if is { GUESS + 35 } else { GUESS + 5 };
        sink.pattern((token.start, token.end), Kind::Nationality, weight);
    }
}

/// Whether nothing follows that the people is only said of: `ist deutscher Marktführer`, `is Belgian chocolate`.
fn closes(doc: &Doc<'_>, token: &Token, next: Option<&Token>) -> bool {
    let after = doc.text.get(token.end..).unwrap_or_default();
    if after.is_empty() || after.starts_with([',', '.', ';', ')', '!', '?', '\n']) {
        return true;
    }
    let joins = |t: &Token| {
        matches!(
            doc.word(t),
            "and"
                | "but"
                | "by"
                | "und"
                | "aber"
                | "maar"
                | "en"
                | "et"
                | "mais"
                | "y"
                | "pero"
                | "e"
                | "ma"
                | "och"
                | "men"
                | "og"
                | "i"
                | "ale"
                | "a"
                | "ve"
                | "ama"
                | "mas"
                | "ja"
                | "mutta"
                | "living"
                | "who"
                | "with"
                | "mit"
        )
    };
    next.is_some_and(|t| t.gap == Gap::Space && joins(t))
}

#[cfg(test)]
mod tests {
    use boundary::Kind;

    use crate::found;

    #[test]
    fn a_people_is_somebodys_where_it_is_said_of_them() {
        for (text, people) in [
            ("Sie ist Österreicherin, wohnt in Bregenz", "Österreicherin"),
            ("Onze klant is Spanjaard maar woont hier", "Spanjaard"),
            ("Jag är finländare och bor här", "finländare"),
            ("Kunden er norsk statsborger", "norsk"),
            ("Maria Quist, brasileira, CPF em anexo", "brasileira"),
            ("la cliente est marocaine.", "marocaine"),
            ("il cittadino albanese ha firmato", "albanese"),
            ("klient jest Ukraińcem; ona jest Litwin.", "Litwin"),
        ] {
            assert_eq!(found::of(Kind::Nationality, text), [people], "{text}");
        }
        for text in [
            "Das Handbuch, es ist deutsch.",
            "wir liefern deutsche Ware",
            "the menu is polish remover",
            "una tortilla española para dos",
        ] {
            assert_eq!(found::of(Kind::Nationality, text), found::NOTHING, "{text}");
        }
    }
}
