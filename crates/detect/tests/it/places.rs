//! Addresses, accounts and what is said about people, as strangers of many countries write them.

use boundary::Kind;
use detect::Detectors;

use crate::found;

const COUNTRIES: &[&str] = &[
    "US", "GB", "IE", "DE", "FR", "ES", "IT", "NL", "PT", "PL", "SE", "TR", "IN", "JP", "CN", "BR",
];

fn all(text: &str) -> Vec<(Kind, &str)> {
    found(&Detectors::standard(COUNTRIES), text)
}

/// Every letter and digit of the value is covered by findings of a kind.
fn covered(kind: Kind, cases: &[(&str, &str)]) {
    let mut wrong = Vec::new();
    for (text, value) in cases {
        let all = all(text);
        let at = text.find(value).unwrap();
        let hidden = |i: usize| {
            all.iter().any(|(it, part)| {
                let from = part.as_ptr() as usize - text.as_ptr() as usize;
                *it == kind && (from..from + part.len()).contains(&i)
            })
        };
        let open: String = value
            .char_indices()
            .filter(|(i, c)| c.is_alphanumeric() && !hidden(at + i))
            .map(|(_, c)| c)
            .collect();
        if !open.is_empty() {
            wrong.push(format!("{text:?}: {open:?} of {value:?} is open, found {all:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn none(kinds: &[Kind], texts: &[&str]) {
    let wrong: Vec<String> = texts
        .iter()
        .filter_map(|text| {
            let hit: Vec<_> =
                all(text).into_iter().filter(|(kind, _)| kinds.contains(kind)).collect();
            (!hit.is_empty()).then(|| format!("{text:?}: {hit:?}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn flats_and_houses_before_a_street() {
    covered(
        Kind::Address,
        &[
            (
                "Her place: Flat B, Marlow House, 7 Elm Road, Leeds.",
                "Flat B, Marlow House, 7 Elm Road",
            ),
            (
                "ship to Unit 4, 18 Wattle Pde, Geelong VIC 3220 today",
                "Unit 4, 18 Wattle Pde, Geelong VIC 3220",
            ),
            ("{\"street\":\"Lot 31 Banksia Cct\",\"n\":1}", "Lot 31 Banksia Cct"),
            (
                "id;Apt 9, Slaney Court, 14 Harbour Quay;open",
                "Apt 9, Slaney Court, 14 Harbour Quay",
            ),
            ("moved to 4821 N Maple Ave last week", "4821 N Maple Ave"),
            ("at 1200 NW Quarry Street, Bend, OR 97701", "1200 NW Quarry Street, Bend, OR 97701"),
            ("the letter went to 88 W. Cedar Blvd.", "88 W. Cedar Blvd"),
            ("he lives at 12 St Hilda's Way, York", "12 St Hilda's Way"),
            ("collect from 5 King’s Wharf please", "5 King’s Wharf"),
            ("at 22 Cnoc na Gréine Avenue, Galway", "22 Cnoc na Gréine Avenue"),
            ("au 12 bis rue Lefol, 69003 Lyon", "12 bis rue Lefol"),
        ],
    );
    none(
        &[Kind::Address],
        &[
            "12 rules of the Road Show",
            "Unit 4 failed and 18 of them passed",
            "4821 N records were read",
            "Lot 31 was shipped on Monday",
            "Level 9 of the game is hard",
        ],
    );
}

#[test]
fn india() {
    covered(
        Kind::Address,
        &[
            (
                "Address given: H.No. 12-3-45/A, Gandhi Nagar, Warangal - 506002.",
                "H.No. 12-3-45/A, Gandhi Nagar",
            ),
            ("visit D.No 8-2-120, 3rd Floor, Road No 2", "D.No 8-2-120"),
            ("stays at B-12, Sector 62, Noida - 201309 now", "B-12, Sector 62, Noida - 201309"),
            (
                "14, Ambedkar Road, Opp. City Mall, Thane - 400601",
                "14, Ambedkar Road, Opp. City Mall, Thane - 400601",
            ),
            (
                "#45, 4th Cross, 12th Main, HSR Layout, Bengaluru 560102",
                "4th Cross, 12th Main, HSR Layout, Bengaluru 560102",
            ),
            (
                "stays at 12/A, Gandhi Road, Near SBI Bank, Nashik 422001",
                "12/A, Gandhi Road, Near SBI Bank, Nashik",
            ),
            ("her home in Pune-411038 is far", "411038"),
        ],
    );
    none(
        &[Kind::Address, Kind::AccountNumber],
        &[
            "Phase 2 - 411038 rows",
            "Ticket - 411038 is closed",
            "Block 4 of the plan",
            "Sector 7 grew by 3 %",
            "GL-411038 was booked",
        ],
    );
}

#[test]
fn streets_called_by_where_they_lie() {
    covered(
        Kind::Address,
        &[
            ("Sie wohnt Am Hang 12 in Ulm.", "Am Hang 12"),
            ("Lieferung: An der Alten Mühle 3, 72070 Tübingen", "An der Alten Mühle 3"),
            ("\"adresse\":\"Zum Wiesengrund 7\"", "Zum Wiesengrund 7"),
            ("Quist;Unter den Kastanien 9b;89073;Ulm", "Unter den Kastanien 9b"),
            ("zij woont Op de Heuvel 4", "Op de Heuvel 4"),
            ("bydlí Na Příkopě 12", "Na Příkopě 12"),
            ("Lindenweg 5 · 80331 München", "80331"),
        ],
    );
    none(
        &[Kind::Address],
        &[
            "Im Quartal 3 steigt der Umsatz.",
            "Am Montag 12 Uhr passt.",
            "In Version 3 ist das behoben.",
            "Zum Vertrag 47 fehlt die Anlage.",
            "Im Jahr 2024 und Im Jahr 2025",
            "Auf Seite 4 steht mehr.",
            "In Phase 2 we test, In Sprint 3 we ship",
        ],
    );
}

#[test]
fn signs_and_tails_of_the_south_and_east() {
    covered(
        Kind::Address,
        &[
            ("mora na Travessa do Forno n.º 12, Évora", "Travessa do Forno n.º 12"),
            (r#"{"dir":"Calle Olmo, n.\u00ba 5"}"#, r"Calle Olmo, n.\u00ba 5"),
            ("vive en Calle Olmo nº 5", "Calle Olmo nº 5"),
            ("Çınar Sok. Güneş Apt. No:5 Kat:2", "Çınar Sok. Güneş Apt. No:5 Kat:2"),
            ("adres 1453. Sk. No: 7", "1453. Sk. No: 7"),
        ],
    );
}

#[test]
fn states_stand_before_their_codes() {
    covered(
        Kind::Address,
        &[
            ("from Fresno, CA 93701 with", "CA 93701"),
            ("in Fitzroy VIC 3065 since", "VIC 3065"),
            ("Ottawa, ON K1A 0B1", "ON K1A 0B1"),
        ],
    );
    none(
        &[Kind::Address],
        &[
            "OK 20000 rows",
            "Customer ID 93701",
            "see PA 93701 and MS 10000",
            "the ACT 2006 says",
            "WA 2000 units",
        ],
    );
}

#[test]
fn accounts_without_the_word_before() {
    covered(
        Kind::AccountNumber,
        &[
            ("set up the direct debit from 20-45-61 12345678", "20-45-61 12345678"),
            ("pay into 60-83-71, account 87654321", "87654321"),
            ("Please pay into 11-02-25 / 44556677 by Friday", "11-02-25 / 44556677"),
            ("pay into 0123456789 (her savings acct)", "0123456789"),
            ("refund to 0198765432, GTBank", "0198765432"),
        ],
    );
    covered(
        Kind::NationalId,
        &[("BVN 22211133344", "22211133344"), ("BVN: 22155512345 ok", "22155512345")],
    );
    covered(
        Kind::NationalId,
        &[("NIE X-1234567-L", "X-1234567-L"), ("su NIE es X1234567-L", "X1234567-L")],
    );
    none(
        &[Kind::AccountNumber],
        &[
            "on 12-05-26 order 12345678 left",
            "moved from 12345678 to 12345679",
            "merge into 0123456789",
            "from 01-02-26 to 03-04-26",
        ],
    );
}

#[test]
fn telephones_of_forms_and_no_telephones() {
    covered(
        Kind::Phone,
        &[("name=x&phone=07700900123&ok=1", "07700900123"), ("a=1&tel=2125550147", "2125550147")],
    );
    none(
        &[Kind::Phone],
        &[
            "GL 4000-120-00310 was posted",
            "booked on 6150-200-10045 in May",
            "Pedido nº 7712345678",
            "nota fiscal 8812345678",
            "Sipariş No 5312345678",
            "订单号 13812345678",
            "注文番号：0901234567",
            "ref=07700900123",
            "80331 (12 units)",
            "12 · 80331",
        ],
    );
    none(
        &[Kind::Address],
        &["お客様番号 12345", "市场路线图 2026", "电话138-1234-5678", "项目编号 3 号"],
    );
}

#[test]
fn passwords_that_are_asked_for() {
    covered(
        Kind::Secret,
        &[
            ("wifi at the office, is it still Harbour22?", "Harbour22"),
            ("what was the wifi password again, is it still Tulip#9 or", "Tulip#9"),
            ("das WLAN Passwort, ist es noch Garten77?", "Garten77"),
        ],
    );
    none(
        &[Kind::Secret],
        &[
            "the wifi is still down",
            "is the login still broken on iOS",
            "the token is still valid in May2",
        ],
    );
}

#[test]
fn sums_of_more_currencies() {
    covered(
        Kind::Amount,
        &[
            ("総額は12,000円です", "12,000"),
            ("約300万円の予算", "300万円"),
            ("预算5000元左右", "5000元"),
            ("about 800 RMB", "800 RMB"),
            ("det kostar 1 200 kr per år", "1 200 kr"),
            ("kr 4 500 i måneden", "kr 4 500"),
            ("fiyat 1.500,00 TL oldu", "1.500,00 TL"),
            ("roughly Rs. 5,000 each", "Rs. 5,000"),
            ("un presupuesto de 3 millones de euros", "3 millones de euros"),
        ],
    );
    none(&[Kind::Amount], &["5 krav återstår", "12元旦", "3 TLS errors", "in 4 lei's", "5 RMBs"]);
}

#[test]
fn ages_beside_names() {
    covered(
        Kind::Age,
        &[
            ("Ada Quist, 43, lives in Leeds", "43"),
            ("María Perales, 52 años, llamó", "52"),
            ("Jürgen Quast (61 Jahre) fragt", "61"),
            ("a man aged about 70", "70"),
            ("Er ist 35 Jahre.", "35"),
        ],
    );
    none(
        &[Kind::Age],
        &[
            "rooms 12, 43, 55 are free",
            "Laufzeit, 24 Jahre",
            "Berlin, 43, next",
            "Main Street, 43, flat 2",
            "in 20 Jahre alten Häusern 5 Jahre",
        ],
    );
}

#[test]
fn titles_and_peoples_elsewhere() {
    covered(
        Kind::Title,
        &[
            ("spoke to Chief Okonjo", "Chief"),
            ("Alhaji Musa called", "Alhaji"),
            ("l'Avv. Bellucci", "Avv"),
            ("la Dott.ssa Bellucci", "Dott.ssa"),
            ("met drs. Vermeulen", "drs"),
            ("s paní Novákovou", "paní"),
            ("Mgr. Dvořák", "Mgr"),
        ],
    );
    covered(
        Kind::Nationality,
        &[
            ("er ist deutscher Staatsbürger", "deutscher"),
            ("de nacionalidad colombiana", "colombiana"),
            ("ella es mexicana", "mexicana"),
        ],
    );
    none(
        &[Kind::Title, Kind::Nationality],
        &[
            "the Chief Data Officer",
            "Prince charming offers",
            "ein deutscher Vertrag",
            "la oferta española",
            "pan and pot",
        ],
    );
}
