//! Everything a change must pass, step by step.
//!
//! A fresh Debian machine with Rust and git is enough: what a step needs and does not find, it installs
//! ([`tools`]). The first step that fails ends the run and gives its name.

mod steps;
pub(crate) mod tools;

use std::fmt;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Context as _;

use crate::Misuse;

/// A part of the tests that can be run alone, by its name.
struct Step {
    name: &'static str,
    /// What a person learns when it passes.
    shows: &'static str,
    fast: bool,
    run: fn(&Path) -> anyhow::Result<Verdict>,
}

/// What came of a step that did not fail.
#[derive(Clone, Copy)]
enum Verdict {
    Passed,
    /// It could not be run here, and why.
    NotRun(&'static str),
}

impl fmt::Display for Verdict {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Passed => formatter.write_str("passed"),
            Self::NotRun(why) => write!(formatter, "not run: {why}"),
        }
    }
}

/// In the order they run: what fails soonest comes first.
const STEPS: &[Step] = &[
    Step { name: "fmt", shows: "the source is formatted", fast: true, run: steps::fmt },
    Step { name: "tidy", shows: "the rules of the house hold", fast: true, run: steps::tidy },
    Step { name: "clippy", shows: "no lint warns, in any target", fast: true, run: steps::clippy },
    Step {
        name: "model",
        shows: "the recogniser's files are here for the tests",
        fast: true,
        run: steps::model,
    },
    Step {
        name: "postgres",
        shows: "a database server is here for the tests",
        fast: true,
        run: steps::postgres,
    },
    Step { name: "test", shows: "every test of every crate passes", fast: true, run: steps::test },
    Step {
        name: "docs",
        shows: "the documentation builds and its links lead somewhere",
        fast: false,
        run: steps::docs,
    },
    Step {
        name: "deny",
        shows: "dependencies are allowed, licensed and from the registry",
        fast: false,
        run: steps::deny,
    },
    Step {
        name: "advisories",
        shows: "no dependency has a known fault",
        fast: false,
        run: steps::advisories,
    },
    Step {
        name: "release",
        shows: "the binary that people run builds",
        fast: false,
        run: steps::release,
    },
    Step {
        name: "e2e-python",
        shows: "the official Python client works with the binary",
        fast: false,
        run: steps::e2e_python,
    },
    Step {
        name: "interop",
        shows: "unchanged Salesforce clients work with the practice org and through the gate",
        fast: false,
        run: steps::interop,
    },
    Step {
        name: "mcp",
        shows: "conformance suites and official clients work at the door of tools",
        fast: false,
        run: steps::mcp,
    },
    Step {
        name: "ocsf",
        shows: "a validator that others wrote takes every event we emit",
        fast: false,
        run: steps::ocsf,
    },
    Step {
        name: "otlp",
        shows: "OpenTelemetry's own messages take the traces and metrics we send",
        fast: false,
        run: steps::otlp,
    },
    Step {
        name: "ledger",
        shows: "verifiers that others wrote accept the ledger and refuse what was tampered with; a witness refuses an old copy",
        fast: false,
        run: steps::ledger,
    },
    Step {
        name: "bucket",
        shows: "nobody removes what was copied to a bucket with Object Lock",
        fast: false,
        run: steps::bucket,
    },
    Step {
        name: "mail",
        shows: "notices reach a mail server through TLS of either kind, or not at all",
        fast: false,
        run: steps::mail,
    },
    Step {
        name: "leaks",
        shows: "others' tests of a gateway find no leak, and every cutting reads the same",
        fast: false,
        run: steps::leaks,
    },
    Step {
        name: "fuzz",
        shows: "every fuzz target takes the inputs that are kept for it",
        fast: false,
        run: steps::fuzz,
    },
    Step {
        name: "e2e",
        shows: "pages and the official Node client work with the binary",
        fast: false,
        run: steps::e2e,
    },
];

/// The binary that people run, built.
pub(crate) fn release(root: &Path) -> anyhow::Result<()> {
    steps::release(root).map(|_| ())
}

/// `choice` is empty for all steps, `--fast`, or names of steps.
pub(crate) fn run(root: &Path, choice: &[&str]) -> anyhow::Result<()> {
    let (chosen, left): (Vec<&Step>, Vec<&Step>) = match choice {
        [] => STEPS.iter().partition(|_| true),
        ["--fast"] => STEPS.iter().partition(|step| step.fast),
        names => {
            if let Some(unknown) =
                names.iter().find(|name| !STEPS.iter().any(|step| step.name == **name))
            {
                return Err(Misuse(format!(
                    "`{unknown}` is not a step of the tests; steps: {}",
                    list(STEPS.iter())
                ))
                .into());
            }
            STEPS.iter().partition(|step| names.contains(&step.name))
        }
    };

    let mut done = Vec::new();
    for step in chosen {
        println!("\n==> {}: {}", step.name, step.shows);
        let start = Instant::now();
        let verdict = (step.run)(root).with_context(|| format!("step `{}` failed", step.name))?;
        println!("<== {} {verdict} ({:.1} s)", step.name, start.elapsed().as_secs_f64());
        done.push((step.name, start.elapsed(), verdict));
    }
    println!("\n{}", summary(&done));
    if !left.is_empty() {
        println!("not asked for: {}", list(left.into_iter()));
    }
    Ok(())
}

fn summary(done: &[(&str, Duration, Verdict)]) -> String {
    let row = |name: &str, time: Duration| format!("{name:<12}{:>8.1} s", time.as_secs_f64());
    let rows = done.iter().map(|(name, time, verdict)| format!("{}  {verdict}", row(name, *time)));
    let total = row("total", done.iter().map(|(_, time, _)| *time).sum());
    rows.chain([total]).collect::<Vec<_>>().join("\n")
}

fn list<'a>(steps: impl Iterator<Item = &'a Step>) -> String {
    steps.map(|step| step.name).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::{STEPS, Verdict, run, summary};
    use crate::Misuse;
    use std::path::Path;
    use std::time::Duration;

    #[test]
    fn an_unknown_step_is_misuse_and_names_the_known() {
        let error = run(Path::new("."), &["fmt", "lint"]).unwrap_err();
        assert!(error.is::<Misuse>());
        assert!(
            error.to_string().starts_with("`lint` is not a step of the tests; steps: fmt, tidy")
        );
    }

    #[test]
    fn the_browser_comes_after_the_binary_it_drives() {
        let place = |name| STEPS.iter().position(|step| step.name == name).unwrap();
        assert!(place("release") < place("e2e") && place("release") < place("e2e-python"));
    }

    #[test]
    fn the_summary_adds_up() {
        let why = "no way to it";
        let fmt = ("fmt", Duration::from_millis(1500), Verdict::Passed);
        let deny = ("deny", Duration::from_millis(500), Verdict::NotRun(why));
        let expected = [
            "fmt              1.5 s  passed",
            "deny             0.5 s  not run: no way to it",
            "total            2.0 s",
        ];
        assert_eq!(summary(&[fmt, deny]).lines().collect::<Vec<_>>(), expected);
    }
}
