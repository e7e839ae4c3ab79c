//! A witness that others wrote signs a ledger that grows, and does not sign one that was put back.
//!
//! `AICS_WITNESS=.. cargo test -p portcullis --test it witness -- --ignored`, where the tool is there.

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::demo::run;

/// PyPI's `aics-witness`, serving until this is dropped.
struct Witness {
    tool: String,
    config: PathBuf,
    address: String,
    vkey: String,
    child: Child,
}

impl Drop for Witness {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Witness {
    fn start(folder: &Path) -> Self {
        let tool = std::env::var("AICS_WITNESS").expect("AICS_WITNESS");
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
        let config = folder.join("witness.json");
        let init = Command::new(&tool)
            .args(["init", "--name", "witness.example/w1", "--listen", &address, "-c"])
            .arg(&config)
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&init.stdout).into_owned();
        let key = said.split_whitespace().find(|word| word.starts_with("witness.example/w1+"));
        let vkey = key.unwrap_or_else(|| panic!("{said}")).to_owned();
        let child = Self::serve(&tool, &config, &address);
        Self { tool, config, address, vkey, child }
    }

    fn serve(tool: &str, config: &Path, address: &str) -> Child {
        let mut serve = Command::new(tool);
        serve.args(["serve", "-c"]).arg(config).stdout(Stdio::null()).stderr(Stdio::null());
        let child = serve.spawn().unwrap();
        let patience = Instant::now() + Duration::from_secs(30);
        while TcpStream::connect(address).is_err() {
            assert!(Instant::now() < patience, "the witness does not listen");
            std::thread::sleep(Duration::from_millis(50));
        }
        child
    }

    fn trust(&mut self, vkey: &str) {
        let origin = vkey.split('+').next().unwrap();
        let added = Command::new(&self.tool)
            .args(["add-log", "--origin", origin, "--vkey", vkey, "-c"])
            .arg(&self.config)
            .output()
            .unwrap();
        assert!(added.status.success(), "{}", String::from_utf8_lossy(&added.stderr));
        let _ = self.child.kill();
        let _ = self.child.wait();
        self.child = Self::serve(&self.tool, &self.config, &self.address);
    }
}

/// What `doctor` says of the witness. The org of this gate is not there, which it says too.
fn looked_at(config: &Path) -> (bool, String) {
    let output = run(&["doctor", "--json", "--config", config.to_str().unwrap()]);
    let said: Value = serde_json::from_slice(&output.stdout).unwrap();
    let findings = said["findings"].as_array().unwrap();
    let found = findings.iter().find(|it| it["what"] == "witness witness.example/w1");
    let found = found.unwrap_or_else(|| panic!("{said}"));
    (found["good"].as_bool().unwrap(), found["text"].as_str().unwrap().to_owned())
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let to = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &to);
        } else {
            fs::copy(&path, to).unwrap();
        }
    }
}

#[test]
#[ignore = "needs AICS_WITNESS to name the command of the Python package aics-witness"]
fn a_witness_signs_growth_and_refuses_an_old_copy() {
    let folder = tempfile::tempdir().unwrap();
    let mut witness = Witness::start(folder.path());
    let config = folder.path().join("portcullis.toml");
    fs::write(folder.path().join("matrix.csv"), include_str!("../../demo/matrix.csv")).unwrap();
    let text = format!(
        "data = \"gate\"\nmatrix = \"matrix.csv\"\n[org]\ninstance = \"http://127.0.0.1:9\"\nclient_id = \"none\"\n\
         [[witness]]\nurl = \"http://{}\"\nvkey = \"{}\"\n\
         [[endpoint]]\nname = \"local\"\nkind = \"local\"\nresidency = \"machine\"\nlevel = \"Public\"\n",
        witness.address, witness.vkey
    );
    fs::write(&config, text).unwrap();
    let (good, text) = looked_at(&config);
    assert!(!good, "a witness that does not know the log: {text}");

    let gate = folder.path().join("gate");
    let vkey = fs::read_to_string(gate.join("ledger.vkey")).unwrap();
    witness.trust(vkey.trim());
    assert_eq!(looked_at(&config), (true, "reached, and where it is said to be".to_owned()));
    let old = folder.path().join("old");
    copy(&gate, &old);
    for _ in 0..3 {
        let (good, text) = looked_at(&config);
        assert!(good, "it grew: {text}");
    }

    fs::remove_dir_all(&gate).unwrap();
    copy(&old, &gate);
    let (good, text) = looked_at(&config);
    assert!(!good && text.contains("put back to an old copy"), "{text}");
    // Grown beyond what the witness has seen, it is another history.
    for _ in 0..6 {
        looked_at(&config);
    }
    let (good, text) = looked_at(&config);
    assert!(!good && text.contains("rewritten"), "{text}");

    drop(witness);
    let (good, text) = looked_at(&config);
    assert!(!good, "nobody is there: {text}");
}
