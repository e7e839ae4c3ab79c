use proptest::prelude::*;

use crate::testing::{AtSigns, MATRIX, ana, ben, of_crm, real, rights, table, typed};
use crate::{
    Act, Action, Columns, Conversation, Facts, Matrix, Piece, Purpose, Records, Rights, Verdict,
    Viewer,
};

fn talked() -> Conversation {
    let mut it = Conversation::new("c".to_owned(), ana());
    for n in 1..=11 {
        it.hear_person(&typed(&format!("p{n}@x.example")), &AtSigns).unwrap();
    }
    it
}

fn act() -> Act {
    Act {
        trace: "0".repeat(32),
        actor: "p".to_owned(),
        door: "page".to_owned(),
        client: "c".to_owned(),
        policy: "0".repeat(16),
        tenant: None,
        tool: None,
    }
}

#[test]
fn a_short_token_is_never_found_inside_a_long_one() {
    let (person, rights) = (ana(), Rights::none());
    let viewer = Viewer { person: &person, rights: &rights };
    let it = talked();
    let masked = real(it.table(), "{EMAIL_1} {EMAIL_11} {EMAIL_12}");
    assert_eq!(it.show(&masked, &viewer).text(), "p1@x.example p11@x.example {EMAIL_12}");
}

#[test]
fn another_person_sees_tokens() {
    let (person, rights) = (ben(), Rights::none());
    let viewer = Viewer { person: &person, rights: &rights };
    let it = talked();
    let token = real(it.table(), "{EMAIL_1}");
    assert_eq!(it.show(&token, &viewer).text(), token);
}

#[test]
fn a_field_that_salesforce_hides_now_stays_a_token() {
    let matrix = Matrix::parse(MATRIX).unwrap();
    let mut it = Conversation::new("c".to_owned(), ana());
    let body = r#"{"totalSize":1,"done":true,"records":[{"attributes":{"type":"Contact"},"Id":"003000000000001AAA","Email":"jo@x.example"}]}"#;
    let records = Records::parse(of_crm(body)).unwrap();
    it.hear_records(
        ("1", "soqlQuery"),
        &records,
        &Columns::new(),
        std::collections::BTreeSet::new(),
        &matrix,
        &AtSigns,
    )
    .unwrap();
    let person = ana();
    let before = rights(&[("Contact", &["Email"])]);
    let after = rights(&[("Contact", &["Name"])]);
    let token = real(it.table(), "{EMAIL_1}");
    let show = |rights| it.show(&token, &Viewer { person: &person, rights }).text();
    assert_eq!(show(&before), "jo@x.example");
    assert_eq!(show(&after), token);
}

#[test]
fn an_answer_is_released_only_with_the_receipt_of_its_release() {
    let (person, rights) = (ana(), Rights::none());
    let viewer = Viewer { person: &person, rights: &rights };
    let receipt = |purpose| {
        Facts::new(purpose, Action::Answer, Verdict::Allowed, &act()).entry().attest_durable(0)
    };
    assert!(talked().show_stream(&viewer, &receipt(Purpose::Intent)).is_err());
    assert!(talked().show_stream(&viewer, &receipt(Purpose::Release)).is_ok());
}

#[test]
fn restored_parts_are_told_from_plain_ones() {
    let (person, rights) = (ana(), Rights::none());
    let it = talked();
    let masked = real(it.table(), "to {EMAIL_2}.");
    let shown = it.show(&masked, &Viewer { person: &person, rights: &rights });
    let kinds: Vec<bool> =
        shown.pieces().iter().map(|it| matches!(it, Piece::Restored { .. })).collect();
    assert_eq!(kinds, [false, true, false]);
    assert!(!format!("{shown:?}").contains("p2@"));
}

#[test]
fn json_stays_json() {
    let mut it = Conversation::new("c".to_owned(), ana());
    it.hear_person(&typed("a\"b@x.example"), &AtSigns).unwrap();
    let (person, rights) = (ana(), Rights::none());
    let token = it.coverage()[0].token.clone();
    let shown = it.show_json(
        &format!("{{\"to\":\"{token}\"}}"),
        &Viewer { person: &person, rights: &rights },
    );
    let parsed: serde_json::Value = serde_json::from_str(&shown.text()).unwrap();
    assert!(parsed["to"].as_str().unwrap().contains('@'));
}

proptest! {
    #[test]
    fn any_cutting_gives_the_same_output(
        pieces in prop::collection::vec(prop_oneof![
            Just("{EMAIL_1}".to_owned()), Just("{EMAIL_11}".to_owned()), Just("{!EMAIL_3}".to_owned()),
            Just("{EMAIL_".to_owned()), Just("{{".to_owned()), "[a-zA-Z_{}!0-9 ]{0,10}", "\\PC{0,4}",
            // A bent token that a letter makes another word, which may be all that an earlier piece held.
            Just("x{EMAIL_1}".to_owned()), Just("é{EMAIL_11}".to_owned()), Just("_{EMAIL_1}s".to_owned()),
        ], 0..12),
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..8),
        bend in any::<bool>(),
        letters in prop::bool::weighted(0.3),
    ) {
        let it = talked();
        let text = real(it.table(), &pieces.concat());
        let text = if bend { text.replace("{E", "{e").replace('}', "") } else { text };
        let (person, rights) = (ana(), Rights::none());
        let viewer = Viewer { person: &person, rights: &rights };
        let whole = it.show(&text, &viewer).text();
        let receipt = Facts::new(Purpose::Release, Action::Answer, Verdict::Allowed, &act()).entry().attest_durable(0);
        let mut stream = it.show_stream(&viewer, &receipt).unwrap();
        let mut at: Vec<usize> = cuts.iter().map(|cut| cut.index(text.len() + 1)).filter(|&at| text.is_char_boundary(at)).collect();
        at.extend([0, text.len()]);
        if letters {
            at = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
        }
        at.sort_unstable();
        let mut out = String::new();
        for pair in at.windows(2) {
            out.push_str(&stream.push(text.get(pair[0]..pair[1]).unwrap()).text());
        }
        out.push_str(&stream.finish().text());
        prop_assert_eq!(out, whole);
    }
}

#[test]
fn an_answer_never_spells_an_address_that_outsiders_wrote() {
    let (person, rights) = (ana(), Rights::none());
    let viewer = Viewer { person: &person, rights: &rights };
    let mut table = table();
    let outsider = crate::Label::unknown();
    let mut covered = |kind, value: &str, label: &crate::Label| {
        table
            .cover(kind, value, label, crate::Layer::Field, crate::token::Whose::Nobody)
            .to_string()
    };
    let tokens: Vec<String> = ["HTTPS:", "//x.example/", "/", "www.x.example", "a](b"]
        .iter()
        .map(|value| covered(crate::Kind::Name, value, &outsider))
        .collect();
    let url = covered(crate::Kind::Url, "x.example/p", &outsider);
    let name = covered(crate::Kind::Name, "Ann/Bob GmbH", &outsider);
    let own = covered(crate::Kind::Url, "https://own.example", typed("").label());
    let mut stream = super::ShowStream::new(&table, &viewer).without_addresses(&table);
    for token in tokens.iter().chain([&url]) {
        assert_eq!(stream.push(token).text(), "[address removed]", "{token}");
    }
    assert_eq!(stream.push(&name).text(), "Ann/Bob GmbH");
    assert_eq!(stream.push(&own).text(), "https://own.example");
}

#[test]
fn what_a_client_sends_again_keeps_its_label() {
    let mut it = Conversation::new("c".to_owned(), ana());
    let secret = crate::Label::unknown();
    it.hear_person(&crate::Raw::new("about 1.2 million".to_owned(), secret), &AtSigns).unwrap();
    it.rewind();
    it.hear_person(&typed("about 1.2 million, and now?"), &AtSigns).unwrap();
    assert_eq!(it.label().level(), crate::Level::Restricted);
    assert!(it.label().is_tainted());
}
