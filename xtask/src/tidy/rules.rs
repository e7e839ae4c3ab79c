//! The rules as data. Change a rule here, with its reason, and nowhere else.

/// Which of our crates each may use in what it ships, lowest first: a row names only rows above it, so
/// arrows point down. What tests use may differ.
pub(super) const ARROWS: &[(&str, &[&str])] = &[
    ("soql", &[]),
    ("command", &[]),
    ("boundary", &[]),
    ("detect", &["boundary"]),
    ("policy", &["boundary"]),
    ("recognise", &["boundary", "detect"]),
    ("keys", &["boundary"]),
    ("ledger", &["boundary"]),
    ("egress", &["boundary", "keys"]),
    ("store", &["boundary", "keys", "ledger"]),
    ("postgresql", &["boundary", "keys", "ledger", "store"]),
    ("salesforce", &["boundary", "egress", "keys", "soql"]),
    ("models", &["boundary", "command", "egress"]),
    ("practice", &["soql"]),
    (
        "gateway",
        &[
            "boundary",
            "command",
            "detect",
            "egress",
            "keys",
            "ledger",
            "models",
            "salesforce",
            "soql",
            "store",
        ],
    ),
    ("web", &["boundary", "gateway"]),
    (
        "cli",
        &[
            "boundary",
            "command",
            "detect",
            "egress",
            "gateway",
            "keys",
            "ledger",
            "models",
            "policy",
            "postgresql",
            "practice",
            "recognise",
            "salesforce",
            "soql",
            "store",
            "web",
        ],
    ),
    ("xtask", &[]),
];

/// A kind of dependency that only some crates may name.
pub(super) struct Guarded {
    pub(super) what: &'static str,
    /// `package`, or `package/feature` where only that feature makes it such a thing.
    pub(super) packages: &'static [&'static str],
    pub(super) only: &'static [&'static str],
}

pub(super) const GUARDED: &[Guarded] = &[
    Guarded {
        what: "an HTTP client",
        packages: &[
            "attohttpc",
            "curl",
            "hyper/client",
            "hyper-rustls",
            "hyper-util/client",
            "hyper-util/client-legacy",
            "isahc",
            "minreq",
            "reqwest",
            "ureq",
        ],
        only: &["egress"],
    },
    Guarded {
        // `practice` serves TLS with it, for clients that take nothing else; `postgresql` goes to its database with it.
        what: "TLS",
        packages: &["rustls", "tokio-rustls"],
        only: &["egress", "postgresql", "practice"],
    },
    Guarded {
        what: "a database driver",
        packages: &[
            "diesel",
            "libsqlite3-sys",
            "postgres",
            "redb",
            "redis",
            "rusqlite",
            "sled",
            "sqlx",
            "tokio-postgres",
        ],
        only: &["postgresql", "practice", "store"],
    },
    Guarded {
        what: "an HTTP server",
        packages: &[
            "actix-web",
            "axum",
            "hyper/server",
            "hyper-util/server",
            "poem",
            "rocket",
            "tiny_http",
            "warp",
        ],
        only: &["practice", "web"],
    },
    Guarded {
        what: "errors without a type",
        packages: &["anyhow", "eyre"],
        only: &["cli", "xtask"],
    },
];

/// Crates that compute and nothing else: none of [`GUARDED`] and none of these may be reached from them, at any depth.
pub(super) const PURE: &[&str] = &["boundary", "command", "detect", "policy", "recognise", "soql"];
pub(super) const IMPURE: &[&str] = &["async-std", "mio", "smol", "socket2", "tokio"];

/// `(from, to)`: `from` must not reach `to` at any depth.
pub(super) const APART: &[(&str, &str)] = &[
    // A dialect that could read the CRM would be a way round the matrix.
    ("models", "salesforce"),
    ("models", "practice"),
    // Detectors see values in the clear; a logger under them would be a way out.
    ("boundary", "log"),
    ("boundary", "tracing"),
    // `log` stands below it for WebAssembly alone, where a time zone is looked up.
    ("policy", "tracing"),
    ("detect", "log"),
    ("detect", "tracing"),
    ("recognise", "log"),
    ("recognise", "tracing"),
];

/// `(one, other, shared)`: what both reach of our crates is exactly what they may share. The practice org
/// judges the client, so a mistake they shared would pass.
pub(super) const STRANGERS: &[(&str, &str, &[&str])] = &[("practice", "salesforce", &["soql"])];

/// Traits that would let anyone make a witness out of nothing.
const FORGES: &[&str] = &["Default", "Deserialize", "From", "FromStr", "TryFrom"];
/// The same, and a permit that is spent by use.
const FORGES_OR_COPIES: &[&str] =
    &["Clone", "Copy", "Default", "Deserialize", "From", "FromStr", "TryFrom"];
/// The same, and a value nobody outside `boundary` may read.
const FORGES_OR_SHOWS: &[&str] = &[
    "AsRef",
    "Borrow",
    "Default",
    "Deref",
    "Deserialize",
    "Display",
    "From",
    "FromStr",
    "Serialize",
    "ToString",
    "TryFrom",
];

/// Types of `boundary` whose existence proves that a check ran, and the traits each must not have.
pub(super) const WITNESSES: &[(&str, &[&str])] = &[
    ("Approved", FORGES_OR_COPIES),
    ("Dispatch", FORGES_OR_COPIES),
    ("Endpoint", FORGES),
    ("Fetch", FORGES_OR_COPIES),
    ("Masked", FORGES),
    ("Prompt", FORGES),
    ("Proposal", FORGES),
    ("Raw", FORGES_OR_SHOWS),
    ("Receipt", FORGES_OR_COPIES),
    ("Shown", FORGES),
    ("Token", FORGES),
];

/// A call that only some crates may make, outside tests. What nobody may call is in `clippy.toml`.
pub(super) struct Call {
    pub(super) path: &'static str,
    pub(super) only: &'static [&'static str],
    pub(super) instead: &'static str,
}

pub(super) const CALLS: &[Call] = &[
    Call {
        path: "Instant::now",
        // `ledger` waits for others to share a flush of the disk; the others wait for a network.
        only: &["cli", "egress", "ledger", "postgresql", "practice", "xtask"],
        instead: "a clock handed in, so that tests can move time",
    },
    Call {
        path: "TcpStream::connect",
        only: &["egress", "xtask"],
        instead: "`egress`, which opens every connection",
    },
    Call {
        path: "UdpSocket::bind",
        only: &["egress"],
        instead: "`egress`, which opens every connection",
    },
    Call {
        path: "UnixStream::connect",
        only: &["egress"],
        instead: "`egress`, which opens every connection",
    },
    Call {
        path: "env::var",
        only: &["cli", "keys", "xtask"],
        instead: "a value handed in; `cli` and `keys` read the environment",
    },
    Call {
        path: "attest_durable",
        only: &["boundary", "ledger"],
        instead: "a receipt from the ledger, which alone knows what is durable",
    },
    Call {
        path: "into_call",
        only: &["boundary", "egress"],
        instead: "`egress`, which alone turns a permit into bytes that leave",
    },
    Call {
        path: "into_wire",
        only: &["boundary", "egress"],
        instead: "`egress`, which alone turns a permit into bytes that leave",
    },
    Call {
        path: "teach",
        only: &["boundary", "gateway"],
        instead: "`gateway`, which tells values of the CRM to the detectors' index alone",
    },
    Call { path: "env::var_os", only: &["cli", "keys", "xtask"], instead: "a value handed in" },
];

/// Where a forbidden word is no mistake.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Allowed {
    Lock,
    Nowhere,
    Tests,
}

/// Words that must not be in the tracked text, where each is no mistake, and what to write instead.
/// In two halves, so that this file passes its own rule.
pub(super) const WORDS: &[(&str, Allowed, &str)] = &[
    (concat!("/wo", "rk/"), Allowed::Nowhere, NO_MACHINE),
    (concat!("/ro", "ot/"), Allowed::Nowhere, NO_MACHINE),
    (concat!("/tm", "p/"), Allowed::Tests, "a folder that the caller names"),
    (concat!("crates", ".io"), Allowed::Lock, NO_HOST),
    (concat!("npmjs", ".org"), Allowed::Nowhere, NO_HOST),
    (concat!("pypi", ".org"), Allowed::Nowhere, NO_HOST),
    (concat!("pythonhosted", ".org"), Allowed::Nowhere, NO_HOST),
    (concat!("deb.debian", ".org"), Allowed::Nowhere, NO_HOST),
    (concat!("FIX", "ME"), Allowed::Nowhere, DONE),
    (concat!("TO", "DO:"), Allowed::Nowhere, DONE),
];
const NO_MACHINE: &str = "no path of one machine";
const NO_HOST: &str = "a package's name without its host";
const DONE: &str = "the thing done, or an issue";

/// Lines in one Rust file.
pub(super) const LONGEST_FILE: usize = 800;
/// Lines that 95 of 100 Rust files stay under.
pub(super) const LONG_FILE: usize = 450;
/// Lines in `ARCHITECTURE.md`: a map one reads at a sitting.
pub(super) const LONGEST_MAP: usize = 200;
/// Lines of JavaScript that all pages share, and where they lie.
pub(super) const PAGE_SCRIPT: usize = 900;
pub(super) const PAGE_SCRIPTS_FOLDER: &str = "crates/web/assets/";

#[cfg(test)]
mod tests {
    use super::{ARROWS, GUARDED, PURE, WITNESSES};

    #[test]
    fn arrows_point_down() {
        for (row, (from, targets)) in ARROWS.iter().enumerate() {
            for to in *targets {
                assert!(
                    ARROWS[..row].iter().any(|(name, _)| name == to),
                    "`{from}` names `{to}`, which is not above it"
                );
            }
        }
    }

    #[test]
    fn rules_name_crates_that_have_arrows() {
        let known = |name: &&str| ARROWS.iter().any(|(row, _)| row == name);
        assert!(PURE.iter().all(known));
        assert!(GUARDED.iter().flat_map(|guarded| guarded.only).all(known));
    }

    #[test]
    fn every_witness_is_unforgeable() {
        for (name, never) in WITNESSES {
            assert!(
                never.contains(&"Deserialize")
                    && never.contains(&"Default")
                    && never.contains(&"From"),
                "{name}"
            );
        }
    }
}
