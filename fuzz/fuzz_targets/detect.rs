//! Any text: findings are ranges of it, in order and apart, and masking it can be undone to the byte.

#![no_main]

use std::sync::{Arc, LazyLock, RwLock};

use boundary::{Conversation, Detector as _, Label, PersonId, Raw, Rights, Viewer};
use detect::{Detectors, HouseRules, Known, KnownValues};
use libfuzzer_sys::fuzz_target;

static DETECTORS: LazyLock<Detectors> = LazyLock::new(|| {
    let mut known = KnownValues::new([1; 16], 4);
    let people = [
        ("003000000000001AAA", "Ada", "Byron", "ada@byron.example", "+44 20 7946 0001"),
        ("003000000000002AAA", "Zoë Maria", "van der Meer-O'Neill", "z@meer.example", "0151 23456789"),
        ("003000000000003AAA", "伟", "欧阳", "", ""),
        ("003000000000004AAA", "Will", "Day", "will.day@x.example", ""),
    ];
    for (id, first, last, email, phone) in people {
        let values =
            [Known::Person { first, last }, Known::Email(email), Known::Phone(phone), Known::Org("Acme & Sons")];
        known.upsert(id, &values).expect("a good id");
    }
    let mut house = HouseRules::new([2; 16]);
    house.words("words", &["blue heron"], boundary::Kind::Custom).expect("good words");
    house
        .protect("document", "one two three four five six seven eight nine ten eleven twelve prices of seats")
        .expect("long enough");
    Detectors::standard(&["GB", "DE"]).with_known(Arc::new(RwLock::new(known))).with_house(Arc::new(house))
});

fuzz_target!(|text: &str| {
    let found = DETECTORS.detect(text).expect("detectors here do not fail");
    let mut from = 0;
    for finding in &found {
        assert!(from <= finding.start && finding.start < finding.end, "{found:?}");
        assert!(text.get(finding.start..finding.end).is_some(), "{found:?}");
        from = finding.end;
    }
    let person = PersonId::new("org", "user");
    let mut conversation = Conversation::new("c".to_owned(), person.clone());
    let raw = Raw::new(text.to_owned(), Label::lowest());
    let (masked, _) = conversation.mask_spans(&raw, &*DETECTORS, true).expect("masked");
    let rights = Rights::none();
    let viewer = Viewer { person: &person, rights: &rights };
    assert_eq!(conversation.show(masked.as_str(), &viewer).text(), text);
});
