//! A server of the tests' own, which ends with them.

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use keys::SecretText;
use postgresql::{Access, Postgres};
use store::Store;

pub(crate) const PASSWORD: &str = "a password of the tests";
const SKIPPED: &str = "skipped: there is no PostgreSQL here (Debian's package `postgresql`)";
/// Whom the server runs as where the tests run as root, for it refuses root.
const NOBODY: u32 = 65_534;

/// A running server.
pub(crate) struct Cluster {
    programs: PathBuf,
    port: u16,
    /// The certificate that the server shows.
    pub(crate) certificate: PathBuf,
    /// Ends the server when the process ends, however it ends.
    _keeper: Child,
}

/// The server; `None`, said aloud, where PostgreSQL is not installed.
pub(crate) fn cluster() -> Option<&'static Cluster> {
    static CLUSTER: OnceLock<Option<Cluster>> = OnceLock::new();
    let cluster = CLUSTER.get_or_init(|| programs().map(|programs| Cluster::start(&programs)));
    if cluster.is_none() {
        println!("{SKIPPED}");
    }
    cluster.as_ref()
}

/// A server that no other test uses, for what looks through all of its files.
pub(crate) fn alone() -> Option<&'static Cluster> {
    let alone = programs().map(|programs| &*Box::leak(Box::new(Cluster::start(&programs))));
    if alone.is_none() {
        println!("{SKIPPED}");
    }
    alone
}

/// Where Debian keeps them; the newest version.
fn programs() -> Option<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").ok()?;
    let mut found: Vec<PathBuf> = versions
        .filter_map(|entry| Some(entry.ok()?.path().join("bin")))
        .filter(|programs| programs.join("initdb").exists())
        .collect();
    found.sort();
    found.pop()
}

impl Cluster {
    fn start(programs: &Path) -> Self {
        let dir = tempfile::tempdir().unwrap().keep();
        let root = fs::metadata(&dir).unwrap().uid() == 0;
        let command = |program: &str| {
            let mut command = Command::new(programs.join(program));
            if root {
                command.uid(NOBODY).gid(NOBODY);
            }
            command.current_dir(&dir).stdout(Stdio::null()).stderr(Stdio::null());
            command
        };
        let write = |name: &str, content: &str| {
            let path = dir.join(name);
            fs::write(&path, content).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
            if root {
                chown(&path, Some(NOBODY), Some(NOBODY)).unwrap();
            }
            path
        };
        if root {
            chown(&dir, Some(NOBODY), Some(NOBODY)).unwrap();
        }
        let key = rcgen::KeyPair::generate().unwrap();
        let names = rcgen::CertificateParams::new(["localhost".to_owned()]).unwrap();
        let certificate = write("server.crt", &names.self_signed(&key).unwrap().pem());
        let key = write("server.key", &key.serialize_pem());
        let password = write("password", PASSWORD);
        let made = command("initdb")
            .args(["--pgdata=data", "--username=postgres", "--auth=scram-sha-256"])
            .args(["--encoding=UTF8", "--no-locale", "--no-instructions"])
            .arg(format!("--pwfile={}", password.display()))
            .status();
        assert!(made.unwrap().success(), "initdb failed");
        let port = {
            let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
            listener.local_addr().unwrap().port()
        };
        let mut settings = fs::OpenOptions::new();
        let mut settings = settings.append(true).open(dir.join("data/postgresql.conf")).unwrap();
        write!(
            settings,
            "listen_addresses = '127.0.0.1'\nport = {port}\nunix_socket_directories = ''\n\
             ssl = on\nssl_cert_file = '{}'\nssl_key_file = '{}'\nshared_buffers = '32MB'\n",
            certificate.display(),
            key.display()
        )
        .unwrap();
        // Reads a line that never comes: its end is the end of the tests.
        let script =
            "\"$0\" -D data 2>server.log & read _; kill -INT $!; wait; d=$PWD; cd /; rm -rf \"$d\"";
        let keeper = {
            let mut shell = Command::new("sh");
            if root {
                shell.uid(NOBODY).gid(NOBODY);
            }
            shell.args(["-c", script]).arg(programs.join("postgres"));
            shell.current_dir(&dir).stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap()
        };
        let cluster = Self { programs: programs.to_owned(), port, certificate, _keeper: keeper };
        let begin = Instant::now();
        while cluster.psql("postgres", "SELECT 1").is_none_or(|said| said != "1") {
            assert!(begin.elapsed() < Duration::from_secs(90), "the server does not start");
            std::thread::sleep(Duration::from_millis(50));
        }
        let role = format!("CREATE ROLE portcullis LOGIN PASSWORD '{PASSWORD}'");
        cluster.rule(&role);
        cluster.rule("CREATE DATABASE gates OWNER portcullis");
        cluster
    }

    /// What a superuser gets for a statement; `None` when it fails.
    fn psql(&self, database: &str, sql: &str) -> Option<String> {
        let output = Command::new(self.programs.join("psql"))
            .args(["--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--host=127.0.0.1"])
            .args(["--username=postgres", "--set=ON_ERROR_STOP=1"])
            .arg(format!("--port={}", self.port))
            .arg(format!("--dbname={database}"))
            .args(["--command", sql])
            .env("PGPASSWORD", PASSWORD)
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        output.status.success().then_some(said)
    }

    /// Runs a statement as the superuser, in the gates' database.
    pub(crate) fn rule(&self, sql: &str) -> String {
        let database = if sql.starts_with("CREATE DATABASE") { "postgres" } else { "gates" };
        let database = if sql.starts_with("CREATE ROLE") { "postgres" } else { database };
        self.psql(database, sql).unwrap_or_else(|| panic!("refused: {sql}"))
    }

    /// A place of its own in the database.
    pub(crate) fn schema(&'static self) -> Schema {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let name = format!("s{}", NEXT.fetch_add(1, Ordering::Relaxed));
        self.rule(&format!("CREATE SCHEMA {name} AUTHORIZATION portcullis"));
        Schema { cluster: self, name }
    }

    /// Everything that it keeps.
    pub(crate) fn folder(&self) -> &Path {
        self.certificate.parent().unwrap()
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }
}

/// A schema: tables of one record and one state.
pub(crate) struct Schema {
    cluster: &'static Cluster,
    pub(crate) name: String,
}

impl Schema {
    /// How a gate gets there, over this port.
    pub(crate) fn access_over(&self, port: u16) -> Access {
        access(port, &self.name)
    }

    pub(crate) fn access(&self) -> Access {
        self.access_over(self.cluster.port)
    }

    pub(crate) fn postgres(&self) -> Postgres {
        Postgres::open(&self.access()).unwrap()
    }

    /// A gate's store, with a data folder of its own.
    pub(crate) fn store(&self) -> (tempfile::TempDir, Store) {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open_on(dir.path(), Box::new(self.postgres())).unwrap();
        (dir, store)
    }

    /// Runs a statement in the schema as the superuser, whom no trigger stops.
    pub(crate) fn tamper(&self, sql: &str) -> String {
        let schema =
            format!("SET search_path = {}; SET session_replication_role = replica", self.name);
        self.cluster.rule(&format!("{schema}; {sql}"))
    }
}

/// How a gate gets to the schema on a server at this port.
pub(crate) fn access(port: u16, schema: &str) -> Access {
    let address = format!(
        "postgresql://portcullis@127.0.0.1:{port}/gates?application_name={schema}&options=-c%20search_path%3D{schema}"
    );
    Access { address, password: Some(SecretText::new(PASSWORD.to_owned())), ca: None }
}
