//! Any bytes: a sealed conversation opens as it was or not at all.

#![no_main]

use std::sync::LazyLock;

use boundary::{Conversation, PersonId, SealKey};
use libfuzzer_sys::fuzz_target;

static PERSON: LazyLock<PersonId> =
    LazyLock::new(|| PersonId::new("00D000000000001AAA", "005000000000001AAA"));
static SEALED: LazyLock<Vec<u8>> = LazyLock::new(|| {
    Conversation::new("c".to_owned(), PERSON.clone()).seal(&SealKey::new([7; 32]), [1; 24]).unwrap()
});

fuzz_target!(|bytes: &[u8]| {
    let key = SealKey::new([7; 32]);
    if bytes != SEALED.as_slice() {
        assert!(Conversation::open("c", &PERSON, bytes, &key).is_err());
    }
    // The same bytes as damage to what was sealed.
    let mut damaged = SEALED.clone();
    for (place, byte) in bytes.chunks_exact(2).map(|pair| (pair[0], pair[1])) {
        let at = usize::from(place) % damaged.len();
        damaged[at] ^= byte;
    }
    if damaged != *SEALED {
        assert!(Conversation::open("c", &PERSON, &damaged, &key).is_err());
    }
    let mut part = Conversation::new("c".to_owned(), PERSON.clone());
    assert!(part.open_since(bytes, &key).is_err());
});
