//! Who looks at whom inside one window.
//!
//! Plain loops in place of `rten-gemm`: that one shares out every product among threads, and these are so small that a
//! short text took half as long again.
#![expect(clippy::inline_always, reason = "only what is inlined gets the wide instructions")]

use super::{
    HEADS, WIDTH,
    functions::{weigh, widest},
};

const HEAD: usize = WIDTH / HEADS;

/// Rows and columns whose sums stay in the processor's registers.
const ROWS: usize = 4;
const COLUMNS: usize = 16;

/// A value of each of four rows.
type Left = [f32; ROWS];
/// A value of each of sixteen columns.
type Right = [f32; COLUMNS];

/// One head's part of a window, and what comes of it, as the loops want them.
#[derive(Default)]
pub(super) struct Head {
    /// Four rows after four rows, each value of a query.
    queries: Vec<Left>,
    /// Sixteen keys after sixteen keys, each value of them.
    keys: Vec<Right>,
    /// Sixteen columns after sixteen columns, each row's values.
    values: Vec<Right>,
    /// What four rows have to do with each row, and the same side by side.
    scores: Vec<f32>,
    weights: Vec<Left>,
}

/// One window: `mixed` holds each row's query, key and value side by side; the result goes into `out`.
pub(super) fn attend(head: &mut Head, mixed: &[f32], out: &mut [f32]) {
    let rows = mixed.len() / (3 * WIDTH);
    if rows == 0 {
        return;
    }
    for number in 0..HEADS {
        head.take(mixed, rows, number * HEAD);
        let from = number * HEAD;
        if fuses() {
            widest(
                #[inline(always)]
                || head.look::<true>(rows, from, out),
            );
        } else {
            head.look::<false>(rows, from, out);
        }
    }
}

impl Head {
    /// Takes its columns, which begin at `from`, out of all. What is missing from a whole four or sixteen is zero.
    fn take(&mut self, mixed: &[f32], rows: usize, from: usize) {
        let (fours, sixteens) = (rows.div_ceil(ROWS), rows.div_ceil(COLUMNS));
        sized(&mut self.queries, fours * HEAD);
        sized(&mut self.keys, sixteens * HEAD);
        sized(&mut self.values, HEAD / COLUMNS * rows);
        let part = |row: &[f32], which: usize| -> [f32; HEAD] {
            let own = row.get(which * WIDTH + from..).and_then(<[f32]>::first_chunk);
            own.copied().unwrap_or([0.0; HEAD])
        };
        let fours = mixed.chunks(3 * WIDTH * ROWS).zip(self.queries.chunks_exact_mut(HEAD));
        fours.for_each(|(rows, four)| turn(rows.chunks(3 * WIDTH).map(|row| part(row, 0)), four));
        let sixteens = mixed.chunks(3 * WIDTH * COLUMNS).zip(self.keys.chunks_exact_mut(HEAD));
        sixteens.for_each(|(rows, it)| turn(rows.chunks(3 * WIDTH).map(|row| part(row, 1)), it));
        for (at, row) in mixed.chunks(3 * WIDTH).enumerate() {
            let value = part(row, 2);
            for (columns, panel) in
                value.as_chunks().0.iter().zip(self.values.chunks_exact_mut(rows))
            {
                if let Some(place) = panel.get_mut(at) {
                    *place = *columns;
                }
            }
        }
    }

    /// What each of its rows sees, into its columns of `out`.
    #[inline(always)]
    fn look<const FUSED: bool>(&mut self, rows: usize, from: usize, out: &mut [f32]) {
        let Self { queries, keys, values, scores, weights } = self;
        let wide = rows.next_multiple_of(COLUMNS);
        sized(scores, ROWS * wide);
        sized(weights, rows);
        for (four, out) in queries.chunks_exact(HEAD).zip(out.chunks_mut(ROWS * WIDTH)) {
            for (keys, at) in keys.chunks_exact(HEAD).zip((0..).step_by(COLUMNS)) {
                for (sums, scores) in
                    product::<FUSED>(four, keys).iter().zip(scores.chunks_exact_mut(wide))
                {
                    if let Some(place) = scores.get_mut(at..).and_then(<[f32]>::first_chunk_mut) {
                        *place = *sums;
                    }
                }
            }
            let mut shares = [0.0; ROWS];
            for (at, (row, share)) in scores.chunks_exact_mut(wide).zip(&mut shares).enumerate() {
                let row = row.get_mut(..rows).unwrap_or_default();
                // 1 / sqrt(HEAD).
                *share = weigh(row, 0.176_776_7);
                let places = weights.iter_mut().filter_map(|four| four.get_mut(at));
                places.zip(row).for_each(|(place, weight)| *place = *weight);
            }
            for (values, at) in values.chunks_exact(rows).zip((from..).step_by(COLUMNS)) {
                let sums = product::<FUSED>(weights, values);
                for ((row, sums), share) in out.chunks_exact_mut(WIDTH).zip(&sums).zip(shares) {
                    let place = row.get_mut(at..).unwrap_or_default().iter_mut();
                    place.zip(sums).for_each(|(place, sum)| *place = sum * share);
                }
            }
        }
    }
}

/// Whether this processor multiplies and adds in one instruction. Where it does not, asking for it calls a function.
fn fuses() -> bool {
    #[cfg(target_arch = "x86_64")]
    return std::arch::is_x86_feature_detected!("fma");
    #[cfg(not(target_arch = "x86_64"))]
    true
}

/// Rows as columns; those that are missing are zero.
fn turn<const N: usize>(rows: impl Iterator<Item = [f32; HEAD]>, columns: &mut [[f32; N]]) {
    columns.fill([0.0; N]);
    for (at, row) in rows.enumerate() {
        let places = columns.iter_mut().filter_map(|column| column.get_mut(at));
        places.zip(row).for_each(|(place, value)| *place = value);
    }
}

/// Four rows times sixteen columns.
#[inline(always)]
fn product<const FUSED: bool>(left: &[Left], right: &[Right]) -> [Right; ROWS] {
    let mut sums = [[0.0_f32; COLUMNS]; ROWS];
    for (left, right) in left.iter().zip(right) {
        for (sums, left) in sums.iter_mut().zip(left) {
            for (sum, right) in sums.iter_mut().zip(right) {
                *sum = if FUSED { left.mul_add(*right, *sum) } else { *sum + left * right };
            }
        }
    }
    sums
}

/// Room for `length`, with whatever is in it.
fn sized<T: Clone + Default>(room: &mut Vec<T>, length: usize) {
    room.resize(length, T::default());
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the definition says, in steps that are easy to see through.
    fn plain(mixed: &[f32]) -> Vec<f32> {
        let rows: Vec<&[f32]> = mixed.chunks(3 * WIDTH).collect();
        let mut out = vec![0.0; rows.len() * WIDTH];
        for (row, out) in rows.iter().zip(out.chunks_mut(WIDTH)) {
            for from in (0..WIDTH).step_by(HEAD) {
                let alike = |other: &[f32]| {
                    let key = &other[WIDTH + from..][..HEAD];
                    row[from..][..HEAD].iter().zip(key).map(|(q, k)| q * k).sum::<f32>()
                };
                let weights: Vec<f32> =
                    rows.iter().map(|it| (alike(it) / 32_f32.sqrt()).exp()).collect();
                let all: f32 = weights.iter().sum();
                for (other, weight) in rows.iter().zip(&weights) {
                    let value = &other[2 * WIDTH + from..][..HEAD];
                    let places = out[from..][..HEAD].iter_mut();
                    places.zip(value).for_each(|(out, value)| *out += value * weight / all);
                }
            }
        }
        out
    }

    /// Rows that fill no four and no sixteen, a window after a larger one.
    #[test]
    fn each_row_sees_what_it_weighs() {
        let mut head = Head::default();
        for rows in [37, 1, 16, 6] {
            let numbers = (0..997_u16).cycle().step_by(941).map(|at| f32::from(at) / 500.0 - 1.0);
            let mixed: Vec<f32> = numbers.take(rows * 3 * WIDTH).collect();
            let (mut out, mut apart) = (vec![7.0; rows * WIDTH], vec![7.0; rows * WIDTH]);
            attend(&mut head, &mixed, &mut out);
            for from in (0..WIDTH).step_by(HEAD) {
                head.take(&mixed, rows, from);
                head.look::<false>(rows, from, &mut apart);
            }
            for ((ours, apart), right) in out.iter().zip(&apart).zip(plain(&mixed)) {
                let near = (ours - right).abs() < 1e-4 && (apart - right).abs() < 1e-4;
                assert!(near, "{rows}: {ours} {apart} {right}");
            }
        }
    }
}
