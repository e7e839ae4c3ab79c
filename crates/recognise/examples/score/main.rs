//! Scores the detectors on a labelled set: each layer alone, and all together.
//!
//! `cargo run -p recognise --example score -- DATA.json CONTACTS.jsonl MODE`, where the mode is one of
//!
//! - `layers` (or none): typed precision, recall and F2, what is hidden, what leaks, false alarms;
//!   `layers all`: of all together alone;
//! - `house`: rules of the house alone, and what becomes of passages of protected documents;
//! - `memory`: how much of what is said again in each way memory alone hides;
//! - `adverse`: the share of values that is covered when they are written to be overlooked;
//! - `speed NAME`: throughput, times and memory of a layer, of `rules` (all but the recogniser) or of `all`;
//! - `stream`: how well a text is masked as it comes, letter by letter, and how much of it waits;
//! - `given SPANS.json`: what another program found, a list of spans for each text;
//! - `misses` and `false`, with `unknown` for a gate that knows nobody: each by itself.
//!
//! With the folder of the recogniser's files in `PORTCULLIS_RECOGNISER`, the recogniser is scored too; with the changes of
//! another file in `PORTCULLIS_ADAPTER`, or `none`.
//!
//! `DATA.json` holds `items`: `text`, `spans` (`start`, `end` in code points, `type`, `in_crm`), `set`, `kind`.

mod counting;
mod house;
mod labelled;
mod layers;
mod memory;
mod others;
mod report;
mod speed;
mod stream;

use std::path::Path;
use std::sync::{Arc, RwLock};
use std::time::Instant;

use detect::Detectors;
use recognise::{Adapter, Limits, NETWORK, Recogniser, VOCABULARY};

use labelled::{read_items, read_known};
use layers::Means;

type Anyhow<T> = Result<T, Box<dyn std::error::Error>>;

fn main() -> Anyhow<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [data, contacts, rest @ ..] = arguments.as_slice() else {
        out(
            "usage: score DATA.json CONTACTS.jsonl [layers|house|adverse|speed|stream|given|misses|false]",
        );
        return Ok(());
    };
    if !Path::new(data).exists() || !Path::new(contacts).exists() {
        out("the labelled set is not here: skipped");
        return Ok(());
    }
    let known = Arc::new(RwLock::new(read_known(contacts)?));
    let means = Means { known, recogniser: read_recogniser()? };
    let mode = rest.first().map_or("layers", String::as_str);
    let items = || read_items(data);
    match mode {
        "misses" | "false" => {
            let nobody = rest.get(1).is_some_and(|it| it == "unknown");
            let detector = if nobody { means.read(Detectors::standard(&[])) } else { means.all() };
            let only = rest.get(2).map(String::as_str);
            report::list(&items()?, &detector, mode == "misses", only)
        }
        "speed" => speed::speed(&items, &means, rest.get(1).map_or("all", String::as_str)),
        "adverse" => others::adverse(&items()?, &means.all(), rest.get(1).is_some()),
        "house" => house::house(&items()?, rest.get(1).is_some()),
        "memory" => memory::by_way(&items()?, &means.rules(), rest.get(1).is_some()),
        "stream" => stream::stream(&items()?, &means.all()),
        "given" => others::given(&items()?, rest.get(1).ok_or("say which spans")?),
        _ => {
            let whole = rest.get(1).is_some_and(|it| it == "all");
            layers::layers(&items()?, &means, whole)
        }
    }
}

/// The recogniser, when its folder is told. Nothing is kept, so that speed is of texts it never read.
fn read_recogniser() -> Anyhow<Option<Arc<Recogniser>>> {
    let Some(folder) = std::env::var_os("PORTCULLIS_RECOGNISER") else { return Ok(None) };
    let read = |name: &str| std::fs::read(Path::new(&folder).join(name));
    let limits = Limits { budget: std::time::Duration::from_mins(5), kept: 0 };
    let (network, vocabulary) = (read(NETWORK.name)?, read(VOCABULARY.name)?);
    let recogniser = match std::env::var_os("PORTCULLIS_ADAPTER") {
        None => Recogniser::load(&network, &vocabulary, limits, Instant::now)?,
        Some(none) if none == "none" => {
            Recogniser::parse(&network, &vocabulary, Adapter::default(), limits, Instant::now)?
        }
        Some(file) => {
            let file = std::fs::read(file)?;
            let adapter = Adapter::parse(&file)?;
            Recogniser::parse(&network, &vocabulary, adapter, limits, Instant::now)?
        }
    };
    Ok(Some(Arc::new(recogniser)))
}

#[expect(clippy::print_stdout, reason = "a report for the terminal")]
fn out(line: &str) {
    println!("{line}");
}
