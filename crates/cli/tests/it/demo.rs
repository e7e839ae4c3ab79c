//! The binary itself, running a demo in a folder of its own.

use std::fs::{self, File};
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::http::{Answer, Browser, hidden, send, split};
use crate::org::Org;

pub(crate) const MAYA: &str = "maya.lindqvist@practice.example";
pub(crate) const TOM: &str = "tom.okafor@practice.example";
pub(crate) const ELENA: &str = "elena.marchetti@practice.example";
pub(crate) const SAM: &str = "sam.whitfield@practice.example";

/// The binary under test.
pub(crate) fn portcullis() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_portcullis"));
    for name in ["PORTCULLIS_URL", "PORTCULLIS_KEY", "RUST_LOG"] {
        command.env_remove(name);
    }
    command
}

/// Runs it to its end.
pub(crate) fn run(arguments: &[&str]) -> Output {
    portcullis().args(arguments).stdin(Stdio::null()).output().unwrap()
}

/// A demo that runs until this is dropped.
pub(crate) struct Demo {
    child: Child,
    /// The line of JSON it greeted with.
    pub(crate) greeting: Value,
    /// Everything it keeps.
    pub(crate) data: PathBuf,
    /// What it writes to standard error.
    pub(crate) log: PathBuf,
}

/// One seeded folder, copied for each test: seeding takes its time.
fn seeded() -> &'static Path {
    static SEEDED: OnceLock<PathBuf> = OnceLock::new();
    SEEDED.get_or_init(|| {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("seeded");
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        Demo::start(&folder.join("data"), &[]).stop();
        folder.join("data")
    })
}

pub(crate) fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &to.join(entry.file_name()));
        } else {
            fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
        }
    }
}

/// A copy of the seeded folder, inside `folder`. Only the org is kept: the gate begins anew.
pub(crate) fn prepared(folder: &Path) -> PathBuf {
    let data = folder.join("data");
    copy(&seeded().join("org"), &data.join("org"));
    fs::copy(seeded().join("portcullis-demo"), data.join("portcullis-demo")).unwrap();
    data
}

impl Demo {
    /// Starts a demo and waits until it greets.
    pub(crate) fn start(data: &Path, more: &[&str]) -> Self {
        Self::start_by(portcullis(), data, more)
    }

    /// The same by another command that becomes the binary.
    pub(crate) fn start_by(mut command: Command, data: &Path, more: &[&str]) -> Self {
        let log = data.with_extension("log");
        let errors = File::options().create(true).append(true).open(&log).unwrap();
        let mut child = command
            .args(["demo", "--port", "0", "--json", "--verbose", "--data"])
            .arg(data)
            .args(more)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(errors)
            .spawn()
            .unwrap();
        let mut line = String::new();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        output.read_line(&mut line).unwrap();
        assert!(!line.is_empty(), "{:?}: {}", child.wait(), fs::read_to_string(&log).unwrap());
        // Whatever else it says belongs to its log.
        std::thread::spawn(move || output.read_to_end(&mut Vec::new()));
        let greeting = serde_json::from_str(&line).unwrap();
        Self { child, greeting, data: data.to_owned(), log }
    }

    /// The same with a model server beside the local engine.
    pub(crate) fn with_model(data: &Path, url: &str) -> Self {
        Self::start(data, &["--model-url", url, "--model", "scripted"])
    }

    /// The address of the page, without a slash at its end.
    pub(crate) fn page(&self) -> &str {
        self.greeting["page"].as_str().unwrap()
    }

    fn host(&self) -> String {
        split(self.page()).0
    }

    /// The first user's key.
    pub(crate) fn key(&self) -> &str {
        self.greeting["api_key"].as_str().unwrap()
    }

    pub(crate) fn password(&self, username: &str) -> &str {
        let users = self.greeting["users"].as_array().unwrap();
        users.iter().find(|user| user["username"] == username).unwrap()["password"]
            .as_str()
            .unwrap()
    }

    /// The org, as a user of it sees it without any gate.
    pub(crate) fn org(&self, username: &str) -> Org {
        let base = self.greeting["org"].as_str().unwrap();
        Org::sign_in(base, username, self.password(username))
    }

    /// A browser that is signed in, through the org's own login page.
    pub(crate) fn signed_in(&self, username: &str) -> (Browser, String) {
        let mut browser = Browser::default();
        let login = browser.get(&format!("{}/oauth/start?return_to=/", self.page()));
        assert_eq!(login.status, 200, "{}", login.text());
        let page = login.text();
        let fields = [
            ("username", username),
            ("password", self.password(username)),
            ("start", &hidden(&page, "start").unwrap()),
            ("csrf", &hidden(&page, "csrf").unwrap()),
        ];
        let org = self.greeting["org"].as_str().unwrap();
        let home = browser.submit(&format!("{org}/login"), &fields);
        assert_eq!(home.status, 200, "{}", home.text());
        let csrf = hidden(&home.text(), "csrf").expect("the page is for somebody signed in");
        (browser, csrf)
    }

    /// A key of a person, made on the page: its secret and its id.
    pub(crate) fn make_key(&self, username: &str) -> (String, String) {
        let (mut browser, csrf) = self.signed_in(username);
        key_on_page(self.page(), &mut browser, &csrf)
    }

    /// Id of the process.
    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// `GET` with a key.
    pub(crate) fn get_api(&self, key: &str, path: &str) -> Answer {
        let bearer = format!("Bearer {key}");
        send(&self.host(), "GET", path, &[("authorization", bearer.as_str())], b"")
            .expect("an answer")
    }

    /// `POST /v1/chat/completions`.
    pub(crate) fn complete(&self, key: &str, body: &Value) -> Answer {
        self.try_complete(key, body).expect("an answer")
    }

    /// The same, `None` when the gate is gone.
    pub(crate) fn try_complete(&self, key: &str, body: &Value) -> Option<Answer> {
        let bearer = format!("Bearer {key}");
        let headers = [("authorization", bearer.as_str()), ("content-type", "application/json")];
        send(&self.host(), "POST", "/v1/chat/completions", &headers, body.to_string().as_bytes())
    }

    /// One question through the API, not streamed, that has to be answered: the whole answer.
    pub(crate) fn ask(&self, key: &str, question: &str) -> Value {
        let answer = self.complete(key, &body("server", question));
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer.json()
    }

    /// A configuration for a gate in front of the same org, whose data lie in `gate` beside it.
    pub(crate) fn configuration(&self) -> String {
        let place = |name: &str| self.data.join(name).display().to_string();
        format!(
            "data = \"gate\"\nseal_key = \"{}\"\nmatrix = \"{}\"\n[org]\ninstance = \"{}\"\n\
             client_id = \"portcullis-gate\"\nclient_secret = \"file:{}\"\n[[endpoint]]\nname = \"local\"\n\
             kind = \"local\"\nlevel = \"Restricted\"\nresidency = \"machine\"\n",
            place("seal.key"),
            place("matrix.csv"),
            self.greeting["org"].as_str().unwrap(),
            place("org-client.secret"),
        )
    }

    /// `ledger verify --json` beside whatever runs.
    pub(crate) fn verify(&self) -> Value {
        verify(&self.data)
    }

    /// Ends it as Ctrl-C does, and waits.
    pub(crate) fn stop(mut self) -> ExitStatus {
        self.signal("TERM");
        let patience = Instant::now() + Duration::from_secs(30);
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            assert!(Instant::now() < patience, "it does not stop");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Ends it in the middle of whatever it does.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    fn signal(&self, name: &str) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-s", name, &pid]).status().unwrap().success());
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A key of whoever is signed in, made on the page: its secret and its id.
pub(crate) fn key_on_page(page: &str, browser: &mut Browser, csrf: &str) -> (String, String) {
    let fields = [("csrf", csrf), ("label", "A test")];
    let page = browser.submit(&format!("{page}/keys"), &fields).text();
    let word = |start: usize| {
        let rest = &page[start..];
        let plain = |c: char| c.is_ascii_alphanumeric() || "-_".contains(c);
        rest[..rest.find(|c| !plain(c)).unwrap()].to_owned()
    };
    let secret = word(page.find("portcullis_").expect("the key is shown"));
    let id = word(page.find("action=\"/keys/").unwrap() + "action=\"/keys/".len());
    (secret, id)
}

/// A request with one question.
pub(crate) fn body(model: &str, question: &str) -> Value {
    json!({ "model": model, "messages": [{ "role": "user", "content": question }] })
}

/// The text of an answer.
pub(crate) fn content(answer: &Value) -> &str {
    answer["choices"][0]["message"]["content"].as_str().unwrap_or_default()
}

/// What `ledger verify` says of a demo's folder. Fails when the ledger is not good.
pub(crate) fn verify(data: &Path) -> Value {
    let gate = data.join("gate");
    let output = run(&["ledger", "verify", "--json", "--data", gate.to_str().unwrap()]);
    let said = String::from_utf8(output.stdout).unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "the ledger does not verify: {said}{errors}");
    serde_json::from_str(&said).unwrap()
}
