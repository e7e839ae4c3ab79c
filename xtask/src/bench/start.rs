//! From start to first answer.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use anyhow::{Context as _, ensure};
use serde_json::Value;

use super::process::Server;
use super::table::Table;

const RUNS: u32 = 10;

/// Milliseconds until the demo is ready and until it answers its first request on a new data folder.
pub(super) fn run(root: &Path) -> anyhow::Result<Vec<Table>> {
    let (mut ready, mut answered, mut memory) = (Vec::new(), Vec::new(), Vec::new());
    for number in 0..RUNS {
        let data = root.join(format!("target/bench/start-{number}"));
        if data.exists() {
            fs::remove_dir_all(&data)?;
        }
        fs::create_dir_all(&data)?;
        let start = Instant::now();
        let mut command = Command::new(root.join("target/release/portcullis"));
        let server =
            Server::start(command.args(["demo", "--port", "0", "--json", "--data"]).arg(&data))?;
        ready.push(start.elapsed().as_secs_f64() * 1e3);
        ask(server
            .ready
            .get("page")
            .and_then(Value::as_str)
            .context("the demo gives the address of its page")?)?;
        answered.push(start.elapsed().as_secs_f64() * 1e3);
        memory.push(server.memory()?);
        drop(server);
        fs::remove_dir_all(&data)?;
    }
    let largest = memory.into_iter().max().unwrap_or(0);
    let table = Table::new("on a new data folder", "ms");
    let table = table.row("ready", ready).row("first answer", answered);
    let note = format!("resident after the first answer: {:.1} MiB at most", mebibytes(largest));
    Ok(vec![table.note(note)])
}

/// One request for `address`, an `http://host:port/path` on this machine; any answer will do.
fn ask(address: &str) -> anyhow::Result<()> {
    let rest =
        address.strip_prefix("http://").context("the demo serves plain HTTP on this machine")?;
    let host = rest.split('/').next().unwrap_or(rest);
    let mut stream =
        TcpStream::connect(host).with_context(|| format!("`{host}` does not answer"))?;
    write!(stream, "GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n")?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    ensure!(answer.starts_with(b"HTTP/1.1 "), "`{host}` answers something else than HTTP");
    Ok(())
}

#[expect(clippy::cast_precision_loss, reason = "memory lies far below 2^52 bytes")]
fn mebibytes(bytes: u64) -> f64 {
    bytes as f64 / 1_048_576.0
}
