//! Killed between an approval and its end: the write happens once, or nobody claims to know, and looking tells.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Stdio};
use std::sync::Arc;

use practice::ExternalClientApp;
use serde_json::{Value, json};

use crate::demo::{MAYA, SAM, key_on_page, portcullis, verify};
use crate::http::{Answer, Browser, hidden, send, split, unescape};
use crate::org::Org;
use crate::turnstile::{At, Turnstile};

/// A gate of its own, in front of an org that outlives it.
struct Rig {
    org: Arc<practice::Org>,
    turnstile: Turnstile,
    folder: tempfile::TempDir,
    page: String,
    child: Option<Child>,
}

impl Rig {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let today = jiff::civil::date(2026, 11, 22);
        let config = practice::OrgConfig::new(folder.path().join("org"), 7, today);
        let org = practice::Org::open(config).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let host = listener.local_addr().unwrap().to_string();
        listener.set_nonblocking(true).unwrap();
        let served = Arc::clone(&org);
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let listener = tokio::net::TcpListener::from_std(listener).unwrap();
                practice::serve(served, listener, std::future::pending()).await.unwrap();
            });
        });
        let turnstile = Turnstile::before(&host);
        // Free now, and nobody else's for as long as a test takes.
        let listen = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
        let page = format!("http://{listen}");
        let app = ExternalClientApp::gate("gate", "of the gate", format!("{page}/oauth/callback"));
        org.register_client(app).unwrap();
        let rig = Self { org, turnstile, folder, page, child: None };
        rig.configure(&listen);
        rig
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn configure(&self, listen: &str) {
        let at = |name: &str| self.folder.path().join(name);
        fs::create_dir_all(at("data")).unwrap();
        fs::create_dir_all(at("policy")).unwrap();
        fs::write(at("secret"), "of the gate").unwrap();
        fs::write(at("matrix.csv"), include_str!("../../demo/matrix.csv")).unwrap();
        let anybody = "permit (principal, action == Action::\"approveAlone\", resource);";
        fs::write(at("policy/anybody.cedar"), anybody).unwrap();
        let config = format!(
            "listen = \"{listen}\"\ndata = \"data/gate\"\nmatrix = \"matrix.csv\"\npolicy = \"policy\"\n\
             [org]\ninstance = \"{}\"\nclient_id = \"gate\"\nclient_secret = \"file:{}\"\n\
             [direct]\nlevel = \"Confidential\"\ncompliance = [\"PII\", \"GDPR\"]\n\
             [[endpoint]]\nname = \"local\"\nkind = \"local\"\nlevel = \"Restricted\"\n\
             residency = \"machine\"\n",
            self.turnstile.address,
            at("secret").display(),
        );
        fs::write(at("portcullis.toml"), config).unwrap();
    }

    fn start(&mut self) {
        let config = self.folder.path().join("portcullis.toml");
        let log = fs::File::options().create(true).append(true).open(self.log()).unwrap();
        let mut child = portcullis()
            .args(["serve", "--json", "--config", config.to_str().unwrap()])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        assert!(line.contains(&self.page), "{line}{}", fs::read_to_string(self.log()).unwrap());
        self.child = Some(child);
    }

    fn log(&self) -> PathBuf {
        self.folder.path().join("log")
    }

    fn kill(&mut self) {
        let mut child = self.child.take().unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
    }

    fn password(&self, username: &str) -> String {
        self.org.users().into_iter().find(|it| it.username == username).unwrap().password
    }

    /// What is really in the org.
    fn org(&self) -> Org {
        Org::sign_in(&self.turnstile.address, MAYA, &self.password(MAYA))
    }

    fn signed_in(&self, username: &str) -> Person {
        let mut browser = Browser::default();
        let login = browser.get(&format!("{}/oauth/start?return_to=/", self.page)).text();
        let password = self.password(username);
        let fields = [
            ("username", username),
            ("password", password.as_str()),
            ("start", &hidden(&login, "start").expect("a login page")),
            ("csrf", &hidden(&login, "csrf").unwrap()),
        ];
        let home = browser.submit(&format!("{}/login", self.turnstile.address), &fields);
        let csrf = hidden(&home.text(), "csrf").unwrap_or_else(|| panic!("{}", home.text()));
        Person { browser, csrf, page: self.page.clone() }
    }
}

impl Drop for Rig {
    fn drop(&mut self) {
        if let Some(child) = &mut self.child {
            // It may have ended already.
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// Somebody at the page. The session outlives the process.
#[derive(Clone)]
struct Person {
    browser: Browser,
    csrf: String,
    page: String,
}

impl Person {
    fn look(&mut self, id: &str) -> String {
        unescape(&self.browser.get(&format!("{}/approvals/{id}", self.page)).text())
    }

    fn digest(&mut self, id: &str) -> String {
        hidden(&self.look(id), "digest").expect("it waits")
    }

    fn decide(&mut self, id: &str, verb: &str, digest: &str) -> Option<Answer> {
        let address = format!("{}/approvals/{id}/{verb}", self.page);
        let fields = [("csrf", self.csrf.as_str()), ("digest", digest)];
        self.browser.try_submit(&address, &fields, &[("x-fragment", "card")])
    }
}

/// A program with a key of the person's, at the Salesforce-compatible door.
struct Program {
    host: String,
    key: String,
}

impl Program {
    fn propose(&self, method: &str, path: &str, body: &Value) -> String {
        let bearer = format!("Bearer {}", self.key);
        let headers = [("authorization", bearer.as_str()), ("content-type", "application/json")];
        let path = format!("/services/data/v59.0/sobjects/{path}");
        let body = body.to_string();
        let answer = send(&self.host, method, &path, &headers, body.as_bytes()).unwrap();
        assert_eq!(answer.status, 202, "{}", answer.text());
        answer.json()["portcullis"]["proposal"].as_str().unwrap().to_owned()
    }
}

/// Approves while a request is held, and kills the gate then. It is started again.
fn killed(rig: &mut Rig, by: &Person, id: &str, digest: &str, hold: (&str, &str, usize, At)) {
    let (method, path, after, at) = hold;
    rig.turnstile.hold(method, path, after, at);
    let (mut clicks, id, digest) = (by.clone(), id.to_owned(), digest.to_owned());
    let click = std::thread::spawn(move || clicks.decide(&id, "approve", &digest));
    rig.turnstile.wait();
    rig.kill();
    assert!(click.join().unwrap().is_none(), "nobody was told anything");
    verify(&rig.data());
    rig.start();
}

fn subject(org: &Org, id: &str) -> Value {
    org.one(&format!("SELECT Subject FROM Task WHERE Id = '{id}'"))["Subject"].clone()
}

#[test]
fn a_write_happens_once_or_somebody_is_told_to_look_whenever_the_process_dies() {
    let mut rig = Rig::new();
    rig.start();
    let (mut maya, mut sam) = (rig.signed_in(MAYA), rig.signed_in(SAM));
    let key = key_on_page(&maya.page, &mut maya.browser, &maya.csrf).0;
    let program = Program { host: split(&rig.page).0, key };
    let org = rig.org();
    let task = org.create("Task", &json!({ "Subject": "Before" }));
    let place = format!("Task/{task}");
    let change = |to: &str| json!({ "Subject": to });
    let written = |rig: &Rig| rig.turnstile.passed("PATCH", "/sobjects/Task/");

    // After the signature and before the bytes are on their way: while the record is read once more, as the
    // person who asked. It is back in the queue, and then it happens, once.
    let id = program.propose("PATCH", &place, &change("Returned"));
    let digest = sam.digest(&id);
    killed(&mut rig, &sam, &id, &digest, ("GET", "/query", 1, At::TheDoor));
    let page = maya.look(&id);
    assert!(page.contains("returned") && page.contains("signed by Sam"), "{page}");
    assert_eq!((subject(&org, &task), written(&rig)), (json!("Before"), 0));
    let digest = sam.digest(&id);
    let done = sam.decide(&id, "approve", &digest).unwrap().text();
    assert!(done.contains("It is in Salesforce."), "{done}");
    assert_eq!((subject(&org, &task), written(&rig)), (json!("Returned"), 1));

    // After the intent is recorded, and the org never has the bytes. The gate cannot know.
    let id = program.propose("PATCH", &place, &change("Never there"));
    let digest = sam.digest(&id);
    killed(&mut rig, &sam, &id, &digest, ("PATCH", "/sobjects/Task/", 0, At::TheDoor));
    let page = maya.look(&id);
    assert!(page.contains("Nobody knows whether it was written"), "{page}");
    assert_eq!(sam.decide(&id, "approve", &digest).unwrap().status, 409);
    maya.decide(&id, "find-out", "").unwrap();
    let page = maya.look(&id);
    assert!(page.contains("check there before you try again"), "it may be on its way: {page}");
    assert_eq!((subject(&org, &task), written(&rig)), (json!("Returned"), 1));

    // The org has done it, and the gate died before it heard. Looking tells; nothing is sent again.
    let id = program.propose("PATCH", &place, &change("Landed"));
    let digest = sam.digest(&id);
    killed(&mut rig, &sam, &id, &digest, ("PATCH", "/sobjects/Task/", 0, At::TheWayBack));
    assert!(maya.look(&id).contains("Nobody knows whether it was written"));
    maya.decide(&id, "find-out", "").unwrap();
    let page = maya.look(&id);
    assert!(page.contains("It is in Salesforce."), "{page}");
    assert_eq!(sam.decide(&id, "approve", &digest).unwrap().status, 409);
    assert_eq!((subject(&org, &task), written(&rig)), (json!("Landed"), 2));

    // The same for a new record, which looking finds and names.
    let id = program.propose("POST", "Task", &json!({ "Subject": "Made once" }));
    let before = rig.turnstile.passed("POST", "/sobjects/Task");
    let digest = sam.digest(&id);
    killed(&mut rig, &sam, &id, &digest, ("POST", "/sobjects/Task", 0, At::TheWayBack));
    assert!(maya.look(&id).contains("Nobody knows whether it was written"));
    maya.decide(&id, "find-out", "").unwrap();
    let page = maya.look(&id);
    let made = org.one("SELECT Id FROM Task WHERE Subject = 'Made once'")["Id"].clone();
    assert!(page.contains("It is in Salesforce."), "{page}");
    assert!(page.contains(&format!("/{}\"", made.as_str().unwrap())), "{page}");
    assert_eq!(rig.turnstile.passed("POST", "/sobjects/Task"), before + 1);
    rig.kill();
    verify(&rig.data());
}
