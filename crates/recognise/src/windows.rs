//! Long texts, cut into windows that overlap.

use std::ops::Range;

use crate::wordpiece::Piece;

/// Pieces that go into one window, without the two that frame it: beyond this, time grows faster than the text.
pub(crate) const MOST: usize = 126;
/// Pieces that neighbouring windows share at least, so that a name at a seam is seen whole, with its surroundings, by one.
pub(crate) const SHARED: usize = 12;

/// Ranges of pieces: together they hold every piece, each begins inside the one before and, where words are short
/// enough, at the start of a word. A text longer than `most` gets an even number of windows, about as long as that and
/// as long as each other: two processors then have the same to do.
pub(crate) fn plan(pieces: &[Piece], most: usize, shared: usize) -> Vec<Range<usize>> {
    let mut windows: Vec<Range<usize>> = Vec::new();
    let mut left = if pieces.len() <= most {
        1
    } else {
        let pairs = (pieces.len() + most - 2 * shared) / (2 * (most - shared));
        2 * pairs.max(1)
    };
    let mut start = 0;
    loop {
        // What is left, and what the windows to come share, in equal parts.
        let length = (pieces.len() - start + (left - 1) * shared).div_ceil(left);
        let end = pieces.len().min(start + length.min(longest(most)));
        if start < end {
            windows.push(start..end);
        }
        if end == pieces.len() {
            return windows;
        }
        left = (left - 1).max(1);
        // Back to the start of a word, but never so far that the windows stop moving.
        let wanted = end.saturating_sub(shared).max(start + 1);
        start = (start + 1..=wanted)
            .rev()
            .take(shared)
            .find(|at| opens_word(pieces, *at))
            .unwrap_or(wanted);
    }
}

/// A window's length where two more would be too many for the text.
fn longest(most: usize) -> usize {
    most + most.div_ceil(2)
}

fn opens_word(pieces: &[Piece], at: usize) -> bool {
    let word = |index: usize| pieces.get(index).map(|piece| piece.word);
    at.checked_sub(1).is_none_or(|before| word(before) != word(at))
}

/// For every piece, the window that sees most on both sides of it, and its place in there. The windows are in order; so are
/// those of the pieces.
pub(crate) fn best<'w>(
    windows: impl Iterator<Item = &'w Range<usize>>,
    pieces: usize,
) -> Vec<(usize, usize)> {
    let mut places = vec![(0, 0); pieces];
    let mut sight = vec![0; pieces];
    for (number, window) in windows.enumerate() {
        for (inside, at) in window.clone().enumerate() {
            // The text's own ends hide nothing.
            let before = if window.start == 0 { usize::MAX } else { at - window.start + 1 };
            let after = if window.end == pieces { usize::MAX } else { window.end - at };
            let seen = before.min(after);
            if let (Some(place), Some(most)) = (places.get_mut(at), sight.get_mut(at))
                && seen > *most
            {
                (*place, *most) = ((number, inside), seen);
            }
        }
    }
    places
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn pieces(words: &[usize]) -> Vec<Piece> {
        let each = words.iter().enumerate();
        let all = each.flat_map(|(word, length)| vec![word; *length]);
        all.enumerate().map(|(at, word)| Piece { id: 0, start: at, end: at + 1, word }).collect()
    }

    proptest! {
        #[test]
        fn windows_hold_every_piece_and_move_on(
            words in prop::collection::vec(1_usize..9, 0..200), most in 4_usize..60, share in 0.0..0.8
        ) {
            let pieces = pieces(&words);
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "small")]
            let shared = (most as f64 * share) as usize;
            let windows = plan(&pieces, most, shared);
            prop_assert_eq!(windows.first().map_or(0, |window| window.start), 0);
            prop_assert_eq!(windows.last().map_or(0, |window| window.end), pieces.len());
            for window in &windows {
                prop_assert!(window.len() <= longest(most) && !window.is_empty());
            }
            for pair in windows.windows(2) {
                prop_assert!(pair[1].start > pair[0].start && pair[1].start <= pair[0].end);
                prop_assert!(pair[1].start + shared <= pair[0].end);
            }
            let best = best(windows.iter(), pieces.len());
            for (at, (number, inside)) in best.iter().enumerate() {
                prop_assert_eq!(windows[*number].start + inside, at);
            }
            prop_assert!(best.is_sorted(), "{:?}", best);
        }

        #[test]
        fn windows_come_in_pairs_of_equal_length(count in 0_usize..2_000) {
            let windows = plan(&pieces(&vec![1; count]), MOST, SHARED);
            let lengths = windows.iter().map(Range::len);
            let (shortest, longest) = (lengths.clone().min(), lengths.max());
            prop_assert!(count <= MOST || windows.len().is_multiple_of(2), "{windows:?}");
            prop_assert!(longest.unwrap_or(0) - shortest.unwrap_or(0) <= 1, "{windows:?}");
        }

        /// What a window says about a piece may depend on no more than `sight` neighbours. Then the joined answer is that
        /// of one endless window, wherever the seams are.
        #[test]
        fn seams_do_not_show_when_the_overlap_is_wider_than_sight(
            words in prop::collection::vec(1_usize..4, 1..200), sight in 1_usize..6
        ) {
            let pieces = pieces(&words);
            let windows = plan(&pieces, 30, 2 * sight + 4);
            let answer = |window: Range<usize>, at: usize| {
                let (from, to) = (at.saturating_sub(sight).max(window.start), (at + sight + 1).min(window.end));
                pieces[from..to].iter().map(|piece| piece.word * 31 + piece.start).sum::<usize>()
            };
            for (at, (number, _)) in best(windows.iter(), pieces.len()).into_iter().enumerate() {
                prop_assert_eq!(answer(windows[number].clone(), at), answer(0..pieces.len(), at));
            }
        }
    }
}
