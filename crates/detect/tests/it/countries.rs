//! Business in other languages: its words are no one's name, its forms say what they hold.

use boundary::Kind;

use crate::{found, knowing, plain};

#[test]
fn words_of_business_are_no_names() {
    for text in [
        "Die Kundin hat das Angebot angenommen. Offener Punkt: Lieferschein.",
        "Service Achats : la commande est validée. Prochaine réunion : mardi.",
        "El Departamento de Ventas espera la factura. Próximo paso: contrato.",
        "Ufficio Vendite: la fattura è pagata. Prossima riunione da fissare.",
        "De klant wil korting. Volgende afspraak: week 12. Afdeling Verkoop",
        "Departamento de Vendas pediu o relatório. Próxima etapa: proposta.",
        "Klient czeka na fakturę. Następne spotkanie: oferta. Dział Sprzedaży",
        "Kunden har betalat fakturan. Nästa möte: avtal.",
        "Müşteri faturayı bekliyor. Sonraki toplantı: teklif.",
        "Zákazník čeká na smlouvu. Další schůzka: nabídka.",
        "다음 회의: 계약 검토. 고객님 문의 감사합니다. 구매팀 승인",
    ] {
        let all = plain(text);
        assert!(all.iter().all(|(kind, _)| *kind != Kind::Name), "{text:?}: {all:?}");
    }
}

#[test]
fn titles_lead_to_names() {
    for (text, name) in [
        ("Gesprek met dhr. Wijngaarden over prijs", "Wijngaarden"),
        ("rozmowa z panem Wiśniewieckim", "Wiśniewieckim"),
        ("hovor s paní Zapletalovou", "Zapletalovou"),
        ("Αγαπητέ κύριε Μπακογιάννη,", "Μπακογιάννη"),
        ("pls call mr. thistlewood", "thistlewood"),
        ("Besuch bei Hr. Zumsteg", "Zumsteg"),
    ] {
        let all = plain(text);
        assert!(all.contains(&(Kind::Name, name)), "{text:?}: {all:?}");
    }
    assert!(!plain("HR Kickoff on Friday").contains(&(Kind::Name, "Kickoff")));
}

#[test]
fn who_speaks_says_who_it_is() {
    for (text, name) in [
        ("guten tag hier ist torsten wiegmann es geht um den auftrag", "torsten wiegmann"),
        ("hola soy anselmo zubizarreta del taller", "anselmo zubizarreta"),
        ("buongiorno mi chiamo ottavio brambilla", "ottavio brambilla"),
    ] {
        let all = plain(text);
        assert!(all.contains(&(Kind::Name, name)), "{text:?}: {all:?}");
    }
    for text in ["this is urgent please", "hier ist alles gut", "this is not working"] {
        let all = plain(text);
        assert!(all.iter().all(|(kind, _)| *kind != Kind::Name), "{text:?}: {all:?}");
    }
}

#[test]
fn lines_of_forms() {
    for (text, kind, value) in [
        ("Jméno: Vlasta\nPříjmení: Hrubešová", Kind::Name, "Hrubešová"),
        ("姓名：独孤静\n公司：某某", Kind::Name, "独孤静"),
        ("성명: 탁하은\n", Kind::Name, "탁하은"),
        ("Straße: Lerchenfelder Gürtel 9/4\nPLZ: 1160", Kind::Address, "Lerchenfelder Gürtel 9/4"),
        ("Διεύθυνση: Αιόλου 3\nΠόλη: Βόλος", Kind::Address, "Αιόλου 3"),
        ("Fødselsdato: 02.08.1971", Kind::DateOfBirth, "02.08.1971"),
        ("생년월일: 1971년 8월 2일", Kind::DateOfBirth, "1971년 8월 2일"),
        ("Nationalité : camerounaise", Kind::Nationality, "camerounaise"),
    ] {
        let all = plain(text);
        assert!(all.contains(&(kind, value)), "{text:?}: {all:?}");
    }
    for text in
        ["Adresse: siehe unten, bitte prüfen!", "Address: see the attached file (2)", "Name: ?"]
    {
        let all = plain(text);
        assert!(
            all.iter().all(|(kind, _)| *kind != Kind::Address && *kind != Kind::Name),
            "{text:?}: {all:?}"
        );
    }
}

#[test]
fn numbers_are_what_they_are_dialled_or_paid_with() {
    for (text, kind, value) in [
        ("sort code 30-96-22 for the refund", Kind::AccountNumber, "30-96-22"),
        ("ring 02079460021 instead", Kind::Phone, "02079460021"),
        ("order reference 4556737586899855", Kind::Card, "4556737586899855"),
        ("eircode D08 XY7P on the form", Kind::Address, "D08 XY7P"),
    ] {
        let all = found(&detect::Detectors::standard(&["GB", "IE"]), text);
        assert!(all.contains(&(kind, value)), "{text:?}: {all:?}");
    }
    let row = "call 020 7946 0021 020 7946 0022 020 7946 0023 020 7946 0024 020 7946 0025";
    let all = found(&detect::Detectors::standard(&["GB"]), row);
    let last = row.len() - 13;
    assert!(
        all.iter().any(|(kind, text)| *kind == Kind::Phone && row[last..].contains(text)),
        "{all:?}"
    );
    assert_eq!(all.iter().filter(|(kind, _)| *kind == Kind::Phone).count(), 5, "{all:?}");
}

#[test]
fn a_people_is_no_one_that_the_crm_knows() {
    let known = crate::crm();
    known
        .write()
        .unwrap()
        .upsert("0035g00000IIIIIIIA", &[detect::Known::Person { first: "German", last: "Roldán" }])
        .unwrap();
    let detectors = detect::Detectors::standard(&[]).with_known(known);
    let all = found(&detectors, "He is German by birth.");
    assert!(all.contains(&(Kind::Nationality, "German")), "{all:?}");
    let all = found(&detectors, "ask German Roldán");
    assert!(all.contains(&(Kind::Name, "German Roldán")), "{all:?}");
    let all = found(&knowing(), "优先级：高");
    assert!(all.is_empty(), "{all:?}");
}

#[test]
fn a_record_s_country_says_how_its_numbers_are_dialled() {
    use boundary::Detector as _;
    let detectors = detect::Detectors::standard(&["GB"]);
    let phones = |text: &str, country: &str| {
        let found = detectors.detect_owned_in(text, country).unwrap();
        found.into_iter().filter(|it| it.finding.kind == Kind::Phone).count()
    };
    for (text, country) in [
        ("she left 2125550147", "United States"),
        ("she left 2125550147", "us"),
        ("dropped 9876543210 at the desk", "India"),
    ] {
        assert_eq!(phones(text, country), 1, "{text} {country}");
        assert_eq!(phones(text, ""), 0, "{text}");
        assert_eq!(phones(text, "Atlantis"), 0, "{text}");
    }
}
