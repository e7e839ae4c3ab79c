//! Bytes times bytes where there is AVX2 and nothing newer: two products of four are added before they are widened, which is
//! a sixth fewer instructions than `rten-gemm` takes.
//!
//! INVARIANT: an instruction adds two products in 16 bits and would cut off what does not fit. [`LARGEST`] keeps the weights
//! so small that four products always fit, whatever the bytes are.

use std::array::from_fn;

#[cfg(target_arch = "x86_64")]
use avx2::{Avx2, tile};
#[cfg(not(target_arch = "x86_64"))]
use elsewhere::{Avx2, tile};

/// Rows and columns whose sums stay in the processor's registers.
const ROWS: usize = 4;
const COLUMNS: usize = 16;
/// Inputs that one turn takes: two times the four whose products end up in one sum.
const STEP: usize = 8;
/// Rows that are gone through for all columns before the next: they stay in the nearest memory.
const BLOCK: usize = 16 * ROWS;

/// The most that the positive weights behind one sum of 16 bits may add up to, and the negative ones: 255 times it is the
/// largest byte with each.
pub(super) const LARGEST: i16 = 128;

/// Four rows' bytes for one turn.
type Left = [[[u8; 4]; ROWS]; 2];
/// Sixteen columns' weights for one turn.
type Right = [[[i8; 32]; 2]; 2];

/// The processor's leave to use AVX2.
#[derive(Clone, Copy)]
pub(super) struct Pairs(Avx2);

/// Weights, sixteen columns after sixteen columns.
pub(super) struct Panels {
    turns: Vec<Right>,
    inputs: usize,
    outputs: usize,
}

impl Pairs {
    /// `None` where there is no AVX2 or something better.
    pub(super) fn new() -> Option<Self> {
        #[cfg(target_arch = "x86_64")]
        if !std::arch::is_x86_feature_detected!("avx512bw") {
            return fearless_simd::Level::new().as_avx2().map(Self);
        }
        None
    }

    /// The sums of the rows' products with each column, row after row, into `out`.
    pub(super) fn multiply(self, rows: &[u8], panels: &Panels, out: &mut [i32]) {
        let Panels { turns, inputs, outputs } = panels;
        let deep = inputs / STEP;
        let mut left = Vec::new();
        let blocks = rows.chunks(BLOCK * inputs).zip(out.chunks_mut(BLOCK * outputs));
        for (rows, out) in blocks {
            left.clear();
            rows.chunks(ROWS * inputs).for_each(|rows| lay_out(rows, *inputs, &mut left));
            for (panel, right) in turns.chunks_exact(deep).enumerate() {
                let tiles = left.chunks_exact(deep).zip(out.chunks_mut(ROWS * outputs));
                for (left, out) in tiles {
                    let mut sums = [[0; COLUMNS]; ROWS];
                    tile(self.0, left, right, &mut sums);
                    for (out, sums) in out.chunks_exact_mut(*outputs).zip(&sums) {
                        let place = out.get_mut(panel * COLUMNS..).unwrap_or_default();
                        place.iter_mut().zip(sums).for_each(|(place, sum)| *place = *sum);
                    }
                }
            }
        }
    }
}

impl Panels {
    /// Takes each column's weights, `inputs` of them, one column after the other. `None` when that is no whole number of turns.
    pub(super) fn new(codes: &[i8], inputs: usize) -> Option<Self> {
        if !inputs.is_multiple_of(STEP) {
            return None;
        }
        let mut turns = Vec::new();
        let columns: Vec<&[i8]> = codes.chunks_exact(inputs).collect();
        for columns in columns.chunks(COLUMNS) {
            for turn in 0..inputs / STEP {
                let weight = |column: usize, input: usize| {
                    let column = columns.get(column);
                    column.and_then(|column| column.get(turn * STEP + input)).copied()
                };
                // Eight columns side by side, four inputs of each.
                turns.push(from_fn(|half| {
                    from_fn(|side| {
                        from_fn(|at| weight(side * 8 + at / 4, half * 4 + at % 4).unwrap_or(0))
                    })
                }));
            }
        }
        Some(Self { turns, inputs, outputs: columns.len() })
    }
}

/// The most that weights behind one sum of 16 bits add up to, the positive ones or the negative ones.
pub(super) fn largest(column: &[f32]) -> f32 {
    let groups = column.chunks(STEP).flat_map(|turn| {
        [0, 2].map(|from| {
            let own = turn.chunks(4).flat_map(move |half| half.iter().skip(from).take(2));
            own.fold((0.0, 0.0), |(above, below): (f32, f32), weight| {
                (above + weight.max(0.0), below - weight.min(0.0))
            })
        })
    });
    groups.fold(0.0, |most, (above, below)| most.max(above).max(below))
}

/// Up to four rows as the turns want them; what is missing is zero.
fn lay_out(rows: &[u8], inputs: usize, left: &mut Vec<Left>) {
    let from = left.len();
    left.resize(from + inputs / STEP, Left::default());
    let own = left.get_mut(from..).unwrap_or_default().as_flattened_mut();
    for (row, bytes) in rows.chunks_exact(inputs).enumerate() {
        for (four, bytes) in own.iter_mut().zip(bytes.as_chunks().0) {
            if let Some(place) = four.get_mut(row) {
                *place = *bytes;
            }
        }
    }
}

#[cfg(target_arch = "x86_64")]
mod avx2 {
    use std::{
        arch::x86_64::{
            __m256i, _mm256_add_epi16, _mm256_add_epi32, _mm256_madd_epi16, _mm256_maddubs_epi16,
            _mm256_set1_epi16, _mm256_set1_epi32, _mm256_setzero_si256,
        },
        hint::black_box,
    };

    pub(super) use fearless_simd::x86::Avx2;
    use fearless_simd::{i8x32, i32x8, prelude::*};

    use super::{COLUMNS, Left, ROWS, Right};

    fearless_simd::kernel!(
        pub(super) fn tile(
            avx2: Avx2,
            left: &[Left],
            right: &[Right],
            out: &mut [[i32; COLUMNS]; ROWS],
        ) {
            // Seen through, it would be fetched anew in each turn, and a sum would lose its register.
            let ones = _mm256_set1_epi16(black_box(1));
            let mut sums = [[_mm256_setzero_si256(); 2]; ROWS];
            for ([first, second], [one, two]) in left.iter().zip(right) {
                let one: [__m256i; 2] = one.map(|it| i8x32::load_array(avx2, it).into());
                let two: [__m256i; 2] = two.map(|it| i8x32::load_array(avx2, it).into());
                for (sums, (first, second)) in sums.iter_mut().zip(first.iter().zip(second)) {
                    let first = _mm256_set1_epi32(i32::from_le_bytes(*first));
                    let second = _mm256_set1_epi32(i32::from_le_bytes(*second));
                    for (sum, (one, two)) in sums.iter_mut().zip(one.iter().zip(&two)) {
                        let short = _mm256_add_epi16(
                            _mm256_maddubs_epi16(first, *one),
                            _mm256_maddubs_epi16(second, *two),
                        );
                        *sum = _mm256_add_epi32(*sum, _mm256_madd_epi16(short, ones));
                    }
                }
            }
            for (out, sums) in out.iter_mut().zip(sums) {
                for (out, sum) in out.as_chunks_mut().0.iter_mut().zip(sums) {
                    let sum: i32x8<Avx2> = sum.simd_into(avx2);
                    sum.store_array(out);
                }
            }
        }
    );
}

#[cfg(not(target_arch = "x86_64"))]
mod elsewhere {
    use super::{COLUMNS, Left, ROWS, Right};

    /// Nobody has it.
    #[derive(Clone, Copy)]
    pub(super) enum Avx2 {}

    pub(super) fn tile(avx2: Avx2, _: &[Left], _: &[Right], _: &mut [[i32; COLUMNS]; ROWS]) {
        match avx2 {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(rows: &[u8], codes: &[i8], inputs: usize) -> Vec<i32> {
        let product = |row: &[u8], column: &[i8]| -> i32 {
            row.iter().zip(column).map(|(x, w)| i32::from(*x) * i32::from(*w)).sum()
        };
        let rows = rows.chunks(inputs);
        rows.flat_map(|row| codes.chunks(inputs).map(move |column| product(row, column))).collect()
    }

    /// Rows and columns that fill no tile, a block or two.
    #[test]
    fn sums_are_exact() {
        let Some(pairs) = Pairs::new() else { return };
        for (rows, inputs, outputs) in [(1, 8, 1), (7, 24, 18), (64, 16, 16), (131, 384, 37)] {
            let bytes: Vec<u8> = (0..=255).cycle().step_by(89).take(rows * inputs).collect();
            let codes: Vec<i8> = (-32..=32).cycle().step_by(31).take(inputs * outputs).collect();
            let panels = Panels::new(&codes, inputs).expect("whole turns");
            let mut out = vec![7; rows * outputs];
            pairs.multiply(&bytes, &panels, &mut out);
            assert_eq!(out, plain(&bytes, &codes, inputs), "{rows} {inputs} {outputs}");
        }
        assert!(Panels::new(&[1; 12], 12).is_none());
    }

    /// The largest bytes with weights that add up to what [`LARGEST`] allows.
    #[test]
    fn nothing_is_cut_off() {
        let Some(pairs) = Pairs::new() else { return };
        let columns: [[i8; 8]; 4] = [
            [64, 64, 32, 32, 0, 0, 32, 32],
            [-64, -64, -32, -32, 0, 0, -32, -32],
            [32, 32, -1, 0, 32, 32, -127, 0],
            [1, -64, 127, -1, 127, -64, 1, -127],
        ];
        for column in &columns {
            let weights = column.map(f32::from);
            assert!(largest(&weights) <= f32::from(LARGEST), "{column:?}");
        }
        let panels = Panels::new(columns.as_flattened(), 8).expect("a turn");
        for bytes in [[255; 8], [255, 0, 255, 0, 255, 0, 255, 0]] {
            let mut out = [0; 4];
            pairs.multiply(&bytes, &panels, &mut out);
            assert_eq!(out.to_vec(), plain(&bytes, columns.as_flattened(), 8));
        }
    }

    #[test]
    fn the_largest_sum_is_of_those_that_meet_in_an_instruction() {
        for (column, expected) in [
            (&[1.0, 2.0, 10.0, 20.0, 4.0, 8.0, 40.0, 80.0][..], 150.0),
            (&[100.0, 2.0, 10.0, 20.0, 4.0, 8.0, 40.0, 30.0], 114.0),
            (&[-9.0, 1.0, 0.0, 0.0, -9.0, 1.0, 8.0, 8.0], 18.0),
            (
                &[1.0, 1.0, 0.0, 0.0, 1.0, 1.0, 0.0, 0.0, 3.0, 0.0, 0.0, 0.0, 3.0, 0.0, 0.0, 0.0],
                6.0,
            ),
            (&[], 0.0),
        ] {
            assert!((largest(column) - expected).abs() < 1e-6, "{column:?}");
        }
    }
}
