use proptest::prelude::*;

use super::*;
use crate::label::{Integrity, Provenance};
use crate::testing::{Nothing, table};

fn cover(table: &mut TokenTable, kind: Kind, value: &str, whose: Whose<'_>) -> Token {
    table.cover(kind, value, &Label::lowest(), Layer::Field, whose)
}

#[test]
fn exact_tokens_have_one_spelling() {
    let shapes = |text: &str| {
        let exact = shapes(text).into_iter().filter(|it| it.exact);
        exact.map(|it| text.get(it.start..it.end).unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(shapes("{NAME_1kd}{{EMAIL_23}}"), ["{NAME_1kd}", "{EMAIL_23}"]);
    for text in [
        "{NAME_}",
        "{NAME_01}",
        "{NAME_01kd}",
        "{name_1}",
        "{NAME_1KD}",
        "{NOPE_1}",
        "{NAME_1",
        "NAME_1}",
        "{NAME _1}",
        "{_1}",
        "{NAME_99999999999}",
        "{NAME_1k}",
        "{NAME_1ks}",
        "{NAME_1kds}",
        "{NOM_1kd}",
    ] {
        assert!(shapes(text).is_empty(), "{text}");
    }
}

/// What models make of a token is found whole, and nothing else is.
#[test]
fn bent_tokens_are_found_whole() {
    let bent = [
        "{NAME_1kd}",
        "{name_1KD}",
        "{Name_1kd",
        "NAME_1kd",
        "{NAME\\_1kd}",
        "\\{NAME\\_1kd\\}",
        "{ NAME_1kd }",
        "{NAME 1 kd}",
        "{**NAME_1kd**}",
        "%7BNAME_1kd%7D",
        "%7bNAME%5f1kd%7d",
        "\\u007bNAME_1kd\\u007d",
        "{NOM_1kd}",
        "{NAMES_1kd}",
        "{NAME_1kds}",
        "{NAME_1kd's}",
        "{名前_1kd}",
        "｛NAME_1kd｝",
        "{NAME_١kd}",
        "{NAME-1kd}",
        "&#123;NAME_1kd&#125;",
        "{NAME\u{200b}_1kd}",
        "{имя_1kd}",
        "{PERSON_1kd}",
        "{Date of Birth 1kd}",
    ];
    for text in bent {
        for (before, after) in [("", ""), ("to ", " now"), ("(", ")"), ("联系", "吗"), ("**", "**")]
        {
            let whole = format!("{before}{text}{after}");
            let found = shapes(&whole);
            assert_eq!(found.len(), 1, "{whole}: {found:?}");
            assert_eq!(whole.get(found[0].start..found[0].end).unwrap(), text, "{whole}");
            assert_eq!(found[0].letters, scan::Letters::Whole(*b"kd"), "{whole}");
        }
    }
    for text in [
        "NAME_1",
        "NAME 1kd",
        "NAME_1k",
        "NAME_1kdx",
        "xNAME_1kd",
        "NAME_1kd2",
        "NAMED_1kd",
        "name1kd",
        "Name_1kd__c",
        "a date: 3rd",
        "the 2nd",
        "{x}",
        "{\"name\": 1}",
        "%7B%7D",
        "1kd",
    ] {
        assert_eq!(shapes(text), [], "{text}");
    }
}

#[test]
fn a_stream_holds_back_no_more_than_a_possible_token() {
    for (text, held) in [
        ("abc", ""),
        ("a {", "{"),
        ("a {NA", "{NA"),
        ("a {NAME_1", "{NAME_1"),
        ("a {NAME_1kd", "{NAME_1kd"),
        ("a {x", ""),
        ("{NAME_1kd} x", ""),
        ("{NAME_1kd}", ""),
        ("{!!DATE_OF", "{!!DATE_OF"),
        ("hello there", ""),
        ("my nam", "nam"),
        ("my namx", ""),
        ("my name", "name"),
        ("my name ", ""),
        ("50%", "%"),
        ("{\"a\": 1", ""),
        ("NAME_1kd", "NAME_1kd"),
    ] {
        let at = match next(&BRACES, text, 0, None, false) {
            Next::Open(at) => at,
            Next::Shape(shape) => {
                assert_eq!(next(&BRACES, text, shape.end, Some('}'), false), Next::Nothing);
                text.len()
            }
            Next::Nothing => text.len(),
        };
        assert_eq!(text.get(at..).unwrap(), held, "{text}");
    }
    let long = format!("{{{}", "!".repeat(200));
    assert_eq!(next(&BRACES, &long, 0, None, false), Next::Nothing);
}

#[test]
fn the_check_notices_every_wrong_digit_and_kind() {
    let key = CheckKey::new([9; 32]);
    for number in 1..3_000_u32 {
        let check = key.of(Kind::Name, number, 0);
        let digits = number.to_string();
        for at in 0..digits.len() {
            for digit in '0'..='9' {
                let mut other: Vec<char> = digits.chars().collect();
                if other[at] == digit {
                    continue;
                }
                other[at] = digit;
                let other: u32 = other.into_iter().collect::<String>().parse().unwrap();
                assert!(!key.admits(Kind::Name, other, check), "{number} {other}");
            }
        }
        for kind in Kind::ALL.into_iter().filter(|it| *it != Kind::Name) {
            assert!(!key.admits(kind, number, check));
        }
    }
    let forms: BTreeSet<_> = (0..FORMS).map(|form| key.of(Kind::Name, 3, form)).collect();
    assert_eq!(forms.len(), usize::from(FORMS));
}

/// Identity is the record: every form of its name and all it has go by one number.
#[test]
fn values_of_one_record_share_a_number_and_forms_stay_apart() {
    let mut it = table();
    let jo = Whose::Record("003A");
    let whole = cover(&mut it, Kind::Name, "Jo March", jo);
    let last = cover(&mut it, Kind::Name, "March", jo);
    let turned = cover(&mut it, Kind::Name, "March, J.", jo);
    let email = cover(&mut it, Kind::Email, "jo@x.example", jo);
    let other = cover(&mut it, Kind::Name, "Jo March", Whose::Record("003B"));
    assert_eq!([last, turned, email].map(Token::number), [whole.number(); 3]);
    assert_ne!(other.number(), whole.number(), "two people of one name are two people");
    for (token, value) in
        [(whole, "Jo March"), (last, "March"), (turned, "March, J."), (other, "Jo March")]
    {
        assert_eq!(it.look_up(token).unwrap().value.as_str(), value);
    }
    assert_eq!(cover(&mut it, Kind::Name, "March", jo), last);
}

#[test]
fn a_record_takes_the_number_under_which_it_was_named_before() {
    let mut it = table();
    let said = cover(&mut it, Kind::Name, "Jo March", Whose::Nobody);
    let read = cover(&mut it, Kind::Name, "Jo March", Whose::Record("003A"));
    assert_eq!(said, read);
    let phone = cover(&mut it, Kind::Phone, "+1 555 0100", Whose::Record("003A"));
    assert_eq!(phone.number(), said.number());
    let other = cover(&mut it, Kind::Name, "Jo March", Whose::Record("003B"));
    assert_ne!(other, said);
}

#[test]
fn more_forms_than_letters_take_another_number() {
    let mut it = table();
    let jo = Whose::Record("003A");
    let tokens: BTreeSet<Token> =
        (0..60).map(|n| cover(&mut it, Kind::Text, &format!("note {n}"), jo)).collect();
    assert_eq!(tokens.len(), 60);
    for (n, covered) in it.covered().iter().enumerate() {
        assert_eq!(covered.value.as_str(), format!("note {n}"));
    }
}

#[test]
fn a_forgotten_record_leaves_nothing_behind() {
    let mut it = table();
    let said = cover(&mut it, Kind::Name, "Jo March", Whose::Nobody);
    cover(&mut it, Kind::Name, "Jo March", Whose::Record("003000000000001AAA"));
    cover(&mut it, Kind::Name, "March", Whose::Number(said.number()));
    let email = cover(&mut it, Kind::Email, "jo@x.example", Whose::Record("003000000000001AAA"));
    let amy = cover(&mut it, Kind::Name, "Amy Dale", Whose::Record("003000000000002AAA"));
    assert_eq!(it.forget(&|id| same_record(id, "003000000000001"), &|_| false).len(), 3);
    assert!(it.look_up(said).is_none() && it.look_up(email).is_none());
    assert_eq!(it.look_up(amy).unwrap().value.as_str(), "Amy Dale");
    assert!(it.remembered("jo march, jo@x.example", &Nothing).is_empty());
    let again = cover(&mut it, Kind::Name, "Jo March", Whose::Record("003000000000001AAA"));
    assert_ne!(again, said, "a token is never given out twice");
    let json = serde_json::to_string(&StoredTable::from(&it)).unwrap();
    assert!(!json.contains("jo@x.example"));
}

#[test]
fn a_token_of_somebody_forgotten_is_given_to_nobody_by_a_table_that_was_sealed_since() {
    let mut it = table();
    let name = cover(&mut it, Kind::Name, "Jo March", Whose::Nobody);
    // Of the same number, but what a record says.
    let place = Provenance {
        org: "org".into(),
        object: "Contact".into(),
        record: Some("003000000000001AAA".into()),
        field: "Name".into(),
        author: Integrity::Staff,
    };
    let read = Label::lowest().found_at(place);
    let again =
        it.cover(Kind::Name, "Josephine", &read, Layer::Field, Whose::Number(name.number()));
    assert_eq!(again.number(), name.number());
    assert_eq!(it.forget(&|id| same_record(id, "003000000000001AAA"), &|_| false).len(), 1);
    let json = serde_json::to_string(&StoredTable::from(&it)).unwrap();
    let mut opened = serde_json::from_str::<StoredTable>(&json).unwrap().restore().unwrap();
    let other = cover(&mut opened, Kind::Name, "Jo M.", Whose::Number(name.number()));
    assert_ne!(other, again);
}

#[test]
fn a_table_opens_as_it_was_sealed() {
    let mut it = table();
    let tokens = [
        cover(&mut it, Kind::Name, "Jo March", Whose::Record("003A")),
        cover(&mut it, Kind::Name, "March", Whose::Record("003A")),
        cover(&mut it, Kind::Email, "jo@x.example", Whose::Nobody),
    ];
    let json = serde_json::to_string(&StoredTable::from(&it)).unwrap();
    let mut opened = serde_json::from_str::<StoredTable>(&json).unwrap().restore().unwrap();
    for token in tokens {
        assert_eq!(opened.look_up(token).unwrap().value, it.look_up(token).unwrap().value);
    }
    assert_eq!(cover(&mut opened, Kind::Phone, "1234", Whose::Record("003A")).number(), 1);
    assert_eq!(cover(&mut opened, Kind::Name, "J. March", Whose::Record("003A")).number(), 1);
    let newer = json.replace("\"version\":2", "\"version\":4");
    assert!(serde_json::from_str::<StoredTable>(&newer).unwrap().restore().is_none());
}

/// Conversations that were sealed before tokens had a check keep their tokens.
#[test]
fn a_table_of_the_first_form_keeps_its_plain_tokens() {
    let label = serde_json::to_value(Label::lowest()).unwrap();
    let old = serde_json::json!({
        "covered": [{ "kind": "EMAIL", "number": 1, "value": "jo@x.example", "label": label, "layer": "field" }],
        "entities": { "003A": 1 }, "last_number": 1,
    });
    let mut it = serde_json::from_value::<StoredTable>(old).unwrap().restore().unwrap();
    let of =
        |it: &TokenTable, text: &str| it.resolve(&shapes(text)[0]).map(|it| it.value.to_string());
    assert_eq!(of(&it, "{EMAIL_1}").as_deref(), Some("jo@x.example"));
    assert_eq!(of(&it, "{email_1}"), None, "nothing proves a bent one");
    assert_eq!(
        cover(&mut it, Kind::Email, "jo2@x.example", Whose::Record("003A")).to_string(),
        "{EMAIL_2}"
    );
    assert_eq!(cover(&mut it, Kind::Name, "Jo", Whose::Record("003A")).to_string(), "{NAME_1}");
}

#[test]
fn parts_of_a_name_are_found_when_written_like_names() {
    let mut table = table();
    table.cover(Kind::Name, "Jo March", &Label::lowest(), Layer::Field, Whose::Nobody);
    let found = |text: &str| {
        table
            .remembered(text, &Nothing)
            .iter()
            .map(|(s, e, ..)| text.get(*s..*e).unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(found("ask JO  MARCH, or March; we march on"), ["JO  MARCH", "March"]);
    assert_eq!(found("Marching\nJo"), Vec::<String>::new());
}

#[test]
fn long_values_and_values_of_several_lines_are_found_again() {
    let mut table = table();
    let long = "one two three four five six seven eight nine ten";
    for value in [long, "12 Elm Row\r\nFlat 4"] {
        table.cover(Kind::Address, value, &Label::lowest(), Layer::Field, Whose::Nobody);
        let said = format!("they live at {value}, I think");
        assert_eq!(table.remembered(&said, &Nothing).len(), 1, "{value}");
    }
}

#[test]
fn a_part_of_a_name_that_two_people_share_is_nobodys() {
    let mut it = table();
    let jo = cover(&mut it, Kind::Name, "Jo March", Whose::Nobody);
    assert!(
        matches!(it.remembered("March", &Nothing)[..], [(0, 5, _, number)] if number == Some(jo.number()))
    );
    cover(&mut it, Kind::Name, "Amy March", Whose::Nobody);
    assert!(matches!(it.remembered("March", &Nothing)[..], [(0, 5, _, None)]));
    assert!(matches!(it.remembered("Jo", &Nothing)[..], []), "too short to be sure of");
}

proptest! {
    /// Injective, whatever is covered in whatever order.
    #[test]
    fn one_token_one_value(values in prop::collection::vec(("[a-c]{1,2}", 0..3_usize, prop::option::of("[xyz]"), prop::option::of(1..9_u32)), 1..80)) {
        let mut table = table();
        let kinds = [Kind::Name, Kind::Email, Kind::Phone];
        let mut given = BTreeMap::new();
        for (value, kind, record, number) in &values {
            let whose = match (record, number) {
                (Some(record), _) => Whose::Record(record),
                (_, Some(number)) => Whose::Number(*number),
                _ => Whose::Nobody,
            };
            let token = cover(&mut table, kinds[*kind], value, whose);
            let had = given.insert(token, (kinds[*kind], value.clone()));
            prop_assert!(had.is_none_or(|it| it == (kinds[*kind], value.clone())));
        }
        for (token, (_, value)) in &given {
            prop_assert_eq!(table.look_up(*token).unwrap().value.as_str(), value.as_str());
        }
        let texts: BTreeSet<String> = given.keys().map(ToString::to_string).collect();
        prop_assert_eq!(texts.len(), given.len());
    }

    /// The scan of a text does not depend on how it arrives.
    #[test]
    fn any_cutting_finds_the_same_shapes(text in bent_text(), cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..6)) {
        let mut at: Vec<usize> = cuts.iter().map(|cut| cut.index(text.len() + 1)).filter(|&at| text.is_char_boundary(at)).collect();
        at.extend([0, text.len()]);
        at.sort_unstable();
        let (mut found, mut held, mut base, mut before) = (Vec::new(), String::new(), 0, None);
        for (index, pair) in at.windows(2).enumerate() {
            held.push_str(text.get(pair[0]..pair[1]).unwrap());
            let last = index + 2 == at.len();
            loop {
                match next(&BRACES, &held, 0, before, last) {
                    Next::Shape(shape) => {
                        found.push((base + shape.start, base + shape.end));
                        before = held.get(..shape.end).unwrap().chars().next_back();
                        held.drain(..shape.end);
                        base += shape.end;
                    }
                    Next::Open(from) => {
                        before = held.get(..from).unwrap().chars().next_back().or(before);
                        held.drain(..from);
                        base += from;
                        break;
                    }
                    Next::Nothing => {
                        before = held.chars().next_back().or(before);
                        base += held.len();
                        held.clear();
                        break;
                    }
                }
            }
        }
        let whole: Vec<(usize, usize)> = shapes(&text).into_iter().map(|it| (it.start, it.end)).collect();
        prop_assert_eq!(found, whole);
    }
}

#[test]
fn a_piece_that_ends_after_separators_stays_open() {
    for text in ["\\u007bNOM__-", "{DATE_of ", "{NAME___", "NAME-"] {
        assert_eq!(next(&BRACES, text, 0, None, false), Next::Open(0), "{text}");
    }
}

fn bent_text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("{NAME_1kd}"),
        Just("NAME_2ab"),
        Just("{ EMAIL_"),
        Just("%7B"),
        Just("%7D"),
        Just("\\u007bNOM_"),
        Just("12"),
        Just("\\{"),
        Just("\\}"),
        Just("kd"),
        Just("s"),
        Just("'s"),
        Just("}"),
        Just("{"),
        Just("!"),
        Just("_"),
        Just("\\_"),
        Just("名前"),
        Just("DATE_OF_BIRTH_"),
        Just("date of "),
        Just(" "),
        Just("**"),
        Just("-"),
        Just("ъ"),
        Just("&#123;"),
        Just("&"),
    ];
    prop::collection::vec(piece, 0..14).prop_map(|pieces| pieces.concat())
}
