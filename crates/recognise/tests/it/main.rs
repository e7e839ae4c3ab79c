//! The real model. `cargo xtask model` fetches it; without it these tests say so and pass.

mod trained;

use std::{
    path::PathBuf,
    sync::{Arc, OnceLock},
    time::{Duration, Instant},
};

use detect::Recogniser as _;
use recognise::{Adapter, Limits, NETWORK, RecogniseError, Recogniser, VOCABULARY};

type Files = (Vec<u8>, Vec<u8>);

#[expect(clippy::print_stderr, reason = "a test that skips says so")]
fn files() -> Option<&'static Files> {
    static FILES: OnceLock<Option<Files>> = OnceLock::new();
    let read = || {
        let folder = std::env::var_os("PORTCULLIS_MODEL").map_or_else(
            || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../target/model"),
            PathBuf::from,
        );
        let read = |name: &str| std::fs::read(folder.join(name)).ok();
        let files = read(NETWORK.name).zip(read(VOCABULARY.name));
        if files.is_none() {
            eprintln!("skipped: no model in {}; `cargo xtask model` fetches it", folder.display());
        }
        files
    };
    FILES.get_or_init(read).as_ref()
}

fn shared() -> Option<&'static Recogniser> {
    static SHARED: OnceLock<Option<Recogniser>> = OnceLock::new();
    let load = || {
        let (network, vocabulary) = files()?;
        let limits = Limits { budget: Duration::from_mins(1), ..Limits::default() };
        Recogniser::load(network, vocabulary, limits, Instant::now).ok()
    };
    SHARED.get_or_init(load).as_ref()
}

/// `reference.json` was computed once by another program (ONNX Runtime 1.27) from the same files.
#[test]
fn words_and_opinions_are_those_of_another_runtime() {
    let Some((network, vocabulary)) = files() else { return };
    // The other program read the published numbers.
    let (limits, published) = (Limits::default(), Adapter::default());
    let recogniser = Recogniser::parse(network, vocabulary, published, limits, Instant::now);
    let recogniser = recogniser.expect("the model loads");
    let reference: serde_json::Value =
        serde_json::from_str(include_str!("reference.json")).expect("JSON");
    let (mut words, mut off, mut turned) = (0, 0, 0);
    for case in reference.as_array().expect("cases") {
        let text = case["text"].as_str().expect("a text");
        let reading = recogniser.read(text).expect("a reading");
        let all = case["words"].as_array().expect("words");
        // We say nothing of signs and numbers.
        let lettered = |word: &&serde_json::Value| {
            let place = |at: usize| usize::try_from(word[at].as_u64().expect("a place"));
            let word = text.get(place(0).expect("small")..place(1).expect("small"));
            word.expect("a word").contains(char::is_alphabetic)
        };
        let expected: Vec<_> = all.iter().filter(lettered).collect();
        assert_eq!(reading.words.len(), expected.len(), "{text}");
        for (word, expected) in reading.words.iter().zip(expected) {
            let number = |at: usize| expected[at].as_i64().expect("a number");
            assert_eq!(
                [expected[0].as_u64(), expected[1].as_u64()],
                [word.start, word.end].map(|at| u64::try_from(at).ok()),
                "{text}"
            );
            for (ours, right) in [word.name, word.place, word.address].into_iter().zip([2, 3, 4]) {
                let (ours, right) = (i64::from(ours), number(right));
                words += 1;
                off += i64::from((ours - right).abs() > 25);
                turned += i64::from((ours >= 128) != (right >= 128) && (ours - right).abs() > 60);
            }
        }
    }
    // Eight bits where the other program has more: some opinions shift, none turns round.
    assert!(off * 100 <= words * 3, "{off} of {words}");
    assert_eq!(turned, 0);
}

#[test]
fn damaged_cut_and_foreign_files_are_refused_by_name() {
    let Some((network, vocabulary)) = files() else { return };
    let load = |network: &[u8], vocabulary: &[u8]| {
        Recogniser::load(network, vocabulary, Limits::default(), Instant::now).map(|_| ())
    };
    assert_eq!(load(network, vocabulary), Ok(()));
    let cut = &network[..network.len() - 1];
    let mut tampered = network.clone();
    tampered[9_000_000] ^= 1;
    for (network, vocabulary, name) in [
        (cut, &vocabulary[..], NETWORK.name),
        (&tampered[..], &vocabulary[..], NETWORK.name),
        (&vocabulary[..], &vocabulary[..], NETWORK.name),
        (&network[..], &vocabulary[1..], VOCABULARY.name),
        (&network[..], b"", VOCABULARY.name),
    ] {
        let error = load(network, vocabulary).expect_err("refused");
        assert!(matches!(error, RecogniseError::Unknown { file, .. } if file == name), "{error}");
    }
}

/// What the hash would catch is caught without it too: no cut, no changed length makes a panic or a network.
#[test]
fn a_network_with_a_hole_is_no_network() {
    let Some((network, vocabulary)) = files() else { return };
    let parse = |network: &[u8]| {
        Recogniser::parse(network, vocabulary, Adapter::default(), Limits::default(), Instant::now)
    };
    for end in [0, 1, 1_000, 400_000, 7_000_000, network.len() - 1] {
        assert!(parse(&network[..end]).is_err(), "{end}");
    }
    // The last mention is the name of the numbers themselves.
    let at = network.windows(15).rposition(|bytes| bytes == b"classifier.bias").expect("a name");
    let mut renamed = network.clone();
    renamed[at] = b'k';
    assert!(matches!(parse(&renamed), Err(RecogniseError::Missing(_))));
    // Other vocabularies have other sizes.
    let short = &vocabulary[..vocabulary.len() - 20];
    assert!(
        Recogniser::parse(network, short, Adapter::default(), Limits::default(), Instant::now)
            .is_err()
    );
}

#[test]
fn a_name_is_found_wherever_it_stands_in_a_long_text() {
    let Some(recogniser) = shared() else { return };
    let filler = "The renewal of the contract needs a decision before the end of the quarter. ";
    for sentences in (0..24).step_by(3) {
        let before = filler.repeat(sentences);
        let text = format!("{before}Please call Jennifer Whitfield about it. {filler}");
        let from = before.len() + 12;
        let reading = recogniser.read(&text).expect("a reading");
        for word in ["Jennifer", "Whitfield"] {
            let start = from + if word == "Jennifer" { 0 } else { 9 };
            let opinion = reading.words.iter().find(|it| it.start == start).expect("the word");
            assert_eq!(text.get(opinion.start..opinion.end), Some(word));
            assert!(opinion.name > 200, "{sentences}: {opinion:?}");
        }
        let others = reading.words.iter().filter(|it| it.name > 127).count();
        assert_eq!(others, 2, "{sentences}");
    }
}

#[test]
fn many_threads_get_the_same_and_the_second_time_it_is_remembered() {
    let Some(recogniser) = shared() else { return };
    let text = |n: usize| format!("Number {n}: Jennifer Whitfield wrote to Omar Haddad.");
    let alone: Vec<_> = (0..4).map(|n| recogniser.read(&text(n)).expect("a reading")).collect();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for (n, alone) in alone.iter().enumerate() {
                    let again = recogniser.read(&text(n)).expect("a reading");
                    assert!(Arc::ptr_eq(&again, alone), "computed anew");
                }
                let other = recogniser.read("Omar Haddad").expect("a reading");
                assert!(other.words.iter().all(|word| word.name > 127), "{other:?}");
            });
        }
    });
}

#[test]
fn a_text_that_takes_too_long_is_not_read_rather_than_half_read() {
    let Some((network, vocabulary)) = files() else { return };
    let limits = Limits { budget: Duration::ZERO, kept: 4 };
    let recogniser =
        Recogniser::load(network, vocabulary, limits, Instant::now).expect("the model loads");
    let long = "Jennifer Whitfield wrote to us. ".repeat(200);
    let failure = recogniser.read(&long).expect_err("too long");
    assert!(failure.to_string().contains("time budget"), "{failure}");
    // Empty texts take no time.
    assert_eq!(recogniser.read("").map(|reading| reading.words.len()), Ok(0));
}
