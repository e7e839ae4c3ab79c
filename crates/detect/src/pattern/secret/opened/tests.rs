use boundary::{Detector as _, Kind};

use crate::Detectors;

fn secrets(text: &str) -> Vec<&str> {
    let found = Detectors::standard(&[]).detect(text).unwrap();
    let found = found.iter().filter(|it| it.kind == Kind::Secret);
    found.map(|it| &text[it.start..it.end]).collect()
}

#[test]
fn codes_of_what_they_open() {
    for (text, secret) in [
        ("Door code 6612#, ring twice", "6612#"),
        ("the alarm code at the depot is 7302, keep it to yourself", "7302"),
        ("the gate opens with 2907*.", "2907*"),
        ("safe combination is 11-42-08", "11-42-08"),
        ("Key safe C5571 beside the porch", "C5571"),
        ("recovery code: 4K2M-PQ9X-71TT", "4K2M-PQ9X-71TT"),
        ("One time code 812 304 was read out", "812 304"),
        ("Schlüsselkasten am Eingang, Code 3719.", "3719"),
        ("Türcode 2367#, bitte nicht weitergeben", "2367#"),
        ("le code du digicode est le 27B14", "27B14"),
        ("la clave de la puerta es 6519", "6519"),
        ("O código do portão é 7518.", "7518"),
        ("il codice del cancello è 3402", "3402"),
        ("Toegangscode voordeur 6527", "6527"),
        ("Portkoden är 3846, tredje våningen", "3846"),
        ("koden til døren er 7014", "7014"),
        ("Ovikoodi on 2944.", "2944"),
        ("kod do drzwi 3480", "3480"),
        ("kód ke dveřím je 6750", "6750"),
        ("a kapukód 3219.", "3219"),
        ("codul de la interfon este 41C7", "41C7"),
        ("Kapı şifresi 5587, asansör yok", "5587"),
        ("API key for the test is zk4f3LmQ71wXpR2a, so", "zk4f3LmQ71wXpR2a"),
        ("token c7f1d0e92d4b4f58 is in the header", "c7f1d0e92d4b4f58"),
    ] {
        assert_eq!(secrets(text), [secret], "{text}");
    }
    assert_eq!(secrets("backup codes are 8841-3290 and 1190-6734").len(), 2);
}

#[test]
fn passwords_before_what_they_are_and_where_one_signs_in() {
    for (text, secret) in [
        ("he still has Herbst2019 as his password", "Herbst2019"),
        ("\"Fruehling24!\" is the password for both", "Fruehling24!"),
        ("ich habe ihm Buche#2207 als Passwort gegeben", "Buche#2207"),
        ("login: mfeld / Pflaume!44", "Pflaume!44"),
        ("WLAN: FeldGast, Schlüssel birnen-kuchen-11", "birnen-kuchen-11"),
        ("log in with Red.Kettle7 and change it", "Red.Kettle7"),
        ("use hunter7 until Monday, then IT resets it", "hunter7"),
        ("I reset it to Maple-3291 so she gets in", "Maple-3291"),
        ("the zip is encrypted, use Barnowl#1", "Barnowl#1"),
        ("le wifi c'est Chaton-2021", "Chaton-2021"),
        ("license key XK4P-99TQ-7LMN-22AB", "XK4P-99TQ-7LMN-22AB"),
        ("her phone unlocks with 190375", "190375"),
        ("Koden är 4471, porten låses kl 18", "4471"),
    ] {
        assert_eq!(secrets(text), [secret], "{text}");
    }
}

#[test]
fn other_codes_are_no_secrets() {
    for text in [
        "Error code 4471 at the gate controller",
        "Alarm code E-4471 on the press",
        "the code is in branch 5590, please review",
        "le wifi c'est Orange depuis 2020",
        "the safe comes with 4 keys and 1200 screws",
        "Order code 4471 is at the door",
        "Code of conduct, version 2024",
        "Promo code SUMMER25 for the safe",
        "Fehlercode 5512 der Alarmanlage",
        "Alarm 4471 in Halle 3 war ein Fehlalarm",
        "el código de error 5518 de la alarma",
        "kod produktu 5527, brama 12",
        "The gate opens at 7:30 and closes at 18:00",
        "safe working load is 2500 kg",
        "access for 1200 users, code freeze in May",
        "Use form 4471B until March",
        "use office365 until the migration ends",
        "Windows11 is the password manager's platform of choice",
        "Key account plan 2026, key figures 4471",
        "the token for WhatId 0065e00000AbCdE is gone",
        "The login page in release2 is slow",
    ] {
        assert_eq!(secrets(text), Vec::<&str>::new(), "{text}");
    }
}
