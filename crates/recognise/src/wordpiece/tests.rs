use proptest::prelude::*;

use super::*;

const WORDS: &str =
    "[PAD]\n[UNK]\n[CLS]\n[SEP]\nmar\n##ta\n##tin\nuller\nm\n##uller\n.\n,\n'\n田\no";

fn cut(text: &str) -> Vec<(u32, &str, usize)> {
    let vocabulary = Vocabulary::read(WORDS.as_bytes()).expect("a vocabulary");
    let pieces = vocabulary.cut(text);
    let of = |piece: &Piece| text.get(piece.start..piece.end).unwrap_or("not a range");
    pieces.iter().map(|piece| (piece.id, of(piece), piece.word)).collect()
}

#[test]
fn the_longest_piece_goes_first_and_offsets_are_those_of_the_text() {
    assert_eq!(cut("Marta  MARTIN"), [(4, "Mar", 0), (5, "ta", 0), (4, "MAR", 1), (6, "TIN", 1)]);
    // An accent is dropped, whether it is part of the letter or a mark behind it.
    assert_eq!(cut("Müller."), [(8, "M", 0), (9, "üller", 0), (10, ".", 1)]);
    assert_eq!(cut("Mu\u{308}ller"), [(8, "M", 0), (9, "u\u{308}ller", 0)]);
    // A zero-width character is neither a letter nor a gap.
    assert_eq!(cut("Mar\u{200b}ta"), [(4, "Mar", 0), (5, "ta", 0)]);
    assert_eq!(cut("O'Mar田"), [(14, "O", 0), (12, "'", 1), (4, "Mar", 2), (13, "田", 3)]);
}

#[test]
fn a_word_that_cannot_be_cut_is_unknown_as_a_whole() {
    assert_eq!(cut("martax m"), [(1, "martax", 0), (8, "m", 1)]);
    let long = "mar".repeat(40);
    assert_eq!(cut(&long), [(1, long.as_str(), 0)]);
}

#[test]
fn a_vocabulary_without_its_marks_is_refused() {
    for file in [&b""[..], b"a\nb", b"[UNK]\n[CLS]", b"\xff"] {
        assert!(Vocabulary::read(file).is_err(), "{file:?}");
    }
}

proptest! {
    #[test]
    fn offsets_are_in_order_and_on_characters(text in "(?s).{0,60}|[a-z ]{0,20}[\\u{300}-\\u{310}]{0,3}") {
        let vocabulary = Vocabulary::read(WORDS.as_bytes()).expect("a vocabulary");
        let (mut at, mut word) = (0, 0);
        for piece in vocabulary.cut(&text) {
            prop_assert!(piece.start >= at && piece.end > piece.start, "{piece:?}");
            prop_assert!(text.get(piece.start..piece.end).is_some());
            prop_assert!(piece.word >= word);
            (at, word) = (piece.end, piece.word);
        }
    }
}
