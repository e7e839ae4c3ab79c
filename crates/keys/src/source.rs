//! Secrets by reference: a configuration says where a secret is, never what it is.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use zeroize::Zeroizing;

use crate::{KeyError, SecretText};

/// Where a secret is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SecretSource {
    /// `env:NAME`: an environment variable.
    Env(String),
    /// `file:/absolute/path`: a file, such as a mounted secret.
    File(PathBuf),
    /// `credential:name`: a file of this name in `$CREDENTIALS_DIRECTORY`, as systemd's
    /// `LoadCredential=` provides it.
    Credential(String),
}

impl SecretSource {
    /// Fetches the secret, without the line end a file closes with.
    pub fn load(&self) -> Result<SecretText, KeyError> {
        self.load_from(|name| std::env::var(name).ok())
    }

    /// Fetches the secret with another environment than the process's own.
    pub fn load_from(
        &self,
        environment: impl Fn(&str) -> Option<String>,
    ) -> Result<SecretText, KeyError> {
        let secret = match self {
            Self::Env(name) => environment(name).map(Zeroizing::new).ok_or("it is not set".into()),
            Self::File(path) => read(path),
            Self::Credential(name) => match environment("CREDENTIALS_DIRECTORY") {
                Some(directory) => read(&Path::new(&directory).join(name)),
                None => Err("`CREDENTIALS_DIRECTORY` is not set".to_owned()),
            },
        };
        let absent = |reason| KeyError::Absent { reference: self.to_string(), reason };
        let secret = secret.map_err(absent)?;
        let text = secret.trim_end_matches(['\r', '\n']);
        if text.is_empty() {
            return Err(absent("it is empty".to_owned()));
        }
        Ok(SecretText::new(text.to_owned()))
    }
}

fn read(path: &Path) -> Result<Zeroizing<String>, String> {
    std::fs::read_to_string(path).map(Zeroizing::new).map_err(|error| error.to_string())
}

impl FromStr for SecretSource {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        let name = |b: u8| b.is_ascii_alphanumeric() || b"_-.".contains(&b);
        match text.split_once(':') {
            Some(("env", n)) if !n.is_empty() && n.bytes().all(name) => Ok(Self::Env(n.to_owned())),
            Some(("file", path)) if Path::new(path).is_absolute() => Ok(Self::File(path.into())),
            Some(("credential", n))
                if !n.is_empty() && n.bytes().all(name) && !n.starts_with('.') =>
            {
                Ok(Self::Credential(n.to_owned()))
            }
            _ => Err(KeyError::NotAReference),
        }
    }
}

impl fmt::Display for SecretSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Env(name) => write!(f, "env:{name}"),
            Self::File(path) => write!(f, "file:{}", path.display()),
            Self::Credential(name) => write!(f, "credential:{name}"),
        }
    }
}

impl<'de> Deserialize<'de> for SecretSource {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

impl Serialize for SecretSource {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_read_back() {
        for text in ["env:ORG_SECRET", "file:/run/secrets/org", "credential:org.secret"] {
            assert_eq!(text.parse::<SecretSource>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn a_secret_in_the_open_is_refused_and_not_repeated() {
        for text in ["sk-canary-123", "env:", "env:A B", "file:relative", "credential:../x", ""] {
            let error = text.parse::<SecretSource>().unwrap_err().to_string();
            assert!(text.is_empty() || !error.contains("canary"), "{error}");
        }
    }

    #[test]
    fn each_source_is_read_without_its_line_end() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("org.secret");
        std::fs::write(&path, "s3cret value\n").unwrap();
        let environment = |name: &str| match name {
            "ORG" => Some("from env".to_owned()),
            "CREDENTIALS_DIRECTORY" => Some(dir.path().display().to_string()),
            "EMPTY" => Some(String::new()),
            _ => None,
        };
        let load = |source: SecretSource| source.load_from(environment);
        assert_eq!(load(SecretSource::Env("ORG".into())).unwrap().expose(), "from env");
        assert_eq!(load(SecretSource::File(path)).unwrap().expose(), "s3cret value");
        let credential = SecretSource::Credential("org.secret".into());
        assert_eq!(load(credential).unwrap().expose(), "s3cret value");
        assert!(load(SecretSource::Env("EMPTY".into())).is_err());
        let error = load(SecretSource::Env("NONE".into())).unwrap_err().to_string();
        assert_eq!(error, "the secret at `env:NONE` is not there: it is not set");
    }
}
