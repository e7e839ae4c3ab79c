//! Servers under measurement: started, asked for their memory, ended.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

use anyhow::{Context as _, ensure};
use serde_json::Value;

/// A child process that ends when this is dropped.
#[derive(Debug)]
pub(super) struct Server {
    child: Child,
    /// The first line it wrote, which is how it says that it is ready.
    pub(super) ready: Value,
}

impl Server {
    /// Starts `command` and waits for the line of JSON it writes when it is ready.
    pub(super) fn start(command: &mut Command) -> anyhow::Result<Self> {
        let name = command.get_program().to_string_lossy().into_owned();
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .with_context(|| format!("`{name}` does not start"))?;
        let output = child.stdout.take().context("standard output was asked for")?;
        let mut server = Self { child, ready: Value::Null };
        let mut line = String::new();
        BufReader::new(output).read_line(&mut line)?;
        ensure!(!line.is_empty(), "`{name}` ended before it was ready");
        server.ready = serde_json::from_str(&line)
            .with_context(|| format!("`{name}` says it is ready in no JSON"))?;
        Ok(server)
    }

    /// Resident memory in bytes.
    pub(super) fn memory(&self) -> anyhow::Result<u64> {
        let path = format!("/proc/{}/status", self.child.id());
        let status =
            fs::read_to_string(&path).with_context(|| format!("`{path}` cannot be read"))?;
        resident(&status).with_context(|| format!("`{path}` has no `VmRSS`"))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself, which is as good.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// `VmRSS` of a `/proc/<pid>/status`, in bytes.
fn resident(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok().map(|kilobytes| kilobytes * 1024)
}

#[cfg(test)]
mod tests {
    use super::{Server, resident};
    use std::process::Command;

    #[test]
    fn memory_is_read_in_bytes() {
        assert_eq!(resident("Name:\tx\nVmRSS:\t    2048 kB\nThreads:\t1\n"), Some(2_097_152));
        assert_eq!(resident("Name:\tx\n"), None);
    }

    #[test]
    fn a_server_says_when_it_is_ready() {
        let server =
            Server::start(Command::new("sh").args(["-c", "echo '{\"page\":\"here\"}'; sleep 10"]))
                .unwrap();
        assert_eq!(server.ready["page"], "here");
        assert!(server.memory().unwrap() > 0);
    }

    #[test]
    fn a_server_that_ends_early_is_an_error() {
        let error = Server::start(Command::new("sh").args(["-c", "exit 3"])).unwrap_err();
        assert!(error.to_string().contains("ended before it was ready"));
    }
}
