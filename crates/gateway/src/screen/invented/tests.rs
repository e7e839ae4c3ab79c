#![expect(clippy::string_slice, reason = "a test that slices wrongly fails")]

use boundary::{Detector as _, Kind};
use detect::Detectors;
use proptest::prelude::*;

use super::Cover;

/// Told: `ana.roy@mail.example` and `+49 30 901820`.
fn told(value: &str) -> bool {
    let plain = |text: &str| {
        text.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect::<String>()
    };
    ["ana.roy@mail.example", "+49 30 901820"].iter().any(|it| plain(it) == plain(value))
}

/// The output, what is given out after each piece, and how much was covered.
fn pieces(detector: &Detectors, pieces: &[&str]) -> (String, Vec<String>, u64) {
    let mut cover = Cover::new(detector, told);
    let mut given: Vec<String> = pieces.iter().map(|it| cover.push(it).unwrap()).collect();
    given.push(cover.finish().unwrap());
    (given.concat(), given, cover.covered())
}

fn whole(text: &str) -> String {
    pieces(&Detectors::standard(&["US"]), &[text]).0
}

/// Texts in which `«..»` marks what is to be covered.
const SAID: [&str; 18] = [
    "Reference record: «912-34-0567»",
    "Reference record: «234-555-0143» and so on.",
    "pay with «4242-4242-4242-4242», please",
    "pay with «4111 1111 1111 1111» please",
    "write to «zoe@other.example».",
    "write to «zoe\\_b@other.example» or <«zoe@other.example»>",
    "to «zoe%40other.example» or «zoe @ other.example» now",
    "encoded «em9lLmJAb3RoZXIuZXhhbXBsZQ==» here",
    "call «+44 20 7946 0958» or «(0)20 7946 0999» today",
    "IBAN «DE89 3704 0044 0532 0130 00» is mine",
    "the password: «hunter2!x» works",
    "key «AKIAIOSFODNN7EXAMPLE».",
    "{\"mail\":\"«zoe@other.example»\",\"n\":12}",
    "请写信给«zoe@other.example»谢谢",
    "«{NAME_3kd}@other.example» is made of a token",
    "| «zoe@other.example» | «234-555-0143» |",
    "zero «z\u{200b}oe@oth\u{200b}er.example» width, full «２３４-５５５-０１４３» width",
    "-----BEGIN PRIVATE KEY-----",
];

fn plain(said: &str) -> String {
    said.replace(['«', '»'], "")
}

#[test]
fn what_nobody_told_is_covered_and_the_rest_is_byte_exact() {
    for said in SAID.into_iter().filter(|it| it.contains('«')) {
        let out = whole(&plain(said));
        let mut rest = out.as_str();
        for (n, part) in said.split(['«', '»']).enumerate() {
            if n % 2 == 0 {
                rest = rest.strip_prefix(part).unwrap_or_else(|| panic!("{said}: {out}"));
            } else {
                assert!(rest.starts_with("[invented "), "{said}: {out}");
                rest = rest.split_once(']').unwrap().1;
            }
        }
        assert_eq!(rest, "", "{said}: {out}");
    }
}

#[test]
fn what_was_told_and_what_is_nobodys_stays() {
    for text in [
        "",
        " ",
        "Write to ana.roy@mail.example or ANA.ROY%40mail.example.",
        "Call +49 30 901820, or +49 (30) 90 18 20.",
        "Write to {EMAIL_3vt}, {PHONE_3ap} or EMAIL_3vt.",
        "12 opportunities worth 1,234,567.89 EUR close on 2026-11-22 at 10:30.",
        "Order 4500012345, case 00001026, version 10.4.2.1, 50 % of 200.",
        "1. First\n2. Second\n\n- **bold** _text_ `code` [link](https://x.example/a?b=1)",
        "fn main() { let x = 1 << 20; } // \\n \\* 100\\%",
        "本季度有 12 个商机，总额 1,234,567.89 元。",
        "a\u{a0}b\u{202f}c  d\t\te \r\n f",
    ] {
        assert_eq!(whole(text), text);
    }
}

#[test]
fn a_private_key_is_covered_to_its_end() {
    let key = "Here: -----BEGIN RSA PRIVATE KEY-----\nMIIEow IBAAKCAQEA\nabc==\n-----END RSA PRIVATE KEY----- and more";
    assert_eq!(whole(key), "Here: [invented secret]\n and more");
    let cut = "-----BEGIN PRIVATE KEY-----\nMIIEowIBAAKCAQEA\nabc";
    assert_eq!(whole(cut), "[invented secret]\n");
    let public = "-----BEGIN PUBLIC KEY-----\nMIIBIjAN";
    assert_eq!(whole(public), public);
}

#[test]
fn no_more_is_held_back_than_may_become_a_value() {
    let detector = Detectors::standard(&["US"]);
    let (_, given, _) =
        pieces(&detector, &["There are ", "three of", " them, ", "in 20", "26. ", "So"]);
    assert_eq!(given, ["There ", "are three ", "of ", "them, in ", "", "2026. ", "So"]);
    // A row of numbers may be one number, until a word comes.
    let (_, given, _) = pieces(&detector, &["at 10 ", "20 30", " o'clock"]);
    assert_eq!(given, ["at ", "", "10 20 30 ", "o'clock"]);
}

#[test]
fn a_long_text_without_gaps_is_not_held_for_ever() {
    let detector = Detectors::standard(&["US"]);
    let row = "7 ".repeat(2_000);
    let (out, given, _) = pieces(&detector, &[&row]);
    assert_eq!(out, row);
    assert!(given[0].len() > row.len() - 400, "{}", given[0].len());
    let word = "x".repeat(100_000);
    let (out, given, _) = pieces(&detector, &[&word]);
    assert_eq!(out, word);
    assert!(given[0].len() > word.len() - 20_000, "{}", given[0].len());
    // Numbers in a long row are covered, wherever it is looked at.
    let row = "234-555-0143 ".repeat(100);
    let (out, _, _) = pieces(&detector, &[&row]);
    assert!(!out.contains(char::is_numeric), "{out}");
}

#[test]
fn json_stays_json_and_only_its_texts_are_covered() {
    let detector = Detectors::standard(&["US"]);
    let mut cover = Cover::new(&detector, told);
    let json =
        r#"{"to":["zoe@other.example","ana.roy@mail.example"],"zoe@other.example":7,"n":1.50}"#;
    let out: serde_json::Value = serde_json::from_str(&cover.json(json).unwrap()).unwrap();
    assert_eq!(out["to"][0], "[invented e-mail address]");
    assert_eq!(out["to"][1], "ana.roy@mail.example");
    assert_eq!(out["[invented e-mail address]"], 7);
    assert_eq!(cover.covered(), 2);
    let same = r#"{ "n": 1.50,  "to": "ana.roy@mail.example" }"#;
    assert_eq!(cover.json(same).unwrap(), same, "not even white space changes");
    assert_eq!(
        cover.json("no json: zoe@other.example").unwrap(),
        "no json: [invented e-mail address]"
    );
}

proptest! {
    #[test]
    fn any_cutting_gives_the_same_output(
        parts in prop::collection::vec(prop_oneof![
            prop::sample::select(SAID.as_slice()).prop_map(plain),
            prop::sample::select(vec![" ", "@", "-", "\n", "\\", "}", "{", "12 ", "x@y.example", "+1 ", "-----END"]).prop_map(str::to_owned),
            "[a-z0-9@. +()-]{0,12}", "\\PC{0,6}",
        ], 0..10),
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..12),
    ) {
        let detector = Detectors::standard(&["US"]);
        let text = parts.concat();
        let mut at: Vec<usize> = cuts.iter().map(|cut| cut.index(text.len() + 1)).filter(|&at| text.is_char_boundary(at)).collect();
        at.extend([0, text.len()]);
        at.sort_unstable();
        let cut: Vec<&str> = at.windows(2).map(|pair| &text[pair[0]..pair[1]]).collect();
        let single: Vec<String> = text.chars().map(String::from).collect();
        let single: Vec<&str> = single.iter().map(String::as_str).collect();
        let (one, _, covered) = pieces(&detector, &[&text]);
        prop_assert_eq!(&pieces(&detector, &cut).0, &one);
        prop_assert_eq!(&pieces(&detector, &single).0, &one);
        if covered == 0 {
            prop_assert_eq!(one, text);
        }
    }

    #[test]
    fn no_address_is_left(before in "[a-z ,.:(]{0,20}", local in "[a-z][a-z0-9._]{0,10}[a-z]", after in "([ ,;:!?)\n].{0,10})?") {
        let text = format!("{before} {local}@other.example{after}");
        let out = whole(&text);
        prop_assert!(!out.contains("@other.example"), "{}", out);
    }
}

#[test]
fn every_cut_of_every_value_is_read_the_same() {
    let detector = Detectors::standard(&["US"]);
    for said in SAID.map(plain) {
        let one = pieces(&detector, &[&said]).0;
        let cuts: Vec<usize> = (0..=said.len()).filter(|&at| said.is_char_boundary(at)).collect();
        for (n, &first) in cuts.iter().enumerate() {
            for &second in cuts.iter().skip(n).take(4) {
                let (out, given, _) =
                    pieces(&detector, &[&said[..first], &said[first..second], &said[second..]]);
                assert_eq!(out, one, "{said} at {first} and {second}");
                // Nothing of a value is given out before it is known to be one.
                let mut so_far = String::new();
                for piece in given {
                    so_far.push_str(&piece);
                    assert!(one.starts_with(&so_far));
                }
            }
        }
    }
    let found = detector.detect_forms("x zoe@other.example", 2).unwrap();
    assert_eq!(found[0].kind, Kind::Email);
}
