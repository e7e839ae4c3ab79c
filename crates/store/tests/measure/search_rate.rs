//! Measures finding among many entries: how fast the index fills, how large it is, how long a search takes.
//!
//! `cargo run -p store --example search_rate --release -- [entries]`

#![expect(clippy::print_stdout, reason = "it prints its measurements")]

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use boundary::{Act, Action, Entry, Facts, MarkKey, Purpose, UnixMillis, Verdict};
use ledger::{Annex, Envelope, Sequencer, Signer};
use store::{Indexed, Query, Store};

type Failure = Box<dyn std::error::Error + Send + Sync>;

const OBJECTS: [&str; 6] = ["Account", "Contact", "Lead", "Opportunity", "Case", "Task"];
const WORDS: u64 = 20_000;

fn entry(number: u64) -> Entry {
    let mixed = number.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 20;
    let act = Act {
        trace: format!("{number:032x}"),
        actor: format!("{:032x}", mixed % 500),
        door: "openai".into(),
        client: format!("k{}", mixed % 900),
        policy: "0000000000000000".into(),
        tenant: None,
        tool: None,
    };
    let refused = mixed.is_multiple_of(50);
    let (purpose, verdict, rule) = if refused {
        (Purpose::Refusal, Verdict::Refused, "outsiders-text")
    } else {
        (Purpose::Intent, Verdict::Allowed, "matrix")
    };
    let mut facts = Facts::new(purpose, Action::Read, verdict, &act).rule(rule);
    let object = usize::try_from(mixed % 6).ok().and_then(|at| OBJECTS.get(at)).unwrap_or(&"Case");
    for field in ["Id", "Name", "Email", "Phone", "OwnerId"] {
        facts.touch(object, field);
    }
    facts.entry()
}

fn main() -> Result<(), Failure> {
    let count: u64 = std::env::args().nth(1).map_or(Ok(1_000_000), |text| text.parse())?;
    let dir = tempfile::tempdir()?;
    let store = Store::open(dir.path())?;
    let signer = Signer::new("measure.example/audit", &[1; 32])?;
    let now = AtomicU64::new(1_800_000_000_000);
    let clock = Arc::new(move || UnixMillis(now.fetch_add(40, Ordering::Relaxed)));
    let sequencer = Sequencer::start(store.log_storage()?, signer, clock)?;
    let start = Instant::now();
    let mut waiting = std::collections::VecDeque::new();
    for number in 0..count {
        let annex =
            Annex { subjects: [format!("{:016x}", number % 70_000)].into(), ..Annex::default() };
        waiting.push_back(sequencer.append_with(entry(number), annex, Vec::new()));
        if waiting.len() >= 2_000 {
            for pending in waiting.drain(..1_000) {
                pending.wait(Duration::from_secs(30))?;
            }
        }
    }
    for pending in waiting {
        pending.wait(Duration::from_secs(30))?;
    }
    sequencer.close()?;
    rate("durable entries", count, start.elapsed());

    let marks = MarkKey::new([7; 32]);
    let start = Instant::now();
    loop {
        let rows = store.log().rows(store.index().next()?, 2_000)?;
        if rows.is_empty() {
            break;
        }
        let mut batch = Vec::with_capacity(rows.len());
        for row in rows {
            // Eight words of some answer each.
            let words = (0..8).map(|it| {
                let word = row.index.wrapping_mul(2_654_435_761).wrapping_add(it * 7_919) % WORDS;
                marks.word(&format!("word{word}"))
            });
            let envelope = Envelope::parse(&row.body)?;
            batch.push(Indexed { envelope, leaf: row.leaf, marks: words.collect() });
        }
        store.index().add(&batch)?;
    }
    rate("entries indexed", count, start.elapsed());
    let bytes = store.index().bytes()?;
    println!("index.db            {:>12} bytes, {} an entry", bytes, bytes / count.max(1));

    let word = marks.word("word77");
    let page = || Query::new(50);
    let mut deep = page().with("decision", "allowed");
    deep.before = Some(count / 2);
    let mut day = page().with("field", "Contact.Email");
    day.from = Some(UnixMillis(1_800_000_000_000 + count * 20));
    day.until = Some(UnixMillis(1_800_000_000_000 + count * 21));
    for (name, query) in [
        ("newest 50", page()),
        ("one person", page().with("actor", &format!("{:032x}", 77))),
        ("one record", page().with("subject", &format!("{:016x}", 4_242))),
        ("one field", page().with("field", "Contact.Email")),
        ("a rule", page().with("rule", "outsiders-text")),
        ("a word that was said", page().with_word("word77", Some(&word))),
        (
            "person, rule and word",
            page()
                .with("actor", &format!("{:032x}", 77))
                .with("rule", "outsiders-text")
                .with_word("email", None),
        ),
        (
            "a rare word and a common",
            page().with_word("word77", Some(&word)).with("decision", "allowed"),
        ),
        ("a page in the middle", deep),
        ("a field in a span of time", day),
        ("nothing", page().with("rule", "never")),
    ] {
        let mut times = Vec::new();
        let mut hits = 0;
        for _ in 0..20 {
            let start = Instant::now();
            hits = store.index().search(store.log(), &query)?.entries.len();
            times.push(start.elapsed());
        }
        times.sort();
        let median = times.get(times.len() / 2).copied().unwrap_or_default();
        let worst = times.last().copied().unwrap_or_default();
        println!("{name:<27} {hits:>3} found, median {median:>10.2?}, worst {worst:>10.2?}");
    }
    Ok(())
}

fn rate(what: &str, count: u64, time: Duration) {
    let count = f64::from(u32::try_from(count).unwrap_or(u32::MAX));
    println!("{what:<19} {:>12.0} a second", count / time.as_secs_f64());
}
