//! Verifiers that others wrote accept an honest export and refuse a tampered one.
//!
//! `cargo test -p ledger --test it interop -- --ignored`, where the tools are there.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use ledger::{LogReader, MemoryLog, export_tiles};

use crate::fixtures::*;

/// An export, its verifier key and a checkpoint from when it was smaller.
struct Sample {
    dir: tempfile::TempDir,
}

impl Sample {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let log = MemoryLog::default();
        let sequencer = start(&log);
        for number in 0..700 {
            let pending = sequencer.append(intent(number));
            if number == 299 {
                pending.wait(LONG).unwrap();
                sequencer.sign_now().unwrap();
            }
        }
        sequencer.close().unwrap();
        let older = &log.checkpoints(0, 9).unwrap()[1];
        assert_eq!(older.size, 300);
        export_tiles(&log, &keys(), &dir.path().join("log")).unwrap();
        fs::write(dir.path().join("older"), &older.note).unwrap();
        fs::write(dir.path().join("vkey"), signer().vkeys().concat()).unwrap();
        Self { dir }
    }

    fn file(&self, name: &str) -> std::path::PathBuf {
        self.dir.path().join(name)
    }

    /// The verifier in Go, built.
    fn go(&self) -> std::path::PathBuf {
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/interop/verify.go");
        let program = self.file("verify");
        let build = run(Command::new("go")
            .args(["build", "-o"])
            .args([&program, &source])
            .env("GOPATH", "/usr/share/gocode")
            .env("GO111MODULE", "off"));
        assert!(build.status.success(), "{}", String::from_utf8_lossy(&build.stderr));
        program
    }

    /// Every class of file, with one byte flipped, cut, or gone; then logs that are wrong as a whole.
    fn tampered(&self, accepts: impl Fn() -> bool) {
        let all =
            ["checkpoint", "tile/0/000", "tile/0/002.p/188", "tile/entries/001", "tile/1/000.p/2"];
        self.tampered_in(&all, &accepts);
        self.replaced(&accepts);
    }

    fn tampered_in(&self, names: &[&str], accepts: &impl Fn() -> bool) {
        assert!(accepts(), "an honest log");
        for name in names {
            let path = self.file("log").join(name);
            let good = fs::read(&path).unwrap();
            let mut bad = good.clone();
            let at = bad.len() / 2;
            bad[at] ^= 1;
            fs::write(&path, bad).unwrap();
            assert!(!accepts(), "a flipped byte in {name}");
            fs::write(&path, &good[..good.len() - 33]).unwrap();
            assert!(!accepts(), "{name} is cut");
            fs::remove_file(&path).unwrap();
            assert!(!accepts(), "{name} is gone");
            fs::write(&path, good).unwrap();
        }
        assert!(accepts(), "an honest log again");
    }

    /// Logs that are sound in themselves and signed by the right key, but not the one that was signed before.
    fn replaced(&self, accepts: &impl Fn() -> bool) {
        // Without its tail; with two entries in each other's place; with another beginning.
        let cut: Vec<u64> = (0..250).collect();
        let mut reordered: Vec<u64> = (0..700).collect();
        reordered.swap(10, 11);
        let fork: Vec<u64> = (1..701).collect();
        let honest = self.file("honest");
        fs::rename(self.file("log"), &honest).unwrap();
        for (what, numbers) in [("cut", cut), ("reordered", reordered), ("a fork", fork)] {
            let log = MemoryLog::default();
            let sequencer = start(&log);
            for number in numbers {
                drop(sequencer.append(intent(number)));
            }
            sequencer.close().unwrap();
            export_tiles(&log, &keys(), &self.file("log")).unwrap();
            assert!(!accepts(), "a log that is {what}, signed by the same key");
            fs::remove_dir_all(self.file("log")).unwrap();
        }
        fs::rename(honest, self.file("log")).unwrap();
        assert!(accepts(), "an honest log again");
    }
}

fn run(command: &mut Command) -> Output {
    command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"))
}

/// Debian's `golang-go` and `golang-golang-x-mod-dev`.
#[test]
#[ignore = "needs Go and golang.org/x/mod in /usr/share/gocode"]
fn the_reference_of_the_go_team() {
    let sample = Sample::new();
    let program = sample.go();
    let verify = || {
        let output = run(Command::new(&program).args([
            sample.file("log"),
            sample.file("vkey"),
            sample.file("older"),
        ]));
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        (output.status.success(), text)
    };
    assert_eq!(verify().1, "verified 700 entries, consistent with 300\n");
    sample.tampered(|| verify().0);
}

/// A new key follows an old one; the Go team's verifier takes either while both sign.
#[test]
#[ignore = "needs Go and golang.org/x/mod in /usr/share/gocode"]
fn the_reference_follows_a_rotation_of_the_signer() {
    let sample = Sample::new();
    let program = sample.go();
    let old = signer().vkeys().concat();
    let new = ledger::Signer::new(ORIGIN, &[77; 32]).unwrap().vkeys().concat();
    let log = MemoryLog::default();
    let mut accepted = Vec::new();
    for signer in
        [signer(), signer().and_with(&[77; 32]), ledger::Signer::new(ORIGIN, &[77; 32]).unwrap()]
    {
        let keys = signer.verifying_keys().unwrap();
        let clock: ledger::Clock = std::sync::Arc::new(|| boundary::UnixMillis(1));
        let sequencer = ledger::Sequencer::start(Box::new(log.clone()), signer, clock).unwrap();
        for number in 0..100 {
            sequencer.append(intent(number)).wait(LONG).unwrap();
        }
        sequencer.close().unwrap();
        let dir = tempfile::tempdir().unwrap();
        export_tiles(&log, &keys, dir.path()).unwrap();
        // Consistent with itself, for the older one may be signed by another key.
        let note = log.last_checkpoint().unwrap().unwrap().note;
        fs::write(sample.file("older"), &note).unwrap();
        for key in [&old, &new] {
            fs::write(sample.file("vkey"), key).unwrap();
            let files = [dir.path().to_owned(), sample.file("vkey"), sample.file("older")];
            accepted.push(run(Command::new(&program).args(files)).status.success());
        }
    }
    assert_eq!(accepted, [true, false, true, true, false, true]);
}

/// PyPI's `aics-tlog`, whose command `AICS_TLOG` names.
#[test]
#[ignore = "needs AICS_TLOG to name the command of the Python package aics-tlog"]
fn a_verifier_in_python() {
    let tool = std::env::var("AICS_TLOG").expect("AICS_TLOG");
    let sample = Sample::new();
    let run_tool = |verb: &str, more: &[&str]| {
        let output = run(Command::new(&tool)
            .arg(verb)
            .arg("--tiles")
            .arg(sample.file("log"))
            .arg("--vkey-file")
            .arg(sample.file("vkey"))
            .args(more));
        (output.status.success(), String::from_utf8_lossy(&output.stdout).into_owned())
    };
    let older = sample.file("older");
    let older = older.to_str().unwrap();
    let accepts = || {
        let included = |index: &str| run_tool("verify-inclusion", &["--index", index]).0;
        run_tool("verify-consistency", &["--old-checkpoint", older]).0
            && included("0")
            && included("300")
            && included("699")
    };
    sample.tampered(accepts);
}

/// PyPI's `metamorphic-log`, in the Python that `METAMORPHIC_PYTHON` names.
#[test]
#[ignore = "needs METAMORPHIC_PYTHON to name a Python that has metamorphic-log"]
fn a_verifier_of_another_house() {
    let python = std::env::var("METAMORPHIC_PYTHON").expect("METAMORPHIC_PYTHON");
    let sample = Sample::new();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/interop/metamorphic.py");
    let accepts = || {
        let files = ["log", "vkey", "older"].map(|name| sample.file(name));
        let output = run(Command::new(&python).arg(&script).args(files));
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        output.status.success() && said == "verified 700 entries, consistent with 300\n"
    };
    // It is given hashes of leaves, so tiles above them are nothing to it.
    sample.tampered_in(
        &["checkpoint", "tile/0/000", "tile/0/002.p/188", "tile/entries/001"],
        &accepts,
    );
    sample.replaced(&accepts);
}

/// PyPI's `tlog-scales`, whose command `TLOG_TILES` names. It checks no signature: the tree and the entries are its matter.
#[test]
#[ignore = "needs TLOG_TILES to name the command of the Python package tlog-scales"]
fn a_verifier_of_tiles() {
    let tool = std::env::var("TLOG_TILES").expect("TLOG_TILES");
    let sample = Sample::new();
    // The entry in the middle of a bundle, where a byte is flipped, and one of each tile.
    let accepts = || {
        ["0", "255", "384", "699"].iter().all(|index| {
            let log = sample.file("log");
            let mut get = Command::new(&tool);
            get.args(["get-leaf", "-c"]).arg(log).arg(index);
            run(&mut get).status.success()
        })
    };
    sample.tampered_in(&["tile/0/000", "tile/entries/001"], &accepts);
}
