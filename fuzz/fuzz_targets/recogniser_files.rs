//! Any bytes as the recogniser's two files: an error or a network, never a panic, never more memory than the files explain.

#![no_main]

use std::time::Instant;

use libfuzzer_sys::fuzz_target;
use recognise::{Adapter, Limits, Recogniser};

fuzz_target!(|files: (&[u8], &[u8])| {
    let (network, vocabulary) = files;
    let _ = Adapter::parse(network);
    let _ = Recogniser::parse(network, vocabulary, Adapter::default(), Limits::default(), Instant::now);
    // A vocabulary that passes, so that the network is looked at too.
    let marks = b"[UNK]\n[CLS]\n[SEP]\na\n##b\n";
    let _ = Recogniser::parse(network, marks, Adapter::default(), Limits::default(), Instant::now);
});
