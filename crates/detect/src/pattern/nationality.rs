//! Whose people somebody is of, as a noun or an adjective alone: `Er ist Schweizer`, `is Belg`, `är finländare`, and in
//! a row of particulars, `Ada Quist, brasileira, CPF ..`.

use std::sync::LazyLock;

use boundary::Kind;

use crate::{
    lexicon::{Hashes, NAME, NATIONALITY},
    resolve::{GUESS, Sink},
    text::{Doc, Gap, Shape, Token},
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

pub(super) fn detect(doc: &Doc<'_>, index: usize, token: &Token, sink: &mut Sink) {
    if !matches!(token.shape, Shape::Lower | Shape::Title) || !PEOPLES.has(token) {
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
