//! Words of business in other languages are nobody's name, whatever a recogniser thinks of their capitals; names
//! beside them stay names.

use std::sync::Arc;

use boundary::{DetectorFailure, Kind};
use detect::{Detectors, Opinion, Reading, Recogniser};

use crate::found;

/// Takes every word that begins with a capital or has no case for a name.
#[derive(Debug)]
struct Eager;

impl Recogniser for Eager {
    fn read(&self, text: &str) -> Result<Arc<Reading>, DetectorFailure> {
        let starts = text.char_indices().filter(|(at, c)| {
            c.is_alphabetic()
                && (!c.is_lowercase())
                && !text[..*at].ends_with(|c: char| c.is_alphanumeric() && c.is_ascii())
        });
        let words = starts.map(|(start, c)| {
            let whole = text[start..].find(|c: char| !c.is_alphanumeric());
            let end = if c.is_uppercase() {
                whole.map_or(text.len(), |length| start + length)
            } else {
                start + c.len_utf8()
            };
            Opinion { start, end, name: 220, org: 0, place: 0, address: 0 }
        });
        Ok(Arc::new(Reading { words: words.collect() }))
    }

    fn has_read(&self, _: &str) -> bool {
        false
    }
}

pub(crate) fn names(text: &str) -> Vec<&str> {
    let detectors = Detectors::standard(&[]).with_recogniser(Arc::new(Eager));
    let names = found(&detectors, text).into_iter().filter(|(kind, _)| *kind == Kind::Name);
    names.map(|(_, name)| name).collect()
}

#[test]
fn departments_papers_and_plans_are_nobody() {
    for text in [
        "Die Rechtsabteilung prüft den Nachtrag. Rückstellung Quartal drei ist gebucht.",
        "Betriebsrat stimmt der Schichtplanung zu. Wartungsfenster Samstag.",
        "CONDITIONS GÉNÉRALES DE VENTE\nModalités de Paiement",
        "Relance Devis Chaudière. Assemblée Générale en juin.",
        "Resumen Ejecutivo\nPróximos Pasos\nProtección de Datos Personales",
        "Departamento de Compras aprobó el pedido. Tarifa Plana Empresas activa.",
        "Collegio Sindacale informato. Punti Salienti del verbale.",
        "Raad van Toezicht vergadert maandag. Commissie Bezwaar adviseert.",
        "Conselho Fiscal reunido. Gestão Estratégica revisou as metas.",
        "Rada Nadzorcza zebrała się w środę. Postanowienia Końcowe",
        "Allmänna Villkor gäller. Uppföljning Kund planerad.",
        "Innkjøpsavdelingen godkjente ordren. Styret møtes på tirsdag.",
        "Ostopalvelut hyväksyi tilauksen. Soita toimittajalle huomenna.",
        "Yönetim Kurulu salı toplanıyor. Gizlilik Politikası güncellendi.",
        "Závěrečná Ustanovení platí. Stavební Povolení chybí.",
        "Beszerzési Osztály jóváhagyta. Adatvédelmi Tájékoztató",
        "Departamentul Achiziții a aprobat. Protecția Datelor",
        "購買部が注文を承認しました。",
    ] {
        assert_eq!(names(text), Vec::<&str>::new(), "{text}");
    }
}

#[test]
fn people_beside_such_words_are_found_whole_and_alone() {
    for (text, name) in [
        ("Friedhelm Stölzle, Abteilung Einkauf, bittet um ein Angebot.", "Friedhelm Stölzle"),
        ("Rückruf Frau Wegener wegen Rechnung", "Wegener"),
        ("Volal Květoslav Novotný kvůli faktuře.", "Květoslav Novotný"),
        ("Sentito Ermanno Bellocchio per il rinnovo.", "Ermanno Bellocchio"),
        ("Rozmowa z Grzegorz Brzęczyk o cenie.", "Grzegorz Brzęczyk"),
        ("Zdaniem A. Wrzosek cena jest za wysoka.", "A. Wrzosek"),
        ("Begoña Arrizabalaga, Departamento de Compras", "Begoña Arrizabalaga"),
        ("Loredana Spadafora, Ufficio Acquisti, approva.", "Loredana Spadafora"),
        ("Hoi Sjoerd,\nkun je bellen?", "Sjoerd"),
    ] {
        assert!(names(text).contains(&name), "{text}: {:?}", names(text));
    }
}
