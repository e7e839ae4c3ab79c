//! Tools of the tests: found, or else installed.
//!
//! Nothing here needs root when the tools are there already. What we install ourselves goes below `target/`
//! or, for Node, into the folder's `node_modules`; only Debian's packages go into the system.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, bail, ensure};

use crate::command::{answer, cargo, command, run};

const CARGO_DENY: &str = "0.20.2";
/// The first Node.js whose test runner and `fetch` the tests can use.
const NODE: u32 = 18;

/// A `cargo-deny` that reads our `deny.toml`: of the same minor version, from the path or our own.
pub(super) fn cargo_deny(root: &Path) -> anyhow::Result<PathBuf> {
    let own = root.join("target/tools/bin/cargo-deny");
    for candidate in [PathBuf::from("cargo-deny"), own.clone()] {
        if answer(Command::new(&candidate).arg("--version"))
            .is_some_and(|version| is_our_deny(&version))
        {
            return Ok(candidate);
        }
    }
    println!("cargo-deny {CARGO_DENY} is not here: building it once, which takes some minutes");
    // Unoptimised it builds in half the time and still checks in a second.
    let arguments = [
        "install",
        "cargo-deny",
        "--version",
        CARGO_DENY,
        "--locked",
        "--debug",
        "--force",
        "--root",
        "target/tools",
    ];
    run(cargo(root).args(arguments))?;
    Ok(own)
}

/// Node.js with npm, and the packages of the folder's `package-lock.json`.
pub(crate) fn node(root: &Path, folder: &str) -> anyhow::Result<()> {
    let mut absent = Vec::new();
    let version = answer(Command::new("node").arg("--version"));
    if version.is_none() {
        absent.push("nodejs");
    }
    if answer(Command::new("npm").arg("--version")).is_none() {
        absent.push("npm");
    }
    install(root, &absent)?;
    let version = answer(Command::new("node").arg("--version")).context("`node` does not start")?;
    let major = version
        .trim_start_matches('v')
        .split('.')
        .next()
        .and_then(|major| major.parse::<u32>().ok());
    ensure!(
        major.is_some_and(|major| major >= NODE),
        "Node.js is {version}; the tests need {NODE} or newer"
    );

    let list = format!("{folder}/package-lock.json");
    let folder = root.join(folder);
    if !folder.join("node_modules").is_dir() || !is_current(root, &list)? {
        run(command("npm", &folder).args(["ci", "--no-audit", "--no-fund"]))?;
        stamp(root, &list)?;
    }
    Ok(())
}

pub(super) fn chromium(root: &Path) -> anyhow::Result<()> {
    if !Path::new("/usr/bin/chromium").exists() {
        install(root, &["chromium"])?;
    }
    Ok(())
}

/// PostgreSQL's programs, where Debian keeps them. The tests run a server of their own with them, as nobody.
pub(crate) fn postgres(root: &Path) -> anyhow::Result<()> {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    if !versions.into_iter().any(|version| version.path().join("bin/initdb").exists()) {
        install(root, &["postgresql"])?;
    }
    Ok(())
}

/// A compiler for C++, which libFuzzer is written in.
pub(crate) fn cxx(root: &Path) -> anyhow::Result<()> {
    if answer(Command::new("c++").arg("--version")).is_none() {
        install(root, &["g++"])?;
    }
    Ok(())
}

/// Debian's Go, with the packages of the Go team that verify.
pub(super) fn go(root: &Path) -> anyhow::Result<()> {
    let mut absent = Vec::new();
    if answer(Command::new("go").arg("version")).is_none() {
        absent.push("golang-go");
    }
    if !Path::new("/usr/share/gocode/src/golang.org/x/mod/sumdb/note").is_dir() {
        absent.push("golang-golang-x-mod-dev");
    }
    install(root, &absent)
}

/// The commands of verifiers in Python, where a Python is new enough for them.
pub(super) fn verifiers(root: &Path) -> anyhow::Result<Option<PathBuf>> {
    let list = "crates/ledger/tests/interop/requirements.txt";
    let folder = root.join("target/ledger-python");
    let bin = folder.join("bin");
    if answer(Command::new(bin.join("python")).arg("--version")).is_some()
        && is_current(root, list)?
    {
        return Ok(Some(bin));
    }
    let new = "import ensurepip, sys, venv; assert sys.version_info >= (3, 12)";
    let known = ["python3", "python3.12", "python3.13", "python3.14"].map(PathBuf::from);
    let home = std::env::var_os("HOME").map(PathBuf::from).unwrap_or_default();
    // Where pyenv keeps several and none of them is in the way of others.
    let more = fs::read_dir(home.join(".pyenv/versions")).into_iter().flatten().flatten();
    let mut all = known.into_iter().chain(more.map(|it| it.path().join("bin/python3")));
    let Some(base) = all.find(|it| answer(Command::new(it).args(["-c", new])).is_some()) else {
        return Ok(None);
    };
    run(command(base, root).args(["-m", "venv", "--clear"]).arg(&folder))?;
    let arguments =
        ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement", list];
    run(command(bin.join("python"), root).args(arguments))?;
    stamp(root, list)?;
    Ok(Some(bin))
}

/// The Python of a virtual environment that has the folder's `requirements.txt`.
pub(crate) fn python(root: &Path, folder: &str) -> anyhow::Result<PathBuf> {
    let list = format!("{folder}/requirements.txt");
    let folder = root.join("target").join(format!("{folder}-python"));
    let python = folder.join("bin/python");
    if answer(Command::new(&python).arg("--version")).is_some() && is_current(root, &list)? {
        return Ok(python);
    }
    // Debian's Python makes environments only with one more package, which one cannot ask for by its version.
    let mut base = "python3";
    if answer(Command::new(base).args(["-c", "import ensurepip, venv"])).is_none() {
        install(root, &["python3", "python3-venv"])?;
        base = "/usr/bin/python3";
    }
    run(command(base, root).args(["-m", "venv", "--clear"]).arg(&folder))?;
    let arguments =
        ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement", &list];
    run(command(&python, root).args(arguments))?;
    stamp(root, &list)?;
    Ok(python)
}

/// Debian's packages, as root or through `sudo` if that asks nothing.
fn install(root: &Path, packages: &[&str]) -> anyhow::Result<()> {
    if packages.is_empty() {
        return Ok(());
    }
    let wanted = packages.join(" ");
    println!("installing {wanted}");
    ensure!(
        answer(Command::new("apt-get").arg("--version")).is_some(),
        "these tests need {wanted}, and this system has no `apt-get`: install them by its own means"
    );
    let is_root = answer(Command::new("id").arg("-u")).as_deref() == Some("0");
    if !is_root && answer(Command::new("sudo").args(["-n", "true"])).is_none() {
        bail!(
            "these tests need {wanted}, and only root may install: sudo apt-get install {wanted}"
        );
    }
    let apt = |arguments: &[&str]| {
        let mut line =
            vec!["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "--quiet", "--quiet"];
        line.extend(arguments);
        if !is_root {
            line.splice(0..0, ["sudo", "-n"]);
        }
        let mut words = line.into_iter();
        let mut apt = command(words.next().unwrap_or("apt-get"), root);
        run(apt.args(words))
    };
    apt(&["update"])?;
    apt(&[&["install", "--yes", "--no-install-recommends"], packages].concat())
}

/// Whether what `list`, a file of ours, asks for is what was installed last.
fn is_current(root: &Path, list: &str) -> anyhow::Result<bool> {
    let wanted = fs::read(root.join(list)).with_context(|| format!("`{list}` cannot be read"))?;
    Ok(fs::read(stamp_of(root, list)).is_ok_and(|installed| installed == wanted))
}

fn stamp(root: &Path, list: &str) -> anyhow::Result<()> {
    let stamp = stamp_of(root, list);
    fs::copy(root.join(list), &stamp)
        .with_context(|| format!("`{}` cannot be written", stamp.display()))?;
    Ok(())
}

fn stamp_of(root: &Path, list: &str) -> PathBuf {
    root.join("target").join(format!("installed-{}", list.replace('/', "-")))
}

/// `version` is what `cargo-deny --version` says.
fn is_our_deny(version: &str) -> bool {
    let minor = |version: &str| version.rsplit_once('.').map(|(minor, _)| minor.to_owned());
    version.strip_prefix("cargo-deny ").is_some_and(|version| minor(version) == minor(CARGO_DENY))
}

#[cfg(test)]
mod tests {
    use super::is_our_deny;

    #[test]
    fn another_minor_version_reads_another_configuration() {
        assert!(is_our_deny("cargo-deny 0.20.2"));
        assert!(is_our_deny("cargo-deny 0.20.9"));
        assert!(!is_our_deny("cargo-deny 0.19.4"));
        assert!(!is_our_deny("error: no such command"));
    }
}
