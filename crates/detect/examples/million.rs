//! Builds an index of a million invented contacts: time, memory, speed of a scan.
//!
//! `cargo run --release -p detect --example million`

use std::{
    fmt::Write as _,
    sync::{Arc, RwLock},
    time::Duration,
};

use boundary::{Detector, Layer};
use detect::{Detectors, Known, KnownError, KnownValues};

const CONTACTS: usize = 1_000_000;

#[expect(clippy::print_stdout, reason = "a report for the terminal")]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let people: Vec<[String; 6]> = (0..CONTACTS).map(person).collect();
    let started = cpu();
    let mut known = KnownValues::new([5; 16], CONTACTS);
    known.load(|known| {
        for [id, first, last, email, phone, firm] in &people {
            let person = Known::Person { first, last };
            known.upsert(
                id,
                &[person, Known::Email(email), Known::Phone(phone), Known::Org(firm)],
            )?;
        }
        Ok::<(), KnownError>(())
    })?;
    let built = Duration::from_nanos(cpu() - started);
    println!(
        "{} contacts, {} entries: {built:?}, {} MB",
        known.len(),
        known.entries(),
        known.memory() / 1_000_000
    );
    let mut text = String::new();
    for [_, first, last, email, phone, firm] in people.iter().step_by(977) {
        writeln!(
            text,
            "Spoke with {first} {last} from {firm} about the renewal of the contract, which the team \
             wants to close before the end of the quarter. Please send the papers to {email} and call \
             {phone} if anything about the terms is still unclear to the legal department."
        )?;
    }
    let detectors = Detectors::standard(&[]).with_known(Arc::new(RwLock::new(known)));
    for (name, detectors) in
        [("known", detectors.clone().only(&[Layer::Known])), ("all", detectors)]
    {
        let started = cpu();
        let found = detectors.detect(&text)?.len();
        let seconds = Duration::from_nanos(cpu() - started).as_secs_f64();
        #[expect(clippy::cast_precision_loss, reason = "a rate for display")]
        let rate = text.len() as f64 / seconds / 1e6;
        println!("{name}: {found} findings in {} kB, {rate:.1} MB/s", text.len() / 1000);
    }
    Ok(())
}

/// CPU time of this thread so far, in nanoseconds; wall time says little on a busy machine.
fn cpu() -> u64 {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    stat.split(' ').next().and_then(|n| n.parse().ok()).unwrap_or(0)
}

/// An invented person; names are syllables, so that a million of them differ.
fn person(n: usize) -> [String; 6] {
    let first = word(n % 3_001, 2);
    let last = word(n * 7 % 90_001, 3);
    let firm =
        format!("{} {}", word(n % 70_001, 3), if n.is_multiple_of(2) { "Ltd" } else { "GmbH" });
    let email = format!(
        "{}.{}{}@{}.example",
        first.to_lowercase(),
        last.to_lowercase(),
        n % 1000,
        word(n % 5_003, 2).to_lowercase()
    );
    let phone = format!("+44 20 {:04} {:04}", n / 10_000 + 1000, n % 10_000);
    [format!("003{n:012}"), first, last, email, phone, firm]
}

fn word(mut n: usize, syllables: usize) -> String {
    const SYLLABLES: [&str; 45] = [
        "ba", "be", "bi", "bo", "da", "de", "di", "do", "fa", "fe", "ga", "go", "ha", "he", "ja",
        "jo", "ka", "ke", "ki", "ko", "la", "le", "li", "lo", "ma", "me", "mi", "mo", "na", "ne",
        "ni", "no", "pa", "pe", "ra", "ri", "ro", "sa", "se", "ta", "to", "va", "vi", "za", "zo",
    ];
    let mut out = String::new();
    for _ in 0..=syllables {
        out.push_str(SYLLABLES.get(n % 45).unwrap_or(&""));
        n /= 45;
    }
    let mut letters = out.chars();
    letters
        .next()
        .map_or(String::new(), |c| c.to_uppercase().collect::<String>() + letters.as_str())
}
