//! Who looks at whom inside one window.

use rten_gemm::{GemmExecutor, GemmInputA, GemmInputB, GemmOptions};
use rten_tensor::NdTensorView;

use super::{HEADS, WIDTH, functions::softmax};
use crate::error::RecogniseError;

const HEAD: usize = WIDTH / HEADS;

/// Multiplies ordinary numbers.
pub(super) type Floats = GemmExecutor<f32>;

/// One window: `mixed` holds each row's query, key and value side by side; the result goes into `out`.
pub(super) fn attend(
    floats: &Floats,
    mixed: &[f32],
    out: &mut [f32],
) -> Result<(), RecogniseError> {
    let rows = mixed.len() / (3 * WIDTH);
    let (mut scores, mut seen) = (vec![0.0; rows * rows], vec![0.0; rows * HEAD]);
    let mut shares = vec![0.0; rows];
    for head in 0..HEADS {
        let part = |which: usize| part(mixed, rows, which * WIDTH + head * HEAD);
        let (query, key, value) = (part(0)?, part(1)?, part(2)?);
        product(floats, &mut scores, query, key.transposed())?;
        // 1 / sqrt(HEAD).
        softmax(&mut scores, rows, 0.176_776_7, &mut shares);
        product(floats, &mut seen, NdTensorView::from_data([rows, rows], &*scores), value)?;
        let pieces = seen.chunks_exact(HEAD).zip(&shares);
        for (row, (piece, share)) in out.chunks_exact_mut(WIDTH).zip(pieces) {
            let place = row.get_mut(head * HEAD..).unwrap_or_default();
            place.iter_mut().zip(piece).for_each(|(place, value)| *place = value * share);
        }
    }
    Ok(())
}

type View<'a> = NdTensorView<'a, f32, 2>;

/// The columns from `from` on, as many as a head has.
fn part(mixed: &[f32], rows: usize, from: usize) -> Result<View<'_>, RecogniseError> {
    let all = mixed.get(from..).ok_or(RecogniseError::Compute)?;
    View::from_data_with_strides([rows, HEAD], all, [3 * WIDTH, 1])
        .map_err(|_| RecogniseError::Compute)
}

fn product(
    floats: &Floats,
    out: &mut [f32],
    a: View<'_>,
    b: View<'_>,
) -> Result<(), RecogniseError> {
    let (a, b) = (GemmInputA::Unpacked(a), GemmInputB::Unpacked(b));
    floats.gemm(out, a, b, GemmOptions::default()).map_err(|_| RecogniseError::Compute)
}
