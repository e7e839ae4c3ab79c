//! How long the recogniser takes for 200 and 2,000 characters it has not read before, and with how much memory.
//!
//! `cargo run --release -p recognise --example speed -- FOLDER [TEXTS.json]`

use std::{
    env, fs,
    path::Path,
    time::{Duration, Instant},
};

use detect::Recogniser as _;
use recognise::{Limits, NETWORK, Recogniser, VOCABULARY};
use serde_json::Value;

#[expect(clippy::print_stdout, reason = "a report for the terminal")]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [folder, rest @ ..] = arguments.as_slice() else {
        return Err("usage: speed FOLDER [TEXTS.json]".into());
    };
    let read = |name: &str| fs::read(Path::new(folder).join(name));
    let limits = Limits { budget: Duration::from_mins(1), kept: 0 };
    let recogniser =
        Recogniser::load(&read(NETWORK.name)?, &read(VOCABULARY.name)?, limits, Instant::now)?;
    let prose = match rest.first() {
        Some(path) => texts(&fs::read_to_string(path)?)?,
        None => PROSE.repeat(200),
    };
    let letters: Vec<char> = prose.chars().collect();
    println!("characters       p50       p99   processor (both cores), ms");
    for (size, runs) in [(200, 200), (2_000, 200)] {
        let (mut wall, mut busy) = (Vec::new(), 0);
        for (run, piece) in letters.chunks_exact(size).cycle().take(runs).enumerate() {
            // The number makes each text another one.
            let text = format!("{run} {}", piece.iter().collect::<String>());
            let (started, before) = (Instant::now(), processor());
            recogniser.read(&text)?;
            wall.push(started.elapsed().as_micros());
            busy += processor() - before;
        }
        wall.sort_unstable();
        let rank = |n: usize| {
            wall.get((wall.len() * n).div_ceil(100).saturating_sub(1)).copied().unwrap_or_default()
        };
        #[expect(clippy::cast_precision_loss, reason = "times for display")]
        let [p50, p99, busy] =
            [rank(50) as f64, rank(99) as f64, busy as f64 / runs as f64].map(|it| it / 1e3);
        println!("{size:10} {p50:9.1} {p99:9.1} {busy:11.1}");
    }
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    println!("{}", status.lines().find(|line| line.starts_with("VmHWM")).unwrap_or_default());
    Ok(())
}

const PROSE: &str = "Spoke with Odalys Marrero from Brackwater about the renewal of the contract, which the team \
    wants to close before the end of the quarter. Please send the papers to her assistant and call if anything about \
    the terms is still unclear to the legal department. ";

fn texts(json: &str) -> Result<String, Box<dyn std::error::Error>> {
    let data: Value = serde_json::from_str(json)?;
    let items = data.get("items").and_then(Value::as_array).ok_or("no items")?;
    let texts = items.iter().filter_map(|item| item.get("text")?.as_str());
    Ok(texts.collect::<Vec<_>>().join("\n"))
}

/// Processor time of all threads so far, in microseconds.
fn processor() -> u128 {
    let mut sum = 0;
    for task in fs::read_dir("/proc/self/task").into_iter().flatten().flatten() {
        let text = fs::read_to_string(task.path().join("schedstat")).unwrap_or_default();
        sum += text.split(' ').next().and_then(|n| n.parse::<u128>().ok()).unwrap_or(0);
    }
    sum / 1_000
}
