//! Timing and raw opinions, for work on the recogniser.
//!
//! `cargo run --release -p recognise --example probe -- FOLDER [TEXT]`

use std::time::{Duration, Instant};

use detect::Recogniser as _;
use recognise::{Limits, NETWORK, Recogniser, VOCABULARY};

const ROUNDS: usize = 40;

#[expect(clippy::print_stdout, reason = "a report for the terminal")]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [folder, rest @ ..] = arguments.as_slice() else {
        println!("usage: probe FOLDER [TEXT]");
        return Ok(());
    };
    let read = |name: &str| std::fs::read(format!("{folder}/{name}"));
    let started = Instant::now();
    let recogniser = Recogniser::load(
        &read(NETWORK.name)?,
        &read(VOCABULARY.name)?,
        Limits::default(),
        Instant::now,
    )?;
    println!("loaded in {:?}", started.elapsed());
    if let Some(text) = rest.first() {
        for word in &recogniser.read(text)?.words {
            println!("{:?} {word:?}", text.get(word.start..word.end));
        }
        return Ok(());
    }
    let sentence = "Spoke with Małgorzata Wiśniewska from Nordlicht about the renewal, which R. Abubakar wants to close soon. ";
    for size in [200, 480, 2_000] {
        let (mut times, before) = (Vec::new(), cpu());
        for round in 0..ROUNDS {
            let text: String = sentence.chars().cycle().skip(round).take(size).collect();
            let wall = Instant::now();
            recogniser.read(&text)?;
            times.push(wall.elapsed());
        }
        let each = Duration::from_nanos((cpu() - before) / u64::try_from(ROUNDS)?);
        times.sort_unstable();
        let at = |share: usize| {
            times
                .get((times.len() * share).div_ceil(100).saturating_sub(1))
                .copied()
                .unwrap_or_default()
        };
        println!("{size} characters: CPU {each:?}; wall p50 {:?} p99 {:?}", at(50), at(99));
    }
    Ok(())
}

/// CPU time of all threads so far, in nanoseconds, to a hundredth of a second.
fn cpu() -> u64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let ticks = stat.split(' ').skip(13).take(2).filter_map(|n| n.parse::<u64>().ok());
    ticks.sum::<u64>() * 10_000_000
}
