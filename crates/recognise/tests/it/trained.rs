//! What training changed: whether it belongs to what is here, and whether it changes anything.

use std::{fs, path::PathBuf, time::Instant};

use detect::Recogniser as _;
use recognise::{Adapter, Limits, Recogniser};
use sha2::{Digest as _, Sha256};

use crate::files;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// The text files of a folder, by name.
fn texts(folder: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(root().join(folder)).into_iter().flatten().flatten();
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    files.retain(|path| path.extension().is_some_and(|end| end == "txt"));
    files.sort();
    files
}

/// The lists that the training's words are taken from.
const LISTS: [&str; 4] =
    ["english_words.txt", "given_english.txt", "given_world.txt", "surnames.txt"];

/// Whoever changes a text, a list or a setting trains again, or has figures in the model card that are of others.
#[test]
fn it_was_learned_from_the_texts_and_settings_that_are_here() {
    let file = fs::read(root().join("training/adapter.bin")).expect("a file");
    let adapter = Adapter::parse(&file).expect("a file");
    assert_eq!(adapter.check(), Ok(()));
    let mut made_of = vec![root().join("training/texts.py"), root().join("training/words.py")];
    made_of.extend(texts("training/frames"));
    made_of.extend(LISTS.map(|name| root().join("crates/detect/lists").join(name)));
    let digests = made_of.iter().map(|path| sha256(&fs::read(path).expect("a file")));
    let together: Vec<u8> = digests.flatten().collect();
    assert_eq!(adapter.texts, sha256(&together), "the texts are others: `cargo xtask train`");
    let settings = fs::read(root().join("training/settings.json")).expect("settings");
    assert_eq!(adapter.settings, sha256(&settings), "the settings are others: `cargo xtask train`");
    let settings: serde_json::Value = serde_json::from_slice(&settings).expect("JSON");
    assert_eq!(settings["seed"].as_u64(), Some(adapter.seed));
}

/// Firms without a legal form are what the published network has no word for.
#[test]
fn with_it_firms_are_told_from_people_and_without_it_not() {
    let Some((network, vocabulary)) = files() else { return };
    let file = fs::read(root().join("training/adapter.bin")).expect("a file");
    let learned = Adapter::parse(&file).expect("a file");
    let ours = Recogniser::parse(network, vocabulary, learned, Limits::default(), Instant::now);
    let published = Adapter::default();
    let before = Recogniser::parse(network, vocabulary, published, Limits::default(), Instant::now);
    let text = "Jennifer Whitfield from Brightwater Logistics wants to renew.";
    let of = |recogniser: &Recogniser, word: &str| {
        let start = text.find(word).expect("a word");
        let reading = recogniser.read(text).expect("a reading");
        *reading.words.iter().find(|it| it.start == start).expect("the word")
    };
    let (ours, before) = (ours.expect("a network"), before.expect("a network"));
    for word in ["Brightwater", "Logistics"] {
        assert!(of(&ours, word).org > 150, "{word}: {:?}", of(&ours, word));
        assert_eq!(of(&before, word).org, 0, "{word}");
    }
    for word in ["Jennifer", "Whitfield"] {
        assert!(of(&ours, word).name > 150, "{word}: {:?}", of(&ours, word));
    }
}
