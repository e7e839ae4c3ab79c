use crate::testing::{AtSigns, Says, ana, plain, real, typed};
use crate::{
    Conversation, Detector, DetectorFailure, Finding, Kind, Layer, Level, MaskError, Rights,
    Viewer, WordSort,
};
use proptest::prelude::*;

pub(super) fn conversation() -> Conversation {
    Conversation::new("c1".to_owned(), ana())
}

fn hear(conversation: &mut Conversation, text: &str) -> String {
    conversation.hear_person(&typed(text), &AtSigns).unwrap().as_str().to_owned()
}

pub(super) fn show(conversation: &Conversation, masked: &str) -> String {
    let (person, rights) = (ana(), Rights::none());
    conversation.show(masked, &Viewer { person: &person, rights: &rights }).text()
}

#[test]
fn one_value_has_one_token_for_the_whole_conversation() {
    let mut it = conversation();
    assert_eq!(
        plain(&hear(&mut it, "mail ana@x.example and bo@x.example")),
        "mail {EMAIL_1} and {EMAIL_2}"
    );
    assert_eq!(
        plain(&hear(&mut it, "bo@x.example first, ana@x.example later")),
        "{EMAIL_2} first, {EMAIL_1} later"
    );
}

/// Another gateway numbers anew in every message and gives back the wrong person's address.
#[test]
fn two_people_in_two_messages_are_never_confused() {
    let mut it = conversation();
    hear(&mut it, "I am with alice@a.example");
    hear(&mut it, "and with bob@b.example");
    assert_eq!(
        show(&it, &real(it.table(), "Write to {EMAIL_1}, then {EMAIL_2}")),
        "Write to alice@a.example, then bob@b.example"
    );
}

#[test]
fn what_was_covered_is_covered_again_in_other_case_and_place() {
    let mut it = conversation();
    hear(&mut it, "it is ana.roy@x.example");
    let masked = hear(&mut it, "see (ANA.ROY@X.EXAMPLE) please");
    assert!(!masked.to_lowercase().contains("ana.roy"), "{masked}");
}

#[test]
fn what_was_covered_is_covered_again_in_addresses() {
    let mut it = conversation();
    hear(&mut it, "mail ana.roy@x.example");
    let text = "see https://crm.example/find?q=ANA.ROY%40x.example&n=100%25";
    let masked = hear(&mut it, text);
    assert!(masked.starts_with("see https://crm.example/find?q={EMAIL_1"), "{masked}");
    assert!(!masked.contains("ROY") && masked.ends_with("&n=100%25"), "{masked}");
    assert_eq!(show(&it, &masked), text);
}

#[test]
fn token_shaped_text_from_outside_is_text() {
    let mut it = conversation();
    hear(&mut it, "mail ana@x.example");
    let masked = hear(&mut it, "what is {EMAIL_1} and {!EMAIL_1} and {EMAIL_01} and {NAME}");
    assert_eq!(masked, "what is {!EMAIL_1} and {!!EMAIL_1} and {EMAIL_01} and {NAME}");
    assert_eq!(show(&it, &masked), "what is {EMAIL_1} and {!EMAIL_1} and {EMAIL_01} and {NAME}");
}

/// A person who writes what a model could bend a token to reads it back, and not somebody's address.
#[test]
fn text_that_could_pass_for_a_bent_token_stays_text() {
    let mut it = conversation();
    hear(&mut it, "mail ana@x.example");
    let token = real(it.table(), "{EMAIL_1}");
    let bare = token.trim_matches(['{', '}']);
    for bent in [
        bare.to_owned(),
        bare.to_lowercase(),
        format!("{{{bare}"),
        format!("{{ {bare} }}"),
        format!("%7B{bare}%7D"),
        bare.replace("EMAIL", "correo"),
        bare.replace('_', "\\_"),
    ] {
        let text = format!("what is {bent} then");
        let masked = hear(&mut it, &text);
        assert_eq!(show(&it, &masked), text, "{masked}");
    }
}

#[test]
fn senseless_findings_hide_the_rest() {
    let find = |start, end| Finding { start, end, kind: Kind::Name, layer: Layer::Model };
    for bad in [find(2, 99), find(1, 3), find(6, 6), find(8, 7)] {
        let mut it = conversation();
        let masked =
            it.hear_person(&typed("ab cd éf gh"), &Says(Ok(vec![find(0, 2), bad]))).unwrap();
        assert_eq!(plain(masked.as_str()), "{NAME_1}{TEXT_2}");
    }
}

#[test]
fn a_detector_that_fails_lets_nothing_through() {
    let failure = DetectorFailure { detector: "test", reason: "broken" };
    let error = conversation().hear_person(&typed("x"), &Says(Err(failure.clone()))).unwrap_err();
    assert_eq!(error, MaskError::Detector(failure));
}

/// Knows whose `ana@x.example` and `+1 2` are.
struct Contacts;

impl Detector for Contacts {
    fn detect(&self, text: &str) -> Result<Vec<Finding>, DetectorFailure> {
        Ok(self.detect_owned(text)?.into_iter().map(|it| it.finding).collect())
    }

    fn detect_owned(&self, text: &str) -> Result<Vec<crate::Owned>, DetectorFailure> {
        let values = [
            ("ana@x.example", Kind::Email, Some(*b"003000000000001")),
            ("bo@x.example", Kind::Email, Some(*b"003000000000002")),
            ("+1 2", Kind::Phone, Some(*b"003000000000001")),
            ("+1 3", Kind::Phone, None),
        ];
        let mut found: Vec<_> = values
            .into_iter()
            .flat_map(|(value, kind, record)| {
                text.match_indices(value).map(move |(start, it)| crate::Owned {
                    finding: Finding { start, end: start + it.len(), kind, layer: Layer::Known },
                    record,
                })
            })
            .collect();
        found.sort_by_key(|it| it.finding.start);
        Ok(found)
    }
}

#[test]
fn values_of_one_record_share_a_number_wherever_they_are_found() {
    let mut it = conversation();
    let (masked, replaced) =
        it.mask_spans(&typed("é bo@x.example, ana@x.example"), &Contacts, false).unwrap();
    assert_eq!(plain(masked.as_str()), "é {EMAIL_1}, {EMAIL_2}");
    let ranges: Vec<_> = replaced.iter().map(|it| (it.start, it.end, plain(&it.token))).collect();
    assert_eq!(ranges, [(3, 15, "{EMAIL_1}".to_owned()), (17, 30, "{EMAIL_2}".to_owned())]);
    let (masked, _) = it.mask_spans(&typed("+1 3 or +1 2"), &Contacts, false).unwrap();
    assert_eq!(plain(masked.as_str()), "{PHONE_3} or {PHONE_2}");
    // Texts that have nothing to do with each other do not recall each other's values.
    let (masked, _) = it.mask_spans(&typed("BO@X.EXAMPLE"), &Contacts, false).unwrap();
    assert_eq!(masked.as_str(), "BO@X.EXAMPLE");
    let (masked, _) = it.mask_spans(&typed("BO@X.EXAMPLE"), &Contacts, true).unwrap();
    assert_eq!(plain(masked.as_str()), "{EMAIL_1}", "a form of it");
}

#[test]
fn a_table_written_down_in_parts_opens_in_the_same_order_only() {
    let key = crate::SealKey::new([7; 32]);
    let mut it = conversation();
    it.mask_spans(&typed("bo@x.example"), &Contacts, false).unwrap();
    let first = it.seal_since(0, &key, [1; 24]).unwrap();
    it.mask_spans(&typed("ana@x.example"), &Contacts, false).unwrap();
    let second = it.seal_since(1, &key, [2; 24]).unwrap();
    let mut again = conversation();
    assert!(again.open_since(&second, &key).is_err());
    again.open_since(&first, &key).unwrap();
    assert!(again.open_since(&first, &key).is_err());
    again.open_since(&second, &key).unwrap();
    let both = real(it.table(), "{EMAIL_1} {EMAIL_2}");
    assert_eq!(show(&again, &both), "bo@x.example ana@x.example");
    let (masked, _) = again.mask_spans(&typed("+1 2 +1 3"), &Contacts, false).unwrap();
    assert_eq!(plain(masked.as_str()), "{PHONE_2} {PHONE_3}");
}

proptest! {
    /// What a person typed comes back to them exactly, whatever it holds.
    #[test]
    fn showing_undoes_masking(texts in prop::collection::vec(arbitrary_text(), 1..5)) {
        let mut it = conversation();
        for text in &texts {
            let masked = hear(&mut it, text);
            prop_assert_eq!(&show(&it, &masked), text);
        }
    }

    /// No address survives in what a model sees.
    #[test]
    fn no_covered_value_is_left(local in "[a-z]{3,8}", before in "[ -~]{0,20}", after in " [ -~]{0,20}") {
        let mut it = conversation();
        let address = format!("{local}@mail.example");
        hear(&mut it, &address);
        let masked = hear(&mut it, &format!("{before} {address}{after}"));
        prop_assert!(!masked.contains(&address), "{}", masked);
    }
}

pub(super) fn arbitrary_text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "[ -~]{0,12}",
        Just("{EMAIL_1}".to_owned()),
        Just("{!EMAIL_1}".to_owned()),
        "\\{?(EMAIL|email|correo|Name|DATE)[_-][1-3][a-z]{2}s?\\}?",
        "(%7B|\\\\\\{|\\{ )EMAIL_1[a-z]{2}(%7D|\\\\\\}| \\})?",
        Just("{".to_owned()),
        Just("}".to_owned()),
        Just("{{NAME_2}".to_owned()),
        Just("a@b.example ".to_owned()),
        Just("é{TEXT_".to_owned()),
        "\\PC{0,6}",
    ];
    prop::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
}

/// A detector that lacks its recogniser.
struct Unread;

impl Detector for Unread {
    fn detect(&self, _: &str) -> Result<Vec<Finding>, DetectorFailure> {
        Ok(Vec::new())
    }

    fn unread(&self) -> Option<Level> {
        Some(Level::Restricted)
    }
}

#[test]
fn what_a_detector_could_not_read_counts_as_more() {
    let mut it = conversation();
    it.hear_person(&typed("plain"), &AtSigns).unwrap();
    assert_eq!(it.label().level(), Level::Internal);
    let masked = it.hear_person(&typed("unread"), &Unread).unwrap();
    assert_eq!(masked.label().level(), Level::Restricted);
    assert_eq!(it.label().level(), Level::Restricted);
    // A client's tool call, argument by argument, too.
    let calls = vec![("1".to_owned(), "look".to_owned(), r#"{"q":"unread"}"#.to_owned())];
    let mut it = conversation();
    let label = typed("").label().clone();
    it.hear_replayed(String::new(), calls, &label, &AtSigns).unwrap();
    assert_eq!(it.label().level(), Level::Internal);
    let calls = vec![("1".to_owned(), "look".to_owned(), r#"{"q":"unread"}"#.to_owned())];
    it.hear_replayed(String::new(), calls, &label, &Unread).unwrap();
    assert_eq!(it.label().level(), Level::Restricted);
}

/// Finds each of these where it stands first, and knows some words.
pub(super) struct First(pub(super) Vec<(&'static str, Kind)>);

impl Detector for First {
    fn detect(&self, text: &str) -> Result<Vec<Finding>, DetectorFailure> {
        let mut found: Vec<Finding> = self
            .0
            .iter()
            .filter_map(|(value, kind)| {
                let start = text.find(value)?;
                let (end, kind) = (start + value.len(), *kind);
                Some(Finding { start, end, kind, layer: Layer::Pattern })
            })
            .collect();
        found.sort_by_key(|it| it.start);
        Ok(found)
    }

    fn sort(&self, word: &str) -> WordSort {
        match word {
            "gmbh" | "co" | "kg" => WordSort::LegalForm,
            "will" | "rose" | "summit" | "plan" | "blue" | "river" => WordSort::Everyday,
            _ => WordSort::Telling,
        }
    }
}

#[test]
fn what_a_text_says_once_is_covered_wherever_it_says_it() {
    let (name, org, phone) = (Kind::Name, Kind::Org, Kind::Phone);
    let told = |value, kind, text, masked| (vec![(value, kind)], text, masked);
    let cases = [
        told(
            "Zx9!fooBar",
            Kind::Secret,
            "password: Zx9!fooBar, again Zx9!fooBar",
            "password: {SECRET_1}, again {SECRET_1}",
        ),
        told(
            "536-90-4399",
            Kind::NationalId,
            "SSN 536-90-4399, later 536904399 and 536 90 4399",
            "SSN {NATIONAL_ID_1}, later {NATIONAL_ID_1} and {NATIONAL_ID_1}",
        ),
        told(
            "536-90-4399",
            Kind::NationalId,
            "536904399, that is 536-90-4399",
            "{NATIONAL_ID_1}, that is {NATIONAL_ID_1}",
        ),
        told(
            "Adanna Obiakor",
            name,
            "Met Adanna Obiakor. obiakor's plan is due, adanna wants it",
            "Met {NAME_1}. {NAME_1}'s plan is due, {NAME_1} wants it",
        ),
        told("Rose Will", name, "Rose Will will plan a rose", "{NAME_1} will plan a rose"),
        told("Quuxtrade GmbH", org, "Quuxtrade GmbH: quuxtrade wants", "{ORG_1}: {ORG_1} wants"),
        told(
            "Quux Works GmbH & Co. KG",
            org,
            "Quux Works GmbH & Co. KG, or quux works",
            "{ORG_1}, or {ORG_1}",
        ),
        told("Summit GmbH", org, "Summit GmbH; the Summit", "{ORG_1}; the Summit"),
        told("Blue River", org, "Blue River: blue water", "{ORG_1}: blue water"),
        told(
            "+49 30 901820",
            phone,
            "+49 30 901820, here 030 901820 or (030) 90 18 20",
            "{PHONE_1}, here {PHONE_1} or ({PHONE_1}",
        ),
        told(
            "123456",
            Kind::AccountNumber,
            "123456 is not 123, 456",
            "{ACCOUNT_NUMBER_1} is not 123, 456",
        ),
        (
            vec![("Jo@x.example", Kind::Email), ("JO@X.EXAMPLE", Kind::Email)],
            "Jo@x.example, jo@x.example, JO@X.EXAMPLE",
            "{EMAIL_1}, {EMAIL_1}, {EMAIL_1}",
        ),
    ];
    for (finds, text, want) in cases {
        for recall in [false, true] {
            let mut it = conversation();
            let (masked, replaced) =
                it.mask_spans(&typed(text), &First(finds.clone()), recall).unwrap();
            assert_eq!(plain(masked.as_str()), want, "{text}");
            assert_eq!(show(&it, masked.as_str()), text);
            let in_order = replaced.windows(2).all(|pair| pair[0].end <= pair[1].start);
            assert!(in_order, "{replaced:?}");
        }
    }
}
