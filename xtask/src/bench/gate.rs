//! What the gate adds: the same load on the same scripted model, directly and through the gate with everything on.
//!
//! Rounds alternate between the two, so that what else the machine does hits both.

mod client;
mod model;

use std::fs;
use std::path::Path;
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

/// Pairs of requests for each latency.
const PAIRS: u32 = 300;
/// Pairs that only warm up.
const WARM: u32 = 30;
/// Connections for the throughput, rounds and length of each.
const CONNECTIONS: u32 = 16;
const ROUNDS: u32 = 5;
const ROUND: Duration = Duration::from_secs(2);

/// Both ways to the model.
struct Ways {
    direct: String,
    gate: String,
    key: String,
}

pub(super) fn run(root: &Path) -> anyhow::Result<Vec<Table>> {
    let data = root.join("target/bench/gate");
    if data.exists() {
        fs::remove_dir_all(&data)?;
    }
    fs::create_dir_all(&data)?;
    let disk = disk(&data)?;
    let direct = model::start()?.to_string();
    let binary = root.join("target/release/portcullis");
    let mut command = Command::new(&binary);
    command.args(["demo", "--port", "0", "--json", "--model", "fixed", "--model-url"]);
    let server =
        Server::start(command.arg(format!("http://{direct}/v1")).arg("--data").arg(&data))?;
    let told = |name: &str| {
        let text = server.ready.get(name).and_then(Value::as_str);
        text.map(str::to_owned).with_context(|| format!("the demo gives no `{name}`"))
    };
    let gate = told("page")?.trim_start_matches("http://").to_owned();
    let ways = Ways { direct, gate, key: told("api_key")? };
    let idle = server.memory()?;

    let mut tables = vec![
        latency(&ways, "whole answer, 1 KB prompt, one connection", "")?,
        latency(
            &ways,
            "whole answer after one SOQL read of 20 contacts (practice org included)",
            READ,
        )?,
    ];
    tables.extend(streams(&ways)?);
    let before = entries(&binary, &data)?;
    let (table, busy) = throughput(&ways)?;
    let written = entries(&binary, &data)? - before;
    let rate = float(written) / busy.as_secs_f64();
    tables.push(table.note(format!("durable ledger entries meanwhile: {rate:.0} a second")));
    let megabytes = |bytes: u64| float(bytes) / 1e6;
    let after = server.memory()?;
    tables.push(
        Table::new("resident memory", "MB")
            .row("idle", vec![megabytes(idle)])
            .row("after the load", vec![megabytes(after)]),
    );
    tables.push(
        Table::new("one write made durable on this disk, for comparison", "ms")
            .row("fdatasync", disk),
    );
    drop(server);
    fs::remove_dir_all(&data)?;
    Ok(tables)
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

impl Ways {
    fn direct(&self) -> anyhow::Result<Line> {
        Line::open(&self.direct, None)
    }

    fn gate(&self) -> anyhow::Result<Line> {
        Line::open(&self.gate, Some(&self.key))
    }
}

/// Milliseconds of whole answers.
fn latency(ways: &Ways, title: &'static str, mark: &str) -> anyhow::Result<Table> {
    let (mut direct, mut gate) = (ways.direct()?, ways.gate()?);
    let (mut without, mut with) = (Vec::new(), Vec::new());
    for pair in 0..WARM + PAIRS {
        let one = body(false, mark);
        let start = Instant::now();
        direct.ask(&one, || {})?;
        if mark == READ {
            // The client would run the tool and come back with its result.
            direct.ask(&one.replace(READ, ""), || {})?;
        }
        let middle = Instant::now();
        let answer = gate.ask(&one, || {})?;
        let end = middle.elapsed();
        let answer = String::from_utf8_lossy(answer);
        ensure!(answer.contains("@laurie.example today."), "the answer is not restored: {answer}");
        if pair >= WARM {
            without.push((middle - start).as_secs_f64() * 1e3);
            with.push(end.as_secs_f64() * 1e3);
        }
    }
    Ok(Table::new(title, "ms").row("direct", without).row("gate", with).added())
}

/// Milliseconds to the first piece of text, and microseconds for each one after it.
fn streams(ways: &Ways) -> anyhow::Result<Vec<Table>> {
    let (mut direct, mut gate) = (ways.direct()?, ways.gate()?);
    let mut first = [Vec::new(), Vec::new()];
    let mut each = [Vec::new(), Vec::new()];
    for pair in 0..WARM + PAIRS {
        let one = body(true, LONG);
        let lines = [&mut direct, &mut gate];
        for ((line, first), each) in lines.into_iter().zip(&mut first).zip(&mut each) {
            let start = Instant::now();
            let mut begun = None;
            let mut pieces = 0_u64;
            line.ask(&one, || {
                pieces += 1;
                begun.get_or_insert_with(|| start.elapsed());
            })?;
            let whole = start.elapsed();
            let begun = begun.context("a stream had no text")?;
            if pair >= WARM {
                first.push(begun.as_secs_f64() * 1e3);
                each.push(whole.saturating_sub(begun).as_secs_f64() * 1e6 / float(WORDS as u64));
            }
            ensure!(pieces > 0, "a stream had no piece");
        }
    }
    let ([first_direct, first_gate], [each_direct, each_gate]) = (first, each);
    Ok(vec![
        Table::new("time to first token", "ms")
            .row("direct", first_direct)
            .row("gate", first_gate)
            .added(),
        Table::new("each streamed token of 400", "us")
            .row("direct", each_direct)
            .row("gate", each_gate)
            .added(),
    ])
}

/// Answers a second at many connections; also how long the gate was under load.
fn throughput(ways: &Ways) -> anyhow::Result<(Table, Duration)> {
    let (mut without, mut with) = (Vec::new(), Vec::new());
    let mut busy = Duration::ZERO;
    for _ in 0..ROUNDS {
        without.push(rate(|| ways.direct())?.0);
        let (rate, took) = rate(|| ways.gate())?;
        with.push(rate);
        busy += took;
    }
    let table = Table::new("whole answers at 16 connections", "a second");
    Ok((table.row("direct", without).row("gate", with), busy))
}

fn rate(open: impl Fn() -> anyhow::Result<Line> + Sync) -> anyhow::Result<(f64, Duration)> {
    let over = AtomicBool::new(false);
    let start = Instant::now();
    let counts = thread::scope(|scope| {
        let work = || -> anyhow::Result<u64> {
            let mut line = open()?;
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
    for _ in 0..PAIRS {
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
