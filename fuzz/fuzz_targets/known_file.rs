//! Any bytes as a file of contacts: an error that quotes none of it, or values that are found again.

#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../../crates/cli/src/mask/contacts.rs"]
mod contacts;

/// A value that stands in every file: whatever is around it, no error says it.
const CANARY: &str = "qcanaryq";

fuzz_target!(|bytes: &[u8]| {
    match contacts::read(bytes, 4, [3; 16]) {
        Ok(known) => assert!(known.memory() < 64 << 20),
        Err(error) => assert!(!format!("{error:#}").is_empty()),
    }
    // The same bytes as the rest of a line that begins with a contact, and as a file behind one.
    let contact = format!("{{\"Id\":\"003000000000009AAA\",\"Email\":\"{CANARY}@x.example\"}}");
    for between in ["", "\n"] {
        let file = [contact.as_bytes(), between.as_bytes(), bytes].concat();
        if let Err(error) = contacts::read(file.as_slice(), 4, [3; 16]) {
            assert!(!format!("{error:#}").contains(CANARY), "{error:#}");
        }
    }
});
