//! Whose certificates are believed.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use tokio_rustls::TlsConnector;

use crate::EgressError;

/// Which certificate authorities a door believes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trust {
    /// Those of the operating system.
    pub system: bool,
    /// Those of a PEM file: the company's own, or a single one to pin an upstream to.
    pub file: Option<PathBuf>,
}

impl Default for Trust {
    fn default() -> Self {
        Self { system: true, file: None }
    }
}

impl Trust {
    pub(crate) fn connector(&self) -> Result<TlsConnector, EgressError> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| wrong("the system", error.to_string()))?
            .with_root_certificates(self.roots()?)
            .with_no_client_auth();
        Ok(TlsConnector::from(Arc::new(config)))
    }

    fn roots(&self) -> Result<RootCertStore, EgressError> {
        let mut roots = RootCertStore::empty();
        if self.system {
            roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        }
        if let Some(file) = &self.file {
            add(&mut roots, file)?;
        }
        if roots.is_empty() {
            let reason = "there are none, and no file of them is configured".to_owned();
            return Err(wrong("the system", reason));
        }
        Ok(roots)
    }
}

fn add(roots: &mut RootCertStore, file: &Path) -> Result<(), EgressError> {
    let place = file.display().to_string();
    let certificates = CertificateDer::pem_file_iter(file)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|error| wrong(&place, error.to_string()))?;
    if certificates.is_empty() {
        return Err(wrong(&place, "it holds no certificate".to_owned()));
    }
    for certificate in certificates {
        roots.add(certificate).map_err(|error| wrong(&place, error.to_string()))?;
    }
    Ok(())
}

fn wrong(place: &str, reason: String) -> EgressError {
    EgressError::Certificates { place: place.to_owned(), reason }
}
