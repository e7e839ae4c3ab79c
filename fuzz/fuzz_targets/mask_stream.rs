//! Any text, in any pieces: no cutting changes what comes out of a masking stream, little is held, all comes back.

#![no_main]

use std::sync::LazyLock;

use boundary::{Conversation, Label, MaskStream, PersonId, Raw, Rights, Viewer};
use detect::Detectors;
use libfuzzer_sys::fuzz_target;

static PERSON: LazyLock<PersonId> =
    LazyLock::new(|| PersonId::new("00D000000000001AAA", "005000000000001AAA"));
static DETECTORS: LazyLock<Detectors> = LazyLock::new(|| Detectors::standard(&["US", "DE"]));

/// Masks the text, cut after so many bytes each time, and the rest at once.
fn masked(conversation: &mut Conversation, text: &str, cuts: &[u8]) -> String {
    let raw = |text: &str| Raw::new(text.to_owned(), Label::lowest());
    let mut stream = MaskStream::new(true);
    let (mut masked, mut rest) = (String::new(), text);
    for cut in cuts {
        let (piece, after) = rest.split_at(rest.floor_char_boundary(usize::from(*cut)));
        masked += stream.push(conversation, &raw(piece), &*DETECTORS).unwrap().as_str();
        assert!(stream.held() <= MaskStream::MOST_HELD);
        rest = after;
    }
    masked += stream.push(conversation, &raw(rest), &*DETECTORS).unwrap().as_str();
    assert!(stream.held() <= MaskStream::MOST_HELD);
    masked += stream.finish(conversation, &*DETECTORS).unwrap().as_str();
    masked
}

fuzz_target!(|input: (String, Vec<u8>)| {
    let (text, cuts) = input;
    let conversation = || Conversation::new("c".to_owned(), PERSON.clone());
    let mut one = conversation();
    let once = masked(&mut one, &text, &[]);
    let rights = Rights::none();
    assert_eq!(one.show(&once, &Viewer { person: &PERSON, rights: &rights }).text(), text);
    assert_eq!(masked(&mut conversation(), &text, &cuts), once);
    assert_eq!(masked(&mut conversation(), &text, &vec![1; text.len()]), once);
});
