//! Figures and lists for the terminal.

use detect::Detectors;

use crate::counting::{CORE, Marks, Score, Tally, find, right};
use crate::labelled::Item;
use crate::{Anyhow, out};

#[expect(clippy::cast_precision_loss, reason = "shares for display")]
pub(crate) fn share(part: usize, whole: usize) -> f64 {
    part as f64 / whole.max(1) as f64
}

pub(crate) fn report(set: &str, name: &str, score: &Score, wide: bool) {
    let mut core = Tally::default();
    for (_, t) in score.families.iter().filter(|(family, _)| CORE.contains(family)) {
        core.expected += t.expected;
        core.typed += t.typed;
        core.full += t.full;
        core.found += t.found;
        core.right += t.right;
        core.known += t.known;
        core.known_full += t.known_full;
        core.stranger += t.stranger;
        core.stranger_full += t.stranger_full;
    }
    out(&format!(
        "\n## {set} / {name}: documents leaking {:.3}, negatives alarmed {:.3} of {}",
        share(score.leaking, score.documents),
        share(score.alarmed, score.negatives),
        score.negatives
    ));
    row("CORE", &core);
    let [(hit, expected), (right, found)] = score.exact;
    let (p, r) = (share(right, found), share(hit, expected));
    let f2 = if p + r > 0.0 { 5.0 * p * r / (4.0 * p + r) } else { 0.0 };
    out(&format!("any type, exact  P {p:.3}  R {r:.3}  F2 {f2:.3}"));
    for (script, (expected, hidden)) in score.scripts.iter().filter(|_| wide) {
        out(&format!("names, {script:9} full {:.3} ({expected})", share(*hidden, *expected)));
    }
    if wide {
        for (family, tally) in &score.families {
            row(family, tally);
        }
    } else if let Some(tally) = score.families.get("NAME") {
        row("NAME", tally);
    }
}

fn row(name: &str, t: &Tally) {
    let (p, r) = (share(t.right, t.found), share(t.typed, t.expected));
    let f2 = if p + r > 0.0 { 5.0 * p * r / (4.0 * p + r) } else { 0.0 };
    out(&format!(
        "{name:15} P {p:.3}  R {r:.3}  F2 {f2:.3}  full {:.3}  known {:.4} ({})  strangers {:.3} ({})  n {} found {}",
        share(t.full, t.expected),
        share(t.known_full, t.known),
        t.known,
        share(t.stranger_full, t.stranger),
        t.stranger,
        t.expected,
        t.found
    ));
}

pub(crate) fn list(
    items: &[Item],
    detector: &Detectors,
    misses: bool,
    only: Option<&str>,
) -> Anyhow<()> {
    for item in items {
        let marks = Marks::new(item, find(&item.text, detector)?);
        let lines: Vec<String> = if misses {
            let missed = item.spans.iter().filter(|s| !marks.judge(s).1);
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
