//! The one place that writes to the terminal.

use std::io::{self, Write as _};
use std::process::ExitCode;

/// How a command ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// 0: it did what was asked.
    Good,
    /// 1: it was refused or failed.
    Failed,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        match exit {
            Exit::Good => Self::SUCCESS,
            Exit::Failed => Self::FAILURE,
        }
    }
}

/// A line for the reader or the next program.
pub(crate) fn line(text: &str) -> anyhow::Result<()> {
    raw(format!("{text}\n").as_bytes())
}

/// Bytes as they are. A closed pipe is the reader's right, not an error.
pub(crate) fn raw(bytes: &[u8]) -> anyhow::Result<()> {
    let mut out = io::stdout().lock();
    match out.write_all(bytes).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    }
}

/// A problem, to standard error, each cause on a line of its own.
pub(crate) fn error(error: &anyhow::Error) {
    let mut text = format!("error: {error}\n");
    for cause in error.chain().skip(1) {
        text.extend(["  because: ", &cause.to_string(), "\n"]);
    }
    complain(&text);
}

/// Advice, to standard error.
pub(crate) fn hint(text: &str) {
    complain(&format!("hint: {text}\n"));
}

fn complain(text: &str) {
    // Nothing is left to tell it to when standard error is closed.
    let _ = io::stderr().lock().write_all(text.as_bytes());
}
