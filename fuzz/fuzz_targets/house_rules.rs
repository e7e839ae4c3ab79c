//! Any text as rules of the house: an error, or rules under which every text is still masked and comes back.

#![no_main]
#![allow(dead_code)]

use std::path::Path;
use std::sync::Arc;

use boundary::{Conversation, Detector as _, Label, PersonId, Raw, Rights, Viewer};
use detect::Detectors;
use libfuzzer_sys::fuzz_target;

#[path = "../../crates/cli/src/rules.rs"]
mod rules;

fuzz_target!(|texts: (String, String)| {
    let (file, text) = texts;
    // A document to protect is the text itself: its passages are in it.
    let document = |_: &Path| Ok(text.clone());
    let Ok(house) = rules::parse(&file, [3; 16], &document) else { return };
    for passage in house.passages(&text) {
        assert!(text.get(passage.start..passage.end).is_some_and(|it| !it.is_empty()));
    }
    let detectors = Detectors::standard(&[]).with_house(Arc::new(house));
    let _ = detectors.forbids(&text);
    let person = PersonId::new("org", "user");
    let mut conversation = Conversation::new("c".to_owned(), person.clone());
    let raw = Raw::new(text.clone(), Label::lowest());
    let (masked, _) = conversation.mask_spans(&raw, &detectors, true).expect("masked");
    let rights = Rights::none();
    let viewer = Viewer { person: &person, rights: &rights };
    assert_eq!(conversation.show(masked.as_str(), &viewer).text(), text);
});
