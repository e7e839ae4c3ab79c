//! The one place that writes to the terminal.

use std::io::{self, IsTerminal as _, Write as _};
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

/// Standard output and standard error. A closed pipe is the reader's right, not an error.
#[derive(Debug, Default)]
pub(crate) struct Output;

impl Output {
    /// A line for the reader or the next program.
    pub(crate) fn line(&self, text: &str) -> anyhow::Result<()> {
        self.raw(format!("{text}\n").as_bytes())
    }

    /// Bytes as they are.
    pub(crate) fn raw(&self, bytes: &[u8]) -> anyhow::Result<()> {
        let mut out = io::stdout().lock();
        match out.write_all(bytes).and_then(|()| out.flush()) {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error.into()),
            _ => Ok(()),
        }
    }

    /// A problem, to standard error, each cause on a line of its own.
    pub(crate) fn error(&self, error: &anyhow::Error) {
        let mut text = format!("error: {error}\n");
        for cause in error.chain().skip(1) {
            text.push_str(&format!("  because: {cause}\n"));
        }
        self.complain(&text);
    }

    /// Advice, to standard error.
    pub(crate) fn hint(&self, text: &str) {
        self.complain(&format!("hint: {text}\n"));
    }

    /// Whether a person reads.
    pub(crate) fn is_terminal(&self) -> bool {
        io::stdout().is_terminal()
    }

    fn complain(&self, text: &str) {
        // Nothing is left to tell it to when standard error is closed.
        let _ = io::stderr().lock().write_all(text.as_bytes());
    }
}
