//! Any text, in any pieces: what was masked comes back exactly, whatever a model would have bent,
//! and no cutting of a stream changes what is shown.

#![no_main]

use std::sync::LazyLock;

use boundary::{
    Act, Action, Conversation, Detector, DetectorFailure, Facts, Finding, Kind, Label, Layer,
    PersonId, Purpose, Raw, Rights, Verdict, Viewer,
};
use libfuzzer_sys::fuzz_target;

/// Finds words with an `@`.
struct AtSigns;

impl Detector for AtSigns {
    fn detect(&self, text: &str) -> Result<Vec<Finding>, DetectorFailure> {
        let mut found = Vec::new();
        let mut from = 0;
        for word in text.split_inclusive(char::is_whitespace) {
            let bare = word.trim_end();
            if bare.contains('@') {
                let (start, end) = (from, from + bare.len());
                found.push(Finding { start, end, kind: Kind::Email, layer: Layer::Pattern });
            }
            from += word.len();
        }
        Ok(found)
    }
}

static PERSON: LazyLock<PersonId> =
    LazyLock::new(|| PersonId::new("00D000000000001AAA", "005000000000001AAA"));

fuzz_target!(|input: (String, Vec<u8>)| {
    let (text, cuts) = input;
    let mut conversation = Conversation::new("c".to_owned(), PERSON.clone());
    let label = Label::typed_by(&PERSON);
    let mut hear = |text: &str| {
        conversation.hear_person(&Raw::new(text.to_owned(), label.clone()), &AtSigns).unwrap()
    };
    let first = hear("a@x.example b@x.example");
    let masked = hear(&text);
    let rights = Rights::none();
    let viewer = Viewer { person: &PERSON, rights: &rights };
    assert_eq!(conversation.show(masked.as_str(), &viewer).text(), text);

    // The same text as a model's, with real tokens where it says `@1` and `@2`.
    let tokens: Vec<&str> = first.as_str().split(' ').collect();
    let said = text.replace("@1", tokens[0]).replace("@2", tokens[1].trim_matches(['{', '}']));
    let whole = conversation.show(&said, &viewer).text();
    let act = Act {
        trace: "0".repeat(32),
        actor: "p".to_owned(),
        door: "page".to_owned(),
        client: "c".to_owned(),
        policy: "0".repeat(16),
        tenant: None,
        tool: None,
    };
    let release = Facts::new(Purpose::Release, Action::Answer, Verdict::Allowed, &act);
    let receipt = release.entry().attest_durable(0);
    let mut stream = conversation.show_stream(&viewer, &receipt).unwrap();
    let (mut shown, mut rest) = (String::new(), said.as_str());
    for cut in cuts {
        let mut at = usize::from(cut).min(rest.len());
        while !rest.is_char_boundary(at) {
            at -= 1;
        }
        let (piece, after) = rest.split_at(at);
        shown.push_str(&stream.push(piece).text());
        rest = after;
    }
    shown.push_str(&stream.push(rest).text());
    shown.push_str(&stream.finish().text());
    assert_eq!(shown, whole);
    // Straightening writes what a screen would show, and is stable.
    let straight = conversation.straighten(&said);
    assert_eq!(conversation.straighten(&straight), straight);
});
