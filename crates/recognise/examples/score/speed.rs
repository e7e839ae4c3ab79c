//! How fast it is.

use std::fmt::Write as _;
use std::time::Instant;

use boundary::{Detector as _, Layer};
use detect::Detectors;

use crate::labelled::Item;
use crate::{Anyhow, out};

/// CPU time of this thread so far, in nanoseconds; wall time says little on a busy machine.
fn cpu() -> u128 {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    stat.split(' ').next().and_then(|n| n.parse().ok()).unwrap_or(0)
}

/// Time for texts of 200 and 2,000 bytes, as a clock on the wall has it.
fn pieces(text: &str, detector: &Detectors, runs: usize) -> Anyhow<String> {
    let mut line = String::new();
    for size in [200, 2_000] {
        let mut times: Vec<u128> = Vec::new();
        let mut at = 0;
        for _ in 0..runs {
            let mut end = at + size;
            while !text.is_char_boundary(end.min(text.len())) {
                end += 1;
            }
            let Some(piece) = text.get(at..end) else {
                at = 0;
                continue;
            };
            let started = Instant::now();
            detector.detect(piece)?;
            times.push(started.elapsed().as_micros());
            at = end;
        }
        times.sort_unstable();
        let rank = |n: usize| times.get(times.len() * n / 100).copied().unwrap_or_default();
        write!(line, "; {size} bytes p50 {} us p99 {} us", rank(50), rank(99))?;
    }
    Ok(line)
}

pub(crate) fn speed(items: &[Item], rules: &Detectors, with: Option<&Detectors>) -> Anyhow<()> {
    let mut text = String::new();
    for item in items
        .iter()
        .filter(|item| matches!(item.kind.as_str(), "note" | "prompt" | "email" | "text" | ""))
    {
        text.push_str(&item.text);
        text.push('\n');
    }
    for (name, detector) in [
        ("pattern", rules.clone().only(&[Layer::Pattern])),
        ("known", rules.clone().only(&[Layer::Known])),
        ("names", rules.clone().only(&[Layer::Model, Layer::Field])),
        ("all", rules.clone()),
    ] {
        detector.detect(&text)?;
        let (started, mut bytes) = (cpu(), 0);
        while cpu() - started < 700_000_000 {
            detector.detect(&text)?;
            bytes += text.len();
        }
        #[expect(clippy::cast_precision_loss, reason = "a rate for display")]
        let rate = bytes as f64 * 1e3 / (cpu() - started) as f64;
        out(&format!("{name:8} {rate:.1} MB/s{}", pieces(&text, &detector, 4_000)?));
    }
    if let Some(with) = with {
        out(&format!("with the recogniser{}", pieces(&text, with, 60)?));
    }
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find(|line| line.starts_with("VmHWM")).unwrap_or_default();
    out(&format!("peak memory, the texts and this scorer in it: {peak}"));
    Ok(())
}
