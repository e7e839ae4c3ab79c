//! Values that the words around them prove.

use boundary::Kind;

use crate::{
    patterns::{each, none},
    plain,
};

#[test]
fn dates_of_birth_with_ordinals_and_short_years() {
    for (text, date) in [
        ("date of birth the 4th of July 1976", "4th of July 1976"),
        ("born July 4th, 1976 in Ohio", "July 4th, 1976"),
        ("n\u{e9}e le 1er janvier 1990", "1er janvier 1990"),
        ("d.o.b. 07 Nov 91", "07 Nov 91"),
    ] {
        let found = plain(text);
        assert!(found.contains(&(Kind::DateOfBirth, date)), "{text}: {found:?}");
    }
    // Without such a word two digits behind a month are no year.
    assert!(!plain("we sold 07 Nov 91 of them").iter().any(|(_, it)| it.contains("91")));
}

#[test]
fn the_word_id_says_whose_a_number_is() {
    each(
        Kind::NationalId,
        &[
            ("Her ID number is 8001015009087", "8001015009087"),
            ("ID 44051401359", "44051401359"),
            ("ID: 255081416802538", "255081416802538"),
            ("id no. 1630615123457", "1630615123457"),
            ("Chinese ID 11010519491231002X", "11010519491231002X"),
            ("Citizen ID 1101700207030", "1101700207030"),
            ("Thai 1101700207030", "1101700207030"),
            ("Thai ID 1-1017-00207-03-0", "1-1017-00207-03-0"),
            ("Teudat zehut 123456782", "123456782"),
            ("マイナンバー：123456789018", "123456789018"),
            ("My Number 1234 5678 9018", "1234 5678 9018"),
            ("护照 E12345678", "E12345678"),
            ("IdNr 86095742719", "86095742719"),
            ("Medicare number 1EG4-TE5-MK73", "1EG4-TE5-MK73"),
            ("Emirates ID 784-1987-1234567-1", "784-1987-1234567-1"),
            ("QQ 12 34 56 C", "QQ 12 34 56 C"),
            ("Latvian personas kods 161175-19997", "161175-19997"),
            ("СНИЛС 112-233-445 95", "112-233-445 95"),
        ],
    );
    none(
        &[Kind::NationalId],
        &[
            "order ID 8001015009087",
            "case id 44051401359",
            "record id 1101700207030",
            "the ID 1234567890 of the ticket",
            "ID 123456789012345",
            "Thai orders: 1101700207031",
        ],
    );
}

#[test]
fn births_in_more_languages() {
    each(
        Kind::DateOfBirth,
        &[
            ("né le 14 mars 1978", "14 mars 1978"),
            ("date de naissance : 14 mai 1978", "14 mai 1978"),
            ("urodzony 14 marca 1978", "14 marca 1978"),
            ("född 14 augusti 1978", "14 augusti 1978"),
            ("doğum tarihi 14 Ağustos 1978", "14 Ağustos 1978"),
            ("date of birth 3rd of May, 1980", "3rd of May, 1980"),
            ("DOB 14th March, 1978", "14th March, 1978"),
        ],
    );
    none(&[Kind::Date, Kind::DateOfBirth], &["we may 2 or 3 times", "the 4 march on"]);
}

#[test]
fn secrets_as_people_write_them() {
    each(
        Kind::Secret,
        &[
            ("pass: hunter2", "hunter2"),
            ("pw: hunter2", "hunter2"),
            ("passwd hunter2", "hunter2"),
            ("set PASSWORD hunter2 now", "hunter2"),
            ("Basic dXNlcjpwYXNzd29yZA==", "Basic dXNlcjpwYXNzd29yZA=="),
            ("curl -u jo:hunter2 https://x.example", "-u jo:hunter2"),
            ("dckr_pat_AbCdEfGhIjKlMnOpQrStUvWx", "dckr_pat_AbCdEfGhIjKlMnOpQrStUvWx"),
            ("my pin is 4821", "4821"),
        ],
    );
    none(
        &[Kind::Secret],
        &[
            "Basic understanding of the plan",
            "the Basic subscription costs more",
            "boarding pass: gate B",
            "password reset requested",
            "set -u in the script: yes",
            "pin the note",
            "Pass the salt",
        ],
    );
}

#[test]
fn labels_deep_in_strings_and_in_elements() {
    each(
        Kind::Name,
        &[
            (r#"{"a":"{\"b\":\"{\\\"LastName\\\": \\\"Quux\\\"}\"}"}"#, "Quux"),
            (r#"{"a":"{\"LastName\":\"Quux\"}"}"#, "Quux"),
            (r#"{"LastName": "Quux"}"#, "Quux"),
            ("<name>Jo March</name>", "Jo March"),
            ("<sf:LastName>Quux</sf:LastName>", "Quux"),
        ],
    );
    each(Kind::Amount, &[("about 3,5 Mio. € a year", "3,5 Mio. €")]);
}

#[test]
fn numbers_of_hong_kong_end_in_brackets() {
    each(
        Kind::NationalId,
        &[
            ("HKID K704219(1)", "K704219(1)"),
            ("K704219(1) was on the form", "K704219(1)"),
            ("his identity card is Z683365(A).", "Z683365(A)"),
            // The check fails, the word before says what it is.
            ("HKID K704219(2)", "K704219(2)"),
        ],
    );
    none(&[Kind::NationalId], &["part K704219(2) is sold out", "see K704219 (12) and B123456(x)"]);
}

#[test]
fn streets_without_a_word_for_street() {
    each(
        Kind::Address,
        &[
            ("mieszka: Piotrkowska 104/2", "Piotrkowska 104/2"),
            ("send it to Krakowskie Przedmieście 5/7", "Krakowskie Przedmieście 5/7"),
            ("she moved to Dlouhá Řeka 12/3 in spring", "Dlouhá Řeka 12/3"),
        ],
    );
    none(
        &[Kind::Address],
        &["Windows 10/11 is fine", "Kowalska 2025/26", "Řada 1/2/2026", "Tatry Plan 3/4"],
    );
}
