//! Child processes: shown before they run, and free of what `cargo run` put in our environment.

use std::env;
use std::ffi::OsStr;
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, bail};

/// A command in `folder` whose output goes to our terminal.
pub(crate) fn command(program: impl AsRef<OsStr>, folder: &Path) -> Command {
    let mut command = Command::new(program);
    command.current_dir(folder);
    for (name, _) in env::vars_os() {
        if name.to_str().is_some_and(comes_from_cargo_run) {
            command.env_remove(name);
        }
    }
    command
}

/// The cargo that started us, in `folder`.
pub(crate) fn cargo(folder: &Path) -> Command {
    command(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()), folder)
}

/// Shows the command line, runs it, and fails unless it exits with 0.
pub(crate) fn run(command: &mut Command) -> anyhow::Result<()> {
    let line = line(command);
    println!("$ {line}");
    let status = command.status().with_context(|| format!("`{line}` does not start"))?;
    if status.success() { Ok(()) } else { bail!("`{line}` ended with {status}") }
}

/// What the command writes to standard output, or `None` when it does not start or exits with another code than 0.
/// Says nothing on the terminal: for questions whose answer may be no.
pub(crate) fn answer(command: &mut Command) -> Option<String> {
    let output = command.output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

fn line(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_name().unwrap_or_default();
    let words = std::iter::once(program).chain(command.get_args());
    words.map(OsStr::to_string_lossy).collect::<Vec<_>>().join(" ")
}

/// Build scripts (ring's, for one) ask cargo to run them again when these change. Handed on, they would make
/// each `cargo xtask test` rebuild what a plain `cargo test` had built, and the other way round.
fn comes_from_cargo_run(name: &str) -> bool {
    ["CARGO_BIN_", "CARGO_CRATE_", "CARGO_MANIFEST_", "CARGO_PKG_", "CARGO_PRIMARY_"]
        .iter()
        .any(|start| name.starts_with(start))
        || name == "CARGO"
}

#[cfg(test)]
mod tests {
    use super::{answer, comes_from_cargo_run, line};
    use std::process::Command;

    #[test]
    fn settings_of_the_machine_stay() {
        assert!(comes_from_cargo_run("CARGO_PKG_VERSION"));
        assert!(!comes_from_cargo_run("CARGO_HOME"));
        assert!(!comes_from_cargo_run("CARGO_TARGET_DIR"));
        assert!(!comes_from_cargo_run("CARGO_NET_OFFLINE"));
    }

    #[test]
    fn a_failing_question_has_no_answer() {
        assert_eq!(answer(Command::new("sh").args(["-c", "echo yes"])).as_deref(), Some("yes"));
        assert_eq!(answer(Command::new("sh").args(["-c", "echo yes; exit 1"])), None);
        assert_eq!(answer(&mut Command::new("no-such-program-here")), None);
    }

    #[test]
    fn a_line_leaves_out_the_programs_folder() {
        assert_eq!(
            line(Command::new("/opt/bin/cargo").args(["test", "--workspace"])),
            "cargo test --workspace"
        );
    }
}
