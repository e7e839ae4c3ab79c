//! The demo over HTTPS, for clients that speak nothing else. At a company, its own TLS proxy stands there.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context as _;
use practice::{Handshakes, Org, Tls};
use tokio::sync::watch;

use super::{listen, stopped};

/// Where it is reached.
pub(super) struct Secure {
    pub(super) page: String,
    pub(super) org: String,
    /// What a client has to trust.
    pub(super) authority: PathBuf,
}

/// Serves the org until told to stop, and gives the connections that are for the gate.
pub(super) async fn open(
    data: &Path,
    org: &Arc<Org>,
    told: &watch::Receiver<bool>,
) -> anyhow::Result<(Secure, Handshakes)> {
    let tls = Tls::open(&data.join("tls")).context("the certificate cannot be made")?;
    let (of_gate, of_org) = (listen(0, "--port").await?, listen(0, "--port").await?);
    let secure = Secure {
        page: format!("https://{}", of_gate.local_addr()?),
        org: format!("https://{}", of_org.local_addr()?),
        authority: std::path::absolute(tls.authority())?,
    };
    // It ends with the program: a client that is cut off loses a demo, nothing else.
    tokio::spawn(practice::serve_tls(Arc::clone(org), of_org, tls.clone(), stopped(told.clone())));
    Ok((secure, tls.accept(of_gate)))
}
