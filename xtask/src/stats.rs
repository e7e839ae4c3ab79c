//! Order statistics.

/// The value below or at which `share` (0 to 1) of the values lie, by nearest rank; `None` of nothing.
pub(crate) fn percentile<T: Copy + PartialOrd>(values: &[T], share: f64) -> Option<T> {
    let mut sorted = values.to_vec();
    sorted.sort_by(|a, b| a.partial_cmp(b).unwrap_or(std::cmp::Ordering::Equal));
    let wanted = share.clamp(0.0, 1.0);
    let count = as_float(sorted.len());
    let rank = (0..sorted.len()).find(|&rank| as_float(rank + 1) >= wanted * count)?;
    sorted.get(rank).copied()
}

/// The value in the middle.
pub(crate) fn median<T: Copy + PartialOrd>(values: &[T]) -> Option<T> {
    percentile(values, 0.5)
}

#[expect(clippy::cast_precision_loss, reason = "counts of files or samples lie far below 2^52")]
fn as_float(count: usize) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::{median, percentile};

    #[test]
    fn nearest_rank() {
        let values = [40, 10, 30, 20];
        assert_eq!(median(&values), Some(20));
        assert_eq!(percentile(&values, 0.0), Some(10));
        assert_eq!(percentile(&values, 0.75), Some(30));
        assert_eq!(percentile(&values, 0.76), Some(40));
        assert_eq!(percentile(&values, 1.0), Some(40));
        assert_eq!(percentile::<usize>(&[], 0.5), None);
    }
}
