//! The demo over HTTPS, for clients that speak nothing else.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context as _;
use practice::{Org, Tls};
use tokio::sync::watch;

use super::{listen, stopped};

/// Where it is reached.
pub(super) struct Secure {
    pub(super) page: String,
    pub(super) org: String,
    /// What a client has to trust.
    pub(super) authority: PathBuf,
}

/// Serves the org and, in front of `gate`, what a company's own TLS proxy would be, until told to stop.
pub(super) async fn serve(
    data: &Path,
    org: &Arc<Org>,
    gate: SocketAddr,
    told: &watch::Receiver<bool>,
) -> anyhow::Result<Secure> {
    let tls = Tls::open(&data.join("tls")).context("the certificate cannot be made")?;
    let (of_gate, of_org) = (listen(0, "--port").await?, listen(0, "--port").await?);
    let address = |address: SocketAddr| format!("https://{address}");
    let secure = Secure {
        page: address(of_gate.local_addr()?),
        org: address(of_org.local_addr()?),
        authority: std::path::absolute(tls.authority())?,
    };
    // They end with the gate and the org: a client that is left hanging loses a demo, nothing else.
    tokio::spawn(practice::forward_tls(of_gate, tls.clone(), gate, stopped(told.clone())));
    tokio::spawn(practice::serve_tls(Arc::clone(org), of_org, tls, stopped(told.clone())));
    Ok(secure)
}
