//! The network's functions over rows, written so that the compiler can take several values at once: no calls, no
//! branches, and sums in lanes, because the order of additions is part of what a plain sum means.
//!
//! `mul_add` is one instruction wherever the network is quick; older processors call a function for it.
//!
//! [`widest`] compiles each for every set of instructions and chooses when it runs. What is not inlined into it is
//! compiled for the oldest processors.
#![expect(clippy::inline_always, reason = "only what is inlined gets the wide instructions")]

use rten_simd::{Isa, SimdOp};

/// Values taken at once.
const LANES: usize = 16;

/// Brings every row of `width` values to mean 0 and variance 1, then to `scale` and `shift`.
pub(super) fn layer_norm(x: &mut [f32], scale: &[f32], shift: &[f32]) {
    widest(
        #[inline(always)]
        || {
            for row in x.chunks_exact_mut(scale.len()) {
                norm(row, scale, shift);
            }
        },
    );
}

#[inline(always)]
fn norm(row: &mut [f32], scale: &[f32], shift: &[f32]) {
    const TINY: f32 = 1e-12;
    #[expect(clippy::cast_precision_loss, reason = "a few hundred")]
    let share = 1.0 / scale.len() as f32;
    let mean = sum(row) * share;
    for value in row.iter_mut() {
        *value -= mean;
    }
    let variance = squares(row) * share;
    let inverse = 1.0 / (variance + TINY).sqrt();
    for (value, (scale, shift)) in row.iter_mut().zip(scale.iter().zip(shift)) {
        *value = *value * inverse * scale + shift;
    }
}

/// Turns scores, multiplied with `by`, into weights, and answers what one of them is worth: who uses their sum
/// multiplies once instead of for each.
#[inline(always)]
pub(super) fn weigh(row: &mut [f32], by: f32) -> f32 {
    let by = by * std::f32::consts::LOG2_E;
    let peak = most(row, f32::NEG_INFINITY);
    for value in row.iter_mut() {
        *value = power_of_two((*value - peak) * by);
    }
    1.0 / sum(row)
}

/// Rows of bytes; for each, which byte is zero and what one step is worth.
#[derive(Default)]
pub(super) struct Codes {
    /// Row after row.
    pub(super) bytes: Vec<u8>,
    /// One for each row.
    pub(super) steps: Vec<(f32, f32)>,
}

impl Codes {
    /// Room for `rows` of `width`, with whatever is in it.
    fn room(&mut self, rows: usize, width: usize) -> (&mut [u8], &mut [(f32, f32)]) {
        self.bytes.resize(rows * width, 0);
        self.steps.resize(rows, (0.0, 0.0));
        (&mut self.bytes, &mut self.steps)
    }
}

/// What a product of bytes is worth, column by column: what one step of the weights is worth, what they add up to, in
/// steps, and what is added.
#[derive(Clone, Copy)]
pub(super) struct Worth<'l> {
    pub(super) scales: &'l [f32],
    pub(super) totals: &'l [f32],
    pub(super) bias: &'l [f32],
}

impl Worth<'_> {
    /// Hands `to` each sum of a row as a number, with its place in `out`.
    #[inline(always)]
    fn row(
        self,
        sums: &[i32],
        (zero, step): (f32, f32),
        out: &mut [f32],
        to: impl Fn(&mut f32, f32),
    ) {
        let columns = self.scales.iter().zip(self.totals).zip(self.bias);
        for ((out, sum), ((scale, total), bias)) in out.iter_mut().zip(sums).zip(columns) {
            #[expect(
                clippy::cast_precision_loss,
                reason = "what is lost is far below a step of the weights"
            )]
            let sum = *sum as f32;
            to(out, zero.mul_add(-total, sum).mul_add(step * scale, *bias));
        }
    }
}

/// Rows of `width` values as bytes.
pub(super) fn quantise(x: &[f32], width: usize, codes: &mut Codes) {
    let (bytes, steps) = codes.room(x.len() / width, width);
    widest(
        #[inline(always)]
        || {
            let rows = x.chunks_exact(width).zip(bytes.chunks_exact_mut(width)).zip(steps);
            for ((row, bytes), step) in rows {
                *step = quantise_row(row, bytes);
            }
        },
    );
}

#[inline(always)]
fn quantise_row(row: &[f32], codes: &mut [u8]) -> (f32, f32) {
    let (low, high) = (least(row, 0.0), most(row, 0.0));
    let step = if high > low { (high - low) / 255.0 } else { 1.0 };
    let zero = (-low / step).round();
    let per_step = 1.0 / step;
    for (code, value) in codes.iter_mut().zip(row) {
        let value = larger(smaller(value.mul_add(per_step, zero), 255.0), 0.0);
        // Behind 2^23 a number has no fraction: its lowest byte is the code, rounded.
        [*code, ..] = (value + 8_388_608.0).to_bits().to_le_bytes();
    }
    (zero, step)
}

/// Sums of products of bytes as numbers, into `y`; `steps` is what [`quantise`] said of each row.
pub(super) fn dequantise(sums: &[i32], steps: &[(f32, f32)], worth: Worth<'_>, y: &mut [f32]) {
    let width = worth.bias.len();
    widest(
        #[inline(always)]
        || {
            let rows = sums.chunks_exact(width).zip(y.chunks_exact_mut(width)).zip(steps);
            for ((sums, y), step) in rows {
                worth.row(sums, *step, y, |y, value| *y = value);
            }
        },
    );
}

/// [`dequantise`], [`gelu`] and [`quantise`], row by row: what stands between them stays near the processor.
pub(super) fn bend(sums: &[i32], steps: &[(f32, f32)], worth: Worth<'_>, codes: &mut Codes) {
    let width = worth.bias.len();
    let mut numbers = vec![0.0; width];
    let (bytes, own) = codes.room(steps.len(), width);
    widest(
        #[inline(always)]
        || {
            let rows = sums.chunks_exact(width).zip(bytes.chunks_exact_mut(width));
            for ((sums, bytes), (step, own)) in rows.zip(steps.iter().zip(own)) {
                worth.row(sums, *step, &mut numbers, |y, value| *y = gelu(value));
                *own = quantise_row(&numbers, bytes);
            }
        },
    );
}

/// [`dequantise`], added to `x`, then [`layer_norm`]; `codes` is [`quantise`] of what came of it. `steps` belong to `sums`.
pub(super) fn settle(
    sums: &[i32],
    steps: &[(f32, f32)],
    worth: Worth<'_>,
    x: &mut [f32],
    (scale, shift): (&[f32], &[f32]),
    codes: &mut Codes,
) {
    let width = worth.bias.len();
    let (bytes, own) = codes.room(steps.len(), width);
    widest(
        #[inline(always)]
        || {
            let rows = sums.chunks_exact(width).zip(x.chunks_exact_mut(width));
            let places = bytes.chunks_exact_mut(width).zip(steps.iter().zip(own));
            for ((sums, x), (bytes, (step, own))) in rows.zip(places) {
                worth.row(sums, *step, x, |x, value| *x += value);
                norm(x, scale, shift);
                *own = quantise_row(x, bytes);
            }
        },
    );
}

/// `x` times the normal distribution's share below `x`: wrong by less than 2e-4 between -8 and 8, which is far
/// below a step of the bytes it is brought to.
#[inline(always)]
fn gelu(x: f32) -> f32 {
    // Beyond them nearly all is below, or nothing.
    let near = larger(smaller(x, 4.0), -4.0);
    let square = near * near;
    // The error function of x / sqrt(2), over x, fitted by least squares weighted until all errors are alike.
    let series = 0.000_000_045_563_127_f32
        .mul_add(square, -0.000_003_197_216_7)
        .mul_add(square, 0.000_095_911_263)
        .mul_add(square, -0.001_628_032_9)
        .mul_add(square, 0.017_544_785)
        .mul_add(square, -0.129_146_24)
        .mul_add(square, 0.795_766_7);
    let half = 0.5 * x;
    half.mul_add(series * near, half)
}

/// Runs `work` compiled for the widest instructions that this processor has.
pub(super) fn widest<T>(work: impl FnOnce() -> T) -> T {
    struct Work<F>(F);
    impl<T, F: FnOnce() -> T> SimdOp for Work<F> {
        type Output = T;
        #[inline(always)]
        fn eval<I: Isa>(self, _: I) -> T {
            (self.0)()
        }
    }
    Work(work).dispatch()
}

/// All values put together with `with` in lanes that begin with `start`, the lanes then with `join`.
#[inline(always)]
fn reduce(
    row: &[f32],
    start: f32,
    with: impl Fn(f32, f32) -> f32,
    join: impl Fn(f32, f32) -> f32,
) -> f32 {
    let mut lanes = [start; LANES];
    let (many, rest) = row.as_chunks::<LANES>();
    for chunk in many {
        for (lane, value) in lanes.iter_mut().zip(chunk) {
            *lane = with(*lane, *value);
        }
    }
    for (lane, value) in lanes.iter_mut().zip(rest) {
        *lane = with(*lane, *value);
    }
    lanes.into_iter().fold(start, join)
}

#[inline(always)]
fn sum(row: &[f32]) -> f32 {
    reduce(row, 0.0, |sum, value| sum + value, |one, two| one + two)
}

#[inline(always)]
fn squares(row: &[f32]) -> f32 {
    reduce(row, 0.0, |sum, value| sum + value * value, |one, two| one + two)
}

#[inline(always)]
fn most(row: &[f32], start: f32) -> f32 {
    reduce(row, start, larger, larger)
}

#[inline(always)]
fn least(row: &[f32], start: f32) -> f32 {
    reduce(row, start, smaller, smaller)
}

/// One instruction, where `f32::max` also asks about what is no number.
#[inline(always)]
fn larger(one: f32, two: f32) -> f32 {
    if one > two { one } else { two }
}

#[inline(always)]
fn smaller(one: f32, two: f32) -> f32 {
    if one < two { one } else { two }
}

/// 2 to the power of `x`, for `x` up to 120; under -126 it is nearly zero. Wrong by less than one part in a hundred thousand.
#[inline(always)]
fn power_of_two(x: f32) -> f32 {
    // Adding a number this large rounds to a whole one, and leaves it in the lowest bits.
    const WHOLE: f32 = 12_582_912.0;
    let turns = larger(x, -126.0);
    let shifted = turns + WHOLE;
    let part = turns - (shifted - WHOLE);
    let power = 0.009_666_368_f32
        .mul_add(part, 0.055_921_976)
        .mul_add(part, 0.240_223_5)
        .mul_add(part, 0.693_121)
        .mul_add(part, 1.0);
    let exponent = shifted.to_bits().wrapping_sub(WHOLE.to_bits()).wrapping_add(127);
    power * f32::from_bits(exponent << 23)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn powers_are_right_to_five_digits_and_areas_to_what_a_byte_sees() {
        for step in -12_000_i16..=2_000 {
            let x = f32::from(step) / 100.0;
            let (ours, right) = (power_of_two(x), x.exp2());
            assert!((ours - right).abs() <= right * 1e-5, "{x}: {ours} {right}");
        }
        // From tables of the normal distribution: the share below each.
        for (x, below) in [
            (0.0, 0.5),
            (0.1, 0.539_828),
            (0.5, 0.691_462),
            (1.0, 0.841_345),
            (1.5, 0.933_193),
            (2.0, 0.977_25),
            (3.0, 0.998_650),
            (4.0, 0.999_968),
            (8.0, 1.0),
        ] {
            assert!((gelu(x) - x * below).abs() < 2e-4, "{x}: {}", gelu(x));
            assert!((gelu(-x) + x * (1.0 - below)).abs() < 2e-4, "-{x}: {}", gelu(-x));
        }
    }

    #[test]
    fn rows_are_normed_and_shared_out_each_for_itself() {
        let mut x = [1.0, 2.0, 3.0, 10.0, 10.0, 40.0];
        layer_norm(&mut x, &[1.0; 3], &[0.0; 3]);
        let third = 1.5_f32.sqrt();
        let (half, two) = (0.5_f32.sqrt(), 2.0_f32.sqrt());
        let expected = [-third, 0.0, third, -half, -half, two];
        for (value, right) in x.iter().zip(expected) {
            assert!((value - right).abs() < 1e-5, "{x:?}");
        }
        let mut rows = [[0.0, 0.0], [1_000.0, 0.0], [2.0, 0.0]];
        let expected = [[0.5, 0.5], [1.0, 0.0], [0.731_058_6, 0.268_941_4]];
        for (row, right) in rows.iter_mut().zip(expected) {
            let share = weigh(row, 0.5);
            let near =
                row.iter().zip(right).all(|(value, right)| (value * share - right).abs() < 1e-5);
            assert!(near, "{row:?} {share}");
        }
    }
}
