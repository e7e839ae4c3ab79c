//! An index of a million invented contacts: time and memory of building it, speed of looking through a text.
//!
//! `cargo run --release -p detect --example million`, or with a number after `--`: that many builds and nothing else.

use std::{
    fmt::Write as _,
    fs,
    sync::{Arc, RwLock},
    time::Instant,
};

use boundary::{Detector, Layer};
use detect::{Detectors, Known, KnownError, KnownValues};

const CONTACTS: usize = 1_000_000;
/// Bytes of each text that is looked through.
const TEXT: usize = 4_000_000;

#[expect(clippy::print_stdout, reason = "a report for the terminal")]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let people = People::new();
    if let Some(builds) = std::env::args().nth(1) {
        return several(&people, builds.parse()?);
    }
    println!("| a million contacts | measured | goal |\n|---|--:|--:|");
    report("built", &build(&people, CONTACTS)?.1);
    let (known, built) = build(&people, 0)?;
    report("built, their number not known beforehand", &built);
    println!("| values and variants | {} | |", known.entries());
    let detectors = Detectors::standard(&[]).with_known(Arc::new(RwLock::new(known)));
    let only_known = detectors.clone().only(&[Layer::Known]);
    for (name, text) in [("many values", people.text(1)), ("few values", people.text(60))] {
        for (layer, detectors) in [("this layer", &only_known), ("all layers", &detectors)] {
            // The first look reads the word lists.
            detectors.detect("Ada")?;
            let mut rates = Vec::new();
            let mut found = 0;
            for _ in 0..3 {
                let before = own_cpu();
                found = detectors.detect(&text)?.len();
                rates.push(count(text.len()) / 1e6 / (own_cpu() - before));
            }
            rates.sort_by(f64::total_cmp);
            let rate = rates.get(1).copied().unwrap_or_default();
            let goal = if layer == "this layer" { "10 MB/s" } else { "" };
            let density = count(text.len()) / count(found.max(1));
            println!("| {name} (one in {density:.0} bytes), {layer} | {rate:.1} MB/s | {goal} |");
        }
    }
    Ok(())
}

/// Builds again and again, since a shared machine is not always as fast.
#[expect(clippy::print_stdout, reason = "a report for the terminal")]
fn several(people: &People, builds: usize) -> Result<(), Box<dyn std::error::Error>> {
    let mut times = Vec::new();
    for n in 0..builds {
        let built = build(people, if n.is_multiple_of(2) { CONTACTS } else { 0 })?.1;
        let Built { seconds, cpu, held, grown } = built;
        println!("{seconds:.2} s, {cpu:.2} s of CPU, held {held:.1} MB, grown by {grown:.1} MB");
        times.push(seconds);
    }
    times.sort_by(f64::total_cmp);
    let median = times.get(builds / 2).copied().unwrap_or_default();
    println!("median of {builds} builds: {median:.2} s");
    Ok(())
}

#[expect(clippy::print_stdout, reason = "a report for the terminal")]
fn report(name: &str, built: &Built) {
    println!("| {name} | {:.2} s | 2 s |", built.seconds);
    println!("| ..on all cores together | {:.2} s of CPU | |", built.cpu);
    println!("| ..held by it | {:.1} MB | 64 MB |", built.held);
    println!("| ..grown by, for it and while it is built | {:.1} MB | |", built.grown);
}

/// Seconds, and millions of bytes.
struct Built {
    seconds: f64,
    cpu: f64,
    held: f64,
    /// What was free in the process before does not show.
    grown: f64,
}

fn build(people: &People, size: usize) -> Result<(KnownValues, Built), KnownError> {
    // From now on the peak is this build's.
    let _ = fs::write("/proc/self/clear_refs", "5");
    let (before, began, cpu) = (memory("VmRSS"), Instant::now(), cpu());
    let mut known = KnownValues::new([5; 16], size);
    known.load(|known| {
        for [id, first, last, email, phone, firm] in people.all() {
            let person = Known::Person { first, last };
            let others = [person, Known::Email(email), Known::Phone(phone), Known::Org(firm)];
            known.upsert(id, &others)?;
        }
        Ok(())
    })?;
    let built = Built {
        seconds: began.elapsed().as_secs_f64(),
        cpu: self::cpu() - cpu,
        held: count(known.memory()) / 1e6,
        grown: memory("VmHWM") - before,
    };
    Ok((known, built))
}

/// Invented people: all their values in one text.
struct People {
    text: String,
    ends: Vec<[u32; 7]>,
}

impl People {
    fn new() -> Self {
        let mut people = Self {
            text: String::with_capacity(CONTACTS * 110),
            ends: Vec::with_capacity(CONTACTS),
        };
        for n in 0..CONTACTS {
            let mut ends = [0; 7];
            let mut at = people.text.len();
            for (end, value) in ends.iter_mut().zip([String::new()].into_iter().chain(person(n))) {
                people.text.push_str(&value);
                at += value.len();
                *end = u32::try_from(at).unwrap_or(u32::MAX);
            }
            people.ends.push(ends);
        }
        people
    }

    fn all(&self) -> impl Iterator<Item = [&str; 6]> + Clone {
        self.ends.iter().map(|[id, first, last, email, phone, firm, end]| {
            let part = |from: &u32, to: &u32| {
                let range = usize::try_from(*from).unwrap_or(0)..usize::try_from(*to).unwrap_or(0);
                self.text.get(range).unwrap_or_default()
            };
            [
                part(id, first),
                part(first, last),
                part(last, email),
                part(email, phone),
                part(phone, firm),
                part(firm, end),
            ]
        })
    }

    /// A text that names people, with so many paragraphs that name nobody for each that does.
    fn text(&self, rare: usize) -> String {
        let mut text = String::with_capacity(TEXT + 1_000);
        for (n, [_, first, last, email, phone, firm]) in self.all().step_by(97).cycle().enumerate()
        {
            if text.len() >= TEXT {
                break;
            }
            let _ = if n.is_multiple_of(rare) {
                writeln!(
                    text,
                    "Spoke with {first} {last} from {firm} about the renewal of the contract, which the \
                     team wants to close before the end of the quarter. Please send the papers to {email} \
                     and call {phone} if anything about the terms is still unclear to the legal department."
                )
            } else {
                writeln!(
                    text,
                    "The meeting about the renewal was moved to the second week of the quarter, since the \
                     legal department has {n} questions about the terms that nobody could answer on Friday. \
                     Until then the offer stays as it is, and the discount is not to be mentioned to anyone."
                )
            };
        }
        text
    }
}

/// CPU time of this thread so far, in seconds; wall time says little of it on a busy machine.
fn own_cpu() -> f64 {
    let stat = fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let ran = stat.split(' ').next().and_then(|n| n.parse::<f64>().ok());
    ran.unwrap_or_default() / 1e9
}

/// CPU time of all threads so far, in seconds: the 14th and 15th field, in hundredths.
fn cpu() -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat.rsplit(") ").next().unwrap_or_default().split(' ');
    fields.skip(11).take(2).filter_map(|n| n.parse::<f64>().ok()).sum::<f64>() / 100.0
}

/// A line of the system's account of this process, in millions of bytes.
fn memory(name: &str) -> f64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
    let kib = line.and_then(|it| it.split_whitespace().next()?.parse::<f64>().ok());
    kib.unwrap_or_default() * 1024.0 / 1e6
}

#[expect(clippy::cast_precision_loss, reason = "counts for display")]
fn count(n: usize) -> f64 {
    n as f64
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
