//! The database that a configuration names, where it names one.

use gateway::Config;
use store::Backend;

/// Connects to the database of the configuration and brings its tables up to date. `None` where the
/// record is kept in the data folder.
#[cfg(feature = "postgres")]
pub(crate) fn open(config: &Config) -> anyhow::Result<Option<Box<dyn Backend>>> {
    let Some(access) = access(config)? else { return Ok(None) };
    Ok(Some(Box::new(postgresql::Postgres::open(&access)?)))
}

/// Connects to it to read, beside gates that write.
#[cfg(feature = "postgres")]
pub(crate) fn connect(config: &Config) -> anyhow::Result<Option<Box<dyn Backend>>> {
    let Some(access) = access(config)? else { return Ok(None) };
    Ok(Some(Box::new(postgresql::Postgres::connect(&access)?)))
}

#[cfg(feature = "postgres")]
fn access(config: &Config) -> anyhow::Result<Option<postgresql::Access>> {
    let Some(address) = config.store.postgres.clone() else { return Ok(None) };
    let password = config.store.password.as_deref().map(|reference| {
        let source: keys::SecretSource = reference.parse()?;
        source.load()
    });
    Ok(Some(postgresql::Access {
        address,
        password: password.transpose()?,
        ca: config.store.ca.clone(),
    }))
}

/// This build has no driver; the gate says so when it opens.
#[cfg(not(feature = "postgres"))]
#[expect(clippy::unnecessary_wraps, reason = "the other build can fail")]
pub(crate) fn open(_: &Config) -> anyhow::Result<Option<Box<dyn Backend>>> {
    Ok(None)
}

/// This build has no driver.
#[cfg(not(feature = "postgres"))]
pub(crate) fn connect(config: &Config) -> anyhow::Result<Option<Box<dyn Backend>>> {
    if config.store.postgres.is_some() {
        anyhow::bail!(gateway::OpenError::NoPostgres);
    }
    Ok(None)
}
