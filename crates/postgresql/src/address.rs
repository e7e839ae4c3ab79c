//! Where the database is. What leaves the machine is encrypted, whatever the address says.

use std::net::IpAddr;
use std::time::Duration;

use store::StoreError;
use tokio_postgres::Config;
use tokio_postgres::config::{Host, SslMode, TargetSessionAttrs};

use crate::Access;

/// How long a connection may take to be made.
const CONNECT: Duration = Duration::from_secs(3);
/// How long the other side may leave what was sent unconfirmed.
const SILENCE: Duration = Duration::from_secs(5);

/// What the driver is to do. Encryption is never left to what the server offers.
pub(crate) fn config(access: &Access) -> Result<Config, StoreError> {
    let wrong = |problem: &str| StoreError::Config(problem.to_owned());
    // The driver's own words may repeat the address.
    let mut config: Config = access.address.parse().map_err(|_| {
        wrong("the address is none, expected `postgresql://user@host:port/database`")
    })?;
    if config.get_password().is_some() {
        return Err(wrong("the address holds a password, which belongs where `password` points"));
    }
    if config.get_hosts().is_empty() {
        return Err(wrong("the address names no host"));
    }
    let encrypted =
        !is_here(&config) || access.ca.is_some() || config.get_ssl_mode() == SslMode::Require;
    config
        .ssl_mode(if encrypted { SslMode::Require } else { SslMode::Disable })
        .connect_timeout(CONNECT)
        .tcp_user_timeout(SILENCE)
        .keepalives_idle(SILENCE)
        .keepalives_interval(Duration::from_secs(1))
        .keepalives_retries(3)
        .target_session_attrs(TargetSessionAttrs::ReadWrite);
    if config.get_application_name().is_none() {
        config.application_name("portcullis");
    }
    if let Some(password) = &access.password {
        config.password(password.expose());
    }
    Ok(config)
}

/// Whether nothing leaves this machine.
fn is_here(config: &Config) -> bool {
    let hosts = config.get_hosts().iter().all(|host| match host {
        Host::Tcp(name) => {
            name == "localhost" || name.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
        }
        Host::Unix(_) => true,
    });
    hosts && config.get_hostaddrs().iter().all(IpAddr::is_loopback)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn access(address: &str) -> Access {
        Access { address: address.to_owned(), password: None, ca: None }
    }

    #[test]
    fn what_leaves_the_machine_is_encrypted() {
        for address in [
            "postgresql://gate@db.example/portcullis",
            "postgresql://gate@db.example/portcullis?sslmode=disable",
            "postgresql://gate@localhost,db.example/portcullis",
            "postgresql://gate@10.0.0.7/portcullis?sslmode=prefer",
            "host=localhost hostaddr=10.0.0.7 user=gate",
            "postgresql://gate@127.0.0.1/portcullis?sslmode=require",
        ] {
            assert_eq!(
                config(&access(address)).unwrap().get_ssl_mode(),
                SslMode::Require,
                "{address}"
            );
        }
        for address in [
            "postgresql://gate@127.0.0.1:5433/portcullis",
            "postgresql://gate@localhost/portcullis",
            "postgresql://gate@[::1]/portcullis",
            "host=/run/postgresql user=gate",
        ] {
            assert_eq!(
                config(&access(address)).unwrap().get_ssl_mode(),
                SslMode::Disable,
                "{address}"
            );
        }
        let ca = Some("ca.pem".into());
        let named = Access { ca, ..access("postgresql://gate@127.0.0.1/portcullis") };
        assert_eq!(config(&named).unwrap().get_ssl_mode(), SslMode::Require);
    }

    #[test]
    fn a_password_in_the_address_is_refused_and_not_repeated() {
        for address in ["postgresql://gate:canary@db.example/x", "canary nonsense", "user=gate"] {
            let error = config(&access(address)).unwrap_err().to_string();
            assert!(!error.contains("canary"), "{error}");
        }
    }
}
