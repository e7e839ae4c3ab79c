//! `[copy]`: where the write-once copy of the ledger is kept.

use std::path::PathBuf;

use serde::Deserialize;

use super::ConfigError;

/// The write-once copy of the ledger.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CopyConfig {
    /// Folder of the copy. Without it, `tiles` in the data folder. None is kept beside a bucket.
    pub folder: Option<PathBuf>,
    /// Seconds between two looks at what is new.
    pub every_seconds: u64,
    /// A bucket that locks what is put into it.
    pub bucket: Option<BucketConfig>,
}

impl Default for CopyConfig {
    fn default() -> Self {
        Self { folder: None, every_seconds: 60, bucket: None }
    }
}

/// How sure it has to be that nobody removes the copy.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CopyProfile {
    /// The bucket locks every object for as long as configured, for everybody (S3 Object Lock in
    /// compliance mode); a bucket that does not is refused.
    #[default]
    Compliance,
    /// The bucket's lock is not looked at.
    Plain,
}

/// A bucket that speaks S3.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BucketConfig {
    /// Address of the bucket: `https://name.s3.eu-central-1.amazonaws.com` or `https://host/name`.
    pub url: String,
    /// What the names of all objects begin with, such as `gate-1/`.
    #[serde(default)]
    pub prefix: String,
    /// Region that requests are signed for.
    #[serde(default = "default_region")]
    pub region: String,
    /// Where the access key id is: `env:NAME` or `file:/path`.
    pub key_id: String,
    /// Where the secret access key is: `env:NAME` or `file:/path`.
    pub secret: String,
    /// PEM file of an additional certificate authority.
    #[serde(default)]
    pub ca: Option<PathBuf>,
    /// What the bucket has to promise.
    #[serde(default)]
    pub profile: CopyProfile,
    /// Days of the bucket's default retention, for the profile `compliance`.
    #[serde(default)]
    pub retain_days: u64,
}

impl CopyConfig {
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        let wrong = |problem: &str| Err(ConfigError(problem.to_owned()));
        if self.every_seconds == 0 {
            return wrong("`copy.every_seconds` is 0, expected at least 1");
        }
        let Some(bucket) = &self.bucket else { return Ok(()) };
        if self.folder.is_some() {
            return wrong("`copy.folder` and `copy.bucket` stand together, expected one");
        }
        if bucket.profile == CopyProfile::Compliance && bucket.retain_days == 0 {
            return wrong(
                "`copy.bucket.retain_days` is 0, expected the days that the bucket keeps what is put into it",
            );
        }
        if !bucket.prefix.is_empty() && !bucket.prefix.ends_with('/') {
            return wrong("`copy.bucket.prefix` does not end with `/`");
        }
        Ok(())
    }
}

fn default_region() -> String {
    "us-east-1".to_owned()
}
