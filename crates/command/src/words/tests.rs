use super::*;

fn quantity(text: &str) -> Option<(f64, usize)> {
    let words = split_words(text);
    quantity_at(Run::new(text, &words), 0).map(|(q, next)| (q.value, words.len() - next))
}

#[test]
fn numbers_in_digits_and_words() {
    let table = [
        ("250,000", 250_000.0),
        ("250k", 250_000.0),
        ("$1.2m", 1_200_000.0),
        ("€250.000", 250_000.0),
        ("1.5 million", 1_500_000.0),
        ("1.5 mil", 1_500_000.0),
        ("1,5 million", 1_500_000.0),
        ("100 grand", 100_000.0),
        ("EUR 5000", 5_000.0),
        ("a hundred k", 100_000.0),
        ("two hundred fifty thousand", 250_000.0),
        ("two hundred and fifty thousand dollars", 250_000.0),
        ("two fifty k", 250_000.0),
        ("one point two million", 1_200_000.0),
        ("one million two hundred thousand", 1_200_000.0),
        ("half a million", 500_000.0),
        ("a quarter million", 250_000.0),
        ("a million and a half", 1_500_000.0),
        ("one and a half million", 1_500_000.0),
        ("eighty five thousand five hundred", 85_500.0),
        ("twenty-five", 25.0),
        ("ninety nine", 99.0),
        ("1.1 million", 1_100_000.0),
        ("10 percent", 10.0),
    ];
    for (text, value) in table {
        assert_eq!(quantity(text), Some((value, 0)), "{text}");
    }
}

#[test]
fn what_is_no_number_is_none() {
    for text in [
        "close",
        "call",
        "k",
        "million",
        "and",
        "a",
        "point",
        "3rd",
        "10:30",
        "2026-11-22",
        "{NAME_3}",
        "\"5\"",
        "",
    ] {
        assert_eq!(quantity(text), None, "{text}");
    }
    // A number stops where the next word is no part of it.
    assert_eq!(quantity("one two"), Some((1.0, 1)));
    assert_eq!(quantity("50 and 100"), Some((50.0, 2)));
}

#[test]
fn ordinals() {
    let place = |text: &str| {
        let words = split_words(text);
        ordinal_at(Run::new(text, &words), 0)
    };
    assert_eq!(place("second"), Some((2, 1)));
    assert_eq!(place("3rd"), Some((3, 1)));
    assert_eq!(place("twenty first"), Some((21, 2)));
    assert_eq!(place("thirty-first"), Some((31, 1)));
    assert_eq!(place("thirtieth"), Some((30, 1)));
    assert_eq!(place("2"), None);
}

#[test]
fn words_keep_their_place_in_the_text() {
    let text = "Move “Bank of Köln”’s deal to {ORG_1}: jane.doe@acme.example, 50%—ok?";
    let words = split_words(text);
    let shown: Vec<&str> = words.iter().map(|w| w.text.as_str()).collect();
    assert_eq!(
        shown,
        [
            "Move",
            "Bank of Köln",
            "’",
            "s",
            "deal",
            "to",
            "{ORG_1}",
            ":",
            "jane.doe@acme.example",
            ",",
            "50%",
            "—",
            "ok",
            "?"
        ]
    );
    for word in &words {
        assert!(text.get(word.start..word.end).is_some_and(|t| t.contains(&word.text)), "{word:?}");
    }
    let possessive: Vec<Kind> = split_words("Acme's deals").iter().map(|w| w.kind).collect();
    assert_eq!(possessive, [Kind::Word, Kind::Possessive, Kind::Word]);
}

#[test]
fn slips_are_put_right_and_names_left_alone() {
    let fixed = |text: &str| {
        let mut words = split_words(text);
        correct(&mut words);
        words.iter().map(|w| w.lower.clone()).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(fixed("show my oppertunities"), "show my opportunities");
    assert_eq!(fixed("acounts closng tommorow"), "accounts closing tomorrow");
    assert_eq!(fixed("deals next mounth"), "deals next month");
    // Leeds is a town, Deale a name; what is right already stays.
    assert_eq!(fixed("accounts in leeds"), "accounts in leeds");
    assert_eq!(fixed("show the Deale deal"), "show the deale deal");
    assert_eq!(fixed("the deal this week"), "the deal this week");
}

#[test]
fn edits() {
    assert!(
        within_one_edit("deals", "dealss")
            && within_one_edit("deals", "delas")
            && within_one_edit("stage", "stagr")
    );
    assert!(!within_one_edit("deals", "meets") && !within_one_edit("ab", "ba c"));
    assert_eq!(distance("kitten", "sitting"), 3);
    assert_eq!(distance("", "abc"), 3);
}
