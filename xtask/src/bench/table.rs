//! Tables of measurements: a row a thing measured, with its median, 99th percentile and ratio to the first row.

use std::fmt;

use crate::stats::{median, percentile};

/// Samples of one quantity for several things; the first row is what the others are compared with.
#[derive(Debug)]
pub(super) struct Table {
    title: &'static str,
    /// The unit of every sample, as in `ms`.
    unit: &'static str,
    rows: Vec<Row>,
    notes: Vec<String>,
}

#[derive(Debug)]
struct Row {
    name: String,
    samples: Vec<f64>,
}

impl Table {
    pub(super) fn new(title: &'static str, unit: &'static str) -> Self {
        Self { title, unit, rows: Vec::new(), notes: Vec::new() }
    }

    pub(super) fn row(mut self, name: impl Into<String>, samples: Vec<f64>) -> Self {
        self.rows.push(Row { name: name.into(), samples });
        self
    }

    /// A line below the rows.
    pub(super) fn note(mut self, note: String) -> Self {
        self.notes.push(note);
        self
    }

    /// Notes what each other row has more than the first, in the middle and at the 99th percentile.
    pub(super) fn added(mut self) -> Self {
        let unit = self.unit;
        let of = |row: &Row, share| percentile(&row.samples, share);
        let Some((first, others)) = self.rows.split_first() else { return self };
        for row in others {
            let more = |share| Some(of(row, share)? - of(first, share)?);
            if let (Some(middle), Some(high)) = (more(0.5), more(0.99)) {
                let name = &row.name;
                self.notes.push(format!(
                    "added by {name}: median {middle:.3} {unit}, p99 {high:.3} {unit}"
                ));
            }
        }
        self
    }
}

impl fmt::Display for Table {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = self.rows.iter().map(|row| row.name.chars().count()).max().unwrap_or(0).max(8);
        let unit = self.unit;
        let (middle, high) = (format!("median {unit}"), format!("p99 {unit}"));
        writeln!(formatter, "{}", self.title)?;
        write!(formatter, "{:width$}  {middle:>12}  {high:>12}  {:>7}  {:>4}", "", "ratio", "n")?;
        let base = self.rows.first().and_then(|row| median(&row.samples));
        for Row { name, samples } in &self.rows {
            write!(formatter, "\n{name:width$}  ")?;
            match (median(samples), percentile(samples, 0.99)) {
                (Some(middle), Some(high)) => write!(formatter, "{middle:>12.3}  {high:>12.3}  ")?,
                _ => write!(formatter, "{:>12}  {:>12}  ", "-", "-")?,
            }
            match (median(samples), base) {
                (Some(middle), Some(base)) if base != 0.0 => {
                    write!(formatter, "{:>7.2}", middle / base)?;
                }
                _ => write!(formatter, "{:>7}", "-")?,
            }
            write!(formatter, "  {:>4}", samples.len())?;
        }
        self.notes.iter().try_for_each(|note| write!(formatter, "\n{note}"))
    }
}

#[cfg(test)]
mod tests {
    use super::Table;

    #[test]
    fn a_table_reads_well() {
        let table = Table::new("whole answers", "ms")
            .row("direct", vec![1.0, 3.0, 2.0])
            .row("none", vec![])
            .row("through", vec![5.0])
            .added();
        let expected = [
            "whole answers",
            "             median ms        p99 ms    ratio     n",
            "direct           2.000         3.000     1.00     3",
            "none                 -             -        -     0",
            "through          5.000         5.000     2.50     1",
            "added by through: median 3.000 ms, p99 2.000 ms",
        ];
        assert_eq!(table.to_string().lines().collect::<Vec<_>>(), expected);
    }
}
