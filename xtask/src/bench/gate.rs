//! What the gate adds: the same load on the same scripted model, directly and through the gate with everything on.
//!
//! Rounds alternate between the ways, so that what else the machine does hits all of them. The recogniser of names
//! takes far longer than all else, so the gate is measured without it, and once more with it where its files are.

mod client;
mod model;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use serde_json::{Value, json};

use super::process::Server;
use super::table::Table;
use client::Line;
use model::{LONG, READ, WORDS};

/// Turns for each latency: one request each way.
const TURNS: u32 = 300;
/// Turns that only warm up.
const WARM: u32 = 30;
/// Connections for the throughput, rounds and length of each.
const CONNECTIONS: u32 = 16;
const ROUNDS: u32 = 5;
/// The gate with the recogniser takes part in one turn of so many.
const SELDOM: u32 = 10;
const ROUND: Duration = Duration::from_secs(2);

/// A way to the model.
struct Way {
    name: &'static str,
    host: String,
    key: Option<String>,
    /// Takes part in one turn of so many, and in no round of throughput unless it is in all turns.
    every: u32,
}

pub(super) fn run(root: &Path) -> anyhow::Result<Vec<Table>> {
    let binary = root.join("target/release/portcullis");
    let here = Folder::new(&root.join("target/bench"))?;
    let disk = disk(&here.0)?;
    let model = model::start()?.to_string();
    let server = gate(&binary, &model, &here.0, None)?;
    let idle = server.memory()?;
    let mut ways = vec![
        Way { name: "direct", host: model.clone(), key: None, every: 1 },
        way("gate", &server)?,
    ];
    // The same without a disk to wait for, where the machine has such a folder: what the gate itself takes.
    let memory = Folder::new(Path::new("/dev/shm")).ok();
    let beside =
        memory.as_ref().map(|folder| gate(&binary, &model, &folder.0, None)).transpose()?;
    if let Some(beside) = &beside {
        ways.push(way("gate, data in memory", beside)?);
    }
    let files = Some(root.join("target/model")).filter(|files| files.is_dir());
    let folder = here.0.join("with-recogniser");
    let knowing =
        files.as_ref().map(|files| gate(&binary, &model, &folder, Some(files))).transpose()?;
    if let Some(knowing) = &knowing {
        ways.push(Way { every: SELDOM, ..way("gate, with the recogniser", knowing)? });
    }

    let read = "whole answer after one SOQL read of 20 contacts (practice org included)";
    let mut tables = vec![
        latency(&ways, "whole answer, 1 KB prompt, one connection", "")?,
        latency(&ways, read, READ)?,
    ];
    tables.extend(streams(&ways)?);
    let before = entries(&binary, &here.0)?;
    let (table, busy) = throughput(&ways)?;
    let written = entries(&binary, &here.0)? - before;
    let rate = float(written) / busy.as_secs_f64();
    tables.push(table.note(format!("durable ledger entries meanwhile: {rate:.0} a second")));
    let megabytes = |bytes: u64| float(bytes) / 1e6;
    let after = server.memory()?;
    tables.push(
        Table::new("resident memory, practice org included", "MB")
            .row("idle", vec![megabytes(idle)])
            .row("after the load", vec![megabytes(after)]),
    );
    let title = "one write made durable on this disk, for comparison";
    tables.push(Table::new(title, "ms").row("fdatasync", disk));
    Ok(tables)
}

/// A folder that goes when this is dropped.
struct Folder(PathBuf);

impl Folder {
    fn new(parent: &Path) -> anyhow::Result<Self> {
        let path = parent.join(format!("portcullis-gate-{}", std::process::id()));
        fs::create_dir_all(&path)?;
        Ok(Self(path))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What cannot be removed is told by whoever looks for space.
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A demo with the model beside its local engine.
fn gate(
    binary: &Path,
    model: &str,
    data: &Path,
    recogniser: Option<&Path>,
) -> anyhow::Result<Server> {
    fs::create_dir_all(data)?;
    let mut command = Command::new(binary);
    command.args(["demo", "--port", "0", "--json", "--model", "fixed", "--model-url"]);
    command.arg(format!("http://{model}/v1")).arg("--data").arg(data);
    if let Some(files) = recogniser {
        command.arg("--recogniser").arg(files);
    }
    // Elsewhere than at the root, where it would find the recogniser by itself.
    Server::start(command.current_dir(data))
}

fn way(name: &'static str, server: &Server) -> anyhow::Result<Way> {
    let told = |name: &str| {
        let text = server.ready.get(name).and_then(Value::as_str);
        text.with_context(|| format!("the demo gives no `{name}`"))
    };
    let host = told("page")?.trim_start_matches("http://").to_owned();
    Ok(Way { name, host, key: Some(told("api_key")?.to_owned()), every: 1 })
}

impl Way {
    fn open(&self) -> anyhow::Result<Line> {
        Line::open(&self.host, self.key.as_deref())
    }
}

/// A request whose question is about a kilobyte, and a conversation of its own.
fn body(stream: bool, mark: &str) -> String {
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let filler =
        "Please keep the summary short and say what happens next with the order. ".repeat(12);
    let question = format!(
        "Question {number} {mark}: note that jo.march{number}@laurie.example, +44 20 7946 0958, asked for an offer. {filler}"
    );
    json!({ "model": "server", "stream": stream, "messages": [{ "role": "user", "content": question }] })
        .to_string()
}

/// A connection each, and what was measured on it.
fn lines(ways: &[Way]) -> anyhow::Result<Vec<(&Way, Line, Vec<f64>)>> {
    ways.iter().map(|way| Ok((way, way.open()?, Vec::new()))).collect()
}

/// Milliseconds of whole answers.
fn latency(ways: &[Way], title: &'static str, mark: &str) -> anyhow::Result<Table> {
    let mut lines = lines(ways)?;
    for turn in 0..WARM + TURNS {
        for (way, line, samples) in &mut lines {
            if !turn.is_multiple_of(way.every) {
                continue;
            }
            let one = body(false, mark);
            let start = Instant::now();
            if mark == READ && way.key.is_none() {
                // The client would run the tool and come back with its result.
                line.ask(&one, || {})?;
                line.ask(&one.replace(READ, ""), || {})?;
            } else {
                let answer = String::from_utf8_lossy(line.ask(&one, || {})?);
                let restored = answer.contains("@laurie.example today.");
                ensure!(restored || way.key.is_none(), "a token was not restored: {answer}");
            }
            if turn >= WARM {
                samples.push(start.elapsed().as_secs_f64() * 1e3);
            }
        }
    }
    let rows = lines.into_iter();
    let table =
        rows.fold(Table::new(title, "ms"), |table, (way, _, samples)| table.row(way.name, samples));
    Ok(table.added())
}

/// Milliseconds to the first piece of text, and microseconds for each one after it.
fn streams(ways: &[Way]) -> anyhow::Result<Vec<Table>> {
    let mut lines = lines(ways)?;
    let mut each = vec![Vec::new(); ways.len()];
    for turn in 0..WARM + TURNS {
        for ((way, line, first), each) in lines.iter_mut().zip(&mut each) {
            if !turn.is_multiple_of(way.every) {
                continue;
            }
            let mut begun = None;
            let start = Instant::now();
            line.ask(&body(true, LONG), || {
                begun.get_or_insert_with(|| start.elapsed());
            })?;
            let whole = start.elapsed();
            let begun = begun.context("a stream had no text")?;
            if turn >= WARM {
                first.push(begun.as_secs_f64() * 1e3);
                let rest = whole.saturating_sub(begun).as_secs_f64();
                each.push(rest * 1e6 / float(WORDS as u64));
            }
        }
    }
    let mut first = Table::new("time to first token", "ms");
    let mut later = Table::new("each streamed token of 400", "us");
    for ((way, _, samples), each) in lines.into_iter().zip(each) {
        first = first.row(way.name, samples);
        later = later.row(way.name, each);
    }
    Ok(vec![first.added(), later.added()])
}

/// Answers a second at many connections; also how long the gate with its data on the disk was under load.
fn throughput(ways: &[Way]) -> anyhow::Result<(Table, Duration)> {
    let ways: Vec<_> = ways.iter().filter(|way| way.every == 1).collect();
    let mut rates = vec![Vec::new(); ways.len()];
    let mut busy = Duration::ZERO;
    for _ in 0..ROUNDS {
        for (way, rates) in ways.iter().zip(&mut rates) {
            let (rate, took) = rate(way)?;
            rates.push(rate);
            if way.name == "gate" {
                busy += took;
            }
        }
    }
    let table = Table::new("whole answers at 16 connections", "a second");
    let rows = ways.iter().zip(rates);
    Ok((rows.fold(table, |table, (way, rates)| table.row(way.name, rates)), busy))
}

fn rate(way: &Way) -> anyhow::Result<(f64, Duration)> {
    let over = AtomicBool::new(false);
    let start = Instant::now();
    let counts = thread::scope(|scope| {
        let work = || -> anyhow::Result<u64> {
            let mut line = way.open()?;
            let mut count = 0;
            while !over.load(Ordering::Relaxed) {
                line.ask(&body(false, ""), || {})?;
                count += 1;
            }
            Ok(count)
        };
        let threads: Vec<_> = (0..CONNECTIONS).map(|_| scope.spawn(work)).collect();
        thread::sleep(ROUND);
        over.store(true, Ordering::Relaxed);
        let joined = threads.into_iter().map(|thread| {
            thread.join().unwrap_or_else(|_| Err(anyhow::anyhow!("a connection's thread panicked")))
        });
        joined.collect::<anyhow::Result<Vec<u64>>>()
    })?;
    let took = start.elapsed();
    Ok((float(counts.iter().sum()) / took.as_secs_f64(), took))
}

/// Entries of the ledger, as its own verifier counts them.
fn entries(binary: &Path, data: &Path) -> anyhow::Result<u64> {
    let mut command = Command::new(binary);
    command.args(["ledger", "verify", "--json", "--data"]).arg(data.join("gate"));
    let output = command.output()?;
    ensure!(output.status.success(), "the ledger does not verify");
    let report: Value = serde_json::from_slice(&output.stdout)?;
    report.get("size").and_then(Value::as_u64).context("the ledger has no size")
}

/// Milliseconds that the disk takes to make four kilobytes durable: what each entry that is waited for costs at least.
fn disk(folder: &Path) -> anyhow::Result<Vec<f64>> {
    use std::io::Write as _;
    let path = folder.join("disk");
    let mut file = fs::File::create(&path)?;
    let mut samples = Vec::new();
    for _ in 0..TURNS {
        let start = Instant::now();
        file.write_all(&[7; 4096])?;
        file.sync_data()?;
        samples.push(start.elapsed().as_secs_f64() * 1e3);
    }
    fs::remove_file(path)?;
    Ok(samples)
}

#[expect(clippy::cast_precision_loss, reason = "counts lie far below 2^52")]
fn float(count: u64) -> f64 {
    count as f64
}
