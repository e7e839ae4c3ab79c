//! Words of everyday speech and things called like people are nobody, whatever a recogniser thinks of their capitals;
//! people beside them stay people.

use boundary::Kind;

use crate::{abroad::names, plain};

#[test]
fn words_of_everyday_speech_are_nobody() {
    for text in [
        "Davon wusste niemand. Morgen früh nochmal, sonst zahlt keiner. Deswegen Ihrem Wunsch nach.",
        "Danach sofort gemeldet. Übrigens, nebenan ist offen. Wofür zahlen?",
        "Wat nu? Hierbij terug. Laat maar even weten. Vervelend, hiernaast gebeld.",
        "Onder voorbehoud. Waarom niet? Daarna sturen.",
        "Alla har svarat. Därför slutar det. Glöm inte. Måste betala.",
        "Hvorfor ikke? Alene, men ferdig. Desværre lukket.",
        "Pourquoi pas? Cependant, veuillez rappeler. Aujourd'hui fermé.",
        "También falta. Mañana seguro. Quizás después. Según ellos, todavía no.",
        "Purtroppo manca. Perché aspettare? Domani mattina. Quindi chiuso.",
        "Também falta. Amanhã cedo. Infelizmente não. Depois voltamos.",
        "Dlaczego tak? Niestety brakuje. Jutro rano. Proszę oddzwonić.",
        "Bohužel chybí. Zítra ráno. Proč ne? Děkujeme moc.",
        "Evet, tamam. Listede yok. Hemen dönsün. Mağazadaki yanlış. Yarın arayacak.",
        "Ehkä ei. Huomenna sitten. Miksi?",
        "Holnap hívta. Köszönjük. Miért nem?",
        "Mâine plătește. Foarte bine. Mulțumesc.",
    ] {
        let found = names(text);
        assert!(
            found.iter().all(|it| it.contains(char::is_whitespace)) && found.len() < 2,
            "{text}: {found:?}"
        );
    }
}

#[test]
fn people_beside_everyday_words_are_people() {
    for (text, name) in [
        ("Morgen kommt Ottokar Brüggemann zurück.", "Ottokar Brüggemann"),
        ("Evet Tolunay Bey, kargoya verdik.", "Tolunay"),
        ("Alla utom Sigbritt Hallgrensson har svarat.", "Sigbritt Hallgrensson"),
        ("Dag Lieselore,\nik bel terug.", "Lieselore"),
        ("takk for hjelpen\nMvh Brattvold", "Brattvold"),
        ("Kun jij Wubbo Terwisga bellen?", "Wubbo Terwisga"),
    ] {
        assert!(names(text).contains(&name), "{text}: {:?}", names(text));
    }
}

#[test]
fn roles_are_none_of_the_name_behind_them() {
    for (text, name) in [
        ("Versicherungsnehmerin Gesine Wohlfahrt meldet einen Bruch.", "Gesine Wohlfahrt"),
        ("Gutachterin Wohlfahrt kommt am Montag.", "Wohlfahrt"),
        ("Verzekeringnemer Wubbo Terwisga is verhuisd.", "Wubbo Terwisga"),
        ("Köparen Sigbritt Hallgrensson vill byta.", "Sigbritt Hallgrensson"),
        ("Sælgeren Bodil Vestermark ringede.", "Bodil Vestermark"),
        ("Souscriptrice Maëlys Kerbrat, contrat actif.", "Maëlys Kerbrat"),
        ("Tomadora Begoña Arrizabalaga, póliza vigente.", "Begoña Arrizabalaga"),
        ("Contraente Loredana Spadafora, polizza attiva.", "Loredana Spadafora"),
        ("Passageira Jussara Cavalcanti perdeu a mala.", "Jussara Cavalcanti"),
        ("Ubezpieczona Bożena Wrzosek zgłasza szkodę.", "Bożena Wrzosek"),
        ("Pojištěná Květa Hrubešová hlásí škodu.", "Květa Hrubešová"),
        ("Sigortalı Nurhan Dağdelen aradı.", "Nurhan Dağdelen"),
    ] {
        assert!(names(text).contains(&name), "{text}: {:?}", names(text));
    }
}

#[test]
fn menus_offers_and_parts_are_nobody() {
    let texts = [
        "Öffne Einstellungen > Vorlagen > Lilie und prüfe die Spalte Klara.",
        "Ga naar Beheer > Campagnes > Wilma. Versie 4.2.",
        "Vai in Impostazioni > Offerte > Stella Alpina.",
        "Zubehör: Otto-Dichtung M8, Ventil DN20, Artikel 5521.",
        "PO 88102: Fletcher valve kit, Barker hose, Palmer clamp set. Ship by rail.",
        "válvula Reyes DN25, manguera 3 m, pedido 4471, repuesto en camino.",
        "Le module Clémence passe en version 4. Champ obligatoire.",
        "Paketet Elin ersätts av paketet Maja, kod SOL24, version 3.",
        "Nilüfer paketleri ve Gonca serisi stokta yok, sürüm 4.",
        "Szablon Jagoda zastępuje szablon Malina, wersja 3.1, moduł oferty.",
        "Der Kurs \"Ritter der Küste\" und die Städtereise „Rosa Winter“ sind voll.",
        "Grafana and Kafka builds failed, see ticket OPS-11, module version 3.",
    ];
    let alarms: Vec<_> =
        texts.into_iter().map(|it| (it, names(it))).filter(|it| !it.1.is_empty()).collect();
    assert!(alarms.is_empty(), "{alarms:#?}");
}

#[test]
fn codes_stages_and_parts_are_no_values() {
    for (text, kind) in [
        ("Buchungsklasse K, Code AB-1180, Herbst", Kind::Org),
        ("All forms are due before Stage Gate 3. Ask planning.", Kind::Address),
        ("Il sottoscritto, C.F. RSSMRA85T10A562S, residente in città", Kind::Address),
        ("Ventil M12, Artikel 7700-418-B, Bolzen", Kind::NationalId),
        ("Reservdel 7700-418-B, ventil", Kind::NationalId),
    ] {
        assert!(plain(text).iter().all(|it| it.0 != kind), "{text}: {:?}", plain(text));
    }
    assert!(plain("Brennholz AB, Malmö").iter().any(|it| it.0 == Kind::Org));
    assert!(plain("19 Castle Gate 3, Newark").iter().any(|it| it.0 == Kind::Address));
}

#[test]
fn kin_that_opens_is_none_of_the_name() {
    for (text, name) in [
        ("Son Rupert has the keys.", "Rupert"),
        ("Policyholder Wilfred Ashcombe wrote.", "Wilfred Ashcombe"),
    ] {
        assert_eq!(names(text), [name], "{text}");
    }
    let found = names("Techniker vor Ort Rademann klärt das.");
    assert!(!found.contains(&"Ort"), "{found:?}");
}
