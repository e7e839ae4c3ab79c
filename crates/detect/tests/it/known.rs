//! What the CRM knows is found however it is written, and forgotten when it goes.

use std::sync::{Arc, RwLock};

use boundary::{Kind, Layer};
use detect::{Detectors, Known, KnownError, KnownValues, RecordId};

use crate::{crm, found, knowing};

fn known(text: &str) -> Vec<(Kind, &str)> {
    found(&knowing().only(&[Layer::Known]), text)
}

#[test]
fn every_way_to_write_a_person() {
    for (text, name) in [
        ("met William Ashdown today", "William Ashdown"),
        ("Ashdown, William", "Ashdown, William"),
        ("WILLIAM ASHDOWN", "WILLIAM ASHDOWN"),
        ("add william ashdown to it", "william ashdown"),
        ("W. Ashdown signed", "W. Ashdown"),
        ("Bill Ashdown", "Bill Ashdown"),
        ("William J. Ashdown", "William J. Ashdown"),
        ("william.ashdown", "william.ashdown"),
        ("Ashdown's order", "Ashdown"),
        ("Jurgen Mollenkamp", "Jurgen Mollenkamp"),
        ("Juergen Moellenkamp", "Juergen Moellenkamp"),
        ("J\\u00fcrgen M\\u00f6llenkamp", "J\\u00fcrgen M\\u00f6llenkamp"),
        ("Ada%20and%20Grace%20Okonjo", "Grace%20Okonjo"),
        ("Maire OShaughnessy", "Maire OShaughnessy"),
        ("Máire O’Shaughnessy", "Máire O’Shaughnessy"),
        ("Rosa Perales", "Rosa Perales"),
        ("Rosa María Perales Ibáñez", "Rosa María Perales Ibáñez"),
        ("高橋裕樹さんへ", "高橋裕樹"),
        ("Okon\u{200b}jo, Grace", "Okon\u{200b}jo, Grace"),
        ("Grace Оkonjo", "Grace Оkonjo"),
    ] {
        assert!(known(text).contains(&(Kind::Name, name)), "{text:?}: {:?}", known(text));
    }
}

#[test]
fn names_that_are_words_need_a_second_sign() {
    for text in [
        "Mark the task as done and grant access to the Grace period report.",
        "will you chase the hunter",
        "The Chase, Hunter and Frank projects",
        "mark will",
        "Will the chase end? Mark that.",
    ] {
        assert!(
            known(text).iter().all(|(kind, _)| *kind != Kind::Name),
            "{text:?}: {:?}",
            known(text)
        );
    }
    for (text, name) in [
        ("Mark said no", "Mark"),
        ("ask Chase about it", "Chase"),
        ("Dear Grace,\nthanks", "Grace"),
        ("Mark Will called. Later Mark left.", "Mark Will"),
        ("met Mr. Will", "Will"),
    ] {
        assert!(known(text).contains(&(Kind::Name, name)), "{text:?}: {:?}", known(text));
    }
    // A full name in the text is the second sign for its parts.
    assert_eq!(
        known("Mark Will called. Then Mark, unlike Ann, paid.")
            .iter()
            .filter(|(_, v)| *v == "Mark")
            .count(),
        1
    );
}

#[test]
fn other_values() {
    for (text, kind, value) in [
        ("W.ASHDOWN@brightwater.example", Kind::Email, "W.ASHDOWN@brightwater.example"),
        ("020 7946 0018", Kind::Phone, "020 7946 0018"),
        ("0044-20-79460018", Kind::Phone, "0044-20-79460018"),
        ("+44 (0)20 7946 0018", Kind::Phone, "+44 (0)20 7946 0018"),
        ("4155550172", Kind::Phone, "4155550172"),
        ("the Brightwater Pumps deal", Kind::Org, "Brightwater Pumps"),
        ("有限会社林食品は", Kind::Org, "有限会社林食品"),
        ("at AMSELSTIEG 14", Kind::Address, "AMSELSTIEG 14"),
        ("22880 Wedel", Kind::Address, "22880"),
        ("22880 Wedel", Kind::Location, "Wedel"),
        ("contract AC88421907", Kind::AccountNumber, "AC88421907"),
        ("0035g00000BBBBBBB2", Kind::RecordId, "0035g00000BBBBBBB2"),
    ] {
        assert!(known(text).contains(&(kind, value)), "{text:?}: {:?}", known(text));
    }
    assert_eq!(known("22880 rows of 14 columns"), []);
}

#[test]
fn a_match_says_whose_it_is() {
    let index = crm();
    let index = index.read().unwrap();
    let owner = |text: &str| index.matches(text).first().and_then(|m| m.record);
    let william = RecordId::parse("0035g00000AAAAA").unwrap();
    assert_eq!(RecordId::parse("0035g00000AAAAAAA1"), Some(william));
    for text in
        ["Ashdown, William", "w.ashdown@brightwater.example", "020 7946 0018", "Brightwater Pumps"]
    {
        assert_eq!(owner(text), Some(william), "{text}");
    }
}

#[test]
fn shared_values_name_no_one() {
    let mut index = KnownValues::new([1; 16], 4);
    let zoe = [Known::person("Zoltana Quibell")];
    index.upsert("003000000000001", &zoe).unwrap();
    index.upsert("003000000000002", &zoe).unwrap();
    assert_eq!(index.matches("Zoltana Quibell").first().map(|m| m.record), Some(None));
    // One of the two goes: the name is still someone's.
    assert!(index.remove("003000000000001"));
    assert!(!index.remove("003000000000001"));
    assert_eq!(index.matches("Zoltana Quibell").len(), 1);
    assert_eq!(index.len(), 1);
}

#[test]
fn changes_one_by_one() {
    let mut index = KnownValues::new([1; 16], 4);
    let id = "003000000000001";
    index.upsert(id, &[Known::person("Zoltana Quibell"), Known::Email("z@q.example")]).unwrap();
    index.upsert(id, &[Known::person("Zoltana Farquhar")]).unwrap();
    assert_eq!(index.len(), 1);
    assert!(index.matches("Quibell and z@q.example").is_empty());
    let owner = index.matches("Zoltana Farquhar").first().and_then(|m| m.record);
    assert_eq!(owner, RecordId::parse(id));
    index.remove(id);
    assert!(index.is_empty());
    assert!(index.matches("Zoltana Farquhar").is_empty());
    assert_eq!(index.upsert("no id", &[]), Err(KnownError::Id));
}

#[test]
fn grows_past_its_first_size() {
    let mut index = KnownValues::new([3; 16], 1);
    let name = |n: usize| format!("Qua{}x Zor{}k", letters(n), letters(n * 7 + 1));
    for n in 0..3_000 {
        index.upsert(&format!("003{n:012}"), &[Known::person(&name(n))]).unwrap();
    }
    for n in (0..3_000).step_by(97) {
        let text = name(n);
        let owner = index.matches(&text).iter().find_map(|m| m.record);
        assert_eq!(owner, RecordId::parse(&format!("003{n:012}")), "{text}");
    }
}

#[test]
fn loading_many_is_learning_each() {
    let records: Vec<(String, String)> = (0..500)
        .map(|n| (format!("003{n:012}"), format!("Qua{}x Zor{}k", letters(n % 90), letters(n * 7))))
        .collect();
    let mut one = KnownValues::new([3; 16], 500);
    let mut many = KnownValues::new([3; 16], 500);
    let all = |index: &mut KnownValues| {
        // The second round changes records that the first brought.
        for (id, name) in records.iter().chain(records.iter().step_by(3)) {
            index
                .upsert(
                    id,
                    &[
                        Known::person(name),
                        Known::Email(&format!("{}@x.example", name.replace(' ', "."))),
                    ],
                )
                .unwrap();
        }
    };
    all(&mut one);
    many.load(all);
    assert_eq!((one.len(), one.entries()), (many.len(), many.entries()));
    for (_, name) in &records {
        assert_eq!(one.matches(name), many.matches(name), "{name}");
    }
}

fn letters(mut n: usize) -> String {
    let mut out = String::new();
    loop {
        out.push(char::from(b'a' + u8::try_from(n % 26).unwrap()));
        n /= 26;
        if n == 0 {
            return out;
        }
    }
}

#[test]
fn the_index_holds_no_clear_value() {
    let index = crm();
    let shown = format!("{:?}", index.read().unwrap());
    for value in ["Ashdown", "ashdown", "7946", "Brightwater", "0035g00000AAAAA"] {
        assert!(!shown.contains(value), "{value}");
    }
}

#[test]
fn another_key_is_another_index() {
    let mut a = KnownValues::new([1; 16], 4);
    let mut b = KnownValues::new([2; 16], 4);
    for index in [&mut a, &mut b] {
        index.upsert("003000000000001", &[Known::person("Zoltana Quibell")]).unwrap();
    }
    assert_ne!(format!("{a:?}"), format!("{b:?}"));
    let detectors = Detectors::standard(&[]).with_known(Arc::new(RwLock::new(b)));
    assert_eq!(found(&detectors, "Zoltana Quibell"), [(Kind::Name, "Zoltana Quibell")]);
}

#[test]
fn firms_are_found_without_their_form_and_in_small_letters() {
    let mut index = KnownValues::new([1; 16], 64);
    let firms = [
        "GenTech",
        "Globex Widgets GmbH",
        "Stark & Söhne Maschinenbau GmbH & Co. KG",
        "The Hartford Steam Boiler Company",
        "Oakhurst Telecom",
        "Blue River Ltd",
        "Summit Inc.",
        "Quill and Daughters",
    ];
    for (number, firm) in firms.iter().enumerate() {
        index.upsert(&format!("00100000000000{number}"), &[Known::Org(firm)]).unwrap();
    }
    let robert = Known::Person { first: "Robert", last: "O'Brien-Smith" };
    index.upsert("003000000000001", &[robert]).unwrap();
    let detectors =
        Detectors::standard(&[]).with_known(Arc::new(RwLock::new(index))).only(&[Layer::Known]);
    for (text, org) in [
        ("gentech and more", "gentech"),
        ("GENTECH's order", "GENTECH"),
        ("ask globex widgets about it", "globex widgets"),
        ("for stark & soehne maschinenbau it is", "stark & soehne maschinenbau"),
        ("Stark & Söhne Maschinenbau GmbH & Co. KG", "Stark & Söhne Maschinenbau GmbH & Co. KG"),
        ("bei Stark und Söhne Maschinenbau", "Stark und Söhne Maschinenbau"),
        ("Quill & Daughters", "Quill & Daughters"),
        ("Hartford Steam Boiler called", "Hartford Steam Boiler"),
        ("met Oakhurst today", "Oakhurst"),
        ("Blue River called", "Blue River"),
    ] {
        let all = found(&detectors, text);
        assert!(all.contains(&(Kind::Org, org)), "{text:?}: {all:?}");
    }
    for text in ["a blue river", "the summit of the blue hill", "a steam boiler", "the company"] {
        assert!(found(&detectors, text).is_empty(), "{text:?}: {:?}", found(&detectors, text));
    }
    for name in ["robert obrien smith", "Robert OBrien-Smith", "Robert O'BrienSmith"] {
        let all = found(&detectors, name);
        assert_eq!(all, [(Kind::Name, name)], "{name}");
    }
}

/// A surname of one character is somebody's where it stands by itself, and a word's part where it answers a question.
#[test]
fn a_surname_of_one_character() {
    let known = crm();
    let person = Known::Person { first: "子轩", last: "李" };
    known.write().unwrap().upsert("0035g00000LLLLLLLA", &[person]).unwrap();
    let detectors = Detectors::standard(&[]).with_known(known);
    let text = "We owe them an apology: 李's parcel went elsewhere.";
    assert_eq!(found(&detectors, text), [(Kind::Name, "李")]);
    assert_eq!(found(&detectors, "水果：李"), []);
}

#[test]
fn a_surname_that_is_a_word_is_told_by_the_given_name_of_who_bears_it() {
    let mut values = KnownValues::new([7; 16], 4);
    values
        .upsert("0035g00000AAAAAAA1", &[Known::Person { first: "Quentin", last: "Marsh" }])
        .unwrap();
    values
        .upsert("0035g00000BBBBBBB2", &[Known::Person { first: "Ursula", last: "Field" }])
        .unwrap();
    let gate = Detectors::standard(&[]).with_known(Arc::new(RwLock::new(values)));
    let names = |text| {
        let all = found(&gate, text).into_iter();
        all.filter(|(kind, _)| *kind == Kind::Name).map(|(_, it)| it).collect::<Vec<_>>()
    };
    let both = names("Hi Quentin,\nthe version with the Marsh comments, and the Field list");
    assert_eq!(both, ["Quentin", "Marsh"]);
    assert_eq!(names("the version with the Marsh comments"), Vec::<&str>::new());
}
