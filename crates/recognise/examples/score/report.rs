//! Figures and lists for the terminal.

use std::collections::BTreeSet;

use boundary::Detector;

use crate::counting::{CORE, Marks, Score, Tally, find, right};
use crate::labelled::Item;
use crate::{Anyhow, out};

#[expect(clippy::cast_precision_loss, reason = "shares for display")]
pub(crate) fn share(part: usize, whole: usize) -> f64 {
    part as f64 / whole.max(1) as f64
}

/// One column of the tables: a finder, and how it did.
pub(crate) type Column = (&'static str, Score);

/// Figures for every finder as Markdown: how well alone, and each type.
pub(crate) fn report(set: &str, columns: &[Column]) {
    out(&format!("\n#### {set}: each alone, then all\n"));
    out(
        "| | typed precision | recall | F2 | any type, exact: P | R | F2 | personal spans hidden whole | of their letters and digits | documents leaking | people known | strangers | negatives alarmed |",
    );
    out("|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|");
    for (name, score) in columns {
        let (mut all, mut core) = (Tally::default(), Tally::default());
        for (family, tally) in &score.families {
            all.add(tally);
            if CORE.contains(family) {
                core.add(tally);
            }
        }
        let names = score.families.get("NAME");
        let people = |part: fn(&Tally) -> (usize, usize)| {
            names.map(part).map_or(String::new(), |(hidden, of)| figure(hidden, of))
        };
        let [(hit, expected), (right, found)] = score.exact;
        out(&format!(
            "| {name} | {} | {} | {} | {} | {} | {} | {} |",
            typed(&all),
            fitting(share(right, found), share(hit, expected)),
            figure(core.full, core.expected),
            figure(core.hidden, core.letters),
            figure(score.leaking, score.documents),
            people(|it| (it.known_full, it.known)),
            format_args!(
                "{} | {}",
                people(|it| (it.stranger_full, it.stranger)),
                figure(score.alarmed, score.negatives)
            ),
        ));
    }
    let families: BTreeSet<&str> = columns
        .iter()
        .flat_map(|(_, score)| &score.families)
        .filter(|(_, tally)| tally.expected > 0)
        .map(|(family, _)| *family)
        .collect();
    out(&format!("\n#### {set}: each type, precision / recall / F2\n"));
    let names: Vec<&str> = columns.iter().map(|(name, _)| *name).collect();
    out(&format!("| type | spans | {} |", names.join(" | ")));
    out(&format!("|---|--:|{}", "--:|".repeat(names.len())));
    let none = Tally::default();
    for family in families {
        let of = |score: &'_ Score| score.families.get(family).map_or(0, |it| it.expected);
        let cells: Vec<String> = columns
            .iter()
            .map(|(_, score)| {
                let tally = score.families.get(family).unwrap_or(&none);
                if tally.found == 0 { String::new() } else { typed(tally).replace(" | ", " / ") }
            })
            .collect();
        let spans = columns.iter().map(|(_, score)| of(score)).max().unwrap_or_default();
        out(&format!("| {family} | {spans} | {} |", cells.join(" | ")));
    }
    for (name, score) in columns {
        for (script, (expected, hidden)) in &score.scripts {
            let hidden = figure(*hidden, *expected);
            out(&format!("{name}: names, {script}: hidden whole {hidden} of {expected}"));
        }
    }
}

/// A share with three places; nothing where there is nothing to have a share of.
pub(crate) fn figure(part: usize, whole: usize) -> String {
    if whole == 0 { String::new() } else { format!("{:.3}", share(part, whole)) }
}

fn typed(t: &Tally) -> String {
    fitting(share(t.right, t.found), share(t.typed, t.expected))
}

/// Precision, recall, and F2: recall counts twice as much.
fn fitting(p: f64, r: f64) -> String {
    let f2 = if p + r > 0.0 { 5.0 * p * r / (4.0 * p + r) } else { 0.0 };
    format!("{p:.3} | {r:.3} | {f2:.3}")
}

pub(crate) fn list(
    items: &[Item],
    detector: &dyn Detector,
    misses: bool,
    only: Option<&str>,
) -> Anyhow<()> {
    for item in items {
        let marks = Marks::new(item, find(&item.text, detector)?);
        let lines: Vec<String> = if misses {
            let missed = item.spans.iter().filter(|s| !marks.judge(s).is_hidden());
            missed
                .map(|s| {
                    format!("{} {:?} known {:?}", s.family, &item.text.get(s.start..s.end), s.known)
                })
                .collect()
        } else {
            let wrong = marks
                .findings
                .iter()
                .filter(|(start, end, family)| !right(item, *start, *end, family));
            wrong
                .map(|(start, end, family)| format!("{family} {:?}", item.text.get(*start..*end)))
                .collect()
        };
        let lines: Vec<String> = lines
            .into_iter()
            .filter(|line| only.is_none_or(|only| line.starts_with(only)))
            .collect();
        if !lines.is_empty() {
            out(&format!("[{} {}] {:?}", item.set, item.kind, item.text));
            for line in lines {
                out(&format!("    {line}"));
            }
        }
    }
    Ok(())
}
