use proptest::prelude::*;

use super::*;

#[test]
fn tokens_have_one_spelling() {
    let shapes =
        |text: &str| shapes(text).iter().map(|it| it.token.to_string()).collect::<Vec<_>>();
    assert_eq!(shapes("{NAME_1}{{EMAIL_23}}"), ["{NAME_1}", "{EMAIL_23}"]);
    for text in [
        "{NAME_}",
        "{NAME_01}",
        "{name_1}",
        "{NOPE_1}",
        "{NAME_1",
        "NAME_1}",
        "{NAME _1}",
        "{_1}",
        "{NAME_99999999999}",
    ] {
        assert!(shapes(text).is_empty(), "{text}");
    }
}

#[test]
fn a_stream_holds_back_no_more_than_a_possible_token() {
    for (text, held) in [
        ("abc", ""),
        ("a {", "{"),
        ("a {NA", "{NA"),
        ("a {NAME_1", "{NAME_1"),
        ("a {x", ""),
        ("{NAME_1} b", ""),
        ("{!!DATE_OF", "{!!DATE_OF"),
    ] {
        assert_eq!(text.get(longest_open(text)..).unwrap(), held, "{text}");
    }
    let long = format!("{{{}", "!".repeat(200));
    assert_eq!(longest_open(&long), long.len());
}

#[test]
fn parts_of_a_name_are_found_when_written_like_names() {
    let mut table = TokenTable::default();
    table.cover(Kind::Name, "Jo March", &Label::lowest(), Layer::Field, None);
    let found = |text: &str| {
        table
            .remembered(text)
            .iter()
            .map(|(s, e, _)| text.get(*s..*e).unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(found("ask JO  MARCH, or March; we march on"), ["JO  MARCH", "March"]);
    assert_eq!(found("Marching\nJo"), Vec::<String>::new());
}

#[test]
fn long_values_and_values_of_several_lines_are_found_again() {
    let mut table = TokenTable::default();
    let long = "one two three four five six seven eight nine ten";
    for value in [long, "12 Elm Row\r\nFlat 4"] {
        table.cover(Kind::Address, value, &Label::lowest(), Layer::Field, None);
        let said = format!("they live at {value}, I think");
        assert_eq!(table.remembered(&said).len(), 1, "{value}");
    }
}

proptest! {
    /// Injective, whatever is covered in whatever order.
    #[test]
    fn one_token_one_value(values in prop::collection::vec(("[a-c]{1,2}", 0..3_usize, prop::option::of("[xy]")), 1..40)) {
        let mut table = TokenTable::default();
        let kinds = [Kind::Name, Kind::Email, Kind::Phone];
        for (value, kind, entity) in &values {
            let token = table.cover(kinds[*kind], value, &Label::lowest(), Layer::Field, entity.as_deref());
            prop_assert_eq!(table.look_up(token).unwrap().value.as_str(), value.as_str());
        }
        let tokens: std::collections::BTreeSet<_> = table.covered().iter().map(|it| it.token).collect();
        let pairs: std::collections::BTreeSet<_> = values.iter().map(|(value, kind, _)| (value, kind)).collect();
        prop_assert_eq!(tokens.len(), pairs.len());
    }
}
