//! Words of everyday speech and things called like people are nobody, whatever a recogniser thinks of their capitals;
//! people beside them stay people.

use crate::abroad::names;

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
