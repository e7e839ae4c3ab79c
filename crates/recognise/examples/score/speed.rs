//! How fast one finder is and how much memory it holds: one in each process, so that none pays for another.

use std::sync::Arc;
use std::time::{Duration, Instant};

use boundary::{Conversation, Detector, Label, Layer, PersonId, Raw};
use detect::Detectors;
use rustix::time::{ClockId, clock_gettime};

use crate::labelled::Item;
use crate::layers::Means;
use crate::{Anyhow, house, out};

/// CPU time of this thread so far; wall time says little on a busy machine.
fn cpu() -> Duration {
    let now = clock_gettime(ClockId::ThreadCPUTime);
    Duration::try_from(now).unwrap_or_default()
}

/// CPU time of this thread since then.
fn cpu_since(then: Duration) -> Duration {
    cpu().saturating_sub(then)
}

/// What the process holds in memory, in MB.
#[expect(clippy::cast_precision_loss, reason = "a size for display")]
pub(crate) fn resident(name: &str) -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
    let kilobytes = line.and_then(|it| it.trim().strip_suffix(" kB")?.parse::<u64>().ok());
    kilobytes.unwrap_or_default() as f64 / 1024.0
}

/// What reads texts and is timed.
enum Finder {
    Detectors(Detectors),
    /// Finds again what it was told.
    Memory(Box<Conversation>),
}

impl Finder {
    fn read(&mut self, text: &str, blind: &Detectors) -> Anyhow<usize> {
        Ok(match self {
            Self::Detectors(detectors) => detectors.detect(text)?.len(),
            Self::Memory(conversation) => {
                let raw = Raw::new(text.to_owned(), Label::lowest());
                conversation.mask_spans(&raw, blind, true)?.1.len()
            }
        })
    }
}

/// The finder of this name.
fn finder(name: &str, means: &Means) -> Anyhow<Finder> {
    let rules = || -> Anyhow<_> { Ok(Arc::new(house::rules()?)) };
    Ok(Finder::Detectors(match name {
        "memory" => {
            let person = PersonId::new("org", "person");
            return Ok(Finder::Memory(Box::new(Conversation::new("c".to_owned(), person))));
        }
        "house" => Detectors::standard(&[]).with_house(rules()?).only(&[Layer::House]),
        "model-by-rules" => Detectors::standard(&[]).only(&[Layer::Model]),
        "rules" => means.rules().with_house(rules()?),
        "all" => means.all().with_house(rules()?),
        name => means.layer(name).ok_or("say a layer, `rules` or `all`")?,
    }))
}

/// Prints a row of a table: throughput, times for texts of 200 and 2,000 bytes, memory.
pub(crate) fn speed(read: &dyn Fn() -> Anyhow<Vec<Item>>, means: &Means, name: &str) -> Anyhow<()> {
    let mut finder = finder(name, means)?;
    let blind = Detectors::standard(&[]).only(&[]);
    finder.read("Write to Ada Byron, please.", &blind)?;
    let held = resident("VmRSS");
    let mut text = String::new();
    for item in read()?.iter().filter(|it| !matches!(it.kind.as_str(), "json" | "table")) {
        text.push_str(&item.text);
        text.push('\n');
    }
    if let Finder::Memory(conversation) = &mut finder {
        // A long conversation: what 20,000 bytes hold.
        let told = pieces(&text, 20_000).next().ok_or("no texts")?;
        conversation.mask_spans(
            &Raw::new(told.to_owned(), Label::lowest()),
            &means.rules(),
            true,
        )?;
    }
    let slow = matches!(name, "all" | "model") && means.recogniser.is_some();
    let (started, mut bytes) = (cpu(), 0);
    let part = pieces(&text, if slow { 20_000 } else { 200_000 }).next().unwrap_or(&text);
    let clock = Instant::now();
    while cpu_since(started).as_millis() < 500 && clock.elapsed().as_secs() < 5 {
        finder.read(part, &blind)?;
        bytes += part.len();
    }
    #[expect(clippy::cast_precision_loss, reason = "a rate for display")]
    let rate = if slow {
        // The recogniser works on several threads.
        bytes as f64 / 1e3 / clock.elapsed().as_millis() as f64
    } else {
        bytes as f64 / 1e6 / cpu_since(started).as_secs_f64()
    };
    let mut cells = Vec::new();
    for size in [200, 2_000] {
        let (mut times, mut worked) = (Vec::<Duration>::new(), Vec::<Duration>::new());
        let texts: Vec<&str> = pieces(&text, size).collect();
        // How long each text takes when nobody else has the processor.
        let mut best = vec![Duration::MAX; texts.len()];
        let all = texts.iter().zip(0..).cycle();
        for (piece, number) in all.take(if slow { 200 } else { 4_000 }) {
            let (started, busy) = (Instant::now(), cpu());
            finder.read(piece, &blind)?;
            worked.push(cpu_since(busy));
            let time = started.elapsed();
            times.push(time);
            if let Some(best) = best.get_mut::<usize>(number) {
                *best = time.min(*best);
            }
        }
        best.retain(|time| *time < Duration::MAX);
        let rank = |times: &mut Vec<Duration>, n: usize| {
            times.sort_unstable();
            // So many of a hundred are no slower: of a hundred times, the last but one is the 99th.
            let place = (times.len() * n).div_ceil(100).saturating_sub(1);
            times.get(place).map_or(0, Duration::as_micros)
        };
        // What the recogniser's other threads do is not this one's time.
        let own = if slow { String::new() } else { rank(&mut worked, 99).to_string() };
        let (half, most) = (rank(&mut times, 50), rank(&mut times, 99));
        cells.push(format!("{half} | {most} | {own} | {}", rank(&mut best, 99)));
    }
    out(&format!("| {name} | {rate:.1} | {} | {held:.0} |", cells.join(" | ")));
    Ok(())
}

/// Pieces of about this many bytes.
fn pieces(text: &str, size: usize) -> impl Iterator<Item = &str> + Clone {
    let mut rest = text;
    std::iter::from_fn(move || {
        let mut end = size;
        while end < rest.len() && !rest.is_char_boundary(end) {
            end += 1;
        }
        let (piece, after) = rest.split_at_checked(end)?;
        rest = after;
        Some(piece)
    })
}
