//! People the CRM knows, as people in a dozen languages write of them.

use std::sync::{Arc, RwLock};

use boundary::{Kind, Layer};
use detect::{Detectors, Known, KnownValues};

use crate::found;

const PEOPLE: &[(&str, &str)] = &[
    ("Friedhelm", "Mohrbeck"),
    ("Renate", "Stark"),
    ("Ulrich", "König"),
    ("William", "Threlkeld"),
    ("Hope", "Birdsall"),
    ("Margaret", "Dunnock"),
    ("Ghislaine", "Taverlan"),
    ("José Ignacio", "Urdangaray"),
    ("Guadalupe", "Tenorio"),
    ("Antônio", "Brandeiro"),
    ("Giuseppe", "Tramontin"),
    ("Cornelis", "van der Zwaan"),
    ("Johanna", "Bos"),
    ("Gunvor", "Ström"),
    ("Pekka", "Virtanen"),
    ("Małgorzata", "Wrzesińska"),
    ("Jacek", "Kowalczewski"),
    ("Pavel", "Hájek"),
    ("Jana", "Vrbatová"),
    ("Mehmet", "Taşkıran"),
    ("Ayşe", "Bulutoğlu"),
    ("Deniz", "Kandemir"),
    ("Péter", "Szalóki"),
    ("恵", "森本"),
    ("さくら", "林"),
    ("静", "欧阳"),
    ("强", "秦"),
    ("민수", "박"),
    ("Сергей", "Лаврухин"),
    ("Анна", "Петровская"),
];

fn knowing() -> Detectors {
    let mut index = KnownValues::new([5; 16], 64);
    for (number, (first, last)) in PEOPLE.iter().enumerate() {
        let person = Known::Person { first, last };
        index.upsert(&format!("0030000000000{number:02}"), &[person]).unwrap();
    }
    let firms = ["Zwaanhof Molens B.V.", "Ostrander Gear Works, Inc."];
    for (number, firm) in firms.iter().enumerate() {
        let values = [Known::Org(firm), Known::Town("Wetterburg")];
        index.upsert(&format!("0010000000000{number:02}"), &values).unwrap();
    }
    Detectors::standard(&[]).with_known(Arc::new(RwLock::new(index))).only(&[Layer::Known])
}

/// Words that are hidden, each between brackets in what is expected.
fn check(rows: &[&str]) {
    let detectors = knowing();
    let mut wrong = Vec::new();
    for row in rows {
        let text = row.replace(['[', ']'], "");
        let expected: Vec<&str> =
            row.split('[').skip(1).filter_map(|it| it.split(']').next()).collect();
        let all = found(&detectors, &text);
        let named = all.iter().filter(|(kind, _)| *kind == Kind::Name);
        let got: Vec<&str> = named.map(|(_, value)| *value).collect();
        if got != expected {
            wrong.push(format!("{row:?}: {got:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_name_that_is_no_word_is_hidden_in_small_letters_wherever_it_stands() {
    check(&[
        "wer fährt morgen zu [mohrbeck]? ich nicht",
        "[friedhelm] ist ab montag wieder da, [mohrbeck] will zahlen",
        "heard nothing from [threlkeld] since friday",
        "did [dunnock] ever sign? no idea",
        "[ghislaine] ne lâchera rien sous 12 000",
        "laat [cornelis] het zelf regelen",
        "säg åt [gunvor] att den kommer",
        "[taşkıran] yazın üç araç istiyor",
        "o [brandeiro] já mandou o laudo?",
        "e [tramontin]? non risponde",
        "the [Urdangaray] account is open",
    ]);
}

#[test]
fn a_name_that_is_a_word_of_the_language_needs_a_sign() {
    check(&[
        "das ist ein starkes, fast zu stark gewürztes angebot",
        "der könig von schweden kommt nicht, sagt die zeitung",
        "vill ha mer ström till maskinen, säger de",
        "we hope the pump arrives, hope dies last",
        "Der König hat einen Antrag gestellt, und die Kunden warten.",
        "tatilde deniz güzel olur, yazın gelin",
        "het bos is mooi en de fietsen zijn klaar voor de tocht",
        "Frag mal bei [König] nach, ob das reicht.",
        "Das hat mir [Stark] gestern am Telefon gesagt, wir warten.",
        "Hi [Hope],\nthe pump is here.",
        "[Hope], the man from the plant is here.",
        "Vi skickade offerten till [Ström] igår men han svarar inte.",
        "Gisteren sprak ik nog met [Bos] over de molen.",
        "Raporu [Deniz] hazırladı, yarın gönderecek.",
        "[Mohrbeck], [Stark] und [König] kommen.",
        "offerten är hos [ström]",
        "[bos] belt niet terug en de offerte ligt er nog",
        "ring [ström] i morgon om offerten",
        "falei com [deniz] sobre o contrato e ele não assina",
        "[Hope] is out this week.",
        "Hope is a good thing.",
    ]);
}

#[test]
fn initials_belong_to_a_known_surname() {
    check(&[
        "[a. mohrbeck] mag keine mails",
        "[g. taverlan] attend le devis",
        "[w threlkeld] needs the form",
        "ask a [threlkeld] about it",
        "[J.P. Taverlan] a signé",
        "[J. P. Taverlan] a signé",
        "[JP Taverlan] a signé",
        "per [M. Dunnock], hold the order",
        "The plan is A. Then B.",
    ]);
}

#[test]
fn short_and_pet_forms_of_a_dozen_languages() {
    check(&[
        "[Bill Threlkeld] called",
        "[maggie dunnock] called",
        "Hi [Peggy],\nthe order is in.",
        "ask [gosia] about the invoice",
        "Cześć [Gosia], dzięki za ofertę.",
        "Ciao [Beppe], tutto bene?",
        "Hola [Lupita]: te mando el plano.",
        "Oi [Toninho], tudo bem?",
        "Dag [Kees], de offerte is klaar.",
        "Merhaba [Memo], nasılsın?",
        "bill it to the other account",
        "speak TO A REAL PERSON",
    ]);
}

#[test]
fn one_character_is_a_name_beside_how_people_are_called() {
    check(&[
        "[林]社長に電話、見積りは高いと言われた",
        "[林]課長、[森本]様は欠席",
        "出席:[林 さくら]、ほか二名\n・礼状は[林]が担当",
        "森林の管理と林業について",
        "[秦]总说下周付款",
        "先秦时代的历史",
        "小[秦]说下周付款",
        "[林]は不在です",
        "[欧阳]经理几点到",
        "[박] 대리님께 전달",
    ]);
}

#[test]
fn names_with_the_endings_of_their_language() {
    check(&[
        "proszę przekaż [Kowalczewskiemu], że oferta jest gotowa",
        "rozmowa z [Jackiem] [Kowalczewskim] o umowie, dzwoni jutro",
        "faktura dla [Gosi] jest już gotowa",
        "prosím zavolej [Hájkovi] nebo [Janě] [Vrbatové]",
        "lütfen [mehmetten] fiyat iste, [taşkıranın] siparişi bekliyor",
        "[Taşkıran]'ın siparişi bugün geldi",
        "[ayşeye] söyle, [Bulutoğlu]’na da yaz lütfen",
        "soita [Virtaselle] tänään ja kysy [Pekalta] tarjous",
        "kérem szólj [Péterrel] és [Szalókinak] is írj",
        "позвони [Лаврухину] и напиши [Анне] [Петровской]",
        "[Mohrbecks] Antrag liegt bei [Friedhelms] Kollegin",
        "[Dunnock]'s order and [threlkelds] invoice",
        "die Kosten der Anlage sind zu hoch",
    ]);
}

#[test]
fn firms_and_towns_in_other_forms() {
    let detectors = knowing();
    for (text, kind, value) in [
        ("de facturen van zwaanhof molens zijn betaald", Kind::Org, "zwaanhof molens"),
        ("ostrander gear works called", Kind::Org, "ostrander gear works"),
        ("Zwaanhofs neue Anlage steht", Kind::Org, "Zwaanhofs"),
        ("unser werk in wetterburg ist fertig", Kind::Location, "wetterburg"),
        ("Wetterburgs Hallen stehen leer", Kind::Location, "Wetterburgs"),
    ] {
        let all = found(&detectors, text);
        assert!(all.contains(&(kind, value)), "{text}: {all:?}");
    }
}

#[test]
fn what_is_said_of_people_and_of_things_keeps_who_is_known() {
    let mut index = KnownValues::new([5; 16], 8);
    let people = [
        ("Sophie", "Mohrbeck"),
        ("Petra", "Wrzesińska"),
        ("Anna", "Tramontin"),
        ("Julia", "Hájek"),
    ];
    for (number, (first, last)) in people.iter().enumerate() {
        let person = Known::Person { first, last };
        index.upsert(&format!("0030000000000{number:02}"), &[person]).unwrap();
    }
    let all = Detectors::standard(&[]).with_known(Arc::new(RwLock::new(index)));
    for (text, name) in [
        (r#"{"report":"Spoke with Anna, 54, from Bremen"}"#, "Anna"),
        (r#"{"templates":[{"name":"Sent to Anna for a check"}]}"#, "Anna"),
        (r#"{"item":"Call Anna"}"#, "Anna"),
        ("Item,Status\nCall Anna back,open", "Anna"),
        ("<report><name>Spoke with Anna about it</name></report>", "Anna"),
        ("Plan, next week\nAnna, Julia and I meet", "Anna"),
        ("Sophie is unreachable.", "Sophie"),
        ("Petra is licensed.", "Petra"),
        ("Mohrbeck is reachable.", "Mohrbeck"),
        ("We upgraded Sophie to the Gold plan", "Sophie"),
        ("We deployed Sophie to the site", "Sophie"),
        ("Send Sophie templates", "Sophie"),
        ("Book Sophie rooms for June", "Sophie"),
        ("the webinar Julia hosted went well", "Julia"),
        ("the tablet Anna returned is broken", "Anna"),
        ("the hotel Anna booked", "Anna"),
        ("The hotel Anna has booked is full", "Anna"),
        ("Item,Status\nAnna,open", "Anna"),
    ] {
        let found = found(&all, text);
        assert!(found.contains(&(Kind::Name, name)), "{text}: {found:?}");
    }
    for text in [
        r#"{"templates":[{"name":"Anna"}]}"#,
        "<report><name>Anna</name></report>",
        "Restarted Sophie twice",
        "The Sophie templates are late",
        "the hotel Anna is booked",
    ] {
        let found = found(&all, text);
        assert!(!found.iter().any(|it| it.0 == Kind::Name), "{text}: {found:?}");
    }
}
